//! The terminal while a person is asked, and given back however the program ends.
//!
//! Between two questions a terminal would show what is typed ahead, and keep it until a line ends: for the time of a review it does
//! neither ([`Keys`]). A prompt also hides the cursor while it waits. A signal then would end the program and leave the user with
//! such a terminal, so the signals are caught: the terminal becomes what it was, and the program ends as it would have. Nothing can be
//! half written by that: files are replaced by a rename, and answers are lines of a journal.

use std::io;
use std::sync::Once;
#[cfg(unix)]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Set while another program (an editor, a pager) has the terminal: Ctrl-C is for it.
static LENT: AtomicBool = AtomicBool::new(false);

/// Set while a question is asked: what asks it learns of the signal too, and ends by itself.
static ASKING: AtomicBool = AtomicBool::new(false);

/// Set while the terminal gives keys and not lines.
static GIVES_KEYS: AtomicBool = AtomicBool::new(false);

/// So long a question that was interrupted may take to end by itself, and say what is kept.
const PATIENCE: Duration = Duration::from_millis(500);

/// The settings that the terminal had at first.
#[cfg(unix)]
static BEFORE: OnceLock<Option<rustix::termios::Termios>> = OnceLock::new();

/// Makes Ctrl-C, being asked to end, and a panic give the terminal back first. Does nothing the second time.
///
/// # Errors
/// When the system refuses; the program then ends as any other does.
pub fn guard_terminal() -> io::Result<()> {
    static GUARDED: Once = Once::new();
    let mut guarded = Ok(());
    GUARDED.call_once(|| {
        #[cfg(unix)]
        {
            BEFORE.get_or_init(|| rustix::termios::tcgetattr(rustix::stdio::stdin()).ok());
            let told = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                give_back();
                told(panic);
            }));
        }
        let end = || {
            if LENT.load(Ordering::SeqCst) {
                return;
            }
            if ASKING.load(Ordering::SeqCst) {
                std::thread::sleep(PATIENCE);
            }
            super::progress::clear();
            #[cfg(unix)]
            give_back();
            std::process::exit(130);
        };
        guarded = ctrlc::set_handler(end).map_err(io::Error::other);
    });
    guarded
}

/// Sets the terminal as it was at first, with its cursor. Written past the standard library, which may hold its lock.
#[cfg(unix)]
fn give_back() {
    gives_keys(false);
    let show_cursor: &[u8] = if super::dialog::is_plain() { b"\r\n" } else { b"\x1b[?25h\r\n" };
    // Nobody is left to be told when it fails.
    let _ = rustix::io::write(rustix::stdio::stdout(), show_cursor);
}

/// Has the terminal give each key as it is pressed, and show none, or be as it was at first.
fn gives_keys(wanted: bool) {
    #[cfg(unix)]
    if let Some(Some(before)) = BEFORE.get() {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcsetattr};
        let mut settings = before.clone();
        if wanted {
            settings.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            settings.special_codes[SpecialCodeIndex::VMIN] = 1;
            settings.special_codes[SpecialCodeIndex::VTIME] = 0;
        }
        // A terminal that is gone needs no settings.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &settings);
    }
    GIVES_KEYS.store(wanted, Ordering::SeqCst);
}

/// The time in which the terminal gives keys and not lines; over when this is dropped.
#[derive(Debug)]
pub struct Keys(());

impl Keys {
    /// From now on; after [`guard_terminal`].
    pub fn wanted() -> Self {
        gives_keys(true);
        Self(())
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        gives_keys(false);
    }
}

/// Runs `ask`, which waits for a person.
pub fn while_asking<T>(ask: impl FnOnce() -> T) -> T {
    ASKING.store(true, Ordering::SeqCst);
    let answer = ask();
    ASKING.store(false, Ordering::SeqCst);
    answer
}

/// Stops the program and whatever was started with it, as Ctrl-Z does; returns when it goes on. A terminal that gives keys gives
/// this one too.
pub fn suspend() {
    #[cfg(unix)]
    as_at_first(|| {
        use rustix::process::{Signal, kill_current_process_group};
        // Who cannot be stopped goes on.
        let _ = kill_current_process_group(Signal::TSTP);
    });
}

/// Runs `other`, which starts another program and waits for it, with the terminal as it was at first, and Ctrl-C left to that
/// program.
pub fn lend_terminal<T>(other: impl FnOnce() -> T) -> T {
    LENT.store(true, Ordering::SeqCst);
    let done = as_at_first(other);
    LENT.store(false, Ordering::SeqCst);
    done
}

/// Runs `other` with the terminal as it was at first: it gives lines.
pub fn as_at_first<T>(other: impl FnOnce() -> T) -> T {
    let gave_keys = GIVES_KEYS.load(Ordering::SeqCst);
    if gave_keys {
        gives_keys(false);
    }
    let done = other();
    if gave_keys {
        gives_keys(true);
    }
    done
}
