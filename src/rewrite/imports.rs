//! How to spell a module member that a fix needs, and which `import` this requires.
//!
//! If an existing import provides the name at that place, it is used. Otherwise, the file gets one new `import` under
//! the module's own name, unless that name has another meaning at some site. The Python model decides which names are
//! bound and visible, never a text search.

use super::top_block;
use crate::python::{Binding, BindingId, BindingKind, Kind, Node, PythonFile, ScopeId, ScopeKind, canonical};
use crate::text::Span;
use crate::text::TextEdit;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

/// How many names of one module are tried at a site; real code never imports a module under more.
const MAX_SPELLINGS: usize = 16;

/// The imports of one file, and the questions that plans ask about them. Answers are cached, because a file's findings
/// are also planned one by one.
pub(super) struct Imports<'f> {
    pub(super) file: &'f PythonFile,
    pub(super) newline: &'static str,
    /// By import path, as written: the bound names.
    names_by_path: HashMap<&'f str, Vec<&'f str>>,
    identifiers: OnceCell<HashSet<&'f str>>,
    uses: RefCell<HashMap<BindingId, Rc<Vec<Span>>>>,
    /// By import line: where it goes, for first uses in the range.
    placed: RefCell<HashMap<String, (TextEdit, Range<usize>)>>,
    /// By name: whether it is read somewhere without a binding in the file.
    read_free: RefCell<HashMap<String, bool>>,
    /// By scope and name; see [`Imports::is_only_a_name`].
    only_names: RefCell<HashMap<(ScopeId, &'f str), bool>>,
}

/// A module member as a fix needs it: see [`crate::finding::Fragment::Member`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct MemberUse {
    pub(super) module: &'static str,
    pub(super) member: &'static str,
    pub(super) site: usize,
}

/// The spelling of each member, and the new imports.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    pub(super) spellings: HashMap<MemberUse, String>,
    pub(super) edits: Vec<TextEdit>,
}

