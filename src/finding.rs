//! What is found in a file, and the fix that is offered: plain data.
//!
//! A [`Fix`] is symbolic until [`crate::rewrite::plan`]: it names the module member that a call needs or the import that must give
//! another name, and the plan computes the import edits of whatever subset of fixes is accepted.

use crate::python::Node;
use crate::text::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The id of a rule, `unrestricted-bind`: kebab-case, unique among the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize)]
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

/// How bad a finding is, in the words of the rules that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth a comment.
    Low,
    /// An exposure in most deployments.
    Medium,
    /// An exposure that depends on where the program runs.
    Warning,
    /// An exposure anywhere.
    High,
}

impl Severity {
    /// The word for it, as JSON has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::Warning => "warning",
            Self::High => "high",
        }
    }
}

/// Whether a fix may be applied without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// Apply without asking.
    Safe,
    /// Right in itself, but it may change what the program is meant to do.
    Unsafe,
    /// No edit is offered; the reasons say why.
    Report,
}

/// Why a fix is unsafe, or why there is none: stable slugs that other tools read. Variants are in the order of their slugs, which is
/// the order in which a finding lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is explained by `report::reasons::explanation`")]
pub enum Reason {
    Alias,
    Attribute,
    CliDefault,
    ClientCertificate,
    ClientSocket,
    Conditional,
    Container,
    Datagram,
    DefaultContextReplaced,
    DualStack,
    EnvironmentDefault,
    Fallback,
    ImportedValue,
    LegacyClass,
    LocalHost,
    ManualUpgrade,
    Multicast,
    NonDefaultPort,
    NotEditable,
    OmittedHost,
    ParameterDefault,
    PublicPort,
    Reassigned,
    SchemeSwitch,
    Sentinel,
    SharedFix,
    SharedValue,
    StarArguments,
    Subclass,
    Subprocess,
    SyntaxError,
    TargetVersion,
    Tunnel,
    UncertainArgument,
    UnverifiedContext,
}

/// One site judged to be a violation. Spans are byte offsets into [`crate::text::Source::text`].
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that made it.
    pub rule: RuleId,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What would be edited: the callee's name, the call, or the literal wherever it was written.
    pub span: Span,
    /// Other places that the reader needs: the sink, when the literal is elsewhere.
    pub related: Vec<Related>,
    /// Why the fix is unsafe or missing; sorted, empty for a safe fix.
    pub reasons: Vec<Reason>,
    /// The fix, or none when only a person can mend it.
    pub fix: Option<Fix>,
    /// What a person should do, in one sentence.
    pub help: String,
}

impl Finding {
    /// `Report` where there is no fix, else the fix's own: unsafe when there is a reason, safe without one.
    pub fn applicability(&self) -> Applicability {
        match (&self.fix, self.reasons.is_empty()) {
            (None, _) => Applicability::Report,
            (Some(_), true) => Applicability::Safe,
            (Some(_), false) => Applicability::Unsafe,
        }
    }
}

/// A second place that explains a finding.
#[derive(Debug, Clone)]
pub struct Related {
    /// What stands there.
    pub message: String,
    /// Where, as byte offsets into the text.
    pub span: Span,
}

/// A change that removes a finding: all of its edits, or none. Findings whose fixes are equal have one fix between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: `bind to 127.0.0.1`.
    pub title: String,
    /// The edits at the site.
    pub edits: Vec<SymbolicEdit>,
    /// Names that the site takes from an import and that must now be imported under another member's name.
    pub renames: Vec<Rename>,
}

/// An edit whose text may name a module member that the file does not yet import.
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
    /// A reference to `module.member`, spelled as the plan decides (`ssl.create_default_context`,
    /// `_ssl.create_default_context`, `create_default_context`), as seen from byte offset `site`.
    Member {
        /// The module to import, `ssl`.
        module: &'static str,
        /// The member of it, `create_default_context`.
        member: &'static str,
        /// Where it is used: decides what is visible.
        site: usize,
    },
    /// The end of a line, as the file has them.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Reported by `check`, or left open by `fix`.
    Found,
    /// Its fix was applied (or is in the diff of a dry run).
    Fixed,
    /// A person said no.
    Declined,
    /// A comment in the source silences it.
    Suppressed,
    /// The baseline silences it.
    Baselined,
    /// Its edits overlap another accepted fix, in this round and the last.
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
