//! What people say about applicability: the reasons that they accept, and the rules that they want to be asked about.

use super::{Metadata, Rule, named, reasons};
use crate::finding::{Accepted, Finding, Reason, RuleId};
use crate::problem::Problem;
use crate::text::did_you_mean;
use std::sync::Arc;

/// The slug of the reason for which a fix is unsafe because somebody says so.
pub const EXTEND_UNSAFE: &str = "extend-unsafe";

/// What `extend-safe` and `extend-unsafe` of one configuration, or of the command line, say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adjustment {
    /// Who says so: a configuration's path, `the command line`.
    pub origin: String,
    /// What no longer makes a fix unsafe.
    pub safe: Vec<Adjusted>,
    /// What makes one unsafe, whatever else is said here or farther away.
    pub unsafe_: Vec<Adjusted>,
}

/// A rule or a reason, as `extend-safe` and `extend-unsafe` name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjusted {
    /// All fixes of this rule.
    Rule(RuleId),
    /// The fixes that are unsafe for the reason with this slug.
    Reason(String),
}

/// What applies in a file, nearest first: the first that speaks of a reason, or of the rule, decides.
#[derive(Debug, Clone, Default)]
pub struct Adjustments(Vec<Arc<Adjustment>>);

impl Adjusted {
    /// What `name` stands for: a rule of `all` by its id or an alias, or a reason for which a fix of one of them may be unsafe.
    ///
    /// # Errors
    /// If it is neither; the help contains the nearest name.
    pub fn named(all: &[Arc<dyn Rule>], name: &str) -> Result<Vec<Self>, Problem> {
        if let Ok(reason) = Self::reason(all, name) {
            return Ok(vec![reason]);
        }
        let unknown = |problem: Problem| Problem { message: format!("unknown rule or reason `{name}`"), ..problem };
        match named(all, name) {
            Ok(rules) => Ok(rules.into_iter().map(|rule| Self::Rule(rule.metadata().id.clone())).collect()),
            Err(rule) => Err(unknown(match Self::reason(all, name) {
                Err(reason) if reason.help.starts_with("did you mean") => reason,
                _ => rule,
            })),
        }
    }

    /// The same for what `extend-safe` names.
    ///
    /// # Errors
    /// Also if it is a rule whose fixes are never safe.
    pub fn acceptable(all: &[Arc<dyn Rule>], name: &str) -> Result<Vec<Self>, Problem> {
        let named = Self::named(all, name)?;
        let is_never = |rule: &Metadata| rule.never_safe && named.contains(&Self::Rule(rule.id.clone()));
        match all.iter().map(|rule| rule.metadata()).find(|rule| is_never(rule)) {
            Some(rule) => Err(Problem::new(
                format!("the fixes of {} are never safe", rule.id),
                "remove it; `fix --interactive` and `--unsafe-fixes` apply them",
            )),
            None => Ok(named),
        }
    }

    /// The reason `name`.
    ///
    /// # Errors
    /// If no fix of a rule of `all` is unsafe for it, or only those of rules that are never safe.
    pub fn reason(all: &[Arc<dyn Rule>], name: &str) -> Result<Self, Problem> {
        let acceptable = all.iter().map(|rule| rule.metadata()).filter(|rule| !rule.never_safe);
        let mut known: Vec<&str> = acceptable.flat_map(|rule| rule.unsafe_for.iter().map(String::as_str)).collect();
        let vendored = reasons::VENDORED;
        known.extend([EXTEND_UNSAFE, vendored.slug.as_ref()]);
        known.sort_unstable();
        known.dedup();
        if known.contains(&name) {
            return Ok(Self::Reason(name.to_owned()));
        }
        Err(Problem::new(format!("`{name}` is not a reason that can be accepted"), did_you_mean(name, &known)))
    }
}

impl Adjustments {
    /// Those of `said`, nearest first.
    pub fn new(said: impl IntoIterator<Item = Arc<Adjustment>>) -> Self {
        Self(said.into_iter().filter(|said| !said.safe.is_empty() || !said.unsafe_.is_empty()).collect())
    }

    /// Takes the reasons that are accepted from `finding`, one of `rule`'s, and gives it one where somebody wants to be asked. A
    /// finding without a fix stays as it is, and the fix of a rule that is never safe stays unsafe.
    pub fn apply(&self, finding: &mut Finding, rule: &Metadata) {
        if self.0.is_empty() || finding.fix.is_none() {
            return;
        }
        let mut reasons = std::mem::take(&mut finding.reasons);
        if let (true, Some((false, origin))) = (reasons.is_empty(), self.about(rule, None)) {
            let sentence = format!("`extend-unsafe` names the rule ({origin})");
            reasons.push(Reason {
                slug: EXTEND_UNSAFE.into(),
                sentence: sentence.into(),
                places: Vec::new(),
                lacks: None,
            });
        }
        for reason in reasons {
            match self.about(rule, Some(&reason)).filter(|(accepts, _)| *accepts && !rule.never_safe) {
                Some((_, origin)) => finding.accepted.push(Accepted { reason, by: origin.to_owned() }),
                None => finding.reasons.push(reason),
            }
        }
    }

    /// Whether the nearest that speaks of `reason`, or of `rule`, accepts it, and who that is.
    fn about(&self, rule: &Metadata, reason: Option<&Reason>) -> Option<(bool, &str)> {
        let is_meant = |name: &Adjusted| match name {
            Adjusted::Rule(id) => *id == rule.id,
            Adjusted::Reason(slug) => reason.is_some_and(|reason| *slug == reason.slug),
        };
        self.0.iter().find_map(|said| {
            let is_unsafe = said.unsafe_.iter().any(is_meant);
            let speaks = is_unsafe || said.safe.iter().any(is_meant);
            speaks.then_some((!is_unsafe, said.origin.as_str()))
        })
    }
}
