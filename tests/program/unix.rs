//! What the program does with files and streams as Unix has them: links, modes, devices, names that are no names.

use crate::cli::assert_three_parts;
use crate::project::{Ran, STATE, command, folder, run};
use crate::pty::Terminal;
use crate::sources::BIND;
use crate::trials::{MODES, Need, PTY, tests};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Stdio;

/// Reads of it fail with EIO for every user, root too.
const UNREADABLE: &str = "/proc/self/mem";

tests! {
    an_unreadable_file_is_named_and_the_rest_goes_on: [Need::Attempt(|| is_there(UNREADABLE))],
    a_file_or_folder_without_read_permission_is_named: [MODES],
    a_read_only_file_is_refused_and_left,
    the_mode_of_a_fixed_file_is_kept,
    another_hard_link_to_a_fixed_file_is_named,
    dangling_links_and_loops_are_passed_over_in_a_walk_and_named_when_given,
    a_link_out_of_the_tree_is_never_written_through,
    a_closed_stdout_ends_the_program_quietly,
    a_full_disk_under_stdout_is_an_error: [Need::Attempt(|| is_there("/dev/full"))],
    escapes_and_bidi_controls_in_names_and_source_are_made_visible,
    a_diff_shows_escapes_at_a_terminal_and_keeps_them_in_a_pipe: [PTY],
}

fn is_there(path: &str) -> Result<(), String> {
    if Path::new(path).exists() { Ok(()) } else { Err(format!("no {path} on this machine")) }
}

fn another_hard_link_to_a_fixed_file_is_named() {
    let folder = folder(&[("a.py", BIND)]);
    fs::hard_link(folder.path().join("a.py"), folder.path().join("same.txt")).unwrap();
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("warning: a.py: 1 other hard link, which keeps the old contents"), "{}", ran.err);
    assert_eq!(fs::read_to_string(folder.path().join("same.txt")).unwrap(), BIND);
    assert_ne!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BIND);
}

fn an_unreadable_file_is_named_and_the_rest_goes_on() {
    let folder = folder(&[("a.py", BIND)]);
    let ran = run(folder.path(), &["check", UNREADABLE, "a.py"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, UNREADABLE);
    assert!(ran.out.contains("a.py:3:9"));
}

fn a_file_or_folder_without_read_permission_is_named() {
    let folder = folder(&[("a.py", BIND), ("secret.py", ""), ("locked/b.py", "")]);
    for name in ["secret.py", "locked"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let ran = run(folder.path(), &["check"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "secret.py");
    assert_three_parts(&ran, "locked");
    assert!(ran.out.contains("a.py:3:9"));
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o700)).unwrap();
}

fn a_read_only_file_is_refused_and_left() {
    let folder = folder(&[("a.py", BIND)]);
    let path = folder.path().join("a.py");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let ran = run(folder.path(), &["fix"]);
    assert_eq!(ran.code, Some(2));
    assert_three_parts(&ran, "a.py");
    assert!(ran.err.contains("read-only"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), BIND);
    let report = run(folder.path(), &["fix", "--output-format", "json"]).json();
    assert_eq!(report["findings"][0]["outcome"], "failed");
    assert_eq!(report["errors"][0]["path"], "a.py");
}

fn the_mode_of_a_fixed_file_is_kept() {
    let folder = folder(&[("a.py", BIND)]);
    let path = folder.path().join("a.py");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    run(folder.path(), &["fix"]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
}

fn dangling_links_and_loops_are_passed_over_in_a_walk_and_named_when_given() {
    let folder = folder(&[("a.py", BIND)]);
    symlink("nowhere.py", folder.path().join("dangling.py")).unwrap();
    symlink(".", folder.path().join("loop")).unwrap();
    symlink("round.py", folder.path().join("round.py")).unwrap();
    let walked = run(folder.path(), &["check"]);
    assert_eq!(walked.code, Some(1), "{}", walked.err);
    for link in ["dangling.py", "round.py"] {
        let ran = run(folder.path(), &["check", link]);
        assert_eq!(ran.code, Some(2));
        assert_three_parts(&ran, link);
    }
}

fn a_link_out_of_the_tree_is_never_written_through() {
    let outside = folder(&[("t.py", BIND)]);
    let folder = folder(&[("a.py", "")]);
    symlink(outside.path().join("t.py"), folder.path().join("link.py")).unwrap();
    symlink(outside.path(), folder.path().join("linked")).unwrap();
    assert_eq!(run(folder.path(), &["fix"]).code, Some(0));
    assert_eq!(run(folder.path(), &["check", "link.py"]).code, Some(1), "a check reads what it is given");
    for args in [["fix", "link.py"].as_slice(), &["fix", "--dry-run", "link.py"]] {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, Some(2));
        assert_three_parts(&ran, "link.py");
        assert_eq!(ran.out.matches("127.0.0.1").count(), 0, "{}", ran.out);
    }
    assert_eq!(fs::read_to_string(outside.path().join("t.py")).unwrap(), BIND);
}

fn a_closed_stdout_ends_the_program_quietly() {
    let names: Vec<String> = (0..2000).map(|n| format!("f{n}.py")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BIND)).collect();
    let folder = folder(&files);
    for args in [["check"].as_slice(), &["fix", "--dry-run"], &["check", "--output-format", "json"]] {
        let mut command = command(folder.path(), args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = Ran::of(&child.wait_with_output().unwrap());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(!ran.err.contains("error"), "{}", ran.err);
    }
}

fn a_full_disk_under_stdout_is_an_error() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let folder = folder(&[("a.py", BIND)]);
    let ran = Ran::of(&command(folder.path(), &["check"]).stdout(full).output().unwrap());
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("standard output"), "{}", ran.err);
}

fn escapes_and_bidi_controls_in_names_and_source_are_made_visible() {
    let text = BIND.replace("8080))", "8080))  # \x1b[31m\u{202e}red");
    let folder = folder(&[("e\x1b[2J\u{202e}vil\n.py", &text)]);
    for format in ["text", "concise", "json"] {
        let ran = run(folder.path(), &["check", "--output-format", format]);
        assert_eq!(ran.code, Some(1));
        assert!(!ran.out.contains(['\x1b', '\u{202e}']), "{format}: {}", ran.out.escape_debug());
    }
    let ran = run(folder.path(), &["check", "\x1b]0;title\x07.py"]);
    assert!(!ran.err.contains(['\x1b', '\x07']), "{}", ran.err.escape_debug());
    let fixed = run(folder.path(), &["fix"]);
    assert!(!fixed.out.contains('\x1b'));
}

fn a_diff_shows_escapes_at_a_terminal_and_keeps_them_in_a_pipe() {
    let text = BIND.replace("8080))", "8080))  # \x1b[2J\u{202e}red");
    let folder = folder(&[("a.py", &text)]);
    assert!(run(folder.path(), &["fix", "--dry-run"]).out.contains("\x1b[2J\u{202e}"));
    let args = ["fix", "--dry-run", "--color", "never"];
    let terminal = Terminal::new(Path::new(STATE));
    let session = terminal.run(folder.path(), &args);
    assert!(!session.shown.contains(['\x1b', '\u{202e}']), "{}", session.shown.escape_debug());
    assert!(session.shown.contains("\u{241b}[2J\\u{202e}red"), "{}", session.shown);
}
