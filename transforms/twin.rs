//! The edits that make a call of a plaintext class one of its twin over TLS: the name of the class, and the port.

use super::connection::{ConnectionClass, LaterUse};
use super::host;
use crate::finding::{Reason, Related, Rename, SymbolicEdit};
use crate::python::literals::{StringLiteral, integer_value, string_value};
use crate::python::{
    Argument, BindingId, BindingKind, Call, Callee, ClassDefinition, Dialect, Kind, Node, NodeId, PythonFile,
    ScopeKind, Step, last_segment,
};
use crate::rule::reasons::{self, quoted};
use crate::rule::{FileFacts, Verdict};
use crate::text::{Span, display_path};

/// Replaces the callee's name, or the value of its alias, by the TLS class.
pub(super) fn rewrite_callee(verdict: &mut Verdict, file: &PythonFile, name: Node<'_>, callee: &Callee, tls: &str) {
    let class_path = &callee.path;
    let named = match callee.via.as_slice() {
        [] => Some(name),
        // An alias of the module: the class's name is in the call.
        [Step::Alias(_)] if name.without_parentheses().kind() == Kind::Attribute => Some(name),
        // Other code can read a class attribute by its name.
        [Step::Alias(id)] if is_class_attribute(file, *id) => {
            let attribute = file.binding(*id).map(|binding| binding.name.as_str()).unwrap_or_default();
            let sentence =
                format!("the class is stored in the class attribute `{attribute}`, which other code can read");
            verdict.refuse(reasons::ATTRIBUTE.says(sentence));
            return;
        }
        [Step::Alias(id)] => {
            // Other uses of the alias would silently change too.
            let only_use = file.uses(*id).len() == 1;
            verdict.doubt(doubt_about(file, "the class", &Step::Alias(*id)));
            match file.binding(*id).map(|binding| &binding.kind) {
                Some(BindingKind::Assign { value }) if only_use => Some(file.node(*value)),
                _ => None,
            }
        }
        [Step::ParameterDefault(id)] => {
            verdict.doubt(doubt_about(file, "the class", &Step::ParameterDefault(*id)));
            match file.binding(*id).map(|binding| &binding.kind) {
                Some(BindingKind::Parameter { default: Some(default), annotation: None })
                    if file.uses(*id).len() == 1 =>
                {
                    Some(file.node(*default))
                }
                _ => None,
            }
        }
        [.., step @ Step::Subclass(_)] => {
            verdict.refuse(doubt_about(file, "the class", step));
            return;
        }
        [step @ Step::Attribute(_), ..] => {
            verdict.refuse(doubt_about(file, "the class", step));
            return;
        }
        _ => None,
    };
    let named = named.map(Node::without_parentheses);
    // A module that re-exports the plaintext class may not have the TLS class.
    let twin = class_path.rsplit_once('.').map(|(module, _)| format!("{module}.{tls}"));
    if named.is_some_and(|named| file.sibling(named, tls) != twin) {
        let sentence = format!("the module from which {} comes need not have `{tls}`", quoted(name));
        verdict.refuse(reasons::ALIAS.says(sentence));
        return;
    }
    match named.map(|node| (node, node.kind())) {
        Some((node, Kind::Attribute)) => verdict.edits.push(node.last_identifier().replaced_by(tls)),
        Some((node, Kind::Identifier)) => verdict.renames.push(Rename { name: node.span(), to: tls.to_owned() }),
        _ => {
            let sentence = format!("the class comes to the name {} on a way that cannot be edited", quoted(name));
            verdict.refuse(reasons::ALIAS.says(sentence));
        }
    }
    let test = if verdict.has_fix() { file.replaced_in_tests(class_path) } else { None };
    if let Some((test, line)) = test {
        let sentence = format!("a test replaces the class by its name ({}, line {line})", display_path(&test));
        verdict.doubt(Reason { slug: "patched".into(), sentence: sentence.into(), places: Vec::new(), lacks: None });
    }
}

/// The characters that a line of a file may have before the names in `verdict` are replaced; `None` if nothing says so.
pub(super) fn line_length(facts: &FileFacts<'_>, verdict: &Verdict) -> Option<usize> {
    let longer =
        verdict.renames.iter().map(|rename| rename.to.len().saturating_sub(rename.name.end - rename.name.start));
    Some(facts.line_length?.saturating_sub(longer.sum()))
}

