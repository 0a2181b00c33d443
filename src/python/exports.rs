//! What a module of the project gives to those that import from it, computed from its text alone.
//!
//! `from project.compat import httplib` means `http.client` if `project/compat.py` says so.

use super::constants::SharedText;
use super::eval::agreement::agree;
use super::eval::fuel::Fuel;
use super::eval::names::{Meaning, Resolved};
use super::import_scan::{Word, import_statements, is_wildcard, words_of};
use super::project::{Constant, Export, Object};
use super::scopes::reaching;
use super::scopes::{Binding, BindingKind, MODULE};
use super::syntax::definitions::ClassDefinition;
use super::syntax::literals::string_value;
use super::{ParseError, PythonFile};
use crate::text::Source;
use std::collections::{BTreeSet, HashMap};

/// What one module exports.
#[derive(Debug, Default)]
pub struct Exports {
    /// Every name that the module binds; `None` for names that it defines itself and for uncertain ones.
    pub names: HashMap<String, Option<Export>>,
    /// The texts that others read by a name, `HOST` or `Settings.HOST`. Their files are empty.
    pub texts: HashMap<String, Vec<Constant>>,
    /// The names that stand for an object whose class is known, and the functions that return one: the canonical names of its class.
    pub objects: HashMap<String, Object>,
    /// The names that stand for an object of a class of the module: the name of the class.
    pub made: HashMap<String, String>,
    /// The modules of its wildcard imports, as written; the last one wins.
    pub wildcard_imports: Vec<String>,
}

impl Exports {
    /// The exports of the module with this source.
    ///
    /// # Errors
    /// As [`PythonFile::parse`].
    pub fn of(source: &Source) -> Result<Self, ParseError> {
        let file = PythonFile::parse(source.text())?;
        let mut names: HashMap<String, Option<Export>> = HashMap::new();
        let (mut objects, mut made) = (HashMap::new(), HashMap::new());
        for (_, binding) in file.scopes().bindings() {
            if binding.scope == MODULE && binding.kind != BindingKind::Declaration && !names.contains_key(&binding.name)
            {
                names.insert(binding.name.clone(), file.export(&binding.name));
                objects.extend(file.object(binding).map(|object| (binding.name.clone(), object)));
                made.extend(file.own_class_made(binding).map(|class| (binding.name.clone(), class)));
            }
        }
        let mut texts: HashMap<String, Vec<Constant>> = HashMap::new();
        for SharedText { name, literal, is_only, .. } in file.shared_texts() {
            let constant = |text| Constant { text, place: source.place(literal.span()), is_only };
            texts.entry(name).or_default().extend(string_value(literal).map(constant));
        }
        let wildcard_imports = file.scopes().wildcard_imports().iter().map(|import| import.module.clone()).collect();
        Ok(Self { names, texts, objects, made, wildcard_imports })
    }

    /// Whether a module with these bytes may assign `name` or an attribute of that name, or re-export it; `false` is certain.
    pub fn may_assign(bytes: &[u8], name: &str) -> bool {
        let word = Word::new(name.as_bytes());
        word.is_assigned_in(bytes)
            || import_statements(bytes).any(|statement| is_wildcard(statement) || word.stands_in(statement))
    }

    /// Whether a module with these bytes may assign or define `name`, or re-export it; `false` is certain.
    pub fn may_bind(bytes: &[u8], name: &str) -> bool {
        let word = Word::new(name.as_bytes());
        word.is_defined_in(bytes)
            || word.is_assigned_in(bytes)
            || import_statements(bytes).any(|statement| is_wildcard(statement) || word.stands_in(statement))
    }

    /// Whether a module with these bytes may re-export `name`; `false` is certain, and much cheaper than parsing. What is given is of
    /// interest if the statement that imports it holds one of `import_words`.
    pub fn may_give(bytes: &[u8], name: &str, import_words: &BTreeSet<String>) -> bool {
        let word = Word::new(name.as_bytes());
        let mut is_bound = word.is_assigned_in(bytes);
        let mut imports_known = false;
        let is_of_interest = |word: &[u8]| str::from_utf8(word).is_ok_and(|word| import_words.contains(word));
        for statement in import_statements(bytes) {
            if is_wildcard(statement) {
                return true;
            }
            is_bound |= word.stands_in(statement);
            imports_known |= words_of(statement).any(is_of_interest);
        }
        is_bound && imports_known && !word.is_defined_in(bytes)
    }

