//! Tightwire finds insecure uses of Python's networking standard library and rewrites them.
//!
//! [`engine`] takes one file from bytes to findings and to a verified new text; the modules below it say what a Python
//! file means ([`python`]), what is looked for ([`rule`], [`transforms`]) and how accepted fixes become edits ([`rewrite`]). The
//! modules above it read, write, ask and report.

#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
pub mod finding;
pub mod problem;
pub mod python;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod review;
pub mod rewrite;
pub mod rule;
#[cfg(feature = "cli")]
pub mod state;
#[cfg(feature = "cli")]
pub mod terminal;
pub mod text;
#[path = "../transforms/mod.rs"]
pub mod transforms;
#[cfg(feature = "workspace")]
pub mod workspace;
#[cfg(feature = "cli")]
pub mod write;
