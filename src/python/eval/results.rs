//! What the functions of the file give: what they return, what they yield.

use super::fuel::Fuel;
use crate::python::PythonFile;
use crate::python::file::Results;
use crate::python::scopes::BindingKind;
use crate::python::syntax::calls::Call;
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::{Node, NodeId};
use std::collections::HashMap;

/// A function that returns in more places gives any value.
const MOST_RETURNS: usize = 16;

/// A method that more subclasses define gives any value.
const MOST_OVERRIDING: usize = 16;

impl PythonFile {
    /// The function that `class`, or the nearest of its bases in this file, defines as `name`, and nothing else.
    pub(super) fn method(&self, class: NodeId, name: &str) -> Option<Function<'_>> {
        self.defined_by(std::iter::once(class).chain(self.local_bases(class)), name)
    }

    /// The function that the first of `classes` which has a `name` defines, and nothing else.
    pub(super) fn defined_by(&self, classes: impl Iterator<Item = NodeId>, name: &str) -> Option<Function<'_>> {
        let mut defined = classes.map(|class| self.class_attributes(class, name)).filter(|found| !found.is_empty());
        let [only] = defined.next()? else { return None };
        match self.binding(self.bound_at(self.node(only.target))?)?.kind {
            BindingKind::Function { definition } => Function::of(self.node(definition)),
            _ => None,
        }
    }

    /// The functions that the subclasses of `class` in this file define as `name`; `None` for something else.
    pub(super) fn overriding_methods(&self, class: NodeId, name: &str) -> Vec<Option<Function<'_>>> {
        let derived = self.derived_classes(class);
        let own = derived.iter().filter(|derived| !self.class_attributes(**derived, name).is_empty());
        let mut found: Vec<Option<Function<'_>>> = own
            .take(MOST_OVERRIDING + 1)
            .map(|derived| {
                self.defined_by(std::iter::once(*derived), name).filter(|method| self.keeps_results(*method))
            })
            .collect();
        if found.len() > MOST_OVERRIDING {
            found = vec![None];
        }
        found
    }

    /// Whether what calls of the name of `function` give is what it gives: whether its decorators are known to keep that.
    pub(super) fn keeps_results(&self, function: Function<'_>) -> bool {
        function.decorators().all(keeps_results)
    }

    /// The expressions that `function` returns, as they are: empty for a generator, or where a decorator may give something else.
    pub(in crate::python) fn returned(&self, function: Function<'_>) -> Vec<Node<'_>> {
        if self.keeps_results(function) { self.returned_itself(function) } else { Vec::new() }
    }

    /// The expressions that `function` itself returns, as they are, whatever its decorators make of them; empty for a generator.
    pub(super) fn returned_itself(&self, function: Function<'_>) -> Vec<Node<'_>> {
        if function.node.kind() == Kind::Lambda {
            return function.node.field(Field::Body).map(|body| self.node(body.id())).into_iter().collect();
        }
        match self.results(function) {
            Results { returned, is_generator: false, .. } if returned.len() <= MOST_RETURNS => {
                returned.iter().map(|value| self.node(*value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The expressions that `function`, a generator, yields; none if it hands on to another one, or yields nothing.
    pub(super) fn yielded(&self, function: Function<'_>) -> Vec<Node<'_>> {
        let Results { yielded, .. } = self.results(function);
        let values: Option<Vec<Node<'_>>> = yielded.iter().map(|value| value.map(|value| self.node(value))).collect();
        values.filter(|values| values.len() <= MOST_RETURNS).unwrap_or_default()
    }

    /// The expressions that `function` returns or yields, whatever its decorators make of them.
    pub(super) fn results_of(&self, function: Function<'_>) -> Vec<Node<'_>> {
        let Results { returned, yielded, .. } = self.results(function);
        let all = returned.iter().copied().chain(yielded.iter().copied().flatten());
        all.take(MOST_RETURNS).map(|value| self.node(value)).collect()
    }

    /// What `with manager as name` gives the name, where `manager` is a call of a function of the file that is made a context manager.
    pub(super) fn managed(&self, manager: Node<'_>, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = Call::of(manager).and_then(|call| self.function_named(call.callee, 0, fuel));
        let function = function.filter(|function| function.has_decorator("contextmanager"));
        function.map(|function| self.yielded(function)).unwrap_or_default()
    }

    /// Whether a call of `function` gives a generator.
    pub(super) fn is_generator(&self, function: Function<'_>) -> bool {
        self.results(function).is_generator
    }

    fn results(&self, function: Function<'_>) -> &Results {
        static NOTHING: Results = Results { returned: Vec::new(), yielded: Vec::new(), is_generator: false };
        let results = self.caches.results.get_or_init(|| self.collect_results());
        results.get(&function.node.id()).unwrap_or(&NOTHING)
    }

    fn collect_results(&self) -> HashMap<NodeId, Results> {
        let mut found: HashMap<NodeId, Results> = HashMap::new();
        // A keyword has the name of its statement.
        for node in self.tree().nodes().filter(|node| node.is_named()) {
            let is_return = match node.kind() {
                Kind::ReturnStatement => true,
                Kind::Yield => false,
                _ => continue,
            };
            let Some(scope) = self.scope(self.scope_of(node)) else { continue };
            let results = found.entry(scope.node).or_default();
            let value = node.named_children().next().map(Node::id);
            if is_return {
                results.returned.extend(value);
            } else {
                results.is_generator = true;
                // `yield from others`
                let is_own = node.children().nth(1).is_none_or(|second| second.text() != "from");
                results.yielded.push(value.filter(|_| is_own));
            }
        }
        found
    }
}

/// The last part of a decorator's name: `fixture` of `@pytest.fixture(scope="module")`.
pub(super) fn decorator_name(decorator: Node<'_>) -> &str {
    let name = decorator.text().trim_start_matches('@').split('(').next().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().trim()
}

/// Whether a decorator gives a function that gives what the decorated one gives.
pub(super) fn keeps_results(decorator: Node<'_>) -> bool {
    let last = decorator_name(decorator);
    let of_results = ["property", "cached_property", "cache", "lru_cache", "wraps"];
    let of_methods = ["staticmethod", "classmethod", "abstractmethod", "override", "final"];
    of_results.contains(&last) || of_methods.contains(&last)
}

/// Whether reading the attribute calls the method.
pub(super) fn is_property(method: Function<'_>) -> bool {
    method.decorators().any(|decorator| decorator.text().trim_end().ends_with("property"))
}
