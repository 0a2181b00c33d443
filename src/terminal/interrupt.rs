//! The terminal during a review, and its restoration when the program ends for any reason.
//!
//! Between two questions, a terminal would echo what is typed and hold it back until the end of a line. During a review
//! it does neither ([`Keys`]). A prompt also hides the cursor. If a signal ended the program, the terminal would stay
//! like this, so signals are caught: the terminal is restored, and then the program ends as usual. No file can be half
//! written: files are replaced by a rename, and answers are lines of a journal.

use std::io;
use std::sync::Once;
#[cfg(unix)]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Set while another program (an editor, a pager) has the terminal: Ctrl-C is for that program.
static LENT: AtomicBool = AtomicBool::new(false);

/// Set while a question is asked: the prompt also notices the signal, and ends by itself.
static ASKING: AtomicBool = AtomicBool::new(false);

/// Set while the terminal delivers single keys.
static GIVES_KEYS: AtomicBool = AtomicBool::new(false);

/// Set while work is done that can stop with what it has.
static STOPS: AtomicBool = AtomicBool::new(false);

/// Set by the first signal during such work.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// How long an interrupted question may take to end by itself and report what is saved.
const PATIENCE: Duration = Duration::from_millis(500);

/// The original settings of the terminal.
#[cfg(unix)]
static BEFORE: OnceLock<Option<rustix::termios::Termios>> = OnceLock::new();

/// Restores the terminal at Ctrl-C, at a termination signal, and in a panic. A second call does nothing.
///
/// # Errors
/// If the system refuses; the program then ends like any other.
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
            if STOPS.load(Ordering::SeqCst) && !STOPPED.swap(true, Ordering::SeqCst) {
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

/// Restores the original terminal settings and the cursor. Bypasses the standard library, which may hold its lock.
#[cfg(unix)]
fn give_back() {
    gives_keys(false);
    let show_cursor: &[u8] = if super::dialog::is_plain() { b"\r\n" } else { b"\x1b[?25h\r\n" };
    // If this fails, there is nobody to report to.
    let _ = rustix::io::write(rustix::stdio::stdout(), show_cursor);
}

/// What a special code of a terminal is when it has no key (`_POSIX_VDISABLE` of the system).
#[cfg(unix)]
const NO_CODE: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xff };

/// Switches between single keys without echo and the original settings.
fn gives_keys(wanted: bool) {
    #[cfg(unix)]
    if let Some(Some(before)) = BEFORE.get() {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcsetattr};
        let mut settings = before.clone();
        if wanted {
            settings.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
            settings.special_codes[SpecialCodeIndex::VMIN] = 1;
            settings.special_codes[SpecialCodeIndex::VTIME] = 0;
            // Ctrl-\ is a key like others, also between a question and the wait for its answer.
            settings.special_codes[SpecialCodeIndex::VQUIT] = NO_CODE;
        }
        // A terminal that is gone needs no settings.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &settings);
    }
    GIVES_KEYS.store(wanted, Ordering::SeqCst);
}

/// While this exists, the terminal delivers single keys.
#[derive(Debug)]
pub struct Keys(());

impl Keys {
    /// Starts now; call [`guard_terminal`] first.
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

/// Runs `ask`, which waits for the user.
pub fn while_asking<T>(ask: impl FnOnce() -> T) -> T {
    ASKING.store(true, Ordering::SeqCst);
    let answer = ask();
    ASKING.store(false, Ordering::SeqCst);
    answer
}

/// Runs `work`, which stops soon when what it is given is set: the first Ctrl-C or termination signal does that, a second one ends the
/// program.
pub fn while_stoppable<T>(work: impl FnOnce(&AtomicBool) -> T) -> T {
    // Without the handler, the first one ends the program.
    drop(guard_terminal());
    STOPS.store(true, Ordering::SeqCst);
    let done = work(&STOPPED);
    STOPS.store(false, Ordering::SeqCst);
    done
}

/// Stops the program and its children, as Ctrl-Z does; returns when they continue. The review calls this for Ctrl-Z,
/// which a terminal with single keys delivers as a key.
pub fn suspend() {
    #[cfg(unix)]
    as_at_first(|| {
        use rustix::process::{Signal, kill_current_process_group};
        // If it cannot be stopped, continue.
        let _ = kill_current_process_group(Signal::TSTP);
    });
}

/// Runs `other`, which starts another program and waits for it, with the original terminal settings; Ctrl-C is for that
/// program.
pub fn lend_terminal<T>(other: impl FnOnce() -> T) -> T {
    LENT.store(true, Ordering::SeqCst);
    let done = as_at_first(other);
    LENT.store(false, Ordering::SeqCst);
    done
}

/// Runs `other` with the original terminal settings: the terminal delivers lines.
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
