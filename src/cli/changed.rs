//! `--since`, `--staged` and `--changed-lines`: a run over what a person is working on.

use super::driver::Driver;
use super::input;
use super::input::Input;
use super::{ChangedArgs, Common, Stop};
use crate::problem::Problem;
use crate::terminal::streams::Terminal;
use crate::text::Lines;
use crate::text::display_path;
use crate::workspace::changed::Worktree;
use crate::workspace::shown;
use crate::workspace::walk;
use crate::workspace::walk::{Walk, WalkedFile, has_python_name};
use std::collections::hash_map::Entry;
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

/// What is around a run.
#[derive(Clone, Copy)]
pub(super) struct Around<'r> {
    pub(super) driver: &'r Driver,
    pub(super) common: &'r Common,
    pub(super) terminal: &'r Terminal,
}

/// Leaves in `input`, which is what `paths` name, what `args` ask for.
pub(super) fn restrict(
    input: &mut Input,
    args: &ChangedArgs,
    paths: &[PathBuf],
    unstaged: Unstaged,
    around: Around<'_>,
) -> Result<ChangedLines, Stop> {
    let Some(question) = Question::of(args) else { return Ok(ChangedLines::new()) };
    let Input::Files(walked) = input else {
        let help = "name files or folders";
        return Err(Problem::new(format!("{} cannot work on standard input", question.option()), help).into());
    };
    let mut folders = Folders::default();
    let mut answers: HashMap<Worktree, Answer> = HashMap::new();
    let mut changed = ChangedLines::new();
    let mut kept = Vec::new();
    for file in std::mem::take(&mut walked.files) {
        let Some((folder, worktree)) = folders.of(&file)? else { continue };
        let path = folder.join(file.path.file_name().unwrap_or_default());
        match question.answer(&worktree, &mut answers)? {
            Answer::Files(files) if !files.contains(&path) => continue,
            Answer::Files(_) => {}
            Answer::Staged { files, unstaged: differing } => {
                if !files.contains(&path) {
                    continue;
                }
                if differing.contains(&path) && !take_unstaged(&file, unstaged, walked, around.terminal) {
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
    for path in paths {
        let Ok(absolute) = path.canonicalize() else { continue };
        let Some(worktree) = folders.worktree(&absolute)? else { continue };
        if let Answer::Staged { files, unstaged } = question.answer(&worktree, &mut answers)? {
            let gone = files.intersection(unstaged).filter(|gone| gone.starts_with(&absolute));
            walked.errors.extend(missing(gone.filter(|gone| !around.passes_over(path, gone))));
        }
    }
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

    /// What git answers about `worktree`, asked once.
    fn answer<'k>(
        self,
        worktree: &Worktree,
        known: &'k mut HashMap<Worktree, Answer>,
    ) -> Result<&'k mut Answer, Problem> {
        match known.entry(worktree.clone()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => Ok(new.insert(self.ask(worktree)?)),
        }
    }

    fn ask(self, worktree: &Worktree) -> Result<Answer, Problem> {
        Ok(match self {
            Self::Since(revision) => Answer::Files(worktree.since(revision)?),
            Self::Staged => Answer::Staged { files: worktree.staged()?, unstaged: worktree.unstaged()? },
            Self::Lines(revision) => Answer::Lines(worktree.lines_since(revision)?),
        })
    }
}

/// The folders of the walked files and of the paths that the user named, each resolved once.
#[derive(Default)]
struct Folders {
    absolute: HashMap<PathBuf, Option<PathBuf>>,
    worktrees: HashMap<PathBuf, Worktree>,
}

impl Folders {
    /// The absolute folder of `file`, and the worktree that is asked about it: the one that the named path is in. What lies in a
    /// repository inside of that (a submodule) is not its own. Where the named path is in none, it is the file's own. None for a
    /// file that is gone.
    fn of(&mut self, file: &WalkedFile) -> Result<Option<(PathBuf, Worktree)>, Problem> {
        let Some(folder) = self.absolute(&file.path) else { return Ok(None) };
        let named = if file.root.is_dir() { self.absolute(&file.root.join("-")) } else { None };
        let around = match named {
            Some(named) => self.worktree(&named)?,
            None => None,
        };
        let worktree = match around {
            Some(worktree) => worktree,
            None => match self.worktree(&folder)? {
                Some(worktree) => worktree,
                None => Worktree::around(&folder)?,
            },
        };
        Ok(Some((folder, worktree)))
    }

    /// The folder of `path`, absolute and without links.
    fn absolute(&mut self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.absolute.entry(folder.to_path_buf()).or_insert_with(|| folder.canonicalize().ok()).clone()
    }

    /// The worktree that `folder` is in. Git is asked once for each repository, and not for each of its folders.
    fn worktree(&mut self, folder: &Path) -> Result<Option<Worktree>, Problem> {
        let Some(top) = folder.ancestors().find(|folder| folder.join(".git").exists()) else { return Ok(None) };
        if let Some(known) = self.worktrees.get(top) {
            return Ok(Some(known.clone()));
        }
        let worktree = Worktree::around(top)?;
        self.worktrees.insert(top.to_path_buf(), worktree.clone());
        Ok(Some(worktree))
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
            let help = "stage them (`git add`), or put them away (`git stash --keep-index`), and run again";
            let problem = Problem::new("not fixed: it has changes that are not staged", help);
            walked.errors.push(problem.in_file(display_path(&file.path)));
            false
        }
    }
}

impl Around<'_> {
    /// Whether a file at `path`, which is not there, would not be looked at either if it were.
    fn passes_over(self, root: &Path, path: &Path) -> bool {
        let options = input::walk_options(self.common);
        walk::passes_over(root, path, &options) || self.driver.leaves_out(path).unwrap_or(false)
    }
}

/// Those of the `staged` files that the worktree no longer has: what will be committed is not there to be looked at.
fn missing<'s>(staged: impl Iterator<Item = &'s PathBuf>) -> Vec<Problem> {
    let is_gone = |path: &Path| std::fs::symlink_metadata(path).map_or(true, |found| found.is_dir());
    let is_missing = |path: &&PathBuf| has_python_name(path) && is_gone(path);
    let mut missing: Vec<&PathBuf> = staged.filter(is_missing).collect();
    missing.sort_unstable();
    let error = |path: &PathBuf| {
        let help = "bring it back (`git restore`), or stage that it is gone (`git rm --cached`)";
        Problem::new("it is staged, but not in the worktree, and was not looked at", help).in_file(shown(path))
    };
    missing.into_iter().map(error).collect()
}
