//! What stands where: the tree, its calls, its literals.

pub mod calls;
pub mod literals;
pub mod tree;
