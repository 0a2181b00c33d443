//! Replaces files whole or not at all, and restores them.
//!
//! A codemod that is killed half-way, or that runs while an editor saves, must not lose a byte. [`replace`] writes the
//! new contents next to the target and renames them over it, and only if the target still is as it was read. The
//! contents are decided and verified before (`edit::verify`).
//!
//! [`journal`] records what each run wrote, and [`undo`] reverts it. [`evidence`] adds answers to a configuration.

mod atomic;
pub mod evidence;
pub mod journal;
pub mod undo;

pub use atomic::{WriteError, beside, create_after, other_links, refusal, replace, replace_after};
