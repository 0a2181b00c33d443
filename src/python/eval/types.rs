//! Classes in the file, and the types of values: what `self` is, which bases a class has, what created a receiver.

use super::agreement::{Unknown, agree};
use super::fuel::{Fuel, MAX_STEPS};
use super::names::{Callee, Meaning, Resolved, member};
use super::provenance::Step;
use crate::python::library::callables;
use crate::python::library::modules::Dialect;
use crate::python::scopes::{BindingId, BindingKind};
use crate::python::syntax::definitions::{ClassDefinition, Function};
use crate::python::syntax::expressions::NamedExpression;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{ClassAttribute, PythonFile};
use std::collections::HashMap;

/// The type of an expression's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The canonical names of its class and, for a class in this file, of the bases.
    pub paths: Vec<String>,
    /// The class, if it is in this file.
    pub class: Option<NodeId>,
    /// The call that created it.
    pub made_by: Option<NodeId>,
    /// The Python versions on which the import of its class works.
    pub dialect: Dialect,
}

impl Instance {
    /// The methods of its class that `callee` may call on it.
    pub(super) fn methods(&self, callee: Node<'_>) -> Vec<Callee> {
        let name = callee.last_identifier().text();
        let method = |path: &String| Callee {
            path: format!("{path}.{name}"),
            via: self.class.map(Step::Subclass).into_iter().collect(),
            dialect: self.dialect,
            receiver: self.made_by,
        };
        self.paths.iter().map(method).collect()
    }

    /// The one instance of two bindings, if they have the same type.
    fn join(self, other: &Self) -> Option<Self> {
        if self.paths != other.paths || self.paths.is_empty() && self.class != other.class {
            return None;
        }
        if self.made_by == other.made_by {
            return Some(self);
        }
        // Created in two places (wrapped, or created again): the first one is as good as the other only if the other wraps it.
        Some(Self { made_by: self.made_by.min(other.made_by), ..other.clone() })
    }
}

impl PythonFile {
    /// The type of the value of `node`, if that is certain.
    pub fn instance_of(&self, node: Node<'_>) -> Option<Instance> {
        self.instance_within(node, 0, &Fuel::new())
    }

    /// The bases of a class in this file by qualified name, including inherited ones.
    pub fn base_paths(&self, class: NodeId) -> Vec<String> {
        self.bases_within(class, 0, &Fuel::new()).into_iter().map(|(path, _)| path).collect()
    }

    /// The classes in this file that have `class` among their bases.
    pub(super) fn derived_classes(&self, class: NodeId) -> &[NodeId] {
        let derived = self.caches.derived_classes.get_or_init(|| {
            let mut derived: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
            for node in self.tree().nodes().filter(|node| node.kind() == Kind::ClassDefinition) {
                for base in self.local_bases(node.id()) {
                    derived.entry(base).or_default().push(node.id());
                }
            }
            derived
        });
        derived.get(&class).map_or(&[], Vec::as_slice)
    }

