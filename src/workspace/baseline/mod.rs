//! The baseline: findings that a project has taken note of, and that are not reported, fixed or counted.
//!
//! It is a file at the project's root, made and kept by `tightwire baseline`, and read by every command that looks for
//! findings. An entry is a fingerprint ([`crate::engine::fingerprint`]); what stands beside it is for the reader. The file is
//! sorted TOML with one line for each finding: two branches that add findings merge unless they add at the same place,
//! and there the lines of both sides, in any order, are the right answer (`merge=union` in `.gitattributes` gives it).
//!
//! What cannot be read silences nothing: half a baseline would hide findings or bring back others, and nobody could tell.

mod file;

use crate::engine::fingerprint::Fingerprint;
use crate::problem::Problem;
use crate::text::ProjectPath;
use crate::text::display_path;
use crate::workspace::files::{Disk, FileKind, Files};
use crate::workspace::options::BaselineChoice;
use crate::workspace::shown;
#[cfg(feature = "cli")]
use crate::write;
#[cfg(feature = "cli")]
use crate::write::WriteError;
pub use file::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What a baseline is called where no other name is given.
pub const FILE_NAME: &str = "tightwire-baseline.toml";

/// Far more than the findings of the largest repository.
const MOST_BYTES: u64 = 64 << 20;

/// One baseline: its file, and what it holds.
#[derive(Debug, Clone)]
pub struct Baseline {
    path: PathBuf,
    /// By digest.
    entries: BTreeMap<String, Entry>,
    /// The file's contents when it was read; none where there was no file.
    disk: Option<Vec<u8>>,
}

/// What an update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Entries that were not there before.
    pub added: usize,
    /// Entries that are no longer there.
    pub dropped: usize,
}

impl Baseline {
    /// Reads the baseline at `path`.
    ///
    /// # Errors
    /// When there is no such file, or it is no baseline.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        Self::load_from(&Disk, path)
    }

    /// The same in `files`.
    ///
    /// # Errors
    /// As [`Baseline::load`].
    pub fn load_from(files: &dyn Files, path: &Path) -> Result<Self, Problem> {
        let disk = read(files, path).map_err(|error| {
            let help = "check its name and permissions, or make one with `tightwire baseline create`";
            Problem::new(format!("the baseline cannot be read: {error}"), help).in_file(shown(path))
        })?;
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in file::parse(path, &disk)? {
            // Twice after a merge: whichever side gave the reason.
            let known = entries.remove(&entry.fingerprint).and_then(|known| known.reason);
            entries.insert(entry.fingerprint.clone(), Entry { reason: entry.reason.or(known), ..entry });
        }
        Ok(Self { path: path.to_path_buf(), entries, disk: Some(disk) })
    }

    /// Reads the baseline at `path`; an empty one where there is no such file yet.
    ///
    /// # Errors
    /// When there is something else than a baseline.
    pub fn load_or_new(path: &Path) -> Result<Self, Problem> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self { path: path.to_path_buf(), entries: BTreeMap::new(), disk: None })
            }
            _ => Self::load(path),
        }
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was read from a file, and not begun.
    pub fn is_on_disk(&self) -> bool {
        self.disk.is_some()
    }

    /// The entries, by digest.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values()
    }

    /// Whether the finding with this digest is in it.
    pub fn contains(&self, digest: &str) -> bool {
        self.entries.contains_key(digest)
    }

    /// The digests of all its entries.
    pub fn digests(&self) -> HashSet<String> {
        self.entries.keys().cloned().collect()
    }

    /// Adds a finding of `rule` in the file at `place`. Whether it is new; one that is there keeps its reason, unless another is
    /// given.
    pub fn add(&mut self, rule: &str, place: &ProjectPath, fingerprint: &Fingerprint, reason: Option<&str>) -> bool {
        let path = self.path_of(&place.absolute());
        let entry = Entry::new(rule, path, fingerprint, reason);
        match self.entries.get_mut(&fingerprint.digest) {
            Some(known) => {
                known.reason = entry.reason.or(known.reason.take());
                false
            }
            None => {
                self.entries.insert(fingerprint.digest.clone(), entry);
                true
            }
        }
    }

    /// Drops the entries of which `is_gone` is true, and returns how many those were. It gets the entry and the absolute path of
    /// its file.
    pub fn drop_gone(&mut self, is_gone: impl Fn(&Entry, &Path) -> bool) -> usize {
        let before = self.entries.len();
        let folder = self.folder();
        self.entries.retain(|_, entry| !is_gone(entry, &normal(&folder.join(&entry.path))));
        before - self.entries.len()
    }

    /// What its file is to hold.
    pub fn contents(&self) -> String {
        file::render(self.entries.values())
    }

    /// Writes the file, if it would change: whole or not at all, and only if it still is what was read.
    ///
    /// # Errors
    /// When it cannot be written.
    #[cfg(feature = "cli")]
    pub fn save(&mut self) -> Result<(), Problem> {
        self.save_by(|path, disk, contents| match disk {
            Some(disk) => write::replace(path, disk, contents),
            None => write::create_after(path, contents, || ()),
        })
    }

    /// The same by `write`, which gets the path, what the file is to hold still (none where it is not there) and what it is to hold then.
    ///
    /// # Errors
    /// When `write` fails.
    #[cfg(feature = "cli")]
    pub fn save_by(
        &mut self,
        write: impl FnOnce(&Path, Option<&[u8]>, &[u8]) -> Result<(), WriteError>,
    ) -> Result<(), Problem> {
        let contents = self.contents().into_bytes();
        if self.disk.as_ref() != Some(&contents) {
            write(&self.path, self.disk.as_deref(), &contents).map_err(|error| {
                let help = match error {
                    WriteError::Changed => error.help(),
                    _ => "see that it is a regular file that can be written, with space for it, or name another with `--baseline`",
                };
                Problem::new(format!("the baseline was {error}"), help).in_file(shown(&self.path))
            })?;
        }
        self.disk = Some(contents);
        Ok(())
    }

    /// The path of `file` as an entry has it: from the baseline's folder, with `/`.
    fn path_of(&self, file: &Path) -> String {
        let folder = self.folder();
        let shared = folder.components().zip(file.components()).take_while(|(ours, its)| ours == its).count();
        let up = folder.components().skip(shared).map(|_| Component::ParentDir);
        let relative: PathBuf = up.chain(file.components().skip(shared)).collect();
        display_path(&relative)
    }

    /// Its folder, absolute and without links, as the paths of scanned files are.
    fn folder(&self) -> PathBuf {
        let folder = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::canonicalize(folder).or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_path_buf())
    }
}

