//! What is taken out of tuples, lists and dictionaries, and what a loop takes.

use super::pending::{Part, Pending};
use super::provenance::Step;
use super::values::{MAX_OPEN, Unknown, Value};
use crate::python::file::assigned_value;
use crate::python::scopes::{Binding, BindingId};
use crate::python::syntax::expressions::Subscript;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::literals::{integer_value, string_value};
use crate::python::syntax::statements::{Assignment, Loop};
use crate::python::syntax::tree::Node;
use crate::python::{Call, PythonFile};

impl PythonFile {
    pub(super) fn follow_subscript<'f>(&'f self, at: &Pending<'f>, open: &mut Vec<Pending<'f>>) {
        let Some(Subscript { container, index }) = Subscript::of(at.value.node) else { return };
        let index = self.value(index).map_or(index, |value| value.node);
        let part = position(index).or_else(|| string_value(index).map(Part::Key));
        open.extend(part.map(|part| at.clone().at(container).part(part)));
    }

    /// Adds what the file assigns to the item that `at`, a name or an attribute, is asked for.
    pub(super) fn follow_items_set<'f>(
        &'f self,
        at: &Pending<'f>,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let Some(Part::Key(key)) = at.path.last() else { return };
        let mut whole = at.clone().outside().by(Step::Item(at.value.node.id()));
        whole.path.pop();
        let before = open.len();
        open.extend(self.items_set(at.value.node, key).map(|value| whole.clone().at(value)));
        if open.len() > before {
            // It may be set to other things where the container has another name.
            unknown.push(Unknown::Expression(at.value.node.id()));
        }
    }

    /// `at`, a `call` such as `OPTIONS.get("host", default)` of a `dict` literal that has the key, as that item.
    pub(super) fn item_gotten<'f>(&'f self, call: &Call<'f>, at: &Pending<'f>) -> Option<Vec<Pending<'f>>> {
        let (container, _) = call.callee.object_and_name().filter(|(_, method)| method.text() == "get")?;
        let key = *call.positional().first()?;
        let key = string_value(self.value(key).map_or(key, |value| value.node))?;
        let values = self.values(container);
        let has_key =
            |value: &Value<'f>| value.node.kind() == Kind::Dictionary && items(value.node, &key).next().is_some();
        (!values.is_empty() && values.iter().all(has_key))
            .then(|| vec![at.clone().at(container).part(Part::Key(key.clone()))])
    }

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

    /// Whether the container that `id` is bound to may get other elements: one of its uses does more than read it.
    pub(super) fn may_be_changed(&self, id: BindingId) -> bool {
        let uses = self.some_uses(id, MAX_OPEN);
        uses.len() == MAX_OPEN || uses.into_iter().any(|read| !only_reads_container(read))
    }

    /// `next`, bound by a loop, as a part of any element of what is looped over.
    pub(super) fn looped<'f>(&'f self, mut next: Pending<'f>, binding: &Binding) -> Option<Pending<'f>> {
        let target = self.node(binding.identifier);
        let looped = Loop::around(target)?;
        if looped.target != target {
            let position = looped.target.named_children().position(|name| name == target)?;
            next.path.push(Part::Index(position));
        }
        next.path.push(Part::Each);
        Some(next.at(looped.iterated))
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

/// The element that `index`, a number, takes: `values[0]`, `values[-1]`.
fn position(index: Node<'_>) -> Option<Part> {
    if let Some(from_start) = integer_value(index) {
        return usize::try_from(from_start).ok().map(Part::Index);
    }
    let negated = Some(index).filter(|index| index.kind() == Kind::UnaryOperator && index.text().starts_with('-'))?;
    let from_end = usize::try_from(integer_value(negated.named_children().next()?)?).ok()?;
    from_end.checked_sub(1).map(Part::FromEnd)
}

/// What is taken out of a tuple, list, set or `dict` literal.
pub(super) fn taken_out<'f>(at: &Pending<'f>) -> Vec<Pending<'f>> {
    let literal = at.value.node;
    let mut path = at.path.clone();
    let Some(part) = path.pop() else { return Vec::new() };
    let inner = |element| at.clone().at(element).with_path(path.clone());
    match (literal.kind(), &part) {
        (Kind::Dictionary, Part::Key(key)) => {
            let splats = literal.named_children().filter(|child| child.kind() == Kind::DictionarySplat);
            // The item may be one of `**others`.
            let others = splats.filter_map(|splat| Some(at.clone().at(splat.named_children().next()?)));
            items(literal, key).map(inner).chain(others).collect()
        }
        (Kind::Dictionary, Part::Any) if literal.named_children().all(|child| child.kind() == Kind::Pair) => {
            let pairs = literal.named_children().filter(|child| child.kind() == Kind::Pair).take(MAX_OPEN);
            pairs.filter_map(|pair| pair.field(Field::Value)).map(inner).collect()
        }
        // A dictionary gives its keys.
        (Kind::Dictionary, Part::Each) if literal.named_children().all(|child| child.kind() == Kind::Pair) => {
            literal.named_children().take(MAX_OPEN).filter_map(|pair| pair.field(Field::Key)).map(inner).collect()
        }
        (Kind::Dictionary, _) => Vec::new(),
        _ => elements(literal, &part).into_iter().map(inner).collect(),
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
        Part::Each if literal.named_children().all(|element| element.kind() != Kind::ListSplat) => {
            literal.named_children().take(MAX_OPEN).collect()
        }
        Part::Each | Part::Any | Part::Key(_) | Part::Attribute(_) => Vec::new(),
    }
}

/// The values under `key` in a `dict` literal.
fn items<'f>(literal: Node<'f>, key: &str) -> impl Iterator<Item = Node<'f>> {
    let pairs = literal.named_children().filter(|child| child.kind() == Kind::Pair);
    let is_it =
        move |pair: &Node<'f>| pair.field(Field::Key).and_then(string_value).is_some_and(|written| written == key);
    pairs.filter(is_it).filter_map(|pair| pair.field(Field::Value)).collect::<Vec<_>>().into_iter()
}
