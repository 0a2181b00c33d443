//! Calls that look up a value and have a default for it: the environment, a configuration, a field.

use super::called::Called;
use super::fuel::Fuel;
use super::pending::{Part, Pending};
use super::provenance::Step;
use super::results::keeps_results;
use super::values::Unknown;
use crate::python::library::callables::{self, LookupStep};
use crate::python::syntax::definitions::decorated;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::syntax::statements::falls_through;
use crate::python::{Call, Node, PythonFile};

impl PythonFile {
    /// Adds what a call returns, or its default; false if the call is something else.
    pub(in crate::python) fn follow_call<'f>(
        &'f self,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let Some(call) = Call::of(at.value.node) else { return false };
        if let Some(Part::Key(key)) = at.path.last()
            && self.follow_item(&call, key, at, depth, fuel, open, unknown)
        {
            return true;
        }
        let called = self.called_at(at.beside(call.callee), depth, fuel);
        if !called.targets.is_empty() {
            self.follow_results(at, called, open, unknown);
            return true;
        }
        if call.has_star() {
            return false;
        }
        if let Some(found) = self.item_gotten(&call, at, unknown).or_else(|| self.elements_given(&call, at)) {
            open.extend(found);
            return true;
        }
        if ["str", "int"].iter().any(|kind| self.is_builtin(call.callee, kind))
            && let ([only], 1) = (call.positional().as_slice(), call.arguments.len())
        {
            open.push(at.clone().at(*only));
            return true;
        }
        let found = self.looked_up(&call).or_else(|| gotten(&call));
        let Some((default, step)) = found else { return false };
        // A default in its own field is already read through an attribute.
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

    /// Adds what `at`, a decorator, gives: what is called instead of the definition below it.
    pub(super) fn follow_decorator<'f>(
        &'f self,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let decorator = at.value.node;
        let (Some(expression), Some(inner)) = (decorator.named_children().next(), decorated(decorator)) else {
            return false;
        };
        if keeps_results(decorator) {
            open.push(at.clone().at(inner));
            return true;
        }
        let called = self.called_at(at.beside(expression), depth, fuel);
        if called.targets.is_empty() {
            // What a library makes of a function mostly calls it.
            unknown.push(Unknown::Expression(decorator.id()));
            open.push(at.clone().at(inner));
        }
        self.follow_results(at, called, open, unknown);
        true
    }

    /// Adds what the functions give that `at`, a `call` or a `decorator`, calls.
    fn follow_results<'f>(
        &'f self,
        at: &Pending<'f>,
        called: Called<'f>,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let place = at.value.node;
        unknown.extend(called.unknown);
        let step = Step::Returned(place.id());
        // What a function gives that calls itself: the second time, what it gives anywhere, which is all of it.
        let times = at.value.via.iter().filter(|passed| **passed == step).count();
        if times > 1 && at.path.is_empty() {
            unknown.push(Unknown::Expression(place.id()));
            return;
        }
        for target in called.targets {
            let function = target.function;
            let site = target.site(place).filter(|_| times == 0);
            let mut next = at.clone().by(step).inside(function.node.id(), site);
            let mut given = self.returned_itself(function);
            let is_generator = given.is_empty() && next.path.last() == Some(&Part::Each);
            if is_generator {
                next.path.pop();
                given = self.yielded(function);
            }
            if given.is_empty() || !is_generator && falls_through(function.node) {
                unknown.push(Unknown::Expression(place.id()));
            }
            open.extend(given.into_iter().map(|value| next.clone().at(value)));
        }
    }

    /// Adds the item `key` of what `call` gives: `dict(host=…)`, `vars(args)`. False if the call is something else.
    #[expect(clippy::too_many_arguments, reason = "one step of `follow_call`")]
    fn follow_item<'f>(
        &'f self,
        call: &Call<'f>,
        key: &str,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let mut next = at.clone();
        next.path.pop();
        if self.is_builtin(call.callee, "dict") {
            open.extend(call.keyword(key).map(|value| next.at(value)));
            return true;
        }
        let Some(object) = self.object_as_dict(call) else { return false };
        let (before, attribute) = (open.len(), Part::Attribute(key.to_string()));
        self.follow_part_attribute(&next.at(object).part(attribute), depth, fuel, open, unknown);
        if open.len() == before {
            unknown.push(Unknown::Expression(call.node.id()));
        }
        true
    }

    /// The object of whose attributes `call` makes a dictionary: `vars(args)`, `asdict(options)`, `settings.model_dump()`.
    fn object_as_dict<'f>(&'f self, call: &Call<'f>) -> Option<Node<'f>> {
        match call.positional().as_slice() {
            [object] => {
                let is_vars = self.is_builtin(call.callee, "vars");
                (is_vars || callables::gives_attributes(&self.called_path(call)?)).then_some(*object)
            }
            [] => {
                let (object, method) = call.callee.object_and_name()?;
                callables::is_dump(method.text()).then_some(object)
            }
            _ => None,
        }
    }

    fn looked_up<'f>(&'f self, call: &Call<'f>) -> Option<(Node<'f>, Step)> {
        let builtin = self.is_builtin(call.callee, "getattr").then(|| "getattr".to_string());
        let path = builtin.or_else(|| self.called_path(call))?;
        let known = callables::lookup(&path)?;
        let place = call.node.id();
        let step = match known.step {
            LookupStep::Setting => Step::Setting(place),
            LookupStep::CommandLine => Step::CommandLine(place),
            LookupStep::Attribute => Step::Attribute(place),
        };
        Some((call.argument(known.index, known.keyword.as_deref())?, step))
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
        [_, default] if callables::is_getter(method.text()) && key.kind() != Kind::Integer => Some((*default, step)),
        _ => None,
    }
}
