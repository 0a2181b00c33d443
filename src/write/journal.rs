//! Records what each run wrote, so that it can be undone.
//!
//! There is one file per run, `runs/N.journal` in the project's state: a line of JSON about the run, then for each file
//! a line of JSON, the contents before (absent for a new file) and the contents after. An entry is on disk before the
//! file is replaced, so a killed run can be undone too. An entry that a kill cut short is ignored, because the file was
//! not replaced yet.
//!
//! Numbers are unique within a project and only grow. A run that was undone is called `N.undone`; a rename marks it. At
//! most [`MOST_RUNS`] runs are kept, with at most [`MOST_BYTES`] besides the newest.
//!
//! [`super::undo`] restores files.

use crate::problem::Problem;
use crate::state::{ProjectState, create_folder, open_file};
use crate::text::display_path;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs;
use std::fs::{File, OpenOptions};
use std::io;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How many runs of one project are kept.
pub const MOST_RUNS: usize = 50;
/// How many bytes the runs of one project may take, besides the newest.
pub const MOST_BYTES: u64 = 1 << 30;

/// The version of the format; other versions are not read.
const VERSION: u32 = 1;
const RECORDED: &str = "journal";
const UNDONE: &str = "undone";
/// A longer line of JSON does not belong to a journal.
const MOST_OF_LINE: u64 = 1 << 20;

/// The journal of the current run. Its file is created with the first entry.
#[derive(Debug)]
pub struct Journal {
    state: ProjectState,
    command: String,
    stage: Mutex<Stage>,
}

#[derive(Debug)]
enum Stage {
    Unopened,
    Open {
        file: File,
        number: u32,
    },
    /// An entry could not be written. Earlier entries can be undone.
    Failed,
}

impl Journal {
    /// A journal for a run in the project of `state`; `command` is the command line, for the list of runs.
    pub fn new(state: ProjectState, command: String) -> Self {
        Self { state, command, stage: Mutex::new(Stage::Unopened) }
    }

    /// Records that the file at `path` is about to change from `before` (`None` if it does not exist yet) to `after`,
    /// and its mode.
    ///
    /// # Errors
    /// If it cannot be written, the first time; afterwards nothing is recorded, and no more errors are returned.
    pub fn record(&self, path: &Path, mode: Option<u32>, before: Option<&[u8]>, after: &[u8]) -> io::Result<()> {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match &mut *stage {
            Stage::Failed => return Ok(()),
            Stage::Open { file, .. } => append(file, path, mode, before, after),
            Stage::Unopened => self.create().and_then(|(mut file, number, journal)| {
                let begun = self.begin(&mut file).and_then(|()| append(&mut file, path, mode, before, after));
                match begun {
                    Ok(()) => *stage = Stage::Open { file, number },
                    // A run without an entry cannot be undone and is deleted.
                    Err(_) => drop(fs::remove_file(journal)),
                }
                begun
            }),
        };
        if written.is_err() {
            *stage = Stage::Failed;
        }
        written
    }

    /// The run's number, if anything was recorded and nothing failed.
    pub fn number(&self) -> Option<u32> {
        match &*self.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            Stage::Open { number, .. } => Some(*number),
            Stage::Unopened | Stage::Failed => None,
        }
    }

    /// Creates the run's file; returns it with its number and path.
    fn create(&self) -> io::Result<(File, u32, PathBuf)> {
        let folder = folder_of_runs(&self.state);
        self.state.create()?;
        create_folder(&folder)?;
        let known = numbered(&folder);
        make_room(&known);
        let mut number = known.iter().map(|(number, _)| *number).max().unwrap_or(0);
        loop {
            number += 1;
            let path = folder.join(format!("{number}.{RECORDED}"));
            match open_file(&path, OpenOptions::new().write(true).create_new(true)) {
                Ok(file) => return Ok((file, number, path)),
                // Another run of this project took the number meanwhile.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes what stands at the beginning.
    fn begin(&self, file: &mut File) -> io::Result<()> {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let project = self.state.project().as_os_str().to_owned();
        let head = Head { version: VERSION, started, project, command: self.command.clone() };
        file.write_all(&line(&head)?)
    }
}

fn append(file: &mut File, path: &Path, mode: Option<u32>, before: Option<&[u8]>, after: &[u8]) -> io::Result<()> {
    let head = EntryHead {
        path: std::path::absolute(path)?.into_os_string(),
        mode,
        before: before.map(Contents::of),
        after: Contents::of(after),
    };
    // One write, so that a kill leaves the beginning of an entry.
    let entry = [&line(&head)?, before.unwrap_or_default(), after, b"\n"].concat();
    file.write_all(&entry)?;
    file.sync_data()
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    version: u32,
    /// Seconds since 1970.
    started: u64,
    project: OsString,
    command: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct EntryHead {
    path: OsString,
    mode: Option<u32>,
    before: Option<Contents>,
    after: Contents,
}

/// A file's contents, which follow the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Contents {
    bytes: u64,
    /// BLAKE3, in hexadecimal digits.
    hash: String,
}

impl Contents {
    fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, hash: blake3::hash(bytes).to_hex().to_string() }
    }
}

