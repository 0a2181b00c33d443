//! Items: what a subscript takes out of a container, and what the file puts there.

use super::fuel::Fuel;
use super::pending::{Part, Pending};
use super::provenance::Step;
use super::values::{Follow, MAX_OPEN, Unknown, Value, evaluation};
use crate::python::file::ItemSet;
use crate::python::scopes::BindingId;
use crate::python::syntax::expressions::Subscript;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::literals::{Key, string_value};
use crate::python::syntax::tree::Node;
use crate::python::{Call, PythonFile};

/// Items that are set with more computed keys are those of a table.
const MOST_COMPUTED: usize = 8;

impl Part {
    /// The item or element with this key.
    fn of(key: Key) -> Option<Self> {
        match key {
            Key::Text(text) => Some(Self::Key(text)),
            Key::Number(index) => match usize::try_from(index) {
                Ok(index) => Some(Self::Index(index)),
                Err(_) => usize::try_from(-1 - index).ok().map(Self::FromEnd),
            },
        }
    }

    /// Its key in a dictionary.
    fn key(&self) -> Option<Key> {
        match self {
            Self::Key(text) => Some(Key::Text(text.clone())),
            Self::Index(index) => i64::try_from(*index).ok().map(Key::Number),
            Self::FromEnd(index) => i64::try_from(*index).ok().map(|index| Key::Number(-1 - index)),
            Self::Each | Self::Any | Self::Attribute(_) => None,
        }
    }
}

impl PythonFile {
    /// Adds what a subscript takes out of its container.
    pub(super) fn follow_subscript<'f>(
        &'f self,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let Some(Subscript { container, index }) = Subscript::of(at.value.node) else { return };
        if index.kind() == Kind::Slice {
            open.extend(sliced(at, index).map(|whole| whole.at(container)));
            return;
        }
        let keys = self.keys(at, index, depth, fuel, unknown);
        if keys.is_empty() {
            unknown.push(Unknown::Expression(index.id()));
            open.push(at.clone().at(container).part(Part::Any));
        }
        open.extend(keys.into_iter().filter_map(Part::of).map(|part| at.clone().at(container).part(part)));
    }

    /// The keys that `index`, which is read beside `at`, may be.
    fn keys<'f>(
        &'f self,
        at: &Pending<'f>,
        index: Node<'f>,
        depth: u32,
        fuel: &Fuel,
        unknown: &mut Vec<Unknown>,
    ) -> Vec<Key> {
        if let Some(key) = Key::of(self.value(index).map_or(index, |value| value.node)) {
            return vec![key];
        }
        if !matches!(index.kind(), Kind::Identifier | Kind::Attribute) {
            return Vec::new();
        }
        let possible = evaluation(self.trace_from(at.beside(index), Follow::Everything, depth + 1, fuel));
        unknown.extend(possible.unknown);
        let mut keys: Vec<Key> = Vec::new();
        for value in possible.values {
            let key = match value.imported {
                Some(constant) => Some(Key::Text(constant.text)),
                None => Key::of(value.node),
            };
            match key {
                Some(key) if keys.contains(&key) => {}
                Some(key) => keys.push(key),
                None => unknown.push(Unknown::Expression(value.node.id())),
            }
        }
        keys
    }

    /// Adds what the file assigns to the item that `at`, a name, an attribute or an item, is asked for; whether that certainly replaces
    /// what the container had before.
    pub(super) fn follow_items_set<'f>(
        &'f self,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let Some(key) = at.path.last().and_then(Part::key) else { return false };
        let container = at.value.node;
        let mut whole = at.clone().outside().by(Step::Item(container.id()));
        whole.path.pop();
        let mut sets: Vec<ItemSet> = self.items_set(container, &key).take(MAX_OPEN).collect();
        let before = unknown.len();
        for (count, (index, set)) in self.items_computed(container).take(MOST_COMPUTED + 1).enumerate() {
            let mut others = Vec::new();
            let keys = self.keys(&Pending::of(container), self.node(index), depth, fuel, &mut others);
            sets.extend(keys.contains(&key).then_some(set));
            if unknown.len() == before && (keys.is_empty() || !others.is_empty() || count == MOST_COMPUTED) {
                unknown.push(Unknown::Expression(container.id()));
            }
        }
        if sets.is_empty() {
            return false;
        }
        // It may be set to other things where the container has another name.
        unknown.extend((unknown.len() == before).then_some(Unknown::Expression(container.id())));
        open.extend(sets.iter().map(|set| whole.clone().at(self.node(set.value))));
        sets.iter().any(|set| self.replaces(set, container))
    }

    /// Whether `set` certainly happens before `container` is read, in the same block or in one around it.
    fn replaces(&self, set: &ItemSet, container: Node<'_>) -> bool {
        let target = self.node(set.container);
        let statement = target.statement();
        let is_plain = match target.parent().map(|around| (around, around.kind())) {
            // `setdefault` keeps what is there.
            Some((method, Kind::Attribute)) => {
                let is_update = method.object_and_name().is_some_and(|(_, name)| name.text() == "update");
                is_update && method.parent().and_then(Node::parent) == Some(statement)
            }
            Some((item, _)) => item.parent().and_then(Node::parent) == Some(statement),
            None => false,
        };
        let block = statement.parent();
        let read = std::iter::once(container).chain(container.ancestors()).find(|around| around.parent() == block);
        is_plain
            && read.is_some_and(|read| statement.end() <= read.start())
            && self.scope_of(target) == self.scope_of(container)
            && self.bindings_of_root(target).is_some_and(|of| Some(of) == self.bindings_of_root(container))
    }

    /// The bindings that the name sees with which `container` begins.
    fn bindings_of_root(&self, container: Node<'_>) -> Option<Vec<BindingId>> {
        let root = std::iter::successors(Some(container), |at| Subscript::of(*at).map(|it| it.container)).last()?;
        (root.kind() == Kind::Identifier).then(|| self.reaching_from(root.text(), root))
    }

    /// Adds the item of a `dict` literal that `at` asks for: the last one with its key, and others that may have it.
    pub(super) fn take_item<'f>(&'f self, at: &Pending<'f>, open: &mut Vec<Pending<'f>>, unknown: &mut Vec<Unknown>) {
        let literal = at.value.node;
        let Some(key) = at.path.last().and_then(Part::key) else { return };
        let mut whole = at.clone();
        whole.path.pop();
        let (mut found, mut computed, mut is_uncertain) = (Vec::new(), 0, false);
        let entries: Vec<Node<'f>> = literal.named_children().collect();
        for entry in entries.into_iter().rev() {
            let (Some(written), Some(value)) = (entry.field(Field::Key), entry.field(Field::Value)) else {
                // The item may be one of `**others`.
                let others = entry.named_children().next().filter(|_| entry.kind() == Kind::DictionarySplat);
                found.extend(others.map(|others| at.clone().at(others)));
                continue;
            };
            computed += usize::from(written.kind() == Kind::Identifier);
            let is_named = written.kind() == Kind::Identifier && computed <= MOST_COMPUTED;
            let named = is_named.then(|| self.value(written)).flatten();
            match Key::of(named.map_or(written, |named| named.node)) {
                Some(written) if written == key => {
                    found.push(whole.clone().at(value));
                    break;
                }
                None => is_uncertain |= !is_other_literal(written),
                Some(_) => {}
            }
        }
        unknown.extend(is_uncertain.then_some(Unknown::Expression(literal.id())));
        found.truncate(MAX_OPEN);
        open.extend(found.into_iter().rev());
    }

    /// `at`, a `call` such as `OPTIONS.get("host", default)` of a `dict` literal that has the key, as that item; where the key is not
    /// known, as any.
    pub(super) fn item_gotten<'f>(
        &'f self,
        call: &Call<'f>,
        at: &Pending<'f>,
        unknown: &mut Vec<Unknown>,
    ) -> Option<Vec<Pending<'f>>> {
        let (container, _) = call.callee.object_and_name().filter(|(_, method)| method.text() == "get")?;
        let key = *call.positional().first()?;
        let text = string_value(self.value(key).map_or(key, |value| value.node));
        let values = self.values(container);
        let is_held = |value: &Value<'f>| {
            value.node.kind() == Kind::Dictionary && text.as_ref().is_none_or(|text| has_item(value.node, text))
        };
        if values.is_empty() || !values.iter().all(is_held) {
            return None;
        }
        let item = at.clone().at(container);
        Some(match text {
            Some(text) => vec![item.part(Part::Key(text))],
            None => {
                unknown.push(Unknown::Expression(key.id()));
                let default = call.positional().get(1).map(|default| at.clone().at(*default));
                std::iter::once(item.part(Part::Any)).chain(default).collect()
            }
        })
    }
}

