//! What bounds the work of one question.

use std::cell::Cell;
use std::rc::Rc;

/// Limits the work for one question: names may refer to each other in cycles and fans.
pub(in crate::python) struct Fuel {
    left: Rc<Cell<u32>>,
    /// Whether parameters are followed to the arguments of calls.
    pub(super) follows_callers: bool,
    /// Whether other modules of the project are asked.
    pub(super) asks_project: bool,
}

impl Fuel {
    pub(in crate::python) fn new() -> Self {
        Self { left: Rc::new(Cell::new(400)), follows_callers: true, asks_project: true }
    }

    /// For a question about who calls a function: it must not lead to another of the same.
    pub(super) fn without_callers() -> Self {
        Self { follows_callers: false, ..Self::new() }
    }

    /// For a part of this question that asks neither who calls a function nor other modules of the project.
    pub(super) fn within_function(&self) -> Self {
        Self { left: Rc::clone(&self.left), follows_callers: false, asks_project: false }
    }

    /// For a question about what is written in the file itself.
    pub(in crate::python) fn within_file() -> Self {
        Self { asks_project: false, ..Self::new() }
    }

    /// Takes a step; `None` once there are none left.
    pub(in crate::python) fn spend(&self) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(())
    }
}

/// Expressions nest as deeply as the source does; a name's meaning is found in a few steps or not at all.
pub(super) const MAX_STEPS: u32 = 24;
