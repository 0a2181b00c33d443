//! A match of one of a rule's patterns, with all that the query found out about it.

use super::{Row, Rows};
use crate::python::{Callee, Node};
use std::rc::Rc;
use std::sync::Arc;

/// A match of one of a rule's patterns.
#[derive(Debug, Clone)]
pub struct Match<'f> {
    /// What `@match` captured.
    pub node: Node<'f>,
    /// What `@callee` captured; the match itself where the pattern has none.
    pub callee: Node<'f>,
    /// What calling `callee` may call; empty where the pattern does not ask for it.
    pub callees: Rc<[Callee]>,
    /// By name, without the `@`.
    pub(super) captures: Vec<(Arc<str>, Node<'f>)>,
    /// By table: the callee and the row that `#in-table?` found.
    pub(super) hits: Vec<Hit>,
}

/// A callee that is in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) table: Rc<str>,
    /// Index into [`Match::callees`].
    pub(super) callee: usize,
    /// Index of the row.
    pub(super) row: usize,
}

impl<'f> Match<'f> {
    /// What `@name` captured.
    pub fn capture(&self, name: &str) -> Option<Node<'f>> {
        self.captures.iter().find(|(known, _)| &**known == name).map(|(_, node)| *node)
    }

    /// The callee that is in `table`, and the index of its row; none where the pattern did not ask for that table.
    pub fn hit(&self, table: &str) -> Option<(&Callee, usize)> {
        let hit = self.hits.iter().find(|hit| &*hit.table == table)?;
        Some((self.callees.get(hit.callee)?, hit.row))
    }

    /// The callee that is in `table`, and its row in `rows`, which is that table.
    pub fn row<'t, R: Row>(&self, table: &str, rows: &'t Rows<R>) -> Option<(&Callee, &'t R)> {
        let (callee, row) = self.hit(table)?;
        Some((callee, rows.0.get(row)?))
    }
}
