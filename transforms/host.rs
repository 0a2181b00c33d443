//! What a connection's host argument says: whether the host is local, and whether it contains a port.

use crate::finding::{Fragment, SymbolicEdit};
use crate::python::syntax::literals::{StringLiteral, string_value};
use crate::python::{Field, Kind, Node, NodeId, PythonFile};
use crate::text::Span;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A port as part of the host string, `"h:80"`.
pub(super) enum PortInHost {
    /// No baseline.
    Absent,
    /// The plaintext port, written here.
    Plain(Span),
    /// Another port, or an unknown one.
    Other,
}

/// How many nodes of the host's expression and its values are examined.
const MOST: usize = 500;

/// Whether a literal that may become `host`, or a part of it, names this machine or a private network: in its
/// expression, in the values of its names, in a parameter's default, in an attribute of the class, in the default of an
/// option or a setting.
pub(super) fn is_local(file: &PythonFile, host: Node<'_>) -> bool {
    let mut left = MOST;
    let mut seen: Vec<NodeId> = Vec::new();
    let mut open = vec![host];
    while let Some(expression) = open.pop() {
        if seen.contains(&expression.id()) {
            continue;
        }
        seen.push(expression.id());
        for node in expression.descendants() {
            let Some(rest) = left.checked_sub(1) else { return false };
            left = rest;
            match node.kind() {
                Kind::String | Kind::ConcatenatedString if is_local_literal(node) => return true,
                Kind::Identifier | Kind::Attribute => {
                    let sources = file.sources(node);
                    let mut imported = sources.iter().filter_map(|value| value.imported.as_ref());
                    if imported.any(|constant| is_local_text(&constant.text)) {
                        return true;
                    }
                    open.extend(file.origins(node));
                    open.extend(sources.into_iter().map(|value| value.node));
                }
                _ => {}
            }
        }
    }
    false
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
    let authority = text.split_once("://").map_or(text, |(_, rest)| rest).split(['/', '?', '#']).next();
    authority.is_some_and(|authority| is_local_name(authority.rsplit('@').next().unwrap_or(authority)))
}

