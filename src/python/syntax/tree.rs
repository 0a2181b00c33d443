//! The syntax tree: tree-sitter's nodes copied once, in position order, into a flat list.
//!
//! tree-sitter finds a node's parent by walking down from the root, and its cursors borrow; both hurt in a model that
//! mostly asks "what is around this?". Here a parent is one index away, a node's descendants are a range, and nothing
//! recurses, however deep the source nests.

use crate::text::Span;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// Trees deeper than this are refused. CPython gives up far earlier (200 parentheses, 100 indents); what goes deeper are
/// hostile files and long chains of operators.
pub const MAX_DEPTH: usize = 4_000;

/// Texts that are indented by more levels are refused: CPython takes 100, and tree-sitter-python's scanner aborts the process
/// at about 500.
pub const MAX_INDENTS: usize = 200;

/// tree-sitter calls back every 100 parser steps; this many calls for each byte of text (and a constant for short texts)
/// are far more than error recovery needs on any real file, and stop it on a hostile one.
const CALLS_PER_BYTE: usize = 4;
const CALLS_AT_LEAST: usize = 100_000;

/// Why a text could not be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// Indented by more levels than the parser takes (200).
    #[error("indented by more than {MAX_INDENTS} levels")]
    TooIndented,
    /// The parser used up its budget of steps.
    #[error("too many syntax errors to parse in reasonable time")]
    TooSlow,
}

/// The syntax tree with the text that it was parsed from.
#[derive(Debug)]
pub struct Tree {
    text: String,
    nodes: Vec<NodeRecord>,
}

#[derive(Debug)]
struct NodeRecord {
    kind: u16,
    field: u16,
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

/// The names of fields, by id; 0 is no field.
static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let language = language();
    let name = |id| u16::try_from(id).ok().and_then(|id| language.field_name_for_id(id)).unwrap_or("").to_string();
    (0..=language.field_count()).map(name).collect()
});

/// The names of kinds, by id. An ERROR node's id is `u16::MAX`, which is in no table.
static KINDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let language = language();
    let name = |id| u16::try_from(id).ok().and_then(|id| language.node_kind_for_id(id)).unwrap_or("").to_string();
    (0..language.node_kind_count()).map(name).collect()
});

const NO_PARENT: u32 = u32::MAX;

/// tree-sitter-python, as the parser and the queries use it. By value: where there are no threads, it cannot be shared.
pub(crate) fn language() -> tree_sitter::Language {
    tree_sitter_python::LANGUAGE.into()
}

