//! Which bindings of the names of a scope hold at each place in it: one walk over its statements, forwards, as the program runs.
//!
//! What a branch, a loop, a `try` or a `match` does is joined where its arms meet; a `break`, a `continue` and an exception carry what
//! holds where they happen. A change of a name is noted with the place from which on it holds, so that a question is a search in
//! the name's own list. The work is linear in the text, times the depth of its blocks.

use super::reaching::{MAX_REACHING, Reaching, runs_in};
use super::{Binding, BindingId, BindingKind, ScopeId, Scopes};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::{Branch, leaves, may_suppress};
use crate::python::syntax::tree::{Node, Tree};
use std::collections::HashMap;
use std::rc::Rc;

/// Loops within more loops are walked once: what is bound in them may hold anywhere in them.
const MAX_LOOPS_TWICE: usize = 3;

/// In blocks within more blocks, which only a hostile file has, any binding may hold: each level costs a look at all that is in it.
const MAX_BLOCKS: usize = 32;

/// What the names of a scope may be bound to.
#[derive(Debug)]
pub(crate) struct Flow {
    names: HashMap<String, Course>,
}

/// What holds for one name.
#[derive(Debug, Default)]
struct Course {
    /// From which byte offset on, in ascending order.
    points: Vec<(usize, Held)>,
    /// Bindings by code that runs at other times: a function that says `global`. They may hold anywhere.
    elsewhere: Vec<BindingId>,
}

/// The bindings of a name that may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    /// In ascending order.
    bindings: Vec<BindingId>,
    may_be_unbound: bool,
    /// There are more.
    is_cut: bool,
}

type Held = Rc<Bound>;

impl Bound {
    fn joined(&self, other: &Self) -> Self {
        let mut bindings = [self.bindings.as_slice(), other.bindings.as_slice()].concat();
        bindings.sort_unstable();
        bindings.dedup();
        let is_cut = self.is_cut || other.is_cut || bindings.len() > MAX_REACHING;
        bindings.truncate(MAX_REACHING);
        Self { bindings, may_be_unbound: self.may_be_unbound || other.may_be_unbound, is_cut }
    }
}

fn join(one: &Held, other: &Held) -> Held {
    if Rc::ptr_eq(one, other) || one == other { Rc::clone(one) } else { Rc::new(one.joined(other)) }
}

impl Flow {
    /// What holds in `scope`.
    pub(crate) fn of(tree: &Tree, scopes: &Scopes, scope: ScopeId) -> Self {
        let mut walk = Walk::new(tree, scopes, scope);
        if let Some(node) = scopes.scope(scope).map(|scope| tree.node(scope.node)) {
            match node.field(Field::Body).filter(|body| body.kind() == Kind::Block) {
                Some(body) => walk.block(body),
                None if node.kind() == Kind::Module => walk.block(node),
                // A `lambda` or a comprehension.
                None => walk.events(node.start(), node.end(), true),
            }
        }
        Self { names: walk.names }
    }

    /// The bindings of `name` that may hold at byte offset `position`.
    pub(super) fn at(&self, name: &str, position: usize) -> Reaching {
        let Some(course) = self.names.get(name) else {
            return Reaching { may_be_unbound: true, ..Reaching::default() };
        };
        let before = course.points.partition_point(|(from, _)| *from <= position);
        let held = before.checked_sub(1).and_then(|last| course.points.get(last)).map(|(_, held)| held);
        let mut found = match held {
            Some(held) => {
                Reaching { bindings: held.bindings.clone(), is_cut: held.is_cut, may_be_unbound: held.may_be_unbound }
            }
            None => Reaching { may_be_unbound: true, ..Reaching::default() },
        };
        if !course.elsewhere.is_empty() {
            found.is_cut |= course.elsewhere.len() > MAX_REACHING;
            found.bindings.extend(course.elsewhere.iter().take(MAX_REACHING));
            found.bindings.sort_unstable();
            found.bindings.dedup();
        }
        found
    }
}

