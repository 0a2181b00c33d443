//! The other modules of the project that a file belongs to: what an import from one of them brings.
//!
//! `from project.compat import httplib` means `http.client` if `project/compat.py` says so. A file asks its [`Project`], which
//! reads other files; what such a file gives is computed here, from its text alone.

use super::flow;
use super::modules::{self, Dialect};
use super::names::{Fuel, Meaning};
use super::scopes::{BindingId, BindingKind, ScopeId};
use super::{Binding, ParseError, PythonFile};
use crate::python::literals::string_value;
use std::collections::HashMap;
use std::path::PathBuf;

/// What the other modules of a file's project give.
pub trait Project: Send + Sync {
    /// What `path` stands for, as an import in the file writes it (`project.compat.httplib`, `.compat.httplib`), if it is a
    /// name that a module of the project takes from elsewhere. None for what the project defines itself, for modules, for what
    /// is not of the project, and for what is not certain.
    fn export(&self, path: &str) -> Option<Export>;

    /// The absolute name of a relative import, `.net.serve`, in a package of the project: `app.net.serve`.
    fn absolute(&self, path: &str) -> Option<String>;

    /// The text that a module of the project assigns to `path`, as an import in the file writes it, and to nothing else.
    fn constant(&self, path: &str) -> Option<Constant>;

    /// Whether another module of the project may take `name`, which the file binds, from it, or read its value there.
    fn is_imported(&self, name: &str) -> bool;
}

/// What a name that a module imports, or makes an alias for, stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its qualified name: canonical, or relative to the module or of another module of the project.
    pub path: String,
    /// On which Pythons the import that gives it works.
    pub dialect: Dialect,
}

/// A string literal that another module of the project gives a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// What it says.
    pub text: String,
    /// The module's file, as it is found from the project's outermost folder.
    pub file: PathBuf,
    /// One-based.
    pub line: usize,
}

/// What one module gives to those that import from it.
#[derive(Debug, Default)]
pub struct Exports {
    /// Every name that the module binds; none for what it defines itself and for what is not certain.
    pub names: HashMap<String, Option<Export>>,
    /// The names that it assigns once, a string literal: what that says, and its one-based line.
    pub texts: HashMap<String, (String, usize)>,
    /// The modules of its star imports, as they are written; the last one wins.
    pub stars: Vec<String>,
}

impl Exports {
    /// What the module with this text gives.
    ///
    /// # Errors
    /// As [`PythonFile::parse`].
    pub fn of(text: &str) -> Result<Self, ParseError> {
        let file = PythonFile::parse(text)?;
        let mut names: HashMap<String, Option<Export>> = HashMap::new();
        let mut texts = HashMap::new();
        for (_, binding) in file.scopes().bindings() {
            if binding.scope == MODULE && binding.kind != BindingKind::Declaration && !names.contains_key(&binding.name)
            {
                names.insert(binding.name.clone(), file.export(&binding.name));
                texts.extend(file.constant(binding).map(|constant| (binding.name.clone(), constant)));
            }
        }
        let stars = file.scopes().stars().iter().map(|star| star.module.clone()).collect();
        Ok(Self { names, texts, stars })
    }

    /// Whether a module with these bytes may assign `name`, or have it from another one; `false` is certain.
    pub fn may_assign(bytes: &[u8], name: &str) -> bool {
        let word = Word::new(name.as_bytes());
        word.is_assigned_in(bytes)
            || import_statements(bytes).any(|statement| is_star(statement) || word.stands_in(statement))
    }

    /// Whether a module with these bytes may give `name` from elsewhere; `false` is certain, and far cheaper to know than
    /// by parsing.
    pub fn may_give(bytes: &[u8], name: &str) -> bool {
        let word = Word::new(name.as_bytes());
        let mut is_bound = word.is_assigned_in(bytes);
        let mut imports_known = false;
        for statement in import_statements(bytes) {
            if is_star(statement) {
                return true;
            }
            is_bound |= word.stands_in(statement);
            imports_known |= words_of(statement).any(|word| modules::ROOTS.iter().any(|root| root.as_bytes() == word));
        }
        is_bound && imports_known && !word.is_defined_in(bytes)
    }
}

/// The module's own scope.
const MODULE: ScopeId = ScopeId(0);

impl PythonFile {
    /// Whether other modules of the project may take the module-level `name` from this one. Not known without a project.
    pub fn is_imported_elsewhere(&self, name: &str) -> bool {
        self.project.as_ref().is_some_and(|project| project.is_imported(name))
    }

