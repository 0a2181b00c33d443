//! Typed views of expressions: a node taken apart, none where it is something else or where a part is missing.

use super::kinds::{Field, Kind};
use super::tree::Node;

/// `object.name`
#[derive(Debug, Clone, Copy)]
pub struct Attribute<'f> {
    /// What stands before the dot.
    pub object: Node<'f>,
    /// The identifier after it.
    pub name: Node<'f>,
}

impl<'f> Attribute<'f> {
    /// `node` as an attribute.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::Attribute {
            return None;
        }
        Some(Self { object: node.field(Field::Object)?, name: node.field(Field::Attribute)? })
    }
}

/// `container[index]`
#[derive(Debug, Clone, Copy)]
pub struct Subscript<'f> {
    /// What stands before the bracket.
    pub container: Node<'f>,
    /// The first expression in the brackets.
    pub index: Node<'f>,
}

impl<'f> Subscript<'f> {
    /// `node` as a subscript.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::Subscript {
            return None;
        }
        Some(Self { container: node.field(Field::Value)?, index: node.field(Field::Subscript)? })
    }
}

/// `name := value`
#[derive(Debug, Clone, Copy)]
pub struct NamedExpression<'f> {
    /// The identifier that is bound.
    pub name: Node<'f>,
    /// What it is bound to.
    pub value: Node<'f>,
}

impl<'f> NamedExpression<'f> {
    /// `node` as a named expression.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::NamedExpression {
            return None;
        }
        Some(Self { name: node.field(Field::Name)?, value: node.field(Field::Value)? })
    }
}

/// `left + right`, `left % right`, …
#[derive(Debug, Clone, Copy)]
pub struct BinaryOperation<'f> {
    /// What stands before the operator.
    pub left: Node<'f>,
    /// What stands after it.
    pub right: Node<'f>,
}

impl<'f> BinaryOperation<'f> {
    /// `node` as an arithmetic operation.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::BinaryOperator {
            return None;
        }
        Some(Self { left: node.field(Field::Left)?, right: node.field(Field::Right)? })
    }
}

/// `value if condition else otherwise`
#[derive(Debug, Clone, Copy)]
pub struct Conditional<'f> {
    /// What it is when the condition is true.
    pub value: Node<'f>,
    /// What decides.
    pub condition: Node<'f>,
    /// What it is when the condition is false.
    pub otherwise: Node<'f>,
}

impl<'f> Conditional<'f> {
    /// `node` as a conditional expression.
    pub fn of(node: Node<'f>) -> Option<Self> {
        let mut parts = node.named_children().filter(|_| node.kind() == Kind::ConditionalExpression);
        Some(Self { value: parts.next()?, condition: parts.next()?, otherwise: parts.next()? })
    }
}

/// `left or right`, `left and right`
#[derive(Debug, Clone, Copy)]
pub struct BooleanOperation<'f> {
    /// What is evaluated first.
    pub left: Node<'f>,
    /// What is evaluated if the left side does not decide.
    pub right: Node<'f>,
    /// It is an `or`.
    pub is_or: bool,
}

impl<'f> BooleanOperation<'f> {
    /// `node` as an `or` or `and`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::BooleanOperator {
            return None;
        }
        let is_or = node.field(Field::Operator).is_some_and(|operator| operator.text() == "or");
        Some(Self { left: node.field(Field::Left)?, right: node.field(Field::Right)?, is_or })
    }
}

impl<'f> Node<'f> {
    /// The object and the name of an `attribute`; `None` for other nodes, and if there is a syntax error between the two.
    pub fn object_and_name(self) -> Option<(Node<'f>, Node<'f>)> {
        let attribute = Attribute::of(self)?;
        (!self.children().any(Node::is_error)).then_some((attribute.object, attribute.name))
    }

    /// The object of an `attribute`; `None` for other nodes.
    pub fn object(self) -> Option<Node<'f>> {
        Attribute::of(self).map(|attribute| attribute.object)
    }

    /// What an `as_pattern` binds, `target` of `value as target`; `None` for other nodes.
    pub fn as_target(self) -> Option<Node<'f>> {
        self.field(Field::Alias).filter(|_| self.kind() == Kind::AsPattern)?.named_children().next()
    }

    /// The expression of an `interpolation`, `{expression}` in an f-string; `None` for other nodes.
    pub fn interpolated(self) -> Option<Node<'f>> {
        self.field(Field::Expression).filter(|_| self.kind() == Kind::Interpolation)
    }

    /// The identifier that a name or an attribute ends with; itself for other nodes.
    #[must_use]
    pub fn last_identifier(self) -> Node<'f> {
        Attribute::of(self).map_or(self, |attribute| attribute.name)
    }

    /// The expression inside all parentheses around it; itself for other nodes.
    #[must_use]
    pub fn without_parentheses(self) -> Node<'f> {
        let mut node = self;
        while node.kind() == Kind::ParenthesizedExpression
            && let Some(inner) = node.named_children().next()
        {
            node = inner;
        }
        node
    }
}