    /// Whether a module with these bytes may give an object of a class of interest as `name`, or by a function of that name, or hand one
    /// on; `false` is certain.
    pub fn may_give_object(bytes: &[u8], name: &str, import_words: &BTreeSet<String>) -> bool {
        let word = Word::new(name.as_bytes());
        let is_of_interest = |word: &[u8]| str::from_utf8(word).is_ok_and(|word| import_words.contains(word));
        let is_bound = word.is_assigned_in(bytes) || word.is_defined_in(bytes);
        import_statements(bytes).any(|statement| {
            is_wildcard(statement) || word.stands_in(statement) || is_bound && words_of(statement).any(is_of_interest)
        })
    }
}

impl PythonFile {
    /// The object that `binding`, a module-level name, stands for, or that the function returns that it binds; if it binds it alone.
    fn object(&self, binding: &Binding) -> Option<Object> {
        let [_] = self.scopes().owner(&binding.name, MODULE)?.1 else { return None };
        let (instance, is_returned) = match binding.kind {
            BindingKind::Assign { value } => (self.instance_of(self.node(value))?, false),
            BindingKind::Function { definition } => (self.instance_given(self.node(definition))?, true),
            _ => return None,
        };
        (!instance.paths.is_empty()).then_some(Object { paths: instance.paths, is_returned })
    }

    /// The name of the module-level class of which `binding`, a module-level name that is bound once, is an object.
    fn own_class_made(&self, binding: &Binding) -> Option<String> {
        let BindingKind::Assign { value } = binding.kind else { return None };
        let class = self.node(self.class_made(self.node(value))?);
        let name = ClassDefinition::of(class)?.name?;
        (self.is_bound_once(binding) && self.scope_of(class) == MODULE).then(|| name.text().to_string())
    }

    /// What the module-level `name` stands for to its importers: the single meaning of all its bindings.
    fn export(&self, name: &str) -> Option<Export> {
        let bindings = self.scopes().owner(name, MODULE).map_or(&[][..], |(_, bindings)| bindings);
        if bindings.len() > reaching::MAX_REACHING {
            return None;
        }
        let fuel = Fuel::new();
        let found = agree(bindings, |id| self.meaning_of(*id, 0, &fuel), Resolved::join)?;
        match found.meaning {
            Meaning::Path(path) => Some(Export { path, dialect: found.dialect }),
            Meaning::Class(_) => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::library::modules::import_words;
    use super::*;

    fn path_of(text: &str, name: &str) -> Option<String> {
        let source = Source::decode(text.into()).unwrap();
        Exports::of(&source).unwrap().names.get(name).cloned().flatten().map(|export| export.path)
    }

    fn may_give(text: &str, name: &str) -> bool {
        Exports::may_give(text.as_bytes(), name, &import_words(["http.client.HTTPConnection"]))
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
            assert!(may_give(text, name), "{text}");
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
            assert!(!may_give(text, name), "{text}");
        }
        assert!(may_give("from .a import *\n", "other"));
    }

    #[test]
    fn a_module_that_only_uses_a_name_is_not_parsed_for_its_text() {
        for (text, expected) in [
            ("HOST = ''\n", true),
            ("PORT, HOST = 1, ''\n", true),
            ("HOST: str = ''\n", true),
            ("from .a import (\n    HOST,\n)\n", true),
            ("from .a import *\n", true),
            ("class HOST(Base): pass\nHOST().run()\n", true),
            ("HOST().run()\n", false),
            ("# HOST\nHOSTS = 1\n", false),
        ] {
            assert_eq!(Exports::may_bind(text.as_bytes(), "HOST"), expected, "{text}");
        }
    }
}
