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

    /// Whether another module of the project may take `name`, which the file binds, from it.
    fn is_imported(&self, name: &str) -> bool;

    /// Whether another module of the project may read the value that the file gives `name`. Not known in a large project.
    fn is_read(&self, name: &str) -> bool;
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

    /// Whether a module with these bytes may assign `name`, or have it from a star import; `false` is certain.
    pub fn may_assign(bytes: &[u8], name: &str) -> bool {
        Word::new(name.as_bytes()).stands_in(bytes) || memchr::memmem::find(bytes, b"import *").is_some()
    }

    /// Whether a module with these bytes may give `name` from elsewhere; `false` is certain, and far cheaper to know than
    /// by parsing.
    pub fn may_give(bytes: &[u8], name: &str) -> bool {
        let name = Word::new(name.as_bytes());
        let import = Word::new(b"import");
        let has_name = name.stands_in(bytes);
        let mut imports_known = false;
        for line in bytes.split(|byte| *byte == b'\n') {
            if line.starts_with(b"def ") || line.starts_with(b"class ") || line.starts_with(b"async ") {
                if has_name && defined_name(line) == name.0.needle() {
                    return false;
                }
            } else if import.stands_in(line) {
                if line.contains(&b'*') {
                    return true;
                }
                imports_known |=
                    has_name && modules::ROOTS.iter().any(|root| Word::new(root.as_bytes()).stands_in(line));
            }
        }
        has_name && imports_known
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
        let project = self.project.as_ref();
        binding.is_some_and(|binding| project.is_some_and(|project| project.is_read(&binding.name)))
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
        let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        self.0.find_iter(text).any(|at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            !is_part(before) && !is_part(text.get(at + self.0.needle().len()))
        })
    }
}

/// The name in `def name(`, `class name:` or `async def name(`.
fn defined_name(line: &[u8]) -> &[u8] {
    let mut words = line.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).filter(|word| !word.is_empty());
    words.find(|word| !matches!(*word, b"async" | b"def" | b"class")).unwrap_or_default()
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
}
