//! Sinks in other modules of the project: a function that hands an argument on to a sink is one itself.

use super::UnrestrictedBind;
use super::address::{Family, Wildcard};
use super::bound::{BindFacts, Bound};
use super::naming::Known;
use super::sinks::{ADDRESS_PARTS, Omitted, Parameter, Sink, Takes};
use super::socket::Socket;
use crate::finding::Draft;
use crate::python::literals::string_value;
use crate::python::{
    Argument, ArgumentPlace, Call, Callee, Dialect, Forward, Given, Kind, Node, PythonFile, SharedText, Value,
    is_standard_module,
};
use crate::rule::{Metadata, PrefilterPattern, Standing, Table as _};

/// Only a hostile file calls more functions.
const MOST_CALLS: usize = 5_000;

/// The wildcards that are looked for in a file that names no sink. The empty text is too common, and `::` mostly separates something:
/// it counts as the value of a keyword or of a name, and as what stands in for a missing one.
const WILDCARDS: [&str; 10] = [
    "\"0.0.0.0\"",
    "'0.0.0.0'",
    "=\"::\"",
    "='::'",
    "= \"::\"",
    "= '::'",
    "or \"::\"",
    "or '::'",
    "else \"::\"",
    "else '::'",
];

/// The wildcard that is looked for under names that other modules read.
const SHARED: &str = "0.0.0.0";

/// What a file must contain that passes a wildcard to another module, or writes one for others to read.
pub(super) fn prefilter() -> PrefilterPattern {
    PrefilterPattern { words: WILDCARDS.map(str::to_string).to_vec(), standing: Standing::Value, beside: Vec::new() }
}

/// Whether `text` is looked for under names that other modules read.
pub(super) fn is_looked_for(text: &str) -> bool {
    text == SHARED
}

impl UnrestrictedBind {
    /// The findings about wildcards that `known`'s file passes to functions of other modules, which bind them.
    pub(super) fn check_handed_on(&self, rule: &Metadata, known: &Known<'_>, facts: &BindFacts<'_>) -> Vec<Draft> {
        let file = known.file;
        if !WILDCARDS.iter().any(|wildcard| file.text().contains(wildcard)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for call in file.calls().take(MOST_CALLS).filter(|call| passes_wildcard(file, call)) {
            let forwards = file.forwards(call.callee);
            // A sink of the user's is one in its own right.
            if forwards.is_empty()
                || file.callees(call.callee).iter().any(|callee| self.sinks.position(&callee.path).is_some())
            {
                continue;
            }
            for (sink, forward) in self.sinks_of(&forwards) {
                found.extend(self.check_forward(rule, known, facts, &call, &sink, forward));
            }
        }
        found
    }
}

impl UnrestrictedBind {
    /// The findings about wildcards that `known`'s file gives a name, and that other modules read and bind.
    pub(super) fn check_shared(&self, rule: &Metadata, known: &Known<'_>, facts: &BindFacts<'_>) -> Vec<Draft> {
        let file = known.file;
        if !file.text().contains(SHARED) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for shared in file.shared_texts() {
            let is_it = string_value(shared.literal).is_some_and(|text| is_looked_for(&text));
            if !is_it {
                continue;
            }
            let call = assigned(&shared);
            let forwards = file.readers(&shared.name);
            for (sink, forward) in self.sinks_of(&forwards) {
                found.extend(self.check_forward(rule, known, facts, &call, &sink, forward));
            }
        }
        found
    }

    /// The sinks to which `forwards` hand something on, as sinks of what is handed on.
    fn sinks_of<'a>(&'a self, forwards: &'a [Forward]) -> impl Iterator<Item = (Sink, &'a Forward)> {
        let rows = forwards.iter().flat_map(|forward| self.sinks.of(&forward.callee).map(move |sink| (sink, forward)));
        rows.filter_map(|(sink, forward)| Some((handed_on(sink, forward, forwards)?, forward)))
    }

