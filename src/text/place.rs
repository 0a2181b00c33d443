//! Places in files as people and other tools read them.

use serde::Serialize;
use std::path::PathBuf;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Position {
    /// Zero-based offset into the file as it is on disk.
    pub byte: usize,
    /// One-based.
    pub line: usize,
    /// One-based, in Unicode code points.
    pub column: usize,
}

/// A part of some file of a project.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FilePlace {
    /// The file, relative to the project's outermost folder.
    pub file: PathBuf,
    /// Its first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

impl FilePlace {
    /// The same part, of the file at `file`.
    #[must_use]
    pub fn in_file(&self, file: PathBuf) -> Self {
        Self { file, ..*self }
    }
}
