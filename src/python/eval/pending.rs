//! A value that is still being followed.

use super::arguments::Written;
use super::provenance::Step;
use super::values::{Unknown, Value};
use crate::python::file::CallSite;
use crate::python::scopes::BindingId;
use crate::python::syntax::statements::Place;
use crate::python::syntax::tree::{Node, NodeId};

/// What is taken out of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// The element at this zero-based position.
    Index(usize),
    /// The item with this key.
    Key(String),
    /// The element at this zero-based position from the end.
    FromEnd(usize),
    /// Any element; any key of a dictionary.
    Each,
    /// Any element; any value of a dictionary.
    Any,
    /// The attribute of this name.
    Attribute(String),
}

/// A value that is still being followed. `path` is what remains to be extracted, innermost last.
#[derive(Debug, Clone)]
pub(in crate::python) struct Pending<'f> {
    pub(super) value: Value<'f>,
    pub(super) path: Vec<Part>,
    /// It is used only if it is true: the left side of an `or`.
    pub(super) must_be_true: bool,
    /// The calls whose results are followed, innermost last: while only names and expressions of the function are passed, its
    /// parameters are what that call passes.
    within: Vec<Activation>,
    /// How many of the names were passed before the innermost of these calls: within it, each name may be passed again.
    passed_before: usize,
}

/// A run of a function.
#[derive(Debug, Clone, Copy)]
struct Activation {
    /// The function.
    function: NodeId,
    /// The call that runs it.
    site: CallSite,
}

/// The results of a question.
#[derive(Debug, Default)]
pub(in crate::python) struct Traced<'f> {
    pub(super) found: Vec<Pending<'f>>,
    /// Parameters without a default.
    pub(super) parameters: Vec<BindingId>,
    /// Why there may be other results.
    pub(super) unknown: Vec<Unknown>,
    /// Results of which the file shows nothing but the expression: names that it imports, their attributes.
    pub(super) elsewhere: Vec<Pending<'f>>,
}

impl<'f> Pending<'f> {
    /// The value of `node`, of which nothing is known yet.
    pub(super) fn of(node: Node<'f>) -> Self {
        let value = Value { node, names: Vec::new(), via: Vec::new(), reassigned: false, imported: None };
        Self { value, path: Vec::new(), must_be_true: false, within: Vec::new(), passed_before: 0 }
    }

    /// Another expression that is evaluated where this one is.
    pub(super) fn beside(&self, node: Node<'f>) -> Self {
        Self { within: self.within.clone(), ..Self::of(node) }
    }

    pub(super) fn at(self, node: Node<'f>) -> Self {
        Self { value: Value { node, ..self.value }, ..self }
    }

    /// At what is written there, of which a part is taken.
    pub(super) fn written(self, (node, path): &Written<'f>) -> Self {
        let mut next = self.at(*node);
        next.path.extend(path.iter().cloned());
        next
    }

    /// As the part `path` of what is there, and of nothing else.
    pub(super) fn with_path(self, path: Vec<Part>) -> Self {
        Self { path, ..self }
    }

    /// As the `part` of what is there.
    pub(super) fn part(mut self, part: Part) -> Self {
        self.path.push(part);
        self
    }

    /// As the part at `place` of what is there; none if that is a rest of which all is asked for.
    pub(super) fn placed(mut self, place: Place) -> Option<Self> {
        let part = match place {
            Place::At(index) => Part::Index(index),
            Place::FromEnd(index) => Part::FromEnd(index),
            Place::Rest { before, after } => match self.path.pop()? {
                Part::Index(index) => Part::Index(before.checked_add(index)?),
                Part::FromEnd(index) => Part::FromEnd(after.checked_add(index)?),
                Part::Each => Part::Each,
                Part::Key(_) | Part::Any | Part::Attribute(_) => return None,
            },
        };
        Some(self.part(part))
    }

    pub(super) fn true_only(self) -> Self {
        Self { must_be_true: true, ..self }
    }

    pub(super) fn by(mut self, step: Step) -> Self {
        self.value.via.push(step);
        self
    }

    /// As a value that does not depend on the calls whose results are followed.
    pub(super) fn outside(mut self) -> Self {
        if !self.within.is_empty() {
            self.within.clear();
            self.passed_before = self.value.names.len();
        }
        self
    }

    /// In what `function` gives where it is called at `site`; where it is not known what it gets there, in what any call of it gives.
    pub(super) fn inside(self, function: NodeId, site: Option<CallSite>) -> Self {
        let mut next = self.outside_unless(site.is_some());
        next.within.extend(site.map(|site| Activation { function, site }));
        next.passed_before = next.value.names.len();
        next
    }

    fn outside_unless(self, is_known: bool) -> Self {
        if is_known { self } else { self.outside() }
    }

    /// Whether the result of a call of `function` is followed, or of none.
    pub(super) fn is_inside(&self, function: NodeId) -> bool {
        self.within.last().is_none_or(|inner| inner.function == function)
    }

    /// The call whose result is followed, if it is one of `function`.
    pub(super) fn call_of(&self, function: NodeId) -> Option<CallSite> {
        self.within.last().filter(|inner| inner.function == function).map(|inner| inner.site)
    }

    /// Before the call whose result is followed: in its arguments.
    pub(super) fn before_call(mut self) -> Self {
        self.within.pop();
        self.passed_before = self.value.names.len();
        self
    }

    /// Whether `name` was passed already, in the same run of its function.
    pub(super) fn has_passed(&self, name: BindingId) -> bool {
        self.value.names.get(self.passed_before..).is_some_and(|names| names.contains(&name))
    }

    pub(super) fn steps(&self) -> usize {
        self.value.names.len() + self.value.via.len()
    }
}
