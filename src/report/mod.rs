//! The findings as records, and the formats that print them.
//!
//! The engine uses byte offsets of decoded text; readers and other tools need paths, lines, columns and offsets on
//! disk. This module contains the records that all formats share and builds them from an engine's result. Each format
//! is a file next to it. Nothing here makes decisions or writes to a stream: a format returns a string, and `cli`
//! decides where it goes.

pub mod concise;
pub mod diff;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod jsonl;
pub mod markdown;
pub mod sarif;
pub mod statistics;
pub mod suggestion;
pub mod text;

use crate::engine::fingerprint::Fingerprint;
use crate::engine::{FileResult, Judged};
use crate::finding::{Applicability, Outcome, Reason, Severity};
use crate::problem::Problem;
use crate::rule::Rule;
use crate::text::ProjectPath;
use crate::text::{Source, Span};
use serde::Serialize;
use std::sync::Arc;
use suggestion::Suggestion;

/// One finding, as other tools read it. The set of keys only grows.
#[derive(Debug, Clone, Serialize)]
pub struct FindingRecord {
    /// The rule's id.
    pub rule: String,
    /// Other tools' codes for it.
    pub aliases: Vec<String>,
    /// Its severity.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// The first character of the code that would be edited.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// Related places: the sink if it is elsewhere, the import edits.
    pub related: Vec<RelatedRecord>,
    /// Whether the fix may be applied without asking.
    pub applicability: Applicability,
    /// Why the fix is not safe, or why there is none.
    pub reasons: Vec<Reason>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The fix, if there is one.
    pub fix: Option<FixRecord>,
    /// What the user should do.
    pub help: String,
    /// Stays the same in later runs, even if lines above it change.
    pub fingerprint: String,
    /// The file's path relative to its project's root, independent of the current directory.
    pub project_path: String,
    /// The complete identity of the finding.
    #[serde(skip)]
    pub known_by: Fingerprint,
    /// The file's place in its project.
    #[serde(skip)]
    pub place: ProjectPath,
    /// The whole lines after the fix, if it changes consecutive lines.
    #[serde(skip)]
    pub suggestion: Option<Suggestion>,
    /// Whether the fix was written to disk, and not only to a diff.
    #[serde(skip)]
    pub is_on_disk: bool,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Zero-based offset into the file as it is on disk.
    pub byte: usize,
    /// One-based.
    pub line: usize,
    /// One-based, in Unicode code points.
    pub column: usize,
}

/// A related place.
#[derive(Debug, Clone, Serialize)]
pub struct RelatedRecord {
    /// What is there.
    pub message: String,
    /// The file.
    pub path: String,
    /// Its first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A fix with all edits that it needs when applied alone.
#[derive(Debug, Clone, Serialize)]
pub struct FixRecord {
    /// What it does.
    pub title: String,
    /// In position order, including imports.
    pub edits: Vec<EditRecord>,
}

/// Bytes `start..end` on disk become `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditRecord {
    /// First byte on disk.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The replacement, to be written in the file's encoding.
    pub text: String,
    /// The position of the first byte.
    #[serde(skip)]
    pub from: Position,
    /// The position after the last byte.
    #[serde(skip)]
    pub to: Position,
}

/// Whether there is a fix, how to apply it, and its outcome.
pub(crate) fn fix_line(record: &FindingRecord) -> String {
    let title = record.fix.as_ref().map(|fix| fix.title.as_str()).unwrap_or_default();
    match (record.applicability, record.outcome) {
        (_, Outcome::Fixed) if record.is_on_disk => format!("{title} (applied)"),
        (_, Outcome::Fixed) => format!("{title} (not yet applied: this is a dry run)"),
        (_, Outcome::Declined) => format!("{title} (declined)"),
        (_, Outcome::Failed) => format!("{title} (could not be applied)"),
        (_, Outcome::Conflicted) => format!("{title} (overlaps another fix; run again)"),
        (Applicability::Report, _) => "none: change this by hand".to_owned(),
        (Applicability::Safe, _) => format!("{title} (safe: `tightwire fix` applies it)"),
        (Applicability::Unsafe, _) => {
            format!("{title} (unsafe, see the reason above: `--unsafe-fixes` or `--interactive` applies it)")
        }
    }
}

