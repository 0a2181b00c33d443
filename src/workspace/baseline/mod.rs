//! The baseline: known findings of a project that are not reported, fixed or counted.
//!
//! It is a file at the project's root, made and kept by `tightwire baseline`, and read by every command that looks for
//! findings. An entry is a fingerprint ([`crate::engine::fingerprint`]); what stands beside it is for the reader. The file is
//! sorted TOML with one line for each finding: two branches that add findings merge unless they add at the same place,
//! and there the lines of both sides, in any order, are the right answer (`merge=union` in `.gitattributes` gives it).
//!
//! A baseline that cannot be read suppresses nothing: half a baseline would hide some findings and bring back others,
//! and nobody would notice.

mod file;

use crate::engine::fingerprint::Fingerprint;
use crate::problem::Problem;
use crate::text::ProjectPath;
use crate::text::display_path;
use crate::workspace::files::{Disk, FileKind, Files};
use crate::workspace::lock::lock;
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
use std::sync::{Arc, Mutex};

/// The baseline's file name, unless another is given.
pub const FILE_NAME: &str = "tightwire-baseline.toml";

/// Much more than the findings of the largest repository need.
const MOST_BYTES: u64 = 64 << 20;

/// One baseline: its file and its entries.
#[derive(Debug, Clone)]
pub struct Baseline {
    path: PathBuf,
    /// By digest.
    entries: BTreeMap<String, Entry>,
    /// The file's contents when it was read; `None` if there was no file.
    disk: Option<Vec<u8>>,
}

/// What an update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Number of new entries.
    pub added: usize,
    /// Number of removed entries.
    pub dropped: usize,
}

impl Baseline {
    /// Reads the baseline at `path`.
    ///
    /// # Errors
    /// If there is no such file, or it is not a baseline.
    pub fn load(path: &Path) -> Result<Self, Problem> {
        Self::load_from(&Disk, path)
    }

    /// The same in `files`.
    ///
    /// # Errors
    /// As [`Baseline::load`].
    pub fn load_from(files: &dyn Files, path: &Path) -> Result<Self, Problem> {
        let disk = read(files, path).map_err(|error| {
            let help = "check its name and permissions, or create one with `tightwire baseline create`";
            Problem::new(format!("the baseline cannot be read: {error}"), help).in_file(shown(path))
        })?;
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for entry in file::parse(path, &disk)? {
            // A merge can leave an entry twice: keep the one with a reason.
            let known = entries.remove(&entry.fingerprint).and_then(|known| known.reason);
            entries.insert(entry.fingerprint.clone(), Entry { reason: entry.reason.or(known), ..entry });
        }
        Ok(Self { path: path.to_path_buf(), entries, disk: Some(disk) })
    }

    /// Reads the baseline at `path`, or returns an empty one if there is no such file yet.
    ///
    /// # Errors
    /// If the file is not a baseline.
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

    /// Whether it was read from a file, as opposed to newly created.
    pub fn is_on_disk(&self) -> bool {
        self.disk.is_some()
    }

    /// The entries, by digest.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values()
    }

    /// Whether the baseline contains the finding with this digest.
    pub fn contains(&self, digest: &str) -> bool {
        self.entries.contains_key(digest)
    }

    /// The digests of all its entries.
    pub fn digests(&self) -> HashSet<String> {
        self.entries.keys().cloned().collect()
    }

    /// Adds a finding of `rule` in the file at `place`, and returns whether it is new. An existing entry keeps its
    /// reason, unless another one is given.
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

    /// Removes the entries for which `is_gone` returns true, and returns their number. `is_gone` gets the entry and the
    /// absolute path of its file.
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

    /// Writes the file if its contents would change: whole or not at all, and only if it still is as it was read.
    ///
    /// # Errors
    /// If it cannot be written.
    #[cfg(feature = "cli")]
    pub fn save(&mut self) -> Result<(), Problem> {
        self.save_by(|path, disk, contents| match disk {
            Some(disk) => write::replace(path, disk, contents),
            None => write::create_after(path, contents, || ()),
        })
    }

    /// As `Baseline::save`, through `write`, which gets the path, the expected current contents (`None` if there is no
    /// file) and the new contents.
    ///
    /// # Errors
    /// If `write` fails.
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
                    _ => "check that it is a writable regular file and that the disk has space, or name another file with `--baseline`",
                };
                Problem::new(format!("the baseline was {error}"), help).in_file(shown(&self.path))
            })?;
        }
        self.disk = Some(contents);
        Ok(())
    }

    /// The path of `file` as entries store it: relative to the baseline's folder, with `/`.
    fn path_of(&self, file: &Path) -> String {
        let folder = self.folder();
        let shared = folder.components().zip(file.components()).take_while(|(ours, its)| ours == its).count();
        let up = folder.components().skip(shared).map(|_| Component::ParentDir);
        let relative: PathBuf = up.chain(file.components().skip(shared)).collect();
        display_path(&relative)
    }

    /// The baseline's folder, absolute and without links, like the paths of scanned files.
    fn folder(&self) -> PathBuf {
        let folder = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::canonicalize(folder).or_else(|_| std::path::absolute(folder)).unwrap_or_else(|_| folder.to_path_buf())
    }
}

/// Finds the baseline that applies to a file, and reads each baseline once.
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

    /// The baseline's file for files in `folder` (absolute, without links), if there is one. The search ends at the
    /// root of the repository; without a repository, it covers all folders above.
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
        // If the path exists but is not a file (a folder, a broken link), reading it reports the error.
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
    /// If it cannot be read.
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

/// `path` without `.` and `..`, computed from the text alone.
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

#[cfg(test)]
mod tests;
