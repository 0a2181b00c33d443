//! Processes many files in parallel and reports them in path order.
//!
//! Workers take batches of files in order. One consumer (the caller's thread) gets the reports in the same order, for
//! any number of workers. Only files with something to report are kept, and a worker stays within a window ahead of the
//! consumer. So memory depends on the number of findings, not on the number of files.

use super::walk::WalkedFile;
use crate::workspace::lock::lock;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

/// Number of files that a worker takes at once.
const BATCH: usize = 16;
/// How many batches the workers may be ahead of the consumer.
const WINDOW: usize = 256;
/// The size for a main thread: the parser is not recursive, but trees are deep.
const STACK_BYTES: usize = 8 << 20;

/// The number of workers for `--threads`.
pub fn worker_count(threads: usize) -> usize {
    if threads > 0 { threads.min(256) } else { std::thread::available_parallelism().map_or(1, usize::from) }
}

/// Calls `work` for each of `files` on `workers` threads, and `consume` for each result, in the order of `files`.
///
/// # Errors
/// The first error of `consume`; the workers then stop after their current file.
pub fn for_each<T: Send>(
    files: &[WalkedFile],
    workers: usize,
    work: impl Fn(&WalkedFile, &mut Vec<u8>) -> Option<T> + Sync,
    consume: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let batches: Vec<&[WalkedFile]> = files.chunks(BATCH).collect();
    let workers = workers.min(batches.len());
    if workers <= 1 {
        let mut buffer = Vec::new();
        return files.iter().filter_map(|file| work(file, &mut buffer)).try_for_each(consume);
    }
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let progress = Progress::default();
    let (sender, receiver) = mpsc::channel();
    let worker = |sender: mpsc::Sender<(usize, Vec<T>)>| {
        let mut buffer = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(index) else { return };
            progress.wait_until(index.saturating_sub(WINDOW));
            let mut reports = Vec::new();
            for file in *batch {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                reports.extend(work(file, &mut buffer));
            }
            if sender.send((index, reports)).is_err() {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        let worker = &worker;
        let start = |sender: mpsc::Sender<(usize, Vec<T>)>| {
            std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, move || worker(sender)).is_ok()
        };
        let started = (0..workers).filter(|_| start(sender.clone())).count();
        if started == 0 {
            // No thread could be started: do the work here; the reports wait in the channel.
            progress.reach(usize::MAX);
            worker(sender);
        } else {
            drop(sender);
        }
        let result = in_order(receiver, &progress, consume);
        stop.store(true, Ordering::Relaxed);
        progress.reach(usize::MAX);
        result
    })
}

/// Has `consume` take the reports of all batches in their order, whichever is done first.
fn in_order<T>(
    batches: mpsc::Receiver<(usize, Vec<T>)>,
    progress: &Progress,
    mut consume: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut waiting: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    let mut due = 0;
    for (index, reports) in batches {
        waiting.insert(index, reports);
        while let Some(reports) = waiting.remove(&due) {
            due += 1;
            progress.reach(due);
            reports.into_iter().try_for_each(&mut consume)?;
        }
    }
    Ok(())
}

/// How many batches have been consumed.
#[derive(Default)]
struct Progress {
    consumed: Mutex<usize>,
    advanced: Condvar,
}

impl Progress {
    fn wait_until(&self, wanted: usize) {
        let mut consumed = lock(&self.consumed);
        while *consumed < wanted {
            consumed = self.advanced.wait(consumed).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn reach(&self, count: usize) {
        *lock(&self.consumed) = count;
        self.advanced.notify_all();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::text::display_path;
    use std::path::PathBuf;

    fn files(count: usize) -> Vec<WalkedFile> {
        (0..count).map(|n| WalkedFile::below(PathBuf::from(format!("{n}")), PathBuf::from("."))).collect()
    }

    #[test]
    fn what_is_said_comes_in_order_for_every_number_of_workers() {
        let files = files(10_000);
        let say = |file: &WalkedFile, _: &mut Vec<u8>| {
            let name = display_path(&file.path);
            (!name.ends_with('3')).then_some(name)
        };
        let told = |workers| {
            let mut told = Vec::new();
            for_each(&files, workers, say, |report| {
                told.push(report);
                Ok(())
            })
            .unwrap();
            told
        };
        let once = told(1);
        assert_eq!(once.len(), 9_000);
        assert_eq!(told(2), once);
        assert_eq!(told(7), once);
    }

    #[test]
    fn an_error_of_the_consumer_stops_the_work() {
        let files = files(10_000);
        let say = |_: &WalkedFile, _: &mut Vec<u8>| Some(());
        let result = for_each(&files, 4, say, |_| Err(io::ErrorKind::BrokenPipe.into()));
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
