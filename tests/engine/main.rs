//! The library, in this process: what names mean, where imports go, what a project's modules give each other, and what must
//! hold for any text at all.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may panic, and says what it ran"
)]

mod accept;
mod call_graph;
mod eval;
mod generated;
mod generator;
#[cfg(unix)]
mod hostile;
mod imports;
mod interpreter;
mod invariants;
mod mutation;
mod mutator;
mod names;
mod numbers;
mod programs;
mod project;
mod properties;
