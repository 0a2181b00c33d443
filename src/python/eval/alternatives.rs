//! What an expression stands for when the program chooses: each possible meaning.
//!
//! `names` gives up if there are two meanings, because an edit needs certainty. A finding does not: a call through a
//! name that is one of two classes is worth a report, and it matters which the other class is.

use super::names::{Fuel, Resolved};
use super::provenance::Step;
use crate::python::scopes::{BindingId, BindingKind};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::Node;
use crate::python::{NodeId, PythonFile};

/// A choice between more classes than this is a registry, not a switch.
const MOST: usize = 16;

impl PythonFile {
    /// The meanings of `node` if it has several: names assigned twice, conditional expressions, `and`/`or`, a
    /// subscripted dict or tuple literal. Unknown meanings are omitted.
    pub(in crate::python) fn alternatives(&self, node: Node<'_>, fuel: &Fuel) -> Vec<Resolved> {
        let mut found: Vec<Resolved> = Vec::new();
        let mut seen: Vec<NodeId> = Vec::new();
        let mut open: Vec<NodeId> = vec![node.id()];
        while let Some(id) = open.pop() {
            if seen.contains(&id) || fuel.spend().is_none() || found.len() > MOST {
                continue;
            }
            seen.push(id);
            let at = self.node(id);
            let mut meanings: Vec<Resolved> = self.resolve(at).into_iter().collect();
            if at.kind() == Kind::Identifier && meanings.is_empty() {
                for binding in self.reaching(at.text(), at.start()) {
                    match self.meaning_of(binding, 0, fuel) {
                        Ok(meaning) => meanings.extend(meaning),
                        Err(_) => open.extend(self.assigned_value(binding)),
                    }
                }
            } else if meanings.is_empty() {
                open.extend(self.choices(at));
            }
            for mut meaning in meanings {
                if !found.iter().any(|known| known.meaning == meaning.meaning) {
                    meaning.via.insert(0, Step::Choice(node.id()));
                    found.push(meaning);
                }
            }
        }
        found
    }

    fn assigned_value(&self, binding: BindingId) -> Option<NodeId> {
        match self.binding(binding)?.kind {
            BindingKind::Assign { value } => Some(value),
            _ => None,
        }
    }

    /// The expressions that `node` chooses between; empty if it does not choose.
    fn choices(&self, node: Node<'_>) -> Vec<NodeId> {
        let ids = |nodes: Vec<Node<'_>>| nodes.into_iter().map(Node::id).collect();
        match node.kind() {
            Kind::ParenthesizedExpression => ids(node.named_children().collect()),
            // `a if condition else b`
            Kind::ConditionalExpression => {
                ids(node.named_children().enumerate().filter(|(at, _)| *at != 1).map(|(_, arm)| arm).collect())
            }
            Kind::BooleanOperator => ids(node.field(Field::Left).into_iter().chain(node.field(Field::Right)).collect()),
            Kind::Subscript => node.field(Field::Value).map(|value| self.elements(value)).unwrap_or_default(),
            // `{…}.get(key)`
            Kind::Call => {
                let getter = node.field(Field::Function).filter(|callee| callee.kind() == Kind::Attribute);
                let getter =
                    getter.filter(|callee| callee.field(Field::Attribute).is_some_and(|name| name.text() == "get"));
                getter
                    .and_then(|callee| callee.field(Field::Object))
                    .map(|object| self.elements(object))
                    .unwrap_or_default()
            }
            Kind::Attribute => {
                let class = node.field(Field::Object).and_then(|object| self.class_of_self(object));
                let name = node.field(Field::Attribute).map(Node::text).unwrap_or_default();
                class
                    .map(|class| self.class_attributes(class, name))
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|found| found.value)
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The elements of the dict, tuple or list literal, or of the call of `dict`, that `node` is or names.
    fn elements(&self, node: Node<'_>) -> Vec<NodeId> {
        let Some(value) = self.value(node) else { return Vec::new() };
        match value.node.kind() {
            Kind::Dictionary => {
                value.node.named_children().filter_map(|pair| pair.field(Field::Value)).map(Node::id).collect()
            }
            Kind::Tuple | Kind::List => value.node.named_children().map(Node::id).collect(),
            // `dict(http=…, https=…)`
            Kind::Call if value.node.field(Field::Function).is_some_and(|callee| callee.text() == "dict") => {
                let arguments = value.node.field(Field::Arguments).into_iter().flat_map(Node::named_children);
                arguments.filter_map(|argument| argument.field(Field::Value)).map(Node::id).collect()
            }
            _ => Vec::new(),
        }
    }
}
