//! Another fix of a bind: the address comes from an environment variable, and is loopback where nobody sets it.
//!
//! It is offered where a maintainer would write it: where the literal is the whole host and the program lets nobody choose the address
//! yet. It is as safe as loopback is, because without the variable the two are the same.

use crate::finding::{Fix, Fragment, SymbolicEdit};
use crate::problem::Problem;
use crate::python::literals::{StringLiteral, string_value};
use crate::python::{Call, Function, Kind, Node, PythonFile};
use crate::rewrite::arguments;
use crate::rule::read_text;
use crate::text::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// The name of the fix that writes the loopback address.
pub(super) const LOOPBACK: &str = "loopback";

/// The name of the fix that reads the address from the environment.
pub(super) const ENVIRONMENT: &str = "environment";

/// Which fix comes first, where both are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FirstFix {
    /// The loopback address, written in place of the wildcard.
    Loopback,
    /// An environment variable that has loopback as its default.
    Environment,
}

/// The name of an environment variable.
#[derive(Debug, Clone, JsonSchema)]
pub(super) struct Variable(String);

impl<'de> Deserialize<'de> for Variable {
    /// Takes what POSIX allows, which every shell can set.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, |name| {
            let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
            let is_name = name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit());
            match is_name && name.bytes().next().is_some_and(is_letter) {
                true => Ok(Self(name.to_owned())),
                false => Err(Problem::new(
                    format!("`{name}` is not the name of an environment variable"),
                    "write letters, digits and `_`, and no digit first: `BIND_HOST`",
                )),
            }
        })
    }
}

/// How a file reads the variable.
#[derive(Debug, Clone, Copy)]
pub(super) struct LookUp<'v> {
    variable: &'v str,
    /// The member of `os`, and what is called of it.
    member: (&'static str, &'static str),
}

impl Variable {
    /// How a bind in `file` may read it; none if the file already uses the name as a text for something else. A file that reads its
    /// environment by `os.getenv` alone goes on to do so.
    pub(super) fn offered(&self, file: &PythonFile) -> Option<LookUp<'_>> {
        let Self(name) = self;
        let is_quoted = |quote: char| file.text().contains(&format!("{quote}{name}{quote}"));
        let is_used = is_quoted('"') || is_quoted('\'');
        let is_foreign = |node: Node<'_>| {
            node.kind() == Kind::String && string_value(node).as_deref() == Some(name) && !names_a_bind(node)
        };
        if is_used && file.root().descendants().any(is_foreign) {
            return None;
        }
        let names = |name: &str| {
            let mut nodes = file.root().descendants();
            file.text().contains(name) && nodes.any(|node| node.kind() == Kind::Identifier && node.text() == name)
        };
        let member = if names("getenv") && !names("environ") { ("getenv", "") } else { ("environ", ".get") };
        Some(LookUp { variable: name, member })
    }
}

/// Whether `key` is the variable of a look-up that has loopback as its default, as the fix writes it.
fn names_a_bind(key: Node<'_>) -> bool {
    let Some(call) = key.ancestors().find_map(Call::of) else { return false };
    match call.positional().as_slice() {
        [first, default] => *first == key && matches!(string_value(*default).as_deref(), Some("127.0.0.1" | "::1")),
        _ => false,
    }
}

impl LookUp<'_> {
    /// The fix that reads the address from the environment, with `loopback` as its default, in place of `literal`, of which `edit` is
    /// the wildcard. None where the wildcard is only a part of the literal, and where nobody would write that. A call whose line
    /// becomes longer than `most` characters is spread.
    pub(super) fn fix(
        self,
        file: &PythonFile,
        literal: Node<'_>,
        edit: Span,
        loopback: &str,
        most: Option<usize>,
    ) -> Option<Fix> {
        let Self { variable, member: (member, get) } = self;
        let StringLiteral { prefix, content, .. } = StringLiteral::of(literal)?;
        let is_text = matches!(prefix.as_str(), "" | "u" | "r");
        let is_bracketed = loopback.starts_with('[');
        if content != edit || !is_text || is_bracketed || !is_in_plain_code(literal) {
            return None;
        }
        let Span { start, end } = literal.span();
        let text = |start: usize, end: usize| file.text().get(start..end).unwrap_or_default();
        let before = text(start, content.start);
        let quote = before.chars().next_back()?;
        let default = format!("{before}{loopback}{}", text(content.end, end));
        let member = Fragment::Member { module: "os", member, site: start };
        let call = Fragment::Text(format!("{get}({quote}{variable}{quote}, {default})"));
        let mut edits = vec![SymbolicEdit { span: literal.span(), text: vec![member, call] }];
        let around = literal.ancestors().find_map(Call::of).filter(|call| call.list.contains(literal));
        let spread =
            around.zip(most).and_then(|(call, most)| arguments::spread_edited(file.text(), &call, &edits, most));
        edits.extend(spread.into_iter().flatten());
        edits.sort_by_key(|edit| edit.span);
        Some(Fix {
            name: Some(ENVIRONMENT),
            title: format!("take the address from the environment variable {variable}, by default {loopback}"),
            edits,
            ..Fix::default()
        })
    }
}

/// Whether a call in place of `literal` is evaluated where a reader expects it: not in a decorator or in the body of a class, which
/// often declares a setting, not as the default of a function whose decorator may make an option of it, and not in another text.
fn is_in_plain_code(literal: Node<'_>) -> bool {
    let mut around = literal.ancestors();
    let body = around.find_map(|around| match around.kind() {
        Kind::Decorator | Kind::String | Kind::ClassDefinition => Some(false),
        Kind::FunctionDefinition | Kind::Lambda => Some(!is_default_of_decorated(around, literal)),
        _ => None,
    });
    body.unwrap_or(true)
}

/// Whether `literal` stands among the parameters of `function`, which something decorates.
fn is_default_of_decorated(function: Node<'_>, literal: Node<'_>) -> bool {
    Function::of(function).is_some_and(|function| {
        function.parameters().any(|parameter| parameter.contains(literal)) && function.decorators().next().is_some()
    })
}
