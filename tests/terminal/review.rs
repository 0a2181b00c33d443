//! `fix --interactive` at a pseudo-terminal: what a person sees and presses, what is written, and what is left when they, or
//! the machine, go away in the middle of it.

use crate::project::{PROGRAM, Project};
use crate::pty::{Session, Terminal};
use crate::sources::{BIND, FIXED, TWO};
use crate::trials::{PTY, tests};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

tests! {
    keys_are_answers_and_q_writes_them: [PTY],
    tab_and_a_digit_choose_another_way_and_another_review_goes_on_with_it: [PTY],
    questions_come_first_and_a_yes_holds_for_all_fixes_that_hang_on_it: [PTY],
    what_a_fix_changes_in_a_line_is_highlighted_and_imports_are_dimmed: [PTY],
    the_review_is_undone_as_one_run: [PTY],
    ctrl_c_at_any_question_writes_nothing_gives_the_terminal_back_and_keeps_the_answers: [PTY],
    signals_from_outside_give_the_terminal_back_too: [PTY],
    a_review_killed_at_any_moment_is_resumed_with_nothing_lost: [PTY],
    a_review_killed_while_it_writes_is_resumed_and_undone: [PTY],
    answers_of_one_clone_are_not_taken_for_those_of_another: [PTY],
    a_project_that_is_moved_begins_anew_and_finds_its_answers_where_it_was: [PTY],
    sixty_columns_and_a_resize_in_the_middle_are_enough: [PTY],
    a_dumb_terminal_gets_lines_and_no_escapes: [PTY],
    the_editor_is_the_users_with_its_arguments_and_ctrl_c_is_its_own: [PTY],
    an_editor_that_cannot_be_started_or_changes_nothing_loses_nothing: [PTY],
    the_pager_is_the_users_and_a_missing_one_is_no_fault: [PTY],
    a_file_that_changes_while_it_is_reviewed_is_not_written: [PTY],
    nothing_is_asked_about_a_file_that_cannot_be_written: [PTY],
    without_a_place_for_answers_the_review_goes_on: [PTY],
    hostile_names_and_texts_do_not_reach_the_terminal: [PTY],
    a_terminal_that_goes_away_ends_the_review_without_writing: [PTY],
}

/// The end of the line that asks.
const ASKED: &str = "q,Q,?]";

/// `fix -i`, with each of `keys` pressed when the review asks.
fn press(project: &Project, keys: &[&str]) -> Session {
    project.review(keys.iter().fold(project.terminal(), |terminal, keys| terminal.keys(ASKED, keys)))
}

/// How many answers are in the file of answers.
fn kept_answers(project: &Project) -> usize {
    let projects = fs::read_dir(project.state.path().join("projects"));
    let files = projects.into_iter().flatten().map(|project| project.unwrap().path().join("review.jsonl"));
    let kept = files.map(|file| fs::read_to_string(file).unwrap_or_default().matches("\"finding\"").count());
    kept.sum()
}

fn keys_are_answers_and_q_writes_them() {
    let one = TWO.replace("\"\"", "\"127.0.0.1\"");
    let both = one.replace("0.0.0.0", "127.0.0.1");
    let other = TWO.replace("0.0.0.0", "127.0.0.1");
    for (keys, expected) in [
        (&["y", "y", "q"][..], &both),
        (&["y", "n", "\r"], &one),
        (&["n", "\r", "\r"], &other),
        (&["a", "q"], &both),
        (&["y", "q"], &one),
        (&["?", "y", "\x04"], &one),
        (&["y", "u", "q"], &TWO.to_owned()),
        // Arrows move; a key that means nothing is answered by a word.
        (&["\x1b[B", "y", "\x1b[A", "n", "q"], &other),
        (&["z", "y", "q"], &one),
    ] {
        let project = Project::new(&[("a.py", TWO)]);
        let session = press(&project, keys);
        assert_eq!(session.code, Some(0), "{keys:?}: {}", session.shown);
        assert_eq!(&project.read("a.py"), expected, "{keys:?}");
        assert!(session.shown.contains("1/2 · file 1/1 · a.py:3"), "{}", session.shown);
    }
}

