//! What a connection's host argument says: whether the host is local, and whether it contains a port.

use super::host_kind::HostKind;
use super::host_patterns::HostPatterns;
use crate::finding::{Fact, Fragment, Reason, Related, SymbolicEdit};
use crate::python::syntax::literals::{StringLiteral, integer_value, string_value};
use crate::python::{Attribute, BindingId, Call, Evaluation, Kind, Node, NodeId, PythonFile, ScopeKind, Step, Value};
use crate::rule::{Verdict, reasons};
use crate::text::Span;
use std::net::Ipv6Addr;

/// A port as part of the host string, `"h:80"`.
pub(super) enum PortInHost {
    /// There is none.
    Absent,
    /// The plaintext port, written here.
    Plain(Span),
    /// The plaintext port, where it cannot be edited.
    PlainElsewhere,
    /// Another port.
    Other,
    /// The value may hold a port.
    Unknown,
}

/// Weighs what is known of the host: a fix is safe only for hosts that are all known, and public.
pub(super) fn weigh(verdict: &mut Verdict, file: &PythonFile, host: Node<'_>, needs_plaintext: Option<&HostPatterns>) {
    let url = url_of(file, host);
    let found = url.clone().unwrap_or_else(|| file.evaluate(host));
    if is_local(file, host) {
        verdict.doubt(local(file, host));
        return;
    }
    let mut is_known = found.is_complete() && !found.values.is_empty();
    for value in &found.values {
        let text = value.imported.as_ref().map(|constant| constant.text.clone()).or_else(|| string_value(value.node));
        let text = text.filter(|text| url.is_none() || text.starts_with("https://"));
        let Some(text) = text else {
            is_known = false;
            continue;
        };
        let host = authority_of(&text);
        if self::is_in(needs_plaintext, host) {
            verdict.refuse(self::needs_plaintext(host));
        }
        let place = Related::new("the host is written here", value.node.span());
        verdict.doubt_all(doubt_about_kind(HostKind::of(host), host).map(|reason| reason.at(place)));
    }
    verdict.safe_needs(is_known, unknown(host));
}

/// `reason`, that a plaintext port is named, as one about the host that `host` certainly is, and `port` where the host names none.
pub(super) fn at_port(reason: Reason, file: &PythonFile, host: Option<Node<'_>>, port: Option<u64>) -> Reason {
    let known = host.map(|host| file.evaluate(host)).filter(|found| found.is_complete() && found.values.len() == 1);
    let text = known.and_then(|found| string_value(found.values.first()?.node));
    let Some(text) = text else { return reason };
    let host = match (authority_of(&text), port) {
        (host, Some(port)) if name_and_port(host).1.is_none() => at(name_and_port(host).0, &port.to_string()),
        (host, _) => host.to_string(),
    };
    reason.without(Fact::SpeakTls(vec![host]))
}

/// Names the hosts that must speak TLS with the port on which they must: the one that is known of the host otherwise, `secure` in place of
/// `plain` and where none is. 443 is not written.
pub(super) fn name_ports(verdict: &mut Verdict, (plain, secure): (u16, u16)) {
    let (plain, secure) = (plain.to_string(), secure.to_string());
    let own_port = |host: &str| name_and_port(host).1.filter(|port| *port != plain).map(str::to_string);
    let hosts = verdict.unknown_hosts();
    verdict.name_hosts(|host| {
        let name = name_and_port(host).0;
        if name.is_empty() {
            return None;
        }
        let others = || hosts.iter().filter(|other| name_and_port(other).0 == name);
        let port = own_port(host).or_else(|| others().find_map(|other| own_port(other)));
        Some(at(name, port.as_deref().unwrap_or(&secure)))
    });
}

/// `name` at `port`, which is not written if it is 443.
fn at(name: &str, port: &str) -> String {
    if port == "443" { name.to_string() } else { with_port(name, port) }
}

