//! What must hold for any bytes at all, whoever made them up: the mutator, a property or a fuzzer.
//!
//! Nothing here knows what is right for a text, only what is never right: a silent failure, an edit outside of the edits, a
//! fix that breaks what parsed, a second run that has something left to do.

use crate::accept::All;
use std::collections::{BTreeMap, BTreeSet};
use tightwire::engine::{Decide, Decision, Engine, FileContext, FileResult, Judged};
use tightwire::finding::{Outcome, RuleId};
use tightwire::python::{Kind, PythonFile};
use tightwire::text::{Source, Span};
use tightwire::text::{TextEdit, apply};
use tightwire::transforms;

/// What became of one text.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Findings, suppressed ones included.
    pub findings: usize,
    /// Findings that were fixed, when every fix was accepted.
    pub fixed: usize,
    /// Why fixes were not made, where verification refused them.
    pub refused: Vec<String>,
    /// Whether the strict parser takes the text as it was.
    pub is_strict: bool,
}

/// An engine with every transform.
pub fn engine() -> Engine {
    Engine::new(transforms::all())
}

/// What is known around a text: of every second one, that lines are short, so that its calls are spread over several.
fn context(disk: &[u8]) -> FileContext {
    FileContext { line_length: disk.len().is_multiple_of(2).then_some(60), ..FileContext::default() }
}

/// Fixes all of `disk` and holds the result against every invariant.
///
/// # Errors
/// The first invariant that does not hold.
pub fn check(engine: &Engine, disk: &[u8]) -> Result<Checked, String> {
    let context = context(disk);
    let Ok(found) = engine.check(disk.to_vec(), &context) else {
        // Refused with a reason; then a fix is refused too.
        return match engine.fix(disk.to_vec(), &context, &mut All) {
            Err(_) => Ok(Checked::default()),
            Ok(_) => Err("refused by check, not by fix".into()),
        };
    };
    if found.fixed.is_some() {
        return Err("check gives a new text".into());
    }
    if !found.findings.is_empty() && !engine.is_candidate(disk) {
        return Err(format!("the prefilter would lose {}", describe(&found.findings)));
    }
    well_formed(&found)?;
    let result = engine.fix(disk.to_vec(), &context, &mut All).map_err(|error| format!("fix: {error}"))?;
    let (before, after): (Vec<_>, Vec<_>) =
        (found.findings.iter().map(key).collect(), result.findings.iter().map(key).collect());
    if before != after {
        return Err(format!("check finds {before:?}, fix {after:?}"));
    }
    let checked = Checked {
        findings: result.findings.len(),
        fixed: with_outcome(&result, Outcome::Fixed).len(),
        refused: result.problems.iter().skip(found.problems.len()).map(|problem| problem.message.clone()).collect(),
        is_strict: is_strict(found.source.text()),
    };
    if !with_outcome(&result, Outcome::Failed).is_empty() && checked.refused.is_empty() {
        return Err("fixes failed, and no fault says why".into());
    }
    if (checked.fixed > 0) != result.fixed.is_some() {
        return Err(format!("{} fixed, but new bytes: {}", checked.fixed, result.fixed.is_some()));
    }
    if let Some(new) = &result.fixed {
        new_text(engine, disk, &result, new)
            .map_err(|error| format!("{error}\n--- fixed text, by line ---\n{}", String::from_utf8_lossy(new)))?;
    }
    declined(engine, disk)?;
    alone(engine, disk, &found)?;
    Ok(checked)
}

/// The same decision about everything but one finding of the first round, which is accepted, in one of its ways.
struct Only {
    accept: Option<(RuleId, Vec<Span>)>,
    by: Decision,
    otherwise: Decision,
}

impl Decide for Only {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        if Some(key(judged)) == self.accept { self.by } else { self.otherwise }
    }
}

