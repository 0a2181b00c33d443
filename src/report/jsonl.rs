//! JSON lines: one object per line, as found, for programs that read during the run.
//!
//! A line's `kind` says what it is: a `finding` or an `error` has the keys of [`super::json`], and the last line is the
//! `summary`.

use super::format::{End, Format, Report, Run};
use super::json;
use super::record::{FindingRecord, Reported};
use crate::problem::Problem;
use serde::Serialize;
use std::io;

/// One JSON object a line.
#[derive(Debug)]
pub struct JsonLines;

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn summary(&self) -> &'static str {
        "One object a line, as it comes"
    }

    fn begin(&self, _: Run) -> Box<dyn Report> {
        Box::new(Lines)
    }
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line<'r> {
    Finding(&'r FindingRecord),
    Error(&'r Problem),
    Summary {
        version: u32,
        tool: json::Tool,
        #[serde(flatten)]
        end: &'r End,
    },
}

/// Lines, each written when it is known.
struct Lines;

impl Report for Lines {
    fn file(&mut self, out: &mut dyn io::Write, _: &[u8], findings: Vec<Reported>) -> io::Result<()> {
        findings.iter().try_for_each(|finding| json::write_value(out, &Line::Finding(&finding.record)))
    }

    fn error(&mut self, out: &mut dyn io::Write, error: Problem) -> io::Result<()> {
        json::write_value(out, &Line::Error(&error))
    }

    fn finish(&mut self, out: &mut dyn io::Write, end: &End) -> io::Result<()> {
        json::write_value(out, &Line::Summary { version: json::VERSION, tool: json::Tool::this(), end })
    }
}
