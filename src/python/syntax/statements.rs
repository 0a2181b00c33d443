//! Statements: where they begin and end, whether they leave the block around them, and typed views of them.

use super::calls::Call;
use super::kinds::{Field, Kind};
use super::tree::Node;
use crate::text::Span;

impl<'f> Node<'f> {
    /// The innermost statement that contains this node, possibly itself: a child of a `module` or a `block`. The
    /// `module` if there is none.
    pub fn statement(self) -> Node<'f> {
        let mut at = self;
        while let Some(parent) = at.parent() {
            if matches!(parent.kind(), Kind::Module | Kind::Block) {
                return at;
            }
            at = parent;
        }
        at
    }

    /// Whether this is all that is assigned to: `target = …`, `target += …`, `for target in …`.
    pub fn is_target(self) -> bool {
        let assigns = |around: Node<'_>| {
            let kind = around.kind();
            matches!(kind, Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause)
        };
        self.parent_field() == Some(Field::Left) && self.parent().is_some_and(assigns)
    }

    /// Whether this decides an `if`, an `elif` or a `while`.
    pub fn is_condition(self) -> bool {
        self.parent_field() == Some(Field::Condition)
    }

    /// A statement up to its body; the whole statement if it has none.
    pub fn header(self) -> Span {
        let span = self.span();
        if self.kind() == Kind::Module {
            return Span { start: span.start, end: span.start };
        }
        // Decorators and the definition's own header; a clause (`elif`, `except`) starts where the first body ends.
        let decorated = if self.kind() == Kind::DecoratedDefinition { self.field(Field::Definition) } else { None };
        let definition = decorated.unwrap_or(self);
        let body = definition.named_children().find(|child| child.kind() == Kind::Block);
        let end = body.and_then(|body| {
            let before = definition.children().take_while(|child| child.start() < body.start());
            before.filter(|child| child.kind() != Kind::Comment).last().map(Self::end)
        });
        Span { start: span.start, end: end.unwrap_or(span.end) }
    }
}

/// Whether the last statement of a block is a `return`, a `raise` or a call of `sys.exit`.
pub(crate) fn always_leaves(block: Node<'_>) -> bool {
    block.named_children().last().is_some_and(leaves)
}

/// Whether `statement` is a `return`, a `raise` or a call of `sys.exit`.
pub(crate) fn leaves(statement: Node<'_>) -> bool {
    match statement.kind() {
        Kind::ReturnStatement | Kind::RaiseStatement => true,
        Kind::ExpressionStatement => {
            let call = statement.named_children().next().and_then(Call::of);
            call.is_some_and(|call| matches!(call.callee.text(), "sys.exit" | "exit" | "os._exit"))
        }
        _ => false,
    }
}

/// Whether the body of `function`, a `def`, may come to its end without a `return`, so that the call gives `None`.
pub(crate) fn falls_through(function: Node<'_>) -> bool {
    function.kind() == Kind::FunctionDefinition && function.field(Field::Body).is_some_and(may_end)
}

/// Whether a block may come to its end. It goes no deeper than the tree.
fn may_end(block: Node<'_>) -> bool {
    let Some(last) = block.named_children().filter(|child| child.kind() != Kind::Comment).last() else { return true };
    let blocks = || last.named_children().filter(|child| child.kind() == Kind::Block);
    let clauses = |kinds: &'static [Kind]| {
        let all = last.named_children().filter(|child| kinds.contains(&child.kind()));
        all.filter_map(|clause| clause.named_children().find(|child| child.kind() == Kind::Block))
    };
    match last.kind() {
        Kind::IfStatement => {
            let has_else = clauses(&[Kind::ElseClause]).next().is_some();
            !has_else || blocks().chain(clauses(&[Kind::ElifClause, Kind::ElseClause])).any(may_end)
        }
        Kind::TryStatement => {
            let ends = clauses(&[Kind::ElseClause]).next().map_or_else(|| blocks().any(may_end), may_end);
            let is_left = clauses(&[Kind::FinallyClause]).any(|block| !may_end(block));
            !is_left && (ends || clauses(&[Kind::ExceptClause]).any(may_end))
        }
        Kind::WithStatement => may_suppress(last) || blocks().any(may_end),
        // `while True:` is left by `return` alone where there is no `break`.
        Kind::WhileStatement => {
            let is_endless = last.field(Field::Condition).is_some_and(|it| matches!(it.text(), "True" | "1"));
            !is_endless || last.descendants().any(|node| node.kind() == Kind::BreakStatement)
        }
        _ => !always_leaves(block),
    }
}

