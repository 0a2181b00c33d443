//! Replaces one file by a rename.
//!
//! The steps: refuse files that must not be written; create a temporary file in the target's folder (a rename does not
//! cross file systems), with the target's mode and, if allowed, its owner; write the contents and flush them to disk
//! (`fsync`); compare the target with what was read; rename; flush the folder. Between the comparison and the rename,
//! another writer could still change the file: no portable call closes that gap, so it is only kept short.
//!
//! A killed run leaves its temporary file. The next write into that folder removes it: a temporary file is locked while
//! it is in use, and the system releases the locks of a dead process.
//!
//! A rename gives the name to a new file: another hard link to the old file keeps the old contents.

use std::collections::BTreeSet;
use std::fs;
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// Prefix of temporary file names: hidden, so that a walk skips a file that a crash left behind.
const TEMPORARY_PREFIX: &str = ".tightwire-";
const TEMPORARY_SUFFIX: &str = ".tmp";
/// How many letters and digits are between prefix and suffix.
const TEMPORARY_RANDOM: usize = 12;

/// Why a file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It is a symbolic link: its target may be outside the paths that the user named.
    #[error("not written: it is a symbolic link")]
    Symlink,
    /// The file no longer exists.
    #[error("not written: the file is no longer there")]
    Gone,
    /// Not a file that can be replaced.
    #[error("not written: it is not a regular file")]
    NotAFile,
    /// Its mode forbids writing.
    #[error("not written: the file is read-only")]
    ReadOnly,
    /// Its contents are no longer those that were read.
    #[error("not written: the file changed while Tightwire was working on it")]
    Changed,
    /// The operating system refused a step.
    #[error("not written: {step}: {source}")]
    Io {
        /// The step that failed.
        step: &'static str,
        /// The error of the system.
        source: io::Error,
    },
}

impl WriteError {
    /// What to do about it, in one sentence.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Symlink => "to fix the file that the link leads to, name that file",
            Self::Gone => {
                "if you deleted it on purpose, there is nothing to do; if you moved it, run again on the new path"
            }
            Self::NotAFile => "only regular files are fixed",
            Self::ReadOnly => "make it writable (`chmod u+w`) and run again, or exclude it with `--exclude`",
            Self::Changed => "nothing was lost; run again to check the new contents",
            Self::Io { .. } => {
                "check the folder's permissions and free space, then run again; the file was not changed"
            }
        }
    }

    fn at(step: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { step, source }
    }
}

/// How many other names the file at `path` has: they keep the old contents when it is replaced. 0 where the system does not say.
pub fn other_links(path: &Path) -> u64 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::symlink_metadata(path).map_or(0, |metadata| metadata.nlink().saturating_sub(1))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        0
    }
}

/// Replaces the contents of `path` by `new`, if they still are `expected`.
///
/// # Errors
/// See [`WriteError`]; after any of them, the file is unchanged, and there is no temporary file left.
pub fn replace(path: &Path, expected: &[u8], new: &[u8]) -> Result<(), WriteError> {
    replace_after(path, expected, new, |_| {})
}

/// As [`replace`]; `just_before` gets the file's mode right before the rename.
///
/// # Errors
/// As [`replace`].
pub fn replace_after(
    path: &Path,
    expected: &[u8],
    new: &[u8],
    just_before: impl FnOnce(Option<u32>),
) -> Result<(), WriteError> {
    replace_with(path, expected, new, None, just_before)
}

/// As [`replace`]; the file gets `mode`, if given.
///
/// # Errors
/// As [`replace`].
pub fn restore(path: &Path, expected: &[u8], old: &[u8], mode: Option<u32>) -> Result<(), WriteError> {
    replace_with(path, expected, old, mode, |_| {})
}

/// Creates the file at `path`, which must not exist: whole or not at all. `just_before` is called right before the file
/// gets its name.
///
/// # Errors
/// See [`WriteError`]; after any of them, there is no new file.
pub fn create_after(path: &Path, contents: &[u8], just_before: impl FnOnce()) -> Result<(), WriteError> {
    let mut temporary = beside(path).map_err(WriteError::at("creating a temporary file beside it"))?;
    temporary.write_all(contents).map_err(WriteError::at("writing the temporary file"))?;
    temporary.as_file().sync_all().map_err(WriteError::at("flushing the temporary file"))?;
    if fs::symlink_metadata(path).is_ok() {
        return Err(WriteError::Changed);
    }
    just_before();
    temporary
        .persist_noclobber(path)
        .map_err(|error| WriteError::Io { step: "naming the new file", source: error.error })?;
    flush_folder(&folder_of(path));
    Ok(())
}

