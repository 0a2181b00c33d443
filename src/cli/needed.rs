//! The answers of the configurations that a run took into account: those that no longer count, and those that nothing needs.

use crate::engine::Answer;
use crate::problem::Problem;
use crate::terminal::streams::{Terminal, counted};
use crate::workspace::Workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The answers on which findings of a run hang.
#[derive(Debug, Clone, Default)]
pub(super) struct Needed(Vec<Arc<Answer>>);

impl Needed {
    /// Takes those of one file, and says of each that no longer counts, once, that it does not.
    pub(super) fn take(&mut self, answers: &[Arc<Answer>], terminal: &Terminal) {
        for answer in answers {
            if self.include(answer) {
                continue;
            }
            self.0.push(Arc::clone(answer));
            if let Some(problem) = answer.out_of_date() {
                terminal.warning(&problem.to_string());
            }
        }
    }

    /// Names the answers of the configurations of `workspace` that no finding needed in a run over `paths`. An answer counts for all
    /// files below its configuration: one whose files the run did not all look at is not judged.
    pub(super) fn tell_unused(&self, workspace: &Workspace, paths: &[PathBuf], terminal: &Terminal) {
        let roots: Vec<PathBuf> = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        let is_covered = |folder: &Path| roots.iter().any(|root| folder.starts_with(root));
        let stated = workspace.answers();
        let unneeded = stated.iter().filter(|(_, answer)| !self.include(answer));
        let (judged, others): (Vec<_>, Vec<_>) = unneeded.partition(|(folder, _)| is_covered(folder));
        for (_, answer) in &judged {
            terminal.warning(&answer.unused().to_string());
        }
        if !others.is_empty() {
            terminal.note(format_args!(
                "{} in configurations of folders that the run did not look at as a whole; name these folders to judge them.",
                counted(others.len(), "more answer")
            ));
        }
        if stated.is_empty() {
            terminal.note("No answers: no configuration here has any under [evidence].");
        } else if judged.is_empty() && others.is_empty() {
            terminal.note(format_args!("Findings need {}.", counted(stated.len(), "answer")));
        }
    }

    /// That the run cannot tell which answers nothing needs.
    pub(super) fn cannot_judge(why: &str) -> Problem {
        Problem::new(format!("--report-unused cannot judge the answers: {why}"), "run it on the whole project")
    }

    fn include(&self, answer: &Arc<Answer>) -> bool {
        self.0.iter().any(|known| Arc::ptr_eq(known, answer))
    }
}
