//! The findings as records, and the formats that print them.
//!
//! [`record`] builds the records that all formats share from an engine's result. A format is a file that implements [`Format`]
//! (see [`format`]) and a line of [`FORMATS`]. Nothing here decides anything, and nothing here knows where the output goes: a
//! format writes to what `cli` gives it.

mod concise;
pub mod diff;
pub mod format;
mod github;
mod gitlab;
pub mod json;
mod jsonl;
mod markdown;
pub mod questions;
pub mod record;
mod sarif;
pub mod statistics;
pub mod suggestion;
pub mod text;

pub use format::{End, Format, ListForm, Report, Run, Summary};
pub use record::{FindingRecord, Fixes, Reported, fault_records};

/// The formats, in the order of the command line's help; the first is the default.
pub static FORMATS: [&dyn Format; 8] = [
    &text::Text,
    &concise::Concise,
    &json::Json,
    &jsonl::JsonLines,
    &sarif::Sarif,
    &github::Github,
    &gitlab::Gitlab,
    &markdown::Markdown,
];
