//! The names in folders: whether there is a configuration or a module is asked far more often than there is one.

use super::files::{FileKind, Files, Listed};
use super::lock::lock;
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// A folder with more entries is asked each time.
const MOST_ENTRIES: usize = 10_000;

/// Files whose folders are listed once, for the names that are not there.
pub(super) struct ListedFiles {
    under: Arc<dyn Files>,
    /// By folder: the names in it that are kept (see [`is_kept`]); none where they are not known.
    names: Mutex<HashMap<PathBuf, Option<HashSet<OsString>>>>,
}

impl ListedFiles {
    pub(super) fn new(under: Arc<dyn Files>) -> Self {
        Self { under, names: Mutex::default() }
    }

    /// Lists the folders again: something has come or gone.
    pub(super) fn forget(&self) {
        lock(&self.names).clear();
    }

    /// Whether nothing is at `path`, as the list of its folder or of the folder above says.
    fn is_missing(&self, path: &Path) -> bool {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
        if !path.is_absolute() || !is_kept(name) {
            return false;
        }
        let lacks = |listed: &Option<HashSet<OsString>>, name: &OsStr| {
            listed.as_ref().is_some_and(|listed| is_kept(name) && !listed.contains(name))
        };
        let mut names = lock(&self.names);
        if let Some(listed) = names.get(folder) {
            return lacks(listed, name);
        }
        let above = folder.parent().and_then(|above| names.get(above)).zip(folder.file_name());
        if above.is_some_and(|(above, folder)| lacks(above, folder)) {
            return true;
        }
        let listed = self.list_of(folder);
        let is_missing = lacks(&listed, name);
        names.insert(folder.to_path_buf(), listed);
        is_missing
    }

    fn list_of(&self, folder: &Path) -> Option<HashSet<OsString>> {
        match self.under.list(folder, MOST_ENTRIES + 1) {
            Ok(entries) if entries.len() <= MOST_ENTRIES => {
                Some(entries.into_iter().map(|entry| entry.name).filter(|name| is_kept(name)).collect())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(HashSet::new()),
            _ => None,
        }
    }
}

/// Whether a name is one that is asked for: a module, a folder, a configuration, the sign of a repository. Not one that a file system
/// may spell in two ways.
fn is_kept(name: &OsStr) -> bool {
    let extension = Path::new(name).extension();
    name.is_ascii()
        && extension.is_none_or(|extension| ["py", "toml", "cfg", "ini"].iter().any(|kept| extension == *kept))
}

impl Files for ListedFiles {
    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.is_missing(path) { Err(io::ErrorKind::NotFound.into()) } else { self.under.kind(path) }
    }

    fn own_kind(&self, path: &Path) -> io::Result<FileKind> {
        self.under.own_kind(path)
    }

    fn read_start(&self, path: &Path, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.under.read_start(path, most, buffer)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<Listed>> {
        self.under.list(path, most)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.under.canonical(path)
    }

    fn current(&self) -> io::Result<PathBuf> {
        self.under.current()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::workspace::Disk;
    use std::fs;

    #[test]
    fn what_is_not_listed_is_not_there_until_the_lists_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("package");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("here.py"), "").unwrap();
        fs::write(inner.join("data.json"), "").unwrap();
        let files = ListedFiles::new(Arc::new(Disk));
        let are_there =
            |names: &[&str]| names.iter().map(|name| files.exists(&folder.path().join(name))).collect::<Vec<_>>();
        let names = ["package", "package/here.py", "package/data.json", "package/gone.py", "other/a.py", "\u{e9}.py"];
        assert_eq!(are_there(&names), [true, true, true, false, false, false]);

        for name in ["package/gone.py", "\u{e9}.py"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("other")).unwrap();
        fs::write(folder.path().join("other/a.py"), "").unwrap();
        assert_eq!(are_there(&names), [true, true, true, false, false, true]);
        files.forget();
        assert_eq!(are_there(&names), [true; 6]);
        fs::remove_file(inner.join("here.py")).unwrap();
        assert!(!files.is_file(&inner.join("here.py")));
    }
}
