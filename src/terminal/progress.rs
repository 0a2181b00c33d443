//! The progress bar of a long run: on standard error, if that is a terminal with a movable cursor.
//!
//! The bar appears after a second, so that a short run never shows it, and disappears when the run ends for any reason.
//! Code that writes to a terminal does so in [`suspended`]: the bar is removed, the lines are written, and the bar is
//! drawn below them.

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run takes before the bar appears.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the bar is redrawn.
const PERIOD: Duration = Duration::from_millis(100);

/// The visible bar: there is only one standard error.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A run whose progress is shown until this is dropped.
pub struct Progress {
    /// Dropped to end the thread.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Watches `done` grow to `total` of `things`, in the plural. Shows nothing if standard error is not a suitable terminal.
    pub fn watch(total: usize, things: &'static str, done: &Arc<AtomicUsize>) -> Self {
        let terminal = Term::stderr();
        if !terminal.is_term() || console::is_dumb() {
            return Self { stop: None, thread: None };
        }
        let (stop, stopped) = mpsc::channel();
        let done = Arc::clone(done);
        let thread = std::thread::Builder::new().spawn(move || {
            if stopped.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            // Otherwise, Ctrl-C would leave the bar on the screen.
            drop(super::interrupt::guard_terminal());
            show(total, things, &done);
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                if let Some(bar) = &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
                    bar.set_position(position(&done));
                }
            }
            clear();
        });
        Self { stop: Some(stop), thread: thread.ok() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// Runs `write`, which writes to a terminal, while the bar is hidden.
pub fn suspended<T>(write: impl FnOnce() -> T) -> T {
    match &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Removes the bar for good when the program ends. Waits for a thread that is writing, but not for ever: its terminal
/// may be stopped.
pub fn clear() {
    for _ in 0..20 {
        let mut shown = match SHOWN.try_lock() {
            Ok(shown) => shown,
            Err(TryLockError::Poisoned(shown)) => shown.into_inner(),
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(Duration::from_millis(10));
                continue;
            }
        };
        if let Some(bar) = shown.take() {
            bar.finish_and_clear();
        }
        return;
    }
}

fn show(total: usize, things: &str, done: &AtomicUsize) {
    let target = ProgressDrawTarget::term(Term::stderr(), 10);
    let bar = ProgressBar::with_draw_target(Some(u64::try_from(total).unwrap_or(u64::MAX)), target);
    if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:24}} {{human_pos}} of {{human_len}} {things}")) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_position(position(done));
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
}

fn position(done: &AtomicUsize) -> u64 {
    u64::try_from(done.load(Ordering::Relaxed)).unwrap_or(u64::MAX)
}
