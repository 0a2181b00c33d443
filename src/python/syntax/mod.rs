//! What stands where: the tree, its calls, its literals.

pub mod calls;
pub(super) mod definitions;
pub(super) mod expressions;
pub(super) mod grammar;
pub(super) mod imports;
pub mod kinds;
pub mod literals;
pub(super) mod node_set;
pub(super) mod parse;
pub(super) mod statements;
pub mod strings;
pub mod tree;
