//! The terminal given back, however the program ends.
//!
//! A prompt hides the cursor and switches off the echo while it waits. A signal then would end the program and leave the
//! user with such a terminal, so the signals are caught: the terminal becomes what it was, and the program ends as it
//! would have. Nothing can be half written by that: files are replaced by a rename, and answers are lines of a journal.

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set while another program (an editor, a pager) has the terminal: Ctrl-C is for it.
static LENT: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C, and being asked to end, give the terminal back first. Does nothing the second time.
///
/// # Errors
/// When the system refuses; the program then ends as any other does.
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
            crate::progress::clear();
            #[cfg(unix)]
            if let Some(before) = &before {
                let _ =
                    rustix::termios::tcsetattr(rustix::stdio::stdin(), rustix::termios::OptionalActions::Now, before);
            }
            for terminal in [console::Term::stdout(), console::Term::stderr()] {
                if terminal.is_term() && !super::dialog::is_plain(&terminal) {
                    drop(terminal.show_cursor());
                }
            }
            std::process::exit(130);
        };
        guarded = ctrlc::set_handler(end).map_err(io::Error::other);
    });
    guarded
}

/// Runs `other`, which starts another program and waits for it, with Ctrl-C left to that program.
pub fn lend_terminal<T>(other: impl FnOnce() -> T) -> T {
    LENT.store(true, Ordering::SeqCst);
    let done = other();
    LENT.store(false, Ordering::SeqCst);
    done
}
