//! Where a value that reaches a place was written.
//!
//! An edit must go where the literal stands, and whether it may go there depends on the steps from the literal to the place:
//! each [`Value`] carries both. [`PythonFile::values`] follows names and tuples alone, which say what *is* passed;
//! [`PythonFile::sources`] follows attributes and defaults as well, which say what *may be* passed when nobody says otherwise.
//! Nothing here calls itself without fuel: names may refer to each other in circles and fans.

use super::calls::{Argued, Arguments, Splat, Written};
use super::fuel::Fuel;
use super::provenance::Step;
use crate::python::file::assigned_value;
use crate::python::library::callables::{self, Resolver};
use crate::python::scopes::{Binding, BindingId, BindingKind};
use crate::python::syntax::definitions::Function;
use crate::python::syntax::expressions::{BooleanOperation, Conditional, NamedExpression, Subscript};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::literals::{integer_value, string_value};
use crate::python::syntax::statements::{Assignment, Loop};
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
const MAX_OPEN: usize = 64;

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
    /// Any element.
    Each,
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
                Kind::Identifier => {
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
                let path = self.qualified_name(node);
                open.extend(path.and_then(|path| self.imported_value(at, &path)));
                self.follow_attribute(at, depth, fuel, open, unknown);
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

    fn follow_subscript<'f>(&'f self, at: &Pending<'f>, open: &mut Vec<Pending<'f>>) {
        let Some(Subscript { container, index }) = Subscript::of(at.value.node) else { return };
        let index = self.value(index).map_or(index, |value| value.node);
        let position = integer_value(index).and_then(|index| usize::try_from(index).ok());
        if let Some(part) = position.map(Part::Index).or_else(|| string_value(index).map(Part::Key)) {
            open.extend(self.taken_from(at, container, part));
        }
    }

    /// `at` as the `part` of `container`, and as what is assigned to that part.
    fn taken_from<'f>(&'f self, at: &Pending<'f>, container: Node<'f>, part: Part) -> Vec<Pending<'f>> {
        let step = Step::Item(at.value.node.id());
        let mut found: Vec<Pending<'f>> = match &part {
            Part::Key(key) => self.items_set(container, key).map(|value| at.clone().by(step).at(value)).collect(),
            Part::Index(_) | Part::Each => Vec::new(),
        };
        let mut inner = at.clone().at(container);
        inner.path.push(part);
        found.push(inner);
        found
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
            .then(|| self.taken_from(at, container, Part::Key(key.clone())))
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
                BindingKind::Import { path, .. } if follow == Follow::Everything => {
                    next.value.names.push(id);
                    match self.imported_value(&next, path) {
                        Some(next) => open.push(next),
                        None => traced.unknown.push(Unknown::Expression(name.id())),
                    }
                }
                BindingKind::Parameter { default, .. } if follow == Follow::Everything => {
                    if default.is_none() {
                        traced.parameters.push(id);
                    }
                    self.follow_parameter(&next, id, binding, fuel, open, &mut traced.unknown);
                }
                _ => traced.unknown.push(Unknown::Expression(name.id())),
            }
        }
    }

    /// Whether the container that `id` is bound to may get other elements: one of its uses does more than read it.
    fn may_be_changed(&self, id: BindingId) -> bool {
        let uses = self.some_uses(id, MAX_OPEN);
        uses.len() == MAX_OPEN || uses.into_iter().any(|read| !only_reads_container(read))
    }

    /// Adds what callers pass for the parameter `id`, its default, and that of its option.
    fn follow_parameter<'f>(
        &'f self,
        next: &Pending<'f>,
        id: BindingId,
        binding: &'f Binding,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let function = self.node(binding.statement);
        let position = Function::of(function).and_then(|it| it.position(self.node(binding.identifier)));
        let callers = self.callers(function, fuel);
        let mut is_omitted = !callers.is_complete;
        for site in &callers.sites {
            let arguments = site.arguments(self);
            let argued = arguments.find(site.index(position), Some(&binding.name));
            is_omitted |= argued.may_be_omitted;
            for (argument, path) in argued.values {
                let mut passed = next.clone().by(Step::Argument(site.call)).at(argument);
                passed.value.names.push(id);
                passed.path.extend(path);
                open.push(passed);
            }
        }
        if !callers.is_complete {
            unknown.push(Unknown::Caller(id));
        }
        let BindingKind::Parameter { default, .. } = binding.kind else { return };
        match default {
            Some(default) if is_omitted => {
                open.push(next.clone().by(Step::ParameterDefault(id)).at(self.node(default)));
            }
            Some(_) => {}
            None => {
                let declared = self.decorated_default(binding);
                let step = Step::CommandLine(binding.identifier);
                open.extend(declared.map(|default| next.clone().by(step).at(default)));
            }
        }
    }

    /// Adds what callers pass in the `*args` or `**options` that `binding` binds.
    #[expect(clippy::too_many_arguments, reason = "one step of `follow_name`")]
    fn follow_splat<'f>(
        &'f self,
        next: &Pending<'f>,
        splat: Splat<'f>,
        binding: &Binding,
        id: BindingId,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let mut path = next.path.clone();
        let (index, keyword) = match path.pop() {
            Some(Part::Index(at)) if !splat.is_named => (Some(splat.position + at), None),
            Some(Part::Key(key)) if splat.is_named => (None, Some(key)),
            _ => {
                unknown.push(Unknown::Expression(binding.identifier));
                return;
            }
        };
        let callers = self.callers(splat.function, fuel);
        for site in &callers.sites {
            let arguments = site.arguments(self);
            for (argument, inner) in arguments.find(site.index(index), keyword.as_deref()).values {
                let mut passed = next.clone().by(Step::Argument(site.call)).at(argument);
                passed.path.clone_from(&path);
                passed.path.extend(inner);
                open.push(passed);
            }
        }
        if !callers.is_complete {
            unknown.push(Unknown::Caller(id));
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

    /// `next`, bound by a loop, as a part of any element of what is looped over.
    fn looped<'f>(&'f self, mut next: Pending<'f>, binding: &Binding) -> Option<Pending<'f>> {
        let target = self.node(binding.identifier);
        let looped = Loop::around(target)?;
        if looped.target != target {
            let position = looped.target.named_children().position(|name| name == target)?;
            next.path.push(Part::Index(position));
        }
        next.path.push(Part::Each);
        Some(next.at(looped.iterated))
    }

    /// `at` as the text that a module of the project assigns to `path`, if there is one.
    fn imported_value<'f>(&'f self, at: &Pending<'f>, path: &str) -> Option<Pending<'f>> {
        let constant = self.project.as_ref()?.constant(path).filter(|_| at.path.is_empty())?;
        let mut found = at.clone();
        found.value.imported = Some(constant);
        Some(found)
    }

    /// `call` as one whose callee's qualified name is asked about.
    pub(super) fn called_path(&self, call: &Call<'_>) -> Option<String> {
        matches!(call.callee.kind(), Kind::Identifier | Kind::Attribute)
            .then(|| self.qualified_name(call.callee))
            .flatten()
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

/// What is taken out of a tuple, list, set or `dict` literal.
fn taken_out<'f>(at: &Pending<'f>) -> Vec<Pending<'f>> {
    let literal = at.value.node;
    let mut path = at.path.clone();
    let Some(part) = path.pop() else { return Vec::new() };
    let inner = |element| Pending { path: path.clone(), ..at.clone().at(element) };
    match (literal.kind(), &part) {
        (Kind::Dictionary, Part::Key(key)) => {
            let splats = literal.named_children().filter(|child| child.kind() == Kind::DictionarySplat);
            // The item may be one of `**others`.
            let others = splats.filter_map(|splat| Some(at.clone().at(splat.named_children().next()?)));
            items(literal, key).map(inner).chain(others).collect()
        }
        (Kind::Dictionary, _) => Vec::new(),
        _ => elements(literal, &part).into_iter().map(inner).collect(),
    }
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

/// The elements of a tuple, list or set literal that `part` may be; empty if a `*` makes it uncertain.
fn elements<'f>(literal: Node<'f>, part: &Part) -> Vec<Node<'f>> {
    match part {
        Part::Index(index) => {
            let before = literal.named_children().take(index + 1);
            let known: Vec<Node<'f>> = before.take_while(|element| element.kind() != Kind::ListSplat).collect();
            known.get(*index).copied().into_iter().collect()
        }
        Part::Each if literal.named_children().all(|element| element.kind() != Kind::ListSplat) => {
            literal.named_children().take(MAX_OPEN).collect()
        }
        Part::Each | Part::Key(_) => Vec::new(),
    }
}

/// The values under `key` in a `dict` literal.
fn items<'f>(literal: Node<'f>, key: &str) -> impl Iterator<Item = Node<'f>> {
    let pairs = literal.named_children().filter(|child| child.kind() == Kind::Pair);
    let is_it =
        move |pair: &Node<'f>| pair.field(Field::Key).and_then(string_value).is_some_and(|written| written == key);
    pairs.filter(is_it).filter_map(|pair| pair.field(Field::Value)).collect::<Vec<_>>().into_iter()
}
