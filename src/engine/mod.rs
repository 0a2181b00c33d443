//! Runs one file through all steps, without I/O: bytes → prefilter → parse → query → check → suppress → decide → plan →
//! verify. `workspace` reads the files and runs many of them in parallel.

mod context;
mod evidence;
pub mod fingerprint;
mod prefilter;
mod rounds;
mod scan;
pub mod suppress;
pub mod why;

use crate::finding::{Finding, Fix, Outcome};
use crate::problem::Problem;
use crate::python::import_words;
use crate::rewrite::plan::{PlannedEdits, Planner};
use crate::rule::{Metadata, Rule, RuleQuery};
use crate::text::ProjectPath;
use crate::text::Source;
pub use context::FileContext;
pub use evidence::{Answer, Evidence, Known, TlsHosts};
use fingerprint::Fingerprint;
use prefilter::Prefilter;
use scan::Scan;
pub use scan::WITHHELD_FOR;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::OnceLock;

/// The enabled rules and what is derived from them: the prefilter immediately, the query when the first file needs it.
pub struct Engine {
    rules: Vec<Arc<dyn Rule>>,
    prefilter: Prefilter,
    query: OnceLock<Result<RuleQuery, String>>,
    import_words: OnceLock<Arc<BTreeSet<String>>>,
}

/// One file's findings, in position order.
#[derive(Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// Its fix; findings with the same [`Finding::fix`] share it.
    pub fix: Option<Fix>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The edits of this finding taken alone, its imports included; empty for `report`. Offsets into [`Source::text`].
    pub edits: PlannedEdits,
    /// The same for each of the fix's alternatives.
    pub alternatives: Vec<PlannedEdits>,
    /// Its identity in other runs.
    pub fingerprint: Fingerprint,
}

impl Judged {
    /// The ways to fix it, each with its edits: the fix, then its alternatives.
    pub fn ways(&self) -> impl Iterator<Item = (&Fix, &PlannedEdits)> {
        let edits = std::iter::once(&self.edits).chain(&self.alternatives);
        self.fix.iter().flat_map(Fix::ways).zip(edits)
    }

    /// To apply the way called `name`, and no other: a fix without a name is its finding's only one.
    pub fn decision_for(&self, name: Option<&str>) -> Decision {
        match self.ways().position(|(way, _)| way.name == name) {
            None => Decision::Leave,
            Some(0) => Decision::Accept,
            Some(way) => Decision::Alternative(way - 1),
        }
    }

    /// Makes the alternative called `name` its fix, in exchange for the fix that it had.
    fn prefer(&mut self, name: &str) {
        let at = self.fix.as_mut().and_then(|fix| fix.prefer(name));
        if let Some(edits) = at.and_then(|at| self.alternatives.get_mut(at)) {
            std::mem::swap(edits, &mut self.edits);
        }
    }
}

/// The findings of one file, and the result of fixing it.
#[derive(Debug)]
pub struct FileResult {
    /// The file's place in its project.
    pub place: ProjectPath,
    /// The file as it was read.
    pub source: Source,
    /// The findings in the file as it was read.
    pub findings: Vec<Judged>,
    /// The new contents, as bytes on disk, if any fix was accepted and verified.
    pub fixed: Option<Vec<u8>>,
    /// Errors that did not stop the scan: a syntax error at a match, or a fix that failed verification. Their place is this file.
    pub problems: Vec<Problem>,
    /// The answers that findings hang on, those that no longer count included; one may be in it several times.
    pub answers: Vec<Arc<Answer>>,
}

/// The decision about one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Apply its fix.
    Accept,
    /// Apply the alternative of its fix with this index instead; leave it open if there is none.
    Alternative(usize),
    /// Leave it open (`Outcome::Found`).
    Leave,
    /// The user declined (`Outcome::Declined`).
    Decline,
}

/// Makes decisions. Called once for each fix of an open finding, in position order: findings that share a fix are
/// decided together. In later rounds, called only for findings that conflicted.
pub trait Decide {
    /// Decides about `judged`, one of the findings of `source`.
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision;
}

impl Engine {
    /// An engine for `rules`, which run in this order.
    pub fn new(rules: impl Into<Vec<Arc<dyn Rule>>>) -> Self {
        let rules = rules.into();
        let patterns: Vec<_> = rules.iter().flat_map(|rule| rule.prefilter()).collect();
        let prefilter = Prefilter::new(&patterns);
        Self { prefilter, rules, query: OnceLock::new(), import_words: OnceLock::new() }
    }

    /// The enabled rules.
    pub fn rules(&self) -> &[Arc<dyn Rule>] {
        &self.rules
    }

    /// The metadata of the enabled rule with the id `rule`, if there is one.
    pub fn metadata(&self, rule: &str) -> Option<&Metadata> {
        self.rules.iter().map(|rule| rule.metadata()).find(|metadata| metadata.id.as_str() == rule)
    }

    /// Whether `disk`, a file's bytes, may contain a finding. Never false for a file with a finding, nor for one in an
    /// encoding that Python does not accept, so that the scan can report that.
    pub fn is_candidate(&self, disk: &[u8]) -> bool {
        self.prefilter.admits(disk)
    }

    /// Words of which one stands in every import statement that may give a name of interest to the rules.
    pub fn import_words(&self) -> Arc<BTreeSet<String>> {
        let words = || Arc::new(import_words(self.rules.iter().flat_map(|rule| rule.names())));
        Arc::clone(self.import_words.get_or_init(words))
    }

    /// All findings of one file. Open findings have the outcome `Found`, or `Unfixable` if they have no fix.
    ///
    /// # Errors
    /// If the bytes are not Python source text that can be parsed, in this file, whose path the problem does not name.
    pub fn check(&self, disk: Vec<u8>, context: &FileContext) -> Result<FileResult, Problem> {
        let source = Source::decode(disk)?;
        let scan = self.scan(source.text(), context)?;
        let findings = judged(&scan, &source);
        Ok(FileResult {
            place: context.place.clone(),
            source,
            findings,
            fixed: None,
            problems: scan.problems,
            answers: scan.answers,
        })
    }

    /// All findings of one file; those that `decide` accepts are fixed and verified.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn fix(&self, disk: Vec<u8>, context: &FileContext, decide: &mut dyn Decide) -> Result<FileResult, Problem> {
        let source = Source::decode(disk)?;
        let scan = self.scan(source.text(), context)?;
        let findings = judged(&scan, &source);
        Ok(rounds::run(self, source, scan, findings, context, decide))
    }

    /// The query of all rules, compiled when the first file needs it.
    fn query(&self) -> Result<&RuleQuery, Problem> {
        let compiled = self.query.get_or_init(|| RuleQuery::compile(&self.rules).map_err(|error| error.to_string()));
        compiled
            .as_ref()
            .map_err(|message| Problem::new(message, "this is a bug in a rule of Tightwire; please report it"))
    }
}

/// The findings of `scan` that are in the lines to which the run is restricted, before anything is decided, each with the edits
/// that it takes alone.
fn judged(scan: &Scan, source: &Source) -> Vec<Judged> {
    let planner = Planner::new(&scan.file, source.newline());
    scan.candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| candidate.is_in_scope)
        .filter_map(|(index, candidate)| {
            let outcome = candidate.silenced.unwrap_or(match candidate.finding.fix {
                Some(_) => Outcome::Found,
                None => Outcome::Unfixable,
            });
            scan.judged(&planner, index, outcome, &candidate.fingerprint)
        })
        .collect()
}

#[cfg(test)]
mod tests;