/// Replaces the plaintext port by the TLS port. Uncertainty about host or port makes the fix unsafe.
pub(super) fn rewrite_port(verdict: &mut Verdict, file: &PythonFile, call: &Call<'_>, class: &ConnectionClass) {
    let Some(ports) = class.port.zip(class.tls_port) else { return };
    weigh_port(verdict, file, call, class, ports);
    host::name_ports(verdict, ports);
}

fn weigh_port(
    verdict: &mut Verdict,
    file: &PythonFile,
    call: &Call<'_>,
    class: &ConnectionClass,
    (plain, secure): (u16, u16),
) {
    let host = call.argument(Some(0), Some("host"));
    if let Some(port) = call.argument(Some(1), Some("port"))
        && port.without_parentheses().kind() != Kind::None
    {
        rewrite_port_argument(verdict, file, host, port.without_parentheses(), (plain, secure));
        return;
    }
    match host.filter(|_| class.port_in_host).map(|host| host::port_in(file, host, plain, secure)) {
        Some(host::PortInHost::Plain(span)) => verdict.edits.push(host::replace_content(span, &secure.to_string())),
        Some(host::PortInHost::PlainElsewhere) => verdict.refuse(plain_port(plain)),
        Some(host::PortInHost::Other) => {
            let quoted = host.map_or_else(String::new, quoted);
            let sentence = format!("the port in {quoted} is not {plain} or {secure}, and speaks plaintext today");
            verdict.doubt(host::at_port(reasons::NON_DEFAULT_PORT.says(sentence), file, host, None));
        }
        Some(host::PortInHost::Unknown) => {
            let sentence = format!("the code does not show which port {} holds", host.map_or_else(String::new, quoted));
            verdict.doubt(reasons::UNKNOWN_PORT.says(sentence));
        }
        Some(host::PortInHost::Absent) | None => {}
    }
}

/// Replaces the plaintext port in the argument `port`, which goes with the argument `host`, by value.
fn rewrite_port_argument(
    verdict: &mut Verdict,
    file: &PythonFile,
    host: Option<Node<'_>>,
    port: Node<'_>,
    (plain, secure): (u16, u16),
) {
    if PLAIN_CONSTANTS.iter().any(|known| file.qualified_name(port).is_some_and(|path| path == *known)) {
        match port.kind() {
            Kind::Attribute => verdict.edits.push(port.last_identifier().replaced_by(SECURE_CONSTANT)),
            _ => verdict.renames.push(Rename { name: port.span(), to: SECURE_CONSTANT.to_owned() }),
        }
        return;
    }
    let found = file.evaluate(port);
    let literals: Vec<Option<PortLiteral>> = found.values.iter().map(|value| PortLiteral::of(value.node)).collect();
    let is = |wanted: u16| move |port: &&PortLiteral| port.number == u64::from(wanted);
    let known = || literals.iter().flatten();
    let is_complete = found.is_complete() && !literals.is_empty() && literals.iter().all(Option::is_some);
    let other = known().find(|port| port.number != u64::from(plain) && port.number != u64::from(secure));
    if let Some(PortLiteral { number, span, .. }) = other {
        let sentence = format!("port {number} is not {plain} or {secure}, and speaks plaintext today");
        let is_only = is_complete && literals.len() == 1;
        let port_alone = Some(*number).filter(|_| is_only);
        let reason =
            host::at_port(reasons::NON_DEFAULT_PORT.says(sentence), file, host.filter(|_| is_only), port_alone);
        // Where the port is an argument, the finding shows it.
        verdict.doubt(match port.start() <= span.start && span.end <= port.end() {
            true => reason,
            false => reason.at(Related::new("the port is written here", *span)),
        });
    } else if !is_complete || known().any(|port| is(plain)(&port)) && known().any(|port| is(secure)(&port)) {
        let sentence = format!("the code does not show which port {} is", quoted(port));
        verdict.doubt(reasons::UNKNOWN_PORT.says(sentence));
    } else if known().all(|port| is(plain)(&port)) {
        match (literals.as_slice(), found.values.as_slice()) {
            ([Some(literal)], [value]) if host::is_only_used_here(file, value) => {
                verdict.edits.push(literal.replaced_by(secure));
            }
            _ => verdict.refuse(plain_port(plain)),
        }
    }
}

