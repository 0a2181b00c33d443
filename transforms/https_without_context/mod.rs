//! `http.client.HTTPSConnection(…)` gets `context=ssl.create_default_context()`.

use super::connection::{self, ConnectionClass, LaterUses};
use super::host;
use super::test_code::TestCode;
use super::twin::{SOCKET_REPLACED, doubt_about, rebound, star_arguments, uncertain_position};
use crate::finding::{Findings, Fragment, Reason, SymbolicEdit};
use crate::python::{
    Argument, Attribute, Branch, Call, Callee, Conditional, Dialect, Kind, Node, PythonFile, Step, Try, last_segment,
};
use crate::rewrite::arguments;
use crate::rule::{Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Rows, Table, Verdict};
use crate::text::line_number;
use schemars::JsonSchema;
use serde::Deserialize;

const CLIENT_CERTIFICATE: Reason =
    Reason::new("client-certificate", "a client certificate must be loaded into the context");
const DEFAULT_CONTEXT_REPLACED: Reason = Reason::new(
    "default-context-replaced",
    "the program replaces the default context of `ssl`, and the fix would bypass it",
);
const FALLBACK: Reason = Reason::new("fallback", "this is the fallback for old Python versions");

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct HttpsWithoutContext {
    /// Classes that take a context.
    callables: Rows<ConnectionClass>,
}

/// Python 2.7.9 verifies, but which 2.7 it is nobody says.
const NO_PYTHON_2: (u64, u64) = (2, 8);

/// Parameters of a client certificate; a context replaces them.
const CERTIFICATE: [&str; 2] = ["key_file", "cert_file"];

/// Parameters that Python 3.12 has no more, whose `None` says nothing.
const NONE_IS_NOTHING: [&str; 3] = ["key_file", "cert_file", "check_hostname"];

impl Check for HttpsWithoutContext {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("callables", &self.callables)]
    }

    fn names(&self) -> Vec<&str> {
        self.callables.names().into_iter().chain([connection::VERIFIED_CONTEXT]).collect()
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        // Files that replace what the clients of other files use.
        let replacing =
            PrefilterPattern { words: vec![connection::DEFAULT_CONTEXT.to_string()], ..PrefilterPattern::default() };
        self.callables.0.iter().map(ConnectionClass::prefilter).chain([replacing]).collect()
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        if matches.is_empty() {
            return Findings::default();
        }
        let replaced_default = replaced_default_context(file);
        // CPython 3.4.3 verifies without a context, too; before it, the fix is what begins to verify.
        let verifies_anyway = file.runs_at_least_on(NO_PYTHON_2, (3, 5));
        let later_uses = LaterUses::of(file);
        let tests = TestCode::of(file, facts.path);
        let check = |matched: &Match<'_>| {
            let (callee, class) = matched.row("callables", &self.callables)?;
            let whole = Call::of(matched.node)?;
            let call = whole.made_by_partial(matched.callee);
            let mut verdict = Verdict::default();
            weigh_callee(&mut verdict, file, callee)?;
            weigh_arguments(&mut verdict, file, &call, callee, class)?;
            add_context(&mut verdict, file, &whole, facts.line_length);
            let is_fallback = is_fallback(call.node);
            verdict.fix_needs(!is_fallback, FALLBACK);
            verdict.fix_needs(!later_uses.of_call(call.node).socket_replaced, SOCKET_REPLACED);
            verdict.safe_needs(!file.may_be_rebound_by_wildcard_import(matched.callee), rebound(matched.callee));
            verdict.doubt_all(replaced_default.clone());
            tests.weigh(&mut verdict, call.node);
            if !verifies_anyway && let Some(host) = call.argument(Some(0), Some("host")) {
                host::weigh(&mut verdict, file, host, None);
                host::name_port(&mut verdict, file, call.argument(Some(1), Some("port")));
            }
            let found = Found {
                message: format!(
                    "`{}` without a context verifies nothing on older Python versions",
                    last_segment(&class.name)
                ),
                span: call.node.span(),
                related: Vec::new(),
                title: "pass a verified context".to_string(),
                help: help(&call, callee, is_fallback).to_string(),
            };
            Some(verdict.finish(rule, found))
        };
        matches.iter().filter_map(check).collect()
    }
}

