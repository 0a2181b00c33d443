//! Which modules of a project take a name from another one.
//!
//! An import may be renamed only if no other module takes the old name from there. To know, every file of the project is searched
//! for the name, once for each name that is asked for and only when one is. A file that has the name and the module's, anywhere in
//! its text, may take it from there: the answer is rather a wrong yes (the import is then kept beside the new one) than a wrong no.
//! Files that a walk leaves out (hidden or git-ignored) are not looked at.

use super::{lock, read};
use crate::python::Word;
use crate::walk::{self, WalkOptions};
use std::collections::HashMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

/// In a larger project every name counts as imported.
const MOST_FILES: usize = 100_000;
/// In a larger project nobody looks for who reads a value.
const MOST_FILES_FOR_VALUES: usize = 10_000;
/// So many names are searched for in a run; after them every name counts as imported.
const MOST_NAMES: usize = 16;
/// Files that a thread takes at once.
const BATCH: usize = 64;

/// What was found so far, by the project's outermost folder.
#[derive(Default)]
pub(super) struct Importers {
    files: Mutex<HashMap<PathBuf, Once<PathBuf>>>,
    mentions: Mutex<HashMap<(PathBuf, String), Once<Mention>>>,
}

/// A list that the first one who asks makes, while others wait.
type Once<T> = Arc<OnceLock<Vec<T>>>;

/// A file that mentions a name.
struct Mention {
    file: PathBuf,
    text: Vec<u8>,
}

impl Importers {
    /// Whether another file of the project below `limit` may take `name` from the module in `file`.
    pub(super) fn may_take(&self, limit: &Path, file: &Path, name: &str) -> bool {
        let files = Arc::clone(lock(&self.files).entry(limit.to_path_buf()).or_default());
        let files = files.get_or_init(|| files_below(limit));
        let Some(mentions) = self.mentions_of(limit, name).filter(|_| files.len() <= MOST_FILES) else { return true };
        let modules = names_of(limit, file);
        let takes =
            |mention: &Mention| mention.file != file && modules.iter().any(|module| module.is_named_in(mention));
        mentions.get_or_init(|| search(files, name)).iter().any(takes)
    }

    /// Whether another file of the project below `limit` may read the value that the module in `file` gives `name`. Not looked for
    /// in a large project: each name costs a search.
    pub(super) fn may_read(&self, limit: &Path, file: &Path, name: &str) -> bool {
        let files = Arc::clone(lock(&self.files).entry(limit.to_path_buf()).or_default());
        files.get_or_init(|| files_below(limit)).len() <= MOST_FILES_FOR_VALUES && self.may_take(limit, file, name)
    }

    /// The list of the files that mention `name`; none where too many names were asked for.
    fn mentions_of(&self, limit: &Path, name: &str) -> Option<Once<Mention>> {
        let mut all = lock(&self.mentions);
        let key = (limit.to_path_buf(), name.to_string());
        let may_search = all.len() < MOST_NAMES || all.contains_key(&key);
        may_search.then(|| Arc::clone(all.entry(key).or_default()))
    }
}

fn files_below(limit: &Path) -> Vec<PathBuf> {
    let found = walk::walk(&[limit.to_path_buf()], &WalkOptions::default());
    found.map(|found| found.files.into_iter().map(|file| file.path).collect()).unwrap_or_default()
}

fn search(files: &[PathBuf], name: &str) -> Vec<Mention> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        let word = Word::new(name.as_bytes());
        while let Some(batch) = files.chunks(BATCH).nth(next.fetch_add(1, Ordering::Relaxed)) {
            let mentions = batch.iter().filter_map(|file| Mention::of(file, &word));
            let mentions: Vec<Mention> = mentions.collect();
            lock(&found).extend(mentions);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    found.into_inner().unwrap_or_default()
}

impl Mention {
    fn of(file: &Path, name: &Word<'_>) -> Option<Self> {
        let text = read(file).filter(|bytes| name.stands_in(bytes))?;
        Some(Self { file: file.to_path_buf(), text })
    }
}

/// A name by which others import a module.
struct Called {
    name: String,
    /// The folder, for a package: what is in it may call it `.`.
    package: Option<PathBuf>,
}

/// What the module in `file` is called by those that import it: its own name, and those of the packages that hand on what it has by a
/// star import.
fn names_of(limit: &Path, file: &Path) -> Vec<Called> {
    let name = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_string);
    let package = |folder: &Path| Some(Called { name: name(folder)?, package: Some(folder.to_path_buf()) });
    let mut names: Vec<Called> = Vec::new();
    match name(file).as_deref() {
        Some("__init__") => names.extend(file.parent().and_then(package)),
        Some(stem) => names.push(Called { name: stem.to_string(), package: None }),
        None => {}
    }
    for folder in file.ancestors().skip(1).take_while(|folder| folder.starts_with(limit)) {
        let Some(init) = read(&folder.join("__init__.py")) else { break };
        if memchr::memmem::find(&init, b"import *").is_some() {
            names.extend(package(folder));
        }
    }
    names
}

impl Called {
    /// Whether a file names the module otherwise than as `http.client` or `http.server`, which are not of the project.
    fn is_named_in(&self, mention: &Mention) -> bool {
        let is_inside = self.package.as_ref().is_some_and(|package| mention.file.starts_with(package));
        if is_inside && memchr::memmem::find(&mention.text, b"from .").is_some() {
            return true;
        }
        let word = Word::new(self.name.as_bytes());
        if !matches!(self.name.as_str(), "client" | "server") {
            return word.stands_in(&mention.text);
        }
        let mut rest = String::from_utf8_lossy(&mention.text).into_owned();
        for standard in ["http.client", "http.server", "from http import client", "from http import server"] {
            rest = rest.replace(standard, "");
        }
        word.stands_in(rest.as_bytes())
    }
}
