//! Who calls a function of the file.
//!
//! Calls are those of this file: by the function's name, of a method on an object whose class is known, of a class for its `__init__`,
//! and calls of something else that calls the function (`Thread(target=f, args=…)`). They are all there are only where nobody else
//! can name the function: it is nested, private by its name, or in a program that no module imports.

use super::fuel::Fuel;
use crate::python::file::{CallSite, Callers};
use crate::python::scopes::{Binding, BindingId, ScopeKind};
use crate::python::syntax::calls::Call;
use crate::python::syntax::definitions::{ClassDefinition, Function};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Meaning, PythonFile};
use std::cell::OnceCell;
use std::rc::Rc;

/// A function that is called in more places takes any value.
pub(super) const MOST_SITES: usize = 32;

/// A parameter `*args` or `**options`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Splat<'f> {
    pub(super) function: Node<'f>,
    /// How many positional parameters come before it.
    pub(super) position: usize,
    /// It is `**options`.
    pub(super) is_named: bool,
}

impl PythonFile {
    /// The calls of `function`, a `def` or a `lambda` of this file.
    pub(super) fn callers(&self, function: Node<'_>, fuel: &Fuel) -> Rc<Callers> {
        if !fuel.follows_callers {
            return Rc::default();
        }
        if let Some(known) = self.caches.callers.borrow().get(&function.id()) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.find_callers(function));
        self.caches.callers.borrow_mut().insert(function.id(), Rc::clone(&found));
        found
    }

    fn find_callers(&self, node: Node<'_>) -> Callers {
        let Some(function) = Function::of(node) else { return Callers::default() };
        let Some(name) = function.name else {
            return Callers::all(Vec::new()).with(|found| {
                found.is_complete = self.add_sites(vec![function.node], false, found);
            });
        };
        Callers { is_complete: true, ..Callers::default() }.with(|found| {
            match self.scope(self.scope_of(node)).filter(|scope| scope.kind == ScopeKind::Class) {
                Some(class) if name.text() == "__init__" => self.find_constructions(self.node(class.node), found),
                Some(class) => self.find_method_calls(self.node(class.node), function, name, found),
                None => self.find_calls(function, name, found),
            }
        })
    }

    /// Whether nobody else than `callers` can call `function`.
    pub(super) fn are_all(&self, callers: &Callers, function: Node<'_>, fuel: &Fuel) -> bool {
        let is_closed = || {
            let named = Function::of(function).and_then(|function| Some((function, function.name?)));
            named.is_some_and(|(function, name)| self.is_closed(function, name))
        };
        callers.is_complete
            && match callers.is_closed.get() {
                Some(is_closed) => *is_closed,
                None => fuel.asks_project && *callers.is_closed.get_or_init(is_closed),
            }
    }

    /// Adds the calls of `function`, which is bound at `name`; where a decorator of the file puts another one in its place, those that
    /// this one makes.
    fn find_calls(&self, function: Function<'_>, name: Node<'_>, found: &mut Callers) {
        if !self.keeps_results(function) {
            found.is_complete &= self.add_sites(vec![function.node], false, found);
        }
        if found.sites.is_empty() {
            let uses = self.bound_at(name).map(|id| self.some_uses(id, MOST_SITES + 1)).unwrap_or_default();
            found.is_complete &= self.add_sites(uses, false, found);
        }
    }
}

impl Callers {
    /// Those at `sites`, and no others.
    pub(super) fn all(sites: Vec<CallSite>) -> Self {
        Self { sites, is_complete: true, is_closed: OnceCell::from(true) }
    }

    /// With what `find` adds.
    fn with(mut self, find: impl Fn(&mut Self)) -> Self {
        find(&mut self);
        if self.sites.len() > MOST_SITES {
            return Self::default();
        }
        self.sites.sort_by_key(|site| site.call);
        // A function that nobody calls is called in a way that is not understood.
        self.is_complete &= !self.sites.is_empty();
        self
    }
}

