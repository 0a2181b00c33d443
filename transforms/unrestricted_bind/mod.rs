//! A wildcard that reaches a socket's address becomes loopback, where the wildcard was written.
//!
//! The sinks are a table; [`address`] reads hosts, [`socket`] says what kind of socket the sink binds. A finding is one
//! literal: sinks that share it are its related places.

mod address;
mod socket;

use crate::python::literals::{StringLiteral, integer_value, string_value};
use crate::python::{BindingId, Call, Callee, Node, NodeId, PythonFile, ScopeKind, Step, Value};
use crate::query::Site;
use crate::source::Span;
use crate::transform::{
    Companion, Definition, FileContext, Finding, Fix, Fragment, Gate, Metadata, Reason, Related, SymbolicEdit, Table,
    Transform, last_segment,
};
use address::{Family, Wildcard};
use serde::Deserialize;
use socket::{Socket, SocketUse};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) static TRANSFORM: LazyLock<UnrestrictedBind> =
    LazyLock::new(|| UnrestrictedBind(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct UnrestrictedBind(Definition<Tables>);

#[derive(Debug, Deserialize)]
struct Tables {
    sinks: Sinks,
}

#[derive(Debug, Deserialize)]
struct Sinks(Vec<Sink>);

/// One row of the table; the fields are explained in `transform.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Sink {
    callable: String,
    takes: Takes,
    #[serde(default)]
    method: bool,
    index: usize,
    #[serde(default)]
    keyword: Option<String>,
    #[serde(default)]
    port: Option<Parameter>,
    #[serde(default)]
    server_class: Option<Parameter>,
    #[serde(default)]
    omitted: Omitted,
    #[serde(default)]
    empty: Empty,
    #[serde(default)]
    transport: Transport,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    dual_stack: Option<String>,
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Takes {
    Address,
    Host,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Omitted {
    #[default]
    Nothing,
    Everywhere,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Empty {
    #[default]
    Everywhere,
    Error,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Transport {
    #[default]
    Stream,
    Datagram,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    index: usize,
    keyword: String,
}

impl Table for Sinks {
    fn contains(&self, qualified: &str) -> bool {
        self.find(qualified).is_some()
    }

    fn last_segments(&self) -> Vec<&str> {
        self.0.iter().map(|sink| last_segment(&sink.callable)).chain(["__init__"]).collect()
    }
}

impl Sinks {
    /// The row of a callable, or of the class whose `__init__` it is.
    fn find(&self, qualified: &str) -> Option<&Sink> {
        let class = qualified.strip_suffix(".__init__").unwrap_or(qualified);
        self.0.iter().find(|sink| sink.callable == class)
    }
}

/// How a string literal begins whose contents are a wildcard, if it is not empty: a zero, a colon or bracket, an escape of one.
const BEGINNINGS: [&str; 8] = ["0", "::", "[:", "[0", "\\x", "\\u", "\\0", "\\\n"];

/// Modules that go by other names too; what they have is called by names that are rare enough.
const RENAMED_MODULES: [&str; 3] = ["http", "socketserver", "xmlrpc"];

impl Sink {
    /// What must stand in a file that binds through it.
    fn gate(&self) -> Gate {
        let words = match self.words.as_slice() {
            [] => vec![last_segment(&self.callable).to_string()],
            words => words.to_vec(),
        };
        let mut with = Vec::new();
        let module = self.callable.split('.').next().unwrap_or_default();
        if !RENAMED_MODULES.contains(&module) {
            with.push(Companion::OneOf(vec![module.to_string()]));
        }
        if self.omitted == Omitted::Nothing {
            with.push(Companion::LiteralBeginning(BEGINNINGS.iter().map(ToString::to_string).collect()));
        }
        Gate { words, as_methods: self.method, with }
    }
}

impl Transform for UnrestrictedBind {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        (name == "sinks").then_some(&self.0.tables.sinks as &dyn Table)
    }

    fn gates(&self) -> Vec<Gate> {
        self.0.tables.sinks.0.iter().map(Sink::gate).collect()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], context: &FileContext) -> Vec<Finding> {
        let known = Known::of(file);
        let mut found: Vec<Finding> = Vec::new();
        let mut by_span: HashMap<Span, usize> = HashMap::new();
        for finding in sites.iter().flat_map(|site| self.judge_call(&known, site, context)) {
            match by_span.get(&finding.span).and_then(|index| found.get_mut(*index)) {
                Some(earlier) => merge(earlier, finding),
                None => {
                    by_span.insert(finding.span, found.len());
                    found.push(finding);
                }
            }
        }
        found
    }

    fn explanation(&self) -> &'static str {
        include_str!("explain.md")
    }
}

/// Two sinks that share a literal: one finding, whose fix is as safe as the less safe of the two.
fn merge(known: &mut Finding, other: Finding) {
    known.related.extend(other.related);
    known.reasons.extend(other.reasons);
    known.reasons.sort();
    known.reasons.dedup();
    if other.fix.is_none() {
        known.fix = None;
    }
}

impl UnrestrictedBind {
    fn judge_call(&'static self, known: &Known<'_>, site: &Site<'_>, context: &FileContext) -> Vec<Finding> {
        let file = known.file;
        let sinks = &self.0.tables.sinks;
        let callee = file.callees(site.callee).into_iter().find(|callee| sinks.contains(&callee.path));
        let (Some(callee), Some(mut call)) = (callee, Call::of(site.node)) else { return Vec::new() };
        let Some(sink) = sinks.find(&callee.path) else { return Vec::new() };
        if is_overridden(file, &callee, sink) || call.has_star() || call.double_star().is_some() {
            return Vec::new();
        }
        // `Base.__init__(self, …)`: the instance comes first.
        if callee.path.ends_with(".__init__") && !callee.steps.iter().any(|step| matches!(step, Step::Subclass(_))) {
            if call.arguments.is_empty() {
                return Vec::new();
            }
            call.arguments.remove(0);
        }
        if sink.unless.iter().any(|keyword| call.keyword(keyword).is_some_and(|value| value.kind() != "none")) {
            return Vec::new();
        }
        let socket = Socket::of(known, &call, &callee, sink);
        if socket.family == Family::Other {
            return Vec::new();
        }
        let argument = call.argument(Some(sink.index), sink.keyword.as_deref());
        let bound = Bound { file, known, call: &call, sink, socket, context, rule: &self.0.metadata.id };
        match argument {
            None if sink.omitted == Omitted::Everywhere => vec![bound.omitted()],
            None => Vec::new(),
            Some(argument) if sink.takes == Takes::Host => {
                if argument.kind() == "none" && sink.omitted == Omitted::Everywhere {
                    return vec![bound.omitted()];
                }
                let port = sink.port.as_ref().and_then(|port| call.argument(Some(port.index), Some(&port.keyword)));
                bound.judge_hosts(file.values(argument), port)
            }
            Some(argument) => {
                file.values(argument).into_iter().flat_map(|address| bound.judge_address(&address)).collect()
            }
        }
    }
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

/// What is known of the file, kept from call to call: many may bind one name, or one socket.
struct Known<'f> {
    file: &'f PythonFile,
    sharing: RefCell<HashMap<BindingId, Sharing>>,
    sockets: RefCell<HashMap<SocketName, SocketUse>>,
}

/// A part of the file and a socket's name there, with the first binding that the name has.
type SocketName = (NodeId, String, Option<BindingId>);

/// What else a name is used for.
#[derive(Debug, Clone, Copy)]
enum Sharing {
    /// Nothing.
    Sole,
    Shared,
    /// It says that it is the wildcard, or the file compares it with one.
    Sentinel,
}

impl<'f> Known<'f> {
    fn of(file: &'f PythonFile) -> Self {
        Self { file, sharing: RefCell::default(), sockets: RefCell::default() }
    }

    fn sharing(&self, name: BindingId) -> Sharing {
        *self.sharing.borrow_mut().entry(name).or_insert_with(|| {
            let uses = self.file.uses(name);
            if self.file.binding(name).is_some_and(|binding| says_everywhere(&binding.name))
                || uses.iter().any(|name| is_compared_with_wildcard(*name))
            {
                Sharing::Sentinel
            } else if uses.len() > 1 || self.file.shares_value(name) {
                Sharing::Shared
            } else {
                Sharing::Sole
            }
        })
    }
}

/// A call that binds, with what is known of it.
struct Bound<'a, 'f> {
    file: &'f PythonFile,
    known: &'a Known<'f>,
    call: &'a Call<'f>,
    sink: &'a Sink,
    socket: Socket,
    context: &'a FileContext,
    rule: &'static str,
}

impl<'f> Bound<'_, 'f> {
    fn judge_address(&self, address: &Value<'f>) -> Vec<Finding> {
        if !matches!(address.node.kind(), "tuple" | "list" | "expression_list") {
            return Vec::new();
        }
        let elements: Vec<Node<'f>> = address.node.named_children().filter(|element| !element.is_error()).collect();
        // (host, port), and (host, port, flow, scope) for IPv6.
        let (Some(host), Some(port), true) = (elements.first(), elements.get(1), matches!(elements.len(), 2 | 4))
        else {
            return Vec::new();
        };
        let hosts = self
            .file
            .values(*host)
            .into_iter()
            .map(|mut host| {
                host.names.extend(address.names.iter().copied());
                host.reassigned |= address.reassigned;
                host
            })
            .collect();
        self.judge_hosts(hosts, Some(*port))
    }

    fn judge_hosts(&self, hosts: Vec<Value<'f>>, port: Option<Node<'f>>) -> Vec<Finding> {
        hosts.into_iter().filter_map(|host| self.judge_host(&host, port)).collect()
    }

    fn judge_host(&self, host: &Value<'f>, port: Option<Node<'f>>) -> Option<Finding> {
        let wildcard = Wildcard::of(&string_value(host.node)?)?;
        if wildcard == Wildcard::Empty && self.sink.empty == Empty::Error {
            return None;
        }
        let literal = StringLiteral::of(host.node);
        let mut refusals = Vec::new();
        let mut doubts = self.socket.doubts.clone();
        if host.reassigned {
            refusals.push(Reason::Reassigned);
        }
        if self.makes_dual_stack() {
            refusals.push(Reason::DualStack);
        }
        if literal.is_none() {
            refusals.push(Reason::NotEditable);
        }
        if self.socket.family == Family::Variable && wildcard == Wildcard::Empty {
            // `""` is for either family, 127.0.0.1 an error for IPv6.
            refusals.push(Reason::Conditional);
        }
        if self.expects_wildcard(host.node) {
            refusals.push(Reason::Sentinel);
        }
        for name in &host.names {
            match self.known.sharing(*name) {
                Sharing::Sentinel => refusals.push(Reason::Sentinel),
                Sharing::Shared => doubts.push(Reason::SharedValue),
                Sharing::Sole => {}
            }
            let scope = self.file.binding(*name).and_then(|binding| self.file.scope(binding.scope));
            if scope.is_some_and(|scope| scope.kind == ScopeKind::Class) {
                // Readable as an attribute from anywhere.
                doubts.push(Reason::Attribute);
            }
        }
        if port.is_some_and(|port| self.is_public(port)) {
            doubts.push(Reason::PublicPort);
        }
        if self.socket.family == Family::Unknown && wildcard == Wildcard::Empty {
            doubts.push(Reason::Conditional);
        }
        if self.context.container {
            doubts.push(Reason::Container);
        }
        let loopback = wildcard.loopback(self.socket.family);
        let fix = literal.filter(|_| refusals.is_empty()).map(|literal| Fix {
            title: format!("bind to {loopback}"),
            edits: vec![SymbolicEdit { span: literal.content, text: vec![Fragment::Text(loopback.to_string())] }],
            renames: Vec::new(),
        });
        let mut reasons = if fix.is_some() { doubts } else { refusals };
        reasons.sort();
        reasons.dedup();
        let related = match self.call.node.contains(host.node) {
            true => Vec::new(),
            false => vec![Related { message: "bound here".to_string(), span: self.call.callee.span() }],
        };
        let help = match self.context.container {
            true => format!("bind to {loopback}, and publish through a HOST setting in the image"),
            false => format!("bind to {loopback}, or to the one address that is meant"),
        };
        let message = "this binds to every network interface".to_string();
        Some(Finding { rule: self.rule, message, span: host.node.span(), related, reasons, fix, help })
    }

    /// Whether the function around the call compares with, or asserts, the same address: of the socket, once it is bound.
    fn expects_wildcard(&self, host: Node<'f>) -> bool {
        let Some(scope) = self.file.scope(self.file.scope_of(self.call.node)) else { return false };
        let Some(address) = string_value(host).filter(|address| !address.is_empty()) else { return false };
        scope.kind == ScopeKind::Function
            && self.file.node(scope.node).descendants().any(|other| {
                other != host && string_value(other).is_some_and(|other| other == address) && is_expected(other)
            })
    }

    /// The finding for a host that is left out.
    fn omitted(&self) -> Finding {
        let keyword = self.sink.keyword.as_deref().unwrap_or("host");
        Finding {
            rule: self.rule,
            message: format!("`{}` without a host binds to every network interface", self.call.callee.text()),
            span: self.call.node.span(),
            related: Vec::new(),
            reasons: vec![Reason::OmittedHost],
            fix: None,
            help: format!("pass `{keyword}=\"127.0.0.1\"`, or the one address that is meant"),
        }
    }

    fn makes_dual_stack(&self) -> bool {
        self.sink
            .dual_stack
            .as_deref()
            .and_then(|keyword| self.call.keyword(keyword))
            .is_some_and(|value| value.kind() != "false")
    }

    /// Whether `port` is meant to be reached from outside: 80, 443, or whatever the environment says.
    fn is_public(&self, port: Node<'f>) -> bool {
        self.file.values(port).iter().any(|value| {
            let number = integer_value(value.node).or_else(|| string_value(value.node)?.parse().ok());
            matches!(number, Some(80 | 443))
                || value
                    .node
                    .descendants()
                    .any(|name| name.kind() == "identifier" && matches!(name.text(), "environ" | "getenv"))
        })
    }
}

/// Whether a value is one side of a comparison, `in` a tuple of one, or an argument of `assertEqual` and the like.
fn is_expected(value: Node<'_>) -> bool {
    let around = value.ancestors().find(|node| !matches!(node.kind(), "tuple" | "list" | "set" | "argument_list"));
    around.is_some_and(|around| match Call::of(around) {
        Some(call) => last_segment(call.callee.text()).starts_with("assert"),
        None => around.kind() == "comparison_operator",
    })
}

/// Whether a name says that it is the wildcard: `INADDR_ANY`, `any_addr`, `ALL_INTERFACES`. Another value under it would lie.
fn says_everywhere(name: &str) -> bool {
    name.to_ascii_lowercase().split('_').any(|word| matches!(word, "any" | "all" | "wildcard" | "everywhere"))
}

/// Whether a read of a name is compared with a wildcard: `if host == ""`, `host in ("", "0.0.0.0")`.
fn is_compared_with_wildcard(name: Node<'_>) -> bool {
    let Some(comparison) = name.parent().filter(|parent| parent.kind() == "comparison_operator") else { return false };
    comparison.descendants().filter_map(string_value).any(|text| Wildcard::of(&text).is_some())
}
