//! The syntax tree: tree-sitter's nodes copied once, in position order, into a flat list.
//!
//! tree-sitter finds a node's parent by walking down from the root, and its cursors borrow; both are inconvenient for a
//! model that mostly asks about the surroundings of a node. Here a parent is one index away, a node's descendants are a
//! range, and nothing recurses, however deeply the source nests.

use super::grammar;
use super::parse::{MAX_DEPTH, ParseError};
use crate::python::syntax::kinds::{Field, Kind};
use crate::text::Span;

/// The syntax tree with the text that it was parsed from.
#[derive(Debug)]
pub struct Tree {
    text: String,
    nodes: Vec<NodeRecord>,
}

#[derive(Debug)]
struct NodeRecord {
    kind: Kind,
    kind_id: u16,
    field: Option<Field>,
    start: u32,
    end: u32,
    parent: u32,
    /// One past the last descendant.
    last: u32,
    named: bool,
    missing: bool,
}

/// A node without its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A node of the syntax tree; kinds and fields are tree-sitter-python's. Equal when it is the same node of the same tree.
#[derive(Clone, Copy)]
pub struct Node<'f> {
    tree: &'f Tree,
    id: NodeId,
}

const NO_PARENT: u32 = u32::MAX;

impl Tree {
    /// Copies `parsed`, the tree of `text`.
    ///
    /// # Errors
    /// [`ParseError::TooDeep`].
    pub(crate) fn copy(text: &str, parsed: &tree_sitter::Tree) -> Result<Self, ParseError> {
        let mut nodes: Vec<NodeRecord> = Vec::with_capacity(parsed.root_node().descendant_count());
        let mut open: Vec<u32> = Vec::new();
        let mut cursor = parsed.walk();
        'walk: loop {
            let node = cursor.node();
            let id = u32::try_from(nodes.len()).unwrap_or(NO_PARENT);
            let kind = grammar::kind(node.kind_id());
            // tree-sitter-python includes the carriage return of a CRLF in a comment; it belongs to the line ending.
            let ends_in_return =
                kind == Kind::Comment && text.get(..node.end_byte()).is_some_and(|to| to.ends_with('\r'));
            nodes.push(NodeRecord {
                kind,
                kind_id: node.kind_id(),
                field: cursor.field_id().and_then(|id| grammar::field(id.get())),
                start: u32::try_from(node.start_byte()).unwrap_or(u32::MAX),
                end: u32::try_from(node.end_byte() - usize::from(ends_in_return)).unwrap_or(u32::MAX),
                parent: open.last().copied().unwrap_or(NO_PARENT),
                last: id + 1,
                named: node.is_named(),
                missing: node.is_missing(),
            });
            if cursor.goto_first_child() {
                open.push(id);
                if open.len() > MAX_DEPTH {
                    return Err(ParseError::TooDeep);
                }
                continue;
            }
            while !cursor.goto_next_sibling() {
                let last = u32::try_from(nodes.len()).unwrap_or(NO_PARENT);
                let Some(parent) = open.pop() else { break 'walk };
                if let Some(record) = nodes.get_mut(parent as usize) {
                    record.last = last;
                }
                cursor.goto_parent();
            }
        }
        Ok(Self { text: text.to_string(), nodes })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// All nodes in position order.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(0)).map(|id| self.node(NodeId(id)))
    }

