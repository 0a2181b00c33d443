//! The one shape of an error that reaches a person: where, what, and what to do next.

use serde::Serialize;
use std::fmt;

/// An error in three parts. As text: `path:line: message: help`, of which path and line may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Problem {
    /// The file, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The one-based line, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    /// A problem that is not about a file.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: None, line: None, message: message.into(), help: help.into() }
    }

    /// The same problem in the file that people know as `path`.
    #[must_use]
    pub fn in_file(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }

    /// The same problem on a one-based `line`, where it is known.
    #[must_use]
    pub fn on_line(self, line: Option<usize>) -> Self {
        Self { line, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.line) {
            (Some(path), Some(line)) => write!(formatter, "{path}:{line}: ")?,
            (Some(path), None) => write!(formatter, "{path}: ")?,
            (None, _) => {}
        }
        write!(formatter, "{}: {}", self.message, self.help)
    }
}

impl std::error::Error for Problem {}
