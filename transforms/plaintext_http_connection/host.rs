//! What a connection's host argument says: whether it is near, and whether a port stands in it.

use crate::python::literals::{StringLiteral, string_value};
use crate::python::{Node, PythonFile};
use crate::source::Span;
use crate::transform::{Fragment, SymbolicEdit};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A port as part of the host string, `"h:80"`.
pub(super) enum PortInHost {
    /// None.
    Absent,
    /// The plaintext port, written here.
    Plain(Span),
    /// Another port, or one that is not known.
    Other,
}

/// Whether `host` is a literal, here or behind a name assigned once, that names this machine or a private network.
pub(super) fn is_local(file: &PythonFile, host: Node<'_>) -> bool {
    file.value(host).and_then(|value| string_value(value.node)).is_some_and(|host| is_local_name(&host))
}

/// What port stands in the host argument, where it is not passed on its own.
pub(super) fn port_in(file: &PythonFile, host: Node<'_>, plain: u16, secure: u16) -> PortInHost {
    let Some(literal) = StringLiteral::of(host) else { return port_in_expression(file, host, secure) };
    let written = content_of(host, literal.content);
    // The port's digits must stand in the text as they are: no escapes.
    let text = match &literal.value {
        Some(value) if *value != written => {
            return if value.contains(':') { PortInHost::Other } else { PortInHost::Absent };
        }
        Some(value) if is_ipv6(value) => return PortInHost::Absent,
        _ => written,
    };
    let Some((_, port)) = split_port(text) else {
        let interpolates_port = literal.value.is_none()
            && host.descendants().any(|part| part.kind() == "string_content" && part.text().contains(':'));
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

/// An edit of a part of a literal's contents.
pub(super) fn replace_content(span: Span, text: &str) -> SymbolicEdit {
    SymbolicEdit { span, text: vec![Fragment::Text(text.to_string())] }
}

fn port_in_expression(file: &PythonFile, host: Node<'_>, secure: u16) -> PortInHost {
    let text = file.value(host).and_then(|value| string_value(value.node));
    let has_port = match &text {
        Some(text) if is_ipv6(text) => false,
        // The literal is written elsewhere, for other readers too.
        Some(text) => split_port(text).is_some_and(|(_, port)| !port.is_empty() && port != secure.to_string()),
        None if names_host_and_port(host) => true,
        // `"%s:%d" % …`, `host + ":8080"`, `"{}:{}".format(…)`.
        None => host.kind() != "call" && mentions_colon(host) || is_format_call(host) && mentions_colon(host),
    };
    if has_port { PortInHost::Other } else { PortInHost::Absent }
}

/// `parts.netloc`, `server_address`: by its name it may hold a port too.
fn names_host_and_port(host: Node<'_>) -> bool {
    if !matches!(host.kind(), "identifier" | "attribute") {
        return false;
    }
    let name = host.field("attribute").unwrap_or(host).text().to_ascii_lowercase();
    let says_both = ["netloc", "authority", "hostport", "host_port", "endpoint"].iter().any(|word| name.contains(word));
    says_both || name.contains("addr") && !name.contains("ip")
}

fn is_format_call(node: Node<'_>) -> bool {
    node.kind() == "call"
        && node
            .field("function")
            .and_then(|callee| callee.field("attribute"))
            .is_some_and(|name| matches!(name.text(), "format" | "join"))
}

fn mentions_colon(node: Node<'_>) -> bool {
    node.descendants().any(|part| part.kind() == "string_content" && part.text().contains(':'))
}

fn content_of(host: Node<'_>, content: Span) -> &str {
    let from = content.start.saturating_sub(host.start());
    host.text().get(from..content.end.saturating_sub(host.start())).unwrap_or_default()
}

/// As `http.client` does: what follows the last colon, unless a bracket follows it.
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

pub(super) fn is_local_name(host: &str) -> bool {
    let host = if is_ipv6(host) { host } else { split_port(host).map_or(host, |(before, _)| before) };
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_lowercase();
    if let Ok(address) = host.parse::<IpAddr>() {
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
    matches!(host.as_str(), "localhost" | "localhost.localdomain")
        || [".localhost", ".local", ".internal", ".svc", ".svc.cluster.local"]
            .iter()
            .any(|suffix| host.ends_with(suffix))
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
        ] {
            assert!(is_local_name(near), "{near}");
        }
        for far in
            ["example.com", "8.8.8.8", "172.32.0.1", "localhost.example.com", "mylocalhost", "internal", "2001:db8::1"]
        {
            assert!(!is_local_name(far), "{far}");
        }
    }
}
