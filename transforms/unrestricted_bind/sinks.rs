//! The table of sinks: callables that bind the address they are given. `transform.toml` explains the fields.

use crate::problem::Problem;
use crate::python::{Call, Dialect, Kind, Node, dialect, last_segment};
use crate::rule::{
    Beside, Constants, PrefilterPattern, Standing, Table, identifier, optional_identifier, qualified, refused,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

/// The rows, in the order of the file.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Sinks(pub(super) Vec<Sink>);

/// One row of the table; the fields are explained in `transform.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, remote = "Self")]
pub(super) struct Sink {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    pub(super) callable: String,
    /// What the argument is.
    pub(super) takes: Takes,
    /// Whether it is called on an instance.
    #[serde(default)]
    pub(super) method: bool,
    /// Zero-based position of the argument.
    #[serde(default)]
    pub(super) index: Option<usize>,
    /// Its name.
    #[serde(default, deserialize_with = "optional_identifier")]
    pub(super) keyword: Option<String>,
    /// For `takes = "host"`: the port.
    #[serde(default)]
    pub(super) port: Option<Parameter>,
    /// The class whose address family is bound.
    #[serde(default)]
    pub(super) server_class: Option<Parameter>,
    /// The meaning of a missing host.
    #[serde(default)]
    pub(super) omitted: Omitted,
    /// Without a port, or with `None`, nothing is bound.
    #[serde(default)]
    pub(super) needs_port: bool,
    /// Attributes of the object with which a test decides what is bound.
    #[serde(default)]
    pub(super) stubbed_by: Vec<String>,
    /// The meaning of an empty host.
    #[serde(default)]
    pub(super) empty: Empty,
    /// What kind of socket the callable binds.
    #[serde(default)]
    pub(super) transport: Transport,
    /// Keyword arguments that replace the address.
    #[serde(default)]
    pub(super) unless: Vec<String>,
    /// A keyword argument that makes the socket listen on IPv6 and IPv4.
    #[serde(default, deserialize_with = "optional_identifier")]
    pub(super) dual_stack: Option<String>,
    /// Its own documentation says that it is for development.
    #[serde(default)]
    pub(super) development: bool,
    /// An empty host makes it listen on IPv4 and IPv6.
    #[serde(default)]
    pub(super) empty_is_dual: bool,
    /// The file must contain one of these words, instead of the name of the module.
    #[serde(default)]
    pub(super) beside: Vec<String>,
    /// The file must contain one of these words, if the callable's last part is too common a word.
    #[serde(default)]
    pub(super) words: Vec<String>,
    /// It is of a configuration: the callable may be one of the project itself.
    #[serde(skip)]
    pub(super) is_configured: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Takes {
    /// A (host, port) tuple or list.
    Address,
    /// The host alone.
    Host,
    /// A `host:port` text.
    HostPort,
    /// An address or a `host:port` text.
    Listener,
    /// A description of an endpoint, as Twisted has them: `tcp:8000:interface=127.0.0.1`.
    Endpoint,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Omitted {
    /// Nothing in particular.
    #[default]
    Nothing,
    /// Every interface; so does `None`.
    Everywhere,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Empty {
    /// Every interface.
    #[default]
    Everywhere,
    /// It is not a valid host.
    Error,
    /// Loopback.
    Loopback,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Transport {
    /// A stream.
    #[default]
    Stream,
    /// Datagrams.
    Datagram,
    /// Datagrams to a group.
    Multicast,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    /// Zero-based position.
    pub(super) index: usize,
    /// Its name.
    #[serde(deserialize_with = "identifier")]
    pub(super) keyword: String,
}

impl Table for Sinks {
    fn position(&self, qualified: &str) -> Option<usize> {
        let class = class_of(qualified);
        self.0.iter().position(|sink| sink.callable == class)
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|sink| sink.callable.as_str()).collect()
    }

    fn last_segments(&self) -> Vec<&str> {
        self.0.iter().map(|sink| last_segment(&sink.callable)).chain(["__init__"]).collect()
    }
}

impl<'de> Deserialize<'de> for Sink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Row)
    }
}

/// Reads a row and validates it as a whole, while its place is known.
struct Row;

impl<'de> Visitor<'de> for Row {
    type Value = Sink;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sink, A::Error> {
        let sink = Sink::deserialize(MapAccessDeserializer::new(map))?;
        match (sink.index, &sink.keyword) {
            (None, None) => Err(refused(&Problem::new(
                "this sink does not say which argument is the address",
                "write its `index`, its `keyword`, or both",
            ))),
            _ => Ok(sink),
        }
    }
}

/// The arguments are hidden by a `*` or `**`.
pub(super) struct StarArguments;

impl Sinks {
    /// The rows for a callable, or for the class of an `__init__`.
    pub(super) fn of(&self, qualified: &str) -> impl Iterator<Item = &Sink> {
        let class = class_of(qualified);
        self.0.iter().filter(move |sink| sink.callable == class)
    }

    /// What must stand in a file that has one of them. Sinks of one name have one pattern, with any of their modules: names like
    /// `run` stand in many files, and a file is searched once a pattern.
    pub(super) fn prefilter(&self) -> Vec<PrefilterPattern> {
        let mut patterns: Vec<PrefilterPattern> = Vec::new();
        for pattern in self.0.iter().flat_map(|sink| [Some(sink.prefilter()), sink.prefilter_of_import()]).flatten() {
            let same = patterns.iter_mut().find(|known| {
                known.words == pattern.words
                    && known.standing == pattern.standing
                    && known.beside.get(1..) == pattern.beside.get(1..)
            });
            match (same.and_then(|known| known.beside.first_mut()), pattern.beside.first()) {
                (Some(Beside::Imported(known)), Some(Beside::Imported(modules)))
                | (Some(Beside::OneOf(known)), Some(Beside::OneOf(modules))) => {
                    known.extend(modules.iter().filter(|module| !known.contains(module)).cloned().collect::<Vec<_>>());
                }
                _ => patterns.push(pattern),
            }
        }
        patterns
    }
}

/// The class whose `__init__` is called, or the callable itself.
fn class_of(qualified: &str) -> &str {
    qualified.strip_suffix(".__init__").unwrap_or(qualified)
}

/// How a string literal with a non-empty wildcard begins: with a zero, a colon or bracket, or an escape of one.
const BEGINNINGS: [&str; 12] = ["0", "::", "[:", "[0", "\\x", "\\u", "\\U", "\\0", "\\1", "\\6", "\\7", "\\\n"];

/// Parts of the names that programs use for a bind address.
pub(super) const ADDRESS_PARTS: [&str; 5] = ["HOST", "ADDR", "BIND", "LISTEN", "INTERFACE"];

/// How the constants of `socket` begin that have one of these parts.
const SOCKET_CONSTANTS: [&str; 7] = ["SO_", "INADDR", "AI_", "NI_", "IP_", "IPV6_", "EAI_"];

/// The constants of other modules that may hold an address.
fn address_constants() -> Constants {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect();
    Constants { parts: owned(&ADDRESS_PARTS), except: owned(&SOCKET_CONSTANTS) }
}

impl Sink {
    /// The argument that says where to bind. `Err` if a `*` or `**` may contain it.
    pub(super) fn place<'f>(&self, call: &Call<'f>) -> Result<Option<Node<'f>>, StarArguments> {
        match call.argument(self.index, self.keyword.as_deref()) {
            Some(argument) => Ok(Some(argument)),
            None if call.has_star() || call.double_star().is_some() => Err(StarArguments),
            None => Ok(None),
        }
    }

    /// Whether another argument replaces the address.
    pub(super) fn is_given_otherwise(&self, call: &Call<'_>) -> bool {
        self.unless.iter().any(|keyword| call.keyword(keyword).is_some_and(|value| value.kind() != Kind::None))
    }

    /// Whether it binds nothing because there is no port.
    pub(super) fn lacks_port(&self, call: &Call<'_>) -> bool {
        let port = self.port.as_ref().and_then(|port| call.argument(Some(port.index), Some(&port.keyword)));
        let may_be_hidden = call.has_star() || call.double_star().is_some();
        self.needs_port && !may_be_hidden && port.is_none_or(|port| port.kind() == Kind::None)
    }

    /// The same for a method of an object that another module of the project gives, so that nothing here names the library:
    /// `from app import app`, `app.run(host="0.0.0.0")`. The address must be written out.
    fn prefilter_of_import(&self) -> Option<PrefilterPattern> {
        let is_known = !self.method || dialect(self.callable.split('.').next()?) == Dialect::Python3;
        let quoted = ["'", "\""].iter().flat_map(|quote| ["0.0.0.0", "::"].map(|host| format!("{quote}{host}{quote}")));
        (!is_known && self.callable != "socket.socket.bind").then(|| PrefilterPattern {
            words: vec![last_segment(&self.callable).to_string()],
            standing: Standing::Method,
            beside: vec![Beside::OneOf(vec!["import".to_string()]), Beside::OneOf(quoted.collect())],
        })
    }

    /// What a file that uses it must contain; a row from a configuration may belong to the project itself.
    fn prefilter(&self) -> PrefilterPattern {
        let mut beside = Vec::new();
        let module = self.callable.split('.').next().unwrap_or_default();
        if !self.beside.is_empty() {
            beside.push(Beside::OneOf(self.beside.clone()));
        } else if dialect(module) != Dialect::Python3 {
            // The renamed modules go by other names too; what they have is called by names that are rare enough.
            beside.push(match self.is_configured {
                // A relative import names only the inner modules, and the module itself does not import it.
                true => {
                    let modules = self.callable.split('.').rev().skip(1);
                    Beside::OneOf(modules.map(str::to_string).collect())
                }
                false => Beside::Imported(vec![module.to_string()]),
            });
        }
        if self.omitted == Omitted::Nothing {
            // `":8000"`: no host before the colon.
            let port_alone = matches!(self.takes, Takes::HostPort | Takes::Listener).then_some(":");
            let beginnings = BEGINNINGS.into_iter().chain(port_alone).map(String::from).collect();
            beside.push(Beside::Literal { beginnings, constants: address_constants() });
        }
        let (words, standing) = match self.words.as_slice() {
            [] if self.method => (vec![last_segment(&self.callable).to_string()], Standing::Method),
            [] => (vec![last_segment(&self.callable).to_string()], Standing::Taken),
            words => (words.to_vec(), Standing::Anywhere),
        };
        PrefilterPattern { words, standing, beside }
    }
}
