//! Answers kept as they are given, in the project's state, so that a review that was killed can be taken up again and a
//! declined finding is not asked about twice.
//!
//! A file of lines of JSON, each put on the disk before the next question. An answer is *open* until it is written, and
//! offered for resuming. What was skipped in a review that came to its end is *declined*: it is not asked about again until it
//! changes, for its fingerprint is then another. A review speaks for the files that it looks at; what is kept of others stays. A
//! line that a kill cut short is passed over.
//!
//! One review of a project keeps its answers at a time: the second finds the file locked.

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
/// A file of answers above this is not read.
const MOST_BYTES: u64 = 256 << 20;

/// The kept answers of a project.
#[derive(Debug, Default)]
pub struct Answers {
    /// By key (see `Workspace::key`): what was answered, and is not written yet.
    pub open: BTreeMap<String, Answer>,
    /// Keys of what was skipped in reviews that came to their end.
    pub declined: BTreeSet<String>,
    /// By absolute path: the changed texts of files that were not written.
    pub texts: BTreeMap<PathBuf, Text>,
    keeper: Option<Keeper>,
}

/// A file's text as a person has changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The hash of the file on the disk, see [`hash_of`].
    pub base: String,
    /// Its new text.
    pub text: String,
    /// What the change has settled: digests of findings that are gone from the text.
    pub settled: BTreeMap<String, Answer>,
}

/// By which a file is known again.
pub fn hash_of(disk: &[u8]) -> String {
    blake3::hash(disk).to_hex().to_string()
}

#[derive(Debug)]
struct Keeper {
    file: File,
    /// Locked for as long as it is open.
    _lock: File,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    /// A finding has this answer now, or none.
    Answer { finding: String, answer: Option<Answer> },
    /// A file has this text now, or its own.
    Text { file: OsString, text: Option<Text> },
    /// The review in which a finding was skipped came to its end.
    Declined { finding: String },
    /// A declined finding is to be asked about again.
    Forgotten { finding: String },
}

impl Answers {
    /// Reads what is kept for the project of `state`, and keeps what comes.
    ///
    /// # Errors
    /// When the folder cannot be written, or another review has it ([`io::ErrorKind::WouldBlock`]). [`Answers::default`] then
    /// stands for a review whose answers are not kept.
    pub fn open(state: &ProjectState) -> io::Result<Self> {
        state.create()?;
        let lock =
            open_file(&state.folder().join(LOCK_NAME), OpenOptions::new().write(true).create(true).truncate(false))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // A file system without locks: two reviews of one project are then the person's own affair.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let path = state.folder().join(FILE_NAME);
        let mut answers = Self::read(&path)?;
        // Written anew, without what was changed or taken back since.
        let fresh = state.folder().join(format!("{FILE_NAME}.new"));
        let mut file = open_file(&fresh, OpenOptions::new().write(true).create(true).truncate(true))?;
        file.write_all(&answers.rendered()?)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        answers.keeper = Some(Keeper { file, _lock: lock });
        Ok(answers)
    }

    /// Keeps the answers of some findings.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep<'a>(&mut self, given: impl IntoIterator<Item = (&'a str, Option<Answer>)>) -> io::Result<()> {
        let line = |(finding, answer): (&str, Option<Answer>)| Line::Answer { finding: finding.to_owned(), answer };
        self.take(given.into_iter().map(line).collect())
    }

    /// Keeps a file's changed text; none for its own.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_text(&mut self, file: &Path, text: Option<Text>) -> io::Result<()> {
        if text.is_none() && !self.texts.contains_key(file) {
            return Ok(());
        }
        self.take(vec![Line::Text { file: file.as_os_str().to_owned(), text }])
    }

    /// Makes findings that were skipped declined: the review came to its end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn decline<'a>(&mut self, findings: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        self.take(findings.into_iter().map(|finding| Line::Declined { finding: finding.to_owned() }).collect())
    }

    /// Makes declined findings be asked about again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget(&mut self, findings: &[String]) -> io::Result<()> {
        self.take(findings.iter().map(|finding| Line::Forgotten { finding: finding.clone() }).collect())
    }

    /// Keeps nothing more; what was kept stays.
    pub fn give_up(&mut self) {
        self.keeper = None;
    }

    fn take(&mut self, lines: Vec<Line>) -> io::Result<()> {
        // What says nothing is not worth waiting for the disk.
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
            Line::Answer { finding, answer: Some(answer) } => drop(self.open.insert(finding, answer)),
            Line::Answer { finding, answer: None } => drop(self.open.remove(&finding)),
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
            // What cannot be read was cut short, or is another version's: the finding is asked about again.
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
        for (finding, answer) in &self.open {
            push(&mut text, &Line::Answer { finding: finding.clone(), answer: Some(*answer) })?;
        }
        Ok(text)
    }
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
        answers.keep([("f1", Some(Answer::Apply)), ("f2", Some(Answer::Skip))]).unwrap();
        answers.keep([("f1", None)]).unwrap();
        answers.keep_text(Path::new("/p/a.py"), Some(text())).unwrap();
        drop(answers);
        for _ in 0..2 {
            let answers = Answers::open(&state).unwrap();
            assert_eq!(answers.open, [("f2".into(), Answer::Skip)].into());
            assert_eq!(answers.texts, [("/p/a.py".into(), text())].into());
        }
    }

    #[test]
    fn declined_findings_are_known_until_they_are_forgotten() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        answers.keep([("f1", Some(Answer::Apply)), ("f2", Some(Answer::Skip)), ("f3", Some(Answer::Skip))]).unwrap();
        answers.decline(["f2", "f3"]).unwrap();
        answers.forget(&["f3".into()]).unwrap();
        drop(answers);
        let answers = Answers::open(&state).unwrap();
        assert_eq!(answers.declined, ["f2".into()].into());
        assert_eq!(answers.open, [("f1".into(), Answer::Apply)].into(), "what is not written stays open");
    }

    #[test]
    fn a_line_cut_short_anywhere_loses_no_other() {
        let (_folder, state) = state();
        let mut answers = Answers::open(&state).unwrap();
        answers.keep([("f1", Some(Answer::Apply)), ("f2", Some(Answer::Skip))]).unwrap();
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
