//! What people know and the code does not show: which hosts speak TLS, and which servers other machines reach.
//!
//! A reason says for want of which fact it is one ([`Fact`]). An answer in a configuration is that fact: it accepts the reason, for the
//! hosts or the files that it names.

use crate::finding::{Accepted, Fact, Finding, Reason};
use crate::problem::Problem;
use crate::rule::{Metadata, reasons};
use crate::transforms::{HostPattern, name_and_port};
use std::sync::Arc;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// As a person finds it: the setting, and the configuration in which it stands.
    pub origin: String,
    /// The setting with this answer alone: `tls = "api.internal"`.
    pub setting: String,
    /// What it is about, as written.
    pub about: String,
    /// Why it is so, if somebody says that.
    pub reason: Option<String>,
    /// The configuration in which it stands, as a person at the current directory would write its path.
    pub path: String,
    /// The one-based line there.
    pub line: Option<usize>,
    /// What it says.
    pub known: Known,
    /// The last day on which it counted (`2027-03-01`), if that has passed.
    pub expired: Option<String>,
}

/// What an answer says.
#[derive(Debug)]
pub enum Known {
    /// These hosts speak TLS.
    Tls(TlsHosts),
    /// The hosts of which this holds, names without a port, speak TLS on port 443.
    TlsOn443(fn(&str) -> bool),
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
        let (host, port) = name_and_port(text);
        if let Some(port) = port.filter(|port| port.parse::<u16>().is_err() || *port == "0") {
            return Err(Problem::new(format!("`{port}` is not a port"), "write a number from 1 to 65535"));
        }
        let all = || {
            let message = format!("`{text}` covers every host");
            Problem::new(message, "name hosts of which somebody knows that they speak TLS")
        };
        if host.chars().all(|character| matches!(character, '*' | '?' | '.')) {
            return Err(all());
        }
        let pattern = HostPattern::of(host)?;
        if pattern.is_for_all() {
            return Err(all());
        }
        Ok(Self { pattern, port: port.map(str::to_string) })
    }

    /// Whether `host` is one of them. Without a port it is asked on 443.
    fn hold(&self, host: &str) -> bool {
        let port = name_and_port(host).1.unwrap_or("443");
        self.pattern.hold(host) && self.port.as_deref().is_none_or(|only| only == port)
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

    /// Takes the reasons from `finding`, one of `rule`'s, that hold only for want of what is answered. Returns the answers that it
    /// hangs on, those that no longer count included.
    pub(super) fn apply(&self, finding: &mut Finding, rule: &Metadata) -> Vec<Arc<Answer>> {
        if self.0.is_empty() || finding.fix.is_none() || rule.never_safe {
            return Vec::new();
        }
        let mut needed = Vec::new();
        for reason in std::mem::take(&mut finding.reasons) {
            let given = |counts| self.gives(reason.lacks.as_ref()?, counts);
            match given(Counts::Now) {
                Some(answers) => {
                    let by = answers.first().map(|answer| answer.origin.clone()).unwrap_or_default();
                    needed.extend(answers.into_iter().cloned());
                    finding.accepted.push(Accepted { by, reason });
                }
                None => {
                    needed.extend(given(Counts::EverDid).into_iter().flatten().cloned());
                    if reason.lacks == Some(Fact::LocalOnly) {
                        let against = |counts| self.about_reach(counts).filter(|answer| answer.says_reachable());
                        needed.extend(against(Counts::Now).or_else(|| against(Counts::EverDid)).cloned());
                    }
                    finding.reasons.push(reason);
                }
            }
        }
        needed
    }

    /// Why the fix of `finding` is wrong by an answer.
    pub(super) fn contradicts(&self, finding: &Finding) -> Option<Reason> {
        let is_reached = self.about_reach(Counts::Now)?.says_reachable();
        let is_for_loopback = finding.reasons.iter().any(|reason| reason.lacks == Some(Fact::LocalOnly));
        (is_reached && is_for_loopback).then_some(reasons::REACHABLE)
    }

    /// The answers that are the fact `lacks`; for several hosts, one about each.
    fn gives(&self, lacks: &Fact, counts: Counts) -> Option<Vec<&Arc<Answer>>> {
        match lacks {
            Fact::SpeakTls(hosts) => {
                let about = |host: &String| {
                    let is_it = |answer: &&Arc<Answer>| answer.says_tls(host);
                    self.counting(counts).find(is_it)
                };
                hosts.iter().map(about).collect()
            }
            Fact::LocalOnly => {
                // An exception that no longer counts does not become the rule.
                let is_excepted = self.about_reach(Counts::EverDid).is_some_and(|answer| answer.says_reachable());
                let local = self.about_reach(counts).filter(|answer| matches!(answer.known, Known::LocalOnly));
                local.filter(|_| !is_excepted).map(|answer| vec![answer])
            }
            Fact::Reachable => {
                self.about_reach(counts).filter(|answer| answer.says_reachable()).map(|answer| vec![answer])
            }
        }
    }

    /// The nearest answer about who reaches the servers of the file.
    fn about_reach(&self, counts: Counts) -> Option<&Arc<Answer>> {
        self.counting(counts).find(|answer| matches!(answer.known, Known::LocalOnly | Known::Reachable))
    }

    fn counting(&self, counts: Counts) -> impl Iterator<Item = &Arc<Answer>> {
        self.0.iter().filter(move |answer| answer.expired.is_none() || counts == Counts::EverDid)
    }
}

