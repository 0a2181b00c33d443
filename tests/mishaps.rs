//! What goes wrong around a review: files that become something else, editors that fail, a baseline that cannot be written,
//! keys that are none, a terminal of two rows, a second review. Nothing is lost, and what was not done is said.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod terminal;

use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use terminal::{Session, Terminal};

const BIND: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";
const FIXED: &str = "import socket\ns = socket.socket()\ns.bind((\"127.0.0.1\", 8080))\n";
/// The end of the line that asks.
const ASKED: &str = "q,Q,?]";
const BASELINE: &str = "tightwire-baseline.toml";

/// Two files with a finding each, and a place for the state of runs.
struct Project {
    folder: TempDir,
    state: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        fs::create_dir(project.path(".git")).unwrap();
        fs::write(project.path("a.py"), BIND).unwrap();
        fs::write(project.path("b.py"), BIND).unwrap();
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn terminal(&self) -> Terminal {
        Terminal::new(self.state.path()).variable("NO_COLOR", "1")
    }

    fn run(&self, terminal: Terminal, code: i64) -> Option<Session> {
        let session = terminal.run(self.folder.path(), &["fix", "-i"])?;
        assert_eq!(session.code, Some(code), "{}", session.shown);
        assert!(session.is_restored, "{}: {}", session.settings, session.shown);
        Some(session)
    }
}

#[test]
fn a_file_that_is_something_else_by_then_is_named_and_the_others_are_written() {
    for (meanwhile, said) in [
        ("os.remove(path)", "the file is no longer there"),
        ("os.chmod(path, 0o444)", "the file is read-only"),
        ("os.remove(path); os.mkdir(path)", "it is not a regular file"),
        ("os.rename(path, path + '~'); os.symlink(path + '~', path)", "it is a symbolic link"),
    ] {
        let project = Project::new();
        let python = format!("import os\npath = os.path.join(folder, 'a.py')\n{meanwhile}\n");
        let terminal = project.terminal().step(json!({"wait": ASKED, "python": python, "keys": "y"}));
        let Some(session) = project.run(terminal.keys(ASKED, "y").keys(ASKED, "q"), 2) else { return };
        let shown = session.shown.replace("\r\n", "\n");
        assert!(shown.contains(&format!("not written: {said}\n  --> a.py\n  help: ")), "{shown}");
        assert!(shown.contains("1 left: 1 whose fix failed"), "{shown}");
        assert_eq!(project.read("b.py"), FIXED);
        let undone = project.terminal().run(project.folder.path(), &["undo"]).unwrap();
        assert_eq!((undone.code, project.read("b.py").as_str()), (Some(0), BIND), "{}", undone.shown);
    }
}

#[test]
fn an_editor_that_goes_wrong_loses_nothing() {
    // What it does with the file, what is said then, and what is pressed.
    for (script, said, keys) in [
        ("exit 3", "Nothing was edited", ""),
        ("kill -9 $$", "Nothing was edited", ""),
        ("rm \"$1\"", "The editor cannot be used", ""),
        ("rm \"$1\"; mkdir \"$1\"", "The editor cannot be used", ""),
        ("printf '\\377' > \"$1\"", "The editor cannot be used", ""),
        // Enter drops it.
        (": > \"$1\"", "drop it", "\r"),
        ("echo > \"$1\"", "drop it", "\r"),
        ("printf 'x = \\000\\n' > \"$1\"", "drop it", "\r"),
        ("echo 'def (' >> \"$1\"", "drop it", "\r"),
    ] {
        let project = Project::new();
        let editor = project.state.path().join("editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
        let mut terminal = project.terminal().variable("EDITOR", editor.to_str().unwrap());
        terminal = terminal.keys(ASKED, "e").keys(said, keys);
        if script.contains("def (") || script.contains("\\000") {
            terminal = terminal.keys("Edit it again?", "n");
        }
        let Some(session) = project.run(terminal.keys(ASKED, "q"), 0) else { return };
        assert!(session.shown.contains("There was nothing to write"), "{script}: {}", session.shown);
        assert_eq!(project.read("a.py"), BIND, "{script}");
    }
}

#[test]
fn a_baseline_that_cannot_be_written_leaves_the_finding_open_and_the_answer_kept() {
    let project = Project::new();
    fs::write(project.path(BASELINE), "version = 1\nfindings = [\n]\n").unwrap();
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o444)).unwrap();
    let Some(session) = project.run(project.terminal().keys(ASKED, "b").keys(ASKED, "q"), 2) else { return };
    assert!(session.shown.contains("the baseline was not written: the file is read-only"), "{}", session.shown);
    assert!(session.shown.contains("`--baseline`"), "{}", session.shown);
    assert!(session.shown.contains("2 left: 2 with a safe fix"), "{}", session.shown);
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o644)).unwrap();
    let again = project.terminal().keys("Resume it?", "y").keys("b.py:3", "").keys(ASKED, "q");
    let session = project.run(again, 0).unwrap();
    assert!(session.shown.contains("a.py: 1 put in the baseline"), "{}", session.shown);
    assert!(project.read(BASELINE).contains("a.py"));
}

