//! What the two rules about `http.client` connections share: the context argument, what a connection object is used for
//! later, positional arguments whose meaning depends on the Python.

use crate::edit::arguments;
use crate::python::literals::string_value;
use crate::python::{Call, Dialect, Node, NodeId, PythonFile, ScopeKind};
use crate::transform::{Companion, Fragment, Gate, Row, SymbolicEdit, last_segment};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::HashMap;

/// One class in a table of connection classes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ConnectionClass {
    /// Qualified name.
    pub(crate) name: String,
    /// The class that speaks TLS, in the same module.
    #[serde(default)]
    pub(crate) tls: Option<String>,
    /// The TLS class verifies by default and takes the same arguments: its name is all that changes.
    #[serde(default)]
    pub(crate) verifies_by_default: bool,
    /// What the file's bytes must have beside the class's name, where that is too common a word.
    #[serde(default)]
    pub(crate) beside: Vec<String>,
    /// The plaintext port.
    #[serde(default)]
    pub(crate) port: Option<u16>,
    /// The TLS port.
    #[serde(default)]
    pub(crate) tls_port: Option<u16>,
    /// Positional parameters on Python 2.
    #[serde(default)]
    pub(crate) python2: Vec<String>,
    /// Positional parameters on Python 3.
    #[serde(default)]
    pub(crate) python3: Vec<String>,
}

impl Row for ConnectionClass {
    fn name(&self) -> &str {
        &self.name
    }
}

impl ConnectionClass {
    /// What must stand in a file that calls it.
    pub(crate) fn gate(&self) -> Gate {
        let words = vec![last_segment(&self.name).to_string()];
        let with = if self.beside.is_empty() { Vec::new() } else { vec![Companion::OneOf(self.beside.clone())] };
        Gate { words, as_methods: false, with }
    }
}

/// `context=ssl.create_default_context()`, as seen from byte offset `site`.
pub(crate) fn verified_context(site: usize) -> Vec<Fragment> {
    let mut text = vec![Fragment::Text("context=".to_string())];
    text.extend(default_context(site));
    text
}

/// `ssl.create_default_context()`, as seen from byte offset `site`.
pub(crate) fn default_context(site: usize) -> Vec<Fragment> {
    vec![Fragment::Member { module: "ssl", member: "create_default_context", site }, Fragment::Text("()".to_string())]
}

/// Edits that make the positional arguments from the third on keywords, so that they mean the same to a class with other
/// parameters. None when their meaning is not certain: `dialect` decides which of `class`'s two signatures holds.
pub(crate) fn name_positional(
    source: &str,
    class: &ConnectionClass,
    call: &Call<'_>,
    dialect: Dialect,
    drop_none: &[&str],
) -> Option<Vec<SymbolicEdit>> {
    let positional = call.positional();
    let extra = positional.get(2..).unwrap_or_default();
    let mut edits = Vec::new();
    let mut dropped = Vec::new();
    for (index, value) in extra.iter().enumerate() {
        let on_2 = class.python2.get(index + 2);
        let on_3 = class.python3.get(index + 2);
        let name = match dialect {
            Dialect::Python2 => on_2,
            Dialect::Python3 => on_3,
            Dialect::Both => on_2.filter(|name| Some(*name) == on_3),
        }?;
        if drop_none.contains(&name.as_str()) {
            if value.kind() != "none" {
                return None;
            }
            dropped.push(*value);
        } else {
            edits.push(arguments::name_argument(*value, name));
        }
    }
    edits.extend(arguments::remove_arguments(source, call, &dropped)?);
    Some(edits)
}

/// What stands in any parentheses around nothing but it.
pub(crate) fn without_parentheses(mut node: Node<'_>) -> Node<'_> {
    while let Some(inner) = node.named_children().next().filter(|_| node.kind() == "parenthesized_expression") {
        node = inner;
    }
    node
}

/// Whether an object is later used in a way that its class's twin would break.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LaterUse {
    /// `.set_tunnel(…)`, or a `CONNECT` or proxy request.
    pub(crate) tunnels: bool,
    /// `.sock = …`.
    pub(crate) socket_replaced: bool,
}

/// What the objects of one file are later used for. Answers are kept: many calls may be assigned to one name.
pub(crate) struct LaterUses<'f> {
    file: &'f PythonFile,
    /// By the part of the file and the name or attribute that an object is assigned to there.
    known: RefCell<HashMap<(NodeId, String), LaterUse>>,
}

impl<'f> LaterUses<'f> {
    pub(crate) fn of(file: &'f PythonFile) -> Self {
        Self { file, known: RefCell::default() }
    }

