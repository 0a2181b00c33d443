//! Names of rules, as a command line gives them, to the transforms that run.

use crate::problem::Problem;
use crate::rule;
use crate::rule::Transform;

/// Those of `all` with the ids `select` (if there are none, those that are on by default) without those with the ids `ignore`.
///
/// # Errors
/// When no rule is left.
pub fn resolve(
    all: &[&'static dyn Transform],
    select: &[&str],
    ignore: &[&str],
) -> Result<Vec<&'static dyn Transform>, Problem> {
    let mut enabled = listed(all, select, ignore);
    enabled.retain(|transform| transform.metadata().default || !select.is_empty());
    if enabled.is_empty() {
        return Err(Problem::new(
            "--select and --ignore leave no rule to run",
            "name at least one rule that is not ignored; `tightwire rules` lists them",
        ));
    }
    Ok(enabled)
}

/// The same with those that are off by default.
pub fn listed(all: &[&'static dyn Transform], select: &[&str], ignore: &[&str]) -> Vec<&'static dyn Transform> {
    let contains = |ids: &[&str], transform: &dyn Transform| ids.contains(&transform.metadata().id.as_str());
    all.iter()
        .filter(|transform| select.is_empty() || contains(select, **transform))
        .filter(|transform| !contains(ignore, **transform))
        .copied()
        .collect()
}

/// The transforms that `name`, given to `option`, means.
///
/// # Errors
/// When there is none; the nearest name is in the message.
pub fn find(all: &[&'static dyn Transform], name: &str, option: &str) -> Result<Vec<&'static dyn Transform>, Problem> {
    rule::named(all, name).map_err(|unknown| Problem { message: format!("{} in {option}", unknown.message), ..unknown })
}

/// The ids of what `names`, given to `option`, mean.
///
/// # Errors
/// When one is no rule's id or alias.
pub fn ids(all: &[&'static dyn Transform], names: &[String], option: &str) -> Result<Vec<&'static str>, Problem> {
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(Problem::new(
                format!("a rule's name in {option} is empty"),
                "leave the option out, or name a rule",
            ));
        }
        ids.extend(find(all, name, option)?.iter().map(|transform| transform.metadata().id.as_str()));
    }
    Ok(ids)
}
