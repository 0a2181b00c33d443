//! Finds rules by the names that people use.

use super::Rule;
use crate::problem::Problem;
use crate::text::{nearest, normalised};
use std::sync::Arc;

/// The rules of `all` that `name` stands for: the one with this id, or those with this alias, which several may share.
///
/// # Errors
/// If there is none; the help contains the nearest name.
pub fn named<'a>(all: &'a [Arc<dyn Rule>], name: &str) -> Result<Vec<&'a Arc<dyn Rule>>, Problem> {
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
    Err(Problem::new(format!("unknown rule `{name}`"), help))
}
