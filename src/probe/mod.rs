//! Asks hosts whether they speak TLS: a handshake, with a certificate that the system's authorities vouch for. Nothing is sent after it.
//!
//! This is the only module that uses the network, and [`ask_all`] the only way in. It is bounded at once, in time for each host (the
//! name's lookup included, which the system may hold up for longer: its thread is then left behind), and in time altogether.

mod certificate;
mod handshake;

use crate::problem::Problem;
pub use certificate::Certificate;
use handshake::Handshakes;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// A name in ASCII, or an address without brackets.
    pub host: String,
    /// The port, not 0.
    pub port: u16,
}

impl Target {
    /// The host `name` in its ASCII form.
    ///
    /// # Errors
    /// If no host can have this name.
    pub fn new(name: &str, port: u16) -> Result<Self, Problem> {
        let bare = name.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(name);
        if bare.parse::<IpAddr>().is_ok() {
            return Ok(Self { host: bare.to_owned(), port });
        }
        let no_host =
            || Problem::new(format!("`{name}` is not the name of a host"), "name a host, such as `api.example.com`");
        let host = idna::domain_to_ascii_strict(bare).map_err(|_| no_host())?;
        if host.is_empty() || rustls::pki_types::ServerName::try_from(host.as_str()).is_err() {
            return Err(no_host());
        }
        Ok(Self { host, port })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(formatter, "[{}]:{}", self.host, self.port),
            false => write!(formatter, "{}:{}", self.host, self.port),
        }
    }
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A verified handshake.
    SpeaksTls,
    /// Something else answered, or hung up.
    NotTls,
    /// The certificate has expired.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate is for other names.
    WrongName,
    /// No authority that the system knows vouches for the certificate.
    UnknownAuthority,
    /// There is something else wrong with the certificate, or with the handshake.
    Failed,
    /// Nothing listens on the port.
    Refused,
    /// The name has no address.
    NoAddress,
    /// No way leads there.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The run was stopped, or out of time, before its answer.
    NotAsked,
}

impl Outcome {
    /// Its stable name in JSON.
    pub fn slug(self) -> &'static str {
        match self {
            Self::SpeaksTls => "speaks-tls",
            Self::NotTls => "not-tls",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::WrongName => "wrong-name",
            Self::UnknownAuthority => "unknown-authority",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::NoAddress => "no-address",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::NotAsked => "not-asked",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::SpeaksTls => "speaks TLS",
            Self::NotTls => "does not speak TLS",
            Self::Expired => "has a certificate that has expired",
            Self::NotYetValid => "has a certificate that is not valid yet",
            Self::WrongName => "has a certificate for other names",
            Self::UnknownAuthority => "has a certificate from an authority that is not known here",
            Self::Failed => "speaks TLS, but the handshake failed",
            Self::Refused => "refuses connections",
            Self::NoAddress => "has no address",
            Self::Unreachable => "cannot be reached",
            Self::TimedOut => "did not answer in time",
            Self::NotAsked => "was not asked to the end",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

/// What came of asking one host, with what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// In a word.
    pub outcome: Outcome,
    /// What the system or the other side said, if that says more; may hold what a stranger wrote.
    pub detail: String,
    /// The verified certificate.
    pub certificate: Option<Certificate>,
}

impl Answered {
    fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome, detail: detail.into(), certificate: None }
    }
}

/// What bounds a run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many hosts are asked at once.
    pub at_once: usize,
    /// How long one may take.
    pub each: Duration,
    /// How long all of them may take.
    pub total: Duration,
}

/// Asks each of `targets`, at the address that `resolved` gives it or the system knows, until `stop` is set. `done` goes up by one for
/// each; the answers are in the order of the targets.
///
/// # Errors
/// If the system has no authorities.
pub fn ask_all(
    targets: &[Target],
    resolved: &BTreeMap<Target, IpAddr>,
    limits: Limits,
    done: &AtomicUsize,
    stop: &AtomicBool,
) -> Result<Vec<Answered>, Problem> {
    let handshakes = Arc::new(Handshakes::new()?);
    let end = Instant::now() + limits.total;
    let mut answers: Vec<Option<Answered>> = vec![None; targets.len()];
    let mut open: BTreeMap<usize, Instant> = BTreeMap::new();
    let mut waiting = targets.iter().enumerate();
    let (sender, answered) = mpsc::channel();
    loop {
        let is_over = || stop.load(Ordering::SeqCst) || Instant::now() >= end;
        while open.len() < limits.at_once.max(1) && !is_over() {
            let Some((index, target)) = waiting.next() else { break };
            let deadline = (Instant::now() + limits.each).min(end);
            let (handshakes, sender, target) = (Arc::clone(&handshakes), sender.clone(), target.clone());
            let address = resolved.get(&target).copied();
            let ask = move || drop(sender.send((index, handshakes.ask(&target, address, deadline))));
            match thread::Builder::new().spawn(ask) {
                Ok(_) => drop(open.insert(index, deadline)),
                Err(error) => settle(&mut answers, done, index, Answered::new(Outcome::NotAsked, error.to_string())),
            }
        }
        if open.is_empty() || stop.load(Ordering::SeqCst) {
            break;
        }
        if let Ok((index, answer)) = answered.recv_timeout(PERIOD)
            && open.remove(&index).is_some()
        {
            settle(&mut answers, done, index, answer);
        }
        // The lookup of a name has no limit of its own.
        let now = Instant::now();
        while let Some(index) = open.iter().find(|(_, deadline)| now >= **deadline + GRACE).map(|(index, _)| *index) {
            open.remove(&index);
            settle(&mut answers, done, index, Answered::new(Outcome::TimedOut, "the lookup of its name"));
        }
    }
    let not_asked =
        || Answered::new(Outcome::NotAsked, if stop.load(Ordering::SeqCst) { "stopped" } else { "out of time" });
    Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(not_asked)).collect())
}

fn settle(answers: &mut [Option<Answered>], done: &AtomicUsize, index: usize, answer: Answered) {
    if let Some(slot) = answers.get_mut(index) {
        *slot = Some(answer);
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// How often it is looked whether the run was stopped.
const PERIOD: Duration = Duration::from_millis(50);
/// How long a thread that is out of time may take to say so.
const GRACE: Duration = Duration::from_millis(500);
