//! A review killed at random moments, again and again: no answer is asked for twice, the files end as they would have
//! without a kill, and every run can be undone.
//!
//! `TIGHTWIRE_KILLS=N` kills at least N times, `TIGHTWIRE_KILL_SEED=S` kills at other moments than those of the
//! seed 0; the seed is printed.

use crate::numbers::{Random, from_environment};
use crate::project::{BASELINE, Project};
use crate::pty::Session;
use crate::sources::{BIND, FIXED};
use crate::trials::{PTY, tests};
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

tests! {
    a_review_that_is_killed_at_random_moments_loses_nothing: [PTY],
}

const FILES: usize = 8;
/// So often a review is killed before it is let go on to its end.
const MOST_KILLS: u64 = 9;

/// A project, and a person who reviews it.
struct Review {
    project: Project,
    editor: String,
    /// For each file, the keys that are pressed at its finding; the last is the answer.
    keys: Vec<Vec<&'static str>>,
}

impl Review {
    fn new(random: &mut Random) -> Self {
        let names: Vec<String> = (0..FILES).map(name).collect();
        let project = Project::new(&names.iter().map(|name| (name.as_str(), BIND)).collect::<Vec<_>>());
        let editor = project.script("editor", "sed -i 's/8080/9090/' \"$1\"");
        let mut keys = Vec::new();
        for _ in 0..FILES {
            let answer = ["y", "y", "n", "s", "b", "e"][random.below(6)];
            keys.push(if random.below(4) == 0 { vec!["w", answer] } else { vec![answer] });
        }
        Self { project, editor, keys }
    }

    /// The review, by a person who looks at what is asked. It is killed when `kill` says so.
    fn hold(&self, kill: Option<(&str, f64)>) -> Session {
        let mut reactions = vec![
            vec![r"Resume it\?.*?\[Y/n\]".to_owned(), "y".into()],
            vec![r"Write it and stop\?.*?\(q\) ".into(), "\r".into()],
            vec![r"s\r\n.{0,40}?Reason for the suppression".into(), "kept\r".into()],
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
        let terminal = self.project.terminal().variable("EDITOR", &self.editor);
        terminal.step(step).run(self.project.folder.path(), &["fix", "-i"])
    }

    /// What the file is to hold in the end.
    fn expected(&self, file: usize) -> String {
        match *self.keys[file].last().unwrap() {
            "y" => FIXED.to_owned(),
            "e" => FIXED.replace("8080", "9090"),
            "s" => BIND.replace("s.bind", "# tightwire: ignore[unrestricted-bind] kept\ns.bind"),
            _ => BIND.to_owned(),
        }
    }

    fn read(&self, file: usize) -> String {
        self.project.read(&name(file))
    }

    /// How often each file is named in the baseline.
    fn baselined(&self) -> Vec<usize> {
        let text = fs::read_to_string(self.project.path(BASELINE)).unwrap_or_default();
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

fn a_review_that_is_killed_at_random_moments_loses_nothing() {
    let wanted = from_environment("TIGHTWIRE_KILLS").unwrap_or(40);
    let seed = from_environment("TIGHTWIRE_KILL_SEED").unwrap_or_default();
    println!("TIGHTWIRE_KILL_SEED={seed}");
    let mut random = Random(seed);
    let (mut kills, mut resumed) = (0, 0);
    while kills < wanted {
        let review = Review::new(&mut random);
        let mut decided = BTreeSet::new();
        for attempt in 0.. {
            let kill = match random.below(2) {
                _ if attempt == MOST_KILLS => None,
                0 => Some(("kill_after_bytes", random.below(6000) as f64)),
                _ => Some(("kill_after_seconds", random.below(500) as f64 / 1000.0)),
            };
            let session = review.hold(kill);
            let told = format!("seed {seed}, attempt {attempt}, {:?}:\n{}", review.keys, session.shown);
            // Who was asked about another file has answered for this one; and what is written may be asked about only before.
            let asked = asked(&session.shown);
            assert!(asked.iter().all(|file| !decided.contains(file)), "asked again, {decided:?}: {told}");
            decided.extend(asked.iter().rev().skip(1).copied());
            resumed += usize::from(session.shown.contains("Resume it?"));
            for file in 0..FILES {
                assert!([BIND, &review.expected(file)].contains(&review.read(file).as_str()), "{file}: {told}");
            }
            assert!(is_whole(&review.project.path(BASELINE)), "{told}");
            match session.signal {
                Some(9) => kills += 1,
                _ => {
                    assert_eq!(session.code, Some(0), "{told}");
                    break;
                }
            }
        }
        let told = format!("seed {seed}, {:?}", review.keys);
        for file in 0..FILES {
            assert_eq!(review.read(file), review.expected(file), "{file}: {told}");
            let is_baselined = review.keys[file].last() == Some(&"b");
            assert_eq!(review.baselined()[file], usize::from(is_baselined), "{file}: {told}");
        }
        undo_all(&review, &told);
    }
    println!("{kills} kills, {resumed} reviews taken up again");
    assert!(resumed > 0, "no kill left anything to take up");
}

/// A baseline that is there is one from the first to the last line.
fn is_whole(baseline: &Path) -> bool {
    fs::read_to_string(baseline).map_or(true, |text| text.starts_with('#') && text.ends_with("]\n"))
}

/// Undoes run after run, until everything is as it was.
fn undo_all(review: &Review, told: &str) {
    for _ in 0..=MOST_KILLS + 1 {
        let undone = review.project.run(&["undo"]);
        if undone.err.contains("is already undone") || undone.err.contains("no recorded runs") {
            break;
        }
        assert_eq!(undone.code, Some(0), "{told}\n{}", undone.err);
    }
    assert!((0..FILES).all(|file| review.read(file) == BIND), "{told}");
    assert!(!review.project.path(BASELINE).exists(), "{told}");
}
