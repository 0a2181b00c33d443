//! Paths as people read them.

use std::path::{Path, PathBuf};

/// `path` as reports show it: with `/`, and what is not Unicode replaced. For a diff, which must name the file exactly,
/// see `report::diff::DiffPath`.
pub fn display_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { path.into_owned() } else { path.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// A file's place in its project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectPath {
    /// The project's root, absolute and without links.
    pub root: PathBuf,
    /// The file's path relative to the root.
    pub file: PathBuf,
}

impl ProjectPath {
    /// The path relative to the root, with `/`; characters that are not Unicode are replaced.
    pub fn display(&self) -> String {
        display_path(&self.file)
    }

    /// The whole path.
    pub fn absolute(&self) -> PathBuf {
        self.root.join(&self.file)
    }
}
