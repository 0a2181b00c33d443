//! Scopes and bindings by Python's own rules.
//!
//! One pass says for each node in which scope it is evaluated, a second collects every place that binds a name. What a name
//! can mean at a place is [`super::flow`]'s question.
//!
//! Rules that are easy to get wrong (Language Reference, 4.2): a class body is not visible in the functions below it; a
//! parameter's default and annotation are evaluated outside of the function; so is the first iterable of a comprehension;
//! `global` and `nonlocal` move a binding to another scope; a walrus in a comprehension binds outside of it.

use super::tree::{Node, NodeId, Tree};
use std::collections::{HashMap, HashSet};

/// A scope: the module, a class body, a function, a lambda or a comprehension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub(crate) u32);

/// A binding of a name in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingId(pub(crate) u32);

/// What opens a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A `class` body.
    Class,
    /// A `def` or a `lambda`.
    Function,
    /// A comprehension or generator expression: runs where it stands.
    Comprehension,
}

/// One scope.
#[derive(Debug)]
pub struct Scope {
    /// What opens it.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The `module`, `class_definition`, `function_definition`, `lambda` or comprehension.
    pub node: NodeId,
    globals: HashSet<String>,
    nonlocals: HashSet<String>,
    names: HashMap<String, Vec<BindingId>>,
}

