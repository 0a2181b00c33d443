//! What shells and `man` are given: whole, and in their own language.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test may panic")]

use std::io::Write as _;
use std::process::{Command, Stdio};

fn tightwire(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tightwire")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Gives `text` to a program that reads it; what it says, or none where the program is not on this machine.
fn read_by(program: &[&str], text: &str) -> Option<String> {
    let (name, args) = program.split_first().unwrap();
    let spawned =
        Command::new(name).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("skipped: {name} is not on this machine");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name}: {said}");
    Some(said)
}

#[test]
fn every_shell_gets_completions_that_it_can_read() {
    let shells: [(&str, &[&str]); 5] = [
        ("bash", &["bash", "-n"]),
        ("zsh", &["zsh", "-n"]),
        ("fish", &["fish", "-n"]),
        ("elvish", &["elvish", "-compileonly"]),
        ("powershell", &["pwsh", "-NoProfile", "-Command", "-"]),
    ];
    for (shell, reader) in shells {
        let (code, script, _) = tightwire(&["completions", shell]);
        assert_eq!(code, Some(0));
        for word in ["baseline", "unsafe-fixes", "changed-lines"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
        read_by(reader, &script);
    }
    assert_eq!(tightwire(&["completions", "tcsh"]).0, Some(2));
}

#[test]
fn the_manual_has_a_page_for_the_program_and_for_each_command() {
    let (code, page, _) = tightwire(&["man"]);
    assert_eq!(code, Some(0));
    assert!(page.contains(".TH tightwire 1") && page.contains("baseline"), "{page}");
    for command in ["check", "fix", "baseline", "completions"] {
        let (code, page, _) = tightwire(&["man", command]);
        assert_eq!(code, Some(0));
        assert!(page.contains(&format!(".TH tightwire-{command} 1")) && page.contains("output"), "{page}");
        if let Some(said) = read_by(&["groff", "-man", "-Tutf8", "-ww"], &page) {
            assert!(!said.contains("error"), "{said}");
        }
    }
    let (code, out, err) = tightwire(&["man", "chekc"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("there is no command `chekc`") && err.contains("the commands are: check, fix"), "{err}");
}
