//! `--since`, `--staged` and `--changed-lines`: a run over what a person is working on.

use super::driver::shown;
use super::input::Input;
use super::terminal::Terminal;
use super::{ChangedArgs, Stop, UsageError};
use crate::changed::{GitError, Lines, Worktree};
use crate::report::{ErrorRecord, display_path};
use crate::walk::{Walk, WalkError, WalkedFile};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The lines to which a run is restricted, by the path of a walked file; none where whole files are looked at.
pub(super) type ChangedLines = HashMap<PathBuf, Arc<Lines>>;

/// What a run does with a staged file whose contents are not those in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unstaged {
    /// It is looked at as it is in the worktree, with a warning.
    Warn,
    /// It is left alone: a fix would mix with what is not to be committed.
    Refuse,
}

/// Leaves in `input` what `args` ask for.
pub(super) fn restrict(
    input: &mut Input,
    args: &ChangedArgs,
    unstaged: Unstaged,
    terminal: &Terminal,
) -> Result<ChangedLines, Stop> {
    let Some(question) = Question::of(args) else { return Ok(ChangedLines::new()) };
    let Input::Files(walked) = input else {
        let help = "name files or folders";
        return Err(UsageError::new(format!("{} cannot work on standard input", question.option()), help).into());
    };
    let mut folders = Folders::default();
    let mut answers: HashMap<Worktree, Answer> = HashMap::new();
    let mut changed = ChangedLines::new();
    let mut kept = Vec::new();
    for file in std::mem::take(&mut walked.files) {
        let Some((folder, worktree)) = folders.of(&file)? else { continue };
        let path = folder.join(file.path.file_name().unwrap_or_default());
        if !answers.contains_key(&worktree) {
            let answer = question.ask(&worktree).map_err(|error| record(&error))?;
            answers.insert(worktree.clone(), answer);
        }
        let Some(answer) = answers.get_mut(&worktree) else { continue };
        match answer {
            Answer::Files(files) if !files.contains(&path) => continue,
            Answer::Files(_) => {}
            Answer::Staged { files, unstaged: differing } => {
                if !files.contains(&path) {
                    continue;
                }
                if differing.contains(&path) && !take_unstaged(&file, unstaged, walked, terminal) {
                    continue;
                }
            }
            Answer::Lines(lines) => match lines.remove(&path) {
                Some(lines) => drop(changed.insert(file.path.clone(), Arc::new(lines))),
                None => continue,
            },
        }
        kept.push(file);
    }
    walked.files = kept;
    Ok(changed)
}

/// What git is asked.
#[derive(Clone, Copy)]
enum Question<'a> {
    Since(&'a str),
    Staged,
    Lines(&'a str),
}

enum Answer {
    Files(HashSet<PathBuf>),
    Staged { files: HashSet<PathBuf>, unstaged: HashSet<PathBuf> },
    Lines(HashMap<PathBuf, Lines>),
}

impl<'a> Question<'a> {
    fn of(args: &'a ChangedArgs) -> Option<Self> {
        let since = args.since.as_deref().map(Self::Since);
        let staged = args.staged.then_some(Self::Staged);
        since.or(staged).or(args.changed_lines.as_deref().map(Self::Lines))
    }

    fn option(self) -> &'static str {
        match self {
            Self::Since(_) => "--since",
            Self::Staged => "--staged",
            Self::Lines(_) => "--changed-lines",
        }
    }

    fn ask(self, worktree: &Worktree) -> Result<Answer, GitError> {
        Ok(match self {
            Self::Since(revision) => Answer::Files(worktree.since(revision)?),
            Self::Staged => Answer::Staged { files: worktree.staged()?, unstaged: worktree.unstaged()? },
            Self::Lines(revision) => Answer::Lines(worktree.lines_since(revision)?),
        })
    }
}

/// The folders of the walked files, each resolved once.
#[derive(Default)]
struct Folders(HashMap<PathBuf, Option<(PathBuf, Worktree)>>);

impl Folders {
    /// The absolute folder of `file`, and the worktree that it is in; none for a file that is gone.
    fn of(&mut self, file: &WalkedFile) -> Result<Option<(PathBuf, Worktree)>, ErrorRecord> {
        let folder = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Some(known) = self.0.get(folder) {
            return Ok(known.clone());
        }
        let found = match folder.canonicalize() {
            Ok(absolute) => {
                let worktree = self.worktree(&absolute).map_err(|error| record(&error))?;
                Some((absolute, worktree))
            }
            Err(_) => None,
        };
        self.0.insert(folder.to_path_buf(), found.clone());
        Ok(found)
    }

    /// Git is asked once for each repository, and not for each of its folders.
    fn worktree(&self, folder: &Path) -> Result<Worktree, GitError> {
        let root = folder.ancestors().find(|folder| folder.join(".git").exists());
        let known = self.0.values().flatten().map(|(_, worktree)| worktree);
        match root.and_then(|root| known.clone().find(|worktree| worktree.root() == root)) {
            Some(worktree) => Ok(worktree.clone()),
            None => Worktree::around(folder),
        }
    }
}

/// Whether a file with changes that are not staged is taken; says what becomes of it.
fn take_unstaged(file: &WalkedFile, unstaged: Unstaged, walked: &mut Walk, terminal: &Terminal) -> bool {
    match unstaged {
        Unstaged::Warn => {
            let path = display_path(&file.path).replace('\n', "\\n");
            terminal.warning(&format!("{path} has changes that are not staged; it is looked at with them"));
            true
        }
        Unstaged::Refuse => {
            walked.errors.push(WalkError {
                path: file.path.clone(),
                message: "not fixed: it has changes that are not staged".into(),
                help: "stage them (`git add`), or put them away (`git stash --keep-index`), and run again",
            });
            false
        }
    }
}

fn record(error: &GitError) -> ErrorRecord {
    let place = shown(&error.path);
    let place = if place.as_os_str().is_empty() { PathBuf::from(".") } else { place };
    ErrorRecord {
        path: Some(display_path(&place)),
        line: None,
        message: error.message.clone(),
        help: error.help.clone(),
    }
}
