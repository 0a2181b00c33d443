//! The kind of socket that a sink binds: its family, and why loopback might not work for it.

use super::address::Family;
use super::naming::Known;
use super::reasons::{CLIENT_SOCKET, DATAGRAM, MULTICAST};
use super::sinks::{Sink, Transport};
use crate::finding::Reason;
use crate::python::{
    Assignment, BindingId, BindingKind, Call, Callee, Kind, Node, NodeId, PythonFile, ScopeKind, Step, Try,
};
use crate::rule::reasons as rule_reasons;

/// What is known of the socket.
#[derive(Debug, Default)]
pub(super) struct Socket {
    /// Decides how the loopback address is written.
    pub(super) family: Family,
    /// `datagram`, `conditional`.
    pub(super) doubts: Vec<Reason>,
    /// `multicast`, `client-socket`.
    pub(super) refusals: Vec<Reason>,
    /// `IPV6_V6ONLY` is switched off.
    pub(super) is_dual_stack: bool,
    /// `IPV6_V6ONLY` is switched on.
    pub(super) is_ipv6_only: bool,
    /// It is only bound to find a free port.
    pub(super) is_probe: bool,
}

impl Socket {
    pub(super) fn of(known: &Known<'_>, call: &Call<'_>, callee: &Callee, sink: &Sink) -> Self {
        let file = known.file;
        let mut socket = Self::default();
        match sink.transport {
            Transport::Stream => {}
            Transport::Datagram => socket.doubts.push(DATAGRAM),
            Transport::Multicast => socket.refusals.push(MULTICAST),
        }
        if let Some(family) = call.keyword("family") {
            socket.family = family_of(file, family);
        }
        if sink.callable == "socket.socket.bind" {
            socket.learn_from_constructor(file, callee.receiver.and_then(|node| Call::of(file.node(node))));
            if let Some(receiver) = call.callee.object() {
                socket.learn_from_others(file, receiver, callee.receiver);
                socket.learn_from_uses(known.socket_use(receiver));
                socket.is_probe = is_probe(file, receiver, call.node);
            }
        }
        if sink.callable == "asyncore.dispatcher.bind" {
            // The dispatcher creates its own socket: `self.create_socket(family, type)`.
            let class = file.enclosing_class(call.node).map_or(file.root(), |class| file.node(class));
            let made = file.attributes_called_in("create_socket", class);
            let calls: Vec<Call<'_>> = made.filter_map(|attribute| Call::of(attribute.parent()?)).collect();
            for made in calls {
                socket.learn_from_constructor(file, Some(made));
            }
        }
        socket.learn_from_class(file, callee);
        if !sink.method && socket.family == Family::V4 && assigns_family(file) {
            socket.family = Family::Unknown;
        }
        let server_class = sink.server_class.as_ref();
        let made = server_class.and_then(|class| call.argument(Some(class.index), Some(class.keyword.as_str())));
        for callee in made.map_or_else(Vec::new, |class| file.callees(class)) {
            socket.learn_from_class(file, &callee);
        }
        if callee.is_choice() {
            let sentence = "the program chooses between several servers";
            socket.doubts.push(rule_reasons::CONDITIONAL.says(sentence));
        }
        socket
    }

    /// `socket.socket(family, type)`.
    fn learn_from_constructor(&mut self, file: &PythonFile, made: Option<Call<'_>>) {
        let Some(made) = made else {
            // For example a parameter: nothing is known of it.
            self.family = Family::Unknown;
            self.doubts.push(kind_unknown());
            return;
        };
        if made.has_star() || made.double_star().is_some() {
            self.family = Family::Unknown;
            self.doubts.push(kind_unknown());
            return;
        }
        // `socket.fromfd(fd, family, type)` has one argument before these.
        let shift = usize::from(made.callee.last_identifier().text() == "fromfd");
        if let Some(family) = made.argument(Some(shift), Some("family")) {
            self.family = family_of(file, family);
        }
        if let Some(kind) = made.argument(Some(shift + 1), Some("type")) {
            let names = || kind.descendants().filter(|node| node.kind() == Kind::Identifier).map(Node::text);
            if names().any(|name| matches!(name, "SOCK_DGRAM" | "SOCK_RAW")) || kind.text() == "2" {
                self.doubts.push(DATAGRAM);
            } else if !names().any(|name| name == "SOCK_STREAM") && kind.text() != "1" {
                self.doubts.push(kind_unknown());
            }
        }
    }

