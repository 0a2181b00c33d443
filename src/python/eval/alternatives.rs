//! What an expression stands for when the program chooses: each possible meaning.
//!
//! `names` gives up if there are two meanings, because an edit needs certainty. A finding does not: a call through a
//! name that is one of two classes is worth a report, and it matters which the other class is.

use super::fuel::Fuel;
use super::names::Resolved;
use super::provenance::Step;
use crate::python::scopes::{BindingId, BindingKind};
use crate::python::syntax::calls::{Argument, Call};
use crate::python::syntax::expressions::{Attribute, BooleanOperation, Conditional, Subscript};
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
        match node.kind() {
            Kind::ParenthesizedExpression => node.named_children().map(Node::id).collect(),
            Kind::ConditionalExpression => {
                let chosen = Conditional::of(node).map(|it| vec![it.value.id(), it.otherwise.id()]);
                chosen.unwrap_or_default()
            }
            Kind::BooleanOperator => {
                let sides = BooleanOperation::of(node).map(|it| vec![it.left.id(), it.right.id()]);
                sides.unwrap_or_default()
            }
            Kind::Subscript => Subscript::of(node).map(|it| self.elements(it.container)).unwrap_or_default(),
            // `{…}.get(key)`
            Kind::Call => {
                let getter = Call::of(node).and_then(|call| Attribute::of(call.callee));
                let getter = getter.filter(|getter| getter.name.text() == "get");
                getter.map(|getter| self.elements(getter.object)).unwrap_or_default()
            }
            Kind::Attribute => {
                let Some(Attribute { object, name }) = Attribute::of(node) else { return Vec::new() };
                let class = self.class_of_self(object);
                let attributes = class.map(|class| self.class_attributes(class, name.text())).unwrap_or_default();
                attributes.iter().filter_map(|found| found.value).collect()
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
            Kind::Call => {
                let Some(call) = Call::of(value.node).filter(|call| call.callee.text() == "dict") else {
                    return Vec::new();
                };
                let values = call.arguments.iter().filter_map(|argument| match argument {
                    Argument::Keyword { value, .. } => Some(value.id()),
                    Argument::Positional(_) | Argument::Star(_) | Argument::DoubleStar(_) => None,
                });
                values.collect()
            }
            _ => Vec::new(),
        }
    }
}
