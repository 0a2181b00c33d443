//! Who calls a function of the file, what each call passes, and what the function returns.
//!
//! Calls are those of this file: by the function's name, of a method on an object whose class is known, of a class for its `__init__`,
//! and calls of something else that calls the function (`Thread(target=f, args=…)`). They are all there are only where nobody else
//! can name the function: it is nested, private by its name, or in a program that no module imports.

use super::fuel::Fuel;
use super::values::{Follow, Part};
use crate::python::file::{CallSite, CalledBy, Callers, Results};
use crate::python::library::callables;
use crate::python::scopes::{Binding, BindingId, BindingKind, ScopeKind};
use crate::python::syntax::calls::{Argument, ArgumentPlace, Call};
use crate::python::syntax::definitions::{ClassDefinition, Function};
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::{Node, NodeId};
use crate::python::{Meaning, PythonFile, Resolved};
use std::collections::HashMap;
use std::rc::Rc;

/// A function that is called in more places takes any value.
const MOST_SITES: usize = 32;

/// A function that returns in more places gives any value.
const MOST_RETURNS: usize = 16;

/// Where the value of an argument is written: an expression, and what is taken out of it.
pub(super) type Written<'f> = (Node<'f>, Vec<Part>);

/// What a call passes for one parameter.
#[derive(Debug, Default)]
pub(super) struct Argued<'f> {
    /// Where it may be written.
    pub(super) values: Vec<Written<'f>>,
    /// It may be that nothing is passed.
    pub(super) may_be_omitted: bool,
}

/// The arguments that a call passes to a function.
#[derive(Debug, Default)]
pub(super) struct Arguments<'f> {
    positional: Vec<Written<'f>>,
    keywords: Vec<(&'f str, Node<'f>)>,
    /// `*values`, and the position from which on it counts.
    star: Option<(usize, Node<'f>)>,
    /// `**values`.
    double_stars: Vec<Node<'f>>,
}

impl<'f> Arguments<'f> {
    /// The arguments of `call` itself.
    pub(super) fn of(call: &Call<'f>) -> Self {
        Self::listed(&call.arguments)
    }

    fn listed(arguments: &[Argument<'f>]) -> Self {
        let mut found = Self::default();
        for argument in arguments {
            match argument {
                Argument::Positional(node) if found.star.is_none() => found.positional.push((*node, Vec::new())),
                Argument::Positional(_) => {}
                Argument::Keyword { name, value, .. } => found.keywords.push((name, *value)),
                Argument::Star(node) => {
                    let position = found.positional.len();
                    found.star = found.star.or(node.named_children().next().map(|inner| (position, inner)));
                }
                Argument::DoubleStar(node) => found.double_stars.extend(node.named_children().next()),
            }
        }
        found
    }

    /// The argument at zero-based position `index`, or with the name `keyword`.
    pub(super) fn find(&self, index: Option<usize>, keyword: Option<&str>) -> Argued<'f> {
        let by_position = index.and_then(|index| self.positional.get(index).cloned());
        let by_name =
            || self.keywords.iter().find(|(name, _)| Some(*name) == keyword).map(|(_, node)| (*node, Vec::new()));
        if let Some(only) = by_position.or_else(by_name) {
            return Argued { values: vec![only], may_be_omitted: false };
        }
        let mut found = Argued { values: Vec::new(), may_be_omitted: true };
        if let (Some((from, values)), Some(index)) = (self.star, index)
            && let Some(at) = index.checked_sub(from)
        {
            found.values.push((values, vec![Part::Index(at)]));
        }
        if let Some(keyword) = keyword {
            let items = self.double_stars.iter().map(|values| (*values, vec![Part::Key(keyword.to_string())]));
            found.values.extend(items);
        }
        found
    }
}

impl CallSite {
    /// The position of the argument that the parameter at `position` takes.
    pub(super) fn index(&self, position: Option<usize>) -> Option<usize> {
        position.and_then(|position| position.checked_sub(usize::from(self.has_object)))
    }

