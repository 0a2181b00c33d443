//! The state of projects that are no longer there, removed in the end: nothing in it can be undone or taken up again.
//!
//! Each project's folder says where the project was, and on which file system. It is removed when at two looks, at least
//! [`GRACE`] apart, and at every look in between, the project was missing while its file system was there: a disk that is not
//! mounted, or a server that does not answer, takes nothing with it. Whatever cannot be told stays.

use super::open_file;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// So long a project must have been missing.
const GRACE: Duration = Duration::from_hours(30 * 24);
/// So long passes between two looks at all projects.
const BETWEEN_LOOKS: Duration = Duration::from_hours(24);

/// In a project's folder: where the project is.
const ADDRESS: &str = "project.json";
/// In a project's folder: it is missing since this was made.
const MISSING: &str = "missing";
/// Beside the projects' folders: when they were looked at.
const LOOKED: &str = "looked";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Address {
    root: OsString,
    /// The file system that the project is on, where systems number them.
    device: Option<u64>,
}

/// Has `folder` say that it belongs to the project at `root`.
///
/// # Errors
/// When it cannot be written.
pub(super) fn remember(folder: &Path, root: &Path) -> io::Result<()> {
    let address = Address { root: root.as_os_str().to_owned(), device: device(root) };
    if address_in(folder).as_ref() != Some(&address) {
        // Written anew where a disk has got another number. Half an address is none, and the folder then stays.
        let mut options = OpenOptions::new();
        let mut file = open_file(&folder.join(ADDRESS), options.write(true).create(true).truncate(true))?;
        file.write_all(&serde_json::to_vec(&address)?)?;
    }
    Ok(())
}

/// Looks at the folders in `projects`, if that was not done lately, and removes those of projects that vanished long ago. What
/// cannot be looked at or removed stays.
pub(super) fn sweep(projects: &Path, now: SystemTime) {
    let Some(looked) = projects.parent().map(|user| user.join(LOOKED)) else { return };
    if age(&looked, now).is_some_and(|age| age < BETWEEN_LOOKS) || touch(&looked, now).is_err() {
        return;
    }
    for entry in fs::read_dir(projects).into_iter().flatten().flatten() {
        // Not what a link leads to.
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

/// Whether the project is not there, while the file system that it was on is.
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

/// How long ago `path` was touched; none where it is not there, or that is in the future.
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
