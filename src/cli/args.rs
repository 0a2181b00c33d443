//! What the command line takes: the commands, their arguments, the options that all have.

use crate::problem::Problem;
use crate::terminal::ColorChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
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
pub(super) enum ConfigCommand {
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
pub(super) enum BaselineCommand {
    /// Make one of all findings.
    Create(PathArgs),
    /// Add new findings, and drop those that are gone.
    Update(PathArgs),
    /// Drop the findings that are gone.
    Prune(PathArgs),
}

#[derive(Debug, Args)]
pub(super) struct PathArgs {
    /// Files and folders; `-` is standard input.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) paths: PathArgs,
    #[command(flatten)]
    pub(super) changed: ChangedArgs,
}

/// What of the paths is looked at; git is asked.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct ChangedArgs {
    /// Only files that changed since this branch left REF (a branch, a tag, a commit), and files that git does not know yet.
    #[arg(long, value_name = "REF")]
    pub(super) since: Option<String>,
    /// Only files that are staged; `fix` refuses those with changes that are not.
    #[arg(long)]
    pub(super) staged: bool,
    /// Only findings in statements with lines that changed since this branch left REF.
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
    /// Apply the unsafe fixes too: right in themselves, but they may change what the program is meant to do.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Ask about one finding at a time.
    #[arg(long, short, conflicts_with = "dry_run")]
    pub(super) interactive: bool,
    /// Ask again about findings that were declined in an earlier review.
    #[arg(long, requires = "interactive")]
    pub(super) ask_again: bool,
}

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// The run, by its number in `undo --list`; without one, the last that was not undone.
    pub(super) run: Option<u32>,
    /// List the runs of this project that can be undone.
    #[arg(long, conflicts_with = "run")]
    pub(super) list: bool,
}

/// What every subcommand understands.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Run only these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Leave out these rules (ids or aliases).
    #[arg(long, global = true, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// Leave out files and folders by a glob, in the syntax of .gitignore; a file that is named is always taken.
    #[arg(long, global = true, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// The only configuration that counts, in place of those in the files' folders and above them.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) config: Option<PathBuf>,
    /// How findings are printed.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) output_format: OutputFormat,
    /// Write the output to a file, which is replaced when all of it is written; standard output stays empty.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) output_file: Option<PathBuf>,
    /// Count findings by rule: a table in place of the list, on standard error beside a diff or another format.
    #[arg(long, global = true)]
    pub(super) statistics: bool,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(super) color: ColorChoice,
    /// How many files are worked on at once; 0 is one a processor.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub(super) threads: usize,
    /// Print the findings and errors only.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more about the run: phases, time, threads.
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// The baseline's file; without it the nearest `tightwire-baseline.toml` in a file's folder or above it.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) baseline: Option<PathBuf>,
    /// Use no baseline: findings in it are reported and fixed as all others.
    #[arg(long, global = true, conflicts_with = "baseline")]
    pub(super) no_baseline: bool,
    /// The name that standard input goes by in reports.
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) stdin_filename: Option<PathBuf>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputFormat {
    /// The line, the span, why, and what to do.
    #[default]
    Text,
    /// One line a finding.
    Concise,
    /// One object for other tools.
    Json,
    /// One object a line, as it comes.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A summary in Markdown, for a comment on a pull request.
    Markdown,
}

impl OutputFormat {
    /// For people, with what a run did; the others have the findings and their outcomes.
    pub(super) fn is_text(self) -> bool {
        match self {
            Self::Text | Self::Concise => true,
            Self::Json | Self::Jsonl | Self::Sarif | Self::Github | Self::Gitlab | Self::Markdown => false,
        }
    }

    /// Whether a list of `what`, which are no findings, is JSON or text.
    pub(super) fn is_json_list(self, what: &str) -> Result<bool, Problem> {
        match self {
            Self::Text | Self::Concise => Ok(false),
            Self::Json => Ok(true),
            Self::Jsonl | Self::Sarif | Self::Github | Self::Gitlab | Self::Markdown => Err(Problem::new(
                format!("the {what} have no such output format"),
                "use `--output-format text` or `json`",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
