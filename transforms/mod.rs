//! The registry: one line a transform.
//!
//! A transform is a folder here: `transform.toml` (what it is called, and its tables), `query.scm` (what it looks for),
//! `mod.rs` (how a site is judged and rewritten), `explain.md` (what `tightwire explain` shows). See CONTRIBUTING.md.

mod connection;
mod host;
mod http_server_usage;
mod https_without_context;
mod ignored_hosts;
mod judgement;
mod plaintext_client;
mod plaintext_ftp;
mod plaintext_http_connection;
mod plaintext_imap;
mod plaintext_pop;
mod plaintext_smtp;
mod scheme_switch;
mod telnet;
mod unrestricted_bind;
mod unverified_https_context;

use crate::rule::Transform;

/// Every transform, in the order in which they are listed.
pub fn all() -> Vec<&'static dyn Transform> {
    vec![
        &*plaintext_http_connection::TRANSFORM,
        &*https_without_context::TRANSFORM,
        &*unverified_https_context::TRANSFORM,
        &*unrestricted_bind::TRANSFORM,
        &*http_server_usage::TRANSFORM,
        &*plaintext_imap::TRANSFORM,
        &*plaintext_pop::TRANSFORM,
        &*plaintext_smtp::TRANSFORM,
        &*plaintext_ftp::TRANSFORM,
        &*telnet::TRANSFORM,
    ]
}

#[cfg(test)]
mod tests {
    use crate::rule::query::SiteQuery;

    #[test]
    fn every_definition_is_read() {
        let transforms = super::all();
        assert_eq!(transforms.len(), 10);
        assert_eq!(transforms.iter().filter(|transform| transform.metadata().default).count(), 5);
        for transform in &transforms {
            let head = transform.metadata();
            assert!(transform.explanation().starts_with(&format!("# {}\n", head.id)), "{}", head.id);
            assert!(!head.cwe.is_empty() && !head.references.is_empty(), "{}", head.id);
            for gate in transform.gates() {
                assert!(!gate.words.is_empty() && gate.words.iter().all(|word| !word.is_empty()), "{}", head.id);
            }
        }
        assert!(SiteQuery::compile(&transforms).is_ok());
    }
}
