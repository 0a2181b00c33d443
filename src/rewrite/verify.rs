//! Verifies an edited text before it is written.
//!
//! The new text must not parse worse. The fixed findings must be gone. Every other finding must still exist, at the
//! place to which the edits moved it, and there must be no new one. A failure is a bug in Tightwire, so the file is
//! left alone.

use crate::finding::{Finding, RuleId};
use crate::text::Positions;
use crate::text::TextEdit;
use std::collections::BTreeMap;

/// What verification compares: the findings of one text, including suppressed ones, and its syntax errors.
#[derive(Debug, Clone)]
pub struct Scanned<'s> {
    /// In position order.
    pub findings: Vec<&'s Finding>,
    /// Number of ERROR and MISSING nodes in its tree.
    pub error_count: usize,
}

/// Why an edited text is not written. Offsets are into the text before the edits, unless stated otherwise.
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
    /// A finding that was not fixed is gone.
    #[error("an edit elsewhere would hide another finding of {rule}")]
    Lost {
        /// The rule's id.
        rule: RuleId,
        /// Where it started.
        offset: usize,
    },
    /// A new finding appeared.
    #[error("the edits would create a new finding of {rule}: {message}")]
    New {
        /// The rule's id.
        rule: RuleId,
        /// Its message.
        message: String,
        /// Where it starts in the edited text.
        new_offset: usize,
    },
}

impl Failure {
    /// The byte in the text before the edits that the error is about, if there is one.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::ParsesWorse { .. } | Self::New { .. } => None,
            Self::StillFound { offset, .. } | Self::Lost { offset, .. } => Some(*offset),
        }
    }
}

/// Compares the scans of a text `before` and `after` its `edits` (in position order). `fixed` are the indexes of the
/// findings that the edits fix; findings in `may_go` may disappear, because they overlap a fix or share its edits.
///
/// # Errors
/// The first violation.
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
    // First the findings that must exist, so that one that may go does not take another's place.
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
