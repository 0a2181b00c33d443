//! What other tools run of us: the GitHub Action's script, and the two files that must be YAML.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test may panic, and says what it skips")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const BIND: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";

/// The script of the action's step `Check`, as the runner gives it to bash.
fn script() -> String {
    let action = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml")).unwrap();
    let (_, step) = action.split_once("    - name: Check\n").unwrap();
    let (_, body) = step.split_once("      run: |\n").unwrap();
    let lines = body.lines().take_while(|line| line.is_empty() || line.starts_with("        "));
    lines.map(|line| format!("{}\n", line.strip_prefix("        ").unwrap_or_default())).collect()
}

/// A runner's folders, with the program installed.
fn runner() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("temp/tightwire/bin")).unwrap();
    let program = folder.path().join("temp/tightwire/bin/tightwire");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_tightwire"), program).unwrap();
    fs::create_dir(folder.path().join("work")).unwrap();
    fs::write(folder.path().join("work/a.py"), BIND).unwrap();
    fs::write(folder.path().join("work/b c.py"), "x = 1\n").unwrap();
    folder
}

fn check(runner: &Path, inputs: &[(&str, &str)]) -> Output {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script()]).current_dir(runner.join("work"));
    bash.env("RUNNER_TEMP", runner.join("temp")).env("GITHUB_OUTPUT", runner.join("output"));
    for name in ["PATHS", "SINCE", "ARGS", "SARIF_FILE"] {
        let given = inputs.iter().find(|(input, _)| *input == name).map(|(_, value)| *value);
        bash.env(format!("INPUT_{name}"), given.unwrap_or(if name == "PATHS" { "." } else { "" }));
    }
    bash.output().unwrap()
}

#[test]
fn the_action_annotates_and_fails_where_there_are_findings() {
    let runner = runner();
    for (inputs, code, annotations) in [
        (&[][..], 1, 1),
        (&[("PATHS", "b c.py\n")], 0, 0),
        (&[("PATHS", "a.py\nb c.py")], 1, 1),
        (&[("ARGS", "--select\ntelnet")], 0, 0),
        (&[("PATHS", "missing.py")], 2, 1),
        // Not in a repository.
        (&[("SINCE", "main")], 2, 0),
        // Nothing that is passed becomes an option or a command.
        (&[("PATHS", "--help")], 2, 1),
        (&[("PATHS", "$(touch proof)\n`touch proof`; touch proof")], 2, 2),
        (&[("SINCE", "$(touch proof)")], 2, 0),
    ] {
        let output = check(runner.path(), inputs);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{inputs:?}: {err}");
        assert_eq!(out.lines().filter(|line| line.starts_with("::")).count(), annotations, "{inputs:?}: {out}");
        assert!(!runner.path().join("work/proof").exists());
    }
    let told = fs::read_to_string(runner.path().join("output")).unwrap();
    assert!(told.starts_with("exit-code=1\nexit-code=0\n"), "{told}");
}

#[test]
fn the_action_leaves_findings_to_code_scanning_when_it_writes_sarif() {
    let runner = runner();
    let output = check(runner.path(), &[("SARIF_FILE", "out put.sarif")]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    let log = fs::read_to_string(runner.path().join("work/out put.sarif")).unwrap();
    assert!(log.starts_with("{\"$schema\":") && log.contains("\"uri\":\"a.py\""), "{log}");
    assert_eq!(fs::read_to_string(runner.path().join("output")).unwrap(), "exit-code=1\n");
    let failed = check(runner.path(), &[("SARIF_FILE", "x.sarif"), ("PATHS", "missing.py")]);
    assert_eq!(failed.status.code(), Some(2));
}

#[test]
fn the_action_and_the_hooks_are_yaml() {
    let read = "import sys, yaml; print([list(yaml.safe_load(open(name)))[0] for name in sys.argv[1:]])";
    if !Command::new("python3").args(["-c", "import yaml"]).output().is_ok_and(|output| output.status.success()) {
        println!("skipped: no python3 with yaml on this machine");
        return;
    }
    let output = Command::new("python3")
        .args(["-c", read, "action.yml", ".pre-commit-hooks.yaml"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