    /// Other sockets that the same name may hold, for example one per branch.
    fn learn_from_others(&mut self, file: &PythonFile, receiver: Node<'_>, made_by: Option<NodeId>) {
        let makes_socket = |call: &Call<'_>| {
            file.callees(call.callee)
                .iter()
                .any(|callee| matches!(callee.path.as_str(), "socket.socket" | "socket.fromfd"))
        };
        let others = file.origins(receiver).into_iter().filter(|other| Some(other.id()) != made_by).take(MOST_SOCKETS);
        for made in others.filter_map(Call::of).filter(makes_socket) {
            let mut other = Self::default();
            other.learn_from_constructor(file, Some(made));
            if other.family != self.family {
                self.family = Family::Variable;
            }
            if other.doubts != self.doubts {
                let sentence = "the name holds sockets of several kinds, between which the program chooses";
                self.doubts.push(rule_reasons::CONDITIONAL.says(sentence));
                self.doubts.extend(other.doubts);
            }
        }
    }

    /// Other uses of the socket.
    fn learn_from_uses(&mut self, uses: SocketUse) {
        if uses.joins_group {
            self.refusals.push(MULTICAST);
        }
        self.is_dual_stack |= uses.is_dual_stack;
        self.is_ipv6_only |= uses.is_ipv6_only;
        // A client's own address: from loopback it reaches only this machine.
        if uses.connects {
            self.refusals.push(CLIENT_SOCKET);
        }
    }

    /// `address_family = socket.AF_INET6` in a server class of the file.
    fn learn_from_class(&mut self, file: &PythonFile, callee: &Callee) {
        for step in &callee.via {
            let Step::Subclass(class) = step else { continue };
            let classes = || std::iter::once(*class).chain(file.local_bases(*class));
            let options = classes().flat_map(|class| file.attributes_called_in("setsockopt", file.node(class)));
            let options = options.filter_map(|option| Call::of(option.parent()?).filter(|call| call.callee == option));
            let options: Vec<Call<'_>> = options.collect();
            self.is_dual_stack |= options.iter().any(|option| sets_v6_only(option, false));
            self.is_ipv6_only |= options.iter().any(|option| sets_v6_only(option, true));
            let family = classes().flat_map(|class| file.class_attributes(class, "address_family")).next();
            if let Some(attribute) = family {
                self.family = attribute.value.map_or(Family::Variable, |value| family_of(file, file.node(value)));
            }
        }
    }
}

/// Nothing shows whether a socket is one of IPv4 or IPv6, of streams or datagrams.
fn kind_unknown() -> Reason {
    rule_reasons::CONDITIONAL
        .says("the code does not show of which kind the socket is: IPv4 or IPv6, stream or datagram")
}

/// A part of the file and a socket's name there, with the name's first binding.
pub(super) type SocketName = (NodeId, String, Option<BindingId>);

/// Real code does not assign more sockets to one name.
const MOST_SOCKETS: usize = 16;

/// Longer names are not considered.
const MAX_NAME: usize = 200;

const GROUP_OPTIONS: [&str; 10] = [
    "IP_ADD_MEMBERSHIP",
    "IP_ADD_SOURCE_MEMBERSHIP",
    "IPV6_JOIN_GROUP",
    "IPV6_ADD_MEMBERSHIP",
    "SO_BROADCAST",
    "IP_MULTICAST_TTL",
    "IP_MULTICAST_IF",
    "IP_MULTICAST_LOOP",
    "IPV6_MULTICAST_HOPS",
    "IPV6_MULTICAST_LOOP",
];

/// The uses of a socket besides the bind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SocketUse {
    /// `sock.setsockopt(…)` with a multicast option.
    joins_group: bool,
    /// `sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)`.
    is_dual_stack: bool,
    /// The same with 1.
    is_ipv6_only: bool,
    /// `sock.connect(…)`, also of what wraps it, or by a function that gets it.
    connects: bool,
}

impl Known<'_> {
    /// The uses of the socket that `receiver` names, under the same name or attribute.
    fn socket_use(&self, receiver: Node<'_>) -> SocketUse {
        if receiver.end() - receiver.start() > MAX_NAME {
            return SocketUse::default();
        }
        let file = self.file;
        let within = match receiver.kind() {
            Kind::Attribute => file.enclosing_class(receiver),
            _ => file
                .scope(file.scope_of(receiver))
                .filter(|scope| scope.kind != ScopeKind::Class)
                .map(|scope| scope.node),
        };
        let within = within.map_or(file.root(), |node| file.node(node));
        // A binding belongs to one scope, so the first one identifies the owner.
        let owner = |name: Node<'_>| match name.kind() {
            Kind::Identifier => file.owner_bindings(name.text(), name.start()).first().copied(),
            _ => None,
        };
        let key = (within.id(), receiver.text().to_string(), owner(receiver));
        *self.sockets.borrow_mut().entry(key).or_insert_with(|| {
            let is_same = |attribute: &Node<'_>| {
                attribute
                    .object()
                    .is_some_and(|object| object.text() == receiver.text() && owner(object) == owner(receiver))
            };
            let uses = |name| file.attributes_called_in(name, within).filter(is_same);
            let options: Vec<Call<'_>> = uses("setsockopt")
                .filter_map(|option| Call::of(option.parent()?).filter(|call| call.callee == option))
                .collect();
            SocketUse {
                joins_group: options.iter().any(sets_group),
                is_dual_stack: options.iter().any(|option| sets_v6_only(option, false)),
                is_ipv6_only: options.iter().any(|option| sets_v6_only(option, true)),
                connects: uses("connect").chain(uses("connect_ex")).next().is_some()
                    || is_connected_otherwise(file, receiver),
            }
        })
    }
}

