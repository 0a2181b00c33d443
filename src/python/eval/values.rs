//! Where a value that reaches a place was written.
//!
//! An edit must go where the literal stands, and whether it may go there depends on the steps from the literal to the place:
//! each [`Value`] carries both. [`PythonFile::values`] follows names and tuples alone, which say what *is* passed;
//! [`PythonFile::sources`] follows attributes and defaults as well, which say what *may be* passed when nobody says otherwise.
//! Nothing here calls itself without fuel: names may refer to each other in circles and fans.

use super::fuel::Fuel;
use super::provenance::Step;
use crate::python::library::callables::{self, Resolver};
use crate::python::scopes::{Binding, BindingId, BindingKind};
use crate::python::syntax::expressions::{BooleanOperation, Conditional, NamedExpression, Subscript};
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::{integer_value, string_value};
use crate::python::syntax::statements::Loop;
use crate::python::syntax::tree::Node;
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
    /// One of the names is assigned more than once.
    pub reassigned: bool,
    /// The value, if another module of the project defines it; `node` is then the imported name.
    pub imported: Option<Constant>,
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

/// A value that is still being followed. `path` is what remains to be extracted: positions in tuples, innermost last.
#[derive(Debug, Clone)]
pub(in crate::python) struct Pending<'f> {
    pub(super) value: Value<'f>,
    pub(super) path: Vec<usize>,
    /// It is used only if it is true: the left side of an `or`.
    pub(super) must_be_true: bool,
    /// It is an argument of a call in this file: relevant if it is an option or a setting.
    pub(super) is_passed: bool,
}

/// The results of a question.
#[derive(Debug, Default)]
pub(in crate::python) struct Traced<'f> {
    pub(super) found: Vec<Pending<'f>>,
    /// Parameters whose value the file does not define, but for which it may show arguments.
    pub(super) parameters: Vec<BindingId>,
}

impl<'f> Pending<'f> {
    pub(super) fn at(self, node: Node<'f>) -> Self {
        Self { value: Value { node, ..self.value }, ..self }
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
        whole(self.trace(node, Follow::Everything, 0, &Fuel::new()).found)
    }

