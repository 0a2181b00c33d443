//! What a Python file means: its tree, scopes, names, calls, values and literals.
//!
//! Text that looks right is not enough for a codemod: a name counts only if it resolves. [`PythonFile`] is one parsed file;
//! everything here is a question to it, and nothing here knows about any transform.

use crate::source::Span;

/// One parsed file. Scopes and bindings are built on the first question that needs them.
pub struct PythonFile {
    tree: Tree,
}

/// The syntax tree with the text that it was parsed from.
#[derive(Debug)]
pub struct Tree {
    text: String,
}

/// A node of the syntax tree; `kind` and fields are tree-sitter-python's. Equal when it is the same node of the same tree.
#[derive(Clone, Copy)]
pub struct Node<'f> {
    tree: &'f Tree,
    id: NodeId,
}

/// A node without its tree: [`PythonFile::node`] gives the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

/// A binding of a name in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(crate) u32);

/// A scope: the module, a class body, a function, a lambda or a comprehension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(crate) u32);

/// How a name came to be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a.b` (binds `a` to `a`), `import a.b as c`, `from a import b [as c]`.
    Import {
        /// What the name stands for, as written (not canonicalised): `httplib`, `http.client.HTTPConnection`, `.compat.x`.
        path: String,
        /// The `dotted_name` or `aliased_import` in the statement's list.
        element: NodeId,
    },
    /// Anything else; filled in by the model.
    Other,
}

/// One binding.
pub struct Binding {
    /// The bound name.
    pub name: String,
    /// The scope that owns it.
    pub scope: ScopeId,
    /// How it is bound.
    pub kind: BindingKind,
    /// The statement that binds it (`import_statement`, `import_from_statement`, `expression_statement`, …).
    pub statement: NodeId,
}

impl PythonFile {
    /// Parses `text`. `None` when it nests too deeply or the parser gives up.
    pub fn parse(text: &str) -> Option<Self> {
        todo!()
    }
    /// The node that `id` names.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        todo!()
    }
    /// The text.
    pub fn text(&self) -> &str {
        &self.tree.text
    }
    /// The `module` node.
    pub fn root(&self) -> Node<'_> {
        todo!()
    }
    /// How many ERROR and MISSING nodes the tree has.
    pub fn error_count(&self) -> usize {
        todo!()
    }
    /// Spans of the ERROR and MISSING nodes, in position order.
    pub fn errors(&self) -> Vec<Span> {
        todo!()
    }
    /// The smallest node that covers `span`.
    pub fn node_at(&self, span: Span) -> Node<'_> {
        todo!()
    }
    /// All comments in position order (`comment` nodes).
    pub fn comments(&self) -> Vec<Node<'_>> {
        todo!()
    }
    /// All bindings in position order.
    pub fn bindings(&self) -> Vec<BindingId> {
        todo!()
    }
    /// One binding.
    pub fn binding(&self, id: BindingId) -> &Binding {
        todo!()
    }
    /// The bindings that a read of `name` at byte offset `site` may see, by Python's scope rules and by what can reach
    /// the site (a later or an exclusive-branch binding of the same scope cannot). Empty: unbound here (a builtin or free name).
    pub fn reaching(&self, name: &str, site: usize) -> Vec<BindingId> {
        todo!()
    }
    /// All bindings, reaching or not, of `name` in the scope that owns it as seen from `site`.
    pub fn owner_bindings(&self, name: &str, site: usize) -> Vec<BindingId> {
        todo!()
    }
    /// Whether at least one of the bindings of `name` is certain to have happened when `site` runs: not in one arm of a
    /// `try` or `if` that the site is outside of, not under `TYPE_CHECKING`, not later in the same scope.
    pub fn is_definitely_bound(&self, name: &str, site: usize) -> bool {
        todo!()
    }
    /// The canonical qualified name that an expression (`identifier` or `attribute`) stands for, if it has just one:
    /// `http.client.HTTPConnection`, `ssl`.
    pub fn qualified_name(&self, node: Node<'_>) -> Option<String> {
        todo!()
    }
    /// The identifiers in the file that read a binding (or `del` it): every place that would break if it went away. The import itself is not
    /// one. Strings in `__all__` that name a module-level binding are included as their `string` nodes.
    pub fn uses(&self, id: BindingId) -> Vec<Node<'_>> {
        todo!()
    }
}

impl<'f> Node<'f> {
    /// tree-sitter-python's name of the node's kind.
    pub fn kind(self) -> &'static str {
        todo!()
    }
    /// Where it stands.
    pub fn span(self) -> Span {
        todo!()
    }
    /// Its text.
    pub fn text(self) -> &'f str {
        todo!()
    }
    /// The node around it.
    pub fn parent(self) -> Option<Node<'f>> {
        todo!()
    }
    /// The nodes around it, nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::successors(self.parent(), |n| n.parent())
    }
    /// Children, punctuation and comments included.
    pub fn children(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::empty()
    }
    /// Children with a name in the grammar, without comments.
    pub fn named_children(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::empty()
    }
    /// The first child in field `name`.
    pub fn field(self, name: &str) -> Option<Node<'f>> {
        todo!()
    }
    /// All children in field `name`.
    pub fn fields(self, name: &'static str) -> impl Iterator<Item = Node<'f>> {
        std::iter::empty()
    }
    /// The innermost statement (child of a `module` or `block`) that holds this node, the node itself included.
    pub fn statement(self) -> Node<'f> {
        todo!()
    }
    /// Itself and everything below it, in position order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'f>> {
        std::iter::empty()
    }
}
