//! Attributes: of `self`, of classes of the file and their instances, of a parsed command line.

use super::arguments::{Arguments, Written};
use super::fuel::Fuel;
use super::pending::{Part, Pending};
use super::provenance::Step;
use super::results::is_property;
use super::values::{Follow, Unknown};
use crate::python::file::assigned_value;
use crate::python::library::callables;
use crate::python::scopes::BindingKind;
use crate::python::syntax::definitions::{ClassDefinition, Function};
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::syntax::statements::{Assignment, Place, targets};
use crate::python::{Call, ClassAttribute, Meaning, Node, NodeId, PythonFile, Resolved};

/// An attribute that is assigned in more places has no single value.
const MOST_ASSIGNMENTS: usize = 8;

/// A class with more subclasses in its file has attributes of any value.
const MOST_DERIVED: usize = 64;

/// A class with more fields is made by keyword.
const MOST_FIELDS: usize = 64;

/// Stands for a name that is computed.
const ANY_NAME: &str = "*";

/// The object whose attribute is read.
enum Owner<'f> {
    /// An instance of a class of this file, with the call that made it.
    Object(NodeId, Option<Call<'f>>),
    /// A class of this file.
    Class(NodeId),
    /// The result of `parse_args()`, or the object of options with this qualified name.
    CommandLine(Option<&'static str>),
}

impl PythonFile {
    /// Adds the possible values of the attribute that is the last part of `at`.
    pub(super) fn follow_part_attribute<'f>(
        &'f self,
        at: &Pending<'f>,
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let mut whole = at.clone();
        if let Some(Part::Attribute(name)) = whole.path.pop() {
            self.follow_attribute(&whole, (at.value.node, &name), depth, fuel, open, unknown);
        }
    }

    /// The qualified name of the attribute `name` of `object`, which the file imports, makes of an imported class, or is given as an
    /// instance of one; also of `self` in a class that has that attribute from an imported base.
    pub(in crate::python) fn foreign_attribute(&self, object: Node<'_>, name: &str) -> Option<String> {
        if let Some(class) = self.class_of_self(object) {
            let mut classes = std::iter::once(class).chain(self.local_bases(class));
            let bases = self.base_paths(class);
            let is_own = classes.any(|class| !self.class_attributes(class, name).is_empty());
            return bases.first().filter(|_| !is_own && bases.len() == 1).map(|base| format!("{base}.{name}"));
        }
        let path = match object.kind() {
            Kind::Identifier | Kind::Attribute => self.qualified_name(object),
            _ => None,
        };
        let of_instance = || {
            let instance = self.instance_of(object).filter(|instance| instance.class.is_none())?;
            let [class] = instance.paths.as_slice() else { return None };
            Some(class.clone())
        };
        path.or_else(of_instance).map(|path| format!("{path}.{name}"))
    }

    /// Adds the possible values of the attribute `name` of `object`, which `at` reads.
    pub(in crate::python) fn follow_attribute<'f>(
        &'f self,
        at: &Pending<'f>,
        (object, name): (Node<'f>, &str),
        depth: u32,
        fuel: &Fuel,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let node = at.value.node;
        let project = self.project.as_ref().filter(|_| fuel.asks_project);
        let foreign = project.and_then(|_| self.foreign_attribute(object, name));
        if foreign.is_some_and(|path| self.follow_imported(at, &path, open, unknown)) {
            return;
        }
        match self.owner_of(object, depth, fuel) {
            Some(Owner::Object(class, made)) => {
                let step = Step::Attribute(node.id());
                if let Some(given) = made.as_ref().and_then(|call| self.field_given(class, call, name)) {
                    open.push(at.clone().by(step).at(given));
                    unknown.extend(self.is_set_from_outside(name).then_some(Unknown::Expression(node.id())));
                    return;
                }
                let passes_fields =
                    |call: &Call<'_>| !call.positional().is_empty() || call.has_star() || call.double_star().is_some();
                let has_init = || self.method(class, "__init__").is_some();
                if self.is_field(class, name) && (made.as_ref().is_none_or(passes_fields) || has_init()) {
                    // Whoever makes an object may pass another value.
                    unknown.push(Unknown::Expression(node.id()));
                }
                if let Some(method) = self.method(class, name) {
                    // Of an object that was made here, the class is known.
                    let overriding = if made.is_some() { Vec::new() } else { self.overriding_methods(class, name) };
                    for method in std::iter::once(Some(method)).chain(overriding) {
                        self.follow_method(at, method, open, unknown);
                    }
                    return;
                }
                let given = self.attribute_values(class, name);
                for value in &given {
                    let Some(value) = value else {
                        unknown.push(Unknown::Expression(node.id()));
                        continue;
                    };
                    if let Some(passed) = made.as_ref().and_then(|call| self.passed_to_init(class, call, value)) {
                        open.extend(passed.iter().map(|passed| at.clone().by(step).written(passed)));
                        continue;
                    }
                    let mut next = at.clone().by(step).written(value);
                    next.value.reassigned |= given.len() > 1;
                    open.push(next);
                }
                let overriding = self.overriding_values(class, name);
                open.extend(overriding.iter().flatten().map(|value| at.clone().by(step).written(value)));
                if overriding.contains(&None) || self.is_set_from_outside(name) {
                    unknown.push(Unknown::Expression(node.id()));
                }
            }
            Some(Owner::Class(class)) => {
                if let Some(method) = self.method(class, name) {
                    open.push(at.clone().by(Step::Attribute(node.id())).at(self.node(method.bound().id())));
                    return;
                }
                let given = self.class_values(class, name);
                let is_rebound = given.len() > 1;
                if given.contains(&None) || self.is_set_from_outside(name) {
                    unknown.push(Unknown::Expression(node.id()));
                }
                for value in given.iter().flatten() {
                    let mut next = at.clone().by(Step::Attribute(node.id())).written(value);
                    next.value.reassigned |= is_rebound;
                    open.push(next);
                }
            }
            Some(Owner::CommandLine(of)) => {
                let is_assigned = self.assigned_attributes().contains(&format!("{}.{name}", object.text()));
                for default in self.option_defaults(object, of, name) {
                    let mut next = at.clone().by(Step::CommandLine(node.id())).at(default);
                    next.value.reassigned |= is_assigned;
                    open.push(next);
                }
            }
            None => {}
        }
    }

    /// Adds `method`, or what it gives if it is a property, as the attribute that `at` reads.
    fn follow_method<'f>(
        &'f self,
        at: &Pending<'f>,
        method: Option<Function<'f>>,
        open: &mut Vec<Pending<'f>>,
        unknown: &mut Vec<Unknown>,
    ) {
        let node = at.value.node.id();
        let given = match method {
            Some(method) if is_property(method) => self.returned(method),
            Some(method) => vec![method.bound()],
            None => Vec::new(),
        };
        if given.is_empty() {
            unknown.push(Unknown::Expression(node));
        }
        open.extend(given.into_iter().map(|value| at.clone().by(Step::Attribute(node)).at(value)));
    }

    /// What `call`, which makes an object of `class`, gives its field `name`: where the class has no constructor of its own.
    fn field_given<'f>(&'f self, class: NodeId, call: &Call<'f>, name: &str) -> Option<Node<'f>> {
        if self.method(class, "__init__").is_some() {
            return None;
        }
        if let Some(given) = call.keyword(name) {
            return Some(given);
        }
        let fields = ClassDefinition::of(self.node(class))?.fields();
        let position = fields.take(MOST_FIELDS).position(|field| field.text() == name)?;
        call.positional().get(position).copied().filter(|_| !call.has_star() && self.local_bases(class).is_empty())
    }

    /// Whether `name` is a field of `class`, or of one of its bases, that a constructor takes which is not written: of a data class.
    fn is_field(&self, class: NodeId, name: &str) -> bool {
        std::iter::once(class)
            .chain(self.local_bases(class))
            .filter_map(|class| ClassDefinition::of(self.node(class)))
            .any(|class| {
                let is_made = class.decorators().next().is_some() || class.bases().next().is_some();
                is_made && class.fields().take(MOST_FIELDS).any(|field| field.text() == name)
            })
    }

    /// What `call`, which makes an object of `class`, passes for the parameter of the constructor that `given`, the value of an
    /// attribute, names; none if it is something else, or not passed.
    fn passed_to_init<'f>(
        &'f self,
        class: NodeId,
        call: &Call<'f>,
        (given, path): &Written<'f>,
    ) -> Option<Vec<Written<'f>>> {
        let function =
            self.method(class, "__init__").filter(|_| given.kind() == Kind::Identifier && path.is_empty())?;
        let [parameter] = self.reaching_from(given.text(), *given)[..] else { return None };
        let binding = self.binding(parameter).filter(|binding| binding.statement == function.node.id())?;
        let position = function.position(self.node(binding.identifier))?.checked_sub(1);
        let argued = Arguments::of(call).find(position, Some(&binding.name));
        (!argued.may_be_omitted).then_some(argued.values)
    }

    /// The values that the file assigns to attribute `name` of an object of `class`; `None` for an unknown one. What a constructor certainly
    /// sets hides what the class body and the constructors of its bases give.
    fn attribute_values(&self, class: NodeId, name: &str) -> Vec<Option<Written<'_>>> {
        let mut given: Vec<&ClassAttribute> = Vec::new();
        let (mut is_hidden, mut has_body, mut has_init) = (false, false, false);
        for class in std::iter::once(class).chain(self.local_bases(class)) {
            let own = self.class_attributes(class, name);
            // Whether the constructor of a base is called is not asked.
            let is_set = !has_init && own.iter().any(|given| self.is_set_by_init(given));
            has_init |= !self.class_attributes(class, "__init__").is_empty();
            given.extend(own.iter().filter(|given| match self.is_in_body(given) {
                true => !is_hidden && !is_set && !has_body,
                false => !is_hidden || !self.is_in_init(given),
            }));
            is_hidden |= is_set;
            // The nearest class body decides.
            has_body |= own.iter().any(|given| self.is_in_body(given));
        }
        match given.len() > MOST_ASSIGNMENTS {
            true => Vec::new(),
            false => self.all_given(given.into_iter()),
        }
    }

    /// The values of attribute `name` of `class` itself: those of the nearest class body, and what class methods set.
    fn class_values(&self, class: NodeId, name: &str) -> Vec<Option<Written<'_>>> {
        let mut classes = std::iter::once(class).chain(self.local_bases(class));
        let of_class = |given: &&ClassAttribute| self.is_in_body(given) || self.is_set_on_class(given);
        let given = classes.find_map(|class| {
            let given: Vec<&ClassAttribute> = self.class_attributes(class, name).iter().filter(of_class).collect();
            Some(given).filter(|given| !given.is_empty() && given.len() <= MOST_ASSIGNMENTS)
        });
        self.all_given(given.into_iter().flatten())
    }

    fn all_given<'a, 'f: 'a>(&'f self, given: impl Iterator<Item = &'a ClassAttribute>) -> Vec<Option<Written<'f>>> {
        given
            .map(|given| self.attribute_given(given))
            .filter(|value| value.as_ref().is_none_or(|(value, _)| value.kind() != Kind::None))
            .collect()
    }

    fn is_in_body(&self, given: &ClassAttribute) -> bool {
        self.node(given.target).kind() == Kind::Identifier
    }

    /// `cls.name = value`
    fn is_set_on_class(&self, given: &ClassAttribute) -> bool {
        let object = self.node(given.target).object().filter(|object| object.kind() == Kind::Identifier);
        let bindings = object.map(|object| self.reaching_from(object.text(), object)).unwrap_or_default();
        bindings.iter().filter_map(|id| self.binding(*id)).any(|binding| self.class_of_cls(binding).is_some())
    }

    /// What an attribute is given: a value, or a part of one, `self.host, self.port = address`.
    fn attribute_given(&self, given: &ClassAttribute) -> Option<Written<'_>> {
        match given.value {
            Some(value) => Some((self.node(value), Vec::new())),
            None => unpacked(self.node(given.target)),
        }
    }

    /// What the subclasses of `class` in this file give the attribute `name`; `None` for an unknown value.
    fn overriding_values(&self, class: NodeId, name: &str) -> Vec<Option<Written<'_>>> {
        let derived = self.derived_classes(class);
        if derived.len() > MOST_DERIVED {
            return vec![None];
        }
        let given = derived.iter().flat_map(|derived| self.class_attributes(*derived, name)).take(MOST_ASSIGNMENTS + 1);
        let mut values: Vec<Option<Written<'_>>> = given.map(|given| self.attribute_given(given)).collect();
        if values.len() > MOST_ASSIGNMENTS {
            values = vec![None];
        }
        values
    }

    /// Whether the file assigns the attribute `name` of an object other than `self`.
    fn is_set_from_outside(&self, name: &str) -> bool {
        let set = self.caches.set_from_outside.get_or_init(|| {
            let attributes = self.tree().nodes().filter_map(|node| Some((node, node.object_and_name()?)));
            let set = attributes.filter(|(attribute, _)| assigned_value(*attribute).is_some());
            let from_outside = set.filter(|(_, (object, _))| self.class_of_self(*object).is_none());
            let names = from_outside.map(|(_, (_, name))| name.text().to_string());
            // `setattr(options, "host", value)`, or with any name
            let calls = self.calls().filter(|call| self.is_builtin(call.callee, "setattr"));
            let by_name = calls.filter_map(|call| call.positional().get(1).copied());
            names.chain(by_name.map(|name| string_value(name).unwrap_or_else(|| ANY_NAME.to_string()))).collect()
        });
        set.contains(name) || set.contains(ANY_NAME)
    }

    /// Whether a constructor certainly sets it.
    fn is_set_by_init(&self, given: &ClassAttribute) -> bool {
        let target = self.node(given.target);
        let function = target.statement().parent().and_then(Node::parent);
        target.kind() == Kind::Attribute && function.and_then(Function::of).is_some_and(is_init)
    }

    /// Whether a constructor sets it, if it comes to that.
    fn is_in_init(&self, given: &ClassAttribute) -> bool {
        self.node(given.target).ancestors().find_map(Function::of).is_some_and(is_init)
    }

    fn owner_of<'f>(&'f self, object: Node<'f>, depth: u32, fuel: &Fuel) -> Option<Owner<'f>> {
        if let Some(class) = self.class_of_self(object) {
            return Some(Owner::Object(class, None));
        }
        if matches!(object.kind(), Kind::Identifier | Kind::Attribute | Kind::Call)
            && let Some(Resolved { meaning: Meaning::Class(class), via, .. }) = self.resolve(object)
        {
            // An annotated parameter is an instance.
            let is_object = via.iter().any(|step| matches!(step, Step::Annotation(_)));
            return Some(if is_object { Owner::Object(class, None) } else { Owner::Class(class) });
        }
        if let Some(of) = self.options_object(object) {
            return Some(Owner::CommandLine(Some(of)));
        }
        if self.declares_options() && self.is_namespace(object, depth, fuel) {
            return Some(Owner::CommandLine(None));
        }
        let made = self.trace(object, Follow::Everything, depth + 1, fuel).found;
        // A singleton is nothing first.
        let mut made = made.into_iter().filter(|made| made.value.node.kind() != Kind::None);
        let (Some(only), None) = (made.next(), made.next()) else { return None };
        let call = Call::of(only.value.node).filter(|_| only.path.is_empty())?;
        match self.resolve(call.callee)?.meaning {
            Meaning::Class(class) => Some(Owner::Object(class, Some(call))),
            Meaning::Path(path) => {
                // `dataclasses.field(default_factory=Settings)`
                let factory = call.keyword("default_factory").filter(|_| callables::lookup(&path).is_some())?;
                match self.resolve(factory)?.meaning {
                    Meaning::Class(class) => Some(Owner::Object(class, None)),
                    Meaning::Path(_) => None,
                }
            }
        }
    }

    /// Whether `object` is the result of a command-line parser: directly, through names, or as an argument of calls in
    /// this file.
    pub(in crate::python) fn is_namespace(&self, object: Node<'_>, depth: u32, fuel: &Fuel) -> bool {
        let mut open = vec![(object, depth)];
        while let Some((object, depth)) = open.pop() {
            if depth > super::values::MAX_QUESTIONS || fuel.spend().is_none() {
                return false;
            }
            let traced = self.trace(object, Follow::Everything, depth + 1, fuel);
            if traced.found.iter().any(|found| parses(found.value.node)) {
                return true;
            }
            for binding in traced.parameters.into_iter().filter_map(|id| self.binding(id)) {
                let BindingKind::Parameter { annotation, .. } = binding.kind else { continue };
                let annotated = annotation.and_then(|annotation| self.qualified_name(self.node(annotation)));
                if matches!(annotated.as_deref(), Some("argparse.Namespace" | "optparse.Values")) {
                    return true;
                }
                open.extend(self.passed_loosely(binding, fuel).into_iter().map(|argument| (argument, depth + 1)));
            }
        }
        false
    }
}

fn is_init(function: Function<'_>) -> bool {
    function.name.is_some_and(|name| name.text() == "__init__")
}

/// Whether `call` is `….parse_args(…)`.
fn parses(call: Node<'_>) -> bool {
    Call::of(call)
        .and_then(|call| call.callee.object_and_name())
        .is_some_and(|(_, method)| callables::is_parser(method.text()))
}

/// What `target`, an element of a pattern, is given by the assignment: the assigned value, and the part of it.
fn unpacked(target: Node<'_>) -> Option<Written<'_>> {
    let mut path = Vec::new();
    let mut at = target;
    loop {
        let around = at.parent()?;
        match around.kind() {
            Kind::PatternList | Kind::TuplePattern | Kind::ListPattern => {
                path.push(match targets(around).find(|(child, _)| *child == at)?.1 {
                    Place::At(index) => Part::Index(index),
                    Place::FromEnd(index) => Part::FromEnd(index),
                    Place::Rest { .. } => return None,
                });
                at = around;
            }
            _ => {
                let assignment = Assignment::of(around).filter(|assignment| assignment.target == at)?;
                return Some((assignment.value()?, path));
            }
        }
    }
}
