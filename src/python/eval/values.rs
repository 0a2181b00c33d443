//! Where a value that reaches a place was written.
//!
//! An edit must go where the literal stands, and whether it may go there depends on the steps from the literal to the place:
//! each [`Value`] carries both. [`PythonFile::values`] follows names and tuples alone, which say what *is* passed;
//! [`PythonFile::sources`] follows attributes and defaults as well, which say what *may be* passed when nobody says otherwise.
//! Nothing here calls itself without fuel: names may refer to each other in circles and fans.

use super::arguments::{Argued, Arguments};
use super::fuel::Fuel;
use super::pending::{Part, Pending, Traced};
use super::provenance::Step;
use crate::python::scopes::{BindingId, BindingKind};
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::syntax::statements::Loop;
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Call, Constant, PythonFile};

/// An expression that is not itself a name, and how it reaches the place in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<'f> {
    /// The node at which it was written.
    pub node: Node<'f>,
    /// The names through which it passed, nearest to the place first.
    pub names: Vec<BindingId>,
    /// The steps by which it came that leave room for another value, nearest to the place first.
    pub via: Vec<Step>,
    /// One of the names may have another value here.
    pub reassigned: bool,
    /// The value, if another module of the project defines it; `node` is then the imported name.
    pub imported: Option<Constant>,
}

/// The values that an expression may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation<'f> {
    /// Those that the project shows.
    pub values: Vec<Value<'f>>,
    /// Why there may be others.
    pub unknown: Vec<Unknown>,
}

impl Evaluation<'_> {
    /// Whether the expression has one of `values`, and no other. A value that is not a literal is one of its own.
    pub fn is_complete(&self) -> bool {
        self.unknown.is_empty()
    }
}

/// Why an expression may have a value that the project does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Callers that are not seen may pass another value for this parameter.
    Caller(BindingId),
    /// The command line may give another value: by the place that reads the option, or the call that declares it.
    CommandLine(NodeId),
    /// The environment or a configuration may give another value, by the call that looks it up.
    Setting(NodeId),
    /// The value of this expression is not known.
    Expression(NodeId),
    /// There are more steps or values than are followed.
    Limit,
}

/// How many names and steps may stand between a literal and its place.
const MAX_STEPS: usize = 12;

/// More alternatives than this do not occur in real code.
pub(super) const MAX_OPEN: usize = 64;

/// Maximum depth of nested questions about attributes and options.
pub(super) const MAX_QUESTIONS: u32 = 4;

/// Which steps are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    Names,
    Everything,
}

impl PythonFile {
    /// The values that `node` has through names and tuples; empty if they are unknown.
    pub fn values<'f>(&'f self, node: Node<'f>) -> Vec<Value<'f>> {
        whole(self.trace(node, Follow::Names, 0, &Fuel::new()).found)
    }

    /// The value of `node`, if there is exactly one.
    pub fn value<'f>(&'f self, node: Node<'f>) -> Option<Value<'f>> {
        let mut found = self.values(node);
        if found.len() == 1 { found.pop() } else { None }
    }

    /// The expressions from which the value of `node`, a name or an attribute of `self`, may come: what its bindings
    /// assign, unpack or loop over, and parameter defaults. This is more than [`PythonFile::values`], and less certain.
    pub fn origins<'f>(&'f self, node: Node<'f>) -> Vec<Node<'f>> {
        if let Some((object, name)) = node.object_and_name() {
            let class = self.class_of_self(object);
            let attributes = class.map(|class| self.class_attributes(class, name.text())).unwrap_or_default();
            return attributes.iter().filter_map(|attribute| attribute.value).map(|value| self.node(value)).collect();
        }
        let bindings = match node.kind() {
            Kind::Identifier => self.reaching(node.text(), node.start()),
            _ => return Vec::new(),
        };
        let source = |id: &BindingId| {
            let binding = self.binding(*id)?;
            match binding.kind {
                BindingKind::Assign { value } | BindingKind::Unpack { value, .. } => Some(self.node(value)),
                BindingKind::Parameter { default, .. } => default.map(|default| self.node(default)),
                BindingKind::Opaque => Loop::around(self.node(binding.identifier)).map(|looped| looped.iterated),
                _ => None,
            }
        };
        bindings.iter().filter_map(source).collect()
    }

    /// The values that `node` may have, by every step that is followed: [`PythonFile::values`], and parameters' defaults,
    /// attributes, command-line options, settings, `or` and ternaries.
    pub fn sources<'f>(&'f self, node: Node<'f>) -> Vec<Value<'f>> {
        self.evaluate(node).values
    }

    /// Those of [`PythonFile::sources`] that are written in this file.
    pub fn sources_here<'f>(&'f self, node: Node<'f>) -> Vec<Value<'f>> {
        evaluation(self.trace(node, Follow::Everything, 0, &Fuel::within_file())).values
    }

    /// The values that `node` may have, as [`PythonFile::sources`], and whether these are all.
    pub fn evaluate<'f>(&'f self, node: Node<'f>) -> Evaluation<'f> {
        evaluation(self.trace(node, Follow::Everything, 0, &Fuel::new()))
    }

