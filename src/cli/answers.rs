//! The answers of the configurations that a run took into account: those that no longer count, and those that nothing needs.

use crate::engine::Answer;
use crate::terminal::streams::Terminal;
use std::sync::Arc;

/// The answers on which findings of a run hang.
pub(super) struct Needed<'t> {
    terminal: &'t Terminal,
    answers: Vec<Arc<Answer>>,
}

impl<'t> Needed<'t> {
    pub(super) fn new(terminal: &'t Terminal) -> Self {
        Self { terminal, answers: Vec::new() }
    }

    /// Takes those of one file, and says of each that no longer counts, once, that it does not.
    pub(super) fn take(&mut self, answers: &[Arc<Answer>]) {
        for answer in answers {
            if self.include(answer) {
                continue;
            }
            self.answers.push(Arc::clone(answer));
            if let Some(problem) = answer.out_of_date() {
                self.terminal.warning(&problem.to_string());
            }
        }
    }

    fn include(&self, answer: &Arc<Answer>) -> bool {
        self.answers.iter().any(|known| Arc::ptr_eq(known, answer))
    }
}
