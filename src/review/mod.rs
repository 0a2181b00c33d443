//! The review: the user decides about each finding, and can change every decision.
//!
//! All files are scanned first. [`session`] is the state machine: which finding is shown, what was answered, what a key
//! does. [`files`] knows the files' texts, and writes them by the same way as `fix` does without a person.
//! [`review_loop`] puts the two together and asks a [`prompter`]; at a real terminal that is [`terminal_prompter`], with the prompts of
//! [`crate::terminal::dialog`]. [`answers`] keeps every answer as it is given. Nothing is written before the person says so.

pub mod answers;
pub mod files;
pub mod keys;
pub mod prompter;
pub mod review_loop;
pub mod session;
pub mod terminal_prompter;
mod view;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test fails by panicking"
)]
mod tests;
