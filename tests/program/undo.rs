//! `tightwire undo` gives back what `fix` took, byte for byte, and never more than that.

use crate::project::{BASELINE, PROGRAM, Project};
use crate::sources::{BIND, FIXED};
use crate::trials::{PTY, tests};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

tests! {
    files_come_back_byte_for_byte_and_with_their_mode,
    a_mode_that_was_changed_since_comes_back_too,
    each_undo_goes_back_one_more_run_and_a_named_run_is_undone_again,
    a_file_that_was_changed_since_is_named_and_left_and_the_others_come_back,
    a_run_of_which_nothing_could_be_restored_is_still_the_last,
    a_link_in_a_files_place_is_not_written_through,
    at_a_terminal_a_change_in_other_lines_is_merged_when_the_person_wants_it: [PTY],
    ctrl_c_at_the_question_writes_nothing_and_gives_the_terminal_back: [PTY],
    a_run_that_was_killed_is_undone,
    a_run_without_a_place_for_its_journal_says_so_once_and_goes_on,
    nothing_is_recorded_of_what_writes_nothing,
    a_project_is_found_from_its_folders_and_another_is_named,
    without_a_repository_the_folder_above_that_was_fixed_is_found,
    unknown_runs_and_damaged_journals_are_errors_with_three_parts,
    the_list_of_runs_is_there_for_programs_too,
    a_baseline_that_a_review_has_made_is_removed: [PTY],
    entries_that_a_review_has_put_in_a_baseline_go_and_the_others_stay_as_they_are: [PTY],
    a_baseline_that_was_changed_since_is_merged_or_named: [PTY],
    the_state_of_a_project_that_vanished_is_kept_for_a_while_and_then_removed,
    a_run_whose_journal_cannot_be_written_says_so_and_is_not_listed,
    a_project_that_was_moved_is_told_where_it_can_be_undone,
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn files_come_back_byte_for_byte_and_with_their_mode() {
    let crlf = BIND.replace('\n', "\r\n").into_bytes();
    let bom = [b"\xef\xbb\xbf", BIND.as_bytes()].concat();
    let latin1 = [b"# -*- coding: latin-1 -*-\n# caf\xe9\n", BIND.trim_end().as_bytes()].concat();
    let files: &[(&str, &[u8], u32)] = &[
        ("plain.py", BIND.as_bytes(), 0o644),
        ("sub/crlf.py", &crlf, 0o600),
        ("sub/bom.py", &bom, 0o755),
        ("latin 1\n\u{e4}.py", &latin1, 0o664),
    ];
    let project = Project::new(&[("sub/clean.py", "")]);
    for (path, bytes, mode) in files {
        fs::write(project.path(path), bytes).unwrap();
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(*mode)).unwrap();
    }
    let fixed = project.run(&["fix"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.err);
    assert!(fixed.err.contains("`tightwire undo` reverts it"), "{}", fixed.err);
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

fn a_mode_that_was_changed_since_comes_back_too() {
    let project = Project::new(&[("a.py", BIND)]);
    fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o751)).unwrap();
    project.run(&["fix"]);
    fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o644)).unwrap();
    project.run(&["undo"]);
    assert_eq!((project.read("a.py").as_str(), mode(&project.path("a.py"))), (BIND, 0o751));
}

fn each_undo_goes_back_one_more_run_and_a_named_run_is_undone_again() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND)]);
    project.run(&["fix", "a.py"]);
    project.run(&["fix", "b.py"]);
    let listed = project.run(&["undo", "--list"]);
    assert_eq!(listed.code, Some(0));
    let lines: Vec<&str> = listed.out.lines().collect();
    assert!(lines[0].contains("1 file  fix b.py") && lines[1].contains("1 file  fix a.py"), "{}", listed.out);
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (FIXED, BIND));
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!(project.read("a.py"), BIND);
    let third = project.run(&["undo"]);
    assert_eq!(third.code, Some(2));
    assert!(third.err.contains("every run of") && third.err.contains("help: "), "{}", third.err);
    assert_eq!(project.run(&["undo", "--list"]).out.matches("(undone)").count(), 2);
    // What was undone is fixed again by hand, so to say.
    fs::write(project.path("a.py"), FIXED).unwrap();
    assert_eq!(project.run(&["undo", "1"]).code, Some(0));
    assert_eq!(project.read("a.py"), BIND);
}

