//! What shows that loopback is enough for a server, and what shows that it is not.
//!
//! A bind is only changed unasked where the file itself says that nobody needs the server from outside: it connects to it through
//! loopback, or the server is one for development in a program that nothing says is meant for others.

use super::address::Wildcard;
use super::bound::{Bound, Written};
use super::naming::{ConnectingCalls, Connections, Connects, Known};
use crate::python::{Call, Kind, Node, Subscript, last_segment};
use crate::text::{line_end, line_start};
use crate::transforms::host_kind::is_loopback;
use std::rc::Rc;

/// Only a hostile file has more calls that connect.
const MOST_CALLS: usize = 100;
/// How many nodes of an argument are looked at.
const MOST_NODES: usize = 64;

/// Parts of the names of callables that connect, or that send a request, in lower case.
const CONNECTING: [&str; 14] = [
    "connect",
    "urlopen",
    "urlretrieve",
    "request",
    "client",
    "proxy",
    "channel",
    "fetch",
    "telnet",
    "ftp",
    "smtp",
    "imap",
    "pop3",
    "session",
];
/// Names that mean it only as a whole, and only with a URL: a mapping has a `get`, too.
const REQUESTING: [&str; 6] = ["get", "post", "put", "head", "delete", "open_new_tab"];

/// What a server says of its own address.
const OWN_ADDRESS: [&str; 4] = ["server_address", "server_port", "getsockname", "sockets"];

/// Names that look up the address by which others reach this machine.
const LOOKS_UP: [&str; 8] =
    ["gethostname", "gethostbyname", "gethostbyname_ex", "getfqdn", "node", "zeroconf", "Zeroconf", "ServiceInfo"];

/// Parts of names, in lower case, of what gives others the address of this machine, or speaks with devices around it.
const SPEAKS_WITH_OTHERS: [&str; 20] = [
    "netifaces",
    "ifaddr",
    "net_if_addrs",
    "local_ip",
    "my_ip",
    "own_ip",
    "host_ip",
    "lan_ip",
    "get_ip",
    "webhook",
    "callback_url",
    "callback_address",
    "do_notify",
    "do_subscribe",
    "picamera",
    "gpiozero",
    "qrcode",
    "twilio",
    "sensor",
    "captive",
];

/// Texts that say the same in strings and comments, in lower case.
const TEXTS_OF_OTHERS: [&str; 16] = [
    "8.8.8.8",
    "1.1.1.1",
    "<this-ip",
    "this-ip-address",
    "<ip",
    "your-server",
    "your-ip",
    "your_ip",
    "webhook",
    "raspberry",
    "sensor",
    "arduino",
    "esp8266",
    "esp32",
    "on the network",
    "on your network",
];

/// Names that give a server TLS, which nobody needs on loopback.
const SERVES_TLS: [&str; 7] =
    ["wrap_socket", "load_cert_chain", "ssl_context", "certfile", "ssl_certfile", "ssl_keyfile", "keyfile"];

/// Whole words that say that others reach the server.
const OUTSIDE: [&str; 9] =
    ["webhook", "webhooks", "public", "external", "internet", "remote", "outside", "everywhere", "lan"];
/// The same of two words.
const ALL_INTERFACES: [&str; 6] =
    ["all interfaces", "any interface", "every interface", "all addresses", "any address", "all network"];

impl<'f> Known<'f> {
    /// What the calls say that connect where the server of `bind` is used: in the outermost function or class around it, and outside of
    /// functions and classes. `port` is the text that says which port the server has.
    pub(super) fn connections(&self, bind: Node<'f>, port: Option<&str>) -> Connections {
        let owner = definitions_around(bind).last().unwrap_or_else(|| self.file.root());
        let of_module = self.connections_in(self.file.root(), port);
        let of_owner = self.connections_in(owner, port);
        Connections {
            use_loopback: of_module.use_loopback || of_owner.use_loopback,
            use_own_name: of_module.use_own_name || of_owner.use_own_name,
        }
    }

    fn connections_in(&self, part: Node<'f>, port: Option<&str>) -> Connections {
        let key = (part.id(), port.map(str::to_string));
        if let Some(known) = self.connections.borrow().get(&key) {
            return *known;
        }
        let mut found = Connections { use_loopback: self.pairs_loopback(part), use_own_name: false };
        for (call, how) in self.calls_that_connect(part).iter().map(|(call, how)| (self.file.node(*call), *how)) {
            let Some(connecting) = Call::of(call) else { continue };
            for argument in connecting.arguments.iter().take(4).map(|argument| argument.value()) {
                found.use_loopback |= reaches(argument, how, port, call);
                let mut names = argument.descendants().take(MOST_NODES).filter(|part| part.kind() == Kind::Identifier);
                found.use_own_name |= names.any(|name| LOOKS_UP.contains(&name.text()));
                if !found.use_loopback && matches!(argument.kind(), Kind::Identifier | Kind::Attribute) {
                    let values = self.file.sources(argument);
                    found.use_loopback = values.iter().any(|value| reaches(value.node, how, port, call));
                }
            }
        }
        self.connections.borrow_mut().insert(key, found);
        found
    }

