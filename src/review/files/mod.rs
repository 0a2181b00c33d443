//! The files under review: their current texts, the findings in them, and how they are written.
//!
//! A file's text starts as the contents on disk. An edit by hand or a suppression changes it in memory, and it is
//! scanned again. Accepted fixes are applied only when the file is written, in the same way as `fix` does: planned
//! together, verified, written whole. The session identifies findings by their digests, this module by their places.

mod file;
mod writing;

pub use file::ReviewedFile;
pub use writing::Written;

use super::answers::{Answers, Text, hash_of};
use super::session::{Answer, Item, Place, Session};
use super::view::View;
use crate::engine::suppress::comment;
use crate::engine::{FileResult, Judged};
use crate::finding::Outcome;
use crate::problem::Problem;
use crate::python::PythonFile;
use crate::report::Reported;
use crate::text::{ProjectPath, Source, TextEdit, apply, display_path};
use crate::write::WriteError;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What a review needs from its surroundings.
pub trait Surroundings {
    /// Replaces the contents of `path` if they still are `expected` (`None`: there is no such file), and records how to
    /// undo it.
    ///
    /// # Errors
    /// See [`WriteError`].
    fn write(&self, path: &Path, expected: Option<&[u8]>, new: &[u8]) -> Result<(), WriteError>;

    /// The baseline for a finding in the file at `place`; `None` if none is to be used.
    fn baseline(&self, place: &ProjectPath) -> Option<PathBuf>;
}

/// The files under review.
pub struct Workspace<'e> {
    surroundings: &'e dyn Surroundings,
    files: Vec<ReviewedFile>,
}

/// A changed text from an earlier review.
#[derive(Debug)]
pub struct Resumed {
    /// The file's index.
    pub file: usize,
    /// The findings in it.
    pub items: Vec<Item>,
    /// The findings that the change removed.
    pub settled: BTreeMap<String, Answer>,
}

impl<'e> Workspace<'e> {
    /// A workspace of `files`.
    pub fn new(surroundings: &'e dyn Surroundings, files: Vec<ReviewedFile>) -> Self {
        Self { surroundings, files }
    }

    /// The files.
    pub fn files(&self) -> &[ReviewedFile] {
        &self.files
    }

    /// The keys of the saved answers about the files' texts.
    pub fn absolute_paths(&self) -> Vec<PathBuf> {
        self.files.iter().map(ReviewedFile::absolute).collect()
    }

    /// The key of the saved answer about a finding of `file`: its digest and its project. Digests are only unique
    /// within a project, and a review may cover several projects, even copies of each other.
    pub fn key(&self, file: usize, id: &str) -> String {
        let root = self.files.get(file).map(|file| file.context.place.root.as_os_str()).unwrap_or_default();
        format!("{:.16}:{id}", blake3::hash(root.as_encoded_bytes()).to_hex())
    }

    /// The findings in each file.
    pub fn items(&self) -> Vec<Vec<Item>> {
        self.files.iter().map(|file| items(&file.now)).collect()
    }

    /// The finding at `place`, as it is shown.
    pub fn shown(&self, session: &Session, place: Place, color: bool) -> Option<String> {
        let item = session.item(place)?;
        let file = self.files.get(place.file)?;
        let (result, judged) = file.judged(&item.id)?;
        let path = display_path(&file.path);
        let record = Reported::new(&path, result, judged, judged.outcome, file.engine.rules()).record;
        let others = |is_meant: &dyn Fn(&Item, &Judged) -> bool| -> Vec<usize> {
            let items = session.files().get(place.file).into_iter().flatten().filter(|other| other.id != item.id);
            let known = items.filter_map(|other| Some((other, result_of(result, &other.id)?)));
            let meant = known.filter(|(other, judged)| is_meant(other, judged));
            // If two have the same literal, the lines of their sinks tell them apart.
            let is_here = |other: &Judged| other.finding.span == judged.finding.span;
            let about = |other: &Judged| {
                let sink = other.finding.related.first().filter(|_| is_here(other));
                sink.map_or(other.finding.span, |sink| sink.span)
            };
            meant.map(|(_, other)| result.source.line_column(about(other).start).0).collect()
        };
        let imports = import_edits(judged, item);
        let view = View {
            path: &path,
            source: &result.source,
            judged,
            record: &record,
            position: session.position(place),
            way: item.way,
            answer: item.answer,
            together: others(&|other, _| other.fix.is_some() && other.fix == item.fix),
            sharing: others(&|other, judged| {
                (other.fix.is_none() || other.fix != item.fix)
                    && import_edits(judged, other).iter().any(|import| imports.contains(import))
            }),
            context: session.context(),
            color,
        };
        Some(view.render())
    }

