//! Tables of qualified names in a `transform.toml`.

use crate::python::last_segment;
use schemars::JsonSchema;
use serde::Deserialize;

/// A set of qualified names for `#in-table?`.
pub trait Table {
    /// The zero-based index of the first row about `qualified` (for example `http.client.HTTPConnection`).
    fn position(&self, qualified: &str) -> Option<usize>;

    /// The qualified names of its rows.
    fn names(&self) -> Vec<&str>;

    /// The last segments of its names: the word that occurs wherever one of them is called or imported.
    fn last_segments(&self) -> Vec<&str> {
        self.names().into_iter().map(last_segment).collect()
    }
}

/// One row of a table in a `transform.toml`.
pub trait Row {
    /// The qualified name of the row.
    fn name(&self) -> &str;
}

/// The rows of a table, in the order of the file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Rows<R>(pub Vec<R>);

impl<R: Row> Rows<R> {
    /// The row for `qualified`.
    pub fn find(&self, qualified: &str) -> Option<&R> {
        self.0.iter().find(|row| row.name() == qualified)
    }
}

impl<R: Row> Table for Rows<R> {
    fn position(&self, qualified: &str) -> Option<usize> {
        self.0.iter().position(|row| row.name() == qualified)
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(Row::name).collect()
    }
}
