//! Globs in a configuration and in `--exclude`, in the syntax of .gitignore.
//!
//! If a glob can only mean one thing, it is accepted: `./build/` means `/build/`, and so does the folder's own absolute
//! path followed by `build/`. A glob that can never match is an error, because its author believes that it excludes
//! something.

use crate::problem::Problem;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// Compiled globs, relative to a folder.
#[derive(Debug)]
pub struct Globs {
    folder: PathBuf,
    /// Each contains as many globs as fit into one matcher.
    matchers: Vec<Gitignore>,
}

/// Globs that are added one by one.
#[derive(Debug)]
pub struct GlobsBuilder {
    folder: PathBuf,
    added: usize,
    /// Each glob with the index of the pattern that it comes from.
    globs: Vec<(usize, String)>,
}

impl GlobsBuilder {
    /// For globs relative to `folder`, an absolute path.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), added: 0, globs: Vec::new() }
    }

    /// Adds a glob.
    ///
    /// # Errors
    /// If it can never match.
    pub fn add(&mut self, glob: &str) -> Result<(), Problem> {
        let read = read(glob, &self.folder)?.ok_or_else(|| outside(glob, &self.folder))?;
        GitignoreBuilder::new(&self.folder).add_line(None, &read).map_err(|error| no_glob(glob, &error))?;
        self.globs.extend(spellings(read).map(|glob| (self.added, glob)));
        self.added += 1;
        Ok(())
    }

    /// Compiles all globs.
    ///
    /// # Errors
    /// If one is too large; returns its zero-based index among the added globs.
    pub fn build(self) -> Result<Globs, (usize, Problem)> {
        let mut matchers = Vec::new();
        compile(&self.folder, &self.globs, &mut matchers)?;
        Ok(Globs { folder: self.folder, matchers })
    }
}

/// The regular expressions of one matcher have a size limit, so many long globs need several matchers.
fn compile(folder: &Path, globs: &[(usize, String)], matchers: &mut Vec<Gitignore>) -> Result<(), (usize, Problem)> {
    if globs.is_empty() {
        return Ok(());
    }
    let mut builder = GitignoreBuilder::new(folder);
    for (index, glob) in globs {
        builder.add_line(None, glob).map_err(|error| (*index, no_glob(glob, &error)))?;
    }
    match (builder.build(), globs) {
        (Ok(matcher), _) => matchers.push(matcher),
        (Err(error), [(index, glob)]) => return Err((*index, no_glob(glob, &error))),
        (Err(_), _) => {
            let (some, others) = globs.split_at(globs.len() / 2);
            compile(folder, some, matchers)?;
            compile(folder, others, matchers)?;
        }
    }
    Ok(())
}

/// `glob` in the spellings that a file system may use: accented letters as one character, and as two.
pub fn spellings(glob: String) -> impl Iterator<Item = String> {
    let others: Vec<String> = match glob.is_ascii() {
        true => Vec::new(),
        false => vec![glob.nfc().collect(), glob.nfd().collect()],
    };
    let others: Vec<String> = others.into_iter().filter(|other| *other != glob).collect();
    std::iter::once(glob).chain(others)
}

impl Globs {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.matchers.is_empty()
    }

    /// Whether a glob matches the file `path`, an absolute path, or a folder above it.
    pub fn match_path_or_folders(&self, path: &Path) -> bool {
        self.match_path(path, false) || path.ancestors().skip(1).any(|folder| self.match_path(folder, true))
    }

    /// Whether a glob matches `path` itself, an absolute path; folders above it are not considered.
    pub fn match_path(&self, path: &Path, is_folder: bool) -> bool {
        !self.is_empty()
            && path != self.folder
            && path.starts_with(&self.folder)
            && self.matchers.iter().any(|globs| globs.matched(path, is_folder).is_ignore())
    }
}

/// `glob` in the form that the `ignore` crate expects, relative to `folder`; `None` for an absolute path that is not
/// below `folder`.
///
/// # Errors
/// If it can never match.
pub fn read(glob: &str, folder: &Path) -> Result<Option<String>, Problem> {
    let refused = |what: &str, help: &str| Err(Problem::new(format!("the glob `{glob}` {what}"), help));
    let text = if glob.ends_with("\\ ") { glob } else { glob.trim_end() };
    if text.is_empty() {
        return refused("is empty", "remove it, or write `*` for every file");
    }
    if let Some(rest) = text.strip_prefix('!') {
        let help = format!("write a narrower glob, or `\\!{rest}` for a name that begins with `!`");
        return refused("is negated, which is not supported here", &help);
    }
    if text.starts_with('#') {
        return refused("is a comment in .gitignore", &format!("write `\\{text}` for a name that begins with `#`"));
    }
    if text.starts_with("~/") || text == "~" {
        return refused("begins with `~`, which has no meaning here", &relative_to(folder));
    }
    let rest = match below(text, folder) {
        Below::Folder(rest) => rest,
        Below::Anything => text.strip_prefix("./").map_or(text.to_string(), |rest| format!("/{rest}")),
        Below::Elsewhere => return Ok(None),
    };
    let inner = rest.strip_prefix('/').unwrap_or(&rest);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if inner.is_empty() || inner == "." {
        return refused("is the whole folder", "write `*` for every file");
    }
    for segment in inner.split('/') {
        match segment {
            "" => return refused("has two slashes in a row", "write one"),
            ".." => return refused("leads out of the folder and can never match", &relative_to(folder)),
            "." => return refused("has the part `.`, which is not a name", "remove that part"),
            _ => {}
        }
    }
    let escaped = inner.split('\\').skip(1).any(|after| after.starts_with(|c: char| c.is_alphanumeric()));
    if escaped {
        return refused("has a `\\` before a letter or digit", "write `/` between folders");
    }
    Ok(Some(rest))
}