/// A place where a name is bound.
struct Event<'s> {
    /// From this byte offset on it holds.
    position: usize,
    name: &'s str,
    binding: BindingId,
    /// It may be that it does not happen: a walrus in one side of an `or`.
    is_weak: bool,
}

/// A change of what holds for a name.
struct Change<'s> {
    name: &'s str,
    before: Held,
}

/// What holds after one of several ways through a statement.
struct Arm<'s> {
    changed: HashMap<&'s str, Held>,
    is_reachable: bool,
}

/// What the `break`s or the `continue`s of a loop carry.
#[derive(Default)]
struct Carried<'s> {
    held: HashMap<&'s str, Held>,
    /// How many changes were known at the last one.
    known: usize,
    count: usize,
}

struct Repeated<'s> {
    breaks: Carried<'s>,
    continues: Carried<'s>,
}

struct Walk<'s> {
    /// By position.
    events: Vec<Event<'s>>,
    names: HashMap<String, Course>,
    held: HashMap<&'s str, Held>,
    /// Every change, also those that take one back.
    changes: Vec<Change<'s>>,
    loops: Vec<Repeated<'s>>,
    /// How many blocks are around.
    depth: usize,
    is_reachable: bool,
    /// Whether what holds is noted; a loop is walked once before that, to know what comes round.
    notes: bool,
    unbound: Held,
}

impl<'s> Walk<'s> {
    fn new(tree: &Tree, scopes: &'s Scopes, scope: ScopeId) -> Self {
        let unbound = Rc::new(Bound { bindings: Vec::new(), may_be_unbound: true, is_cut: false });
        let mut walk = Self {
            events: Vec::new(),
            names: HashMap::new(),
            held: HashMap::new(),
            changes: Vec::new(),
            loops: Vec::new(),
            depth: 0,
            is_reachable: true,
            notes: true,
            unbound,
        };
        let own = scopes.scope(scope).into_iter().flat_map(|scope| &scope.names);
        for (name, ids) in own {
            let course = walk.names.entry(name.clone()).or_default();
            for id in ids {
                let Some(binding) = scopes.binding(*id).filter(|it| it.kind != BindingKind::Declaration) else {
                    continue;
                };
                let identifier = tree.node(binding.identifier);
                if !runs_in(scopes, scopes.scope_of(identifier), scope) {
                    course.elsewhere.push(*id);
                    continue;
                }
                let (position, is_weak) = (takes_effect(tree, binding), is_conditional(identifier));
                walk.events.push(Event { position, name, binding: *id, is_weak });
            }
        }
        walk.events.sort_by_key(|event| (event.position, event.binding));
        if let Some(node) =
            scopes.scope(scope).map(|scope| tree.node(scope.node)).filter(|node| node.kind() != Kind::Module)
        {
            // Parameters.
            let body = node.field(Field::Body).map_or(node.start(), Node::start);
            walk.events(node.start(), body, false);
        }
        walk
    }

    fn now(&self, name: &str) -> Held {
        Rc::clone(self.held.get(name).unwrap_or(&self.unbound))
    }

    /// From byte offset `position` on, `held` holds for `name`.
    fn set(&mut self, name: &'s str, held: Held, position: usize) {
        let before = self.now(name);
        if self.notes
            && let Some(course) = self.names.get_mut(name)
        {
            match course.points.last_mut() {
                Some((last, known)) if *last >= position => *known = Rc::clone(&held),
                _ => course.points.push((position, Rc::clone(&held))),
            }
        }
        self.held.insert(name, held);
        self.changes.push(Change { name, before });
    }

