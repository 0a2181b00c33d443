//! Which bindings of a name a read may see.
//!
//! This is not a data-flow analysis. A few facts about blocks are enough to distinguish a rebound name from one with a
//! single meaning; in doubt, both bindings are visible. Code in a nested function runs later, so it sees every binding
//! of the enclosing scope. Code in the same scope sees the bindings before it, unless a branch excludes them.

use super::{Binding, BindingId, BindingKind, ScopeId, ScopeKind, Scopes};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::{Try, always_leaves, may_suppress};
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
}

/// The bindings of `name` that a read at `site` may see.
pub(crate) fn reaching(tree: &Tree, scopes: &Scopes, name: &str, site: Node<'_>) -> Reaching {
    let scope = scopes.scope_of(site);
    let Some((owner, bindings)) = scopes.owner(name, scope) else { return Reaching::default() };
    let is_comprehension = scopes.scope(owner).is_some_and(|owner| owner.kind == ScopeKind::Comprehension);
    // A comprehension reads its names before the clauses that bind them.
    let mut found = if !is_comprehension && runs_in(scopes, scope, owner) {
        visible_from(tree, scopes, bindings, site, boundary(tree, scopes, owner))
    } else {
        let nearest = bindings.get(bindings.len().saturating_sub(MAX_REACHING)..).unwrap_or_default();
        Reaching { bindings: nearest.to_vec(), is_cut: bindings.len() > MAX_REACHING }
    };
    found.bindings.retain(|id| scopes.binding(*id).is_some_and(|binding| binding.kind != BindingKind::Declaration));
    found
}

/// Whether one of the bindings of `name` has certainly happened when `site` runs.
pub(crate) fn is_definitely_bound(tree: &Tree, scopes: &Scopes, name: &str, site: Node<'_>) -> bool {
    let scope = scopes.scope_of(site);
    let Some((owner, _)) = scopes.owner(name, scope) else { return false };
    let same = runs_in(scopes, scope, owner);
    let limit = boundary(tree, scopes, owner);
    reaching(tree, scopes, name, site).bindings.iter().filter_map(|&id| scopes.binding(id)).any(|binding| {
        let at = tree.node(binding.identifier);
        if same {
            takes_effect(tree, binding) <= site.start() && dominates(tree, binding, site)
        } else {
            // The read runs later than the definition around it. The binding is certain if it is directly in the
            // owner's body, before any code that may call that definition.
            let mut around = std::iter::once(site).chain(site.ancestors());
            let definition = around.find(|around| scopes.scope_of(*around) == owner);
            if definition.is_some_and(|definition| is_named_between(tree, scopes, definition, at)) {
                return false;
            }
            match region(tree.node(binding.identifier), tree.node(binding.statement)) {
                Some(region) => {
                    region == limit || region.parent() == Some(limit) && region.parent_field() == Some(Field::Body)
                }
                None => limit.contains(at),
            }
        }
    })
}

/// Whether the scope of `definition` immediately binds its name, before `later`.
fn is_named_between(tree: &Tree, scopes: &Scopes, definition: Node<'_>, later: Node<'_>) -> bool {
    if later.start() < definition.start() {
        return false;
    }
    let Some(name) = definition.field(Field::Name).map(Node::text) else { return true };
    let owner = scopes.scope_of(definition);
    tree.nodes().any(|node| {
        node.start() >= definition.end()
            && node.start() < later.start()
            && node.kind() == Kind::Identifier
            && node.text() == name
            && scopes.scope_of(node) == owner
    })
}

/// Whether code of `scope` runs in place in `owner`: the same scope, or a comprehension in it.
fn runs_in(scopes: &Scopes, scope: ScopeId, owner: ScopeId) -> bool {
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

fn boundary<'f>(tree: &'f Tree, scopes: &Scopes, scope: ScopeId) -> Node<'f> {
    tree.node(scopes.scope(scope).map_or(NodeId(0), |scope| scope.node))
}

