//! The terminal given back, however the program ends.
//!
//! A prompt hides the cursor and switches off the echo while it waits. A signal then would end the program and leave the
//! user with such a terminal, so the signals are caught: the terminal becomes what it was, and the program ends as it
//! would have. Nothing can be half written by that: files are replaced by a rename, and answers are lines of a journal.

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Set while another program (an editor, a pager) has the terminal: Ctrl-C is for it.
static LENT: AtomicBool = AtomicBool::new(false);

/// Set while a question is asked: what asks it learns of the signal too, and ends by itself.
static ASKING: AtomicBool = AtomicBool::new(false);

/// So long a question that was interrupted may take to end by itself, and say what is kept.
const PATIENCE: Duration = Duration::from_millis(500);

/// Makes Ctrl-C, and being asked to end, give the terminal back first. Does nothing the second time.
///
/// # Errors
/// When the system refuses.
pub fn guard_terminal() -> io::Result<()> {
    static GUARDED: Once = Once::new();
    let mut guarded = Ok(());
    GUARDED.call_once(|| {
        #[cfg(unix)]
        let before = rustix::termios::tcgetattr(rustix::stdio::stdin()).ok();
        let end = move || {
            if LENT.load(Ordering::SeqCst) {
                return;
            }
            if ASKING.load(Ordering::SeqCst) {
                std::thread::sleep(PATIENCE);
            }
            crate::progress::clear();
            #[cfg(unix)]
            give_back(before.as_ref());
            std::process::exit(130);
        };
        guarded = ctrlc::set_handler(end).map_err(io::Error::other);
    });
    guarded
}

/// Sets the terminal as it was `before`, with its cursor. Written past the standard library, which may hold its lock.
#[cfg(unix)]
fn give_back(before: Option<&rustix::termios::Termios>) {
    use rustix::termios::{OptionalActions, tcsetattr};
    let input = rustix::stdio::stdin();
    // Nobody is left to be told when it fails.
    if let Some(before) = before {
        let _ = tcsetattr(input, OptionalActions::Now, before);
    }
    let show_cursor: &[u8] = if super::dialog::is_plain() { b"\r\n" } else { b"\x1b[?25h\r\n" };
    let _ = rustix::io::write(rustix::stdio::stdout(), show_cursor);
}

/// Runs `ask`, which waits for a person.
pub fn while_asking<T>(ask: impl FnOnce() -> T) -> T {
    ASKING.store(true, Ordering::SeqCst);
    let answer = ask();
    ASKING.store(false, Ordering::SeqCst);
    answer
}

/// Runs `other`, which starts another program and waits for it, with Ctrl-C left to that program.
pub fn lend_terminal<T>(other: impl FnOnce() -> T) -> T {
    LENT.store(true, Ordering::SeqCst);
    let done = other();
    LENT.store(false, Ordering::SeqCst);
    done
}
