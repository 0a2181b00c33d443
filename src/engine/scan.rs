//! One text's findings: parsed, matched, checked, held against the suppressions and against syntax errors.

use super::fingerprint::{Fingerprint, Fingerprints};
use super::suppress::Suppressions;
use super::{Answer, Engine, FileContext, Judged};
use crate::finding::{Finding, Findings, Fix, FixId, Fixes, Fragment, Outcome, Reason, RuleId};
use crate::problem::Problem;
use crate::python::{self, Kind, PythonFile, Target};
use crate::rewrite::plan::{Accepted, Planner};
use crate::rewrite::verify::Scanned;
use crate::rule::{FileFacts, reasons};
use crate::text::{FilePlace, LineIndex, Lines, Span, line_end, line_start};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why there is no fix beside a syntax error.
pub(super) const SYNTAX_ERROR: Reason = Reason::new("syntax-error", "the code around the finding does not parse");

/// Why the engine withholds the fix of a rule, whichever it is.
pub const WITHHELD_FOR: [Reason; 6] = [
    SYNTAX_ERROR,
    reasons::SHADOWED_MODULE,
    reasons::GUARDED_IMPORT,
    reasons::TARGET_VERSION,
    reasons::SHARED_FIX,
    reasons::REACHABLE,
];

/// The help for a syntax error.
const CORRECT_IT: &str = "correct the syntax error, then run Tightwire again";

/// What was found in one text.
pub(super) struct Scan {
    pub(super) file: PythonFile,
    /// In position order, including suppressed findings.
    pub(super) candidates: Vec<Candidate>,
    pub(super) fixes: Fixes,
    /// Syntax errors that prevent findings from being fixed.
    pub(super) problems: Vec<Problem>,
    /// The answers that findings hang on.
    pub(super) answers: Vec<Arc<Answer>>,
}

/// A finding, and what the file says about it.
pub(super) struct Candidate {
    /// Without its fix where that is withheld; the reason is then the finding's.
    pub(super) finding: Finding,
    pub(super) fingerprint: Fingerprint,
    /// What silences it, `Suppressed` or `Baselined`.
    pub(super) silenced: Option<Outcome>,
    /// It is in the lines to which the run is restricted. Of the file as it was read: those lines mean nothing in a text that
    /// fixes have made.
    pub(super) is_in_scope: bool,
}

impl Scan {
    /// A way to fix the candidate at `index` as one that is to be made, by its number: 0 is the fix itself, 1 its first alternative.
    /// None where it has none.
    pub(super) fn accepted(&self, index: usize, way: usize) -> Option<Accepted<'_>> {
        let finding = &self.candidates.get(index)?.finding;
        Some(Accepted { index, span: finding.span, fix: self.fixes.get(finding.fix?)?.ways().nth(way)? })
    }

    /// The candidate at `index` with the edits that each way to fix it takes alone.
    pub(super) fn judged(
        &self,
        planner: &Planner<'_>,
        index: usize,
        outcome: Outcome,
        fingerprint: &Fingerprint,
    ) -> Option<Judged> {
        let finding = self.candidates.get(index)?.finding.clone();
        let fix = finding.fix.and_then(|fix| self.fixes.get(fix)).cloned();
        let edits = |way| planner.plan(self.accepted(index, way)).edits;
        let alternatives = (1..fix.iter().flat_map(Fix::ways).count()).map(edits).collect();
        Some(Judged { finding, fix, outcome, edits: edits(0), alternatives, fingerprint: fingerprint.clone() })
    }

    /// Whether there is a finding of `rule` that starts at byte `offset`.
    pub(super) fn has(&self, rule: &RuleId, offset: usize) -> bool {
        let mut findings = self.candidates.iter().map(|candidate| &candidate.finding);
        findings.any(|finding| finding.rule == *rule && finding.span.start == offset)
    }

    /// The findings as verification compares them.
    pub(super) fn scanned(&self) -> Scanned<'_> {
        let findings = self.candidates.iter().map(|candidate| &candidate.finding).collect();
        Scanned { findings, error_count: self.file.error_count() }
    }
}

