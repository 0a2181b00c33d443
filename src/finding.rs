//! What is found in a file, and the fix that is offered: plain data.
//!
//! A [`Fix`] is symbolic until [`crate::rewrite::plan`]: it names the module member that a call needs or the import that must give
//! another name, and the plan computes the import edits of whatever subset of fixes is accepted.

use crate::python::Node;
use crate::text::{FilePlace, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The id of a rule, `unrestricted-bind`: kebab-case, unique among the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for RuleId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for RuleId {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl From<&str> for RuleId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for RuleId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.as_str().to_owned()
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a comment.
    Low,
    /// An exposure in most deployments. `warning`, an earlier word for it, is still read.
    #[serde(alias = "warning")]
    Medium,
    /// An exposure anywhere.
    High,
}

impl Severity {
    /// The word for it, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Apply without asking.
    Safe,
    /// Valid and more secure, but the program may no longer do what it is meant to do.
    Unsafe,
    /// No edit is offered; the reasons say why.
    Report,
}

/// Why a fix is unsafe, or why there is none. Rules bring their own; reasons with the same slug are the same reason.
#[derive(Debug, Clone)]
pub struct Reason {
    /// Its stable name, which other tools read: `local-host`.
    pub slug: Cow<'static, str>,
    /// It in words: a clause that follows "because".
    pub sentence: Cow<'static, str>,
    /// Where the value that is the cause came from, if one is.
    pub places: Vec<Related>,
    /// The fact for want of which it is one, if a person may know it.
    pub lacks: Option<Fact>,
}

/// A fact that the code does not show, and that a person may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// These hosts speak TLS: names or addresses, each with its port if one is written.
    SpeakTls(Vec<String>),
    /// No other machine reaches the servers of the file.
    LocalOnly,
    /// Other machines reach them.
    Reachable,
}

impl Reason {
    /// A reason that is no value's.
    pub const fn new(slug: &'static str, sentence: &'static str) -> Self {
        Self { slug: Cow::Borrowed(slug), sentence: Cow::Borrowed(sentence), places: Vec::new(), lacks: None }
    }

    /// One that holds only for want of `fact`.
    pub const fn lacking(slug: &'static str, sentence: &'static str, fact: Fact) -> Self {
        Self { slug: Cow::Borrowed(slug), sentence: Cow::Borrowed(sentence), places: Vec::new(), lacks: Some(fact) }
    }

    /// The same reason, which holds only for want of `fact`.
    #[must_use]
    pub fn without(self, fact: Fact) -> Self {
        Self { lacks: Some(fact), ..self }
    }

    /// The same reason, with a place that a value came from.
    #[must_use]
    pub fn at(mut self, place: Related) -> Self {
        self.places.push(place);
        self
    }

    /// The same reason, in a sentence about what it is here.
    #[must_use]
    pub fn says(self, sentence: impl Into<String>) -> Self {
        Self { sentence: Cow::Owned(sentence.into()), ..self }
    }

    /// `reasons` as a finding lists them: each once, with all of its places, in the order of their slugs. What lacks different facts
    /// lacks none that is enough.
    pub fn listed(mut reasons: Vec<Self>) -> Vec<Self> {
        reasons.sort();
        reasons.dedup_by(|next, first| {
            let is_same = next == first;
            if is_same {
                let new = next.places.drain(..).filter(|place| !first.places.contains(place));
                let new: Vec<Related> = new.collect();
                first.places.extend(new);
                first.lacks = match (first.lacks.take(), next.lacks.take()) {
                    (Some(Fact::SpeakTls(mut hosts)), Some(Fact::SpeakTls(others))) => {
                        hosts.extend(others);
                        Some(Fact::SpeakTls(hosts))
                    }
                    (lacks, others) if lacks == others => lacks,
                    _ => None,
                };
            }
            is_same
        });
        reasons
    }
}

/// A reason that a configuration or the command line accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The reason.
    pub reason: Reason,
    /// Who accepts it: a configuration's path, `the command line`.
    pub by: String,
}

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Reason {}

impl PartialOrd for Reason {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Reason {
    fn cmp(&self, other: &Self) -> Ordering {
        self.slug.cmp(&other.slug)
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.slug)
    }
}

/// One site judged to be a violation. Spans are byte offsets into [`crate::text::Source::text`].
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that made it.
    pub rule: RuleId,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What would be edited: the callee's name, the call, or the literal, wherever it is written.
    pub span: Span,
    /// Other places that the reader needs: the sink, if the literal is elsewhere.
    pub related: Vec<Related>,
    /// Why the fix is unsafe or missing, as [`Reason::listed`] puts them; empty for a safe fix.
    pub reasons: Vec<Reason>,
    /// Reasons for which the fix would be unsafe if nobody had accepted them.
    pub accepted: Vec<Accepted>,
    /// The fix, one of [`Findings`]; none when only a person can mend it.
    pub fix: Option<FixId>,
    /// What the user should do, in one sentence.
    pub help: String,
}

