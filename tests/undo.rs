//! `tightwire undo` gives back what `fix` took, byte for byte, and never more than that.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking, and says what it skips"
)]

mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use terminal::Terminal;

const OLD: &str = "import socket\n\nsock = socket.socket()\nsock.bind((\"\", 8080))\n";
const NEW: &str = "import socket\n\nsock = socket.socket()\nsock.bind((\"127.0.0.1\", 8080))\n";

/// A project that is its own repository, and a folder for the state of its runs.
struct Project {
    folder: TempDir,
    state: TempDir,
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Project {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), state: tempfile::tempdir().unwrap() };
        fs::create_dir(project.path(".git")).unwrap();
        for (path, bytes) in files {
            fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
            fs::write(project.path(path), bytes).unwrap();
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tightwire"));
        command.current_dir(folder).args(args).env("TIGHTWIRE_STATE_DIR", self.state.path()).stdin(Stdio::null());
        command
    }

    fn run_in(&self, folder: &Path, args: &[&str]) -> Ran {
        let output = self.command(folder, args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ran = Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    fn run(&self, args: &[&str]) -> Ran {
        self.run_in(self.folder.path(), args)
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn files_come_back_byte_for_byte_and_with_their_mode() {
    let crlf = OLD.replace('\n', "\r\n").into_bytes();
    let bom = [b"\xef\xbb\xbf", OLD.as_bytes()].concat();
    let latin1 = [b"# -*- coding: latin-1 -*-\n# caf\xe9\n", OLD.trim_end().as_bytes()].concat();
    let files: &[(&str, &[u8], u32)] = &[
        ("plain.py", OLD.as_bytes(), 0o644),
        ("sub/crlf.py", &crlf, 0o600),
        ("sub/bom.py", &bom, 0o755),
        ("latin 1\n\u{e4}.py", &latin1, 0o664),
    ];
    let project = Project::new(&files.iter().map(|(path, bytes, _)| (*path, *bytes)).collect::<Vec<_>>());
    for (path, _, mode) in files {
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(*mode)).unwrap();
    }
    let fixed = project.run(&["fix"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.err);
    assert!(fixed.err.contains("`tightwire undo` takes it back"), "{}", fixed.err);
    assert!(files.iter().all(|(path, bytes, _)| fs::read(project.path(path)).unwrap() != *bytes));
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(0), "{}", undone.err);
    assert_eq!(undone.out.lines().count(), files.len(), "{}", undone.out);
    assert!(undone.err.contains("Restored 4 files of run 1 (`fix`)"), "{}", undone.err);
    for (path, bytes, expected) in files {
        assert_eq!(fs::read(project.path(path)).unwrap(), *bytes, "{path}");
        assert_eq!(mode(&project.path(path)), *expected, "{path}");
    }
}

#[test]
fn a_mode_that_was_changed_since_comes_back_too() {
    let project = Project::new(&[("a.py", OLD.as_bytes())]);
    fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o751)).unwrap();
    project.run(&["fix"]);
    fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o644)).unwrap();
    project.run(&["undo"]);
    assert_eq!((project.read("a.py").as_str(), mode(&project.path("a.py"))), (OLD, 0o751));
}

#[test]
fn each_undo_goes_back_one_more_run_and_a_named_run_is_undone_again() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes())]);
    project.run(&["fix", "a.py"]);
    project.run(&["fix", "b.py"]);
    let listed = project.run(&["undo", "--list"]);
    assert_eq!(listed.code, Some(0));
    let lines: Vec<&str> = listed.out.lines().collect();
    assert!(lines[0].contains("1 file  fix b.py") && lines[1].contains("1 file  fix a.py"), "{}", listed.out);
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (NEW, OLD));
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!(project.read("a.py"), OLD);
    let third = project.run(&["undo"]);
    assert_eq!(third.code, Some(2));
    assert!(third.err.contains("every run of") && third.err.contains("help: "), "{}", third.err);
    assert_eq!(project.run(&["undo", "--list"]).out.matches("(undone)").count(), 2);
    // What was undone is fixed again by hand, so to say.
    fs::write(project.path("a.py"), NEW).unwrap();
    assert_eq!(project.run(&["undo", "1"]).code, Some(0));
    assert_eq!(project.read("a.py"), OLD);
}

