//! What changed according to git: the files and lines that the user is working on.
//!
//! Runs the `git` command without a shell. Names and revisions are separate arguments, and every setting that would
//! change the output or run another program is overridden. A revision is first resolved to a commit hash, and only the
//! hash is used from then on.

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
    /// If there is no worktree, git refuses to read it, or git is not installed.
    pub fn around(folder: &Path) -> Result<Self, Problem> {
        let output = git(folder, &["rev-parse", "--show-toplevel"])?;
        let path = output.strip_suffix(b"\n").unwrap_or(&output);
        if path.is_empty() {
            let help = "name files in a repository that has a worktree";
            return Err(error(folder, "this git repository has no worktree".into(), help));
        }
        let root = path_of(path);
        // In the same form as the paths of the files that are compared with it.
        Ok(Self { root: root.canonicalize().unwrap_or(root) })
    }

    /// Its outermost folder, absolute and without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute paths of files that differ from the commit where this branch left `revision`, and of untracked
    /// files.
    ///
    /// # Errors
    /// If `revision` is not a revision, or has no commit in common with the branch.
    pub fn since(&self, revision: &str) -> Result<HashSet<PathBuf>, Problem> {
        let base = self.merge_base(revision)?;
        let mut files = self.names(&["--diff-filter=d", &base])?;
        files.extend(self.untracked()?);
        Ok(files)
    }

    /// The absolute paths of files whose state in the index differs from the last commit.
    ///
    /// # Errors
    /// If git fails.
    pub fn staged(&self) -> Result<HashSet<PathBuf>, Problem> {
        self.names(&["--diff-filter=d", "--cached"])
    }

    /// The absolute paths of files whose contents differ from the index.
    ///
    /// # Errors
    /// If git fails.
    pub fn unstaged(&self) -> Result<HashSet<PathBuf>, Problem> {
        self.names(&[])
    }

    /// The lines, by absolute path, that changed since this branch left `revision`; all lines of an untracked file.
    ///
    /// # Errors
    /// As [`Worktree::since`].
    pub fn lines_since(&self, revision: &str) -> Result<HashMap<PathBuf, Lines>, Problem> {
        let base = self.merge_base(revision)?;
        // git may treat a file as binary that is Python for us.
        let options =
            ["--unified=0", "--inter-hunk-context=0", "--find-renames", "--text", "--diff-filter=d", &base, "--"];
        let patch = git(&self.root, &[&DIFF[..], &options].concat())?;
        let mut lines: HashMap<PathBuf, Lines> =
            patch::lines(&patch).into_iter().map(|(name, lines)| (self.root.join(path_of(&name)), lines)).collect();
        lines.extend(self.untracked()?.into_iter().map(|path| (path, Lines::all())));
        Ok(lines)
    }

    /// The hash of the commit where this branch left `revision`.
    fn merge_base(&self, revision: &str) -> Result<String, Problem> {
        let commit = self.commit(revision)?;
        let head = self.commit("HEAD")?;
        let output = git(&self.root, &["merge-base", &commit, &head]).map_err(|failed| {
            let what = format!("`{revision}` and the current branch have no commit in common");
            let message = if failed.message.is_empty() { what } else { format!("{what}: {}", failed.message) };
            error(
                &self.root,
                message,
                "fetch the full history (`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)",
            )
        })?;
        Ok(hash(&output))
    }

    fn commit(&self, revision: &str) -> Result<String, Problem> {
        let help = "name a branch, a tag or a commit; `git log --oneline` shows some";
        if revision.is_empty() || revision.starts_with('-') || revision.contains(['\0', '\n']) {
            return Err(error(&self.root, format!("`{revision}` is not a revision"), help));
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

/// `git diff`, with every user setting that affects the parsed output overridden.
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

/// The output of `git`, run in `folder`.
fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Problem> {
    let run = Command::new("git")
        .arg("-C")
        .arg(folder)
        // A file system monitor is a program that the repository's own configuration names.
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=true"])
        .args(arguments)
        .envs([("GIT_OPTIONAL_LOCKS", "0"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")])
        .stdin(Stdio::null())
        .output();
    let output = run.map_err(|failed| match failed.kind() {
        io::ErrorKind::NotFound => {
            error(folder, "git is not installed".into(), "install git, or name the files instead")
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
        "run this in a git repository, or omit the option"
    } else {
        "fix what git reports, or omit the option"
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

/// A name as git prints it: raw bytes, with `/`.
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