    /// What `node` leads back to.
    pub(super) fn trace<'f>(&'f self, node: Node<'f>, follow: Follow, depth: u32, fuel: &Fuel) -> Traced<'f> {
        let value = Value { node, names: Vec::new(), via: Vec::new(), reassigned: false, imported: None };
        let mut open = vec![Pending { value, path: Vec::new(), must_be_true: false, is_passed: false }];
        let mut traced = Traced::default();
        if depth > MAX_QUESTIONS {
            return traced;
        }
        while let Some(at) = open.pop() {
            if fuel.spend().is_none() || traced.found.len() + open.len() > MAX_OPEN || at.steps() > MAX_STEPS {
                break;
            }
            let before = open.len();
            let is_followed = match at.value.node.kind() {
                _ if at.value.imported.is_some() => false,
                Kind::Identifier => {
                    self.follow_name(&at, follow, &mut open, &mut traced.parameters);
                    true
                }
                _ => self.follow(&at, follow, depth, fuel, &mut open),
            };
            if !is_followed {
                traced.found.push(at);
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
    ) -> bool {
        let node = at.value.node;
        match node.kind() {
            Kind::ParenthesizedExpression => {
                open.push(at.clone().at(node.without_parentheses()));
                true
            }
            Kind::Tuple | Kind::List | Kind::ExpressionList if !at.path.is_empty() => {
                let mut path = at.path.clone();
                let element = path.pop().and_then(|index| element(node, index));
                open.extend(element.map(|element| Pending { path, ..at.clone().at(element) }));
                true
            }
            _ if follow == Follow::Names => false,
            Kind::NamedExpression => {
                if let Some(NamedExpression { name, value }) = NamedExpression::of(node) {
                    let mut inner = at.clone();
                    inner.value.names.extend(self.bound_at(name));
                    open.push(inner.at(value));
                }
                true
            }
            Kind::ConditionalExpression => {
                let by = |arm| at.clone().by(Step::Choice(node.id())).at(arm);
                if let Some(Conditional { value, condition, otherwise }) = Conditional::of(node) {
                    // `host if host else …`
                    let is_asked = condition.text() == value.text();
                    open.push(if is_asked { by(value).true_only() } else { by(value) });
                    open.push(by(otherwise));
                }
                true
            }
            Kind::BooleanOperator => {
                let by = |side| at.clone().by(Step::Choice(node.id())).at(side);
                if let Some(BooleanOperation { left, right, is_or }) = BooleanOperation::of(node) {
                    // `left and right` returns `left` if it is false; a false host is irrelevant.
                    open.extend(is_or.then(|| by(left).true_only()));
                    open.push(by(right));
                }
                true
            }
            Kind::Attribute => {
                let path = self.qualified_name(node);
                open.extend(path.and_then(|path| self.imported_value(at, &path)));
                self.follow_attribute(at, depth, fuel, open);
                true
            }
            Kind::Subscript => {
                let subscript = Subscript::of(node);
                let index = subscript.and_then(|subscript| usize::try_from(integer_value(subscript.index)?).ok());
                if let (Some(index), Some(subscript)) = (index, subscript) {
                    let mut inner = at.clone().at(subscript.container);
                    inner.path.push(index);
                    open.push(inner);
                }
                true
            }
            Kind::Call => match self.resolved_host(at) {
                Some(host) => {
                    open.push(host);
                    true
                }
                None => self.follow_call(at, open),
            },
            _ => false,
        }
    }

    fn follow_name<'f>(
        &'f self,
        at: &Pending<'f>,
        follow: Follow,
        open: &mut Vec<Pending<'f>>,
        parameters: &mut Vec<BindingId>,
    ) {
        let name = at.value.node;
        let reaching = self.reaching(name.text(), name.start());
        let is_rebound = self.is_rebound(name, &reaching);
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
                    open.push(next.at(self.node(*value)));
                }
                BindingKind::Unpack { value, path } if !path.is_empty() => {
                    next.value.names.push(id);
                    next.path.extend(path.iter().rev());
                    open.push(next.at(self.node(*value)));
                }
                BindingKind::Opaque if follow == Follow::Everything => {
                    next.value.names.push(id);
                    open.extend(self.looped_address(next, binding));
                }
                BindingKind::Import { path, .. } if follow == Follow::Everything => {
                    next.value.names.push(id);
                    open.extend(self.imported_value(&next, path));
                }
                BindingKind::Parameter { default, .. } if follow == Follow::Everything => {
                    for argument in self.passed_for_certain(binding) {
                        let mut passed = next.clone();
                        passed.value.names.push(id);
                        passed.is_passed = true;
                        open.push(passed.at(argument));
                    }
                    match default {
                        Some(default) => open.push(next.by(Step::ParameterDefault(id)).at(self.node(*default))),
                        None => {
                            parameters.push(id);
                            let declared = self.decorated_default(binding);
                            let step = Step::CommandLine(binding.identifier);
                            open.extend(declared.map(|default| next.by(step).at(default)));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The host that was asked for, where `at` is an address, or the host of one, that a resolver gave (`socket.getaddrinfo`).
    fn resolved_host<'f>(&'f self, at: &Pending<'f>) -> Option<Pending<'f>> {
        let call = Call::of(at.value.node)?;
        let path = at.path.as_slice();
        let is_address = |known: &&Resolver| matches!(path, [at, _] | [0, at, _] if *at == known.address);
        let mut known = callables::resolvers().filter(is_address).peekable();
        known.peek()?;
        let callee = self.qualified_name(call.callee)?;
        let known = known.find(|known| known.is(&callee))?;
        let host = call.argument(Some(known.index), Some(&known.keyword))?;
        let mut found = at.clone().by(Step::ResolvedAddress(call.node.id())).at(host);
        found.path.clear();
        Some(found)
    }

    /// `next`, bound by a loop over the results of `socket.getaddrinfo`, as a part of one result.
    fn looped_address<'f>(&'f self, mut next: Pending<'f>, binding: &Binding) -> Option<Pending<'f>> {
        let target = self.node(binding.identifier);
        let looped = Loop::around(target).filter(|looped| looped.iterated.kind() == Kind::Call)?;
        if looped.target != target {
            next.path.push(looped.target.named_children().position(|name| name == target)?);
        }
        next.path.push(0);
        Some(next.at(looped.iterated))
    }

    /// `at` as the text that a module of the project assigns to `path`, if there is one.
    fn imported_value<'f>(&'f self, at: &Pending<'f>, path: &str) -> Option<Pending<'f>> {
        let constant = self.project.as_ref()?.constant(path).filter(|_| at.path.is_empty())?;
        let mut found = at.clone();
        found.value.imported = Some(constant);
        Some(found)
    }

    /// Whether a name that is read is bound more than once. `host = host or …` completes a parameter and does not
    /// count.
    fn is_rebound(&self, name: Node<'_>, reaching: &[BindingId]) -> bool {
        let all = self.owner_bindings(name.text(), name.start()).iter();
        let all = all.filter_map(|&id| self.binding(id)).filter(|binding| binding.kind != BindingKind::Declaration);
        let first: Vec<&Binding> = all.take(3).collect();
        match first.as_slice() {
            [] | [_] => false,
            [parameter, completed] if matches!(parameter.kind, BindingKind::Parameter { .. }) => {
                let is_seen_alone =
                    reaching.iter().all(|id| self.binding(*id).is_some_and(|it| std::ptr::eq(it, *completed)));
                let BindingKind::Assign { value } = completed.kind else { return true };
                let value = self.node(value);
                let chooses = matches!(value.kind(), Kind::BooleanOperator | Kind::ConditionalExpression);
                let reads_itself = || {
                    value
                        .descendants()
                        .take(64)
                        .any(|node| node.kind() == Kind::Identifier && node.text() == name.text())
                };
                !(is_seen_alone && chooses && reads_itself())
            }
            _ => true,
        }
    }

    /// `call` as one whose callee's qualified name is asked about.
    pub(super) fn called_path(&self, call: &Call<'_>) -> Option<String> {
        matches!(call.callee.kind(), Kind::Identifier | Kind::Attribute)
            .then(|| self.qualified_name(call.callee))
            .flatten()
    }
}

/// Values that are completely extracted and can be the result: an empty string is false.
fn whole(found: Vec<Pending<'_>>) -> Vec<Value<'_>> {
    let is_taken = |pending: &Pending<'_>| {
        let is_empty = || string_value(pending.value.node).is_some_and(|text| text.is_empty());
        let is_default =
            || pending.value.via.iter().any(|step| matches!(step, Step::CommandLine(_) | Step::Setting(_)));
        pending.path.is_empty() && !(pending.must_be_true && is_empty()) && (!pending.is_passed || is_default())
    };
    found.into_iter().filter(is_taken).map(|pending| pending.value).collect()
}

/// The element at `index` of a tuple or list literal; `None` if a `*` makes it uncertain.
fn element(literal: Node<'_>, index: usize) -> Option<Node<'_>> {
    let mut elements = literal.named_children();
    let mut found = None;
    for at in 0..=index {
        let element = elements.next().filter(|element| element.kind() != Kind::ListSplat)?;
        if at == index {
            found = Some(element);
        }
    }
    found
}