    /// The values that `call` may pass for the parameter at zero-based position `index`, or with the name `keyword`: also by
    /// `*values` and `**values`.
    pub fn evaluate_argument<'f>(
        &'f self,
        call: &Call<'f>,
        index: Option<usize>,
        keyword: Option<&str>,
    ) -> Evaluation<'f> {
        let Argued { values, may_be_omitted } = Arguments::of(call).find(index, keyword);
        let mut found = Evaluation::default();
        for (node, path) in values {
            let one = evaluation(self.trace_part(node, path, Follow::Everything, 0, &Fuel::new()));
            found.values.extend(one.values);
            found.unknown.extend(one.unknown);
        }
        if may_be_omitted {
            found.unknown.push(Unknown::Expression(call.node.id()));
        }
        found
    }

    /// The values that the attribute `name` of `object` may have.
    pub fn evaluate_attribute<'f>(&'f self, object: Node<'f>, name: &str) -> Evaluation<'f> {
        let path = vec![Part::Attribute(name.to_string())];
        evaluation(self.trace_part(object, path, Follow::Everything, 0, &Fuel::new()))
    }

    /// What `node` leads back to.
    pub(super) fn trace<'f>(&'f self, node: Node<'f>, follow: Follow, depth: u32, fuel: &Fuel) -> Traced<'f> {
        self.trace_part(node, Vec::new(), follow, depth, fuel)
    }

    /// What the part `path` of `node` leads back to.
    pub(super) fn trace_part<'f>(
        &'f self,
        node: Node<'f>,
        path: Vec<Part>,
        follow: Follow,
        depth: u32,
        fuel: &Fuel,
    ) -> Traced<'f> {
        self.trace_from(Pending::of(node).with_path(path), follow, depth, fuel)
    }

    /// What the value that is followed as `from` leads back to.
    pub(super) fn trace_from<'f>(&'f self, from: Pending<'f>, follow: Follow, depth: u32, fuel: &Fuel) -> Traced<'f> {
        let mut open = vec![from];
        let mut traced = Traced::default();
        if depth > MAX_QUESTIONS {
            traced.unknown.push(Unknown::Limit);
            return traced;
        }
        while let Some(at) = open.pop() {
            if fuel.spend().is_none() || traced.found.len() + open.len() > MAX_OPEN || at.steps() > MAX_STEPS {
                traced.unknown.push(Unknown::Limit);
                break;
            }
            let before = open.len();
            let (found, unknown, elsewhere) = (traced.found.len(), traced.unknown.len(), traced.elsewhere.len());
            let node = at.value.node;
            let is_followed = match at.value.node.kind() {
                _ if at.value.imported.is_some() => false,
                _ if matches!(at.path.last(), Some(Part::Attribute(_))) => {
                    self.follow_part_attribute(&at.clone().outside(), depth, fuel, &mut open, &mut traced.unknown);
                    true
                }
                Kind::Identifier | Kind::Call
                    if at.path.last() == Some(&Part::Each)
                        && follow == Follow::Everything
                        && self.follow_elements(&at, &mut open, &mut traced.unknown) =>
                {
                    true
                }
                Kind::Identifier => {
                    let is_replaced = follow == Follow::Everything
                        && self.follow_items_set(&at, depth, fuel, &mut open, &mut traced.unknown);
                    if !is_replaced {
                        self.follow_name(&at, follow, fuel, &mut open, &mut traced);
                    }
                    true
                }
                _ => self.follow(&at, follow, depth, fuel, &mut open, &mut traced.unknown),
            };
            let has_led_nowhere = open.len() == before && traced.found.len() == found;
            if !is_followed {
                traced.found.push(at);
            } else if has_led_nowhere {
                if traced.unknown.len() == unknown {
                    traced.unknown.push(Unknown::Expression(node.id()));
                }
                if at.path.is_empty() && traced.elsewhere.len() == elsewhere {
                    traced.elsewhere.push(at);
                }
            }
            // The results of one step are processed in the order of the text.
            if let Some(added) = open.get_mut(before..) {
                added.reverse();
            }
        }
        traced
    }
}

/// The values of a trace that are completely extracted and can be the result: an empty string is false.
pub(super) fn evaluation(traced: Traced<'_>) -> Evaluation<'_> {
    let mut unknown = traced.unknown;
    for found in &traced.found {
        if !found.path.is_empty() {
            unknown.push(Unknown::Expression(found.value.node.id()));
        }
        unknown.extend(found.value.via.iter().filter_map(|step| match step {
            Step::CommandLine(place) => Some(Unknown::CommandLine(*place)),
            Step::Setting(place) => Some(Unknown::Setting(*place)),
            _ => None,
        }));
    }
    Evaluation { values: whole(traced.found), unknown }
}

/// Values that are completely extracted and can be the result: an empty string is false.
fn whole(found: Vec<Pending<'_>>) -> Vec<Value<'_>> {
    let is_taken = |pending: &Pending<'_>| {
        let is_empty = || string_value(pending.value.node).is_some_and(|text| text.is_empty());
        pending.path.is_empty() && !(pending.must_be_true && is_empty())
    };
    found.into_iter().filter(is_taken).map(|pending| pending.value).collect()
}
