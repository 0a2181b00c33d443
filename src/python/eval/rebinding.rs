//! Other ways in which a name or a module's attribute gets another meaning: an assignment to the attribute
//! (`http.client.HTTPConnection = Fake`), a mock, and wildcard imports of unknown modules.

use crate::python::file::{Patch, assigned_value};
use crate::python::library::callables;
use crate::python::library::modules;
use crate::python::library::stdlib;
use crate::python::scopes::ScopeKind;
use crate::python::syntax::calls::{Argument, Call};
use crate::python::syntax::expressions::{Attribute, Subscript};
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Meaning, PythonFile};
use std::collections::HashMap;
use std::rc::Rc;

/// How many patches of one attribute are examined; only a hostile file has more.
const MOST: usize = 64;

impl PythonFile {
    /// Whether the file replaces the object with the canonical qualified name `path`, a module or class that contains
    /// it, or the way in which its instances are created or connect: by assignment (including
    /// `sys.modules["http.client"]`), `setattr`, pytest's `monkeypatch` or `unittest.mock`'s `patch`.
    pub fn is_patched(&self, path: &str) -> bool {
        let ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]).skip(1);
        let replaced = |path: &str| self.patched(modules::last_segment(path)).iter().any(|patched| patched == path);
        { ends }.any(|end| path.get(..end).is_some_and(replaced))
            || callables::essential_methods().any(|member| replaced(&format!("{path}.{member}")))
    }

    /// Whether a wildcard import may have rebound the name that `node` (a name or an attribute of it) starts with: one
    /// of a module outside the standard library, after the name's own binding.
    pub fn may_be_rebound_by_wildcard_import(&self, node: Node<'_>) -> bool {
        let Some(name) = root(node) else { return false };
        // A wildcard import does not bind such names.
        if name.text().starts_with('_') || self.scopes().wildcard_imports().is_empty() {
            return false;
        }
        let scope = self.scope_of(name);
        let owner = self.scopes().owner(name.text(), scope).map(|(owner, _)| owner);
        if owner.and_then(|owner| self.scope(owner)).is_some_and(|owner| owner.kind != ScopeKind::Module) {
            return false;
        }
        let bound = self.reaching(name.text(), name.start()).last().and_then(|id| self.binding(*id));
        let bound =
            bound.map_or_else(|| self.wildcard_import_that_binds(name.text()), |binding| Some(binding.identifier));
        let Some(bound) = bound else { return false };
        let runs_later =
            name.ancestors().any(|around| matches!(around.kind(), Kind::FunctionDefinition | Kind::Lambda));
        self.scopes().wildcard_imports().iter().any(|import| {
            self.scope(import.scope).is_some_and(|scope| scope.kind == ScopeKind::Module)
                && !stdlib::is_standard_module(&modules::canonical(&import.module))
                && !stdlib::is_standard_module(&import.module)
                && import.statement > bound
                && (runs_later || import.statement < name.id())
        })
    }

    fn wildcard_import_that_binds(&self, name: &str) -> Option<NodeId> {
        let binds = |module: &str| modules::wildcard_import_binds(&modules::canonical(module), name);
        self.scopes().wildcard_imports().iter().find(|import| binds(&import.module)).map(|import| import.statement)
    }

    fn patched(&self, name: &str) -> Rc<Vec<String>> {
        if let Some(known) = self.caches.patched.borrow().get(name) {
            return Rc::clone(known);
        }
        let written = self.caches.patches.get_or_init(|| self.collect_patches());
        let spellings = std::iter::once(name).chain(modules::spellings(name));
        let patches =
            spellings.flat_map(|name| written.get(name).into_iter().flatten().map(move |patch| (name, patch)));
        let resolved = patches.take(MOST).filter_map(|(name, patch)| match patch {
            Patch::Path(path) => Some(modules::canonical(path)),
            Patch::Of(object) => match self.resolve(self.node(*object))?.meaning {
                Meaning::Path(path) => Some(modules::canonical(&format!("{path}.{name}"))),
                Meaning::Class(_) => None,
            },
        });
        let resolved = Rc::new(resolved.collect::<Vec<_>>());
        self.caches.patched.borrow_mut().insert(name.to_string(), Rc::clone(&resolved));
        resolved
    }

    fn collect_patches(&self) -> HashMap<String, Vec<Patch>> {
        let mut found: HashMap<String, Vec<Patch>> = HashMap::new();
        let mut add = |name: &str, patch| found.entry(name.to_string()).or_default().push(patch);
        for node in self.tree().nodes() {
            match node.kind() {
                Kind::Attribute if assigned_value(node).is_some() => {
                    if let Some((object, name)) = node.object_and_name() {
                        add(name.text(), Patch::Of(object.id()));
                    }
                }
                Kind::Subscript if assigned_value(node).is_some() => {
                    let subscript = Subscript::of(node).filter(|subscript| is_modules(subscript.container.text()));
                    let module = subscript.and_then(|subscript| string_value(subscript.index));
                    if let Some(path) = module {
                        add(modules::last_segment(&path), Patch::Path(path.clone()));
                    }
                }
                Kind::Call => {
                    let Some(call) = Call::of(node).filter(|call| replaces(call.callee)) else { continue };
                    let positional = call.positional();
                    let text = |index: usize| positional.get(index).copied().and_then(string_value);
                    let names = call.arguments.iter().filter_map(|argument| match argument {
                        Argument::Keyword { name, .. } => Some(*name),
                        _ => None,
                    });
                    match (Attribute::of(call.callee).map(|callee| callee.name.text()), text(0), positional.first()) {
                        // `patch.multiple("a.b", C=…)`, `patch.multiple(a.b, C=…)`
                        (Some("multiple"), Some(path), _) => {
                            names.for_each(|name| add(name, Patch::Path(format!("{path}.{name}"))));
                            continue;
                        }
                        (Some("multiple"), None, Some(object)) => {
                            names.for_each(|name| add(name, Patch::Of(object.id())));
                            continue;
                        }
                        // `patch.dict("sys.modules", {"a.b": …})`, `monkeypatch.setitem(sys.modules, "a.b", …)`
                        (Some("dict" | "setitem"), name, Some(object)) => {
                            if is_modules(name.as_deref().unwrap_or(object.text())) {
                                let keys = node.descendants().take(MOST).filter_map(string_value);
                                keys.for_each(|path| add(modules::last_segment(&path), Patch::Path(path.clone())));
                            }
                            continue;
                        }
                        _ => {}
                    }
                    match (text(0), positional.first(), text(1)) {
                        // `patch("a.b.C")`, `monkeypatch.setattr("a.b.C", value)`.
                        (Some(path), _, _) => add(modules::last_segment(&path), Patch::Path(path.clone())),
                        // `setattr(a.b, "C", value)`, `patch.object(a.b, "C")`.
                        (None, Some(object), Some(name)) => add(&name, Patch::Of(object.id())),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// `setattr`, `monkeypatch.setattr` and `.setitem`, `mock.patch`, `patch.object`, `.multiple` and `.dict`, `self.patch`.
fn replaces(callee: Node<'_>) -> bool {
    let name = callee.last_identifier().text();
    match name {
        "setattr" | "setitem" | "patch" => true,
        "object" | "multiple" | "dict" => callee.text().ends_with(&format!("patch.{name}")),
        _ => false,
    }
}

/// The dictionary of all modules, in which an import looks first.
fn is_modules(object: &str) -> bool {
    object == "sys.modules"
}

/// The identifier that an attribute of an attribute starts with.
fn root(mut node: Node<'_>) -> Option<Node<'_>> {
    loop {
        match node.kind() {
            Kind::Identifier => return Some(node),
            Kind::Attribute => node = Attribute::of(node)?.object,
            Kind::ParenthesizedExpression => node = node.named_children().next()?,
            _ => return None,
        }
    }
}
