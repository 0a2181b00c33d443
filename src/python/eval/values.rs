//! Where a value that reaches a place was written.
//!
//! An edit must go where the literal stands, and whether it may go there depends on the steps from the literal to the place:
//! each [`Value`] carries both. [`PythonFile::values`] follows names and tuples alone, which say what *is* passed;
//! [`PythonFile::sources`] follows attributes and defaults as well, which say what *may be* passed when nobody says otherwise.
//! Nothing here calls itself without fuel: names may refer to each other in circles and fans.

use super::calls::{Argued, Arguments, Written};
use super::containers::taken_out;
use super::fuel::Fuel;
use super::provenance::Step;
use crate::python::library::callables::{self, Resolver};
use crate::python::scopes::{BindingId, BindingKind};
use crate::python::syntax::expressions::{BooleanOperation, Conditional, NamedExpression};
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
    /// Any value of a dictionary.
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
}

/// The results of a question.
#[derive(Debug, Default)]
pub(in crate::python) struct Traced<'f> {
    pub(super) found: Vec<Pending<'f>>,
    /// Parameters without a default.
    pub(super) parameters: Vec<BindingId>,
    /// Why there may be other results.
    pub(super) unknown: Vec<Unknown>,
}

impl<'f> Pending<'f> {
    pub(super) fn at(self, node: Node<'f>) -> Self {
        Self { value: Value { node, ..self.value }, ..self }
    }

    /// At what is written there, of which a part is taken.
    pub(super) fn written(self, (node, path): &Written<'f>) -> Self {
        let mut next = self.at(*node);
        next.path.extend(path.iter().cloned());
        next
    }

    /// As the `part` of what is there.
    pub(super) fn part(mut self, part: Part) -> Self {
        self.path.push(part);
        self
    }

    pub(super) fn true_only(self) -> Self {
        Self { must_be_true: true, ..self }
    }

    pub(super) fn by(mut self, step: Step) -> Self {
        self.value.via.push(step);
        self
    }

