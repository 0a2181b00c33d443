//! The progress bar of a long run: on standard error, and only while it is a terminal that has a cursor to move.
//!
//! It comes after a second, so a short run never shows one, and goes when the run ends, whatever ends it. Whoever writes to a
//! terminal does so in [`suspended`]: the bar is taken away, the lines are written, and the bar stands below them.

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run is not worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it is drawn.
const PERIOD: Duration = Duration::from_millis(100);

/// The one that is shown: there is one standard error.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A run whose progress is watched until this is dropped.
pub struct Progress {
    /// Dropped to end the thread.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Watches `done` go up to `total` files. Nothing is shown where standard error is no terminal to draw on.
    pub fn watch(total: usize, done: &Arc<AtomicUsize>) -> Self {
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
            // Without this, Ctrl-C would leave the bar behind.
            drop(super::interrupt::guard_terminal());
            show(total, &done);
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

/// Does `write`, which writes to a terminal, with the bar out of the way.
pub fn suspended<T>(write: impl FnOnce() -> T) -> T {
    match &*SHOWN.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Takes the bar away for good: the program ends. Whoever holds it is waited for, but not for ever: it may be writing to a
/// terminal that is stopped.
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

fn show(total: usize, done: &AtomicUsize) {
    let target = ProgressDrawTarget::term(Term::stderr(), 10);
    let bar = ProgressBar::with_draw_target(Some(u64::try_from(total).unwrap_or(u64::MAX)), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {human_pos} of {human_len} files") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_position(position(done));
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
}

fn position(done: &AtomicUsize) -> u64 {
    u64::try_from(done.load(Ordering::Relaxed)).unwrap_or(u64::MAX)
}
