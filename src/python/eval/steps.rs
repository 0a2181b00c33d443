//! One step from an expression to where its value comes from.

use super::fuel::Fuel;
use super::pending::{Part, Pending, Traced};
use super::provenance::Step;
use super::values::{Follow, MAX_OPEN, Unknown};
use crate::python::library::callables::{self, Resolver};
use crate::python::scopes::{Binding, BindingId, BindingKind};
use crate::python::syntax::definitions::Function;
use crate::python::syntax::expressions::{BooleanOperation, Conditional, NamedExpression};
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::statements::Place;
use crate::python::{Call, PythonFile};

impl PythonFile {
    /// Adds to `open` where the value of `at` comes from; false if it was written here.
    pub(super) fn follow<'f>(
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
                self.take_out(at, open, unknown);
                true
            }
            _ if follow == Follow::Names => false,
            Kind::Set | Kind::Dictionary if !at.path.is_empty() => {
                self.take_out(at, open, unknown);
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
                self.follow_items_set(at, depth, fuel, open, unknown);
                if let Some((object, name)) = node.object_and_name() {
                    self.follow_attribute(&at.clone().outside(), (object, name.text()), depth, fuel, open, unknown);
                }
                true
            }
            Kind::Subscript => {
                if !self.follow_items_set(at, depth, fuel, open, unknown) {
                    self.follow_subscript(at, depth, fuel, open, unknown);
                }
                true
            }
            Kind::Decorator => self.follow_decorator(at, depth, fuel, open, unknown),
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

    pub(super) fn follow_name<'f>(
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
            if at.has_passed(id) {
                // Another part of what it was before, in the next round of a loop.
                traced.unknown.extend((!at.path.is_empty()).then_some(Unknown::Expression(name.id())));
                continue;
            }
            let is_inside = self.scope(binding.scope).is_some_and(|scope| at.is_inside(scope.node));
            let mut next = if is_inside { at.clone() } else { at.clone().outside() };
            next.value.reassigned |= is_rebound;
            match follow {
                Follow::Names => self.follow_assigned(next, (id, binding), follow, open, traced),
                Follow::Everything => self.follow_binding(next, (id, binding), fuel, open, traced),
            }
        }
    }

    /// Adds what an assignment gives the name; any other binding gives something unknown.
    fn follow_assigned<'f>(
        &'f self,
        mut next: Pending<'f>,
        (id, binding): (BindingId, &'f Binding),
        follow: Follow,
        open: &mut Vec<Pending<'f>>,
        traced: &mut Traced<'f>,
    ) {
        let name = next.value.node.id();
        next.value.names.push(id);
        match &binding.kind {
            BindingKind::Assign { value } => {
                if !next.path.is_empty() && follow == Follow::Everything && self.may_be_changed(id) {
                    traced.unknown.push(Unknown::Expression(name));
                }
                open.push(next.at(self.node(*value)));
            }
            BindingKind::Unpack { value, path } => {
                let is_rest = matches!(path.last(), Some(Place::Rest { .. }));
                if is_rest && follow == Follow::Everything && self.may_be_changed(id) {
                    traced.unknown.push(Unknown::Expression(name));
                }
                match path.iter().rev().try_fold(next, |next, place| next.placed(*place)) {
                    Some(next) => open.push(next.at(self.node(*value))),
                    None => traced.unknown.push(Unknown::Expression(name)),
                }
            }
            _ => traced.unknown.push(Unknown::Expression(name)),
        }
    }

    fn follow_binding<'f>(
        &'f self,
        mut next: Pending<'f>,
        (id, binding): (BindingId, &'f Binding),
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        traced: &mut Traced<'f>,
    ) {
        let name = next.value.node.id();
        match &binding.kind {
            BindingKind::Opaque => {
                next.value.names.push(id);
                match self.splat_of(binding) {
                    Some(splat) => self.follow_splat(&next, splat, binding, id, fuel, open, &mut traced.unknown),
                    None => match self.looped(next, binding) {
                        Some(next) => open.push(next),
                        None => traced.unknown.push(Unknown::Expression(name)),
                    },
                }
            }
            BindingKind::With { value } => {
                next.value.names.push(id);
                let given = self.managed(self.node(*value), fuel);
                if given.is_empty() {
                    traced.unknown.push(Unknown::Expression(name));
                }
                let next = next.outside().by(Step::Returned(*value));
                open.extend(given.into_iter().map(|value| next.clone().at(value)));
            }
            BindingKind::Import { path, .. } => {
                next.value.names.push(id);
                if !fuel.asks_project || !self.follow_imported(&next, path, open, &mut traced.unknown) {
                    traced.unknown.push(Unknown::Expression(name));
                    if next.path.is_empty() {
                        traced.elsewhere.push(next);
                    }
                }
            }
            BindingKind::Parameter { default, .. } => {
                if default.is_none() {
                    traced.parameters.push(id);
                }
                self.follow_parameter(&next, id, binding, fuel, open, &mut traced.unknown);
            }
            BindingKind::Function { definition } if next.path.is_empty() => {
                next.value.names.push(id);
                let definition = self.node(*definition);
                let bound = Function::of(definition).map_or(definition, Function::bound);
                match bound == definition {
                    true => traced.found.push(next.at(definition)),
                    false => open.push(next.at(bound)),
                }
            }
            BindingKind::Class { definition } if next.path.is_empty() => {
                next.value.names.push(id);
                traced.found.push(next.at(self.node(*definition)));
            }
            _ => self.follow_assigned(next, (id, binding), Follow::Everything, open, traced),
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
