//! The questions of a session, at a real terminal: the finding, the diff of its fix alone, and one key for an answer.

use super::{Answer, Prompter, Question};
use crate::edit::apply;
use crate::report::diff::{self, DiffPath};
use crate::report::{self, text};
use crate::transform::Transform;
use console::{Key, Term};
use std::io::{self, IsTerminal as _};
use std::path::Path;

const HELP: &str = "\
y  apply this fix
n  leave this finding as it is
a  apply this fix and the rest (unsafe ones are still asked about, unless --unsafe-fixes is given)
q  write what was accepted so far, and stop
?  show this help
Ctrl-C stops without writing this file; files that were finished before stay written.
";

/// Asks at the terminal of standard output.
pub struct TerminalPrompter {
    terminal: Term,
    transforms: Vec<&'static dyn Transform>,
    color: bool,
}

impl TerminalPrompter {
    /// A prompter for findings of `transforms`; none when standard input or output is no terminal.
    pub fn new(transforms: Vec<&'static dyn Transform>, color: bool) -> Option<Self> {
        let terminal = Term::stdout();
        (terminal.is_term() && io::stdin().is_terminal()).then_some(Self { terminal, transforms, color })
    }

    fn show(&self, question: &Question<'_>) -> io::Result<()> {
        let Question { path, source, judged } = *question;
        let record = report::finding_record(path, source, judged, &self.transforms);
        let mut shown = text::render(source, judged, &record, self.color);
        let style = diff::Style::Visible { color: self.color };
        let new = apply(source.text(), &judged.edits).map_err(io::Error::other)?;
        let diff = diff::unified(&DiffPath::new(Path::new(path)), source.text().as_bytes(), new.as_bytes(), style);
        // Visible text is UTF-8.
        shown.push_str(&String::from_utf8_lossy(&diff));
        self.terminal.write_str(&shown)
    }
}

impl Prompter for TerminalPrompter {
    fn ask(&mut self, question: &Question<'_>) -> io::Result<Answer> {
        self.show(question)?;
        loop {
            self.terminal.write_str("Apply this fix? [y,n,a,q,?] ")?;
            let key = self.terminal.read_key_raw();
            let answer = match &key {
                Ok(Key::Char('y' | 'Y')) => Some(("y", Answer::Apply)),
                Ok(Key::Char('n' | 'N')) => Some(("n", Answer::Skip)),
                Ok(Key::Char('a' | 'A')) => Some(("a", Answer::ApplyRest)),
                Ok(Key::Char('q' | 'Q')) => Some(("q", Answer::Quit)),
                Ok(Key::CtrlC | Key::Char('\x03')) => Some(("^C", Answer::Interrupt)),
                // End of transmission on an empty line: nobody is there any more.
                Ok(Key::Char('\x04')) => Some(("^D", Answer::Quit)),
                Ok(_) => None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => Some(("^C", Answer::Interrupt)),
                Err(_) => return key.map(|_| Answer::Interrupt),
            };
            match answer {
                Some((echo, answer)) => {
                    self.terminal.write_line(echo)?;
                    return Ok(answer);
                }
                None => self.terminal.write_str(&format!("\n{HELP}"))?,
            }
        }
    }
}
