//! The walk that follows a context from where it was made, and what it sees on the way.

use super::choice;
use super::life::{Life, Mixed};
use super::settings::Setting;
use super::tables::UnverifiedHttpsContext;
use crate::python::literals::string_value;
use crate::python::{
    Assignment, Attribute, BindingId, BooleanOperation, Call, Conditional, Function, Kind, Loop, NamedExpression, Node,
    NodeId, Parameter, PythonFile, ScopeKind,
};
use std::collections::HashSet;

/// Only a hostile file has contexts in more places.
const MOST_PLACES: usize = 256;

impl<'f> Life<'f> {
    /// The life of what `places` hold: the call that makes a context, or reads of its name.
    pub(super) fn of(
        file: &'f PythonFile,
        tables: &UnverifiedHttpsContext,
        places: impl IntoIterator<Item = Node<'f>>,
    ) -> Self {
        let open = places.into_iter().map(|place| (place, None)).collect();
        let mut walk = Walk { file, tables, open, mixed: None, seen: HashSet::new(), life: Self::default() };
        while let Some((place, mixed)) = walk.open.pop() {
            walk.mixed = mixed;
            if walk.seen.len() >= MOST_PLACES {
                walk.leave(place);
                break;
            }
            if walk.seen.insert(place.id()) {
                walk.visit(place);
            }
        }
        let mut life = walk.life;
        life.settings.sort_by_key(|setting| setting.node.start());
        life
    }
}

struct Walk<'f, 't> {
    file: &'f PythonFile,
    tables: &'t UnverifiedHttpsContext,
    /// Places still to visit, each with the other value that may be there.
    open: Vec<(Node<'f>, Option<Mixed<'f>>)>,
    /// The other value that may be at the place that is visited.
    mixed: Option<Mixed<'f>>,
    seen: HashSet<NodeId>,
    life: Life<'f>,
}

