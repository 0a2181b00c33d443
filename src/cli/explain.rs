//! `tightwire explain RULE`: a rule's page.

use super::exit::Exit;
use super::{Stop, select};
use crate::transform::Transform;
use std::io::{self, Write as _};

pub(super) fn run(all: &[&'static dyn Transform], rule: &str) -> Result<Exit, Stop> {
    let mut out = io::stdout().lock();
    // An alias of another tool's may stand for several rules of ours.
    for (index, transform) in select::find(all, rule, "explain")?.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(transform.explanation().trim_end().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}
