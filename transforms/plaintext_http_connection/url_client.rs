//! Clients that are given a URL: `ServerProxy("http://…")` becomes `ServerProxy("https://…", context=…)`.

use super::super::connection;
use super::super::{host, judgement::last_identifier};
use super::TRANSFORM;
use crate::edit::arguments;
use crate::python::literals::StringLiteral;
use crate::python::{Call, Node, PythonFile};
use crate::query::Site;
use crate::source::Span;
use crate::transform::{Companion, Finding, Fix, Fragment, Gate, Reason, Row, Rows, SymbolicEdit, last_segment};
use serde::Deserialize;

/// One row; the fields are explained in `transform.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UrlClient {
    name: String,
    keyword: String,
    context: String,
    unless: Parameter,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    index: usize,
    keyword: String,
}

impl Row for UrlClient {
    fn name(&self) -> &str {
        &self.name
    }
}

const PLAIN: &str = "http://";

/// What must stand in a file that calls one; a URL that is no literal is no finding.
pub(super) fn gate(clients: &Rows<UrlClient>) -> Gate {
    let words = clients.0.iter().map(|client| last_segment(&client.name).to_string()).collect();
    let one_of = |text: &str| Companion::OneOf(vec![text.to_string()]);
    // Every spelling of the module has `xmlrpc` in it.
    Gate { words, as_methods: false, with: vec![one_of("xmlrpc"), one_of(PLAIN)] }
}

/// The finding of a call of one of `clients` with an `http://` URL.
pub(super) fn judge(clients: &Rows<UrlClient>, file: &PythonFile, site: &Site<'_>) -> Option<Finding> {
    let callee = file.callees(site.callee).into_iter().find(|callee| clients.find(&callee.path).is_some())?;
    let client = clients.find(&callee.path)?;
    let call = Call::of(site.node)?;
    let url = call.argument(Some(0), Some(&client.keyword))?;
    // `"http://%s/" % host`, `"http://" + host`: what follows the literal may be a port.
    let first = leading_literal(url);
    let literal = StringLiteral::of(first)?;
    let written = file.text().get(literal.content.start..literal.content.end)?;
    let authority = written.strip_prefix(PLAIN)?.split(['/', '?', '#']).next()?;
    let mut refusals = Vec::new();
    let mut doubts = Vec::new();
    if !callee.steps.is_empty() {
        refusals.push(Reason::Alias);
    }
    if call.has_star() || call.double_star().is_some() {
        refusals.push(Reason::StarArguments);
    }
    // A transport of its own makes the connection, and a context was meant for TLS already.
    if call
        .argument(Some(client.unless.index), Some(&client.unless.keyword))
        .is_some_and(|value| value.kind() != "none")
        || call.keyword(&client.context).is_some()
    {
        refusals.push(Reason::UncertainArgument);
    }
    let scheme_end = literal.content.start + PLAIN.len() - "://".len();
    let mut edits = vec![insert(scheme_end, "s")];
    let host = authority.rsplit('@').next().unwrap_or(authority);
    if host::is_local_name(host) || host::is_local(file, url) {
        doubts.push(Reason::LocalHost);
    }
    match host::split_port(host) {
        Some((_, "80")) => {
            let end = literal.content.start + PLAIN.len() + authority.len();
            edits.push(host::replace_content(Span { start: end - "80".len(), end }, "443"));
        }
        Some((_, "" | "443")) | None => {}
        Some(_) => doubts.push(Reason::NonDefaultPort),
    }
    // An interpolated host or port is not known.
    let is_whole =
        first == url || written.get(PLAIN.len()..).is_some_and(|rest| rest.contains('/') && !rest.contains(['%', '{']));
    if literal.value.is_none() && authority.contains(':') || !is_whole {
        doubts.push(Reason::NonDefaultPort);
    }
    let context = connection::verified_context(call.node.start());
    let added = arguments::add_keyword(file.text(), &call, &edits, &context);
    edits.extend(added);
    Some(finish(client, last_identifier(site.callee), refusals, doubts, edits))
}

/// What a concatenation or a format begins with; the expression itself for any other.
fn leading_literal(mut url: Node<'_>) -> Node<'_> {
    loop {
        let inner = match url.kind() {
            "binary_operator" => url.field("left"),
            "call" => url
                .field("function")
                .filter(|callee| callee.text().ends_with(".format"))
                .and_then(|callee| callee.field("object")),
            _ => None,
        };
        match inner {
            Some(inner) => url = inner,
            None => return url,
        }
    }
}

fn insert(at: usize, text: &str) -> SymbolicEdit {
    SymbolicEdit { span: Span { start: at, end: at }, text: vec![Fragment::Text(text.to_string())] }
}

fn finish(
    client: &UrlClient,
    name: Node<'_>,
    refusals: Vec<Reason>,
    doubts: Vec<Reason>,
    edits: Vec<SymbolicEdit>,
) -> Finding {
    let title = "connect with https:// and a verified context".to_string();
    let fix = refusals.is_empty().then(|| Fix { title, edits, renames: Vec::new() });
    let mut reasons = if fix.is_some() { doubts } else { refusals };
    reasons.sort();
    reasons.dedup();
    Finding {
        rule: &TRANSFORM.0.metadata.id,
        message: format!("`{}` with an http:// URL sends everything in plaintext", last_segment(&client.name)),
        span: name.span(),
        related: Vec::new(),
        reasons,
        fix,
        help: "use an https:// URL with `context=ssl.create_default_context()`".to_string(),
    }
}
