//! Which Pythons a file is written for.

use super::PythonFile;
use crate::python::library::modules::{Dialect, dialect};
use crate::python::scopes::BindingKind;
use crate::python::syntax::kinds::{Field, Kind};
use crate::python::syntax::tree::Node;

/// Modules of Python 2, or of compatibility libraries.
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

/// Builtins of Python 2, and names that compatibility modules use for the versions.
const NAMES_OF_PYTHON_2: [&str; 7] = ["unicode", "basestring", "xrange", "raw_input", "PY2", "PY3", "version_info"];

impl PythonFile {
    /// Whether the file is for Python 2, Python 3 or both: what its project says, otherwise what its syntax shows. Only
    /// syntax that one of them cannot parse counts.
    pub fn written_for(&self) -> Dialect {
        if let Some(target) = &self.target {
            return target.dialect();
        }
        *self.caches.shows.get_or_init(|| {
            let (mut on_2, mut on_3) = (false, false);
            for node in self.tree().nodes() {
                on_2 |= matches!(node.kind(), Kind::PrintStatement | Kind::ExecStatement);
                on_3 |= is_python_3(node);
            }
            match (on_2, on_3) {
                (true, false) => Dialect::Python2,
                (false, true) => Dialect::Python3,
                _ => Dialect::Both,
            }
        })
    }

    /// Whether every Python that the file is for is at least `on_2`, or `on_3`: as its project says. Where nothing is said, a file that
    /// shows no sign of Python 2 is for the Pythons that are supported today.
    pub fn runs_at_least_on(&self, on_2: (u64, u64), on_3: (u64, u64)) -> bool {
        match &self.target {
            Some(target) => target.is_at_least(on_2, on_3),
            None => !self.may_run_on_python_2(),
        }
    }

    /// Whether Python 2 may run the file, alone or with Python 3: its project or its syntax says so; or neither
    /// excludes it, and the file uses modules, builtins or imports from `__future__` that nobody writes for Python 3
    /// alone.
    pub fn may_run_on_python_2(&self) -> bool {
        match self.written_for() {
            Dialect::Python2 => return true,
            Dialect::Python3 => return false,
            Dialect::Both => {}
        }
        let shows_python_2 = |node: Node<'_>| match node.kind() {
            Kind::Identifier => NAMES_OF_PYTHON_2.contains(&node.text()),
            Kind::FutureImportStatement => is_of_python_2(node),
            _ => false,
        };
        let is_of_python_2 = |path: &str| {
            let is_in =
                |module: &&str| path.strip_prefix(*module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            dialect(path) == Dialect::Python2 || OF_PYTHON_2.iter().any(is_in)
        };
        self.target.is_some()
            || self.tree().nodes().any(shows_python_2)
            || self.scopes().bindings().any(|(_, binding)| match &binding.kind {
                BindingKind::Import { path, .. } => is_of_python_2(path),
                _ => false,
            })
    }
}

/// Whether Python 2.7 rejects the syntax of the node.
fn is_python_3(node: Node<'_>) -> bool {
    match node.kind() {
        Kind::Await
        | Kind::NonlocalStatement
        | Kind::NamedExpression
        | Kind::MatchStatement
        | Kind::TypedParameter
        | Kind::TypedDefaultParameter
        | Kind::KeywordSeparator
        | Kind::PositionalSeparator
        | Kind::Interpolation => true,
        // `def f() -> T:`, `x: T = 1`, `raise E from e`
        Kind::Type => true,
        Kind::Async => true,
        Kind::RaiseStatement => node.field(Field::Cause).is_some(),
        _ => false,
    }
}

/// `from __future__ import annotations` is for Python 3; the other features are built into Python 3.
fn is_of_python_2(import: Node<'_>) -> bool {
    import.fields(Field::Name).any(|name| !matches!(name.text(), "annotations" | "generator_stop"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_shows_is_its_syntax() {
        for (text, dialect) in [
            ("print 'x'\n", Dialect::Python2),
            ("print('x')\n", Dialect::Both),
            ("x = f'{y}'\n", Dialect::Python3),
            ("def f(x: int): pass\n", Dialect::Python3),
            ("def f(*, x): pass\n", Dialect::Python3),
            ("async def f(): pass\n", Dialect::Python3),
            ("x: int = 1\n", Dialect::Python3),
            ("raise E from e\n", Dialect::Python3),
            ("x = u'y'\n", Dialect::Both),
        ] {
            assert_eq!(PythonFile::parse(text).unwrap().written_for(), dialect, "{text}");
        }
    }
}
