//! One text's findings: parsed, matched, judged, held against the suppressions and against syntax errors.

use super::fingerprint::{Fingerprint, Fingerprints};
use super::suppress::Suppressions;
use super::{Engine, Fault, FileContext, ScanError};
use crate::finding::{Finding, Fragment, Outcome, Reason};
use crate::python::{self, PythonFile, Target};
use crate::rule::FileFacts;
use crate::text::Lines;
use crate::text::Span;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What was found in one text.
pub(super) struct Scan {
    pub(super) file: PythonFile,
    /// In position order, silenced ones included.
    pub(super) findings: Vec<Finding>,
    /// By finding: what it is known by.
    pub(super) fingerprints: Vec<Fingerprint>,
    /// By finding: the first one that has the same fix; itself where none has.
    pub(super) shared: Vec<usize>,
    /// By finding: what silences it, `Suppressed` or `Baselined`.
    pub(super) silenced: Vec<Option<Outcome>>,
    /// By finding: whether it is in the lines to which the run is restricted. Of the file as it was read: those lines mean
    /// nothing in a text that fixes have made.
    pub(super) in_scope: Vec<bool>,
    /// Syntax errors that keep findings from being fixed.
    pub(super) faults: Vec<Fault>,
}

impl Engine {
    pub(super) fn scan(&self, text: &str, context: &FileContext) -> Result<Scan, ScanError> {
        let file = PythonFile::parse_in(context.project.clone(), context.target.clone(), text).map_err(|error| {
            ScanError::Refused {
                message: format!("the file cannot be parsed: {error}"),
                help: "exclude the file with `--exclude` if it is generated or not meant to run".into(),
            }
        })?;
        let facts = FileFacts { path: &context.place.file, is_in_container: context.container };
        let mut findings: Vec<Finding> = self
            .rules
            .iter()
            .zip(self.query()?.matches(&file))
            .flat_map(|(rule, matches)| rule.check(&file, &matches, &facts))
            .collect();
        findings.sort_by_key(|finding| finding.span);
        let shared = shared_fixes(&findings);
        if let Some(target) = &context.target {
            findings.iter_mut().for_each(|finding| withhold_unsupported(finding, target));
        }
        let suppressions = Suppressions::of(&file, context.suppressions);
        let mut names = Fingerprints::new(&context.place.file, text);
        let fingerprints: Vec<Fingerprint> =
            findings.iter().map(|finding| names.next(&finding.rule, spans_of(finding))).collect();
        let silencer = |(finding, fingerprint): (&Finding, &Fingerprint)| {
            let is_in = |baseline: &Arc<HashSet<String>>| baseline.contains(&fingerprint.digest);
            if self.metadata(&finding.rule).is_some_and(|metadata| suppressions.silences(finding, metadata)) {
                Some(Outcome::Suppressed)
            } else {
                context.baseline.as_ref().is_some_and(is_in).then_some(Outcome::Baselined)
            }
        };
        let silenced: Vec<Option<Outcome>> = findings.iter().zip(&fingerprints).map(silencer).collect();
        let scope = context.lines.as_deref().map(|lines| Scope::new(text, lines));
        let is_in_scope = |span: Span| scope.as_ref().is_none_or(|scope| scope.touches(span));
        let mut in_scope: Vec<bool> =
            findings.iter().map(|finding| extents(&file, finding).any(&is_in_scope)).collect();
        spread(&shared, &mut in_scope);
        let is_told: Vec<bool> =
            silenced.iter().zip(&in_scope).map(|(silenced, in_scope)| silenced.is_none() && *in_scope).collect();
        let mut errors = merged(file.errors());
        let mut faults = withhold_fixes(&file, &errors, &mut findings, &is_told);
        withhold_shared(&shared, &silenced, &mut findings);
        errors.retain(|error| is_in_scope(*error));
        self.name_unjudged(text, &errors, &mut faults);
        Ok(Scan { file, findings, fingerprints, shared, silenced, in_scope, faults })
    }
}

