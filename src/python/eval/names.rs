//! Resolves names: qualified names, the class that a call constructs, the type of a receiver.
//!
//! Anything uncertain resolves to nothing: a name with two meanings, or one that is bound by a loop, a call, or a
//! parameter without annotation or default. A second binding to `None` is ignored, because calling `None` cannot work.

use super::agreement::{Unknown, agree};
use super::fuel::{Fuel, MAX_STEPS};
use super::provenance::Step;
use super::types::Instance;
use crate::python::Export;
use crate::python::library::callables;
use crate::python::library::modules;
use crate::python::library::modules::Dialect;
use crate::python::library::stdlib::is_standard_module;
use crate::python::scopes::{BindingId, BindingKind, ScopeKind};
use crate::python::syntax::calls::Call;
use crate::python::syntax::expressions::Subscript;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{ClassAttribute, PythonFile};

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A canonical qualified name: `http.client.HTTPConnection`.
    Path(String),
    /// A class in this file, by its `class_definition`.
    Class(NodeId),
}

/// A meaning, and the steps to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// What the expression stands for.
    pub meaning: Meaning,
    /// How it was found, nearest to the expression first.
    pub via: Vec<Step>,
    /// The Python versions on which the import works.
    pub dialect: Dialect,
}

impl Resolved {
    /// The class of this file that is defined at `definition`.
    pub(super) fn class(definition: NodeId) -> Self {
        Self { meaning: Meaning::Class(definition), via: Vec::new(), dialect: Dialect::Both }
    }

    /// The qualified name; `None` for a class in this file.
    pub(super) fn path(self) -> Option<String> {
        match self.meaning {
            Meaning::Path(path) => Some(path),
            Meaning::Class(_) => None,
        }
    }

    /// The one meaning of two bindings, if they have the same.
    pub(in crate::python) fn join(self, other: &Self) -> Option<Self> {
        let dialect = if self.dialect == other.dialect { self.dialect } else { Dialect::Both };
        (self.meaning == other.meaning).then_some(Self { dialect, ..self })
    }
}

impl From<Export> for Resolved {
    fn from(given: Export) -> Self {
        Self { meaning: Meaning::Path(given.path), via: Vec::new(), dialect: given.dialect }
    }
}

/// `name` of `module`, which may consist of dots only.
pub(in crate::python) fn member(module: &str, name: &str) -> String {
    if module.ends_with('.') { format!("{module}{name}") } else { format!("{module}.{name}") }
}

/// A qualified name that a call may refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    /// Canonical: `http.client.HTTPConnection`, `socket.socket.bind`.
    pub path: String,
    /// How it was found, nearest to the call first.
    pub via: Vec<Step>,
    /// The Python versions on which the import works.
    pub dialect: Dialect,
    /// For a method: the call that created the receiver, if it is in this file.
    pub receiver: Option<NodeId>,
}

impl Callee {
    /// Whether the program may call something else here.
    pub fn is_choice(&self) -> bool {
        self.via.iter().any(|step| matches!(step, Step::Choice(_)))
    }
}

impl PythonFile {
    /// The canonical qualified name of an `identifier` or `attribute`, if it has exactly one.
    pub fn qualified_name(&self, node: Node<'_>) -> Option<String> {
        self.resolve(node)?.path()
    }

    /// What `node` stands for, if that is certain.
    pub fn resolve(&self, node: Node<'_>) -> Option<Resolved> {
        self.resolve_within(node, 0, &Fuel::new())
    }

    /// The qualified names that calling `callee` may refer to: one for an imported name; one per base for a class in
    /// this file; one per possible class of the receiver for a method. A class that the file replaces by assignment or
    /// by a mock is omitted, because the callee is then unknown.
    pub fn callees(&self, callee: Node<'_>) -> Vec<Callee> {
        let mut found = self.callees_within(callee, 0, &Fuel::new());
        for callee in found.iter_mut().filter(|callee| callee.path.starts_with('.')) {
            let absolute = self.project.as_ref().and_then(|project| project.absolute(&callee.path));
            callee.path = absolute.unwrap_or_else(|| std::mem::take(&mut callee.path));
        }
        found.retain(|callee| !self.is_patched(&callee.path));
        for callee in found.iter_mut().filter(|callee| callee.dialect == Dialect::Both) {
            callee.dialect = self.written_for();
        }
        found
    }

