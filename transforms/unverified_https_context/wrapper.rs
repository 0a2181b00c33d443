//! `ssl.wrap_socket`, which verifies nothing unless it is told to.

use super::made::UNVERIFIED_CONTEXT;
use super::settings::{is_refused, word};
use crate::finding::Draft;
use crate::python::{Call, Kind, PythonFile};
use crate::rule::{Found, Match, Metadata, Verdict, reasons};

/// `ssl.wrap_socket(…)`, which verifies nothing unless it is told to.
pub(super) fn check_wrapper(rule: &Metadata, file: &PythonFile, matched: &Match<'_>) -> Option<Draft> {
    let call = Call::of(matched.node)?;
    // (sock, keyfile, certfile, server_side, cert_reqs, …) on CPython 2.7 to 3.11.
    let mode = call.argument(Some(4), Some("cert_reqs")).map(|mode| word(file, mode));
    let side = call.argument(Some(3), Some("server_side"));
    let is_a_servers = side.is_some_and(|side| {
        let values = file.sources(side);
        !values.is_empty() && values.iter().all(|value| value.node.kind() == Kind::True)
    });
    let is_hidden = call.has_star() || call.double_star().is_some();
    if is_a_servers || is_hidden || is_refused(call.node) || mode.is_some_and(|mode| mode != "CERT_NONE" && mode != "0")
    {
        return None;
    }
    let mut verdict = Verdict::default();
    verdict.refuse(UNVERIFIED_CONTEXT.says(format!(
        "{} verifies nothing unless it is told to, and what replaces it needs the name of the server",
        reasons::quoted(call.callee)
    )));
    let found = Found {
        message: format!("`{}` accepts any certificate", call.callee.text()),
        span: call.callee.span(),
        related: Vec::new(),
        title: String::new(),
        help: "use `ssl.create_default_context().wrap_socket(sock, server_hostname=host)`; Python 3.12 has no \
               `ssl.wrap_socket`"
            .to_string(),
    };
    Some(verdict.finish(rule, found))
}