/// Finds the baseline that holds for a file, and reads each once.
pub struct Baselines {
    files: Arc<dyn Files>,
    choice: BaselineChoice,
    /// The nearest baseline's file, by folder.
    nearest: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    loaded: Mutex<HashMap<PathBuf, Loaded>>,
}

type Loaded = Result<Arc<HashSet<String>>, Problem>;

impl Baselines {
    /// Those that `choice` means, in `files`.
    pub fn new(files: Arc<dyn Files>, choice: BaselineChoice) -> Self {
        Self { files, choice, nearest: Mutex::default(), loaded: Mutex::default() }
    }

    /// The baseline's file for files in `folder` (absolute, without links), if there is one. It is looked for up to the
    /// root of the repository; without one, in all folders above.
    pub fn file_for(&self, folder: &Path, repository: Option<&Path>) -> Option<PathBuf> {
        match &self.choice {
            BaselineChoice::Off => return None,
            BaselineChoice::Named(path) => return Some(path.clone()),
            BaselineChoice::Nearest => {}
        }
        if let Some(known) = lock(&self.nearest).get(folder) {
            return known.clone();
        }
        let path = folder.join(FILE_NAME);
        // What is there but no file (a folder, a link that leads nowhere) is for the reading to refuse.
        let found = if self.files.own_kind(&path).is_ok() {
            Some(path)
        } else if repository == Some(folder) {
            None
        } else {
            folder.parent().and_then(|parent| self.file_for(parent, repository))
        };
        lock(&self.nearest).insert(folder.to_path_buf(), found.clone());
        found
    }

    /// Forgets which baselines there are, and what was read.
    pub fn forget(&self) {
        lock(&self.nearest).clear();
        lock(&self.loaded).clear();
    }

    /// The digests in the baseline at `path`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn digests(&self, path: &Path) -> Result<Arc<HashSet<String>>, Problem> {
        let load = || Baseline::load_from(&*self.files, path).map(|baseline| Arc::new(baseline.digests()));
        lock(&self.loaded).entry(path.to_path_buf()).or_insert_with(load).clone()
    }
}

fn read(files: &dyn Files, path: &Path) -> io::Result<Vec<u8>> {
    if files.kind(path)? != FileKind::File {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut disk = Vec::new();
    files.read(path, MOST_BYTES, &mut disk)?;
    Ok(disk)
}

/// `path` without `.` and `..`, by its text alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(part),
        }
    }
    normal
}

/// A thread that panicked left whole maps behind: entries are only ever added.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