/// Findings and their edits are in order and fit the text.
fn well_formed(found: &FileResult) -> Result<(), String> {
    let text = found.source.text();
    if !found.findings.is_sorted_by_key(|judged| judged.finding.span) {
        return Err("findings are not in position order".into());
    }
    for judged in &found.findings {
        let related = judged.finding.related.iter().map(|related| related.span);
        let edited = judged.ways().flat_map(|(_, edits)| edits.iter().map(|edit| edit.span));
        for span in related.chain([judged.finding.span]).chain(edited) {
            if text.get(span.start..span.end).is_none() {
                return Err(format!("{:?} does not fit the text", (&judged.finding.rule, span)));
            }
        }
        for (_, edits) in judged.ways() {
            if !edits.is_sorted_by_key(|edit| edit.span) {
                return Err(format!("the edits of {:?} are not in order", key(judged)));
            }
            apply(text, edits).map_err(|error| format!("the edits of {:?}: {error}", key(judged)))?;
        }
    }
    Ok(())
}

/// The text that all fixes give.
fn new_text(engine: &Engine, disk: &[u8], result: &FileResult, new: &[u8]) -> Result<(), String> {
    let context = context(disk);
    let source = Source::decode(new.to_vec()).map_err(|error| format!("the new bytes do not decode: {error}"))?;
    if new == disk {
        return Err("the new bytes are the old ones".into());
    }
    parses_no_worse(result.source.text(), source.text())?;
    untouched_lines_stay(result, source.text())?;
    let again = engine.fix(new.to_vec(), &context, &mut All).map_err(|error| format!("second run: {error}"))?;
    // Fixes that still conflict after the last round are the next run's.
    let is_settled = with_outcome(result, Outcome::Conflicted).is_empty();
    if is_settled && again.fixed.is_some() {
        return Err(format!("a second run fixes {}", describe(&again.findings)));
    }
    let rules = |findings: &[Judged], without: Outcome| {
        let mut counts: BTreeMap<RuleId, usize> = BTreeMap::new();
        for judged in findings.iter().filter(|judged| judged.outcome != without) {
            *counts.entry(judged.finding.rule.clone()).or_default() += 1;
        }
        counts
    };
    let (mut rest, left) = (rules(&result.findings, Outcome::Fixed), rules(&again.findings, Outcome::Baselined));
    forget_mended(&mut rest, &left);
    if rest != left {
        return Err(format!("findings that are left: {rest:?}, findings in the new text: {left:?}"));
    }
    Ok(())
}

/// Declining everything changes nothing.
fn declined(engine: &Engine, disk: &[u8]) -> Result<(), String> {
    let mut no = Only { accept: None, by: Decision::Decline, otherwise: Decision::Decline };
    let result = engine.fix(disk.to_vec(), &context(disk), &mut no).map_err(|error| format!("declining: {error}"))?;
    if result.fixed.is_some() || !with_outcome(&result, Outcome::Fixed).is_empty() {
        return Err("declining everything changes the text".into());
    }
    Ok(())
}

/// A fix that is accepted alone makes the edits that were reported for it, byte for byte.
fn alone(engine: &Engine, disk: &[u8], found: &FileResult) -> Result<(), String> {
    let open = with_outcome(found, Outcome::Found);
    // Of many, some: by the text's length, so that many texts see them all.
    let step = open.len().div_ceil(4).max(1);
    for one in open.iter().skip(disk.len() % step).step_by(step) {
        for (way, edits) in one.ways().map(|(way, edits)| (way.name, edits)) {
            one_alone(engine, disk, found, one, (one.decision_for(way), edits))?;
        }
    }
    Ok(())
}

