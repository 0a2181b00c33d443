//! Plaintext clients beside HTTP: mail, files, terminals. One implementation, and a folder of data for each rule.
//!
//! A class that has a twin over TLS with the same methods is rewritten like `HTTPConnection`; a class that has none (FTP protects
//! its data by a command of its own, SMTP is upgraded by one) is reported with what to do. An object that is upgraded by
//! `starttls()` or `stls()` is no finding: that is TLS too.

use super::connection;
use super::connection::{ConnectionClass, LaterUses, target_of};
use super::host;
use super::ignored_hosts::IgnoredHosts;
use super::judgement::{Judgement, last_identifier};
use super::scheme_switch::Choices;
use crate::finding::{Finding, Fix, Reason};
use crate::python::syntax::literals::string_value;
use crate::python::{Argument, Call, Callee, Dialect, Field, Node, PythonFile, Step};
use crate::rewrite::arguments;
use crate::rule::query::Site;
use crate::rule::{
    Definition, FileContext, Gate, Metadata, OptionError, Options, Rows, Table, Transform, last_segment,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// One rule about plaintext clients.
pub(super) struct PlaintextClient {
    definition: Definition<Tables>,
    /// The built-in definition, as it is written.
    text: &'static str,
    query: &'static str,
    explanation: &'static str,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct Tables {
    /// Hosts to which plaintext is accepted: names with `*` and `?`, addresses, networks.
    #[serde(default)]
    ignore_hosts: IgnoredHosts,
    /// What a person should do, in one sentence.
    advice: String,
    /// Classes whose objects speak plaintext.
    callables: Rows<ConnectionClass>,
}

/// The file around the calls, with what is asked of it again and again.
struct Around<'f> {
    file: &'f PythonFile,
    later_uses: LaterUses<'f>,
    choices: Choices<'f>,
    may_run_on_python_2: bool,
}

impl PlaintextClient {
    /// The rule that a folder's three texts describe.
    pub(super) fn new(text: &'static str, query: &'static str, explanation: &'static str) -> Self {
        Self { definition: Definition::built_in(text), text, query, explanation }
    }
}

impl Transform for PlaintextClient {
    fn metadata(&self) -> &Metadata {
        &self.definition.metadata
    }

    fn query(&self) -> &'static str {
        self.query
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        (name == "callables").then_some(&self.definition.tables.callables as &dyn Table)
    }

    fn gates(&self) -> Vec<Gate> {
        self.definition.tables.callables.0.iter().map(ConnectionClass::gate).collect()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], _: &FileContext) -> Vec<Finding> {
        if sites.is_empty() {
            return Vec::new();
        }
        let twins: Vec<String> =
            self.definition.tables.callables.0.iter().flat_map(ConnectionClass::tls_names).collect();
        let around = Around {
            file,
            later_uses: LaterUses::of(file),
            choices: Choices::of(file, &twins),
            may_run_on_python_2: file.may_run_on_python_2(),
        };
        sites.iter().filter_map(|site| self.judge_call(&around, site)).collect()
    }

    fn explanation(&self) -> &'static str {
        self.explanation
    }

    fn configured(&self, options: &Options<'_>) -> Result<Box<dyn Transform>, OptionError> {
        let definition = Definition::configured(self.text, options)?;
        Ok(Box::new(Self { definition, ..*self }))
    }

    fn options_schema(&self) -> schemars::Schema {
        self.definition.options_schema()
    }
}

impl PlaintextClient {
    fn judge_call<'f>(&'static self, around: &Around<'f>, site: &Site<'f>) -> Option<Finding> {
        let file = around.file;
        let callables = &self.definition.tables.callables;
        let callees = file.callees(site.callee);
        let callee = callees.iter().find(|callee| callables.contains(&callee.path))?;
        let class = callables.find(&callee.path)?;
        let call = Call::of(site.node)?;
        let connects_itself = |step: &Step| match step {
            Step::Subclass(subclass) => class.connects_by.iter().any(|name| connection::defines(file, *subclass, name)),
            _ => false,
        };
        if callee.steps.iter().any(connects_itself) || is_upgraded(file, &call, &class.upgrades) {
            return None;
        }
        let host = call.argument(Some(0), Some("host"));
        if host.is_some_and(|host| self.definition.tables.ignore_hosts.cover(file, host)) {
            return None;
        }
        let mut judgement = Judgement::default();
        weigh_host(file, &call, class, &mut judgement);
        if callee.is_choice() {
            judgement.refusals.push(Reason::SchemeSwitch);
        }
        if around.choices.is_arm(call.node) {
            judgement.refusals.push(Reason::SchemeSwitch);
        }
        match &class.tls {
            Some(tls) if judgement.refusals.is_empty() => {
                rewrite(around, (&call, site.callee), callee, class, tls, &mut judgement);
            }
            Some(_) => {}
            None => judgement.refusals.push(Reason::ManualUpgrade),
        }
        Some(self.finish(judgement, class, last_identifier(site.callee)))
    }

    fn finish(&'static self, judgement: Judgement, class: &ConnectionClass, name: Node<'_>) -> Finding {
        let Judgement { refusals, doubts, edits, renames } = judgement;
        let fix = refusals.is_empty().then(|| Fix {
            title: format!("connect with {} and a verified context", class.tls.as_deref().unwrap_or_default()),
            edits,
            renames,
        });
        let mut reasons = if fix.is_some() { doubts } else { refusals };
        reasons.sort();
        reasons.dedup();
        Finding {
            rule: &self.definition.metadata.id,
            message: format!("`{}` sends everything in plaintext", last_segment(&class.name)),
            span: name.span(),
            related: Vec::new(),
            reasons,
            fix,
            help: self.definition.tables.advice.clone(),
        }
    }
}

