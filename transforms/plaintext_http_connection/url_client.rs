//! Clients that take a URL: `ServerProxy("http://…")` becomes `ServerProxy("https://…", context=…)`.
//!
//! The scheme is edited where it is written: in the call, or at the one name or default through which it comes. A
//! transport argument makes the connection instead of the client, and is rewritten with it.

use super::super::host_kind::HostKind;
use super::super::twin::{self, doubt_about};
use super::super::{connection, host};
use super::{Around, PlaintextHttpConnection};
use crate::finding::{Draft, Fact, Fragment, Reason, Related, SymbolicEdit};
use crate::python::literals::StringLiteral;
use crate::python::{BindingId, Call, Callee, Kind, Node, Piece, PythonFile, Value, last_segment};
use crate::rewrite::arguments;
use crate::rule::reasons::{self, quoted};
use crate::rule::{Beside, Found, Match, PrefilterPattern, Row, Verdict, identifier, optional_identifier, qualified};
use crate::text::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One row; the fields are explained in `transform.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UrlClient {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
    /// The keyword of the URL, which is the first parameter.
    #[serde(deserialize_with = "identifier")]
    keyword: String,
    /// The keyword of the TLS context, if it takes one.
    #[serde(default, deserialize_with = "optional_identifier")]
    context: Option<String>,
    /// The argument for an object that makes the connection instead.
    #[serde(default)]
    transport: Option<Parameter>,
    /// The file must also contain one of these words.
    beside: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Parameter {
    /// Zero-based position.
    index: usize,
    /// Its name.
    keyword: String,
}

/// A class whose objects make a client's connections in plaintext.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Transport {
    /// Qualified name.
    name: String,
    /// The TLS class, in the same module.
    #[serde(deserialize_with = "identifier")]
    tls: String,
}

impl Row for UrlClient {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Row for Transport {
    fn name(&self) -> &str {
        &self.name
    }
}

impl UrlClient {
    /// What a file that calls it must contain; only literal URLs are findings.
    pub(super) fn prefilter(&self) -> PrefilterPattern {
        // Schemes are case-insensitive (RFC 3986, 3.1).
        let beside = Some(&self.beside).filter(|beside| !beside.is_empty()).map(|beside| Beside::OneOf(beside.clone()));
        let beside = beside.into_iter().chain([Beside::OneOf(vec!["://".to_string()])]).collect();
        PrefilterPattern { words: vec![last_segment(&self.name).to_string()], beside, ..PrefilterPattern::default() }
    }
}

const PLAIN: &str = "http://";

/// The findings for those of `matches` that call one of the clients with an `http://` URL. Calls with one URL, which is written once,
/// share a fix: a changed URL needs a context in each of them.
pub(super) fn check<'f>(
    tables: &PlaintextHttpConnection,
    around: &Around<'f>,
    matches: &[&'_ Match<'f>],
) -> Vec<Draft> {
    let sites: Vec<Site<'_, 'f>> = matches.iter().filter_map(|matched| Site::of(tables, around, matched)).collect();
    let mut by_literal: BTreeMap<Span, Vec<Site<'_, 'f>>> = BTreeMap::new();
    for site in sites {
        by_literal.entry(site.url.literal.content).or_default().push(site);
    }
    let mut found = Vec::new();
    for sites in by_literal.into_values() {
        let names: BTreeSet<Option<&[BindingId]>> = sites.iter().map(Site::direct_names).collect();
        // Through different names, more than these calls may read it.
        let users = if names.len() == 1 && !names.contains(&None) { sites.len() } else { 1 };
        let drafts = sites.into_iter().map(|site| site.judge(tables, around, users)).collect();
        found.extend(joined(drafts));
    }
    found
}

