//! `--select` and `--ignore`: names of rules to the transforms that run.

use super::UsageError;
use crate::nearest::{nearest, normalised};
use crate::transform::Transform;

/// The transforms that `select` names (if it names none, those that are on by default) without those that `ignore` names.
///
/// # Errors
/// When a name is no rule's id or alias, or no rule is left.
pub(super) fn resolve(
    all: &[&'static dyn Transform],
    select: &[String],
    ignore: &[String],
) -> Result<Vec<&'static dyn Transform>, UsageError> {
    let mut enabled = listed(all, select, ignore)?;
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
///
/// # Errors
/// When a name is no rule's id or alias.
pub(super) fn listed(
    all: &[&'static dyn Transform],
    select: &[String],
    ignore: &[String],
) -> Result<Vec<&'static dyn Transform>, UsageError> {
    let selected = named(all, select, "--select")?;
    let ignored = named(all, ignore, "--ignore")?;
    let contains = |set: &[&str], transform: &dyn Transform| set.contains(&transform.metadata().id.as_str());
    Ok(all
        .iter()
        .filter(|transform| selected.is_empty() || contains(&selected, **transform))
        .filter(|transform| !contains(&ignored, **transform))
        .copied()
        .collect())
}

/// The transforms that `name` means: one id, or an alias, which several may share.
///
/// # Errors
/// When there is none; the nearest name is in the message.
pub(super) fn find(
    all: &[&'static dyn Transform],
    name: &str,
    option: &str,
) -> Result<Vec<&'static dyn Transform>, UsageError> {
    let wanted = normalised(name);
    let found: Vec<_> =
        all.iter().filter(|transform| names(**transform).any(|n| normalised(n) == wanted)).copied().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let known: Vec<&str> = all.iter().flat_map(|transform| names(*transform)).collect();
    let help = match nearest(name, &known) {
        Some(nearest) => format!("did you mean `{nearest}`? `tightwire rules` lists them all"),
        None => "`tightwire rules` lists the rules and their aliases".to_owned(),
    };
    Err(UsageError::new(format!("unknown rule `{name}` in {option}"), help))
}

fn named(all: &[&'static dyn Transform], list: &[String], option: &str) -> Result<Vec<&'static str>, UsageError> {
    let mut ids = Vec::new();
    for name in list.iter().map(|name| name.trim()) {
        if name.is_empty() {
            return Err(UsageError::new(
                format!("a rule's name in {option} is empty"),
                "leave the option out, or name a rule",
            ));
        }
        ids.extend(find(all, name, option)?.iter().map(|transform| transform.metadata().id.as_str()));
    }
    Ok(ids)
}

fn names(transform: &'static dyn Transform) -> impl Iterator<Item = &'static str> {
    let metadata = transform.metadata();
    std::iter::once(metadata.id.as_str()).chain(metadata.aliases.iter().map(String::as_str))
}