/// What to do about `call`, in one sentence: nothing that the code does already.
fn help(call: &Call<'_>, callee: &Callee, is_fallback: bool) -> &'static str {
    if is_fallback {
        "remove this call as soon as the project no longer supports the Pythons that it is for"
    } else if call.has_star() || call.double_star().is_some() {
        "pass `context=ssl.create_default_context()`, unless the hidden arguments hold a context"
    } else if passes_certificate_by_keyword(call) {
        "create a context by `ssl.create_default_context()`, call its `load_cert_chain`, and pass it as `context=`"
    } else if callee.via.iter().any(|step| matches!(step, Step::Subclass(_))) {
        "let the subclass pass `context=ssl.create_default_context()` to its base"
    } else {
        "pass `context=ssl.create_default_context()`"
    }
}

/// None when the callee is not an `HTTPSConnection` after all.
fn weigh_callee(verdict: &mut Verdict, file: &PythonFile, callee: &Callee) -> Option<()> {
    for step in &callee.via {
        match step {
            Step::Alias(_) => {}
            // The other class may take no context.
            Step::Choice(_) => return None,
            Step::Argument(_)
            | Step::Returned(_)
            | Step::Item(_)
            | Step::ParameterDefault(_)
            | Step::Attribute(_)
            | Step::Annotation(_)
            | Step::CommandLine(_)
            | Step::Setting(_)
            | Step::ResolvedAddress(_) => verdict.doubt(doubt_about(file, "the class", step)),
            Step::Subclass(class) => {
                if ["__init__", "connect"].iter().any(|method| connection::defines(file, *class, method)) {
                    return None;
                }
                verdict.refuse(doubt_about(file, "the class", step));
            }
        }
    }
    Some(())
}

/// `None` if the call passes a context.
fn weigh_arguments(
    verdict: &mut Verdict,
    file: &PythonFile,
    call: &Call<'_>,
    callee: &Callee,
    class: &ConnectionClass,
) -> Option<()> {
    if call.keyword("context").is_some_and(|context| context.without_parentheses().kind() != Kind::None) {
        return None;
    }
    if call.has_star() || call.double_star().is_some() {
        verdict.refuse(star_arguments(call));
        return Some(());
    }
    let positional = call.positional();
    let names = if callee.dialect == Dialect::Python2 { &class.python2 } else { &class.python3 };
    if names.iter().position(|name| name == "context").is_some_and(|index| positional.len() > index) {
        return None;
    }
    let passes_certificate = |(index, value): (usize, &Node<'_>)| {
        names.get(index).is_some_and(|name| CERTIFICATE.contains(&name.as_str())) && value.kind() != Kind::None
    };
    if passes_certificate_by_keyword(call) || positional.iter().enumerate().any(passes_certificate) {
        verdict.refuse(CLIENT_CERTIFICATE);
    } else {
        let named = connection::name_positional(file.text(), class, call, callee.dialect, &NONE_IS_NOTHING);
        verdict.edit_or_refuse(named, uncertain_position(class, call, callee.dialect));
    }
    Some(())
}

fn passes_certificate_by_keyword(call: &Call<'_>) -> bool {
    call.arguments.iter().any(|argument| match argument {
        Argument::Keyword { name, value, .. } => {
            (CERTIFICATE.contains(name) || *name == "check_hostname") && value.kind() != Kind::None
        }
        _ => false,
    })
}

fn add_context(verdict: &mut Verdict, file: &PythonFile, call: &Call<'_>, line_length: Option<usize>) {
    let site = call.node.start();
    match call.keyword("context") {
        Some(none) => {
            let none = none.without_parentheses();
            let text: Vec<Fragment> = connection::default_context(site);
            verdict.edits.push(SymbolicEdit { span: none.span(), text });
        }
        None => {
            let context = connection::verified_context(site);
            let added = arguments::add_keyword(file.text(), call, &verdict.edits, &context, line_length);
            verdict.edits.extend(added);
        }
    }
}

/// Whether `call` is for Pythons without the parameter: it is in an `except` handler whose `try` passes a context, or
/// next to an arm that passes one if Python or `ssl` supports it.
fn is_fallback(call: Node<'_>) -> bool {
    let mut below = call;
    for around in call.ancestors() {
        if below.kind() == Kind::ExceptClause
            && let Some(tried) = Try::of(around)
        {
            return tried.body().is_some_and(passes_context);
        }
        // `… if ssl else HTTPSConnection(…)`
        if runs_without_ssl(around, below) {
            return true;
        }
        if around.kind() == Kind::IfStatement
            && Branch::of(around).is_some_and(|branch| branch.condition != below && tests_features(branch.condition))
        {
            let mut others = around.named_children().filter(|child| *child != below);
            return others.any(passes_context);
        }
        below = around;
    }
    false
}

/// Whether `arm` of the `if` or conditional expression `choice` is the one for a Python without a module `ssl`.
fn runs_without_ssl(choice: Node<'_>, arm: Node<'_>) -> bool {
    let (condition, otherwise) = match choice.kind() {
        Kind::ConditionalExpression => match Conditional::of(choice) {
            Some(conditional) => (conditional.condition, arm == conditional.otherwise),
            None => return false,
        },
        _ => match Branch::of(choice) {
            Some(branch) => (branch.condition, branch.consequence != arm),
            None => return false,
        },
    };
    let is_ssl = |part: Node<'_>| matches!(part.text(), "ssl" | "HAS_SSL" | "HAVE_SSL");
    let is_absence = |part: Node<'_>| match part.kind() {
        Kind::NotOperator => part.named_children().next().is_some_and(is_ssl),
        Kind::ComparisonOperator => {
            part.text().ends_with(" is None") && part.named_children().next().is_some_and(is_ssl)
        }
        _ => false,
    };
    arm != condition && (is_ssl(condition) && otherwise || is_absence(condition) && !otherwise)
}

