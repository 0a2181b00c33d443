//! The terminal: streams, progress, prompts, signals.

pub mod dialog;
pub mod interrupt;
pub mod progress;
pub mod streams;

pub use streams::ColorChoice;