/// The `bindings` (in position order) that code at `site` in the same scope may see.
fn visible_from(tree: &Tree, scopes: &Scopes, bindings: &[BindingId], site: Node<'_>, limit: Node<'_>) -> Reaching {
    let binding = |id: &BindingId| scopes.binding(*id);
    let identifier = |id: &BindingId| binding(id).map_or(tree.node(NodeId(0)), |it| tree.node(it.identifier));
    // A binding takes effect only after it is written.
    let written_before = bindings.partition_point(|id| identifier(id).start() <= site.start());
    let (before, after) = bindings.split_at_checked(written_before).unwrap_or((bindings, &[]));
    let mut seen = Vec::new();
    let mut is_cut = false;
    let mut late: Vec<BindingId> = Vec::new();
    let mut killer = None;
    // The blocks that contain a later binding, each once: earlier bindings in them are overwritten.
    let mut hiding: Vec<Node<'_>> = Vec::new();
    for id in before.iter().rev() {
        let Some(binding) = binding(id) else { continue };
        if takes_effect(tree, binding) > site.start() {
            late.push(*id);
            continue;
        }
        let at = identifier(id);
        let is_hidden = hiding.iter().any(|block| always_follows(*block, at));
        if !is_hidden && !is_excluded(at, site, limit) {
            if seen.len() == MAX_REACHING {
                is_cut = true;
                break;
            }
            seen.push(*id);
        }
        // A few are enough for real code, and bound the work for a name that is bound all over a file.
        if binding.kind != BindingKind::Declaration && hiding.len() < 64 {
            hiding.extend(region(at, tree.node(binding.statement)).filter(|block| !hiding.contains(block)));
        }
        if dominates(tree, binding, site) {
            killer = Some(at);
            break;
        }
    }
    seen.reverse();
    // In a loop, a later binding is visible, unless an earlier one in the same loop hides it.
    let comes_round = site
        .ancestors()
        .take_while(|node| *node != limit)
        .filter(|node| matches!(node.kind(), Kind::ForStatement | Kind::WhileStatement))
        .take_while(|node| killer.is_none_or(|killer| !node.contains(killer)))
        .last();
    if let Some(outermost) = comes_round {
        let in_loop = after.iter().take_while(|id| outermost.contains(identifier(id)));
        let late = late.iter().rev().filter(|id| outermost.contains(identifier(id)));
        seen.extend(late.chain(in_loop).take(MAX_REACHING + 1));
        is_cut |= seen.len() > 2 * MAX_REACHING;
    }
    Reaching { bindings: seen, is_cut }
}

/// The byte offset from which a binding is visible.
fn takes_effect(tree: &Tree, binding: &Binding) -> usize {
    let identifier = tree.node(binding.identifier);
    match binding.kind {
        BindingKind::Assign { value } | BindingKind::Unpack { value, .. } => tree.node(value).end(),
        BindingKind::With { .. } | BindingKind::Opaque | BindingKind::Delete => identifier.end(),
        BindingKind::Import { .. } => tree.node(binding.statement).end(),
        BindingKind::Parameter { .. } => identifier.start(),
        // Its own body sees it only in code that runs later, which is in another scope.
        BindingKind::Function { .. } | BindingKind::Class { .. } | BindingKind::Declaration => identifier.start(),
    }
}

/// Whether `binding`, which comes first, has always happened when `site` runs.
fn dominates(tree: &Tree, binding: &Binding, site: Node<'_>) -> bool {
    if matches!(binding.kind, BindingKind::Declaration) {
        return false;
    }
    let identifier = tree.node(binding.identifier);
    region(identifier, tree.node(binding.statement)).is_none_or(|region| region.contains(site))
}