    /// Whether other modules of the project may read the value of the module-level binding `id`.
    pub fn is_read_elsewhere(&self, id: BindingId) -> bool {
        let binding = self.binding(id).filter(|binding| binding.scope == MODULE);
        binding.is_some_and(|binding| self.is_imported_elsewhere(&binding.name))
    }

    /// What the string literal says that is all that the name of `binding`, a module-level one, is ever given, and its line.
    fn constant(&self, binding: &Binding) -> Option<(String, usize)> {
        let BindingKind::Assign { value } = binding.kind else { return None };
        let [_] = self.scopes().owner(&binding.name, MODULE)?.1 else { return None };
        let text = string_value(self.node(value))?;
        let line = self.text().get(..self.node(value).start())?.matches('\n').count() + 1;
        Some((text, line))
    }

    /// What the module-level `name` stands for to those that import it: the one meaning of all its bindings.
    fn export(&self, name: &str) -> Option<Export> {
        let bindings = self.scopes().owner(name, MODULE).map_or(&[][..], |(_, bindings)| bindings);
        if bindings.len() > flow::MAX_REACHING {
            return None;
        }
        let fuel = Fuel::new();
        let found = self.agree(bindings.to_vec(), |id| self.meaning_of(id, 0, &fuel))?;
        match found.meaning {
            Meaning::Path(path) => Some(Export { path, dialect: found.dialect }),
            Meaning::Class(_) => None,
        }
    }
}

/// A search for an identifier.
pub(crate) struct Word<'w>(memchr::memmem::Finder<'w>);

impl<'w> Word<'w> {
    /// A search for `word`.
    pub(crate) fn new(word: &'w [u8]) -> Self {
        Self(memchr::memmem::Finder::new(word))
    }

    /// Whether it stands in `text`, not as a part of a longer identifier.
    pub(crate) fn stands_in(&self, text: &[u8]) -> bool {
        self.places(text).next().is_some()
    }

    /// Whether a `=` may follow it on a line of `text`.
    fn is_assigned_in(&self, text: &[u8]) -> bool {
        self.places(text).any(|at| {
            let rest = text.get(at + self.0.needle().len()..).unwrap_or_default();
            rest.iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b'=')
        })
    }

    /// Whether a function or class at the top level of `text` has this name.
    fn is_defined_in(&self, text: &[u8]) -> bool {
        self.places(text).any(|at| {
            let start = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1);
            matches!(text.get(start..at), Some(b"def " | b"class " | b"async def "))
        })
    }

    /// Where it stands in `text`.
    fn places(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        self.0.find_iter(text).filter(move |at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            !is_part(before) && !is_part(text.get(at + self.0.needle().len()))
        })
    }
}

/// A statement is no longer (bytes); what is, is a bracket that nobody closes.
const MOST_STATEMENT: usize = 1 << 16;

/// The lines of `text` with `import` in them, with those that brackets and backslashes join to them: all import
/// statements, calls that import, and what else has that word.
pub(crate) fn import_statements(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let finder = memchr::memmem::Finder::new(b"import");
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = finder.find(rest)?;
        let start = statement_start(rest.get(..at)?);
        let end = at + statement_length(rest.get(at..)?);
        let statement = rest.get(start..end)?;
        rest = rest.get(end..)?;
        Some(statement)
    })
}

/// Where the line at the end of `text` starts, with those that backslashes join to it.
fn statement_start(text: &[u8]) -> usize {
    let mut start = text.len();
    loop {
        let before = text.get(..start).unwrap_or_default();
        start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let above = text.get(..start.saturating_sub(1)).unwrap_or_default();
        if start == 0 || text.len() - start > MOST_STATEMENT || !above.trim_ascii_end().ends_with(b"\\") {
            return start;
        }
        start -= 1;
    }
}

/// The length of the statement whose `import` is at the start of `text`.
fn statement_length(text: &[u8]) -> usize {
    let text = text.get(..MOST_STATEMENT).unwrap_or(text);
    let mut end = 0;
    let mut is_open = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        let code = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        is_open = (is_open || code.contains(&b'(')) && !code.contains(&b')');
        if !is_open && !line.trim_ascii_end().ends_with(b"\\") {
            break;
        }
    }
    end
}

fn is_star(statement: &[u8]) -> bool {
    statement.contains(&b'*')
}

