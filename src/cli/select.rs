//! `--select` and `--ignore`: names of rules to the transforms that run.

use super::UsageError;
use crate::finding::RuleId;
use crate::rule;
use crate::rule::Rule;
use std::sync::Arc;

/// Those of `all` with the ids `select` (if there are none, those that are on by default) without those with the ids `ignore`.
///
/// # Errors
/// When no rule is left.
pub(super) fn resolve(
    all: &[Arc<dyn Rule>],
    select: &[RuleId],
    ignore: &[RuleId],
) -> Result<Vec<Arc<dyn Rule>>, UsageError> {
    let mut enabled = listed(all, select, ignore);
    enabled.retain(|transform| transform.metadata().default || !select.is_empty());
    if enabled.is_empty() {
        return Err(UsageError::new(
            "--select and --ignore leave no rule to run",
            "name at least one rule that is not ignored; `tightwire rules` lists them",
        ));
    }
    Ok(enabled)
}

/// The same with those that are off by default.
pub(super) fn listed(all: &[Arc<dyn Rule>], select: &[RuleId], ignore: &[RuleId]) -> Vec<Arc<dyn Rule>> {
    let contains = |ids: &[RuleId], rule: &Arc<dyn Rule>| ids.contains(&rule.metadata().id);
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
pub(super) fn find<'a>(
    all: &'a [Arc<dyn Rule>],
    name: &str,
    option: &str,
) -> Result<Vec<&'a Arc<dyn Rule>>, UsageError> {
    rule::named(all, name).map_err(|unknown| UsageError::new(format!("{unknown} in {option}"), unknown.help))
}

/// The ids of what `names`, given to `option`, mean.
///
/// # Errors
/// When one is no rule's id or alias.
pub(super) fn ids(all: &[Arc<dyn Rule>], names: &[String], option: &str) -> Result<Vec<RuleId>, UsageError> {
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(UsageError::new(
                format!("a rule's name in {option} is empty"),
                "leave the option out, or name a rule",
            ));
        }
        ids.extend(find(all, name, option)?.iter().map(|rule| rule.metadata().id.clone()));
    }
    Ok(ids)
}
