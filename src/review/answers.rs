//! Saves answers as they are given, in the project's state, so that a killed review can be resumed and a declined
//! finding is not asked about again.
//!
//! The file contains lines of JSON, each written to disk before the next question. An answer is *open* until it is
//! applied, and is offered for resuming. A finding that was skipped in a finished review is *declined*: it is not asked
//! about again until it changes, because its fingerprint is different then. A review only affects the files that it
//! covers; other answers stay. A line that a kill cut short is ignored.
//!
//! Only one review of a project saves its answers at a time: a second one finds the file locked.

use super::session::Answer;
use crate::state::{ProjectState, open_file};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "review.jsonl";
const LOCK_NAME: &str = "review.lock";
/// Larger files of answers are not read.
const MOST_BYTES: u64 = 256 << 20;

/// The saved answers of a project.
#[derive(Debug, Default)]
pub struct Answers {
    /// By key (see `Workspace::key`): answers that are not applied yet.
    pub open: BTreeMap<String, Kept>,
    /// Keys of findings that were skipped in finished reviews.
    pub declined: BTreeSet<String>,
    /// By absolute path: the changed texts of files that were not written.
    pub texts: BTreeMap<PathBuf, Text>,
    keeper: Option<Keeper>,
}

/// A saved answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was answered.
    pub answer: Answer,
    /// The name of the fix that is to be applied, where it has one.
    pub fix: Option<String>,
}

impl Kept {
    /// An answer that is about no fix, or about one without a name.
    pub fn new(answer: Answer) -> Self {
        Self { answer, fix: None }
    }
}

/// A file's text after edits in the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The hash of the file on the disk, see [`hash_of`].
    pub base: String,
    /// Its new text.
    pub text: String,
    /// Digests of findings that the change removed from the text.
    pub settled: BTreeMap<String, Answer>,
}

/// Identifies the file.
pub fn hash_of(disk: &[u8]) -> String {
    blake3::hash(disk).to_hex().to_string()
}

#[derive(Debug)]
struct Keeper {
    file: File,
    /// Locked while it is open.
    _lock: File,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// A finding now has this answer, or none.
    Answer {
        finding: String,
        answer: Option<Answer>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fix: Option<String>,
    },
    /// A file now has this text, or its original one.
    Text { file: OsString, text: Option<Text> },
    /// The review in which a finding was skipped was finished.
    Declined { finding: String },
    /// Asks again about a declined finding.
    Forgotten { finding: String },
}

impl Answers {
    /// Reads the saved answers for the project of `state`, and saves new ones.
    ///
    /// # Errors
    /// If the folder cannot be written, or another review has locked it ([`io::ErrorKind::WouldBlock`]). Use
    /// [`Answers::default`] for a review that saves nothing.
    pub fn open(state: &ProjectState) -> io::Result<Self> {
        state.create()?;
        let lock =
            open_file(&state.folder().join(LOCK_NAME), OpenOptions::new().write(true).create(true).truncate(false))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // A file system without locks: two parallel reviews of one project are not detected.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let path = state.folder().join(FILE_NAME);
        let mut answers = Self::read(&path)?;
        // Rewrite the file without answers that were changed or undone since.
        let fresh = state.folder().join(format!("{FILE_NAME}.new"));
        let mut file = open_file(&fresh, OpenOptions::new().write(true).create(true).truncate(true))?;
        file.write_all(&answers.rendered()?)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        answers.keeper = Some(Keeper { file, _lock: lock });
        Ok(answers)
    }

