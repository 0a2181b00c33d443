//! Rules by the names that people know them by.

use super::Rule;
use crate::text::{nearest, normalised};

use std::sync::Arc;

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown rule `{name}`")]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// What to do next.
    pub help: String,
}

/// Those of `all` that `name` means: the one with this id, or those with this alias, which several may share.
///
/// # Errors
/// When there is none; the nearest name is in the help.
pub fn named<'a>(all: &'a [Arc<dyn Rule>], name: &str) -> Result<Vec<&'a Arc<dyn Rule>>, UnknownRule> {
    let wanted = normalised(name);
    let found: Vec<_> =
        all.iter().filter(|rule| rule.metadata().names().any(|known| normalised(known) == wanted)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = all.iter().flat_map(|rule| rule.metadata().names()).collect();
    let help = match nearest(name, &known) {
        Some(nearest) => format!("did you mean `{nearest}`? `tightwire rules` lists them all"),
        None => "`tightwire rules` lists the rules and their aliases".to_owned(),
    };
    Err(UnknownRule { name: name.to_string(), help })
}
