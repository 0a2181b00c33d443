//! Names of rules, as a command line gives them, to the transforms that run.

use crate::finding::RuleId;
use crate::problem::Problem;
use crate::rule;
use crate::rule::{Adjusted, Adjustment, Rule};
use std::sync::Arc;

/// The rules of `all` with the ids in `select` (if empty, those that are on by default), without those in `ignore`.
///
/// # Errors
/// If no rule is left.
pub fn resolve(all: &[Arc<dyn Rule>], select: &[RuleId], ignore: &[RuleId]) -> Result<Vec<Arc<dyn Rule>>, Problem> {
    let mut enabled = listed(all, select, ignore);
    enabled.retain(|transform| transform.metadata().default || !select.is_empty());
    if enabled.is_empty() {
        return Err(Problem::new(
            "`--select` and `--ignore` leave no rule to run",
            "name at least one rule that is not ignored; `tightwire rules` lists them",
        ));
    }
    Ok(enabled)
}

/// As `resolve`, including rules that are off by default.
pub fn listed(all: &[Arc<dyn Rule>], select: &[RuleId], ignore: &[RuleId]) -> Vec<Arc<dyn Rule>> {
    let contains = |ids: &[RuleId], transform: &Arc<dyn Rule>| ids.contains(&transform.metadata().id);
    all.iter()
        .filter(|rule| select.is_empty() || contains(select, rule))
        .filter(|rule| !contains(ignore, rule))
        .cloned()
        .collect()
}

/// The rules that `name`, a value of `option`, stands for.
///
/// # Errors
/// If there is none; the message contains the nearest name.
pub fn find<'a>(all: &'a [Arc<dyn Rule>], name: &str, option: &str) -> Result<Vec<&'a Arc<dyn Rule>>, Problem> {
    rule::named(all, name).map_err(|unknown| Problem { message: format!("{} in {option}", unknown.message), ..unknown })
}

/// The ids of the rules that `names`, values of `option`, stand for.
///
/// # Errors
/// If a name is not the id or alias of a rule.
pub fn ids(all: &[Arc<dyn Rule>], names: &[String], option: &str) -> Result<Vec<RuleId>, Problem> {
    let mut ids = Vec::new();
    for name in names.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(Problem::new(format!("a rule's name in {option} is empty"), "omit the option, or name a rule"));
        }
        ids.extend(find(all, name, option)?.iter().map(|rule| rule.metadata().id.clone()));
    }
    Ok(ids)
}

/// What `--extend-safe` and `--extend-unsafe` say with these names.
///
/// # Errors
/// If a name is neither a rule nor a reason, or may not be accepted.
pub fn adjustment(all: &[Arc<dyn Rule>], safe: &[String], unsafe_: &[String]) -> Result<Adjustment, Problem> {
    Ok(Adjustment {
        origin: "the command line".to_owned(),
        safe: adjusted(safe, "--extend-safe", |name| Adjusted::acceptable(all, name))?,
        unsafe_: adjusted(unsafe_, "--extend-unsafe", |name| Adjusted::named(all, name))?,
    })
}

fn adjusted(
    names: &[String],
    option: &str,
    read: impl Fn(&str) -> Result<Vec<Adjusted>, Problem>,
) -> Result<Vec<Adjusted>, Problem> {
    let named = |name: &String| {
        read(name.trim()).map_err(|unknown| Problem { message: format!("{} in {option}", unknown.message), ..unknown })
    };
    Ok(names.iter().map(named).collect::<Result<Vec<_>, _>>()?.concat())
}
