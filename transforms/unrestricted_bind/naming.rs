//! Other uses of the names and attributes through which a wildcard comes: shared with other code, or compared, so that
//! the wildcard means something to the program.

use super::address::Wildcard;
use super::socket::{SocketName, SocketUse};
use crate::python::syntax::literals::string_value;
use crate::python::{BindingId, BooleanOperation, Call, Kind, Node, NodeId, PythonFile, last_segment};

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What the calls of a part of a file that connect say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Connections {
    /// One connects through loopback, or to what a server says of its own address.
    pub(super) use_loopback: bool,
    /// One connects to this machine by its name.
    pub(super) use_own_name: bool,
}

/// How a call connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connects {
    /// To a host, an address or a URL.
    ToAny,
    /// To a URL, if one is given.
    ToUrl,
}

/// Calls that connect, and how.
pub(super) type ConnectingCalls = Rc<[(NodeId, Connects)]>;

/// Cached facts about the file: many calls may bind one name, or one socket.
pub(super) struct Known<'f> {
    pub(super) file: &'f PythonFile,
    names: RefCell<HashMap<BindingId, Naming>>,
    attributes: RefCell<HashMap<(Option<NodeId>, String), Naming>>,
    /// By function: the wildcards that it compares or asserts.
    expected: RefCell<HashMap<NodeId, HashSet<String>>>,
    pub(super) sockets: RefCell<HashMap<SocketName, SocketUse>>,
    pub(super) connections: RefCell<HashMap<(NodeId, Option<String>), Connections>>,
    /// By a function, class or the module: the calls in it that connect.
    pub(super) calls_that_connect: RefCell<HashMap<NodeId, ConnectingCalls>>,
    /// By a function, class or the module: whether it writes loopback beside a server's port.
    pub(super) pairs: RefCell<HashMap<NodeId, bool>>,
    pub(super) prepares_for_others: OnceCell<bool>,
    pub(super) names_loopback_url: OnceCell<bool>,
}

/// The uses of a name or attribute.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Naming {
    /// It has more than one use.
    pub(super) is_shared: bool,
    /// Its name means the wildcard, or the file compares it with one.
    is_compared: bool,
    /// The file tests whether it is true, which `""` is not.
    is_tested: bool,
}

impl Naming {
    /// Whether `wildcard` under this name means something to the program.
    pub(super) fn is_sentinel(self, wildcard: Wildcard) -> bool {
        self.is_compared || self.is_tested && wildcard == Wildcard::Empty
    }

    fn see(&mut self, read: Node<'_>) {
        self.is_compared |= is_compared_with_wildcard(read);
        self.is_tested |= is_tested(read);
    }
}

impl<'f> Known<'f> {
    pub(super) fn of(file: &'f PythonFile) -> Self {
        Self {
            file,
            names: RefCell::default(),
            attributes: RefCell::default(),
            expected: RefCell::default(),
            sockets: RefCell::default(),
            connections: RefCell::default(),
            calls_that_connect: RefCell::default(),
            pairs: RefCell::default(),
            prepares_for_others: OnceCell::new(),
            names_loopback_url: OnceCell::new(),
        }
    }

    /// Whether `function` compares or asserts the wildcard `address`.
    pub(super) fn is_expected(&self, function: NodeId, address: &str) -> bool {
        let mut expected = self.expected.borrow_mut();
        let in_function = expected.entry(function).or_insert_with(|| {
            let texts = self.file.node(function).descendants();
            let texts = texts.filter(|node| node.kind() == Kind::String && is_expected(*node)).filter_map(string_value);
            texts.filter(|text| Wildcard::of(text).is_some()).collect()
        });
        in_function.contains(address)
    }

    /// The uses of the name that `id` binds.
    pub(super) fn name(&self, id: BindingId) -> Naming {
        *self.names.borrow_mut().entry(id).or_insert_with(|| {
            let uses = self.file.uses(id);
            let says_so = self.file.binding(id).is_some_and(|binding| says_everywhere(&binding.name));
            let bound = self.file.binding(id).map(|binding| self.file.node(binding.identifier));
            // The value of `(name := value)` is used in place.
            let around = bound.and_then(Node::parent).filter(|around| around.kind() == Kind::NamedExpression);
            let own = if around.is_some() { 0 } else { 1 };
            let is_shared = uses.len() > own || self.file.shares_value(id) || self.file.is_read_elsewhere(id);
            let mut naming = Naming { is_shared, is_compared: says_so, is_tested: false };
            for read in uses {
                naming.see(read);
            }
            naming
        })
    }

