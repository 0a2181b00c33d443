//! The modules of the projects that are scanned, found and read only when a file's imports need them.
//!
//! An import is looked for as Python would: a relative one from the file's own folder, an absolute one from the folders above it
//! (and `src` and `lib` in them), never outside the project: up to the folder with the repository, or without one up to what
//! the user named or the current directory. Each module is read once, and parsed only if its bytes show that it may give the
//! name; what it gives is the model's answer ([`crate::python::Exports`]).

use crate::edit::imports::stdlib::is_standard_module;
use crate::python::{Export, Exports, Project, canonical, star_binds};
use crate::source::Source;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A module that takes part in this is a screenful; what is larger is data.
const MOST_BYTES: u64 = 1 << 20;
/// How many modules may stand between an import and the standard library.
const MOST_HOPS: usize = 8;
/// How many folders above a file its project may reach.
const MOST_FOLDERS: usize = 32;

/// The modules that were asked for, by their files.
#[derive(Default)]
pub struct Index {
    modules: Mutex<HashMap<PathBuf, Arc<Module>>>,
    roots: Mutex<HashMap<PathBuf, bool>>,
    parsed: AtomicUsize,
    nanoseconds: AtomicU64,
}

/// What the index came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Modules that were read.
    pub read: usize,
    /// Those of them that were parsed.
    pub parsed: usize,
    /// The time that all questions took, over all threads.
    pub time: Duration,
}

struct Module {
    bytes: Vec<u8>,
    exports: OnceLock<Exports>,
}

impl Index {
    /// The project as `file` sees it. `root` is the path that the user named.
    pub fn of(self: &Arc<Self>, file: &Path, root: &Path) -> Arc<dyn Project> {
        Arc::new(FileProject {
            index: Arc::clone(self),
            file: file.to_path_buf(),
            root: root.to_path_buf(),
            place: OnceLock::new(),
            known: Mutex::default(),
        })
    }

    /// What the index came to so far.
    pub fn cost(&self) -> Cost {
        Cost {
            read: lock(&self.modules).len(),
            parsed: self.parsed.load(Ordering::Relaxed),
            time: Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)),
        }
    }

    fn is_repository(&self, folder: &Path) -> bool {
        if let Some(known) = lock(&self.roots).get(folder) {
            return *known;
        }
        let found = [".git", ".hg", ".jj", ".svn"].iter().any(|name| folder.join(name).exists());
        lock(&self.roots).insert(folder.to_path_buf(), found);
        found
    }

    fn module(&self, path: &Path) -> Arc<Module> {
        if let Some(known) = lock(&self.modules).get(path) {
            return Arc::clone(known);
        }
        let module = Arc::new(Module { bytes: read(path).unwrap_or_default(), exports: OnceLock::new() });
        Arc::clone(lock(&self.modules).entry(path.to_path_buf()).or_insert(module))
    }

    /// What the module in file `path` gives as `segments`, the first a name of it and the others attributes of that.
    fn give(&self, path: &Path, segments: &[&str], place: &Place, hops: usize) -> Option<Export> {
        let (name, rest) = segments.split_first()?;
        let module = self.module(path);
        if !Exports::may_give(&module.bytes, name) {
            return None;
        }
        let exports = module.exports.get_or_init(|| {
            self.parsed.fetch_add(1, Ordering::Relaxed);
            let source = Source::decode(module.bytes.clone()).ok();
            source.and_then(|source| Exports::of(source.text()).ok()).unwrap_or_default()
        });
        let here = Place { folder: path.parent()?.to_path_buf(), limit: place.limit.clone() };
        let whole = |path: &str| rest.iter().fold(path.to_string(), |path, segment| format!("{path}.{segment}"));
        match exports.names.get(*name) {
            Some(given) => {
                let given = given.as_ref()?;
                self.chase(&Export { path: whole(&given.path), dialect: given.dialect }, &here, hops)
            }
            None => exports.stars.iter().rev().find_map(|star| {
                let module = canonical(star);
                if star_binds(&module, name) {
                    let path = canonical(&whole(&format!("{module}.{name}")));
                    return Some(Export { path, dialect: crate::python::dialect(star) });
                }
                let dot = if star.ends_with('.') { "" } else { "." };
                self.find(&whole(&format!("{star}{dot}{name}")), &here, hops + 1)
            }),
        }
    }

    /// What `given` is in the end: another module of the project may be between.
    fn chase(&self, given: &Export, place: &Place, hops: usize) -> Option<Export> {
        let path = canonical(&given.path);
        if is_standard_module(&path) {
            return Some(Export { path, dialect: given.dialect });
        }
        match self.find(&path, place, hops + 1) {
            Some(found) => Some(found),
            // What is not of the project is what it is called.
            None if path.starts_with('.') || place.package(&path).is_some() => None,
            None => Some(Export { path, dialect: given.dialect }),
        }
    }

    /// What `path`, as it is imported in a file at `place`, stands for.
    fn find(&self, path: &str, place: &Place, hops: usize) -> Option<Export> {
        if hops > MOST_HOPS {
            return None;
        }
        let names = path.trim_start_matches('.');
        let mut segments: Vec<&str> = names.split('.').collect();
        let mut folder = match path.len() - names.len() {
            0 => {
                if is_standard_module(path) || canonical(path) != path {
                    return None;
                }
                place.package(path)?
            }
            dots => place.ascend(dots - 1)?,
        };
        // In a package a name of its own goes before a module in it.
        let mut package = Some(folder.join("__init__.py")).filter(|_| path.starts_with('.'));
        while !segments.is_empty() {
            let init = package.filter(|init| init.is_file());
            if let Some(found) = init.and_then(|init| self.give(&init, &segments, place, hops)) {
                return Some(found);
            }
            let segment = segments.remove(0);
            let module = folder.join(format!("{segment}.py"));
            folder.push(segment);
            let init = folder.join("__init__.py");
            // A package goes before a module, a module before a folder that is no regular package.
            if !init.is_file() && module.is_file() {
                return self.give(&module, &segments, place, hops);
            }
            if !folder.is_dir() {
                return None;
            }
            package = Some(init);
        }
        None
    }
}

