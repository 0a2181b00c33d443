//! What bounds the work of one question.

use std::cell::Cell;

/// Limits the work for one question: names may refer to each other in cycles and fans.
pub(in crate::python) struct Fuel(Cell<u32>);

impl Fuel {
    pub(in crate::python) fn new() -> Self {
        Self(Cell::new(400))
    }

    /// Takes a step; `None` once there are none left.
    pub(in crate::python) fn spend(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }
}

/// Expressions nest as deeply as the source does; a name's meaning is found in a few steps or not at all.
pub(super) const MAX_STEPS: u32 = 24;
