//! From evidence to a finding: a check says what must be shown, and what is not shown is a reason.

use super::Metadata;
use crate::finding::{Draft, Fact, Finding, Fix, Reason, Related, Rename, SymbolicEdit};
use crate::text::Span;

/// What is known of a match while it is checked.
///
/// A fix is made only if nothing refuses it, and is safe only if nothing is in doubt.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Why there is no fix.
    refusals: Vec<Reason>,
    /// Why the fix is unsafe.
    doubts: Vec<Reason>,
    /// The edits of the fix.
    pub edits: Vec<SymbolicEdit>,
    /// The names that must be imported under another member's name.
    pub renames: Vec<Rename>,
    /// How the fix is called, where the rule has several.
    pub name: Option<&'static str>,
    /// Other ways to make the fix.
    pub alternatives: Vec<Fix>,
}

/// What a finding says, whatever becomes of its fix.
#[derive(Debug)]
pub struct Found {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What would be edited.
    pub span: Span,
    /// Other places that the reader needs.
    pub related: Vec<Related>,
    /// What the fix does, in the imperative.
    pub title: String,
    /// What the user should do, in one sentence.
    pub help: String,
}

impl Verdict {
    /// A fix can only be made where this is `shown`; without it the finding is a report, for `reason`.
    pub fn fix_needs(&mut self, shown: bool, reason: Reason) {
        if !shown {
            self.refusals.push(reason);
        }
    }

    /// A fix is only safe where this is `shown`; without it the fix is unsafe, for `reason`.
    pub fn safe_needs(&mut self, shown: bool, reason: Reason) {
        if !shown {
            self.doubts.push(reason);
        }
    }

    /// There is no fix, for `reason`.
    pub fn refuse(&mut self, reason: Reason) {
        self.fix_needs(false, reason);
    }

    /// The fix is unsafe, for `reason`.
    pub fn doubt(&mut self, reason: Reason) {
        self.safe_needs(false, reason);
    }

    /// The fix is unsafe, for each of `reasons`.
    pub fn doubt_all(&mut self, reasons: impl IntoIterator<Item = Reason>) {
        self.doubts.extend(reasons);
    }

    /// Adds `edits`; without them there is no fix, for `reason`.
    pub fn edit_or_refuse(&mut self, edits: Option<Vec<SymbolicEdit>>, reason: Reason) {
        match edits {
            Some(edits) => self.edits.extend(edits),
            None => self.refuse(reason),
        }
    }

    /// The hosts of which nothing shows so far that they speak TLS.
    pub fn unknown_hosts(&self) -> Vec<String> {
        let facts = self.doubts.iter().filter_map(|doubt| match &doubt.lacks {
            Some(Fact::SpeakTls(hosts)) => Some(hosts),
            _ => None,
        });
        facts.flatten().cloned().collect()
    }

    /// Names each of these hosts as `name` does; where it does not, nobody can be asked about the host.
    pub fn name_hosts(&mut self, name: impl Fn(&str) -> Option<String>) {
        for doubt in &mut self.doubts {
            if let Some(Fact::SpeakTls(hosts)) = &doubt.lacks {
                doubt.lacks = hosts.iter().map(|host| name(host)).collect::<Option<Vec<String>>>().map(Fact::SpeakTls);
            }
        }
    }

    /// Whether nothing refuses a fix so far.
    pub fn has_fix(&self) -> bool {
        self.refusals.is_empty()
    }

    /// The finding of `rule`, with its fix.
    pub fn finish(self, rule: &Metadata, found: Found) -> Draft {
        let Self { refusals, doubts, edits, renames, name, alternatives } = self;
        let Found { message, span, related, title, help } = found;
        let fix = refusals.is_empty().then_some(Fix { name, title, edits, renames, alternatives });
        let reasons = Reason::listed(if fix.is_some() { doubts } else { refusals });
        let (list, known) =
            if fix.is_some() { ("unsafe-for", &rule.unsafe_for) } else { ("no-fix-for", &rule.no_fix_for) };
        debug_assert!(
            reasons.iter().all(|reason| known.iter().any(|known| *known == reason.slug)),
            "`{list}` of {} lacks one of {reasons:?}",
            rule.id
        );
        // Where the cause of a reason is written is a place that the reader needs; what is edited is shown anyway.
        let places = reasons.iter().flat_map(|reason| reason.places.iter().cloned());
        let mut related = related;
        related.extend(places.filter(|place| place.span != span).collect::<Vec<_>>());
        let finding =
            Finding { rule: rule.id.clone(), message, span, related, reasons, accepted: Vec::new(), fix: None, help };
        Draft { finding, fix }
    }
}
