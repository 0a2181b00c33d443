//! The reasons in words, for people. Tools read the slugs, which are `Reason`'s serde names.

use crate::finding::Reason;

/// Why `reason` makes a fix unsafe or impossible: a clause that follows "because".
pub fn explanation(reason: Reason) -> &'static str {
    match reason {
        Reason::NonDefaultPort => "the port is not a default one, and today it speaks plaintext",
        Reason::LocalHost => "the host is local or private, where plain HTTP is often meant",
        Reason::SchemeSwitch => "the program already chooses between HTTP and HTTPS here",
        Reason::Tunnel => "the connection becomes a tunnel or has its socket replaced",
        Reason::Subclass => "a subclass in this file is called, and it may rely on its base",
        Reason::StarArguments => "`*` or `**` arguments hide what is passed",
        Reason::UncertainArgument => "what an argument means here is not certain",
        Reason::LegacyClass => "the class is a Python 2 one with another interface",
        Reason::Alias => "the class comes through another name, which is rewritten too",
        Reason::Fallback => "this is the fallback for an old Python",
        Reason::ClientCertificate => "a client certificate must be loaded into the context",
        Reason::UnverifiedContext => "verification was switched off on purpose",
        Reason::DefaultContextReplaced => "the module replaces ssl's default context, which the fix would bypass",
        Reason::SharedValue => "the value is used for something else too",
        Reason::SharedFix => {
            "another place takes the same value, and is silenced, cannot be fixed, or needs another one"
        }
        Reason::Sentinel => "the program compares with this very value, or names it",
        Reason::ParameterDefault => "the value is a parameter's default, so callers are affected",
        Reason::Attribute => "the value is an attribute, which other code can read",
        Reason::CliDefault => "the value is the default of a command-line option",
        Reason::EnvironmentDefault => "the value is the default of a setting from the environment",
        Reason::Conditional => "the value is one of several that may apply",
        Reason::Datagram => "a datagram socket would stop receiving broadcasts",
        Reason::Multicast => "the socket receives multicast or broadcast, and would stop doing so",
        Reason::PublicPort => "the port is that of a public service, or is given by the environment",
        Reason::Container => "the project runs in a container, where loopback cannot be reached from outside",
        Reason::DualStack => "the server listens on IPv4 and IPv6 at once",
        Reason::OmittedHost => "the host is left out, and where to write it is for a person to say",
        Reason::Reassigned => "the name is assigned more than once",
        Reason::NotEditable => "the value is computed, so there is no literal to edit",
        Reason::ManualUpgrade => "TLS takes more than another class here, which a person must write",
        Reason::Subprocess => "the server is started by a command line",
        Reason::ClientSocket => "the socket connects to other hosts, which loopback does not reach",
        Reason::ImportedValue => "the value is written in another module of the project",
        Reason::TargetVersion => "a Python that the file or its project is for lacks what the fix would write",
        Reason::SyntaxError => "the code around it does not parse",
    }
}
