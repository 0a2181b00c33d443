//! Attributes: where they stand, and what gives those of a class their values.

use super::PythonFile;
use super::caches::ClassAttribute;
use crate::python::scopes::{Binding, BindingKind, ScopeId, ScopeKind};
use crate::python::syntax::definitions::Function;
use crate::python::syntax::expressions::Attribute;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::Assignment;
use crate::python::syntax::tree::{Node, NodeId};
use std::collections::{HashMap, HashSet};

impl PythonFile {
    /// The `attribute` nodes `object.name`, in position order.
    pub fn attributes_called(&self, name: &str) -> impl Iterator<Item = Node<'_>> {
        self.attributes_by_name().get(name).into_iter().flatten().map(|id| self.node(*id))
    }

    /// The nodes of [`PythonFile::attributes_called`] in `part`.
    pub fn attributes_called_in(&self, name: &str, part: Node<'_>) -> impl Iterator<Item = Node<'_>> {
        let all = self.attributes_by_name().get(name).map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|id| *id < part.id());
        let within = all.get(first..).unwrap_or_default().iter().map(|id| self.node(*id));
        within.take_while(move |node| part.contains(*node))
    }

    /// The names and attributes to which one of `names` itself is assigned, anywhere in the file: `d` for `c` in
    /// `d = c`.
    pub fn names_assigned_from(&self, names: &[String]) -> Vec<String> {
        let copies = self.caches.copies.get_or_init(|| {
            let mut copies: HashMap<String, Vec<String>> = HashMap::new();
            for Assignment { target, right } in self.tree().nodes().filter_map(Assignment::of) {
                let is_name = |side: &Node<'_>| matches!(side.kind(), Kind::Identifier | Kind::Attribute);
                if let Some(right) = right.filter(|right| is_name(right) && is_name(&target)) {
                    copies.entry(right.text().to_string()).or_default().push(target.text().to_string());
                }
            }
            copies
        });
        names.iter().filter_map(|name| copies.get(name)).flatten().cloned().collect()
    }

    /// Every place that gives the attribute `name` of `class` (a `class_definition`) a value.
    pub fn class_attributes(&self, class: NodeId, name: &str) -> &[ClassAttribute] {
        let attributes = self.caches.class_attributes.get_or_init(|| self.collect_attributes());
        attributes.get(&(class, name.to_string())).map_or(&[], Vec::as_slice)
    }

    /// By class (a `class_definition`): what gives its attributes their values, in position order.
    pub(in crate::python) fn attributes_given(&self) -> HashMap<NodeId, Vec<(&str, ClassAttribute)>> {
        let attributes = self.caches.class_attributes.get_or_init(|| self.collect_attributes());
        let mut found: HashMap<NodeId, Vec<(&str, ClassAttribute)>> = HashMap::new();
        for ((class, name), given) in attributes {
            found.entry(*class).or_default().extend(given.iter().map(|given| (name.as_str(), *given)));
        }
        found.values_mut().for_each(|given| given.sort_unstable_by_key(|(_, given)| given.target));
        found
    }

    /// The class of the method whose first parameter `node` is: the class of `self`.
    pub fn class_of_self(&self, node: Node<'_>) -> Option<NodeId> {
        if node.kind() != Kind::Identifier {
            return None;
        }
        let found = self.reaching_from(node.text(), node);
        let [only] = found.as_slice() else { return None };
        let binding = self.scopes().binding(*only)?;
        if !matches!(binding.kind, BindingKind::Parameter { annotation: None, default: None }) {
            return None;
        }
        self.class_of_first(binding, |function| !function.has_decorator("staticmethod"))
    }

    /// The class of the class method whose first parameter `binding` is: `cls`.
    pub(in crate::python) fn class_of_cls(&self, binding: &Binding) -> Option<NodeId> {
        self.class_of_first(binding, |function| {
            let implicit = ["__new__", "__init_subclass__", "__class_getitem__"];
            function.has_decorator("classmethod") || function.name.is_some_and(|name| implicit.contains(&name.text()))
        })
    }

    /// The class of the method whose first parameter `binding` is, if it is of the `wanted` kind.
    fn class_of_first(&self, binding: &Binding, wanted: impl Fn(Function<'_>) -> bool) -> Option<NodeId> {
        let function = Function::of(self.node(binding.statement))?;
        if function.parameters().next()?.id() != binding.identifier || !wanted(function) {
            return None;
        }
        let around = self.scopes().scope(self.scopes().scope_of(function.node))?;
        (around.kind == ScopeKind::Class).then_some(around.node)
    }

    /// The class of the method that contains `node`.
    pub fn enclosing_class(&self, node: Node<'_>) -> Option<NodeId> {
        let function = node.ancestors().find(|around| around.kind() == Kind::FunctionDefinition)?;
        let around = self.scopes().scope(self.scopes().scope_of(function))?;
        (around.kind == ScopeKind::Class).then_some(around.node)
    }

    /// The texts of assigned attributes: `args.host` for `args.host = …`.
    pub(in crate::python) fn assigned_attributes(&self) -> &HashSet<String> {
        self.caches.assigned_attributes.get_or_init(|| {
            let attributes = self.tree().nodes().filter(|node| node.kind() == Kind::Attribute);
            attributes.filter(|node| assigned_value(*node).is_some()).map(|node| node.text().to_string()).collect()
        })
    }

    /// The scope that owns the name that is read at `name`.
    pub(super) fn owner_of_name(&self, name: Node<'_>) -> Option<ScopeId> {
        self.scopes().owner(name.text(), self.scopes().scope_of(name)).map(|(owner, _)| owner)
    }

    fn attributes_by_name(&self) -> &HashMap<String, Vec<NodeId>> {
        self.caches.attributes_by_name.get_or_init(|| {
            let mut index: HashMap<String, Vec<NodeId>> = HashMap::new();
            for node in self.tree().nodes() {
                if let Some(attribute) = Attribute::of(node) {
                    index.entry(attribute.name.text().to_string()).or_default().push(node.id());
                }
            }
            index
        })
    }

    fn collect_attributes(&self) -> HashMap<(NodeId, String), Vec<ClassAttribute>> {
        let mut found: HashMap<(NodeId, String), Vec<ClassAttribute>> = HashMap::new();
        for node in self.tree().nodes() {
            let Some(Attribute { object, name }) = Attribute::of(node) else { continue };
            let Some(value) = assigned_value(node) else { continue };
            if let Some(class) = self.class_of_self(object) {
                let attribute = ClassAttribute { target: node.id(), value: value.map(Node::id) };
                found.entry((class, name.text().to_string())).or_default().push(attribute);
            }
        }
        for (_, binding) in self.scopes().bindings() {
            let Some(scope) = self.scope(binding.scope).filter(|scope| scope.kind == ScopeKind::Class) else {
                continue;
            };
            let value = match binding.kind {
                BindingKind::Assign { value } => Some(value),
                BindingKind::Declaration => continue,
                _ => None,
            };
            let attribute = ClassAttribute { target: binding.identifier, value };
            found.entry((scope.node, binding.name.clone())).or_default().push(attribute);
        }
        found
    }
}

/// The value that an attribute or subscript is assigned, if it is a target; `Some(None)` for a target with an unknown value.
pub(in crate::python) fn assigned_value(node: Node<'_>) -> Option<Option<Node<'_>>> {
    let parent = node.parent()?;
    match (parent.kind(), node.parent_field()) {
        // `self.x: T` without a value is only a declaration.
        (Kind::Assignment, Some(Field::Left)) => Assignment::of(parent)?.value().map(Some),
        (Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause, Some(Field::Left)) => Some(None),
        (Kind::PatternList | Kind::TuplePattern | Kind::ListPattern | Kind::ListSplatPattern, _) => Some(None),
        (Kind::AsPatternTarget, _) => Some(parent.parent()?.named_children().next()),
        _ => None,
    }
}
