//! `http.client.HTTPConnection(…)` becomes `HTTPSConnection(…, context=ssl.create_default_context())`.
//!
//! Half of the work is to leave calls alone: one in three real calls is an arm of a choice between the two classes
//! ([`super::scheme_switch`]); others open tunnels or connect to this machine ([`super::host`]).

mod url_client;

use super::connection::{self, ConnectionClass, LaterUses};
use super::host;
use super::host_patterns::HostPatterns;
use super::scheme_switch::Choices;
use super::test_code::TestCode;
use super::twin;
use crate::finding::{Draft, Findings, Reason};
use crate::python::{Argument, Call, Callee, Dialect, Function, Node, PythonFile, Step, last_segment};
use crate::rewrite::arguments;
use crate::rule::reasons;
use crate::rule::{Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Rows, Table, Verdict, qualified};
use schemars::JsonSchema;
use serde::Deserialize;
use url_client::{Transport, UrlClient};

const LEGACY_CLASS: Reason = Reason::new("legacy-class", "the class exists only in Python 2 and has another interface");

const PLAINTEXT_HOOK: Reason = Reason::new(
    "plaintext-hook",
    "a class for plaintext calls this method to make its connection, and has decided for plaintext",
);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PlaintextHttpConnection {
    /// Hosts to which plaintext is accepted: names with `*` and `?`, addresses, networks.
    #[serde(default)]
    ignore_hosts: HostPatterns,
    /// Hosts that answer in plaintext on purpose.
    needs_plaintext: HostPatterns,
    /// Classes whose objects speak plaintext.
    callables: Rows<ConnectionClass>,
    /// Callables that take a URL.
    url_clients: Rows<UrlClient>,
    transports: Rows<Transport>,
    /// Methods by which plaintext machinery makes its connection.
    hooks: Vec<Hook>,
}

/// Methods that a class of a library calls to make a connection that it has decided to be plaintext.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Hook {
    /// Qualified name of the class.
    #[serde(deserialize_with = "qualified")]
    class: String,
    /// The names of the methods.
    methods: Vec<String>,
}

impl Check for PlaintextHttpConnection {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("callables", &self.callables), ("url-clients", &self.url_clients)]
    }

    fn names(&self) -> Vec<&str> {
        self.callables
            .names()
            .into_iter()
            .chain(self.url_clients.names())
            .chain([connection::VERIFIED_CONTEXT])
            .collect()
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let classes = self.callables.0.iter().map(ConnectionClass::prefilter);
        classes.chain(self.url_clients.0.iter().map(UrlClient::prefilter)).collect()
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        let choices = Choices::of(file, &["https".to_string()]);
        let around = Around {
            rule,
            file,
            facts,
            tests: TestCode::of(file, facts.path),
            later_uses: LaterUses::of(file),
            choices,
        };
        let mut drafts = Vec::new();
        let mut others = Vec::new();
        for matched in matches {
            match self.check_class(&around, matched) {
                Some(draft) => drafts.push(draft),
                None => others.push(matched),
            }
        }
        drafts.extend(url_client::check(self, &around, &others));
        drafts.into_iter().collect()
    }
}

/// The file around the calls, with cached answers.
struct Around<'f> {
    rule: &'f Metadata,
    file: &'f PythonFile,
    facts: &'f FileFacts<'f>,
    tests: TestCode<'f>,
    later_uses: LaterUses<'f>,
    choices: Choices<'f>,
}

impl Around<'_> {
    /// The characters that a line of the file may have before the edits of `verdict` outside of the call's arguments.
    fn line_length(&self, verdict: &Verdict) -> Option<usize> {
        twin::line_length(self.facts, verdict)
    }
}