/// A past run, with its journal open for reading.
#[derive(Debug)]
pub struct Run {
    /// Its number in its project.
    pub number: u32,
    /// When it began to write.
    pub started: SystemTime,
    /// The outermost folder of its project.
    pub project: PathBuf,
    /// What the user typed.
    pub command: String,
    /// Whether it was undone.
    pub is_undone: bool,
    /// What it wrote, in order.
    pub entries: Vec<Entry>,
    path: PathBuf,
    file: File,
}

/// One file written by a run.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its mode, on systems with modes.
    pub mode: Option<u32>,
    /// The contents before; `None` if it did not exist.
    pub before: Option<Snapshot>,
    /// The contents after.
    pub after: Snapshot,
}

/// A file's contents in a journal.
#[derive(Debug, Clone)]
pub struct Snapshot {
    contents: Contents,
    offset: u64,
}

impl Snapshot {
    /// Whether `bytes` are these contents.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.contents == Contents::of(bytes)
    }
}

impl Run {
    /// The contents of `snapshot`, which belongs to this run.
    ///
    /// # Errors
    /// If they cannot be read, or differ from what was recorded.
    pub fn contents(&mut self, snapshot: &Snapshot) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(snapshot.offset))?;
        let mut bytes = Vec::new();
        (&self.file).take(snapshot.contents.bytes).read_to_end(&mut bytes)?;
        if snapshot.is(&bytes) { Ok(bytes) } else { Err(damaged()) }
    }

    /// Marks the run as undone, so that the next `undo` reverts the run before it.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn mark_undone(&mut self) -> io::Result<()> {
        let undone = self.path.with_extension(UNDONE);
        fs::rename(&self.path, &undone)?;
        (self.path, self.is_undone) = (undone, true);
        Ok(())
    }
}

/// A run by its number; where its journal cannot be read, what to do.
pub type Recorded = (u32, Result<Run, Problem>);

/// The runs of the project of `state`, oldest first.
pub fn runs(state: &ProjectState) -> Vec<Recorded> {
    runs_in(&folder_of_runs(state))
}

/// The newest run in any of `folders`, the states of projects; runs that cannot be read are skipped.
pub fn newest_of(folders: &[PathBuf]) -> Option<Run> {
    let newest = |folder: &PathBuf| runs_in(&folder.join("runs")).into_iter().rev().find_map(|(_, run)| run.ok());
    folders.iter().filter_map(newest).max_by_key(|run| run.started)
}

fn folder_of_runs(state: &ProjectState) -> PathBuf {
    state.folder().join("runs")
}

fn runs_in(folder: &Path) -> Vec<Recorded> {
    let known = numbered(folder);
    known
        .into_iter()
        .map(|(number, path)| (number, read(number, &path).map_err(|error| unreadable(number, &path, &error))))
        .collect()
}

fn unreadable(number: u32, path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        format!("the journal of run {number} cannot be read: {error} ({})", display_path(path)),
        "name another run from `tightwire undo --list`, or delete the file to skip this run",
    )
}

/// The journals in `folder` by number.
fn numbered(folder: &Path) -> Vec<(u32, PathBuf)> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let (number, kind) = name.to_str()?.split_once('.')?;
            matches!(kind, RECORDED | UNDONE).then_some(())?;
            Some((number.parse().ok()?, entry.path()))
        })
        .collect();
    found.sort();
    found
}

/// Removes the oldest of `known` until there is room for one more. Files that cannot be removed stay.
fn make_room(known: &[(u32, PathBuf)]) {
    let mut bytes = 0;
    for (newer, (_, path)) in known.iter().rev().enumerate() {
        bytes += fs::metadata(path).map_or(0, |metadata| metadata.len());
        let is_newest = newer == 0;
        if newer + 1 >= MOST_RUNS || (bytes > MOST_BYTES && !is_newest) {
            drop(fs::remove_file(path));
        }
    }
}

fn read(number: u32, path: &Path) -> io::Result<Run> {
    let mut file = BufReader::new(File::open(path)?);
    let length = file.get_ref().metadata()?.len();
    let head: Head = serde_json::from_slice(&read_line(&mut file)?.ok_or_else(damaged)?)?;
    if head.version != VERSION {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "another version of Tightwire wrote it"));
    }
    let mut entries = Vec::new();
    while let Some(entry) = read_entry(&mut file, length)? {
        entries.push(entry);
    }
    Ok(Run {
        number,
        started: UNIX_EPOCH.checked_add(Duration::from_secs(head.started)).unwrap_or(UNIX_EPOCH),
        project: PathBuf::from(head.project),
        command: head.command,
        is_undone: path.extension().is_some_and(|extension| extension == UNDONE),
        entries,
        path: path.to_path_buf(),
        file: file.into_inner(),
    })
}