/// The names, keywords and numbers of `text`.
pub(crate) fn words_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    text.split(move |byte| !is_part(*byte)).filter(|word| !word.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn path_of(text: &str, name: &str) -> Option<String> {
        Exports::of(text).unwrap().names.get(name).cloned().flatten().map(|export| export.path)
    }

    #[test]
    fn a_module_gives_what_it_imports_under_every_name() {
        for (text, name, path) in [
            ("import httplib\n", "httplib", "http.client"),
            ("import http.client as httplib\n", "httplib", "http.client"),
            ("try:\n    import http.client as h\nexcept ImportError:\n    import httplib as h\n", "h", "http.client"),
            ("from http.client import HTTPConnection as C\n", "C", "http.client.HTTPConnection"),
            ("import http.client\nC = http.client.HTTPConnection\n", "C", "http.client.HTTPConnection"),
            ("from .compat import httplib\n", "httplib", ".compat.httplib"),
            ("if PY2:\n    import httplib\nelse:\n    from http import client as httplib\n", "httplib", "http.client"),
        ] {
            assert_eq!(path_of(text, name).as_deref(), Some(path), "{text}");
            assert!(Exports::may_give(text.as_bytes(), name), "{text}");
        }
    }

    #[test]
    fn what_a_module_defines_or_binds_twice_it_does_not_give() {
        for (text, name) in [
            ("from http.client import HTTPConnection\nclass HTTPConnection(HTTPConnection): pass\n", "HTTPConnection"),
            ("import httplib\ndef httplib(): pass\n", "httplib"),
            ("import httplib\nhttplib = wrap(httplib)\n", "httplib"),
            ("import httplib\nimport json as httplib\n", "httplib"),
            ("import httplib\ndef f():\n    global httplib\n    httplib = fake()\n", "httplib"),
        ] {
            assert_eq!(path_of(text, name), None, "{text}");
        }
    }

    #[test]
    fn a_module_that_cannot_give_a_name_is_not_parsed() {
        for (text, name) in [
            ("import logging\nlogger = logging.getLogger()\n", "logger"),
            ("import httplib\ndef fetch(): pass\n", "fetch"),
            ("import httplib\nclass Client: pass\n", "Client"),
            ("import httplib\n", "other"),
        ] {
            assert!(!Exports::may_give(text.as_bytes(), name), "{text}");
        }
        assert!(Exports::may_give(b"from .a import *\n", "other"));
    }

    #[test]
    fn a_module_that_only_uses_a_name_is_not_parsed_for_its_text() {
        for (text, expected) in [
            ("HOST = ''\n", true),
            ("PORT, HOST = 1, ''\n", true),
            ("HOST: str = ''\n", true),
            ("from .a import (\n    HOST,\n)\n", true),
            ("from .a import *\n", true),
            ("class HOST(Base): pass\nHOST().run()\n", false),
            ("# HOST\nHOSTS = 1\n", false),
        ] {
            assert_eq!(Exports::may_assign(text.as_bytes(), "HOST"), expected, "{text}");
        }
    }

    #[test]
    fn the_statements_that_import_are_found_whole() {
        let cases: [(&str, &[&str]); 10] = [
            ("import a\nx = 1\nfrom b import c\n", &["import a\n", "from b import c\n"]),
            ("from a import (\n    b,  # )\n    c,\n)\nd\n", &["from a import (\n    b,  # )\n    c,\n)\n"]),
            ("from a import \\\r\n  b\r\nc\n", &["from a import \\\r\n  b\r\n"]),
            ("x\nfrom a \\\r\n  import b\r\nc\n", &["from a \\\r\n  import b\r\n"]),
            ("from \\\n a \\\n import \\\n b\nc\n", &["from \\\n a \\\n import \\\n b\n"]),
            ("x = import_module('a.b')\ny", &["x = import_module('a.b')\n"]),
            ("  import a; import b", &["  import a; import b"]),
            ("# important (\nimport a)\nimport b", &["# important (\nimport a)\n", "import b"]),
            ("from a import (", &["from a import ("]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = import_statements(text.as_bytes()).map(String::from_utf8_lossy).collect();
            assert_eq!(found, expected, "{text}");
        }
        let open = format!("import ({}", "x\n".repeat(MOST_STATEMENT));
        assert_eq!(import_statements(open.as_bytes()).map(<[u8]>::len).next(), Some(MOST_STATEMENT));
    }
}
