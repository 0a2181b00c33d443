//! Calls that look a value up elsewhere and carry what to use when nothing is there: the environment, a configuration, a field.

use super::provenance::Step;
use super::values::Pending;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::{Call, Node, PythonFile};

/// A callable with a default among its arguments.
struct Lookup {
    callable: &'static str,
    /// Zero-based position of the default, and its keyword.
    index: Option<usize>,
    keyword: &'static str,
    step: fn(Node<'_>) -> Step,
}

const fn setting(callable: &'static str, index: Option<usize>, keyword: &'static str) -> Lookup {
    Lookup { callable, index, keyword, step: |call| Step::Setting(call.id()) }
}

const fn option(callable: &'static str) -> Lookup {
    Lookup { callable, index: Some(0), keyword: "default", step: |call| Step::CommandLine(call.id()) }
}

const fn field(callable: &'static str, index: Option<usize>, keyword: &'static str) -> Lookup {
    Lookup { callable, index, keyword, step: |call| Step::Attribute(call.id()) }
}

/// Facts: the signatures in CPython 3.13, typer 0.15, python-decouple 3.8, pydantic 2.10, attrs 24, traitlets 5.14.
const LOOKUPS: [Lookup; 16] = [
    setting("os.getenv", Some(1), "default"),
    setting("os.environ.get", Some(1), "default"),
    setting("os.environ.setdefault", Some(1), "default"),
    setting("os.environ.pop", Some(1), "default"),
    setting("decouple.config", Some(1), "default"),
    setting("getattr", Some(2), ""),
    option("typer.Option"),
    option("typer.Argument"),
    field("dataclasses.field", None, "default"),
    field("attr.ib", Some(0), "default"),
    field("attr.field", None, "default"),
    field("attrs.field", None, "default"),
    field("pydantic.Field", Some(0), "default"),
    field("pydantic.fields.Field", Some(0), "default"),
    field("traitlets.Unicode", Some(0), "default_value"),
    field("traitlets.config.Unicode", Some(0), "default_value"),
];

/// Methods that take a key and a default, of mappings and configurations of every kind.
const GETTERS: [&str; 4] = ["get", "pop", "setdefault", "getstr"];

impl PythonFile {
    /// Adds the default of a call that has one; false where the call is something else.
    pub(in crate::python) fn follow_call<'f>(&'f self, at: &Pending<'f>, open: &mut Vec<Pending<'f>>) -> bool {
        let Some(call) = Call::of(at.value.node).filter(|call| !call.has_star()) else { return false };
        if self.is_builtin(call.callee, "str")
            && let ([only], 1) = (call.positional().as_slice(), call.arguments.len())
        {
            open.push(at.clone().at(*only));
            return true;
        }
        let found = self.looked_up(&call).or_else(|| gotten(&call));
        let Some((default, step)) = found else { return false };
        // A default at its own field is read by an attribute already.
        let next = match (step, at.value.via.last()) {
            (Step::Attribute(_), Some(Step::Attribute(_))) => at.clone(),
            (Step::CommandLine(_), Some(Step::ParameterDefault(_))) => {
                let mut next = at.clone();
                next.value.via.pop();
                next.by(step)
            }
            _ => at.clone().by(step),
        };
        open.push(next.at(default));
        true
    }

    fn looked_up<'f>(&'f self, call: &Call<'f>) -> Option<(Node<'f>, Step)> {
        let builtin = self.is_builtin(call.callee, "getattr").then(|| "getattr".to_string());
        let path = builtin.or_else(|| self.called_path(call))?;
        let row = LOOKUPS.iter().find(|row| row.callable == path)?;
        Some((call.argument(row.index, Some(row.keyword))?, (row.step)(call.node)))
    }
}

/// `config.get("server", "host", fallback=…)`, `settings.get("host", …)`, `env("HOST", default=…)`.
fn gotten<'f>(call: &Call<'f>) -> Option<(Node<'f>, Step)> {
    let step = Step::Setting(call.node.id());
    let positional = call.positional();
    let key = positional.first().filter(|key| string_value(**key).is_none_or(|text| !text.is_empty()))?;
    if let Some(default) = call.keyword("fallback").or_else(|| call.keyword("default")) {
        return Some((default, step));
    }
    let (_, method) = call.callee.object_and_name()?;
    match positional.as_slice() {
        [_, default] if GETTERS.contains(&method.text()) && key.kind() != Kind::Integer => Some((*default, step)),
        _ => None,
    }
}