    /// The uses of `place`, an attribute or a parameter that reads a wildcard; empty for other nodes.
    pub(super) fn place(&self, place: Node<'f>) -> Naming {
        match place.kind() {
            Kind::Identifier => {
                let all = self.file.owner_bindings(place.text(), place.start());
                let is_it =
                    |id: &&BindingId| self.file.binding(**id).is_some_and(|binding| binding.identifier == place.id());
                all.iter().find(is_it).map_or_else(Naming::default, |id| self.name(*id))
            }
            Kind::Attribute => match place.object_and_name() {
                Some((object, name)) => self.attribute(self.file.class_of_self(object), name.text()),
                None => Naming::default(),
            },
            _ => Naming::default(),
        }
    }

    /// The uses of attributes with the name `name`: of `self` in `class` or a derived class, and of anything other than
    /// `self`; without a class, of anything.
    fn attribute(&self, class: Option<NodeId>, name: &str) -> Naming {
        let key = (class, name.to_string());
        if let Some(known) = self.attributes.borrow().get(&key) {
            return *known;
        }
        let mut naming = Naming { is_compared: says_everywhere(name), ..Naming::default() };
        for read in self.file.attributes_called(name) {
            let mut seen = Naming::default();
            seen.see(read);
            if (seen.is_compared || seen.is_tested) && self.may_be_of(read, class) {
                naming.is_compared |= seen.is_compared;
                naming.is_tested |= seen.is_tested;
            }
        }
        self.attributes.borrow_mut().insert(key, naming);
        naming
    }

    fn may_be_of(&self, read: Node<'f>, class: Option<NodeId>) -> bool {
        let own = read.object().and_then(|object| self.file.class_of_self(object));
        match (own, class) {
            (Some(own), Some(class)) => own == class || self.file.local_bases(own).contains(&class),
            (None, _) | (_, None) => true,
        }
    }
}

/// Whether a name means the wildcard: `INADDR_ANY`, `any_addr`, `ALL_INTERFACES`. With another value, the name would be
/// wrong.
fn says_everywhere(name: &str) -> bool {
    name.to_ascii_lowercase().split('_').any(|word| matches!(word, "any" | "all" | "wildcard" | "everywhere"))
}

/// Whether a read of a name is compared with a wildcard: `if host == ""`, `host in ("", "0.0.0.0")`.
fn is_compared_with_wildcard(name: Node<'_>) -> bool {
    let Some(comparison) = name.parent().filter(|parent| parent.kind() == Kind::ComparisonOperator) else {
        return false;
    };
    comparison.descendants().filter_map(string_value).any(|text| Wildcard::of(&text).is_some())
}

/// Whether a read is tested for truth: `if host`, `not host`, `host or …`.
fn is_tested(read: Node<'_>) -> bool {
    let mut at = read;
    while let Some(around) = at.parent() {
        match around.kind() {
            Kind::NotOperator | Kind::AssertStatement => return true,
            Kind::BooleanOperator if BooleanOperation::of(around).is_some_and(|operation| operation.left == at) => {
                return true;
            }
            Kind::ConditionalExpression => return around.named_children().nth(1) == Some(at),
            Kind::ParenthesizedExpression | Kind::BooleanOperator => at = around,
            _ => return at.is_condition(),
        }
    }
    false
}

/// Whether a value is one side of a comparison, in a tuple that is, or an argument of a function such as `assertEqual`.
fn is_expected(value: Node<'_>) -> bool {
    let around = value
        .ancestors()
        .find(|node| !matches!(node.kind(), Kind::Tuple | Kind::List | Kind::Set | Kind::ArgumentList));
    around.is_some_and(|around| match Call::of(around) {
        Some(call) => last_segment(call.callee.text()).starts_with("assert"),
        None => around.kind() == Kind::ComparisonOperator,
    })
}