    /// What the function gets here.
    pub(super) fn arguments<'f>(&self, file: &'f PythonFile) -> Arguments<'f> {
        let Some(call) = Call::of(file.node(self.call)) else { return Arguments::default() };
        let CalledBy::Other(row) = self.by else { return Arguments::of(&call) };
        let of_call = Arguments::of(&call);
        let parts = |parameter: &Option<ArgumentPlace>| {
            let place = parameter.as_ref()?;
            of_call.find(place.index, place.keyword.as_deref()).values.into_iter().next().map(|(node, _)| node)
        };
        match row.rest {
            Some(rest) => {
                let own = call.arguments.iter().skip(rest).copied().collect::<Vec<_>>();
                let mut found = Arguments::listed(&own);
                if row.each {
                    found.positional.iter_mut().for_each(|(_, path)| path.push(Part::Each));
                }
                found
            }
            None => Arguments {
                star: parts(&row.args).map(|values| (0, values)),
                double_stars: parts(&row.kwargs).into_iter().collect(),
                ..Arguments::default()
            },
        }
    }
}

/// A parameter `*args` or `**options`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Splat<'f> {
    pub(super) function: Node<'f>,
    /// How many positional parameters come before it.
    pub(super) position: usize,
    /// It is `**options`.
    pub(super) is_named: bool,
}

