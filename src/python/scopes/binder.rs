//! The second pass over a file: every binding, and the scope that owns its name.

use super::{Binding, BindingId, BindingKind, ScopeId, ScopeKind, Scopes, WildcardImport};
use crate::python::syntax::definitions::{ClassDefinition, Function, Parameter};
use crate::python::syntax::expressions::NamedExpression;
use crate::python::syntax::imports::{ImportElement, ImportStatement};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::statements::{Assignment, Place, targets};
use crate::python::syntax::tree::Node;

impl Scopes {
    /// Second pass: what `node` binds.
    pub(in crate::python) fn bind(&mut self, node: Node<'_>) {
        if !node.is_named() {
            return;
        }
        match node.kind() {
            Kind::ImportStatement | Kind::ImportFromStatement => self.bind_import(node),
            Kind::FunctionDefinition => {
                if let Some(name) = Function::of(node).and_then(|function| function.name) {
                    self.add(name, BindingKind::Function { definition: node.id() }, node);
                }
            }
            Kind::ClassDefinition => {
                if let Some(name) = ClassDefinition::of(node).and_then(|class| class.name) {
                    self.add(name, BindingKind::Class { definition: node.id() }, node);
                }
            }
            Kind::Parameters | Kind::LambdaParameters => {
                for parameter in node.named_children() {
                    self.bind_parameter(parameter);
                }
            }
            Kind::Assignment => self.bind_assignment(node),
            Kind::NamedExpression => {
                if let Some(NamedExpression { name, value }) = NamedExpression::of(node) {
                    self.add(name, BindingKind::Assign { value: value.id() }, node);
                }
            }
            Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause => {
                if let Some(target) = node.field(Field::Left) {
                    self.bind_opaque(target);
                }
            }
            Kind::AsPattern => self.bind_as(node),
            Kind::ExceptClause => {
                if let Some(alias) = node.field(Field::Alias) {
                    self.bind_opaque(alias);
                }
            }
            Kind::DeleteStatement => {
                for target in node.descendants().filter(|target| is_bare_target(*target)) {
                    self.add(target, BindingKind::Delete, node);
                }
            }
            Kind::CasePattern => {
                // A dotted name with one part is a capture; with several parts it is compared.
                for name in node.named_children().filter(|name| name.kind() == Kind::DottedName) {
                    let mut parts = name.named_children();
                    if let (Some(capture), None) = (parts.next(), parts.next()) {
                        self.add(capture, BindingKind::Opaque, node);
                    }
                }
            }
            // PEP 695: `def f[T]`, `class C[T]`. Type parameters of a class are bound around it, so that its methods
            // see them.
            Kind::TypeParameter if node.parent_field() == Some(Field::TypeParameters) => {
                for parameter in node.named_children() {
                    if let Some(name) = parameter.descendants().find(|name| name.kind() == Kind::Identifier) {
                        self.add(name, BindingKind::Opaque, node);
                    }
                }
            }
            Kind::SplatPattern => self.bind_opaque(node),
            Kind::TypeAliasStatement => {
                if let Some(name) =
                    node.field(Field::Left).and_then(|left| left.descendants().find(|n| n.kind() == Kind::Identifier))
                {
                    self.add(name, BindingKind::Opaque, node);
                }
            }
            Kind::WildcardImport => {
                if let Some(statement) = node.parent()
                    && let Some(module) = ImportStatement::of(statement).and_then(|import| import.module)
                {
                    let (scope, module) = (self.scope_of(node), without_spaces(module.text()));
                    self.wildcard_imports.push(WildcardImport { scope, module, statement: statement.id() });
                }
            }
            _ => {}
        }
    }

    fn bind_import(&mut self, node: Node<'_>) {
        let Some(statement) = ImportStatement::of(node) else { return };
        let prefix = statement.module.map(|module| without_spaces(module.text()));
        for ImportElement { node: element, name, alias } in statement.elements() {
            let whole = without_spaces(name.text());
            let first = name.named_children().next().unwrap_or(name);
            let path = match (&prefix, alias) {
                (Some(prefix), _) if prefix.ends_with('.') => format!("{prefix}{whole}"),
                (Some(prefix), _) => format!("{prefix}.{whole}"),
                (None, Some(_)) => whole,
                (None, None) => first.text().to_string(),
            };
            self.add(alias.unwrap_or(first), BindingKind::Import { path, element: element.id() }, node);
        }
    }

    fn bind_parameter(&mut self, node: Node<'_>) {
        let Some(Parameter { name, annotation, default }) = Parameter::of(node) else { return };
        if name.kind() == Kind::Identifier {
            let function = node.parent().and_then(Node::parent).unwrap_or(node);
            let (annotation, default) = (annotation.map(Node::id), default.map(Node::id));
            self.add(name, BindingKind::Parameter { annotation, default }, function);
        } else {
            // `*args: T`: the annotation is of each element, not of the tuple.
            self.bind_opaque(name);
        }
    }

    fn bind_assignment(&mut self, node: Node<'_>) {
        let Some(assignment) = Assignment::of(node) else { return };
        let target = assignment.target;
        match (assignment.value(), target.kind()) {
            (Some(value), Kind::Identifier) => self.add(target, BindingKind::Assign { value: value.id() }, node),
            (None, Kind::Identifier) => self.add(target, BindingKind::Declaration, node),
            (Some(value), Kind::PatternList | Kind::TuplePattern | Kind::ListPattern) => {
                self.bind_unpacking(target, value, node);
            }
            _ => {}
        }
    }

    fn bind_unpacking(&mut self, pattern: Node<'_>, value: Node<'_>, node: Node<'_>) {
        // The depth of the tree is limited, but a worklist costs no more than recursion.
        let mut open = vec![(pattern, Vec::new())];
        while let Some((pattern, path)) = open.pop() {
            for (child, place) in targets(pattern) {
                let path: Vec<Place> = path.iter().copied().chain([place]).collect();
                match child.kind() {
                    Kind::Identifier => self.add(child, BindingKind::Unpack { value: value.id(), path }, node),
                    // Real code has no such deep patterns; what they bind stays unknown.
                    Kind::TuplePattern | Kind::ListPattern if path.len() < 4 => open.push((child, path)),
                    _ => self.bind_opaque(child),
                }
            }
        }
    }

    fn bind_as(&mut self, node: Node<'_>) {
        let Some(target) = node.field(Field::Alias) else {
            // `case P as name` has no field.
            if node.parent().is_some_and(|parent| parent.kind() == Kind::CasePattern)
                && let Some(name) = node.named_children().last().filter(|name| name.kind() == Kind::Identifier)
            {
                self.add(name, BindingKind::Opaque, node);
            }
            return;
        };
        let name = target.named_children().next().filter(|name| name.kind() == Kind::Identifier);
        let in_with = node.parent().is_some_and(|parent| parent.kind() == Kind::WithItem);
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
            // A definition's name is bound in the scope around it; the identifier is evaluated there too.
            BindingKind::Assign { .. } if at.kind() == Kind::NamedExpression => {
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

/// An identifier that is the target itself, not the object of `a.b` or `a[b]`.
fn is_bare_target(name: Node<'_>) -> bool {
    name.kind() == Kind::Identifier
        && name.parent().is_none_or(|parent| {
            !matches!(parent.kind(), Kind::Attribute | Kind::Subscript | Kind::Call | Kind::KeywordArgument)
        })
}

/// Dotted names may contain spaces around the dots, and line breaks in parentheses.
fn without_spaces(dotted: &str) -> String {
    dotted.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}