#[test]
fn a_file_that_was_changed_since_is_named_and_left_and_the_others_come_back() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes()), ("c.py", OLD.as_bytes())]);
    project.run(&["fix"]);
    let theirs = NEW.replace("127.0.0.1", "10.0.0.1");
    fs::write(project.path("a.py"), &theirs).unwrap();
    fs::remove_file(project.path("b.py")).unwrap();
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2));
    for said in
        ["--> a.py", "have been changed since", "--> b.py", "no longer there", "2 files left as they are", "help: "]
    {
        assert!(undone.err.contains(said), "{said}: {}", undone.err);
    }
    assert_eq!((project.read("a.py"), project.read("c.py").as_str()), (theirs, OLD));
    assert!(!project.path("b.py").exists());
}

#[test]
fn a_run_of_which_nothing_could_be_restored_is_still_the_last() {
    let project = Project::new(&[("a.py", OLD.as_bytes())]);
    project.run(&["fix"]);
    fs::write(project.path("a.py"), "theirs = 1\n").unwrap();
    assert_eq!(project.run(&["undo"]).code, Some(2));
    fs::write(project.path("a.py"), NEW).unwrap();
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!(project.read("a.py"), OLD);
}

#[test]
fn a_link_in_a_files_place_is_not_written_through() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("t.py", b"")]);
    project.run(&["fix"]);
    fs::rename(project.path("a.py"), project.path("t.py")).unwrap();
    std::os::unix::fs::symlink("t.py", project.path("a.py")).unwrap();
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2), "{}", undone.err);
    assert_eq!(project.read("t.py"), NEW);
}

#[test]
fn at_a_terminal_a_change_in_other_lines_is_merged_when_the_person_wants_it() {
    let theirs = format!("# theirs\n{NEW}");
    for (key, expected, code) in [("y", format!("# theirs\n{OLD}"), 0), ("n", theirs.clone(), 2)] {
        for dumb in [false, true] {
            let project = Project::new(&[("a.py", OLD.as_bytes())]);
            project.run(&["fix"]);
            fs::write(project.path("a.py"), &theirs).unwrap();
            assert_eq!(project.run(&["undo"]).code, Some(2), "nobody is asked off a terminal");
            let terminal = Terminal::new(project.state.path()).variable("TERM", if dumb { "dumb" } else { "xterm" });
            let Some(session) = terminal.keys("Write this?", key).run(project.folder.path(), &["undo"]) else { return };
            assert_eq!(session.code, Some(code), "{}", session.shown);
            assert_eq!(project.read("a.py"), expected);
            assert!(session.is_restored, "{}: {:?}", session.settings, session.shown);
            assert!(session.shown.contains("+sock.bind((\"\", 8080))"), "{}", session.shown);
            assert!(!dumb || !session.shown.contains('\x1b'), "{:?}", session.shown);
        }
    }
}

#[test]
fn ctrl_c_at_the_question_writes_nothing_and_gives_the_terminal_back() {
    for dumb in [false, true] {
        let project = Project::new(&[("a.py", OLD.as_bytes())]);
        project.run(&["fix"]);
        let theirs = format!("# theirs\n{NEW}");
        fs::write(project.path("a.py"), &theirs).unwrap();
        let terminal = Terminal::new(project.state.path()).variable("TERM", if dumb { "dumb" } else { "xterm" });
        let terminal = terminal.step(serde_json::json!({"wait": "Write this?", "keys": "\x03", "pause": 0.2}));
        let Some(session) = terminal.run(project.folder.path(), &["undo"]) else { return };
        assert!(session.is_restored, "{}: {:?}", session.settings, session.shown);
        assert_eq!(project.read("a.py"), theirs);
        assert_eq!(session.code, Some(130), "{}", session.shown);
        assert!(session.shown.rfind("\x1b[?25h") >= session.shown.rfind("\x1b[?25l"), "{:?}", session.shown);
    }
}

