//! Hosts to which plaintext is accepted: the option `ignore-hosts` of the rules about plaintext clients.

use super::host;
use crate::python::literals::string_value;
use crate::python::{Node, PythonFile};
use globset::{Glob, GlobMatcher};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use std::net::IpAddr;

/// Names with `*` and `?`, addresses, and networks (`10.0.0.0/8`).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<String>")]
#[schemars(with = "Vec<String>")]
pub(super) struct IgnoredHosts(Vec<Pattern>);

#[derive(Debug)]
enum Pattern {
    Network(IpNet),
    Name(GlobMatcher),
}

impl TryFrom<Vec<String>> for IgnoredHosts {
    type Error = String;

    fn try_from(patterns: Vec<String>) -> Result<Self, String> {
        patterns.iter().map(|pattern| Pattern::of(pattern)).collect::<Result<_, _>>().map(Self)
    }
}

impl Pattern {
    fn of(text: &str) -> Result<Self, String> {
        if text.contains('/') {
            let network = text.parse().map_err(|_| format!("`{text}` is no network, such as 10.0.0.0/8"))?;
            return Ok(Self::Network(network));
        }
        let glob = Glob::new(&text.to_lowercase()).map_err(|error| format!("`{text}` is no host: {}", error.kind()))?;
        Ok(Self::Name(glob.compile_matcher()))
    }

    fn holds(&self, host: &str) -> bool {
        match self {
            Self::Network(network) => host.parse::<IpAddr>().is_ok_and(|address| network.contains(&address)),
            Self::Name(name) => name.is_match(host),
        }
    }
}

impl IgnoredHosts {
    /// Whether the one value of the expression `host` is a literal that names one of them, with a port or without.
    pub(super) fn cover(&self, file: &PythonFile, host: Node<'_>) -> bool {
        !self.0.is_empty()
            && file.value(host).and_then(|host| string_value(host.node)).is_some_and(|host| self.hold(&host))
    }

    /// Whether `host`, with a port or without, is one of them.
    pub(super) fn hold(&self, host: &str) -> bool {
        let host = host::without_port(host).to_lowercase();
        self.0.iter().any(|pattern| pattern.holds(&host))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_addresses_and_networks() {
        let patterns = ["localhost", "*.corp.example", "10.0.0.0/8", "fd00::/8", "192.168.1.?"].map(String::from);
        let ignored = IgnoredHosts::try_from(patterns.to_vec()).unwrap();
        for host in ["localhost", "LOCALHOST:8080", "git.corp.example.", "10.1.2.3:80", "[fd00::1]:80", "192.168.1.7"] {
            assert!(ignored.hold(host), "{host}");
        }
        for host in ["example.com", "corp.example", "11.1.2.3", "localhost.example.com", "fe80::1", ""] {
            assert!(!ignored.hold(host), "{host}");
        }
        for wrong in ["10.0.0/8", "a/b", "[a"] {
            assert!(IgnoredHosts::try_from(vec![wrong.to_string()]).is_err(), "{wrong}");
        }
    }
}
