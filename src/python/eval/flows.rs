//! Where a function goes as a value, and where it is called there.
//!
//! A function that is given another name, passed to a function of the file, returned or decorated is called under the name that it has
//! there: `run(_serve)` calls it where `run` calls its parameter.

use super::callers::MOST_SITES;
use super::fuel::Fuel;
use super::results::keeps_results;
use crate::python::file::{CallSite, CalledBy, Callers};
use crate::python::library::callables::{self, CallsArgument};
use crate::python::scopes::{BindingId, ScopeKind};
use crate::python::syntax::calls::{Argument, Call};
use crate::python::syntax::definitions::{Function, Parameter};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::Assignment;
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Meaning, PythonFile};
use std::collections::HashSet;

/// A function that goes through more places may go anywhere.
const MOST_READS: usize = 4 * MOST_SITES;

/// The expressions whose value a function is, which are still to be looked at.
#[derive(Default)]
struct Reads<'f> {
    open: Vec<Node<'f>>,
    /// They are not all.
    is_cut: bool,
}

impl<'f> Reads<'f> {
    fn add(&mut self, reads: Vec<Node<'f>>) {
        self.is_cut |= reads.len() > MOST_SITES;
        self.open.extend(reads);
    }
}

impl PythonFile {
    /// Adds the calls at `read`, which reads a function, or where its value goes from there; false if it goes elsewhere, too.
    pub(super) fn add_site(&self, read: Node<'_>, has_object: bool, found: &mut Callers) -> bool {
        self.add_sites(vec![read], has_object, found)
    }

    /// As [`PythonFile::add_site`], for all of `reads`.
    pub(super) fn add_sites(&self, reads: Vec<Node<'_>>, has_object: bool, found: &mut Callers) -> bool {
        let mut reads = Reads { open: reads, is_cut: false };
        let mut seen: HashSet<NodeId> = HashSet::new();
        let mut is_complete = true;
        while let Some(read) = reads.open.pop() {
            if seen.len() > MOST_READS || found.sites.len() > MOST_SITES {
                return false;
            }
            if seen.insert(read.id()) {
                is_complete &= self.add_read(self.node(read.id()), has_object, found, &mut reads);
            }
        }
        is_complete && !reads.is_cut
    }

