//! What people know and the code does not show: which hosts speak TLS, and which servers other machines reach.
//!
//! A reason says for want of which fact it is one ([`Fact`]). An answer in a configuration is that fact: it accepts the reason, for the
//! hosts or the files that it names.

use crate::finding::{Accepted, Fact, Finding, Reason};
use crate::problem::Problem;
use crate::rule::{Metadata, reasons};
use crate::transforms::{HostPattern, split_port};
use std::sync::Arc;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// As a person finds it: the setting, and the configuration in which it stands.
    pub origin: String,
    /// What it says.
    pub known: Known,
}

/// What an answer says.
#[derive(Debug)]
pub enum Known {
    /// These hosts speak TLS.
    Tls(TlsHosts),
    /// No other machine reaches the servers of a file.
    LocalOnly,
    /// Other machines reach them.
    Reachable,
}

/// Hosts that speak TLS.
#[derive(Debug)]
pub struct TlsHosts {
    pattern: HostPattern,
    /// Only on this port.
    port: Option<String>,
}

impl TlsHosts {
    /// What `text` stands for: a name with `*` and `?`, an address or a network, and a port after a colon.
    ///
    /// # Errors
    /// If no host can have this name, if the pattern covers every host, or if the port is out of range.
    pub fn of(text: &str) -> Result<Self, Problem> {
        let (host, port) = split_port(text).map_or((text, None), |(host, port)| (host, Some(port)));
        if let Some(port) = port.filter(|port| port.parse::<u16>().is_err() || *port == "0") {
            return Err(Problem::new(format!("`{port}` is not a port"), "write a number from 1 to 65535"));
        }
        if host.chars().all(|character| matches!(character, '*' | '?' | '.')) {
            let message = format!("`{text}` covers every host");
            return Err(Problem::new(message, "name hosts of which somebody knows that they speak TLS"));
        }
        // Before a port, an IPv6 address stands in brackets.
        let bare = port.and_then(|_| host.strip_prefix('[')?.strip_suffix(']')).unwrap_or(host);
        Ok(Self { pattern: HostPattern::of(bare)?, port: port.map(str::to_string) })
    }

    fn hold(&self, host: &str) -> bool {
        let port = split_port(host).map(|(_, port)| port);
        self.pattern.hold(host) && (self.port.is_none() || self.port.as_deref() == port)
    }
}

/// The answers that apply in a file, nearest first.
#[derive(Debug, Default, Clone)]
pub struct Evidence(Vec<Arc<Answer>>);

impl Evidence {
    /// Those of `answers`, nearest first.
    pub fn new(answers: impl IntoIterator<Item = Arc<Answer>>) -> Self {
        Self(answers.into_iter().collect())
    }

    /// Takes the reasons from `finding`, one of `rule`'s, that hold only for want of what is answered.
    pub(super) fn apply(&self, finding: &mut Finding, rule: &Metadata) {
        if self.0.is_empty() || finding.fix.is_none() || rule.never_safe {
            return;
        }
        for reason in std::mem::take(&mut finding.reasons) {
            match reason.lacks.as_ref().and_then(|lacks| self.gives(lacks)) {
                Some(answer) => finding.accepted.push(Accepted { by: answer.origin.clone(), reason }),
                None => finding.reasons.push(reason),
            }
        }
    }

    /// Why the fix of `finding` is wrong by an answer.
    pub(super) fn contradicts(&self, finding: &Finding) -> Option<Reason> {
        let is_reached = matches!(self.about_reach()?.known, Known::Reachable);
        let is_for_loopback = finding.reasons.iter().any(|reason| reason.lacks == Some(Fact::LocalOnly));
        (is_reached && is_for_loopback).then_some(reasons::REACHABLE)
    }

    /// The answer that is the fact `lacks`; for several hosts, the one about the first.
    fn gives(&self, lacks: &Fact) -> Option<&Answer> {
        match lacks {
            Fact::SpeakTls(hosts) => {
                let about = |host: &String| {
                    let is_it = |answer: &&Arc<Answer>| matches!(&answer.known, Known::Tls(known) if known.hold(host));
                    self.0.iter().find(is_it).map(Arc::as_ref)
                };
                hosts.iter().map(about).collect::<Option<Vec<&Answer>>>()?.first().copied()
            }
            Fact::LocalOnly => self.about_reach().filter(|answer| matches!(answer.known, Known::LocalOnly)),
            Fact::Reachable => self.about_reach().filter(|answer| matches!(answer.known, Known::Reachable)),
        }
    }

    /// The nearest answer about who reaches the servers of the file.
    fn about_reach(&self) -> Option<&Answer> {
        self.0.iter().map(Arc::as_ref).find(|answer| !matches!(answer.known, Known::Tls(_)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_host_speaks_tls_on_the_port_that_is_named() {
        for (answer, hosts, others) in [
            ("api.internal", &["api.internal", "API.internal:8443"][..], &["b.internal", "x.api.internal"][..]),
            ("api.internal:8443", &["api.internal:8443"], &["api.internal", "api.internal:80"]),
            ("*.corp.example", &["git.corp.example", "a.b.corp.example:80"], &["corp.example"]),
            ("10.0.0.0/8", &["10.1.2.3", "10.1.2.3:443"], &["11.0.0.1"]),
            ("[fd00::1]:8443", &["[fd00::1]:8443"], &["[fd00::1]:80"]),
            ("b\u{fc}cher.example", &["B\u{dc}CHER.example"], &["bucher.example"]),
        ] {
            let known = TlsHosts::of(answer).unwrap();
            assert!(hosts.iter().all(|host| known.hold(host)), "{answer}");
            assert!(!others.iter().any(|host| known.hold(host)), "{answer}");
        }
        for wrong in ["", "*", "*.*", "*:443", "a b", "api.internal:0", "api.internal:65536", "http://a/", "a/b"] {
            assert!(TlsHosts::of(wrong).is_err(), "{wrong}");
        }
    }
}
