//! A review as a person has it: the built program, typed at a shell's prompt in `tmux`. What the README shows is what `tmux`
//! captures.
//!
//! With `TIGHTWIRE_RECORD` set, the README's block is written anew.

use crate::project::{PROGRAM, Project};
use crate::trials::{Need, tests};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

tests! {
    the_readme_shows_a_review_as_tmux_captures_it: [TMUX],
    a_review_is_stopped_by_ctrl_z_and_goes_on: [TMUX],
}

const TMUX: Need = Need::Tool("tmux");
const MARK: &str = "<!-- A review of the sample in tmux, recorded by tests/terminal/recording.rs -->\n```text\n";
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
    /// A shell in a project's folder, with the program on its path.
    fn open(project: &Project) -> Self {
        let pane = Self { sockets: tempfile::tempdir().unwrap() };
        let program = Path::new(PROGRAM).parent().unwrap();
        let path = format!("PATH={}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let state = format!("TIGHTWIRE_STATE_DIR={}", project.state.path().display());
        let prompt = format!("PS1={PROMPT} ");
        let shell = ["env", "-i", &path, &state, &prompt, "TERM=screen", "sh"];
        let folder = project.folder.path().to_str().unwrap();
        pane.tmux(&[&["new-session", "-d", "-c", folder][..], &SIZE, &["--"], &shell].concat());
        pane
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

/// What a reader gets who types it in this repository, as far as the sample is concerned.
fn the_readme_shows_a_review_as_tmux_captures_it() {
    let files = ["preview.py", "status.py"].map(|name| format!("sample/{name}"));
    let texts = files.each_ref().map(|file| fs::read_to_string(file).unwrap());
    let project = Project::new(&[0, 1].map(|file| (files[file].as_str(), texts[file].as_str())));
    let pane = Pane::open(&project);
    let mut lines = pane.answer(0, PROMPT, &["tightwire fix --interactive sample", "Enter"]);
    for (question, key) in [("(y)", "y"), ("(y)", "y"), ("(y)", "y"), ("(n)", "Enter"), ("(q)", "Enter")] {
        lines = pane.answer(lines, &format!("q,Q,?] {question}"), &[key]);
    }
    let shown = pane.wait(lines, PROMPT);
    let recorded = shown.strip_suffix(&format!("{PROMPT}\n")).unwrap();
    let readme = fs::read_to_string("README.md").unwrap();
    let start = readme.find(MARK).expect("the README has the mark") + MARK.len();
    let end = start + readme[start..].find("```").unwrap();
    if std::env::var_os("TIGHTWIRE_RECORD").is_some() {
        fs::write("README.md", format!("{}{recorded}{}", &readme[..start], &readme[end..])).unwrap();
        return;
    }
    assert_eq!(
        readme[start..end],
        *recorded,
        "record it anew: TIGHTWIRE_RECORD=1 cargo test --test terminal recording"
    );
}

/// Ctrl-Z gives the shell its terminal, and `fg` brings the question back, with what was answered before.
fn a_review_is_stopped_by_ctrl_z_and_goes_on() {
    let text = fs::read_to_string("sample/status.py").unwrap();
    let project = Project::new(&[("status.py", &text)]);
    let pane = Pane::open(&project);
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