fn tab_and_a_digit_choose_another_way_and_another_review_goes_on_with_it() {
    let by_environment =
        format!("import os\n{}", BIND.replace("\"0.0.0.0\"", "os.environ.get(\"HOST\", \"127.0.0.1\")"));
    for (keys, expected) in [
        (&["\t", "y", "q"][..], by_environment.as_str()),
        (&["2", "\r", "q"], &by_environment),
        (&["\t", "\t", "y", "q"], FIXED),
        (&["2", "1", "y", "q"], FIXED),
        (&["3", "y", "q"], FIXED),
    ] {
        let project = Project::new(&[("a.py", BIND)]);
        let session = press(&project, keys);
        assert_eq!(session.code, Some(0), "{keys:?}: {}", session.shown);
        assert_eq!(project.read("a.py"), expected, "{keys:?}");
        assert!(session.shown.contains("[y,n,Tab,u,"), "{}", session.shown);
    }
    let project = Project::new(&[("a.py", BIND)]);
    press(&project, &["\t", "y", "\x03"]);
    assert_eq!(project.read("a.py"), BIND);
    let session = project.review(project.terminal().keys("Resume it?", "y").keys(ASKED, "q"));
    assert_eq!(project.read("a.py"), by_environment, "{}", session.shown);
}

fn questions_come_first_and_a_yes_holds_for_all_fixes_that_hang_on_it() {
    let client = "import http.client\n\n\ndef one():\n    c = http.client.HTTPConnection(\"api.corp\")\n    c.request(\"GET\", \"/\")\n\n\n\
                  def two():\n    c = http.client.HTTPConnection(\"api.corp\")\n    c.request(\"GET\", \"/\")\n";
    let server = "import socketserver\n\nsocketserver.TCPServer((\"0.0.0.0\", 8001), None).serve_forever()\n";
    let files = [
        ("a.py", client),
        ("tools/b.py", server),
        ("tools/c.py", server),
        ("d.py", server),
        ("other/tools/e.py", server),
    ];
    let fixed = server.replace("0.0.0.0", "127.0.0.1");
    for (keys, settings) in [
        (&[("fixes in 1 file", "y"), ("no reason", "ask Ann\r"), ("fixes in 2 files", "n")][..], "tls"),
        (&[("fixes in 1 file", "n"), ("fixes in 2 files", "y"), ("no reason", "\r")][..], "local-only"),
    ] {
        let project = Project::new(&[&files[..], &[("tightwire.toml", "# ours\n")]].concat());
        let terminal = keys.iter().fold(project.terminal(), |terminal, (at, keys)| terminal.keys(at, keys));
        let session = project.review(terminal.keys(ASKED, "q"));
        assert_eq!(session.code, Some(0), "{}", session.shown);
        assert!(session.shown.contains("2 questions first."), "{}", session.shown);
        let config = project.read("tightwire.toml");
        let reason = if settings == "tls" { "ask Ann, 20" } else { "answered in a review, 20" };
        let about = if settings == "tls" { "api.corp" } else { "/tools/" };
        assert!(
            config.starts_with(&format!(
                "# ours\n\n[evidence]\n{settings} = [\n    {{ about = \"{about}\", reason = \"{reason}"
            )),
            "{config}"
        );
        // What hangs on it is safe now, and nothing else was written.
        assert_eq!(project.read("tools/b.py"), server);
        project.run(&["fix"]);
        assert_eq!(project.read("tools/b.py") == fixed, settings == "local-only");
        assert_eq!(project.read("a.py").contains("HTTPSConnection"), settings == "tls");
        assert_eq!(project.read("d.py"), server);
        assert_eq!(project.read("other/tools/e.py"), server, "the answer is about `tools/` alone");
    }
    // Ctrl-C at a question ends the review before it begins.
    let project = Project::new(&files);
    let session = project.review(project.terminal().keys("fixes in 1 file", "\x03"));
    assert_eq!(session.code, Some(130), "{}", session.shown);
    assert!(session.shown.contains("Interrupted; nothing was written."), "{}", session.shown);
    assert!(!project.path("tightwire.toml").exists());
}

fn what_a_fix_changes_in_a_line_is_highlighted_and_imports_are_dimmed() {
    let project =
        Project::new(&[("a.py", "import http.client\n\nc = http.client.HTTPConnection(\"a.example.com\", 80)\n")]);
    let session = press(&project, &["q"]);
    assert!(session.shown.contains("\x1b[2m\x1b[32mimport ssl"), "{:?}", session.shown);
    assert!(
        session.shown.contains("\x1b[1m\x1b[4m\x1b[32m443, context=ssl.create_default_context()\x1b[0m"),
        "{:?}",
        session.shown
    );
}