/// The whole of which `slice`, `1:` or `:2`, takes the part that `at` asks for.
fn sliced<'f>(at: &Pending<'f>, slice: Node<'_>) -> Option<Pending<'f>> {
    let mut bounds = [None; 3];
    let mut position = 0;
    for child in slice.children() {
        match child.text() {
            ":" => position += 1,
            _ => *bounds.get_mut(position)? = Some(child),
        }
    }
    let [start, stop, step] = bounds;
    let mut whole = at.clone();
    let part = match (whole.path.pop()?, start.map_or(Some(Key::Number(0)), Key::of)?) {
        (Part::Each, _) => Part::Each,
        (Part::Index(index), Key::Number(from)) if step.is_none() => {
            Part::Index(usize::try_from(from).ok()?.checked_add(index)?)
        }
        (Part::FromEnd(index), Key::Number(0..)) if step.is_none() && stop.is_none() => Part::FromEnd(index),
        _ => return None,
    };
    Some(whole.part(part))
}

/// Whether a key is a literal that equals no text and no integer.
fn is_other_literal(key: Node<'_>) -> bool {
    matches!(key.kind(), Kind::None | Kind::Tuple)
}

/// Whether a `dict` literal has the item `key`.
fn has_item(literal: Node<'_>, key: &str) -> bool {
    let keys = literal.named_children().filter(|child| child.kind() == Kind::Pair);
    { keys }.any(|pair| pair.field(Field::Key).and_then(string_value).is_some_and(|written| written == key))
}
