//! Annotations of GitHub Actions: workflow commands on standard output that show at the lines of a pull request.
//!
//! A command is one line. Characters that would end a value, or the line, are escaped as the runner expects
//! (`actions/toolkit`, `packages/core/src/command.ts`); characters that could mislead the reader of the log are made
//! visible first.

use super::FindingRecord;
use crate::finding::{Outcome, Severity};
use crate::problem::Problem;
use crate::text::sanitize::visible;

/// The annotation of one finding, with its line end; empty for a suppressed one.
pub fn render(record: &FindingRecord) -> String {
    let level = match (record.outcome, record.severity) {
        (Outcome::Suppressed | Outcome::Baselined, _) => return String::new(),
        (Outcome::Fixed, _) if record.is_on_disk => "notice",
        (_, Severity::Low) => "notice",
        (_, Severity::Medium) => "warning",
        (_, Severity::High) => "error",
    };
    let (start, end) = (record.start, record.end);
    // Only annotations of one line have columns.
    let columns = match start.line == end.line {
        true => format!(",col={},endColumn={}", start.column, end.column),
        false => String::new(),
    };
    let mut message = record.message_with_lines();
    for reason in &record.reasons {
        message.push_str(&format!("\n{}", reason.sentence));
    }
    if !record.help.is_empty() {
        message.push_str(&format!("\n{}", record.help));
    }
    message.push_str(&format!("\n{}", super::fix_line(record)));
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
pub fn render_error(error: &Problem) -> String {
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