impl<'f> Walk<'f, '_> {
    fn push(&mut self, place: Node<'f>) {
        self.open.push((place, self.mixed));
    }

    fn connect(&mut self, client: Node<'f>) {
        self.life.clients.push(client);
        self.life.mixed = self.life.mixed.or(self.mixed);
    }

    fn leave(&mut self, place: Node<'f>) {
        self.life.leaves.push(place);
        self.life.mixed = self.life.mixed.or(self.mixed);
    }

    /// What happens to the context that `place` stands for.
    fn visit(&mut self, place: Node<'f>) {
        let Some(around) = place.parent() else { return };
        match around.kind() {
            Kind::ParenthesizedExpression | Kind::Await => self.push(around),
            Kind::BooleanOperator | Kind::ConditionalExpression => self.choose(around, place),
            Kind::Attribute if around.object() == Some(place) => self.use_attribute(around),
            Kind::Assignment => self.assign(around, place),
            Kind::NamedExpression => {
                if let Some(named) = NamedExpression::of(around).filter(|named| named.value == place) {
                    self.bind(named.name, None);
                    self.push(around);
                }
            }
            Kind::ArgumentList => self.pass(around, place, None),
            Kind::KeywordArgument => {
                let name = around.named_children().next().map(Node::text);
                if let Some(list) = around.parent() {
                    self.pass(list, place, name);
                }
            }
            Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                if let Some(parameter) = Parameter::of(around).filter(|it| it.default == Some(place)) {
                    self.enter(parameter);
                }
            }
            Kind::ReturnStatement => self.hand_back(place),
            Kind::List | Kind::Tuple => match looped(place).and_then(|target| self.file.bound_at(target)) {
                Some(bound) => self.read(bound, None),
                None => self.leave(place),
            },
            Kind::Lambda
            | Kind::Yield
            | Kind::Pair
            | Kind::Set
            | Kind::ExpressionList
            | Kind::ListSplat
            | Kind::DictionarySplat
            | Kind::ListComprehension
            | Kind::SetComprehension
            | Kind::GeneratorExpression => self.leave(place),
            _ => {}
        }
    }

    /// `place` is a part of the `or`, `and` or conditional expression `around`, which has its value or another one.
    fn choose(&mut self, around: Node<'f>, place: Node<'f>) {
        if let Some(tested) = choice::stands_in_for(place, around) {
            self.life.stands_in = Some(tested);
            return self.push(around);
        }
        let other = match (BooleanOperation::of(around), Conditional::of(around)) {
            // A context is true.
            (Some(operation), _) if operation.left == place && operation.is_or => return self.push(around),
            (Some(operation), _) if operation.right == place => operation.left,
            (_, Some(conditional)) if conditional.value == place => conditional.otherwise,
            (_, Some(conditional)) if conditional.otherwise == place => conditional.value,
            _ => return,
        };
        self.mixed = self.mixed.or(Some(Mixed { read: around, other, is_reassigned: false }));
        self.push(around);
    }

    fn use_attribute(&mut self, attribute: Node<'f>) {
        let (Some(name), Some(around)) = (Attribute::of(attribute).map(|it| it.name), attribute.parent()) else {
            return;
        };
        let is_wrapper = matches!(name.text(), "wrap_socket" | "wrap_bio");
        if Assignment::of(around).is_some_and(|made| made.target == attribute) {
            self.life.mixed_settings = self.life.mixed_settings.or(self.mixed);
            self.life.settings.extend(Setting::of(self.file, around));
        } else if let Some(call) = Call::of(around).filter(|call| call.callee == attribute) {
            match name.text() {
                "load_cert_chain" => self.life.has_certificate = true,
                "load_verify_locations" | "load_default_certs" | "set_default_verify_paths" => {
                    self.life.authorities.push(attribute);
                }
                _ if is_wrapper => self.wrap(&call, name),
                _ => {}
            }
        } else if is_wrapper {
            self.leave(attribute);
        }
    }

    /// `context.wrap_socket(sock, server_side, …, server_hostname)`, `context.wrap_bio(incoming, outgoing, …)`: the
    /// positions are those of CPython 3.6 to 3.14.
    fn wrap(&mut self, call: &Call<'f>, name: Node<'f>) {
        let (side, host) = if name.text() == "wrap_socket" { (1, 4) } else { (2, 3) };
        let is_hidden = call.double_star().is_some() || call.has_star();
        match call.argument(Some(side), Some("server_side")).map(Node::kind) {
            None if is_hidden => self.leave(call.callee),
            None | Some(Kind::False) => {
                let host = call.argument(Some(host), Some("server_hostname"));
                if host.map_or(!is_hidden, |host| self.names_nothing(host)) {
                    self.life.unnamed = self.life.unnamed.or(Some(call.node));
                }
                self.connect(call.callee);
            }
            Some(Kind::True) => self.life.serves = true,
            Some(_) => self.leave(call.callee),
        }
    }

    /// Whether `host` is `None` or empty.
    fn names_nothing(&self, host: Node<'f>) -> bool {
        let host = self.file.value(host).filter(|value| !value.reassigned).map_or(host, |value| value.node);
        host.kind() == Kind::None || string_value(host).is_some_and(|text| text.is_empty())
    }

    fn assign(&mut self, assignment: Node<'f>, value: Node<'f>) {
        let Some(made) = Assignment::of(assignment).filter(|made| made.right == Some(value)) else { return };
        let absent = choice::absent_at(assignment.statement());
        match made.target.kind() {
            Kind::Identifier => self.bind(made.target, absent),
            Kind::Attribute => self.store(made.target, absent),
            _ => self.leave(value),
        }
        // `a = b = context`
        self.push(assignment);
    }

    /// The context is bound to `name`, where `absent` has no value.
    fn bind(&mut self, name: Node<'f>, absent: Option<Node<'f>>) {
        let file = self.file;
        let Some(bound) = file.bound_at(name) else { return };
        self.read(bound, absent);
        let Some(binding) = file.binding(bound) else { return };
        let scope = file.scope(binding.scope).map(|scope| scope.kind);
        // An attribute of the module, or of the class in whose body it is.
        self.life.is_shared |= matches!(scope, Some(ScopeKind::Module | ScopeKind::Class));
        if scope == Some(ScopeKind::Module) && file.is_imported_elsewhere(&binding.name) {
            self.leave(name);
        }
    }

    fn read(&mut self, binding: BindingId, absent: Option<Node<'f>>) {
        let file = self.file;
        let before = absent.map_or_else(Vec::new, |absent| file.reaching(absent.text(), absent.start()));
        for read in file.some_uses(binding, MOST_PLACES) {
            let mut values = if read.kind() == Kind::Identifier { objects(file, read) } else { Vec::new() };
            let is_one = values.len() < 2;
            values.retain(|(id, _)| *id != binding);
            let all = values.len();
            values.retain(|(id, value)| {
                let is_the_same = value.is_some_and(|value| absent.is_some_and(|absent| absent.text() == value.text()));
                !before.contains(id) && !is_the_same
            });
            if values.len() < all {
                self.life.stands_in = absent;
            }
            let other = values.first().filter(|_| !is_one).and_then(|(id, _)| file.binding(*id));
            let other = other.map(|other| Mixed { read, other: file.node(other.identifier), is_reassigned: true });
            self.open.push((read, self.mixed.or(other)));
        }
    }

    fn store(&mut self, target: Node<'f>, absent: Option<Node<'f>>) {
        let file = self.file;
        let Some(Attribute { object, name }) = Attribute::of(target) else { return };
        let class = file.class_of_self(object);
        if self.life.attribute.is_none() {
            self.life.attribute = Some(target);
        }
        if let Some(class) = class.filter(|_| absent.is_none_or(|absent| absent.text() != target.text())) {
            let given = file.class_attributes(class, name.text()).iter().filter(|given| given.target != target.id());
            let is_context = |value: Option<Node<'f>>| {
                value.is_some_and(|value| {
                    value.kind() != Kind::None && absent.is_none_or(|absent| absent.text() != value.text())
                })
            };
            let mut others = given.filter(|given| is_context(given.value.map(|value| file.node(value))));
            let other = others.next().map(|other| file.node(other.target));
            let other = other.map(|other| Mixed { read: target, other, is_reassigned: true });
            self.mixed = self.mixed.or(other);
        }
        self.leave(target);
        for read in file.attributes_called(name.text()).take(MOST_PLACES) {
            let is_same = match read.object().and_then(|object| file.class_of_self(object)) {
                Some(other) => class.is_some_and(|class| class == other || file.local_bases(other).contains(&class)),
                None => class.is_some() || read.text() == target.text(),
            };
            if is_same && !read.is_target() {
                self.push(read);
            }
        }
    }

    /// `value` is an argument of the call with these arguments.
    fn pass(&mut self, list: Node<'f>, value: Node<'f>, keyword: Option<&'f str>) {
        let file = self.file;
        let Some(call) = list.parent().and_then(Call::of) else { return };
        let mut callee = call.callee;
        let mut position = call.positional().iter().position(|argument| *argument == value);
        let mut paths: Vec<String> = file.callees(callee).into_iter().map(|callee| callee.path).collect();
        if paths.iter().any(|path| path == "functools.partial")
            && let Some(first) = call.positional().first()
        {
            callee = *first;
            position = position.and_then(|position| position.checked_sub(1));
            paths = file.callees(callee).into_iter().map(|callee| callee.path).collect();
        }
        let method = callee.object().map(|_| callee.last_identifier().text());
        if call.keyword("server_side").is_some_and(|side| side.kind() == Kind::True)
            || self.tables.serves(&paths, method, keyword)
        {
            self.life.serves = true;
        } else if self.tables.connects(&paths, method, keyword) {
            // asyncio takes the host's name without `server_hostname=`, and none if that is empty.
            let host = call.keyword("server_hostname").filter(|host| host.kind() != Kind::None);
            if host.is_some_and(|host| self.names_nothing(host)) {
                self.life.unnamed = self.life.unnamed.or(Some(call.node));
            }
            self.connect(callee);
        } else if !is_harmless(callee) {
            let definitions = file.possible_callees(callee).definitions;
            let functions: Vec<Function<'f>> = definitions.into_iter().filter_map(Function::of).collect();
            let entered = functions.iter().filter(|function| self.enter_by(**function, position, keyword)).count();
            if entered == 0 {
                self.leave(callee);
            }
        }
    }

    /// Follows an argument into `function`; false if no parameter takes it.
    fn enter_by(&mut self, function: Function<'f>, position: Option<usize>, keyword: Option<&str>) -> bool {
        let is_method = function.parameters().next().is_some_and(|first| matches!(first.text(), "self" | "cls"));
        let taken = match keyword {
            Some(keyword) => function.parameter_named(keyword),
            None => position.and_then(|at| function.parameter_at(at + usize::from(is_method))),
        };
        if let Some(parameter) = taken {
            self.enter(parameter);
        }
        taken.is_some()
    }

    /// Follows `parameter` into its function.
    fn enter(&mut self, parameter: Parameter<'f>) {
        if let Some(bound) = self.file.bound_at(parameter.name) {
            let mixed = self.mixed;
            self.open.extend(self.file.some_uses(bound, MOST_PLACES).into_iter().map(|read| (read, mixed)));
        }
    }

    /// The context is what a function returns.
    fn hand_back(&mut self, place: Node<'f>) {
        self.leave(place);
        let function = place.ancestors().find(|around| around.kind() == Kind::FunctionDefinition);
        for read in function.map(|function| self.file.uses_of_function(function)).unwrap_or_default() {
            let called = read.parent().filter(|around| Call::of(*around).is_some_and(|call| call.callee == read));
            let is_property =
                function.and_then(Function::of).is_some_and(|function| function.has_decorator("property"));
            if let Some(read) = called.or(Some(read).filter(|_| is_property)) {
                self.push(read);
            }
        }
    }
}