fn the_review_is_undone_as_one_run() {
    let project = Project::new(&[("a.py", TWO), ("b.py", BIND)]);
    let session = press(&project, &["y", "w", "y", "y", "q"]);
    assert!(session.shown.contains("(run 1)"), "{}", session.shown);
    assert_eq!(project.read("b.py"), FIXED);
    let undone = project.terminal().run(project.folder.path(), &["undo"]);
    assert_eq!(undone.code, Some(0), "{}", undone.shown);
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (TWO, BIND));
}

fn ctrl_c_at_any_question_writes_nothing_gives_the_terminal_back_and_keeps_the_answers() {
    for (key, question) in [("", ASKED), ("g", "Go to file"), ("s", "Reason"), ("Q", "Stop, and write nothing?")] {
        for dumb in [false, true] {
            // On a dumb terminal a line is read by the terminal itself, and the signal ends the program.
            let project = Project::new(&[("a.py", TWO), ("b.py", BIND)]);
            let terminal = project.terminal().variable("TERM", if dumb { "dumb" } else { "xterm" });
            let mut terminal = terminal.keys(ASKED, "y");
            if !key.is_empty() {
                terminal = terminal.keys(ASKED, key);
            }
            let terminal = terminal.step(json!({"wait": question, "keys": "\x03", "pause": 0.3}));
            let session = project.review(terminal);
            assert_eq!(session.code, Some(130), "{key:?} {dumb}: {}", session.shown);
            assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (TWO, BIND));
            assert!(!dumb || !session.shown.contains('\x1b'), "{:?}", session.shown);
            let resumed = project.terminal().keys("Resume it?", "y").keys(ASKED, "q");
            let resumed = project.review(resumed);
            assert!(resumed.shown.contains("1 answer not yet written"), "{}", resumed.shown);
            assert_eq!(project.read("a.py"), TWO.replace("\"\"", "\"127.0.0.1\""));
        }
    }
}

fn signals_from_outside_give_the_terminal_back_too() {
    for signal in ["SIGINT", "SIGTERM", "SIGHUP"] {
        for (key, question) in [("", ASKED), ("g", "Go to file:"), ("s", "Reason")] {
            let project = Project::new(&[("a.py", TWO)]);
            let mut terminal = project.terminal();
            if !key.is_empty() {
                terminal = terminal.keys(ASKED, key);
            }
            let session = project.review(terminal.signal(question, signal, 0.3));
            assert_eq!(session.code, Some(130), "{signal} {key:?}: {}", session.shown);
            assert_eq!(project.read("a.py"), TWO);
        }
    }
}

/// A kill that nothing can catch, at moments spread over a whole review: whatever was answered is offered again, and the
/// review ends as it would have.
fn a_review_killed_at_any_moment_is_resumed_with_nothing_lost() {
    let names: Vec<String> = (0..6).map(|number| format!("f{number}.py")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), TWO)).collect();
    let both = TWO.replace("\"\"", "\"127.0.0.1\"").replace("0.0.0.0", "127.0.0.1");
    let one = TWO.replace("\"\"", "\"127.0.0.1\"");
    // Every combination but two skips in one file.
    let answers: Vec<&str> = (0..12).map(|number| if number % 3 == 1 { "n" } else { "y" }).collect();
    for killed_after in [0, 1, 2, 5, 9, 12] {
        let project = Project::new(&files);
        let terminal =
            answers[..killed_after].iter().fold(project.terminal(), |terminal, key| terminal.keys(ASKED, key));
        // The moment differs: the last answer may be kept already, or not.
        let pause = f64::from(u32::try_from(killed_after).unwrap()) * 0.002;
        let terminal = terminal
            .step(json!({"wait": if killed_after == 0 { "1/12" } else { "\n" }, "signal": "SIGKILL", "pause": pause}));
        let session = terminal.run(project.folder.path(), &["fix", "-i"]);
        assert_eq!(session.signal, Some(9), "{}", session.shown);
        assert!(names.iter().all(|name| project.read(name) == TWO), "nothing is written");
        let kept = kept_answers(&project);
        assert!(kept + 1 >= killed_after, "{kept} of {killed_after} answers were kept: {}", session.shown);
        let terminal = if kept > 0 { project.terminal().keys("Resume it?", "y") } else { project.terminal() };
        let rest = answers[kept..].iter().fold(terminal, |terminal, key| terminal.keys(ASKED, key));
        let session = project.review(rest.keys(ASKED, "q"));
        assert_eq!(session.code, Some(0), "{}", session.shown);
        let other = TWO.replace("0.0.0.0", "127.0.0.1");
        for (number, name) in names.iter().enumerate() {
            let expected = match (answers[2 * number], answers[2 * number + 1]) {
                ("y", "y") => &both,
                ("y", _) => &one,
                (_, _) => &other,
            };
            assert_eq!(&project.read(name), expected, "{name}, killed after {killed_after}");
        }
    }
}

