//! Hosts as an option or a configuration names them: those to which plaintext is accepted (`ignore-hosts`), those that speak TLS.

use super::host;
use crate::problem::Problem;
use crate::python::syntax::literals::string_value;
use crate::python::{Node, PythonFile};
use crate::rule::read_text;
use globset::{Glob, GlobMatcher};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::net::{IpAddr, Ipv6Addr};

/// Names with `*` and `?`, addresses, and networks (`10.0.0.0/8`).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(with = "Vec<String>")]
pub(super) struct HostPatterns(Vec<HostPattern>);

/// One of them.
#[derive(Debug)]
pub(crate) struct HostPattern(Pattern);

#[derive(Debug)]
enum Pattern {
    Network(IpNet),
    Name(GlobMatcher),
}

impl HostPattern {
    /// What `text` stands for: a name with `*` and `?`, an address or a network.
    ///
    /// # Errors
    /// If no host can have this name.
    pub(crate) fn of(text: &str) -> Result<Self, Problem> {
        Pattern::of(text).map(Self)
    }

    /// Whether it covers every host.
    pub(crate) fn is_for_all(&self) -> bool {
        self.0.is_for_all()
    }

    /// Whether `host`, with or without a port, matches.
    pub(crate) fn hold(&self, host: &str) -> bool {
        self.0.holds(&host::in_letters(host::without_port(host)))
    }
}

impl<'de> Deserialize<'de> for HostPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, Self::of)
    }
}

impl Pattern {
    fn of(text: &str) -> Result<Self, Problem> {
        // The root dot is not part of the name; it is also removed from a compared host.
        let plain = text.strip_suffix('.').unwrap_or(text).to_lowercase();
        let is_name = |label: &str| !label.contains(['*', '?', '[', ']', '{', '}', ',']);
        let labels = plain.split('.').map(|label| if is_name(label) { host::in_letters(label) } else { label.into() });
        let plain = labels.collect::<Vec<String>>().join(".");
        let no_host =
            |instead: &str| Err(Problem::new(format!("`{text}` is not a host name"), format!("write {instead}")));
        if let Some((_, rest)) = plain.split_once("://") {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            return match host::without_port(authority.rsplit('@').next().unwrap_or_default()) {
                "" => no_host("its name, such as `api.example.com`"),
                host => no_host(&format!("`{host}`")),
            };
        }
        if let Ok(address) = plain.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        if plain.contains('/') {
            let refusal = |_| Problem::new(format!("`{text}` is not a network"), "write it as `10.0.0.0/8`");
            return plain.parse::<IpNet>().map(Self::Network).map_err(refusal);
        }
        if plain.is_empty() {
            return no_host("its name, or `*` for every host");
        }
        if plain.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '\\' | '#')) {
            return no_host("a name with `*` and `?`, an address or a network");
        }
        // Brackets are only for an IPv6 address with a port.
        let bare = host::without_port(&plain);
        if bare != plain && (plain.starts_with('[') == bare.parse::<Ipv6Addr>().is_ok()) {
            return no_host(&format!("`{bare}`, which matches with any port"));
        }
        if plain.matches(':').count() == 1 {
            let name = plain.split(':').next().unwrap_or_default();
            return no_host(&format!("`{name}`, which matches with any port"));
        }
        match Glob::new(&plain) {
            Ok(glob) => Ok(Self::Name(glob.compile_matcher())),
            Err(error) => {
                let message = format!("`{text}` is not a host name ({})", error.kind());
                Err(Problem::new(message, "write a name with `*` and `?`"))
            }
        }
    }

    /// Whether it covers names that have nothing in common, or every address.
    fn is_for_all(&self) -> bool {
        match self {
            Self::Network(network) => network.prefix_len() == 0,
            Self::Name(name) => {
                ["a", "host-1", "www.b.example", "0.c", "x--y.z.test"].iter().all(|host| name.is_match(host))
            }
        }
    }

    fn holds(&self, host: &str) -> bool {
        match self {
            Self::Network(network) => host.parse::<IpAddr>().is_ok_and(|address| network.contains(&address)),
            Self::Name(name) => name.is_match(host),
        }
    }
}

impl HostPatterns {
    /// Whether the only value of the expression `host` is a literal that matches one of them, with or without a port.
    pub(super) fn cover(&self, file: &PythonFile, host: Node<'_>) -> bool {
        !self.0.is_empty()
            && file.value(host).and_then(|host| string_value(host.node)).is_some_and(|host| self.hold(&host))
    }

    /// Whether `host`, with or without a port, matches one of them.
    pub(super) fn hold(&self, host: &str) -> bool {
        self.0.iter().any(|pattern| pattern.hold(host))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_addresses_and_networks() {
        let patterns = [
            "localhost",
            "*.corp.example",
            "10.0.0.0/8",
            "fd00::/8",
            "192.168.1.?",
            "FE80::0:1",
            "a.example.",
            "fec0::*",
            "m{1,2}.example",
            "b\u{fc}cher.example",
            "*.xn--mller-kva.example",
            "stra*\u{df}e.example",
        ];
        let ignored = HostPatterns(patterns.map(|pattern| HostPattern::of(pattern).unwrap()).into());
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "git.corp.example.",
            "10.1.2.3:80",
            "[fd00::1]:80",
            "192.168.1.7",
            "[fe80::1]",
            "a.example",
            "A.example.",
            "fec0::7",
            "m2.example",
            "B\u{dc}CHER.example:80",
            "bu\u{308}cher.example",
            "XN--BCHER-KVA.example:80",
            "www.m\u{fc}ller.example",
            "www.xn--mller-kva.example",
            "xn--strae-oqa.example",
        ] {
            assert!(ignored.hold(host), "{host}");
        }
        for host in [
            "example.com",
            "corp.example",
            "11.1.2.3",
            "localhost.example.com",
            "fe80::2",
            "m3.example",
            "",
            "xn--bcher-kvb.example",
            "bucher.example",
        ] {
            assert!(!ignored.hold(host), "{host}");
        }
        for (wrong, instead) in [
            ("10.0.0/8", "write it as `10.0.0.0/8`"),
            ("a/b", "is not a network"),
            ("[a", "is not a host name"),
            ("", "`*` for every host"),
            (".", "`*` for every host"),
            ("a:80", "write `a`"),
            ("*:80", "write `*`"),
            ("a:", "write `a`"),
            ("10.0.0.1:80", "write `10.0.0.1`"),
            ("[::1]", "write `::1`"),
            ("[::1]:80", "write `::1`"),
            ("http://a", "write `a`"),
            ("HTTPS://me@A.example:80/x", "write `a.example`"),
            ("http://", "its name"),
            ("a b", "is not a host name"),
            (" a", "is not a host name"),
            ("me@a", "is not a host name"),
            ("a\n", "is not a host name"),
        ] {
            let error = Pattern::of(wrong).unwrap_err();
            assert!(format!("{}: {}", error.message, error.help).contains(instead), "{wrong}: {error:?}");
        }
    }
}