#[test]
fn a_run_that_was_killed_is_undone() {
    const FILES: usize = 200;
    let names: Vec<String> = (0..FILES).map(|number| format!("d{}/f{number}.py", number % 7)).collect();
    let mut midway = 0;
    for round in 0..6 {
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), OLD.as_bytes())).collect();
        let project = Project::new(&files);
        let mut run =
            project.command(project.folder.path(), &["fix", "-q", "."]).stdout(Stdio::null()).spawn().unwrap();
        let watched = project.path(&names[round * FILES / 6]);
        while fs::read(&watched).unwrap() == OLD.as_bytes() && run.try_wait().unwrap().is_none() {}
        std::thread::sleep(Duration::from_micros(u64::try_from(round * 53).unwrap()));
        drop(run.kill());
        run.wait().unwrap();
        let fixed = names.iter().filter(|name| project.read(name) == NEW).count();
        midway += usize::from((1..FILES).contains(&fixed));
        let undone = project.run(&["undo"]);
        assert_eq!(undone.code, Some(0), "{}", undone.err);
        assert_eq!(undone.out.lines().count(), fixed);
        assert!(names.iter().all(|name| project.read(name) == OLD));
    }
    println!("{midway} of 6 runs were killed half way");
    assert!(midway > 0, "no run was killed half way");
}

#[test]
fn a_run_without_a_place_for_its_journal_says_so_once_and_goes_on() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes())]);
    let blocked = project.path("blocked");
    fs::write(&blocked, "").unwrap();
    let output =
        project.command(project.folder.path(), &["fix"]).env("TIGHTWIRE_STATE_DIR", &blocked).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("this run cannot be undone: ").count(), 1, "{said}");
    assert!(!said.contains("tightwire undo"), "{said}");
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (NEW, NEW));
}

