//! Tightwire finds insecure uses of Python's networking standard library and rewrites them.
//!
//! [`engine`] takes one file from bytes to findings and to a verified new text; the modules below it say what a Python
//! file means ([`python`]), what is looked for ([`transforms`]) and how accepted fixes become edits ([`edit`]). The
//! modules above it read, write, ask and report.

pub mod baseline;
pub mod changed;
pub mod cli;
pub mod config;
pub mod edit;
pub mod engine;
pub mod fingerprint;
pub mod glob;
pub mod nearest;
pub mod progress;
pub mod project;
pub mod python;
pub mod query;
pub mod report;
pub mod review;
pub mod source;
pub mod state;
pub mod suppress;
pub mod transform;
#[path = "../transforms/mod.rs"]
pub mod transforms;
pub mod walk;
pub mod write;