#[test]
fn what_is_no_key_is_no_answer() {
    // A byte that is no UTF-8, a NUL, a letter beyond ASCII, Escape, Ctrl-\, a function key, and Ctrl-Z, by which who has no shell
    // above them cannot be stopped.
    for bytes in ["ff", "00", "c3a4", "1b", "1c", "1b5b31357e", "1a"] {
        let project = Project::new();
        let terminal = project.terminal().step(json!({"wait": ASKED, "bytes": bytes})).keys(ASKED, "q");
        let Some(session) = project.run(terminal, 0) else { return };
        assert!(session.shown.contains("There was nothing to write"), "{bytes}: {}", session.shown);
        assert_eq!(project.read("a.py"), BIND);
    }
}

#[test]
fn a_terminal_of_one_row_and_one_column_is_enough() {
    for size in [(1, 1), (2, 20), (5, 20)] {
        let project = Project::new();
        let terminal = project.terminal().size(size.0, size.1).variable("PAGER", "cat").keys(ASKED, "g");
        let terminal = terminal.keys("a number", "2\r").keys("b.py:3", "").keys(ASKED, "x").keys(ASKED, "p");
        let Some(_) = project.run(terminal.keys(ASKED, "y").keys(ASKED, "q"), 0) else { return };
        assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (BIND, FIXED));
    }
}

#[test]
fn of_two_reviews_at_once_one_keeps_its_answers_and_no_file_is_written_twice() {
    let project = Project::new();
    let (asked, done) = (project.path(".git/asked"), project.path(".git/done"));
    let wait = "import os, time\nopen(folder + '/.git/asked', 'w').close()\nwhile not os.path.exists(folder + '/.git/done'):\n    time.sleep(0.02)\n";
    let first = project.terminal().step(json!({"wait": ASKED, "python": wait, "keys": "y"}));
    let first = first.keys(ASKED, "y").keys(ASKED, "q");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| project.run(first, 2));
        if !appears(&asked, || first.is_finished()) {
            return;
        }
        let second = project.terminal().keys("another review of this project", "").keys(ASKED, "y").keys(ASKED, "q");
        let second = project.run(second, 0);
        fs::write(&done, "").unwrap();
        let (first, second) = (first.join().unwrap().unwrap(), second.unwrap());
        assert!(second.shown.contains("a.py: 1 fixed"), "{}", second.shown);
        assert!(first.shown.contains("not written: the file changed") && first.shown.contains("b.py: 1 fixed"));
        assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (FIXED, FIXED));
    });
}

/// Waits for a file; not when `is_over`, as where there is no pseudo-terminal.
fn appears(path: &Path, is_over: impl Fn() -> bool) -> bool {
    while !path.exists() && !is_over() {
        std::thread::sleep(Duration::from_millis(20));
    }
    path.exists()
}
