//! Scopes and bindings, by Python's rules.
//!
//! One pass says for each node in which scope it is evaluated, a second collects every place that binds a name. What a name
//! can mean at a place is [`self::reaching`]'s question.
//!
//! Rules that are easy to get wrong (Language Reference, 4.2): functions in a class body do not see its names; a
//! parameter's default and annotation are evaluated outside the function, and so is the first iterable of a
//! comprehension; `global` and `nonlocal` move a binding to another scope; a walrus in a comprehension binds outside of
//! it.

mod binder;
mod flow;
pub(super) mod reaching;

use super::syntax::statements::Place;
use super::syntax::tree::{Node, NodeId, Tree};
use crate::python::syntax::kinds::{Field, Kind};
use flow::Flow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

/// A scope: the module, a class body, a function, a lambda or a comprehension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(crate) u32);

/// The module's own scope.
pub(in crate::python) const MODULE: ScopeId = ScopeId(0);

/// A binding of a name in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(crate) u32);

/// The kind of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A `class` body.
    Class,
    /// A `def` or a `lambda`.
    Function,
    /// A comprehension or generator expression: runs in place.
    Comprehension,
}

/// One scope.
#[derive(Debug)]
pub struct Scope {
    /// What opens it.
    pub kind: ScopeKind,
    /// The enclosing scope.
    pub parent: Option<ScopeId>,
    /// The `module`, `class_definition`, `function_definition`, `lambda` or comprehension.
    pub node: NodeId,
    globals: HashSet<String>,
    nonlocals: HashSet<String>,
    names: HashMap<String, Vec<BindingId>>,
}

/// How a name is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a.b` (binds `a` to `a`), `import a.b as c`, `from a import b [as c]`.
    Import {
        /// What the name stands for, as written: `httplib`, `http.client.HTTPConnection`, `.compat.x`.
        path: String,
        /// The `dotted_name` or `aliased_import` in the statement's list.
        element: NodeId,
    },
    /// `name = value`, `name: T = value`, `(name := value)`, `a = b = value`.
    Assign {
        /// The expression on the right.
        value: NodeId,
    },
    /// One name of an unpacking assignment: `host, port = value`.
    Unpack {
        /// The expression on the right.
        value: NodeId,
        /// The part of it, outermost first.
        path: Vec<Place>,
    },
    /// `with value as name`.
    With {
        /// The context manager.
        value: NodeId,
    },
    /// A parameter.
    Parameter {
        /// Its annotation's expression.
        annotation: Option<NodeId>,
        /// Its default.
        default: Option<NodeId>,
    },
    /// `def name`.
    Function {
        /// The `function_definition`.
        definition: NodeId,
    },
    /// `class name`.
    Class {
        /// The `class_definition`.
        definition: NodeId,
    },
    /// `name: T` without a value: declares, does not bind.
    Declaration,
    /// `del name`.
    Delete,
    /// A loop's target, an `except` alias, a match capture, an augmented assignment: bound to something unknown.
    Opaque,
}

/// One binding.
#[derive(Debug)]
pub struct Binding {
    /// The bound name.
    pub name: String,
    /// The scope that owns it.
    pub scope: ScopeId,
    /// How it is bound.
    pub kind: BindingKind,
    /// The bound identifier (`a` in `import a.b`).
    pub identifier: NodeId,
    /// The statement that binds it, or the function for a parameter.
    pub statement: NodeId,
}

/// The scopes and bindings of one file.
#[derive(Debug)]
pub(crate) struct Scopes {
    scopes: Vec<Scope>,
    /// By node: the scope in which it is evaluated.
    of_node: Vec<ScopeId>,
    bindings: Vec<Binding>,
    /// Every `from m import *`, in position order.
    wildcard_imports: Vec<WildcardImport>,
    /// By scope: which bindings hold where, once that was asked for.
    flows: Vec<OnceCell<Flow>>,
}

/// One `from m import *`.
#[derive(Debug)]
pub(crate) struct WildcardImport {
    /// The scope in which it binds names.
    pub(crate) scope: ScopeId,
    /// The module as written: `httplib`, `.settings`.
    pub(crate) module: String,
    /// The statement.
    pub(crate) statement: NodeId,
}

