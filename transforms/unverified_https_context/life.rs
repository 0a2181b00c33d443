//! Where a context goes after it was made, and what is done to it on the way.

use super::Tables;
use crate::python::{
    Assignment, Attribute, BindingId, Call, Function, Kind, Meaning, NamedExpression, Node, NodeId, Parameter,
    PythonFile, Step, last_segment,
};
use std::collections::HashSet;

/// What the file shows of a context.
#[derive(Debug, Default)]
pub(super) struct Life<'f> {
    /// What connects with it: the callees.
    pub(super) clients: Vec<Node<'f>>,
    /// Something accepts connections with it.
    pub(super) serves: bool,
    /// Where it leaves what the file shows.
    pub(super) leaves: Vec<Node<'f>>,
    /// It gets a certificate, which every server needs and few clients have.
    pub(super) has_certificate: bool,
    /// What decides whether it verifies, in position order.
    pub(super) settings: Vec<Setting<'f>>,
    /// An attribute that holds it.
    pub(super) attribute: Option<Node<'f>>,
    /// A name or an attribute that holds it has another value, too.
    pub(super) reassigned: bool,
}

/// `context.verify_mode = …`, `context.check_hostname = …`
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'f> {
    /// The assignment.
    pub(super) node: Node<'f>,
    /// The context.
    pub(super) context: Node<'f>,
    /// `check_hostname`, or `verify_mode`.
    pub(super) is_hostname: bool,
    /// What it does.
    pub(super) kind: SettingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SettingKind {
    /// It switches a check off.
    Off,
    /// It switches a check on.
    On,
    /// The value is not known.
    Unknown,
}

impl<'f> Setting<'f> {
    /// `node` as an assignment of one of the attributes that decide.
    pub(super) fn of(file: &PythonFile, node: Node<'f>) -> Option<Self> {
        let Assignment { target, right } = Assignment::of(node)?;
        let Attribute { object: context, name } = Attribute::of(target)?;
        let value = right?;
        let is_hostname = match name.text() {
            "check_hostname" => true,
            "verify_mode" => false,
            _ => return None,
        };
        let kind = match value.kind() {
            Kind::False => SettingKind::Off,
            Kind::True => SettingKind::On,
            Kind::Integer if !is_hostname && value.text() == "0" => SettingKind::Off,
            Kind::Identifier | Kind::Attribute if !is_hostname => match word(file, value).as_str() {
                "CERT_NONE" => SettingKind::Off,
                "CERT_REQUIRED" | "CERT_OPTIONAL" => SettingKind::On,
                _ => SettingKind::Unknown,
            },
            _ => SettingKind::Unknown,
        };
        Some(Self { node, context, is_hostname, kind })
    }
}

/// The last segment of the name that `node` stands for, whatever is passed: `CERT_NONE` of `ssl.CERT_NONE`. The text of
/// anything else.
pub(super) fn word(file: &PythonFile, node: Node<'_>) -> String {
    let node = file.value(node).filter(|value| !value.reassigned).map_or(node, |value| value.node);
    let resolved = file.resolve(node).filter(|named| named.via.iter().all(|step| matches!(step, Step::Alias(_))));
    match resolved.map(|named| named.meaning) {
        Some(Meaning::Path(path)) => last_segment(&path).to_string(),
        Some(Meaning::Class(_)) | None => node.last_identifier().text().to_string(),
    }
}

/// Only a hostile file has contexts in more places.
const MOST_PLACES: usize = 256;

/// What a call may do with an argument without keeping it.
const HARMLESS: [&str; 9] = ["bool", "getattr", "hasattr", "id", "isinstance", "len", "print", "repr", "type"];