fn one_alone(
    engine: &Engine,
    disk: &[u8],
    found: &FileResult,
    one: &Judged,
    (by, edits): (Decision, &[TextEdit]),
) -> Result<(), String> {
    let mut only = Only { accept: Some(key(one)), by, otherwise: Decision::Leave };
    let result = engine.fix(disk.to_vec(), &context(disk), &mut only).map_err(|error| format!("alone: {error}"))?;
    let Some(new) = result.fixed else {
        let is_named = result.problems.len() > found.problems.len();
        return if is_named { Ok(()) } else { Err(format!("{:?} alone changes nothing, in silence", key(one))) };
    };
    let promised = apply(found.source.text(), edits).map_err(|error| error.to_string())?;
    let promised = found.source.encode(&promised).map_err(|error| error.to_string())?;
    if new != promised {
        return Err(format!(
            "{:?} alone does not make the edits of {by:?}:\n--- promised ---\n{}\n--- made ---\n{}",
            key(one),
            String::from_utf8_lossy(&promised),
            String::from_utf8_lossy(&new)
        ));
    }
    Ok(())
}

/// `new` parses at least as well as `old`, for tree-sitter and for the strict parser.
pub fn parses_no_worse(old: &str, new: &str) -> Result<(), String> {
    let errors = |text: &str| PythonFile::parse(text).map_or(usize::MAX, |file| file.error_count());
    if errors(new) > errors(old) {
        return Err(format!("{} syntax errors before, {} after", errors(old), errors(new)));
    }
    if is_strict(old)
        && let Err(error) = ruff_python_parser::parse_module(new)
    {
        return Err(format!("the strict parser refuses the new text: {error}"));
    }
    Ok(())
}

fn is_strict(text: &str) -> bool {
    ruff_python_parser::parse_module(text).is_ok()
}

/// Every line that no finding's edits touch is still there, in its place. An import that several fixes together rename, or no
/// longer need, is none of these: each of them alone may leave it.
fn untouched_lines_stay(result: &FileResult, new: &str) -> Result<(), String> {
    let old = result.source.text();
    let line_of = |offset: usize| result.source.line_column(offset).0 - 1;
    let mut touched: BTreeSet<usize> = BTreeSet::new();
    let mut touch = |span: Span| touched.extend(line_of(span.start)..=line_of(span.end));
    for edit in result.findings.iter().flat_map(|judged| judged.edits.iter()) {
        touch(edit.span);
    }
    if let Ok(file) = PythonFile::parse(old) {
        for node in file.root().descendants().filter(|node| node.kind() == Kind::ImportFromStatement) {
            touch(node.span());
        }
    }
    let mut left = new.split_inclusive('\n');
    for (index, line) in old.split_inclusive('\n').enumerate().filter(|(index, _)| !touched.contains(index)) {
        if !left.any(|other| other == line) {
            return Err(format!("line {} is changed outside of the edits: {line:?}", index + 1));
        }
    }
    Ok(())
}

fn with_outcome(result: &FileResult, outcome: Outcome) -> Vec<&Judged> {
    result.findings.iter().filter(|judged| judged.outcome == outcome).collect()
}

/// What is decided about: the fix, by what it edits, which several findings may share; the finding, if it has none.
fn key(judged: &Judged) -> (RuleId, Vec<Span>) {
    let edited: Vec<Span> = judged.edits.iter().map(|edit| edit.span).collect();
    (judged.finding.rule.clone(), if edited.is_empty() { vec![judged.finding.span] } else { edited })
}

fn describe(findings: &[Judged]) -> String {
    let parts: Vec<String> = findings
        .iter()
        .map(|judged| {
            let Span { start, end } = judged.finding.span;
            format!("{} at {start}..{end} ({:?})", judged.finding.rule, judged.outcome)
        })
        .collect();
    parts.join(", ")
}

/// Takes away the findings of `rest` that the fix of another rule has mended, as `left` shows: a server that is bound to loopback now
/// needs no comment.
pub fn forget_mended(rest: &mut BTreeMap<RuleId, usize>, left: &BTreeMap<RuleId, usize>) {
    let rule = RuleId::from("http-server-usage");
    let kept = left.get(&rule).copied().unwrap_or_default();
    match rest.get_mut(&rule) {
        Some(count) if kept > 0 => *count = (*count).min(kept),
        _ => drop(rest.remove(&rule)),
    }
}