fn sets_group(call: &Call<'_>) -> bool {
    call.list.descendants().any(|node| node.kind() == Kind::Identifier && GROUP_OPTIONS.contains(&node.text()))
}

/// Whether `call` switches `IPV6_V6ONLY` on, or off.
fn sets_v6_only(call: &Call<'_>, on: bool) -> bool {
    let positional = call.positional();
    let value = positional.get(2).map(|value| !matches!(value.text(), "0" | "False"));
    positional.get(1).is_some_and(|option| option.last_identifier().text() == "IPV6_V6ONLY") && value == Some(on)
}

/// The reads of the name `receiver`.
fn reads<'f>(file: &'f PythonFile, receiver: Node<'_>) -> Vec<Node<'f>> {
    if receiver.kind() != Kind::Identifier {
        return Vec::new();
    }
    let bindings = file.reaching(receiver.text(), receiver.start());
    bindings.into_iter().take(MOST_SOCKETS).flat_map(|id| file.uses(id)).take(MOST_READS).collect()
}

/// Only a hostile file reads a socket more often.
const MOST_READS: usize = 200;

/// Whether the socket that `receiver` names is handed to what connects it: `sock_connect(sock, …)`, `create_connection(…, sock=sock)`;
/// or is wrapped for a client, and the wrapper connects.
fn is_connected_otherwise(file: &PythonFile, receiver: Node<'_>) -> bool {
    reads(file, receiver).into_iter().any(|read| {
        let list = read.ancestors().take(2).find(|around| around.kind() == Kind::ArgumentList);
        let Some(call) = list.and_then(Node::parent).and_then(Call::of) else { return false };
        let name = call.callee.last_identifier().text();
        if matches!(name, "sock_connect" | "create_connection" | "open_connection") {
            return true;
        }
        let serves = call.keyword("server_side").is_some_and(|value| value.kind() != Kind::False);
        if !name.ends_with("wrap_socket") || serves {
            return false;
        }
        let wrapper = crate::transforms::connection::target_of(call.node);
        let mut uses = wrapper.map(|wrapper| {
            file.attributes_called("connect")
                .filter(move |it| it.object_and_name().is_some_and(|(object, _)| object.text() == wrapper.text()))
        });
        uses.as_mut().is_some_and(|uses| uses.next().is_some())
    })
}

/// What a probe does with its socket, besides the bind.
const OF_A_PROBE: [&str; 9] =
    ["bind", "close", "getsockname", "setsockopt", "settimeout", "setblocking", "shutdown", "family", "detach"];

/// Whether a socket is only bound to find out whether a port is free, or which one is: it is not used for anything else, and it is
/// closed, asked for its address, or the error of the bind is the answer.
fn is_probe(file: &PythonFile, receiver: Node<'_>, bind: Node<'_>) -> bool {
    let mut around = bind.ancestors().take_while(|around| around.kind() != Kind::FunctionDefinition);
    let tried = around.find(|around| around.kind() == Kind::TryStatement);
    let in_function = bind.ancestors().any(|around| around.kind() == Kind::FunctionDefinition);
    let is_tried = in_function
        && tried.and_then(Try::of).is_some_and(|tried| tried.body_contains(bind) && tried.handlers().next().is_some());
    if receiver.kind() == Kind::Call {
        // Nobody can use it afterwards.
        return is_tried;
    }
    let reads = reads(file, receiver);
    let is_harmless = |read: &Node<'_>| {
        read.parent()
            .and_then(Node::object_and_name)
            .is_some_and(|(object, name)| object == *read && OF_A_PROBE.contains(&name.text()))
    };
    let tells = |read: &Node<'_>| {
        let name = read.parent().and_then(Node::object_and_name).map(|(_, name)| name.text());
        matches!(name, Some("close" | "getsockname"))
    };
    let in_with = file
        .reaching(receiver.text(), receiver.start())
        .iter()
        .any(|id| matches!(file.binding(*id).map(|binding| &binding.kind), Some(BindingKind::With { .. })));
    !reads.is_empty() && reads.iter().all(is_harmless) && (in_with || is_tried || reads.iter().any(tells))
}

/// Whether the file sets a server's family from outside its class: `HTTPServer.address_family = socket.AF_INET6`.
fn assigns_family(file: &PythonFile) -> bool {
    file.attributes_called("address_family")
        .any(|attribute| attribute.parent().and_then(Assignment::of).is_some_and(|made| made.target == attribute))
}

fn family_of(file: &PythonFile, node: Node<'_>) -> Family {
    let value = file.value(node).filter(|value| !value.reassigned);
    let node = value.map_or(node, |value| value.node);
    match node.last_identifier().text() {
        "AF_INET" | "PF_INET" => Family::V4,
        "AF_INET6" | "PF_INET6" => Family::V6,
        "AF_UNSPEC" => Family::Unknown,
        name if name.starts_with("AF_") => Family::Other,
        _ => match node.text() {
            "0" => Family::Unknown,
            "2" => Family::V4,
            "10" => Family::V6,
            _ => Family::Variable,
        },
    }
}