/// `name` and `port` in one text, an IPv6 address in brackets.
pub(crate) fn with_port(name: &str, port: &str) -> String {
    if is_ipv6(name) { format!("[{name}]:{port}") } else { format!("{name}:{port}") }
}

/// The same for a call that has the argument `port`; where that is not known, nobody can be asked about its host.
pub(super) fn name_port(verdict: &mut Verdict, file: &PythonFile, port: Option<Node<'_>>) {
    let Some(port) = port.map(Node::without_parentheses).filter(|port| port.kind() != Kind::None) else {
        return name_ports(verdict, (443, 443));
    };
    let found = file.evaluate(port);
    let only = found.values.first().filter(|_| found.is_complete() && found.values.len() == 1);
    let number = only.and_then(|value| integer_value(value.node)).map(|number| number.to_string());
    verdict.name_hosts(|host| Some(at(name_and_port(host).0, number.as_deref()?)));
}

fn is_in(hosts: Option<&HostPatterns>, host: &str) -> bool {
    hosts.is_some_and(|hosts| hosts.hold(host))
}

/// Why `host`, of `kind`, may not answer over TLS.
pub(super) fn doubt_about_kind(kind: HostKind, host: &str) -> Option<Reason> {
    let says = |reason: Reason, what: &str| {
        let lacking = Fact::SpeakTls(vec![host.to_string()]);
        Some(reason.says(format!("`{host}` {what}")).without(lacking))
    };
    match kind {
        HostKind::Public => None,
        HostKind::PublicWithDot => {
            let matches_none = format!("`{host}` ends in a dot, and Python matches no certificate with it");
            Some(reasons::TRAILING_DOT.says(matches_none))
        }
        HostKind::Address => says(reasons::ADDRESS_HOST, "is an IP address, and few certificates name one"),
        HostKind::Local => says(reasons::LOCAL_HOST, "is local or private, where plaintext is often intended"),
        HostKind::Unregistered => {
            says(reasons::LOCAL_HOST, "is not a name in public DNS; in private networks plaintext is often intended")
        }
    }
}

/// `host` answers in plaintext on purpose.
pub(super) fn needs_plaintext(host: &str) -> Reason {
    reasons::NEEDS_PLAINTEXT.says(format!("`{host}` answers in plaintext on purpose"))
}

/// The code does not show which hosts the expression `host` may be.
pub(super) fn unknown(host: Node<'_>) -> Reason {
    let host = reasons::quoted(host);
    let sentence = format!("the code does not show which hosts {host} may be, so nothing says that they speak TLS");
    reasons::UNKNOWN_HOST.says(sentence)
}

/// A literal that may become the expression `host` names a local host.
pub(super) fn local(file: &PythonFile, host: Node<'_>) -> Reason {
    let Some(literal) = local_literal(file, host).and_then(|local| local) else { return reasons::LOCAL_HOST };
    let quoted = reasons::quoted(literal);
    let reason = reasons::LOCAL_HOST
        .says(format!("the host may be {quoted}, which is local or private, where plaintext is often intended"));
    // Of a host that is put together, the literal is a part.
    let text = string_value(literal).filter(|_| file.value(host).is_some_and(|value| value.node == literal));
    let reason = Reason { lacks: text.map(|text| Fact::SpeakTls(vec![authority_of(&text).to_string()])), ..reason };
    match host.contains(literal) {
        true => reason,
        false => reason.at(Related::new("the host is written here", literal.span())),
    }
}