/// Why there is no fix for a connection to port `plain`.
fn plain_port(plain: u16) -> Reason {
    let sentence = format!("TLS cannot work on port {plain}, and the port cannot be changed where it is written");
    reasons::PLAIN_PORT.says(sentence)
}

/// Constants for port 80 and 443 (CPython 2.7 and 3.13).
const PLAIN_CONSTANTS: [&str; 1] = ["http.client.HTTP_PORT"];
const SECURE_CONSTANT: &str = "HTTPS_PORT";

/// The program replaces the socket of a connection.
pub(super) const SOCKET_REPLACED: Reason = Reason::new("tunnel", "the program replaces the connection's socket");

/// The file gives the name `tls` another meaning.
pub(super) fn replaced(tls: &str) -> Reason {
    reasons::REASSIGNED.says(format!("the file replaces `{tls}`"))
}

/// `class` has no parameter `name`.
pub(super) fn unknown_argument(name: &str, class: &ConnectionClass) -> Reason {
    let class = last_segment(&class.name);
    reasons::UNCERTAIN_ARGUMENT.says(format!("`{name}` is not an argument that `{class}` is known to have"))
}

/// Refuses a fix of a connection that becomes a tunnel, or whose socket is replaced.
pub(super) fn weigh_later_use(verdict: &mut Verdict, later: LaterUse) {
    verdict.fix_needs(!later.tunnels, reasons::TUNNEL.says("the connection becomes a tunnel, or speaks to a proxy"));
    verdict.fix_needs(!later.socket_replaced, SOCKET_REPLACED);
}

/// Something else reads the name that `id` binds.
pub(super) fn shared(file: &PythonFile, id: BindingId) -> Reason {
    let name = file.binding(id).map(|binding| binding.name.as_str()).unwrap_or_default();
    reasons::SHARED_VALUE.says(format!("`{name}` is also used for something else"))
}

/// A wildcard import may give `callee` another meaning.
pub(super) fn rebound(callee: Node<'_>) -> Reason {
    reasons::REASSIGNED.says(format!("a wildcard import may give {} another meaning", quoted(callee)))
}

/// The `*` and `**` arguments of `call` hide what it passes.
pub(super) fn star_arguments(call: &Call<'_>) -> Reason {
    let is_star = |argument: &&Argument<'_>| matches!(argument, Argument::Star(_) | Argument::DoubleStar(_));
    let hiding = call.arguments.iter().find(is_star).map(|argument| quoted(argument.node()));
    reasons::STAR_ARGUMENTS.says(format!("{} hides which arguments are passed", hiding.unwrap_or_default()))
}

/// A positional argument of `call` has no certain name in `class`.
pub(super) fn uncertain_position(class: &ConnectionClass, call: &Call<'_>, dialect: Dialect) -> Reason {
    let positional = call.positional();
    let uncertain = positional.iter().enumerate().skip(2).find_map(|(index, value)| {
        let (on_2, on_3) = (class.python2.get(index), class.python3.get(index));
        let name = match dialect {
            Dialect::Python2 => on_2,
            Dialect::Python3 => on_3,
            Dialect::Both => on_2.filter(|name| Some(*name) == on_3),
        };
        name.is_none().then(|| match (on_2, on_3) {
            (Some(on_2), Some(on_3)) => {
                format!("{} is `{on_2}` for Python 2 and `{on_3}` for Python 3", quoted(*value))
            }
            _ => format!("not every Python takes {} as an argument by its position", quoted(*value)),
        })
    });
    let sentence = uncertain.unwrap_or_else(|| "an argument cannot be removed without a comment beside it".to_string());
    reasons::UNCERTAIN_ARGUMENT.says(sentence)
}