impl PythonFile {
    /// Adds the calls of the method `function` of `class` on objects whose class is known.
    fn find_method_calls(&self, class: Node<'_>, function: Function<'_>, name: Node<'_>, found: &mut Callers) {
        for (count, attribute) in self.attributes_called(name.text()).enumerate() {
            if count > 2 * MOST_SITES {
                found.is_complete = false;
                break;
            }
            let Some((object, _)) = attribute.object_and_name() else { continue };
            let own = self.class_of_self(object).or_else(|| {
                let named = self.resolve_within(object, 0, &Fuel::without_callers());
                match named.map(|named| named.meaning) {
                    Some(Meaning::Class(class)) => Some(class),
                    _ => self.instance_within(object, 0, &Fuel::without_callers())?.class,
                }
            });
            match own {
                Some(own) if self.is_or_derives(own, class.id()) => {
                    let has_object = self.takes_object(attribute, function);
                    found.is_complete &= self.add_site(attribute, has_object, found);
                }
                // Another class.
                Some(_) => {}
                None => found.is_complete = false,
            }
        }
    }

    /// Where the class methods of `class` read their first parameter, `cls`.
    fn uses_of_cls(&self, class: Node<'_>) -> Vec<Node<'_>> {
        let methods = ClassDefinition::of(class).into_iter().flat_map(ClassDefinition::functions);
        let first = methods.filter_map(|method| self.bound_at(method.parameters().next()?));
        let is_cls = |id: &BindingId| self.binding(*id).is_some_and(|binding| self.class_of_cls(binding).is_some());
        first.filter(is_cls).flat_map(|id| self.some_uses(id, MOST_SITES + 1)).take(MOST_SITES + 1).collect()
    }

    pub(super) fn is_or_derives(&self, class: NodeId, base: NodeId) -> bool {
        self.derives(class, base) || self.derives(base, class)
    }

    /// Adds the constructions of `class` and of its subclasses without an `__init__` of their own, and the calls of its `__init__`.
    fn find_constructions(&self, class: Node<'_>, found: &mut Callers) {
        let mut open = vec![class];
        let mut seen = vec![class.id()];
        while let Some(class) = open.pop() {
            let Some(name) = ClassDefinition::of(class).and_then(|class| class.name) else { continue };
            let uses = self.bound_at(name).map(|id| self.some_uses(id, MOST_SITES + 1)).unwrap_or_default();
            for read in self.uses_of_cls(class) {
                // `cls.attribute` constructs nothing.
                let is_asked = read.parent().is_some_and(|around| around.kind() == Kind::Attribute);
                found.is_complete &= is_asked || self.add_site(read, true, found);
            }
            for read in uses {
                let around = read.parent();
                let derived =
                    around.filter(|_| read.parent().and_then(Node::parent_field) == Some(Field::Superclasses));
                if let Some(derived) = derived.and_then(Node::parent) {
                    let has_own = self.method(derived.id(), "__init__").is_some_and(|own| derived.contains(own.node));
                    if has_own {
                        self.find_base_calls(derived, found);
                    } else if seen.len() < MOST_SITES && !seen.contains(&derived.id()) {
                        seen.push(derived.id());
                        open.push(derived);
                    }
                } else if let Some(attribute) = around.filter(|around| around.kind() == Kind::Attribute) {
                    // `Base.__init__(self, …)`; another attribute of the class does not construct it.
                    if attribute.object_and_name().is_some_and(|(_, name)| name.text() == "__init__") {
                        found.is_complete &= self.add_site(attribute, false, found);
                    }
                } else if !is_type_check(read) {
                    found.is_complete &= self.add_site(read, true, found);
                }
            }
        }
    }

    /// Adds the calls `super().__init__(…)` in `derived`.
    fn find_base_calls(&self, derived: Node<'_>, found: &mut Callers) {
        for attribute in self.attributes_called_in("__init__", derived).take(MOST_SITES) {
            let object = attribute.object_and_name().map(|(object, _)| object);
            let is_super = object.and_then(Call::of).is_some_and(|call| call.callee.text() == "super");
            if is_super && self.enclosing_class(attribute) == Some(derived.id()) {
                found.is_complete &= self.add_site(attribute, true, found);
            }
        }
    }

    /// Whether nobody outside of the file can call `function`, which is bound at `name`.
    pub(super) fn is_closed(&self, function: Function<'_>, name: Node<'_>) -> bool {
        if function.decorators().next().is_some() {
            return false;
        }
        let Some(around) = self.scope(self.scope_of(function.node)) else { return false };
        match around.kind {
            ScopeKind::Function | ScopeKind::Comprehension => true,
            ScopeKind::Module => self.is_own(name.text()),
            ScopeKind::Class => {
                let class = self.node(around.node);
                let Some(class_name) = ClassDefinition::of(class).and_then(|class| class.name) else { return false };
                let is_nested = self.scope(self.scope_of(class)).is_some_and(|scope| scope.kind == ScopeKind::Function);
                is_nested || self.is_own(class_name.text()) || is_private(name.text())
            }
        }
    }

    /// Whether no other file reads the module-level `name`.
    pub(super) fn is_own(&self, name: &str) -> bool {
        (is_private(name) || self.is_program()) && !self.is_imported_elsewhere(name)
    }

    /// Whether the file is run as a program: it begins with `#!`, or tests whether it is the main module.
    pub fn is_program(&self) -> bool {
        *self.caches.is_program.get_or_init(|| {
            let tests_name = |node: Node<'_>| {
                node.kind() == Kind::Identifier
                    && node.text() == "__name__"
                    && node.parent().is_some_and(|around| {
                        around.kind() == Kind::ComparisonOperator && around.text().contains("__main__")
                    })
            };
            self.text().starts_with("#!") || self.tree().nodes().any(tests_name)
        })
    }
    /// The `*args` or `**options` that `binding` binds.
    pub(super) fn splat_of(&self, binding: &Binding) -> Option<Splat<'_>> {
        let pattern = self.node(binding.identifier).parent()?;
        let is_named = match pattern.kind() {
            Kind::ListSplatPattern => false,
            Kind::DictionarySplatPattern => true,
            _ => return None,
        };
        let parameter = pattern.parent().filter(|around| around.kind() == Kind::TypedParameter).unwrap_or(pattern);
        let function = Function::of(parameter.parent()?.parent()?)?;
        let mut before = function.parameters().filter(|other| other.kind() != Kind::PositionalSeparator);
        let position = before.position(|other| other == parameter)?;
        Some(Splat { function: function.node, position, is_named })
    }

    /// What calls in this file pass for the parameter `binding`, as far as it is written in the call.
    pub(super) fn passed(&self, binding: &Binding, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = self.node(binding.statement);
        let sites = self.callers(function, fuel);
        self.passed_at(&sites.sites, function, binding)
    }

    fn passed_at(&self, sites: &[CallSite], function: Node<'_>, binding: &Binding) -> Vec<Node<'_>> {
        let position = Function::of(function).and_then(|it| it.position(self.node(binding.identifier)));
        let argued = |site: &CallSite| site.arguments(self).find(site.index(position), Some(&binding.name)).values;
        sites.iter().flat_map(argued).filter(|(_, path)| path.is_empty()).map(|(node, _)| node).collect()
    }

    /// What calls in this file pass for the parameter `binding`; for a method that is called on objects of unknown class, what calls
    /// of any method with its name pass.
    pub(super) fn passed_loosely(&self, binding: &Binding, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = self.node(binding.statement);
        let Some(name) = Function::of(function).and_then(|function| function.name) else { return Vec::new() };
        let mut sites = self.callers(function, fuel).sites.clone();
        let is_method = self.scope(self.scope_of(function)).is_some_and(|scope| scope.kind == ScopeKind::Class);
        if sites.is_empty() && is_method && name.text() != "__init__" {
            let mut found = Callers::default();
            for attribute in self.attributes_called(name.text()).take(8) {
                self.add_site(attribute, true, &mut found);
            }
            sites = found.sites;
        }
        self.passed_at(&sites, function, binding)
    }
}

fn is_private(name: &str) -> bool {
    name.starts_with('_') && !name.ends_with("__")
}

/// Whether a class is only compared with, caught or named as a type: `isinstance(x, C)`, `except C`, `x: C`.
fn is_type_check(read: Node<'_>) -> bool {
    read.ancestors().take(4).any(|around| match around.kind() {
        Kind::ExceptClause | Kind::Type | Kind::ComparisonOperator => true,
        Kind::Call => Call::of(around).is_some_and(|call| matches!(call.callee.text(), "isinstance" | "issubclass")),
        _ => false,
    })
}