/// The same while it writes: a file is the old one or the new one, the next run does the rest, and both are undone.
fn a_review_killed_while_it_writes_is_resumed_and_undone() {
    const FILES: usize = 60;
    let names: Vec<String> = (0..FILES).map(|number| format!("f{number:02}.py")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BIND)).collect();
    let mut midway = 0;
    for round in 0..5_u32 {
        let project = Project::new(&files);
        let pause = f64::from(round) * 0.004;
        let terminal = project.terminal().keys(ASKED, "A").keys(ASKED, "w");
        let terminal = terminal.step(json!({"wait": "f00.py: 1 fixed", "signal": "SIGKILL", "pause": pause}));
        let session = terminal.run(project.folder.path(), &["fix", "-i"]);
        let written = names.iter().filter(|name| project.read(name) == FIXED).count();
        assert!(names.iter().all(|name| [BIND, FIXED].contains(&project.read(name).as_str())));
        midway += usize::from((1..FILES).contains(&written) && session.signal == Some(9));
        if written < FILES {
            let resumed = project.review(project.terminal().keys("Resume it?", "y").keys(ASKED, "q"));
            assert!(resumed.shown.contains(&format!("{} answer", FILES - written)), "{written}: {}", resumed.shown);
        }
        assert!(names.iter().all(|name| project.read(name) == FIXED));
        for _ in 0..1 + usize::from(written < FILES) {
            let undone = project.terminal().run(project.folder.path(), &["undo"]);
            assert_eq!(undone.code, Some(0), "{}", undone.shown);
        }
        assert!(names.iter().all(|name| project.read(name) == BIND));
    }
    println!("{midway} of 5 reviews were killed half way through writing");
    assert!(midway > 0, "no review was killed half way");
}

/// A review from the folder above them is one review, and the same lines of the same file of two clones are two findings.
fn answers_of_one_clone_are_not_taken_for_those_of_another() {
    for (key, asked_again) in [("y", "Resume it?"), ("n", ASKED)] {
        let project = Project::new(&[]);
        fs::remove_dir(project.path(".git")).unwrap();
        for clone in ["one", "two"] {
            fs::create_dir_all(project.path(clone).join(".git")).unwrap();
            fs::write(project.path(clone).join("a.py"), BIND).unwrap();
        }
        let first = project.terminal().keys("one/a.py:3", "").keys(ASKED, key).keys("two/a.py:3", "");
        // Left in the middle with an answer; or finished, with the other finding undecided.
        let first = if key == "y" { first.keys(ASKED, "Q").keys("Stop, and", "y") } else { first.keys(ASKED, "q") };
        let session = project.review(first);
        assert_eq!(session.code, Some(0), "{}", session.shown);
        let second = project.terminal();
        let second = if key == "y" { second.keys(asked_again, "y") } else { second };
        let session = project.review(second.keys("two/a.py:3", "").keys(ASKED, "q"));
        let said = if key == "y" { "1 answer not yet written" } else { "1 finding declined in an earlier review" };
        assert!(session.shown.contains(said), "{}", session.shown);
        assert_eq!(project.read("one/a.py"), if key == "y" { FIXED } else { BIND });
        assert_eq!(project.read("two/a.py"), BIND, "nobody has answered for it");
    }
}

/// Each has its own state, whatever their files are called; a copy or a project that was moved begins anew.
fn a_project_that_is_moved_begins_anew_and_finds_its_answers_where_it_was() {
    let project = Project::new(&[]);
    for clone in ["one", "two"] {
        fs::create_dir_all(project.path(clone).join(".git")).unwrap();
        fs::write(project.path(clone).join("a.py"), BIND).unwrap();
    }
    let review = |folder: &str, terminal: Terminal| terminal.run(&project.path(folder), &["fix", "-i"]);
    let left = review("one", project.terminal().keys(ASKED, "y").keys(ASKED, "Q").keys("Stop, and", "y"));
    assert_eq!(left.code, Some(0), "{}", left.shown);
    fs::rename(project.path("one"), project.path("moved")).unwrap();
    for other in ["two", "moved"] {
        let session = review(other, project.terminal().keys(ASKED, "q"));
        assert!(!session.shown.contains("Resume it?"), "{}", session.shown);
    }
    fs::rename(project.path("moved"), project.path("one")).unwrap();
    let session = review("one", project.terminal().keys("Resume it?", "y").keys(ASKED, "q"));
    assert_eq!((session.code, project.read("one/a.py").as_str()), (Some(0), FIXED), "{}", session.shown);
}

