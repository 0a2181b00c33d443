//! Which bindings of a name a read may see.
//!
//! Code in the same scope sees what holds there ([`super::flow`]). Code in a nested function runs later, so it sees every binding of the
//! enclosing scope.

use super::{BindingId, BindingKind, ScopeId, ScopeKind, Scopes};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::{Node, NodeId, Tree};

/// How many visible bindings are collected. A name that is bound in more branches has no single meaning, and only
/// hostile files do that.
pub(in crate::python) const MAX_REACHING: usize = 200;

/// The bindings that a read may see.
#[derive(Debug, Default)]
pub(crate) struct Reaching {
    /// In position order; without declarations.
    pub(crate) bindings: Vec<BindingId>,
    /// There are more than were collected.
    pub(crate) is_cut: bool,
    /// It may be that the scope has not bound the name yet.
    pub(super) may_be_unbound: bool,
}

/// The bindings of `name` that a read at `site` may see.
pub(crate) fn reaching(tree: &Tree, scopes: &Scopes, name: &str, site: Node<'_>) -> Reaching {
    let scope = scopes.scope_of(site);
    let Some((owner, bindings)) = scopes.owner(name, scope) else { return Reaching::default() };
    let is_comprehension = scopes.scope(owner).is_some_and(|owner| owner.kind == ScopeKind::Comprehension);
    // A comprehension reads its names before the clauses that bind them.
    if !is_comprehension && runs_in(scopes, scope, owner) {
        let mut found = scopes.flow(tree, owner).map(|flow| flow.at(name, site.start())).unwrap_or_default();
        found.bindings.sort_unstable_by_key(|id| scopes.binding(*id).map(|binding| binding.identifier));
        return found;
    }
    let nearest = bindings.get(bindings.len().saturating_sub(MAX_REACHING)..).unwrap_or_default();
    let is_binding = |id: &BindingId| scopes.binding(*id).is_some_and(|it| it.kind != BindingKind::Declaration);
    Reaching {
        bindings: nearest.iter().copied().filter(is_binding).collect(),
        is_cut: bindings.len() > MAX_REACHING,
        may_be_unbound: true,
    }
}

/// Whether one of the bindings of `name` has certainly happened when `site` runs.
pub(crate) fn is_definitely_bound(tree: &Tree, scopes: &Scopes, name: &str, site: Node<'_>) -> bool {
    let scope = scopes.scope_of(site);
    let Some((owner, _)) = scopes.owner(name, scope) else { return false };
    let position = match runs_in(scopes, scope, owner) {
        true => site.start(),
        // It runs when the definition around it is first used in the scope that owns the name, or later.
        false => {
            let mut around = std::iter::once(site).chain(site.ancestors());
            around
                .find(|around| scopes.scope_of(*around) == owner)
                .map_or(0, |definition| first_use(tree, scopes, definition))
        }
    };
    let found = scopes.flow(tree, owner).map(|flow| flow.at(name, position)).unwrap_or_default();
    let is_bound = |id: &BindingId| scopes.binding(*id).is_some_and(|it| it.kind != BindingKind::Delete);
    !found.may_be_unbound && !found.bindings.is_empty() && found.bindings.iter().all(is_bound)
}

/// The byte offset at which the scope of `definition` first reads its name after it; the end of the file if it never does.
fn first_use(tree: &Tree, scopes: &Scopes, definition: Node<'_>) -> usize {
    let Some(name) = definition.field(Field::Name).map(Node::text) else { return definition.end() };
    let owner = scopes.scope_of(definition);
    let uses = |node: &Node<'_>| {
        node.start() >= definition.end()
            && node.kind() == Kind::Identifier
            && node.text() == name
            && scopes.scope_of(*node) == owner
    };
    tree.nodes().find(uses).map_or(tree.node(NodeId(0)).end(), Node::start)
}

/// Whether code of `scope` runs in place in `owner`: the same scope, or a comprehension in it.
pub(super) fn runs_in(scopes: &Scopes, scope: ScopeId, owner: ScopeId) -> bool {
    let mut at = scope;
    while at != owner {
        match scopes.scope(at) {
            Some(here) if here.kind == ScopeKind::Comprehension => match here.parent {
                Some(parent) => at = parent,
                None => return false,
            },
            _ => return false,
        }
    }
    true
}
