//! `http.client.HTTPConnection(…)` becomes `HTTPSConnection(…, context=ssl.create_default_context())`.
//!
//! Half of the work is to leave calls alone: one in three real ones is an arm of a choice between the two classes
//! ([`scheme_switch`]), others open tunnels or speak to this very machine ([`host`]).

mod host;
mod scheme_switch;
mod url_client;

use super::connection::{self, ConnectionClass, LaterUses};
use crate::edit::arguments;
use crate::python::literals::{StringLiteral, integer_value};
use crate::python::{Argument, BindingKind, Call, Callee, Dialect, Node, PythonFile, Step};
use crate::query::Site;
use crate::transform::{
    Definition, FileContext, Finding, Fix, Gate, Metadata, Reason, Rename, Rows, SymbolicEdit, Table, Transform,
    last_segment,
};
use scheme_switch::Choices;
use serde::Deserialize;
use std::sync::LazyLock;
use url_client::UrlClient;

pub(super) static TRANSFORM: LazyLock<PlaintextHttpConnection> =
    LazyLock::new(|| PlaintextHttpConnection(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct PlaintextHttpConnection(Definition<Tables>);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Tables {
    callables: Rows<ConnectionClass>,
    url_clients: Rows<UrlClient>,
}

impl Transform for PlaintextHttpConnection {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        let tables = &self.0.tables;
        match name {
            "callables" => Some(&tables.callables),
            "url-clients" => Some(&tables.url_clients),
            _ => None,
        }
    }

    fn gates(&self) -> Vec<Gate> {
        let tables = &self.0.tables;
        tables.callables.0.iter().map(ConnectionClass::gate).chain([url_client::gate(&tables.url_clients)]).collect()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], _: &FileContext) -> Vec<Finding> {
        let around = Around { file, later_uses: LaterUses::of(file), choices: Choices::of(file) };
        let judge = |site| {
            let found = self.judge_call(&around, site);
            found.or_else(|| url_client::judge(&self.0.tables.url_clients, file, site))
        };
        sites.iter().filter_map(judge).collect()
    }

    fn explanation(&self) -> &'static str {
        include_str!("explain.md")
    }
}

/// The file around the calls, with what is asked of it again and again.
struct Around<'f> {
    file: &'f PythonFile,
    later_uses: LaterUses<'f>,
    choices: Choices<'f>,
}

/// What is known of a call while it is judged.
struct Judgement {
    /// Why there is no fix.
    refusals: Vec<Reason>,
    /// Why the fix is unsafe.
    doubts: Vec<Reason>,
    edits: Vec<SymbolicEdit>,
    renames: Vec<Rename>,
}

impl PlaintextHttpConnection {
    fn judge_call<'f>(&'static self, around: &Around<'f>, site: &Site<'f>) -> Option<Finding> {
        let file = around.file;
        let callees = file.callees(site.callee);
        let callee = callees.iter().find(|callee| self.0.tables.callables.contains(&callee.path))?;
        let class = self.0.tables.callables.find(&callee.path)?;
        let call = Call::of(site.node)?;
        if let Some(Step::Subclass(subclass)) = callee.steps.last()
            && connection::defines(file, *subclass, "connect")
        {
            // A Unix socket, a pipe, a tunnel: it has its own way to connect.
            return None;
        }
        let mut judgement =
            Judgement { refusals: Vec::new(), doubts: Vec::new(), edits: Vec::new(), renames: Vec::new() };
        match &class.tls {
            Some(_) if callee.is_choice() => {
                // A class or a name that speaks of TLS makes it a choice of the scheme; another plaintext class does not.
                let is_scheme = callees.iter().any(|other| other.path.to_lowercase().contains("https"));
                judgement.refusals.push(if is_scheme { Reason::SchemeSwitch } else { Reason::Conditional });
            }
            Some(tls) => self.rewrite(around, &call, callee, class, tls, &mut judgement),
            None => judgement.refusals.push(Reason::LegacyClass),
        }
        let name = last_identifier(site.callee);
        Some(finish(judgement, class, name))
    }

    fn rewrite<'f>(
        &self,
        around: &Around<'f>,
        call: &Call<'f>,
        callee: &Callee,
        class: &ConnectionClass,
        tls: &'static str,
        judgement: &mut Judgement,
    ) {
        let file = around.file;
        judgement.rewrite_callee(file, call, callee, tls);
        if around.choices.is_arm(call.node) {
            judgement.refusals.push(Reason::SchemeSwitch);
        }
        let later = around.later_uses.of_call(call.node);
        if later.tunnels || later.socket_replaced {
            judgement.refusals.push(Reason::Tunnel);
        }
        judgement.rewrite_arguments(file, call, callee.dialect, class);
        judgement.rewrite_port(file, call, class);
        if judgement.refusals.is_empty() && !class.verifies_by_default {
            let context = connection::verified_context(call.node.start());
            let added = arguments::add_keyword(file.text(), call, &judgement.edits, &context);
            judgement.edits.extend(added);
        }
    }
}