    /// Whether `part` writes a loopback host beside the port that a server reports: `f"http://127.0.0.1:{server.server_port}"`,
    /// `("localhost", server.server_address[1])`. Of the module: outside of functions and classes.
    fn pairs_loopback(&self, part: Node<'f>) -> bool {
        *self.pairs.borrow_mut().entry(part.id()).or_insert_with(|| self.has_pair(part))
    }

    fn has_pair(&self, part: Node<'f>) -> bool {
        let is_module = part == self.file.root();
        let reports_port = |node: Node<'_>| {
            let mut names = node.descendants().take(MOST_NODES).filter(|name| name.kind() == Kind::Identifier);
            names.any(|name| matches!(name.text(), "server_address" | "server_port" | "getsockname"))
        };
        let is_pair = |node: Node<'f>| {
            let pieces = match node.kind() {
                Kind::Tuple => node.named_children().collect::<Vec<_>>(),
                Kind::String | Kind::BinaryOperator => node.children().collect(),
                _ => return false,
            };
            let is_host = |piece: &Node<'_>| match piece.kind() {
                Kind::String | Kind::StringContent => is_loopback(piece.text().trim_matches(['"', '\''])),
                _ => false,
            };
            pieces
                .iter()
                .position(is_host)
                .is_some_and(|host| pieces.iter().skip(host + 1).any(|port| reports_port(*port)))
                && (!is_module || definitions_around(node).next().is_none())
        };
        part.descendants().any(is_pair)
    }

    /// The calls in `part` that connect; of the module, those outside of functions and classes.
    fn calls_that_connect(&self, part: Node<'f>) -> ConnectingCalls {
        if let Some(known) = self.calls_that_connect.borrow().get(&part.id()) {
            return Rc::clone(known);
        }
        let is_module = part == self.file.root();
        let calls = part.descendants().filter_map(Call::of);
        let calls = calls.filter_map(|call| connects(&call).map(|how| (call.node, how)));
        let calls = calls.filter(|(call, _)| !is_module || definitions_around(*call).next().is_none());
        let found: ConnectingCalls = calls.take(MOST_CALLS).map(|(call, how)| (call.id(), how)).collect();
        self.calls_that_connect.borrow_mut().insert(part.id(), Rc::clone(&found));
        found
    }

    /// Whether the file holds the URL of a server on loopback.
    fn names_loopback_url(&self) -> bool {
        *self.names_loopback_url.get_or_init(|| {
            let is_url = |node: Node<'_>| {
                let is_docstring =
                    || node.parent().and_then(Node::parent).map(Node::kind) == Some(Kind::ExpressionStatement);
                node.kind() == Kind::StringContent
                    && node.text().contains("://")
                    && is_loopback(node.text())
                    && !is_docstring()
            };
            self.file.root().descendants().any(is_url)
        })
    }

    /// Whether the file gives a server TLS, looks up the address by which others reach it, or speaks of them.
    fn prepares_for_others(&self) -> bool {
        *self.prepares_for_others.get_or_init(|| {
            self.file.root().descendants().any(|node| match node.kind() {
                Kind::Identifier => {
                    let name = node.text();
                    let lower = name.to_ascii_lowercase();
                    LOOKS_UP.contains(&name) && name != "node"
                        || SERVES_TLS.contains(&name)
                        || name == "RPi"
                        || SPEAKS_WITH_OTHERS.iter().any(|word| lower.contains(word))
                }
                Kind::StringContent | Kind::Comment => {
                    let text = node.text().to_lowercase();
                    TEXTS_OF_OTHERS.iter().any(|word| text.contains(word))
                }
                _ => false,
            })
        })
    }
}

impl Bound<'_, '_> {
    /// Whether something in the file shows that loopback is enough for the server.
    pub(super) fn is_loopback_enough(&self, written: &Written<'_>) -> bool {
        let port = written.port.as_deref();
        if self.speaks_of_outside() {
            return false;
        }
        let is_public = written.is_public || port == Some("8443");
        // Who starts a server of a library and passes its port knows who needs it; a program is started by a person.
        let leads_to_loopback = self.known.names_loopback_url();
        let is_of_person =
            || !written.is_port_passed || self.runs_with_the_file() || self.is_test() || leads_to_loopback;
        // `""` is how one writes that it does not matter; who writes `"0.0.0.0"` has decided, unless the program leads to loopback.
        let is_casual = written.wildcard == Wildcard::Empty || leads_to_loopback;
        let is_development = self.sink.development && is_casual && !is_public && !self.facts.around.is_in_container;
        self.known.connections(self.call.node, port).use_loopback
            || is_development && !self.known.prepares_for_others() && is_of_person()
    }