/// Removes the file at `path`, if its contents still are `expected`.
///
/// # Errors
/// See [`WriteError`]; the file is then unchanged.
pub fn remove(path: &Path, expected: &[u8]) -> Result<(), WriteError> {
    writable(path)?;
    if !holds(path, expected).map_err(WriteError::at("rereading it"))? {
        return Err(WriteError::Changed);
    }
    fs::remove_file(path).map_err(WriteError::at("removing it"))?;
    flush_folder(&folder_of(path));
    Ok(())
}

fn replace_with(
    path: &Path,
    expected: &[u8],
    new: &[u8],
    new_mode: Option<u32>,
    just_before: impl FnOnce(Option<u32>),
) -> Result<(), WriteError> {
    let metadata = writable(path)?;
    let mut permissions = metadata.permissions();
    set_mode(&mut permissions, new_mode);
    let folder = folder_of(path);
    remove_leftovers(&folder);
    let mut temporary = temporary_in(&folder).map_err(WriteError::at("creating a temporary file beside it"))?;
    temporary.write_all(new).map_err(WriteError::at("writing the temporary file"))?;
    adopt(temporary.as_file(), &metadata, &permissions)
        .map_err(WriteError::at("setting the permissions of the new file"))?;
    temporary.as_file().sync_all().map_err(WriteError::at("flushing the temporary file"))?;

    // Check again: the work above took time.
    writable(path)?;
    if !holds(path, expected).map_err(WriteError::at("rereading it"))? {
        return Err(WriteError::Changed);
    }
    just_before(mode(&metadata));
    temporary.persist(path).map_err(|error| WriteError::Io { step: "renaming the new file", source: error.error })?;
    flush_folder(&folder);
    Ok(())
}

/// A temporary file next to `path`, to replace it when complete (`persist`), or not at all. It has the mode of a new
/// file.
///
/// # Errors
/// If the folder cannot be written.
pub fn beside(path: &Path) -> io::Result<NamedTempFile> {
    locked(&readable(builder()), &folder_of(path))
}

/// For a file with the mode of a new file: the system applies the umask.
#[cfg(unix)]
fn readable(mut builder: tempfile::Builder<'static, 'static>) -> tempfile::Builder<'static, 'static> {
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn readable(builder: tempfile::Builder<'static, 'static>) -> tempfile::Builder<'static, 'static> {
    builder
}

/// A new temporary file that only its owner can read.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    locked(&builder(), folder)
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).rand_bytes(TEMPORARY_RANDOM);
    builder
}

/// A new temporary file, locked: an unlocked one is a leftover.
fn locked(builder: &tempfile::Builder<'_, '_>, folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let temporary = builder.tempfile_in(folder)?;
        match temporary.as_file().lock() {
            // Before it was locked, another process may have removed it as a leftover.
            Ok(()) if !temporary.path().exists() => {}
            // A file system without locks: no process removes a file that it cannot lock.
            Ok(()) | Err(_) => return Ok(temporary),
        }
    }
}

/// Removes the temporary files that a killed run left in `folder`, once for each folder that this run writes to. Files
/// that cannot be read or removed stay, which does no harm.
fn remove_leftovers(folder: &Path) {
    static DONE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    if !DONE.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_path_buf()) {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && entry.file_name().to_str().is_some_and(is_temporary_name) {
            remove_unlocked(&entry.path());
        }
    }
}

