//! Finds the Python files below the paths that a user names.
//!
//! The `ignore` crate walks folders in parallel and handles `.gitignore`, `.ignore` and hidden files as ripgrep does. A
//! named file is always taken, whatever its name and whatever is excluded. The result is in path order, so the output
//! does not depend on the number of threads. Links are not followed in a walk, which avoids loops and dangling links; a
//! link's target is found under its own name if it is in the tree.
//!
//! This module reads no file, except the first line of a file without an extension, to see whether it is a Python
//! script.

use super::glob;
use super::glob::GlobsBuilder;
use crate::problem::Problem;
use crate::text::{Lines, display_path};
use ignore::gitignore::Gitignore;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, mpsc};

/// What is walked, and how.
#[derive(Debug, Clone, Default)]
pub struct WalkOptions {
    /// Globs to exclude, in `.gitignore` syntax, relative to the current directory.
    pub exclude: Vec<String>,
    /// Number of threads; with 0, the `ignore` crate decides.
    pub threads: usize,
}

/// A file to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkedFile {
    /// Its path, relative if the user's path was, without a leading `./`.
    pub path: PathBuf,
    /// The path that the user named and that led to it: the file itself or a folder above it.
    pub root: PathBuf,
    /// The lines to which the run is restricted; none where the whole file is looked at.
    pub lines: Option<Arc<Lines>>,
}

impl WalkedFile {
    /// A file that the user named.
    pub fn named(path: &Path) -> Self {
        Self::below(path.to_path_buf(), path.to_path_buf())
    }

    /// The file at `path` that was found below `root`.
    pub fn below(path: PathBuf, root: PathBuf) -> Self {
        Self { path, root, lines: None }
    }

    /// Whether the user named it, and not a folder above it.
    pub fn is_named(&self) -> bool {
        self.path == self.root
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files, in path order, without duplicates.
    pub files: Vec<WalkedFile>,
    /// Named folders without any Python file.
    pub empty: Vec<PathBuf>,
    /// Paths that could not be read, in path order. The rest of the walk continued.
    pub errors: Vec<Problem>,
}

/// Finds the Python files that `roots` name or contain.
///
/// # Errors
/// If a glob of [`WalkOptions::exclude`] can never match. Paths that cannot be read are in [`Walk::errors`].
pub fn walk(roots: &[PathBuf], options: &WalkOptions) -> Result<Walk, Problem> {
    let mut found = Walk::default();
    let mut errors: Vec<(PathBuf, Problem)> = Vec::new();
    // By a canonical key, so that overlapping roots (`. app`, `app ./app`) give each file once.
    let mut files: BTreeMap<PathBuf, WalkedFile> = BTreeMap::new();
    for (root, exclude) in roots.iter().zip(exclusions(roots, &options.exclude)?) {
        let kind = match kind_of(root) {
            Ok(kind) => kind,
            Err(error) => {
                errors.push((root.clone(), error));
                continue;
            }
        };
        let taken = match kind {
            Kind::File => vec![root.clone()],
            Kind::Folder => {
                let (taken, mut unread) = walk_folder(root, exclude, options.threads);
                if taken.is_empty() && unread.is_empty() {
                    found.empty.push(root.clone());
                }
                errors.append(&mut unread);
                taken
            }
        };
        // The link identifies the file, not its target: the folder is resolved, the name is not.
        let base = canonical_folder(root, kind);
        for path in taken {
            let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
            let key = match below {
                Some(below) => base.join(below),
                None => base.join(path.file_name().unwrap_or_default()),
            };
            let file = WalkedFile::below(without_dot(&path), root.clone());
            match kind {
                // Being named has priority over being found.
                Kind::File => drop(files.insert(key, file)),
                Kind::Folder => drop(files.entry(key).or_insert(file)),
            }
        }
    }
    found.files = files.into_values().collect();
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    errors.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.errors = errors.into_iter().map(|(_, error)| error).collect();
    Ok(found)
}

#[derive(Clone, Copy)]
enum Kind {
    File,
    Folder,
}

fn kind_of(root: &Path) -> Result<Kind, Problem> {
    let refused = |message: String, help| Err(Problem::new(message, help).in_file(display_path(root)));
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Ok(Kind::Folder),
        Ok(metadata) if metadata.is_file() => Ok(Kind::File),
        // A pipe or a device could block for ever or never end.
        Ok(_) => refused("not a regular file".into(), "pass its contents on standard input with `-`"),
        Err(_) if fs::symlink_metadata(root).is_ok_and(|link| link.file_type().is_symlink()) => {
            refused("a link to a missing file, or a loop of links".into(), "fix the link, or name the file itself")
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            refused("no such file or folder".into(), "check the spelling and the current directory")
        }
        Err(error) => {
            refused(format!("cannot be opened: {error}"), "check its permissions and those of the folders above it")
        }
    }
}