/// Whether a manager of the `with` statement may swallow an exception, so that its body ends early.
pub(crate) fn may_suppress(with: Node<'_>) -> bool {
    /// `contextlib`, `pytest`, `unittest` (CPython 3.13).
    const SUPPRESSING: [&str; 4] = ["suppress", "raises", "assertRaises", "assertRaisesRegex"];
    let managers = with.children().take_while(|child| child.kind() != Kind::Block);
    let mut calls = managers.flat_map(|manager| manager.descendants().take(64)).filter_map(Call::of);
    calls.any(|call| SUPPRESSING.contains(&call.callee.last_identifier().text()))
}

/// `target = value`, `target: annotation = value`, `target: annotation`.
#[derive(Debug, Clone, Copy)]
pub struct Assignment<'f> {
    /// What is assigned to.
    pub target: Node<'f>,
    /// What stands right of the `=`: another assignment in `a = b = value`.
    pub right: Option<Node<'f>>,
}

impl<'f> Assignment<'f> {
    /// `node` as an `assignment`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::Assignment {
            return None;
        }
        Some(Self { target: node.field(Field::Left)?, right: node.field(Field::Right) })
    }

    /// What every target of `a = b = value` is given; none for a declaration.
    pub fn value(self) -> Option<Node<'f>> {
        let mut value = self.right;
        while let Some(inner) = value.filter(|value| value.kind() == Kind::Assignment) {
            value = inner.field(Field::Right);
        }
        value
    }
}

/// Which part of a value a target of a pattern takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The element at this zero-based position.
    At(usize),
    /// The element at this zero-based position from the end.
    FromEnd(usize),
    /// `*rest`: all elements but so many before it and so many after it.
    Rest {
        /// Elements before it.
        before: usize,
        /// Elements after it.
        after: usize,
    },
}

/// The children of a pattern, `a, *b, c`, each with the part of the value that it takes; a starred one without its star.
pub(in crate::python) fn targets(pattern: Node<'_>) -> impl Iterator<Item = (Node<'_>, Place)> {
    let star = pattern.named_children().position(|child| child.kind() == Kind::ListSplatPattern);
    let count = pattern.named_children().count();
    pattern.named_children().enumerate().map(move |(index, child)| {
        let after = count - 1 - index;
        match star {
            Some(star) if index == star => {
                let inner = child.named_children().next().unwrap_or(child);
                (inner, Place::Rest { before: index, after })
            }
            Some(star) if index > star => (child, Place::FromEnd(after)),
            _ => (child, Place::At(index)),
        }
    })
}

/// `for target in iterated`: a statement, or a clause of a comprehension.
#[derive(Debug, Clone, Copy)]
pub struct Loop<'f> {
    /// What each element is bound to.
    pub target: Node<'f>,
    /// What is looped over.
    pub iterated: Node<'f>,
}

impl<'f> Loop<'f> {
    /// `node` as a `for_statement` or `for_in_clause`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if !matches!(node.kind(), Kind::ForStatement | Kind::ForInClause) {
            return None;
        }
        Some(Self { target: node.field(Field::Left)?, iterated: node.field(Field::Right)? })
    }

    /// The nearest loop around `node`, if no block stands between the two.
    pub fn around(node: Node<'f>) -> Option<Self> {
        let ends = |around: &Node<'_>| matches!(around.kind(), Kind::ForStatement | Kind::ForInClause | Kind::Block);
        Self::of(node.ancestors().find(ends)?)
    }
}

/// An `if` with what it decides about, or an `elif`.
#[derive(Debug, Clone, Copy)]
pub struct Branch<'f> {
    /// What decides.
    pub condition: Node<'f>,
    /// What runs when the condition is true.
    pub consequence: Node<'f>,
}

impl<'f> Branch<'f> {
    /// `node` as an `if_statement` or an `elif_clause`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if !matches!(node.kind(), Kind::IfStatement | Kind::ElifClause) {
            return None;
        }
        Some(Self { condition: node.field(Field::Condition)?, consequence: node.field(Field::Consequence)? })
    }
}

/// A `try` statement.
#[derive(Debug, Clone, Copy)]
pub struct Try<'f> {
    node: Node<'f>,
}

impl<'f> Try<'f> {
    /// `node` as a `try_statement`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        (node.kind() == Kind::TryStatement).then_some(Self { node })
    }

    /// What it attempts.
    pub fn body(self) -> Option<Node<'f>> {
        self.node.field(Field::Body)
    }

    /// Whether `node` stands in what it attempts.
    pub fn body_contains(self, node: Node<'_>) -> bool {
        self.body().is_some_and(|body| body.contains(node))
    }

    /// Its `except` clauses.
    pub fn handlers(self) -> impl Iterator<Item = Node<'f>> {
        self.node.named_children().filter(|child| child.kind() == Kind::ExceptClause)
    }
}
