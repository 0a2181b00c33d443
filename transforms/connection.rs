//! What the rules about connections share: the context argument, the later use of a connection object, and positional
//! arguments whose meaning depends on the Python version.

use crate::finding::{Fragment, SymbolicEdit};
use crate::python::syntax::literals::string_value;
use crate::python::{
    Argument, Assignment, BindingKind, Call, Dialect, Kind, NamedExpression, Node, NodeId, PythonFile, ScopeKind,
    last_segment,
};
use crate::rewrite::arguments;
use crate::rule::{Beside, PrefilterPattern, Row, Standing, identifier, optional_identifier, qualified};
use schemars::JsonSchema;
use serde::Deserialize;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

/// One class in a table of connection classes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ConnectionClass {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    pub(crate) name: String,
    /// The TLS class, in the same module.
    #[serde(default, deserialize_with = "optional_identifier")]
    pub(crate) tls: Option<String>,
    /// Names of TLS classes that are not drop-in replacements.
    #[serde(default)]
    pub(crate) tls_names: Vec<String>,
    /// The TLS class verifies by default and takes the same arguments: only its name changes.
    #[serde(default)]
    pub(crate) verifies_by_default: bool,
    /// The file must also contain one of these, if the class's name is too common a word.
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
    /// The keyword of the TLS class's context.
    #[serde(default = "context", deserialize_with = "identifier")]
    pub(crate) context: String,
    /// The host may contain a port: `"h:80"`.
    #[serde(default = "yes")]
    pub(crate) port_in_host: bool,
    /// A missing or empty host means this machine.
    #[serde(default)]
    pub(crate) local_by_default: bool,
    /// Methods that upgrade an open connection to TLS.
    #[serde(default)]
    pub(crate) upgrades: Vec<String>,
    /// Methods that a subclass defines to connect in its own way.
    #[serde(default)]
    pub(crate) connects_by: Vec<String>,
}

fn context() -> String {
    "context".to_string()
}

fn yes() -> bool {
    true
}

impl Row for ConnectionClass {
    fn name(&self) -> &str {
        &self.name
    }
}

impl ConnectionClass {
    /// Qualified name of the TLS class.
    pub(crate) fn twin(&self) -> Option<String> {
        let (module, _) = self.name.rsplit_once('.')?;
        Some(format!("{module}.{}", self.tls.as_deref()?))
    }

    /// Parts of names that mean TLS, in lower case.
    pub(crate) fn tls_names(&self) -> Vec<String> {
        self.tls.iter().chain(&self.tls_names).map(|name| name.to_ascii_lowercase()).collect()
    }

    /// What a file that calls it must contain.
    pub(crate) fn prefilter(&self) -> PrefilterPattern {
        let words = vec![last_segment(&self.name).to_string()];
        if self.beside.is_empty() {
            return PrefilterPattern { words, ..PrefilterPattern::default() };
        }
        PrefilterPattern { words, standing: Standing::Taken, beside: vec![Beside::OneOf(self.beside.clone())] }
    }
}

/// What the standard library's clients call, of `ssl`, if they get no context.
pub(crate) const DEFAULT_CONTEXT: &str = "_create_default_https_context";

/// `context=ssl.create_default_context()`, as seen from byte offset `site`.
pub(crate) fn verified_context(site: usize) -> Vec<Fragment> {
    verified_context_as("context", site)
}

/// As `verified_context`, with another keyword.
pub(crate) fn verified_context_as(keyword: &str, site: usize) -> Vec<Fragment> {
    let mut text = vec![Fragment::Text(format!("{keyword}="))];
    text.extend(default_context(site));
    text
}

/// What the fixes of connection classes need.
pub(crate) const VERIFIED_CONTEXT: &str = "ssl.create_default_context";

/// `ssl.create_default_context()`, as seen from byte offset `site`.
pub(crate) fn default_context(site: usize) -> Vec<Fragment> {
    vec![Fragment::Member { module: "ssl", member: "create_default_context", site }, Fragment::Text("()".to_string())]
}

/// Edits that turn the positional arguments from the third on into keywords, so that they mean the same to a class with
/// other parameters. `None` if their meaning is not certain: `dialect` decides which of `class`'s two signatures
/// applies.
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
            if value.kind() != Kind::None {
                return None;
            }
            dropped.push(*value);
        } else {
            edits.push(arguments::name_argument(*value, name));
        }
    }
    dropped.extend(call.arguments.iter().filter_map(|argument| match argument {
        Argument::Keyword { name, value, node } if drop_none.contains(name) && value.kind() == Kind::None => {
            Some(*node)
        }
        _ => None,
    }));
    edits.extend(arguments::remove_arguments(source, call, &dropped)?);
    Some(edits)
}

/// Whether an object is later used in a way that the TLS class would break.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LaterUse {
    /// `.set_tunnel(…)`, or a `CONNECT` or proxy request.
    pub(crate) tunnels: bool,
    /// `.sock = …`, `.connect = …`.
    pub(crate) socket_replaced: bool,
    /// `.port = …`, `.default_port = …`.
    pub(crate) port_set: bool,
}