/// Whether a walk of `root` would skip `path`, the absolute path below it of a file that does not exist: it is hidden,
/// git-ignored or excluded.
pub fn passes_over(root: &Path, path: &Path, options: &WalkOptions) -> bool {
    let current = std::env::current_dir().unwrap_or_default();
    let (_, base) = base(root, &current);
    let mut excluded = GlobsBuilder::new(&base.canonicalize().unwrap_or(base));
    for glob in &options.exclude {
        // Errors in the globs were reported before the walk.
        drop(excluded.add(glob));
    }
    let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
    let below = path.strip_prefix(&root).unwrap_or(path);
    let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    let is_excluded = excluded.build().is_ok_and(|globs| {
        globs.match_path(path, false) || path.ancestors().skip(1).any(|folder| globs.match_path(folder, true))
    });
    let is_installed = || path.ancestors().skip(1).take_while(|folder| *folder != root).any(holds_installed);
    is_excluded || below.components().any(is_hidden) || is_installed() || is_git_ignored(path)
}

/// Whether `folder` holds what a package manager has put there: by its name, or because it is a virtual environment (PEP 405).
fn holds_installed(folder: &Path) -> bool {
    let name = folder.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| INSTALLED.contains(&name)) || folder.join("pyvenv.cfg").is_file()
}

/// The names of folders into which packages are installed.
const INSTALLED: [&str; 3] = ["site-packages", "node_modules", "__pypackages__"];

/// The decision of the nearest ignore file that mentions `path`, in the repository around it.
fn is_git_ignored(path: &Path) -> bool {
    let folders = path.ancestors().skip(1);
    let repository = folders.clone().find(|folder| folder.join(".git").exists());
    let Some(repository) = repository else { return false };
    let files = folders
        .take_while(|folder| folder.starts_with(repository))
        .flat_map(|folder| [folder.join(".ignore"), folder.join(".gitignore")]);
    let said = files
        .filter(|file| file.is_file())
        .map(|file| Gitignore::new(file).0.matched_path_or_any_parents(path, false).map(|_| ()))
        .find(|said| !said.is_none());
    said.is_some_and(|said| said.is_ignore())
}

/// The excluded paths below each of `roots`.
fn exclusions(roots: &[PathBuf], globs: &[String]) -> Result<Vec<Override>, Problem> {
    let current = std::env::current_dir().unwrap_or_default();
    let bases: Vec<(PathBuf, PathBuf)> = roots.iter().map(|root| base(root, &current)).collect();
    let mut builders: Vec<_> = bases.iter().map(|(base, _)| OverrideBuilder::new(base)).collect();
    for text in globs {
        let mut is_below = false;
        for (builder, (_, absolute)) in builders.iter_mut().zip(&bases) {
            if let Some(glob) = glob::read(text, absolute)? {
                is_below = true;
                for glob in glob::spellings(glob) {
                    builder.add(&format!("!{glob}")).map_err(|error| glob::no_glob(text, &error))?;
                }
            }
        }
        if let Some((_, absolute)) = bases.first().filter(|_| !is_below) {
            return Err(glob::outside(text, absolute));
        }
    }
    let all = || globs.join(" ");
    builders.iter().map(|builder| builder.build().map_err(|error| glob::no_glob(&all(), &error))).collect()
}