impl<'f> Life<'f> {
    /// The life of what `places` hold: the call that makes a context, or reads of its name.
    pub(super) fn of(file: &'f PythonFile, tables: Tables<'_>, places: impl IntoIterator<Item = Node<'f>>) -> Self {
        let mut walk =
            Walk { file, tables, open: places.into_iter().collect(), seen: HashSet::new(), life: Self::default() };
        while let Some(place) = walk.open.pop() {
            if walk.seen.len() >= MOST_PLACES {
                walk.life.leaves.push(place);
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

    /// What switches verification off.
    pub(super) fn off(&self) -> Vec<Setting<'f>> {
        self.settings.iter().copied().filter(|setting| setting.kind == SettingKind::Off).collect()
    }

    /// Whether a line sets the mode, or what is checked of names, to something else, by what it does.
    pub(super) fn sets(&self, is_hostname: bool, kind: SettingKind) -> bool {
        self.settings.iter().any(|setting| setting.is_hostname == is_hostname && setting.kind == kind)
    }

    /// Whether a line may switch on what another one switches off.
    pub(super) fn may_be_switched_on(&self, is_hostname: bool) -> bool {
        self.sets(is_hostname, SettingKind::On) || self.sets(is_hostname, SettingKind::Unknown)
    }

    /// A server uses it, and no client does.
    pub(super) fn is_a_servers(&self) -> bool {
        self.serves && self.clients.is_empty()
    }
}

struct Walk<'f, 't> {
    file: &'f PythonFile,
    tables: Tables<'t>,
    open: Vec<Node<'f>>,
    seen: HashSet<NodeId>,
    life: Life<'f>,
}

impl<'f> Walk<'f, '_> {
    /// What happens to the context that `place` stands for.
    fn visit(&mut self, place: Node<'f>) {
        let Some(around) = place.parent() else { return };
        match around.kind() {
            Kind::ParenthesizedExpression | Kind::Await | Kind::BooleanOperator => self.open.push(around),
            // Not where it is the condition.
            Kind::ConditionalExpression if around.named_children().nth(1) != Some(place) => self.open.push(around),
            Kind::Attribute if around.object() == Some(place) => self.use_attribute(around),
            Kind::Assignment => self.assign(around, place),
            Kind::NamedExpression => {
                if let Some(named) = NamedExpression::of(around).filter(|named| named.value == place) {
                    self.bind(named.name);
                    self.open.push(around);
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
            Kind::Lambda
            | Kind::Yield
            | Kind::Pair
            | Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::ExpressionList
            | Kind::ListSplat
            | Kind::DictionarySplat => self.life.leaves.push(place),
            _ => {}
        }
    }

    fn use_attribute(&mut self, attribute: Node<'f>) {
        let (Some(name), Some(around)) = (Attribute::of(attribute).map(|it| it.name), attribute.parent()) else {
            return;
        };
        if Assignment::of(around).is_some_and(|made| made.target == attribute) {
            self.life.settings.extend(Setting::of(self.file, around));
        } else if let Some(call) = Call::of(around).filter(|call| call.callee == attribute) {
            match name.text() {
                "load_cert_chain" => self.life.has_certificate = true,
                "wrap_socket" | "wrap_bio" => {
                    let position = if name.text() == "wrap_socket" { 1 } else { 2 };
                    match call.argument(Some(position), Some("server_side")) {
                        None if call.double_star().is_none() => self.life.clients.push(attribute),
                        Some(side) if side.kind() == Kind::False => self.life.clients.push(attribute),
                        Some(side) if side.kind() == Kind::True => self.life.serves = true,
                        _ => self.life.leaves.push(attribute),
                    }
                }
                _ => {}
            }
        }
    }

    fn assign(&mut self, assignment: Node<'f>, value: Node<'f>) {
        let Some(made) = Assignment::of(assignment).filter(|made| made.right == Some(value)) else { return };
        match made.target.kind() {
            Kind::Identifier => self.bind(made.target),
            Kind::Attribute => self.store(made.target),
            _ => self.life.leaves.push(value),
        }
        // `a = b = context`
        self.open.push(assignment);
    }

    fn bind(&mut self, name: Node<'f>) {
        if let Some(bound) = self.file.bound_at(name) {
            self.read(bound);
        }
    }

    fn read(&mut self, binding: BindingId) {
        let file = self.file;
        for read in file.some_uses(binding, MOST_PLACES) {
            self.life.reassigned |= read.kind() == Kind::Identifier && has_other_values(file, read);
            self.open.push(read);
        }
        let Some(binding) = file.binding(binding) else { return };
        let is_global = binding.scope == file.scope_of(file.root());
        if is_global && file.is_imported_elsewhere(&binding.name) {
            self.life.leaves.push(file.node(binding.identifier));
        }
    }

    fn store(&mut self, target: Node<'f>) {
        let file = self.file;
        let Some(Attribute { object, name }) = Attribute::of(target) else { return };
        let class = file.class_of_self(object);
        if self.life.attribute.is_none() {
            self.life.attribute = Some(target);
        }
        self.life.leaves.push(target);
        if let Some(class) = class {
            let given = file.class_attributes(class, name.text()).iter().filter_map(|given| given.value);
            self.life.reassigned |= given.filter(|value| file.node(*value).kind() != Kind::None).count() > 1;
        }
        for read in file.attributes_called(name.text()).take(MOST_PLACES) {
            let is_same = match read.object().and_then(|object| file.class_of_self(object)) {
                Some(other) => class.is_some_and(|class| class == other || file.local_bases(other).contains(&class)),
                None => class.is_some() || read.text() == target.text(),
            };
            if is_same && !read.is_target() {
                self.open.push(read);
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
            self.life.clients.push(callee);
        } else if !HARMLESS.contains(&callee.text()) {
            let definitions = file.possible_callees(callee).definitions;
            let functions: Vec<Function<'f>> = definitions.into_iter().filter_map(Function::of).collect();
            let entered = functions.iter().filter(|function| self.enter_by(**function, position, keyword)).count();
            if entered == 0 {
                self.life.leaves.push(callee);
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
            self.open.extend(self.file.some_uses(bound, MOST_PLACES));
        }
    }

    /// The context is what a function returns.
    fn hand_back(&mut self, place: Node<'f>) {
        self.life.leaves.push(place);
        let function = place.ancestors().find(|around| around.kind() == Kind::FunctionDefinition);
        for read in function.map(|function| self.file.uses_of_function(function)).unwrap_or_default() {
            let called = read.parent().filter(|around| Call::of(*around).is_some_and(|call| call.callee == read));
            let is_property =
                function.and_then(Function::of).is_some_and(|function| function.has_decorator("property"));
            self.open.extend(called.or(Some(read).filter(|_| is_property)));
        }
    }
}

/// Whether the name `read` may stand for several objects here; `None` does not count.
fn has_other_values(file: &PythonFile, read: Node<'_>) -> bool {
    let values = file.reaching(read.text(), read.start());
    let is_object = |id: &BindingId| {
        let Some(binding) = file.binding(*id) else { return false };
        let assigned = file.node(binding.identifier).parent().and_then(Assignment::of).and_then(|made| made.right);
        assigned.is_none_or(|value| value.kind() != Kind::None)
    };
    values.iter().filter(|id| is_object(id)).count() > 1
}
