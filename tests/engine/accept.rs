//! The answer of who wants every fix.

use tightwire::engine::{Decide, Decision, Judged};
use tightwire::text::Source;

/// Accepts everything.
pub struct All;

impl Decide for All {
    fn decide(&mut self, _: &Source, _: &Judged) -> Decision {
        Decision::Accept
    }
}
