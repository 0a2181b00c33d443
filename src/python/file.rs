//! One parsed file: the tree, and what has been found out about it so far.

use super::eval::rebinding;
use super::eval::values::Options;
use super::library::modules::Dialect;
use super::project::Project;
use super::scopes::reaching as flow;
use super::scopes::{Binding, BindingId, BindingKind, Scope, ScopeId, Scopes};
use super::syntax::tree::{self, Node, NodeId, ParseError, Tree};
use super::target::Target;
use crate::text::Span;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// One parsed file. Scopes and bindings are built on the first question that needs them.
pub struct PythonFile {
    pub(super) project: Option<Arc<dyn Project>>,
    pub(super) target: Option<Target>,
    pub(super) shows: OnceCell<Dialect>,
    pub(super) tree: Tree,
    pub(super) parsed: tree_sitter::Tree,
    pub(super) scopes: OnceCell<Scopes>,
    pub(super) attributes: OnceCell<HashMap<(NodeId, String), Vec<ClassAttribute>>>,
    pub(super) reads: OnceCell<HashMap<String, Vec<NodeId>>>,
    pub(super) uses: RefCell<HashMap<String, Rc<Uses>>>,
    pub(super) by_attribute: OnceCell<HashMap<String, Vec<NodeId>>>,
    pub(super) copies: OnceCell<HashMap<String, Vec<String>>>,
    pub(super) patches: rebinding::Patches,
    pub(super) options: OnceCell<Options>,
    pub(super) assigned: OnceCell<HashSet<String>>,
}

/// Where the bindings of one name are read.
#[derive(Debug, Default)]
pub(super) struct Uses {
    by_binding: HashMap<BindingId, Vec<NodeId>>,
    /// Reads that count for every binding of a scope: too many of them may be meant, or the name stands in `__all__`.
    by_scope: HashMap<ScopeId, Vec<NodeId>>,
}

/// One place that gives `self.name` or a class-level name its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassAttribute {
    /// The assigned `attribute` node, or the identifier in the class body.
    pub target: NodeId,
    /// The value, where it is a plain assignment.
    pub value: Option<NodeId>,
}