    /// What is bound from byte offset `from` to `to`; `is_weak` if it may be that it does not happen.
    fn events(&mut self, from: usize, to: usize, is_weak: bool) {
        let mut next = self.events.partition_point(|event| event.position < from);
        while let Some(&Event { position, name, binding, is_weak: own }) =
            self.events.get(next).filter(|it| it.position < to)
        {
            next += 1;
            let new = Rc::new(Bound { bindings: vec![binding], may_be_unbound: false, is_cut: false });
            let held = if is_weak || own { join(&self.now(name), &new) } else { new };
            self.set(name, held, position);
        }
    }

    fn block(&mut self, block: Node<'_>) {
        if self.depth == MAX_BLOCKS {
            return self.events(block.start(), block.end() + 1, true);
        }
        self.depth += 1;
        for statement in block.named_children().filter(|child| child.kind() != Kind::Comment) {
            self.statement(statement);
        }
        self.depth -= 1;
    }

    fn statement(&mut self, node: Node<'_>) {
        match node.kind() {
            Kind::IfStatement => self.branch(node),
            Kind::ForStatement | Kind::WhileStatement => self.repeat(node),
            Kind::TryStatement => self.attempt(node),
            Kind::MatchStatement => self.choose(node),
            Kind::WithStatement => self.manage(node),
            Kind::BreakStatement | Kind::ContinueStatement => {
                self.carry(node.kind() == Kind::BreakStatement);
                self.is_reachable = false;
            }
            _ => {
                // What is bound by the last token holds from the end on.
                self.events(node.start(), node.end() + 1, false);
                self.is_reachable &= !leaves(node);
            }
        }
    }

    /// The names that have changed since there were `mark` changes, and what held for them then.
    fn changed_since(&self, mark: usize) -> Vec<(&'s str, Held)> {
        let mut seen: HashMap<&str, ()> = HashMap::new();
        let changes = self.changes.get(mark..).unwrap_or_default().iter();
        changes
            .filter(|change| seen.insert(change.name, ()).is_none())
            .map(|change| (change.name, Rc::clone(&change.before)))
            .collect()
    }

