//! A wildcard that reaches a socket's address becomes loopback, where the wildcard was written.
//!
//! The sinks are a table ([`sinks`]); [`address`] reads hosts, [`socket`] says what kind of socket the sink binds, [`naming`] what
//! else the names and attributes on the way are used for, and [`bound`] judges. A finding is one sink. Those
//! that share a literal share its fix, which the engine decides about once, so that nobody approves one and changes another.

mod address;
mod bound;
mod naming;
mod sinks;
mod socket;

use crate::finding::{Finding, Reason};
use crate::python::{Argument, Call, Callee, Dialect, Field, Kind, Node, PythonFile, Step};
use crate::rule::query::Site;
use crate::rule::{Definition, FileContext, Gate, Metadata, OptionError, Options, Table, Transform, last_segment};
use crate::text::Span;
use address::Family;
use bound::Bound;
use naming::Known;
use schemars::JsonSchema;
use serde::Deserialize;
use sinks::{Sink, Sinks};
use socket::Socket;
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

pub(super) static TRANSFORM: LazyLock<UnrestrictedBind> =
    LazyLock::new(|| UnrestrictedBind(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct UnrestrictedBind(Definition<Tables>);

#[derive(Debug, Deserialize, JsonSchema)]
struct Tables {
    /// Callables that bind what they are given.
    sinks: Sinks,
    /// Attributes that are sinks when they are assigned.
    settings: Sinks,
}

impl Transform for UnrestrictedBind {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        match name {
            "sinks" => Some(&self.0.tables.sinks),
            "settings" => Some(&self.0.tables.settings),
            _ => None,
        }
    }

    fn gates(&self) -> Vec<Gate> {
        let built_in = TRANSFORM.0.tables.sinks.0.len();
        let tables = &self.0.tables;
        [tables.sinks.gates(built_in), tables.settings.gates(usize::MAX)].concat()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], context: &FileContext) -> Vec<Finding> {
        let known = Known::of(file);
        let mut by_literal: BTreeMap<Span, Vec<Finding>> = BTreeMap::new();
        for finding in sites.iter().flat_map(|site| self.judge_call(&known, site, context)) {
            by_literal.entry(finding.span).or_default().push(finding);
        }
        by_literal.into_values().flat_map(agreed).collect()
    }

    fn explanation(&self) -> &'static str {
        include_str!("explain.md")
    }

    fn configured(&self, options: &Options<'_>) -> Result<Box<dyn Transform>, OptionError> {
        let definition = Definition::configured(include_str!("transform.toml"), options)?;
        Ok(Box::new(Self(definition)))
    }

    fn options_schema(&self) -> schemars::Schema {
        self.0.options_schema()
    }
}

/// The findings of the sinks that share a literal: one for each sink, the fix of all as safe as that of the least safe one. There is none
/// where they do not agree what to write: one of them may be IPv6.
fn agreed(findings: Vec<Finding>) -> Vec<Finding> {
    let mut reasons: Vec<Reason> = findings.iter().flat_map(|finding| finding.reasons.iter().copied()).collect();
    reasons.sort();
    reasons.dedup();
    let first = findings.first().and_then(|finding| finding.fix.clone());
    let has_fix = first.is_some() && findings.iter().all(|finding| finding.fix == first);
    if !has_fix && findings.iter().all(|finding| finding.fix.is_some()) {
        reasons = vec![Reason::SharedFix];
    }
    let mut sinks: HashSet<Option<Span>> = HashSet::new();
    let of_new_sink =
        findings.into_iter().filter(|finding| sinks.insert(finding.related.first().map(|sink| sink.span)));
    of_new_sink
        .map(|finding| Finding { reasons: reasons.clone(), fix: finding.fix.filter(|_| has_fix), ..finding })
        .collect()
}