/// How a name comes to be bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingKind {
    /// `import a.b` (binds `a` to `a`), `import a.b as c`, `from a import b [as c]`.
    Import {
        /// What the name stands for as written, not canonicalised: `httplib`, `http.client.HTTPConnection`, `.compat.x`.
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
        /// Zero-based position among the targets, outermost first; empty when a starred target makes it uncertain.
        path: Vec<usize>,
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
pub struct Scopes {
    scopes: Vec<Scope>,
    /// By node: the scope in which it is evaluated.
    of_node: Vec<ScopeId>,
    bindings: Vec<Binding>,
    /// Modules of `from m import *` at module level or in a function, with the scope.
    stars: Vec<(ScopeId, String)>,
}

const COMPREHENSIONS: [&str; 4] =
    ["list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"];

impl Scopes {
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut scopes = Self {
            scopes: Vec::new(),
            of_node: Vec::with_capacity(tree.len()),
            bindings: Vec::new(),
            stars: Vec::new(),
        };
        scopes.open_all(tree);
        for node in tree.nodes() {
            scopes.bind(tree, node);
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

    pub(crate) fn stars(&self) -> &[(ScopeId, String)] {
        &self.stars
    }

    /// The scope that owns `name` as seen from `scope`, with the bindings there; none for a free name.
    pub(crate) fn owner(&self, name: &str, scope: ScopeId) -> Option<(ScopeId, &[BindingId])> {
        let mut at = scope;
        loop {
            let here = self.scope(at)?;
            if here.globals.contains(name) {
                return self.scope(ScopeId(0))?.names.get(name).map(|found| (ScopeId(0), found.as_slice()));
            }
            // A class body is seen by the code in it, not by the functions and comprehensions below.
            let visible = at == scope || here.kind != ScopeKind::Class;
            if visible && let Some(found) = here.names.get(name) {
                return Some((at, found.as_slice()));
            }
            at = here.parent?;
        }
    }

    /// First pass: which node opens a scope, and in which scope each node is evaluated.
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
                "function_definition" | "lambda" if node.is_named() => ScopeKind::Function,
                "class_definition" => ScopeKind::Class,
                kind if COMPREHENSIONS.contains(&kind) => ScopeKind::Comprehension,
                "global_statement" | "nonlocal_statement" => {
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
            return match (parent.kind(), node.field_name()) {
                ("default_parameter" | "typed_default_parameter", Some("value" | "type"))
                | ("typed_parameter", Some("type")) => outside(),
                ("for_in_clause", Some("right")) if is_first_clause(parent) => outside(),
                _ => outer,
            };
        };
        match (parent.kind(), node.field_name()) {
            ("function_definition" | "lambda", Some("body" | "parameters")) | ("class_definition", Some("body")) => {
                opened
            }
            ("function_definition" | "lambda" | "class_definition", _) => outer,
            _ => opened,
        }
    }

    fn declare(&mut self, node: Node<'_>, scope: ScopeId) {
        let global = node.kind() == "global_statement";
        if let Some(scope) = self.scopes.get_mut(scope.0 as usize) {
            let names = if global { &mut scope.globals } else { &mut scope.nonlocals };
            names.extend(node.named_children().map(|name| name.text().to_string()));
        }
    }

    /// Second pass: what `node` binds.
    fn bind(&mut self, tree: &Tree, node: Node<'_>) {
        if !node.is_named() {
            return;
        }
        match node.kind() {
            "import_statement" => self.bind_import(node, None),
            "import_from_statement" => self.bind_import(node, node.field("module_name")),
            "function_definition" => {
                if let Some(name) = node.field("name") {
                    self.add(name, BindingKind::Function { definition: node.id() }, node);
                }
            }
            "class_definition" => {
                if let Some(name) = node.field("name") {
                    self.add(name, BindingKind::Class { definition: node.id() }, node);
                }
            }
            "parameters" | "lambda_parameters" => {
                for parameter in node.named_children() {
                    self.bind_parameter(parameter);
                }
            }
            "assignment" => self.bind_assignment(node),
            "augmented_assignment" => {
                if let Some(target) = node.field("left") {
                    self.bind_opaque(target);
                }
            }
            "named_expression" => {
                if let (Some(name), Some(value)) = (node.field("name"), node.field("value")) {
                    self.add(name, BindingKind::Assign { value: value.id() }, node);
                }
            }
            "for_statement" | "for_in_clause" => {
                if let Some(target) = node.field("left") {
                    self.bind_opaque(target);
                }
            }
            "as_pattern" => self.bind_as(node),
            "except_clause" | "except_group_clause" => {
                if let Some(alias) = node.field("alias") {
                    self.bind_opaque(alias);
                }
            }
            "delete_statement" => {
                for target in node.descendants().filter(|target| is_bare_target(*target)) {
                    self.add(target, BindingKind::Delete, node);
                }
            }
            "case_pattern" => {
                // A dotted name of one part captures; with a dot it is compared.
                for name in node.named_children().filter(|name| name.kind() == "dotted_name") {
                    let mut parts = name.named_children();
                    if let (Some(capture), None) = (parts.next(), parts.next()) {
                        self.add(capture, BindingKind::Opaque, node);
                    }
                }
            }
            "splat_pattern" => self.bind_opaque(node),
            "type_alias_statement" => {
                if let Some(name) =
                    node.field("left").and_then(|left| left.descendants().find(|n| n.kind() == "identifier"))
                {
                    self.add(name, BindingKind::Opaque, node);
                }
            }
            "wildcard_import" => {
                if let Some(module) = node.parent().and_then(|statement| statement.field("module_name")) {
                    let scope = self.scope_of(node);
                    self.stars.push((scope, without_spaces(module.text())));
                }
            }
            _ => {}
        }
        debug_assert!(tree.len() >= self.bindings.len());
    }

    fn bind_import(&mut self, statement: Node<'_>, module: Option<Node<'_>>) {
        let prefix = module.map(|module| without_spaces(module.text()));
        for element in statement.fields("name") {
            let (dotted, alias) = match element.kind() {
                "aliased_import" => (element.field("name"), element.field("alias")),
                _ => (Some(element), None),
            };
            let Some(dotted) = dotted else { continue };
            let whole = without_spaces(dotted.text());
            let first = dotted.named_children().next().unwrap_or(dotted);
            let path = match (&prefix, alias) {
                (Some(prefix), _) if prefix.ends_with('.') => format!("{prefix}{whole}"),
                (Some(prefix), _) => format!("{prefix}.{whole}"),
                (None, Some(_)) => whole,
                (None, None) => first.text().to_string(),
            };
            self.add(alias.unwrap_or(first), BindingKind::Import { path, element: element.id() }, statement);
        }
    }

    fn bind_parameter(&mut self, parameter: Node<'_>) {
        let function = parameter.parent().and_then(Node::parent).unwrap_or(parameter);
        let default = parameter.field("value").map(Node::id);
        let annotation =
            parameter.field("type").and_then(|annotation| annotation.named_children().next()).map(Node::id);
        match parameter.kind() {
            "identifier" => self.add(parameter, BindingKind::Parameter { annotation, default }, function),
            "default_parameter" | "typed_default_parameter" => match parameter.field("name") {
                Some(name) if name.kind() == "identifier" => {
                    self.add(name, BindingKind::Parameter { annotation, default }, function);
                }
                Some(names) => self.bind_opaque(names),
                None => {}
            },
            "typed_parameter" => match parameter.named_children().next() {
                Some(name) if name.kind() == "identifier" => {
                    self.add(name, BindingKind::Parameter { annotation, default }, function);
                }
                // `*args: T`: the annotation is of each element, not of the tuple.
                Some(names) => self.bind_opaque(names),
                None => {}
            },
            _ => self.bind_opaque(parameter),
        }
    }

    fn bind_assignment(&mut self, node: Node<'_>) {
        let Some(target) = node.field("left") else { return };
        let mut value = node.field("right");
        // `a = b = value`: every target gets the last value.
        while let Some(inner) = value.filter(|value| value.kind() == "assignment") {
            value = inner.field("right");
        }
        match (value, target.kind()) {
            (Some(value), "identifier") => self.add(target, BindingKind::Assign { value: value.id() }, node),
            (None, "identifier") => self.add(target, BindingKind::Declaration, node),
            (Some(value), "pattern_list" | "tuple_pattern" | "list_pattern") => {
                self.bind_unpacking(target, value, node);
            }
            _ => {}
        }
    }

    fn bind_unpacking(&mut self, targets: Node<'_>, value: Node<'_>, node: Node<'_>) {
        // The tree's depth is bounded, but a worklist costs no more than a recursion.
        let mut open = vec![(targets, Vec::new(), true)];
        while let Some((pattern, path, certain)) = open.pop() {
            let starred = pattern.named_children().any(|child| child.kind() == "list_splat_pattern");
            for (index, child) in pattern.named_children().enumerate() {
                let certain = certain && !starred;
                let path: Vec<usize> = path.iter().copied().chain([index]).collect();
                match child.kind() {
                    "identifier" => {
                        let path = if certain { path } else { Vec::new() };
                        self.add(child, BindingKind::Unpack { value: value.id(), path }, node);
                    }
                    // Deep patterns are nobody's code; what they bind stays unknown.
                    "tuple_pattern" | "list_pattern" if path.len() < 4 => open.push((child, path, certain)),
                    _ => self.bind_opaque(child),
                }
            }
        }
    }

    fn bind_as(&mut self, node: Node<'_>) {
        let Some(target) = node.field("alias") else {
            // `case P as name` has no field.
            if node.parent().is_some_and(|parent| parent.kind() == "case_pattern")
                && let Some(name) = node.named_children().last().filter(|name| name.kind() == "identifier")
            {
                self.add(name, BindingKind::Opaque, node);
            }
            return;
        };
        let name = target.named_children().next().filter(|name| name.kind() == "identifier");
        let in_with = node.parent().is_some_and(|parent| parent.kind() == "with_item");
        match (name, node.named_children().next()) {
            (Some(name), Some(value)) if in_with => self.add(name, BindingKind::With { value: value.id() }, node),
            _ => self.bind_opaque(target),
        }
    }

    /// Binds every bare name of a target to something unknown.
    fn bind_opaque(&mut self, target: Node<'_>) {
        for name in target.descendants().filter(|name| is_bare_target(*name)) {
            self.add(name, BindingKind::Opaque, target);
        }
    }

    fn add(&mut self, identifier: Node<'_>, kind: BindingKind, at: Node<'_>) {
        let name = identifier.text().to_string();
        let mut scope = match kind {
            // A definition's name is bound outside of its own scope; the identifier is evaluated there too.
            BindingKind::Assign { .. } if at.kind() == "named_expression" => {
                self.out_of_comprehensions(self.scope_of(at))
            }
            _ => self.scope_of(identifier),
        };
        if let Some(here) = self.scope(scope) {
            if here.globals.contains(&name) {
                scope = ScopeId(0);
            } else if here.nonlocals.contains(&name)
                && let Some((owner, _)) = here.parent.and_then(|parent| self.owner(&name, parent))
            {
                scope = owner;
            }
        }
        let statement = match kind {
            BindingKind::Parameter { .. } => at,
            _ => identifier.statement(),
        };
        let id = BindingId(u32::try_from(self.bindings.len()).unwrap_or(0));
        if let Some(owner) = self.scopes.get_mut(scope.0 as usize) {
            owner.names.entry(name.clone()).or_default().push(id);
        }
        self.bindings.push(Binding { name, scope, kind, identifier: identifier.id(), statement: statement.id() });
    }

    fn out_of_comprehensions(&self, scope: ScopeId) -> ScopeId {
        let mut at = scope;
        while let Some(here) = self.scope(at).filter(|here| here.kind == ScopeKind::Comprehension) {
            match here.parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        at
    }
}

fn is_first_clause(clause: Node<'_>) -> bool {
    clause.parent().and_then(|parent| parent.children().find(|child| child.kind() == "for_in_clause")) == Some(clause)
}

/// An identifier that is itself the target, not the object of `a.b` or `a[b]`.
fn is_bare_target(name: Node<'_>) -> bool {
    name.kind() == "identifier"
        && name
            .parent()
            .is_none_or(|parent| !matches!(parent.kind(), "attribute" | "subscript" | "call" | "keyword_argument"))
}

/// Dotted names may be written with spaces around the dots, and over several lines in parentheses.
fn without_spaces(dotted: &str) -> String {
    dotted.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}