/// The records of one file's findings, in position order.
pub fn finding_records(path: &str, result: &FileResult, transforms: &[Arc<dyn Rule>]) -> Vec<FindingRecord> {
    let placed = |judged| FindingRecord {
        project_path: result.place.display(),
        place: result.place.clone(),
        ..finding_record(path, &result.source, judged, transforms)
    };
    result.findings.iter().map(placed).collect()
}

/// The records of errors that did not stop a file's scan.
pub fn fault_records(path: &str, result: &FileResult) -> Vec<Problem> {
    let line_of = |offset| result.source.line_column(offset).0;
    result
        .faults
        .iter()
        .map(|fault| Problem {
            path: Some(path.to_owned()),
            line: fault.offset.map(line_of),
            message: fault.message.clone(),
            help: fault.help.clone(),
        })
        .collect()
}

/// The record of one finding in a file, if nothing but its path is known.
pub fn finding_record(path: &str, source: &Source, judged: &Judged, transforms: &[Arc<dyn Rule>]) -> FindingRecord {
    let finding = &judged.finding;
    let metadata = transforms.iter().map(|transform| transform.metadata()).find(|metadata| metadata.id == finding.rule);
    let edit_record = |edit: &crate::text::TextEdit| EditRecord {
        start: source.disk_offset(edit.span.start),
        end: source.disk_offset(edit.span.end),
        text: edit.text.clone(),
        from: position(source, edit.span.start),
        to: position(source, edit.span.end),
    };
    FindingRecord {
        rule: finding.rule.to_string(),
        aliases: metadata.map(|metadata| metadata.aliases.clone()).unwrap_or_default(),
        severity: metadata.map_or(Severity::Medium, |metadata| metadata.severity),
        message: finding.message.clone(),
        path: path.to_owned(),
        start: position(source, finding.span.start),
        end: position(source, finding.span.end),
        related: related_records(path, source, judged),
        applicability: finding.applicability(),
        reasons: finding.reasons.clone(),
        outcome: judged.outcome,
        fix: judged
            .fix
            .as_ref()
            .map(|fix| FixRecord { title: fix.title.clone(), edits: judged.edits.iter().map(edit_record).collect() }),
        help: finding.help.clone(),
        fingerprint: judged.fingerprint.digest.clone(),
        project_path: path.to_owned(),
        known_by: judged.fingerprint.clone(),
        place: ProjectPath::default(),
        suggestion: suggestion::suggestion(source, &judged.edits),
        is_on_disk: false,
    }
}

/// The message of a related place at which a fix edits the imports.
const IMPORTS: &str = "the fix edits the imports here";

impl FindingRecord {
    /// The message with the lines of its related places, for formats that show no other place: findings of several
    /// sinks may share a literal.
    pub fn message_with_lines(&self) -> String {
        let explaining = self.related.iter().filter(|related| related.message != IMPORTS);
        let lines: Vec<String> =
            explaining.map(|related| format!("line {}: {}", related.start.line, related.message)).collect();
        if lines.is_empty() { self.message.clone() } else { format!("{} ({})", self.message, lines.join(", ")) }
    }
}

fn related_records(path: &str, source: &Source, judged: &Judged) -> Vec<RelatedRecord> {
    let record = |message: &str, span: Span| RelatedRecord {
        message: message.to_owned(),
        path: path.to_owned(),
        start: position(source, span.start),
        end: position(source, span.end),
    };
    let named = judged.finding.related.iter().map(|related| record(&related.message, related.span));
    let imports = import_edits(judged).map(|span| record(IMPORTS, span));
    named.chain(imports).collect()
}

/// The places of the edits that the plan added to those at the site.
pub(crate) fn import_edits(judged: &Judged) -> impl Iterator<Item = Span> {
    let at_site: Vec<Span> = match &judged.fix {
        Some(fix) => {
            fix.edits.iter().map(|edit| edit.span).chain(fix.renames.iter().map(|rename| rename.name)).collect()
        }
        None => Vec::new(),
    };
    judged.edits.iter().map(|edit| edit.span).filter(move |span| !at_site.contains(span))
}

fn position(source: &Source, offset: usize) -> Position {
    let (line, column) = source.line_column(offset);
    Position { byte: source.disk_offset(offset), line, column }
}

/// The last character boundary at or before `offset`, and within the text.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}
