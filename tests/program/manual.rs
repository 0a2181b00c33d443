//! What shells and `man` are given: whole, and in their own language.

use crate::project::{Ran, run};
use crate::trials::{Need, tests};
use std::io::Write as _;
use std::process::{Command, Stdio};

tests! {
    every_shell_gets_completions,
    bash_reads_its_completions: [Need::Tool("bash")],
    zsh_reads_its_completions: [Need::Tool("zsh")],
    fish_reads_its_completions: [Need::Tool("fish")],
    elvish_reads_its_completions: [Need::Tool("elvish")],
    powershell_reads_its_completions: [Need::Tool("pwsh")],
    the_manual_has_a_page_for_the_program_and_for_each_command,
    groff_reads_each_page_of_the_manual: [Need::Tool("groff")],
}

fn tightwire(args: &[&str]) -> Ran {
    run(env!("CARGO_MANIFEST_DIR").as_ref(), args)
}

/// Gives `text` to a program that reads it, and returns what it says.
fn read_by(program: &[&str], text: &str) -> String {
    let mut command = Command::new(program[0]);
    let command = command.args(&program[1..]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program:?}: {said}");
    said
}

fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = tightwire(&["completions", shell]);
        assert_eq!(ran.code, Some(0));
        for word in ["baseline", "unsafe-fixes", "changed-lines"] {
            assert!(ran.out.contains(word), "{shell} does not complete {word}");
        }
    }
    assert_eq!(tightwire(&["completions", "tcsh"]).code, Some(2));
}

fn completions_are_read(shell: &str, reader: &[&str]) {
    read_by(reader, &tightwire(&["completions", shell]).out);
}

fn bash_reads_its_completions() {
    completions_are_read("bash", &["bash", "-n"]);
}

fn zsh_reads_its_completions() {
    completions_are_read("zsh", &["zsh", "-n"]);
}

fn fish_reads_its_completions() {
    completions_are_read("fish", &["fish", "-n"]);
}

fn elvish_reads_its_completions() {
    completions_are_read("elvish", &["elvish", "-compileonly"]);
}

fn powershell_reads_its_completions() {
    completions_are_read("powershell", &["pwsh", "-NoProfile", "-Command", "-"]);
}

const COMMANDS: [&str; 4] = ["check", "fix", "baseline", "completions"];

fn the_manual_has_a_page_for_the_program_and_for_each_command() {
    let program = tightwire(&["man"]);
    assert_eq!(program.code, Some(0));
    assert!(program.out.contains(".TH tightwire 1") && program.out.contains("baseline"), "{}", program.out);
    for command in COMMANDS {
        let Ran { code, out: page, .. } = tightwire(&["man", command]);
        assert_eq!(code, Some(0));
        assert!(page.contains(&format!(".TH tightwire-{command} 1")) && page.contains("output"), "{page}");
    }
    let unknown = tightwire(&["man", "chekc"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    let said = unknown.err;
    assert!(said.contains("unknown command `chekc`") && said.contains("the commands are: check, fix"), "{said}");
}

fn groff_reads_each_page_of_the_manual() {
    for command in COMMANDS {
        let said = read_by(&["groff", "-man", "-Tutf8", "-ww"], &tightwire(&["man", command]).out);
        assert!(!said.contains("error"), "{said}");
    }
}
