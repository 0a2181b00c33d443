//! Plaintext clients other than HTTP: mail, files, terminals. One implementation, and a folder of data for each rule.
//!
//! A class that has a TLS counterpart with the same methods is rewritten like `HTTPConnection`. A class without one
//! (FTP protects its data by a separate command, SMTP is upgraded by one) is reported with advice. An object that is
//! upgraded by `starttls()` or `stls()` is not a finding, because that is TLS too.

use super::connection::{self, ConnectionClass, LaterUses, target_of};
use super::host;
use super::host_patterns::HostPatterns;
use super::scheme_switch::Choices;
use super::twin;
use crate::finding::{Draft, Findings};
use crate::python::literals::string_value;
use crate::python::{Argument, Call, Callee, Dialect, Node, PythonFile, Step, last_segment};
use crate::rewrite::arguments;
use crate::rule::reasons;
use crate::rule::{Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Rows, Table, Verdict};
use schemars::JsonSchema;
use serde::Deserialize;

/// The tables of a rule about plaintext clients.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PlaintextClient {
    /// Hosts to which plaintext is accepted: names with `*` and `?`, addresses, networks.
    #[serde(default)]
    ignore_hosts: HostPatterns,
    /// What the user should do, in one sentence.
    advice: String,
    /// Classes whose objects speak plaintext.
    callables: Rows<ConnectionClass>,
}

impl Check for PlaintextClient {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("callables", &self.callables)]
    }

    fn names(&self) -> Vec<&str> {
        self.callables.names().into_iter().chain([connection::VERIFIED_CONTEXT]).collect()
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        self.callables.0.iter().map(ConnectionClass::prefilter).collect()
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        if matches.is_empty() {
            return Findings::default();
        }
        let twins: Vec<String> = self.callables.0.iter().flat_map(ConnectionClass::tls_names).collect();
        let around = Around {
            rule,
            file,
            facts,
            later_uses: LaterUses::of(file),
            choices: Choices::of(file, &twins),
            may_run_on_python_2: file.may_run_on_python_2(),
        };
        matches.iter().filter_map(|matched| self.check_call(&around, matched)).collect()
    }
}

/// The file around the calls, with cached answers.
struct Around<'f> {
    rule: &'f Metadata,
    file: &'f PythonFile,
    facts: &'f FileFacts<'f>,
    later_uses: LaterUses<'f>,
    choices: Choices<'f>,
    may_run_on_python_2: bool,
}

impl PlaintextClient {
    fn check_call<'f>(&self, around: &Around<'f>, matched: &Match<'f>) -> Option<Draft> {
        let file = around.file;
        let (callee, class) = matched.row("callables", &self.callables)?;
        let call = Call::of(matched.node)?;
        let connects_itself = |step: &Step| match step {
            Step::Subclass(subclass) => class.connects_by.iter().any(|name| connection::defines(file, *subclass, name)),
            _ => false,
        };
        if callee.via.iter().any(connects_itself) || is_upgraded(file, &call, &class.upgrades) {
            return None;
        }
        let host = call.argument(Some(0), Some("host"));
        if host.is_some_and(|host| self.ignore_hosts.cover(file, host)) {
            return None;
        }
        let mut verdict = Verdict::default();
        weigh_host(&mut verdict, file, &call, class);
        verdict.fix_needs(!callee.is_choice() && !around.choices.is_arm(call.node), reasons::SCHEME_SWITCH);
        match &class.tls {
            Some(tls) if verdict.has_fix() => {
                rewrite(&mut verdict, around, &Client { call: &call, callee, class, tls, name: matched.callee });
            }
            Some(_) => {}
            None => verdict.refuse(reasons::MANUAL_UPGRADE),
        }
        let found = Found {
            message: format!("`{}` sends everything in plaintext", last_segment(&class.name)),
            span: matched.callee.without_parentheses().last_identifier().span(),
            related: Vec::new(),
            title: format!("connect with {} and a verified context", class.tls.as_deref().unwrap_or_default()),
            help: self.advice.clone(),
        };
        Some(verdict.finish(around.rule, found))
    }
}