/// The part of the tree in which all code after a binding has executed it; `None` means everywhere in its scope.
fn region<'f>(identifier: Node<'f>, statement: Node<'f>) -> Option<Node<'f>> {
    if matches!(statement.kind(), Kind::FunctionDefinition | Kind::Lambda)
        && statement.field(Field::Name) != Some(identifier)
    {
        return None;
    }
    // A binding in a compound statement's header or in an expression counts for that statement only.
    for node in identifier.ancestors() {
        match node.kind() {
            Kind::ForStatement => return node.field(Field::Body),
            Kind::ForInClause => return node.parent(),
            Kind::ExceptClause | Kind::CaseClause => return Some(node),
            Kind::BooleanOperator | Kind::ConditionalExpression | Kind::Lambda => return Some(node),
            _ if node == statement => break,
            _ => {}
        }
    }
    let mut block = statement.parent()?;
    while block.kind() == Kind::Block {
        match block.parent() {
            Some(around) if always_runs(block, around) => block = around.parent()?,
            _ => break,
        }
    }
    Some(block)
}

/// Whether code after the statement `around` runs only if its `block` ran to the end: the body of a `with`; the body of
/// a `try` whose handlers all leave.
fn always_runs(block: Node<'_>, around: Node<'_>) -> bool {
    match around.kind() {
        Kind::WithStatement => !may_suppress(around),
        Kind::TryStatement => block.parent_field() == Some(Field::Body) && handlers_leave(around),
        _ => false,
    }
}

fn handlers_leave(attempt: Node<'_>) -> bool {
    Try::of(attempt)
        .into_iter()
        .flat_map(Try::handlers)
        .all(|handler| handler.named_children().last().is_some_and(always_leaves))
}

/// Whether `later`, bound in the same `block` as the binding `at`, always follows it, unless the function is left.
fn always_follows(block: Node<'_>, at: Node<'_>) -> bool {
    let interrupted = block.parent().is_some_and(|around| match around.kind() {
        Kind::TryStatement => !handlers_leave(around),
        Kind::WithStatement => may_suppress(around),
        _ => false,
    });
    block.contains(at) && !interrupted
}

/// Whether a branch prevents `site` from seeing the binding `at`: the other arm of an `if`, another handler, or a block
/// that always leaves.
fn is_excluded(at: Node<'_>, site: Node<'_>, limit: Node<'_>) -> bool {
    let Some(meeting) = at.ancestors().find(|node| node.contains(site)) else { return false };
    let in_loop = meeting
        .ancestors()
        .take_while(|node| *node != limit)
        .chain([meeting])
        .any(|node| matches!(node.kind(), Kind::ForStatement | Kind::WhileStatement));
    // Upwards: the common ancestor may be a module with any number of statements.
    let (Some(from), Some(to)) = (child_towards(meeting, at), child_towards(meeting, site)) else { return false };
    if !in_loop && from != to && are_exclusive(meeting.kind(), from, to) {
        return true;
    }
    // A block between the binding and the common ancestor that ends by leaving the function.
    at.ancestors().take_while(|node| *node != meeting).any(|node| node.kind() == Kind::Block && always_leaves(node))
}

/// The child of `above` that is or contains `node`.
fn child_towards<'f>(above: Node<'_>, node: Node<'f>) -> Option<Node<'f>> {
    std::iter::once(node).chain(node.ancestors()).find(|around| around.parent() == Some(above))
}

fn are_exclusive(meeting: Kind, from: Node<'_>, to: Node<'_>) -> bool {
    let is_arm = |node: Node<'_>| matches!(node.kind(), Kind::Block | Kind::ElifClause | Kind::ElseClause);
    match meeting {
        Kind::IfStatement => is_arm(from) && is_arm(to),
        Kind::TryStatement => {
            let handler = |node: Node<'_>| node.kind() == Kind::ExceptClause;
            handler(from) && (handler(to) || to.kind() == Kind::ElseClause)
        }
        Kind::MatchStatement | Kind::Block => from.kind() == Kind::CaseClause && to.kind() == Kind::CaseClause,
        _ => false,
    }
}