impl PlaintextHttpConnection {
    /// The finding of a call of one of the classes.
    fn check_class<'f>(&self, around: &Around<'f>, matched: &Match<'f>) -> Option<Draft> {
        let file = around.file;
        let (callee, class) = matched.row("callables", &self.callables)?;
        let whole = Call::of(matched.node)?;
        let call = whole.made_by_partial(matched.callee);
        if let Some(Step::Subclass(subclass)) = callee.via.last()
            && connection::defines(file, *subclass, "connect")
        {
            // A Unix socket, a pipe, a tunnel: it connects in its own way.
            return None;
        }
        if call.argument(Some(0), Some("host")).is_some_and(|host| self.ignore_hosts.cover(file, host)) {
            return None;
        }
        let mut verdict = Verdict::default();
        match &class.tls {
            Some(_) if callee.is_choice() => {
                // A class or a name that is about TLS makes this a choice of the scheme; another plaintext class does
                // not.
                let is_scheme = matched.callees.iter().any(|other| other.path.to_lowercase().contains("https"));
                let classes = reasons::CONDITIONAL.says("the program chooses between this class and others");
                verdict.refuse(if is_scheme { reasons::SCHEME_SWITCH } else { classes });
            }
            Some(tls) => {
                verdict.fix_needs(!self.is_in_hook(file, call.node), PLAINTEXT_HOOK);
                if let Some(host) = call.argument(Some(0), Some("host")) {
                    host::weigh(&mut verdict, file, host, Some(&self.needs_plaintext));
                }
                let connection = Connection { whole: &whole, call: &call, callee, class, tls, name: matched.callee };
                rewrite(around, &connection, &mut verdict);
                around.tests.weigh_plaintext(&mut verdict, call.node);
            }
            None => verdict.refuse(LEGACY_CLASS),
        }
        let found = found(&verdict, class, matched.callee.without_parentheses().last_identifier());
        Some(verdict.finish(around.rule, found))
    }
}

impl PlaintextHttpConnection {
    /// Whether `call` stands in a method that a library's class for plaintext calls to make its connection.
    fn is_in_hook(&self, file: &PythonFile, call: Node<'_>) -> bool {
        let Some(method) = call.ancestors().find_map(Function::of).and_then(|function| function.name) else {
            return false;
        };
        let hooks = || self.hooks.iter().filter(|hook| hook.methods.iter().any(|name| name == method.text()));
        let bases = file.enclosing_class(call).filter(|_| hooks().next().is_some()).map(|class| file.base_paths(class));
        bases.is_some_and(|bases| hooks().any(|hook| bases.contains(&hook.class)))
    }
}

/// A call of a plaintext class that has a twin over TLS.
struct Connection<'c, 'f> {
    /// The call as it is written.
    whole: &'c Call<'f>,
    /// The call of the class, where a `functools.partial` stands around it.
    call: &'c Call<'f>,
    callee: &'c Callee,
    class: &'c ConnectionClass,
    /// The name of the twin.
    tls: &'c str,
    /// The class as the call names it.
    name: Node<'f>,
}

fn rewrite<'f>(around: &Around<'f>, connection: &Connection<'_, 'f>, verdict: &mut Verdict) {
    let Connection { whole, call, callee, class, tls, name } = *connection;
    let file = around.file;
    let is_partial = call.callee != name;
    // Later arguments are not known: a port, a third argument.
    let later = "`functools.partial` leaves arguments to later calls, which may pass a port";
    verdict.safe_needs(!is_partial, reasons::UNCERTAIN_ARGUMENT.says(later));
    twin::rewrite_callee(verdict, file, name, callee, tls);
    verdict.fix_needs(!class.twin().is_some_and(|twin| file.is_patched(&twin)), twin::replaced(tls));
    verdict.safe_needs(!file.may_be_rebound_by_wildcard_import(name), twin::rebound(name));
    verdict.fix_needs(!around.choices.is_arm(call.node), reasons::SCHEME_SWITCH);
    let later = around.later_uses.of_call(call.node);
    let names_proxy = call.argument(Some(0), Some("host")).is_some_and(host::names_proxy);
    verdict.fix_needs(
        !names_proxy,
        reasons::TUNNEL.says("the host is a proxy by its name, and is spoken to in plaintext"),
    );
    twin::weigh_later_use(verdict, later);
    let port_set = "the program sets the connection's port, which speaks plaintext today";
    verdict.safe_needs(!later.port_set, reasons::NON_DEFAULT_PORT.says(port_set));
    rewrite_arguments(file, connection, is_partial, verdict);
    twin::rewrite_port(verdict, file, call, class);
    if verdict.has_fix() && !class.verifies_by_default {
        let context = connection::verified_context(call.node.start());
        let added = arguments::add_keyword(file.text(), whole, &verdict.edits, &context, around.line_length(verdict));
        verdict.edits.extend(added);
    }
}

