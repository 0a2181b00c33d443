//! Prompts that need more than one key of the session: dialoguer's prompts if the terminal can move its cursor, plain
//! lines otherwise; and the user's editor and pager.

use super::interrupt::{as_at_first, lend_terminal};
use console::{Key, Term};
use dialoguer::{Confirm, Editor, Input, Select};
use std::io;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// With fewer rows, a choice asks for a number.
const FEWEST_ROWS: u16 = 6;

/// Whether the terminal supports only lines of text: no colours, no cursor movement.
pub fn is_plain() -> bool {
    console::is_dumb()
}

/// A yes or no; Enter is `default`, Escape is no.
///
/// # Errors
/// If the terminal cannot be used, or Ctrl-C was pressed ([`io::ErrorKind::Interrupted`]). This applies to all prompts.
pub fn confirm(terminal: &Term, question: &str, default: bool) -> io::Result<bool> {
    if !is_plain() {
        let asked = Confirm::new().with_prompt(question).default(default).interact_on_opt(terminal);
        return Ok(asked.map_err(|error| ended(terminal, error))?.unwrap_or(false));
    }
    terminal.write_str(&format!("{question} [{}] ", if default { "Y/n" } else { "y/N" }))?;
    loop {
        let answer = match terminal.read_key_raw()? {
            Key::Char('y' | 'Y') => true,
            Key::Char('n' | 'N' | 'q') | Key::Escape => false,
            Key::Enter => default,
            Key::CtrlC => return Err(io::ErrorKind::Interrupted.into()),
            _ => continue,
        };
        terminal.write_line(if answer { "yes" } else { "no" })?;
        return Ok(answer);
    }
}

/// One of `options`, with the one at `current` selected first; `None` if the user cancels.
///
/// # Errors
/// As [`confirm`].
pub fn choose(terminal: &Term, question: &str, options: &[String], current: usize) -> io::Result<Option<usize>> {
    let (rows, columns) = terminal.size();
    // dialoguer needs more rows, and panics below three.
    if is_plain() || rows < FEWEST_ROWS {
        for (number, option) in (1..).zip(options) {
            terminal.write_line(&format!("{number:>4}  {option}"))?;
        }
        let answer = text(terminal, &format!("{question} (a number, or Enter for {})", current + 1))?;
        return Ok(match answer.as_deref().map(str::trim) {
            None | Some("") => Some(current),
            Some(number) => number.parse::<usize>().ok().and_then(|n| n.checked_sub(1)).filter(|n| *n < options.len()),
        });
    }
    // dialoguer would draw over a wrapped line when the selection moves.
    let width = usize::from(columns).saturating_sub(4).max(8);
    let options = options.iter().map(|option| console::truncate_str(option, width, "…").into_owned());
    let select = Select::new()
        .with_prompt(question)
        .items(options)
        .default(current)
        .max_length(usize::from(rows).saturating_sub(4).max(3));
    select.interact_on_opt(terminal).map_err(|error| ended(terminal, error))
}

/// A line of text; none when the input has ended.
///
/// # Errors
/// As [`confirm`].
pub fn text(terminal: &Term, question: &str) -> io::Result<Option<String>> {
    if is_plain() {
        terminal.write_str(&format!("{question}: "))?;
        let mut line = String::new();
        let read = as_at_first(|| io::stdin().read_line(&mut line))?;
        return Ok((read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()));
    }
    let asked = Input::<String>::new().with_prompt(question).allow_empty(true).interact_text_on(terminal);
    asked.map(Some).map_err(|error| ended(terminal, error))
}

/// `text` as edited in `$VISUAL`, `$EDITOR` or `vi`; `None` if it was not changed.
///
/// # Errors
/// If the editor cannot be started, or saves text that is not UTF-8.
pub fn edit(text: &str) -> io::Result<Option<String>> {
    let chosen = ["VISUAL", "EDITOR"].iter().find_map(|name| {
        let command = std::env::var(name).ok()?;
        shell_words::split(&command).is_ok_and(|words| !words.is_empty()).then_some(command)
    });
    let default = if cfg!(windows) { "notepad.exe" } else { "vi" };
    let mut editor = Editor::new();
    editor.executable(chosen.as_deref().unwrap_or(default)).extension(".py").trim_newlines(false).require_save(false);
    let edited = lend_terminal(|| editor.edit(text)).map_err(io_error)?;
    Ok(edited.filter(|edited| edited != text))
}

/// Shows `text` in `$PAGER` or `less`, or directly if neither is available.
///
/// # Errors
/// If the terminal cannot be written.
pub fn page(terminal: &Term, text: &str) -> io::Result<()> {
    let lines = text.lines().count();
    if is_plain() || lines + 2 < usize::from(terminal.size().0) {
        return terminal.write_str(text);
    }
    let chosen = std::env::var("PAGER").ok().and_then(|command| shell_words::split(&command).ok());
    let words = chosen.filter(|words| !words.is_empty()).unwrap_or_else(|| vec!["less".to_owned()]);
    let Some((program, arguments)) = words.split_first() else { return terminal.write_str(text) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // As in git: colours, no alternate screen.
        command.env("LESS", "RX");
    }
    let paged = lend_terminal(|| -> io::Result<()> {
        let mut pager = command.spawn()?;
        if let Some(mut input) = pager.stdin.take() {
            // The reader may close the pager early.
            drop(input.write_all(text.as_bytes()));
        }
        pager.wait().map(drop)
    });
    paged.or_else(|_| terminal.write_str(text))
}

/// Restores the cursor after an error in a dialoguer prompt, which leaves it hidden.
fn ended(terminal: &Term, error: dialoguer::Error) -> io::Error {
    drop(terminal.show_cursor());
    io_error(error)
}

fn io_error(error: dialoguer::Error) -> io::Error {
    let dialoguer::Error::IO(error) = error;
    error
}
