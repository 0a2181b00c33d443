//! The combined tree-sitter query of the enabled transforms, with semantic predicates.
use crate::python::{Node, PythonFile};
use crate::transform::Transform;

/// A match of one of a transform's patterns.
pub struct Site<'f> {
    /// The node that `@site` captured.
    pub node: Node<'f>,
}

/// The compiled query.
pub struct SiteQuery {}

impl SiteQuery {
    /// Compiles the transforms' queries into one.
    ///
    /// # Errors
    /// A pattern without `@site`, an unknown predicate or table, bad syntax: the transform, the line, what to do.
    pub fn compile(transforms: &[&'static dyn Transform]) -> Result<Self, String> {
        todo!()
    }
    /// The sites of a file by transform (same order as `compile` was given), each in position order.
    pub fn sites<'f>(&self, file: &'f PythonFile) -> Vec<Vec<Site<'f>>> {
        todo!()
    }
}
