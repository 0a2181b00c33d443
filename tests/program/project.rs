//! Folders of files, and the built program in them.

#![allow(dead_code, reason = "each test program uses its part")]

use crate::pty::{Session, Terminal};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tightwire");
/// Where runs keep their state if it is not of interest; not in the home of whoever runs the tests.
pub const STATE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/state");
/// The baseline of a project.
pub const BASELINE: &str = "tightwire-baseline.toml";

/// What a run came to.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What the output of a run says.
    ///
    /// # Panics
    /// If the program did.
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ran = Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    /// The JSON on standard output.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
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

/// The program, to be run in `folder`.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(args).stdin(Stdio::null()).env("TIGHTWIRE_STATE_DIR", STATE);
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// Runs the program in `folder`.
pub fn run(folder: &Path, args: &[&str]) -> Ran {
    Ran::of(&command(folder, args).output().unwrap())
}

/// The same with more in the environment.
pub fn run_with(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> Ran {
    Ran::of(&command(folder, args).envs(environment.iter().copied()).output().unwrap())
}

/// The same with `text` on standard input.
pub fn run_stdin(folder: &Path, args: &[&str], text: &str) -> Ran {
    let mut command = command(folder, args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who is not interested in it closes the pipe.
    drop(child.stdin.take().unwrap().write_all(text.as_bytes()));
    Ran::of(&child.wait_with_output().unwrap())
}

/// Runs git in `folder`, as somebody.
pub fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").args(identity).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A project that is its own repository, and a folder for the state of its runs.
pub struct Project {
    pub folder: TempDir,
    pub state: TempDir,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        fs::create_dir(project.path(".git")).unwrap();
        write(project.folder.path(), files);
        project
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The program, to be run in a folder that need not be the project's.
    pub fn command_in(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = command(folder, args);
        command.env("TIGHTWIRE_STATE_DIR", self.state.path());
        command
    }

    pub fn run_in(&self, folder: &Path, args: &[&str]) -> Ran {
        Ran::of(&self.command_in(folder, args).output().unwrap())
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_in(self.folder.path(), args)
    }

    pub fn terminal(&self) -> Terminal {
        Terminal::new(self.state.path())
    }

    /// A review of the project at `terminal`, which is then as it was before.
    pub fn review(&self, terminal: Terminal) -> Session {
        let session = terminal.run(self.folder.path(), &["fix", "-i"]);
        assert!(session.is_restored, "the terminal is not as it was: {}: {}", session.settings, session.shown);
        let hidden = session.shown.rfind("\x1b[?25l");
        assert!(hidden <= session.shown.rfind("\x1b[?25h"), "the cursor is hidden: {:?}", session.shown);
        session
    }

    /// A program that does `script` with the file that it is given.
    #[cfg(unix)]
    pub fn script(&self, name: &str, script: &str) -> String {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.state.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    }
}
