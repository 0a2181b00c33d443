//! `http.client.HTTPConnection(…)` becomes `HTTPSConnection(…, context=ssl.create_default_context())`.
//!
//! Half of the work is to leave calls alone: one in three real ones is an arm of a choice between the two classes
//! ([`super::scheme_switch`]), others open tunnels or speak to this very machine ([`super::host`]).

mod url_client;

use super::connection;
use super::connection::{ConnectionClass, LaterUses};
use super::host;
use super::ignored_hosts::IgnoredHosts;
use super::judgement::{Judgement, last_identifier};
use super::scheme_switch::Choices;
use crate::finding::{Finding, Fix, Reason};
use crate::python::{Argument, Call, Callee, Dialect, Node, PythonFile, Step};
use crate::rewrite::arguments;
use crate::rule::query::Site;
use crate::rule::{
    Definition, FileContext, Gate, Metadata, OptionError, Options, Rows, Table, Transform, last_segment,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::LazyLock;
use url_client::{Transport, UrlClient};

pub(super) static TRANSFORM: LazyLock<PlaintextHttpConnection> =
    LazyLock::new(|| PlaintextHttpConnection(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct PlaintextHttpConnection(Definition<Tables>);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Tables {
    /// Hosts to which plaintext is accepted: names with `*` and `?`, addresses, networks.
    #[serde(default)]
    ignore_hosts: IgnoredHosts,
    /// Classes whose objects speak plaintext.
    callables: Rows<ConnectionClass>,
    /// Callables that are given a URL.
    url_clients: Rows<UrlClient>,
    transports: Rows<Transport>,
}

impl Transform for PlaintextHttpConnection {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        let tables = &self.0.tables;
        match name {
            "callables" => Some(&tables.callables),
            "url-clients" => Some(&tables.url_clients),
            _ => None,
        }
    }

    fn gates(&self) -> Vec<Gate> {
        let tables = &self.0.tables;
        tables
            .callables
            .0
            .iter()
            .map(ConnectionClass::gate)
            .chain(tables.url_clients.0.iter().map(UrlClient::gate))
            .collect()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], _: &FileContext) -> Vec<Finding> {
        let around =
            Around { file, later_uses: LaterUses::of(file), choices: Choices::of(file, &["https".to_string()]) };
        let judge = |site| {
            let found = self.judge_call(&around, site);
            found.or_else(|| url_client::judge(&self.0.tables, &around, site))
        };
        sites.iter().filter_map(judge).collect()
    }

    fn explanation(&self) -> &'static str {
        include_str!("explain.md")
    }

    fn configured(&self, options: &Options<'_>) -> Result<Box<dyn Transform>, OptionError> {
        let definition = Definition::configured(include_str!("transform.toml"), options)?;
        Ok(Box::new(Self(definition)))
    }

    fn options_schema(&self) -> schemars::Schema {
        self.0.options_schema()
    }
}

/// The file around the calls, with what is asked of it again and again.
struct Around<'f> {
    file: &'f PythonFile,
    later_uses: LaterUses<'f>,
    choices: Choices<'f>,
}

impl PlaintextHttpConnection {
    fn judge_call<'f>(&'static self, around: &Around<'f>, site: &Site<'f>) -> Option<Finding> {
        let file = around.file;
        let callees = file.callees(site.callee);
        let callee = callees.iter().find(|callee| self.0.tables.callables.contains(&callee.path))?;
        let class = self.0.tables.callables.find(&callee.path)?;
        let whole = Call::of(site.node)?;
        let call = whole.made_by_partial(site.callee);
        if let Some(Step::Subclass(subclass)) = callee.steps.last()
            && connection::defines(file, *subclass, "connect")
        {
            // A Unix socket, a pipe, a tunnel: it has its own way to connect.
            return None;
        }
        if call.argument(Some(0), Some("host")).is_some_and(|host| self.0.tables.ignore_hosts.cover(file, host)) {
            return None;
        }
        let mut judgement = Judgement::default();
        match &class.tls {
            Some(_) if callee.is_choice() => {
                // A class or a name that speaks of TLS makes it a choice of the scheme; another plaintext class does not.
                let is_scheme = callees.iter().any(|other| other.path.to_lowercase().contains("https"));
                judgement.refusals.push(if is_scheme { Reason::SchemeSwitch } else { Reason::Conditional });
            }
            Some(tls) => self.rewrite(around, (&whole, &call), (callee, site.callee), class, tls, &mut judgement),
            None => judgement.refusals.push(Reason::LegacyClass),
        }
        let name = last_identifier(site.callee);
        Some(finish(judgement, class, name))
    }

    fn rewrite<'f>(
        &self,
        around: &Around<'f>,
        (whole, call): (&Call<'f>, &Call<'f>),
        (callee, name): (&Callee, Node<'f>),
        class: &ConnectionClass,
        tls: &'static str,
        judgement: &mut Judgement,
    ) {
        let file = around.file;
        let is_partial = call.callee != name;
        if is_partial {
            // What is passed later is not known: a port, a third argument.
            judgement.doubts.push(Reason::UncertainArgument);
        }
        judgement.rewrite_callee(file, name, callee, tls);
        if class.twin().is_some_and(|twin| file.is_patched(&twin)) {
            judgement.refusals.push(Reason::Reassigned);
        }
        if file.may_be_rebound_by_star(name) {
            judgement.doubts.push(Reason::Reassigned);
        }
        if around.choices.is_arm(call.node) {
            judgement.refusals.push(Reason::SchemeSwitch);
        }
        let later = around.later_uses.of_call(call.node);
        let host = call.argument(Some(0), Some("host"));
        if later.tunnels || later.socket_replaced || host.is_some_and(host::names_proxy) {
            judgement.refusals.push(Reason::Tunnel);
        }
        if later.port_set {
            judgement.doubts.push(Reason::NonDefaultPort);
        }
        judgement.rewrite_arguments(file, call, callee.dialect, class, is_partial);
        judgement.rewrite_port(file, call, class);
        if judgement.refusals.is_empty() && !class.verifies_by_default {
            let context = connection::verified_context(call.node.start());
            let added = arguments::add_keyword(file.text(), whole, &judgement.edits, &context);
            judgement.edits.extend(added);
        }
    }
}

