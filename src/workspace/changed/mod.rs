//! What changed, as git tells it: the files and lines that a person is working on.
//!
//! The `git` command is asked, never through a shell, with names and revisions as arguments of their own, and with every
//! setting fixed that would change what it prints or make it run another program. A revision is made a commit's hash first,
//! and only that is passed on.

mod patch;
mod restrict;

use crate::problem::Problem;
use crate::text::Lines;
use crate::workspace::shown;
pub use restrict::restrict;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A repository's worktree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Worktree {
    root: PathBuf,
}

impl Worktree {
    /// The worktree that `folder` is in.
    ///
    /// # Errors
    /// When there is none, git refuses to look at it, or there is no git.
    pub fn around(folder: &Path) -> Result<Self, Problem> {
        let output = git(folder, &["rev-parse", "--show-toplevel"])?;
        let path = output.strip_suffix(b"\n").unwrap_or(&output);
        if path.is_empty() {
            let help = "name files in the worktree of a repository";
            return Err(error(folder, "this is a git repository without a worktree".into(), help));
        }
        let root = path_of(path);
        // As the paths of the files are that it is compared with.
        Ok(Self { root: root.canonicalize().unwrap_or(root) })
    }

    /// Its outermost folder, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files, absolute, that differ from where this branch left `revision`, and those that git does not know yet.
    ///
    /// # Errors
    /// When `revision` is none, or has nothing in common with the branch.
    pub fn since(&self, revision: &str) -> Result<HashSet<PathBuf>, Problem> {
        let base = self.merge_base(revision)?;
        let mut files = self.names(&["--diff-filter=d", &base])?;
        files.extend(self.untracked()?);
        Ok(files)
    }

    /// The files, absolute, of which the index has another state than the last commit.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn staged(&self) -> Result<HashSet<PathBuf>, Problem> {
        self.names(&["--diff-filter=d", "--cached"])
    }

    /// The files, absolute, whose contents are not those in the index.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn unstaged(&self) -> Result<HashSet<PathBuf>, Problem> {
        self.names(&[])
    }

    /// The lines, by absolute path, that changed since this branch left `revision`; all lines of a file that git does not know yet.
    ///
    /// # Errors
    /// As [`Worktree::since`].
    pub fn lines_since(&self, revision: &str) -> Result<HashMap<PathBuf, Lines>, Problem> {
        let base = self.merge_base(revision)?;
        // A file that is no text to git is Python to us all the same.
        let options =
            ["--unified=0", "--inter-hunk-context=0", "--find-renames", "--text", "--diff-filter=d", &base, "--"];
        let patch = git(&self.root, &[&DIFF[..], &options].concat())?;
        let mut lines: HashMap<PathBuf, Lines> =
            patch::lines(&patch).into_iter().map(|(name, lines)| (self.root.join(path_of(&name)), lines)).collect();
        lines.extend(self.untracked()?.into_iter().map(|path| (path, Lines::all())));
        Ok(lines)
    }

    /// The hash of the commit at which this branch left `revision`.
    fn merge_base(&self, revision: &str) -> Result<String, Problem> {
        let commit = self.commit(revision)?;
        let head = self.commit("HEAD")?;
        let output = git(&self.root, &["merge-base", &commit, &head]).map_err(|failed| {
            let what = format!("`{revision}` and the current branch have no commit in common");
            let message = if failed.message.is_empty() { what } else { format!("{what}: {}", failed.message) };
            error(
                &self.root,
                message,
                "fetch the whole history (`git fetch --unshallow`; `fetch-depth: 0` in a workflow)",
            )
        })?;
        Ok(hash(&output))
    }

    fn commit(&self, revision: &str) -> Result<String, Problem> {
        let help = "name a branch, a tag or a commit; `git log --oneline` shows some";
        if revision.is_empty() || revision.starts_with('-') || revision.contains(['\0', '\n']) {
            return Err(error(&self.root, format!("`{revision}` is no revision"), help));
        }
        let peeled = format!("{revision}^{{commit}}");
        let output = git(&self.root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled]);
        output.map(|output| hash(&output)).map_err(|failed| match failed.message.is_empty() {
            true => error(&self.root, format!("git knows no commit `{revision}`"), help),
            false => failed,
        })
    }

    fn names(&self, options: &[&str]) -> Result<HashSet<PathBuf>, Problem> {
        let names = ["--name-only", "--no-renames", "-z"];
        Ok(self.split(&git(&self.root, &[&DIFF[..], &names, options, &["--"]].concat())?))
    }

    fn untracked(&self) -> Result<HashSet<PathBuf>, Problem> {
        Ok(self.split(&git(&self.root, &["ls-files", "--others", "--exclude-standard", "-z"])?))
    }

    fn split(&self, output: &[u8]) -> HashSet<PathBuf> {
        let names = output.split(|&byte| byte == 0).filter(|name| !name.is_empty());
        names.map(|name| self.root.join(path_of(name))).collect()
    }
}

/// `git diff` with what a person may have configured set to what is read here.
const DIFF: [&str; 8] = [
    "diff",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=all",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--no-indent-heuristic",
];

/// What `git`, asked in `folder`, prints.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    let run = Command::new("git")
        .arg("-C")
        .arg(folder)
        // A monitor is a program that the repository's own configuration names.
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=true"])
        .args(arguments)
        .envs([("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")])
        .stdin(Stdio::null())
        .output();
    let output = run.map_err(|failed| match failed.kind() {
        io::ErrorKind::NotFound => {
            error(folder, "git is not on this machine".into(), "install it, or name the files instead")
        }
        _ => error(folder, format!("git cannot be run: {failed}"), "check its installation, or name the files instead"),
    })?;
    if output.status.success() { Ok(output.stdout) } else { Err(refusal(folder, &output)) }
}

fn refusal(folder: &Path, output: &Output) -> Problem {
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let message = first.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned();
    let help = if message.contains("dubious ownership") {
        "the repository belongs to somebody else; if you trust it, add it to git's `safe.directory`"
    } else if message.contains("not a git repository") {
        "run this in a git repository, or leave the option out"
    } else {
        "mend what git names, or leave the option out"
    };
    error(folder, message, help)
}

fn error(folder: &Path, message: String, help: &str) -> Problem {
    let place = Some(shown(folder)).filter(|place| !place.is_empty());
    Problem::new(message, help).in_file(place.unwrap_or_else(|| ".".to_owned()))
}

fn hash(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim().to_owned()
}

/// A name as git prints it: its own bytes, with `/`.
#[cfg(unix)]
fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

/// A name as git prints it: UTF-8, with `/`.
#[cfg(not(unix))]
fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