fn a_file_that_was_changed_since_is_named_and_left_and_the_others_come_back() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND), ("c.py", BIND)]);
    project.run(&["fix"]);
    let theirs = FIXED.replace("127.0.0.1", "10.0.0.1");
    fs::write(project.path("a.py"), &theirs).unwrap();
    fs::remove_file(project.path("b.py")).unwrap();
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2));
    for said in ["--> a.py", "have changed since", "--> b.py", "no longer there", "2 files left as they are", "help: "]
    {
        assert!(undone.err.contains(said), "{said}: {}", undone.err);
    }
    assert_eq!((project.read("a.py"), project.read("c.py").as_str()), (theirs, BIND));
    assert!(!project.path("b.py").exists());
}

fn a_run_of_which_nothing_could_be_restored_is_still_the_last() {
    let project = Project::new(&[("a.py", BIND)]);
    project.run(&["fix"]);
    fs::write(project.path("a.py"), "theirs = 1\n").unwrap();
    assert_eq!(project.run(&["undo"]).code, Some(2));
    fs::write(project.path("a.py"), FIXED).unwrap();
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!(project.read("a.py"), BIND);
}

fn a_link_in_a_files_place_is_not_written_through() {
    let project = Project::new(&[("a.py", BIND), ("t.py", "")]);
    project.run(&["fix"]);
    fs::rename(project.path("a.py"), project.path("t.py")).unwrap();
    std::os::unix::fs::symlink("t.py", project.path("a.py")).unwrap();
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2), "{}", undone.err);
    assert_eq!(project.read("t.py"), FIXED);
}

fn at_a_terminal_a_change_in_other_lines_is_merged_when_the_person_wants_it() {
    let theirs = format!("# theirs\n{FIXED}");
    for (key, expected, code) in [("y", format!("# theirs\n{BIND}"), 0), ("n", theirs.clone(), 2)] {
        for dumb in [false, true] {
            let project = Project::new(&[("a.py", BIND)]);
            project.run(&["fix"]);
            fs::write(project.path("a.py"), &theirs).unwrap();
            assert_eq!(project.run(&["undo"]).code, Some(2), "nobody is asked off a terminal");
            let terminal = project.terminal().variable("TERM", if dumb { "dumb" } else { "xterm" });
            let session = terminal.keys("Write this?", key).run(project.folder.path(), &["undo"]);
            assert_eq!(session.code, Some(code), "{}", session.shown);
            assert_eq!(project.read("a.py"), expected);
            assert!(session.is_restored, "{}: {:?}", session.settings, session.shown);
            assert!(session.shown.contains("+s.bind((\"0.0.0.0\", 8080))"), "{}", session.shown);
            assert!(!dumb || !session.shown.contains('\x1b'), "{:?}", session.shown);
        }
    }
}

fn ctrl_c_at_the_question_writes_nothing_and_gives_the_terminal_back() {
    for dumb in [false, true] {
        let project = Project::new(&[("a.py", BIND)]);
        project.run(&["fix"]);
        let theirs = format!("# theirs\n{FIXED}");
        fs::write(project.path("a.py"), &theirs).unwrap();
        let terminal = project.terminal().variable("TERM", if dumb { "dumb" } else { "xterm" });
        let terminal = terminal.step(serde_json::json!({"wait": "Write this?", "keys": "\x03", "pause": 0.2}));
        let session = terminal.run(project.folder.path(), &["undo"]);
        assert!(session.is_restored, "{}: {:?}", session.settings, session.shown);
        assert_eq!(project.read("a.py"), theirs);
        assert_eq!(session.code, Some(130), "{}", session.shown);
        assert!(session.shown.rfind("\x1b[?25h") >= session.shown.rfind("\x1b[?25l"), "{:?}", session.shown);
    }
}

fn a_run_that_was_killed_is_undone() {
    const FILES: usize = 200;
    let names: Vec<String> = (0..FILES).map(|number| format!("d{}/f{number}.py", number % 7)).collect();
    let mut midway = 0;
    for round in 0..6 {
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BIND)).collect();
        let project = Project::new(&files);
        let mut run =
            project.command_in(project.folder.path(), &["fix", "-q", "."]).stdout(Stdio::null()).spawn().unwrap();
        let watched = project.path(&names[round * FILES / 6]);
        while fs::read(&watched).unwrap() == BIND.as_bytes() && run.try_wait().unwrap().is_none() {}
        std::thread::sleep(Duration::from_micros(u64::try_from(round * 53).unwrap()));
        drop(run.kill());
        run.wait().unwrap();
        let fixed = names.iter().filter(|name| project.read(name) == FIXED).count();
        midway += usize::from((1..FILES).contains(&fixed));
        let undone = project.run(&["undo"]);
        assert_eq!(undone.code, Some(0), "{}", undone.err);
        assert_eq!(undone.out.lines().count(), fixed);
        assert!(names.iter().all(|name| project.read(name) == BIND));
    }
    println!("{midway} of 6 runs were killed half way");
    assert!(midway > 0, "no run was killed half way");
}