/// `drafts` with one fix, which makes all of their edits; with none if one of them has none.
fn joined(mut drafts: Vec<Draft>) -> Vec<Draft> {
    if drafts.iter().any(|draft| draft.fix.is_none()) {
        for draft in drafts.iter_mut().filter(|draft| draft.fix.is_some()) {
            draft.fix = None;
            draft.finding.reasons = vec![reasons::SHARED_FIX];
        }
        return drafts;
    }
    let fixes = || drafts.iter().filter_map(|draft| draft.fix.as_ref());
    let Some(mut whole) = fixes().cloned().reduce(|mut all, fix| {
        all.edits.extend(fix.edits.into_iter().filter(|edit| !all.edits.contains(edit)).collect::<Vec<_>>());
        all.renames.extend(fix.renames.into_iter().filter(|rename| !all.renames.contains(rename)).collect::<Vec<_>>());
        all
    }) else {
        return drafts;
    };
    whole.edits.sort_by_key(|edit| edit.span);
    whole.renames.sort_by_key(|rename| rename.name);
    let reasons = Reason::listed(drafts.iter().flat_map(|draft| draft.finding.reasons.clone()).collect());
    for draft in &mut drafts {
        draft.fix = Some(whole.clone());
        draft.finding.reasons.clone_from(&reasons);
    }
    drafts
}

/// A call of a client with an `http://` URL.
struct Site<'t, 'f> {
    callee: &'t Callee,
    client: &'t UrlClient,
    name: Node<'f>,
    call: Call<'f>,
    /// The argument for the URL.
    given: Node<'f>,
    /// What the URL, or its beginning, may be.
    values: Vec<Value<'f>>,
    url: PlainUrl<'f>,
}

impl<'t, 'f> Site<'t, 'f> {
    fn of(tables: &'t PlaintextHttpConnection, around: &Around<'f>, matched: &'t Match<'f>) -> Option<Self> {
        let (callee, client) = matched.row("url-clients", &tables.url_clients)?;
        let call = Call::of(matched.node)?;
        let given = call.argument(Some(0), Some(&client.keyword))?;
        // `"http://%s/" % host`, `"http://" + host`: a port may follow the literal.
        let values = around.file.sources(leading_literal(given));
        let url = values.iter().find_map(|value| PlainUrl::of(around.file, value))?;
        let name = matched.callee.without_parentheses().last_identifier();
        (!tables.ignore_hosts.hold(url.host())).then_some(Self { callee, client, name, call, given, values, url })
    }

    /// The names through which the URL comes, if nothing else can come by them.
    fn direct_names(&self) -> Option<&[BindingId]> {
        let [value] = self.values.as_slice() else { return None };
        (value.via.is_empty() && !value.reassigned).then_some(value.names.as_slice())
    }

    /// The finding; `users` is the number of calls that read the URL by the same names.
    fn judge(mut self, tables: &PlaintextHttpConnection, around: &Around<'f>, users: usize) -> Draft {
        let file = around.file;
        let mut verdict = Verdict::default();
        self.weigh(&mut verdict, tables, around);
        if let Some(value) = self.values.pop() {
            weigh_way(&mut verdict, file, "the URL", &value, users);
        }
        rewrite_url(&mut verdict, file, &self.url, self.given);
        host::name_ports(&mut verdict, (80, 443));
        rewrite_transport(&mut verdict, tables, around, self.client, &self.call);
        around.tests.weigh_plaintext(&mut verdict, self.call.node);
        let found = found(self.client, self.name, &self.call, &self.url);
        verdict.finish(around.rule, found)
    }

    /// Weighs what is known of the call.
    fn weigh(&self, verdict: &mut Verdict, tables: &PlaintextHttpConnection, around: &Around<'f>) {
        let Self { callee, call, values, url, .. } = self;
        verdict.fix_needs(!tables.needs_plaintext.hold(url.host()), host::needs_plaintext(url.host()));
        if let Some(step) = callee.via.first() {
            verdict.refuse(Reason { slug: reasons::ALIAS.slug, ..doubt_about(around.file, "the class", step) });
        }
        verdict.fix_needs(!call.has_star() && call.double_star().is_none(), twin::star_arguments(call));
        let speaks_tls =
            |value: &Value<'_>| after_scheme(around.file, leading_literal(value.node), "https://").is_some();
        let is_switch = around.choices.is_arm(call.node) || values.iter().any(speaks_tls) || is_beside_tls(call.node);
        verdict.fix_needs(!is_switch, reasons::SCHEME_SWITCH);
        verdict.fix_needs(values.len() <= 1, reasons::CONDITIONAL.says("the program chooses between several URLs"));
        let later = around.later_uses.of_call(call.node);
        twin::weigh_later_use(verdict, later);
    }
}

