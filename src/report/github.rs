//! Annotations of GitHub Actions: workflow commands on standard output that show at the lines of a pull request.
//!
//! A command is one line. Characters that would end a value, or the line, are escaped as the runner expects
//! (`actions/toolkit`, `packages/core/src/command.ts`); characters that could mislead the reader of the log are made
//! visible first.

use super::format::{End, Format, Report, Run};
use super::record::{FindingRecord, Fixes, Reported};
use crate::finding::Severity;
use crate::problem::Problem;
use crate::text::sanitize::visible;
use std::io;

/// Workflow commands, one a line.
#[derive(Debug)]
pub struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn summary(&self) -> &'static str {
        "Annotations of GitHub Actions"
    }

    fn begin(&self, run: Run) -> Box<dyn Report> {
        Box::new(Annotations { fixes: run.fixes })
    }
}

/// Annotations, each written when it is known.
struct Annotations {
    fixes: Fixes,
}

impl Report for Annotations {
    fn file(&mut self, out: &mut dyn io::Write, _: &[u8], findings: Vec<Reported>) -> io::Result<()> {
        let told = findings.iter().map(|finding| &finding.record).filter(|record| !record.is_silenced());
        told.map(|record| annotation(record, self.fixes)).try_for_each(|line| out.write_all(line.as_bytes()))
    }

    fn error(&mut self, out: &mut dyn io::Write, error: Problem) -> io::Result<()> {
        out.write_all(error_annotation(&error).as_bytes())
    }

    fn finish(&mut self, _: &mut dyn io::Write, _: &End) -> io::Result<()> {
        Ok(())
    }
}

/// The annotation of one finding, with its line end.
fn annotation(record: &FindingRecord, fixes: Fixes) -> String {
    let level = match record.severity {
        _ if record.is_gone(fixes) => "notice",
        Severity::Low => "notice",
        Severity::Medium => "warning",
        Severity::High => "error",
    };
    let (start, end) = (record.start, record.end);
    // Only annotations of one line have columns.
    let columns = match start.line == end.line {
        true => format!(",col={},endColumn={}", start.column, end.column),
        false => String::new(),
    };
    let mut message = record.message_with_lines();
    for (slug, sentence) in record.reasons_said() {
        message.push_str(&format!("\n{slug}: {sentence}"));
    }
    if !record.help.is_empty() {
        message.push_str(&format!("\n{}", record.help));
    }
    message.push_str(&format!("\n{}", record.fix_line(fixes)));
    format!(
        "::{level} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&record.project_path),
        start.line,
        end.line,
        property(&record.rule),
        data(&message),
    )
}

/// The annotation of an error, with its line end.
fn error_annotation(error: &Problem) -> String {
    let file = error.path.as_ref().map(|path| format!("file={},", property(path))).unwrap_or_default();
    let line = error.line.map(|line| format!("line={line},")).unwrap_or_default();
    format!("::error {file}{line}title=tightwire::{}\n", data(&format!("{}\n{}", error.message, error.help)))
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_value_before_its_time() {
        assert_eq!(
            property("a,b:c%\r\n::error::x.py"),
            "a%2Cb%3Cc%25".replace("%3Cc", "%3Ac") + "␍%0A%3A%3Aerror%3A%3Ax.py"
        );
        assert_eq!(data("100%\nx: y, z\u{1b}[2J"), "100%25%0Ax: y, z␛[2J");
    }
}