impl Judgement {
    fn rewrite_arguments(
        &mut self,
        file: &PythonFile,
        call: &Call<'_>,
        dialect: Dialect,
        class: &ConnectionClass,
        is_partial: bool,
    ) {
        if call.has_star() {
            self.refusals.push(Reason::StarArguments);
            return;
        }
        if call.double_star().is_some() {
            self.doubts.push(Reason::StarArguments);
        }
        if call.argument(Some(0), Some("host")).is_none() && call.double_star().is_none() && !is_partial {
            self.refusals.push(Reason::UncertainArgument);
        }
        if class.verifies_by_default {
            // urllib3's own arguments for a pool that speaks to a proxy (1.26, 2.x: `_proxy`, `_proxy_headers`, `_proxy_config`).
            let is_proxied = |argument: &Argument<'_>| matches!(argument, Argument::Keyword { name, .. } if name.starts_with("_proxy"));
            if call.arguments.iter().any(is_proxied) {
                self.refusals.push(Reason::Tunnel);
            }
            // The two classes' parameters are the same as far as the table goes, or without end.
            if !class.python3.is_empty() && call.positional().len() > class.python3.len() {
                self.refusals.push(Reason::UncertainArgument);
            }
            return;
        }
        match connection::name_positional(file.text(), class, call, dialect, &[]) {
            Some(edits) => self.edits.extend(edits),
            None => self.refusals.push(Reason::UncertainArgument),
        }
        for argument in &call.arguments {
            let Argument::Keyword { name, node, .. } = argument else { continue };
            let on_2 = class.python2.iter().any(|known| known == name);
            let on_3 = class.python3.iter().any(|known| known == name);
            match (on_2, on_3) {
                (_, true) => {}
                // Python 3.4 took `strict` away.
                (true, false) if dialect == Dialect::Python2 => {}
                (true, false) => match arguments::remove_arguments(file.text(), call, &[*node]) {
                    Some(edits) => self.edits.extend(edits),
                    None => self.refusals.push(Reason::UncertainArgument),
                },
                (false, false) => self.refusals.push(Reason::UncertainArgument),
            }
        }
    }
}

fn finish(judgement: Judgement, class: &ConnectionClass, name: Node<'_>) -> Finding {
    let Judgement { refusals, doubts, edits, renames } = judgement;
    let tls = class.tls.as_deref().unwrap_or_default();
    let (mut reasons, fix) = if refusals.is_empty() {
        let title = match class.verifies_by_default {
            true => format!("connect with {tls}"),
            false => format!("connect with {tls} and a verified context"),
        };
        (doubts, Some(Fix { title, edits, renames }))
    } else {
        (refusals, None)
    };
    reasons.sort();
    reasons.dedup();
    let help = match (&fix, class.tls.is_some()) {
        (Some(_), _) if class.verifies_by_default => format!("use `{tls}`, which verifies by default"),
        (Some(_), _) => format!("use `{tls}` with `context=ssl.create_default_context()`"),
        (None, true) => format!("use `{tls}` with a verified context where this is not already decided elsewhere"),
        (None, false) => {
            "use `http.client.HTTPSConnection` with a verified context instead of this old class".to_string()
        }
    };
    Finding {
        rule: &TRANSFORM.0.metadata.id,
        message: format!("`{}` sends everything in plaintext", last_segment(&class.name)),
        span: name.span(),
        related: Vec::new(),
        reasons,
        fix,
        help,
    }
}