/// Whether another arm around the call contains a URL with `https://`: `try: … except: …`, `if …: … else: …`.
fn is_beside_tls(call: Node<'_>) -> bool {
    let speaks_tls = |text: Node<'_>| text.kind() == Kind::StringContent && text.text().starts_with("https://");
    let mut below = call;
    for around in call.ancestors().take(MOST_ARMS) {
        match around.kind() {
            Kind::FunctionDefinition | Kind::ClassDefinition => return false,
            Kind::TryStatement | Kind::IfStatement | Kind::ConditionalExpression | Kind::BooleanOperator => {
                let others = around.named_children().filter(|other| *other != below);
                if others.flat_map(Node::descendants).take(MOST_NODES).any(speaks_tls) {
                    return true;
                }
            }
            _ => {}
        }
        below = around;
    }
    false
}

/// Only a hostile file nests deeper, or has more in one statement.
const MOST_ARMS: usize = 64;
const MOST_NODES: usize = 5_000;

/// A literal that begins with `http://`.
struct PlainUrl<'f> {
    literal: StringLiteral,
    node: Node<'f>,
    /// The text after the scheme.
    rest: &'f str,
    /// The literal is the whole URL.
    is_whole: bool,
}

impl<'f> PlainUrl<'f> {
    fn of(file: &'f PythonFile, value: &Value<'f>) -> Option<Self> {
        let node = leading_literal(value.node);
        let (literal, rest) = after_scheme(file, node, PLAIN)?;
        Some(Self { literal, node, rest, is_whole: node == value.node })
    }

    fn authority(&self) -> &'f str {
        self.rest.split(['/', '?', '#']).next().unwrap_or_default()
    }

    /// The authority without a user.
    fn host(&self) -> &'f str {
        self.authority().rsplit('@').next().unwrap_or_default()
    }
}

/// The string literal `node`, and the text in it after `scheme`.
fn after_scheme<'f>(file: &'f PythonFile, node: Node<'f>, scheme: &str) -> Option<(StringLiteral, &'f str)> {
    let literal = StringLiteral::of(node)?;
    let written = file.text().get(literal.content.start..literal.content.end)?;
    let (first, rest) = written.split_at_checked(scheme.len())?;
    first.eq_ignore_ascii_case(scheme).then_some((literal, rest))
}

/// What else an edit of `what` may change, which `users` calls read by the same names.
fn weigh_way(verdict: &mut Verdict, file: &PythonFile, what: &str, value: &Value<'_>, users: usize) {
    if value.reassigned {
        verdict.refuse(reasons::REASSIGNED.says(format!("the name of {} is assigned more than once", &what)));
    }
    verdict.doubt_all(value.via.iter().map(|step| doubt_about(file, what, step)));
    if value.via.is_empty()
        && let Some(id) = value.names.iter().find(|id| host::is_read_by_others(file, **id, users))
    {
        verdict.doubt(twin::shared(file, *id));
    }
}

fn rewrite_url(verdict: &mut Verdict, file: &PythonFile, url: &PlainUrl<'_>, given: Node<'_>) {
    let scheme_end = url.literal.content.start + PLAIN.len() - "://".len();
    let authority = url.authority();
    let is_upper = file.text().get(..scheme_end).is_some_and(|before| before.ends_with('P'));
    verdict.edits.push(insert(scheme_end, if is_upper { "S" } else { "s" }));
    let host = url.host();
    let is_whole_host = url.is_whole && leading_literal(given) == given || url.rest.contains(['/', '?']);
    match HostKind::of(host) {
        _ if host::is_local(file, given) => verdict.doubt(host::local(file, given)),
        _ if !is_whole_host || host.contains(['{', '%']) => {
            verdict.doubt(host::unknown(given));
        }
        kind => verdict.doubt_all(host::doubt_about_kind(kind, host)),
    }
    match host::split_port(host) {
        Some((_, "80")) => {
            let end = scheme_end + "://".len() + authority.len();
            verdict.edits.push(host::replace_content(Span { start: end - "80".len(), end }, "443"));
        }
        // An inserted port is weighed below.
        Some((_, port)) if port.is_empty() || port == "443" || port.contains(['{', '%']) => {}
        None => {}
        Some((_, port)) => {
            let sentence = format!("port {port} is not 80 or 443, and speaks plaintext today");
            verdict.doubt(reasons::NON_DEFAULT_PORT.says(sentence).without(Fact::SpeakTls(vec![host.to_string()])));
        }
    }
    // An interpolated host or port is not known.
    let is_whole =
        url.is_whole && leading_literal(given) == given || url.rest.contains('/') && !url.rest.contains(['%', '{']);
    if url.literal.value.is_none() && authority.contains(':') || !is_whole {
        let sentence =
            format!("the port in {} may be another than 80 and 443, which speaks plaintext today", quoted(given));
        verdict.doubt(reasons::NON_DEFAULT_PORT.says(sentence));
    }
}

