//! The texts that a module writes for others to read: `HOST = "…"`, attributes of its classes and of its objects.

use super::scopes::{Binding, BindingKind, MODULE};
use super::syntax::calls::Call;
use super::syntax::definitions::Function;
use super::syntax::kinds::Kind;
use super::syntax::literals::string_value;
use super::syntax::tree::{Node, NodeId};
use super::{Meaning, PythonFile};
use std::collections::HashSet;

/// A module with more bindings is a table of data.
const MOST_BINDINGS: usize = 4_000;

/// A string literal that other modules may read by a name of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedText<'f> {
    /// `HOST`, `Settings.HOST`, or `settings.HOST` for an object of that class.
    pub name: String,
    /// The name or the attribute that is assigned.
    pub target: Node<'f>,
    /// What it is assigned.
    pub value: Node<'f>,
    /// The literal.
    pub literal: Node<'f>,
    /// The name has no other value.
    pub is_only: bool,
}

impl PythonFile {
    /// The string literals that other modules may read by a name that this one assigns once, or by an attribute of one of its classes
    /// or of an object of those.
    pub fn shared_texts(&self) -> Vec<SharedText<'_>> {
        let mut found = Vec::new();
        let mut objects = Vec::new();
        for (_, binding) in self.scopes().bindings().take(MOST_BINDINGS) {
            if binding.scope != MODULE || !self.is_bound_once(binding) {
                continue;
            }
            let class = match binding.kind {
                BindingKind::Assign { value } => {
                    let value = self.node(value);
                    found.extend(self.texts_of(&binding.name, self.node(binding.identifier), value));
                    self.class_made(value)
                }
                BindingKind::Function { definition } => {
                    let returned = Function::of(self.node(definition)).map(|function| self.returned(function));
                    returned.unwrap_or_default().into_iter().find_map(|value| self.class_made(value))
                }
                BindingKind::Class { definition } => Some(definition),
                _ => None,
            };
            objects.extend(class.map(|class| (&binding.name, class)));
        }
        let given = self.attributes_given();
        for (object, class) in objects {
            let mut seen: HashSet<&str> = HashSet::new();
            for class in std::iter::once(class).chain(self.local_bases(class)) {
                let attributes = given.get(&class).map_or(&[][..], Vec::as_slice);
                for (name, given) in attributes.iter().filter(|(name, _)| !seen.contains(name)) {
                    let Some(value) = given.value.filter(|_| found.len() < MOST_BINDINGS) else { continue };
                    let value = self.node(value);
                    let texts = self.texts_of(&format!("{object}.{name}"), self.node(given.target), value);
                    // An object may have another value than its class.
                    found.extend(texts.into_iter().map(|text| SharedText { is_only: false, ..text }));
                }
                seen.extend(attributes.iter().map(|(name, _)| *name));
            }
        }
        found
    }

    /// The class of this file of which `value`, a call, makes an object.
    pub(in crate::python) fn class_made(&self, value: Node<'_>) -> Option<NodeId> {
        match self.resolve(Call::of(value)?.callee)?.meaning {
            Meaning::Class(class) => Some(class),
            Meaning::Path(_) => None,
        }
    }

    pub(in crate::python) fn is_bound_once(&self, binding: &Binding) -> bool {
        self.scopes().owner(&binding.name, binding.scope).is_some_and(|(_, bindings)| bindings.len() == 1)
    }

    /// The literals that `value`, which is assigned to `target`, may be.
    fn texts_of<'f>(&'f self, name: &str, target: Node<'f>, value: Node<'f>) -> Vec<SharedText<'f>> {
        let text = |literal, is_only| SharedText { name: name.to_string(), target, value, literal, is_only };
        match value.kind() {
            Kind::String | Kind::ConcatenatedString => vec![text(value, true)],
            Kind::Call | Kind::BooleanOperator | Kind::ConditionalExpression | Kind::Identifier
                if value.kind() == Kind::Identifier || has_literal(value) =>
            {
                let values = self.sources_here(value).into_iter();
                let literals = values.filter(|value| value.imported.is_none() && string_value(value.node).is_some());
                literals.map(|value| text(value.node, false)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether a string literal stands near the beginning of an expression: without one, it has no default that is a text.
fn has_literal(value: Node<'_>) -> bool {
    const MOST_NODES: usize = 64;
    value.descendants().take(MOST_NODES).any(|node| node.kind() == Kind::String)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shared_by_every_name_under_which_others_read_them() {
        for (text, expected) in [
            ("HOST = '0.0.0.0'\n", &["HOST '0.0.0.0' only"][..]),
            ("HOST: str = '0.0.0.0'\n", &["HOST '0.0.0.0' only"]),
            ("import os\nHOST = os.environ.get('HOST', '0.0.0.0')\n", &["HOST '0.0.0.0'"]),
            ("DEFAULT = '0.0.0.0'\nHOST = DEFAULT\n", &["DEFAULT '0.0.0.0' only", "HOST '0.0.0.0'"]),
            (
                "class Settings:\n    HOST = '0.0.0.0'\nsettings = Settings()\ndef get():\n    return Settings()\n",
                &["Settings.HOST '0.0.0.0'", "get.HOST '0.0.0.0'", "settings.HOST '0.0.0.0'"],
            ),
            (
                "class Base:\n    HOST = 'a'\n    NAME = 'b'\nclass Test(Base):\n    HOST = 'c'\n",
                &["Base.HOST 'a'", "Base.NAME 'b'", "Test.HOST 'c'", "Test.NAME 'b'"],
            ),
            (
                "from pydantic import Field\nclass Settings:\n    host: str = Field('0.0.0.0')\n",
                &["Settings.host '0.0.0.0'"],
            ),
            (
                "class Base:\n    def __init__(self, host='a'):\n        self.host = host\nclass Tcp(Base): pass\n",
                &["Base.host 'a'", "Tcp.host 'a'"],
            ),
            // Other values, names of functions and of what is computed are not shared.
            ("HOST = 'a'\nHOST = 'b'\n", &[]),
            ("def f():\n    HOST = 'a'\n", &[]),
            ("HOST = 'a' + NAME\n", &[]),
        ] {
            let file = PythonFile::parse(text).unwrap();
            let line = |text: SharedText<'_>| {
                format!("{} {}{}", text.name, text.literal.text(), if text.is_only { " only" } else { "" })
            };
            let mut found: Vec<String> = file.shared_texts().into_iter().map(line).collect();
            found.sort();
            assert_eq!(found, expected, "{text}");
        }
    }
}
