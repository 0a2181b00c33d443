//! The built program: its command line, what it reads and writes, and what other programs make of it.
//!
//! A module lists its tests and what each of them needs (`trials.rs`); what is missing on a machine is printed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may panic, and says what it skips"
)]

mod accepting;
mod across;
mod alternatives;
mod baseline;
mod changed;
mod cli;
mod config;
mod config_errors;
mod corpus;
mod evidence;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod integrations;
mod manual;
mod migration;
mod outputs;
mod probe;
mod project;
#[path = "../terminal/pty.rs"]
mod pty;
mod readme;
mod sources;
mod trials;
#[cfg(unix)]
mod undo;
#[cfg(unix)]
mod unix;
mod why;

use std::process::ExitCode;

fn main() -> ExitCode {
    trials::run(&[
        accepting::TESTS,
        across::TESTS,
        alternatives::TESTS,
        evidence::TESTS,
        baseline::TESTS,
        changed::TESTS,
        cli::TESTS,
        config::TESTS,
        config_errors::TESTS,
        corpus::TESTS,
        #[cfg(unix)]
        faults::TESTS,
        #[cfg(unix)]
        integrations::TESTS,
        manual::TESTS,
        migration::TESTS,
        outputs::TESTS,
        probe::TESTS,
        readme::TESTS,
        #[cfg(unix)]
        undo::TESTS,
        #[cfg(unix)]
        unix::TESTS,
        why::TESTS,
    ])
}
