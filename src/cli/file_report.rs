//! What a run has to say about one file.

use crate::engine::{Answer, Engine, Judged};
use crate::finding::Outcome;
use crate::problem::Problem;
use crate::report;
use crate::report::Reported;
use crate::terminal::streams::Terminal;
use crate::text::display_path;
use crate::workspace::walk::WalkedFile;
use crate::workspace::{Candidate, Checked, Workspace};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// The results of a run for one file.
#[derive(Debug, Default)]
pub(super) struct FileReport {
    /// For standard output.
    pub(super) output: Vec<u8>,
    /// The findings and their outcomes.
    pub(super) findings: Vec<Reported>,
    /// What went wrong.
    pub(super) errors: Vec<Problem>,
    /// The answers that its findings hang on, those that no longer count included.
    pub(super) answers: Vec<Arc<Answer>>,
    /// The file may contain a finding, and was parsed.
    pub(super) is_parsed: bool,
    /// The file was rewritten, or would be.
    pub(super) is_changed: bool,
}

impl FileReport {
    /// A report that contains only an error.
    pub(super) fn failed(error: Problem) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }

    /// The findings and problems of the file at `path`, without output.
    pub(super) fn of(path: &Path, engine: &Engine, checked: &Checked) -> Self {
        Self::with_outcomes(path, engine, checked, |judged| judged.outcome)
    }

    /// The same for a file that could not be written because of `problem`: what was fixed in memory was not fixed.
    pub(super) fn unwritten(path: &Path, engine: &Engine, checked: &Checked, problem: Problem) -> Self {
        let mut report = Self::with_outcomes(path, engine, checked, |judged| match judged.outcome {
            Outcome::Fixed => Outcome::Failed,
            outcome => outcome,
        });
        report.is_changed = false;
        report.errors.push(problem);
        report
    }

    fn with_outcomes(path: &Path, engine: &Engine, checked: &Checked, outcome_of: impl Fn(&Judged) -> Outcome) -> Self {
        let Some(result) = &checked.result else {
            return Self { errors: checked.problems.clone(), ..Self::default() };
        };
        let path = display_path(path);
        let reported = |judged| Reported::new(&path, result, judged, outcome_of(judged), engine.rules());
        let mut errors = report::fault_records(&path, result);
        errors.extend(checked.problems.iter().cloned());
        Self {
            findings: result.findings.iter().map(reported).collect(),
            errors,
            is_parsed: true,
            is_changed: result.fixed.is_some(),
            answers: result.answers.clone(),
            output: Vec::new(),
        }
    }
}

/// Has `work` look at each of `files` that can hold a finding, and `consume` take its path and report, in the order of `files`; a terminal shows
/// how far it has come.
///
/// # Errors
/// The first error of `consume`.
pub(super) fn each(
    workspace: &Workspace,
    files: &[WalkedFile],
    terminal: &Terminal,
    work: impl Fn(&Candidate<'_>) -> FileReport + Sync,
    mut consume: impl FnMut(PathBuf, FileReport) -> io::Result<()>,
) -> io::Result<()> {
    let done: Arc<AtomicUsize> = Arc::default();
    let _progress = terminal.progress(files.len(), "files", &done);
    let report = |file: &WalkedFile, found: Result<Candidate<'_>, Problem>| {
        let report = found.map_or_else(FileReport::failed, |candidate| work(&candidate));
        (file.path.clone(), report)
    };
    workspace.for_each(files, &done, report, |(path, report)| consume(path, report))
}
