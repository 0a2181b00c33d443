//! The two streams, and who may write what to them.
//!
//! Standard output has what was asked for (findings, a diff, JSON, a fixed text) and nothing else; standard error has
//! what a person should know beside it. A closed standard output ends the program quietly; a closed standard error is
//! not worth a word.

use super::progress;
use super::progress::Progress;
use crate::problem::Problem;
use crate::text::sanitize::{visible, visible_line};
use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
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

/// What the streams are, and how much is said.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Standard output takes ANSI colours.
    pub colored_output: bool,
    /// Standard output is a terminal, where text from files must be made visible.
    pub output_is_terminal: bool,
    colored_errors: bool,
    is_quiet: bool,
}

impl Terminal {
    /// Looks at the streams; `choice` is what the user asked for. Output that goes to a file is for no terminal.
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

    /// Something odd that is no fault; not with `-q`.
    pub fn warning(&self, message: &str) {
        if !self.is_quiet {
            let yellow = AnsiColor::Yellow.on_default().bold();
            say(&format!("{}: {}\n", self.painted("warning", yellow), visible(message)));
        }
    }

    /// A line of the summary; not with `-q`.
    pub fn note(&self, line: impl Display) {
        if !self.is_quiet {
            say(&format!("{line}\n"));
        }
    }

    /// Shows how a run over `total` files goes, until what is returned is dropped; not with `-q`.
    pub fn progress(&self, total: usize, done: &Arc<AtomicUsize>) -> Option<Progress> {
        (!self.is_quiet).then(|| Progress::watch(total, done))
    }

    fn painted(&self, word: &str, style: Style) -> String {
        if self.colored_errors { format!("{style}{word}{style:#}") } else { word.to_owned() }
    }
}

/// Writes to standard error in one piece, so that threads do not mix their lines.
fn say(text: &str) {
    // There is nobody left to tell when it fails.
    drop(progress::suspended(|| io::stderr().lock().write_all(text.as_bytes())));
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
