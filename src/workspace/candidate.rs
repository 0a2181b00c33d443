//! A file that can hold a finding, with everything that is known of it, and what a look at it comes to.

use crate::engine::FileContext;
use crate::engine::{Decide, Engine, FileResult};
use crate::problem::Problem;
use crate::text::display_path;
use std::path::Path;
use std::sync::Arc;

/// A file that can hold a finding.
pub struct Candidate<'f> {
    /// Its path, as the user would write it.
    pub path: &'f Path,
    /// Its bytes.
    pub disk: &'f [u8],
    /// The rules that run in it.
    pub engine: Arc<Engine>,
    /// What is known of it beside its bytes.
    pub context: FileContext,
    /// Why its baseline cannot be read; then none of its findings is silenced.
    pub unreadable_baseline: Option<Problem>,
}

/// What a look at a file came to.
#[derive(Debug, Default)]
pub struct Checked {
    /// What was found, and what was fixed; none where nothing in the file can be a finding, and where it could not be looked at.
    pub result: Option<FileResult>,
    /// What went wrong beside the [those](FileResult::problems) of the result.
    pub problems: Vec<Problem>,
}

impl Candidate<'_> {
    /// Its findings.
    pub fn check(&self) -> Checked {
        let mut checked = self.checked(self.engine.check(self.disk.to_vec(), &self.context));
        checked.problems.extend(self.unreadable_baseline.clone());
        checked
    }

    /// Its findings, those that `decide` accepts fixed in [`FileResult::fixed`]. Where its baseline cannot be read, it is left alone:
    /// what somebody wants to keep must not be rewritten.
    pub fn fix(&self, decide: &mut dyn Decide) -> Checked {
        match &self.unreadable_baseline {
            Some(problem) => Checked::failed(problem.clone()),
            None => self.checked(self.engine.fix(self.disk.to_vec(), &self.context, decide)),
        }
    }

    fn checked(&self, result: Result<FileResult, Problem>) -> Checked {
        match result {
            Ok(result) => Checked { result: Some(result), problems: Vec::new() },
            Err(problem) => Checked::failed(problem.in_file(display_path(self.path))),
        }
    }
}

impl Checked {
    /// A look that came to nothing but a problem.
    pub(super) fn failed(problem: Problem) -> Self {
        Self { result: None, problems: vec![problem] }
    }
}