/// The folder that globs are relative to for paths below `root`, and the same as an absolute path. Relative globs are
/// relative to the current directory, but for a root outside of it they are relative to the root.
fn base(root: &Path, current: &Path) -> (PathBuf, PathBuf) {
    let leads_up = root.components().any(|part| part == Component::ParentDir);
    if !root.is_absolute() && !leads_up {
        return (PathBuf::from("."), current.to_path_buf());
    }
    match if leads_up { root.canonicalize() } else { std::path::absolute(root) } {
        Ok(absolute) if absolute.starts_with(current) => (current.to_path_buf(), current.to_path_buf()),
        Ok(absolute) => (root.to_path_buf(), absolute),
        Err(_) => (root.to_path_buf(), root.to_path_buf()),
    }
}

fn walk_folder(root: &Path, exclude: Override, threads: usize) -> (Vec<PathBuf>, Vec<(PathBuf, Problem)>) {
    let (sender, receiver) = mpsc::channel();
    let is_own = |entry: &DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.depth() == 0 || !is_folder || !holds_installed(entry.path())
    };
    let walker = WalkBuilder::new(root).overrides(exclude).threads(threads).filter_entry(is_own).build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let sent = match entry {
                Ok(entry) if is_python(&entry) => sender.send(Ok(entry.into_path())),
                Ok(_) => Ok(()),
                Err(error) => sender.send(Err(walk_error(root, &error))),
            };
            if sent.is_ok() { WalkState::Continue } else { WalkState::Quit }
        })
    });
    drop(sender);
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for found in receiver {
        match found {
            Ok(path) => files.push(path),
            Err(error) => errors.push(error),
        }
    }
    (files, errors)
}

fn is_python(entry: &DirEntry) -> bool {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return false;
    }
    match entry.path().extension() {
        Some(_) => has_python_name(entry.path()),
        None => has_python_shebang(entry.path()),
    }
}

/// Whether a file has a Python file name.
pub fn has_python_name(path: &Path) -> bool {
    matches!(path.extension().and_then(OsStr::to_str), Some("py" | "pyi" | "pyw"))
}

/// Whether the first line is `#!…python…`. A file that cannot be read does not count as Python.
fn has_python_shebang(path: &Path) -> bool {
    // Linux reads at most this much of a shebang line (BINPRM_BUF_SIZE, 5.1 and later).
    let mut start = Vec::with_capacity(256);
    if File::open(path).and_then(|file| file.take(256).read_to_end(&mut start)).is_err() {
        return false;
    }
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.starts_with(b"#!") && memchr::memmem::find(line, b"python").is_some()
}

fn walk_error(root: &Path, error: &ignore::Error) -> (PathBuf, Problem) {
    let (path, error) = located(root, error);
    let message = match error.io_error() {
        Some(source) => format!("cannot be read: {source}"),
        None => format!("cannot be read: {error}"),
    };
    let path = without_dot(&path);
    let problem = Problem::new(message, "check its permissions, or exclude it with `--exclude`");
    let problem = problem.in_file(display_path(&path));
    (path, problem)
}

