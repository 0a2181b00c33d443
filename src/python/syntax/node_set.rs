//! Sets of nodes.

use super::tree::{Node, NodeId};

/// Some nodes of a tree, to ask whether one of them stands in a part of it.
#[derive(Debug, Clone, Default)]
pub struct NodeSet {
    /// In position order.
    nodes: Vec<NodeId>,
}

impl NodeSet {
    /// Whether one of the nodes is `part` or stands below it.
    pub fn meets(&self, part: Node<'_>) -> bool {
        let first = self.nodes.partition_point(|node| *node < part.id());
        self.nodes.get(first).is_some_and(|node| node.0 < part.last())
    }

    /// Adds a node that comes after those that are there.
    pub fn push(&mut self, node: Node<'_>) {
        debug_assert!(self.nodes.last().is_none_or(|last| *last <= node.id()));
        self.nodes.push(node.id());
    }
}

impl<'f> FromIterator<Node<'f>> for NodeSet {
    fn from_iter<T: IntoIterator<Item = Node<'f>>>(nodes: T) -> Self {
        let mut nodes: Vec<NodeId> = nodes.into_iter().map(Node::id).collect();
        nodes.sort_unstable();
        Self { nodes }
    }
}
