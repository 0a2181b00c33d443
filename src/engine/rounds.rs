//! Fixes in rounds: decide, plan, apply, verify; then the same for conflicting fixes, on the new text.

use super::scan::{Candidate, Scan};
use super::{Decide, Decision, Engine, FileContext, FileResult, Judged};
use crate::finding::{Fix, FixId, Fragment, Outcome, RuleId};
use crate::problem::Problem;
use crate::rewrite::plan::{Plan, Planner};
use crate::rewrite::verify::{Failure, verify};
use crate::text::Positions;
use crate::text::Source;
use crate::text::apply;
use std::collections::{HashMap, HashSet, VecDeque};

/// Fixes that still conflict after this many rounds are left.
const MAX_ROUNDS: usize = 10;

/// A finding that is still to be decided.
#[derive(Clone, Copy)]
struct Pending {
    /// Its index among the findings of the file as it was read.
    original: usize,
    /// Its index among the findings of the text as it is now.
    current: usize,
    /// The number of the way in which it is fixed.
    way: usize,
}

/// Applies the fixes of `findings`, which `scan` found in `source`, that `decide` accepts.
pub(super) fn run(
    engine: &Engine,
    source: Source,
    scan: Scan,
    findings: Vec<Judged>,
    context: &FileContext,
    decide: &mut dyn Decide,
) -> FileResult {
    let mut problems = scan.problems.clone();
    let answers = scan.answers.clone();
    let in_scope = scan.candidates.iter().enumerate().filter(|(_, candidate)| candidate.is_in_scope);
    let mut pending: Vec<Pending> = in_scope
        .zip(findings.iter().enumerate())
        .filter(|(_, (_, judged))| judged.outcome == Outcome::Found)
        .map(|((current, _), (original, _))| Pending { original, current, way: 0 })
        .collect();
    let mut state = State { engine, context, findings, now: source.clone(), scan };
    for round in 0..MAX_ROUNDS {
        let accepted = state.decide(&source, &pending, round == 0, decide);
        if accepted.is_empty() {
            break;
        }
        match state.advance(&accepted) {
            Ok(conflicted) => pending = conflicted,
            Err(failed) => {
                problems.push(failed.problem(&state, round == 0));
                break;
            }
        }
    }
    let State { mut findings, now, .. } = state;
    let mut fixed = None;
    if now.text() != source.text() {
        match source.encode(now.text()) {
            Ok(bytes) => fixed = Some(bytes),
            Err(error) => {
                for judged in findings.iter_mut().filter(|judged| judged.outcome == Outcome::Fixed) {
                    judged.outcome = Outcome::Failed;
                }
                problems.push(error.into());
            }
        }
    }
    FileResult { place: context.place.clone(), source, findings, fixed, problems, answers }
}

struct State<'e> {
    engine: &'e Engine,
    context: &'e FileContext,
    /// The findings of the file as it was read.
    findings: Vec<Judged>,
    /// The text after the rounds so far.
    now: Source,
    /// The findings in that text.
    scan: Scan,
}

/// Why a round failed.
enum RoundError {
    Verification(Failure),
    Other(String),
}

