//! GitLab's code quality report: one JSON array that a merge request shows.
//!
//! The format cannot express suppressed findings, so they are omitted. It treats two issues with one fingerprint as the
//! same.

use super::format::{Contents, Document, End, Format, Report, Run};
use super::json;
use super::record::{Fixes, Reported};
use crate::finding::Severity;
use serde::Serialize;
use std::collections::HashSet;
use std::io;

/// One JSON array of issues.
#[derive(Debug)]
pub struct Gitlab;

impl Format for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn summary(&self) -> &'static str {
        "GitLab's code quality report"
    }

    fn begin(&self, run: Run) -> Box<dyn Report> {
        Document::begin(run, write)
    }
}

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

fn write(out: &mut dyn io::Write, contents: &Contents, _: &End) -> io::Result<()> {
    let mut seen = HashSet::new();
    let told = contents.findings.iter().filter(|finding| !finding.record.is_silenced());
    let issues: Vec<Issue<'_>> = told.map(|finding| issue(finding, contents.run.fixes, &mut seen)).collect();
    json::write_value(out, &issues)
}

fn issue<'r>(finding: &'r Reported, fixes: Fixes, seen: &mut HashSet<String>) -> Issue<'r> {
    let record = &finding.record;
    let severity = match record.severity {
        _ if record.is_gone(fixes) => "info",
        Severity::Low => "minor",
        Severity::Medium => "major",
        Severity::High => "critical",
    };
    // Files of two projects may have the same path relative to their roots.
    let mut fingerprint = record.fingerprint.clone();
    while !seen.insert(fingerprint.clone()) {
        let place = finding.place.absolute();
        let mut hasher = blake3::Hasher::new();
        hasher.update(fingerprint.as_bytes()).update(place.as_os_str().as_encoded_bytes());
        fingerprint = hasher.finalize().to_hex().chars().take(32).collect();
    }
    Issue {
        description: format!("{}; fix: {}", record.message_with_lines(), record.fix_line(fixes)),
        check_name: &record.rule,
        fingerprint,
        severity,
        kind: "issue",
        categories: ["Security"],
        location: Location {
            path: &record.project_path,
            lines: Lines { begin: record.start.line, end: record.end.line },
        },
    }
}
