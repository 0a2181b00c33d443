//! A run over many files: they are found, all searched, and then looked at in parallel, with their reports in path order.

use super::Workspace;
use super::candidate::Candidate;
use super::changed;
use super::options::Notice;
use super::parallel;
use super::walk;
use super::walk::{Walk, WalkOptions, WalkedFile};
use crate::problem::Problem;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

impl Workspace {
    /// Finds the files that `paths` name, or that are in folders that they name, and restricts them to what the options ask for.
    ///
    /// # Errors
    /// When a glob of the options can never match, or git cannot answer. A path that cannot be read is in [`Walk::errors`].
    pub fn find(&self, paths: &[PathBuf], mut on_notice: impl FnMut(Notice)) -> Result<Walk, Problem> {
        let options = WalkOptions { exclude: self.options.exclude.clone(), threads: self.options.threads };
        let mut walked = walk::walk(paths, &options)
            .map_err(|bad| Problem::new(format!("--exclude cannot be used: {}", bad.message), bad.help))?;
        walked.empty.iter().for_each(|folder| on_notice(Notice::NoPython(folder.clone())));
        if self.options.exclude.is_empty() {
            self.modules.walked(walked.files.clone());
        }
        if let Some(changes) = &self.options.changes {
            let passes_over =
                |root: &_, path: &_| walk::passes_over(root, path, &options) || self.leaves_out(path).unwrap_or(false);
            changed::restrict(&mut walked, paths, changes, passes_over, &mut on_notice)?;
        }
        Ok(walked)
    }

    /// How many files are worked on at once.
    pub fn workers(&self) -> usize {
        parallel::worker_count(self.options.threads)
    }

    /// Has `work` look at each of `files` that can hold a finding, or cannot be looked at, on one of [`Workspace::workers`] threads, and
    /// `consume` take what it says, in the order of `files`. `done` goes up by one for each file.
    ///
    /// All files are searched before the first is looked at: then what they import is known, and who takes a name from whom.
    ///
    /// # Errors
    /// The first error of `consume`.
    pub fn for_each<T: Send>(
        &self,
        files: &[WalkedFile],
        done: &AtomicUsize,
        work: impl Fn(&WalkedFile, Result<Candidate<'_>, Problem>) -> T + Sync,
        consume: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut candidates = Vec::new();
        let search = |file: &WalkedFile, buffer: &mut Vec<u8>| {
            let is_candidate = self.search(file, buffer);
            if !is_candidate {
                done.fetch_add(1, Ordering::Relaxed);
            }
            is_candidate.then(|| file.clone())
        };
        parallel::for_each(files, self.workers(), search, |file| {
            candidates.push(file);
            Ok(())
        })?;
        let look = |file: &WalkedFile, buffer: &mut Vec<u8>| {
            done.fetch_add(1, Ordering::Relaxed);
            let found = self.read(&file.path, buffer).and_then(|()| self.look(file, &file.path, buffer));
            found.transpose().map(|found| work(file, found))
        };
        parallel::for_each(&candidates, self.workers(), look, consume)
    }

    /// Whether `file` needs a visit: it may contain a finding, or cannot be read.
    fn search(&self, file: &WalkedFile, buffer: &mut Vec<u8>) -> bool {
        let folder = self.folder(file);
        // Before reading: an excluded file may be huge, or unreadable.
        match (folder.leaves_out(file), self.engine_of(&folder)) {
            (Ok(true), _) => false,
            (Ok(false), Ok(engine)) => self.read(&file.path, buffer).map_or(true, |()| {
                let is_candidate = engine.is_candidate(buffer);
                self.modules.searched(&folder.absolute(file), buffer, is_candidate);
                is_candidate
            }),
            (Err(_), _) | (_, Err(_)) => true,
        }
    }
}
