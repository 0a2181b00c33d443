//! The progress bar: only at a terminal, only when a run is long, never in the way of what is printed, and gone at the end.

use crate::project::command;
use crate::pty::Terminal;
use crate::trials::{PTY, tests};
use std::fs;
use std::sync::OnceLock;
use std::time::Instant;
use tempfile::TempDir;

tests! {
    a_long_run_shows_how_far_it_is_and_leaves_only_its_output: [PTY],
    ctrl_c_takes_the_bar_away: [PTY],
    there_is_no_bar_for_who_is_quiet_plain_or_no_terminal: [PTY],
}

/// Enough files for some three seconds on this machine: each is parsed, and every tenth has something to say.
fn long_run() -> (TempDir, usize) {
    static FILES: OnceLock<usize> = OnceLock::new();
    let files = *FILES.get_or_init(|| {
        const SOME: usize = 8;
        let folder = files(SOME);
        let start = Instant::now();
        let mut run = command(folder.path(), &["check", "-q", "--threads", "1", "--output-format", "gitlab"]);
        assert_eq!(run.output().unwrap().status.code(), Some(1));
        let each = start.elapsed().as_secs_f64() / f64::from(u32::try_from(SOME).unwrap());
        (3..1000).map(|tens| tens * 10).find(|count| f64::from(u32::try_from(*count).unwrap()) * each > 3.0).unwrap()
    });
    (self::files(files), files)
}

fn files(count: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let filler = "value = [(\"0.0.0.0\", number) for number in range(10) if number % 2 == 0]\n".repeat(600);
    for number in 0..count {
        let bind = if number % 10 == 0 { "s.bind((\"0.0.0.0\", 8080))\n" } else { "" };
        let text = format!(
            "import socket\ns = socket.socket(); socket.create_connection(peer.server_address)\n{filler}{bind}# s.bind((\"\", 1))\n"
        );
        fs::write(folder.path().join(format!("f{number:05}.py")), text).unwrap();
    }
    folder
}

/// What a terminal shows in the end, line by line: a carriage return goes back, and a line may be erased.
fn screen(shown: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut at = 0;
    let mut rest = shown.chars().peekable();
    let mut column = 0;
    while let Some(character) = rest.next() {
        match character {
            '\n' => {
                at += 1;
                if at == lines.len() {
                    lines.push(String::new());
                }
                column = 0;
            }
            '\r' => column = 0,
            '\u{1b}' => {
                assert_eq!(rest.next(), Some('['));
                let mut number = String::new();
                let last = loop {
                    match rest.next().unwrap() {
                        letter if letter.is_ascii_alphabetic() => break letter,
                        digit => number.push(digit),
                    }
                };
                match last {
                    'A' => at = at.saturating_sub(number.parse().unwrap_or(1)),
                    'B' => at = (at + number.parse().unwrap_or(1)).min(lines.len() - 1),
                    'K' => lines[at] = lines[at].chars().take(if number == "2" { 0 } else { column }).collect(),
                    _ => {}
                }
            }
            plain => {
                let mut line: Vec<char> = lines[at].chars().collect();
                line.resize(line.len().max(column + 1), ' ');
                line[column] = plain;
                lines[at] = line.into_iter().collect();
                column += 1;
            }
        }
    }
    lines
}

fn a_long_run_shows_how_far_it_is_and_leaves_only_its_output() {
    let (folder, files) = long_run();
    let state = tempfile::tempdir().unwrap();
    let args = ["check", "--output-format", "concise", "--color", "never", "--threads", "1"];
    let session = Terminal::new(state.path()).run(folder.path(), &args);
    assert_eq!(session.code, Some(1));
    assert!(session.shown.contains(&format!(" of {files} files")), "no bar was shown: {}", session.shown);
    let screen = screen(&session.shown);
    let (findings, others): (Vec<_>, Vec<_>) = screen.iter().partition(|line| line.contains(": unrestricted-bind "));
    assert_eq!(findings.len(), files / 10, "{screen:#?}");
    assert!(findings.iter().all(|line| line.starts_with('f') && line.ends_with(']')), "{findings:#?}");
    assert_eq!(others.len(), 2, "the summary and the last, empty line: {others:#?}");
    assert!(session.is_restored);
}

fn ctrl_c_takes_the_bar_away() {
    let (folder, _) = long_run();
    let state = tempfile::tempdir().unwrap();
    let plan = Terminal::new(state.path()).signal(" files", "SIGINT", 0.1);
    let session = plan.run(folder.path(), &["check", "--output-format", "json", "--threads", "1"]);
    assert_eq!(session.code, Some(130), "{}", session.shown);
    assert!(screen(&session.shown).iter().all(|line| !line.contains("files")), "{}", session.shown.escape_debug());
    assert!(session.is_restored);
}

fn there_is_no_bar_for_who_is_quiet_plain_or_no_terminal() {
    let (folder, files) = long_run();
    let state = tempfile::tempdir().unwrap();
    let check = ["check", "--threads", "1", "--output-format", "gitlab", "--output-file", "x.json"];
    let quiet = Terminal::new(state.path()).run(folder.path(), &[&check[..], &["-q"]].concat());
    assert_eq!((quiet.code, quiet.shown.as_str()), (Some(1), ""));
    let plain = Terminal::new(state.path()).variable("TERM", "dumb").run(folder.path(), &check);
    assert!(!plain.shown.contains(&format!(" of {files} files")), "{}", plain.shown);
    let piped = command(folder.path(), &check).env("TERM", "xterm").output().unwrap();
    assert!(!String::from_utf8_lossy(&piped.stderr).contains(&format!(" of {files} files")));
}
