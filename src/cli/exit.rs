//! Exit codes.

use crate::problem::Problem;
use std::io;
use std::process::ExitCode;

/// The exit codes, worst last: the greatest wins if several apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Success, nothing to report; 0.
    Clean,
    /// Findings remain (`check`), or a diff was printed (`fix --dry-run`); 1.
    Findings,
    /// A file could not be read, parsed, verified or written, or the usage is wrong; 2.
    Failure,
    /// Ctrl-C; 130, as in shells.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failure => 2,
            Exit::Interrupted => 130,
        })
    }
}

/// Why a subcommand ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The command cannot be carried out as it was given, or a file that the whole run needs cannot be used.
    Refused(Problem),
    /// Standard output could not be written.
    Output(io::Error),
}

impl From<Problem> for Stop {
    fn from(error: Problem) -> Self {
        Self::Refused(error)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
