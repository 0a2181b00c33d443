//! The built program at a terminal: what a person sees and presses, and what goes wrong meanwhile.
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

#[cfg(unix)]
mod killed;
#[cfg(unix)]
mod mishaps;
#[path = "../engine/numbers.rs"]
mod numbers;
#[cfg(unix)]
mod progress;
#[path = "../program/project.rs"]
mod project;
mod pty;
#[cfg(unix)]
mod recording;
#[cfg(unix)]
mod review;
#[path = "../program/sources.rs"]
mod sources;
#[path = "../program/trials.rs"]
mod trials;

use std::process::ExitCode;

fn main() -> ExitCode {
    // There is no pseudo-terminal elsewhere.
    #[cfg(unix)]
    let modules = &[killed::TESTS, mishaps::TESTS, progress::TESTS, recording::TESTS, review::TESTS];
    #[cfg(not(unix))]
    let modules = &[];
    trials::run(modules)
}
