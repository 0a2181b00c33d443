//! Who puts the review's questions to a person.

use super::keys::Key;
use std::io;

/// A person, or a script that stands for one. Every method fails with [`io::ErrorKind::Interrupted`] on Ctrl-C, and with
/// another kind when there is nobody to ask any more.
#[allow(missing_docs, reason = "errors are the trait's")]
pub trait Prompter {
    /// Shows `text`, whole lines that are safe for a terminal.
    fn show(&mut self, text: &str) -> io::Result<()>;

    /// Asks for a key; none for one that means nothing.
    fn key(&mut self, prompt: &str) -> io::Result<Option<Key>>;

    /// Lets one of `options` be chosen, at first the one at `current`; none when the person does not want to.
    fn choose(&mut self, question: &str, options: &[String], current: usize) -> io::Result<Option<usize>>;

    /// A yes or no; Enter is `default`.
    fn confirm(&mut self, question: &str, default: bool) -> io::Result<bool>;

    /// A line of text; none when the person does not want to.
    fn text(&mut self, question: &str) -> io::Result<Option<String>>;

    /// Lets `text`, Python source, be edited; none when it was left as it is.
    fn edit(&mut self, text: &str) -> io::Result<Option<String>>;

    /// Shows `text`, which may be longer than a screen.
    fn page(&mut self, text: &str) -> io::Result<()>;

    /// Whether text may have ANSI colours.
    fn has_color(&self) -> bool;
}
