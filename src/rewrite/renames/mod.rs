//! Renames in `from … import` statements: the name's uses now mean another member of the same module.
//!
//! `from http.client import HTTPConnection as Plain` becomes `HTTPSConnection as Plain` if every use of `Plain` was
//! rewritten. If one use stays, `HTTPSConnection` is imported next to it, and the rewritten calls use it. The two arms
//! of a `try`/`except ImportError` bind one name and are handled alike.

mod list;

use super::imports::{Imports, imports_one_of};
use crate::finding::Rename;
use crate::python::{Binding, BindingId, BindingKind, ImportElement, ImportStatement, Node};
use crate::text::Span;
use crate::text::TextEdit;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The edits that make renames true.
pub(super) struct RenameEdits {
    /// At the names.
    pub(super) at_names: Vec<TextEdit>,
    /// In the import statements that bind them.
    pub(super) in_imports: Vec<TextEdit>,
}

/// The edits that make `renames` true.
pub(super) fn edits(imports: &Imports<'_>, renames: &[&Rename]) -> RenameEdits {
    let mut planner = Planner {
        imports,
        at_names: BTreeMap::new(),
        in_statements: Vec::new(),
        given: HashSet::new(),
        claimed: HashMap::new(),
        removed: HashMap::new(),
    };
    let (groups, unimported) = group(imports, renames);
    for rename in unimported {
        planner.at_names.insert(rename.name, rename.to.to_string());
    }
    // Whole groups first: a name that they import need not be imported again.
    let (whole, partial): (Vec<_>, Vec<_>) = groups.into_iter().partition(|group| planner.is_whole(group));
    for group in &whole {
        planner.plan(group, true);
    }
    for group in &partial {
        planner.plan(group, false);
    }
    RenameEdits {
        at_names: planner.at_names.into_iter().map(|(span, text)| TextEdit { span, text }).collect(),
        in_imports: planner.in_statements,
    }
}

/// Names from the same import, or from imports that replace each other and bind the same name.
#[derive(Debug)]
struct Group<'r> {
    bindings: BTreeSet<BindingId>,
    to: &'r str,
    names: BTreeSet<Span>,
}

/// Groups `renames` by the bindings that reach them. Also returns those that no `from` import binds (for example a
/// wildcard import).
fn group<'r>(imports: &Imports<'_>, renames: &[&'r Rename]) -> (Vec<Group<'r>>, Vec<&'r Rename>) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut of_binding: HashMap<(BindingId, &str), usize> = HashMap::new();
    let mut unimported = Vec::new();
    for rename in renames {
        let name = imports.file.text().get(rename.name.start..rename.name.end).unwrap_or_default();
        let reaching = imports.file.reaching(name, rename.name.start);
        let bindings: Vec<BindingId> = reaching.iter().copied().filter(|id| imports.is_from_import(*id)).collect();
        if bindings.is_empty() {
            unimported.push(*rename);
            continue;
        }
        let known: BTreeSet<usize> =
            bindings.iter().filter_map(|id| of_binding.get(&(*id, rename.to.as_str())).copied()).collect();
        let mut merged =
            Group { bindings: bindings.into_iter().collect(), to: &rename.to, names: BTreeSet::from([rename.name]) };
        let target = known.first().copied().unwrap_or(groups.len());
        let mut newly_bound: Vec<BindingId> = merged.bindings.iter().copied().collect();
        for index in known {
            if let Some(group) = groups.get_mut(index) {
                if index != target {
                    newly_bound.extend(group.bindings.iter().copied());
                }
                append_smaller(&mut merged.bindings, std::mem::take(&mut group.bindings));
                append_smaller(&mut merged.names, std::mem::take(&mut group.names));
            }
        }
        of_binding.extend(newly_bound.into_iter().map(|id| ((id, rename.to.as_str()), target)));
        match groups.get_mut(target) {
            Some(group) => *group = merged,
            None => groups.push(merged),
        }
    }
    groups.retain(|group| !group.names.is_empty());
    (groups, unimported)
}

/// Merges the smaller of two sets into the other.
fn append_smaller<T: Ord>(into: &mut BTreeSet<T>, mut from: BTreeSet<T>) {
    if from.len() > into.len() {
        std::mem::swap(into, &mut from);
    }
    into.extend(from);
}

struct Planner<'i, 'f> {
    imports: &'i Imports<'f>,
    at_names: BTreeMap<Span, String>,
    in_statements: Vec<TextEdit>,
    /// Names that a statement (by its start) newly binds.
    given: HashSet<(usize, String)>,
    /// New names, with the modules that they come from: two modules must not bind the same name.
    claimed: HashMap<String, Vec<String>>,
    /// By a statement's start: how many elements were removed from it.
    removed: HashMap<usize, usize>,
}