/// Parses `text` with tree-sitter; the result keeps what the query needs.
///
/// # Errors
/// [`ParseError::TooSlow`] when the budget of parser steps is used up.
pub(crate) fn parse(text: &str) -> Result<tree_sitter::Tree, ParseError> {
    if indents(text) > MAX_INDENTS {
        return Err(ParseError::TooIndented);
    }
    let mut parser = tree_sitter::Parser::new();
    if parser.set_language(&language()).is_err() {
        return Err(ParseError::TooSlow);
    }
    let budget = text.len().saturating_mul(CALLS_PER_BYTE).max(CALLS_AT_LEAST);
    let mut calls = 0usize;
    let mut progress = |_: &tree_sitter::ParseState| {
        calls += 1;
        if calls > budget { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser
        .parse_with_options(&mut |offset, _| bytes.get(offset..).unwrap_or_default(), None, Some(options))
        .ok_or(ParseError::TooSlow)
}

/// The most levels of indentation that are open at once, at least: lines in strings and brackets count too.
fn indents(text: &str) -> usize {
    let mut open: Vec<usize> = Vec::new();
    let mut most = 0;
    for line in text.lines() {
        let mut width = 0;
        let mut rest = line.bytes();
        let first = loop {
            match rest.next() {
                Some(b' ') => width += 1,
                Some(b'\t') => width += 8,
                Some(b'\x0c') => width = 0,
                other => break other,
            }
        };
        if first.is_none_or(|byte| matches!(byte, b'#' | b'\r')) {
            continue;
        }
        while open.last().is_some_and(|level| *level >= width) {
            open.pop();
        }
        open.push(width);
        most = most.max(open.len());
    }
    most
}

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
            // tree-sitter-python takes the carriage return of a CRLF into a comment; it belongs to the line ending.
            let ends_in_return =
                node.kind() == "comment" && text.get(..node.end_byte()).is_some_and(|to| to.ends_with('\r'));
            nodes.push(NodeRecord {
                kind: node.kind_id(),
                field: cursor.field_id().map_or(0, std::num::NonZero::get),
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

    /// The copy of `node`, if `node` is of the tree that was copied.
    pub(crate) fn find(&self, node: tree_sitter::Node<'_>) -> Option<Node<'_>> {
        let start = u32::try_from(node.start_byte()).ok()?;
        let end = u32::try_from(node.end_byte()).ok()?;
        let first = self.nodes.partition_point(|record| record.start < start);
        self.nodes
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, record)| record.start == start)
            .find(|(_, record)| record.end == end && record.kind == node.kind_id())
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
        write!(f, "{}[{}..{}]", self.kind(), span.start, span.end)
    }
}

impl<'f> Node<'f> {
    /// The node without its tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// tree-sitter-python's name of the node's kind; `ERROR` for what could not be parsed.
    pub fn kind(self) -> &'static str {
        self.tree.record(self.id).and_then(|record| KINDS.get(usize::from(record.kind))).map_or("ERROR", String::as_str)
    }

    /// Where it stands, as byte offsets into the text.
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

    /// Whether the grammar has a name for it (punctuation and keywords have none).
    pub fn is_named(self) -> bool {
        self.tree.record(self.id).is_some_and(|record| record.named)
    }

    /// Whether it could not be parsed, or was made up by the parser to go on.
    pub fn is_error(self) -> bool {
        self.tree.record(self.id).is_some_and(|record| record.missing) || self.kind() == "ERROR"
    }

    /// The node around it.
    pub fn parent(self) -> Option<Node<'f>> {
        let parent = self.tree.record(self.id)?.parent;
        (parent != NO_PARENT).then(|| self.tree.node(NodeId(parent)))
    }

    /// The nodes around it, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Children in position order, punctuation and comments included.
    pub fn children(self) -> impl Iterator<Item = Node<'f>> {
        let last = self.last();
        std::iter::successors(Some(self.id.0 + 1), move |&id| Some(self.tree.node(NodeId(id)).last()))
            .take_while(move |&id| id < last)
            .map(move |id| self.tree.node(NodeId(id)))
    }

    /// Children that have a name in the grammar, comments left out.
    pub fn named_children(self) -> impl Iterator<Item = Node<'f>> {
        self.children()
            .filter(|child| child.is_named() && child.kind() != "comment" && child.kind() != "line_continuation")
    }

    /// The first child in field `name`.
    pub fn field(self, name: &'static str) -> Option<Node<'f>> {
        self.fields(name).next()
    }

    /// The children in field `name`.
    pub fn fields(self, name: &'static str) -> impl Iterator<Item = Node<'f>> {
        self.children().filter(move |child| child.field_name() == Some(name))
    }

    /// The name of the field that it fills in its parent.
    pub fn field_name(self) -> Option<&'static str> {
        let field = self.tree.record(self.id)?.field;
        FIELDS.get(usize::from(field)).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Itself and everything below it, in position order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'f>> {
        (self.id.0..self.last()).map(move |id| self.tree.node(NodeId(id)))
    }

    /// Whether `other` is this node or stands below it.
    pub fn contains(self, other: Node<'_>) -> bool {
        (self.id.0..self.last()).contains(&other.id.0)
    }

    /// The innermost statement that holds this node, itself included: a child of a `module` or a `block`. The `module` for
    /// what stands in none.
    pub fn statement(self) -> Node<'f> {
        let mut at = self;
        while let Some(parent) = at.parent() {
            if matches!(parent.kind(), "module" | "block") {
                return at;
            }
            at = parent;
        }
        at
    }

    /// The object and the name of an `attribute`; none for other nodes, and where a syntax error stands between the two.
    pub fn object_and_name(self) -> Option<(Node<'f>, Node<'f>)> {
        if self.kind() != "attribute" || self.children().any(Node::is_error) {
            return None;
        }
        Some((self.field("object")?, self.field("attribute")?))
    }

    /// The child before this one of the same parent, punctuation and comments included.
    pub fn previous_sibling(self) -> Option<Node<'f>> {
        let parent = self.parent()?;
        // What comes directly before in the tree is the last descendant of the sibling, or the parent.
        let before = self.tree.node(NodeId(self.id.0.checked_sub(1)?));
        std::iter::once(before).chain(before.ancestors()).find(|node| node.parent() == Some(parent))
    }

    /// The next child of the same parent, punctuation and comments included.
    pub fn next_sibling(self) -> Option<Node<'f>> {
        let parent = self.parent()?;
        let next = NodeId(self.last());
        parent.contains(self.tree.node(next)).then(|| self.tree.node(next))
    }

    fn last(self) -> u32 {
        self.tree.record(self.id).map_or(self.id.0 + 1, |record| record.last)
    }
}

/// Some nodes of a tree, to ask whether one of them stands in a part of it.
#[derive(Debug, Clone, Default)]
pub struct NodeSet {
    /// In position order.
    nodes: Vec<NodeId>,
}

impl NodeSet {
    /// Whether one of the nodes is `part` or stands below it.
    pub fn meets(&self, part: Node<'_>) -> bool {
        let first = self.nodes.partition_point(|node| *node < part.id);
        self.nodes.get(first).is_some_and(|node| node.0 < part.last())
    }

    /// Adds a node that comes after those that are there.
    pub fn push(&mut self, node: Node<'_>) {
        debug_assert!(self.nodes.last().is_none_or(|last| *last <= node.id));
        self.nodes.push(node.id);
    }
}

impl<'f> FromIterator<Node<'f>> for NodeSet {
    fn from_iter<T: IntoIterator<Item = Node<'f>>>(nodes: T) -> Self {
        let mut nodes: Vec<NodeId> = nodes.into_iter().map(Node::id).collect();
        nodes.sort_unstable();
        Self { nodes }
    }
}