    /// Adds the call at `read`, or where the value goes from there; false if that is not known.
    fn add_read<'f>(&'f self, read: Node<'f>, has_object: bool, found: &mut Callers, reads: &mut Reads<'f>) -> bool {
        let Some(around) = read.parent() else { return false };
        match (around.kind(), read.parent_field()) {
            (Kind::Call, Some(Field::Function)) => {
                found.sites.push(CallSite { call: around.id(), by: CalledBy::Itself, has_object });
                true
            }
            (Kind::Decorator, _) => {
                found.sites.push(CallSite { call: around.id(), by: CalledBy::Decorator, has_object });
                true
            }
            (Kind::ParenthesizedExpression | Kind::BooleanOperator | Kind::ConditionalExpression, _) => {
                reads.open.push(around);
                true
            }
            (Kind::Assignment, Some(Field::Right)) => self.add_assigned(around, reads),
            (Kind::DefaultParameter | Kind::TypedDefaultParameter, Some(Field::Value)) => {
                around.field(Field::Name).is_some_and(|name| self.add_uses(self.bound_at(name), reads))
            }
            (Kind::ReturnStatement, _) => self.add_returned(around, reads),
            (Kind::DecoratedDefinition, _) => self.add_decorated(read, reads),
            (Kind::ExpressionStatement, _) => true,
            _ => self.add_argument(read, has_object, found, reads),
        }
    }

    /// Adds the reads of a name; false if it has others that are not seen.
    fn add_uses<'f>(&'f self, name: Option<BindingId>, reads: &mut Reads<'f>) -> bool {
        let Some((id, binding)) = name.and_then(|id| Some((id, self.binding(id)?))) else { return false };
        let uses = self.some_uses(id, MOST_SITES + 1);
        let is_used = !uses.is_empty();
        reads.add(uses);
        match self.scope(binding.scope).map(|scope| scope.kind) {
            // A name that nobody reads is read in a way that is not understood.
            Some(ScopeKind::Module) => is_used && self.is_own(&binding.name),
            // It is an attribute.
            Some(ScopeKind::Class) | None => false,
            Some(ScopeKind::Function | ScopeKind::Comprehension) => true,
        }
    }

    /// `name = function`, `other = name = function`
    fn add_assigned<'f>(&'f self, assignment: Node<'f>, reads: &mut Reads<'f>) -> bool {
        let Some(Assignment { target, .. }) = Assignment::of(assignment) else { return false };
        if assignment.parent_field() == Some(Field::Right) {
            reads.open.push(assignment);
        }
        target.kind() == Kind::Identifier && self.add_uses(self.bound_at(target), reads)
    }

    /// What the function around `statement` returns: the calls of its name, and what it decorates.
    fn add_returned<'f>(&'f self, statement: Node<'f>, reads: &mut Reads<'f>) -> bool {
        let around = self.scope(self.scope_of(statement)).map(|scope| self.node(scope.node));
        let Some((function, name)) = around.and_then(Function::of).and_then(|it| Some((it, it.name?))) else {
            return false;
        };
        let is_method = self.scope(self.scope_of(function.node)).is_some_and(|scope| scope.kind == ScopeKind::Class);
        let is_plain = !is_method && function.decorators().all(keeps_results) && !function.is_async();
        if !is_plain || self.is_generator(function) {
            return false;
        }
        let uses = self.bound_at(name).map(|id| self.some_uses(id, MOST_SITES + 1)).unwrap_or_default();
        let mut is_complete = (1..=MOST_SITES).contains(&uses.len());
        for used in uses {
            let call = used.parent().filter(|around| match around.kind() {
                Kind::Call => used.parent_field() == Some(Field::Function),
                kind => kind == Kind::Decorator,
            });
            is_complete &= call.is_some();
            reads.open.extend(call);
        }
        is_complete && self.is_closed(function, name)
    }

    /// The function is what is decorated, or what `read`, a decorator, makes of that: it is passed to the next decorator, or has the
    /// name of the definition.
    fn add_decorated<'f>(&'f self, read: Node<'f>, reads: &mut Reads<'f>) -> bool {
        let above = std::iter::successors(read.previous_sibling(), |above| above.previous_sibling());
        let mut decorators = above.filter(|above| above.kind() == Kind::Decorator);
        if let Some(decorator) = decorators.find(|decorator| !keeps_results(*decorator)) {
            let first = |function: Function<'f>, has_object| function.parameter_at(usize::from(has_object));
            return decorator.named_children().next().is_some_and(|called| self.add_passed(called, first, reads));
        }
        let definition = read.parent().and_then(|around| around.field(Field::Definition));
        let name = definition.and_then(Function::of).and_then(|function| function.name);
        name.is_some_and(|name| self.add_uses(self.bound_at(name), reads))
    }

    /// The function is an argument: of something that calls it, or of a function of the file.
    fn add_argument<'f>(
        &'f self,
        read: Node<'f>,
        has_object: bool,
        found: &mut Callers,
        reads: &mut Reads<'f>,
    ) -> bool {
        let Some(call) = read.ancestors().take(3).find(|node| node.kind() == Kind::Call).and_then(Call::of) else {
            return false;
        };
        if let Some(row) = self.row_of(&call) {
            let is_it = call.argument(row.function.index, row.function.keyword.as_deref()) == Some(read);
            if is_it {
                found.sites.push(CallSite { call: call.node.id(), by: CalledBy::Other(row), has_object });
            }
            return is_it && !row.more;
        }
        let Some(argument) = call.arguments.iter().find(|argument| argument.value() == read) else { return false };
        let position = call.positional().iter().position(|positional| *positional == read);
        let taken_by = |function: Function<'f>, has_object| match argument {
            Argument::Positional(_) => function.parameter_at(position? + usize::from(has_object)),
            Argument::Keyword { name, .. } => function.parameter_named(name),
            Argument::Star(_) | Argument::DoubleStar(_) => None,
        };
        self.add_passed(call.callee, taken_by, reads)
    }

    /// How a library's callable that `call` calls calls its argument.
    fn row_of(&self, call: &Call<'_>) -> Option<&'static CallsArgument> {
        let mut paths = self.callees_within(call.callee, 0, &Fuel::without_callers()).into_iter().map(|it| it.path);
        let builtin = self.is_builtin(call.callee, call.callee.text()).then(|| call.callee.text().to_string());
        paths.by_ref().chain(builtin).find_map(|path| callables::calls_argument(&path))
    }

    /// Adds the reads of the parameter that `taken_by` says of the function which `callee` calls and of whether an object comes first.
    fn add_passed<'f>(
        &'f self,
        callee: Node<'f>,
        taken_by: impl Fn(Function<'f>, bool) -> Option<Parameter<'f>>,
        reads: &mut Reads<'f>,
    ) -> bool {
        let fuel = Fuel::without_callers();
        let init = || match self.resolve_within(callee, 0, &fuel)?.meaning {
            Meaning::Class(class) => self.method(class, "__init__").map(|init| (init, true)),
            Meaning::Path(_) => None,
        };
        let called = self.target_called(callee, 0, &fuel);
        let called = called.and_then(|target| Some((target.function, target.has_object?))).or_else(init);
        let parameter = called.and_then(|(function, has_object)| taken_by(function, has_object));
        let name = parameter.map(|parameter| parameter.name).filter(|name| name.kind() == Kind::Identifier);
        name.is_some_and(|name| self.add_uses(self.bound_at(name), reads))
    }
}
