//! Tightwire finds insecure uses of Python's networking standard library and rewrites them.
//!
//! [`engine`] takes one file from bytes to findings and to a verified new text; the modules below it say what a Python
//! file means ([`python`]), what is looked for ([`rule`], [`transforms`]) and how accepted fixes become edits ([`rewrite`]). The
//! modules above it read, write, ask and report.

#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it is the program")]
pub mod cli;
pub mod engine;
pub mod finding;
pub mod problem;
pub mod python;
#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, reason = "a diff names files from the current directory")]
pub mod report;
#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it keeps answers in files, and asks a person")]
pub mod review;
pub mod rewrite;
pub mod rule;
#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it knows where things are kept")]
pub mod state;
#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it is the terminal")]
pub mod terminal;
pub mod text;
#[path = "../transforms/mod.rs"]
pub mod transforms;
#[cfg(feature = "workspace")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it reads files")]
pub mod workspace;
#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "it writes files")]
pub mod write;
