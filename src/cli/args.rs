//! What the command line takes: the commands, their arguments, the options that all have.

use super::format;
use crate::report::Format;
use crate::terminal::ColorChoice;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Finds insecure uses of Python's networking standard library and rewrites them.
#[derive(Debug, Parser)]
#[command(name = "tightwire", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report findings. Exits with 1 if there are any.
    Check(CheckArgs),
    /// Apply the safe fixes.
    Fix(FixArgs),
    /// Revert what the last run of `fix` wrote in this project.
    Undo(UndoArgs),
    /// Show the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Say what an expression may be, how it gets there, and whether that is all.
    Why {
        /// `FILE:LINE`, for what is assigned or passed there, or `FILE:LINE:COLUMN`, for the expression that begins there.
        #[arg(value_name = "FILE:LINE[:COLUMN]")]
        place: String,
    },
    /// List what people may know for want of which fixes are held back: each question once, for all fixes that hang on it.
    Questions(PathArgs),
    /// Ask the hosts of open questions for a TLS handshake. Shows which hosts it will contact, and asks first.
    Probe(ProbeArgs),
    /// List the rules.
    Rules,
    /// Explain a rule: what it finds and why, the fix, and how to suppress it.
    Explain {
        /// The rule's id or one of its aliases.
        rule: String,
    },
    /// Manage the baseline: known findings that are not reported, fixed or counted.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Print the completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, of the program or of a command.
    Man {
        /// The command.
        command: Option<String>,
    },
}

/// Commands about the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print the settings that apply to a file or folder, and where each value comes from.
    Show {
        /// A file or folder.
        #[arg(default_value = ".")]
        path: PathBuf,
    },
    /// Print the JSON schema of a configuration.
    Schema,
}

/// Commands about the baseline.
#[derive(Debug, Subcommand)]
pub(super) enum BaselineCommand {
    /// Create a baseline of all findings.
    Create(PathArgs),
    /// Add new findings, and remove those that are gone.
    Update(PathArgs),
    /// Remove the findings that are gone.
    Prune(PathArgs),
}

#[derive(Debug, Args)]
pub(super) struct PathArgs {
    /// Files and folders; `-` is standard input.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ProbeArgs {
    #[command(flatten)]
    pub(super) paths: PathArgs,
    /// Contact the hosts without asking first.
    #[arg(long)]
    pub(super) yes: bool,
    /// Write what was seen as answers under `[evidence]` in the nearest `tightwire.toml`.
    #[arg(long)]
    pub(super) write: bool,
    /// Also ask the hosts of answers that an earlier probe wrote.
    #[arg(long)]
    pub(super) again: bool,
    /// How many seconds a host may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(super) timeout: u64,
    /// How many seconds all hosts may take; hosts that are left then are not asked.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(super) total_timeout: u64,
    /// Ask for HOST and PORT at ADDRESS, whatever the system says of the name. As curl's option.
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub(super) resolve: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) paths: PathArgs,
    #[command(flatten)]
    pub(super) changed: ChangedArgs,
    /// Also name the answers under `[evidence]` in the configuration that no finding needs. Run it on the whole project.
    #[arg(long)]
    pub(super) report_unused: bool,
}

/// Restricts the paths, according to git.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct ChangedArgs {
    /// Check only files that changed since this branch left REF (a branch, tag or commit), and untracked files.
    #[arg(long, value_name = "REF")]
    pub(super) since: Option<String>,
    /// Check only staged files. `fix` refuses files that also have unstaged changes.
    #[arg(long)]
    pub(super) staged: bool,
    /// Check only statements with lines that changed since this branch left REF.
    #[arg(long, value_name = "REF")]
    pub(super) changed_lines: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct FixArgs {
    #[command(flatten)]
    pub(super) paths: PathArgs,
    #[command(flatten)]
    pub(super) changed: ChangedArgs,
    /// Write nothing; print a unified diff that `git apply` and `patch -p1` accept.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Also apply unsafe fixes: valid and more secure code, but the program may no longer do what it is meant to do.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Also apply fixes that are unsafe only for these reasons: a fix needs all of its reasons accepted.
    #[arg(long, value_name = "REASON", value_delimiter = ',')]
    pub(super) accept: Vec<String>,
    /// Ask about one finding at a time.
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(super) interactive: bool,
    /// Ask again about findings that were declined in an earlier review.
    #[arg(long, requires = "interactive")]
    pub(super) ask_again: bool,
}

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// The number of the run in `undo --list`. Without it, the last run that was not undone.
    pub(super) run: Option<u32>,
    /// List the runs of this project that can be undone.
    #[arg(long, conflicts_with = "run")]
    pub(super) list: bool,
}

/// Options of every subcommand.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Run only these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not run these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Take fixes as safe that are unsafe only for these reasons, or that are of these rules.
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',')]
    pub(super) extend_safe: Vec<String>,
    /// Take fixes of these rules as unsafe, and those of these reasons even where a configuration accepts them.
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',')]
    pub(super) extend_unsafe: Vec<String>,
    /// Exclude files and folders by a glob in the syntax of .gitignore. A file that you name is always checked.
    #[arg(long, global = true, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Use only this configuration, instead of those in the files' folders and above them.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) config: Option<PathBuf>,
    /// The format of the output.
    #[arg(long, global = true, value_parser = format::parser(), default_value = "text", value_name = "FORMAT")]
    pub(super) output_format: &'static dyn Format,
    /// Write the output to a file instead of standard output. The file is replaced when the output is complete.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) output_file: Option<PathBuf>,
    /// Count findings by rule. The table replaces the list; with a diff or another format it goes to standard error.
    #[arg(long, global = true)]
    pub(super) statistics: bool,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// How many files to check at once. 0 means one per processor.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub(super) threads: usize,
    /// Print only findings and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print more about the run: phases, times, threads.
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// The baseline's file. Without it, the nearest `tightwire-baseline.toml` in a file's folder or above it.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) baseline: Option<PathBuf>,
    /// Ignore the baseline: its findings are reported and fixed like all others.
    #[arg(long, global = true, conflicts_with = "baseline")]
    pub(super) no_baseline: bool,
    /// The name of standard input in reports; also decides which configuration applies.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