impl LaterUse {
    fn or(self, other: Self) -> Self {
        Self {
            tunnels: self.tunnels || other.tunnels,
            socket_replaced: self.socket_replaced || other.socket_replaced,
            port_set: self.port_set || other.port_set,
        }
    }
}

/// The later uses of a file's objects. Answers are cached, because many calls may be assigned to one name.
pub(crate) struct LaterUses<'f> {
    file: &'f PythonFile,
    /// By the part of the file, and the name or attribute to which an object is assigned there.
    known: RefCell<HashMap<(NodeId, String), LaterUse>>,
    /// What happens to objects, by the call that made them; `None` for objects of unknown origin.
    strays: OnceCell<HashMap<Option<NodeId>, LaterUse>>,
}

/// The attributes that change what a connection is.
const TELLING: [&str; 11] = [
    "set_tunnel",
    "_set_tunnel",
    "_tunnel_host",
    "sock",
    "connect",
    "__dict__",
    "request",
    "putrequest",
    "urlopen",
    "port",
    "default_port",
];

impl<'f> LaterUses<'f> {
    pub(crate) fn of(file: &'f PythonFile) -> Self {
        Self { file, known: RefCell::default(), strays: OnceCell::new() }
    }

    /// What happens to the object that `call` creates, under the name or attribute to which it is assigned; what
    /// happens to any object, if it is also passed on in another way.
    pub(crate) fn of_call(&self, call: Node<'_>) -> LaterUse {
        let file = self.file;
        if let Some(parent) = call.parent().filter(|parent| parent.kind() == Kind::Attribute) {
            return seen(file, parent);
        }
        let Some(target) = target_of(call) else { return self.strays(call) };
        let binding = file.owner_bindings(target.text(), target.start()).first().and_then(|id| file.binding(*id));
        let scope = binding.map_or_else(|| file.scope_of(target), |binding| binding.scope);
        let scope = file.scope(scope);
        let in_class = scope.is_some_and(|scope| scope.kind == ScopeKind::Class);
        let within = match target.kind() {
            Kind::Attribute => file.enclosing_class(call),
            _ => scope.map(|scope| scope.node),
        };
        let within: Node<'_> = within.map_or(file.root(), |node: NodeId| file.node(node));
        let key = (within.id(), target.text().to_string());
        if let Some(known) = self.known.borrow().get(&key) {
            return *known;
        }
        let mut found = self.under_name(within, target.text(), in_class);
        let bindings = file.owner_bindings(target.text(), target.start()).iter().take(MOST_BINDINGS);
        if bindings.flat_map(|id| file.uses(*id)).any(is_set_by_name) {
            found.socket_replaced = true;
        }
        if self.is_handed_on(target) {
            found = found.or(self.strays(call));
        }
        self.known.borrow_mut().insert(key, found);
        found
    }

    /// What happens in `within` to the object `name`, which belongs to a class body if `in_class`.
    fn under_name(&self, within: Node<'_>, name: &str, in_class: bool) -> LaterUse {
        let file = self.file;
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
        let mut found = LaterUse::default();
        for attribute in TELLING.iter().flat_map(|name| file.attributes_called_in(name, within)) {
            let object = attribute.object().map(|object| object.text().trim_matches(['(', ')', ' ']));
            if object.is_some_and(|object| names.iter().any(|name| name == object)) {
                found = found.or(seen(file, attribute));
            }
        }
        found
    }

    /// Whether the object that is assigned to `target` is also passed on, returned, or put into something: then it may be used
    /// under any name.
    fn is_handed_on(&self, target: Node<'_>) -> bool {
        let file = self.file;
        let hands_on = |read: Node<'_>| {
            read.parent().is_some_and(|around| match around.kind() {
                Kind::Attribute => around.object() != Some(read),
                Kind::Assignment => Assignment::of(around).is_some_and(|made| made.right == Some(read)),
                Kind::ArgumentList
                | Kind::KeywordArgument
                | Kind::ReturnStatement
                | Kind::Yield
                | Kind::List
                | Kind::Tuple
                | Kind::Pair
                | Kind::Set
                | Kind::ExpressionList
                | Kind::ForStatement
                | Kind::Lambda
                | Kind::ConditionalExpression => true,
                _ => false,
            })
        };
        // The object of an attribute may be anything: `client.conn.set_tunnel(…)`.
        target.kind() == Kind::Attribute || {
            let bindings = file.owner_bindings(target.text(), target.start());
            bindings.iter().take(MOST_BINDINGS).flat_map(|id| file.uses(*id)).any(hands_on)
        }
    }

    /// What happens in the file to objects that `call` makes, or that are not known to come from a call in it.
    fn strays(&self, call: Node<'_>) -> LaterUse {
        let strays = self.strays.get_or_init(|| {
            let file = self.file;
            // Every object has a dictionary, and many have a port.
            let names = TELLING.iter().filter(|name| !matches!(**name, "__dict__" | "port" | "default_port"));
            let telling = names.flat_map(|name| file.attributes_called(name));
            let mut strays: HashMap<Option<NodeId>, LaterUse> = HashMap::new();
            for attribute in telling.take(MOST_STRAYS) {
                let found = seen(file, attribute);
                let object = attribute.object().filter(|_| found.tunnels || found.socket_replaced);
                let Some(object) = object.filter(|object| file.class_of_self(*object).is_none()) else { continue };
                let known = strays.entry(maker_of(file, object)).or_default();
                *known = known.or(found);
            }
            strays
        });
        let of = |made_by| strays.get(&made_by).copied().unwrap_or_default();
        of(None).or(of(Some(call.id())))
    }
}