    pub(in crate::python) fn instance_within(&self, node: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Instance> {
        fuel.spend()?;
        if depth > MAX_STEPS {
            return None;
        }
        match node.kind() {
            Kind::ParenthesizedExpression | Kind::Await => {
                self.instance_within(node.named_children().next()?, depth + 1, fuel)
            }
            Kind::NamedExpression => self.instance_within(NamedExpression::of(node)?.value, depth + 1, fuel),
            Kind::Call => self.instance_of_call(node, depth, fuel),
            Kind::Identifier => match self.class_of_self(node) {
                Some(class) => Some(self.instance_of_class(class, None, depth, fuel)),
                None => {
                    let reaching = self.reaching_from(node.text(), node);
                    if reaching.is_empty() {
                        let mut imports = self.scopes().wildcard_imports().iter().rev();
                        let given = |module: &str| self.instance_imported(&member(module, node.text()), false);
                        return imports.find_map(|import| given(&import.module));
                    }
                    agree(reaching, |id| self.instance_bound(id, depth, fuel), Instance::join)
                }
            },
            Kind::Attribute => {
                let (object, attribute) = node.object_and_name()?;
                let Some(class) = self.class_of_self(object) else {
                    let path = self.resolve_within(node, depth + 1, fuel)?.path()?;
                    return self.instance_imported(&path, false);
                };
                let attribute = attribute.text();
                let instance =
                    |found: &ClassAttribute| self.instance_of_value(found.value.ok_or(Unknown)?, depth, fuel);
                agree(self.class_attributes(class, attribute), instance, Instance::join)
            }
            _ => None,
        }
    }

    fn instance_of_call(&self, call: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Instance> {
        let function = call.field(Field::Function)?;
        if function.text() == "super" {
            let class = self.enclosing_class(call)?;
            return Some(self.instance_of_class(class, None, depth, fuel));
        }
        if let Some(Resolved { meaning: Meaning::Class(class), via, .. }) =
            self.resolve_within(function, depth + 1, fuel)
            && !via.iter().any(|step| matches!(step, Step::Annotation(_)))
        {
            return Some(self.instance_of_class(class, Some(call.id()), depth, fuel));
        }
        let found = self.callees_within(function, depth + 1, fuel);
        if found.is_empty() {
            return self.instance_returned(function, depth, fuel);
        }
        let first = found.first().filter(|callee| !callee.is_choice())?;
        if let Some(given) = self.instance_imported(&first.path, true) {
            return Some(given);
        }
        if callables::is_holder(&first.path) {
            let held = call.field(Field::Arguments)?.named_children().next()?;
            return self.instance_within(held, depth + 1, fuel);
        }
        let class = first.via.iter().find_map(|step| match step {
            Step::Subclass(class) if first.receiver.is_none() => Some(*class),
            _ => None,
        });
        // A wrapped socket counts as the socket inside it.
        let wrapped = call.field(Field::Arguments).filter(|_| callables::is_wrapper(&first.path));
        let made_by = match wrapped.and_then(|arguments| arguments.named_children().next()) {
            Some(socket) => self.instance_within(socket, depth + 1, fuel).and_then(|socket| socket.made_by),
            None => Some(call.id()),
        };
        Some(Instance {
            paths: found.iter().map(|callee| callables::instance_type(&callee.path).to_string()).collect(),
            class,
            made_by,
            dialect: first.dialect,
        })
    }

    /// The type of what `function`, a `def` of this file, returns.
    pub(in crate::python) fn instance_given(&self, function: Node<'_>) -> Option<Instance> {
        let returned = self.returned(Function::of(function)?);
        agree(returned, |value| self.instance_of_value(value.id(), 0, &Fuel::new()), Instance::join)
    }

    /// The type of what the function of this file that `callee` calls returns.
    fn instance_returned(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Instance> {
        let returned = self.returned(self.function_called(callee, depth + 1, fuel)?);
        agree(returned, |value| self.instance_of_value(value.id(), depth, fuel), Instance::join)
    }

    /// The object that another module of the project gives as `path`, as written here; `is_returned` by calling it.
    pub(super) fn instance_imported(&self, path: &str, is_returned: bool) -> Option<Instance> {
        let object = self.project.as_ref()?.object(path).filter(|object| object.is_returned == is_returned)?;
        Some(Instance { paths: object.paths, class: None, made_by: None, dialect: Dialect::Both })
    }

    fn instance_of_class(&self, class: NodeId, made_by: Option<NodeId>, depth: u32, fuel: &Fuel) -> Instance {
        let bases = self.bases_within(class, depth + 1, fuel);
        let dialect = bases.first().map_or(Dialect::Both, |(_, dialect)| *dialect);
        Instance { paths: bases.into_iter().map(|(path, _)| path).collect(), class: Some(class), made_by, dialect }
    }

    fn instance_bound(&self, id: BindingId, depth: u32, fuel: &Fuel) -> Result<Option<Instance>, Unknown> {
        let binding = self.scopes().binding(id).ok_or(Unknown)?;
        match &binding.kind {
            BindingKind::Assign { value } | BindingKind::With { value } => self.instance_of_value(*value, depth, fuel),
            BindingKind::Parameter { annotation: Some(annotation), .. } => {
                let found = self.resolve_within(self.node(*annotation), depth + 1, fuel).ok_or(Unknown)?;
                Ok(Some(match found.meaning {
                    Meaning::Path(path) => {
                        Instance { paths: vec![path], class: None, made_by: None, dialect: found.dialect }
                    }
                    Meaning::Class(class) => self.instance_of_class(class, None, depth, fuel),
                }))
            }
            BindingKind::Parameter { annotation: None, .. } => {
                let passed = self.passed(binding, fuel);
                let found = agree(passed, |value| self.instance_of_value(value.id(), depth, fuel), Instance::join);
                found.map(Some).ok_or(Unknown)
            }
            BindingKind::Import { path, .. } => self.instance_imported(path, false).map(Some).ok_or(Unknown),
            BindingKind::Declaration => Ok(None),
            _ => Err(Unknown),
        }
    }

    fn instance_of_value(&self, value: NodeId, depth: u32, fuel: &Fuel) -> Result<Option<Instance>, Unknown> {
        let value = self.node(value);
        if value.kind() == Kind::None {
            return Ok(None);
        }
        self.instance_within(value, depth + 1, fuel).map(Some).ok_or(Unknown)
    }

    pub(in crate::python) fn bases_within(&self, class: NodeId, depth: u32, fuel: &Fuel) -> Vec<(String, Dialect)> {
        let mut open = vec![class];
        let mut seen = Vec::new();
        let mut found = Vec::new();
        while let Some(class) = open.pop() {
            if seen.contains(&class) || seen.len() > 50 {
                continue;
            }
            seen.push(class);
            for base in ClassDefinition::of(self.node(class)).into_iter().flat_map(ClassDefinition::bases) {
                match self.resolve_within(base, depth + 1, fuel) {
                    Some(Resolved { meaning: Meaning::Path(path), dialect, .. }) => found.push((path, dialect)),
                    Some(Resolved { meaning: Meaning::Class(class), .. }) => open.push(class),
                    None => {}
                }
            }
        }
        found
    }
}