/// The next entry; `None` at the end, or at an incomplete entry of a killed run.
fn read_entry(file: &mut BufReader<File>, length: u64) -> io::Result<Option<Entry>> {
    let Some(head) = read_line(file)? else { return Ok(None) };
    let head: EntryHead = serde_json::from_slice(&head)?;
    let before = file.stream_position()?;
    let bytes_before = head.before.as_ref().map_or(0, |contents| contents.bytes);
    let ends = before.checked_add(bytes_before).and_then(|after| Some((after, after.checked_add(head.after.bytes)?)));
    let Some((after, end)) = ends else { return Err(damaged()) };
    if end >= length {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(end + 1))?;
    Ok(Some(Entry {
        path: PathBuf::from(head.path),
        mode: head.mode,
        before: head.before.map(|contents| Snapshot { contents, offset: before }),
        after: Snapshot { contents: head.after, offset: after },
    }))
}

/// A line without its end; `None` if the file ends before the line does.
fn read_line(file: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    file.by_ref().take(MOST_OF_LINE).read_until(b'\n', &mut line)?;
    Ok(line.pop_if(|last| *last == b'\n').map(|_| line))
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the journal is damaged")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::state::UserState;

    fn state() -> (tempfile::TempDir, ProjectState) {
        let folder = tempfile::tempdir().unwrap();
        let state = UserState::at(folder.path()).of(Path::new("/p"));
        (folder, state)
    }

    fn run_of(state: &ProjectState, entries: usize) -> u32 {
        let journal = Journal::new(state.clone(), "fix".into());
        for number in 0..entries {
            journal.record(Path::new(&format!("/p/{number}.py")), Some(0o644), Some(b"old\n\0"), b"new").unwrap();
        }
        journal.number().unwrap()
    }

    #[test]
    fn what_is_recorded_is_read_back() {
        let (_folder, state) = state();
        assert_eq!(Journal::new(state.clone(), String::new()).number(), None);
        assert!(runs(&state).is_empty(), "a run that wrote nothing leaves nothing");
        assert_eq!((run_of(&state, 2), run_of(&state, 1)), (1, 2));
        let mut runs: Vec<Run> = runs(&state).into_iter().map(|(_, run)| run.unwrap()).collect();
        assert_eq!(runs.iter().map(|run| (run.number, run.entries.len())).collect::<Vec<_>>(), [(1, 2), (2, 1)]);
        let run = runs.first_mut().unwrap();
        let entry = run.entries.last().unwrap().clone();
        assert_eq!((entry.path.as_path(), entry.mode), (Path::new("/p/1.py"), Some(0o644)));
        assert_eq!(run.contents(entry.before.as_ref().unwrap()).unwrap(), b"old\n\0");
        assert_eq!(run.contents(&entry.after).unwrap(), b"new");
    }

    #[test]
    fn an_entry_cut_short_anywhere_is_passed_over_and_those_before_it_stand() {
        let (_folder, state) = state();
        run_of(&state, 2);
        let path = folder_of_runs(&state).join("1.journal");
        let whole = fs::read(&path).unwrap();
        let head = memchr::memchr(b'\n', &whole).unwrap() + 1;
        let first = head + (whole.len() - head) / 2;
        for length in head..whole.len() {
            fs::write(&path, whole.get(..length).unwrap()).unwrap();
            let run = read(1, &path).unwrap();
            assert_eq!(run.entries.len(), usize::from(length >= first), "{length}");
        }
    }

    #[test]
    fn a_journal_that_is_damaged_is_refused() {
        let (_folder, state) = state();
        run_of(&state, 1);
        let path = folder_of_runs(&state).join("1.journal");
        let whole = fs::read(&path).unwrap();
        for text in ["", "x", "{}\n", "{\"version\":2,\"started\":0,\"project\":{\"Unix\":[]},\"command\":\"\"}\n"] {
            fs::write(&path, text).unwrap();
            assert!(read(1, &path).is_err(), "{text}");
        }
        let mut other = whole;
        let at = memchr::memmem::rfind(&other, b"old").unwrap();
        *other.get_mut(at).unwrap() = b'c';
        fs::write(&path, other).unwrap();
        let mut run = read(1, &path).unwrap();
        let entry = run.entries.first().unwrap().clone();
        assert!(run.contents(entry.before.as_ref().unwrap()).is_err());
    }

    #[test]
    fn the_number_of_runs_is_bounded_and_numbers_only_grow() {
        let (_folder, state) = state();
        for _ in 0..MOST_RUNS + 3 {
            run_of(&state, 1);
        }
        let numbers: Vec<u32> = runs(&state).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers.len(), MOST_RUNS);
        assert_eq!(numbers.last().copied(), u32::try_from(MOST_RUNS + 3).ok());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, state) = state();
        run_of(&state, 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(state.folder()), 0o700);
        assert_eq!(mode(&folder_of_runs(&state)), 0o700);
        assert_eq!(mode(&folder_of_runs(&state).join("1.journal")), 0o600);
    }
}
