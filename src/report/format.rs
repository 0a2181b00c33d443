//! What an output format is, and what a run tells it.
//!
//! A run begins, each of its files has findings, some things go wrong, and it ends. A format writes as it is told, or keeps what it
//! is told for one document at the end (`Document`).

use super::questions::Question;
use super::record::{FindingRecord, Fixes, Reported};
use crate::engine::Judged;
use crate::problem::Problem;
use crate::rule::Rule;
use crate::text::Source;
use serde::Serialize;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

/// An output format: what it is called, what it can show, and what writes it.
pub trait Format: Debug + Send + Sync {
    /// The value of `--output-format`.
    fn name(&self) -> &'static str;

    /// What it is, for the command line's help.
    fn summary(&self) -> &'static str;

    /// Whether it is for people, who are also told what a run did. Other formats have the findings and their outcomes only.
    fn is_for_people(&self) -> bool {
        false
    }

    /// How a list of something else than findings is written; none when the format has no form for one.
    fn list_form(&self) -> Option<ListForm> {
        None
    }

    /// The lines of a finding of `source` in a file's listing, where the format shows the source itself. `record` is the record of
    /// `judged`. Called on any thread; [`Report::file`] gets the listings in the order of the files.
    fn listed(&self, _source: &Source, _judged: &Judged, _record: &FindingRecord, _has_color: bool) -> String {
        String::new()
    }

    /// Begins the report of `run`.
    fn begin(&self, run: Run) -> Box<dyn Report>;
}

/// The report of one run, on its way to where the output goes.
///
/// Every method fails when `out` cannot be written.
#[allow(missing_docs, reason = "errors are the trait's")]
pub trait Report {
    /// Takes in one file: its listing (or diff, or new text), and its findings in position order.
    fn file(&mut self, out: &mut dyn io::Write, listing: &[u8], findings: Vec<Reported>) -> io::Result<()>;

    /// Takes in something that went wrong.
    fn error(&mut self, out: &mut dyn io::Write, error: Problem) -> io::Result<()>;

    /// Writes what is still to be written.
    fn finish(&mut self, out: &mut dyn io::Write, end: &End) -> io::Result<()>;
}

/// How a list of something else than findings is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListForm {
    /// As lines for a person.
    Text,
    /// As a JSON value.
    Json,
}

/// What a format knows of a run before it begins.
#[derive(Clone)]
pub struct Run {
    /// The rules that run where no configuration says otherwise.
    pub rules: Vec<Arc<dyn Rule>>,
    /// All rules there are: a configuration may have others run in a part of the files.
    pub known_rules: Vec<Arc<dyn Rule>>,
    /// What the run does with fixes.
    pub fixes: Fixes,
}

/// How much was read and found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were read, or should have been.
    pub files: usize,
    /// Files that may contain a finding and were parsed.
    pub parsed: usize,
    /// Findings that are not suppressed.
    pub findings: usize,
    /// Of these, findings with a fix, safe or not.
    pub fixable: usize,
    /// Of these, findings that were fixed (or are in the diff of a dry run).
    pub fixed: usize,
    /// Files that were changed (or are in the diff).
    pub changed: usize,
    /// Findings that a comment suppresses.
    pub suppressed: usize,
    /// Findings that the baseline suppresses.
    pub baselined: usize,
    /// Errors; see `errors`.
    pub errors: usize,
}

/// What is known when a run is over.
#[derive(Debug, Clone, Default, Serialize)]
pub struct End {
    /// What hangs on a fact that the code does not show; what frees most fixes first.
    pub questions: Vec<Question>,
    /// The counts.
    pub summary: Summary,
}

/// The report of a format that is nothing but the files' listings.
pub(super) struct Listings;

impl Report for Listings {
    fn file(&mut self, out: &mut dyn io::Write, listing: &[u8], _: Vec<Reported>) -> io::Result<()> {
        out.write_all(listing)
    }

    fn error(&mut self, _: &mut dyn io::Write, _: Problem) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn io::Write, _: &End) -> io::Result<()> {
        Ok(())
    }
}

/// What a document is made of.
pub(super) struct Contents {
    pub(super) run: Run,
    pub(super) findings: Vec<Reported>,
    pub(super) errors: Vec<Problem>,
}

/// The report of a format that is one document, written at the end.
pub(super) struct Document {
    contents: Contents,
    write: WriteDocument,
}

type WriteDocument = fn(&mut dyn io::Write, &Contents, &End) -> io::Result<()>;

impl Document {
    pub(super) fn begin(run: Run, write: WriteDocument) -> Box<dyn Report> {
        let contents = Contents { run, findings: Vec::new(), errors: Vec::new() };
        Box::new(Self { contents, write })
    }
}

impl Report for Document {
    fn file(&mut self, _: &mut dyn io::Write, _: &[u8], findings: Vec<Reported>) -> io::Result<()> {
        self.contents.findings.extend(findings);
        Ok(())
    }

    fn error(&mut self, _: &mut dyn io::Write, error: Problem) -> io::Result<()> {
        self.contents.errors.push(error);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn io::Write, end: &End) -> io::Result<()> {
        (self.write)(out, &self.contents, end)
    }
}
