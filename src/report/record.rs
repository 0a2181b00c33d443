//! The records of a run: what was found in a file and what went wrong, as other tools read it.
//!
//! The engine speaks in byte offsets of decoded text; a reader and another tool need paths, lines, columns and offsets on disk.

use super::suggestion;
use super::suggestion::Suggestion;
use crate::engine::fingerprint::Fingerprint;
use crate::engine::{FileResult, Judged};
use crate::finding::{Accepted, Applicability, Outcome, Reason, Severity};
use crate::problem::Problem;
use crate::rule::Rule;
use crate::text::sanitize::visible_line;
use crate::text::{FilePlace, Position, ProjectPath, Source, Span, TextEdit, display_path};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::sync::Arc;

/// One finding as other tools read it. It only ever grows.
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
    /// Reasons for which the fix would be unsafe if nobody had accepted them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The fix, if there is one.
    pub fix: Option<FixRecord>,
    /// Other ways to fix it, for the same reasons safe or unsafe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<FixRecord>,
    /// What the user should do.
    pub help: String,
    /// Stays the same in later runs, even if lines above it change.
    pub fingerprint: String,
    /// The file's path relative to its project's root, independent of the current directory.
    pub project_path: String,
}

/// A finding as it is reported: its record, and what only this program needs to know of it.
#[derive(Debug, Clone)]
pub struct Reported {
    /// What other tools read.
    pub record: FindingRecord,
    /// The complete identity of the finding.
    pub fingerprint: Fingerprint,
    /// The file's place in its project.
    pub place: ProjectPath,
    /// The whole lines after the fix, if it changes consecutive lines.
    pub suggestion: Option<Suggestion>,
}

/// What a run does with the fixes that it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixes {
    /// They are on the disk.
    Written,
    /// They are shown, at most.
    Proposed,
}

/// A related place.
#[derive(Debug, Clone, Serialize)]
pub struct RelatedRecord {
    /// What is there.
    pub message: String,
    /// The file.
    pub path: String,
    /// The file's place in its project.
    #[serde(skip)]
    pub place: ProjectPath,
    /// Its first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A fix with all edits that it needs when applied alone.
#[derive(Debug, Clone, Serialize)]
pub struct FixRecord {
    /// How the option `fix` of its rule names it, if the rule has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// What it does.
    pub title: String,
    /// In position order, including imports.
    pub edits: Vec<EditRecord>,
}

/// What is between `start` and `end` becomes `text`. In JSON the two are offsets on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditRecord {
    /// The first byte.
    #[serde(serialize_with = "byte")]
    pub start: Position,
    /// One past the last.
    #[serde(serialize_with = "byte")]
    pub end: Position,
    /// The replacement, to be written in the file's encoding.
    pub text: String,
}

fn byte<S: Serializer>(position: &Position, serializer: S) -> Result<S::Ok, S::Error> {
    position.byte.serialize(serializer)
}

/// The records of errors that did not stop a file's scan.
pub fn fault_records(path: &str, result: &FileResult) -> Vec<Problem> {
    result.problems.iter().map(|problem| problem.clone().in_file(path)).collect()
}

impl FindingRecord {
    /// What is said about its applicability: each reason, and each that is accepted, after its slug.
    pub fn reasons_said(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let reasons = self.reasons.iter().map(|reason| (reason.slug.as_ref(), visible_line(&reason.sentence)));
        let accepted = self.accepted.iter().map(|Accepted { reason, by }| {
            (reason.slug.as_ref(), Cow::Owned(format!("accepted by {}", visible_line(by))))
        });
        reasons.chain(accepted)
    }
}

impl Reported {
    /// The finding `judged` in the file at `path`, of which `result` tells, with what became of it.
    pub fn new(path: &str, result: &FileResult, judged: &Judged, outcome: Outcome, rules: &[Arc<dyn Rule>]) -> Self {
        let (finding, source) = (&judged.finding, &result.source);
        let metadata = rules.iter().map(|rule| rule.metadata()).find(|metadata| metadata.id == finding.rule);
        let edit_record = |edit: &TextEdit| EditRecord {
            start: source.position(edit.span.start),
            end: source.position(edit.span.end),
            text: edit.text.clone(),
        };
        let mut ways = judged.ways().map(|(fix, edits)| FixRecord {
            name: fix.name,
            title: fix.title.clone(),
            edits: edits.iter().map(edit_record).collect(),
        });
        let record = FindingRecord {
            rule: finding.rule.to_string(),
            aliases: metadata.map(|metadata| metadata.aliases.clone()).unwrap_or_default(),
            severity: metadata.map_or(Severity::Medium, |metadata| metadata.severity),
            message: finding.message.clone(),
            path: path.to_owned(),
            start: source.position(finding.span.start),
            end: source.position(finding.span.end),
            related: related_records(path, &result.place, source, judged),
            applicability: finding.applicability(),
            reasons: finding.reasons.clone(),
            accepted: finding.accepted.clone(),
            outcome,
            fix: ways.next(),
            alternatives: ways.collect(),
            help: finding.help.clone(),
            fingerprint: judged.fingerprint.digest.clone(),
            project_path: result.place.display(),
        };
        Self {
            record,
            fingerprint: judged.fingerprint.clone(),
            place: result.place.clone(),
            suggestion: suggestion::suggestion(source, &judged.edits),
        }
    }
}