impl PythonFile {
    /// Parses `text`. Syntax errors are part of the tree, see [`PythonFile::errors`].
    ///
    /// # Errors
    /// When the text nests too deeply or takes too long; see [`ParseError`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_in(None, None, text)
    }

    /// As [`PythonFile::parse`], for a file whose imports from `project` are followed, and that is for the Pythons of `target`.
    ///
    /// # Errors
    /// As [`PythonFile::parse`].
    pub fn parse_in(project: Option<Arc<dyn Project>>, target: Option<Target>, text: &str) -> Result<Self, ParseError> {
        let parsed = tree::parse(text)?;
        let tree = Tree::copy(text, &parsed)?;
        Ok(Self {
            project,
            target,
            shows: OnceCell::new(),
            tree,
            parsed,
            scopes: OnceCell::new(),
            attributes: OnceCell::new(),
            reads: OnceCell::new(),
            uses: RefCell::default(),
            by_attribute: OnceCell::new(),
            copies: OnceCell::new(),
            patches: rebinding::Patches::default(),
            options: OnceCell::new(),
            assigned: OnceCell::new(),
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.tree.text()
    }

    /// The `module` node.
    pub fn root(&self) -> Node<'_> {
        self.tree.node(NodeId(0))
    }

    /// The node that `id`, of this file, names.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        self.tree.node(id)
    }

    /// How many ERROR and MISSING nodes the tree has.
    pub fn error_count(&self) -> usize {
        self.tree.nodes().filter(|node| node.is_error()).count()
    }

    /// Where the ERROR and MISSING nodes are, in position order.
    pub fn errors(&self) -> Vec<Span> {
        self.tree.nodes().filter(|node| node.is_error()).map(Node::span).collect()
    }

    /// The deepest node that covers `span`; for an empty span, the one that covers the byte after it.
    pub fn node_at(&self, span: Span) -> Node<'_> {
        self.tree.node_at(span)
    }

    /// All `comment` nodes, in position order.
    pub fn comments(&self) -> Vec<Node<'_>> {
        self.tree.nodes().filter(|node| node.kind() == "comment").collect()
    }

    /// All bindings.
    pub fn bindings(&self) -> Vec<BindingId> {
        self.scopes().bindings().map(|(id, _)| id).collect()
    }

    /// One binding of this file.
    pub fn binding(&self, id: BindingId) -> Option<&Binding> {
        self.scopes().binding(id)
    }

    /// The scope in which `node` is evaluated.
    pub fn scope_of(&self, node: Node<'_>) -> ScopeId {
        self.scopes().scope_of(node)
    }

    /// One scope of this file.
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes().scope(id)
    }

    /// The bindings that a read of `name` at byte offset `site` may see, by Python's scope rules and by what can reach the
    /// site. Empty for a name that is unbound here (a builtin, or from a star import).
    pub fn reaching(&self, name: &str, site: usize) -> Vec<BindingId> {
        flow::reaching(&self.tree, self.scopes(), name, self.at(site)).bindings
    }

    /// All bindings, reaching or not, of `name` in the scope that owns it as seen from byte offset `site`, in position order.
    pub fn owner_bindings(&self, name: &str, site: usize) -> &[BindingId] {
        let scope = self.scope_of(self.at(site));
        self.scopes().owner(name, scope).map_or(&[], |(_, bindings)| bindings)
    }

    /// Whether a binding of `name` has happened for certain when the code at byte offset `site` runs: not in one arm of a `try`
    /// or `if` that the site is outside of, not later in the same scope.
    pub fn is_definitely_bound(&self, name: &str, site: usize) -> bool {
        flow::is_definitely_bound(&self.tree, self.scopes(), name, self.at(site))
    }

    /// Everything that would break if `id` went away: the identifiers that may read (or `del`) it, and the strings in
    /// `__all__` that name it.
    pub fn uses(&self, id: BindingId) -> Vec<Node<'_>> {
        let Some(binding) = self.binding(id) else { return Vec::new() };
        let uses = self.uses_of_name(&binding.name);
        let certain = uses.by_binding.get(&id).into_iter().flatten();
        let mut found: Vec<NodeId> =
            certain.chain(uses.by_scope.get(&binding.scope).into_iter().flatten()).copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|read| self.node(read)).collect()
    }

    /// How many [`PythonFile::uses`] there are.
    pub fn use_count(&self, id: BindingId) -> usize {
        let Some(binding) = self.binding(id) else { return 0 };
        let uses = self.uses_of_name(&binding.name);
        uses.by_binding.get(&id).map_or(0, Vec::len) + uses.by_scope.get(&binding.scope).map_or(0, Vec::len)
    }

    /// At most `limit` of the [`PythonFile::uses`]; takes no longer however many there are.
    pub(crate) fn some_uses(&self, id: BindingId, limit: usize) -> Vec<Node<'_>> {
        let Some(binding) = self.binding(id) else { return Vec::new() };
        let uses = self.uses_of_name(&binding.name);
        let found = uses.by_binding.get(&id).into_iter().chain(uses.by_scope.get(&binding.scope));
        found.flatten().take(limit).map(|read| self.node(*read)).collect()
    }

    /// The uses of all bindings of one name, found together: a read that sees many bindings is looked at once.
    fn uses_of_name(&self, name: &str) -> Rc<Uses> {
        if let Some(known) = self.uses.borrow().get(name) {
            return Rc::clone(known);
        }
        let mut uses = Uses::default();
        for read in self.reads().get(name).into_iter().flatten().map(|&read| self.node(read)) {
            if read.kind() != "identifier" {
                // A string in `__all__`.
                uses.by_scope.entry(ScopeId(0)).or_default().push(read.id());
                continue;
            }
            let reaching = flow::reaching(&self.tree, self.scopes(), name, read);
            match self.scopes().owner(name, self.scope_of(read)) {
                Some((owner, _)) if reaching.is_cut => uses.by_scope.entry(owner).or_default().push(read.id()),
                _ => {
                    for id in reaching.bindings {
                        uses.by_binding.entry(id).or_default().push(read.id());
                    }
                }
            }
        }
        let uses = Rc::new(uses);
        self.uses.borrow_mut().insert(name.to_string(), Rc::clone(&uses));
        uses
    }

    /// The reads of `name` that no binding of this file owns: of a builtin, of what a star import brings, or of nothing.
    pub fn free_reads(&self, name: &str) -> Vec<Node<'_>> {
        let reads = self.reads();
        let is_free =
            |read: &Node<'_>| read.kind() == "identifier" && self.scopes().owner(name, self.scope_of(*read)).is_none();
        reads.get(name).into_iter().flatten().map(|&read| self.node(read)).filter(is_free).collect()
    }

    /// Whether `name` is named where Python looks it up by its text: a string that holds an expression (`"HTTPConnection"`,
    /// `"Optional[HTTPConnection]"`, `__name__ + ".HTTPConnection"`), a `# type:` comment, or an import marked `noqa: F401`.
    pub fn is_named_in_text(&self, name: &str) -> bool {
        self.tree.nodes().any(|node| match node.kind() {
            "string_content" => !node.text().contains(char::is_whitespace) && has_word(node.text(), name),
            "comment" => {
                let text = node.text();
                let is_type = text.trim_start_matches('#').trim_start().starts_with("type:");
                (is_type || text.contains("F401"))
                    && (has_word(text, name) || has_word(line_of(self.text(), node.start()), name))
            }
            _ => false,
        })
    }

    /// Whether the value of `id` is assigned to another target too: `a = b = value`.
    pub fn shares_value(&self, id: BindingId) -> bool {
        let value = match self.binding(id).map(|binding| &binding.kind) {
            Some(BindingKind::Assign { value } | BindingKind::Unpack { value, .. }) => self.node(*value),
            _ => return false,
        };
        let assignment = value.parent().filter(|around| around.kind() == "assignment");
        assignment.and_then(Node::parent).is_some_and(|around| around.kind() == "assignment")
    }

    /// The `attribute` nodes `object.name`, in position order.
    pub fn attributes_called(&self, name: &str) -> impl Iterator<Item = Node<'_>> {
        self.attributes_by_name().get(name).into_iter().flatten().map(|id| self.node(*id))
    }

    /// Those of [`PythonFile::attributes_called`] that stand in `part`.
    pub fn attributes_called_in(&self, name: &str, part: Node<'_>) -> impl Iterator<Item = Node<'_>> {
        let all = self.attributes_by_name().get(name).map_or(&[][..], Vec::as_slice);
        let first = all.partition_point(|id| *id < part.id());
        let within = all.get(first..).unwrap_or_default().iter().map(|id| self.node(*id));
        within.take_while(move |node| part.contains(*node))
    }

    /// The names and attributes that are assigned one of `names` as it stands, anywhere in the file: `d` for `c` in `d = c`.
    pub fn names_assigned_from(&self, names: &[String]) -> Vec<String> {
        let copies = self.copies.get_or_init(|| {
            let mut copies: HashMap<String, Vec<String>> = HashMap::new();
            for node in self.tree.nodes().filter(|node| node.kind() == "assignment") {
                let is_name = |side: &Node<'_>| matches!(side.kind(), "identifier" | "attribute");
                if let (Some(left), Some(right)) =
                    (node.field("left").filter(is_name), node.field("right").filter(is_name))
                {
                    copies.entry(right.text().to_string()).or_default().push(left.text().to_string());
                }
            }
            copies
        });
        names.iter().filter_map(|name| copies.get(name)).flatten().cloned().collect()
    }

    /// Every place that gives attribute `name` of `class` (a `class_definition`) a value.
    pub fn class_attributes(&self, class: NodeId, name: &str) -> &[ClassAttribute] {
        let attributes = self.attributes.get_or_init(|| self.collect_attributes());
        attributes.get(&(class, name.to_string())).map_or(&[], Vec::as_slice)
    }

    /// Runs `visit` on the matches of `query`, as (pattern, captures).
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

    /// The options that the file's calls declare.
    pub(super) fn options(&self) -> &Options {
        self.options.get_or_init(|| Options::of(self))
    }

    /// The texts of the attributes that are assigned: `args.host` for `args.host = …`.
    pub(super) fn assigned_attributes(&self) -> &HashSet<String> {
        self.assigned.get_or_init(|| {
            let attributes = self.tree.nodes().filter(|node| node.kind() == "attribute");
            attributes.filter(|node| assigned_value(*node).is_some()).map(|node| node.text().to_string()).collect()
        })
    }

    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(super) fn scopes(&self) -> &Scopes {
        self.scopes.get_or_init(|| Scopes::of(&self.tree))
    }

    fn attributes_by_name(&self) -> &HashMap<String, Vec<NodeId>> {
        self.by_attribute.get_or_init(|| {
            let mut index: HashMap<String, Vec<NodeId>> = HashMap::new();
            for node in self.tree.nodes().filter(|node| node.kind() == "attribute") {
                if let Some(name) = node.field("attribute") {
                    index.entry(name.text().to_string()).or_default().push(node.id());
                }
            }
            index
        })
    }

    fn reads(&self) -> &HashMap<String, Vec<NodeId>> {
        self.reads.get_or_init(|| self.collect_reads())
    }

    fn at(&self, offset: usize) -> Node<'_> {
        self.node_at(Span { start: offset, end: offset })
    }

    fn collect_attributes(&self) -> HashMap<(NodeId, String), Vec<ClassAttribute>> {
        let mut found: HashMap<(NodeId, String), Vec<ClassAttribute>> = HashMap::new();
        for node in self.tree.nodes().filter(|node| node.kind() == "attribute") {
            let Some((value, is_target)) = assigned_value(node) else { continue };
            let (Some(object), Some(name)) = (node.field("object"), node.field("attribute")) else { continue };
            if is_target && let Some(class) = self.class_of_self(object) {
                let attribute = ClassAttribute { target: node.id(), value: value.map(Node::id) };
                found.entry((class, name.text().to_string())).or_default().push(attribute);
            }
        }
        for (_, binding) in self.scopes().bindings() {
            let Some(scope) = self.scope(binding.scope).filter(|scope| scope.kind == super::scopes::ScopeKind::Class)
            else {
                continue;
            };
            let value = match binding.kind {
                BindingKind::Assign { value } => Some(value),
                BindingKind::Declaration => continue,
                _ => None,
            };
            let attribute = ClassAttribute { target: binding.identifier, value };
            found.entry((scope.node, binding.name.clone())).or_default().push(attribute);
        }
        found
    }

    /// Reads by name: identifiers that are evaluated (or deleted), and strings in `__all__`.
    fn collect_reads(&self) -> HashMap<String, Vec<NodeId>> {
        let bound: std::collections::HashSet<NodeId> = self
            .scopes()
            .bindings()
            .filter(|(_, binding)| !matches!(binding.kind, BindingKind::Delete))
            .map(|(_, binding)| binding.identifier)
            .collect();
        let mut found: HashMap<String, Vec<NodeId>> = HashMap::new();
        for node in self.tree.nodes() {
            match node.kind() {
                "identifier" if !bound.contains(&node.id()) && is_read(node) => {
                    found.entry(node.text().to_string()).or_default().push(node.id());
                }
                "string" if is_in_all(node) => {
                    if let Some(name) =
                        super::syntax::literals::StringLiteral::of(node).and_then(|literal| literal.value)
                    {
                        found.entry(name).or_default().push(node.id());
                    }
                }
                _ => {}
            }
        }
        found
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

/// The line of `text` that holds byte `offset`, up to that byte.
fn line_of(text: &str, offset: usize) -> &str {
    text.get(..offset).and_then(|before| before.rsplit('\n').next()).unwrap_or_default()
}

/// What an attribute is assigned, if it is the target of something: `(None, true)` for a target with an unknown value.
pub(super) fn assigned_value(node: Node<'_>) -> Option<(Option<Node<'_>>, bool)> {
    let parent = node.parent()?;
    match (parent.kind(), node.field_name()) {
        ("assignment", Some("left")) => {
            let mut value = parent.field("right");
            while let Some(inner) = value.filter(|value| value.kind() == "assignment") {
                value = inner.field("right");
            }
            // `self.x: T` without a value declares.
            value.map(|value| (Some(value), true))
        }
        ("augmented_assignment" | "for_statement" | "for_in_clause", Some("left")) => Some((None, true)),
        ("pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern", _) => Some((None, true)),
        ("as_pattern_target", _) => {
            let pattern = parent.parent()?;
            Some((pattern.named_children().next(), true))
        }
        _ => None,
    }
}

/// An identifier that is evaluated: no attribute's or keyword argument's name, no part of an import.
fn is_read(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        "attribute" => node.field_name() == Some("object"),
        "keyword_argument" | "default_parameter" | "typed_default_parameter" => node.field_name() != Some("name"),
        "dotted_name" => parent.parent().is_some_and(|around| {
            !matches!(
                around.kind(),
                "import_statement"
                    | "import_from_statement"
                    | "aliased_import"
                    | "relative_import"
                    | "future_import_statement"
            )
        }),
        "aliased_import" => false,
        "global_statement" | "nonlocal_statement" => true,
        _ => true,
    }
}

fn is_in_all(node: Node<'_>) -> bool {
    node.ancestors()
        .take(4)
        .find(|around| matches!(around.kind(), "assignment" | "augmented_assignment" | "call"))
        .and_then(|around| around.field("left").or_else(|| around.field("function")))
        .is_some_and(|target| target.text().starts_with("__all__"))
}