impl PythonFile {
    /// The calls of `function`, a `def` or a `lambda` of this file.
    pub(super) fn callers(&self, function: Node<'_>, fuel: &Fuel) -> Rc<Callers> {
        if !fuel.follows_callers {
            return Rc::default();
        }
        if let Some(known) = self.caches.callers.borrow().get(&function.id()) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.find_callers(function));
        self.caches.callers.borrow_mut().insert(function.id(), Rc::clone(&found));
        found
    }

    fn find_callers(&self, node: Node<'_>) -> Callers {
        let Some((function, name)) = Function::of(node).and_then(|function| Some((function, function.name?))) else {
            return Callers::default();
        };
        let mut found = Callers { is_complete: true, ..Callers::default() };
        match self.scope(self.scope_of(node)).filter(|scope| scope.kind == ScopeKind::Class) {
            Some(class) if name.text() == "__init__" => self.find_constructions(self.node(class.node), &mut found),
            Some(class) => self.find_method_calls(self.node(class.node), function, name, &mut found),
            None => self.find_calls(name, false, &mut found),
        }
        if found.sites.len() > MOST_SITES {
            return Callers::default();
        }
        // A function that nobody calls is called in a way that is not understood.
        found.is_complete &= !found.sites.is_empty();
        found
    }

    /// Whether nobody else than `callers` can call `function`.
    pub(super) fn are_all(&self, callers: &Callers, function: Node<'_>, fuel: &Fuel) -> bool {
        let is_closed = || {
            let named = Function::of(function).and_then(|function| Some((function, function.name?)));
            named.is_some_and(|(function, name)| self.is_closed(function, name))
        };
        callers.is_complete && fuel.asks_project && *callers.is_closed.get_or_init(is_closed)
    }

    /// Adds the calls by the name that is bound at `name`.
    fn find_calls(&self, name: Node<'_>, has_object: bool, found: &mut Callers) {
        let uses = self.bound_at(name).map(|id| self.some_uses(id, MOST_SITES + 1)).unwrap_or_default();
        for read in uses {
            found.is_complete &= self.add_site(read, has_object, found);
        }
    }

    /// Adds the call at `read`, which reads the function; false if it is handed on in another way.
    fn add_site(&self, read: Node<'_>, has_object: bool, found: &mut Callers) -> bool {
        let Some(around) = read.parent() else { return false };
        if around.kind() == Kind::Call && around.field(Field::Function) == Some(read) {
            found.sites.push(CallSite { call: around.id(), by: CalledBy::Itself, has_object });
            return true;
        }
        let call = around.ancestors().take(2).chain([around]).find(|node| node.kind() == Kind::Call);
        let Some(call) = call.and_then(Call::of) else { return false };
        let mut paths = self.callees_within(call.callee, 0, &Fuel::without_callers()).into_iter().map(|it| it.path);
        let builtin = self.is_builtin(call.callee, call.callee.text()).then(|| call.callee.text().to_string());
        let row = paths.by_ref().chain(builtin).find_map(|path| callables::calls_argument(&path));
        let Some(row) =
            row.filter(|row| call.argument(row.function.index, row.function.keyword.as_deref()) == Some(read))
        else {
            return false;
        };
        found.sites.push(CallSite { call: call.node.id(), by: CalledBy::Other(row), has_object });
        !row.more
    }

    /// Adds the calls of the method `function` of `class` on objects whose class is known.
    fn find_method_calls(&self, class: Node<'_>, function: Function<'_>, name: Node<'_>, found: &mut Callers) {
        let is_static = function.decorators().any(|decorator| decorator.text().contains("staticmethod"));
        for (count, attribute) in self.attributes_called(name.text()).enumerate() {
            if count > 2 * MOST_SITES {
                found.is_complete = false;
                break;
            }
            let Some((object, _)) = attribute.object_and_name() else { continue };
            let own = self.class_of_self(object).or_else(|| {
                let named = self.resolve_within(object, 0, &Fuel::without_callers());
                match named.map(|named| named.meaning) {
                    Some(Meaning::Class(class)) => Some(class),
                    _ => self.instance_within(object, 0, &Fuel::without_callers())?.class,
                }
            });
            match own {
                Some(own) if self.is_or_derives(own, class.id()) => {
                    found.is_complete &= self.add_site(attribute, !is_static, found);
                }
                // Another class.
                Some(_) => {}
                None => found.is_complete = false,
            }
        }
    }

    /// Where the class methods of `class` read their first parameter, `cls`.
    fn uses_of_cls(&self, class: Node<'_>) -> Vec<Node<'_>> {
        let methods = ClassDefinition::of(class).into_iter().flat_map(ClassDefinition::functions);
        let first = methods.filter_map(|method| self.bound_at(method.parameters().next()?));
        let is_cls = |id: &BindingId| self.binding(*id).is_some_and(|binding| self.class_of_cls(binding).is_some());
        first.filter(is_cls).flat_map(|id| self.some_uses(id, MOST_SITES + 1)).take(MOST_SITES + 1).collect()
    }

    fn is_or_derives(&self, class: NodeId, base: NodeId) -> bool {
        class == base || self.local_bases(class).contains(&base) || self.local_bases(base).contains(&class)
    }

    /// Adds the constructions of `class` and of its subclasses without an `__init__` of their own, and the calls of its `__init__`.
    fn find_constructions(&self, class: Node<'_>, found: &mut Callers) {
        let mut open = vec![class];
        let mut seen = vec![class.id()];
        while let Some(class) = open.pop() {
            let Some(name) = ClassDefinition::of(class).and_then(|class| class.name) else { continue };
            let uses = self.bound_at(name).map(|id| self.some_uses(id, MOST_SITES + 1)).unwrap_or_default();
            for read in self.uses_of_cls(class) {
                // `cls.attribute` constructs nothing.
                let is_asked = read.parent().is_some_and(|around| around.kind() == Kind::Attribute);
                found.is_complete &= is_asked || self.add_site(read, true, found);
            }
            for read in uses {
                let around = read.parent();
                let derived =
                    around.filter(|_| read.parent().and_then(Node::parent_field) == Some(Field::Superclasses));
                if let Some(derived) = derived.and_then(Node::parent) {
                    let has_own = self.method(derived.id(), "__init__").is_some_and(|own| derived.contains(own.node));
                    if has_own {
                        self.find_base_calls(derived, found);
                    } else if seen.len() < MOST_SITES && !seen.contains(&derived.id()) {
                        seen.push(derived.id());
                        open.push(derived);
                    }
                } else if let Some(attribute) = around.filter(|around| around.kind() == Kind::Attribute) {
                    // `Base.__init__(self, …)`; another attribute of the class does not construct it.
                    if attribute.object_and_name().is_some_and(|(_, name)| name.text() == "__init__") {
                        found.is_complete &= self.add_site(attribute, false, found);
                    }
                } else if !is_type_check(read) {
                    found.is_complete &= self.add_site(read, true, found);
                }
            }
        }
    }

    /// Adds the calls `super().__init__(…)` in `derived`.
    fn find_base_calls(&self, derived: Node<'_>, found: &mut Callers) {
        for attribute in self.attributes_called_in("__init__", derived).take(MOST_SITES) {
            let object = attribute.object_and_name().map(|(object, _)| object);
            let is_super = object.and_then(Call::of).is_some_and(|call| call.callee.text() == "super");
            if is_super && self.enclosing_class(attribute) == Some(derived.id()) {
                found.is_complete &= self.add_site(attribute, true, found);
            }
        }
    }

    /// Whether nobody outside of the file can call `function`, which is bound at `name`.
    fn is_closed(&self, function: Function<'_>, name: Node<'_>) -> bool {
        if function.decorators().next().is_some() {
            return false;
        }
        let Some(around) = self.scope(self.scope_of(function.node)) else { return false };
        let is_private = |name: &str| name.starts_with('_') && !name.ends_with("__");
        match around.kind {
            ScopeKind::Function | ScopeKind::Comprehension => true,
            ScopeKind::Module => {
                (is_private(name.text()) || self.is_program()) && !self.is_imported_elsewhere(name.text())
            }
            ScopeKind::Class => {
                let class = self.node(around.node);
                let Some(class_name) = ClassDefinition::of(class).and_then(|class| class.name) else { return false };
                let is_nested = self.scope(self.scope_of(class)).is_some_and(|scope| scope.kind == ScopeKind::Function);
                let is_known = (is_private(class_name.text()) || self.is_program())
                    && !self.is_imported_elsewhere(class_name.text());
                is_nested || is_known || is_private(name.text())
            }
        }
    }

    /// Whether the file is run as a program: it begins with `#!`, or tests whether it is the main module.
    pub fn is_program(&self) -> bool {
        *self.caches.is_program.get_or_init(|| {
            let tests_name = |node: Node<'_>| {
                node.kind() == Kind::Identifier
                    && node.text() == "__name__"
                    && node.parent().is_some_and(|around| {
                        around.kind() == Kind::ComparisonOperator && around.text().contains("__main__")
                    })
            };
            self.text().starts_with("#!") || self.tree().nodes().any(tests_name)
        })
    }

    /// The function of this file that a call of `callee` calls, if that is certain.
    pub(super) fn function_called(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Function<'_>> {
        fuel.spend()?;
        match callee.kind() {
            Kind::Identifier => {
                let reaching = self.reaching_from(callee.text(), callee);
                let [only] = reaching.as_slice() else { return None };
                match self.binding(*only)?.kind {
                    BindingKind::Function { definition } => Function::of(self.node(definition)),
                    BindingKind::Assign { .. } | BindingKind::Unpack { .. } => {
                        self.function_valued(callee, depth, fuel)
                    }
                    _ => None,
                }
            }
            Kind::Subscript | Kind::Call | Kind::ConditionalExpression => self.function_valued(callee, depth, fuel),
            Kind::Attribute => {
                let (object, name) = callee.object_and_name()?;
                if Call::of(object).is_some_and(|call| call.callee.text() == "super") {
                    let class = self.enclosing_class(object)?;
                    return self.defined_by(self.local_bases(class).into_iter(), name.text());
                }
                let class = match self.class_of_self(object) {
                    Some(class) => class,
                    None => match self.resolve_within(object, depth + 1, fuel) {
                        Some(Resolved { meaning: Meaning::Class(class), .. }) => class,
                        Some(_) => return None,
                        None => self.instance_within(object, depth + 1, fuel)?.class?,
                    },
                };
                self.method(class, name.text())
            }
            Kind::ParenthesizedExpression => self.function_called(callee.without_parentheses(), depth, fuel),
            Kind::Lambda => Function::of(self.node(callee.id())),
            _ => None,
        }
    }

    /// The one function that `callee` is by its value: another name for it, an item, what a call returns.
    fn function_valued(&self, callee: Node<'_>, depth: u32, fuel: &Fuel) -> Option<Function<'_>> {
        let callee = self.node(callee.id());
        let traced = self.trace(callee, Follow::Everything, depth + 1, fuel);
        match traced.found.as_slice() {
            [only] if traced.unknown.is_empty() && only.path.is_empty() => Function::of(only.value.node),
            _ => None,
        }
    }

    /// The definitions in this file that a call of `callee` may run: a `def` or a `lambda`, for a class its `__init__`, or the `class`
    /// itself if none of its bases here has one.
    pub fn definitions_called<'f>(&'f self, callee: Node<'f>) -> Vec<Node<'f>> {
        let run = |class: NodeId| self.method(class, "__init__").map_or_else(|| self.node(class), |init| init.node);
        if let Some(function) = self.function_called(callee, 0, &Fuel::new()) {
            return vec![self.node(function.node.id())];
        }
        if let Some(Resolved { meaning: Meaning::Class(class), .. }) = self.resolve(callee) {
            return vec![run(class)];
        }
        let values = self.sources(callee).into_iter().filter_map(|value| match value.node.kind() {
            Kind::FunctionDefinition | Kind::Lambda => Some(value.node),
            Kind::ClassDefinition => Some(run(value.node.id())),
            _ => None,
        });
        values.collect()
    }

    /// The function that `class`, or the nearest of its bases in this file, defines as `name`, and nothing else.
    pub(super) fn method(&self, class: NodeId, name: &str) -> Option<Function<'_>> {
        self.defined_by(std::iter::once(class).chain(self.local_bases(class)), name)
    }

    /// The function that the first of `classes` which has a `name` defines, and nothing else.
    fn defined_by(&self, classes: impl Iterator<Item = NodeId>, name: &str) -> Option<Function<'_>> {
        let mut defined = classes.map(|class| self.class_attributes(class, name)).filter(|found| !found.is_empty());
        let [only] = defined.next()? else { return None };
        match self.binding(self.bound_at(self.node(only.target))?)?.kind {
            BindingKind::Function { definition } => Function::of(self.node(definition)),
            _ => None,
        }
    }

    /// The expressions that `function` returns, as they are: empty for a generator, or where a decorator may give something else.
    pub(in crate::python) fn returned(&self, function: Function<'_>) -> Vec<Node<'_>> {
        if function.node.kind() == Kind::Lambda {
            return function.node.field(Field::Body).map(|body| self.node(body.id())).into_iter().collect();
        }
        let keeps_result = |decorator: Node<'_>| {
            let last = decorator_name(decorator);
            matches!(last, "staticmethod" | "classmethod" | "property" | "cached_property" | "cache" | "lru_cache")
        };
        if !function.decorators().all(keeps_result) {
            return Vec::new();
        }
        match self.results(function) {
            Results { returned, is_generator: false, .. } if returned.len() <= MOST_RETURNS => {
                returned.iter().map(|value| self.node(*value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The expressions that `function`, a generator, yields; none if it hands on to another one, or yields nothing.
    pub(super) fn yielded(&self, function: Function<'_>) -> Vec<Node<'_>> {
        let Results { yielded, .. } = self.results(function);
        let values: Option<Vec<Node<'_>>> = yielded.iter().map(|value| value.map(|value| self.node(value))).collect();
        values.filter(|values| values.len() <= MOST_RETURNS).unwrap_or_default()
    }

    /// The expressions that `function` returns or yields, whatever its decorators make of them.
    pub(super) fn results_of(&self, function: Function<'_>) -> Vec<Node<'_>> {
        let Results { returned, yielded, .. } = self.results(function);
        let all = returned.iter().copied().chain(yielded.iter().copied().flatten());
        all.take(MOST_RETURNS).map(|value| self.node(value)).collect()
    }

    /// What `with manager as name` gives the name, where `manager` is a call of a function of the file that is made a context manager.
    pub(super) fn managed(&self, manager: Node<'_>, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = Call::of(manager).and_then(|call| self.function_called(call.callee, 0, fuel));
        let function = function.filter(|function| function.has_decorator("contextmanager"));
        function.map(|function| self.yielded(function)).unwrap_or_default()
    }

    fn results(&self, function: Function<'_>) -> &Results {
        static NOTHING: Results = Results { returned: Vec::new(), yielded: Vec::new(), is_generator: false };
        let results = self.caches.results.get_or_init(|| self.collect_results());
        results.get(&function.node.id()).unwrap_or(&NOTHING)
    }

    fn collect_results(&self) -> HashMap<NodeId, Results> {
        let mut found: HashMap<NodeId, Results> = HashMap::new();
        // A keyword has the name of its statement.
        for node in self.tree().nodes().filter(|node| node.is_named()) {
            let is_return = match node.kind() {
                Kind::ReturnStatement => true,
                Kind::Yield => false,
                _ => continue,
            };
            let Some(scope) = self.scope(self.scope_of(node)) else { continue };
            let results = found.entry(scope.node).or_default();
            let value = node.named_children().next().map(Node::id);
            if is_return {
                results.returned.extend(value);
            } else {
                results.is_generator = true;
                // `yield from others`
                let is_own = node.children().nth(1).is_none_or(|second| second.text() != "from");
                results.yielded.push(value.filter(|_| is_own));
            }
        }
        found
    }

    /// The `*args` or `**options` that `binding` binds.
    pub(super) fn splat_of(&self, binding: &Binding) -> Option<Splat<'_>> {
        let pattern = self.node(binding.identifier).parent()?;
        let is_named = match pattern.kind() {
            Kind::ListSplatPattern => false,
            Kind::DictionarySplatPattern => true,
            _ => return None,
        };
        let parameter = pattern.parent().filter(|around| around.kind() == Kind::TypedParameter).unwrap_or(pattern);
        let function = Function::of(parameter.parent()?.parent()?)?;
        let mut before = function.parameters().filter(|other| other.kind() != Kind::PositionalSeparator);
        let position = before.position(|other| other == parameter)?;
        Some(Splat { function: function.node, position, is_named })
    }

    /// What calls in this file pass for the parameter `binding`, as far as it is written in the call.
    pub(super) fn passed(&self, binding: &Binding, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = self.node(binding.statement);
        let sites = self.callers(function, fuel);
        self.passed_at(&sites.sites, function, binding)
    }

    fn passed_at(&self, sites: &[CallSite], function: Node<'_>, binding: &Binding) -> Vec<Node<'_>> {
        let position = Function::of(function).and_then(|it| it.position(self.node(binding.identifier)));
        let argued = |site: &CallSite| site.arguments(self).find(site.index(position), Some(&binding.name)).values;
        sites.iter().flat_map(argued).filter(|(_, path)| path.is_empty()).map(|(node, _)| node).collect()
    }

    /// What calls in this file pass for the parameter `binding`; for a method that is called on objects of unknown class, what calls
    /// of any method with its name pass.
    pub(super) fn passed_loosely(&self, binding: &Binding, fuel: &Fuel) -> Vec<Node<'_>> {
        let function = self.node(binding.statement);
        let Some(name) = Function::of(function).and_then(|function| function.name) else { return Vec::new() };
        let mut sites = self.callers(function, fuel).sites.clone();
        let is_method = self.scope(self.scope_of(function)).is_some_and(|scope| scope.kind == ScopeKind::Class);
        if sites.is_empty() && is_method && name.text() != "__init__" {
            let mut found = Callers::default();
            for attribute in self.attributes_called(name.text()).take(8) {
                self.add_site(attribute, true, &mut found);
            }
            sites = found.sites;
        }
        self.passed_at(&sites, function, binding)
    }
}

/// The last part of a decorator's name: `fixture` of `@pytest.fixture(scope="module")`.
pub(super) fn decorator_name(decorator: Node<'_>) -> &str {
    let name = decorator.text().trim_start_matches('@').split('(').next().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().trim()
}

/// Whether a class is only compared with, caught or named as a type: `isinstance(x, C)`, `except C`, `x: C`.
fn is_type_check(read: Node<'_>) -> bool {
    read.ancestors().take(4).any(|around| match around.kind() {
        Kind::ExceptClause | Kind::Type | Kind::ComparisonOperator => true,
        Kind::Call => Call::of(around).is_some_and(|call| matches!(call.callee.text(), "isinstance" | "issubclass")),
        _ => false,
    })
}

/// Whether reading the attribute calls the method.
pub(super) fn is_property(method: Function<'_>) -> bool {
    method.decorators().any(|decorator| decorator.text().trim_end().ends_with("property"))
}
