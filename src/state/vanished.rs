//! Deletes the state of projects that no longer exist, after some time: it cannot be undone or resumed any more.
//!
//! Each project's folder records the project's path and file system. It is deleted if two checks, at least [`GRACE`]
//! apart, and all checks between them found that the project was missing while its file system was available. So an
//! unmounted disk, or a server that does not answer, deletes nothing. In doubt, state is kept.

use super::open_file;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long a project must be missing before its state is deleted.
const GRACE: Duration = Duration::from_hours(30 * 24);
/// The minimum time between two checks of all projects.
const BETWEEN_LOOKS: Duration = Duration::from_hours(24);

/// In a project's folder: the path of the project.
const ADDRESS: &str = "project.json";
/// In a project's folder: its time is when the project was first found missing.
const MISSING: &str = "missing";
/// Next to the projects' folders: its time is that of the last check.
const LOOKED: &str = "looked";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Address {
    root: OsString,
    /// The project's file system, if the system numbers them.
    device: Option<u64>,
}

/// Records in `folder` that it belongs to the project at `root`.
///
/// # Errors
/// If it cannot be written.
pub(super) fn remember(folder: &Path, root: &Path) -> io::Result<()> {
    let address = Address { root: root.as_os_str().to_owned(), device: device(root) };
    if address_in(folder).as_ref() != Some(&address) {
        // Rewritten if a disk has a new number. A half-written address is ignored, and the folder is then kept.
        let mut options = OpenOptions::new();
        let mut file = open_file(&folder.join(ADDRESS), options.write(true).create(true).truncate(true))?;
        file.write_all(&serde_json::to_vec(&address)?)?;
    }
    Ok(())
}

/// Checks the folders in `projects`, unless that was done recently, and deletes those of projects that vanished long
/// ago. Folders that cannot be read or deleted stay.
pub(super) fn sweep(projects: &Path, now: SystemTime) {
    let Some(looked) = projects.parent().map(|user| user.join(LOOKED)) else { return };
    if age(&looked, now).is_some_and(|age| age < BETWEEN_LOOKS) || touch(&looked, now).is_err() {
        return;
    }
    for entry in fs::read_dir(projects).into_iter().flatten().flatten() {
        // Do not follow links.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            look(&entry.path(), now);
        }
    }
}

fn look(folder: &Path, now: SystemTime) {
    let Some(address) = address_in(folder) else { return };
    let missing = folder.join(MISSING);
    if !has_vanished(&address) {
        drop(fs::remove_file(&missing));
    } else if !missing.exists() {
        drop(touch(&missing, now));
    } else if age(&missing, now).is_some_and(|age| age > GRACE) {
        drop(fs::remove_dir_all(folder));
    }
}

/// Whether the project is missing although its file system is available.
fn has_vanished(Address { root, device: known }: &Address) -> bool {
    let is_missing =
        |path: &Path| fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
    let root = Path::new(root);
    let around = root.ancestors().find(|ancestor| !is_missing(ancestor));
    is_missing(root) && around.is_some_and(|around| fs::symlink_metadata(around).is_ok() && device(around) == *known)
}

fn address_in(folder: &Path) -> Option<Address> {
    serde_json::from_slice(&fs::read(folder.join(ADDRESS)).ok()?).ok()
}

/// How long ago `path` was touched; `None` if it does not exist, or the time is in the future.
fn age(path: &Path, now: SystemTime) -> Option<Duration> {
    now.duration_since(fs::symlink_metadata(path).ok()?.modified().ok()?).ok()
}

fn touch(path: &Path, now: SystemTime) -> io::Result<()> {
    open_file(path, OpenOptions::new().write(true).create(true).truncate(false))?.set_modified(now)
}

#[cfg(unix)]
fn device(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path).ok().map(|metadata| metadata.dev())
}

#[cfg(not(unix))]
fn device(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::state::UserState;
    use std::path::PathBuf;

    const DAY: Duration = Duration::from_hours(24);

    /// The folders of projects that are left after looks on these days.
    fn left_after(state: &Path, days: &[u32]) -> usize {
        let now = SystemTime::now();
        days.iter().for_each(|day| sweep(&state.join("projects"), now + *day * DAY));
        UserState::at(state).folders().len()
    }

    fn project() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (root, state) = (folder.path().join("work/shop"), folder.path().join("state"));
        fs::create_dir_all(&root).unwrap();
        UserState::at(&state).of(&root).create().unwrap();
        (folder, root, state)
    }

    #[test]
    fn a_project_that_is_missing_for_long_loses_its_state_and_any_other_keeps_it() {
        for (days, left) in [(&[2, 31][..], 1), (&[2, 33], 0), (&[40], 1), (&[2, 3, 20, 33], 0)] {
            let (_folder, root, state) = project();
            fs::remove_dir_all(root.parent().unwrap()).unwrap();
            assert_eq!(left_after(&state, days), left, "{days:?}");
        }
        let (_folder, _root, state) = project();
        assert_eq!(left_after(&state, &[2, 33, 90]), 1, "it is there");
    }

    #[test]
    fn a_project_that_came_back_is_missing_from_the_start_again() {
        let (_folder, root, state) = project();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(left_after(&state, &[2]), 1);
        fs::create_dir(&root).unwrap();
        assert_eq!(left_after(&state, &[20]), 1);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(left_after(&state, &[33, 50]), 1);
        assert_eq!(left_after(&state, &[70]), 0);
    }

    #[test]
    fn what_cannot_be_told_stays() {
        for change in ["another file system", "no address", "half an address"] {
            let (_folder, root, state) = project();
            fs::remove_dir_all(&root).unwrap();
            let folder = UserState::at(&state).folders().pop().unwrap();
            let address = Address { root: root.into_os_string(), device: Some(u64::MAX) };
            match change {
                "another file system" => {
                    fs::write(folder.join(ADDRESS), serde_json::to_vec(&address).unwrap()).unwrap();
                }
                "no address" => fs::remove_file(folder.join(ADDRESS)).unwrap(),
                _ => fs::write(folder.join(ADDRESS), "{\"root\":").unwrap(),
            }
            assert_eq!(left_after(&state, &[2, 33, 90]), 1, "{change}");
        }
    }
}
