//! A run over what a person is working on: of the files of a walk, those that git says have changed.

use super::Worktree;
use crate::problem::Problem;
use crate::text::{Lines, display_path};
use crate::workspace::options::{Changes, Notice, Unstaged};
use crate::workspace::shown;
use crate::workspace::walk::{Walk, WalkedFile, has_python_name};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Leaves in `walked`, which is what `paths` name, what `changes` ask for. `passes_over` says whether a path, found below a named one,
/// would not be looked at if it were there.
///
/// # Errors
/// When git cannot answer.
pub fn restrict(
    walked: &mut Walk,
    paths: &[PathBuf],
    changes: &Changes,
    passes_over: impl Fn(&Path, &Path) -> bool,
    on_notice: &mut dyn FnMut(Notice),
) -> Result<(), Problem> {
    let mut folders = Folders::default();
    let mut answers: HashMap<Worktree, Answer> = HashMap::new();
    let mut kept = Vec::new();
    for mut file in std::mem::take(&mut walked.files) {
        let Some((folder, worktree)) = folders.of(&file)? else { continue };
        let path = folder.join(file.path.file_name().unwrap_or_default());
        match answer(changes, &worktree, &mut answers)? {
            Answer::Files(files) if !files.contains(&path) => continue,
            Answer::Files(_) => {}
            Answer::Staged { files, .. } if !files.contains(&path) => continue,
            Answer::Staged { unstaged, on_unstaged, .. } if unstaged.contains(&path) => match on_unstaged {
                Unstaged::Take => on_notice(Notice::NotStaged(file.path.clone())),
                Unstaged::Refuse => {
                    walked.errors.push(not_staged(&file.path));
                    continue;
                }
            },
            Answer::Staged { .. } => {}
            Answer::Lines(lines) => match lines.remove(&path) {
                Some(lines) => file.lines = Some(Arc::new(lines)),
                None => continue,
            },
        }
        kept.push(file);
    }
    walked.files = kept;
    for path in paths {
        let Ok(absolute) = path.canonicalize() else { continue };
        let Some(worktree) = folders.worktree(&absolute)? else { continue };
        if let Answer::Staged { files, unstaged, .. } = answer(changes, &worktree, &mut answers)? {
            let gone = files.intersection(unstaged).filter(|gone| gone.starts_with(&absolute));
            walked.errors.extend(missing(gone.filter(|gone| !passes_over(path, gone))));
        }
    }
    Ok(())
}

/// What git says about a worktree.
enum Answer {
    Files(HashSet<PathBuf>),
    Staged { files: HashSet<PathBuf>, unstaged: HashSet<PathBuf>, on_unstaged: Unstaged },
    Lines(HashMap<PathBuf, Lines>),
}

/// The answer of git for `worktree`. Each worktree is queried once.
fn answer<'k>(
    changes: &Changes,
    worktree: &Worktree,
    known: &'k mut HashMap<Worktree, Answer>,
) -> Result<&'k mut Answer, Problem> {
    match known.entry(worktree.clone()) {
        Entry::Occupied(known) => Ok(known.into_mut()),
        Entry::Vacant(new) => Ok(new.insert(match changes {
            Changes::Since(revision) => Answer::Files(worktree.since(revision)?),
            Changes::Staged(on_unstaged) => {
                let (files, unstaged) = (worktree.staged()?, worktree.unstaged()?);
                Answer::Staged { files, unstaged, on_unstaged: *on_unstaged }
            }
            Changes::Lines(revision) => Answer::Lines(worktree.lines_since(revision)?),
        })),
    }
}

/// The folders of the walked files and of the paths that the user named. Each is resolved once.
#[derive(Default)]
struct Folders {
    absolute: HashMap<PathBuf, Option<PathBuf>>,
    worktrees: HashMap<PathBuf, Worktree>,
}

impl Folders {
    /// The absolute folder of `file`, and the worktree to query for it: the one that contains the named path, so that a
    /// repository inside it (a submodule) is not queried on its own. If the named path is in no worktree, it is the
    /// file's own. `None` for a file that no longer exists.
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

    /// The worktree that contains `folder`. git runs once per repository, not once per folder.
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

/// What is said of a file with changes that are not staged, where it is not taken with them.
fn not_staged(path: &Path) -> Problem {
    let help = "stage them (`git add`) or stash them (`git stash --keep-index`), then run again";
    Problem::new("not fixed: it has unstaged changes", help).in_file(display_path(path))
}

/// The `staged` files that are missing from the worktree: what will be committed cannot be checked.
fn missing<'s>(staged: impl Iterator<Item = &'s PathBuf>) -> Vec<Problem> {
    let is_gone = |path: &Path| std::fs::symlink_metadata(path).map_or(true, |found| found.is_dir());
    let is_missing = |path: &&PathBuf| has_python_name(path) && is_gone(path);
    let mut missing: Vec<&PathBuf> = staged.filter(is_missing).collect();
    missing.sort_unstable();
    let error = |path: &PathBuf| {
        let help = "restore it (`git restore`), or stage its removal (`git rm --cached`)";
        Problem::new("not checked: it is staged, but missing from the worktree", help).in_file(shown(path))
    };
    missing.into_iter().map(error).collect()
}