/// The port in the host argument, if there is no separate port argument.
pub(super) fn port_in(file: &PythonFile, host: Node<'_>, plain: u16, secure: u16) -> PortInHost {
    let Some(literal) = StringLiteral::of(host) else { return port_in_expression(file, host, secure) };
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
        return if interpolates_port { PortInHost::Other } else { PortInHost::Absent };
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

fn port_in_expression(file: &PythonFile, host: Node<'_>, secure: u16) -> PortInHost {
    let text = file.value(host).and_then(|value| string_value(value.node));
    let has_port = match &text {
        Some(text) if is_ipv6(text) => false,
        // The literal is written elsewhere, and others may read it.
        Some(text) => split_port(text).is_some_and(|(_, port)| !port.is_empty() && port != secure.to_string()),
        None if names_host_and_port(host) => true,
        // `"%s:%d" % …`, `host + ":8080"`, `"{}:{}".format(…)`.
        None => host.kind() != Kind::Call && mentions_colon(host) || is_format_call(host) && mentions_colon(host),
    };
    if has_port { PortInHost::Other } else { PortInHost::Absent }
}

/// `parts.netloc`, `server_address`: by its name, it may contain a port too.
fn names_host_and_port(host: Node<'_>) -> bool {
    if !matches!(host.kind(), Kind::Identifier | Kind::Attribute) {
        return false;
    }
    let name = host.field(Field::Attribute).unwrap_or(host).text().to_ascii_lowercase();
    let says_both = ["netloc", "authority", "hostport", "host_port", "endpoint"].iter().any(|word| name.contains(word));
    says_both || name.contains("addr") && !name.contains("ip")
}

fn is_format_call(node: Node<'_>) -> bool {
    node.kind() == Kind::Call
        && node
            .field(Field::Function)
            .and_then(|callee| callee.field(Field::Attribute))
            .is_some_and(|name| matches!(name.text(), "format" | "join"))
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

fn is_ipv6(host: &str) -> bool {
    host.parse::<Ipv6Addr>().is_ok()
}

/// The name or address alone: without a port, brackets and the root dot.
pub(super) fn without_port(host: &str) -> &str {
    let host = if is_ipv6(host) { host } else { split_port(host).map_or(host, |(before, _)| before) };
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.')
}

pub(super) fn is_local_name(host: &str) -> bool {
    let host = without_port(host).to_lowercase();
    // Only a link-local address has a zone (RFC 4007).
    let address = host.split('%').next().unwrap_or(&host);
    if let Some(address) = address.parse::<IpAddr>().ok().or_else(|| inet_aton(&host).map(IpAddr::V4)) {
        return match address {
            IpAddr::V4(address) => is_near_v4(address),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => is_near_v4(address),
                None => {
                    address.is_loopback()
                        || address.is_unspecified()
                        || address.is_unique_local()
                        || address.is_unicast_link_local()
                }
            },
        };
    }
    LOCAL_NAMES.contains(&host.as_str()) || LOCAL_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// The names of this machine in `/etc/hosts` of Debian, Fedora and Alpine.
const LOCAL_NAMES: [&str; 6] = ["localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback", "loopback"];

const LOCAL_SUFFIXES: [&str; 7] =
    [".localhost", ".local", ".internal", ".svc", ".svc.cluster.local", ".localdomain", ".localdomain6"];

const LOCAL_BEGINNINGS: [&str; 5] = ["127.", "10.", "192.168.", "169.254.", "localhost:"];

/// An IPv4 address as `inet_aton` and therefore `connect` read it: one to four decimal, octal or hexadecimal numbers;
/// the last one fills the remaining bytes.
fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| {
        let (digits, radix) = match part.strip_prefix("0x") {
            Some(hexadecimal) => (hexadecimal, 16),
            None if part.len() > 1 && part.starts_with('0') => (part, 8),
            None => (part, 10),
        };
        digits.starts_with(|c: char| c.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, radix).ok()).flatten()
    };
    let mut numbers: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    let last = numbers.pop()?;
    let missing = u32::try_from(4_usize.checked_sub(numbers.len())?).ok()?;
    let fits = missing == 4 || last < 1 << (8 * missing);
    if !fits || missing == 0 || numbers.iter().any(|number| *number > 255) {
        return None;
    }
    let high = numbers.iter().zip([24, 16, 8]).fold(0, |sum, (number, shift)| sum | number << shift);
    Some(Ipv4Addr::from(high | last))
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_private() || address.is_link_local() || address.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::is_local_name;

    #[test]
    fn near_hosts_are_told_from_far_ones() {
        for near in [
            "localhost",
            "LOCALHOST:8080",
            "db.localhost",
            "127.0.0.1",
            "127.8.9.1:80",
            "::1",
            "[::1]:80",
            "10.1.2.3",
            "192.168.0.1",
            "172.31.0.1",
            "169.254.169.254",
            "fd00::1",
            "fe80::1",
            "printer.local",
            "api.internal",
            "web.default.svc",
            "web.default.svc.cluster.local",
            "localhost.",
            "127.1",
            "0x7f.1",
            "2130706433",
            "fe80::1%eth0",
            "ip6-localhost",
            "0",
        ] {
            assert!(is_local_name(near), "{near}");
        }
        for far in [
            "example.com",
            "8.8.8.8",
            "8.8",
            "1.2.3.4.5",
            "127.0.0.256",
            "",
            ".",
            "127..1",
            "0x",
            "172.32.0.1",
            "localhost.example.com",
            "mylocalhost",
            "internal",
            "2001:db8::1",
        ] {
            assert!(!is_local_name(far), "{far}");
        }
    }
}