/// The host of a text that is one, or a URL, with its port.
fn authority_of(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

/// The URL of which `host` is a part: `urlsplit(url).netloc`.
fn url_of<'f>(file: &'f PythonFile, host: Node<'f>) -> Option<Evaluation<'f>> {
    let (object, name) = host.object_and_name()?;
    let value = file.value(object).filter(|_| matches!(name.text(), "netloc" | "hostname"))?;
    let call = Call::of(value.node)?;
    let callee = file.qualified_name(call.callee)?;
    let is_parser = matches!(callee.as_str(), "urllib.parse.urlparse" | "urllib.parse.urlsplit");
    is_parser.then(|| call.argument(Some(0), Some("url"))).flatten().map(|url| file.evaluate(url))
}

/// How many nodes of the host's expression and its values are examined.
const MOST: usize = 500;

/// Whether a literal that may become `host`, or a part of it, names this machine or a private network: in its
/// expression, in the values of its names, in a parameter's default, in an attribute of the class, in the default of an
/// option or a setting.
pub(super) fn is_local(file: &PythonFile, host: Node<'_>) -> bool {
    local_literal(file, host).is_some()
}

/// That literal; none inside if another module writes it.
fn local_literal<'f>(file: &'f PythonFile, host: Node<'f>) -> Option<Option<Node<'f>>> {
    let mut left = MOST;
    let mut seen: Vec<NodeId> = Vec::new();
    let mut open = vec![host];
    while let Some(expression) = open.pop() {
        if seen.contains(&expression.id()) {
            continue;
        }
        seen.push(expression.id());
        for node in expression.descendants() {
            let rest = left.checked_sub(1)?;
            left = rest;
            match node.kind() {
                Kind::String | Kind::ConcatenatedString if is_local_literal(node) => return Some(Some(node)),
                Kind::Identifier | Kind::Attribute => {
                    let sources = file.sources(node);
                    let mut imported = sources.iter().filter_map(|value| value.imported.as_ref());
                    if imported.any(|constant| is_local_text(&constant.text)) {
                        return Some(None);
                    }
                    open.extend(file.origins(node));
                    open.extend(sources.into_iter().map(|value| value.node));
                }
                _ => {}
            }
        }
    }
    None
}

/// A literal that names a local host, is the URL of one, or begins or ends like one if the rest is interpolated.
fn is_local_literal(literal: Node<'_>) -> bool {
    if let Some(text) = string_value(literal) {
        let is_part = |text: &str| LOCAL_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
        // `"192.168.0.%d"`, `"10.0.0." + …`
        let is_pattern = text.contains(['%', '{']) || text.ends_with('.');
        return is_local_text(&text) || is_pattern && is_part(text.split("://").last().unwrap_or(&text));
    }
    let texts: Vec<&str> =
        literal.descendants().filter(|part| part.kind() == Kind::StringContent).map(Node::text).collect();
    let starts = literal.named_children().nth(1).is_some_and(|first| first.kind() == Kind::StringContent);
    let begins = texts.first().filter(|_| starts).is_some_and(|text| {
        let text = text.split("://").last().unwrap_or(text);
        text.starts_with("localhost") || LOCAL_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
    });
    begins || texts.last().is_some_and(|text| text.starts_with('.') && is_local_text(&format!("x{text}")))
}

/// Whether `text` is a local host, or the URL of one.
fn is_local_text(text: &str) -> bool {
    is_local_name(authority_of(text))
}

/// The port in the host argument, if there is no separate port argument.
pub(super) fn port_in(file: &PythonFile, host: Node<'_>, plain: u16, secure: u16) -> PortInHost {
    let Some(literal) = StringLiteral::of(host) else { return port_in_expression(file, host, plain, secure) };
    let written = content_of(host, literal.content);
    // The port's digits must be in the text as they are, not as escapes.
    let text = match &literal.value {
        Some(value) if *value != written => {
            return if value.contains(':') { PortInHost::Other } else { PortInHost::Absent };
        }
        Some(value) if is_ipv6(value) => return PortInHost::Absent,
        _ => written,
    };
    let Some((_, port)) = split_port(text) else {
        let interpolates_port = literal.value.is_none()
            && host.descendants().any(|part| part.kind() == Kind::StringContent && part.text().contains(':'));
        return match interpolates_port {
            true if inserts_port(host, plain) => PortInHost::PlainElsewhere,
            true => PortInHost::Other,
            false => PortInHost::Absent,
        };
    };
    if port == plain.to_string() {
        let end = literal.content.end;
        PortInHost::Plain(Span { start: end - port.len(), end })
    } else if port.is_empty() || port == secure.to_string() {
        PortInHost::Absent
    } else {
        PortInHost::Other
    }
}

/// Whether the host is a proxy by its name: plaintext to a proxy is not what the program finally sends.
pub(super) fn names_proxy(host: Node<'_>) -> bool {
    let mut names = host.descendants().filter(|part| part.kind() == Kind::Identifier);
    names.any(|name| name.text().to_ascii_lowercase().contains("proxy"))
}

/// An edit of a part of a literal's contents.
pub(super) fn replace_content(span: Span, text: &str) -> SymbolicEdit {
    SymbolicEdit { span, text: vec![Fragment::Text(text.to_string())] }
}

fn port_in_expression(file: &PythonFile, host: Node<'_>, plain: u16, secure: u16) -> PortInHost {
    if let Some(found) = url_of(file, host) {
        // `hostname` has no port.
        if host.last_identifier().text() == "hostname" {
            return PortInHost::Absent;
        }
        let texts = found.values.iter().filter_map(|value| string_value(value.node));
        let is_port = |(_, port): (&str, &str)| !port.is_empty() && port != secure.to_string();
        return match { texts }.any(|text| split_port(authority_of(&text)).is_some_and(is_port)) {
            true => PortInHost::Other,
            false if found.is_complete() => PortInHost::Absent,
            false => PortInHost::Unknown,
        };
    }
    let found = file.evaluate(host);
    let texts = found.values.iter().map(|value| string_value(value.node));
    let ports = texts.map(|text| {
        let text = text?;
        let port = split_port(&text).map_or("", |(_, port)| port).to_string();
        Some(if is_ipv6(&text) || port == secure.to_string() { String::new() } else { port })
    });
    let ports: Vec<Option<String>> = ports.collect();
    let is_plain = |port: &Option<String>| port.as_ref().is_some_and(|port| *port == plain.to_string());
    if let [value] = found.values.as_slice()
        && found.is_complete()
        && ports.iter().all(is_plain)
    {
        let literal = StringLiteral::of(value.node).filter(|_| is_only_used_here(file, value));
        return literal.map_or(PortInHost::PlainElsewhere, |literal| {
            let end = literal.content.end;
            PortInHost::Plain(Span { start: end - plain.to_string().len(), end })
        });
    }
    if inserts_port(host, plain) {
        return PortInHost::PlainElsewhere;
    }
    // `"%s:%d" % …`, `host + ":8080"`, `"{}:{}".format(…)`.
    let is_put_together =
        host.kind() != Kind::Call && mentions_colon(host) || is_format_call(host) && mentions_colon(host);
    let is_known = found.is_complete() && !ports.is_empty() && ports.iter().all(Option::is_some);
    match ports.iter().flatten().any(|port| !port.is_empty()) || is_put_together {
        true => PortInHost::Other,
        false if !is_known && names_host_and_port(host) => PortInHost::Unknown,
        false => PortInHost::Absent,
    }
}

/// `f"h:{80}"`, `"h:%d" % 80`.
fn inserts_port(host: Node<'_>, port: u16) -> bool {
    let is_port = |node: Node<'_>| integer_value(node) == Some(u64::from(port));
    mentions_colon(host) && host.descendants().take(MOST).any(is_port)
}

/// Whether the place that is looked at is the only one that uses a value where it was written.
pub(super) fn is_only_used_here(file: &PythonFile, value: &Value<'_>) -> bool {
    let stays = |step: &Step| match step {
        Step::Argument(_) => true,
        Step::ParameterDefault(id) => !is_shared(file, *id),
        _ => false,
    };
    let are_own = !value.names.iter().any(|id| is_shared(file, *id));
    !value.reassigned && value.imported.is_none() && value.via.iter().all(stays) && are_own
}

/// Whether the name that `id` binds may be read in more than one place.
pub(super) fn is_shared(file: &PythonFile, id: BindingId) -> bool {
    is_read_by_others(file, id, 1)
}

/// Whether the name that `id` binds may be read in more than `known` places.
pub(super) fn is_read_by_others(file: &PythonFile, id: BindingId, known: usize) -> bool {
    let scope = file.binding(id).and_then(|binding| file.scope(binding.scope));
    file.use_count(id) > known
        || file.is_read_elsewhere(id)
        || file.shares_value(id)
        || scope.is_some_and(|scope| scope.kind == ScopeKind::Class)
}

/// `parts.netloc`, `server_address`: by its name, it may contain a port too.
fn names_host_and_port(host: Node<'_>) -> bool {
    if !matches!(host.kind(), Kind::Identifier | Kind::Attribute) {
        return false;
    }
    let name = host.last_identifier().text().to_ascii_lowercase();
    let says_both = ["netloc", "authority", "hostport", "host_port", "endpoint"].iter().any(|word| name.contains(word));
    says_both || name.contains("addr") && !name.contains("ip")
}

fn is_format_call(node: Node<'_>) -> bool {
    let method = Call::of(node).and_then(|call| Attribute::of(call.callee));
    method.is_some_and(|method| matches!(method.name.text(), "format" | "join"))
}

fn mentions_colon(node: Node<'_>) -> bool {
    node.descendants().any(|part| part.kind() == Kind::StringContent && part.text().contains(':'))
}

fn content_of(host: Node<'_>, content: Span) -> &str {
    let from = content.start.saturating_sub(host.start());
    host.text().get(from..content.end.saturating_sub(host.start())).unwrap_or_default()
}

/// As `http.client` does: the text after the last colon, unless it contains a bracket.
pub(super) fn split_port(host: &str) -> Option<(&str, &str)> {
    let (before, port) = host.rsplit_once(':')?;
    if port.contains(']') || !port.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Some((before, port))
}

/// The name or address of `host`, without brackets, and the port that it names, if any.
pub(crate) fn name_and_port(host: &str) -> (&str, Option<&str>) {
    let (name, port) = match is_ipv6(host) {
        true => (host, None),
        false => split_port(host).map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let bare = name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(name);
    (bare, port.filter(|port| !port.is_empty()))
}

/// `host`, with or without a port, in the one spelling in which it is compared: lower case, and international names as their letters
/// (`b\u{fc}cher.example` for `xn--bcher-kva.example`; UTS 46).
#[cfg(feature = "cli")]
pub(crate) fn canonical(host: &str) -> String {
    match name_and_port(host) {
        (name, Some(port)) => with_port(&in_letters(name), port),
        (name, None) => in_letters(name),
    }
}

/// A name, or a label of one, in lower case and as its letters; what is not a name stays as it is.
pub(super) fn in_letters(name: &str) -> String {
    let lower = name.to_lowercase();
    if lower.is_ascii() && !lower.contains("xn--") {
        return lower;
    }
    match idna::domain_to_unicode(&lower) {
        (letters, Ok(())) => letters,
        (_, Err(_)) => lower,
    }
}

fn is_ipv6(host: &str) -> bool {
    host.parse::<Ipv6Addr>().is_ok()
}

/// The name or address alone: without a port, brackets and the root dot.
pub(super) fn without_port(host: &str) -> &str {
    let host = if is_ipv6(host) { host } else { split_port(host).map_or(host, |(before, _)| before) };
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.')
}

/// Whether a name or an address is this machine's or a private network's.
pub(super) fn is_local_name(host: &str) -> bool {
    HostKind::of(host) == HostKind::Local
}

const LOCAL_BEGINNINGS: [&str; 5] = ["127.", "10.", "192.168.", "169.254.", "localhost:"];
