//! The registry: one line a rule.
//!
//! A rule is a folder here: `transform.toml` (what it is called, and its tables), `explain.md` (what `tightwire explain` shows) and, where
//! the tables do not say all, `query.scm` (what matches) and `mod.rs` (how a match is checked and rewritten). See CONTRIBUTING.md.

mod connection;
mod host;
mod host_kind;
mod host_patterns;
mod http_server_usage;
mod https_without_context;
mod plaintext_client;
mod plaintext_http_connection;
mod scheme_switch;
mod test_code;
mod twin;
mod unrestricted_bind;
mod unverified_https_context;

pub(crate) use host::name_and_port;
#[cfg(feature = "cli")]
pub(crate) use host::{canonical, with_port};
pub(crate) use host_kind::is_loopback;
pub(crate) use host_patterns::HostPattern;

use crate::rule::{Defined, Rule, Texts};
use http_server_usage::HttpServerUsage;
use https_without_context::HttpsWithoutContext;
use plaintext_client::PlaintextClient;
use plaintext_http_connection::PlaintextHttpConnection;
use std::sync::{Arc, LazyLock};
use unrestricted_bind::UnrestrictedBind;
use unverified_https_context::UnverifiedHttpsContext;

/// The rule in a folder: with a query of its own, or one that follows from its tables.
macro_rules! rule {
    ($check:ty, $folder:literal, with query) => {
        rule!($check, $folder, Some(include_str!(concat!($folder, "/query.scm"))))
    };
    ($check:ty, $folder:literal) => {
        rule!($check, $folder, None)
    };
    ($check:ty, $folder:literal, $query:expr) => {
        Arc::new(Defined::<$check>::built_in(Texts {
            definition: include_str!(concat!($folder, "/transform.toml")),
            query: $query,
            explanation: include_str!(concat!($folder, "/explain.md")),
        }))
    };
}

static ALL: LazyLock<Vec<Arc<dyn Rule>>> = LazyLock::new(|| {
    vec![
        rule!(PlaintextHttpConnection, "plaintext_http_connection", with query),
        rule!(HttpsWithoutContext, "https_without_context", with query),
        rule!(UnverifiedHttpsContext, "unverified_https_context", with query),
        rule!(UnrestrictedBind, "unrestricted_bind", with query),
        rule!(HttpServerUsage, "http_server_usage", with query),
        rule!(PlaintextClient, "plaintext_imap"),
        rule!(PlaintextClient, "plaintext_pop"),
        rule!(PlaintextClient, "plaintext_smtp"),
        rule!(PlaintextClient, "plaintext_ftp"),
        rule!(PlaintextClient, "telnet"),
    ]
});

/// Every rule, in the order in which they are listed.
pub fn all() -> &'static [Arc<dyn Rule>] {
    &ALL
}

#[cfg(test)]
mod tests {
    use crate::rule::RuleQuery;
    use std::collections::HashSet;

    #[test]
    fn every_definition_is_read_and_complete() {
        let rules = super::all();
        let ids: HashSet<&str> = rules.iter().map(|rule| rule.metadata().id.as_str()).collect();
        assert_eq!(ids.len(), rules.len(), "two rules share an id");
        for rule in rules {
            let head = rule.metadata();
            assert!(rule.explanation().starts_with(&format!("# {}\n", head.id)), "{}", head.id);
            assert!(!head.cwe.is_empty() && !head.references.is_empty(), "{}", head.id);
            for pattern in rule.prefilter() {
                assert!(!pattern.words.is_empty() && pattern.words.iter().all(|word| !word.is_empty()), "{}", head.id);
            }
        }
        assert!(RuleQuery::compile(rules).is_ok());
    }

    #[test]
    fn every_reason_is_explained() {
        for rule in super::all() {
            let (head, page) = (rule.metadata(), rule.explanation());
            // The page refers to another one for the classes that a configuration adds.
            let refers = page.contains("for the reasons of `plaintext-imap`");
            for reason in head.unsafe_for.iter().chain(&head.no_fix_for) {
                assert!(refers || page.contains(&format!("**{reason}**")), "{}: {reason}", head.id);
            }
        }
    }
}