/// Where imports are looked for.
struct Place {
    folder: PathBuf,
    /// The outermost folder of the project.
    limit: PathBuf,
}

impl Place {
    /// The folder `levels` above, in the project.
    fn ascend(&self, levels: usize) -> Option<PathBuf> {
        self.folder.ancestors().nth(levels).filter(|folder| folder.starts_with(&self.limit)).map(Path::to_path_buf)
    }

    /// The folder that holds the top-level package or module of an absolute import.
    fn package(&self, path: &str) -> Option<PathBuf> {
        let mut segments = path.split('.');
        let (top, second) = (segments.next()?, segments.next());
        let holds = |folder: &PathBuf| {
            let package = folder.join(top);
            folder.join(format!("{top}.py")).is_file()
                || package.join("__init__.py").is_file()
                || second.is_some_and(|second| {
                    package.join(format!("{second}.py")).is_file() || package.join(second).join("__init__.py").is_file()
                })
        };
        let within = self.folder.ancestors().take_while(|folder| folder.starts_with(&self.limit)).take(MOST_FOLDERS);
        within.flat_map(|folder| [folder.to_path_buf(), folder.join("src"), folder.join("lib")]).find(holds)
    }
}

struct FileProject {
    index: Arc<Index>,
    file: PathBuf,
    root: PathBuf,
    place: OnceLock<Option<Place>>,
    known: Mutex<HashMap<String, Option<Export>>>,
}

impl Project for FileProject {
    fn export(&self, path: &str) -> Option<Export> {
        if canonical(path) != path || is_standard_module(path) {
            return None;
        }
        if let Some(known) = lock(&self.known).get(path) {
            return known.clone();
        }
        let started = Instant::now();
        let place = self.place.get_or_init(|| self.locate()).as_ref();
        let found = place.and_then(|place| self.index.find(path, place, 0));
        let spent = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.index.nanoseconds.fetch_add(spent, Ordering::Relaxed);
        lock(&self.known).insert(path.to_string(), found.clone());
        found
    }
}

impl FileProject {
    fn locate(&self) -> Option<Place> {
        let absolute = |path: &Path| std::path::absolute(path).and_then(fs::canonicalize).ok();
        let folder = absolute(&self.file).and_then(|file| file.parent().map(Path::to_path_buf))?;
        let repository = folder.ancestors().take(MOST_FOLDERS).find(|folder| self.index.is_repository(folder));
        let limit = match repository {
            Some(repository) => repository.to_path_buf(),
            None => {
                let named = absolute(&self.root).filter(|root| root.is_dir());
                let current = std::env::current_dir().and_then(fs::canonicalize).ok();
                let around = [named, current].into_iter().flatten().filter(|limit| folder.starts_with(limit));
                around.min_by_key(|limit| limit.components().count()).unwrap_or_else(|| folder.clone())
            }
        };
        Some(Place { folder, limit })
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MOST_BYTES).then_some(bytes)
}

/// A thread that panicked left whole maps behind: entries are only ever added.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
