//! A review killed at random moments, again and again: no answer is asked for twice, the files end as they would have
//! without a kill, and every run can be undone.
//!
//! `TIGHTWIRE_KILLS=N` kills at least N times, `TIGHTWIRE_KILL_SEED=S` does what was done when S was printed.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking, and says what it skips and how to repeat it"
)]

mod terminal;

use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use terminal::{Session, Terminal};

const OLD: &str = "import socket\ns = socket.socket()\ns.bind((\"0.0.0.0\", 8080))\n";
const FIXED: &str = "import socket\ns = socket.socket()\ns.bind((\"127.0.0.1\", 8080))\n";
const FILES: usize = 8;
const BASELINE: &str = "tightwire-baseline.toml";
/// So often a review is killed before it is let go on to its end.
const MOST_KILLS: u64 = 9;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

struct Project {
    folder: TempDir,
    state: TempDir,
    editor: String,
    /// For each file, the keys that are pressed at its finding; the last is the answer.
    keys: Vec<Vec<&'static str>>,
}

impl Project {
    fn new(random: &mut Random) -> Self {
        let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(folder.path().join(".git")).unwrap();
        let editor = state.path().join("editor");
        fs::write(&editor, "#!/bin/sh\nsed -i 's/8080/9090/' \"$1\"\n").unwrap();
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
        let mut keys = Vec::new();
        for file in 0..FILES {
            fs::write(folder.path().join(name(file)), OLD).unwrap();
            let answer = ["y", "y", "n", "s", "b", "e"][usize::try_from(random.below(6)).unwrap()];
            keys.push(if random.below(4) == 0 { vec!["w", answer] } else { vec![answer] });
        }
        let editor = editor.display().to_string();
        Self { folder, state, editor, keys }
    }

    /// A review by a person who looks at what is asked. It is killed when `kill` says so.
    fn review(&self, kill: Option<(&str, f64)>) -> Option<Session> {
        let mut reactions = vec![
            vec![r"Resume it\?.*?\[Y/n\]".to_owned(), "y".into()],
            vec![r"Write it and stop\?.*?\(q\) ".into(), "\r".into()],
            vec![r"s\r\n.{0,40}?Reason for suppressing it".into(), "kept\r".into()],
            vec![r"e\r\n.*?drop it".into(), "\r".into()],
        ];
        for (file, keys) in self.keys.iter().enumerate() {
            let question = format!(r"· {}\.py:\d+.*?q,Q,\?\] \([yn]\) ", name(file).trim_end_matches(".py"));
            reactions.push(std::iter::once(question).chain(keys.iter().map(|key| (*key).to_owned())).collect());
        }
        let mut step = json!({"react": reactions});
        if let Some((when, value)) = kill {
            step[when] = json!(value);
        }
        let terminal = Terminal::new(self.state.path()).variable("EDITOR", &self.editor);
        terminal.step(step).run(self.folder.path(), &["fix", "-i"])
    }

    /// What the file is to hold in the end.
    fn expected(&self, file: usize) -> String {
        match *self.keys[file].last().unwrap() {
            "y" => FIXED.to_owned(),
            "e" => FIXED.replace("8080", "9090"),
            "s" => OLD.replace("s.bind", "# tightwire: ignore[unrestricted-bind] kept\ns.bind"),
            _ => OLD.to_owned(),
        }
    }

    fn read(&self, file: usize) -> String {
        fs::read_to_string(self.folder.path().join(name(file))).unwrap()
    }

    /// How often each file is named in the baseline.
    fn baselined(&self) -> Vec<usize> {
        let text = fs::read_to_string(self.folder.path().join(BASELINE)).unwrap_or_default();
        (0..FILES).map(|file| text.matches(&format!("path = \"{}\"", name(file))).count()).collect()
    }
}

fn name(file: usize) -> String {
    format!("f{file}.py")
}

/// The files about which `shown` asks, in order, without what is asked about twice at once.
fn asked(shown: &str) -> Vec<usize> {
    let headers = shown.lines().filter(|line| line.contains(" · file ")).filter_map(|line| line.rsplit(" · f").next());
    let mut asked: Vec<usize> = headers.filter_map(|rest| rest.split_once(".py:")?.0.parse().ok()).collect();
    asked.dedup();
    asked
}

#[test]
fn a_review_that_is_killed_at_random_moments_loses_nothing() {
    let wanted = number("TIGHTWIRE_KILLS").unwrap_or(40);
    let seed = number("TIGHTWIRE_KILL_SEED")
        .unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_millis().try_into().unwrap());
    println!("TIGHTWIRE_KILL_SEED={seed}");
    let mut random = Random(seed);
    let (mut kills, mut resumed) = (0, 0);
    while kills < wanted {
        let project = Project::new(&mut random);
        let mut decided = BTreeSet::new();
        for attempt in 0.. {
            let kill = match random.below(2) {
                _ if attempt == MOST_KILLS => None,
                0 => Some(("kill_after_bytes", f64::from(u32::try_from(random.below(6000)).unwrap()))),
                _ => Some(("kill_after_seconds", f64::from(u32::try_from(random.below(500)).unwrap()) / 1000.0)),
            };
            let Some(session) = project.review(kill) else { return };
            let told = format!("seed {seed}, attempt {attempt}, {:?}:\n{}", project.keys, session.shown);
            // Who was asked about another file has answered for this one; and what is written may be asked about only before.
            let asked = asked(&session.shown);
            assert!(asked.iter().all(|file| !decided.contains(file)), "asked again, {decided:?}: {told}");
            decided.extend(asked.iter().rev().skip(1).copied());
            resumed += usize::from(session.shown.contains("Resume it?"));
            for file in 0..FILES {
                assert!([OLD, &project.expected(file)].contains(&project.read(file).as_str()), "{file}: {told}");
            }
            assert!(is_whole(&project.folder.path().join(BASELINE)), "{told}");
            match session.signal {
                Some(9) => kills += 1,
                _ => {
                    assert_eq!(session.code, Some(0), "{told}");
                    break;
                }
            }
        }
        let told = format!("seed {seed}, {:?}", project.keys);
        for file in 0..FILES {
            assert_eq!(project.read(file), project.expected(file), "{file}: {told}");
            let is_baselined = project.keys[file].last() == Some(&"b");
            assert_eq!(project.baselined()[file], usize::from(is_baselined), "{file}: {told}");
        }
        undo_all(&project, &told);
    }
    println!("{kills} kills, {resumed} reviews taken up again");
    assert!(resumed > 0, "no kill left anything to take up");
}

/// A baseline that is there is one from the first to the last line.
fn is_whole(baseline: &Path) -> bool {
    fs::read_to_string(baseline).map_or(true, |text| text.starts_with('#') && text.ends_with("]\n"))
}

/// Undoes run after run, until everything is as it was.
fn undo_all(project: &Project, told: &str) {
    for _ in 0..=MOST_KILLS + 1 {
        let mut undo = Command::new(env!("CARGO_BIN_EXE_tightwire"));
        undo.arg("undo").current_dir(project.folder.path()).env("TIGHTWIRE_STATE_DIR", project.state.path());
        let output = undo.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("was undone") || said.contains("is known") {
            break;
        }
        assert_eq!(output.status.code(), Some(0), "{told}\n{said}");
    }
    assert!((0..FILES).all(|file| project.read(file) == OLD), "{told}");
    assert!(!project.folder.path().join(BASELINE).exists(), "{told}");
}
