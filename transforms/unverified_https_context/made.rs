//! What the calls that make contexts make, and what replaces them.

use super::life::{Life, Mixed};
use super::settings::word;
use crate::finding::{Draft, Reason, Related, SymbolicEdit};
use crate::python::{BindingKind, Call, Node, PythonFile, last_segment};
use crate::rule::{Found, Metadata, Verdict, reasons};
use crate::transforms::connection;

pub(super) const UNVERIFIED_CONTEXT: Reason =
    Reason::new("unverified-context", "verification was switched off on purpose");

const UNNAMED_SERVER: Reason = Reason::new("unnamed-server", "a context that verifies needs the name of the server");

/// What the arguments of a maker say about its context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// It verifies nothing.
    Unverified,
    /// It is a client's, and verifies.
    Client,
    /// The protocol decides, and is not known.
    Unknown,
    /// It is a server's.
    Server,
}

impl Made {
    /// By a call of `ssl.SSLContext`, or of a function that makes one and verifies nothing.
    pub(super) fn by(file: &PythonFile, maker: &Call<'_>) -> Self {
        let named: Vec<String> = maker.arguments.iter().map(|argument| word(file, argument.value())).collect();
        if named.iter().any(|word| matches!(word.as_str(), "CLIENT_AUTH" | "PROTOCOL_TLS_SERVER")) {
            return Self::Server;
        }
        if maker.arguments.iter().any(|argument| argument.value().text().contains("CLIENT_AUTH")) {
            return Self::Unknown;
        }
        if file.qualified_name(maker.callee).is_none_or(|made| made != "ssl.SSLContext") {
            let verifies = maker.keyword("cert_reqs").is_some_and(|mode| word(file, mode) != "CERT_NONE");
            return if verifies { Self::Unknown } else { Self::Unverified };
        }
        match named.first().map(String::as_str) {
            None => Self::Unverified,
            Some("PROTOCOL_TLS_CLIENT") => Self::Client,
            Some(protocol) if protocol.starts_with("PROTOCOL_") => Self::Unverified,
            Some(_) => Self::Unknown,
        }
    }
}

pub(super) fn replaced(maker: &Call<'_>) -> SymbolicEdit {
    let span = maker.node.span();
    SymbolicEdit { span, text: connection::default_context(span.start) }
}

/// Whether `ssl.create_default_context()` says all that a call of a maker that verifies nothing says; `None` if what
/// it makes may verify, or is for a server.
pub(super) fn replaces(file: &PythonFile, maker: &Call<'_>) -> Option<bool> {
    match Made::by(file, maker) {
        Made::Unverified => {
            let is_class = !last_segment(maker.callee.text()).starts_with('_');
            Some(maker.arguments.is_empty() || is_class && maker.arguments.len() == 1)
        }
        Made::Client | Made::Unknown | Made::Server => None,
    }
}

/// The finding at the call `maker`, with `edits` beside the one that replaces it.
pub(super) fn made_unverified(
    rule: &Metadata,
    maker: &Call<'_>,
    related: Vec<Related>,
    reasons: Vec<Reason>,
    is_fixable: bool,
    edits: Vec<SymbolicEdit>,
) -> Draft {
    let span = maker.node.span();
    let mut verdict = Verdict::default();
    verdict.edits.push(replaced(maker));
    verdict.edits.extend(edits);
    for reason in reasons {
        // A report says what is in the way of a fix; what would make the fix unsafe is beside the point.
        if !is_fixable && rule.no_fix_for.iter().any(|slug| *slug == reason.slug) {
            verdict.refuse(reason);
        } else {
            verdict.doubt(reason);
        }
    }
    let has_own = ["certfile", "keyfile"].iter().any(|name| maker.keyword(name).is_some());
    let help = if has_own {
        "use `ssl.create_default_context()`, and give it the client's certificate with `load_cert_chain`"
    } else {
        "use `ssl.create_default_context()`; for your own certificate, pass it as `cafile=`"
    };
    let found = Found {
        message: format!("`{}` creates a context that verifies nothing", maker.callee.text()),
        span,
        related,
        title: "create a context that verifies".to_string(),
        help: help.to_string(),
    };
    verdict.finish(rule, found)
}

/// Somebody called `maker` for what it makes.
pub(super) fn on_purpose(maker: &Call<'_>) -> Reason {
    let maker = reasons::quoted(maker.callee);
    UNVERIFIED_CONTEXT.says(format!("{maker} was written on purpose, often for a server with a certificate of its own"))
}

/// Why the fix breaks what connects without the name of the server: `wrap_socket` and `wrap_bio` raise `ValueError` then.
pub(super) fn unnamed_server(life: &Life<'_>) -> Option<Reason> {
    let call = Call::of(life.unnamed?)?;
    let sentence = format!(
        "{} does not name the server: with a context that verifies it raises `ValueError`, until it gets `server_hostname=`",
        reasons::quoted(call.node)
    );
    Some(UNNAMED_SERVER.says(sentence).at(Related::new("used here", call.callee.span())))
}

/// Why the program, and not this context alone, decides what is used.
pub(super) fn mixed(mixed: Mixed<'_>) -> Reason {
    let place = Related::new("it may be this, too", mixed.other.span());
    let (reason, sentence) = if mixed.is_reassigned {
        let name = reasons::quoted(mixed.read);
        (reasons::REASSIGNED, format!("{name} is also given another value, and the program chooses"))
    } else {
        let other = reasons::quoted(mixed.other);
        (reasons::CONDITIONAL, format!("the program chooses between this context and {other}"))
    };
    reason.says(sentence).at(place)
}

/// The program may take another branch, with another context.
pub(super) fn chosen(otherwise: Node<'_>) -> Reason {
    let sentence = "the program chooses between this context and that of another branch";
    reasons::CONDITIONAL.says(sentence).at(Related::new("the other branch", otherwise.span()))
}

/// The doubt about a context that a function uses if its callers pass none.
pub(super) fn default_of(file: &PythonFile, life: &Life<'_>) -> Option<Reason> {
    let tested = life.stands_in?;
    let bindings = file.reaching(tested.text(), tested.start());
    let is_parameter = |kind: &BindingKind| matches!(kind, BindingKind::Parameter { .. });
    { bindings }.iter().any(|id| file.binding(*id).is_some_and(|binding| is_parameter(&binding.kind))).then(|| {
        let sentence = format!("the context is used where callers pass none for {}", reasons::quoted(tested));
        reasons::PARAMETER_DEFAULT.says(sentence)
    })
}