/// A call of a plaintext class that has a twin over TLS.
struct Client<'c, 'f> {
    call: &'c Call<'f>,
    callee: &'c Callee,
    class: &'c ConnectionClass,
    /// The name of the twin.
    tls: &'c str,
    /// The class as the call names it.
    name: Node<'f>,
}

fn rewrite<'f>(verdict: &mut Verdict, around: &Around<'f>, client: &Client<'_, 'f>) {
    let Client { call, callee, class, tls, name } = *client;
    let file = around.file;
    twin::rewrite_callee(verdict, file, name, callee, tls);
    verdict.fix_needs(!class.twin().is_some_and(|twin| file.is_patched(&twin)), twin::replaced(tls));
    verdict.safe_needs(!file.may_be_rebound_by_wildcard_import(name), twin::rebound(name));
    verdict.fix_needs(!around.later_uses.of_call(call.node).socket_replaced, twin::SOCKET_REPLACED);
    // Python 2's classes take no context.
    verdict.fix_needs(!around.may_run_on_python_2, reasons::TARGET_VERSION);
    verdict.safe_needs(file.written_for() == Dialect::Python3, reasons::TARGET_VERSION);
    if call.has_star() {
        verdict.refuse(twin::star_arguments(call));
        return;
    }
    verdict.safe_needs(call.double_star().is_none(), twin::star_arguments(call));
    for argument in &call.arguments {
        let Argument::Keyword { name, .. } = argument else { continue };
        verdict.fix_needs(class.python3.iter().any(|known| known == name), twin::unknown_argument(name, class));
    }
    let named = connection::name_positional(file.text(), class, call, Dialect::Python3, &[]);
    verdict.edit_or_refuse(named, twin::uncertain_position(class, call, Dialect::Python3));
    if let Some(host) = call.argument(Some(0), Some("host")) {
        host::weigh(verdict, file, host, None);
    }
    twin::rewrite_port(verdict, file, call, class);
    if verdict.has_fix() {
        let context = connection::verified_context_as(&class.context, call.node.start());
        let line_length = twin::line_length(around.facts, verdict);
        let added = arguments::add_keyword(file.text(), call, &verdict.edits, &context, line_length);
        verdict.edits.extend(added);
    }
}

/// A missing or empty host means this machine, if the class says so.
fn weigh_host(verdict: &mut Verdict, file: &PythonFile, call: &Call<'_>, class: &ConnectionClass) {
    let host = call.argument(Some(0), Some("host"));
    let is_omitted = host.is_none_or(|host| string_value(host).is_some_and(|host| host.is_empty()));
    let is_local = host.is_some_and(|host| host::is_local(file, host));
    let hides_host = call.has_star() || call.double_star().is_some();
    if is_local || is_omitted && class.local_by_default && !hides_host {
        let this_machine = "without a host the call connects to this machine, where plaintext is often intended";
        let reason = match host.filter(|_| is_local) {
            Some(host) => host::local(file, host),
            None => reasons::LOCAL_HOST.says(this_machine),
        };
        verdict.safe_needs(class.tls.is_none(), reason.clone());
        verdict.fix_needs(class.tls.is_some(), reason);
    }
    if is_omitted && !class.local_by_default && !hides_host {
        verdict.refuse(reasons::UNCERTAIN_ARGUMENT.says("the call passes no host"));
    }
}

/// Whether one of `methods` is called on the object that `call` creates, or on an object of unknown origin.
fn is_upgraded(file: &PythonFile, call: &Call<'_>, methods: &[String]) -> bool {
    let target = target_of(call.node);
    let is_ours = |method: Node<'_>| {
        let Some(object) = method.object() else { return false };
        if object == call.node || target.is_some_and(|target| target.text() == object.text()) {
            return true;
        }
        connection::maker_of(file, object).is_none_or(|made_by| made_by == call.node.id())
    };
    methods.iter().any(|method| file.attributes_called(method).take(MOST_METHODS).any(is_ours))
}

/// Only a hostile file has more.
const MOST_METHODS: usize = 200;
