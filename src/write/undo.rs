//! Reverts what a run wrote.
//!
//! For each file, the run's entries are processed from the last to the first: a file with an entry's contents after
//! gets the contents before; a file that the run created is removed. A file that changed since is never simply
//! overwritten: the change and the reversal are merged line by line, and the user is asked whether to write the result.
//! If they cannot be merged, the file is left alone.

use super::atomic;
use super::atomic::WriteError;
use super::journal::{Entry, Run};
use crate::text::Source;
use similar::TextMerge;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The state of a file that a run wrote.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has its contents from before the run.
    AsBefore,
    /// It has the contents that the run wrote.
    AsWritten(Restoration),
    /// It changed since, in other lines: the restoration keeps the change.
    Mergeable(Restoration),
    /// It changed since, in the lines that the run wrote.
    Conflicting,
    /// It no longer exists.
    Gone,
}

/// What to write, and what it replaces.
#[derive(Debug, PartialEq, Eq)]
pub struct Restoration {
    /// The current contents.
    pub current: Vec<u8>,
    /// The new contents; `None` to remove the file.
    pub contents: Option<Vec<u8>>,
    mode: Option<u32>,
}

/// The files that `run` wrote, in path order, without duplicates.
pub fn files(run: &Run) -> Vec<PathBuf> {
    let by_path: BTreeMap<&Path, ()> = run.entries.iter().map(|entry| (entry.path.as_path(), ())).collect();
    by_path.into_keys().map(Path::to_path_buf).collect()
}

/// The state of the file at `path`, compared with what `run` wrote.
///
/// # Errors
/// If it, or the journal, cannot be read.
pub fn look(run: &mut Run, path: &Path) -> io::Result<Standing> {
    let entries: Vec<Entry> = run.entries.iter().filter(|entry| entry.path == path).cloned().collect();
    let current = match read(path) {
        Ok(current) => current,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_made = entries.first().is_some_and(|entry| entry.before.is_none());
            return Ok(if is_made { Standing::AsBefore } else { Standing::Gone });
        }
        Err(error) => return Err(error),
    };
    let mut contents = Some(current.clone());
    let mut is_merged = false;
    for entry in entries.iter().rev() {
        // A later entry removes the file: somebody had deleted it in between, and the run created it again.
        let Some(now) = &contents else { break };
        let before = |run: &mut Run| entry.before.as_ref().map(|before| run.contents(before)).transpose();
        if entry.after.is(now) {
            contents = before(run)?;
        } else if !entry.before.as_ref().is_some_and(|before| before.is(now)) {
            let (written, before) = (run.contents(&entry.after)?, before(run)?);
            match before.and_then(|before| merged(&written, now, &before)) {
                Some(merge) => contents = Some(merge),
                None => return Ok(Standing::Conflicting),
            }
            is_merged = true;
        }
    }
    if contents.as_ref() == Some(&current) {
        return Ok(Standing::AsBefore);
    }
    // If the user changed the contents, the mode may have changed as well.
    let mode = if is_merged { None } else { entries.first().and_then(|entry| entry.mode) };
    let restoration = Restoration { current, contents, mode };
    Ok(if is_merged { Standing::Mergeable(restoration) } else { Standing::AsWritten(restoration) })
}

/// Writes `restoration` to `path`, if the file is still as it was read.
///
/// # Errors
/// See [`WriteError`]; the file is then unchanged.
pub fn restore(path: &Path, restoration: &Restoration) -> Result<(), WriteError> {
    match &restoration.contents {
        Some(contents) => atomic::restore(path, &restoration.current, contents, restoration.mode),
        None => atomic::remove(path, &restoration.current),
    }
}

/// `theirs` with the change from `before` to `written` reverted; `None` if both change the same lines, or the result is
/// not a Python file of the same encoding.
fn merged(written: &[u8], theirs: &[u8], before: &[u8]) -> Option<Vec<u8>> {
    let merge = TextMerge::from_lines(written, theirs, before);
    if merge.is_conflicted() {
        return None;
    }
    let mut contents = Vec::new();
    merge.to_writer(&mut contents).ok()?;
    Source::decode(contents.clone()).is_ok().then_some(contents)
}