impl Finding {
    /// `Report` without a fix; otherwise `Unsafe` if there is a reason, `Safe` if there is none.
    pub fn applicability(&self) -> Applicability {
        match (&self.fix, self.reasons.is_empty()) {
            (None, _) => Applicability::Report,
            (Some(_), true) => Applicability::Safe,
            (Some(_), false) => Applicability::Unsafe,
        }
    }
}

/// A related place of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Its span, as byte offsets into the text. For a place in another file: what leads there.
    pub span: Span,
    /// The place, if it is in another file.
    pub elsewhere: Option<FilePlace>,
}

impl Related {
    /// A place in the finding's file.
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, elsewhere: None }
    }

    /// Where it is: the place in the other file, or the span in this one.
    fn place(&self) -> (Option<FilePlace>, Option<Span>) {
        (self.elsewhere.clone(), self.elsewhere.is_none().then_some(self.span))
    }
}

/// The findings of one file with their fixes. Several findings may share a fix: it is decided about once.
#[derive(Debug, Default)]
pub struct Findings {
    findings: Vec<Finding>,
    fixes: Vec<Fix>,
    /// By rule and first edit: the fixes that begin there.
    by_edit: HashMap<(RuleId, Span), Vec<FixId>>,
}

/// Which of a file's fixes: findings with the same one share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FixId(pub(crate) usize);

/// A finding and its fix before they are put together with others.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The finding; its own `fix` is not set.
    pub finding: Finding,
    /// Its fix.
    pub fix: Option<Fix>,
}

impl Findings {
    /// Adds a finding, with each of its related places once. If its rule has the same fix for another one, they share it.
    pub fn add(&mut self, draft: Draft) {
        let Draft { mut finding, fix } = draft;
        let mut seen = HashSet::new();
        finding.related.retain(|related| seen.insert(related.place()));
        finding.fix = fix.map(|fix| self.fix_of(&finding.rule, fix));
        self.findings.push(finding);
    }

    /// Adds all of `others`, whose fixes stay theirs.
    pub fn append(&mut self, others: Self) {
        let offset = self.fixes.len();
        self.fixes.extend(others.fixes);
        self.findings.extend(
            others
                .findings
                .into_iter()
                .map(|finding| Finding { fix: finding.fix.map(|FixId(at)| FixId(at + offset)), ..finding }),
        );
    }

    /// The findings in the order in which they were added, and the fixes.
    pub fn into_parts(self) -> (Vec<Finding>, Fixes) {
        (self.findings, Fixes(self.fixes))
    }

    fn fix_of(&mut self, rule: &RuleId, fix: Fix) -> FixId {
        let new = FixId(self.fixes.len());
        let Some(first) = fix.edits.first() else {
            self.fixes.push(fix);
            return new;
        };
        let there = self.by_edit.entry((rule.clone(), first.span)).or_default();
        if let Some(same) = there.iter().find(|id| self.fixes.get(id.0) == Some(&fix)) {
            return *same;
        }
        there.push(new);
        self.fixes.push(fix);
        new
    }
}

impl FromIterator<Draft> for Findings {
    fn from_iter<I: IntoIterator<Item = Draft>>(drafts: I) -> Self {
        let mut findings = Self::default();
        drafts.into_iter().for_each(|draft| findings.add(draft));
        findings
    }
}

/// The fixes of one file.
#[derive(Debug, Default)]
pub struct Fixes(Vec<Fix>);

impl Fixes {
    /// The fix that `id`, one of the same file's, names.
    pub fn get(&self, id: FixId) -> Option<&Fix> {
        self.0.get(id.0)
    }

    /// Takes from each fix the ways that are not `possible`; the first that is left comes first. A fix of which none is possible
    /// stays as it is.
    pub fn keep(&mut self, possible: impl Fn(&Fix) -> bool) {
        for fix in self.0.iter_mut().filter(|fix| !fix.alternatives.is_empty()) {
            let alternatives = std::mem::take(&mut fix.alternatives);
            let mut left = std::iter::once(fix.clone()).chain(alternatives).filter(|way| possible(way));
            if let Some(first) = left.next() {
                *fix = Fix { alternatives: left.collect(), ..first };
            }
        }
    }
}

/// A change that removes a finding, or all that share it: all of its edits, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fix {
    /// How an option, an answer and other tools name it, where its rule has several: `loopback`.
    pub name: Option<&'static str>,
    /// What it does, in the imperative: `bind to 127.0.0.1`.
    pub title: String,
    /// The edits at the site.
    pub edits: Vec<SymbolicEdit>,
    /// Imported names at the site that must become another member of the same module.
    pub renames: Vec<Rename>,
    /// Other ways to do it, for the same reasons safe or unsafe, one of which may be chosen instead. They have none themselves.
    pub alternatives: Vec<Fix>,
}