/// Whether a call of `callee` only looks at its arguments.
fn is_harmless(callee: Node<'_>) -> bool {
    /// What a call may do with an argument without keeping it.
    const HARMLESS: [&str; 9] = ["bool", "getattr", "hasattr", "id", "isinstance", "len", "print", "repr", "type"];
    let is_assertion = callee.object().is_some() && callee.last_identifier().text().starts_with("assert");
    is_assertion || HARMLESS.contains(&callee.text())
}

/// The bindings that the name `read` may see here, with the value that each is assigned; `None` does not count.
fn objects<'f>(file: &'f PythonFile, read: Node<'f>) -> Vec<(BindingId, Option<Node<'f>>)> {
    let values = file.reaching(read.text(), read.start()).into_iter().filter_map(|id| {
        let binding = file.binding(id)?;
        let assigned = file.node(binding.identifier).parent().and_then(Assignment::of).and_then(|made| made.right);
        Some((id, assigned))
    });
    values.filter(|(_, value)| value.is_none_or(|value| value.kind() != Kind::None)).collect()
}

/// The name that stands for `place` in a loop over literals: `context` in `for name, context in (("a", place), …)`.
fn looped(place: Node<'_>) -> Option<Node<'_>> {
    let row = place.parent()?;
    let around = row.parent()?;
    let is_row = matches!(around.kind(), Kind::List | Kind::Tuple);
    let rows = if is_row { around } else { row };
    let looped = Loop::of(rows.parent()?).filter(|looped| looped.iterated == rows)?;
    let target = if is_row {
        let index = row.named_children().position(|child| child == place)?;
        let is_pattern = matches!(looped.target.kind(), Kind::PatternList | Kind::TuplePattern);
        looped.target.named_children().nth(index).filter(|_| is_pattern)?
    } else {
        looped.target
    };
    (target.kind() == Kind::Identifier).then_some(target)
}