#[test]
fn nothing_is_recorded_of_what_writes_nothing() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("clean.py", b"x = 1\n")]);
    for args in [&["check"][..], &["fix", "--dry-run"], &["fix", "clean.py"], &["undo", "--list"]] {
        project.run(args);
        assert_eq!(fs::read_dir(project.state.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn a_project_is_found_from_its_folders_and_another_is_named() {
    let project = Project::new(&[("sub/a.py", OLD.as_bytes())]);
    let outside = tempfile::tempdir().unwrap();
    project.run_in(outside.path(), &["fix", project.path("sub/a.py").to_str().unwrap()]);
    let lost = project.run_in(outside.path(), &["undo"]);
    assert_eq!(lost.code, Some(2));
    let home = project.folder.path().canonicalize().unwrap();
    assert!(lost.err.contains("no run of") && lost.err.contains(home.to_str().unwrap()), "{}", lost.err);
    assert_eq!(project.run_in(&project.path("sub"), &["undo"]).code, Some(0));
    assert_eq!(project.read("sub/a.py"), OLD);
}

#[test]
fn without_a_repository_the_folder_above_that_was_fixed_is_found() {
    let project = Project::new(&[("sub/a.py", OLD.as_bytes())]);
    fs::remove_dir(project.path(".git")).unwrap();
    project.run(&["fix"]);
    assert_eq!(project.run_in(&project.path("sub"), &["undo"]).code, Some(0));
    assert_eq!(project.read("sub/a.py"), OLD);
}

#[test]
fn unknown_runs_and_damaged_journals_are_errors_with_three_parts() {
    let project = Project::new(&[("a.py", OLD.as_bytes())]);
    let none = project.run(&["undo"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("no run of") && none.err.contains("help: "), "{}", none.err);
    project.run(&["fix"]);
    let unknown = project.run(&["undo", "7"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there is no run 7 of") && unknown.err.contains("help: "), "{}", unknown.err);
    let folder = fs::read_dir(project.state.path().join("projects")).unwrap().next().unwrap().unwrap().path();
    fs::write(folder.join("runs/1.journal"), b"\x1b[2J garbage").unwrap();
    for args in [&["undo"][..], &["undo", "1"]] {
        let damaged = project.run(args);
        assert_eq!(damaged.code, Some(2));
        assert!(damaged.err.contains("cannot be read") && damaged.err.contains("help: "), "{}", damaged.err);
        assert!(!damaged.err.contains('\x1b'));
    }
    assert!(project.run(&["undo", "--list"]).out.contains("cannot be read"));
    assert_eq!(project.read("a.py"), NEW);
}

#[test]
fn the_list_of_runs_is_there_for_programs_too() {
    let project = Project::new(&[("a.py", OLD.as_bytes())]);
    project.run(&["fix"]);
    let listed: serde_json::Value =
        serde_json::from_str(&project.run(&["undo", "--list", "--output-format", "json"]).out).unwrap();
    assert_eq!((&listed[0]["run"], &listed[0]["undone"]), (&1.into(), &false.into()));
    assert!(listed[0]["files"][0].as_str().unwrap().ends_with("a.py"));
}

/// A review in which `b` is pressed for the first file and `y` for the second, each written by a `w` of its own.
fn review_with_baseline(project: &Project) -> Option<terminal::Session> {
    let asked = "q,Q,?]";
    let keys = ["b", "w", "y", "\r"]
        .iter()
        .fold(Terminal::new(project.state.path()), |terminal, key| terminal.keys(asked, key));
    let session = keys.run(project.folder.path(), &["fix", "-i"])?;
    assert_eq!(session.code, Some(0), "{}", session.shown);
    assert!(session.shown.contains("a.py: 1 put in the baseline"), "{}", session.shown);
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (OLD, NEW));
    assert_eq!(project.run(&["check"]).code, Some(0));
    Some(session)
}

const BASELINE: &str = "tightwire-baseline.toml";

#[test]
fn a_baseline_that_a_review_has_made_is_removed() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes())]);
    if review_with_baseline(&project).is_none() {
        return;
    }
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(0), "{}", undone.err);
    assert!(undone.out.contains("tightwire-baseline.toml: removed"), "{}", undone.out);
    assert!(undone.err.contains("Restored 2 files of run 1"), "{}", undone.err);
    assert!(!project.path(BASELINE).exists());
    assert_eq!(project.read("b.py"), OLD);
    assert_eq!(project.run(&["check"]).code, Some(1));
    // Nothing is left to be done, and nothing is in the way of the next one.
    assert_eq!(project.run(&["undo", "1"]).code, Some(0));
}

#[test]
fn entries_that_a_review_has_put_in_a_baseline_go_and_the_others_stay_as_they_are() {
    let third = OLD.replace("8080", "9090");
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes()), ("c.py", third.as_bytes())]);
    project.run(&["baseline", "create", "c.py"]);
    let reasoned = project.read(BASELINE).replace(" },", ", reason = \"a test\" },");
    fs::write(project.path(BASELINE), &reasoned).unwrap();
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o640)).unwrap();
    if review_with_baseline(&project).is_none() {
        return;
    }
    assert_eq!(project.read(BASELINE).matches("reason = \"a test\"").count(), 1);
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!((project.read(BASELINE).as_str(), mode(&project.path(BASELINE))), (reasoned.as_str(), 0o640));
    assert_eq!(project.run(&["undo", "--list"]).out.matches("(undone)").count(), 1);
}

