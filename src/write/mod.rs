//! Files replaced whole or not at all, and put back.
//!
//! A codemod that is killed half way, or that runs while an editor saves, must not lose a byte. [`replace`] writes the
//! new contents beside the target and renames them over it, and only when the target still is what was read. What the
//! contents are, and whether they are right, is decided before (`edit::verify`).
//!
//! [`journal`] remembers what each run wrote, [`undo`] takes it back.

mod atomic;
pub mod journal;
pub mod undo;

pub use atomic::{WriteError, beside, create_after, refusal, replace, replace_after};
