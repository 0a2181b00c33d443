//! Files replaced whole or not at all.
//!
//! A codemod that is killed half way, or that runs while an editor saves, must not lose a byte. [`replace`] writes the
//! new contents beside the target and renames them over it, and only when the target still is what was read. What the
//! contents are, and whether they are right, is decided before (`edit::verify`).

mod atomic;

pub use atomic::{WriteError, refusal, replace};
