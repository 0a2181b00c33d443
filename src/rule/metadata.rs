//! The head of a `transform.toml`.

use crate::finding::{RuleId, Severity};
use serde::Deserialize;

/// The head of a `transform.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    /// Kebab-case name, unique among the rules.
    pub id: RuleId,
    /// Other tools' codes and names for the same problem.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether the rule runs if no rule is selected by name.
    #[serde(default = "yes")]
    pub default: bool,
    /// Its severity, if it is a true positive.
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
    /// What a configuration may set besides `severity`: tables, which get more rows, and values, which are replaced.
    #[serde(default)]
    pub options: Vec<String>,
    /// The fix of another rule may leave nothing to find: a server that is bound to loopback.
    #[serde(default)]
    pub mended_by_others: bool,
    /// The reasons for which a fix of the rule may be unsafe: those that a configuration may accept.
    #[serde(default)]
    pub unsafe_for: Vec<String>,
    /// The reasons of the rule's own for which a finding may have no fix; the engine has [more](crate::engine::WITHHELD_FOR).
    #[serde(default)]
    pub no_fix_for: Vec<String>,
    /// Its fixes stay unsafe, whatever is accepted: what they change was written on purpose.
    #[serde(default)]
    pub never_safe: bool,
    /// Names by which comments of other tools suppress it, beside the aliases: `hardcoded_bind_all_interfaces`.
    #[serde(default)]
    pub suppressed_as: Vec<String>,
}

impl Metadata {
    /// The names by which comments suppress it.
    pub fn suppression_names(&self) -> impl Iterator<Item = &str> {
        self.names().chain(self.suppressed_as.iter().map(String::as_str))
    }

    /// The id and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

fn yes() -> bool {
    true
}
