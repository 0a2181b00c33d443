//! What a transform is and what it says: findings, fixes, and what a fix requires of the rest of the file.
//!
//! A transform is pure: the same file gives the same findings. A [`Fix`] is symbolic until [`crate::edit::plan`]: it
//! names the module member that a call needs or the import that must give another name, and the plan computes the
//! import edits of whatever subset of fixes is accepted.

use crate::changed::Lines;
mod definition;
mod names;
mod texts;

use crate::fingerprint::ProjectPath;
use crate::python::{Node, Project, PythonFile, Target};
use crate::query::Site;
use crate::source::Span;
use crate::suppress::Dialects;
pub use definition::{Definition, OptionError, OptionFault, Options, lay_under, with_options};
pub use names::{UnknownRule, named};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;
pub use texts::{identifier, optional_identifier, qualified, read_text};

/// One kind of violation and how it is rewritten; see `transforms/`.
pub trait Transform: Send + Sync {
    /// What the transform is called and what it looks for, from its `transform.toml`.
    fn metadata(&self) -> &Metadata;

    /// The tree-sitter patterns that find its sites, from its `query.scm`.
    fn query(&self) -> &'static str;

    /// The names in its tables, by the name that `(#in-table? @capture name)` uses.
    fn table(&self, name: &str) -> Option<&dyn Table>;

    /// What may stand in a file's bytes for the file to be worth parsing: any of these. Derived from the tables.
    fn gates(&self) -> Vec<Gate>;

    /// Judges the sites of one file, in position order; the findings may come in any order.
    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], context: &FileContext) -> Vec<Finding>;

    /// The page that `tightwire explain` shows, from its `explain.md`.
    fn explanation(&self) -> &'static str;

    /// The same transform with `options` of a configuration laid over its `transform.toml`.
    ///
    /// # Errors
    /// See [`OptionError`].
    fn configured(&self, options: &Options<'_>) -> Result<Box<dyn Transform>, OptionError>;

    /// A JSON schema of the options.
    fn options_schema(&self) -> schemars::Schema;
}

/// What is known of a file beside its bytes.
#[derive(Clone, Default)]
pub struct FileContext {
    /// The file belongs to a project that runs in a container (a Dockerfile, compose file, … at or above it).
    pub container: bool,
    /// The other modules of its project; none where they are not to be read.
    pub project: Option<Arc<dyn Project>>,
    /// The Pythons that its project supports; none where it does not say.
    pub target: Option<Target>,
    /// Where it stands in its project.
    pub place: ProjectPath,
    /// Whose suppression comments count.
    pub suppressions: Dialects,
    /// The digests of the findings that the baseline silences; none where there is no baseline.
    pub baseline: Option<Arc<HashSet<String>>>,
    /// The lines of the file to which the run is restricted; none where all count.
    pub lines: Option<Arc<Lines>>,
}

/// A set of qualified names, as `#in-table?` needs it.
pub trait Table {
    /// Whether `qualified` (for example `http.client.HTTPConnection`) is in the table.
    fn contains(&self, qualified: &str) -> bool;

    /// The last segments of the names in it: what stands in the text, wherever one of them is called or imported.
    fn last_segments(&self) -> Vec<&str>;
}

/// One row of a table in a `transform.toml`.
pub trait Row {
    /// The qualified name that the row is about.
    fn name(&self) -> &str;
}

/// The rows of a table, in the order of the file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Rows<R>(pub Vec<R>);

impl<R: Row> Rows<R> {
    /// The row about `qualified`.
    pub fn find(&self, qualified: &str) -> Option<&R> {
        self.0.iter().find(|row| row.name() == qualified)
    }
}

impl<R: Row> Table for Rows<R> {
    fn contains(&self, qualified: &str) -> bool {
        self.find(qualified).is_some()
    }

    fn last_segments(&self) -> Vec<&str> {
        self.0.iter().map(|row| last_segment(row.name())).collect()
    }
}

/// One way in which a file's bytes can show that the file is worth parsing: one of `words`, and all of `with`.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Names of which one must stand there as a whole word.
    pub words: Vec<String>,
    /// The words count only where they are called as methods: after a dot, before a parenthesis.
    pub as_methods: bool,
    /// What the file must have beside the word.
    pub with: Vec<Companion>,
}

/// What must stand in a file beside a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Companion {
    /// One of these, as a whole word where it begins and ends like one; none of them may be empty.
    OneOf(Vec<String>),
    /// A string literal that is empty, or begins with one of these.
    LiteralBeginning(Vec<String>),
}

/// The head of a `transform.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    /// Kebab-case name, unique among the transforms.
    pub id: String,
    /// Other tools' codes and names for the same thing.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether it runs where no rule is selected by name.
    #[serde(default = "yes")]
    pub default: bool,
    /// How bad it is when it is true.
    pub severity: Severity,
    /// One line for `tightwire rules`.
    pub summary: String,
    /// CWE identifiers, `CWE-319`.
    #[serde(default)]
    pub cwe: Vec<String>,
    /// OWASP Top 10 entries, `A02:2021`.
    #[serde(default)]
    pub owasp: Vec<String>,
    /// Pages to read.
    #[serde(default)]
    pub references: Vec<String>,
    /// What a configuration may set beside `severity`: tables, to which it adds rows, and values, which it replaces.
    #[serde(default)]
    pub options: Vec<String>,
}

fn yes() -> bool {
    true
}

/// The last part of a qualified name: what stands in the text wherever it is used.
pub fn last_segment(qualified: &str) -> &str {
    qualified.rsplit('.').next().unwrap_or(qualified)
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

/// Why a fix is unsafe, or why there is none: stable slugs that other tools read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each is explained by `report::reasons::explanation`")]
pub enum Reason {
    NonDefaultPort,
    LocalHost,
    SchemeSwitch,
    Tunnel,
    Subclass,
    StarArguments,
    UncertainArgument,
    LegacyClass,
    Alias,
    Fallback,
    ClientCertificate,
    UnverifiedContext,
    DefaultContextReplaced,
    SharedValue,
    SharedFix,
    Sentinel,
    ParameterDefault,
    Attribute,
    CliDefault,
    EnvironmentDefault,
    Conditional,
    Datagram,
    Multicast,
    PublicPort,
    Container,
    DualStack,
    OmittedHost,
    Reassigned,
    NotEditable,
    ManualUpgrade,
    Subprocess,
    ClientSocket,
    TargetVersion,
    ImportedValue,
    SyntaxError,
}

/// One site judged to be a violation. Spans are byte offsets into [`crate::source::Source::text`].
#[derive(Debug, Clone)]
pub struct Finding {
    /// The id of the transform that made it.
    pub rule: &'static str,
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
    pub to: &'static str,
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
