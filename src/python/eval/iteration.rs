//! Objects that loops run over: the protocol of `__iter__` and `__next__`.

use super::pending::{Part, Pending};
use super::provenance::Step;
use super::values::Unknown;
use crate::python::PythonFile;
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::statements::falls_through;
use crate::python::syntax::tree::{Node, NodeId};

impl PythonFile {
    /// Adds the elements of which `at`, an object of a class of the file, gives one after the other; false if it is something else.
    pub(super) fn follow_elements<'f>(
        &'f self,
        at: &Pending<'f>,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let object = at.value.node;
        let Some(class) = self.class_of_object(object).filter(|_| at.path.last() == Some(&Part::Each)) else {
            return false;
        };
        let Some(iter) = self.method(class, "__iter__").filter(|iter| self.keeps_results(*iter)) else { return false };
        if object.kind() != Kind::Call && !self.derived_classes(class).is_empty() {
            // A subclass may give others.
            unknown.push(Unknown::Expression(object.id()));
        }
        let next = at.clone().outside().by(Step::Returned(object.id()));
        let mut element = next.clone();
        element.path.pop();
        let mut add = |function: Function<'f>, given: Vec<Node<'f>>, next: &Pending<'f>| {
            if given.is_empty() || !self.is_generator(function) && falls_through(function.node) {
                unknown.push(Unknown::Expression(object.id()));
            }
            open.extend(given.into_iter().map(|value| next.clone().at(value)));
        };
        if self.is_generator(iter) {
            add(iter, self.yielded(iter), &element);
            return true;
        }
        let (own, others) = self.returned(iter).into_iter().partition::<Vec<_>, _>(|value| self.is_self(*value));
        if own.is_empty() || !others.is_empty() {
            add(iter, others, &next);
        }
        if !own.is_empty() {
            match self.method(class, "__next__") {
                Some(method) => add(method, self.returned(method), &element),
                None => add(iter, Vec::new(), &element),
            }
        }
        true
    }

    /// The methods of this file that a loop over `iterated` calls: `__iter__` of the object, and `__next__` of what that gives.
    pub fn definitions_iterated<'f>(&'f self, iterated: Node<'f>) -> Vec<Node<'f>> {
        let mut found = Vec::new();
        for object in self.sources(iterated).into_iter().map(|value| value.node) {
            let Some(class) = self.class_of_object(object) else { continue };
            let Some(iter) = self.method(class, "__iter__") else { continue };
            found.push(iter.node);
            for iterator in self.returned(iter) {
                let of = if self.is_self(iterator) { Some(class) } else { self.class_of_object(iterator) };
                found.extend(of.and_then(|class| self.method(class, "__next__")).map(|next| next.node));
            }
        }
        found
    }

    fn is_self(&self, node: Node<'_>) -> bool {
        self.class_of_self(node).is_some()
    }

    /// The class of this file of which `object` is an object: what a call of it makes, or `self`.
    fn class_of_object(&self, object: Node<'_>) -> Option<NodeId> {
        if object.kind() == Kind::Identifier { self.class_of_self(object) } else { self.class_made(object) }
    }
}