fn sixty_columns_and_a_resize_in_the_middle_are_enough() {
    let long = "a_folder_with_a_long_name_that_goes_on_and_on_for_more_than_sixty_columns.py";
    let project = Project::new(&[(long, TWO), ("b.py", BIND)]);
    let terminal = project.terminal().size(20, 60).keys(ASKED, "y");
    let terminal =
        terminal.step(json!({"wait": ASKED, "size": [10, 30]})).step(json!({"wait": "", "keys": "g", "pause": 0.2}));
    let terminal = terminal.keys("b.py", "\x1b[B").step(json!({"wait": "", "keys": "\r", "pause": 0.2}));
    let session = project.review(terminal.keys("b.py:3", "").keys(ASKED, "y").keys(ASKED, "q"));
    assert_eq!(session.code, Some(0), "{}", session.shown);
    assert!(session.shown.contains("Fixed 2 findings in 2 files"), "{}", session.shown);
}

fn a_dumb_terminal_gets_lines_and_no_escapes() {
    let project = Project::new(&[("a.py", TWO), ("b.py", BIND)]);
    let editor = project.script("editor", "sed -i 's/8080/9090/' \"$1\"");
    let terminal = project.terminal().variable("TERM", "dumb").variable("EDITOR", &editor);
    let terminal = terminal.keys(ASKED, "g").keys("a number", "2\r").keys("b.py:3", "").keys(ASKED, "e");
    let terminal = terminal.keys("a number", "1\r").keys(ASKED, "s").keys("Reason", "in a container\r");
    let terminal = terminal.keys(ASKED, "p").keys(ASKED, "x").keys(ASKED, "q");
    let session = project.review(terminal);
    assert_eq!(session.code, Some(0), "{}", session.shown);
    assert!(!session.shown.contains('\x1b'), "{:?}", session.shown);
    assert_eq!(project.read("b.py"), FIXED.replace("8080", "9090"));
    assert!(project.read("a.py").contains("# tightwire: ignore[unrestricted-bind] in a container\ns.bind((\"\""));
}

fn the_editor_is_the_users_with_its_arguments_and_ctrl_c_is_its_own() {
    for (variables, expected) in [
        (&[("EDITOR", "EDIT --wait 'a b'")][..], "8080"),
        (&[("VISUAL", "EDIT --wait 'a b'"), ("EDITOR", "false")], "8080"),
        (&[("VISUAL", "  "), ("EDITOR", "EDIT --wait 'a b'")], "8080"),
    ] {
        let project = Project::new(&[("a.py", BIND)]);
        let script = "[ \"$1:$2\" = '--wait:a b' ] || exit 1\nkill -INT $PPID\nsleep 0.7\nsed -i 's/8080/9090/' \"$3\"";
        let editor = project.script("editor", script);
        let terminal = variables.iter().fold(project.terminal(), |terminal, (name, value)| {
            terminal.variable(name, &value.replace("EDIT", &editor))
        });
        let session = project.review(terminal.keys(ASKED, "e").keys("accept it", "\r").keys(ASKED, "q"));
        assert_eq!(session.code, Some(0), "{}", session.shown);
        assert_eq!(project.read("a.py"), FIXED.replace(expected, "9090"));
    }
}

fn an_editor_that_cannot_be_started_or_changes_nothing_loses_nothing() {
    let none = Project::new(&[("a.py", BIND)]);
    for (editor, said) in [("/nowhere/editor", "The editor cannot be used"), ("true", "Nothing was edited")] {
        let project = Project::new(&[("a.py", BIND)]);
        let terminal = project.terminal().variable("EDITOR", editor);
        let session = project.review(terminal.keys(ASKED, "e").keys(said, "").keys(ASKED, "y").keys(ASKED, "q"));
        assert_eq!(session.code, Some(0), "{}", session.shown);
        assert_eq!(project.read("a.py"), FIXED);
    }
    drop(none);
}

