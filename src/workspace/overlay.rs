//! Unsaved texts over other files: what an editor has open counts in place of what is on the disk.

use super::files::{FileKind, Files, Listed, resolved};
use crate::text::DecodeError;
use crate::text::source::on_disk;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Files with unsaved contents over other ones. A workspace that has read a file must be told that its contents changed
/// ([`Workspace::changed`](super::Workspace::changed)).
pub struct Overlay {
    under: Arc<dyn Files>,
    /// By absolute paths, their folders without links.
    contents: RwLock<HashMap<PathBuf, Arc<[u8]>>>,
}

impl Overlay {
    /// Nothing over `under` yet.
    pub fn over(under: Arc<dyn Files>) -> Self {
        Self { under, contents: RwLock::default() }
    }

    /// Has the file at `path` hold `bytes`. Neither it nor its folder need exist.
    pub fn set(&self, path: &Path, bytes: impl Into<Arc<[u8]>>) {
        let key = self.key(path);
        self.contents.write().unwrap_or_else(PoisonError::into_inner).insert(key, bytes.into());
    }

    /// Has the file at `path` hold `text`, a Python source text, as it will be saved; see [`on_disk`].
    ///
    /// # Errors
    /// When it cannot be saved in the encoding that it names. The file keeps what it held.
    pub fn set_source(&self, path: &Path, text: &str) -> Result<(), DecodeError> {
        self.set(path, on_disk(text)?);
        Ok(())
    }

    /// Has the file at `path` be what is underneath again.
    pub fn remove(&self, path: &Path) {
        let key = self.key(path);
        self.contents.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    fn key(&self, path: &Path) -> PathBuf {
        let folder = resolved(&*self.under, path.parent().unwrap_or(Path::new("")));
        folder.join(path.file_name().unwrap_or_default())
    }

    /// What the file at `path` holds, where that is not what is underneath.
    fn get(&self, path: &Path) -> Option<Arc<[u8]>> {
        let contents = self.contents.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = contents.get(path) {
            return Some(Arc::clone(found));
        }
        // Links are only looked into for a name that some file here has.
        let has_name = contents.keys().any(|known| known.file_name() == path.file_name());
        if has_name { contents.get(&self.key(path)).cloned() } else { None }
    }

    /// The first names below `folder` of the paths here, and whether each is a file.
    fn names_in(&self, folder: &Path) -> HashMap<Box<OsStr>, bool> {
        let contents = self.contents.read().unwrap_or_else(PoisonError::into_inner);
        if contents.is_empty() {
            return HashMap::new();
        }
        let folder = resolved(&*self.under, folder);
        let below = contents.keys().filter_map(|path| path.strip_prefix(&folder).ok());
        let name = |below: &Path| Some((below.iter().next()?.into(), below.iter().nth(1).is_none()));
        below.filter_map(name).collect()
    }
}

impl Files for Overlay {
    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.get(path).is_some() {
            return Ok(FileKind::File);
        }
        self.under.kind(path).or_else(|error| self.folder_or(path, error))
    }

    fn own_kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.get(path).is_some() {
            return Ok(FileKind::File);
        }
        self.under.own_kind(path).or_else(|error| self.folder_or(path, error))
    }

    fn read_start(&self, path: &Path, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        let Some(bytes) = self.get(path) else { return self.under.read_start(path, most, buffer) };
        buffer.clear();
        buffer.extend(bytes.iter().take(usize::try_from(most).unwrap_or(usize::MAX)));
        Ok(())
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<Listed>> {
        let mut names = self.names_in(path);
        let mut listed = match self.under.list(path, most) {
            Ok(listed) => listed,
            Err(error) if names.is_empty() => return Err(error),
            Err(_) => Vec::new(),
        };
        names.retain(|name, _| !listed.iter().any(|entry| *entry.name == **name));
        let new = names.into_iter().map(|(name, is_file)| {
            let kind = if is_file { FileKind::File } else { FileKind::Folder };
            Listed { name: name.into(), kind: Some(kind) }
        });
        listed.extend(new);
        listed.truncate(most);
        Ok(listed)
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.under.canonical(path).or_else(|error| match self.kind(path) {
            Ok(_) => Ok(resolved(&*self.under, path)),
            Err(_) => Err(error),
        })
    }

    fn current(&self) -> io::Result<PathBuf> {
        self.under.current()
    }
}

impl Overlay {
    /// A folder that is there only because of a file in it; else `error`.
    fn folder_or(&self, path: &Path, error: io::Error) -> io::Result<FileKind> {
        if self.names_in(path).is_empty() { Err(error) } else { Ok(FileKind::Folder) }
    }
}
