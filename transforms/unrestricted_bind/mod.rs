//! A wildcard that reaches a socket's address becomes loopback, where the wildcard is written.
//!
//! The sinks are a table ([`sinks`]). [`address`] parses hosts, [`socket`] determines the kind of socket that a sink
//! binds, [`naming`] finds other uses of the names and attributes on the way, [`bound`] checks a call, and [`handed_on`] finds sinks in
//! other modules of the project. [`environment`] is another way to fix a bind. There is one
//! finding per sink. Sinks that share a literal share its fix, and the engine decides about it once, so that nobody
//! approves one change and gets another.

mod address;
mod bound;
mod environment;
mod evidence;
mod handed_on;
mod naming;
mod reasons;
mod sinks;
mod socket;

use crate::finding::{Draft, Finding, Findings, Fix, Reason, Related};
use crate::python::{Argument, Assignment, Call, Callee, Dialect, Kind, Node, PythonFile, Step, last_segment};
use crate::rule::{Check, FileFacts, Match, Metadata, PrefilterPattern, Standing, Table};
use crate::text::Span;
use address::Family;
use bound::{BindFacts, Bound};
use environment::{FirstFix, Variable};
use naming::Known;
use schemars::JsonSchema;
use serde::Deserialize;
use sinks::{Sink, Sinks};
use socket::Socket;
use std::collections::{BTreeMap, HashSet};

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct UnrestrictedBind {
    /// Callables that bind the address they are given.
    sinks: Sinks,
    /// Attributes that are sinks when they are assigned.
    settings: Sinks,
    /// Whether sockets that are only bound to find a free port are reported, too.
    #[serde(default)]
    probes: bool,
    /// Which fix is made where several are offered: `loopback` writes the loopback address, `environment` reads the address from
    /// an environment variable that has loopback as its default.
    fix: FirstFix,
    /// The environment variable from which the fix `environment` reads the address.
    #[schemars(extend("pattern" = "^[A-Za-z_][A-Za-z0-9_]*$"))]
    variable: Variable,
}

impl Check for UnrestrictedBind {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("sinks", &self.sinks), ("settings", &self.settings)]
    }

    fn laid_over(&mut self, built_in: &Self) {
        self.sinks.0.iter_mut().skip(built_in.sinks.0.len()).for_each(|sink| sink.is_configured = true);
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let settings = self.settings.prefilter().into_iter();
        let settings = settings.map(|pattern| PrefilterPattern { standing: Standing::Assigned, ..pattern }).collect();
        [self.sinks.prefilter(), settings, vec![handed_on::prefilter()]].concat()
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        let known = Known::of(file);
        let facts = &BindFacts { around: facts, first: self.fix, variable: self.variable.offered(file) };
        let mut by_literal: BTreeMap<Span, Vec<Draft>> = BTreeMap::new();
        let own = matches.iter().flat_map(|matched| self.check_match(rule, &known, matched, facts));
        for draft in own.chain(self.check_handed_on(rule, &known, facts)).chain(self.check_shared(rule, &known, facts))
        {
            by_literal.entry(draft.finding.span).or_default().push(draft);
        }
        by_literal.into_values().flat_map(agreed).collect()
    }
}

/// The findings of the sinks that share a literal: one for each sink. Their common fix is as safe as that of the least
/// safe sink. There is no fix if they need different addresses (one may be IPv6).
fn agreed(drafts: Vec<Draft>) -> Vec<Draft> {
    let fixes = || drafts.iter().map(|draft| draft.fix.as_ref());
    let fix = fixes().collect::<Option<Vec<&Fix>>>().and_then(|fixes| Fix::common(&fixes));
    let reasons = match fix.is_none() && drafts.iter().all(|draft| draft.fix.is_some()) {
        true => vec![crate::rule::reasons::SHARED_FIX],
        false => Reason::listed(drafts.iter().flat_map(|draft| draft.finding.reasons.iter().cloned()).collect()),
    };
    let mut sinks: HashSet<Option<Related>> = HashSet::new();
    let of_new_sink = drafts.into_iter().filter(|draft| sinks.insert(draft.finding.related.last().cloned()));
    of_new_sink
        .map(|draft| Draft { finding: Finding { reasons: reasons.clone(), ..draft.finding }, fix: fix.clone() })
        .collect()
}

