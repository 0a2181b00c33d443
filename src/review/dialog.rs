//! Questions at a terminal that take more than a key of the session's own: dialoguer's prompts where the terminal can
//! move its cursor, plain lines where it cannot.

use console::{Key, Term};
use dialoguer::Confirm;
use std::io;

/// Whether the terminal only takes lines of text: no colours, no cursor to move.
pub fn is_plain(terminal: &Term) -> bool {
    !terminal.features().colors_supported() && console::is_dumb()
}

/// A yes or no; Enter is no.
///
/// # Errors
/// When the terminal cannot be used, or Ctrl-C was pressed ([`io::ErrorKind::Interrupted`]).
pub fn confirm(terminal: &Term, question: &str) -> io::Result<bool> {
    if !is_plain(terminal) {
        let asked = Confirm::new().with_prompt(question).default(false).interact_on_opt(terminal);
        return Ok(asked.map_err(|error| ended(terminal, error))?.unwrap_or(false));
    }
    terminal.write_str(&format!("{question} [y/N] "))?;
    loop {
        let (echo, answer) = match terminal.read_key_raw()? {
            Key::Char('y' | 'Y') => ("yes", true),
            Key::Char('n' | 'N' | 'q') | Key::Enter | Key::Escape => ("no", false),
            Key::CtrlC => return Err(io::ErrorKind::Interrupted.into()),
            _ => continue,
        };
        terminal.write_line(echo)?;
        return Ok(answer);
    }
}

/// What went wrong in one of dialoguer's prompts, which leave the cursor hidden then.
fn ended(terminal: &Term, error: dialoguer::Error) -> io::Error {
    drop(terminal.show_cursor());
    let dialoguer::Error::IO(error) = error;
    error
}