impl Scopes {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut scopes = Self {
            scopes: Vec::new(),
            of_node: Vec::with_capacity(tree.len()),
            bindings: Vec::new(),
            wildcard_imports: Vec::new(),
            flows: Vec::new(),
        };
        scopes.open_all(tree);
        scopes.flows.resize_with(scopes.scopes.len(), OnceCell::new);
        for node in tree.nodes() {
            scopes.bind(node);
        }
        for scope in &mut scopes.scopes {
            for bindings in scope.names.values_mut() {
                bindings.sort_by_key(|id| scopes.bindings.get(id.0 as usize).map(|binding| binding.identifier));
            }
        }
        scopes
    }

    pub(crate) fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize)
    }

    /// The scope in which `node` is evaluated.
    pub(crate) fn scope_of(&self, node: Node<'_>) -> ScopeId {
        self.of_node.get(node.id().index()).copied().unwrap_or(ScopeId(0))
    }

    pub(crate) fn binding(&self, id: BindingId) -> Option<&Binding> {
        self.bindings.get(id.0 as usize)
    }

    pub(crate) fn bindings(&self) -> impl Iterator<Item = (BindingId, &Binding)> {
        self.bindings
            .iter()
            .enumerate()
            .filter_map(|(index, binding)| Some((BindingId(u32::try_from(index).ok()?), binding)))
    }

    pub(crate) fn wildcard_imports(&self) -> &[WildcardImport] {
        &self.wildcard_imports
    }

    /// The scope that owns `name` as seen from `scope`, with its bindings there in position order; `None` for a free
    /// name.
    pub(crate) fn owner(&self, name: &str, scope: ScopeId) -> Option<(ScopeId, &[BindingId])> {
        let mut at = scope;
        loop {
            let here = self.scope(at)?;
            if here.globals.contains(name) {
                return self.scope(ScopeId(0))?.names.get(name).map(|found| (ScopeId(0), found.as_slice()));
            }
            // Code directly in a class body sees its names; functions and comprehensions in it do not.
            let visible = at == scope || here.kind != ScopeKind::Class;
            if visible && let Some(found) = here.names.get(name) {
                return Some((at, found.as_slice()));
            }
            at = here.parent?;
        }
    }

    /// Which bindings hold where in the scope `owner`.
    fn flow(&self, tree: &Tree, owner: ScopeId) -> Option<&Flow> {
        self.flows.get(owner.0 as usize).map(|flow| flow.get_or_init(|| Flow::of(tree, self, owner)))
    }

    /// First pass: the nodes that open scopes, and the scope of each node.
    fn open_all(&mut self, tree: &Tree) {
        // By node that opens a scope: that scope.
        let mut inner: HashMap<NodeId, ScopeId> = HashMap::new();
        for node in tree.nodes() {
            let scope = match node.parent() {
                None => ScopeId(0),
                Some(parent) => self.scope_below(node, parent, &inner),
            };
            self.of_node.push(scope);
            let kind = match node.kind() {
                _ if node.parent().is_none() => ScopeKind::Module,
                Kind::FunctionDefinition | Kind::Lambda if node.is_named() => ScopeKind::Function,
                Kind::ClassDefinition => ScopeKind::Class,
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictionaryComprehension
                | Kind::GeneratorExpression => ScopeKind::Comprehension,
                Kind::GlobalStatement | Kind::NonlocalStatement => {
                    self.declare(node, scope);
                    continue;
                }
                _ => continue,
            };
            let id = ScopeId(u32::try_from(self.scopes.len()).unwrap_or(0));
            inner.insert(node.id(), id);
            self.scopes.push(Scope {
                kind,
                parent: (kind != ScopeKind::Module).then_some(scope),
                node: node.id(),
                globals: HashSet::new(),
                nonlocals: HashSet::new(),
                names: HashMap::new(),
            });
        }
    }

    fn scope_below(&self, node: Node<'_>, parent: Node<'_>, inner: &HashMap<NodeId, ScopeId>) -> ScopeId {
        let outer = self.scope_of(parent);
        let Some(&opened) = inner.get(&parent.id()) else {
            let outside = || self.scope(outer).and_then(|scope| scope.parent).unwrap_or(outer);
            return match (parent.kind(), node.parent_field()) {
                (Kind::DefaultParameter | Kind::TypedDefaultParameter, Some(Field::Value | Field::Type))
                | (Kind::TypedParameter, Some(Field::Type)) => outside(),
                (Kind::ForInClause, Some(Field::Right)) if is_first_clause(parent) => outside(),
                _ => outer,
            };
        };
        match (parent.kind(), node.parent_field()) {
            (
                Kind::FunctionDefinition | Kind::Lambda,
                Some(Field::Body | Field::Parameters | Field::TypeParameters),
            )
            | (Kind::ClassDefinition, Some(Field::Body)) => opened,
            (Kind::FunctionDefinition | Kind::Lambda | Kind::ClassDefinition, _) => outer,
            _ => opened,
        }
    }

    fn declare(&mut self, node: Node<'_>, scope: ScopeId) {
        let global = node.kind() == Kind::GlobalStatement;
        if let Some(scope) = self.scopes.get_mut(scope.0 as usize) {
            let names = if global { &mut scope.globals } else { &mut scope.nonlocals };
            names.extend(node.named_children().map(|name| name.text().to_string()));
        }
    }
}

fn is_first_clause(clause: Node<'_>) -> bool {
    clause.parent().and_then(|parent| parent.children().find(|child| child.kind() == Kind::ForInClause)) == Some(clause)
}
