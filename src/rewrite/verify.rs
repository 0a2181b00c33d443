//! Holds an edited text against what was promised, before anything is written.
//!
//! The new text must not parse worse; the fixed findings must be gone; every other finding must still be there, at the place
//! to which the edits moved it; and there must be no new one. A failure is a fault of Tightwire's, so the file is left alone.

use crate::finding::{Finding, RuleId};
use crate::text::Positions;
use crate::text::TextEdit;
use std::collections::BTreeMap;

/// What verification compares: one text's findings, suppressed ones included, and its syntax errors.
#[derive(Debug, Clone)]
pub struct Scanned<'s> {
    /// In position order.
    pub findings: Vec<&'s Finding>,
    /// How many ERROR and MISSING nodes its tree has.
    pub error_count: usize,
}

/// Why an edited text is not written. Offsets are into the text before the edits, unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// More syntax errors than before.
    #[error("the edited file would not parse: {before} syntax errors before, {after} after")]
    ParsesWorse {
        /// Before the edits.
        before: usize,
        /// After them.
        after: usize,
    },
    /// A fixed finding is found again.
    #[error("the fix for {rule} does not remove the finding")]
    StillFound {
        /// The rule's id.
        rule: RuleId,
        /// Where the finding started.
        offset: usize,
    },
    /// A finding that nobody fixed is gone.
    #[error("an edit elsewhere would hide a finding of {rule}")]
    Lost {
        /// The rule's id.
        rule: RuleId,
        /// Where it started.
        offset: usize,
    },
    /// There is a finding that was not there before.
    #[error("the edits would cause a new finding of {rule}: {message}")]
    New {
        /// The rule's id.
        rule: RuleId,
        /// What it says.
        message: String,
        /// Where it starts in the edited text.
        new_offset: usize,
    },
}

impl Failure {
    /// The byte in the text before the edits that it is about, where there is one.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::ParsesWorse { .. } | Self::New { .. } => None,
            Self::StillFound { offset, .. } | Self::Lost { offset, .. } => Some(*offset),
        }
    }
}

/// Compares the scans of a text `before` and `after` its `edits` (in position order). `fixed` are the indexes of the findings
/// that the edits fix; findings in `may_go` may be gone or not, because they overlap a fix or share its edits.
///
/// # Errors
/// The first difference from what was promised.
pub fn verify(
    before: &Scanned<'_>,
    after: &Scanned<'_>,
    edits: &[TextEdit],
    fixed: &[usize],
    may_go: &[usize],
) -> Result<(), Failure> {
    if after.error_count > before.error_count {
        return Err(Failure::ParsesWorse { before: before.error_count, after: after.error_count });
    }
    let positions = Positions::new(edits);
    let mut found: BTreeMap<(&str, usize), Vec<&Finding>> = BTreeMap::new();
    for finding in after.findings.iter().copied() {
        found.entry((&finding.rule, finding.span.start)).or_default().push(finding);
    }
    // First those that must be there, so that one that may go does not take another's place.
    let fates = [Fate::Stays, Fate::MayGo, Fate::Fixed];
    let mut by_fate: BTreeMap<Fate, Vec<&Finding>> = BTreeMap::new();
    let mut fate_of = vec![Fate::Stays; before.findings.len()];
    for (indexes, fate) in [(may_go, Fate::MayGo), (fixed, Fate::Fixed)] {
        for index in indexes {
            if let Some(entry) = fate_of.get_mut(*index) {
                *entry = fate;
            }
        }
    }
    for (finding, fate) in before.findings.iter().copied().zip(fate_of) {
        by_fate.entry(fate).or_default().push(finding);
    }
    for fate in fates {
        for finding in by_fate.remove(&fate).unwrap_or_default() {
            let (rule, offset) = (&finding.rule, finding.span.start);
            let key: (&str, usize) = (rule, positions.after(offset));
            let is_there = match found.get_mut(&key) {
                Some(same) => {
                    same.pop();
                    if same.is_empty() {
                        found.remove(&key);
                    }
                    true
                }
                None => false,
            };
            match (fate, is_there) {
                (Fate::Fixed, true) => return Err(Failure::StillFound { rule: rule.clone(), offset }),
                (Fate::Stays, false) => return Err(Failure::Lost { rule: rule.clone(), offset }),
                (Fate::Fixed, false) | (Fate::Stays, true) | (Fate::MayGo, _) => {}
            }
        }
    }
    match found.into_values().flatten().next() {
        Some(finding) => Err(Failure::New {
            rule: finding.rule.clone(),
            message: finding.message.clone(),
            new_offset: finding.span.start,
        }),
        None => Ok(()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Stays,
    MayGo,
    Fixed,
}