    /// The text of the file at `place` with the accepted fixes and with the finding's own, and the text on disk.
    ///
    /// # Errors
    /// If the fixes conflict.
    pub fn result(&self, session: &Session, place: Place) -> Result<(String, String), String> {
        let file = self.files.get(place.file).ok_or("the file does not exist")?;
        let on_disk = Source::decode(file.disk.clone()).map_err(|error| error.to_string())?;
        let mut accepted = accepted(session, place.file);
        let shown = session.item(place).filter(|item| item.answer.is_none());
        accepted.extend(shown.map(|item| (item.id.as_str(), item.way_name())));
        if accepted.is_empty() {
            return Ok((on_disk.text().to_owned(), file.now.source.text().to_owned()));
        }
        let result = file.fixed(&accepted).map_err(|problem| problem.message)?;
        if let Some(problem) = result.problems.iter().find(|_| is_failed(&result)) {
            return Err(problem.message.clone());
        }
        let text = match result.fixed {
            Some(bytes) => Source::decode(bytes).map_err(|error| error.to_string())?.text().to_owned(),
            None => result.source.text().to_owned(),
        };
        Ok((on_disk.text().to_owned(), text))
    }

    /// Changes the text of `file`, and returns its findings.
    ///
    /// # Errors
    /// Why the text is rejected, for the user; the file keeps its text.
    pub fn amend(&mut self, file: usize, text: &str) -> Result<Vec<Item>, String> {
        let file = self.files.get_mut(file).ok_or("the file does not exist")?;
        let bytes = file.now.source.encode(text).map_err(|error| Problem::from(error).to_string())?;
        let source = Source::decode(bytes.clone()).map_err(|error| Problem::from(error).to_string())?;
        if source.text() != text {
            return Err("the file's encoding cannot store this text unchanged".into());
        }
        let errors = |text: &str| PythonFile::parse(text).map(|file| file.error_count());
        let before = errors(file.now.source.text()).map_err(|error| error.to_string())?;
        let after = errors(text).map_err(|error| error.to_string())?;
        if after > before {
            let (line, what) = first_error(text);
            return Err(format!("the text does not parse: {what} on line {line}"));
        }
        let (found, lines) = file.scanned(text, bytes).map_err(|problem| problem.message)?;
        let items = items(&found);
        let before = std::mem::replace(&mut file.now, found);
        file.before.push((before, std::mem::replace(&mut file.context.lines, lines)));
        Ok(items)
    }

    /// Suppresses the finding at `place` by a comment with a reason, and returns the file's findings.
    ///
    /// # Errors
    /// If there is no place for the comment, or the comment would do more than that; the file keeps its text.
    pub fn suppress(&mut self, session: &Session, place: Place, reason: &str) -> Result<Vec<Item>, String> {
        let item = session.item(place).ok_or("there is no such finding")?;
        let file = self.files.get(place.file).ok_or("the file does not exist")?;
        let text = file.now.source.text();
        let index = file.now.findings.iter().position(|judged| judged.fingerprint.digest == item.id);
        let index = index.ok_or("the finding is no longer there")?;
        let judged = file.now.findings.get(index).ok_or("the finding is no longer there")?;
        let parsed = PythonFile::parse(text).map_err(|error| error.to_string())?;
        let comment = comment::comment(&judged.finding.rule, reason);
        for edit in comment::places(&parsed, judged.finding.span, &comment, file.now.source.newline()) {
            let text = apply(text, &[edit]).map_err(|error| error.to_string())?;
            let bytes = file.now.source.encode(&text).map_err(|error| Problem::from(error).to_string())?;
            let (found, _) = file.scanned(&text, bytes).map_err(|problem| problem.message)?;
            if is_silenced_only(&file.now, &found, index) {
                return self.amend(place.file, &text);
            }
        }
        Err("no line here can have a comment: b adds the finding to the baseline".into())
    }

    /// Undoes the last change of a file's text.
    pub fn take_back(&mut self, file: usize) {
        let Some(file) = self.files.get_mut(file) else { return };
        if let Some(before) = file.before.pop() {
            (file.now, file.context.lines) = before;
        }
    }