/// Which answers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// Those whose date has not passed.
    Now,
    /// All.
    EverDid,
}

impl Answer {
    /// Whether `host`, with or without a port, speaks TLS by it.
    fn says_tls(&self, host: &str) -> bool {
        match &self.known {
            Known::Tls(hosts) => hosts.hold(host),
            Known::TlsOn443(holds) => {
                let (name, port) = name_and_port(host);
                port.is_none_or(|port| port == "443") && holds(name)
            }
            Known::LocalOnly | Known::Reachable => false,
        }
    }

    fn says_reachable(&self) -> bool {
        matches!(self.known, Known::Reachable)
    }

    /// `problem`, about this answer.
    fn problem(&self, message: &str, help: &str) -> Problem {
        Problem::new(format!("`{}` {message}", self.setting), help).in_file(self.path.as_str()).on_line(self.line)
    }

    /// That it no longer counts, if its date has passed.
    pub fn out_of_date(&self) -> Option<Problem> {
        let until = self.expired.as_ref()?;
        let help = "find out whether it still holds and change `until`, or remove it";
        Some(self.problem(&format!("counted until {until}, and no longer does"), help))
    }

    /// That nothing needs it.
    pub fn unused(&self) -> Problem {
        self.problem("is an answer that no finding needs", "remove it")
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
            ("api.internal:443", &["api.internal", "api.internal:443", "api.internal:"], &["api.internal:8443"]),
            ("10.0.0.0/8", &["10.1.2.3", "10.1.2.3:443"], &["11.0.0.1"]),
            ("fd00::1", &["fd00::1", "[fd00::1]:8443"], &["fd00::2"]),
            ("[fd00::1]:8443", &["[fd00::1]:8443"], &["[fd00::1]:80"]),
            ("b\u{fc}cher.example", &["B\u{dc}CHER.example"], &["bucher.example"]),
            ("xn--bcher-kva.example:8443", &["b\u{fc}cher.example:8443"], &["b\u{fc}cher.example"]),
        ] {
            let known = TlsHosts::of(answer).unwrap();
            assert!(hosts.iter().all(|host| known.hold(host)), "{answer}");
            assert!(!others.iter().any(|host| known.hold(host)), "{answer}");
        }
        for wrong in [
            "",
            "*",
            "*.*",
            "*:443",
            "0.0.0.0/0",
            "::/0",
            "{*,a}",
            "[!_]*",
            "a b",
            "api.internal:0",
            "api.internal:65536",
            "http://a/",
            "a/b",
        ] {
            assert!(TlsHosts::of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_of_names_is_about_port_443_alone() {
        let known = Known::TlsOn443(|name| name == "a.example");
        let (path, setting, about) = (String::new(), String::new(), String::new());
        let answer =
            Answer { origin: "a list".into(), setting, about, reason: None, path, line: None, known, expired: None };
        assert!(["a.example", "a.example:443"].iter().all(|host| answer.says_tls(host)));
        assert!(!["a.example:8443", "a.example:80", "b.a.example", ""].iter().any(|host| answer.says_tls(host)));
        let evidence = Evidence::new([Arc::new(answer)]);
        let lacks = |host: &str| Fact::SpeakTls(vec!["a.example".into(), host.into()]);
        assert!(evidence.gives(&lacks("a.example:443"), Counts::Now).is_some());
        assert!(evidence.gives(&lacks("c.example"), Counts::Now).is_none());
        assert!(evidence.gives(&Fact::Reachable, Counts::Now).is_none());
    }
}
