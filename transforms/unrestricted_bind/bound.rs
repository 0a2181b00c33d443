//! Checks the call of a sink: which of the values that may reach it are wildcards, and whether they may be edited.

use super::address::{Family, Wildcard, means_everywhere};
use super::environment::{ENVIRONMENT, FirstFix, LOOPBACK, LookUp};
use super::handed_on;
use super::naming::Known;
use super::reasons::{
    CONTAINER, DOCUMENTED, DUAL_STACK, IMPORTED_VALUE, MAY_BE_REACHED, NOT_EDITABLE, OMITTED_HOST, OWN_ADDRESS,
    PORT_PROBE, PUBLIC_PORT, SENTINEL, TEST_SUBJECT,
};
use super::sinks::{Empty, Omitted, Sink, Takes};
use super::socket::Socket;
use crate::finding::{Draft, Fix, Fragment, Reason, Related, SymbolicEdit};
use crate::python::literals::{StringLiteral, integer_value, string_value};
use crate::python::{
    Call, Constant, Forward, Given, Kind, Node, Piece, PythonFile, ScopeKind, Step, Unknown, Value, last_segment,
};
use crate::rule::reasons as rule_reasons;
use crate::rule::{FileFacts, Found, Metadata, Verdict};
use crate::text::{Span, display_path, line_start};
use crate::transforms::test_code;
use crate::transforms::twin::{doubt_about, place_of, shared};

/// A call that binds, and what is known of it.
pub(super) struct Bound<'a, 'f> {
    pub(super) file: &'f PythonFile,
    pub(super) known: &'a Known<'f>,
    pub(super) call: &'a Call<'f>,
    pub(super) sink: &'a Sink,
    pub(super) socket: Socket,
    pub(super) facts: &'a BindFacts<'a>,
    pub(super) rule: &'a Metadata,
    /// How another module of the project hands the address on to the socket, if the call does not bind it itself.
    pub(super) handed_on: Option<&'a Forward>,
}

/// What is known of the whole file.
pub(super) struct BindFacts<'a> {
    pub(super) around: &'a FileFacts<'a>,
    /// Which fix comes first.
    pub(super) first: FirstFix,
    /// How the address may be read from the environment.
    pub(super) variable: Option<LookUp<'a>>,
}

/// A wildcard, at the place where it is written.
pub(super) struct Written<'f> {
    value: Value<'f>,
    pub(super) wildcard: Wildcard,
    /// The span to replace by loopback; `None` if the wildcard is composed from pieces.
    edit: Option<Span>,
    pub(super) is_public: bool,
    /// What says which port it is: a number, or the name that holds it.
    pub(super) port: Option<String>,
    /// Whoever calls the code chooses the port.
    pub(super) is_port_passed: bool,
}