    /// All that held for names that have changed since there were `mark` changes: what an exception may carry.
    fn all_since(&self, mark: usize) -> HashMap<&'s str, Held> {
        let mut all: HashMap<&'s str, Held> = HashMap::new();
        for change in self.changes.get(mark..).unwrap_or_default() {
            let known = all.entry(change.name).or_insert_with(|| self.now(change.name));
            *known = join(known, &change.before);
        }
        all
    }

    /// Ends a way through a statement that began with `mark` changes: what holds is again what held then.
    fn arm(&mut self, mark: usize, position: usize) -> Arm<'s> {
        let changed = self.changed_since(mark);
        let arm = Arm {
            changed: changed.iter().map(|(name, _)| (*name, self.now(name))).collect(),
            is_reachable: self.is_reachable,
        };
        for (name, before) in changed {
            self.set(name, before, position);
        }
        arm
    }

    /// Joins `arms`, all the ways through a statement; `falls_through` if there is one more that changes nothing.
    fn meet(&mut self, arms: Vec<Arm<'s>>, falls_through: bool, is_reachable: bool, position: usize) {
        let arms: Vec<Arm<'s>> = arms.into_iter().filter(|arm| arm.is_reachable).collect();
        let count = arms.len();
        let mut met: HashMap<&'s str, (Held, usize)> = HashMap::new();
        for (name, held) in arms.into_iter().flat_map(|arm| arm.changed) {
            match met.get_mut(name) {
                Some((known, times)) => {
                    *known = join(known, &held);
                    *times += 1;
                }
                None => drop(met.insert(name, (held, 1))),
            }
        }
        let mut met: Vec<(&'s str, (Held, usize))> = met.into_iter().collect();
        met.sort_unstable_by_key(|(name, _)| *name);
        for (name, (held, times)) in met {
            let is_everywhere = times == count && !falls_through;
            let held = if is_everywhere { held } else { join(&held, &self.now(name)) };
            self.set(name, held, position);
        }
        self.is_reachable = is_reachable && (falls_through || count > 0);
    }

    fn branch(&mut self, node: Node<'_>) {
        let is_reachable = self.is_reachable;
        let mut arms = Vec::new();
        let mut has_else = false;
        let parts = std::iter::once(node).chain(node.named_children());
        for part in parts {
            let (body, is_first) = match part.kind() {
                Kind::IfStatement | Kind::ElifClause => match Branch::of(part) {
                    Some(Branch { consequence, .. }) => (consequence, part == node),
                    None => continue,
                },
                Kind::ElseClause => match part.field(Field::Body) {
                    Some(body) => {
                        has_else = true;
                        (body, false)
                    }
                    None => continue,
                },
                _ => continue,
            };
            // The condition of an `elif` may not be asked.
            self.events(part.start(), body.start(), !is_first);
            let mark = self.changes.len();
            self.is_reachable = is_reachable;
            self.block(body);
            arms.push(self.arm(mark, body.end()));
        }
        self.meet(arms, !has_else, is_reachable, node.end());
    }

    fn choose(&mut self, node: Node<'_>) {
        let is_reachable = self.is_reachable;
        let cases: Vec<Node<'_>> = node
            .named_children()
            .flat_map(|child| std::iter::once(child).chain(child.named_children()))
            .filter(|child| child.kind() == Kind::CaseClause)
            .collect();
        let first = cases.first().map_or(node.end(), |case| case.start());
        self.events(node.start(), first, false);
        let mut arms = Vec::new();
        let mut is_exhaustive = false;
        for case in cases {
            let Some(body) = case.field(Field::Consequence) else { continue };
            let mark = self.changes.len();
            self.is_reachable = is_reachable;
            self.events(case.start(), body.start(), false);
            self.block(body);
            arms.push(self.arm(mark, body.end()));
            let mut patterns = case.named_children().take_while(|child| *child != body);
            let is_wildcard = patterns.next().is_some_and(|pattern| pattern.text() == "_");
            is_exhaustive |= is_wildcard && patterns.next().is_none();
        }
        self.meet(arms, !is_exhaustive, is_reachable, node.end());
    }

    fn manage(&mut self, node: Node<'_>) {
        let Some(body) = node.field(Field::Body) else { return self.events(node.start(), node.end(), false) };
        self.events(node.start(), body.start(), false);
        let (mark, is_reachable) = (self.changes.len(), self.is_reachable);
        self.block(body);
        if may_suppress(node) {
            for (name, held) in self.all_since(mark) {
                self.set(name, held, node.end());
            }
            self.is_reachable = is_reachable;
        }
    }

    fn attempt(&mut self, node: Node<'_>) {
        let Some(body) = node.field(Field::Body) else { return self.events(node.start(), node.end(), false) };
        let (mark, is_reachable) = (self.changes.len(), self.is_reachable);
        self.block(body);
        let raised = self.all_since(mark);
        let clauses = |kind: Kind| node.named_children().filter(move |child| child.kind() == kind);
        let attempted = self.arm(mark, body.end());
        let handled = clauses(Kind::ExceptClause).last().unwrap_or(body).end();
        let mut arms = Vec::new();
        if let Some(first) = clauses(Kind::ExceptClause).next() {
            let start = self.changes.len();
            self.is_reachable = is_reachable;
            for (name, held) in raised {
                self.set(name, held, first.start());
            }
            let mut handlers = Vec::new();
            for handler in clauses(Kind::ExceptClause) {
                let start = self.changes.len();
                self.is_reachable = is_reachable;
                self.clause(handler);
                handlers.push(self.arm(start, handler.end()));
            }
            self.meet(handlers, false, is_reachable, handled);
            arms.push(self.arm(start, handled));
        }
        // What follows where nothing was raised, after the handlers in the text.
        let start = self.changes.len();
        self.is_reachable = attempted.is_reachable;
        for (name, held) in attempted.changed {
            self.set(name, held, handled);
        }
        for clause in clauses(Kind::ElseClause) {
            self.clause(clause);
        }
        let end = clauses(Kind::ElseClause).last().map_or(handled, Node::end);
        arms.push(self.arm(start, end));
        self.meet(arms, false, is_reachable, end);
        let Some(last) = clauses(Kind::FinallyClause).next() else { return };
        // It runs after all of them, also after what is not handled; but only what is handled goes on.
        let goes_on = self.is_reachable;
        let all = self.all_since(mark);
        let normal: Vec<(&'s str, Held)> = all.keys().map(|name| (*name, self.now(name))).collect();
        for (name, held) in all {
            self.set(name, held, last.start());
        }
        let start = self.changes.len();
        self.is_reachable = is_reachable;
        self.clause(last);
        let changed: HashMap<&'s str, Held> = self.changed_since(start).into_iter().collect();
        for (name, held) in normal.into_iter().filter(|(name, _)| !changed.contains_key(name)) {
            self.set(name, held, last.end());
        }
        for (name, before) in changed {
            let now = self.now(name);
            for carried in self.loops.iter_mut().flat_map(|it| [&mut it.breaks, &mut it.continues]) {
                let known = carried.held.entry(name).or_insert_with(|| Rc::clone(&before));
                *known = join(known, &now);
            }
        }
        self.is_reachable &= goes_on;
    }

    /// A clause with a header and a block.
    fn clause(&mut self, clause: Node<'_>) {
        let body = clause.named_children().find(|child| child.kind() == Kind::Block);
        self.events(clause.start(), body.map_or(clause.end(), Node::start), false);
        if let Some(body) = body {
            self.block(body);
        }
    }

    fn repeat(&mut self, node: Node<'_>) {
        let Some(body) = node.field(Field::Body) else { return self.events(node.start(), node.end(), false) };
        let condition = node.field(Field::Condition);
        // The targets of a `for` are bound where its body begins.
        let head = condition.map_or(body.start(), Node::start);
        self.events(node.start(), head, false);
        let is_reachable = self.is_reachable;
        for (name, held) in self.comes_round(node, body, head) {
            let held = join(&self.now(name), &held);
            self.set(name, held, head);
        }
        self.begin_loop();
        if condition.is_some() {
            self.events(head, body.start(), false);
        }
        let mark = self.changes.len();
        self.events(body.start(), body.start() + 1, false);
        self.block(body);
        let carried = self.loops.pop().map(|repeated| repeated.breaks).unwrap_or_default();
        self.arm(mark, body.end());
        // What holds now is what holds where the condition is false, or nothing is left.
        let is_endless = condition.is_some_and(|condition| matches!(condition.text(), "True" | "1"));
        self.is_reachable = is_reachable && !is_endless;
        let start = self.changes.len();
        for clause in node.named_children().filter(|child| child.kind() == Kind::ElseClause) {
            self.clause(clause);
        }
        if carried.count == 0 {
            return;
        }
        let ends = self.is_reachable;
        let before: HashMap<&'s str, Held> = self.changed_since(start).into_iter().collect();
        let mut names: Vec<&'s str> = carried.held.keys().chain(before.keys()).copied().collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let broken = carried.held.get(name).or_else(|| before.get(name)).cloned().unwrap_or_else(|| self.now(name));
            let held = if ends { join(&broken, &self.now(name)) } else { broken };
            self.set(name, held, node.end());
        }
        self.is_reachable = is_reachable;
    }

    fn begin_loop(&mut self) {
        let known = self.changes.len();
        let carried = || Carried { known, ..Carried::default() };
        self.loops.push(Repeated { breaks: carried(), continues: carried() });
    }

    /// What holds at the end of the body of the loop `node`, or at a `continue`, for the names that change in it.
    fn comes_round(&mut self, node: Node<'_>, body: Node<'_>, head: usize) -> HashMap<&'s str, Held> {
        if self.loops.len() >= MAX_LOOPS_TWICE {
            let first = self.events.partition_point(|event| event.position < head);
            let within = self.events.get(first..).unwrap_or_default().iter();
            let mut all: HashMap<&'s str, Held> = HashMap::new();
            for event in within.take_while(|event| event.position <= node.end()) {
                let new = Rc::new(Bound { bindings: vec![event.binding], may_be_unbound: false, is_cut: false });
                let known = all.entry(event.name).or_insert_with(|| Rc::clone(&new));
                *known = join(known, &new);
            }
            return all;
        }
        let (noted, is_reachable) = (std::mem::replace(&mut self.notes, false), self.is_reachable);
        self.begin_loop();
        let mark = self.changes.len();
        self.events(head, body.start() + 1, false);
        self.block(body);
        self.carry(false);
        let carried = self.loops.pop().map(|repeated| repeated.continues).unwrap_or_default();
        self.arm(mark, body.end());
        self.notes = noted;
        self.is_reachable = is_reachable;
        carried.held
    }

    /// Carries what holds to the end of the innermost loop, or to its next round.
    fn carry(&mut self, is_break: bool) {
        if !self.is_reachable {
            return;
        }
        let Some(repeated) = self.loops.last() else { return };
        let known = if is_break { repeated.breaks.known } else { repeated.continues.known };
        let changed = self.changed_since(known);
        let now: Vec<(&'s str, Held, Held)> =
            changed.into_iter().map(|(name, before)| (name, before, self.now(name))).collect();
        let all = self.changes.len();
        let Some(repeated) = self.loops.last_mut() else { return };
        let carried = if is_break { &mut repeated.breaks } else { &mut repeated.continues };
        for (name, before, now) in now {
            match carried.held.get_mut(name) {
                Some(known) => *known = join(known, &now),
                // The ones before carried what held until then.
                None if carried.count > 0 => drop(carried.held.insert(name, join(&before, &now))),
                None => drop(carried.held.insert(name, now)),
            }
        }
        carried.known = all;
        carried.count += 1;
    }
}