    /// The deepest node that covers `span`, punctuation included; for an empty span, the one that covers the byte after it.
    pub(crate) fn node_at(&self, span: Span) -> Node<'_> {
        let end = span.end.max(span.start.saturating_add(1));
        let after = self.nodes.partition_point(|record| record.start as usize <= span.start);
        let mut node = self.node(NodeId(u32::try_from(after.saturating_sub(1)).unwrap_or(0)));
        while node.end() < end {
            match node.parent() {
                Some(parent) => node = parent,
                None => break,
            }
        }
        node
    }

    /// The copy of `node`, if `node` belongs to the copied tree.
    pub(crate) fn find(&self, node: tree_sitter::Node<'_>) -> Option<Node<'_>> {
        let start = u32::try_from(node.start_byte()).ok()?;
        let end = u32::try_from(node.end_byte()).ok()?;
        let first = self.nodes.partition_point(|record| record.start < start);
        self.nodes
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, record)| record.start == start)
            .find(|(_, record)| record.end == end && record.kind_id == node.kind_id())
            .and_then(|(index, _)| Some(self.node(NodeId(u32::try_from(index).ok()?))))
    }

    fn record(&self, id: NodeId) -> Option<&NodeRecord> {
        self.nodes.get(id.index())
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let span = self.span();
        write!(f, "{:?}[{}..{}]", self.kind(), span.start, span.end)
    }
}

impl<'f> Node<'f> {
    /// The node without its tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What kind of node it is; [`Kind::Error`] for what could not be parsed.
    pub fn kind(self) -> Kind {
        self.tree.record(self.id).map_or(Kind::Error, |record| record.kind)
    }

    /// Its span, as byte offsets into the text.
    pub fn span(self) -> Span {
        self.tree
            .record(self.id)
            .map_or(Span { start: 0, end: 0 }, |record| Span { start: record.start as usize, end: record.end as usize })
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.span().start
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.span().end
    }

    /// Its text.
    pub fn text(self) -> &'f str {
        let span = self.span();
        self.tree.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Whether it is named in the grammar (punctuation and keywords are not).
    pub fn is_named(self) -> bool {
        self.tree.record(self.id).is_some_and(|record| record.named)
    }

    /// Whether it could not be parsed, or was inserted by the parser for error recovery.
    pub fn is_error(self) -> bool {
        self.tree.record(self.id).is_some_and(|record| record.missing) || self.kind() == Kind::Error
    }

    /// The parent.
    pub fn parent(self) -> Option<Node<'f>> {
        let parent = self.tree.record(self.id)?.parent;
        (parent != NO_PARENT).then(|| self.tree.node(NodeId(parent)))
    }

    /// The ancestors, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Children in position order, including punctuation and comments.
    pub fn children(self) -> impl Iterator<Item = Node<'f>> {
        let last = self.last();
        std::iter::successors(Some(self.id.0 + 1), move |&id| Some(self.tree.node(NodeId(id)).last()))
            .take_while(move |&id| id < last)
            .map(move |id| self.tree.node(NodeId(id)))
    }

    /// Named children, without comments.
    pub fn named_children(self) -> impl Iterator<Item = Node<'f>> {
        self.children()
            .filter(|child| child.is_named() && child.kind() != Kind::Comment && child.kind() != Kind::LineContinuation)
    }

    /// The first child in `field`.
    pub fn field(self, field: Field) -> Option<Node<'f>> {
        self.fields(field).next()
    }

    /// The children in `field`.
    pub fn fields(self, field: Field) -> impl Iterator<Item = Node<'f>> {
        self.children().filter(move |child| child.parent_field() == Some(field))
    }

    /// The field that it fills in its parent.
    pub fn parent_field(self) -> Option<Field> {
        self.tree.record(self.id)?.field
    }

    /// Itself and all descendants, in position order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'f>> {
        (self.id.0..self.last()).map(move |id| self.tree.node(NodeId(id)))
    }

    /// Whether `other` is this node or one of its descendants.
    pub fn contains(self, other: Node<'_>) -> bool {
        (self.id.0..self.last()).contains(&other.id.0)
    }

    /// The previous child of the same parent, including punctuation and comments.
    pub fn previous_sibling(self) -> Option<Node<'f>> {
        let parent = self.parent()?;
        // The preceding node in the tree is the last descendant of the sibling, or the parent.
        let before = self.tree.node(NodeId(self.id.0.checked_sub(1)?));
        std::iter::once(before).chain(before.ancestors()).find(|node| node.parent() == Some(parent))
    }

    /// One past the id of its last descendant.
    pub(super) fn last(self) -> u32 {
        self.tree.record(self.id).map_or(self.id.0 + 1, |record| record.last)
    }
}