fn a_run_without_a_place_for_its_journal_says_so_once_and_goes_on() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND)]);
    let blocked = project.path("blocked");
    fs::write(&blocked, "").unwrap();
    let output =
        project.command_in(project.folder.path(), &["fix"]).env("TIGHTWIRE_STATE_DIR", &blocked).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(said.matches("this run cannot be undone, because ").count(), 1, "{said}");
    assert!(!said.contains("tightwire undo"), "{said}");
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (FIXED, FIXED));
}

fn nothing_is_recorded_of_what_writes_nothing() {
    let project = Project::new(&[("a.py", BIND), ("clean.py", "x = 1\n")]);
    for args in [&["check"][..], &["fix", "--dry-run"], &["fix", "clean.py"], &["undo", "--list"]] {
        project.run(args);
        assert_eq!(fs::read_dir(project.state.path()).unwrap().count(), 0, "{args:?}");
    }
}

fn a_project_is_found_from_its_folders_and_another_is_named() {
    let project = Project::new(&[("sub/a.py", BIND)]);
    let outside = tempfile::tempdir().unwrap();
    project.run_in(outside.path(), &["fix", project.path("sub/a.py").to_str().unwrap()]);
    let lost = project.run_in(outside.path(), &["undo"]);
    assert_eq!(lost.code, Some(2));
    let home = project.folder.path().canonicalize().unwrap();
    assert!(lost.err.contains("no recorded runs of") && lost.err.contains(home.to_str().unwrap()), "{}", lost.err);
    assert_eq!(project.run_in(&project.path("sub"), &["undo"]).code, Some(0));
    assert_eq!(project.read("sub/a.py"), BIND);
}

fn without_a_repository_the_folder_above_that_was_fixed_is_found() {
    let project = Project::new(&[("sub/a.py", BIND)]);
    fs::remove_dir(project.path(".git")).unwrap();
    project.run(&["fix"]);
    assert_eq!(project.run_in(&project.path("sub"), &["undo"]).code, Some(0));
    assert_eq!(project.read("sub/a.py"), BIND);
}

fn unknown_runs_and_damaged_journals_are_errors_with_three_parts() {
    let project = Project::new(&[("a.py", BIND)]);
    let none = project.run(&["undo"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("no recorded runs of") && none.err.contains("help: "), "{}", none.err);
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
    assert_eq!(project.read("a.py"), FIXED);
}

fn the_list_of_runs_is_there_for_programs_too() {
    let project = Project::new(&[("a.py", BIND)]);
    project.run(&["fix"]);
    let listed: serde_json::Value =
        serde_json::from_str(&project.run(&["undo", "--list", "--output-format", "json"]).out).unwrap();
    assert_eq!((&listed[0]["run"], &listed[0]["undone"]), (&1.into(), &false.into()));
    assert!(listed[0]["files"][0].as_str().unwrap().ends_with("a.py"));
}

/// A review in which `b` is pressed for the first file and `y` for the second, each written by a `w` of its own.
fn review_with_baseline(project: &Project) {
    let asked = "q,Q,?]";
    let keys = ["b", "w", "y", "\r"].iter().fold(project.terminal(), |terminal, key| terminal.keys(asked, key));
    let session = project.review(keys);
    assert_eq!(session.code, Some(0), "{}", session.shown);
    assert!(session.shown.contains("a.py: 1 added to the baseline"), "{}", session.shown);
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (BIND, FIXED));
    assert_eq!(project.run(&["check"]).code, Some(0));
}

fn a_baseline_that_a_review_has_made_is_removed() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND)]);
    review_with_baseline(&project);
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(0), "{}", undone.err);
    assert!(undone.out.contains("tightwire-baseline.toml: removed"), "{}", undone.out);
    assert!(undone.err.contains("Restored 2 files of run 1"), "{}", undone.err);
    assert!(!project.path(BASELINE).exists());
    assert_eq!(project.read("b.py"), BIND);
    assert_eq!(project.run(&["check"]).code, Some(1));
    // Nothing is left to be done, and nothing is in the way of the next one.
    assert_eq!(project.run(&["undo", "1"]).code, Some(0));
}

fn entries_that_a_review_has_put_in_a_baseline_go_and_the_others_stay_as_they_are() {
    let third = BIND.replace("8080", "9090");
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND), ("c.py", &third)]);
    project.run(&["baseline", "create", "c.py"]);
    let reasoned = project.read(BASELINE).replace(" },", ", reason = \"a test\" },");
    fs::write(project.path(BASELINE), &reasoned).unwrap();
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o640)).unwrap();
    review_with_baseline(&project);
    assert_eq!(project.read(BASELINE).matches("reason = \"a test\"").count(), 1);
    assert_eq!(project.run(&["undo"]).code, Some(0));
    assert_eq!((project.read(BASELINE).as_str(), mode(&project.path(BASELINE))), (reasoned.as_str(), 0o640));
    assert_eq!(project.run(&["undo", "--list"]).out.matches("(undone)").count(), 1);
}

