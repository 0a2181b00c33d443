//! The built program in folders of files: what the tests of the command line share.

#![allow(dead_code, reason = "each test program uses its part")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// One finding, with a safe fix, on line 3.
pub const BIND: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";

/// What a run came to.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A folder with `files`, which is its own project.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    folder
}

/// Writes `files` below `folder`.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs the program in `folder`; the state of runs is not in the home of whoever runs the tests.
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    run_with(folder, args, &[])
}

/// The same with `text` on standard input.
pub fn run_stdin(folder: &Path, args: &[&str], text: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightwire"));
    command.current_dir(folder).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("TIGHTWIRE_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    let mut child = command.spawn().unwrap();
    // Who is not interested in it closes the pipe.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    ran(&child.wait_with_output().unwrap())
}

/// The same with more in the environment.
pub fn run_with(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightwire"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).envs(environment.iter().copied());
    let output = command.env("TIGHTWIRE_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state")).output().unwrap();
    ran(&output)
}

fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// Runs git in `folder`, as somebody.
pub fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether there is a git; says so where there is none.
pub fn has_git() -> bool {
    let has = Command::new("git").arg("--version").output().is_ok();
    if !has {
        println!("skipped: git is not on this machine");
    }
    has
}