impl Engine {
    pub(super) fn scan(&self, text: &str, context: &FileContext) -> Result<Scan, Problem> {
        let file = PythonFile::parse_in(context.project.clone(), context.target.clone(), text).map_err(|error| {
            let help = "exclude the file with `--exclude` if it is generated or is never run";
            Problem::new(format!("the file cannot be parsed: {error}"), help)
        })?;
        if let Some(offset) = conflict_marker(&file) {
            let problem = Problem::new(
                "the file holds the markers of a merge conflict; it was left alone",
                "resolve the conflict, then run Tightwire again",
            );
            return Err(problem.on_line(Some(LineIndex::of(text).line(offset))));
        }
        let facts = FileFacts {
            path: &context.place.file,
            is_in_container: context.container,
            line_length: context.line_length,
        };
        let mut found = Findings::default();
        for (rule, matches) in self.rules.iter().zip(self.query()?.matches(&file)) {
            found.append(rule.check(&file, &matches, &facts));
        }
        let (mut findings, mut fixes) = found.into_parts();
        fixes.keep(|way| obstacle(&file, context.target.as_ref(), way).is_none());
        findings.sort_by_key(|finding| finding.span);
        let mut answers = Vec::new();
        for finding in &mut findings {
            if let Some(rule) = self.metadata(&finding.rule) {
                if finding.fix.is_some() && is_vendored(&context.place.file) {
                    finding.reasons =
                        Reason::listed([std::mem::take(&mut finding.reasons), vec![reasons::VENDORED]].concat());
                }
                answers.extend(context.evidence.apply(finding, rule));
                context.adjustments.apply(finding, rule);
            }
        }

        let suppressions = Suppressions::of(&file, context.suppressions);
        let neighbours = neighbours(&findings, context);
        let of_neighbour = |(path, file)| (path, Suppressions::of(file, context.suppressions));
        let elsewhere: HashMap<&PathBuf, Suppressions<'_>> = neighbours.iter().map(of_neighbour).collect();
        let mut names = Fingerprints::new(&context.place.file, text);
        let scope = context.lines.as_deref().map(|lines| Scope::new(text, lines));
        let is_in_scope = |span: Span| scope.as_ref().is_none_or(|scope| scope.touches(span));
        let candidate = |finding: Finding| {
            let fingerprint = names.next(&finding.rule, spans_of(&finding));
            let is_suppressed = self.metadata(&finding.rule).is_some_and(|metadata| {
                let mut places = finding.related.iter().filter_map(|related| related.elsewhere.as_ref());
                let silences =
                    |place: &FilePlace| Some(elsewhere.get(&place.file)?.silences_elsewhere(place.start, metadata));
                suppressions.silences(&finding, metadata) || places.any(|place| silences(place) == Some(true))
            });
            let is_baselined = context.baseline.as_ref().is_some_and(|known| known.contains(&fingerprint.digest));
            let silenced = match (is_suppressed, is_baselined) {
                (true, _) => Some(Outcome::Suppressed),
                (false, true) => Some(Outcome::Baselined),
                (false, false) => None,
            };
            let is_in_scope = extents(&file, &finding).any(is_in_scope);
            Candidate { finding, fingerprint, silenced, is_in_scope }
        };
        let mut candidates: Vec<Candidate> = findings.into_iter().map(candidate).collect();
        // A fix is in the lines of all findings that share it.
        let in_scope = fixes_of(&candidates, |candidate| candidate.is_in_scope);
        for candidate in &mut candidates {
            candidate.is_in_scope |= candidate.finding.fix.is_some_and(|fix| in_scope.contains(&fix));
        }

        let mut errors = merged([file.errors(), hidden_lines(&file)].concat());
        let mut at = withhold(&file, &errors, context, &fixes, &mut candidates);
        errors.retain(|error| is_in_scope(*error));
        self.name_unjudged(text, &errors, &mut at);
        let lines = LineIndex::of(text);
        let problems = at.into_iter().map(|(offset, problem)| problem.on_line(Some(lines.line(offset)))).collect();
        Ok(Scan { file, candidates, fixes, problems, answers })
    }
}

impl Engine {
    /// Adds an error for each syntax error on a line that may contain a match: the parser recognises no call there, so
    /// the match would be lost silently.
    fn name_unjudged(&self, text: &str, errors: &[Span], problems: &mut Vec<(usize, Problem)>) {
        for error in errors {
            let (start, end) = (line_start(text, error.start), line_end(text, error.end));
            let lines = text.get(start..end).unwrap_or_default();
            let is_named = problems.iter().any(|(at, _)| (start..=end).contains(at));
            if !is_named && self.prefilter.names(lines.as_bytes()) {
                let message = "syntax error on a line that may contain a finding; this line was not checked";
                problems.push((error.start, Problem::new(message, CORRECT_IT)));
            }
        }
    }
}

