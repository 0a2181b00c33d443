//! One line per finding, for editors and `grep`: `path:line:col: rule message [applicability]`.

use super::format::{Format, ListForm, Listings, Report, Run};
use super::record::FindingRecord;
use crate::engine::Judged;
use crate::finding::Applicability;
use crate::text::Source;
use crate::text::sanitize::visible_line;

/// One line per finding.
#[derive(Debug)]
pub struct Concise;

impl Format for Concise {
    fn name(&self) -> &'static str {
        "concise"
    }

    fn summary(&self) -> &'static str {
        "One line a finding"
    }

    fn is_for_people(&self) -> bool {
        true
    }

    fn list_form(&self) -> Option<ListForm> {
        Some(ListForm::Text)
    }

    fn listed(&self, _: &Source, _: &Judged, record: &FindingRecord, _: bool) -> String {
        render(record)
    }

    fn begin(&self, _: Run) -> Box<dyn Report> {
        Box::new(Listings)
    }
}

/// One finding, with its line end.
fn render(record: &FindingRecord) -> String {
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
fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Report => "report",
    }
}
