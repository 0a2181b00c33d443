//! Typed views of what defines functions and classes.

use super::kinds::{Field, Kind};
use super::tree::Node;

/// A `def` or a `lambda`.
#[derive(Debug, Clone, Copy)]
pub struct Function<'f> {
    /// The whole definition, without its decorators.
    pub node: Node<'f>,
    /// Its name; none for a `lambda`.
    pub name: Option<Node<'f>>,
}

impl<'f> Function<'f> {
    /// `node` as a `function_definition` or a `lambda`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        let is_function = matches!(node.kind(), Kind::FunctionDefinition | Kind::Lambda);
        is_function.then(|| Self { node, name: node.field(Field::Name) })
    }

    /// Its parameters in position order, `*` and `/` included.
    pub fn parameters(self) -> impl Iterator<Item = Node<'f>> {
        self.node.field(Field::Parameters).into_iter().flat_map(Node::named_children)
    }

    /// The zero-based position of the argument that the parameter with this `name` takes; `None` if it takes a keyword argument only.
    pub fn position(self, name: Node<'_>) -> Option<usize> {
        let is_splat = |parameter: Node<'_>| {
            let pattern = parameter.named_children().next().filter(|_| parameter.kind() == Kind::TypedParameter);
            matches!(
                pattern.unwrap_or(parameter).kind(),
                Kind::KeywordSeparator | Kind::ListSplatPattern | Kind::DictionarySplatPattern
            )
        };
        let positional = self.parameters().filter(|parameter| parameter.kind() != Kind::PositionalSeparator);
        positional.take_while(|parameter| !is_splat(*parameter)).position(|parameter| parameter.contains(name))
    }

    /// The parameter that takes the positional argument at `position`, zero-based; none if `*args` takes it.
    pub(crate) fn parameter_at(self, position: usize) -> Option<Parameter<'f>> {
        let parameters = self.parameters().filter_map(Parameter::of);
        { parameters }.find(|parameter| self.position(parameter.name) == Some(position))
    }

    /// The parameter with this name.
    pub(crate) fn parameter_named(self, name: &str) -> Option<Parameter<'f>> {
        self.parameters().filter_map(Parameter::of).find(|parameter| parameter.name.text() == name)
    }

    /// Whether it is an `async def`.
    pub(in crate::python) fn is_async(self) -> bool {
        self.node.children().next().is_some_and(|first| first.kind() == Kind::Async)
    }

    /// Whether it has a decorator whose text contains `name`.
    pub(crate) fn has_decorator(self, name: &str) -> bool {
        self.decorators().any(|decorator| decorator.text().contains(name))
    }

    /// Its decorators, from the first one on.
    pub fn decorators(self) -> impl Iterator<Item = Node<'f>> {
        decorators(self.node)
    }

    /// What its name is bound to: the outermost decorator, or the definition.
    pub(in crate::python) fn bound(self) -> Node<'f> {
        self.decorators().next().unwrap_or(self.node)
    }
}

/// A `class` statement.
#[derive(Debug, Clone, Copy)]
pub struct ClassDefinition<'f> {
    /// The whole definition, without its decorators.
    pub node: Node<'f>,
    /// Its name.
    pub name: Option<Node<'f>>,
}

impl<'f> ClassDefinition<'f> {
    /// `node` as a `class_definition`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        (node.kind() == Kind::ClassDefinition).then(|| Self { node, name: node.field(Field::Name) })
    }

    /// The expressions in its parentheses that are not keyword arguments.
    pub fn bases(self) -> impl Iterator<Item = Node<'f>> {
        let given = self.node.field(Field::Superclasses).into_iter().flat_map(Node::named_children);
        given.filter(|base| base.kind() != Kind::KeywordArgument)
    }

    /// Its decorators, from the first one on.
    pub(crate) fn decorators(self) -> impl Iterator<Item = Node<'f>> {
        decorators(self.node)
    }

    /// The names that its body annotates, in position order: the fields of a data class.
    pub(crate) fn fields(self) -> impl Iterator<Item = Node<'f>> {
        let statements = self.node.field(Field::Body).into_iter().flat_map(Node::named_children);
        let assignments = statements
            .filter_map(|statement| statement.named_children().next())
            .filter(|node| node.kind() == Kind::Assignment);
        let annotated = assignments.filter(|assignment| assignment.field(Field::Type).is_some());
        annotated.filter_map(|assignment| assignment.field(Field::Left))
    }

    /// The functions that are defined directly in its body.
    pub(crate) fn functions(self) -> impl Iterator<Item = Function<'f>> {
        let statements = self.node.field(Field::Body).into_iter().flat_map(Node::named_children);
        let definition = |statement: Node<'f>| match statement.kind() {
            Kind::DecoratedDefinition => statement.field(Field::Definition),
            _ => Some(statement),
        };
        statements
            .filter_map(definition)
            .filter(|node| node.kind() == Kind::FunctionDefinition)
            .filter_map(Function::of)
    }
}

fn decorators(definition: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let decorated = definition.parent().filter(|around| around.kind() == Kind::DecoratedDefinition);
    decorated.into_iter().flat_map(Node::named_children).filter(|child| child.kind() == Kind::Decorator)
}

/// What `decorator` is given: the next decorator below it, or the definition.
pub(in crate::python) fn decorated(decorator: Node<'_>) -> Option<Node<'_>> {
    let mut around = decorator.parent()?.named_children().skip_while(|child| *child != decorator);
    around.nth(1)
}

/// A parameter that has a name of its own; see [`Parameter::of`].
#[derive(Debug, Clone, Copy)]
pub struct Parameter<'f> {
    /// The name, or the pattern that stands in its place: `*args`, `**options`, Python 2's `(host, port)`.
    pub name: Node<'f>,
    /// The expression of its annotation.
    pub annotation: Option<Node<'f>>,
    /// The expression of its default.
    pub default: Option<Node<'f>>,
}

impl<'f> Parameter<'f> {
    /// A child of `parameters` as a parameter: `a`, `a=1`, `a: T`, `a: T = 1`; anything else is a name in itself.
    pub fn of(node: Node<'f>) -> Option<Self> {
        let name = match node.kind() {
            Kind::DefaultParameter | Kind::TypedDefaultParameter => node.field(Field::Name)?,
            Kind::TypedParameter => node.named_children().next()?,
            _ => node,
        };
        let annotation = node.field(Field::Type).and_then(|annotation| annotation.named_children().next());
        Some(Self { name, annotation, default: node.field(Field::Value) })
    }
}
