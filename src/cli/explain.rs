//! `tightwire explain RULE`: a rule's page.

use super::args::Common;
use super::exit::{Exit, Stop};
use super::output::Output;
use crate::rule::Rule;
use crate::workspace::select;
use std::io::Write as _;
use std::sync::Arc;

pub(super) fn run(all: &[Arc<dyn Rule>], rule: &str, common: &Common) -> Result<Exit, Stop> {
    let found = select::find(all, rule, "explain")?;
    let mut out = Output::open(common.output_file.as_deref())?;
    // An alias from another tool may stand for several rules.
    for (index, transform) in found.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        out.write_all(transform.explanation().trim_end().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.finish()?;
    Ok(Exit::Clean)
}