    /// Whether the file is a program, or its code binds when it is run: outside of functions, or in one that is called there.
    fn runs_with_the_file(&self) -> bool {
        let Some(outermost) = definitions_around(self.call.node).last() else { return true };
        let name = crate::python::Function::of(outermost).and_then(|function| function.name);
        let is_called = |name: Node<'_>| {
            let bindings = self.file.owner_bindings(name.text(), name.start());
            let uses = bindings.iter().take(MOST_CALLS).flat_map(|id| self.file.uses(*id)).take(MOST_CALLS);
            { uses }.any(|read| {
                let is_callee = read.parent().and_then(Call::of).is_some_and(|call| call.callee == read);
                is_callee && definitions_around(read).next().is_none()
            })
        };
        self.file.is_program() || name.is_some_and(is_called)
    }

    /// Whether a name or a comment beside the bind speaks of those who reach the server from outside.
    fn speaks_of_outside(&self) -> bool {
        let text = self.file.text();
        let statement = self.call.node.statement();
        let start = line_start(text, statement.start());
        // The comment lines above, and the rest of the last line.
        let above = text.get(..start).unwrap_or_default().lines().rev();
        let comments: Vec<&str> = above.map(str::trim).take_while(|line| line.starts_with('#')).take(8).collect();
        let own = text.get(start..line_end(text, statement.end())).unwrap_or_default();
        let own = own.get(..own.len().min(4096)).unwrap_or_default();
        let function =
            self.call.node.ancestors().find_map(crate::python::Function::of).and_then(|function| function.name);
        comments.into_iter().chain([own]).chain(function.map(Node::text)).any(speaks_of_outside)
    }
}

/// The functions and classes around `node`, innermost first.
fn definitions_around(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.ancestors().filter(|around| matches!(around.kind(), Kind::FunctionDefinition | Kind::ClassDefinition))
}

fn speaks_of_outside(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| OUTSIDE.contains(&word)) || ALL_INTERFACES.iter().any(|words| text.contains(words))
}

fn connects(call: &Call<'_>) -> Option<Connects> {
    let callee = call.callee.text();
    if callee.len() > 200 {
        return None;
    }
    let name = last_segment(callee).to_lowercase();
    let serves = ["server", "serve", "listen", "bind"].iter().any(|word| name.contains(word));
    if !serves && CONNECTING.iter().any(|word| name.contains(word)) {
        return Some(Connects::ToAny);
    }
    (REQUESTING.contains(&name.as_str()) || callee.starts_with("webbrowser.")).then_some(Connects::ToUrl)
}

/// Whether `argument`, of a call that connects, leads to the server through loopback: it holds the address that a server reports, or a
/// loopback host while the call names the server's port. A port alone says nothing: a program may tell it to others.
fn reaches(argument: Node<'_>, how: Connects, port: Option<&str>, call: Node<'_>) -> bool {
    let mut names = argument.descendants().take(MOST_NODES).filter(|part| part.kind() == Kind::Identifier);
    if how == Connects::ToAny && names.any(reports_address) {
        return true;
    }
    let port = port.filter(|port| *port != "0");
    let names_port = |part: Node<'_>| match part.kind() {
        Kind::Identifier if OWN_ADDRESS.contains(&part.text()) => true,
        Kind::Identifier | Kind::Integer => Some(part.text()) == port,
        Kind::StringContent => part.text().split(|c: char| !c.is_ascii_digit()).any(|number| Some(number) == port),
        _ => false,
    };
    let all = || argument.descendants().take(MOST_NODES).chain(call.descendants().take(MOST_NODES));
    mentions_loopback(argument, how) && all().any(names_port)
}

/// Whether `name` reads the whole address of a server, or its host: `server.server_address`, `sock.getsockname()[0]`.
fn reports_address(name: Node<'_>) -> bool {
    if !matches!(name.text(), "server_address" | "getsockname") {
        return false;
    }
    let read = name.ancestors().take_while(|around| matches!(around.kind(), Kind::Attribute | Kind::Call)).last();
    let element = read.and_then(Node::parent).and_then(Subscript::of).filter(|it| Some(it.container) == read);
    // `[:2]` begins with the host, too.
    element.is_none_or(|element| element.index.text() == "0" || element.index.text().starts_with(':'))
}

/// Whether an expression holds a loopback address, or the URL of one.
fn mentions_loopback(node: Node<'_>, how: Connects) -> bool {
    node.descendants().take(MOST_NODES).any(|part| match part.kind() {
        // Who connects to 0.0.0.0 reaches this machine.
        Kind::StringContent if how == Connects::ToUrl => part.text().contains("://") && is_loopback(part.text()),
        Kind::StringContent => {
            let text = part.text();
            is_loopback(text) || text == "0.0.0.0" || text.contains("@0.0.0.0:")
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::speaks_of_outside;

    #[test]
    fn words_that_speak_of_others_are_whole() {
        assert!(speaks_of_outside("# reachable from the internet"));
        assert!(speaks_of_outside("bind_public()"));
        assert!(speaks_of_outside("listen on All Interfaces"));
        assert!(!speaks_of_outside("republication of planets"));
    }
}
