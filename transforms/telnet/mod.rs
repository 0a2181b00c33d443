//! `telnetlib.Telnet(…)` is reported.

use super::plaintext_client::PlaintextClient;
use std::sync::LazyLock;

pub(super) static TRANSFORM: LazyLock<PlaintextClient> = LazyLock::new(|| {
    PlaintextClient::new(include_str!("transform.toml"), include_str!("query.scm"), include_str!("explain.md"))
});