#[test]
fn a_baseline_that_was_changed_since_is_merged_or_named() {
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes()), ("z.py", b"")]);
    if review_with_baseline(&project).is_none() {
        return;
    }
    // One that the run has made: what others put in it stays, and so does all of it.
    fs::write(project.path("z.py"), OLD).unwrap();
    project.run(&["baseline", "update"]);
    let theirs = project.read(BASELINE);
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2), "{}", undone.err);
    assert!(undone.err.contains("--> tightwire-baseline.toml") && undone.err.contains("help: "), "{}", undone.err);
    assert_eq!((project.read(BASELINE), project.read("b.py").as_str()), (theirs, OLD));

    // One that was there: the entries of both sides are told apart by their lines.
    let project = Project::new(&[("a.py", OLD.as_bytes()), ("b.py", OLD.as_bytes()), ("c.py", OLD.as_bytes())]);
    project.run(&["baseline", "create", "c.py"]);
    if review_with_baseline(&project).is_none() {
        return;
    }
    fs::write(project.path("z.py"), OLD).unwrap();
    project.run(&["baseline", "update"]);
    assert_eq!(project.read(BASELINE).matches("path = ").count(), 3);
    let terminal = Terminal::new(project.state.path()).keys("Write this?", "y");
    let session = terminal.run(project.folder.path(), &["undo"]).unwrap();
    assert_eq!(session.code, Some(0), "{}", session.shown);
    let merged = project.read(BASELINE);
    assert!(merged.matches("path = ").count() == 2 && !merged.contains("a.py"), "{merged}");
}

#[test]
fn the_state_of_a_project_that_vanished_is_kept_for_a_while_and_then_removed() {
    let project = Project::new(&[("a.py", OLD.as_bytes())]);
    let kept = || fs::read_dir(project.state.path().join("projects")).unwrap().count();
    let age = |path: &Path, days: u64| {
        let then = std::time::SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    };
    let vanished = tempfile::tempdir().unwrap();
    fs::write(vanished.path().join("b.py"), OLD).unwrap();
    project.run_in(vanished.path(), &["fix"]);
    let folder = fs::read_dir(project.state.path().join("projects")).unwrap().next().unwrap().unwrap().path();
    drop(vanished);
    let looked = project.state.path().join("looked");
    for (days_missing, expected) in [(0, 2), (29, 2), (31, 1)] {
        age(&looked, 2);
        if days_missing > 0 {
            age(&folder.join("missing"), days_missing);
        }
        fs::write(project.path("a.py"), OLD).unwrap();
        assert_eq!(project.run(&["fix"]).code, Some(0));
        assert_eq!(kept(), expected, "{days_missing}");
    }
    assert_eq!(project.run(&["undo"]).code, Some(0), "its own state is there");
}

/// A limit on the size of files stands for a disk that is full: the file fits, its journal does not.
#[test]
fn a_run_whose_journal_cannot_be_written_says_so_and_is_not_listed() {
    let long = format!("{OLD}# {}\n", "x".repeat(300));
    let project = Project::new(&[("a.py", long.as_bytes())]);
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{}' fix", env!("CARGO_BIN_EXE_tightwire"));
    let mut sh = Command::new("sh");
    sh.args(["-c", &script]).current_dir(project.folder.path()).env("TIGHTWIRE_STATE_DIR", project.state.path());
    let output = sh.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("this run cannot be undone") && !said.contains("takes it back"), "{said}");
    assert_eq!(project.read("a.py"), long.replace("\"\"", "\"127.0.0.1\""));
    assert_eq!(project.run(&["undo", "--list"]).out, "");
    let undone = project.run(&["undo"]);
    assert!(undone.code == Some(2) && undone.err.contains("no run of"), "{}", undone.err);
}

#[test]
fn a_project_that_was_moved_is_told_where_it_can_be_undone() {
    let project = Project::new(&[("shop/a.py", OLD.as_bytes())]);
    fs::remove_dir(project.path(".git")).unwrap();
    fs::create_dir(project.path("shop/.git")).unwrap();
    project.run_in(&project.path("shop"), &["fix"]);
    fs::rename(project.path("shop"), project.path("moved")).unwrap();
    let undone = project.run_in(&project.path("moved"), &["undo"]);
    assert_eq!(undone.code, Some(2));
    assert!(undone.err.contains("shop, which is not there: a project that was moved"), "{}", undone.err);
    fs::rename(project.path("moved"), project.path("shop")).unwrap();
    assert_eq!(project.run_in(&project.path("shop"), &["undo"]).code, Some(0));
    assert_eq!(project.read("shop/a.py"), OLD);
}