fn located<'e>(root: &Path, mut error: &'e ignore::Error) -> (PathBuf, &'e ignore::Error) {
    let mut path = root.to_path_buf();
    loop {
        match error {
            ignore::Error::WithPath { path: at, err } => {
                path.clone_from(at);
                error = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => error = err,
            _ => return (path, error),
        }
    }
}

fn canonical_folder(root: &Path, kind: Kind) -> PathBuf {
    let folder = match kind {
        Kind::Folder => root,
        Kind::File => match root.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        },
    };
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

fn without_dot(path: &Path) -> PathBuf {
    path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path).to_path_buf()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn walked(folder: &Path, options: &WalkOptions) -> Vec<String> {
        let found = walk(&[folder.to_path_buf()], options).unwrap();
        assert!(found.errors.is_empty(), "{:?}", found.errors);
        found
            .files
            .iter()
            .map(|file| file.path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/"))
            .collect()
    }

    #[test]
    fn python_files_are_found_in_path_order_for_every_thread_count() {
        let folder = tree(&[
            ("b/x.py", ""),
            ("a/y.pyi", ""),
            ("a/z.pyw", ""),
            ("a/notes.txt", ""),
            ("script", "#!/usr/bin/env python3\n"),
            ("shell", "#!/bin/sh\npython\n"),
            (".hidden/x.py", ""),
            (".tightwire-1.tmp", ""),
        ]);
        for threads in [1, 2, 8] {
            let options = WalkOptions { threads, ..WalkOptions::default() };
            assert_eq!(walked(folder.path(), &options), ["a/y.pyi", "a/z.pyw", "b/x.py", "script"]);
        }
    }

    #[test]
    fn installed_packages_are_left_out_unless_they_are_named() {
        let folder = tree(&[
            ("app/x.py", ""),
            ("env/pyvenv.cfg", ""),
            ("env/lib/y.py", ""),
            ("Lib/site-packages/z.py", ""),
            ("web/node_modules/gyp/gyp.py", ""),
        ]);
        let options = WalkOptions::default();
        assert_eq!(walked(folder.path(), &options), ["app/x.py"]);
        assert_eq!(walked(&folder.path().join("Lib/site-packages"), &options), ["z.py"]);
        assert_eq!(walked(&folder.path().join("env"), &options), ["lib/y.py"]);
        assert!(passes_over(folder.path(), &folder.path().join("env/lib/new.py"), &options));
        assert!(!passes_over(folder.path(), &folder.path().join("app/new.py"), &options));
    }

    #[test]
    fn git_ignored_files_are_left_out_inside_a_repository_only() {
        let folder = tree(&[(".gitignore", "gen/\n"), ("gen/x.py", ""), ("x.py", "")]);
        assert_eq!(walked(folder.path(), &WalkOptions::default()), ["gen/x.py", "x.py"]);
        fs::create_dir(folder.path().join(".git")).unwrap();
        assert_eq!(walked(folder.path(), &WalkOptions::default()), ["x.py"]);
    }

    #[test]
    fn excluded_files_are_left_out_but_a_named_one_is_taken() {
        let folder = tree(&[("tests/x.py", ""), ("x.py", ""), ("data.txt", "")]);
        let options = WalkOptions { exclude: vec!["tests".into(), "*.txt".into()], threads: 0 };
        assert_eq!(walked(folder.path(), &options), ["x.py"]);
        let named = folder.path().join("data.txt");
        assert_eq!(walk(std::slice::from_ref(&named), &options).unwrap().files.first().unwrap().path, named);
    }

    #[test]
    fn overlapping_roots_give_each_file_once() {
        let folder = tree(&[("app/x.py", "")]);
        let roots = [folder.path().to_path_buf(), folder.path().join("app"), folder.path().join("app/x.py")];
        assert_eq!(walk(&roots, &WalkOptions::default()).unwrap().files.len(), 1);
    }

    #[test]
    fn a_missing_path_is_an_error_and_an_empty_folder_is_noted() {
        let folder = tree(&[("README", "")]);
        let missing = folder.path().join("missing.py");
        let found = walk(&[missing.clone(), folder.path().to_path_buf()], &WalkOptions::default()).unwrap();
        assert_eq!(found.errors.first().unwrap().path, Some(display_path(&missing)));
        assert_eq!(found.empty, [folder.path()]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_in_a_walk() {
        let folder = tree(&[("x.py", "")]);
        std::os::unix::fs::symlink("nowhere.py", folder.path().join("dangling.py")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        assert_eq!(walked(folder.path(), &WalkOptions::default()), ["x.py"]);
        let dangling = walk(&[folder.path().join("dangling.py")], &WalkOptions::default()).unwrap();
        assert_eq!(dangling.errors.len(), 1);
    }
}