    pub(in crate::python) fn resolve_within(&self, node: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Resolved> {
        fuel.spend()?;
        if depth > MAX_STEPS {
            return None;
        }
        match node.kind() {
            Kind::Identifier => self.resolve_name(node, depth, fuel),
            Kind::ParenthesizedExpression => self.resolve_within(node.named_children().next()?, depth + 1, fuel),
            Kind::Attribute => {
                let (object, attribute) = node.object_and_name()?;
                self.resolve_member(object, attribute.text(), node, depth, fuel)
            }
            Kind::Call => self.resolve_lookup(node, depth, fuel),
            _ => None,
        }
    }

    /// What `object.attribute` stands for, which `read` reads.
    fn resolve_member(
        &self,
        object: Node<'_>,
        attribute: &str,
        read: Node<'_>,
        depth: u32,
        fuel: &Fuel,
    ) -> Option<Resolved> {
        if let Some(class) = self.class_of_self(object) {
            if attribute == "__class__" {
                return Some(Resolved::class(class));
            }
            return self.resolve_attribute(class, attribute, read, depth, fuel);
        }
        let object = self.resolve_within(object, depth + 1, fuel)?;
        let is_instance = object.via.iter().any(|step| matches!(step, Step::Annotation(_)));
        match object.meaning {
            Meaning::Path(path) if !is_instance => {
                let path = format!("{path}.{attribute}");
                let given = self.given(&path);
                let dialect = given.as_ref().map_or(object.dialect, |given| given.dialect);
                let path = given.map_or_else(|| modules::canonical(&path), |given| given.path);
                Some(Resolved { meaning: Meaning::Path(path), via: object.via, dialect })
            }
            Meaning::Class(class) if !is_instance => self.resolve_attribute(class, attribute, read, depth, fuel),
            Meaning::Path(_) | Meaning::Class(_) => None,
        }
    }

    /// The result of a lookup by a literal name: `getattr(http.client, "HTTPConnection")`,
    /// `importlib.import_module("http.client")`, `__import__("httplib")`.
    fn resolve_lookup(&self, node: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Resolved> {
        let call = Call::of(node).filter(|call| !call.has_star() && call.double_star().is_none())?;
        let positional = call.positional();
        let text = |index: usize| positional.get(index).copied().and_then(string_value);
        if self.is_builtin(call.callee, "getattr") {
            return self.resolve_member(*positional.first()?, &text(1)?, node, depth, fuel);
        }
        if self.is_builtin(call.callee, "type") {
            let class = self.class_of_self(*positional.first()?).filter(|_| call.arguments.len() == 1)?;
            return Some(Resolved::class(class));
        }
        if self.is_builtin(call.callee, "__import__") {
            let module = text(0)?;
            let has_names = positional.len() > 3 || call.keyword("fromlist").is_some();
            // Without a list of names, it returns the package.
            let given = if has_names { module.as_str() } else { module.split('.').next()? };
            return Some(self.imported(given));
        }
        let is_import = callables::is_importers_name(call.callee.last_identifier().text())
            && callables::is_importer(&self.resolve_within(call.callee, depth + 1, fuel)?.path()?);
        // A relative name belongs to the package that is passed.
        text(0).filter(|module| is_import && !module.starts_with('.')).map(|module| self.imported(&module))
    }

    fn resolve_name(&self, node: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Resolved> {
        let name = node.text();
        let owner = self.scopes().owner(name, self.scopes().scope_of(node)).and_then(|(owner, _)| self.scope(owner));
        let reaching = self.reaching_from(name, node);
        // Before a module's own bindings of a name, it still has the meaning from the wildcard import.
        if reaching.is_empty() && owner.is_none_or(|owner| owner.kind == ScopeKind::Module) {
            return self.resolve_wildcard_import(name);
        }
        agree(reaching, |id| self.meaning_of(id, depth, fuel), Resolved::join)
    }

    /// Whether `callee` is the built-in function `name`.
    pub(in crate::python) fn is_builtin(&self, callee: Node<'_>, name: &str) -> bool {
        callee.kind() == Kind::Identifier
            && callee.text() == name
            && self.owner_bindings(name, callee.start()).is_empty()
    }

    fn resolve_wildcard_import(&self, name: &str) -> Option<Resolved> {
        let wildcard_imports = self.scopes().wildcard_imports();
        let known = wildcard_imports.iter().find_map(|import| {
            let module = modules::canonical(&import.module);
            modules::wildcard_import_binds(&module, name).then(|| Resolved {
                meaning: Meaning::Path(modules::canonical(&format!("{module}.{name}"))),
                via: Vec::new(),
                dialect: modules::dialect(&import.module),
            })
        });
        known.or_else(|| {
            wildcard_imports
                .iter()
                .rev()
                .find_map(|import| self.given(&member(&import.module, name)).map(Resolved::from))
        })
    }

    /// The meaning of a name that is imported from `path`, as written.
    fn imported(&self, path: &str) -> Resolved {
        if self.is_shadowed(path) {
            return Resolved { meaning: Meaning::Path(format!(".{path}")), via: Vec::new(), dialect: Dialect::Both };
        }
        self.given(path).map_or_else(
            || Resolved {
                meaning: Meaning::Path(modules::canonical(path)),
                via: Vec::new(),
                dialect: modules::dialect(path),
            },
            Resolved::from,
        )
    }

    /// Whether the top-level module of `path` is one of the project, although the standard library has one of that name.
    pub fn is_shadowed(&self, path: &str) -> bool {
        let top = path.split('.').next().unwrap_or(path);
        is_standard_module(top) && self.project.as_ref().is_some_and(|project| project.shadows(top))
    }

    /// What another module of the project provides under that name, if that module imports it.
    fn given(&self, path: &str) -> Option<Export> {
        self.project.as_ref()?.export(path)
    }

    /// What `node`, an `attribute` or an imported name, would stand for if it named `member` of the same module; `None`
    /// if its imports disagree.
    pub fn sibling(&self, node: Node<'_>, member_name: &str) -> Option<String> {
        let paths: Vec<String> = match node.object_and_name() {
            Some((object, _)) => vec![member(&self.qualified_name(object)?, member_name)],
            None => {
                let bindings = self.reaching_from(node.text(), node);
                let imported = |id: &BindingId| match &self.binding(*id)?.kind {
                    BindingKind::Import { path, .. } => {
                        let (module, _) = path.rsplit_once('.')?;
                        Some(format!("{module}.{member_name}"))
                    }
                    _ => None,
                };
                let paths: Vec<String> = bindings.iter().filter_map(imported).collect();
                if bindings.is_empty() {
                    return self.resolve_wildcard_import(member_name).and_then(Resolved::path);
                }
                paths
            }
        };
        let mut meanings = paths.iter().map(|path| self.imported(path).path());
        let first = meanings.next()??;
        meanings.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    pub(in crate::python) fn meaning_of(
        &self,
        id: BindingId,
        depth: u32,
        fuel: &Fuel,
    ) -> Result<Option<Resolved>, Unknown> {
        let binding = self.scopes().binding(id).ok_or(Unknown)?;
        match &binding.kind {
            BindingKind::Import { path, .. } => Ok(Some(self.imported(path))),
            BindingKind::Class { definition } => Ok(Some(Resolved::class(*definition))),
            BindingKind::Assign { value } => self.alias(*value, Step::Alias(id), depth, fuel),
            BindingKind::Parameter { annotation: Some(annotation), default } => {
                let annotated = self.resolve_annotation(self.node(*annotation), depth, fuel).ok_or(Unknown)?;
                let with_default = match default {
                    Some(default) => self.alias(*default, Step::ParameterDefault(id), depth, fuel)?,
                    None => None,
                };
                match with_default {
                    Some(found) => Ok(Some(found)),
                    None => Ok(Some(after(annotated, Step::Annotation(id)))),
                }
            }
            BindingKind::Parameter { annotation: None, default: Some(default) } => {
                match self.alias(*default, Step::ParameterDefault(id), depth, fuel)? {
                    Some(found) => Ok(Some(found)),
                    None => Err(Unknown),
                }
            }
            BindingKind::Declaration => Ok(None),
            BindingKind::Parameter { annotation: None, default: None } => {
                let class = self.class_of_cls(binding).ok_or(Unknown)?;
                Ok(Some(Resolved::class(class)))
            }
            BindingKind::Unpack { .. }
            | BindingKind::With { .. }
            | BindingKind::Function { .. }
            | BindingKind::Delete
            | BindingKind::Opaque => Err(Unknown),
        }
    }

    fn alias(&self, value: NodeId, step: Step, depth: u32, fuel: &Fuel) -> Result<Option<Resolved>, Unknown> {
        let value = self.node(value);
        if value.kind() == Kind::None {
            return Ok(None);
        }
        self.resolve_within(value, depth + 1, fuel).map(|found| Some(after(found, step))).ok_or(Unknown)
    }

    /// An annotation's class: `X`, `type[X]`, `Type[X]`.
    fn resolve_annotation(&self, annotation: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Resolved> {
        let is_type = |name: &str| matches!(name, "type" | "Type" | "typing.Type");
        match annotation.kind() {
            Kind::Subscript if Subscript::of(annotation).is_some_and(|it| is_type(it.container.text())) => {
                self.resolve_within(Subscript::of(annotation)?.index, depth + 1, fuel)
            }
            Kind::GenericType => {
                let mut parts = annotation.named_children();
                let is_type = is_type(parts.next()?.text());
                let argument = parts.next()?.named_children().next()?.named_children().next()?;
                is_type.then(|| self.resolve_within(argument, depth + 1, fuel)).flatten()
            }
            _ => self.resolve_within(annotation, depth + 1, fuel),
        }
    }

    fn resolve_attribute(
        &self,
        class: NodeId,
        attribute: &str,
        read: Node<'_>,
        depth: u32,
        fuel: &Fuel,
    ) -> Option<Resolved> {
        let meaning = |found: &ClassAttribute| match found.value {
            Some(value) => self.alias(value, Step::Attribute(read.id()), depth, fuel),
            None => self.nested_class(found).map(Some).ok_or(Unknown),
        };
        agree(self.class_attributes(class, attribute), meaning, Resolved::join)
    }

    /// The class that the body of another one defines as `attribute`.
    fn nested_class(&self, attribute: &ClassAttribute) -> Option<Resolved> {
        match self.binding(self.bound_at(self.node(attribute.target))?)?.kind {
            BindingKind::Class { definition } => Some(Resolved::class(definition)),
            _ => None,
        }
    }

    pub(in crate::python) fn callees_within(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Vec<Callee> {
        if fuel.spend().is_none() || depth > MAX_STEPS {
            return Vec::new();
        }
        if let Some(found) = self.resolve_within(callee, depth + 1, fuel) {
            let given = self.given_receiver(callee, &found, depth, fuel);
            return given.map_or_else(|| self.called(found, depth, fuel), |receiver| receiver.methods(callee));
        }
        let chosen = self.chosen_callees(callee, depth, fuel);
        if !chosen.is_empty() {
            return chosen.into_iter().flat_map(|found| self.called(found, depth, fuel)).collect();
        }
        let Some((object, _)) = callee.object_and_name() else {
            return self.given_by_wildcard_import(callee).into_iter().collect();
        };
        self.instance_within(object, depth + 1, fuel).map(|receiver| receiver.methods(callee)).unwrap_or_default()
    }

    /// What a module of the project defines as the name `callee` and gives by a wildcard import.
    fn given_by_wildcard_import(&self, callee: Node<'_>) -> Option<Callee> {
        let project = self.project.as_ref().filter(|_| callee.kind() == Kind::Identifier)?;
        let imports = self.scopes().wildcard_imports();
        if imports.is_empty()
            || callee.text().starts_with('_')
            || !self.owner_bindings(callee.text(), callee.start()).is_empty()
        {
            return None;
        }
        let paths = imports.iter().rev().map(|import| member(&import.module, callee.text()));
        let path = { paths }.find(|path| project.definition(path).is_some())?;
        Some(Callee { path, via: Vec::new(), dialect: Dialect::Both, receiver: None })
    }

    /// The object of which `callee` is a method, if another module of the project gives it: `from app import app`, `app.run(…)`.
    fn given_receiver(&self, callee: Node<'_>, found: &Resolved, depth: u32, fuel: &Fuel) -> Option<Instance> {
        let Meaning::Path(path) = &found.meaning else { return None };
        // A module of the standard library gives no objects of the project.
        (self.project.is_some() && !is_standard_module(path)).then_some(())?;
        let (object, _) = callee.object_and_name()?;
        self.instance_imported(&self.resolve_within(object, depth + 1, fuel)?.path()?, false)
    }

    /// What calling a name with the meaning `found` refers to: a class in this file stands for its bases.
    fn called(&self, found: Resolved, depth: u32, fuel: &Fuel) -> Vec<Callee> {
        match found.meaning {
            Meaning::Path(path) => vec![Callee { path, via: found.via, dialect: found.dialect, receiver: None }],
            Meaning::Class(class) => self
                .bases_within(class, depth + 1, fuel)
                .into_iter()
                .map(|(path, dialect)| {
                    let mut via = found.via.clone();
                    via.push(Step::Subclass(class));
                    Callee { path, via, dialect, receiver: None }
                })
                .collect(),
        }
    }
}

fn after(mut resolved: Resolved, step: Step) -> Resolved {
    resolved.via.insert(0, step);
    resolved
}