/// Only a hostile file has more.
const MOST_STRAYS: usize = 2_000;
const MOST_BINDINGS: usize = 16;

/// `setattr(connection, "sock", …)`.
fn is_set_by_name(read: Node<'_>) -> bool {
    let call =
        read.parent().filter(|around| around.kind() == Kind::ArgumentList).and_then(Node::parent).and_then(Call::of);
    let name =
        call.filter(|call| call.callee.text() == "setattr").and_then(|call| string_value(*call.positional().get(1)?));
    name.is_some_and(|name| TELLING.contains(&name.as_str()))
}

/// What `object.name` does to the object.
fn seen(file: &PythonFile, attribute: Node<'_>) -> LaterUse {
    let name = attribute.last_identifier().text();
    let parent = attribute.parent();
    let is_target = || {
        attribute.is_target()
            || parent.is_some_and(|parent| matches!(parent.kind(), Kind::PatternList | Kind::TuplePattern))
    };
    match name {
        "set_tunnel" | "_set_tunnel" | "_tunnel_host" => LaterUse { tunnels: true, ..LaterUse::default() },
        "sock" | "connect" => LaterUse { socket_replaced: is_target(), ..LaterUse::default() },
        "port" | "default_port" => LaterUse { port_set: is_target(), ..LaterUse::default() },
        // Code that uses it bypasses the class.
        "__dict__" => LaterUse { socket_replaced: true, ..LaterUse::default() },
        "request" | "putrequest" | "urlopen" => {
            let called = parent.and_then(Call::of).filter(|call| call.callee == attribute);
            let argument = |index, name| called.as_ref().and_then(|call| call.argument(Some(index), Some(name)));
            let method = argument(0, "method").and_then(|method| string_value(file.value(method)?.node));
            let connects = method.is_some_and(|method| method.eq_ignore_ascii_case("CONNECT"));
            // A client sends an absolute URL only to a proxy (RFC 9112, 3.2.2).
            let proxied =
                argument(1, "url").is_some_and(|url| begins_with_scheme(file.value(url).map_or(url, |v| v.node)));
            LaterUse { tunnels: connects || proxied, ..LaterUse::default() }
        }
        _ => LaterUse::default(),
    }
}

/// `"http://…"`, `"http://%s" % …`, `f"http://{host}"`.
fn begins_with_scheme(url: Node<'_>) -> bool {
    let first = url
        .descendants()
        .find(|part| matches!(part.kind(), Kind::StringContent | Kind::Interpolation | Kind::Identifier));
    first.is_some_and(|first| first.kind() == Kind::StringContent && first.text().starts_with("http://"))
}

/// The call that made the object of an expression; `None` if callers that are not seen may pass another.
pub(crate) fn maker_of(file: &PythonFile, object: Node<'_>) -> Option<NodeId> {
    let is_parameter = file
        .reaching(object.text(), object.start())
        .iter()
        .any(|id| matches!(file.binding(*id).map(|binding| &binding.kind), Some(BindingKind::Parameter { .. })));
    file.instance_of(object).filter(|_| !is_parameter)?.made_by
}

/// The name or attribute to which the value of `call` is assigned.
pub(crate) fn target_of(call: Node<'_>) -> Option<Node<'_>> {
    let mut value = call;
    while let Some(around) = value.parent().filter(|around| {
        matches!(around.kind(), Kind::ParenthesizedExpression | Kind::ConditionalExpression | Kind::BooleanOperator)
    }) {
        value = around;
    }
    let parent = value.parent()?;
    let target = match parent.kind() {
        Kind::Assignment => Assignment::of(parent).filter(|made| made.right == Some(value))?.target,
        Kind::NamedExpression => NamedExpression::of(parent)?.name,
        Kind::AsPattern => parent.as_target()?,
        Kind::ExpressionList | Kind::Tuple => {
            let index = parent.named_children().position(|element| element == value)?;
            Assignment::of(parent.parent()?)?.target.named_children().nth(index)?
        }
        _ => return None,
    };
    matches!(target.kind(), Kind::Identifier | Kind::Attribute).then_some(target)
}

/// Whether class `class` in this file, or one of its bases in this file, defines method `name` or assigns it.
pub(crate) fn defines(file: &PythonFile, class: NodeId, name: &str) -> bool {
    std::iter::once(class).chain(file.local_bases(class)).any(|class| !file.class_attributes(class, name).is_empty())
}
