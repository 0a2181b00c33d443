//! Which functions and classes of the file a call may run.
//!
//! A function is a value: it stands in lists, is passed, returned and given other names, and a decorator may put another one in its
//! place. The evaluator says which functions a callee may be, as it says which texts an argument may be.

use super::fuel::Fuel;
use super::pending::{Pending, Traced};
use super::provenance::Step;
use super::values::{Follow, MAX_OPEN, Unknown};
use crate::python::file::{CallSite, CalledBy, assigned_value};
use crate::python::scopes::{BindingKind, ScopeKind};
use crate::python::syntax::calls::Call;
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Meaning, PythonFile, Resolved};

/// A choice between more classes than this is a registry, not a switch.
const MOST_CHOSEN: usize = 16;

/// A function that a call may run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'f> {
    pub(super) function: Function<'f>,
    /// Whether its first parameter takes an object that is not among the arguments, if that is known.
    pub(super) has_object: Option<bool>,
}

/// What a call may run.
#[derive(Debug, Default)]
pub(super) struct Called<'f> {
    /// Functions of this file.
    pub(super) targets: Vec<Target<'f>>,
    /// Why it may run something else.
    pub(super) unknown: Vec<Unknown>,
}

/// What a call may run, as far as the project shows.
#[derive(Debug, Default)]
pub struct PossibleCallees<'f> {
    /// In this file: a `def` or a `lambda`; for a class its `__init__`, or the `class` itself if none of its bases here has one.
    pub definitions: Vec<Node<'f>>,
    /// The qualified names of what is defined elsewhere.
    pub names: Vec<String>,
}

impl Target<'_> {
    /// The call at `place`, a `call` or a `decorator`, if it is known what the function gets there.
    pub(super) fn site(&self, place: Node<'_>) -> Option<CallSite> {
        let by = if place.kind() == Kind::Decorator { CalledBy::Decorator } else { CalledBy::Itself };
        Some(CallSite { call: place.id(), by, has_object: self.has_object? })
    }
}

impl PythonFile {
    /// What a call of the expression at `callee` may run; nothing if no function of this file is known to be among it.
    pub(super) fn called_at<'f>(&'f self, callee: Pending<'f>, depth: u32, fuel: &Fuel) -> Called<'f> {
        let node = callee.value.node.without_parentheses();
        let named = self.function_named(node, depth, fuel);
        if let Some(function) = named.filter(|function| self.keeps_results(*function)) {
            let has_object = Some(self.takes_object(node, function));
            let mut called = Called { targets: vec![Target { function, has_object }], unknown: Vec::new() };
            self.add_overriding(node, &mut called);
            return called;
        }
        if named.is_none() && !self.may_be_valued(node) {
            return Called::default();
        }
        self.targets(self.trace_from(callee.at(node), Follow::Everything, depth + 1, fuel))
    }

