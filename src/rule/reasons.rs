//! The reasons that several rules give. A reason that one rule gives stands in that rule's folder.

#![allow(missing_docs, reason = "the sentence of each says what it means")]

use crate::finding::Reason;

pub const ALIAS: Reason = Reason::new("alias", "the class comes through another name, which is rewritten too");
pub const ATTRIBUTE: Reason = Reason::new("attribute", "the value is an attribute, which other code can read");
pub const CLI_DEFAULT: Reason = Reason::new("cli-default", "the value is the default of a command-line option");
pub const CONDITIONAL: Reason = Reason::new("conditional", "the value is one of several that may apply");
pub const ENVIRONMENT_DEFAULT: Reason =
    Reason::new("environment-default", "the value is the default of a setting from the environment");
pub const LOCAL_HOST: Reason =
    Reason::new("local-host", "the host is local or private, where plain HTTP is often meant");
pub const MANUAL_UPGRADE: Reason =
    Reason::new("manual-upgrade", "TLS takes more than another class here, which a person must write");
pub const NON_DEFAULT_PORT: Reason =
    Reason::new("non-default-port", "the port is not a default one, and today it speaks plaintext");
pub const PARAMETER_DEFAULT: Reason =
    Reason::new("parameter-default", "the value is a parameter's default, so callers are affected");
pub const REASSIGNED: Reason = Reason::new("reassigned", "the name is assigned more than once");
pub const SCHEME_SWITCH: Reason =
    Reason::new("scheme-switch", "the program already chooses between HTTP and HTTPS here");
pub const SHARED_FIX: Reason = Reason::new(
    "shared-fix",
    "another place takes the same value, and is silenced, cannot be fixed, or needs another one",
);
pub const SHARED_VALUE: Reason = Reason::new("shared-value", "the value is used for something else too");
pub const STAR_ARGUMENTS: Reason = Reason::new("star-arguments", "`*` or `**` arguments hide what is passed");
pub const SUBCLASS: Reason = Reason::new("subclass", "a subclass in this file is called, and it may rely on its base");
pub const TARGET_VERSION: Reason =
    Reason::new("target-version", "a Python that the file or its project is for lacks what the fix would write");
pub const TUNNEL: Reason = Reason::new("tunnel", "the connection becomes a tunnel or has its socket replaced");
pub const UNCERTAIN_ARGUMENT: Reason = Reason::new("uncertain-argument", "what an argument means here is not certain");
