//! The table of sinks: callables that bind what they are given. The fields are explained in `transform.toml`.

use crate::python::{Call, Node};
use crate::transform::{Companion, Gate, Table, last_segment};
use serde::Deserialize;

/// The rows, in the order of the file.
#[derive(Debug, Deserialize)]
pub(super) struct Sinks(pub(super) Vec<Sink>);

/// One row of the table; the fields are explained in `transform.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Sink {
    pub(super) callable: String,
    pub(super) takes: Takes,
    #[serde(default)]
    pub(super) method: bool,
    #[serde(default)]
    pub(super) index: Option<usize>,
    #[serde(default)]
    pub(super) keyword: Option<String>,
    #[serde(default)]
    pub(super) port: Option<Parameter>,
    #[serde(default)]
    pub(super) server_class: Option<Parameter>,
    #[serde(default)]
    pub(super) omitted: Omitted,
    #[serde(default)]
    pub(super) empty: Empty,
    #[serde(default)]
    pub(super) transport: Transport,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    #[serde(default)]
    pub(super) dual_stack: Option<String>,
    #[serde(default)]
    pub(super) words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Takes {
    Address,
    Host,
    HostPort,
    Listener,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Omitted {
    #[default]
    Nothing,
    Everywhere,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Empty {
    #[default]
    Everywhere,
    Error,
    Loopback,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Transport {
    #[default]
    Stream,
    Datagram,
    Multicast,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    pub(super) index: usize,
    pub(super) keyword: String,
}

impl Table for Sinks {
    fn contains(&self, qualified: &str) -> bool {
        self.of(qualified).next().is_some()
    }

    fn last_segments(&self) -> Vec<&str> {
        self.0.iter().map(|sink| last_segment(&sink.callable)).chain(["__init__"]).collect()
    }
}

/// What is passed cannot be seen.
pub(super) struct StarArguments;

impl Sinks {
    /// The rows of a callable, or of the class whose `__init__` it is.
    pub(super) fn of(&self, qualified: &str) -> impl Iterator<Item = &Sink> {
        let class = qualified.strip_suffix(".__init__").unwrap_or(qualified);
        self.0.iter().filter(move |sink| sink.callable == class)
    }

    /// What must stand in a file that has one of them. Sinks of one name have one gate, with any of their modules: names like
    /// `run` stand in many files, and a file is searched once a gate.
    pub(super) fn gates(&self) -> Vec<Gate> {
        let mut gates: Vec<Gate> = Vec::new();
        for gate in self.0.iter().map(Sink::gate) {
            let same = gates.iter_mut().find(|known| {
                known.words == gate.words
                    && known.as_methods == gate.as_methods
                    && known.with.get(1..) == gate.with.get(1..)
            });
            match (same.and_then(|known| known.with.first_mut()), gate.with.first()) {
                (Some(Companion::OneOf(known)), Some(Companion::OneOf(modules))) => {
                    known.extend(modules.iter().filter(|module| !known.contains(module)).cloned().collect::<Vec<_>>());
                }
                _ => gates.push(gate),
            }
        }
        gates
    }
}

/// How a string literal begins whose contents are a wildcard, if it is not empty: a zero, a colon or bracket, an escape of one.
const BEGINNINGS: [&str; 12] = ["0", "::", "[:", "[0", "\\x", "\\u", "\\U", "\\0", "\\1", "\\6", "\\7", "\\\n"];

/// Modules that go by other names too; what they have is called by names that are rare enough.
const RENAMED_MODULES: [&str; 3] = ["http", "socketserver", "xmlrpc"];

impl Sink {
    /// The argument that says where to bind. `Err` where a `*` or `**` may bring it.
    pub(super) fn place<'f>(&self, call: &Call<'f>) -> Result<Option<Node<'f>>, StarArguments> {
        match call.argument(self.index, self.keyword.as_deref()) {
            Some(argument) => Ok(Some(argument)),
            None if call.has_star() || call.double_star().is_some() => Err(StarArguments),
            None => Ok(None),
        }
    }

    /// Whether an argument takes the place of the address.
    pub(super) fn is_given_otherwise(&self, call: &Call<'_>) -> bool {
        self.unless.iter().any(|keyword| call.keyword(keyword).is_some_and(|value| value.kind() != "none"))
    }

    /// What must stand in a file that binds through it.
    fn gate(&self) -> Gate {
        let mut with = Vec::new();
        let module = self.callable.split('.').next().unwrap_or_default();
        if !RENAMED_MODULES.contains(&module) {
            with.push(Companion::OneOf(vec![module.to_string()]));
        }
        if self.omitted == Omitted::Nothing {
            // `":8000"`: nothing before the colon.
            let port_alone = matches!(self.takes, Takes::HostPort | Takes::Listener).then_some(":");
            let beginnings = BEGINNINGS.into_iter().chain(port_alone).map(String::from);
            with.push(Companion::LiteralBeginning(beginnings.collect()));
        }
        let words = match self.words.as_slice() {
            [] => vec![last_segment(&self.callable).to_string()],
            words => words.to_vec(),
        };
        Gate { words, as_methods: self.method, with }
    }
}
