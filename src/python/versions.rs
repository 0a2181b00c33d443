//! On which Pythons a file is meant to run, as far as its own text shows it.

use super::modules::{self, Dialect};
use super::scopes::BindingKind;
use super::{Node, PythonFile};

/// Syntax that Python 2.7 does not parse. Facts: PEP 498, 3107, 492, 572, 3104, 3102.
const ONLY_PYTHON_3: [&str; 7] = [
    "interpolation",
    "typed_parameter",
    "typed_default_parameter",
    "await",
    "named_expression",
    "nonlocal_statement",
    "keyword_separator",
];

/// Modules of Python 2, or that stand between the two.
const OF_PYTHON_2: [&str; 14] = [
    "six",
    "future",
    "past",
    "__builtin__",
    "ConfigParser",
    "Queue",
    "StringIO",
    "cStringIO",
    "urlparse",
    "cPickle",
    "Tkinter",
    "commands",
    "thread",
    "email.MIMEText",
];

/// Builtins of Python 2, and what compatibility modules call the versions.
const NAMES_OF_PYTHON_2: [&str; 7] = ["unicode", "basestring", "xrange", "raw_input", "PY2", "PY3", "version_info"];

impl PythonFile {
    /// Whether the file shows signs that Python 2 runs it, alone or too: its syntax, modules, builtins, or what it imports from
    /// `__future__`; and no syntax that only Python 3 has.
    pub fn may_run_on_python_2(&self) -> bool {
        let mut shows_python_2 = false;
        for node in self.tree().nodes() {
            match node.kind() {
                kind if ONLY_PYTHON_3.contains(&kind) && node.is_named() => return false,
                "print_statement" | "exec_statement" => return true,
                "identifier" if NAMES_OF_PYTHON_2.contains(&node.text()) => shows_python_2 = true,
                "future_import_statement" if is_of_python_2(node) => shows_python_2 = true,
                _ => {}
            }
        }
        shows_python_2
            || self.scopes().bindings().any(|(_, binding)| match &binding.kind {
                BindingKind::Import { path, .. } => {
                    modules::dialect(path) == Dialect::Python2
                        || OF_PYTHON_2.iter().any(|module| {
                            path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                        })
                }
                _ => false,
            })
    }
}

/// `from __future__ import annotations` is Python 3's; what else there is, Python 3 has by itself.
fn is_of_python_2(import: Node<'_>) -> bool {
    import.fields("name").any(|name| !matches!(name.text(), "annotations" | "generator_stop"))
}