impl<'f> Imports<'f> {
    pub(super) fn new(file: &'f PythonFile, newline: &'static str) -> Self {
        let mut names_by_path: HashMap<&str, Vec<&str>> = HashMap::new();
        for id in file.bindings() {
            if let Some(Binding { name, kind: BindingKind::Import { path, .. }, .. }) = file.binding(id) {
                let names = names_by_path.entry(path).or_default();
                if names.len() < MAX_SPELLINGS && !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
        }
        Self {
            file,
            newline,
            names_by_path,
            identifiers: OnceCell::new(),
            uses: RefCell::default(),
            placed: RefCell::default(),
            read_free: RefCell::default(),
            only_names: RefCell::default(),
        }
    }

    /// Spells `uses`, with one new `import` for each module that is not visible at every site.
    pub(super) fn spell(&self, uses: &[MemberUse]) -> Spelled {
        let mut spelled = Spelled::default();
        let mut missing: BTreeMap<&'static str, Vec<MemberUse>> = BTreeMap::new();
        for wanted in uses {
            match self.existing_spelling(wanted) {
                Some(spelling) => {
                    spelled.spellings.insert(*wanted, spelling);
                }
                None => missing.entry(wanted.module).or_default().push(*wanted),
            }
        }
        for (module, uses) in missing {
            let name = self.new_name(module, &uses);
            let line = if name == module { format!("import {module}") } else { format!("import {module} as {name}") };
            let first_use = uses.iter().map(|wanted| wanted.site).min().unwrap_or(0);
            spelled.edits.push(self.placed(module, &line, first_use));
            for wanted in uses {
                spelled.spellings.insert(wanted, format!("{name}.{}", wanted.member));
            }
        }
        spelled
    }

    /// The names that imports of `path` bind anywhere in the file.
    pub(super) fn names_of(&self, path: &str) -> &[&'f str] {
        self.names_by_path.get(path).map_or(&[], Vec::as_slice)
    }

    /// The bindings of `name` that a read at `site` may see, if there are any and each imports one of `paths`.
    pub(super) fn reaching_imports(&self, name: &str, site: usize, paths: &[String]) -> Option<Vec<BindingId>> {
        let reaching = self.file.reaching(name, site);
        let all_match =
            reaching.iter().all(|id| self.file.binding(*id).is_some_and(|binding| imports_one_of(binding, paths)));
        (all_match && !reaching.is_empty()).then_some(reaching)
    }

    /// Whether `name`, as seen from `site`, has a binding for which `is_harmless` is false.
    pub(super) fn is_taken(&self, name: &str, site: usize, is_harmless: impl Fn(&Binding) -> bool) -> bool {
        self.file.owner_bindings(name, site).iter().any(|id| !self.file.binding(*id).is_some_and(&is_harmless))
    }

    /// Whether a `from … import` binds `id`.
    pub(super) fn is_from_import(&self, id: BindingId) -> bool {
        self.file.binding(id).is_some_and(|binding| {
            matches!(binding.kind, BindingKind::Import { .. })
                && self.file.node(binding.statement).kind() == Kind::ImportFromStatement
        })
    }

    /// Whether only `from` imports bind the name of `id`, and only uses as a name in this file need it.
    pub(super) fn is_only_a_name(&self, id: BindingId) -> bool {
        let Some(binding) = self.file.binding(id) else { return false };
        let key = (binding.scope, binding.name.as_str());
        if let Some(known) = self.only_names.borrow().get(&key) {
            return *known;
        }
        let file = self.file;
        // `except ImportError: HTTPConnection = None`: other code tests the name.
        let is_only_imported = file
            .owner_bindings(&binding.name, file.node(binding.identifier).start())
            .iter()
            .all(|other| self.is_from_import(*other));
        // A name in a class body is an attribute of the instances.
        let is_attribute = file.scope(binding.scope).is_some_and(|scope| scope.kind == ScopeKind::Class)
            && file.attributes_called(&binding.name).next().is_some();
        let is_of_module = file.scope(binding.scope).is_some_and(|scope| scope.kind == ScopeKind::Module);
        let is_only_a_name = is_only_imported
            && !is_attribute
            && !file.is_named_in_text(&binding.name)
            && (!is_of_module || !file.is_imported_elsewhere(&binding.name));
        self.only_names.borrow_mut().insert(key, is_only_a_name);
        is_only_a_name
    }

    /// Whether `name` is read somewhere without a binding in this file: a wildcard import or another module provides
    /// it, or it is missing. A new binding would capture such a read. Reads that stand for one of `paths` are ignored.
    pub(super) fn is_read_free(&self, name: &str, paths: &[String]) -> bool {
        if let Some(known) = self.read_free.borrow().get(name) {
            return *known;
        }
        let meanings: Vec<String> = paths.iter().map(|path| canonical(path)).collect();
        let means_another =
            |read: &Node<'_>| !self.file.qualified_name(*read).is_some_and(|path| meanings.contains(&path));
        let found = self.file.free_reads(name).iter().any(means_another);
        self.read_free.borrow_mut().insert(name.to_string(), found);
        found
    }

    /// `_name`, `_name2` and so on: the first that is not an identifier of the file.
    pub(super) fn fresh_name(&self, name: &str) -> String {
        let identifiers = self.identifiers.get_or_init(|| {
            let nodes = self.file.root().descendants();
            nodes.filter(|node| node.kind() == Kind::Identifier).map(Node::text).collect()
        });
        let base = format!("_{name}");
        let numbered = (2..).map(|number: usize| format!("{base}{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(numbered);
        candidates.find(|candidate| !identifiers.contains(candidate.as_str())).unwrap_or(base)
    }

    /// The places where a binding is read, in position order.
    pub(super) fn uses(&self, id: BindingId) -> Rc<Vec<Span>> {
        if let Some(known) = self.uses.borrow().get(&id) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.file.uses(id).iter().map(|node| node.span()).collect::<Vec<_>>());
        self.uses.borrow_mut().insert(id, Rc::clone(&found));
        found
    }

    fn placed(&self, module: &str, line: &str, first_use: usize) -> TextEdit {
        if let Some((edit, _)) = self.placed.borrow().get(line).filter(|(_, uses)| uses.contains(&first_use)) {
            return edit.clone();
        }
        let (edit, first_uses) = top_block::insertion(self.file, self.newline, module, line, first_use);
        self.placed.borrow_mut().insert(line.to_string(), (edit.clone(), first_uses));
        edit
    }

    fn existing_spelling(&self, wanted: &MemberUse) -> Option<String> {
        let usable = |path: &str| {
            let path = path.to_string();
            let names = self.names_of(&path).iter().copied();
            let paths = [path.clone()];
            names
                .filter(|name| self.reaching_imports(name, wanted.site, &paths).is_some())
                .find(|name| self.file.is_definitely_bound(name, wanted.site))
                .map(str::to_string)
        };
        let read = self.file.module_read_at(wanted.module, wanted.site);
        { read.map(str::to_string) }
            .or_else(|| usable(wanted.module))
            .map(|name| format!("{name}.{}", wanted.member))
            .or_else(|| usable(&format!("{}.{}", wanted.module, wanted.member)))
    }

    /// The name for a new `import module`: its own name, if that is free at every site.
    fn new_name(&self, module: &str, uses: &[MemberUse]) -> String {
        let is_harmless = |binding: &Binding| {
            binding.scope == ScopeId(0)
                && (imports_one_of(binding, &[module.to_string()]) || self.is_none_in_handler(binding))
        };
        if self.is_read_free(module, &[]) || uses.iter().any(|wanted| self.is_taken(module, wanted.site, is_harmless)) {
            self.fresh_name(module)
        } else {
            module.to_string()
        }
    }

    /// `except ImportError: ssl = None`: the other half of an import that may fail.
    fn is_none_in_handler(&self, binding: &Binding) -> bool {
        let statement = self.file.node(binding.statement);
        let is_none = statement.text().rsplit_once('=').is_some_and(|(_, value)| value.trim() == "None");
        is_none && statement.ancestors().any(|node| node.kind() == Kind::ExceptClause)
    }
}

/// Whether `binding` imports one of `paths`, as written.
pub(super) fn imports_one_of(binding: &Binding, paths: &[String]) -> bool {
    matches!(&binding.kind, BindingKind::Import { path, .. } if paths.contains(path))
}
