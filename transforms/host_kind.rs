//! What kind of host a name or an address is: whether a public server may answer there.

use super::host::{in_letters, without_port};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a host that is written out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostKind {
    /// A DNS name under a public suffix.
    Public,
    /// A name under a public suffix that ends in the root's dot.
    PublicWithDot,
    /// A public IP address.
    Address,
    /// This machine, a private network, or a reserved name.
    Local,
    /// A single label, or a name under a suffix that is in no public DNS.
    Unregistered,
}

impl HostKind {
    /// The kind of `host`, with or without a port.
    pub(super) fn of(host: &str) -> Self {
        let name = in_letters(without_port(host));
        // Only a link-local address has a zone (RFC 4007).
        let address = name.split('%').next().unwrap_or(&name);
        if let Some(address) = address.parse::<IpAddr>().ok().or_else(|| inet_aton(&name).map(IpAddr::V4)) {
            return if is_global(address) { Self::Address } else { Self::Local };
        }
        if is_reserved(&name) {
            return Self::Local;
        }
        let is_whole = !name.split('.').any(str::is_empty);
        match is_whole && psl::domain(name.as_bytes()).is_some_and(|domain| domain.suffix().is_known()) {
            true if ends_in_dot(host) => Self::PublicWithDot,
            true => Self::Public,
            false => Self::Unregistered,
        }
    }
}

fn ends_in_dot(host: &str) -> bool {
    super::host::split_port(host).map_or(host, |(before, _)| before).ends_with('.')
}

/// Whether a name is this machine's, or reserved for use inside of networks.
fn is_reserved(name: &str) -> bool {
    let is_below = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    LOCAL_NAMES.contains(&name) || LOCAL_SUFFIXES.iter().any(|suffix| is_below(suffix)) || name == "fritz.box"
}

/// The names of this machine in `/etc/hosts` of Debian, Fedora and Alpine.
const LOCAL_NAMES: [&str; 6] = ["localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback", "loopback"];

/// Suffixes that no public name has. RFC 6761, 6762, 7686, 8375, 9476; ICANN's `.internal`; `.corp`, `.home` and `.mail` are not
/// delegated (ICANN, 2018); `.consul` and `.svc` are HashiCorp's and Kubernetes' own; `fritz.box` is a router's.
const LOCAL_SUFFIXES: [&str; 24] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "home.arpa",
    "lan",
    "mail",
    "localdomain",
    "localdomain6",
    "test",
    "example",
    "invalid",
    "onion",
    "alt",
    "consul",
    "svc",
    "svc.cluster.local",
    "docker",
    "fritz.box",
    "in-addr.arpa",
    "ip6.arpa",
];

/// Whether an address is global unicast (RFC 6890 and its successors).
fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_global_v4(address),
            None => is_global_v6(address),
        },
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (18..20).contains(&b);
    let is_protocol = a == 192 && b == 0 && c == 0;
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || is_shared
        || is_benchmark
        || is_protocol)
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // 2000::/3, without documentation (2001:db8::/32) and what is for protocols (2001::/23).
    (0x2000..0x4000).contains(&first) && !(first == 0x2001 && (second == 0xdb8 || second < 0x200))
}

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

/// Whether a text, or the beginning of one, is a loopback host, with or without a port, or the URL of one.
pub(crate) fn is_loopback(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or(inner),
        None if authority.matches(':').count() == 1 => authority.split(':').next().unwrap_or(authority),
        None => authority,
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{HostKind, is_loopback};

    #[test]
    fn loopback_is_recognised_in_urls_and_beginnings() {
        for text in [
            "localhost",
            "127.0.0.1",
            "::1",
            "http://localhost:8000/x",
            "http://[::1]:80",
            "ws://127.0.0.1:",
            "Localhost:1",
        ] {
            assert!(is_loopback(text), "{text}");
        }
        for text in ["0.0.0.0", "example.com", "http://example.com/localhost", "localhosts", ""] {
            assert!(!is_loopback(text), "{text}");
        }
    }

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
            "100.64.0.1",
            "100.100.100.200",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "fd00::1",
            "fe80::1",
            "2001:db8::1",
            "ff02::1",
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
            "router.lan",
            "wiki.corp",
            "nas.home.arpa",
            "service.consul",
            "fritz.box",
            "host.docker",
            "x.test",
            "www.example",
        ] {
            assert_eq!(HostKind::of(near), HostKind::Local, "{near}");
        }
        for unregistered in
            ["backend", "internal", "mylocalhost", "x.notatld", "com", "co.uk", "", ".", "127..1", "host"]
        {
            assert_eq!(HostKind::of(unregistered), HostKind::Unregistered, "{unregistered}");
        }
        for public in [
            "example.com",
            "www.example.org:80",
            "API.EXAMPLE.NET",
            "localhost.example.com",
            "bbc.co.uk",
            "user.github.io",
            "xn--bcher-kva.example.com",
            "b\u{fc}cher.example.com",
            "xn--e1afmkfd.xn--p1ai",
            "\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}",
        ] {
            assert_eq!(HostKind::of(public), HostKind::Public, "{public}");
        }
        for address in ["8.8.8.8", "8.8", "93.184.216.34:80", "172.32.0.1", "2606:4700::1", "[2606:4700::1]:80"] {
            assert_eq!(HostKind::of(address), HostKind::Address, "{address}");
        }
        for dotted in ["www.python.org.", "www.python.org.:80"] {
            assert_eq!(HostKind::of(dotted), HostKind::PublicWithDot, "{dotted}");
        }
    }
}
