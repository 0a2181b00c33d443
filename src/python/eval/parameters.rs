//! What a parameter may be: what callers pass, its default, that of its option.

use super::calls::Splat;
use super::fuel::Fuel;
use super::provenance::Step;
use super::values::{Part, Pending, Unknown};
use crate::python::PythonFile;
use crate::python::scopes::{Binding, BindingId, BindingKind};
use crate::python::syntax::definitions::Function;

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
        let callers = self.callers(function, fuel);
        let mut is_omitted = !callers.is_complete;
        for site in &callers.sites {
            let arguments = site.arguments(self);
            let argued = arguments.find(site.index(position), Some(&binding.name));
            is_omitted |= argued.may_be_omitted;
            for (argument, path) in argued.values {
                let mut passed = next.clone().by(Step::Argument(site.call)).at(argument);
                passed.value.names.push(id);
                passed.path.extend(path);
                open.push(passed);
            }
        }
        if !callers.is_complete {
            unknown.push(Unknown::Caller(id));
        }
        let BindingKind::Parameter { default, .. } = binding.kind else { return };
        match default {
            Some(default) if is_omitted => {
                open.push(next.clone().by(Step::ParameterDefault(id)).at(self.node(default)));
            }
            Some(_) => {}
            None => {
                let declared = self.decorated_default(binding);
                let step = Step::CommandLine(binding.identifier);
                open.extend(declared.map(|default| next.clone().by(step).at(default)));
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
            Some(Part::Index(at)) if !splat.is_named => (Some(splat.position + at), None),
            Some(Part::Key(key)) if splat.is_named => (None, Some(key)),
            _ => {
                unknown.push(Unknown::Expression(binding.identifier));
                return;
            }
        };
        let callers = self.callers(splat.function, fuel);
        for site in &callers.sites {
            let arguments = site.arguments(self);
            for (argument, inner) in arguments.find(site.index(index), keyword.as_deref()).values {
                let mut passed = next.clone().by(Step::Argument(site.call)).at(argument);
                passed.path.clone_from(&path);
                passed.path.extend(inner);
                open.push(passed);
            }
        }
        if !callers.is_complete {
            unknown.push(Unknown::Caller(id));
        }
    }
}