/// Gives the client a context; or, if it has a transport, changes the transport's class and gives the transport the
/// context.
fn rewrite_transport(
    verdict: &mut Verdict,
    tables: &PlaintextHttpConnection,
    around: &Around<'_>,
    client: &UrlClient,
    call: &Call<'_>,
) {
    let file = around.file;
    let line_length = around.line_length(verdict);
    let given = client.transport.as_ref().and_then(|at| call.argument(Some(at.index), Some(&at.keyword)));
    let Some(context) = &client.context else { return };
    if call.keyword(context).is_some() {
        // The call was already meant for TLS.
        let sentence = format!("the call already passes `{context}=`, which an http:// URL does not use");
        verdict.refuse(reasons::UNCERTAIN_ARGUMENT.says(sentence));
        return;
    }
    let context = connection::verified_context_as(context, call.node.start());
    let Some(given) = given.filter(|given| given.kind() != Kind::None) else {
        let added = arguments::add_keyword(file.text(), call, &verdict.edits, &context, line_length);
        verdict.edits.extend(added);
        return;
    };
    let value = file.value(given);
    let made = value.as_ref().and_then(|value| Call::of(value.node));
    let class = made.as_ref().and_then(|made| {
        let callee =
            file.callees(made.callee).into_iter().find(|callee| tables.transports.find(&callee.path).is_some())?;
        Some((tables.transports.find(&callee.path)?, callee))
    });
    let (Some(value), Some(made), Some((class, callee))) = (value, made, class) else {
        let sentence = format!("{} makes the connection, and the code does not show how", quoted(given));
        verdict.refuse(reasons::UNCERTAIN_ARGUMENT.says(sentence));
        return;
    };
    weigh_way(verdict, file, "the transport", &value, 1);
    twin::rewrite_callee(verdict, file, made.callee, &callee, &class.tls);
    if made.has_star() || made.double_star().is_some() {
        verdict.refuse(twin::star_arguments(&made));
    }
    if verdict.has_fix() {
        let context = connection::verified_context(made.node.start());
        verdict.edits.extend(arguments::add_keyword(file.text(), &made, &verdict.edits, &context, line_length));
    }
}

/// The literal or the expression whose text a URL begins with: the first piece of what puts it together.
fn leading_literal(url: Node<'_>) -> Node<'_> {
    match url.first_piece() {
        Some(Piece::Text { literal, .. }) => literal,
        Some(Piece::Inserted(inner)) => inner,
        None => url,
    }
}

fn insert(at: usize, text: &str) -> SymbolicEdit {
    SymbolicEdit { span: Span { start: at, end: at }, text: vec![Fragment::Text(text.to_string())] }
}

fn found(client: &UrlClient, name: Node<'_>, call: &Call<'_>, url: &PlainUrl<'_>) -> Found {
    let (title, help) = match client.context {
        Some(_) => (
            "connect with https:// and a verified context",
            "use an https:// URL with `context=ssl.create_default_context()`",
        ),
        None => ("connect with https://", "use an https:// URL, which is verified by default"),
    };
    let related = match call.node.contains(url.node) {
        true => Vec::new(),
        false => vec![Related::new("the URL is written here", url.node.span())],
    };
    Found {
        message: format!("`{}` with an http:// URL sends everything in plaintext", last_segment(&client.name)),
        span: name.span(),
        related,
        title: title.to_string(),
        help: help.to_string(),
    }
}