fn passes_context(node: Node<'_>) -> bool {
    node.descendants().filter_map(Call::of).any(|call| call.keyword("context").is_some())
}

/// `hasattr(ssl, "…")`, `sys.version_info >= …`, `HAS_SSL_CONTEXT`.
fn tests_features(condition: Node<'_>) -> bool {
    condition.descendants().filter(|node| node.kind() == Kind::Identifier).any(|name| {
        let name = name.text();
        matches!(name, "hasattr" | "version_info" | "PY2" | "PY3")
            || name.starts_with("HAS_")
            || name.starts_with("HAVE_")
    })
}

/// The module assigns `ssl._create_default_https_context`, or another file of the project may.
fn replaced_default_context(file: &PythonFile) -> Option<Reason> {
    let is_assigned = |node: &Node<'_>| {
        let attribute = Attribute::of(*node).filter(|_| node.is_target());
        attribute.is_some_and(|attribute| attribute.name.text() == connection::DEFAULT_CONTEXT)
    };
    let assigned = file
        .text()
        .contains(connection::DEFAULT_CONTEXT)
        .then(|| file.root().descendants().find(is_assigned))
        .flatten();
    if let Some(assigned) = assigned {
        let line = line_number(file.text().as_bytes(), assigned.start());
        let sentence = format!("line {line} replaces the default context of `ssl`, and the fix would bypass it");
        return Some(DEFAULT_CONTEXT_REPLACED.says(sentence));
    }
    let elsewhere =
        "another file of the project names `_create_default_https_context`, and the fix would bypass what it assigns";
    file.is_mentioned_elsewhere(connection::DEFAULT_CONTEXT).then(|| DEFAULT_CONTEXT_REPLACED.says(elsewhere))
}