    /// Saves the answers of some findings.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn keep<'a>(&mut self, given: impl IntoIterator<Item = (&'a str, Option<Kept>)>) -> io::Result<()> {
        let line = |(finding, kept): (&str, Option<Kept>)| answer_line(finding, kept);
        self.take(given.into_iter().map(line).collect())
    }

    /// Saves a file's changed text; `None` for its original text.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_text(&mut self, file: &Path, text: Option<Text>) -> io::Result<()> {
        if text.is_none() && !self.texts.contains_key(file) {
            return Ok(());
        }
        self.take(vec![Line::Text { file: file.as_os_str().to_owned(), text }])
    }

    /// Marks skipped findings as declined: the review was finished.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn decline<'a>(&mut self, findings: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.take(findings.into_iter().map(|finding| Line::Declined { finding: finding.to_owned() }).collect())
    }

    /// Marks declined findings to be asked about again.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn forget(&mut self, findings: &[String]) -> io::Result<()> {
        self.take(findings.iter().map(|finding| Line::Forgotten { finding: finding.clone() }).collect())
    }

    /// Stops saving; what was saved stays.
    pub fn give_up(&mut self) {
        self.keeper = None;
    }

    fn take(&mut self, lines: Vec<Line>) -> io::Result<()> {
        // Writing nothing is not worth waiting for the disk.
        if lines.is_empty() {
            return Ok(());
        }
        let mut text = Vec::new();
        for line in lines {
            push(&mut text, &line)?;
            self.apply(line);
        }
        if let Some(Keeper { file, .. }) = &mut self.keeper {
            file.write_all(&text)?;
            file.sync_data()?;
        }
        Ok(())
    }

    fn apply(&mut self, line: Line) {
        match line {
            Line::Answer { finding, answer: Some(answer), fix } => {
                self.open.insert(finding, Kept { answer, fix });
            }
            Line::Answer { finding, answer: None, .. } => drop(self.open.remove(&finding)),
            Line::Text { file, text: Some(text) } => drop(self.texts.insert(file.into(), text)),
            Line::Text { file, text: None } => drop(self.texts.remove(Path::new(&file))),
            Line::Declined { finding } => {
                self.open.remove(&finding);
                self.declined.insert(finding);
            }
            Line::Forgotten { finding } => drop(self.declined.remove(&finding)),
        }
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut answers = Self::default();
        let mut text = Vec::new();
        match File::open(path) {
            Ok(file) => drop(file.take(MOST_BYTES).read_to_end(&mut text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        for line in text.split(|byte| *byte == b'\n') {
            // A line that cannot be read was cut short, or comes from another version: the finding is asked about
            // again.
            if let Ok(line) = serde_json::from_slice(line) {
                answers.apply(line);
            }
        }
        Ok(answers)
    }

    fn rendered(&self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        for finding in &self.declined {
            push(&mut text, &Line::Declined { finding: finding.clone() })?;
        }
        for (file, changed) in &self.texts {
            push(&mut text, &Line::Text { file: file.as_os_str().to_owned(), text: Some(changed.clone()) })?;
        }
        for (finding, kept) in &self.open {
            push(&mut text, &answer_line(finding, Some(kept.clone())))?;
        }
        Ok(text)
    }
}

fn answer_line(finding: &str, kept: Option<Kept>) -> Line {
    let (answer, fix) = kept.map_or((None, None), |Kept { answer, fix }| (Some(answer), fix));
    Line::Answer { finding: finding.to_owned(), answer, fix }
}

fn push(text: &mut Vec<u8>, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *text, line)?;
    text.push(b'\n');
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::state::UserState;

    fn state() -> (tempfile::TempDir, ProjectState) {
        let folder = tempfile::tempdir().unwrap();
        let state = UserState::at(folder.path()).of(Path::new("/p"));
        (folder, state)
    }

    fn text() -> Text {
        Text { base: hash_of(b"x"), text: "y\r\n".into(), settled: [("f3".into(), Answer::Edited)].into() }
    }

    #[test]
    fn what_is_kept_is_there_again() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        assert!(answers.open.is_empty() && answers.texts.is_empty());
        answers.keep([("f1", Some(Kept::new(Answer::Apply))), ("f2", Some(Kept::new(Answer::Skip)))]).unwrap();
        answers.keep([("f1", None)]).unwrap();
        answers.keep_text(Path::new("/p/a.py"), Some(text())).unwrap();
        drop(answers);
        for _ in 0..2 {
            let answers = Answers::open(&state).unwrap();
            assert_eq!(answers.open, [("f2".into(), Kept::new(Answer::Skip))].into());
            assert_eq!(answers.texts, [("/p/a.py".into(), text())].into());
        }
    }

    #[test]
    fn the_fix_that_was_chosen_is_known_and_an_older_line_names_none() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        let chosen = Kept { answer: Answer::Apply, fix: Some("environment".into()) };
        answers.keep([("f1", Some(chosen.clone()))]).unwrap();
        drop(answers);
        let path = state.folder().join(FILE_NAME);
        let mut text = fs::read(&path).unwrap();
        text.extend(br#"{"answer":{"finding":"f2","answer":"apply"}}"#);
        fs::write(&path, text).unwrap();
        let answers = Answers::open(&state).unwrap();
        assert_eq!(answers.open, [("f1".into(), chosen), ("f2".into(), Kept::new(Answer::Apply))].into());
    }

    #[test]
    fn declined_findings_are_known_until_they_are_forgotten() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        answers
            .keep([
                ("f1", Some(Kept::new(Answer::Apply))),
                ("f2", Some(Kept::new(Answer::Skip))),
                ("f3", Some(Kept::new(Answer::Skip))),
            ])
            .unwrap();
        answers.decline(["f2", "f3"]).unwrap();
        answers.forget(&["f3".into()]).unwrap();
        drop(answers);
        let answers = Answers::open(&state).unwrap();
        assert_eq!(answers.declined, ["f2".into()].into());
        assert_eq!(answers.open, [("f1".into(), Kept::new(Answer::Apply))].into(), "what is not written stays open");
    }

    #[test]
    fn a_line_cut_short_anywhere_loses_no_other() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        answers.keep([("f1", Some(Kept::new(Answer::Apply))), ("f2", Some(Kept::new(Answer::Skip)))]).unwrap();
        drop(answers);
        let path = state.folder().join(FILE_NAME);
        let whole = fs::read(&path).unwrap();
        let second = memchr::memrchr(b'\n', whole.get(..whole.len() - 1).unwrap()).unwrap() + 1;
        for length in second..whole.len() - 1 {
            fs::write(&path, whole.get(..length).unwrap()).unwrap();
            assert_eq!(Answers::read(&path).unwrap().open.len(), 1, "{length}");
        }
    }

    #[test]
    fn two_reviews_do_not_write_into_one_file() {
        let (_folder, state) = state();
        let first = Answers::open(&state).unwrap();
        assert_eq!(Answers::open(&state).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(first);
        Answers::open(&state).unwrap();
    }
}
