//! The interface for asking the user.

use super::keys::Key;
use std::io;

/// The user, or a test script. Every method fails with [`io::ErrorKind::Interrupted`] on Ctrl-C, and with another kind
/// if the terminal is gone.
#[allow(missing_docs, reason = "errors are the trait's")]
pub trait Prompter {
    /// Shows `text`, whole lines that are already sanitized.
    fn show(&mut self, text: &str) -> io::Result<()>;

    /// Asks for a key; `None` for one without a meaning.
    fn key(&mut self, prompt: &str) -> io::Result<Option<Key>>;

    /// Lets the user choose one of `options`, with the one at `current` selected first; `None` if the user cancels.
    fn choose(&mut self, question: &str, options: &[String], current: usize) -> io::Result<Option<usize>>;

    /// A yes or no; Enter is `default`.
    fn confirm(&mut self, question: &str, default: bool) -> io::Result<bool>;

    /// A line of text; `None` if the user cancels.
    fn text(&mut self, question: &str) -> io::Result<Option<String>>;

    /// Lets the user edit `text`, Python source; `None` if it was not changed.
    fn edit(&mut self, text: &str) -> io::Result<Option<String>>;

    /// Shows `text`, which may be longer than the screen.
    fn page(&mut self, text: &str) -> io::Result<()>;

    /// Whether text may contain ANSI colours.
    fn has_color(&self) -> bool;
}