    /// What to save of a file's changed text; `None` if it equals the contents on disk.
    pub fn text(&self, session: &Session, file: usize) -> Option<(PathBuf, Option<Text>)> {
        let reviewed = self.files.get(file)?;
        let settled = session.files().get(file)?.iter().filter_map(|item| {
            let answer = item.answer.filter(|answer| answer.is_in_text())?;
            Some((item.id.clone(), answer))
        });
        let text = (!reviewed.before.is_empty()).then(|| Text {
            base: hash_of(&reviewed.disk),
            text: reviewed.now.source.text().to_owned(),
            settled: settled.collect(),
        });
        Some((reviewed.absolute(), text))
    }

    /// Restores the changed texts of an earlier review. Returns the findings in their files, and the paths of those
    /// that no longer fit.
    pub fn resume(&mut self, answers: &Answers) -> (Vec<Resumed>, Vec<String>) {
        let mut resumed = Vec::new();
        let mut dropped = Vec::new();
        for index in 0..self.files.len() {
            let Some(file) = self.files.get(index) else { continue };
            let Some(kept) = answers.texts.get(&file.absolute()) else { continue };
            let path = display_path(&file.path);
            if kept.base != hash_of(&file.disk) {
                // A killed run may have written it.
                let is_written = Source::decode(file.disk.clone()).is_ok_and(|source| source.text() == kept.text);
                dropped.extend((!is_written).then_some(path));
                continue;
            }
            match self.amend(index, &kept.text) {
                Ok(items) => resumed.push(Resumed { file: index, items, settled: kept.settled.clone() }),
                Err(_) => dropped.push(path),
            }
        }
        (resumed, dropped)
    }
}

/// What there is to ask about.
fn items(result: &FileResult) -> Vec<Item> {
    let open = result.findings.iter().filter(|judged| is_open(judged));
    open.map(|judged| Item {
        id: judged.fingerprint.digest.clone(),
        rule: judged.finding.rule.clone(),
        applicability: judged.finding.applicability(),
        fix: judged.finding.fix,
        ways: judged.ways().filter_map(|(fix, _)| fix.name).collect(),
        way: 0,
        answer: None,
    })
    .collect()
}

fn is_open(judged: &Judged) -> bool {
    matches!(judged.outcome, Outcome::Found | Outcome::Unfixable)
}

fn is_failed(result: &FileResult) -> bool {
    result.findings.iter().any(|judged| judged.outcome == Outcome::Failed)
}

fn result_of<'r>(result: &'r FileResult, id: &str) -> Option<&'r Judged> {
    result.findings.iter().find(|judged| judged.fingerprint.digest == id)
}

fn with_answer(session: &Session, file: usize, answer: Answer) -> HashSet<&str> {
    let items = session.files().get(file).into_iter().flatten();
    items.filter(|item| item.answer == Some(answer)).map(|item| item.id.as_str()).collect()
}

/// The findings of `file` whose fixes are to be applied, each with the name of the way.
fn accepted(session: &Session, file: usize) -> HashMap<&str, Option<&'static str>> {
    let items = session.files().get(file).into_iter().flatten();
    let applied = items.filter(|item| item.answer == Some(Answer::Apply));
    applied.map(|item| (item.id.as_str(), item.way_name())).collect()
}

/// The edits of imports that the way takes which is shown of `item`, the finding `judged`.
fn import_edits<'j>(judged: &'j Judged, item: &Item) -> Vec<&'j TextEdit> {
    judged.ways().nth(item.way).map(|(_, edits)| edits.of_imports().collect()).unwrap_or_default()
}

/// Whether the only difference between two scans is that the finding at `index`, and others of its rule, are
/// suppressed.
fn is_silenced_only(before: &FileResult, after: &FileResult, index: usize) -> bool {
    let Some(silenced) = before.findings.get(index) else { return false };
    before.findings.len() == after.findings.len()
        && after.problems.len() <= before.problems.len()
        && before.findings.iter().zip(&after.findings).enumerate().all(|(at, (before, after))| {
            let is_new = after.outcome == Outcome::Suppressed && before.finding.rule == silenced.finding.rule;
            before.finding.rule == after.finding.rule
                && if at == index { is_new } else { is_new || before.outcome == after.outcome }
        })
}

/// The one-based line of the first syntax error of `text`, and what it is.
fn first_error(text: &str) -> (usize, &'static str) {
    let start = PythonFile::parse(text).ok().and_then(|file| file.errors().into_iter().map(|error| error.start).min());
    let line = text.get(..start.unwrap_or(0)).map_or(1, |before| before.matches('\n').count() + 1);
    (line, "there is a syntax error")
}
