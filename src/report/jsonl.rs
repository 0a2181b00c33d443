//! JSON lines: one object per line, as found, for programs that read during the run.
//!
//! A line's `kind` says what it is: a `finding` or an `error` has the keys of [`super::json`], and the last line is the
//! `summary`.

use super::FindingRecord;
use super::json;
use super::json::Summary;
use crate::problem::Problem;
use serde::Serialize;
use std::io;

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line<'r> {
    Finding(&'r FindingRecord),
    Error(&'r Problem),
    Summary { version: u32, tool: json::Tool, summary: Summary },
}

/// Writes the line of a finding.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_finding(out: &mut dyn io::Write, finding: &FindingRecord) -> io::Result<()> {
    json::write_value(out, &Line::Finding(finding))
}

/// Writes the line of an error.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_error(out: &mut dyn io::Write, error: &Problem) -> io::Result<()> {
    json::write_value(out, &Line::Error(error))
}

/// Writes the last line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_summary(out: &mut dyn io::Write, summary: Summary) -> io::Result<()> {
    json::write_value(out, &Line::Summary { version: json::VERSION, tool: json::Tool::this(), summary })
}