impl UnrestrictedBind {
    fn check_match(
        &self,
        rule: &Metadata,
        known: &Known<'_>,
        matched: &Match<'_>,
        facts: &BindFacts<'_>,
    ) -> Vec<Draft> {
        let (sinks, call) = match Call::of(matched.node) {
            Some(call) => (&self.sinks, Some(call)),
            None => (&self.settings, assigned(matched)),
        };
        let callee = match matched.callee.kind() {
            Kind::Identifier if call.as_ref().is_some_and(|call| call.node.kind() == Kind::Assignment) => {
                configured_name(matched.callee, facts.around).filter(|callee| sinks.position(&callee.path).is_some())
            }
            _ => matched.hit("sinks").or_else(|| matched.hit("settings")).map(|(callee, _)| callee.clone()),
        };
        let (Some(callee), Some(mut call)) = (callee, call) else { return Vec::new() };
        // `Base.__init__(self, …)`: the instance comes first.
        if callee.path.ends_with(".__init__") && !callee.via.iter().any(|step| matches!(step, Step::Subclass(_))) {
            if call.arguments.is_empty() || call.positional().is_empty() {
                return Vec::new();
            }
            call.arguments.remove(0);
        }
        sinks
            .of(&callee.path)
            .filter(|sink| !is_overridden(known.file, &callee, sink) && !sink.is_given_otherwise(&call))
            .filter(|sink| !is_unbound(known.file, &callee) && makes_a_server(known.file, sink, &call))
            .flat_map(|sink| {
                let socket = Socket::of(known, &call, &callee, sink);
                if socket.family == Family::Other || socket.is_probe && !self.probes {
                    return Vec::new();
                }
                let handed_on = None;
                Bound { file: known.file, known, call: &call, sink, socket, facts, rule, handed_on }.check()
            })
            .collect()
    }
}

/// The qualified name of a module-level `name` in gunicorn's configuration file; `None` in other files.
fn configured_name(name: Node<'_>, facts: &FileFacts<'_>) -> Option<Callee> {
    let file = facts.path.file_name()?.to_str()?;
    file.contains("gunicorn").then(|| Callee {
        path: format!("gunicorn.conf.{}", name.text()),
        via: Vec::new(),
        dialect: Dialect::Both,
        receiver: None,
    })
}

/// An assignment as a call of its target with the assigned value.
fn assigned<'f>(matched: &Match<'f>) -> Option<Call<'f>> {
    let value = Assignment::of(matched.node)?.right?;
    Some(Call { node: matched.node, callee: matched.callee, list: value, arguments: vec![Argument::Positional(value)] })
}

/// Whether a class in the file overrides the callable: then its own signature applies.
fn is_overridden(file: &PythonFile, callee: &Callee, sink: &Sink) -> bool {
    let last = last_segment(&callee.path);
    callee.via.iter().any(|step| match step {
        // `super().__init__` and `self.bind` in the class itself call the base's version.
        Step::Subclass(_) if last == "__init__" => false,
        Step::Subclass(class) => super::connection::defines(file, *class, if sink.method { last } else { "__init__" }),
        _ => false,
    })
}

/// Whether a class in the file has its own `server_bind` that neither calls the base's nor binds.
fn is_unbound(file: &PythonFile, callee: &Callee) -> bool {
    callee.via.iter().any(|step| {
        let Step::Subclass(class) = step else { return false };
        let calls_base = || {
            // `self.server_bind()` calls its own.
            let is_own =
                |attribute: &Node<'_>| attribute.object().and_then(|object| file.class_of_self(object)).is_some();
            let of_base = |class| file.attributes_called_in("server_bind", class).any(|attribute| !is_own(&attribute));
            let binds = |class| file.attributes_called_in("bind", class).next().is_some();
            let mut classes = std::iter::once(*class).chain(file.local_bases(*class)).map(|class| file.node(class));
            classes.any(|class| of_base(class) || binds(class))
        };
        super::connection::defines(file, *class, "server_bind") && !calls_base()
    })
}

/// Whether the server argument of a call may be a class that binds: not a mock, and not a class that never binds.
fn makes_a_server(file: &PythonFile, sink: &Sink, call: &Call<'_>) -> bool {
    let Some(class) = sink.server_class.as_ref() else { return true };
    let Some(given) = call.argument(Some(class.index), Some(&class.keyword)) else { return true };
    let is_object = file.value(given).is_some_and(|value| value.node.kind() == Kind::Call);
    !is_object && file.callees(given).iter().all(|callee| !is_unbound(file, callee))
}

#[cfg(test)]
mod tests {
    use super::UnrestrictedBind;
    use crate::rule::{Definition, Table as _};

    #[test]
    fn the_query_asks_for_every_setting_by_name() {
        let definition: Definition<UnrestrictedBind> = Definition::built_in(include_str!("transform.toml"));
        let query = include_str!("query.scm");
        for name in definition.tables.settings.last_segments().iter().filter(|name| **name != "__init__") {
            assert!(query.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