fn is_temporary_name(name: &str) -> bool {
    let random = name.strip_prefix(TEMPORARY_PREFIX).and_then(|rest| rest.strip_suffix(TEMPORARY_SUFFIX));
    random.is_some_and(|random| {
        random.len() == TEMPORARY_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn remove_unlocked(path: &Path) {
    // Open for writing, which some file systems (NFS) require for a lock.
    let Ok(file) = File::options().read(true).write(true).open(path) else { return };
    if file.try_lock().is_ok() {
        drop(fs::remove_file(path));
    }
}

/// Why `path` would not be written, as far as that is known in advance. A dry run and the interactive session check
/// this, so that nobody reviews a fix that cannot be applied.
pub fn refusal(path: &Path) -> Option<WriteError> {
    writable(path).err()
}

fn writable(path: &Path) -> Result<Metadata, WriteError> {
    let metadata = fs::symlink_metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => WriteError::Gone,
        _ => WriteError::Io { step: "inspecting it", source },
    })?;
    if metadata.file_type().is_symlink() {
        return Err(WriteError::Symlink);
    }
    if !metadata.is_file() {
        return Err(WriteError::NotAFile);
    }
    // Check the mode instead of trying: root may write anything, and a rename needs no permission for the file itself.
    if is_read_only(&metadata) {
        return Err(WriteError::ReadOnly);
    }
    Ok(metadata)
}

#[cfg(unix)]
fn is_read_only(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    const OWNER_WRITES: u32 = 0o200;
    metadata.permissions().mode() & OWNER_WRITES == 0
}

#[cfg(not(unix))]
fn is_read_only(metadata: &Metadata) -> bool {
    metadata.permissions().readonly()
}

/// Sets the `permissions` of `file` and, if the system allows it, the owner of the target.
fn adopt(file: &File, target: &Metadata, permissions: &Permissions) -> io::Result<()> {
    // Before the mode: changing the owner clears the set-user-ID bit.
    adopt_owner(file, target)?;
    file.set_permissions(permissions.clone())
}

#[cfg(unix)]
fn adopt_owner(file: &File, target: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let ours = file.metadata()?;
    // Without the right to change it, the user becomes the owner, as in every editor that saves by renaming.
    if (ours.uid(), ours.gid()) != (target.uid(), target.gid())
        && fchown(file, Some(target.uid()), Some(target.gid())).is_err()
    {
        drop(fchown(file, None, Some(target.gid())));
    }
    Ok(())
}

#[cfg(not(unix))]
fn adopt_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode(metadata: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & ALL_MODES)
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
fn set_mode(permissions: &mut Permissions, mode: Option<u32>) {
    use std::os::unix::fs::PermissionsExt as _;
    if let Some(mode) = mode {
        permissions.set_mode(mode & ALL_MODES);
    }
}

#[cfg(not(unix))]
fn set_mode(_: &mut Permissions, _: Option<u32>) {}

/// The bits of a mode that are permissions; the others say what kind of file it is.
#[cfg(unix)]
const ALL_MODES: u32 = 0o7777;

/// Whether the file's contents are `expected`; reads no more than necessary.
fn holds(path: &Path, expected: &[u8]) -> io::Result<bool> {
    let file = File::open(path)?;
    if file.metadata()?.len() != expected.len() as u64 {
        return Ok(false);
    }
    let mut contents = Vec::with_capacity(expected.len());
    file.take(expected.len() as u64 + 1).read_to_end(&mut contents)?;
    Ok(contents == expected)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Makes the rename survive a power failure, if the system can flush folders. The file is correct either way, so a
/// system without this (Windows) is not an error.
fn flush_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        drop(folder.sync_all());
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_contents_are_replaced_and_nothing_is_left_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        replace(&path, b"old", b"new\r\n\xff").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new\r\n\xff");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        for other in ["edited meanwhile", "odd"] {
            fs::write(&path, other).unwrap();
            assert!(matches!(replace(&path, b"old", b"new"), Err(WriteError::Changed)));
            assert_eq!(fs::read(&path).unwrap(), other.as_bytes());
        }
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn leftovers_go_but_neither_lookalikes_nor_what_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        let in_use = temporary_in(folder.path()).unwrap();
        let used = in_use.path().file_name().unwrap().to_str().unwrap().to_owned();
        for name in [".tightwire-abcDEF123456.tmp", ".tightwire-notes.tmp", ".tightwire-abcDEF123456.txt"] {
            fs::write(folder.path().join(name), "half").unwrap();
        }
        fs::create_dir(folder.path().join(".tightwire-abcDEF654321.tmp")).unwrap();
        replace(&path, b"old", b"new").unwrap();
        let mut kept =
            vec![".tightwire-abcDEF123456.txt", ".tightwire-abcDEF654321.tmp", ".tightwire-notes.tmp", &used, "a.py"];
        kept.sort_unstable();
        assert_eq!(names(folder.path()), kept);
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
        replace(&path, b"old", b"new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o751);
    }

    #[cfg(unix)]
    #[test]
    fn a_read_only_file_is_refused_even_for_root() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(replace(&path, b"old", b"new"), Err(WriteError::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_never_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let target = outside.path().join("t.py");
        fs::write(&target, "old").unwrap();
        let link = folder.path().join("link.py");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(matches!(replace(&link, b"old", b"new"), Err(WriteError::Symlink)));
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert!(fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    }
}