    pub(super) fn steps(&self) -> usize {
        self.value.names.len() + self.value.via.len()
    }
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
        let value = Value { node, names: Vec::new(), via: Vec::new(), reassigned: false, imported: None };
        let mut open = vec![Pending { value, path, must_be_true: false }];
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
            let (found, unknown) = (traced.found.len(), traced.unknown.len());
            let node = at.value.node.id();
            let is_followed = match at.value.node.kind() {
                _ if at.value.imported.is_some() => false,
                _ if matches!(at.path.last(), Some(Part::Attribute(_))) => {
                    self.follow_part_attribute(&at, depth, fuel, &mut open, &mut traced.unknown);
                    true
                }
                Kind::Identifier => {
                    if follow == Follow::Everything {
                        self.follow_items_set(&at, &mut open, &mut traced.unknown);
                    }
                    self.follow_name(&at, follow, fuel, &mut open, &mut traced);
                    true
                }
                _ => self.follow(&at, follow, depth, fuel, &mut open, &mut traced.unknown),
            };
            if !is_followed {
                traced.found.push(at);
            } else if open.len() == before && traced.found.len() == found && traced.unknown.len() == unknown {
                traced.unknown.push(Unknown::Expression(node));
            }
            // The results of one step are processed in the order of the text.
            if let Some(added) = open.get_mut(before..) {
                added.reverse();
            }
        }
        traced
    }

    /// Adds to `open` where the value of `at` comes from; false if it was written here.
    fn follow<'f>(
        &'f self,
        at: &Pending<'f>,
        follow: Follow,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let node = at.value.node;
        match node.kind() {
            Kind::ParenthesizedExpression => {
                open.push(at.clone().at(node.without_parentheses()));
                true
            }
            Kind::Tuple | Kind::List | Kind::ExpressionList if !at.path.is_empty() => {
                open.extend(taken_out(at));
                true
            }
            _ if follow == Follow::Names => false,
            Kind::Set | Kind::Dictionary if !at.path.is_empty() => {
                open.extend(taken_out(at));
                true
            }
            Kind::Await => {
                open.extend(node.named_children().next().map(|awaited| at.clone().at(awaited)));
                true
            }
            Kind::NamedExpression => {
                if let Some(NamedExpression { name, value }) = NamedExpression::of(node) {
                    let mut inner = at.clone();
                    inner.value.names.extend(self.bound_at(name));
                    open.push(inner.at(value));
                }
                true
            }
            Kind::ConditionalExpression | Kind::BooleanOperator => {
                // `left and right` is `left` where that is false.
                let left = BooleanOperation::of(node).filter(|operation| !operation.is_or);
                unknown.extend(left.map(|operation| Unknown::Expression(operation.left.id())));
                open.extend(chosen(at));
                true
            }
            Kind::Attribute => {
                self.follow_items_set(at, open, unknown);
                if let Some((object, name)) = node.object_and_name() {
                    self.follow_attribute(at, (object, name.text()), depth, fuel, open, unknown);
                }
                true
            }
            Kind::Subscript => {
                self.follow_subscript(at, open);
                true
            }
            Kind::Call => match self.resolved_host(at) {
                Some(host) => {
                    open.push(host);
                    true
                }
                None => self.follow_call(at, depth, fuel, open, unknown),
            },
            _ => false,
        }
    }

    fn follow_name<'f>(
        &'f self,
        at: &Pending<'f>,
        follow: Follow,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        traced: &mut Traced<'f>,
    ) {
        let name = at.value.node;
        let reaching = self.reaching(name.text(), name.start());
        let is_rebound = reaching.len() > 1;
        for id in reaching.into_iter().take(MAX_OPEN) {
            let Some(binding) = self.binding(id) else { continue };
            if at.value.names.contains(&id) {
                // Another part of what it was before, in the next round of a loop.
                traced.unknown.extend((!at.path.is_empty()).then_some(Unknown::Expression(name.id())));
                continue;
            }
            let mut next = at.clone();
            next.value.reassigned |= is_rebound;
            match &binding.kind {
                BindingKind::Assign { value } => {
                    next.value.names.push(id);
                    if !next.path.is_empty() && follow == Follow::Everything && self.may_be_changed(id) {
                        traced.unknown.push(Unknown::Expression(name.id()));
                    }
                    open.push(next.at(self.node(*value)));
                }
                BindingKind::Unpack { value, path } if !path.is_empty() => {
                    next.value.names.push(id);
                    next.path.extend(path.iter().rev().map(|index| Part::Index(*index)));
                    open.push(next.at(self.node(*value)));
                }
                BindingKind::Opaque if follow == Follow::Everything => {
                    next.value.names.push(id);
                    match self.splat_of(binding) {
                        Some(splat) => self.follow_splat(&next, splat, binding, id, fuel, open, &mut traced.unknown),
                        None => match self.looped(next, binding) {
                            Some(next) => open.push(next),
                            None => traced.unknown.push(Unknown::Expression(name.id())),
                        },
                    }
                }
                BindingKind::With { value } if follow == Follow::Everything => {
                    next.value.names.push(id);
                    let given = self.managed(self.node(*value), fuel);
                    if given.is_empty() {
                        traced.unknown.push(Unknown::Expression(name.id()));
                    }
                    let step = Step::Returned(*value);
                    open.extend(given.into_iter().map(|value| next.clone().by(step).at(value)));
                }
                BindingKind::Import { path, .. } if follow == Follow::Everything => {
                    next.value.names.push(id);
                    if !fuel.asks_project || !self.follow_imported(&next, path, open, &mut traced.unknown) {
                        traced.unknown.push(Unknown::Expression(name.id()));
                    }
                }
                BindingKind::Parameter { default, .. } if follow == Follow::Everything => {
                    if default.is_none() {
                        traced.parameters.push(id);
                    }
                    self.follow_parameter(&next, id, binding, fuel, open, &mut traced.unknown);
                }
                BindingKind::Function { definition } | BindingKind::Class { definition }
                    if follow == Follow::Everything && at.path.is_empty() =>
                {
                    next.value.names.push(id);
                    traced.found.push(next.at(self.node(*definition)));
                }
                _ => traced.unknown.push(Unknown::Expression(name.id())),
            }
        }
    }

    /// The host that was asked for, where `at` is an address, or the host of one, that a resolver gave (`socket.getaddrinfo`).
    fn resolved_host<'f>(&'f self, at: &Pending<'f>) -> Option<Pending<'f>> {
        let call = Call::of(at.value.node)?;
        let path = at.path.as_slice();
        let is_address = |known: &&Resolver| match path {
            [Part::Index(at), _] | [Part::Index(0), Part::Index(at), _] => *at == known.address,
            _ => false,
        };
        let mut known = callables::resolvers().filter(is_address).peekable();
        known.peek()?;
        let callee = self.qualified_name(call.callee)?;
        let known = known.find(|known| known.is(&callee))?;
        let host = call.argument(Some(known.index), Some(&known.keyword))?;
        let mut found = at.clone().by(Step::ResolvedAddress(call.node.id())).at(host);
        found.path.clear();
        Some(found)
    }

    /// Adds `at` as the texts that a module of the project gives `path`; false if there are none.
    pub(super) fn follow_imported<'f>(
        &'f self,
        at: &Pending<'f>,
        path: &str,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) -> bool {
        let project = self.project.as_ref().filter(|_| at.path.is_empty());
        let constants = project.map(|project| project.constants(path)).unwrap_or_default();
        if constants.iter().any(|constant| !constant.is_only) {
            unknown.push(Unknown::Expression(at.value.node.id()));
        }
        let is_given = !constants.is_empty();
        open.extend(constants.into_iter().map(|constant| {
            let mut found = at.clone();
            found.value.imported = Some(constant);
            found
        }));
        is_given
    }

    /// `call` as one whose callee's qualified name is asked about.
    pub(super) fn called_path(&self, call: &Call<'_>) -> Option<String> {
        matches!(call.callee.kind(), Kind::Identifier | Kind::Attribute)
            .then(|| self.qualified_name(call.callee))
            .flatten()
    }
}

/// The values of a trace that are completely extracted and can be the result: an empty string is false.
fn evaluation(traced: Traced<'_>) -> Evaluation<'_> {
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

/// The sides of an `or`, an `and` or a conditional expression.
fn chosen<'f>(at: &Pending<'f>) -> Vec<Pending<'f>> {
    let node = at.value.node;
    let by = |side| at.clone().by(Step::Choice(node.id())).at(side);
    if let Some(Conditional { value, condition, otherwise }) = Conditional::of(node) {
        // `host if host else …`
        let is_asked = condition.text() == value.text();
        return vec![if is_asked { by(value).true_only() } else { by(value) }, by(otherwise)];
    }
    let Some(BooleanOperation { left, right, is_or }) = BooleanOperation::of(node) else { return Vec::new() };
    // `left and right` returns `left` if it is false; a false host is irrelevant.
    is_or.then(|| by(left).true_only()).into_iter().chain([by(right)]).collect()
}
