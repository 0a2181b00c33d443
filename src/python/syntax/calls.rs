//! Matches a call's arguments to parameters.

use super::tree::Node;
use crate::python::syntax::kinds::{Field, Kind};
use serde::Deserialize;

/// One argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument<'f> {
    /// `value`.
    Positional(Node<'f>),
    /// `name=value`.
    Keyword {
        /// The keyword.
        name: &'f str,
        /// The argument's value.
        value: Node<'f>,
        /// The whole `keyword_argument`.
        node: Node<'f>,
    },
    /// `*values`.
    Star(Node<'f>),
    /// `**values`.
    DoubleStar(Node<'f>),
}

impl<'f> Argument<'f> {
    /// The whole argument.
    pub fn node(self) -> Node<'f> {
        match self {
            Self::Positional(node) | Self::Star(node) | Self::DoubleStar(node) | Self::Keyword { node, .. } => node,
        }
    }

    /// The argument's value.
    pub fn value(self) -> Node<'f> {
        match self {
            Self::Positional(node) | Self::Star(node) | Self::DoubleStar(node) => node,
            Self::Keyword { value, .. } => value,
        }
    }
}

/// Which argument of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArgumentPlace {
    /// Its zero-based position, if it can be given by position.
    pub index: Option<usize>,
    /// Its name, if it can be given by name.
    pub keyword: Option<String>,
}

impl ArgumentPlace {
    /// The first argument, which has no name.
    pub(in crate::python) fn first() -> Self {
        Self { index: Some(0), keyword: None }
    }

    /// Whether the two can be one argument of a callable.
    pub fn meets(&self, other: &Self) -> bool {
        let same_index = self.index.is_some() && self.index == other.index;
        same_index || self.keyword.is_some() && self.keyword == other.keyword
    }
}

/// A `call` node taken apart.
#[derive(Debug, Clone)]
pub struct Call<'f> {
    /// The whole call.
    pub node: Node<'f>,
    /// The callee.
    pub callee: Node<'f>,
    /// The parenthesised list; the `generator_expression` itself if it is the only argument.
    pub list: Node<'f>,
    /// The arguments, in position order.
    pub arguments: Vec<Argument<'f>>,
}

impl<'f> Call<'f> {
    /// `node` as a call; `None` for other nodes.
    pub fn of(node: Node<'f>) -> Option<Self> {
        if node.kind() != Kind::Call {
            return None;
        }
        let (callee, list) = (node.field(Field::Function)?, node.field(Field::Arguments)?);
        let arguments = match list.kind() {
            Kind::GeneratorExpression => vec![Argument::Positional(list)],
            _ => list.named_children().filter_map(argument).collect(),
        };
        Some(Self { node, callee, list, arguments })
    }

    /// The call as one of `class`: itself, or without its first argument if that is `class` (`functools.partial`, whose
    /// other arguments are those of the class).
    #[must_use]
    pub fn made_by_partial(&self, class: Node<'_>) -> Self {
        let mut call = self.clone();
        if call.callee != class && call.arguments.first().is_some_and(|argument| argument.node() == class) {
            call.arguments.remove(0);
        }
        call
    }

    /// The positional arguments before any `*values`, each at its index.
    pub fn positional(&self) -> Vec<Node<'f>> {
        let mut found = Vec::new();
        for argument in &self.arguments {
            match argument {
                Argument::Positional(node) => found.push(*node),
                Argument::Star(_) => break,
                Argument::Keyword { .. } | Argument::DoubleStar(_) => {}
            }
        }
        found
    }

    /// The value of the keyword argument `name`.
    pub fn keyword(&self, name: &str) -> Option<Node<'f>> {
        self.arguments.iter().find_map(|argument| match argument {
            Argument::Keyword { name: written, value, .. } if *written == name => Some(*value),
            _ => None,
        })
    }

    /// The argument at `index` or with the name `name`.
    pub fn argument(&self, index: Option<usize>, name: Option<&str>) -> Option<Node<'f>> {
        let by_position = index.and_then(|index| self.positional().get(index).copied());
        by_position.or_else(|| name.and_then(|name| self.keyword(name)))
    }

    /// Whether there is a `*values`.
    pub fn has_star(&self) -> bool {
        self.arguments.iter().any(|argument| matches!(argument, Argument::Star(_)))
    }

    /// The first `**values`.
    pub fn double_star(&self) -> Option<Node<'f>> {
        self.arguments.iter().find_map(|argument| match argument {
            Argument::DoubleStar(node) => Some(*node),
            _ => None,
        })
    }
}

fn argument(node: Node<'_>) -> Option<Argument<'_>> {
    Some(match node.kind() {
        Kind::KeywordArgument => {
            Argument::Keyword { name: node.field(Field::Name)?.text(), value: node.field(Field::Value)?, node }
        }
        Kind::ListSplat | Kind::ParenthesizedListSplat => Argument::Star(node),
        Kind::DictionarySplat => Argument::DoubleStar(node),
        Kind::Error => return None,
        _ => Argument::Positional(node),
    })
}
