//! The two output streams and their rules.
//!
//! Standard output contains only the requested output (findings, a diff, JSON, a fixed text); standard error contains
//! everything else that the user should know. If standard output is closed, the program ends quietly; if standard error
//! is closed, that is ignored.

use super::progress;
use super::progress::Progress;
use crate::problem::Problem;
use crate::text::sanitize::{visible, visible_line};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use console::Term;
use std::fmt::Display;
use std::io;
use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The properties of the streams, and the verbosity.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Standard output takes ANSI colours.
    pub colored_output: bool,
    /// Standard output is a terminal, so text from files must be sanitized.
    pub output_is_terminal: bool,
    colored_errors: bool,
    is_quiet: bool,
}

impl Terminal {
    /// Inspects the streams; `choice` is the user's option. Output to a file is never for a terminal.
    pub fn new(choice: ColorChoice, is_quiet: bool, output_is_file: bool) -> Self {
        let colored = |auto: anstream::ColorChoice| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto != anstream::ColorChoice::Never,
        };
        Self {
            colored_output: colored(match output_is_file {
                true => anstream::ColorChoice::Never,
                false => anstream::AutoStream::choice(&io::stdout()),
            }),
            output_is_terminal: !output_is_file && io::stdout().is_terminal(),
            colored_errors: colored(anstream::AutoStream::choice(&io::stderr())),
            is_quiet,
        }
    }

    /// The width of the terminal in columns; `None` if standard output is not a terminal.
    pub fn output_width(&self) -> Option<usize> {
        let size = self.output_is_terminal.then(|| Term::stdout().size_checked()).flatten();
        size.map(|(_, columns)| usize::from(columns))
    }

    /// An error in its three parts: what, where, what to do.
    pub fn error(&self, error: &Problem) {
        let (red, dim) = (AnsiColor::Red.on_default().bold(), AnsiColor::Blue.on_default().bold());
        let mut text = format!("{}: {}\n", self.painted("error", red), visible(&error.message));
        if let Some(path) = &error.path {
            let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
            text.push_str(&format!("  {} {}{line}\n", self.painted("-->", dim), visible_line(path)));
        }
        if !error.help.is_empty() {
            text.push_str(&format!("  {} {}\n", self.painted("help:", dim), visible(&error.help)));
        }
        say(&text);
    }

    /// A warning that is not an error; not printed with `-q`.
    pub fn warning(&self, message: &str) {
        if !self.is_quiet {
            let yellow = AnsiColor::Yellow.on_default().bold();
            say(&format!("{}: {}\n", self.painted("warning", yellow), visible(message)));
        }
    }

    /// A line of the summary; not printed with `-q`.
    pub fn note(&self, line: impl Display) {
        if !self.is_quiet {
            say(&format!("{line}\n"));
        }
    }

    /// Shows the progress of a run over `total` of `things`, in the plural, until the result is dropped; nothing with `-q`.
    pub fn progress(&self, total: usize, things: &'static str, done: &Arc<AtomicUsize>) -> Option<Progress> {
        (!self.is_quiet).then(|| Progress::watch(total, things, done))
    }

    fn painted(&self, word: &str, style: Style) -> String {
        if self.colored_errors { format!("{style}{word}{style:#}") } else { word.to_owned() }
    }
}

/// Writes to standard error in one call, so that threads do not mix their lines.
fn say(text: &str) {
    // If this fails, there is nobody to report to.
    drop(progress::suspended(|| io::stderr().lock().write_all(text.as_bytes())));
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