fn the_pager_is_the_users_and_a_missing_one_is_no_fault() {
    for pager in ["PAGE", "/nowhere/pager"] {
        let project = Project::new(&[("a.py", BIND)]);
        let program = project.script("pager", "echo paged; cat");
        let terminal = project.terminal().size(8, 80).variable("PAGER", &pager.replace("PAGE", &program));
        let session = project.review(terminal.keys(ASKED, "p").keys("+s.bind", "").keys(ASKED, "q"));
        assert_eq!(session.code, Some(0), "{}", session.shown);
        assert_eq!(session.shown.contains("paged"), pager == "PAGE");
    }
}

fn a_file_that_changes_while_it_is_reviewed_is_not_written() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND)]);
    let change = "import os\nopen(os.path.join(folder, 'a.py'), 'a').write('# edited meanwhile\\n')\n";
    let terminal = project.terminal().step(json!({"wait": ASKED, "python": change, "keys": "y"}));
    let session = project.review(terminal.keys(ASKED, "y").keys(ASKED, "q"));
    assert_eq!(session.code, Some(2), "{}", session.shown);
    assert!(session.shown.contains("changed while"), "{}", session.shown);
    assert_eq!(project.read("a.py"), format!("{BIND}# edited meanwhile\n"));
    assert_eq!(project.read("b.py"), FIXED);
}

fn nothing_is_asked_about_a_file_that_cannot_be_written() {
    let project = Project::new(&[("a.py", BIND), ("b.py", BIND)]);
    fs::set_permissions(project.path("a.py"), fs::Permissions::from_mode(0o444)).unwrap();
    let session = press(&project, &["y", "q"]);
    assert_eq!(session.code, Some(2), "{}", session.shown);
    assert!(
        session.shown.contains("read-only") && session.shown.contains("1/1 · file 1/1 · b.py:3"),
        "{}",
        session.shown
    );
    assert_eq!((project.read("a.py").as_str(), project.read("b.py").as_str()), (BIND, FIXED));
}

fn without_a_place_for_answers_the_review_goes_on() {
    let project = Project::new(&[("a.py", BIND)]);
    let blocked = project.path("blocked");
    fs::write(&blocked, "").unwrap();
    let terminal = project.terminal().variable("TIGHTWIRE_STATE_DIR", blocked.to_str().unwrap());
    let session = project.review(terminal.keys(ASKED, "y").keys(ASKED, "q"));
    assert_eq!(session.code, Some(0), "{}", session.shown);
    assert!(session.shown.contains("the answers of this review cannot be saved"), "{}", session.shown);
    assert_eq!(project.read("a.py"), FIXED);
}

fn hostile_names_and_texts_do_not_reach_the_terminal() {
    let name = "a\x1b[2J\u{202e}.py";
    let text = "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\nx = '\x1b[31m\u{202e}'; s.bind((\"\", 8080))  # \x1b]0;title\x07\n";
    let project = Project::new(&[(name, text), ("b.py", BIND)]);
    let terminal = project.terminal().variable("NO_COLOR", "1").keys(ASKED, "p").keys(ASKED, "g");
    let session = project.review(terminal.keys("b.py", "\r").keys(ASKED, "y").keys(ASKED, "q"));
    assert_eq!(session.code, Some(0), "{}", session.shown);
    for sent in ["\x1b[2J", "\u{202e}", "\x1b[31m", "\x1b]0;", "\x07"] {
        assert!(!session.shown.contains(sent), "{sent:?} in {:?}", session.shown);
    }
    assert!(project.read(name).contains("127.0.0.1"));
}

fn a_terminal_that_goes_away_ends_the_review_without_writing() {
    let project = Project::new(&[("a.py", BIND)]);
    let script = format!(
        "import os, pty, time\npid, terminal = pty.fork()\nif pid == 0:\n    os.chdir({:?})\n    os.environ['TIGHTWIRE_STATE_DIR'] = {:?}\n    os.environ['TERM'] = 'xterm'\n    os.execv({:?}, ['tightwire', 'fix', '-i'])\nshown = b''\nwhile b'q,Q,?]' not in shown:\n    shown += os.read(terminal, 65536)\nos.write(terminal, b'y')\ntime.sleep(0.3)\nos.close(terminal)\nprint(os.waitpid(pid, 0)[1])\n",
        project.folder.path(),
        project.state.path(),
        PROGRAM,
    );
    let output = Command::new("python3").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(project.read("a.py"), BIND);
    let resumed = project.review(project.terminal().keys("Resume it?", "y").keys(ASKED, "q"));
    assert!(resumed.shown.contains("1 answer not yet written"), "{}", resumed.shown);
    assert_eq!(project.read("a.py"), FIXED);
}
