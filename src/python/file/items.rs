//! Where the items of containers are set: `options["host"] = value`, `options.update(host=value)`.

use super::PythonFile;
use super::attributes::assigned_value;
use super::caches::{ItemSet, ItemsSet};
use crate::python::syntax::calls::{Argument, Call};
use crate::python::syntax::expressions::Subscript;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::literals::Key;
use crate::python::syntax::tree::{Node, NodeId};

impl PythonFile {
    /// Where the file sets the item `key` of `container`, a name, an attribute or an item: `container["key"] = value`.
    pub(in crate::python) fn items_set(&self, container: Node<'_>, key: &Key) -> impl Iterator<Item = ItemSet> {
        let found = self.all_items_set().named.get(&(container.text().to_string(), key.clone()));
        found.into_iter().flatten().copied().filter(move |set| self.is_same(container, set.container))
    }

    /// Where the file sets items of `container` whose keys are not literals, each with the key.
    pub(in crate::python) fn items_computed(&self, container: Node<'_>) -> impl Iterator<Item = (NodeId, ItemSet)> {
        let found = self.all_items_set().computed.get(container.text());
        found.into_iter().flatten().copied().filter(move |(_, set)| self.is_same(container, set.container))
    }

    /// Whether `other`, which has the text of `container`, is the same name, or the same attribute in the same class.
    fn is_same(&self, container: Node<'_>, other: NodeId) -> bool {
        let (mut one, mut other) = (container, self.node(other));
        while let (Some(outer), Some(of_other)) = (Subscript::of(one), Subscript::of(other)) {
            (one, other) = (outer.container, of_other.container);
        }
        match one.kind() {
            Kind::Identifier => self.owner_of_name(one) == self.owner_of_name(other),
            _ => self.enclosing_class(one) == self.enclosing_class(other),
        }
    }

    fn all_items_set(&self) -> &ItemsSet {
        self.caches.items_set.get_or_init(|| {
            let mut items = ItemsSet::default();
            for node in self.tree().nodes() {
                let of_call = Call::of(node).map(|call| items_of_call(&call)).unwrap_or_default();
                let assigned = Subscript::of(node)
                    .and_then(|Subscript { container, index }| Some((container, index, assigned_value(node)??)));
                let assigned = assigned.map(|(container, index, value)| (container, Written::At(index), value));
                for (container, key, value) in of_call.into_iter().chain(assigned) {
                    let set = ItemSet { container: container.id(), value: value.id() };
                    let text = container.text().to_string();
                    match key.known() {
                        Ok(key) => items.named.entry((text, key)).or_default().push(set),
                        Err(key) => items.computed.entry(text).or_default().push((key, set)),
                    }
                }
            }
            items
        })
    }
}

/// How the key of an item is written.
enum Written<'f> {
    /// As an expression.
    At(Node<'f>),
    /// As the name of a keyword argument.
    Named(&'f str),
}

impl Written<'_> {
    /// The key, or the expression that is not a literal.
    fn known(&self) -> Result<Key, NodeId> {
        match self {
            Self::At(node) => Key::of(*node).ok_or(node.id()),
            Self::Named(name) => Ok(Key::Text((*name).to_string())),
        }
    }
}

/// The items that `call` sets, each with the container: `options.setdefault("host", value)`, `options.update({"host": value})`,
/// `options.update(host=value)`.
fn items_of_call<'f>(call: &Call<'f>) -> Vec<(Node<'f>, Written<'f>, Node<'f>)> {
    let Some((container, method)) = call.callee.object_and_name() else { return Vec::new() };
    match (method.text(), call.positional().as_slice()) {
        ("setdefault", [key, value]) => vec![(container, Written::At(*key), *value)],
        ("update", given) => {
            let pairs =
                given.first().filter(|given| given.kind() == Kind::Dictionary).map(|given| given.named_children());
            let written = pairs
                .into_iter()
                .flatten()
                .filter_map(|pair| Some((container, Written::At(pair.field(Field::Key)?), pair.field(Field::Value)?)));
            let named = call.arguments.iter().filter_map(|argument| match argument {
                Argument::Keyword { name, value, .. } => Some((container, Written::Named(name), *value)),
                _ => None,
            });
            written.chain(named).collect()
        }
        _ => Vec::new(),
    }
}
