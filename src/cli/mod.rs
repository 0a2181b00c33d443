//! The command line: what can be asked, and which module answers.
//!
//! One file a subcommand. `input` makes plain options for a [`crate::workspace::Workspace`] out of the arguments, which does the work;
//! `exit` has the exit codes. Errors have three parts (what, where, what to do) and go to standard error; standard output has only what
//! was asked for.

mod baseline;
mod check;
mod config;
mod exit;
mod explain;
mod file_report;
mod fix;
mod format;
mod input;
mod manual;
mod output;
mod printer;
mod review;
mod rules;
mod summary;
mod undo;

use crate::problem::Problem;
use crate::report::Format;
use crate::terminal::ColorChoice;
use crate::terminal::streams::Terminal;
use crate::transforms;
use clap::{Args, Parser, Subcommand};
use exit::Exit;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// Finds insecure uses of Python's networking standard library and rewrites them.
#[derive(Debug, Parser)]
#[command(name = "tightwire", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report findings; exits with 1 if there are any.
    Check(CheckArgs),
    /// Apply the safe fixes.
    Fix(FixArgs),
    /// Take back what the last run of `fix` wrote in this project.
    Undo(UndoArgs),
    /// Show the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// List the rules.
    Rules,
    /// Explain a rule: what, why, the fix, and how to silence it.
    Explain {
        /// The rule's id or one of its aliases.
        rule: String,
    },
    /// Keep the baseline: findings that are taken note of, and not reported, fixed or counted.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Print the completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of a command.
    Man {
        /// The command.
        command: Option<String>,
    },
}

/// What is asked about the configuration.
#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print what holds for a file or folder, and where each value came from.
    Show {
        /// A file or folder.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Print the JSON schema of a configuration.
    Schema,
}

/// What is done with the baseline.
#[derive(Debug, Subcommand)]
enum BaselineCommand {
    /// Make one of all findings.
    Create(PathArgs),
    /// Add new findings, and drop those that are gone.
    Update(PathArgs),
    /// Drop the findings that are gone.
    Prune(PathArgs),
}

#[derive(Debug, Args)]
struct PathArgs {
    /// Files and folders; `-` is standard input.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    paths: PathArgs,
    #[command(flatten)]
    changed: ChangedArgs,
}

/// What of the paths is looked at; git is asked.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct ChangedArgs {
    /// Only files that changed since this branch left REF (a branch, a tag, a commit), and files that git does not know yet.
    #[arg(long, value_name = "REF")]
    since: Option<String>,
    /// Only files that are staged; `fix` refuses those with changes that are not.
    #[arg(long)]
    staged: bool,
    /// Only findings in statements with lines that changed since this branch left REF.
    #[arg(long, value_name = "REF")]
    changed_lines: Option<String>,
}

#[derive(Debug, Args)]
struct FixArgs {
    #[command(flatten)]
    paths: PathArgs,
    #[command(flatten)]
    changed: ChangedArgs,
    /// Write nothing; print a unified diff that `git apply` and `patch -p1` accept.
    #[arg(long)]
    dry_run: bool,
    /// Apply the unsafe fixes too: right in themselves, but they may change what the program is meant to do.
    #[arg(long)]
    unsafe_fixes: bool,
    /// Ask about one finding at a time.
    #[arg(long, short, conflicts_with = "dry_run")]
    interactive: bool,
    /// Ask again about findings that were declined in an earlier review.
    #[arg(long, requires = "interactive")]
    ask_again: bool,
}

#[derive(Debug, Args)]
struct UndoArgs {
    /// The run, by its number in `undo --list`; without one, the last that was not undone.
    run: Option<u32>,
    /// List the runs of this project that can be undone.
    #[arg(long, conflicts_with = "run")]
    list: bool,
}

/// What every subcommand understands.
#[derive(Debug, Args)]
struct Common {
    /// Run only these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Leave out these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Leave out files and folders by a glob, in the syntax of .gitignore; a file that is named is always taken.
    #[arg(long, global = true, value_name = "GLOB")]
    exclude: Vec<String>,
    /// The only configuration that counts, in place of those in the files' folders and above them.
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// How findings are printed.
    #[arg(long, global = true, value_parser = format::parser(), default_value = "text", value_name = "FORMAT")]
    output_format: &'static dyn Format,
    /// Write the output to a file, which is replaced when all of it is written; standard output stays empty.
    #[arg(long, global = true, value_name = "PATH")]
    output_file: Option<PathBuf>,
    /// Count findings by rule: a table in place of the list, on standard error beside a diff or another format.
    #[arg(long, global = true)]
    statistics: bool,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
    /// How many files are worked on at once; 0 is one a processor.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print the findings and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more about the run: phases, time, threads.
    #[arg(long, short, global = true)]
    verbose: bool,
    /// The baseline's file; without it the nearest `tightwire-baseline.toml` in a file's folder or above it.
    #[arg(long, global = true, value_name = "PATH")]
    baseline: Option<PathBuf>,
    /// Use no baseline: findings in it are reported and fixed as all others.
    #[arg(long, global = true, conflicts_with = "baseline")]
    no_baseline: bool,
    /// The name that standard input goes by in reports.
    #[arg(long, global = true, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

/// Why a subcommand ended early.
#[derive(Debug)]
enum Stop {
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

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A stream that is closed has nobody to tell.
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
        Command::Rules => rules::run(transforms::all(), common),
        Command::Explain { rule } => explain::run(transforms::all(), rule, common),
    };
    let exit = match done {
        Ok(exit) => exit,
        Err(Stop::Refused(error)) => {
            terminal.error(&error);
            Exit::Failure
        }
        // As ripgrep has it: whoever reads has seen enough.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Clean,
        Err(Stop::Output(error)) => {
            let what = if common.output_file.is_some() { "--output-file" } else { "standard output" };
            terminal.error(&Problem::new(format!("{what} cannot be written: {error}"), "check where the output goes"));
            Exit::Failure
        }
    };
    exit.into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
