//! One file through the whole way, without I/O: bytes → prefilter → parse → query → judge → suppress → decide → plan →
//! verify. Reading, writing and many files in parallel are `cli`'s.

mod context;
pub mod fingerprint;
mod prefilter;
mod rounds;
mod scan;
pub mod suppress;

use crate::finding::{Finding, Fix, Outcome};
use crate::rewrite::plan::Planner;
use crate::rule::{Metadata, Rule, RuleQuery};
use crate::text::ProjectPath;
use crate::text::TextEdit;
use crate::text::{DecodeError, Source};
pub use context::FileContext;
use fingerprint::Fingerprint;
use prefilter::Prefilter;
use scan::Scan;
use std::sync::Arc;
use std::sync::OnceLock;

/// The enabled transforms with what is derived from them: the prefilter at once, the query when the first file needs it.
pub struct Engine {
    rules: Vec<Arc<dyn Rule>>,
    prefilter: Prefilter,
    query: OnceLock<Result<RuleQuery, String>>,
}

/// One file's findings, in position order.
#[derive(Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// Its fix; findings with the same [`Finding::fix`] share it.
    pub fix: Option<Fix>,
    /// What became of it.
    pub outcome: Outcome,
    /// The edits of this finding taken alone, its imports included; empty for `report`. In position order, offsets into
    /// [`Source::text`].
    pub edits: Vec<TextEdit>,
    /// What it is known by in other runs.
    pub fingerprint: Fingerprint,
}

/// What was found in one file, and what it becomes.
#[derive(Debug)]
pub struct FileResult {
    /// Where the file stands in its project.
    pub place: ProjectPath,
    /// The file as it was read.
    pub source: Source,
    /// The findings in the file as it was read.
    pub findings: Vec<Judged>,
    /// The new contents, on-disk bytes, when any fix was accepted and verified.
    pub fixed: Option<Vec<u8>>,
    /// Faults that did not stop the scan: a part that does not parse around a site, a fix that failed verification.
    pub faults: Vec<Fault>,
}

/// A fault in three parts (the where is the file, and the line if there is one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub message: String,
    /// Byte offset into the text, where it is known.
    pub offset: Option<usize>,
    /// What to do next.
    pub help: String,
}

/// Why a file could not be scanned at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Its bytes are not Python source text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Larger than [`crate::text::source::MAX_BYTES`], nested too deeply, or the parser gave up.
    #[error("{message}")]
    Refused {
        /// What is too much.
        message: String,
        /// What to do next.
        help: String,
    },
}

/// What is decided about one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Apply its fix.
    Accept,
    /// Leave it open (`Outcome::Found`).
    Leave,
    /// A person said no (`Outcome::Declined`).
    Decline,
}

/// Who decides. Asked once for each fix of an open finding, in position order: findings that share one are decided about together.
/// In later rounds for findings that conflicted only.
pub trait Decide {
    /// Decides about `judged`, one of the findings of `source`.
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision;
}

impl Engine {
    /// An engine for `transforms`, in the order in which they judge.
    pub fn new(rules: impl Into<Vec<Arc<dyn Rule>>>) -> Self {
        let rules = rules.into();
        let patterns: Vec<_> = rules.iter().flat_map(|rule| rule.prefilter()).collect();
        Self { prefilter: Prefilter::new(&patterns), rules, query: OnceLock::new() }
    }

    /// The enabled transforms.
    pub fn rules(&self) -> &[Arc<dyn Rule>] {
        &self.rules
    }

    /// What the enabled transform with the id `rule` is called; none when there is no such.
    pub fn metadata(&self, rule: &str) -> Option<&Metadata> {
        self.rules.iter().map(|rule| rule.metadata()).find(|metadata| metadata.id.as_str() == rule)
    }

    /// Whether `disk`, a file's bytes, can hold a finding. Never false for a file that has one, nor for one in an encoding that
    /// Python does not accept, so that the scan can say so.
    pub fn is_candidate(&self, disk: &[u8]) -> bool {
        self.prefilter.admits(disk)
    }

    /// All findings of one file; open ones have the outcome `Found`, or `Unfixable` where there is no fix.
    ///
    /// # Errors
    /// When the bytes cannot be read as Python source at all; see [`ScanError`].
    pub fn check(&self, disk: Vec<u8>, context: &FileContext) -> Result<FileResult, ScanError> {
        let source = Source::decode(disk)?;
        let scan = self.scan(source.text(), context)?;
        let findings = judged(&scan, &source);
        Ok(FileResult { place: context.place.clone(), source, findings, fixed: None, faults: scan.faults })
    }

    /// All findings of one file, those that `decide` accepts fixed and verified.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn fix(&self, disk: Vec<u8>, context: &FileContext, decide: &mut dyn Decide) -> Result<FileResult, ScanError> {
        let source = Source::decode(disk)?;
        let scan = self.scan(source.text(), context)?;
        let findings = judged(&scan, &source);
        Ok(rounds::run(self, source, scan, findings, context, decide))
    }

    /// The query of all transforms, compiled when the first file needs it.
    fn query(&self) -> Result<&RuleQuery, ScanError> {
        let compiled = self.query.get_or_init(|| RuleQuery::compile(&self.rules).map_err(|error| error.to_string()));
        compiled.as_ref().map_err(|message| ScanError::Refused {
            message: message.clone(),
            help: "this is a fault in a transform of Tightwire's; please report it".into(),
        })
    }
}

impl ScanError {
    /// What to do about it, in one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::Decode(error) => error.help(),
            Self::Refused { help, .. } => help.clone(),
        }
    }

    /// The one-based line that it is about, where there is one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Decode(error) => error.line(),
            Self::Refused { .. } => None,
        }
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
        .map(|(index, candidate)| {
            let fix = candidate.finding.fix.and_then(|id| scan.fixes.get(id));
            let outcome = candidate.silenced.unwrap_or(match fix {
                Some(_) => Outcome::Found,
                None => Outcome::Unfixable,
            });
            let edits = planner.plan(scan.accepted(index)).edits;
            let (finding, fingerprint) = (candidate.finding.clone(), candidate.fingerprint.clone());
            Judged { finding, fix: fix.cloned(), outcome, edits, fingerprint }
        })
        .collect()
}

#[cfg(test)]
mod tests;
