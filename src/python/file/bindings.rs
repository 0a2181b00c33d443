//! Names: which bindings a read can see, and where a binding is read.

use super::PythonFile;
use super::caches::Uses;
use crate::python::library::modules::last_segment;
use crate::python::scopes::reaching;
use crate::python::scopes::{Binding, BindingId, BindingKind, Scope, ScopeId, ScopeKind};
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::literals::StringLiteral;
use crate::python::syntax::statements::{Try, always_leaves};
use crate::python::syntax::tree::{Node, NodeId};
use crate::text::{Span, line_start};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

impl PythonFile {
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

    /// The bindings that a read of `name` at byte offset `site` may see, by Python's scope rules and by control flow.
    /// Empty for a name that is not bound here (a builtin, or from a wildcard import).
    pub fn reaching(&self, name: &str, site: usize) -> Vec<BindingId> {
        reaching::reaching(self.tree(), self.scopes(), name, self.at(site)).bindings
    }

    /// All bindings of `name`, visible or not, in the scope that owns it as seen from byte offset `site`, in position
    /// order.
    pub fn owner_bindings(&self, name: &str, site: usize) -> &[BindingId] {
        let scope = self.scope_of(self.at(site));
        self.scopes().owner(name, scope).map_or(&[], |(_, bindings)| bindings)
    }

    /// Whether a binding of `name` has certainly happened when the code at byte offset `site` runs: not in an arm of a
    /// `try` or `if` that does not contain the site, and not later in the same scope.
    pub fn is_definitely_bound(&self, name: &str, site: usize) -> bool {
        reaching::is_definitely_bound(self.tree(), self.scopes(), name, self.at(site))
    }

    /// Everything that would break without `id`: the identifiers that may read (or `del`) it, and the strings in
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

    /// Number of [`PythonFile::uses`].
    pub fn use_count(&self, id: BindingId) -> usize {
        let Some(binding) = self.binding(id) else { return 0 };
        let uses = self.uses_of_name(&binding.name);
        uses.by_binding.get(&id).map_or(0, Vec::len) + uses.by_scope.get(&binding.scope).map_or(0, Vec::len)
    }