impl Engine {
    /// Adds a fault for each syntax error on whose lines there may have been a site: the parser makes no call of what it cannot
    /// read, so such a site would be lost without a word.
    fn name_unjudged(&self, text: &str, errors: &[Span], faults: &mut Vec<Fault>) {
        for error in errors {
            let start = text.get(..error.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let end = text.get(error.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| error.end + at);
            let lines = text.get(start..end).unwrap_or_default();
            let is_named = faults.iter().any(|fault| fault.offset.is_some_and(|at| (start..=end).contains(&at)));
            if !is_named && self.prefilter.names(lines.as_bytes()) {
                faults.push(Fault {
                    message: "syntax error on a line that may hold a finding; nothing was judged there".into(),
                    offset: Some(error.start),
                    help: "correct the syntax error, then run Tightwire again".into(),
                });
            }
        }
    }
}

/// Takes the fix from a finding if it writes what a Python of the project's does not have.
fn withhold_unsupported(finding: &mut Finding, target: &Target) {
    let is_missing = |fragment: &Fragment| match fragment {
        Fragment::Member { member: written, .. } => {
            python::since(written).is_some_and(|(on_2, on_3)| !target.is_at_least(on_2, on_3))
        }
        Fragment::Text(_) | Fragment::Newline => false,
    };
    if finding.fix.as_ref().is_some_and(|fix| fix.edits.iter().flat_map(|edit| &edit.text).any(is_missing)) {
        finding.fix = None;
        finding.reasons = vec![Reason::TargetVersion];
    }
}

/// Takes the fix from each finding whose statement, spans or edits touch a syntax error: what tree-sitter made of the text
/// there is a guess. Returns a fault for each such place.
fn withhold_fixes(file: &PythonFile, errors: &[Span], findings: &mut [Finding], is_told: &[bool]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    if errors.is_empty() {
        return faults;
    }
    for (finding, is_told) in findings.iter_mut().zip(is_told) {
        let edits = finding
            .fix
            .iter()
            .flat_map(|fix| fix.edits.iter().map(|edit| edit.span).chain(fix.renames.iter().map(|rename| rename.name)));
        let Some(error) = extents(file, finding).chain(edits).find_map(|span| touching(errors, span)) else {
            continue;
        };
        finding.fix = None;
        // What the other reasons were read from is a guess too.
        finding.reasons = vec![Reason::SyntaxError];
        let fault = Fault {
            message: format!("syntax error at a finding of {}; it is reported, but not fixed", finding.rule),
            offset: Some(error.start),
            help: "correct the syntax error, then run Tightwire again".into(),
        };
        if *is_told && !faults.contains(&fault) && faults.last().is_none_or(|last| last.offset != fault.offset) {
            faults.push(fault);
        }
    }
    faults
}

/// For each finding, the first one of its rule that has the same fix; itself where none has.
fn shared_fixes(findings: &[Finding]) -> Vec<usize> {
    let mut by_place: HashMap<(&str, Span), Vec<usize>> = HashMap::new();
    (0..)
        .zip(findings)
        .map(|(index, finding)| {
            let Some((fix, edit)) = finding.fix.as_ref().and_then(|fix| Some((fix, fix.edits.first()?))) else {
                return index;
            };
            let there = by_place.entry((&finding.rule, edit.span)).or_default();
            let is_same = |other: &&usize| findings.get(**other).is_some_and(|other| other.fix.as_ref() == Some(fix));
            let first = there.iter().find(is_same).copied();
            if first.is_none() {
                there.push(index);
            }
            first.unwrap_or(index)
        })
        .collect()
}

/// Makes `flags` true for all findings that share a fix with one for which it is.
fn spread(shared: &[usize], flags: &mut [bool]) {
    let set: HashSet<usize> =
        shared.iter().zip(flags.iter()).filter(|(_, flag)| **flag).map(|(first, _)| *first).collect();
    for (first, flag) in shared.iter().zip(flags) {
        *flag |= set.contains(first);
    }
}

/// Takes the fix from each finding that shares it with one that is silenced or has lost it: nobody has agreed to change that one.
fn withhold_shared(shared: &[usize], silenced: &[Option<Outcome>], findings: &mut [Finding]) {
    let stays = |(finding, silenced): (&Finding, &Option<Outcome>)| silenced.is_some() || finding.fix.is_none();
    let mut stays: Vec<bool> = findings.iter().zip(silenced).map(stays).collect();
    let own = stays.clone();
    spread(shared, &mut stays);
    for ((finding, stays), own) in findings.iter_mut().zip(stays).zip(own) {
        if stays && !own {
            finding.fix = None;
            finding.reasons = vec![Reason::SharedFix];
        }
    }
}

/// What a finding is about: its span and what is related to it, and the statements of those.
fn extents<'f>(file: &'f PythonFile, finding: &'f Finding) -> impl Iterator<Item = Span> {
    let spans = spans_of(finding);
    let statements = spans.clone().map(|span| file.node_at(span).statement().header());
    spans.chain(statements)
}

/// The span of a finding, and those of what is related to it.
fn spans_of(finding: &Finding) -> impl Iterator<Item = Span> + Clone {
    std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span))
}

/// The lines to which a run is restricted, in a text.
struct Scope<'s> {
    lines: &'s Lines,
    line_starts: Vec<usize>,
}

impl<'s> Scope<'s> {
    fn new(text: &str, lines: &'s Lines) -> Self {
        let line_starts = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { lines, line_starts: std::iter::once(0).chain(line_starts).collect() }
    }

    /// Whether one of the lines of `span` is among them.
    fn touches(&self, span: Span) -> bool {
        let line = |offset: usize| self.line_starts.partition_point(|start| *start <= offset);
        let last = span.end.saturating_sub(1).max(span.start);
        self.lines.touch(line(span.start), line(last))
    }
}

/// Spans in position order, those that overlap or touch made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut result: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match result.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => result.push(span),
        }
    }
    result
}

/// The first of `errors` that overlaps or touches `span`.
fn touching(errors: &[Span], span: Span) -> Option<Span> {
    let first = errors.partition_point(|error| error.end < span.start);
    errors.get(first).copied().filter(|error| error.start <= span.end)
}
