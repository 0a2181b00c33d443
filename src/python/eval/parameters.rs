//! What a parameter may be: what callers pass, its default, that of its option.

use super::callers::Splat;
use super::fuel::Fuel;
use super::pending::{Part, Pending};
use super::provenance::Step;
use super::results::decorator_name;
use super::values::Unknown;
use crate::python::file::{CallSite, Callers};
use crate::python::scopes::{Binding, BindingId, BindingKind, ScopeKind};
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::{Call, Meaning, Node, NodeId, PythonFile};
use std::rc::Rc;

/// A test with more decorators takes any value.
const MOST_DECORATORS: usize = 32;

impl PythonFile {
    /// Adds what callers pass for the parameter `id`, its default, and that of its option.
    pub(super) fn follow_parameter<'f>(
        &'f self,
        next: &Pending<'f>,
        id: BindingId,
        binding: &'f Binding,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let function = self.node(binding.statement);
        let position = Function::of(function).and_then(|it| it.position(self.node(binding.identifier)));
        let (before, callers) = self.calls_of(next, function, fuel);
        let are_all = self.are_all(&callers, function, fuel);
        let class = self.class_asked(next, function);
        // A class with a method of its own instead is made by calls of that one.
        let has_own = class.is_some_and(|class| {
            self.method(class, "__init__").is_some_and(|own| own.node != function && is_named(function, "__init__"))
        });
        let mut is_omitted = !are_all && !has_own;
        for site in &callers.sites {
            if class.is_some_and(|class| self.is_of_other_object(class, site)) {
                continue;
            }
            let arguments = site.arguments(self);
            let argued = arguments.find(site.index(position), Some(&binding.name));
            is_omitted |= argued.may_be_omitted;
            for (argument, path) in argued.values {
                let mut passed = before.clone().by(Step::Argument(site.call)).at(argument);
                passed.value.names.push(id);
                passed.path.extend(path);
                open.push(passed);
            }
        }
        if !are_all {
            unknown.push(Unknown::Caller(id));
        }
        let BindingKind::Parameter { default, .. } = binding.kind else { return };
        match default {
            Some(default) if is_omitted => {
                open.push(next.clone().by(Step::ParameterDefault(id)).at(self.node(default)));
            }
            Some(_) => {}
            None => {
                let declared = self.decorated_default(function, &binding.name);
                let step = Step::CommandLine(binding.identifier);
                open.extend(declared.map(|default| next.clone().by(step).at(default)));
                if callers.sites.is_empty() {
                    self.follow_test_parameter(next, function, &binding.name, open);
                }
            }
        }
    }

    /// The calls that give `function`, of which `next` is a parameter, its arguments: the one whose result is followed, or all. With
    /// `next` as it is there.
    fn calls_of<'f>(&self, next: &Pending<'f>, function: Node<'_>, fuel: &Fuel) -> (Pending<'f>, Rc<Callers>) {
        match next.call_of(function.id()) {
            Some(site) => (next.clone().before_call(), Rc::new(Callers::all(vec![site]))),
            None => (next.clone(), self.callers(function, fuel)),
        }
    }

    /// The class of which `next`, a parameter of the method `function`, is an attribute: one that derives from the method's.
    fn class_asked(&self, next: &Pending<'_>, function: Node<'_>) -> Option<NodeId> {
        let owner = self.scope(self.scope_of(function)).filter(|scope| scope.kind == ScopeKind::Class)?.node;
        let read = next.value.via.iter().rev().find_map(|step| match step {
            Step::Attribute(read) => self.node(*read).object_and_name(),
            _ => None,
        });
        let class = read.and_then(|(object, _)| self.class_of_self(object))?;
        self.derives(class, owner).then_some(class)
    }

    /// Whether `site` calls a method for an object that is none of `class`: a sibling's `Base.__init__(self, …)`, a plain `Base(…)`.
    fn is_of_other_object(&self, class: NodeId, site: &CallSite) -> bool {
        let Some(call) = Call::of(self.node(site.call)) else { return false };
        if call.callee.last_identifier().text() == "__init__" {
            let calling = self.enclosing_class(call.node);
            return calling.is_some_and(|calling| !self.is_or_derives(class, calling));
        }
        let made = self.resolve(call.callee).filter(|made| made.via.is_empty()).map(|made| made.meaning);
        matches!(made, Some(Meaning::Class(made)) if !self.derives(made, class))
    }

    /// Adds what pytest passes to `function`, a test, for the parameter `name`: the values of `parametrize`, or what a fixture of the
    /// file gives.
    fn follow_test_parameter<'f>(
        &'f self,
        next: &Pending<'f>,
        function: Node<'f>,
        name: &str,
        open: &mut Vec<Pending<'f>>,
    ) {
        let decorators = Function::of(function).into_iter().flat_map(Function::decorators).take(MOST_DECORATORS);
        for call in decorators.filter_map(|decorator| Call::of(decorator.named_children().next()?)) {
            let Some((names, values)) = parametrized(&call) else { continue };
            let Some(position) = names.iter().position(|known| known == name) else { continue };
            let mut passed = next.clone().by(Step::Argument(call.node.id())).at(values);
            if names.len() > 1 {
                passed.path.push(Part::Index(position));
            }
            open.push(passed.part(Part::Each));
        }
        let fixtures = self.owner_bindings(name, function.start()).iter().filter_map(|id| self.binding(*id));
        for binding in fixtures {
            let BindingKind::Function { definition } = binding.kind else { continue };
            let Some(fixture) = Function::of(self.node(definition)) else { continue };
            if fixture.decorators().any(|decorator| decorator_name(decorator) == "fixture") {
                let given = self.results_of(fixture);
                open.extend(given.into_iter().map(|value| next.clone().by(Step::Returned(definition)).at(value)));
            }
        }
    }

    /// Adds what callers pass in the `*args` or `**options` that `binding` binds.
    #[expect(clippy::too_many_arguments, reason = "one step of `follow_name`")]
    pub(super) fn follow_splat<'f>(
        &'f self,
        next: &Pending<'f>,
        splat: Splat<'f>,
        binding: &Binding,
        id: BindingId,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let mut path = next.path.clone();
        let (index, keyword) = match path.pop() {
            Some(Part::Index(at)) if !splat.is_named => (splat.position.checked_add(at), None),
            Some(Part::Key(key)) if splat.is_named => {
                let declared = self.decorated_default(splat.function, &key);
                let whole = next.clone().with_path(path.clone());
                let step = Step::CommandLine(binding.identifier);
                open.extend(declared.map(|default| whole.by(step).at(default)));
                (None, Some(key))
            }
            _ => {
                unknown.push(Unknown::Expression(binding.identifier));
                return;
            }
        };
        let (before, callers) = self.calls_of(next, splat.function, fuel);
        for site in &callers.sites {
            let arguments = site.arguments(self);
            for (argument, inner) in arguments.find(site.index(index), keyword.as_deref()).values {
                let mut passed = before.clone().by(Step::Argument(site.call)).at(argument);
                passed.path.clone_from(&path);
                passed.path.extend(inner);
                open.push(passed);
            }
        }
        if !self.are_all(&callers, splat.function, fuel) {
            unknown.push(Unknown::Caller(id));
        }
    }
}

fn is_named(function: Node<'_>, name: &str) -> bool {
    Function::of(function).and_then(|function| function.name).is_some_and(|known| known.text() == name)
}

/// The names and the list of values of `pytest.mark.parametrize("host, port", […])`.
fn parametrized<'f>(call: &Call<'f>) -> Option<(Vec<String>, Node<'f>)> {
    let is_it = call.callee.last_identifier().text() == "parametrize";
    let names = call.argument(Some(0), Some("argnames")).filter(|_| is_it)?;
    let values = call.argument(Some(1), Some("argvalues"))?;
    let names = match names.kind() {
        Kind::Tuple | Kind::List => names.named_children().map(string_value).collect::<Option<Vec<String>>>()?,
        _ => string_value(names)?.split(',').map(|name| name.trim().to_string()).collect(),
    };
    Some((names, values))
}