impl Fix {
    /// It, then its alternatives.
    pub fn ways(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.alternatives)
    }

    /// Puts the alternative called `name` first, in exchange for what was, and returns its index among the alternatives; none if there
    /// is no such alternative.
    pub fn prefer(&mut self, name: &str) -> Option<usize> {
        let mut alternatives = std::mem::take(&mut self.alternatives);
        let at = alternatives.iter().position(|way| way.name == Some(name));
        if let Some(way) = at.and_then(|at| alternatives.get_mut(at)) {
            std::mem::swap(self, way);
        }
        self.alternatives = alternatives;
        at
    }

    /// The ways that all of `fixes` have, in the order of the first; none if there is none.
    pub fn common(fixes: &[&Self]) -> Option<Self> {
        let alone = |way: &Self| Self { alternatives: Vec::new(), ..way.clone() };
        let (first, others) = fixes.split_first()?;
        let is_common = |way: &Self| others.iter().all(|other| other.ways().any(|known| alone(known) == *way));
        let mut ways = first.ways().map(alone).filter(is_common);
        let fix = ways.next()?;
        Some(Self { alternatives: ways.collect(), ..fix })
    }
}

/// An edit whose text may use a module member that the file does not import yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolicEdit {
    /// The bytes that are replaced; empty for an insertion.
    pub span: Span,
    /// What replaces them.
    pub text: Vec<Fragment>,
}

/// A piece of an edit's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fragment {
    /// Written as it is.
    Text(String),
    /// A reference to `module.member`, spelled by the plan (`ssl.create_default_context`,
    /// `_ssl.create_default_context`, `create_default_context`), as seen from byte offset `site`.
    Member {
        /// The module to import, `ssl`.
        module: &'static str,
        /// The member of it, `create_default_context`.
        member: &'static str,
        /// Where it is used, which decides what is visible.
        site: usize,
    },
    /// A line ending in the file's style.
    Newline,
}

/// "The name used here, imported as member `from`, must become member `to` of the same module."
///
/// Used for bare names only (`HTTPConnection(...)`); `hc.HTTPConnection` is a plain edit of the attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The identifier at the call.
    pub name: Span,
    /// The new member, `HTTPSConnection`.
    pub to: String,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Reported by `check`, or left open by `fix`.
    Found,
    /// Its fix was applied (or is in the diff of a dry run).
    Fixed,
    /// The user declined the fix.
    Declined,
    /// A comment suppresses it.
    Suppressed,
    /// The baseline contains it.
    Baselined,
    /// Its edits overlap another accepted fix, in every round.
    Conflicted,
    /// There is no fix.
    Unfixable,
    /// Its fix did not pass verification, or the file could not be written.
    Failed,
}

impl<'f> Node<'f> {
    /// An edit that replaces this node by `text`.
    pub fn replaced_by(self, text: impl Into<String>) -> SymbolicEdit {
        SymbolicEdit { span: self.span(), text: vec![Fragment::Text(text.into())] }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::text::Position;

    #[test]
    fn the_earlier_word_for_a_severity_is_still_read() {
        assert_eq!(serde_json::from_str::<Severity>("\"warning\"").ok(), Some(Severity::Medium));
        assert_eq!(serde_json::to_string(&Severity::Medium).ok().as_deref(), Some("\"medium\""));
    }

    #[test]
    fn a_finding_lists_each_related_place_once() {
        let related = |message: &str, start| Related::new(message, Span { start, end: start + 1 });
        let elsewhere = |line| {
            let position = Position { byte: 0, line, column: 1 };
            FilePlace { file: "other.py".into(), start: position, end: position }
        };
        let given = vec![
            related("used here", 1),
            related("used here", 2),
            related("used here", 1),
            related("assigned here", 2),
            Related { elsewhere: Some(elsewhere(1)), ..related("defined there", 1) },
            Related { elsewhere: Some(elsewhere(2)), ..related("defined there", 1) },
            Related { elsewhere: Some(elsewhere(1)), ..related("defined there", 3) },
        ];
        let finding = Finding {
            rule: RuleId::from("rule"),
            message: String::new(),
            span: Span { start: 0, end: 1 },
            related: given.clone(),
            reasons: Vec::new(),
            accepted: Vec::new(),
            fix: None,
            help: String::new(),
        };
        let (findings, _) = Findings::from_iter([Draft { finding, fix: None }]).into_parts();
        let expected = [0, 1, 4, 5].map(|index| given[index].clone());
        assert_eq!(findings.first().map(|finding| finding.related.as_slice()), Some(&expected[..]));
    }

    #[test]
    fn reasons_are_listed_once_by_slug_with_all_places() {
        let place = |start| Related::new("here", Span { start, end: start + 1 });
        let at_run_time = Reason { slug: format!("a-{}", "slug").into(), ..Reason::new("", "a rule of data says so") };
        let fixed = Reason::new("b-slug", "the code says so");
        let given =
            vec![fixed.clone().at(place(1)), at_run_time.clone(), fixed.clone().at(place(2)), fixed.at(place(1))];
        let listed = Reason::listed(given);
        let slugs: Vec<&str> = listed.iter().map(|reason| reason.slug.as_ref()).collect();
        assert_eq!(slugs, ["a-slug", "b-slug"]);
        assert_eq!(listed.last().map(|reason| reason.places.clone()), Some(vec![place(1), place(2)]));
        assert_eq!(serde_json::to_string(&listed).ok().as_deref(), Some(r#"["a-slug","b-slug"]"#));
    }
}
