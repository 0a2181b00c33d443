//! A review as a person has it: the built program, typed at a shell's prompt in `tmux`. What the README shows is what `tmux`
//! captures.
//!
//! With `TIGHTWIRE_RECORD` set, the README's block is written anew. A machine without `tmux` skips this with a word.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MARK: &str = "<!-- A review of the sample in tmux, recorded by tests/recording.rs -->\n```text\n";
/// What the shell asks with.
const PROMPT: &str = "$";
/// An ordinary terminal; what has left its screen is in the history.
const SIZE: [&str; 4] = ["-x", "80", "-y", "24"];
const PATIENCE: Duration = Duration::from_secs(60);

/// A server of its own, with one session; both end with this.
struct Pane {
    sockets: TempDir,
}

impl Pane {
    /// A shell in `folder`, with the program on its path and the state of runs in `state`. None, and the reason printed, where
    /// there is no `tmux`.
    fn open(folder: &Path, state: &Path) -> Option<Self> {
        if !Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success()) {
            println!("skipped: no tmux on this machine");
            return None;
        }
        let pane = Self { sockets: tempfile::tempdir().unwrap() };
        let program = Path::new(env!("CARGO_BIN_EXE_tightwire")).parent().unwrap();
        let path = format!("PATH={}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let state = format!("TIGHTWIRE_STATE_DIR={}", state.display());
        let prompt = format!("PS1={PROMPT} ");
        let shell = ["env", "-i", &path, &state, &prompt, "TERM=screen", "sh"];
        let folder = folder.to_str().unwrap();
        pane.tmux(&[&["new-session", "-d", "-c", folder][..], &SIZE, &["--"], &shell].concat());
        Some(pane)
    }

    fn tmux(&self, args: &[&str]) -> String {
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", "recording", "-f", "/dev/null", "-u"]).args(args);
        let output = tmux.env("TMUX_TMPDIR", self.sockets.path()).env_remove("TMUX").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {args:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// All that was shown, lines that the pane has wrapped made whole again.
    fn shown(&self) -> String {
        let captured = self.tmux(&["capture-pane", "-p", "-J", "-S", "-"]);
        captured.trim_end().lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// Types `keys` when the last line is a question that ends with `question`, and there are more lines than `above`. Returns
    /// how many lines there are then.
    fn answer(&self, above: usize, question: &str, keys: &[&str]) -> usize {
        let lines = self.wait(above, question).lines().count();
        self.tmux(&[&["send-keys"], keys].concat());
        lines
    }

    fn wait(&self, above: usize, question: &str) -> String {
        let start = Instant::now();
        loop {
            let shown = self.shown();
            let is_asked = shown.lines().last().is_some_and(|last| last.ends_with(question));
            if is_asked && shown.lines().count() > above {
                return shown;
            }
            assert!(start.elapsed() < PATIENCE, "{question:?} was not shown in time:\n{shown}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        let mut tmux = Command::new("tmux");
        drop(tmux.args(["-L", "recording", "kill-server"]).env("TMUX_TMPDIR", self.sockets.path()).output());
    }
}

#[test]
fn the_readme_shows_a_review_as_tmux_captures_it() {
    let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::copy("sample/status.py", folder.path().join("status.py")).unwrap();
    let Some(pane) = Pane::open(folder.path(), state.path()) else { return };
    let mut lines = pane.answer(0, PROMPT, &["tightwire fix --interactive", "Enter"]);
    for (question, key) in [("q,Q,?] (y)", "y"), ("q,Q,?] (n)", "Enter"), ("q,Q,?] (q)", "Enter")] {
        lines = pane.answer(lines, question, &[key]);
    }
    let shown = pane.wait(lines, PROMPT);
    let recorded = shown.strip_suffix(&format!("{PROMPT}\n")).unwrap();
    let readme = fs::read_to_string("README.md").unwrap();
    let start = readme.find(MARK).expect("the README has the mark") + MARK.len();
    let end = start + readme[start..].find("```").unwrap();
    if std::env::var_os("TIGHTWIRE_RECORD").is_some() {
        fs::write("README.md", format!("{}{recorded}{}", &readme[..start], &readme[end..])).unwrap();
        println!("the review in README.md was recorded anew");
        return;
    }
    assert_eq!(readme[start..end], *recorded, "record it anew: TIGHTWIRE_RECORD=1 cargo test --test recording");
}

/// Ctrl-Z gives the shell its terminal, and `fg` brings the question back, with what was answered before.
#[test]
fn a_review_is_stopped_by_ctrl_z_and_goes_on() {
    let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::copy("sample/status.py", folder.path().join("status.py")).unwrap();
    let Some(pane) = Pane::open(folder.path(), state.path()) else { return };
    let mut lines = pane.answer(0, PROMPT, &["tightwire fix --interactive", "Enter"]);
    lines = pane.answer(lines, "q,Q,?] (y)", &["y"]);
    lines = pane.answer(lines, "q,Q,?] (n)", &["C-z"]);
    // What the shell shows is what it is given: it has its echo again.
    lines = pane.answer(lines, PROMPT, &["echo shell-$((40 + 2))", "Enter"]);
    lines = pane.answer(lines, PROMPT, &["fg", "Enter"]);
    lines = pane.answer(lines, "q,Q,?] (n)", &["n"]);
    lines = pane.answer(lines, "q,Q,?] (q)", &["q"]);
    let shown = pane.wait(lines, PROMPT);
    assert!(shown.contains("echo shell-") && shown.contains("\nshell-42\n"), "{shown}");
    assert!(shown.contains("1 to apply, 1 to skip") && shown.contains("status.py: 1 fixed"), "{shown}");
}
