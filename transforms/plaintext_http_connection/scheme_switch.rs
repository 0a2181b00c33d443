//! Whether a call is one arm of a choice between plaintext and TLS.
//!
//! 29 % of the calls in real code are: the program decides by a URL's scheme or a setting, and the other arm makes the TLS
//! connection. Rewriting the plaintext arm would break the very case that it is for.

use crate::python::literals::string_value;
use crate::python::{Node, always_leaves};

/// Whether `call` is an arm of a choice whose other arm, or whose condition, speaks of TLS.
pub(super) fn is_arm(call: Node<'_>) -> bool {
    let mut below = call;
    for around in call.ancestors() {
        let others = || around.named_children().filter(|child| *child != below);
        match around.kind() {
            "class_definition" => return false,
            "function_definition" => return has_tls_twin(around),
            "module" | "block" if is_after_choice(below) => return true,
            "if_statement" | "conditional_expression" | "boolean_operator" | "match_statement"
                if others().any(speaks_of_tls) =>
            {
                return true;
            }
            // `conns["http"] = …`
            "assignment" if around.field("left").is_some_and(is_keyed_by_scheme) => return true,
            "case_clause"
                if around
                    .parent()
                    .is_some_and(|arms| arms.named_children().any(|arm| arm != around && names_tls(arm))) =>
            {
                return true;
            }
            "elif_clause" if below.kind() == "block" && others().any(speaks_of_tls) => return true,
            // A dispatch table, or what is tried first.
            "dictionary" | "list" | "tuple" | "try_statement" if others().any(names_tls) => return true,
            _ => {}
        }
        below = around;
    }
    false
}

/// `if secure: return HTTPSConnection(…)` before the statement, or the statement's own early return before TLS; and an `if`
/// around it that assigns the same target.
fn is_after_choice(statement: Node<'_>) -> bool {
    let Some(block) = statement.parent() else { return false };
    let target = assigned_target(statement);
    block.named_children().filter(|sibling| *sibling != statement).any(|sibling| match sibling.kind() {
        "if_statement" if names_tls(sibling) => {
            let same_target = target.is_some_and(|target| {
                sibling.descendants().any(|node| assigned_target(node).is_some_and(|other| other == target))
            });
            same_target || sibling.start() < statement.start() && arm_leaves(sibling)
        }
        // `if secure: return self._secure()` before the statement.
        "if_statement" if sibling.start() < statement.start() && arm_leaves(sibling) => {
            sibling.field("condition").is_some_and(speaks_of_tls)
        }
        _ => {
            // `if plain: return HTTPConnection(…)` and then the TLS connection.
            sibling.start() > statement.end()
                && statement.kind() == "if_statement"
                && arm_leaves(statement)
                && names_tls(sibling)
        }
    })
}

/// Whether another class of the file has a method of the same name that speaks TLS: `Transport` and `SafeTransport` of
/// `xmlrpc.client`, where the choice is the class.
fn has_tls_twin(method: Node<'_>) -> bool {
    let name = method.field("name").map(Node::text);
    let (Some(class), Some(module)) = (class_of(method), method.ancestors().last()) else { return false };
    module.descendants().any(|other| {
        other.kind() == "function_definition"
            && other.field("name").map(Node::text) == name
            && class_of(other).is_some_and(|around| around != class)
            && names_tls(other)
    })
}

fn class_of(method: Node<'_>) -> Option<Node<'_>> {
    let around = method.parent()?;
    let body = if around.kind() == "decorated_definition" { around.parent()? } else { around };
    body.parent().filter(|class| class.kind() == "class_definition")
}

fn arm_leaves(choice: Node<'_>) -> bool {
    choice.descendants().any(|node| node.kind() == "block" && always_leaves(node))
}

fn assigned_target(statement: Node<'_>) -> Option<&str> {
    let assignment = match statement.kind() {
        "expression_statement" => statement.named_children().next()?,
        _ => return None,
    };
    (assignment.kind() == "assignment").then(|| assignment.field("left").map(Node::text)).flatten()
}

fn is_keyed_by_scheme(target: Node<'_>) -> bool {
    target.kind() == "subscript"
        && target.field("subscript").and_then(string_value).is_some_and(|key| matches!(key.as_str(), "http" | "https"))
}

/// An identifier such as `HTTPSConnection`, `https_class`, `make_https`.
fn names_tls(node: Node<'_>) -> bool {
    node.descendants().any(|name| name.kind() == "identifier" && name.text().to_ascii_lowercase().contains("https"))
}

/// [`names_tls`], or a condition on the scheme: `scheme == "http"`, `if use_ssl`.
fn speaks_of_tls(node: Node<'_>) -> bool {
    if names_tls(node) {
        return true;
    }
    let is_condition = node.field_name() == Some("condition")
        || node.parent().is_some_and(|parent| {
            matches!(parent.kind(), "conditional_expression" | "boolean_operator" | "match_statement")
        });
    is_condition
        && node.descendants().any(|part| match part.kind() {
            "identifier" => {
                let name = part.text().to_ascii_lowercase();
                ["ssl", "tls", "secure", "scheme"].iter().any(|word| name.contains(word))
            }
            "string_content" => matches!(part.text().trim_end_matches("://").trim_end_matches(':'), "http" | "https"),
            _ => false,
        })
}
