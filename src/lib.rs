//! Tightwire finds insecure uses of Python's networking standard library and rewrites them.
//!
//! [`engine`] takes one file from bytes to findings and to a verified new text; the modules below it say what a Python
//! file means ([`python`]), what is looked for ([`rule`], [`transforms`]) and how accepted fixes become edits ([`rewrite`]). The
//! modules above it read, write, ask and report.

pub mod cli;
pub mod engine;
pub mod finding;
pub mod problem;
pub mod python;
pub mod report;
pub mod review;
pub mod rewrite;
pub mod rule;
pub mod state;
pub mod terminal;
pub mod text;
#[path = "../transforms/mod.rs"]
pub mod transforms;
pub mod workspace;
pub mod write;