fn a_baseline_that_was_changed_since_is_merged_or_named() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND), ("z.py", "")]);
    review_with_baseline(&project);
    // One that the run has made: what others put in it stays, and so does all of it.
    fs::write(project.path("z.py"), BIND).unwrap();
    project.run(&["baseline", "update"]);
    let theirs = project.read(BASELINE);
    let undone = project.run(&["undo"]);
    assert_eq!(undone.code, Some(2), "{}", undone.err);
    assert!(undone.err.contains("--> tightwire-baseline.toml") && undone.err.contains("help: "), "{}", undone.err);
    assert_eq!((project.read(BASELINE), project.read("b.py").as_str()), (theirs, BIND));

    // One that was there: the entries of both sides are told apart by their lines.
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND), ("c.py", BIND)]);
    project.run(&["baseline", "create", "c.py"]);
    review_with_baseline(&project);
    fs::write(project.path("z.py"), BIND).unwrap();
    project.run(&["baseline", "update"]);
    assert_eq!(project.read(BASELINE).matches("path = ").count(), 3);
    let terminal = project.terminal().keys("Write this?", "y");
    let session = terminal.run(project.folder.path(), &["undo"]);
    assert_eq!(session.code, Some(0), "{}", session.shown);
    let merged = project.read(BASELINE);
    assert!(merged.matches("path = ").count() == 2 && !merged.contains("a.py"), "{merged}");
}

fn the_state_of_a_project_that_vanished_is_kept_for_a_while_and_then_removed() {
    let project = Project::new(&[("a.py", BIND)]);
    let kept = || fs::read_dir(project.state.path().join("projects")).unwrap().count();
    let age = |path: &Path, days: u64| {
        let then = std::time::SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
    };
    let vanished = tempfile::tempdir().unwrap();
    fs::write(vanished.path().join("b.py"), BIND).unwrap();
    project.run_in(vanished.path(), &["fix"]);
    let folder = fs::read_dir(project.state.path().join("projects")).unwrap().next().unwrap().unwrap().path();
    drop(vanished);
    let looked = project.state.path().join("looked");
    for (days_missing, expected) in [(0, 2), (29, 2), (31, 1)] {
        age(&looked, 2);
        if days_missing > 0 {
            age(&folder.join("missing"), days_missing);
        }
        fs::write(project.path("a.py"), BIND).unwrap();
        assert_eq!(project.run(&["fix"]).code, Some(0));
        assert_eq!(kept(), expected, "{days_missing}");
    }
    assert_eq!(project.run(&["undo"]).code, Some(0), "its own state is there");
}

/// A limit on the size of files stands for a disk that is full: the file fits, its journal does not.
fn a_run_whose_journal_cannot_be_written_says_so_and_is_not_listed() {
    let long = format!("{BIND}# {}\n", "x".repeat(300));
    let project = Project::new(&[("a.py", &long)]);
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{PROGRAM}' fix");
    let mut sh = Command::new("sh");
    sh.args(["-c", &script]).current_dir(project.folder.path()).env("TIGHTWIRE_STATE_DIR", project.state.path());
    let output = sh.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("this run cannot be undone") && !said.contains("reverts it"), "{said}");
    assert_eq!(project.read("a.py"), long.replace("0.0.0.0", "127.0.0.1"));
    assert_eq!(project.run(&["undo", "--list"]).out, "");
    let undone = project.run(&["undo"]);
    assert!(undone.code == Some(2) && undone.err.contains("no recorded runs of"), "{}", undone.err);
}

fn a_project_that_was_moved_is_told_where_it_can_be_undone() {
    let project = Project::new(&[("shop/a.py", BIND)]);
    fs::remove_dir(project.path(".git")).unwrap();
    fs::create_dir(project.path("shop/.git")).unwrap();
    project.run_in(&project.path("shop"), &["fix"]);
    fs::rename(project.path("shop"), project.path("moved")).unwrap();
    let undone = project.run_in(&project.path("moved"), &["undo"]);
    assert_eq!(undone.code, Some(2));
    assert!(undone.err.contains("shop, which no longer exists; if you moved the project"), "{}", undone.err);
    fs::rename(project.path("moved"), project.path("shop")).unwrap();
    assert_eq!(project.run_in(&project.path("shop"), &["undo"]).code, Some(0));
    assert_eq!(project.read("shop/a.py"), BIND);
}