impl State<'_> {
    /// Asks about each pending finding, and returns the accepted ones.
    fn decide(
        &mut self,
        source: &Source,
        pending: &[Pending],
        is_first: bool,
        decide: &mut dyn Decide,
    ) -> Vec<Pending> {
        let planner = Planner::new(&self.scan.file, self.now.newline());
        let mut accepted = Vec::new();
        let mut decided: HashMap<FixId, Decision> = HashMap::new();
        for each in pending {
            let Some(judged) = self.findings.get_mut(each.original) else { continue };
            let Some(fix) = self.scan.candidates.get(each.current).and_then(|candidate| candidate.finding.fix) else {
                continue;
            };
            let decision = if let Some(decision) = decided.get(&fix) {
                *decision
            } else if is_first {
                decide.decide(source, judged)
            } else {
                let now = self.scan.judged(&planner, each.current, Outcome::Conflicted, &judged.fingerprint);
                now.map_or(Decision::Leave, |now| decide.decide(&self.now, &now))
            };
            decided.insert(fix, decision);
            let way = match decision {
                Decision::Accept => Some(0),
                Decision::Alternative(index) => index.checked_add(1),
                Decision::Leave | Decision::Decline => None,
            };
            let chosen = way.and_then(|way| Some((way, self.scan.accepted(each.current, way)?.fix.name)));
            judged.outcome = match (chosen, decision) {
                (Some((way, name)), _) => {
                    accepted.push(Pending { way, ..*each });
                    name.into_iter().for_each(|name| judged.prefer(name));
                    Outcome::Conflicted
                }
                (None, Decision::Decline) => Outcome::Declined,
                (None, _) => Outcome::Found,
            };
        }
        accepted
    }

    /// Applies the compatible fixes of `accepted`, and returns the others. If it fails, the text stays unchanged.
    fn advance(&mut self, accepted: &[Pending]) -> Result<Vec<Pending>, RoundError> {
        let fixes = accepted.iter().filter_map(|each| self.scan.accepted(each.current, each.way));
        let plan = Planner::new(&self.scan.file, self.now.newline()).plan(fixes);
        let original: HashMap<usize, usize> = accepted.iter().map(|each| (each.current, each.original)).collect();
        let result = self.verified(&plan);
        let outcome = if result.is_ok() { Outcome::Fixed } else { Outcome::Failed };
        self.set_outcomes(plan.fixed.iter().filter_map(|index| original.get(index)), outcome);
        let (now, scan) = result?;

        let positions = Positions::new(&plan.edits);
        let mut by_place: HashMap<(RuleId, usize), VecDeque<usize>> = HashMap::new();
        for (index, Candidate { finding, silenced, .. }) in scan.candidates.iter().enumerate() {
            if silenced.is_none() && finding.fix.is_some() {
                by_place.entry((finding.rule.clone(), finding.span.start)).or_default().push_back(index);
            }
        }
        let mut conflicted = Vec::new();
        for index in &plan.conflicted {
            let (Some(Candidate { finding, .. }), Some(original)) =
                (self.scan.candidates.get(*index), original.get(index))
            else {
                continue;
            };
            let place = (finding.rule.clone(), positions.after(finding.span.start));
            if let Some(current) = by_place.get_mut(&place).and_then(VecDeque::pop_front) {
                conflicted.push(Pending { original: *original, current, way: 0 });
            } else if !scan.has(&place.0, place.1) {
                // The conflicting fix also fixed this finding.
                self.set_outcomes([original], Outcome::Fixed);
            }
        }
        (self.now, self.scan) = (now, scan);
        Ok(conflicted)
    }

    /// The text that `plan` produces and its findings, if verification passes.
    fn verified(&self, plan: &Plan) -> Result<(Source, Scan), RoundError> {
        if plan.fixed.is_empty() {
            return Err(RoundError::Other("the accepted fixes cannot be applied together".into()));
        }
        let text = apply(self.now.text(), &plan.edits).map_err(|error| RoundError::Other(error.to_string()))?;
        let scan = self.engine.scan(&text, self.context).map_err(|problem| RoundError::Other(problem.message))?;
        let mut may_go = plan.conflicted.clone();
        may_go.extend(self.mended_too(plan));
        may_go.extend(self.mended_by_others());
        verify(&self.scan.scanned(), &scan.scanned(), &plan.edits, &plan.fixed, &may_go)
            .map_err(RoundError::Verification)?;
        Ok((self.now.with_text(text), scan))
    }

    /// Findings of which the fix of another rule may leave nothing.
    fn mended_by_others(&self) -> impl Iterator<Item = usize> {
        let is_mended = |rule: &str| self.engine.metadata(rule).is_some_and(|metadata| metadata.mended_by_others);
        let all = self.scan.candidates.iter().enumerate();
        all.filter(move |(_, candidate)| is_mended(candidate.finding.rule.as_str())).map(|(index, _)| index)
    }

    /// Findings that were not accepted, but whose edits were all made for other findings: two servers started in one
    /// statement share one comment.
    fn mended_too(&self, plan: &Plan) -> Vec<usize> {
        let made: HashSet<(usize, usize, &str)> =
            plan.edits.iter().map(|edit| (edit.span.start, edit.span.end, edit.text.as_str())).collect();
        let newline = self.now.newline();
        let is_made = |fix: &Fix| {
            fix.renames.is_empty()
                && !fix.edits.is_empty()
                && fix.edits.iter().all(|edit| {
                    let text: Option<String> = edit.text.iter().map(|fragment| literal(fragment, newline)).collect();
                    text.is_some_and(|text| made.contains(&(edit.span.start, edit.span.end, text.as_str())))
                })
        };
        let fixed: HashSet<usize> = plan.fixed.iter().copied().collect();
        let others = (0..self.scan.candidates.len()).filter(|index| !fixed.contains(index));
        others.filter(|index| self.scan.accepted(*index, 0).is_some_and(|other| is_made(other.fix))).collect()
    }

    fn set_outcomes<'i>(&mut self, originals: impl IntoIterator<Item = &'i usize>, outcome: Outcome) {
        for original in originals {
            if let Some(judged) = self.findings.get_mut(*original) {
                judged.outcome = outcome;
            }
        }
    }
}

impl RoundError {
    fn problem(&self, state: &State<'_>, is_first: bool) -> Problem {
        let help = "the file contains only verified changes; please report this, with the file if you can";
        match self {
            Self::Other(message) => Problem::new(message, help),
            Self::Verification(failure) => {
                let line = failure.offset().map(|offset| state.now.line_column(offset).0);
                let place = line.map_or(String::new(), |line| format!(" (line {line})"));
                // Later rounds count lines in a text that the user never sees.
                Problem::new(format!("the fixes of this file were not applied: {failure}{place}"), help)
                    .on_line(line.filter(|_| is_first))
            }
        }
    }
}

fn literal(fragment: &Fragment, newline: &str) -> Option<String> {
    match fragment {
        Fragment::Text(text) => Some(text.clone()),
        Fragment::Newline => Some(newline.to_string()),
        Fragment::Member { .. } => None,
    }
}