/// The message of a related place at which a fix edits the imports.
const IMPORTS: &str = "the fix edits the imports here";

impl FindingRecord {
    /// The related places but those at which the fix edits the imports.
    pub fn of_code(&self) -> impl Iterator<Item = &RelatedRecord> {
        self.related.iter().filter(|related| related.message != IMPORTS)
    }

    /// The message with the lines of its related places, for formats that show no other place: findings of several
    /// sinks may share a literal.
    pub fn message_with_lines(&self) -> String {
        let lines: Vec<String> = self
            .of_code()
            .map(|related| match related.path == self.path {
                true => format!("line {}: {}", related.start.line, related.message),
                false => format!("{}, line {}: {}", related.path, related.start.line, related.message),
            })
            .collect();
        if lines.is_empty() { self.message.clone() } else { format!("{} ({})", self.message, lines.join(", ")) }
    }

    /// Whether there is a fix, how it is asked for, and what became of it in a run that does this with `fixes`.
    pub fn fix_line(&self, fixes: Fixes) -> String {
        let title = self.fix.as_ref().map(|fix| fix.title.as_str()).unwrap_or_default();
        match (self.applicability, self.outcome) {
            (_, Outcome::Fixed) => match fixes {
                Fixes::Written => format!("{title} (applied)"),
                Fixes::Proposed => format!("{title} (not yet applied: this is a dry run)"),
            },
            (_, Outcome::Declined) => format!("{title} (declined)"),
            (_, Outcome::Failed) => format!("{title} (could not be applied)"),
            (_, Outcome::Conflicted) => format!("{title} (overlaps another fix; run again)"),
            (Applicability::Report, _) => "none: change this by hand".to_owned(),
            (Applicability::Safe, _) => format!("{title} (safe: `tightwire fix` applies it)"),
            (Applicability::Unsafe, _) => format!("{title} (unsafe: `--unsafe-fixes` or `--interactive` applies it)"),
        }
    }

    /// What else could be done where its fix is not made yet, and the option that makes it the fix: a line for each alternative.
    pub fn alternative_lines(&self) -> impl Iterator<Item = String> {
        let is_open = matches!(self.outcome, Outcome::Found | Outcome::Conflicted);
        let open = self.alternatives.iter().filter(move |_| is_open);
        open.filter_map(|fix| Some(format!("{} (`fix = \"{}\"` in the rule's options)", fix.title, fix.name?)))
    }

    /// Whether a comment in the source or the baseline silences it.
    pub fn is_silenced(&self) -> bool {
        matches!(self.outcome, Outcome::Suppressed | Outcome::Baselined)
    }

    /// Whether it is no longer in the file on the disk after a run that does this with `fixes`.
    pub fn is_gone(&self, fixes: Fixes) -> bool {
        self.outcome == Outcome::Fixed && fixes == Fixes::Written
    }
}

fn related_records(path: &str, place: &ProjectPath, source: &Source, judged: &Judged) -> Vec<RelatedRecord> {
    let here = |message: &str, span: Span| RelatedRecord {
        message: message.to_owned(),
        path: path.to_owned(),
        place: place.clone(),
        start: source.position(span.start),
        end: source.position(span.end),
    };
    let named = judged.finding.related.iter().map(|related| match &related.elsewhere {
        Some(FilePlace { file, start, end }) => {
            let path = beside(path, &place.display(), &display_path(file));
            let place = ProjectPath { file: file.clone(), ..place.clone() };
            RelatedRecord { message: related.message.clone(), path, place, start: *start, end: *end }
        }
        None => here(&related.message, related.span),
    });
    let imports = judged.edits.of_imports().map(|edit| here(IMPORTS, edit.span));
    named.chain(imports).collect()
}

/// The path of `other`, one of the project, as it is written where that of `own`, another one, is written `shown`.
fn beside(shown: &str, own: &str, other: &str) -> String {
    if let Some(before) = shown.strip_suffix(own).filter(|before| before.is_empty() || before.ends_with('/')) {
        return format!("{before}{other}");
    }
    // From a folder in the project.
    match own.strip_suffix(shown).filter(|before| before.ends_with('/')) {
        Some(before) => match other.strip_prefix(before) {
            Some(below) => below.to_owned(),
            None => format!("{}{other}", "../".repeat(before.matches('/').count())),
        },
        None => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn another_file_is_named_as_the_finding_is() {
        for (shown, own, other, expected) in [
            ("app/cli.py", "app/cli.py", "app/net.py", "app/net.py"),
            ("/work/app/cli.py", "app/cli.py", "lib/net.py", "/work/lib/net.py"),
            ("cli.py", "app/cli.py", "app/net.py", "net.py"),
            ("cli.py", "app/web/cli.py", "app/net.py", "../../app/net.py"),
            ("-", "app/cli.py", "app/net.py", "app/net.py"),
        ] {
            assert_eq!(beside(shown, own, other), expected, "{shown} {own} {other}");
        }
    }
}