/// The byte offset from which on a binding holds.
fn takes_effect(tree: &Tree, binding: &Binding) -> usize {
    let identifier = tree.node(binding.identifier);
    match binding.kind {
        BindingKind::Assign { value } | BindingKind::Unpack { value, .. } => tree.node(value).end(),
        BindingKind::Import { .. } => tree.node(binding.statement).end(),
        BindingKind::Function { definition } | BindingKind::Class { definition } => tree.node(definition).end(),
        BindingKind::Parameter { .. } | BindingKind::Declaration => identifier.start(),
        BindingKind::With { .. } | BindingKind::Delete => identifier.end(),
        BindingKind::Opaque => {
            let around = identifier.ancestors().find(|around| {
                matches!(around.kind(), Kind::ForStatement | Kind::AugmentedAssignment | Kind::Block | Kind::Parameters)
            });
            match around.map(|around| (around, around.kind())) {
                Some((around, Kind::AugmentedAssignment)) => around.end(),
                Some((around, Kind::ForStatement)) => {
                    let is_target = around.field(Field::Left).is_some_and(|left| left.contains(identifier));
                    let body = around.field(Field::Body).filter(|_| is_target);
                    body.map_or(identifier.end(), Node::start)
                }
                _ => identifier.end(),
            }
        }
    }
}

/// Whether a binding stands in a part of an expression that may not be evaluated.
fn is_conditional(identifier: Node<'_>) -> bool {
    let is_expression = |node: &Node<'_>| !node.kind().is_statement() && node.kind() != Kind::Block;
    let inside = identifier.ancestors().take_while(is_expression);
    { inside }.any(|around| {
        matches!(
            around.kind(),
            Kind::BooleanOperator
                | Kind::ConditionalExpression
                | Kind::ComparisonOperator
                | Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictionaryComprehension
                | Kind::GeneratorExpression
                | Kind::AssertStatement
        )
    })
}