impl UnrestrictedBind {
    fn judge_call(&'static self, known: &Known<'_>, site: &Site<'_>, context: &FileContext) -> Vec<Finding> {
        let (sinks, call) = match Call::of(site.node) {
            Some(call) => (&self.0.tables.sinks, Some(call)),
            None => (&self.0.tables.settings, assigned(site)),
        };
        let callees = match site.callee.kind() {
            Kind::Identifier if call.as_ref().is_some_and(|call| call.node.kind() == Kind::Assignment) => {
                configured_name(site.callee, context).into_iter().collect()
            }
            _ => known.file.callees(site.callee),
        };
        let callee = callees.into_iter().find(|callee| sinks.contains(&callee.path));
        let (Some(callee), Some(mut call)) = (callee, call) else { return Vec::new() };
        // `Base.__init__(self, …)`: the instance comes first.
        if callee.path.ends_with(".__init__") && !callee.steps.iter().any(|step| matches!(step, Step::Subclass(_))) {
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
                if socket.family == Family::Other {
                    return Vec::new();
                }
                let rule = &self.0.metadata.id;
                Bound { file: known.file, known, call: &call, sink, socket, context, rule }.judge()
            })
            .collect()
    }
}

/// What a module-level `name` is called in gunicorn's configuration file; none in any other.
fn configured_name(name: Node<'_>, context: &FileContext) -> Option<Callee> {
    let file = context.place.file.file_name()?.to_str()?;
    file.contains("gunicorn").then(|| Callee {
        path: format!("gunicorn.conf.{}", name.text()),
        steps: Vec::new(),
        dialect: Dialect::Both,
        receiver: None,
    })
}

/// An assignment as a call of its target with what is assigned.
fn assigned<'f>(site: &Site<'f>) -> Option<Call<'f>> {
    let value = site.node.field(Field::Right)?;
    Some(Call { node: site.node, callee: site.callee, list: value, arguments: vec![Argument::Positional(value)] })
}

/// Whether a class of the file has its own version of what is called: then its own signature holds.
fn is_overridden(file: &PythonFile, callee: &Callee, sink: &Sink) -> bool {
    let last = last_segment(&callee.path);
    callee.steps.iter().any(|step| match step {
        // `super().__init__` and `self.bind` in the class itself call the base's.
        Step::Subclass(_) if last == "__init__" => false,
        Step::Subclass(class) => super::connection::defines(file, *class, if sink.method { last } else { "__init__" }),
        _ => false,
    })
}

/// Whether a class of the file has a `server_bind` of its own that neither comes to the base's nor binds.
fn is_unbound(file: &PythonFile, callee: &Callee) -> bool {
    callee.steps.iter().any(|step| {
        let Step::Subclass(class) = step else { return false };
        let calls_base = || {
            // `self.server_bind()` calls its own.
            let is_own = |attribute: &Node<'_>| {
                attribute.field(Field::Object).and_then(|object| file.class_of_self(object)).is_some()
            };
            let of_base = |class| file.attributes_called_in("server_bind", class).any(|attribute| !is_own(&attribute));
            let binds = |class| file.attributes_called_in("bind", class).next().is_some();
            let mut classes = std::iter::once(*class).chain(file.local_bases(*class)).map(|class| file.node(class));
            classes.any(|class| of_base(class) || binds(class))
        };
        super::connection::defines(file, *class, "server_bind") && !calls_base()
    })
}

/// Whether what a call is given to make the server may be a class that binds: no mock, and none that never comes to bind.
fn makes_a_server(file: &PythonFile, sink: &Sink, call: &Call<'_>) -> bool {
    let Some(class) = sink.server_class.as_ref() else { return true };
    let Some(given) = call.argument(Some(class.index), Some(&class.keyword)) else { return true };
    let is_object = file.value(given).is_some_and(|value| value.node.kind() == Kind::Call);
    !is_object && file.callees(given).iter().all(|callee| !is_unbound(file, callee))
}

#[cfg(test)]
mod tests {
    use super::TRANSFORM;
    use crate::rule::{Table as _, Transform as _};

    #[test]
    fn the_query_asks_for_every_setting_by_name() {
        for name in TRANSFORM.0.tables.settings.last_segments().iter().filter(|name| **name != "__init__") {
            assert!(TRANSFORM.query().contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