impl Judgement {
    /// Makes the callee's name, or the value of the alias that it is, the TLS class.
    fn rewrite_callee(&mut self, file: &PythonFile, call: &Call<'_>, callee: &Callee, tls: &'static str) {
        let class_path = &callee.path;
        let named = match callee.steps.as_slice() {
            [] => Some(call.callee),
            // An alias of the module: the class's name stands in the call.
            [Step::Alias(_)] if without_parentheses(call.callee).kind() == "attribute" => Some(call.callee),
            [Step::Alias(id)] => {
                // Other uses of the alias would silently change too.
                let only_use = file.uses(*id).len() == 1;
                self.doubts.push(Reason::Alias);
                match file.binding(*id).map(|binding| &binding.kind) {
                    Some(BindingKind::Assign { value }) if only_use => Some(file.node(*value)),
                    _ => None,
                }
            }
            [Step::ParameterDefault(id)] => {
                self.doubts.push(Reason::ParameterDefault);
                match file.binding(*id).map(|binding| &binding.kind) {
                    Some(BindingKind::Parameter { default: Some(default), annotation: None })
                        if file.uses(*id).len() == 1 =>
                    {
                        Some(file.node(*default))
                    }
                    _ => None,
                }
            }
            [.., Step::Subclass(_)] => {
                self.refusals.push(Reason::Subclass);
                return;
            }
            [Step::Attribute(_), ..] => {
                self.refusals.push(Reason::Attribute);
                return;
            }
            _ => None,
        };
        let named = named.map(without_parentheses);
        // A module that hands on the plaintext class need not have the other one.
        let twin = class_path.rsplit_once('.').map(|(module, _)| format!("{module}.{tls}"));
        if named.is_some_and(|named| file.sibling(named, tls) != twin) {
            self.refusals.push(Reason::Alias);
            return;
        }
        match named.map(|node| (node, node.kind())) {
            Some((node, "attribute")) => self.edits.push(last_identifier(node).replaced_by(tls)),
            Some((node, "identifier")) => self.renames.push(Rename { name: node.span(), to: tls }),
            _ => self.refusals.push(Reason::Alias),
        }
    }

    fn rewrite_arguments(&mut self, file: &PythonFile, call: &Call<'_>, dialect: Dialect, class: &ConnectionClass) {
        if call.has_star() {
            self.refusals.push(Reason::StarArguments);
            return;
        }
        if call.double_star().is_some() {
            self.doubts.push(Reason::StarArguments);
        }
        if call.argument(Some(0), Some("host")).is_none() && call.double_star().is_none() {
            self.refusals.push(Reason::UncertainArgument);
        }
        if class.verifies_by_default {
            // The two classes' parameters are the same as far as the table goes, or without end.
            if !class.python3.is_empty() && call.positional().len() > class.python3.len() {
                self.refusals.push(Reason::UncertainArgument);
            }
            return;
        }
        match connection::name_positional(file.text(), class, call, dialect, &[]) {
            Some(edits) => self.edits.extend(edits),
            None => self.refusals.push(Reason::UncertainArgument),
        }
        for argument in &call.arguments {
            let Argument::Keyword { name, node, .. } = argument else { continue };
            let on_2 = class.python2.iter().any(|known| known == name);
            let on_3 = class.python3.iter().any(|known| known == name);
            match (on_2, on_3) {
                (_, true) => {}
                // Python 3.4 took `strict` away.
                (true, false) if dialect == Dialect::Python2 => {}
                (true, false) => match arguments::remove_arguments(file.text(), call, &[*node]) {
                    Some(edits) => self.edits.extend(edits),
                    None => self.refusals.push(Reason::UncertainArgument),
                },
                (false, false) => self.refusals.push(Reason::UncertainArgument),
            }
        }
    }

