//! The reasons that several rules give. A reason that one rule gives stands in that rule's folder.
//!
//! The sentences here are for where nothing more is known; a rule that knows the name, the value or the place says them
//! ([`Reason::says`], [`quoted`]).

#![allow(missing_docs, reason = "the sentence of each says what it means")]

use crate::finding::Reason;
use crate::python::Node;

pub const ADDRESS_HOST: Reason =
    Reason::new("address-host", "the host is an IP address, and few certificates name one");
pub const ALIAS: Reason = Reason::new("alias", "the class has another name here, which would change too");
pub const ARGUMENT: Reason =
    Reason::new("argument", "the value is an argument of a call, and the function may do more with it");
pub const ATTRIBUTE: Reason =
    Reason::new("attribute", "the value is stored in an attribute, which other code can read");
pub const CLI_DEFAULT: Reason = Reason::new("cli-default", "the value is the default of a command-line option");
pub const CONDITIONAL: Reason = Reason::new("conditional", "the program chooses between this value and others");
pub const ENVIRONMENT_DEFAULT: Reason = Reason::new("environment-default", "the value is the default of a setting");
pub const GUARDED_IMPORT: Reason =
    Reason::new("guarded-import", "the file also runs without the module that the fix needs");
pub const ITEM: Reason = Reason::new("item", "the value is an item of a container, which other code can read");
pub const LOCAL_HOST: Reason =
    Reason::new("local-host", "the host is local or private, where plaintext is often intended");
pub const MANUAL_UPGRADE: Reason = Reason::new("manual-upgrade", "TLS needs more than another class here");
pub const NEEDS_PLAINTEXT: Reason = Reason::new("needs-plaintext", "this host answers in plaintext on purpose");
pub const NON_DEFAULT_PORT: Reason =
    Reason::new("non-default-port", "the port is not a default port, and it speaks plaintext today");
pub const PARAMETER_DEFAULT: Reason =
    Reason::new("parameter-default", "the value is the default of a parameter, so callers are affected");
pub const PLAIN_PORT: Reason =
    Reason::new("port-80", "TLS cannot work on the plaintext port, and the port cannot be changed where it is written");
pub const REASSIGNED: Reason = Reason::new("reassigned", "the name is assigned more than once");
pub const RETURNED_VALUE: Reason =
    Reason::new("returned-value", "the value is returned by a function, and others may call it too");
pub const SCHEME_SWITCH: Reason =
    Reason::new("scheme-switch", "the program already chooses between plaintext and TLS here");
/// An answer in the configuration.
pub const REACHABLE: Reason =
    Reason::new("reachable", "the configuration says that other machines reach this server (`reachable`)");
pub const SHADOWED_MODULE: Reason =
    Reason::new("shadowed-module", "a module of the project has the name of the standard library's that the fix needs");
pub const SHARED_FIX: Reason = Reason::new(
    "shared-fix",
    "another finding is about the same literal, and is suppressed, cannot be fixed, or needs another text",
);
pub const SHARED_VALUE: Reason = Reason::new("shared-value", "the value is also used for something else");
pub const STAR_ARGUMENTS: Reason =
    Reason::new("star-arguments", "`*` or `**` arguments hide which arguments are passed");
pub const SUBCLASS: Reason =
    Reason::new("subclass", "the call creates a subclass in this file, which may rely on its base class");
pub const TARGET_VERSION: Reason = Reason::new(
    "target-version",
    "a Python version that the file or the project supports lacks what the fix would write",
);
pub const TUNNEL: Reason = Reason::new("tunnel", "the connection becomes a tunnel, or its socket is replaced");
pub const UNCERTAIN_ARGUMENT: Reason =
    Reason::new("uncertain-argument", "the meaning of an argument is not certain here");
pub const TRAILING_DOT: Reason =
    Reason::new("trailing-dot", "the host ends in a dot, and Python matches no certificate with it");
pub const UNKNOWN_HOST: Reason =
    Reason::new("unknown-host", "the code does not show which hosts this may be, so nothing says that they speak TLS");
pub const UNKNOWN_PORT: Reason = Reason::new("unknown-port", "the code does not show which port this is");

/// The text of `node` as a sentence quotes it: on one line, and not too long.
pub fn quoted(node: Node<'_>) -> String {
    const MOST_BYTES: usize = 60;
    let text = node.text();
    // What is cut off is not looked at: it may be most of the file, for each of many nodes.
    let start = text.get(..text.floor_char_boundary(4 * MOST_BYTES)).unwrap_or_default();
    let mut line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > MOST_BYTES || start.len() < text.len() {
        line.truncate(line.floor_char_boundary(MOST_BYTES));
        line.push('…');
    }
    format!("`{line}`")
}
/// Of every rule: the engine adds it.
pub const VENDORED: Reason =
    Reason::new("vendored", "the file is a copy of another project's, and the next copy would undo the fix");