impl<'f> Planner<'_, 'f> {
    /// Whether every use of the group's bindings is rewritten, and nothing else needs the old name.
    fn is_whole(&self, group: &Group<'_>) -> bool {
        group.bindings.iter().all(|id| {
            let uses = self.imports.uses(*id);
            uses.len() <= group.names.len()
                && uses.iter().all(|span| group.names.contains(span))
                && !self.is_reexport(*id)
                && self.imports.is_only_a_name(*id)
        })
    }

    /// `from m import X as X`: a stub or a package exports X.
    fn is_reexport(&self, id: BindingId) -> bool {
        let element = self.element(id).map(ImportElement::of);
        element.is_some_and(|element| element.alias.is_some_and(|alias| alias.text() == element.name.text()))
    }

    fn plan(&mut self, group: &Group<'_>, whole: bool) {
        let paths = self.paths(group);
        if let Some(name) = self.usable_name(group, &paths) {
            self.respell(group, &name);
            if whole {
                for id in &group.bindings {
                    self.remove(*id);
                }
            }
        } else if whole {
            self.replace(group, &paths);
        } else {
            self.add_beside(group, &paths);
        }
    }

    /// The members to import instead, `http.client.HTTPSConnection`, one for each module of the group.
    fn paths(&self, group: &Group<'_>) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for id in &group.bindings {
            if let Some(BindingKind::Import { path, .. }) = self.imports.file.binding(*id).map(|binding| &binding.kind)
            {
                let module = path.rsplit_once('.').map_or("", |(module, _)| module);
                paths.push(format!("{module}.{}", group.to));
            }
        }
        paths.sort();
        paths.dedup();
        paths
    }

    /// A name that already provides the new member at every site.
    fn usable_name(&self, group: &Group<'_>, paths: &[String]) -> Option<String> {
        let mut names: Vec<&str> = paths.iter().flat_map(|path| self.imports.names_of(path)).copied().collect();
        names.sort_unstable_by_key(|name| (*name != group.to, *name));
        names.dedup();
        names
            .into_iter()
            .find(|name| group.names.iter().all(|site| self.is_usable(name, site.start, paths, group)))
            .map(str::to_string)
    }

    fn is_usable(&self, name: &str, site: usize, paths: &[String], group: &Group<'_>) -> bool {
        let Some(reaching) = self.imports.reaching_imports(name, site, paths) else { return false };
        let file = self.imports.file;
        // It must be bound wherever the old name is: in the same statements, or in others in the same arms.
        let arm = |id: BindingId| file.node(file.binding(id)?.statement).parent();
        let is_beside = |id: &BindingId| reaching.iter().any(|new| arm(*new) == arm(*id));
        file.is_definitely_bound(name, site) || group.bindings.iter().all(is_beside)
    }

    fn replace(&mut self, group: &Group<'_>, paths: &[String]) {
        let elements: Vec<(BindingId, Node<'f>)> =
            group.bindings.iter().filter_map(|id| Some((*id, self.element(*id)?))).collect();
        let members = || elements.iter().map(|(_, element)| ImportElement::of(*element));
        if members().all(|member| member.alias.is_some()) {
            self.in_statements.extend(members().map(|member| TextEdit::replacement(member.name.span(), group.to)));
            return;
        }
        let name = self.new_name(group, paths);
        for (id, element) in elements {
            self.in_statements.push(TextEdit::replacement(element.span(), imported_as(group.to, &name)));
            if let Some(statement) = self.statement(id) {
                self.given.insert((statement.start(), name.clone()));
            }
        }
        self.respell(group, &name);
    }

    fn add_beside(&mut self, group: &Group<'_>, paths: &[String]) {
        let name = self.new_name(group, paths);
        for id in &group.bindings {
            let (Some(statement), Some(element)) = (self.statement(*id), self.element(*id)) else { continue };
            if self.given.insert((statement.start(), name.clone())) {
                let text = self.imports.file.text();
                let addition = imported_as(group.to, &name);
                self.in_statements.extend(list::add_after(text, self.imports.newline, statement, element, &addition));
            }
        }
        self.respell(group, &name);
    }

    fn remove(&mut self, id: BindingId) {
        let (Some(statement), Some(element)) = (self.statement(id), self.element(id)) else { return };
        let removed = self.removed.entry(statement.start()).or_default();
        if ImportStatement::of(statement).map_or(0, |import| import.elements().count()) <= *removed + 1 {
            return;
        }
        let edits = list::remove(self.imports.file.text(), statement, element);
        let clashes = |edit: &TextEdit| {
            self.in_statements.iter().any(|other| edit.span.start < other.span.end && other.span.start < edit.span.end)
        };
        if !edits.is_empty() && !edits.iter().any(clashes) {
            *removed += 1;
            self.in_statements.extend(edits);
        }
    }

    fn respell(&mut self, group: &Group<'_>, name: &str) {
        self.at_names.extend(group.names.iter().map(|span| (*span, name.to_string())));
    }

    /// The member's own name if it is free at every site, otherwise one that the file does not use.
    fn new_name(&mut self, group: &Group<'_>, paths: &[String]) -> String {
        let is_harmless = |binding: &Binding| imports_one_of(binding, paths);
        let is_taken = self.imports.is_read_free(group.to, paths)
            || group.names.iter().any(|site| self.imports.is_taken(group.to, site.start, is_harmless));
        let is_claimed = |name: &str| self.claimed.get(name).is_some_and(|by| by != paths);
        let mut name = group.to.to_string();
        let mut stem = group.to.to_string();
        while (name == group.to && is_taken) || is_claimed(&name) {
            name = self.imports.fresh_name(&stem);
            stem = format!("_{stem}");
        }
        self.claimed.insert(name.clone(), paths.to_vec());
        name
    }

    fn statement(&self, id: BindingId) -> Option<Node<'f>> {
        Some(self.imports.file.node(self.imports.file.binding(id)?.statement))
    }

    fn element(&self, id: BindingId) -> Option<Node<'f>> {
        match &self.imports.file.binding(id)?.kind {
            BindingKind::Import { element, .. } => Some(self.imports.file.node(*element)),
            _ => None,
        }
    }
}

fn imported_as(member: &str, name: &str) -> String {
    if member == name { member.to_string() } else { format!("{member} as {name}") }
}
