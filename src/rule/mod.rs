//! What a rule is: the trait, its tables, what a `transform.toml` says.
//!
//! A rule is pure: the same file gives the same findings.

mod definition;
mod directive;
mod names;
pub mod query;
mod texts;

use crate::finding::{Finding, Severity};
use crate::python::{Project, PythonFile, Target};
use crate::text::{Lines, ProjectPath};
pub use definition::{Definition, OptionError, OptionFault, Options, lay_under, with_options};
pub use directive::{Dialect, Dialects, is_suppression};
pub(crate) use directive::{Directive, parse};
pub use names::named;
use query::Site;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::Arc;
pub use texts::{Refusal, identifier, optional_identifier, qualified, read_text};

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
