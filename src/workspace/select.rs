//! Names of rules, as a command line gives them, to the transforms that run.

use crate::finding::RuleId;
use crate::problem::Problem;
use crate::rule;
use crate::rule::Rule;
use std::sync::Arc;

/// Those of `all` with the ids `select` (if there are none, those that are on by default) without those with the ids `ignore`.
///
/// # Errors
/// When no rule is left.
pub fn resolve(all: &[Arc<dyn Rule>], select: &[RuleId], ignore: &[RuleId]) -> Result<Vec<Arc<dyn Rule>>, Problem> {
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
pub fn listed(all: &[Arc<dyn Rule>], select: &[RuleId], ignore: &[RuleId]) -> Vec<Arc<dyn Rule>> {
    let contains = |ids: &[RuleId], transform: &Arc<dyn Rule>| ids.contains(&transform.metadata().id);
    all.iter()
        .filter(|rule| select.is_empty() || contains(select, rule))
        .filter(|rule| !contains(ignore, rule))
        .cloned()
        .collect()
}

/// The transforms that `name`, given to `option`, means.
///
/// # Errors
/// When there is none; the nearest name is in the message.
pub fn find<'a>(all: &'a [Arc<dyn Rule>], name: &str, option: &str) -> Result<Vec<&'a Arc<dyn Rule>>, Problem> {
    rule::named(all, name).map_err(|unknown| Problem { message: format!("{} in {option}", unknown.message), ..unknown })
}

/// The ids of what `names`, given to `option`, mean.
///
/// # Errors
/// When one is no rule's id or alias.
pub fn ids(all: &[Arc<dyn Rule>], names: &[String], option: &str) -> Result<Vec<RuleId>, Problem> {
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(Problem::new(
                format!("a rule's name in {option} is empty"),
                "leave the option out, or name a rule",
            ));
        }
        ids.extend(find(all, name, option)?.iter().map(|rule| rule.metadata().id.clone()));
    }
    Ok(ids)
}