fn rewrite_arguments(file: &PythonFile, connection: &Connection<'_, '_>, is_partial: bool, verdict: &mut Verdict) {
    let Connection { call, callee, class, .. } = *connection;
    if call.has_star() {
        verdict.refuse(twin::star_arguments(call));
        return;
    }
    verdict.safe_needs(call.double_star().is_none(), twin::star_arguments(call));
    let may_have_host = call.argument(Some(0), Some("host")).is_some() || call.double_star().is_some() || is_partial;
    verdict.fix_needs(may_have_host, reasons::UNCERTAIN_ARGUMENT.says("the call passes no host"));
    if class.verifies_by_default {
        // urllib3's own arguments for a pool that speaks to a proxy (1.26, 2.x: `_proxy`, `_proxy_headers`, `_proxy_config`).
        let is_proxied =
            |argument: &Argument<'_>| matches!(argument, Argument::Keyword { name, .. } if name.starts_with("_proxy"));
        let proxied = reasons::TUNNEL.says("a `_proxy…` argument says that the pool speaks to a proxy");
        verdict.fix_needs(!call.arguments.iter().any(is_proxied), proxied);
        // The table lists the parameters that both classes share; without a list, all are shared.
        let are_known = class.python3.is_empty() || call.positional().len() <= class.python3.len();
        let unknown = format!(
            "`{}` may not take the last positional argument as `{}` does",
            class.tls.as_deref().unwrap_or_default(),
            last_segment(&class.name)
        );
        verdict.fix_needs(are_known, reasons::UNCERTAIN_ARGUMENT.says(unknown));
        return;
    }
    let named = connection::name_positional(file.text(), class, call, callee.dialect, &[]);
    verdict.edit_or_refuse(named, twin::uncertain_position(class, call, callee.dialect));
    for argument in &call.arguments {
        let Argument::Keyword { name, node, .. } = argument else { continue };
        let on_2 = class.python2.iter().any(|known| known == name);
        let on_3 = class.python3.iter().any(|known| known == name);
        match (on_2, on_3) {
            (_, true) => {}
            // Python 3.4 removed `strict`.
            (true, false) if callee.dialect == Dialect::Python2 => {}
            (true, false) => {
                let removed = arguments::remove_arguments(file.text(), call, &[*node]);
                let kept = format!("`{name}=` cannot be removed without a comment beside it");
                verdict.edit_or_refuse(removed, reasons::UNCERTAIN_ARGUMENT.says(kept));
            }
            (false, false) => verdict.refuse(twin::unknown_argument(name, class)),
        }
    }
}

fn found(verdict: &Verdict, class: &ConnectionClass, name: Node<'_>) -> Found {
    let tls = class.tls.as_deref().unwrap_or_default();
    let help = match (verdict.has_fix(), class.tls.is_some()) {
        (true, _) if class.verifies_by_default => format!("use `{tls}`, which verifies by default"),
        (true, _) => format!("use `{tls}` with `context=ssl.create_default_context()`"),
        (false, true) => {
            format!("use `{tls}` with a verified context, unless the program already decides this elsewhere")
        }
        (false, false) => {
            "use `http.client.HTTPSConnection` with a verified context instead of this old class".to_string()
        }
    };
    let title = match class.verifies_by_default {
        true => format!("connect with {tls}"),
        false => format!("connect with {tls} and a verified context"),
    };
    let message = format!("`{}` sends everything in plaintext", last_segment(&class.name));
    Found { message, span: name.span(), related: Vec::new(), title, help }
}
