//! The command line: parses arguments and calls the module for each command.
//!
//! One file a subcommand. `input` makes plain options for a [`crate::workspace::Workspace`] out of the arguments, which does the work;
//! `exit` has the exit codes. Errors have three parts (what, where, what to do) and go to standard error; standard output has only what
//! was asked for.

mod answers;
mod args;
mod baseline;
mod check;
mod clock;
mod config;
mod exit;
mod explain;
mod file_report;
mod fix;
mod format;
mod input;
mod manual;
mod needed;
mod output;
mod printer;
mod probe;
mod questions;
mod review;
mod rules;
mod summary;
mod undo;
mod why;

use crate::problem::Problem;
use crate::terminal::streams::Terminal;
use crate::transforms;
use args::{Cli, Command};
use clap::Parser as _;
use exit::{Exit, Stop};
use std::io;
use std::process::ExitCode;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // If the stream is closed, there is nobody to report to.
            drop(error.print());
            return u8::try_from(error.exit_code()).map_or(Exit::Failure.into(), ExitCode::from);
        }
    };
    let common = &cli.common;
    let terminal = Terminal::new(common.color, common.quiet, common.output_file.is_some());
    let done = match &cli.command {
        Command::Check(args) => check::run(args, common, &terminal),
        Command::Fix(args) => fix::run(args, common, &terminal),
        Command::Undo(args) => undo::run(args, common, &terminal),
        Command::Baseline(command) => baseline::run(command, common, &terminal),
        Command::Config(command) => config::run(command, common),
        Command::Completions { shell } => manual::completions(*shell, common),
        Command::Man { command } => manual::man(command.as_deref(), common),
        Command::Why { place } => why::run(place, common),
        Command::Questions(paths) => questions::run(paths, common, &terminal),
        Command::Probe(args) => probe::run(args, common, &terminal),
        Command::Rules => rules::run(transforms::all(), common),
        Command::Explain { rule } => explain::run(transforms::all(), rule, common, &terminal),
    };
    let exit = match done {
        Ok(exit) => exit,
        Err(Stop::Refused(error)) => {
            terminal.error(&error);
            Exit::Failure
        }
        // As in ripgrep: the reader has seen enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(Stop::Output(error)) => {
            let what = if common.output_file.is_some() { "--output-file" } else { "standard output" };
            terminal.error(&Problem::new(
                format!("{what} cannot be written: {error}"),
                "check the destination of the output",
            ));
            Exit::Failure
        }
    };
    exit.into()
}
