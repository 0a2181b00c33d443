//! The prompter for a real terminal.

use super::keys::Key;
use super::prompter::Prompter;
use crate::terminal::dialog;
use crate::terminal::interrupt::{Keys, guard_terminal, suspend, while_asking};
use console::Term;
use std::io;
use std::io::IsTerminal as _;

/// Asks at the terminal of standard input and output.
pub struct TerminalPrompter {
    terminal: Term,
    color: bool,
    /// When this is dropped, the terminal is restored.
    _keys: Keys,
}

impl TerminalPrompter {
    /// A prompter; `None` if standard input or output is not a terminal.
    ///
    /// # Errors
    /// If the terminal could not be restored after a Ctrl-C.
    pub fn new(color: bool) -> io::Result<Option<Self>> {
        let terminal = Term::stdout();
        if !terminal.is_term() || !io::stdin().is_terminal() {
            return Ok(None);
        }
        guard_terminal()?;
        Ok(Some(Self { terminal, color, _keys: Keys::wanted() }))
    }
}

impl Prompter for TerminalPrompter {
    fn show(&mut self, text: &str) -> io::Result<()> {
        self.terminal.write_str(text)
    }

    fn key(&mut self, prompt: &str) -> io::Result<Option<Key>> {
        let read = loop {
            self.terminal.write_str(prompt)?;
            match while_asking(|| self.terminal.read_key_raw()) {
                Ok(console::Key::Char('\x1a')) => {
                    self.terminal.write_line("^Z")?;
                    suspend();
                }
                read => break read,
            }
        };
        let key = match read {
            Ok(console::Key::CtrlC | console::Key::Char('\x03')) => Err(io::ErrorKind::Interrupted.into()),
            Ok(console::Key::Enter) => Ok(Some(Key::Default)),
            Ok(console::Key::Tab) => Ok(Some(Key::NextWay)),
            Ok(console::Key::ArrowDown | console::Key::ArrowRight) => Ok(Some(Key::Next)),
            Ok(console::Key::ArrowUp | console::Key::ArrowLeft) => Ok(Some(Key::Previous)),
            // End of input, as in other programs: what was accepted counts.
            Ok(console::Key::Char('\x04')) => Ok(Some(Key::Finish)),
            Ok(console::Key::Char(character)) => Ok(Key::of(character)),
            Ok(_) => Ok(None),
            Err(error) => Err(error),
        };
        let shown = match &key {
            Ok(Some(key)) => key.label(),
            Ok(None) => String::new(),
            Err(_) => "^C".to_owned(),
        };
        self.terminal.write_line(&shown)?;
        key
    }

    fn choose(&mut self, question: &str, options: &[String], current: usize) -> io::Result<Option<usize>> {
        while_asking(|| dialog::choose(&self.terminal, question, options, current))
    }

    fn confirm(&mut self, question: &str, default: bool) -> io::Result<bool> {
        while_asking(|| dialog::confirm(&self.terminal, question, default))
    }

    fn text(&mut self, question: &str) -> io::Result<Option<String>> {
        while_asking(|| dialog::text(&self.terminal, question))
    }

    fn edit(&mut self, text: &str) -> io::Result<Option<String>> {
        dialog::edit(text)
    }

    fn page(&mut self, text: &str) -> io::Result<()> {
        dialog::page(&self.terminal, text)
    }

    fn has_color(&self) -> bool {
        self.color
    }
}
