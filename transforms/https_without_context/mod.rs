//! `http.client.HTTPSConnection(…)` gets `context=ssl.create_default_context()`.

use super::connection;
use super::connection::{ConnectionClass, LaterUses, without_parentheses};
use crate::finding::{Finding, Fix, Fragment, Reason, SymbolicEdit};
use crate::python::{Argument, Call, Callee, Dialect, Field, Kind, Node, PythonFile, Step};
use crate::rewrite::arguments;
use crate::rule::query::Site;
use crate::rule::{
    Definition, FileContext, Gate, Metadata, OptionError, Options, Rows, Table, Transform, last_segment,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::LazyLock;

pub(super) static TRANSFORM: LazyLock<HttpsWithoutContext> =
    LazyLock::new(|| HttpsWithoutContext(Definition::built_in(include_str!("transform.toml"))));

pub(super) struct HttpsWithoutContext(Definition<Tables>);

#[derive(Debug, Deserialize, JsonSchema)]
struct Tables {
    /// Classes that take a context.
    callables: Rows<ConnectionClass>,
}

/// Parameters of a client certificate; a context takes their place.
const CERTIFICATE: [&str; 2] = ["key_file", "cert_file"];

impl Transform for HttpsWithoutContext {
    fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    fn query(&self) -> &'static str {
        include_str!("query.scm")
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        (name == "callables").then_some(&self.0.tables.callables as &dyn Table)
    }

    fn gates(&self) -> Vec<Gate> {
        self.0.tables.callables.0.iter().map(ConnectionClass::gate).collect()
    }

    fn judge(&'static self, file: &PythonFile, sites: &[Site<'_>], _: &FileContext) -> Vec<Finding> {
        let replaces_default = replaces_default_context(file);
        let later_uses = LaterUses::of(file);
        sites.iter().filter_map(|site| self.judge_call(file, site, replaces_default, &later_uses)).collect()
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

/// Why there is no fix, why it is unsafe, and what it would do.
#[derive(Default)]
struct Judgement {
    refusals: Vec<Reason>,
    doubts: Vec<Reason>,
    edits: Vec<SymbolicEdit>,
}

impl HttpsWithoutContext {
    fn judge_call(
        &'static self,
        file: &PythonFile,
        site: &Site<'_>,
        replaces_default: bool,
        later_uses: &LaterUses<'_>,
    ) -> Option<Finding> {
        let callee =
            file.callees(site.callee).into_iter().find(|callee| self.0.tables.callables.contains(&callee.path))?;
        let class = self.0.tables.callables.find(&callee.path)?;
        let whole = Call::of(site.node)?;
        let call = whole.made_by_partial(site.callee);
        let mut judgement = Judgement::default();
        judgement.weigh_callee(file, &callee)?;
        judgement.weigh_arguments(file, &call, &callee, class)?;
        judgement.add_context(file, &whole);
        if is_fallback(call.node) {
            judgement.refusals.push(Reason::Fallback);
        }
        if later_uses.of_call(call.node).socket_replaced {
            judgement.refusals.push(Reason::Tunnel);
        }
        if file.may_be_rebound_by_star(site.callee) {
            judgement.doubts.push(Reason::Reassigned);
        }
        if replaces_default {
            judgement.doubts.push(Reason::DefaultContextReplaced);
        }
        Some(finish(judgement, class, call.node))
    }
}

impl Judgement {
    /// None when the callee is no `HTTPSConnection` after all.
    fn weigh_callee(&mut self, file: &PythonFile, callee: &Callee) -> Option<()> {
        for step in &callee.steps {
            match step {
                Step::Alias(_) => {}
                // The other class may take no context.
                Step::Choice => return None,
                Step::ParameterDefault(_) => self.doubts.push(Reason::ParameterDefault),
                Step::Attribute(_) => self.doubts.push(Reason::Attribute),
                Step::Annotation(_) => self.doubts.push(Reason::Alias),
                Step::Subclass(class) => {
                    if ["__init__", "connect"].iter().any(|method| connection::defines(file, *class, method)) {
                        return None;
                    }
                    self.refusals.push(Reason::Subclass);
                }
            }
        }
        Some(())
    }

    /// None when the call passes a context.
    fn weigh_arguments(
        &mut self,
        file: &PythonFile,
        call: &Call<'_>,
        callee: &Callee,
        class: &ConnectionClass,
    ) -> Option<()> {
        if call.keyword("context").is_some_and(|context| without_parentheses(context).kind() != Kind::None) {
            return None;
        }
        if call.has_star() || call.double_star().is_some() {
            self.refusals.push(Reason::StarArguments);
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
        let by_keyword = call.arguments.iter().any(|argument| match argument {
            Argument::Keyword { name, value, .. } => {
                CERTIFICATE.contains(name) && value.kind() != Kind::None || *name == "check_hostname"
            }
            _ => false,
        });
        if by_keyword || positional.iter().enumerate().any(passes_certificate) {
            self.refusals.push(Reason::ClientCertificate);
        } else {
            match connection::name_positional(file.text(), class, call, callee.dialect, &CERTIFICATE) {
                Some(edits) => self.edits.extend(edits),
                None => self.refusals.push(Reason::UncertainArgument),
            }
        }
        Some(())
    }

    fn add_context(&mut self, file: &PythonFile, call: &Call<'_>) {
        let site = call.node.start();
        match call.keyword("context") {
            Some(none) => {
                let none = without_parentheses(none);
                let text: Vec<Fragment> = connection::default_context(site);
                self.edits.push(SymbolicEdit { span: none.span(), text });
            }
            None => {
                let context = connection::verified_context(site);
                let added = arguments::add_keyword(file.text(), call, &self.edits, &context);
                self.edits.extend(added);
            }
        }
    }
}

fn finish(judgement: Judgement, class: &ConnectionClass, call: Node<'_>) -> Finding {
    let Judgement { refusals, doubts, edits } = judgement;
    let (mut reasons, fix) = if refusals.is_empty() {
        let title = "pass a verified context".to_string();
        (doubts, Some(Fix { title, edits, renames: Vec::new() }))
    } else {
        (refusals, None)
    };
    reasons.sort();
    reasons.dedup();
    Finding {
        rule: &TRANSFORM.0.metadata.id,
        message: format!("`{}` without a context verifies nothing on older Pythons", last_segment(&class.name)),
        span: call.span(),
        related: Vec::new(),
        reasons,
        fix,
        help: "pass `context=ssl.create_default_context()`".to_string(),
    }
}

/// Whether `call` is for Pythons that have no such parameter: it stands in an `except` handler whose `try` passed a context,
/// or beside an arm that passes one where the language or its `ssl` can.
fn is_fallback(call: Node<'_>) -> bool {
    let mut below = call;
    for around in call.ancestors() {
        if around.kind() == Kind::TryStatement
            && below.kind() == Kind::ExceptClause
            && let Some(body) = around.field(Field::Body)
        {
            return passes_context(body);
        }
        if around.kind() == Kind::IfStatement
            && around.field(Field::Condition).is_some_and(|condition| condition != below && tests_features(condition))
        {
            let mut others = around.named_children().filter(|child| *child != below);
            return others.any(passes_context);
        }
        below = around;
    }
    false
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

/// Whether the module assigns `ssl._create_default_https_context`.
fn replaces_default_context(file: &PythonFile) -> bool {
    file.text().contains("_create_default_https_context")
        && file.root().descendants().any(|node| {
            node.kind() == Kind::Attribute
                && node.parent_field() == Some(Field::Left)
                && node.field(Field::Attribute).is_some_and(|name| name.text() == "_create_default_https_context")
        })
}
