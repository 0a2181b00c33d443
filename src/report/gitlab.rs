//! GitLab's code quality report: one JSON array that a merge request shows.
//!
//! The format cannot express suppressed findings, so they are omitted. It treats two issues with one fingerprint as the
//! same.

use super::{FindingRecord, json};
use crate::finding::{Outcome, Severity};
use serde::Serialize;
use std::collections::HashSet;
use std::io;

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    categories: [&'static str; 1],
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the array and a line end.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(out: &mut dyn io::Write, findings: &[FindingRecord]) -> io::Result<()> {
    let mut seen = HashSet::new();
    let issues: Vec<Issue<'_>> = findings.iter().filter_map(|finding| issue(finding, &mut seen)).collect();
    json::write_value(out, &issues)
}

fn issue<'r>(record: &'r FindingRecord, seen: &mut HashSet<String>) -> Option<Issue<'r>> {
    let severity = match (record.outcome, record.severity) {
        (Outcome::Suppressed | Outcome::Baselined, _) => return None,
        (Outcome::Fixed, _) if record.is_on_disk => "info",
        (_, Severity::Low) => "minor",
        (_, Severity::Medium) => "major",
        (_, Severity::High) => "critical",
    };
    // Files of two projects may have the same path relative to their roots.
    let mut fingerprint = record.fingerprint.clone();
    while !seen.insert(fingerprint.clone()) {
        let place = record.place.absolute();
        let mut hasher = blake3::Hasher::new();
        hasher.update(fingerprint.as_bytes()).update(place.as_os_str().as_encoded_bytes());
        fingerprint = hasher.finalize().to_hex().chars().take(32).collect();
    }
    Some(Issue {
        description: format!("{}; fix: {}", record.message_with_lines(), super::fix_line(record)),
        check_name: &record.rule,
        fingerprint,
        severity,
        kind: "issue",
        categories: ["Security"],
        location: Location {
            path: &record.project_path,
            lines: Lines { begin: record.start.line, end: record.end.line },
        },
    })
}
