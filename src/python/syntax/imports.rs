//! Typed views of import statements.

use super::kinds::{Field, Kind};
use super::tree::Node;

/// `import a.b, c as d`, `from a import b, c as d`.
#[derive(Debug, Clone, Copy)]
pub struct ImportStatement<'f> {
    /// The whole statement.
    pub node: Node<'f>,
    /// The module of a `from` import, as it is written.
    pub module: Option<Node<'f>>,
}

impl<'f> ImportStatement<'f> {
    /// `node` as an import statement; none for one from `__future__`.
    pub fn of(node: Node<'f>) -> Option<Self> {
        let is_import = matches!(node.kind(), Kind::ImportStatement | Kind::ImportFromStatement);
        is_import.then(|| Self { node, module: node.field(Field::ModuleName) })
    }

    /// What it imports, in position order; empty for a wildcard import.
    pub fn elements(self) -> impl Iterator<Item = ImportElement<'f>> {
        self.node.fields(Field::Name).map(ImportElement::of)
    }
}

/// One element of an import statement's list: `a.b`, `c as d`.
#[derive(Debug, Clone, Copy)]
pub struct ImportElement<'f> {
    /// The `dotted_name` or `aliased_import`.
    pub node: Node<'f>,
    /// What is imported.
    pub name: Node<'f>,
    /// The name after `as`.
    pub alias: Option<Node<'f>>,
}

impl<'f> ImportElement<'f> {
    /// `node`, of an import statement's list.
    pub fn of(node: Node<'f>) -> Self {
        match (node.kind(), node.field(Field::Name)) {
            (Kind::AliasedImport, Some(name)) => Self { node, name, alias: node.field(Field::Alias) },
            _ => Self { node, name: node, alias: None },
        }
    }
}
