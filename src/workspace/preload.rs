//! The HSTS preload list: hosts that browsers speak to over TLS alone. It ships with the program as an answer, the farthest of all.
//!
//! `hsts-preload.zz` has a name a line, packed by zlib: the labels reversed (`com.example.www`), and ` alone` behind it if the list does
//! not include its subdomains. `.ci/hsts-preload` makes it from Chromium's list. It is unpacked when a host is looked up that is neither
//! an address nor a single label, which is seldom: of public hosts nobody doubts that they speak TLS.

use crate::engine::{Answer, Known};
use flate2::read::ZlibDecoder;
use std::io::Read as _;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

/// The day of the list.
pub const DATE: &str = "2025-01-01";

/// Its lines, sorted by their names.
static LIST: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut text = String::new();
    let read = ZlibDecoder::new(include_bytes!("hsts-preload.zz").as_slice()).read_to_string(&mut text);
    // A list that is cut short says less, and nothing wrong.
    drop(read);
    text.lines().map(str::to_owned).collect()
});

static ANSWER: LazyLock<Arc<Answer>> = LazyLock::new(|| {
    Arc::new(Answer {
        origin: format!("the HSTS preload list of {DATE}"),
        setting: String::new(),
        about: String::new(),
        reason: None,
        path: String::new(),
        line: None,
        known: Known::TlsOn443(holds),
        expired: None,
    })
});

/// The list as an answer.
pub(super) fn answer() -> Arc<Answer> {
    Arc::clone(&ANSWER)
}

/// Whether the list has `name`, a host without a port, or a domain around it with its subdomains. A single label is not one of its hosts:
/// the list has top-level domains (`app`, `search`), and in a private network these are names of servers.
fn holds(name: &str) -> bool {
    if !name.contains('.') || name.parse::<IpAddr>().is_ok() {
        return false;
    }
    let Ok(name) = idna::domain_to_ascii(name) else { return false };
    let mut key = String::new();
    let mut labels = name.rsplit('.').peekable();
    while let Some(label) = labels.next() {
        if !key.is_empty() {
            key.push('.');
        }
        key.push_str(label);
        let is_whole = labels.peek().is_none();
        if includes_subdomains(&key).is_some_and(|includes| is_whole || includes) {
            return true;
        }
    }
    false
}

/// Whether the list includes the subdomains of `key`, a name with its labels reversed; none if it does not have it.
fn includes_subdomains(key: &str) -> Option<bool> {
    let of = |line: &'static String| line.strip_suffix(" alone").map_or((line.as_str(), true), |name| (name, false));
    let at = LIST.binary_search_by(|line| of(line).0.cmp(key)).ok()?;
    LIST.get(at).map(|line| of(line).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_they_include_are_in_the_list() {
        for name in ["github.com", "API.github.com", "a.b.github.com", "accounts.google.com", "x.dev", "a.x.app"] {
            assert!(holds(name), "{name}");
        }
        for name in [
            // A name without its subdomains.
            "stackoverflow.com",
            "example.com",
            "com",
            "app",
            "search",
            "dev",
            "",
            ".",
            "google.com",
            "thub.com",
            "8.8.8.8",
            "::1",
            "github.com.evil.example",
        ] {
            assert!(!holds(name), "{name}");
        }
    }
}