/// Why an edit where `what` was written may change more than the place that it comes to by `step`.
pub(super) fn doubt_about(file: &PythonFile, what: &str, step: &Step) -> Reason {
    let text = |id: &NodeId| quoted(file.node(*id));
    let name = |id: &BindingId| file.binding(*id).map_or_else(String::new, |binding| format!("`{}`", binding.name));
    let called = |id: &NodeId| Call::of(file.node(*id)).map_or_else(|| text(id), |call| quoted(call.callee));
    match step {
        Step::Alias(id) => {
            reasons::ALIAS.says(format!("{what} has another name here, {}, which would change too", name(id)))
        }
        Step::Annotation(id) => {
            reasons::ALIAS.says(format!("{what} is known only from the annotation of {}", name(id)))
        }
        Step::Subclass(id) => {
            let class = ClassDefinition::of(file.node(*id)).and_then(|class| class.name);
            let class = class.map_or_else(|| "a class".to_string(), quoted);
            reasons::SUBCLASS.says(format!("the call creates {class} of this file, which may rely on its base class"))
        }
        Step::Argument(id) => {
            reasons::ARGUMENT.says(format!("{what} is an argument of {}, which may do more with it", called(id)))
        }
        Step::Item(id) => reasons::ITEM.says(format!("{what} is an item of {}, which other code can read", text(id))),
        Step::Returned(id) => {
            reasons::RETURNED_VALUE.says(format!("{what} is returned by {}, and others may call it too", called(id)))
        }
        Step::ParameterDefault(id) => reasons::PARAMETER_DEFAULT
            .says(format!("{what} is the default of the parameter {}, so callers are affected", name(id))),
        Step::Attribute(id) => {
            reasons::ATTRIBUTE.says(format!("{what} is stored in {}, which other code can read", text(id)))
        }
        Step::CommandLine(id) => reasons::CLI_DEFAULT
            .says(format!("{what} is the default of a command-line option, which is read as {}", text(id))),
        Step::Setting(id) => {
            let setting = Call::of(file.node(*id)).and_then(|call| call.positional().first().copied());
            let setting = setting.map_or_else(String::new, |setting| format!(" {}", quoted(setting)));
            reasons::ENVIRONMENT_DEFAULT.says(format!("{what} is the default of the setting{setting}"))
        }
        Step::Choice(_) => {
            reasons::CONDITIONAL.says(format!("{what} is one of several, between which the program chooses"))
        }
        Step::ResolvedAddress(_) => {
            reasons::CONDITIONAL.says(format!("{what} is looked up, and what is found decides between IPv4 and IPv6"))
        }
    }
}

/// Where a value passes by on its way by `step`, if that is a place of its own: not where it is written or used.
pub(super) fn place_of<'f>(file: &'f PythonFile, step: &Step) -> Option<(Node<'f>, &'static str)> {
    match step {
        Step::Argument(call) => Some((file.node(*call), "passed here")),
        Step::Returned(call) => Some((file.node(*call), "returned to here")),
        Step::Attribute(read) | Step::Item(read) | Step::CommandLine(read) => Some((file.node(*read), "read here")),
        Step::Alias(_)
        | Step::Annotation(_)
        | Step::ParameterDefault(_)
        | Step::Subclass(_)
        | Step::Setting(_)
        | Step::Choice(_)
        | Step::ResolvedAddress(_) => None,
    }
}

/// A port that is written here.
struct PortLiteral {
    number: u64,
    /// The span of its digits; the whole expression for adjacent strings.
    span: Span,
    is_joined: bool,
}

impl PortLiteral {
    fn of(port: Node<'_>) -> Option<Self> {
        let Some(text) = string_value(port) else {
            return Some(Self { number: integer_value(port)?, span: port.span(), is_joined: false });
        };
        let literal = StringLiteral::of(port);
        let span = literal.as_ref().map_or(port.span(), |literal| literal.content);
        Some(Self { number: text.trim().parse().ok()?, span, is_joined: literal.is_none() })
    }

    fn replaced_by(&self, port: u16) -> SymbolicEdit {
        host::replace_content(self.span, &if self.is_joined { format!("\"{port}\"") } else { port.to_string() })
    }
}

/// Whether `id` is bound in a class, and an attribute of that name, not of a module, is read.
fn is_class_attribute(file: &PythonFile, id: BindingId) -> bool {
    let Some(binding) = file.binding(id) else { return false };
    let is_modules = |attribute| file.resolve(attribute).is_some_and(|found| found.via.is_empty());
    file.scope(binding.scope).is_some_and(|scope| scope.kind == ScopeKind::Class)
        && !file.attributes_called(&binding.name).take(100).all(is_modules)
}