/// Whether the file at `path` in its project is in a folder for copies of other projects.
fn is_vendored(path: &Path) -> bool {
    let mut folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
    folders.any(|name| VENDOR_FOLDERS.contains(&name.to_ascii_lowercase().as_str()))
}

/// How projects call the folders into which they copy others.
const VENDOR_FOLDERS: [&str; 13] = [
    "3rdparty",
    "_vendor",
    "_vendored",
    "extern",
    "externals",
    "libs",
    "third-party",
    "third_party",
    "third_parties",
    "thirdparty",
    "vendor",
    "vendored",
    "vendors",
];

/// The other files of the project in which `findings` have related places.
fn neighbours(findings: &[Finding], context: &FileContext) -> HashMap<PathBuf, PythonFile> {
    let places = findings.iter().flat_map(|finding| &finding.related).filter_map(|related| related.elsewhere.as_ref());
    let paths: HashSet<&PathBuf> = places.map(|place| &place.file).collect();
    let parsed = |path: &PathBuf| {
        let source = context.project.as_ref()?.source(path)?;
        Some((path.clone(), PythonFile::parse(source.text()).ok()?))
    };
    paths.into_iter().filter_map(parsed).collect()
}

/// The first line by which git marks a conflict (`git merge-file`: seven `<`, `=`, `>`), outside of texts.
fn conflict_marker(file: &PythonFile) -> Option<usize> {
    let text = file.text();
    let starts = |marker: &str| -> Vec<usize> {
        let found = text.match_indices(marker).map(|(at, _)| at);
        found.filter(|at| line_start(text, *at) == *at).take(MOST_MARKERS).collect()
    };
    if !text.contains("<<<<<<< ") || starts(">>>>>>> ").is_empty() {
        return None;
    }
    starts("<<<<<<< ").into_iter().find(|at| !is_in_text(file, *at))
}

/// Whether the byte at `offset` is part of a string literal.
fn is_in_text(file: &PythonFile, offset: usize) -> bool {
    let node = file.node_at(Span { start: offset, end: offset });
    node.ancestors().chain([node]).any(|around| around.kind() == Kind::String)
}

/// Only a hostile file has more.
const MOST_MARKERS: usize = 100;

/// What stands on a line after a carriage return without a line feed, outside of texts: CPython begins a new line there, and the
/// parser does not.
fn hidden_lines(file: &PythonFile) -> Vec<Span> {
    let text = file.text();
    let is_alone = |at: &usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    let alone = memchr::memchr_iter(b'\r', text.as_bytes()).filter(is_alone).filter(|at| !is_in_text(file, *at));
    alone.map(|at| Span { start: line_start(text, at), end: line_end(text, at) }).collect()
}

/// Takes the fix from each finding that must not have it, for one reason each. Returns a problem for each syntax error at a finding,
/// with the error's byte offset.
fn withhold(
    file: &PythonFile,
    errors: &[Span],
    context: &FileContext,
    fixes: &Fixes,
    candidates: &mut [Candidate],
) -> Vec<(usize, Problem)> {
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    let mut withheld: Vec<Option<Reason>> = Vec::with_capacity(candidates.len());
    // Nobody has agreed to change a finding that is silenced, or that has lost its fix: all that share the fix lose it.
    let mut stays: HashSet<FixId> = HashSet::new();
    for Candidate { finding, silenced, is_in_scope, .. } in &*candidates {
        let fix = finding.fix.and_then(|fix| fixes.get(fix));
        let error = errors_at(file, errors, finding, fix);
        let reason = match error {
            // The other reasons were derived from a guess, too.
            Some(_) => Some(SYNTAX_ERROR),
            None => {
                let obstacle = fix.and_then(|fix| obstacle(file, context.target.as_ref(), fix));
                obstacle.or_else(|| context.evidence.contradicts(finding))
            }
        };
        if silenced.is_some() || reason.is_some() {
            stays.extend(finding.fix);
        }
        if let Some(error) = error.filter(|_| silenced.is_none() && *is_in_scope) {
            let message = format!("syntax error at a finding of {}; it is reported, but not fixed", finding.rule);
            let problem = (error.start, Problem::new(message, CORRECT_IT));
            if !problems.contains(&problem) && problems.last().is_none_or(|(last, _)| *last != error.start) {
                problems.push(problem);
            }
        }
        withheld.push(reason);
    }
    for (candidate, reason) in candidates.iter_mut().zip(withheld) {
        let is_shared = candidate.silenced.is_none() && candidate.finding.fix.is_some_and(|fix| stays.contains(&fix));
        if let Some(reason) = reason.or_else(|| is_shared.then_some(reasons::SHARED_FIX)) {
            debug_assert!(WITHHELD_FOR.contains(&reason), "`WITHHELD_FOR` lacks {reason:?}");
            candidate.finding.fix = None;
            candidate.finding.reasons = vec![reason];
        }
    }
    problems
}

