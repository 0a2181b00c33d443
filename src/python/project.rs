//! The question that a file asks about the other modules of its project.

use super::library::modules::Dialect;
use super::syntax::calls::ArgumentPlace;
use crate::text::{FilePlace, Source};
use std::path::{Path, PathBuf};

/// What the other modules of a file's project provide.
pub trait Project: Send + Sync {
    /// What `path` stands for, as written in an import in the file (`project.compat.httplib`, `.compat.httplib`), if a
    /// module of the project imports that name from elsewhere. `None` for names that the project defines itself, for
    /// modules, for anything outside the project, and for anything uncertain.
    fn export(&self, path: &str) -> Option<Export>;

    /// The absolute name of a relative import in a package of the project: `app.net.serve` for `.net.serve`.
    fn absolute(&self, path: &str) -> Option<String>;

    /// Where the project defines what `path` stands for, as written in an import in the file: a function, a class, a method of it or of
    /// an object that a module makes of it. `None` for modules and for anything outside the project.
    fn definition(&self, path: &str) -> Option<Definition>;

    /// The texts that a module of the project gives `path`, as written in an import in the file: a name, or an attribute of a class or
    /// of an object, `app.config.Settings.HOST`. Empty for a name that it assigns more than once.
    fn constants(&self, path: &str) -> Vec<Constant>;

    /// Where other modules of the project hand on what this file gives as `name`, `HOST` or `Settings.HOST`.
    fn readers(&self, name: &str) -> Vec<Forward>;

    /// The contents of `file`, relative to the project's outermost folder; `None` if it cannot be read or is not text.
    fn source(&self, file: &Path) -> Option<Source>;

    /// Whether this run looks for findings in `file`, relative to the project's outermost folder.
    fn is_candidate(&self, file: &Path) -> bool;

    /// The object that `path` stands for, as written in an import in the file, or that calling it returns, if a module of the project
    /// says so.
    fn object(&self, path: &str) -> Option<Object>;

    /// What the function or class that `path` stands for, as written in an import in the file, hands on to callables from outside the
    /// project, by what calls it makes itself or by other functions of the project.
    fn forwards(&self, path: &str) -> Vec<Forward>;

    /// Whether a module of the project stands where Python looks for the top-level module `name` first: beside the file, which is run
    /// as a script.
    fn shadows(&self, name: &str) -> bool;

    /// Whether another file of the project contains the word `word`; of those that the run reads, one that may hold a finding.
    fn mentions(&self, word: &str) -> bool;

    /// Where a test of the project replaces the member `name` by a text, `"app.net.HTTPConnection"`, of this file's module or of the one
    /// that defines it as `qualified`: the test's file, relative to the project's outermost folder, and the one-based line.
    fn replaced_in_tests(&self, name: &str, qualified: &str) -> Option<(PathBuf, usize)>;

    /// Whether another module of the project may import `name`, which the file binds, or read its value there.
    fn is_imported(&self, name: &str) -> bool;
}

/// The meaning of a name that a module imports, or defines as an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its qualified name: canonical, relative to the module, or of another module of the project.
    pub path: String,
    /// The Python versions on which the import works.
    pub dialect: Dialect,
}

/// A place that defines a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The module's file, relative to the project's outermost folder.
    pub file: PathBuf,
    /// The name there: `serve`, `Server.start`.
    pub name: String,
}

/// A string literal that another module of the project assigns to a name, or to an attribute of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// Its value.
    pub text: String,
    /// Where it is written.
    pub place: FilePlace,
    /// The name has no other value.
    pub is_only: bool,
}

/// An object that a module gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The canonical names of its class, or of the bases of its class.
    pub paths: Vec<String>,
    /// The name is a function's, which returns the object.
    pub is_returned: bool,
}

/// What a function or class of a module hands on to a callable from another module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    /// What is handed on.
    pub given: Given,
    /// The qualified name of the callable: canonical, or as the module imports it.
    pub callee: String,
    /// Where it is called.
    pub place: FilePlace,
}

impl Forward {
    /// What is handed on if `self` hands it to a callable and that callable hands it on as `further` says; `None` if the two do not meet.
    pub fn followed_by(&self, further: Self) -> Option<Self> {
        let given = match (&self.given, &further.given) {
            (Given::All, _) => further.given,
            (_, Given::All) => return Some(Self { callee: further.callee, ..self.clone() }),
            (
                Given::One { parameter, argument: handed, element: None, attribute: own },
                Given::One { parameter: taken, argument, element, attribute },
            ) if taken.meets(handed) && (own.is_none() || attribute.is_none()) => Given::One {
                parameter: parameter.clone(),
                argument: argument.clone(),
                element: *element,
                attribute: own.as_ref().or(attribute.as_ref()).cloned(),
            },
            _ => return None,
        };
        Some(Self { given, ..further })
    }
}

/// What a callable hands on to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// Every argument as it is: a class has the constructor of its base.
    All,
    /// One parameter.
    One {
        /// The parameter; the first one for what is read by its name.
        parameter: ArgumentPlace,
        /// The argument that it becomes.
        argument: ArgumentPlace,
        /// The zero-based position in that argument, if the argument is a tuple.
        element: Option<usize>,
        /// It is an attribute of the parameter that is handed on.
        attribute: Option<String>,
    },
}