/// The contents of the file itself: a link's target is not what was written.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::symlink_metadata(path)?.is_file() {
        fs::read(path)
    } else {
        Err(io::Error::other("it is no longer a regular file"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::state::UserState;
    use crate::write::journal;
    use crate::write::journal::Journal;

    const OLD: &[u8] = b"a\nb\nc\nd\ne\n";
    const NEW: &[u8] = b"a\nb\nX\nd\ne\n";
    const NEWER: &[u8] = b"a\nb\nX\nd\nY\n";

    /// The state of a file that was written in these `steps` and now contains `now`.
    fn standing(steps: &[(&[u8], &[u8])], now: &[u8]) -> Standing {
        let steps: Vec<_> = steps.iter().map(|(before, after)| (Some(*before), *after)).collect();
        standing_since(&steps, Some(now))
    }

    /// As above, if the file does not always exist.
    fn standing_since(steps: &[(Option<&[u8]>, &[u8])], now: Option<&[u8]>) -> Standing {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        let state = UserState::at(folder.path().join("state")).of(folder.path());
        let journal = Journal::new(state.clone(), String::new());
        for (before, after) in steps {
            journal.record(&path, None, *before, after).unwrap();
        }
        now.iter().for_each(|now| fs::write(&path, now).unwrap());
        let mut run = journal::runs(&state).pop().unwrap().1.unwrap();
        look(&mut run, &path).unwrap()
    }

    fn contents(standing: &Standing) -> Option<(&[u8], bool)> {
        match standing {
            Standing::AsWritten(restoration) => Some((restoration.contents.as_deref()?, false)),
            Standing::Mergeable(restoration) => Some((restoration.contents.as_deref()?, true)),
            Standing::AsBefore | Standing::Conflicting | Standing::Gone => None,
        }
    }

    #[test]
    fn what_was_written_goes_back_to_what_was_before() {
        assert_eq!(contents(&standing(&[(OLD, NEW)], NEW)), Some((OLD, false)));
        assert_eq!(standing(&[(OLD, NEW)], OLD), Standing::AsBefore);
    }

    #[test]
    fn a_file_that_was_written_twice_goes_back_to_its_first_contents() {
        let twice: &[(&[u8], &[u8])] = &[(OLD, NEW), (NEW, NEWER)];
        assert_eq!(contents(&standing(twice, NEWER)), Some((OLD, false)));
        // The run was killed before the second rename.
        assert_eq!(contents(&standing(twice, NEW)), Some((OLD, false)));
        assert_eq!(standing(twice, OLD), Standing::AsBefore);
    }

    #[test]
    fn a_file_that_the_run_has_made_is_removed_unless_it_was_changed() {
        let once: &[(Option<&[u8]>, &[u8])] = &[(None, OLD)];
        let twice: &[(Option<&[u8]>, &[u8])] = &[(None, OLD), (Some(OLD), NEW)];
        let again: &[(Option<&[u8]>, &[u8])] = &[(None, OLD), (None, NEW)];
        for steps in [once, twice, again] {
            assert_eq!(standing_since(steps, None), Standing::AsBefore, "gone already");
            let last = steps.last().map(|(_, after)| *after);
            let removed = standing_since(steps, last);
            assert!(matches!(removed, Standing::AsWritten(Restoration { contents: None, .. })), "{removed:?}");
            assert_eq!(standing_since(steps, Some(b"theirs\n")), Standing::Conflicting);
        }
    }

    #[test]
    fn a_change_in_other_lines_is_kept() {
        assert_eq!(contents(&standing(&[(OLD, NEW)], b"A\nb\nX\nd\ne\n")), Some((b"A\nb\nc\nd\ne\n".as_slice(), true)));
    }

    #[test]
    fn a_change_in_the_same_lines_is_left_alone() {
        assert_eq!(standing(&[(OLD, NEW)], b"a\nb\nZ\nd\ne\n"), Standing::Conflicting);
    }
}