/// Why `fix` cannot be made in `file`, whatever its rule says of it.
fn obstacle(file: &PythonFile, target: Option<&Target>, fix: &Fix) -> Option<Reason> {
    let lacks = |module: &str, site| file.may_lack(module) && file.module_read_at(module, site).is_none();
    if let Some(module) = needed(fix, |module, _| file.is_shadowed(module)) {
        let sentence = format!("a module of the project is called `{module}`, as one that the fix needs");
        Some(reasons::SHADOWED_MODULE.says(sentence))
    } else if let Some(module) = needed(fix, lacks) {
        let sentence = format!("the file also runs without `{module}`, which the fix needs");
        Some(reasons::GUARDED_IMPORT.says(sentence))
    } else {
        target.is_some_and(|target| is_unsupported(fix, target)).then_some(reasons::TARGET_VERSION)
    }
}

/// Whether `fix` writes what a Python of the project's does not have.
fn is_unsupported(fix: &Fix, target: &Target) -> bool {
    fix.edits.iter().flat_map(|edit| &edit.text).any(|fragment| match fragment {
        Fragment::Member { member: written, .. } => {
            python::since(written).is_some_and(|(on_2, on_3)| !target.is_at_least(on_2, on_3))
        }
        Fragment::Text(_) | Fragment::Newline => false,
    })
}

/// The module that `fix` needs, of those of which `holds`, for the byte offset where it is used.
fn needed(fix: &Fix, holds: impl Fn(&str, usize) -> bool) -> Option<&'static str> {
    fix.edits.iter().flat_map(|edit| &edit.text).find_map(|fragment| match fragment {
        Fragment::Member { module, site, .. } => Some(*module).filter(|module| holds(module, *site)),
        Fragment::Text(_) | Fragment::Newline => None,
    })
}

/// The first of `errors` that touches the statement, a span or an edit of `finding`: what tree-sitter made of the text there is a
/// guess.
fn errors_at(file: &PythonFile, errors: &[Span], finding: &Finding, fix: Option<&Fix>) -> Option<Span> {
    if errors.is_empty() {
        return None;
    }
    let edits = fix
        .into_iter()
        .flat_map(|fix| fix.edits.iter().map(|edit| edit.span).chain(fix.renames.iter().map(|rename| rename.name)));
    extents(file, finding).chain(edits).find_map(|span| touching(errors, span))
}

/// The fixes of those of `candidates` for which `holds`.
fn fixes_of(candidates: &[Candidate], holds: impl Fn(&Candidate) -> bool) -> HashSet<FixId> {
    candidates.iter().filter(|candidate| holds(candidate)).filter_map(|candidate| candidate.finding.fix).collect()
}

/// The region of a finding: its span and related spans, and their statements.
fn extents<'f>(file: &'f PythonFile, finding: &'f Finding) -> impl Iterator<Item = Span> {
    let spans = spans_of(finding);
    let statements = spans.clone().map(|span| file.node_at(span).statement().header());
    spans.chain(statements)
}

/// The span of a finding, and its related spans.
fn spans_of(finding: &Finding) -> impl Iterator<Item = Span> + Clone {
    std::iter::once(finding.span).chain(finding.related.iter().map(|related| related.span))
}

/// The lines to which a run is restricted, in one text.
struct Scope<'s> {
    lines: &'s Lines,
    index: LineIndex,
}

impl<'s> Scope<'s> {
    fn new(text: &str, lines: &'s Lines) -> Self {
        Self { lines, index: LineIndex::of(text) }
    }

    /// Whether `span` contains one of these lines.
    fn touches(&self, span: Span) -> bool {
        let last = span.end.saturating_sub(1).max(span.start);
        self.lines.touch(self.index.line(span.start), self.index.line(last))
    }
}

/// Spans in position order, with overlapping or touching ones merged.
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
