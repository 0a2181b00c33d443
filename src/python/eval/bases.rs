//! In which order Python looks for an attribute in the classes of the file.

use crate::python::syntax::definitions::ClassDefinition;
use crate::python::syntax::tree::NodeId;
use crate::python::{Meaning, PythonFile, Resolved};
use std::collections::HashMap;
use std::rc::Rc;

/// A class with more bases is not followed to all of them.
const MOST_BASES: usize = 50;

impl PythonFile {
    /// The bases of a class in this file that are also in this file, in the order in which Python looks for an attribute.
    pub fn local_bases(&self, class: NodeId) -> Vec<NodeId> {
        if let Some(known) = self.caches.local_bases.borrow().get(&class) {
            return known.to_vec();
        }
        let found = self.ordered_bases(class);
        self.caches.local_bases.borrow_mut().insert(class, Rc::from(found.as_slice()));
        found
    }

    /// Whether `class` is `base` or has it among its bases in this file.
    pub(super) fn derives(&self, class: NodeId, base: NodeId) -> bool {
        class == base || self.local_bases(class).contains(&base)
    }

    fn ordered_bases(&self, class: NodeId) -> Vec<NodeId> {
        let mut classes = vec![class];
        let mut bases: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
        let mut open = vec![class];
        while let Some(class) = open.pop() {
            let own = self.own_bases(class);
            for base in &own {
                if !classes.contains(base) && classes.len() <= MOST_BASES {
                    classes.push(*base);
                    open.push(*base);
                }
            }
            bases.insert(class, own);
        }
        // Most classes have one base or none.
        let mut order = if classes.len() > 2 { linearized(class, &bases).unwrap_or(classes) } else { classes };
        order.retain(|other| *other != class);
        order
    }

    /// The bases that are written at the class itself.
    fn own_bases(&self, class: NodeId) -> Vec<NodeId> {
        let written = ClassDefinition::of(self.node(class)).into_iter().flat_map(ClassDefinition::bases);
        let local = written.filter_map(|base| match self.resolve(base) {
            Some(Resolved { meaning: Meaning::Class(base), .. }) => Some(base),
            _ => None,
        });
        local.take(MOST_BASES).collect()
    }
}

/// The class and all its bases, in the order of "The Python 2.3 Method Resolution Order" (C3); none if there is no such order.
fn linearized(class: NodeId, bases: &HashMap<NodeId, Vec<NodeId>>) -> Option<Vec<NodeId>> {
    let mut known: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for _ in 0..bases.len() {
        for (class, own) in bases {
            let orders = own.iter().map(|base| known.get(base).cloned()).collect::<Option<Vec<_>>>();
            let Some(mut orders) = orders.filter(|_| !known.contains_key(class)) else { continue };
            orders.push(own.clone());
            known.insert(*class, std::iter::once(*class).chain(merged(orders)?).collect());
        }
        if let Some(found) = known.remove(&class) {
            return Some(found);
        }
    }
    None
}

/// One order of all classes that keeps each of `orders`.
fn merged(mut orders: Vec<Vec<NodeId>>) -> Option<Vec<NodeId>> {
    let mut found = Vec::new();
    loop {
        orders.retain(|order| !order.is_empty());
        if orders.is_empty() {
            return Some(found);
        }
        let is_free = |class: &NodeId| orders.iter().all(|order| !order.iter().skip(1).any(|later| later == class));
        let next = orders.iter().filter_map(|order| order.first()).find(|class| is_free(class)).copied()?;
        found.push(next);
        orders.iter_mut().for_each(|order| order.retain(|class| *class != next));
    }
}
