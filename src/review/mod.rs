//! The review: a person decides about each finding, and can change their mind.
//!
//! All files are scanned first. [`session`] is the state machine: which finding is shown, what was answered, what a key
//! does. [`workspace`] knows the files' texts, and writes them by the same way as `fix` does without a person.
//! [`conductor`] puts the two together and asks a [`prompter`]; at a real terminal that is [`terminal`], with the prompts of
//! [`dialog`]. [`answers`] keeps every answer as it is given. Nothing is written before the person says so.

pub mod answers;
pub mod conductor;
pub mod dialog;
pub mod interrupt;
pub mod keys;
pub mod prompter;
pub mod session;
pub mod terminal;
mod view;
pub mod workspace;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking"
)]
mod tests;