enum Below {
    /// An absolute path below the folder: the rest of it.
    Folder(String),
    /// Not an absolute path, or one that may also start at the folder.
    Anything,
    /// An absolute path next to the folder, or above it.
    Elsewhere,
}

fn below(text: &str, folder: &Path) -> Below {
    let Some(folder) = folder.to_str().map(|folder| folder.trim_end_matches('/')) else { return Below::Anything };
    if !text.starts_with('/') || folder.is_empty() {
        return Below::Anything;
    }
    if let Some(rest) = text.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Below::Folder(if rest.is_empty() { "/".into() } else { rest.into() });
    }
    // `/tests/` is a folder of the project, as in .gitignore, unless the path shares its first two folders with the
    // project's own path.
    let shared = text.split('/').zip(folder.split('/')).skip(1).take_while(|(one, other)| one == other).count();
    if shared >= 2 { Below::Elsewhere } else { Below::Anything }
}

/// The error for an absolute path that is not below `folder`.
pub fn outside(glob: &str, folder: &Path) -> Problem {
    let message = format!("the glob `{glob}` is not below `{}` and can never match", folder.display());
    Problem::new(message, relative_to(folder))
}

fn relative_to(folder: &Path) -> String {
    format!("write it relative to `{}`: `tests/`, `*_pb2.py`, `**/generated/*`", folder.display())
}

/// The error for a text that is not a glob.
pub fn no_glob(glob: &str, error: &ignore::Error) -> Problem {
    let mut error = error;
    while let ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithPath { err, .. } = error {
        error = err;
    }
    let what = match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        other => other.to_string(),
    };
    let help = "write it as in .gitignore: `tests/`, `*_pb2.py`, `**/generated/*`";
    Problem::new(format!("`{glob}` is not a glob: {what}"), help)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_can_only_mean_one_thing_is_taken_and_what_can_never_match_is_refused() {
        let folder = Path::new("/home/me/project");
        for (glob, expected) in [
            ("tests/", "tests/"),
            ("./tests/", "/tests/"),
            ("/tests", "/tests"),
            ("/home/page/*.py", "/home/page/*.py"),
            ("/home/me/project/a/*.py", "/a/*.py"),
            ("**/a/", "**/a/"),
            ("\\!x", "\\!x"),
            ("\\#x", "\\#x"),
            ("x ", "x"),
            ("x\\ ", "x\\ "),
            ("a b/\u{e4}", "a b/\u{e4}"),
            ("~x", "~x"),
        ] {
            assert_eq!(read(glob, folder).unwrap().as_deref(), Some(expected), "{glob}");
        }
        for (glob, message) in [
            ("", "is empty"),
            ("  ", "is empty"),
            ("/", "the whole folder"),
            (".", "the whole folder"),
            ("./", "the whole folder"),
            ("/home/me/project/", "the whole folder"),
            ("!x", "is negated"),
            ("#x", "is a comment"),
            ("~/x", "has no meaning"),
            ("../x", "out of the folder"),
            ("a/../x", "out of the folder"),
            ("a/./x", "part `.`"),
            ("a//x", "two slashes"),
            ("a\\b", "before a letter"),
        ] {
            let error = read(glob, folder).unwrap_err();
            assert!(error.message.contains(message), "{glob}: {error:?}");
        }
        for glob in ["/home/me/other/", "/home/me", "/home/me/project2/x"] {
            assert_eq!(read(glob, folder), Ok(None), "{glob}");
        }
    }

    #[test]
    fn as_many_globs_as_there_are_match() {
        let mut builder = GlobsBuilder::new(Path::new("/p"));
        for number in 0..3_000 {
            builder.add(&format!("**/some_long_folder_{number}*/**/[a-z]*_{number}?.py")).unwrap();
        }
        builder.add("tests/").unwrap();
        let globs = builder.build().unwrap();
        for (path, is_folder, expected) in [
            ("/p/x/some_long_folder_2999b/y/z/a_29991.py", false, true),
            ("/p/x/some_long_folder_2999b/y/z/a_.py", false, false),
            ("/p/tests", true, true),
            ("/p/tests", false, false),
            ("/p", true, false),
            ("/q/tests", true, false),
        ] {
            assert_eq!(globs.match_path(Path::new(path), is_folder), expected, "{path}");
        }
    }
}
