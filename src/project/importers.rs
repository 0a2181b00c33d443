//! Which modules of a project take a name from another one.
//!
//! An import may be renamed only if no other module takes the old name from there. To know, every file of the project is searched
//! for the name, once for each name that is asked for and only when one is. What is searched is text, not a tree: the answer may
//! be a wrong yes (the import is then kept beside the new one), and a wrong no only for a module that is reached by a name that
//! is put together while the program runs.

use super::{Place, lock, read};
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

/// A file that mentions a name, with what it may mean by it.
struct Mention {
    file: PathBuf,
    /// The modules from which the file imports names, as they are written.
    modules: Vec<String>,
    /// What the name is an attribute of: `compat` in `compat.HTTPConnection`.
    owners: Vec<String>,
}

impl Importers {
    /// Whether another file of the project below `limit` may take `name` from the module in `file`.
    pub(super) fn may_take(&self, limit: &Path, file: &Path, name: &str) -> bool {
        let files = Arc::clone(lock(&self.files).entry(limit.to_path_buf()).or_default());
        let files = files.get_or_init(|| files_below(limit));
        let Some(mentions) = self.mentions_of(limit, name).filter(|_| files.len() <= MOST_FILES) else { return true };
        let module = match file.file_stem().and_then(|stem| stem.to_str()) {
            Some("__init__") => file.parent().and_then(Path::file_name).and_then(|folder| folder.to_str()),
            stem => stem,
        };
        let takes = |mention: &Mention| {
            let folder = mention.file.parent().unwrap_or(limit).to_path_buf();
            let place = Place { folder, limit: limit.to_path_buf() };
            mention.file != file
                && (mention.owners.iter().any(|owner| Some(owner.as_str()) == module)
                    || mention.modules.iter().any(|module| place.file(module).is_some_and(|found| found == file)))
        };
        mentions.get_or_init(|| search(files, name)).iter().any(takes)
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
        let bytes = read(file).filter(|bytes| name.stands_in(bytes))?;
        let text = String::from_utf8_lossy(&bytes);
        let module = |line: &str| {
            let rest = line.trim_start().strip_prefix("from")?;
            let (module, _) = rest.split_once("import")?;
            Some(module.split_whitespace().collect::<String>())
        };
        let modules = text.split(['\n', ';']).filter_map(module).collect();
        let owner = |before: &str| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let owner = before.strip_suffix('.')?;
            Some(owner.chars().rev().take_while(|c| is_part(*c)).collect::<Vec<_>>().into_iter().rev().collect())
        };
        let owners = text.match_indices(name.text()).filter_map(|(at, _)| owner(text.get(..at)?)).collect();
        Some(Self { file: file.to_path_buf(), modules, owners })
    }
}