    fn rewrite_port(&mut self, file: &PythonFile, call: &Call<'_>, class: &ConnectionClass) {
        let (Some(plain), Some(secure)) = (class.port, class.tls_port) else { return };
        let host = call.argument(Some(0), Some("host"));
        if let Some(host) = host
            && host::is_local(file, host)
        {
            self.doubts.push(Reason::LocalHost);
        }
        match call.argument(Some(1), Some("port")) {
            Some(port) if port.kind() != "none" => {
                let literal = StringLiteral::of(port);
                let number = match &literal {
                    Some(literal) => literal.value.as_deref().and_then(|text| text.trim().parse().ok()),
                    None => integer_value(port),
                };
                match (number, literal) {
                    (Some(number), Some(literal)) if number == u64::from(plain) => {
                        self.edits.push(host::replace_content(literal.content, &secure.to_string()));
                    }
                    (Some(number), None) if number == u64::from(plain) => {
                        self.edits.push(port.replaced_by(secure.to_string()));
                    }
                    (Some(number), _) if number == u64::from(secure) => {}
                    _ => self.doubts.push(Reason::NonDefaultPort),
                }
            }
            _ => match host.map(|host| host::port_in(file, host, plain, secure)) {
                Some(host::PortInHost::Plain(span)) => {
                    self.edits.push(host::replace_content(span, &secure.to_string()));
                }
                Some(host::PortInHost::Other) => self.doubts.push(Reason::NonDefaultPort),
                Some(host::PortInHost::Absent) | None => {}
            },
        }
    }
}

fn finish(judgement: Judgement, class: &ConnectionClass, name: Node<'_>) -> Finding {
    let Judgement { refusals, doubts, edits, renames } = judgement;
    let tls = class.tls.as_deref().unwrap_or_default();
    let (mut reasons, fix) = if refusals.is_empty() {
        let title = match class.verifies_by_default {
            true => format!("connect with {tls}"),
            false => format!("connect with {tls} and a verified context"),
        };
        (doubts, Some(Fix { title, edits, renames }))
    } else {
        (refusals, None)
    };
    reasons.sort();
    reasons.dedup();
    let help = match (&fix, class.tls.is_some()) {
        (Some(_), _) if class.verifies_by_default => format!("use `{tls}`, which verifies by default"),
        (Some(_), _) => format!("use `{tls}` with `context=ssl.create_default_context()`"),
        (None, true) => format!("use `{tls}` with a verified context where this is not already decided elsewhere"),
        (None, false) => {
            "use `http.client.HTTPSConnection` with a verified context instead of this old class".to_string()
        }
    };
    Finding {
        rule: &TRANSFORM.0.metadata.id,
        message: format!("`{}` sends everything in plaintext", last_segment(&class.name)),
        span: name.span(),
        related: Vec::new(),
        reasons,
        fix,
        help,
    }
}

/// The identifier that names a callee: the last one of an attribute.
fn last_identifier(callee: Node<'_>) -> Node<'_> {
    let callee = without_parentheses(callee);
    callee.field("attribute").unwrap_or(callee)
}

fn without_parentheses(mut node: Node<'_>) -> Node<'_> {
    while let Some(inner) = node.named_children().next().filter(|_| node.kind() == "parenthesized_expression") {
        node = inner;
    }
    node
}
