//! The tables of the rule: who makes contexts, and who takes them.

use crate::python::{Call, Node, PythonFile};
use crate::rule::{Row, Rows, identifier, qualified};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
pub struct UnverifiedHttpsContext {
    /// Callables that take a context.
    pub(super) clients: Rows<Client>,
    /// Callables that create a context that verifies nothing.
    pub(super) makers: Rows<Maker>,
    /// Callables that create a context that verifies.
    pub(super) verifying: Rows<Maker>,
    /// Callables that accept connections with a context.
    pub(super) servers: Rows<Client>,
    /// Functions that wrap a socket without a context.
    pub(super) wrappers: Rows<Maker>,
    /// Methods that connect with a context, of objects whose type is often not known.
    pub(super) connecting_methods: Vec<Method>,
    /// Methods that accept connections with a context, of objects whose type is often not known.
    pub(super) serving_methods: Vec<Method>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Client {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    pub(super) name: String,
    /// The keyword of the context.
    #[serde(deserialize_with = "identifier")]
    pub(super) keyword: String,
    /// Without a context, it makes one that verifies.
    #[serde(default)]
    pub(super) verifies: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Maker {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    pub(super) name: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Method {
    /// Its name.
    #[serde(deserialize_with = "identifier")]
    pub(super) name: String,
    /// The keyword of the context.
    #[serde(deserialize_with = "identifier")]
    pub(super) keyword: String,
}

impl Row for Client {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Row for Maker {
    fn name(&self) -> &str {
        &self.name
    }
}

impl UnverifiedHttpsContext {
    /// Whether a call of `path` makes a context that verifies nothing, unless its arguments say otherwise.
    pub(super) fn is_maker(&self, path: &str) -> bool {
        self.makers.find(path).is_some()
    }

    /// Whether a call of one of `paths`, or of `method` of any object, connects with the context that it gets as `keyword`.
    pub(super) fn connects(&self, paths: &[String], method: Option<&str>, keyword: Option<&str>) -> bool {
        takes(&self.clients, &self.connecting_methods, paths, method, keyword)
    }

    /// Whether it accepts connections with that context.
    pub(super) fn serves(&self, paths: &[String], method: Option<&str>, keyword: Option<&str>) -> bool {
        takes(&self.servers, &self.serving_methods, paths, method, keyword)
    }

    /// Whether `callee` verifies if it gets no context.
    pub(super) fn verifies_by_default(&self, file: &PythonFile, callee: Node<'_>) -> bool {
        let paths = file.callees(callee);
        self.clients.0.iter().any(|row| row.verifies && paths.iter().any(|callee| callee.path == row.name))
    }

    /// Whether `call` gets a context.
    pub(super) fn is_given(&self, call: &Call<'_>) -> bool {
        call.double_star().is_some() || self.clients.0.iter().any(|row| call.keyword(&row.keyword).is_some())
    }
}

fn takes(
    rows: &Rows<Client>,
    methods: &[Method],
    paths: &[String],
    method: Option<&str>,
    keyword: Option<&str>,
) -> bool {
    let by_name = rows.0.iter().any(|row| paths.contains(&row.name) && keyword == Some(row.keyword.as_str()));
    by_name || methods.iter().any(|row| method == Some(row.name.as_str()) && keyword == Some(row.keyword.as_str()))
}
