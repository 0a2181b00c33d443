//! One line per finding, for editors and `grep`: `path:line:col: rule message [applicability]`.

use super::FindingRecord;
use crate::finding::Applicability;
use crate::text::sanitize::visible_line;

/// One finding, with its line end.
pub fn render(record: &FindingRecord) -> String {
    format!(
        "{}:{}:{}: {} {} [{}]\n",
        visible_line(&record.path),
        record.start.line,
        record.start.column,
        record.rule,
        visible_line(&record.message_with_lines()),
        applicability(record.applicability),
    )
}

/// The word for an applicability, as in JSON.
pub fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Report => "report",
    }
}