impl<'f> Bound<'_, 'f> {
    pub(super) fn check(&self) -> Vec<Draft> {
        let Ok(place) = self.sink.place(self.call) else {
            let hidden = self.file.evaluate_argument(self.call, self.sink.index, self.sink.keyword.as_deref());
            return self.check_values(hidden.values);
        };
        let everywhere = self.sink.omitted == Omitted::Everywhere;
        let place = match place {
            None if everywhere && !self.sink.lacks_port(self.call) => return vec![self.omitted_host()],
            None => return Vec::new(),
            Some(place) if place.kind() == Kind::None && everywhere => match self.sink.lacks_port(self.call) {
                true => return Vec::new(),
                false => return vec![self.omitted_host()],
            },
            Some(place) => place,
        };
        self.check_values(match self.handed_on.map(|forward| &forward.given) {
            Some(Given::One { attribute: Some(name), .. }) => self.file.evaluate_attribute(place, name).values,
            _ => self.file.sources(place),
        })
    }

    /// The findings about `values`, which reach the sink.
    fn check_values(&self, values: Vec<Value<'f>>) -> Vec<Draft> {
        let written: Vec<Written<'f>> = match self.sink.takes {
            Takes::Endpoint => return values.iter().flat_map(|value| self.check_endpoint(value)).collect(),
            Takes::Address => values.iter().flat_map(|address| self.hosts_of(address)).collect(),
            Takes::Host => {
                let port = self.sink.port.as_ref();
                let port = port.and_then(|port| self.call.argument(Some(port.index), Some(&port.keyword)));
                let hosts = values.into_iter().flat_map(|value| self.elements(value));
                hosts.filter_map(|value| self.host(value, port)).collect()
            }
            Takes::HostPort => {
                let texts = values.into_iter().flat_map(|value| self.elements(value));
                texts.flat_map(|value| self.host_ports(&value)).collect()
            }
            Takes::Listener => {
                let addresses = values.iter().flat_map(|address| self.hosts_of(address));
                addresses.chain(values.iter().flat_map(|value| self.host_ports(value))).collect()
            }
        };
        written.iter().filter_map(|written| self.check_wildcard(written)).collect()
    }

    /// The wildcards that are the host of a (host, port) tuple.
    fn hosts_of(&self, address: &Value<'f>) -> Vec<Written<'f>> {
        // The host passed to `getaddrinfo`; for `""` it returns nothing (CPython 3.13 with glibc 2.36).
        if address.via.iter().any(|step| matches!(step, Step::ResolvedAddress(_))) {
            let is_host = |written: &Written<'_>| written.wildcard != Wildcard::Empty;
            return self.host(address.clone(), None).filter(is_host).into_iter().collect();
        }
        if !matches!(address.node.kind(), Kind::Tuple | Kind::List | Kind::ExpressionList) {
            return Vec::new();
        }
        let elements: Vec<Node<'f>> =
            address.node.named_children().filter(|element| !element.is_error()).take(5).collect();
        // (host, port), and (host, port, flow, scope) for IPv6.
        let (Some(host), Some(port), true) = (elements.first(), elements.get(1), matches!(elements.len(), 2 | 4))
        else {
            return Vec::new();
        };
        let hosts = self.file.sources(*host).into_iter().map(|host| after(host, address));
        hosts.filter_map(|host| self.host(host, Some(*port))).collect()
    }

    /// The hosts of a list of hosts; any other value is a host itself.
    fn elements(&self, value: Value<'f>) -> Vec<Value<'f>> {
        match value.node.kind() {
            Kind::List | Kind::Tuple | Kind::Set => {
                let elements = value.node.named_children().take(64);
                elements.flat_map(|element| self.file.sources(element)).map(|host| after(host, &value)).collect()
            }
            _ => vec![value],
        }
    }

    /// The wildcards before the colon of a `host:port` text: in the text itself, or in a name that it interpolates.
    fn host_ports(&self, value: &Value<'f>) -> Vec<Written<'f>> {
        let pieces = value.node.pieces();
        let mut found: Vec<Written<'f>> = match pieces.as_slice() {
            [Piece::Inserted(host), Piece::Text { text, .. }, ..] if text.starts_with(':') => {
                let hosts = self.file.sources(*host).into_iter().map(|host| after(host, value));
                // The colons of `::` without brackets are ambiguous, and the meaning of `""` differs between sinks.
                let is_host =
                    |written: &Written<'_>| matches!(written.wildcard, Wildcard::V4 | Wildcard::V6 { bracketed: true });
                hosts.filter_map(|host| self.host(host, None)).filter(is_host).collect()
            }
            [Piece::Text { text, span, .. }, ..] => {
                // `":".join(["0.0.0.0", port])`
                let texts = pieces.iter().map_while(|piece| match piece {
                    Piece::Text { text, .. } => Some(text.as_str()),
                    Piece::Inserted(_) => None,
                });
                let span = span.map(|span| (span, text.len()));
                host_port(value, &texts.collect::<String>(), span).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let composed = value.node;
        // The port may be interpolated: `f"0.0.0.0:{os.environ['PORT']}"`.
        if found.iter().any(|written| !written.is_public) {
            let parts = composed.descendants().take(64).filter(|part| part.kind() == Kind::Identifier);
            let is_public = composed.kind() != Kind::String
                || composed.named_children().any(|part| part.kind() == Kind::Interpolation);
            let is_public = is_public && { parts }.any(|part| self.is_public(part));
            found.iter_mut().for_each(|written| written.is_public |= is_public);
        }
        found
    }

    /// The findings about a description of an endpoint: a wildcard as its interface, or no interface, which is every one.
    fn check_endpoint(&self, value: &Value<'f>) -> Vec<Draft> {
        // `serverFromString(MemoryReactor(), …)`: a stand-in that binds nothing.
        if self.call.positional().first().is_some_and(|reactor| reactor.kind() == Kind::Call) {
            return Vec::new();
        }
        let pieces = value.node.pieces();
        let Some(Piece::Text { text, .. }) = pieces.first() else { return Vec::new() };
        if !["tcp:", "tcp6:", "ssl:"].iter().any(|kind| text.starts_with(kind)) {
            return Vec::new();
        }
        let mut port = text.split(':').nth(1).filter(|port| !port.is_empty()).map(str::to_string);
        for (position, piece) in pieces.iter().enumerate() {
            let Piece::Text { text, span, .. } = piece else { continue };
            let Some(start) = text.find(INTERFACE).map(|at| at + INTERFACE.len()) else { continue };
            let host = up_to_colon(text.get(start..).unwrap_or_default());
            let is_last = start + host.len() == text.len();
            return match pieces.get(position + 1) {
                Some(Piece::Inserted(inserted)) if host.is_empty() => {
                    let hosts = self.file.sources(*inserted).into_iter().map(|host| after(host, value));
                    hosts.filter_map(|host| self.check_wildcard(&self.host(host, None)?)).collect()
                }
                Some(_) if is_last => Vec::new(),
                _ => {
                    let wildcard = Wildcard::of(&host.replace('\\', ""));
                    let edit =
                        span.map(|span| Span { start: span.start + start, end: span.start + start + host.len() });
                    let is_public = matches!(port.as_deref(), Some("80" | "443"));
                    let written = wildcard.map(|wildcard| Written {
                        value: value.clone(),
                        wildcard,
                        edit: edit.filter(|_| !host.contains('\\')),
                        is_public,
                        port: port.take(),
                        is_port_passed: false,
                    });
                    written.and_then(|written| self.check_wildcard(&written)).into_iter().collect()
                }
            };
        }
        // What is inserted may be more than the port.
        let is_port_alone = match pieces.as_slice() {
            [_] => true,
            [Piece::Text { text, .. }, Piece::Inserted(_), rest @ ..] => {
                let is_text = |piece: &Piece<'_>| matches!(piece, Piece::Text { .. });
                (text.find(':') == text.len().checked_sub(1) || text.ends_with(":port=")) && rest.iter().all(is_text)
            }
            _ => false,
        };
        let help = "add `:interface=127.0.0.1` to the description, or the one address that others should reach";
        let description = (!self.call.node.contains(value.node) && value.imported.is_none()).then_some(value);
        is_port_alone.then(|| self.omitted(help.to_string(), description)).into_iter().collect()
    }

    fn host(&self, value: Value<'f>, port: Option<Node<'f>>) -> Option<Written<'f>> {
        let imported = value.imported.as_ref().map(|constant| constant.text.clone());
        let wildcard = Wildcard::of(&imported.or_else(|| string_value(value.node))?)?;
        let edit = StringLiteral::of(value.node).map(|literal| literal.content);
        let is_public = port.is_some_and(|port| self.is_public(port));
        Some(Written {
            value,
            wildcard,
            edit,
            is_public,
            port: port.map(|port| port.last_identifier().text().to_string()),
            is_port_passed: port.is_some_and(|port| {
                self.file.evaluate(port).unknown.iter().any(|unknown| matches!(unknown, Unknown::Caller(_)))
            }),
        })
    }

    fn check_wildcard(&self, written: &Written<'f>) -> Option<Draft> {
        let Written { value: host, wildcard, edit, is_public, port, .. } = written;
        let wildcard = *wildcard;
        if wildcard == Wildcard::Empty && self.sink.empty != Empty::Everywhere {
            return None;
        }
        // What this run finds where it is written is said there.
        let found_there = |constant: &Constant| {
            handed_on::is_looked_for(&constant.text) && self.file.is_candidate(&constant.place.file)
        };
        if host.imported.as_ref().is_some_and(found_there) {
            return None;
        }
        let mut verdict = Verdict::default();
        verdict.doubt_all(self.socket.doubts.iter().cloned());
        self.socket.refusals.iter().for_each(|reason| verdict.refuse(reason.clone()));
        verdict.fix_needs(!self.socket.is_probe, PORT_PROBE);
        let again = rule_reasons::REASSIGNED.says("the name of the address is assigned more than once");
        verdict.fix_needs(!host.reassigned, again);
        let stubbed = "the function replaces what decides where the socket is bound";
        verdict.fix_needs(!self.is_stubbed(), rule_reasons::REASSIGNED.says(stubbed));
        // What makes a socket of IPv6 take IPv4, too, is not for one of IPv4.
        verdict.fix_needs(wildcard == Wildcard::V4 || !self.makes_dual_stack(), DUAL_STACK);
        let loopback = wildcard.loopback(self.socket.family);
        match (&host.imported, edit) {
            (Some(_), _) => verdict.refuse(IMPORTED_VALUE),
            (None, None) => verdict.refuse(NOT_EDITABLE),
            (None, Some(span)) => {
                verdict.edits.push(SymbolicEdit { span: *span, text: vec![Fragment::Text(loopback.to_string())] });
            }
        }
        let is_empty = wildcard == Wildcard::Empty;
        // `""` works for both families; 127.0.0.1 is an error for IPv6.
        let by_family = rule_reasons::CONDITIONAL
            .says("`\"\"` is for IPv4 and IPv6, and the program chooses between them when it runs");
        verdict.fix_needs(!(is_empty && self.socket.family == Family::Variable), by_family);
        let means_something =
            self.expects_wildcard(host.node) || self.is_sentinel(host, wildcard) || self.translates_everywhere(host);
        verdict.fix_needs(!means_something, SENTINEL);
        verdict.doubt_all(self.doubts_on_the_way(host));
        verdict.safe_needs(!(matches!(wildcard, Wildcard::V6 { .. }) && self.speaks_ipv4()), DUAL_STACK);
        verdict.safe_needs(!self.takes_both_families(wildcard), DUAL_STACK);
        verdict.safe_needs(!self.known.connections(self.call.node, None).use_own_name, OWN_ADDRESS);
        verdict.safe_needs(self.is_loopback_enough(written), MAY_BE_REACHED);
        verdict.safe_needs(!is_public, public_port(port.as_deref()));
        let by_family = "`\"\"` is for IPv4 and IPv6, and the code does not show which of them the socket is";
        verdict.safe_needs(
            !(is_empty && self.socket.family == Family::Unknown),
            rule_reasons::CONDITIONAL.says(by_family),
        );
        verdict.safe_needs(!self.facts.around.is_in_container || self.is_test(), CONTAINER);
        verdict.safe_needs(!self.is_documented(), DOCUMENTED);
        verdict.safe_needs(
            !(self.is_test() && test_code::is_about(self.call.callee.text(), self.call.node)),
            TEST_SUBJECT,
        );
        if let Some(forward) = self.handed_on {
            let file = display_path(&forward.place.file);
            let (does, reason) = match self.passes() {
                true => ("gets", rule_reasons::ARGUMENT),
                false => ("reads", rule_reasons::SHARED_VALUE),
            };
            let sentence = format!("code in {file} {does} the address, and may do more with it than bind");
            verdict.doubt(Reason { sentence: sentence.into(), ..reason });
        }
        let related = match self.call.node.contains(host.node) && self.handed_on.is_none() {
            true => Vec::new(),
            false => self.path_of(host),
        };
        let help = match (&host.imported, self.facts.around.is_in_container) {
            (Some(Constant { place, .. }), _) => {
                let file = display_path(&place.file);
                format!("the address is written in {file}, line {}: change it to {loopback} there", place.start.line)
            }
            (None, true) if host.via.iter().any(|step| matches!(step, Step::Setting(_))) => {
                format!("bind to {loopback} by default, and give the setting another value in the image")
            }
            (None, true) => format!("bind to {loopback}, and publish through a HOST setting in the image"),
            (None, false) => format!("bind to {loopback}, or to the one address that others should reach"),
        };
        let message = "this binds to every network interface".to_string();
        let title = format!("bind to {loopback}");
        verdict.name = Some(LOOPBACK);
        verdict.alternatives.extend(self.environment(written, loopback));
        let mut draft = verdict.finish(self.rule, Found { message, span: host.node.span(), related, title, help });
        if let Some(fix) = draft.fix.as_mut().filter(|_| self.facts.first == FirstFix::Environment) {
            fix.prefer(ENVIRONMENT);
        }
        Some(draft)
    }

    /// The fix that reads the address from the environment, with `loopback` as its default; none where nobody would write that.
    fn environment(&self, written: &Written<'f>, loopback: &str) -> Option<Fix> {
        let Written { value, edit, port, .. } = written;
        // Somebody can choose the address already, and loopback is then the default.
        let is_chosen = |step: &Step| {
            matches!(step, Step::CommandLine(_) | Step::Setting(_) | Step::Choice(_) | Step::ResolvedAddress(_))
        };
        // Whoever asks for a free port asks the server for its address, too.
        let is_ephemeral = port.as_deref() == Some("0");
        if value.imported.is_some() || is_ephemeral || self.is_test() || value.via.iter().any(is_chosen) {
            return None;
        }
        self.facts.variable?.fix(self.file, value.node, (*edit)?, loopback, self.facts.around.line_length)
    }

    /// Why an edit where `host` is written may change more than this bind.
    fn doubts_on_the_way(&self, host: &Value<'f>) -> Vec<Reason> {
        // Where a value is handed on, what counts is where it comes from.
        let is_handed_on = |step: &Step| matches!(step, Step::Argument(_) | Step::Returned(_));
        let (last, before) = host.via.split_last().map_or((None, &[][..]), |(last, before)| (Some(last), before));
        let mut doubts: Vec<Reason> = {
            let steps = before.iter().filter(|step| !is_handed_on(step)).chain(last);
            steps.map(|step| doubt_about(self.file, "the address", step)).collect()
        };
        // A value that leaves room for another one is always shared.
        if !doubts.is_empty() {
            return doubts;
        }
        if let Some(name) = host.names.iter().find(|name| self.known.name(**name).is_shared) {
            doubts.push(shared(self.file, *name));
        }
        let in_class = |name| {
            let scope = self.file.binding(name).and_then(|binding| self.file.scope(binding.scope));
            scope.is_some_and(|scope| scope.kind == ScopeKind::Class)
        };
        if let Some(name) = host.names.iter().find(|name| in_class(**name)) {
            // Any code can read it as an attribute.
            let name = self.file.binding(*name).map(|binding| binding.name.as_str()).unwrap_or_default();
            let sentence = format!("the address is stored in the class attribute `{name}`, which other code can read");
            doubts.push(rule_reasons::ATTRIBUTE.says(sentence));
        }
        doubts
    }

    /// The places by which `host` comes to the bind, from where it is written on.
    fn path_of(&self, host: &Value<'f>) -> Vec<Related> {
        let text = self.file.text();
        let line = |node: Node<'_>| line_start(text, node.start());
        // A place that shares its line with either end says nothing new.
        let (start, end) = (line(host.node), line(self.call.callee));
        let places = host.via.iter().rev().filter_map(|step| place_of(self.file, step));
        let between = places.filter(|(place, _)| ![start, end].contains(&line(*place)));
        let mut path: Vec<Related> = Vec::new();
        for (place, message) in between {
            // Of the places on one line, the last one says most.
            path.pop_if(|last| line_start(text, last.span.start) == line(place));
            path.push(Related::new(message, place.span()));
        }
        let sink = Related::new("bound here", self.call.callee.span());
        match self.handed_on {
            Some(forward) => {
                let passed = Some(Related::new("passed here", sink.span)).filter(|_| self.passes() && start != end);
                path.extend(passed);
                path.push(Related { elsewhere: Some(forward.place.clone()), ..sink });
            }
            None => path.push(sink),
        }
        path
    }

    /// Whether the call stands in test code, which runs on one machine.
    pub(super) fn is_test(&self) -> bool {
        test_code::is_test_file(self.facts.around.path) || test_code::is_in_test_case(self.file, self.call.node)
    }

    /// Whether the file belongs to documentation, whose text may speak of it.
    fn is_documented(&self) -> bool {
        let folders = self.facts.around.path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
        { folders }.any(|folder| matches!(folder, "doc" | "docs" | "documentation"))
    }

    /// Whether the call passes the value, and does not only give it a name that another module reads.
    fn passes(&self) -> bool {
        self.call.node.kind() == Kind::Call
    }

    /// Whether the wildcard means something to the program under one of the names through which it comes.
    fn is_sentinel(&self, host: &Value<'f>, wildcard: Wildcard) -> bool {
        let by_name = host.names.iter().any(|name| self.known.name(*name).is_sentinel(wildcard));
        by_name
            || host.via.iter().any(|step| match step {
                Step::ParameterDefault(id) => self.known.name(*id).is_sentinel(wildcard),
                Step::Attribute(place) | Step::CommandLine(place) => {
                    self.known.place(self.file.node(*place)).is_sentinel(wildcard)
                }
                Step::Alias(_)
                | Step::Argument(_)
                | Step::Returned(_)
                | Step::Item(_)
                | Step::Annotation(_)
                | Step::Subclass(_)
                | Step::Setting(_)
                | Step::Choice(_)
                | Step::ResolvedAddress(_) => false,
            })
    }

    /// Whether the program translates its own word for every interface to the wildcard: `"" if host == "*" else host`.
    fn translates_everywhere(&self, host: &Value<'f>) -> bool {
        let choices = host.via.iter().filter_map(|step| match step {
            Step::Choice(choice) => Some(self.file.node(*choice)),
            _ => None,
        });
        let choices = choices.filter(|choice| choice.contains(host.node));
        let mut texts = choices.flat_map(|choice| choice.descendants().take(64)).filter_map(string_value);
        texts.any(|text| means_everywhere(&text))
    }

    /// Whether the function around the call compares the same address, or asserts it: the address of the bound socket.
    fn expects_wildcard(&self, host: Node<'f>) -> bool {
        let Some(scope) = self.file.scope(self.file.scope_of(self.call.node)) else { return false };
        let Some(address) = string_value(host).filter(|address| !address.is_empty()) else { return false };
        scope.kind == ScopeKind::Function && self.known.is_expected(scope.node, &address)
    }

    /// Whether the function around the call connects to an IPv4 loopback address: `::` may be there to accept that too.
    fn speaks_ipv4(&self) -> bool {
        let Some(scope) = self.file.scope(self.file.scope_of(self.call.node)) else { return false };
        let mut nodes = self.file.node(scope.node).descendants();
        let is_near = |text: &Node<'_>| string_value(*text).is_some_and(|text| text.starts_with("127."));
        let connects = |call: Call<'_>| last_segment(call.callee.text()).contains("connect");
        scope.kind == ScopeKind::Function
            && nodes.any(|node| {
                node.kind() == Kind::String
                    && is_near(&node)
                    && node.ancestors().find_map(Call::of).is_some_and(connects)
            })
    }

    /// The finding for a missing host.
    fn omitted_host(&self) -> Draft {
        let keyword = self.sink.keyword.as_deref().unwrap_or("host");
        self.omitted(format!("pass `{keyword}=\"127.0.0.1\"`, or the one address that others should reach"), None)
    }

    /// The finding about the call, or about the `description` that it gets, which name no host.
    fn omitted(&self, help: String, description: Option<&Value<'f>>) -> Draft {
        let mut verdict = Verdict::default();
        verdict.refuse(match description {
            Some(_) => OMITTED_HOST.says("the description has no `interface=`, so there is no address to change"),
            None => OMITTED_HOST,
        });
        let (what, span) = match description {
            Some(value) => ("this description", value.node.span()),
            None => (&*format!("`{}`", self.call.callee.text()), self.call.node.span()),
        };
        let found = Found {
            message: format!("{what} without a host binds to every network interface"),
            span,
            related: description.map(|value| self.path_of(value)).unwrap_or_default(),
            title: String::new(),
            help,
        };
        verdict.finish(self.rule, found)
    }

    /// Whether the function around the call assigns an attribute of the object with which a test decides what is bound.
    fn is_stubbed(&self) -> bool {
        let Some(object) = self.call.callee.object().filter(|_| !self.sink.stubbed_by.is_empty()) else {
            return false;
        };
        let Some(scope) = self.file.scope(self.file.scope_of(self.call.node)) else { return false };
        let function = self.file.node(scope.node);
        let mut stubs = self.sink.stubbed_by.iter().flat_map(|name| self.file.attributes_called_in(name, function));
        stubs.any(|stub| stub.is_target() && stub.object().is_some_and(|other| other.text() == object.text()))
    }

    /// Whether the socket takes clients of IPv4 and of IPv6, of which one loopback address refuses one kind.
    fn takes_both_families(&self, wildcard: Wildcard) -> bool {
        let of_plain_sockets = self.sink.takes == Takes::Address && self.sink.dual_stack.is_none();
        let is_ipv6 = self.socket.family == Family::V6 && !self.socket.is_ipv6_only;
        of_plain_sockets && is_ipv6 || wildcard == Wildcard::Empty && self.sink.empty_is_dual
    }

    fn makes_dual_stack(&self) -> bool {
        self.socket.is_dual_stack || self.asks_for_dual_stack()
    }

    fn asks_for_dual_stack(&self) -> bool {
        self.sink
            .dual_stack
            .as_deref()
            .and_then(|keyword| self.call.keyword(keyword))
            .is_some_and(|value| value.kind() != Kind::False)
    }

    /// Whether `port` is meant to be reached from outside: 80, 443, or from the environment.
    fn is_public(&self, port: Node<'f>) -> bool {
        let of_environment = |node: Node<'_>| {
            let mut names = node.descendants().take(64).filter(|name| name.kind() == Kind::Identifier);
            names.any(|name| matches!(name.text(), "environ" | "getenv"))
        };
        of_environment(port)
            || self.file.sources(port).iter().any(|value| {
                let number = integer_value(value.node).or_else(|| string_value(value.node)?.parse().ok());
                matches!(number, Some(80 | 443))
                    || value.via.iter().any(|step| self.reads_environment(step))
                    || of_environment(value.node)
            })
    }

    fn reads_environment(&self, step: &Step) -> bool {
        let Step::Setting(call) = step else { return false };
        let call = Call::of(self.file.node(*call));
        call.is_some_and(|call| call.callee.text().contains("environ") || call.callee.text().contains("getenv"))
    }
}

/// Others are meant to reach `port`, a number or the name that holds it.
fn public_port(port: Option<&str>) -> Reason {
    match port {
        Some("80" | "443") => PUBLIC_PORT.says(format!("port {} is a public one", port.unwrap_or_default())),
        Some(name) => PUBLIC_PORT.says(format!("the port, `{name}`, is 80 or 443, or comes from the environment")),
        None => PUBLIC_PORT,
    }
}

/// `inner` as a part of `outer`, with the steps of both.
fn after<'f>(mut inner: Value<'f>, outer: &Value<'f>) -> Value<'f> {
    inner.names.splice(0..0, outer.names.iter().copied());
    inner.via.splice(0..0, outer.via.iter().copied());
    inner.reassigned |= outer.reassigned;
    inner
}

/// The part of a description of an endpoint up to its next colon; `\\:` stands for a colon in it.
fn up_to_colon(text: &str) -> &str {
    let is_escaped = |at: usize| text.get(..at).is_some_and(|before| before.ends_with('\\'));
    let end = text.match_indices(':').map(|(at, _)| at).find(|at| !is_escaped(*at));
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// What names the interface in a description of an endpoint.
const INTERFACE: &str = ":interface=";

/// The wildcard before the colon of `value`, a `host:port` text that begins with `text`, and where its first bytes are written.
fn host_port<'f>(value: &Value<'f>, text: &str, first: Option<(Span, usize)>) -> Option<Written<'f>> {
    let (host, port) = text.rsplit_once(':')?;
    let wildcard = Wildcard::of(host).filter(|wildcard| !matches!(wildcard, Wildcard::V6 { bracketed: false }))?;
    let whole = first.filter(|(_, length)| *length >= host.len());
    let edit = whole.map(|(Span { start, .. }, _)| Span { start, end: start + host.len() });
    let is_public = matches!(port.parse::<u16>(), Ok(80 | 443));
    let port = Some(port.to_string()).filter(|port| !port.is_empty());
    Some(Written { value: value.clone(), wildcard, edit, is_public, port, is_port_passed: false })
}
