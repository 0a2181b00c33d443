//! One parsed file: its tree and scopes, and the questions that need nothing else.
//!
//! | file | question |
//! | --- | --- |
//! | `bindings` | which bindings a read can see, where a binding is read |
//! | `attributes` | where attributes stand, what gives those of a class their values, what `self` is |
//! | `items` | where the items of containers are set |
//! | `dialect` | which Pythons the file is written for |
//! | `caches` | the answers so far |

mod attributes;
mod bindings;
mod caches;
mod dialect;
mod items;

pub(super) use attributes::assigned_value;
pub use caches::ClassAttribute;
pub(super) use caches::{Caches, CallSite, CalledBy, Callers, Declared, ItemSet, Patch, Results};

use super::project::Project;
use super::scopes::Scopes;
use super::syntax::parse::{self, ParseError};
use super::syntax::tree::{Node, NodeId, Tree};
use super::target::Target;
use crate::python::syntax::kinds::Kind;
use crate::text::Span;
use std::sync::Arc;

/// One parsed file. Scopes and bindings are built on the first question that needs them.
pub struct PythonFile {
    pub(super) project: Option<Arc<dyn Project>>,
    target: Option<Target>,
    tree: Tree,
    parsed: tree_sitter::Tree,
    pub(super) caches: Caches,
}

impl PythonFile {
    /// Parses `text`. Syntax errors are part of the tree; see [`PythonFile::errors`].
    ///
    /// # Errors
    /// If the text nests too deeply or takes too long; see [`ParseError`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_in(None, None, text)
    }

    /// As [`PythonFile::parse`], for a file whose imports from `project` are followed, and that supports the Python
    /// versions of `target`.
    ///
    /// # Errors
    /// As [`PythonFile::parse`].
    pub fn parse_in(project: Option<Arc<dyn Project>>, target: Option<Target>, text: &str) -> Result<Self, ParseError> {
        let parsed = parse::parse(text)?;
        let tree = Tree::copy(text, &parsed)?;
        Ok(Self { project, target, tree, parsed, caches: Caches::default() })
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.tree.text()
    }

    /// The `module` node.
    pub fn root(&self) -> Node<'_> {
        self.tree.node(NodeId(0))
    }

    /// The node with this `id`, which belongs to this file.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.tree.node(id)
    }

    /// Number of ERROR and MISSING nodes in the tree.
    pub fn error_count(&self) -> usize {
        self.tree.nodes().filter(|node| node.is_error()).count()
    }

    /// The spans of ERROR and MISSING nodes, in position order.
    pub fn errors(&self) -> Vec<Span> {
        self.tree.nodes().filter(|node| node.is_error()).map(Node::span).collect()
    }

    /// The deepest node that covers `span`; for an empty span, the one that covers the byte after it.
    pub fn node_at(&self, span: Span) -> Node<'_> {
        self.tree.node_at(span)
    }

    /// All `comment` nodes, in position order.
    pub fn comments(&self) -> Vec<Node<'_>> {
        self.tree.nodes().filter(|node| node.kind() == Kind::Comment).collect()
    }

    /// Calls `visit` for each match of `query`, with pattern and captures.
    pub(crate) fn matches<'f>(&'f self, query: &tree_sitter::Query, mut visit: impl FnMut(usize, &[(u32, Node<'f>)])) {
        use tree_sitter::StreamingIterator;
        let mut cursor = tree_sitter::QueryCursor::new();
        let mut matches = cursor.matches(query, self.parsed.root_node(), self.text().as_bytes());
        while let Some(found) = matches.next() {
            let captures: Vec<(u32, Node<'f>)> = found
                .captures()
                .iter()
                .filter_map(|capture| Some((capture.index, self.tree.find(capture.node)?)))
                .collect();
            visit(found.pattern_index, &captures);
        }
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(super) fn scopes(&self) -> &Scopes {
        self.caches.scopes.get_or_init(|| Scopes::of(&self.tree))
    }
}
