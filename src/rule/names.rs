//! Rules by the names that people know them by.

use super::Transform;
use crate::problem::Problem;
use crate::text::{nearest, normalised};

/// Those of `all` that `name` means: the one with this id, or those with this alias, which several may share.
///
/// # Errors
/// When there is none; the nearest name is in the help.
pub fn named(all: &[&'static dyn Transform], name: &str) -> Result<Vec<&'static dyn Transform>, Problem> {
    let wanted = normalised(name);
    let found: Vec<_> =
        all.iter().filter(|transform| names(**transform).any(|known| normalised(known) == wanted)).copied().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = all.iter().flat_map(|transform| names(*transform)).collect();
    let help = match nearest(name, &known) {
        Some(nearest) => format!("did you mean `{nearest}`? `tightwire rules` lists them all"),
        None => "`tightwire rules` lists the rules and their aliases".to_owned(),
    };
    Err(Problem::new(format!("unknown rule `{name}`"), help))
}

fn names(transform: &'static dyn Transform) -> impl Iterator<Item = &'static str> {
    let metadata = transform.metadata();
    std::iter::once(metadata.id.as_str()).chain(metadata.aliases.iter().map(String::as_str))
}
