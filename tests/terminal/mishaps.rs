//! What goes wrong around a review: files that become something else, editors that fail, a baseline that cannot be written,
//! keys that are none, a terminal of two rows, a second review. Nothing is lost, and what was not done is said.

use crate::project::{BASELINE, Project};
use crate::pty::{Session, Terminal};
use crate::sources::{BIND, FIXED};
use crate::trials::{PTY, tests};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

tests! {
    a_file_that_is_something_else_by_then_is_named_and_the_others_are_written: [PTY],
    an_editor_that_goes_wrong_loses_nothing: [PTY],
    a_baseline_that_cannot_be_written_leaves_the_finding_open_and_the_answer_kept: [PTY],
    what_is_no_key_is_no_answer: [PTY],
    a_terminal_of_one_row_and_one_column_is_enough: [PTY],
    of_two_reviews_at_once_one_keeps_its_answers_and_no_file_is_written_twice: [PTY],
}

/// The end of the line that asks.
const ASKED: &str = "q,Q,?]";

/// Two files with a finding each.
fn project() -> Project {
    Project::new(&[("a.py", BIND), ("b.py", BIND)])
}

/// Without colours, so that what is shown can be compared.
fn plain(project: &Project) -> Terminal {
    project.terminal().variable("NO_COLOR", "1")
}

/// A review that ends with `code`.
fn review(project: &Project, terminal: Terminal, code: i64) -> Session {
    let session = project.review(terminal);
    assert_eq!(session.code, Some(code), "{}", session.shown);
    session
}

fn a_file_that_is_something_else_by_then_is_named_and_the_others_are_written() {
    for (meanwhile, said) in [
        ("os.remove(path)", "the file is no longer there"),
        ("os.chmod(path, 0o444)", "the file is read-only"),
        ("os.remove(path); os.mkdir(path)", "it is not a regular file"),
        ("os.rename(path, path + '~'); os.symlink(path + '~', path)", "it is a symbolic link"),
    ] {
        let project = project();
        let python = format!("import os\npath = os.path.join(folder, 'a.py')\n{meanwhile}\n");
        let terminal = plain(&project).step(json!({"wait": ASKED, "python": python, "keys": "y"}));
        let session = review(&project, terminal.keys(ASKED, "y").keys(ASKED, "q"), 2);
        let shown = session.shown.replace("\r\n", "\n");
        assert!(shown.contains(&format!("not written: {said}\n  --> a.py\n  help: ")), "{shown}");
        assert!(shown.contains("1 left: 1 with a failed fix"), "{shown}");
        assert_eq!(project.read("b.py"), FIXED);
        let undone = plain(&project).run(project.folder.path(), &["undo"]);
        assert_eq!((undone.code, project.read("b.py").as_str()), (Some(0), BIND), "{}", undone.shown);
    }
}

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
        let project = project();
        let editor = project.script("editor", script);
        let mut terminal = plain(&project).variable("EDITOR", &editor);
        terminal = terminal.keys(ASKED, "e").keys(said, keys);
        if script.contains("def (") || script.contains("\\000") {
            terminal = terminal.keys("Edit again?", "n");
        }
        let session = review(&project, terminal.keys(ASKED, "q"), 0);
        assert!(session.shown.contains("There was nothing to write"), "{script}: {}", session.shown);
        assert_eq!(project.read("a.py"), BIND, "{script}");
    }
}

fn a_baseline_that_cannot_be_written_leaves_the_finding_open_and_the_answer_kept() {
    let project = project();
    fs::write(project.path(BASELINE), "version = 1\nfindings = [\n]\n").unwrap();
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o444)).unwrap();
    let session = review(&project, plain(&project).keys(ASKED, "b").keys(ASKED, "q"), 2);
    assert!(session.shown.contains("the baseline was not written: the file is read-only"), "{}", session.shown);
    assert!(session.shown.contains("`--baseline`"), "{}", session.shown);
    assert!(session.shown.contains("2 left: 2 with a safe fix"), "{}", session.shown);
    fs::set_permissions(project.path(BASELINE), fs::Permissions::from_mode(0o644)).unwrap();
    let again = plain(&project).keys("Resume it?", "y").keys("b.py:3", "").keys(ASKED, "q");
    let session = review(&project, again, 0);
    assert!(session.shown.contains("a.py: 1 added to the baseline"), "{}", session.shown);
    assert!(project.read(BASELINE).contains("a.py"));
}

fn what_is_no_key_is_no_answer() {
    // A byte that is no UTF-8, a NUL, a letter beyond ASCII, Escape, Ctrl-\, a function key, and Ctrl-Z, by which who has no shell
    // above them cannot be stopped.
    for bytes in ["ff", "00", "c3a4", "1b", "1c", "1b5b31357e", "1a"] {
        let project = project();
        let terminal = plain(&project).step(json!({"wait": ASKED, "bytes": bytes})).keys(ASKED, "q");
        let session = review(&project, terminal, 0);
        assert!(session.shown.contains("There was nothing to write"), "{bytes}: {}", session.shown);
        assert_eq!(project.read("a.py"), BIND);
    }
}

fn a_terminal_of_one_row_and_one_column_is_enough() {
    for size in [(1, 1), (2, 20), (5, 20)] {
        let project = project();
        let terminal = plain(&project).size(size.0, size.1).variable("PAGER", "cat").keys(ASKED, "g");
        let terminal = terminal.keys("a number", "2\r").keys("b.py:3", "").keys(ASKED, "x").keys(ASKED, "p");
        review(&project, terminal.keys(ASKED, "y").keys(ASKED, "q"), 0);
        assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (BIND, FIXED));
    }
}

fn of_two_reviews_at_once_one_keeps_its_answers_and_no_file_is_written_twice() {
    let project = project();
    let (asked, done) = (project.path(".git/asked"), project.path(".git/done"));
    let wait = "import os, time\nopen(folder + '/.git/asked', 'w').close()\nwhile not os.path.exists(folder + '/.git/done'):\n    time.sleep(0.02)\n";
    let first = plain(&project).step(json!({"wait": ASKED, "python": wait, "keys": "y"}));
    let first = first.keys(ASKED, "y").keys(ASKED, "q");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| review(&project, first, 2));
        while !asked.exists() {
            assert!(!first.is_finished(), "the first review ended before it asked");
            std::thread::sleep(Duration::from_millis(20));
        }
        let second = plain(&project).keys("another review of this project", "").keys(ASKED, "y").keys(ASKED, "q");
        let second = review(&project, second, 0);
        fs::write(&done, "").unwrap();
        let (first, second) = (first.join().unwrap(), second);
        assert!(second.shown.contains("a.py: 1 fixed"), "{}", second.shown);
        assert!(first.shown.contains("not written: the file changed") && first.shown.contains("b.py: 1 fixed"));
        assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (FIXED, FIXED));
    });
}
