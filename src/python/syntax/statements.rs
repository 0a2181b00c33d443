//! Statements: where they begin and end, and whether they end what is around them.

use super::tree::Node;
use crate::python::syntax::kinds::{Field, Kind};
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
    block.named_children().last().is_some_and(|last| match last.kind() {
        Kind::ReturnStatement | Kind::RaiseStatement => true,
        Kind::ExpressionStatement => last.named_children().next().is_some_and(|expression| {
            expression.kind() == Kind::Call
                && expression
                    .field(Field::Function)
                    .is_some_and(|callee| matches!(callee.text(), "sys.exit" | "exit" | "os._exit"))
        }),
        _ => false,
    })
}