    /// What happens to the object that `call` makes, under the name or attribute that it is assigned to.
    pub(crate) fn of_call(&self, call: Node<'_>) -> LaterUse {
        let file = self.file;
        let mut found = LaterUse::default();
        if let Some(parent) = call.parent().filter(|parent| parent.kind() == "attribute") {
            found.see(parent);
        }
        let Some(target) = target_of(call) else { return found };
        let binding = file.owner_bindings(target.text(), target.start()).first().and_then(|id| file.binding(*id));
        let scope = binding.map_or_else(|| file.scope_of(target), |binding| binding.scope);
        let scope = file.scope(scope);
        let in_class = scope.is_some_and(|scope| scope.kind == ScopeKind::Class);
        let within = match target.kind() {
            "attribute" => file.enclosing_class(call),
            _ => scope.map(|scope| scope.node),
        };
        let within: Node<'_> = within.map_or(file.root(), |node: NodeId| file.node(node));
        let known = *self
            .known
            .borrow_mut()
            .entry((within.id(), target.text().to_string()))
            .or_insert_with(|| LaterUse::under_name(file, within, target.text(), in_class));
        LaterUse {
            tunnels: found.tunnels || known.tunnels,
            socket_replaced: found.socket_replaced || known.socket_replaced,
        }
    }
}

impl LaterUse {
    /// What happens in `within` to the object that is called `name`, one of a class body if `in_class`.
    fn under_name(file: &PythonFile, within: Node<'_>, name: &str, in_class: bool) -> Self {
        let mut found = Self::default();
        let mut names = vec![name.to_string()];
        if in_class {
            names.extend(["self.", "cls."].map(|object| format!("{object}{name}")));
        }
        // The object under another name: `d = c`.
        for _ in 0..4 {
            let more: Vec<String> =
                file.names_assigned_from(&names).into_iter().filter(|name| !names.contains(name)).take(16).collect();
            if more.is_empty() {
                break;
            }
            names.extend(more);
        }
        for name in ["set_tunnel", "_set_tunnel", "_tunnel_host", "sock", "request", "putrequest"] {
            for attribute in file.attributes_called_in(name, within) {
                let object = attribute.field("object").map(|object| object.text().trim_matches(['(', ')', ' ']));
                if object.is_some_and(|object| names.iter().any(|name| name == object)) {
                    found.see(attribute);
                }
            }
        }
        found
    }

    fn see(&mut self, attribute: Node<'_>) {
        let name = attribute.field("attribute").map(Node::text).unwrap_or_default();
        let parent = attribute.parent();
        let called = parent.and_then(Call::of).filter(|call| call.callee == attribute);
        match name {
            "set_tunnel" | "_set_tunnel" | "_tunnel_host" => self.tunnels = true,
            "sock" => {
                let is_target = attribute.field_name() == Some("left")
                    || parent.is_some_and(|parent| matches!(parent.kind(), "pattern_list" | "tuple_pattern"));
                self.socket_replaced |= is_target;
            }
            "request" | "putrequest" => {
                let text = |index, name| {
                    called.as_ref().and_then(|call| call.argument(Some(index), Some(name))).and_then(string_value)
                };
                let connects = text(0, "method").is_some_and(|method| method.eq_ignore_ascii_case("CONNECT"));
                // An absolute URL is what a client sends to a proxy (RFC 9112, 3.2.2).
                let proxied = text(1, "url").is_some_and(|url| url.starts_with("http://"));
                self.tunnels |= connects || proxied;
            }
            _ => {}
        }
    }
}

/// The name or attribute that the value of `call` is assigned to.
fn target_of(call: Node<'_>) -> Option<Node<'_>> {
    let mut value = call;
    while let Some(around) = value.parent().filter(|around| {
        matches!(around.kind(), "parenthesized_expression" | "conditional_expression" | "boolean_operator")
    }) {
        value = around;
    }
    let parent = value.parent()?;
    let target = match parent.kind() {
        "assignment" if value.field_name() == Some("right") => parent.field("left")?,
        "named_expression" => parent.field("name")?,
        "as_pattern" => parent.field("alias")?.named_children().next()?,
        "expression_list" | "tuple" => {
            let index = parent.named_children().position(|element| element == value)?;
            let assignment = parent.parent().filter(|around| around.kind() == "assignment")?;
            assignment.field("left")?.named_children().nth(index)?
        }
        _ => return None,
    };
    matches!(target.kind(), "identifier" | "attribute").then_some(target)
}

/// Whether class `class` of this file, or one of its bases in this file, defines method `name`.
pub(crate) fn defines(file: &PythonFile, class: NodeId, name: &str) -> bool {
    let defined_here = |class: Node<'_>| {
        class.field("body").is_some_and(|body| {
            body.named_children().any(|child| {
                let definition =
                    if child.kind() == "decorated_definition" { child.field("definition") } else { Some(child) };
                definition.is_some_and(|definition| {
                    definition.kind() == "function_definition"
                        && definition.field("name").is_some_and(|found| found.text() == name)
                })
            })
        })
    };
    std::iter::once(class).chain(file.local_bases(class)).any(|class| defined_here(file.node(class)))
}
