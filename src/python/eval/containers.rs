//! What is taken out of tuples, lists and dictionaries, and what a loop takes.

use super::pending::{Part, Pending};
use super::values::{MAX_OPEN, Unknown};
use crate::python::file::assigned_value;
use crate::python::scopes::{Binding, BindingId};
use crate::python::syntax::calls::Argument;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::{Assignment, Loop, targets};
use crate::python::syntax::tree::Node;
use crate::python::{Call, PythonFile};

impl PythonFile {
    /// `call`, of a builtin or a method that gives the elements of its argument or object, as those: `list(values)`, `next(iter(values))`,
    /// `options.values()`.
    pub(super) fn elements_given<'f>(&'f self, call: &Call<'f>, at: &Pending<'f>) -> Option<Vec<Pending<'f>>> {
        let positional = call.positional();
        if let Some((object, method)) = call.callee.object_and_name().filter(|_| call.arguments.is_empty()) {
            let mut whole = at.clone();
            let part = match (method.text(), whole.path.pop()?) {
                ("values", Part::Each) => Part::Any,
                ("keys", Part::Each) => Part::Each,
                // A pair of key and value.
                ("items", Part::Each) => match whole.path.pop()? {
                    Part::Index(0) => Part::Each,
                    Part::Index(1) => Part::Any,
                    _ => return None,
                },
                _ => return None,
            };
            return Some(vec![whole.at(object).part(part)]);
        }
        let is = |names: &[&str]| names.iter().any(|name| self.is_builtin(call.callee, name));
        if at.path.last() == Some(&Part::Any) && is(&["dict"]) {
            let mut whole = at.clone();
            whole.path.pop();
            let values = call.arguments.iter().map(|argument| match argument {
                Argument::Keyword { value, .. } => Some(whole.clone().at(*value)),
                Argument::Positional(_) | Argument::Star(_) | Argument::DoubleStar(_) => None,
            });
            return values.collect();
        }
        let first = *positional.first()?;
        if is(&["next"]) {
            let default = positional.get(1).map(|default| at.clone().at(*default));
            return Some(default.into_iter().chain([at.clone().at(first).part(Part::Each)]).collect());
        }
        if is(&["min", "max"]) {
            return Some(match positional.as_slice() {
                [values] => vec![at.clone().at(*values).part(Part::Each)],
                several => several.iter().map(|value| at.clone().at(*value)).collect(),
            });
        }
        let mut whole = at.clone();
        match whole.path.pop()? {
            part @ (Part::Index(_) | Part::FromEnd(_) | Part::Each) if is(&["list", "tuple"]) => {
                Some(vec![whole.at(first).part(part)])
            }
            Part::Each if is(&["iter"]) => Some(vec![whole.at(first).part(Part::Each)]),
            Part::Index(_) | Part::FromEnd(_) | Part::Each if is(&["sorted", "reversed", "set", "frozenset"]) => {
                Some(vec![whole.at(first).part(Part::Each)])
            }
            Part::Each if is(&["enumerate"]) && whole.path.pop() == Some(Part::Index(1)) => {
                Some(vec![whole.at(first).part(Part::Each)])
            }
            Part::Each if is(&["zip"]) => match whole.path.pop()? {
                Part::Index(position) => Some(vec![whole.at(*positional.get(position)?).part(Part::Each)]),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds what is taken out of a tuple, list, set or `dict` literal.
    pub(super) fn take_out<'f>(&'f self, at: &Pending<'f>, open: &mut Vec<Pending<'f>>, unknown: &mut Vec<Unknown>) {
        let literal = at.value.node;
        let mut path = at.path.clone();
        let Some(part) = path.pop() else { return };
        let inner = |element| at.clone().at(element).with_path(path.clone());
        match (literal.kind(), &part) {
            (Kind::Dictionary, Part::Key(_) | Part::Index(_) | Part::FromEnd(_)) => self.take_item(at, open, unknown),
            (Kind::Dictionary, Part::Any | Part::Each)
                if literal.named_children().all(|child| child.kind() == Kind::Pair) =>
            {
                // A dictionary gives its keys.
                let field = if part == Part::Each { Field::Key } else { Field::Value };
                open.extend(literal.named_children().take(MAX_OPEN).filter_map(|pair| pair.field(field)).map(inner));
            }
            (Kind::Dictionary, _) => {}
            _ => open.extend(elements(literal, &part).into_iter().map(inner)),
        }
    }

    /// Whether the container that `id` is bound to may get other elements: one of its uses does more than read it.
    pub(super) fn may_be_changed(&self, id: BindingId) -> bool {
        let uses = self.some_uses(id, MAX_OPEN);
        uses.len() == MAX_OPEN || uses.into_iter().any(|read| !only_reads_container(read))
    }

    /// `next`, bound by a loop, as a part of any element of what is looped over.
    pub(super) fn looped<'f>(&'f self, next: Pending<'f>, binding: &Binding) -> Option<Pending<'f>> {
        let target = self.node(binding.identifier);
        let looped = Loop::around(target)?;
        let next = match looped.target == target {
            true => next,
            false => next.placed(targets(looped.target).find(|(child, _)| *child == target)?.1)?,
        };
        Some(next.at(looped.iterated).part(Part::Each))
    }
}

/// Whether a use of a container's name leaves the container as it is: an element is read, it is looped over or unpacked.
fn only_reads_container(read: Node<'_>) -> bool {
    let Some(around) = read.parent() else { return false };
    match around.kind() {
        Kind::Subscript => {
            let is_target = assigned_value(around).is_some()
                || around.ancestors().take(2).any(|above| above.kind() == Kind::DeleteStatement);
            read.parent_field() == Some(Field::Value) && !is_target
        }
        Kind::Attribute => {
            let read_by = ["get", "items", "keys", "values", "copy", "index", "count"];
            around.object_and_name().is_some_and(|(_, name)| read_by.contains(&name.text()))
        }
        Kind::ForStatement | Kind::ForInClause => read.parent_field() == Some(Field::Right),
        Kind::ListSplat | Kind::DictionarySplat | Kind::ComparisonOperator => true,
        // `host, port = ADDRESS`, and the address as it is: a tuple does not change.
        Kind::Assignment => Assignment::of(around).is_some_and(|assigned| {
            matches!(assigned.target.kind(), Kind::PatternList | Kind::TuplePattern | Kind::ListPattern)
        }),
        _ => false,
    }
}

/// The elements of a tuple, list or set literal that `part` may be; empty if a `*` makes it uncertain.
fn elements<'f>(literal: Node<'f>, part: &Part) -> Vec<Node<'f>> {
    match part {
        Part::Index(index) => {
            let before = literal.named_children().take(index + 1);
            let known: Vec<Node<'f>> = before.take_while(|element| element.kind() != Kind::ListSplat).collect();
            known.get(*index).copied().into_iter().collect()
        }
        Part::FromEnd(index) => {
            let elements: Vec<Node<'f>> = literal.named_children().take(MAX_OPEN).collect();
            let after = elements.iter().rev().take(index + 1).take_while(|element| element.kind() != Kind::ListSplat);
            after.copied().nth(*index).into_iter().filter(|_| elements.len() < MAX_OPEN).collect()
        }
        Part::Each | Part::Any if literal.named_children().all(|element| element.kind() != Kind::ListSplat) => {
            literal.named_children().take(MAX_OPEN).collect()
        }
        Part::Each | Part::Any | Part::Key(_) | Part::Attribute(_) => Vec::new(),
    }
}