fn rewrite<'f>(
    around: &Around<'f>,
    (call, name): (&Call<'f>, Node<'f>),
    callee: &Callee,
    class: &'static ConnectionClass,
    tls: &'static str,
    judgement: &mut Judgement,
) {
    let file = around.file;
    judgement.rewrite_callee(file, name, callee, tls);
    if class.twin().is_some_and(|twin| file.is_patched(&twin)) {
        judgement.refusals.push(Reason::Reassigned);
    }
    if file.may_be_rebound_by_star(name) {
        judgement.doubts.push(Reason::Reassigned);
    }
    if around.later_uses.of_call(call.node).socket_replaced {
        judgement.refusals.push(Reason::Tunnel);
    }
    // Python 2's classes take no context.
    if around.may_run_on_python_2 {
        judgement.refusals.push(Reason::TargetVersion);
    } else if file.written_for() != Dialect::Python3 {
        judgement.doubts.push(Reason::TargetVersion);
    }
    if call.has_star() {
        judgement.refusals.push(Reason::StarArguments);
        return;
    }
    if call.double_star().is_some() {
        judgement.doubts.push(Reason::StarArguments);
    }
    let is_unknown = |argument: &Argument<'_>| match argument {
        Argument::Keyword { name, .. } => !class.python3.iter().any(|known| known == name),
        _ => false,
    };
    if call.arguments.iter().any(is_unknown) {
        judgement.refusals.push(Reason::UncertainArgument);
    }
    match connection::name_positional(file.text(), class, call, Dialect::Python3, &[]) {
        Some(edits) => judgement.edits.extend(edits),
        None => judgement.refusals.push(Reason::UncertainArgument),
    }
    judgement.rewrite_port(file, call, class);
    if judgement.refusals.is_empty() {
        let context = connection::verified_context_as(&class.context, call.node.start());
        judgement.edits.extend(arguments::add_keyword(file.text(), call, &judgement.edits, &context));
    }
}

/// A host that is left out or empty is this machine, where the class says so.
fn weigh_host(file: &PythonFile, call: &Call<'_>, class: &ConnectionClass, judgement: &mut Judgement) {
    let host = call.argument(Some(0), Some("host"));
    let is_omitted = host.is_none_or(|host| string_value(host).is_some_and(|host| host.is_empty()));
    let is_local = host.is_some_and(|host| host::is_local(file, host));
    let hides_host = call.has_star() || call.double_star().is_some();
    if is_local || is_omitted && class.local_by_default && !hides_host {
        let reasons = if class.tls.is_some() { &mut judgement.doubts } else { &mut judgement.refusals };
        reasons.push(Reason::LocalHost);
    }
    if is_omitted && !class.local_by_default && !hides_host {
        judgement.refusals.push(Reason::UncertainArgument);
    }
}

/// Whether one of `methods` is called on the object that `call` makes, or on one of which nobody knows what made it.
fn is_upgraded(file: &PythonFile, call: &Call<'_>, methods: &[String]) -> bool {
    let target = target_of(call.node);
    let is_ours = |method: Node<'_>| {
        let Some(object) = method.field(Field::Object) else { return false };
        if object == call.node || target.is_some_and(|target| target.text() == object.text()) {
            return true;
        }
        file.instance_of(object).and_then(|instance| instance.made_by).is_none_or(|made_by| made_by == call.node.id())
    };
    methods.iter().any(|method| file.attributes_called(method).take(MOST_METHODS).any(is_ours))
}

/// Only a hostile file has more.
const MOST_METHODS: usize = 200;
