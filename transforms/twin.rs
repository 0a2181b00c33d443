//! The edits that make a call of a plaintext class one of its twin over TLS: the name of the class, and the port.

use super::connection::ConnectionClass;
use super::host;
use crate::finding::{Reason, Rename, SymbolicEdit};
use crate::python::literals::{StringLiteral, integer_value, string_value};
use crate::python::{BindingId, BindingKind, Call, Callee, Kind, Node, PythonFile, ScopeKind, Step};
use crate::rule::reasons;
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
            verdict.refuse(reasons::ATTRIBUTE);
            return;
        }
        [Step::Alias(id)] => {
            // Other uses of the alias would silently change too.
            let only_use = file.uses(*id).len() == 1;
            verdict.doubt(reasons::ALIAS);
            match file.binding(*id).map(|binding| &binding.kind) {
                Some(BindingKind::Assign { value }) if only_use => Some(file.node(*value)),
                _ => None,
            }
        }
        [Step::ParameterDefault(id)] => {
            verdict.doubt(reasons::PARAMETER_DEFAULT);
            match file.binding(*id).map(|binding| &binding.kind) {
                Some(BindingKind::Parameter { default: Some(default), annotation: None })
                    if file.uses(*id).len() == 1 =>
                {
                    Some(file.node(*default))
                }
                _ => None,
            }
        }
        [.., Step::Subclass(_)] => {
            verdict.refuse(reasons::SUBCLASS);
            return;
        }
        [Step::Attribute(_), ..] => {
            verdict.refuse(reasons::ATTRIBUTE);
            return;
        }
        _ => None,
    };
    let named = named.map(Node::without_parentheses);
    // A module that re-exports the plaintext class may not have the TLS class.
    let twin = class_path.rsplit_once('.').map(|(module, _)| format!("{module}.{tls}"));
    if named.is_some_and(|named| file.sibling(named, tls) != twin) {
        verdict.refuse(reasons::ALIAS);
        return;
    }
    match named.map(|node| (node, node.kind())) {
        Some((node, Kind::Attribute)) => verdict.edits.push(node.last_identifier().replaced_by(tls)),
        Some((node, Kind::Identifier)) => verdict.renames.push(Rename { name: node.span(), to: tls.to_owned() }),
        _ => verdict.refuse(reasons::ALIAS),
    }
    let test = if verdict.has_fix() { file.replaced_in_tests(class_path) } else { None };
    if let Some((test, line)) = test {
        let sentence = format!("a test replaces the class by its name ({}, line {line})", display_path(&test));
        verdict.doubt(Reason { slug: "patched".into(), sentence: sentence.into(), places: Vec::new() });
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
    let (Some(plain), Some(secure)) = (class.port, class.tls_port) else { return };
    let host = call.argument(Some(0), Some("host"));
    if let Some(port) = call.argument(Some(1), Some("port"))
        && port.without_parentheses().kind() != Kind::None
    {
        rewrite_port_argument(verdict, file, port.without_parentheses(), plain, secure);
        return;
    }
    match host.filter(|_| class.port_in_host).map(|host| host::port_in(file, host, plain, secure)) {
        Some(host::PortInHost::Plain(span)) => verdict.edits.push(host::replace_content(span, &secure.to_string())),
        Some(host::PortInHost::PlainElsewhere) => verdict.refuse(reasons::PLAIN_PORT),
        Some(host::PortInHost::Other) => verdict.doubt(reasons::NON_DEFAULT_PORT),
        Some(host::PortInHost::Unknown) => verdict.doubt(reasons::UNKNOWN_PORT),
        Some(host::PortInHost::Absent) | None => {}
    }
}

/// Replaces the plaintext port in the argument `port`, by value.
fn rewrite_port_argument(verdict: &mut Verdict, file: &PythonFile, port: Node<'_>, plain: u16, secure: u16) {
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
    if known().any(|port| port.number != u64::from(plain) && port.number != u64::from(secure)) {
        verdict.doubt(reasons::NON_DEFAULT_PORT);
    } else if !is_complete || known().any(|port| is(plain)(&port)) && known().any(|port| is(secure)(&port)) {
        verdict.doubt(reasons::UNKNOWN_PORT);
    } else if known().all(|port| is(plain)(&port)) {
        match (literals.as_slice(), found.values.as_slice()) {
            ([Some(literal)], [value]) if host::is_only_used_here(file, value) => {
                verdict.edits.push(literal.replaced_by(secure));
            }
            _ => verdict.refuse(reasons::PLAIN_PORT),
        }
    }
}

/// Constants for port 80 and 443 (CPython 2.7 and 3.13).
const PLAIN_CONSTANTS: [&str; 1] = ["http.client.HTTP_PORT"];
const SECURE_CONSTANT: &str = "HTTPS_PORT";

/// Why an edit where something was written may change more than the place that it comes to by `step`.
pub(super) fn doubt_about(step: &Step) -> Reason {
    match step {
        Step::Alias(_) | Step::Annotation(_) => reasons::ALIAS,
        Step::Subclass(_) => reasons::SUBCLASS,
        Step::Argument(_) => reasons::ARGUMENT,
        Step::Item(_) => reasons::ITEM,
        Step::Returned(_) => reasons::RETURNED_VALUE,
        Step::ParameterDefault(_) => reasons::PARAMETER_DEFAULT,
        Step::Attribute(_) => reasons::ATTRIBUTE,
        Step::CommandLine(_) => reasons::CLI_DEFAULT,
        Step::Setting(_) => reasons::ENVIRONMENT_DEFAULT,
        Step::Choice(_) | Step::ResolvedAddress(_) => reasons::CONDITIONAL,
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