    /// At most `limit` of the [`PythonFile::uses`]; the time does not depend on their number.
    pub(crate) fn some_uses(&self, id: BindingId, limit: usize) -> Vec<Node<'_>> {
        let Some(binding) = self.binding(id) else { return Vec::new() };
        let uses = self.uses_of_name(&binding.name);
        let found = uses.by_binding.get(&id).into_iter().chain(uses.by_scope.get(&binding.scope));
        found.flatten().take(limit).map(|read| self.node(*read)).collect()
    }

    /// At most 16 of the places that read the name or attribute of `function`, a `def` of this file.
    pub fn uses_of_function(&self, function: Node<'_>) -> Vec<Node<'_>> {
        let Some(name) = Function::of(function).and_then(|function| function.name) else { return Vec::new() };
        let in_class = self.scope(self.scope_of(function)).is_some_and(|scope| scope.kind == ScopeKind::Class);
        match self.bound_at(name) {
            Some(_) if in_class => self.attributes_called(name.text()).take(16).collect(),
            Some(id) => self.some_uses(id, 16),
            None => Vec::new(),
        }
    }

    /// The uses of all bindings of one name, computed together: a read that sees many bindings is examined once.
    fn uses_of_name(&self, name: &str) -> Rc<Uses> {
        if let Some(known) = self.caches.uses.borrow().get(name) {
            return Rc::clone(known);
        }
        let mut uses = Uses::default();
        for read in self.reads().get(name).into_iter().flatten().map(|&read| self.node(read)) {
            if read.kind() != Kind::Identifier {
                // A string in `__all__`.
                uses.by_scope.entry(ScopeId(0)).or_default().push(read.id());
                continue;
            }
            let reaching = reaching::reaching(self.tree(), self.scopes(), name, read);
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
        self.caches.uses.borrow_mut().insert(name.to_string(), Rc::clone(&uses));
        uses
    }

    /// The reads of `name` that no binding in this file owns: of a builtin, a name from a wildcard import, or nothing.
    pub fn free_reads(&self, name: &str) -> Vec<Node<'_>> {
        let reads = self.reads();
        let is_free = |read: &Node<'_>| {
            read.kind() == Kind::Identifier && self.scopes().owner(name, self.scope_of(*read)).is_none()
        };
        reads.get(name).into_iter().flatten().map(|&read| self.node(read)).filter(is_free).collect()
    }

    /// Whether the file goes on without the module `name`: it imports it in a `try` whose handler does not leave.
    pub fn may_lack(&self, name: &str) -> bool {
        if let Some(known) = self.caches.may_lack.borrow().get(name) {
            return *known;
        }
        let found = self.goes_on_without(name);
        self.caches.may_lack.borrow_mut().insert(name.to_string(), found);
        found
    }

    /// The name that the code at byte offset `site` begins with, if it stands for `module`: what runs there has the module.
    pub fn module_read_at(&self, module: &str, site: usize) -> Option<&str> {
        let read = self.node_at(Span { start: site, end: site + 1 });
        let is_module = read.kind() == Kind::Identifier
            && read.start() == site
            && self.qualified_name(read).is_some_and(|path| path == module);
        is_module.then(|| read.text())
    }

    fn goes_on_without(&self, name: &str) -> bool {
        let goes_on = |import: Node<'_>| {
            let mut around = import.ancestors().take_while(|around| around.kind() != Kind::FunctionDefinition);
            let attempt = around.find_map(Try::of).filter(|attempt| attempt.body_contains(import));
            attempt.is_some_and(|attempt| {
                let mut handlers = attempt.handlers();
                handlers.any(|handler| !handler.named_children().last().is_some_and(always_leaves))
            })
        };
        self.scopes().bindings().any(|(_, binding)| match &binding.kind {
            BindingKind::Import { path, .. }
                if path == name || path.strip_prefix(name).is_some_and(|it| it.starts_with('.')) =>
            {
                goes_on(self.node(binding.statement))
            }
            _ => false,
        })
    }

    /// Whether `name` occurs where Python looks it up by its text: a string with an expression (`"HTTPConnection"`,
    /// `"Optional[HTTPConnection]"`, `__name__ + ".HTTPConnection"`), a doctest, any string in a file that looks names up
    /// (`locals()`, `eval(…)`), a `# type:` comment, or an import marked `noqa: F401`.
    pub fn is_named_in_text(&self, name: &str) -> bool {
        let looks_up =
            ["locals", "globals", "vars", "eval", "exec"].iter().any(|builtin| self.reads().contains_key(*builtin));
        self.tree().nodes().any(|node| match node.kind() {
            Kind::StringContent => {
                let text = node.text();
                (looks_up || text.contains(">>>") || !text.contains(char::is_whitespace)) && has_word(text, name)
            }
            Kind::Comment => {
                let text = node.text();
                let is_type = text.trim_start_matches('#').trim_start().starts_with("type:");
                (is_type || text.contains("F401")) && (has_word(text, name) || has_word(self.line_before(node), name))
            }
            _ => false,
        })
    }

    /// Whether another target gets the value of `id` too: `a = b = value`.
    pub fn shares_value(&self, id: BindingId) -> bool {
        let value = match self.binding(id).map(|binding| &binding.kind) {
            Some(BindingKind::Assign { value } | BindingKind::Unpack { value, .. }) => self.node(*value),
            _ => return false,
        };
        let assignment = value.parent().filter(|around| around.kind() == Kind::Assignment);
        assignment.and_then(Node::parent).is_some_and(|around| around.kind() == Kind::Assignment)
    }

    /// As [`PythonFile::reaching`], for a read that stands at `site`.
    pub(in crate::python) fn reaching_from(&self, name: &str, site: Node<'_>) -> Vec<BindingId> {
        reaching::reaching(self.tree(), self.scopes(), name, site).bindings
    }

    /// The binding that binds at the identifier `name`.
    pub(crate) fn bound_at(&self, name: Node<'_>) -> Option<BindingId> {
        let all = self.owner_bindings(name.text(), name.start());
        // In position order, which is also the order of the nodes.
        let at = all.partition_point(|id| self.binding(*id).is_some_and(|binding| binding.identifier < name.id()));
        all.get(at).copied().filter(|id| self.binding(*id).is_some_and(|binding| binding.identifier == name.id()))
    }

    /// Whether other modules of the project may import the module-level `name` from this one. `None` without a project.
    pub fn is_imported_elsewhere(&self, name: &str) -> bool {
        self.project.as_ref().is_some_and(|project| project.is_imported(name))
    }

    /// Whether another file of the project contains the word `word`; see [`super::Project::mentions`].
    pub fn is_mentioned_elsewhere(&self, word: &str) -> bool {
        self.project.as_ref().is_some_and(|project| project.mentions(word))
    }

    /// Where a test of the project replaces the class or function `qualified`, which the file uses, by its name; see
    /// [`super::Project::replaced_in_tests`].
    pub fn replaced_in_tests(&self, qualified: &str) -> Option<(PathBuf, usize)> {
        self.project.as_ref()?.replaced_in_tests(last_segment(qualified), qualified)
    }

    /// Whether other modules of the project may read the value of the module-level binding `id`.
    pub fn is_read_elsewhere(&self, id: BindingId) -> bool {
        let binding = self.binding(id).filter(|binding| binding.scope == ScopeId(0));
        binding.is_some_and(|binding| self.is_imported_elsewhere(&binding.name))
    }

    fn reads(&self) -> &HashMap<String, Vec<NodeId>> {
        self.caches.reads.get_or_init(|| self.collect_reads())
    }

    /// The text before `node` on its line.
    fn line_before(&self, node: Node<'_>) -> &str {
        self.text().get(line_start(self.text(), node.start())..node.start()).unwrap_or_default()
    }

    fn at(&self, offset: usize) -> Node<'_> {
        self.node_at(Span { start: offset, end: offset })
    }

    /// Reads by name: identifiers that are evaluated (or deleted), and strings in `__all__`.
    fn collect_reads(&self) -> HashMap<String, Vec<NodeId>> {
        let bound: HashSet<NodeId> = self
            .scopes()
            .bindings()
            .filter(|(_, binding)| !matches!(binding.kind, BindingKind::Delete))
            .map(|(_, binding)| binding.identifier)
            .collect();
        let mut found: HashMap<String, Vec<NodeId>> = HashMap::new();
        for node in self.tree().nodes() {
            match node.kind() {
                Kind::Identifier if !bound.contains(&node.id()) && is_read(node) => {
                    found.entry(node.text().to_string()).or_default().push(node.id());
                }
                Kind::String if is_in_all(node) => {
                    if let Some(name) = StringLiteral::of(node).and_then(|literal| literal.value) {
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

/// Whether an identifier is evaluated: not the name of an attribute or keyword argument, and not part of an import.
fn is_read(node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    match parent.kind() {
        Kind::Attribute => node.parent_field() == Some(Field::Object),
        Kind::KeywordArgument | Kind::DefaultParameter | Kind::TypedDefaultParameter => {
            node.parent_field() != Some(Field::Name)
        }
        Kind::DottedName => parent.parent().is_some_and(|around| {
            !matches!(
                around.kind(),
                Kind::ImportStatement
                    | Kind::ImportFromStatement
                    | Kind::AliasedImport
                    | Kind::RelativeImport
                    | Kind::FutureImportStatement
            )
        }),
        Kind::AliasedImport => false,
        Kind::GlobalStatement | Kind::NonlocalStatement => true,
        _ => true,
    }
}

fn is_in_all(node: Node<'_>) -> bool {
    node.ancestors()
        .take(4)
        .find(|around| matches!(around.kind(), Kind::Assignment | Kind::AugmentedAssignment | Kind::Call))
        .and_then(|around| around.field(Field::Left).or_else(|| around.field(Field::Function)))
        .is_some_and(|target| target.text().starts_with("__all__"))
}
