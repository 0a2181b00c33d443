//! What a rule is: what it is called, which code it matches, and what it says about a match.
//!
//! A rule is pure: the same file gives the same findings. Most of a rule is data: the head and the tables of a `transform.toml`, the
//! tree-sitter patterns of a `query.scm`, the page `explain.md`. [`Defined`] makes a [`Rule`] of these and of a [`Check`], which holds
//! what only this rule knows: what must be shown about a match, as a [`Verdict`].

mod adjust;
mod check;
mod definition;
mod directive;
mod matches;
mod metadata;
mod names;
mod prefilter;
mod query;
pub mod reasons;
mod table;
mod texts;
mod verdict;

use crate::finding::Findings;
use crate::python::PythonFile;
pub use adjust::{Adjusted, Adjustment, Adjustments};
pub use check::{Check, Defined, Texts};
pub use definition::{Definition, OptionError, Options, lay_under, with_options};
pub use directive::{ANNOTATION_MARK, Dialect, Dialects, is_suppression};
pub(crate) use directive::{Directive, parse};
pub use matches::Match;
pub use metadata::Metadata;
pub use names::named;
pub use prefilter::{Beside, Constants, PrefilterPattern, Standing};
pub use query::{QueryError, RuleQuery};
use std::path::Path;
use std::sync::Arc;
pub use table::{Row, Rows, Table};
pub use texts::{explained, identifier, optional_identifier, qualified, read_text, refused};
pub use verdict::{Found, Verdict};

/// One kind of violation and how it is rewritten; see `transforms/`.
pub trait Rule: Send + Sync {
    /// What the rule is called and what it looks for.
    fn metadata(&self) -> &Metadata;

    /// The tree-sitter patterns that find its matches.
    fn query(&self) -> &str;

    /// The table that `(#in-table? @capture name)` in the query names.
    fn table(&self, name: &str) -> Option<&dyn Table>;

    /// The qualified names that the rule looks for, and those that its fixes need.
    fn names(&self) -> Vec<&str>;

    /// What a file's bytes must contain for the file to be worth parsing: any of these. Derived from the tables.
    fn prefilter(&self) -> Vec<PrefilterPattern>;

    /// Checks the matches of one file, which are in position order; the findings may come in any order.
    fn check(&self, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings;

    /// The page that `tightwire explain` shows.
    fn explanation(&self) -> &str;

    /// The same rule with `options` of a configuration laid over its `transform.toml`.
    ///
    /// # Errors
    /// See [`OptionError`].
    fn configured(&self, options: &Options<'_>) -> Result<Arc<dyn Rule>, OptionError>;

    /// A JSON schema of the options.
    fn options_schema(&self) -> schemars::Schema;
}

/// What a rule may know of a file beside its text.
#[derive(Debug, Clone, Copy)]
pub struct FileFacts<'c> {
    /// The file's path from its project's root.
    pub path: &'c Path,
    /// The file belongs to a project that runs in a container.
    pub is_in_container: bool,
    /// The characters that a line may have by the settings of its project's tools; `None` if unknown.
    pub line_length: Option<usize>,
}