    fn called_by<'f>(&'f self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Called<'f> {
        self.called_at(Pending::of(self.node(callee.id())), depth, fuel)
    }

    /// Adds the methods of subclasses that `self.method(…)` at `callee` may run instead.
    fn add_overriding<'f>(&'f self, callee: Node<'_>, called: &mut Called<'f>) {
        let Some((object, name)) = callee.object_and_name() else { return };
        let Some(class) = self.class_of_self(object) else { return };
        for method in self.overriding_methods(class, name.text()) {
            match method {
                Some(function) => called.targets.push(Target { function, has_object: Some(true) }),
                None => called.unknown.push(Unknown::Expression(callee.id())),
            }
        }
    }

    /// The functions among what was found; the rest is not known.
    fn targets<'f>(&'f self, traced: Traced<'f>) -> Called<'f> {
        let mut called = Called { targets: Vec::new(), unknown: traced.unknown };
        for found in traced.found {
            match Function::of(found.value.node).filter(|_| found.path.is_empty()) {
                Some(function) => {
                    let has_object = self.has_object(function, &found.value.via);
                    called.targets.push(Target { function, has_object });
                }
                None => called.unknown.push(Unknown::Expression(found.value.node.id())),
            }
        }
        if called.targets.is_empty() { Called::default() } else { called }
    }

    /// Whether the first parameter of `function`, a value that came by the steps `via`, takes an object that is not among the arguments.
    fn has_object(&self, function: Function<'_>, via: &[Step]) -> Option<bool> {
        if !self.is_method(function) {
            return Some(false);
        }
        let read = via.iter().rev().find_map(|step| match step {
            Step::Attribute(read) => Some(self.node(*read)),
            _ => None,
        })?;
        (read.kind() == Kind::Attribute).then(|| self.takes_object(read, function))
    }

    fn is_method(&self, function: Function<'_>) -> bool {
        self.scope(self.scope_of(function.node)).is_some_and(|scope| scope.kind == ScopeKind::Class)
    }

    /// Whether the first parameter of `function`, which is read at `read`, takes the object there.
    pub(super) fn takes_object(&self, read: Node<'_>, function: Function<'_>) -> bool {
        let Some((object, _)) = read.object_and_name().filter(|_| self.is_method(function)) else { return false };
        let is_static = function.has_decorator("staticmethod");
        !is_static && (function.has_decorator("classmethod") || !self.is_class(object))
    }

    /// Whether `object` is a class of this file, and not an object of it.
    fn is_class(&self, object: Node<'_>) -> bool {
        let named = matches!(object.kind(), Kind::Identifier | Kind::Attribute).then(|| self.resolve(object)).flatten();
        named.is_some_and(|named| {
            let is_object = named.via.iter().any(|step| matches!(step, Step::Annotation(_)));
            !is_object && matches!(named.meaning, Meaning::Class(_))
        })
    }

    /// Whether following the value of `callee` may lead to a function: to ask is not cheap.
    fn may_be_valued(&self, callee: Node<'_>) -> bool {
        match callee.kind() {
            Kind::Identifier => {
                let reaching = self.reaching_from(callee.text(), callee);
                { reaching }.iter().filter_map(|id| self.binding(*id)).any(|binding| match binding.kind {
                    BindingKind::Function { .. }
                    | BindingKind::Assign { .. }
                    | BindingKind::Unpack { .. }
                    | BindingKind::Parameter { .. }
                    | BindingKind::Opaque => true,
                    BindingKind::Import { .. }
                    | BindingKind::With { .. }
                    | BindingKind::Class { .. }
                    | BindingKind::Declaration
                    | BindingKind::Delete => false,
                })
            }
            Kind::Attribute => {
                let Some((_, name)) = callee.object_and_name() else { return false };
                let is_given = |place: Node<'_>| assigned_value(place).is_some();
                self.attributes_called(name.text()).take(MAX_OPEN).any(is_given)
            }
            Kind::Subscript | Kind::Call | Kind::ConditionalExpression | Kind::BooleanOperator | Kind::Lambda => true,
            _ => false,
        }
    }

    /// The function of this file that a call of `callee` runs, if that is certain.
    pub(super) fn function_called(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Function<'_>> {
        self.target_called(callee, depth, fuel).map(|target| target.function)
    }

    /// As [`PythonFile::function_called`], and whether it takes an object there.
    pub(super) fn target_called(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Target<'_>> {
        let called = self.called_by(callee, depth, fuel);
        match called.targets.as_slice() {
            [only] if called.unknown.is_empty() => Some(*only),
            _ => None,
        }
    }

    /// The function of this file that `callee` names, whatever its decorators make of it.
    pub(super) fn function_named(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Function<'_>> {
        fuel.spend()?;
        match callee.kind() {
            Kind::Identifier => {
                let reaching = self.reaching_from(callee.text(), callee);
                let [only] = reaching.as_slice() else { return None };
                match self.binding(*only)?.kind {
                    BindingKind::Function { definition } => Function::of(self.node(definition)),
                    _ => None,
                }
            }
            Kind::Attribute => {
                let (object, name) = callee.object_and_name()?;
                if Call::of(object).is_some_and(|call| call.callee.text() == "super") {
                    let class = self.enclosing_class(object)?;
                    return self.defined_by(self.local_bases(class).into_iter(), name.text());
                }
                let class = match self.class_of_self(object) {
                    Some(class) => class,
                    None => match self.resolve_within(object, depth + 1, fuel) {
                        Some(Resolved { meaning: Meaning::Class(class), .. }) => class,
                        Some(_) => return None,
                        None => self.instance_within(object, depth + 1, fuel)?.class?,
                    },
                };
                self.method(class, name.text())
            }
            Kind::Lambda => Function::of(self.node(callee.id())),
            _ => None,
        }
    }

    /// What a call of `callee` may run.
    pub fn possible_callees<'f>(&'f self, callee: Node<'f>) -> PossibleCallees<'f> {
        let called = self.called_by(callee, 0, &Fuel::new());
        let mut found = PossibleCallees::default();
        found.definitions.extend(called.targets.iter().map(|target| target.function.node));
        if !found.definitions.is_empty() {
            return found;
        }
        if let Some(Resolved { meaning: Meaning::Class(class), .. }) = self.resolve(callee) {
            found.definitions.push(self.run_by(class));
            return found;
        }
        let traced = self.trace(callee, Follow::Everything, 0, &Fuel::new());
        let values = traced.found.iter().filter(|found| found.path.is_empty()).map(|found| found.value.node);
        found.definitions.extend(values.filter_map(|value| match value.kind() {
            Kind::FunctionDefinition | Kind::Lambda => Some(value),
            Kind::ClassDefinition => Some(self.run_by(value.id())),
            _ => None,
        }));
        let elsewhere = traced.elsewhere.into_iter().map(|found| found.value.node);
        let named = std::iter::once(callee).chain(elsewhere.filter(|other| *other != callee));
        let mut names: Vec<String> = { named }.flat_map(|node| self.callees(node)).map(|callee| callee.path).collect();
        names.dedup();
        found.names = names;
        found
    }

    /// What `callee` may stand for where the program chooses: what each of the expressions that it may be stands for. A call through a
    /// name that is one of two classes is worth a report, and it matters which the other class is.
    pub(super) fn chosen_callees(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Vec<Resolved> {
        if !self.may_be_chosen(callee) {
            return Vec::new();
        }
        // What a call passes is that call's choice.
        let traced = self.trace(self.node(callee.id()), Follow::Everything, depth, &fuel.within_function());
        let mut found: Vec<Resolved> = Vec::new();
        for end in traced.found.into_iter().chain(traced.elsewhere).filter(|end| end.path.is_empty()) {
            let Some(mut meaning) = self.meaning_at(&end, fuel) else { continue };
            if found.len() < MOST_CHOSEN && found.iter().all(|known| known.meaning != meaning.meaning) {
                meaning.via.insert(0, Step::Choice(callee.id()));
                found.push(meaning);
            }
        }
        // A class that the file derives from another one does things in its own way.
        found.sort_by_key(|known| matches!(known.meaning, Meaning::Class(_)));
        found
    }

    fn may_be_chosen(&self, callee: Node<'_>) -> bool {
        match callee.kind() {
            Kind::ParenthesizedExpression => self.may_be_chosen(callee.without_parentheses()),
            // Imported by each of several branches.
            Kind::Identifier if self.reaching_from(callee.text(), callee).len() > 1 => true,
            Kind::Attribute => {
                let object = callee.object_and_name().map(|(object, _)| object);
                object.is_some_and(|object| self.class_of_self(object).is_some())
            }
            Kind::Call => {
                // `{…}.get(key)`
                let getter = Call::of(callee).and_then(|call| call.callee.object_and_name());
                getter.is_some_and(|(_, name)| name.text() == "get")
            }
            _ => self.may_be_valued(callee),
        }
    }

    /// What the expression or imported name at `end` stands for.
    fn meaning_at(&self, end: &Pending<'_>, fuel: &Fuel) -> Option<Resolved> {
        let imported = end.value.names.last().filter(|_| end.value.node.kind() == Kind::Identifier);
        match end.value.node.kind() {
            Kind::ClassDefinition => Some(Resolved::class(end.value.node.id())),
            _ => match imported.and_then(|id| self.meaning_of(*id, 0, fuel).ok().flatten()) {
                Some(meaning) => Some(meaning),
                None => self.resolve_within(end.value.node, 0, fuel),
            },
        }
    }

    /// What making an object of `class` runs.
    fn run_by(&self, class: NodeId) -> Node<'_> {
        self.method(class, "__init__").map_or_else(|| self.node(class), |init| init.node)
    }
}
