//! What a workspace reads from: the disk, or what an embedder lays over it (see [`Overlay`](super::Overlay)).
//!
//! Configurations, baselines, other modules, signs of containers and the files that are checked are read through [`Files`]. A walk and
//! git see the disk only.

use std::ffi::OsString;
use std::fs;
use std::fs::{File, FileType};
use std::io;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// Files and folders, by their paths. Relative paths start at the [current folder](Files::current).
///
/// Errors have the kinds that the standard library gives them: [`io::ErrorKind::NotFound`] where nothing has that name.
pub trait Files: Send + Sync {
    /// What is at `path`; of a link, what it leads to.
    ///
    /// # Errors
    /// When nothing is there, or it cannot be looked at; so with all of these.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// What is at `path` itself, be it a link that leads nowhere.
    ///
    /// # Errors
    /// As [`Files::kind`].
    fn own_kind(&self, path: &Path) -> io::Result<FileKind>;

    /// Reads the first `most` bytes of the file at `path` into `buffer`, replacing what is in it.
    ///
    /// # Errors
    /// As [`Files::kind`].
    fn read_start(&self, path: &Path, most: u64, buffer: &mut Vec<u8>) -> io::Result<()>;

    /// The first `most` entries of the folder at `path`, in any order.
    ///
    /// # Errors
    /// As [`Files::kind`].
    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<Listed>>;

    /// The absolute path, without links, of what is at `path`.
    ///
    /// # Errors
    /// As [`Files::kind`].
    fn canonical(&self, path: &Path) -> io::Result<PathBuf>;

    /// The folder at which relative paths start: absolute, without links.
    ///
    /// # Errors
    /// When there is none.
    fn current(&self) -> io::Result<PathBuf>;

    /// Reads the file at `path` into `buffer`, replacing what is in it.
    ///
    /// # Errors
    /// As [`Files::kind`]; when it has more than `most` bytes, of the kind [`io::ErrorKind::FileTooLarge`].
    fn read(&self, path: &Path, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        self.read_start(path, most.saturating_add(1), buffer)?;
        if buffer.len() as u64 > most { Err(too_large(most)) } else { Ok(()) }
    }

    /// Whether a file is at `path`, or a link to one.
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == FileKind::File)
    }

    /// Whether a folder is at `path`, or a link to one.
    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == FileKind::Folder)
    }

    /// Whether anything is at `path`, or a link to it.
    fn exists(&self, path: &Path) -> bool {
        self.kind(path).is_ok()
    }
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A pipe, a device, a socket.
    Other,
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: OsString,
    /// What it is itself; none where that cannot be told.
    pub kind: Option<FileKind>,
}

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        fs::metadata(path).map(|metadata| FileKind::of(metadata.file_type()))
    }

    fn own_kind(&self, path: &Path) -> io::Result<FileKind> {
        fs::symlink_metadata(path).map(|metadata| FileKind::of(metadata.file_type()))
    }

    fn read_start(&self, path: &Path, most: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        File::open(path)?.take(most).read_to_end(buffer).map(drop)
    }

    fn list(&self, path: &Path, most: usize) -> io::Result<Vec<Listed>> {
        let listed = |entry: fs::DirEntry| {
            let kind = entry.file_type().ok().map(FileKind::of);
            Listed { name: entry.file_name(), kind }
        };
        Ok(fs::read_dir(path)?.flatten().take(most).map(listed).collect())
    }

    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn current(&self) -> io::Result<PathBuf> {
        std::env::current_dir().and_then(fs::canonicalize)
    }
}

impl FileKind {
    fn of(kind: FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            Self::File
        } else {
            Self::Other
        }
    }
}

/// What is said of an input of more than `most` bytes.
pub(super) fn too_large(most: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {most} bytes"))
}

/// The absolute path of `folder` without links, as far as it is there: a file in memory may be in folders that are not.
pub(super) fn resolved(files: &dyn Files, folder: &Path) -> PathBuf {
    let Ok(current) = files.current() else { return folder.to_path_buf() };
    let absolute = current.join(folder);
    let there = absolute.ancestors().find_map(|above| Some((above, files.canonical(above).ok()?)));
    let Some((above, mut resolved)) = there else { return absolute };
    for part in absolute.strip_prefix(above).into_iter().flat_map(Path::components) {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}
