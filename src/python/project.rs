//! The question that a file asks about the other modules of its project.

use super::library::modules::Dialect;
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
