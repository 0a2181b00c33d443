//! Sets of nodes.

use super::tree::{Node, NodeId};

/// A set of nodes that can say whether a part of the tree contains one of them.
#[derive(Debug, Clone, Default)]
pub struct NodeSet {
    /// In position order.
    nodes: Vec<NodeId>,
}

impl NodeSet {
    /// Whether one of the nodes is `part` or a descendant of it.
    pub fn meets(&self, part: Node<'_>) -> bool {
        let first = self.nodes.partition_point(|node| *node < part.id());
        self.nodes.get(first).is_some_and(|node| node.0 < part.last())
    }

    /// Adds a node that comes after all nodes in the set.
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