    /// The findings about `call`, which gives `forward` a value that it hands on to `sink`.
    fn check_forward(
        &self,
        rule: &Metadata,
        known: &Known<'_>,
        facts: &BindFacts<'_>,
        call: &Call<'_>,
        sink: &Sink,
        forward: &Forward,
    ) -> Vec<Draft> {
        let file = known.file;
        let unknown = || {
            let callee =
                Callee { path: sink.callable.clone(), via: Vec::new(), dialect: Dialect::Both, receiver: None };
            Socket::of(known, call, &callee, sink)
        };
        let socket = file.ask_where_called(forward, |other, bind| {
            let callee = other.callees(bind.callee).into_iter().find(|callee| callee.path == sink.callable)?;
            Some(Socket::of(&Known::of(other), bind, &callee, sink))
        });
        let socket = socket.unwrap_or_else(unknown);
        if socket.family == Family::Other || socket.is_probe && !self.probes {
            return Vec::new();
        }
        let handed_on = Some(forward).filter(|forward| forward.given != Given::All);
        Bound { file, known, call, sink, socket, facts, rule, handed_on }.check()
    }
}

/// The assignment of a shared text as a call of its target with the value, which is its first argument.
fn assigned<'f>(shared: &SharedText<'f>) -> Call<'f> {
    let SharedText { target, value, .. } = *shared;
    Call { node: target.statement(), callee: target, list: value, arguments: vec![Argument::Positional(value)] }
}

/// Whether an argument of `call`, of a function from another module, may be a wildcard, a tuple that begins with one, or an object that
/// may have one as an attribute. Only then are
/// the other modules read; and to follow every argument of every call would cost as much.
fn passes_wildcard(file: &PythonFile, call: &Call<'_>) -> bool {
    let is_wildcard = |text: &str| matches!(Wildcard::of(text), Some(Wildcard::V4 | Wildcard::V6 { .. }));
    let may_hold = |value: &Value<'_>| string_value(value.node).is_some_and(|text| is_wildcard(&text));
    let may_be = |node: Node<'_>, name: &str| match node.kind() {
        Kind::String => string_value(node).is_some_and(|text| is_wildcard(&text)),
        _ => (names_address(name) || names_address(node.text())) && file.sources_here(node).iter().any(may_hold),
    };
    let passes = |argument: &Argument<'_>| {
        let (node, name) = match argument {
            Argument::Keyword { name, value, .. } => (*value, *name),
            _ => (argument.value(), ""),
        };
        let first = node.named_children().next().filter(|_| matches!(node.kind(), Kind::Tuple | Kind::List));
        may_be(first.unwrap_or(node), name) || file.is_own_object(node)
    };
    let is_foreign = || file.qualified_name(call.callee).is_some_and(|path| !is_standard_module(&path));
    call.arguments.iter().any(passes) && is_foreign()
}

/// Whether an expression or keyword is called as addresses are.
fn names_address(text: &str) -> bool {
    const MOST_CHARACTERS: usize = 80;
    let text = text.to_ascii_uppercase();
    text.len() <= MOST_CHARACTERS && ADDRESS_PARTS.iter().chain(&["IP"]).any(|part| text.contains(part))
}

/// The function that hands an argument on to `sink`, by `forward`, as a sink; `all` are its other arguments. None if the argument is
/// not the address.
fn handed_on(sink: &Sink, forward: &Forward, all: &[Forward]) -> Option<Sink> {
    let Given::One { parameter, argument, element, .. } = &forward.given else { return Some(sink.clone()) };
    let takes = match (sink.takes, element) {
        (Takes::Address | Takes::Listener, Some(0)) => Takes::Host,
        (_, Some(_)) => return None,
        (takes, None) => takes,
    };
    if !argument.meets(&ArgumentPlace { index: sink.index, keyword: sink.keyword.clone() }) {
        return None;
    }
    // The parameter that becomes the port of the same call.
    let of_row =
        sink.port.as_ref().map(|port| ArgumentPlace { index: Some(port.index), keyword: Some(port.keyword.clone()) });
    let port = |other: &Forward| {
        let Given::One { parameter, argument: other_argument, element, attribute: None } = &other.given else {
            return None;
        };
        let is_same_call = other.callee == forward.callee && other.place == forward.place;
        let is_beside = other_argument == argument && *element == Some(1);
        let is_port = is_beside || of_row.as_ref().is_some_and(|port| port.meets(other_argument));
        let ArgumentPlace { index, keyword } = parameter.clone();
        let port = Parameter { index: index.unwrap_or(usize::MAX), keyword: keyword? };
        (is_same_call && is_port).then_some(port)
    };
    Some(Sink {
        callable: forward.callee.clone(),
        takes,
        method: false,
        index: parameter.index,
        keyword: parameter.keyword.clone(),
        port: all.iter().find_map(port),
        server_class: None,
        omitted: Omitted::Nothing,
        needs_port: false,
        stubbed_by: Vec::new(),
        unless: Vec::new(),
        dual_stack: None,
        ..sink.clone()
    })
}
