//! `tightwire questions`: what people may know for want of which fixes are held back, each asked once.

use super::args::{Common, PathArgs};
use super::exit::{Exit, Stop};
use super::file_report::{self, FileReport};
use super::format;
use super::input::{self, Input};
use super::needed::Needed;
use super::output::Output;
use crate::problem::Problem;
use crate::report::questions::{Question, Questions};
use crate::report::{ListForm, json};
use crate::terminal::streams::Terminal;
use crate::text::sanitize::visible_line;
use crate::workspace::{Candidate, Workspace};
use std::collections::HashSet;
use std::io::Write as _;

/// The open questions about some files.
pub(super) struct Asked {
    pub(super) questions: Vec<Question>,
    /// Whether a file or a configuration could not be read; that was said.
    pub(super) has_errors: bool,
}

/// Gathers the questions about what `paths` name.
pub(super) fn gather(
    workspace: &Workspace,
    paths: &PathArgs,
    common: &Common,
    terminal: &Terminal,
) -> Result<Asked, Stop> {
    let mut questions = Questions::default();
    // Every file of a configuration that cannot be used reports the same error.
    let mut told: HashSet<Problem> = HashSet::new();
    let mut needed = Needed::default();
    let mut add = |report: FileReport| {
        needed.take(&report.answers, terminal);
        questions.add(&report.findings);
        for error in report.errors {
            if !told.contains(&error) {
                terminal.error(&error);
                told.insert(error);
            }
        }
    };
    let work = |candidate: &Candidate<'_>| FileReport::of(candidate.path, &candidate.engine, &candidate.check());
    match input::find(workspace, &paths.paths, None, common, terminal)? {
        Input::Files(walked) => {
            add(FileReport { errors: walked.errors, ..FileReport::default() });
            file_report::each(workspace, &walked.files, terminal, work, |_, report| {
                add(report);
                Ok(())
            })?;
        }
        Input::Stdin(path) => add(match input::read_stdin(&path) {
            Ok(disk) => match workspace.candidate(&path, &disk) {
                Ok(candidate) => candidate.as_ref().map(work).unwrap_or_default(),
                Err(error) => FileReport::failed(error),
            },
            Err(error) => FileReport::failed(error),
        }),
    }
    Ok(Asked { questions: questions.sorted(), has_errors: !told.is_empty() })
}

pub(super) fn run(paths: &PathArgs, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let form = format::list_form(common.output_format, "questions")?;
    let workspace = Workspace::new(input::options(common))?;
    let Asked { questions, has_errors } = gather(&workspace, paths, common, terminal)?;
    let mut out = Output::open(common.output_file.as_deref())?;
    match form {
        ListForm::Json => json::write_value(&mut out, &questions)?,
        ListForm::Text => questions.iter().try_for_each(|question| out.write_all(text(question).as_bytes()))?,
    }
    out.finish()?;
    if questions.is_empty() && !has_errors {
        terminal.note("No questions: no fix is held back for want of a fact alone.");
    } else if !questions.is_empty() {
        terminal.note(
            "Write what you know under [evidence] in tightwire.toml; `tightwire check` then says which answer it took.",
        );
    }
    Ok(if has_errors { Exit::Failure } else { Exit::Clean })
}

/// The question, what an answer frees, and the line that answers it.
fn text(question: &Question) -> String {
    format!("{}\n  {}\n", visible_line(&question.in_words()), visible_line(&question.answer()))
}
