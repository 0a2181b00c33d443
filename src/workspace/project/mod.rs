//! The modules of the scanned projects, found and read only when a file's imports need them.
//!
//! Imports are resolved as in Python: relative ones from the file's own folder, absolute ones from the folders above it
//! (and `src` and `lib` in them), but never outside the project. The project ends at the folder that contains the
//! repository; without one, at the named path or the current directory. Each module is read once, and parsed only if
//! its bytes show that it may provide the name. The model says what a module provides ([`crate::python::Exports`]).
//! `importers` answers the reverse question.

mod importers;

use super::files::{Disk, Files};
use super::walk::WalkedFile;
use crate::python::is_standard_module;
use crate::python::{
    Constant, Definition, Dialect, Export, Exports, Forward, HandedOn, Object, Project, canonical, dialect,
    wildcard_import_binds,
};
use crate::text::Source;
use crate::workspace::lock::lock;
use importers::{Importers, OfModule};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// Modules that re-export names are short; larger files are data.
const MOST_BYTES: u64 = 1 << 20;
/// How many modules are searched for one name: packages import from each other by wildcard imports.
const MOST_MODULES: usize = 256;
/// How many folders above a file its project may extend.
const MOST_FOLDERS: usize = 32;

/// The modules that were requested, by file.
pub struct Index {
    files: Arc<dyn Files>,
    modules: Mutex<HashMap<PathBuf, Arc<Module>>>,
    roots: Mutex<HashMap<PathBuf, bool>>,
    importers: Importers,
    parsed: AtomicUsize,
    nanoseconds: AtomicU64,
}

/// The outermost folder of the project that contains `named`, the paths that the user named: that of the repository
/// around them; without one, the current directory if they are below it, otherwise what was named. For several
/// projects, their common folder. Absolute, without links; `None` if nothing of it exists.
pub fn outermost(named: &[PathBuf]) -> Option<PathBuf> {
    let current = Disk.current().ok();
    let of_one = |path: &PathBuf| {
        let path = Disk.canonical(path).ok()?;
        let folder = if path.is_dir() { path } else { path.parent()?.to_path_buf() };
        let repository = folder.ancestors().take(MOST_FOLDERS).find(|folder| is_repository(&Disk, folder));
        let current = current.as_deref().filter(|current| folder.starts_with(current));
        Some(repository.or(current).unwrap_or(&folder).to_path_buf())
    };
    let around = |one: PathBuf, other: PathBuf| {
        one.ancestors().find(|folder| other.starts_with(folder)).map(Path::to_path_buf).unwrap_or(one)
    };
    named.iter().filter_map(of_one).reduce(around)
}

/// Whether `folder` is the root of a repository.
pub fn is_repository(files: &dyn Files, folder: &Path) -> bool {
    REPOSITORIES.iter().any(|name| files.exists(&folder.join(name)))
}

/// What the outermost folder of a repository has.
const REPOSITORIES: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// Statistics of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Modules that were read.
    pub read: usize,
    /// Those of them that were parsed.
    pub parsed: usize,
    /// The time that this took, summed over all threads.
    pub reading: Duration,
    /// Number of files whose imports were searched for importers of a name.
    pub searched: usize,
    /// The time that this took, summed over all threads.
    pub searching: Duration,
}

struct Module {
    bytes: Vec<u8>,
    contents: OnceLock<Contents>,
    handed_on: OnceLock<HandedOn>,
}

impl Module {
    fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, contents: OnceLock::new(), handed_on: OnceLock::new() }
    }
}

/// What a module exports, with its wildcard imports located.
struct Contents {
    names: HashMap<String, Option<Export>>,
    texts: HashMap<String, Vec<Constant>>,
    objects: HashMap<String, Object>,
    made: HashMap<String, String>,
    wildcard_imports: Vec<WildcardImport>,
}

enum WildcardImport {
    /// A module of the project, by its file.
    Project(PathBuf),
    /// Another one, by its canonical name.
    Other { module: String, dialect: Dialect },
}

impl Default for Index {
    fn default() -> Self {
        Self::new(Arc::new(Disk))
    }
}

impl Index {
    /// Nothing read yet, of the modules in `files`.
    pub fn new(files: Arc<dyn Files>) -> Self {
        Self {
            files,
            modules: Mutex::default(),
            roots: Mutex::default(),
            importers: Importers::default(),
            parsed: AtomicUsize::default(),
            nanoseconds: AtomicU64::default(),
        }
    }

    /// The place of `file` in its project, if it can be determined. `root` is the path that the user named.
    pub fn locate(&self, file: &Path, root: &Path) -> Option<Place> {
        let absolute = |path: &Path| self.files.canonical(path).ok();
        let parent = file.parent()?;
        let folder = absolute(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
        let limit = match self.repository(&folder) {
            Some(repository) => repository.to_path_buf(),
            None => {
                let named = absolute(root).filter(|root| self.files.is_folder(root));
                let current = self.files.current().ok();
                let around = [named, current].into_iter().flatten().filter(|limit| folder.starts_with(limit));
                around.min_by_key(|limit| limit.components().count()).unwrap_or_else(|| folder.clone())
            }
        };
        Some(Place { folder, limit })
    }

    /// Registers all `files` of a walk that excluded nothing beyond the defaults, so that they are not walked again.
    pub fn walked(&self, files: Vec<WalkedFile>) {
        self.importers.walked(files);
    }

    /// Registers what `file` (absolute, without links) imports, so that it is not read again for that. The run may
    /// rewrite it if it is a candidate.
    pub fn searched(&self, file: &Path, text: &[u8], is_candidate: bool) {
        self.importers.searched(file, text, is_candidate);
    }

    /// Takes note that the file at `path`, an absolute path without links, has other contents, or has come or gone.
    pub fn changed(&self, path: &Path) {
        let mut modules = lock(&self.modules);
        let module = read(&*self.files, path).map(|bytes| Arc::new(Module::new(bytes)));
        match module.filter(|_| modules.contains_key(path)) {
            Some(module) => drop(modules.insert(path.to_path_buf(), module)),
            // A wildcard import of another module may lead to it, or no longer.
            None => modules.clear(),
        }
        drop(modules);
        self.importers.changed(&*self.files, path);
    }

    /// Forgets which folders have a repository.
    pub fn forget_repositories(&self) {
        lock(&self.roots).clear();
    }

    /// The folder of the repository that contains `folder`, an absolute path.
    pub fn repository<'f>(&self, folder: &'f Path) -> Option<&'f Path> {
        folder.ancestors().take(MOST_FOLDERS).find(|folder| self.is_repository(folder))
    }

    /// The project as `file` at `place` sees it. Modules are asked for what comes from an import with one of `import_words`.
    pub fn project(
        self: &Arc<Self>,
        place: Place,
        file: &Path,
        import_words: Arc<BTreeSet<String>>,
    ) -> Arc<dyn Project> {
        let file = place.folder.join(file.file_name().unwrap_or_default());
        Arc::new(FileProject {
            index: Arc::clone(self),
            place,
            file,
            import_words,
            shadows: Mutex::default(),
            known: Mutex::default(),
            constants: Mutex::default(),
            objects: Mutex::default(),
            definitions: Mutex::default(),
            forwards: Mutex::default(),
            importers: OnceLock::new(),
        })
    }

    fn add_time(&self, started: Instant) {
        let spent = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(spent, Ordering::Relaxed);
    }

    /// What the index came to so far.
    pub fn cost(&self) -> Cost {
        let (searched, searching) = self.importers.cost();
        Cost {
            read: lock(&self.modules).len(),
            parsed: self.parsed.load(Ordering::Relaxed),
            reading: Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)),
            searched,
            searching,
        }
    }

    fn is_repository(&self, folder: &Path) -> bool {
        if let Some(known) = lock(&self.roots).get(folder) {
            return *known;
        }
        let found = is_repository(&*self.files, folder);
        lock(&self.roots).insert(folder.to_path_buf(), found);
        found
    }

    fn module(&self, path: &Path) -> Arc<Module> {
        if let Some(known) = lock(&self.modules).get(path) {
            return Arc::clone(known);
        }
        let module = Arc::new(Module::new(read(&*self.files, path).unwrap_or_default()));
        Arc::clone(lock(&self.modules).entry(path.to_path_buf()).or_insert(module))
    }

    /// What the module in file `path` provides as `segments`: the first is a name in it, the others are attributes.
    fn give(&self, path: &Path, segments: &[&str], question: &mut Question<'_>) -> Option<Export> {
        let (name, rest) = segments.split_first()?;
        // Modules may import each other in cycles.
        if question.seen.len() > MOST_MODULES || !question.seen.insert((path.to_path_buf(), (*name).to_string())) {
            return None;
        }
        let module = self.module(path);
        if module.contents.get().is_none() && !Exports::may_give(&module.bytes, name, question.import_words) {
            return None;
        }
        let place = Place { folder: path.parent()?.to_path_buf(), limit: question.limit.to_path_buf() };
        let contents = module.contents.get_or_init(|| self.parse(&module.bytes, &place));
        let whole = |path: &str| rest.iter().fold(path.to_string(), |path, segment| format!("{path}.{segment}"));
        if let Some(given) = contents.names.get(*name) {
            let given = given.as_ref()?;
            return self.chase(&Export { path: whole(&given.path), dialect: given.dialect }, &place, question);
        }
        contents.wildcard_imports.iter().rev().find_map(|import| match import {
            WildcardImport::Project(file) => self.give(file, segments, question),
            WildcardImport::Other { module, dialect } if wildcard_import_binds(module, name) => {
                Some(Export { path: canonical(&whole(&format!("{module}.{name}"))), dialect: *dialect })
            }
            WildcardImport::Other { .. } => None,
        })
    }

    /// The module in file `path` with its place, parsed, for a question about its name `segments`. None if that was asked already, or if the module's bytes do not show that it `may` know.
    fn opened(
        &self,
        path: &Path,
        segments: &[&str],
        question: &mut Question<'_>,
        may: impl Fn(&[u8], &str) -> bool,
    ) -> Option<(Arc<Module>, Place)> {
        let name = segments.first()?;
        // Modules may import each other in cycles.
        if question.seen.len() > MOST_MODULES || !question.seen.insert((path.to_path_buf(), (*name).to_string())) {
            return None;
        }
        let module = self.module(path);
        if module.contents.get().is_none() && !may(&module.bytes, name) {
            return None;
        }
        let place = Place { folder: path.parent()?.to_path_buf(), limit: question.limit.to_path_buf() };
        module.contents.get_or_init(|| self.parse(&module.bytes, &place));
        Some((module, place))
    }

    /// What `answer` says about the name `segments` where `contents`, of a module at `place`, import it from.
    fn imported<T>(
        &self,
        contents: &Contents,
        place: &Place,
        segments: &[&str],
        question: &mut Question<'_>,
        answer: Answer<T>,
    ) -> Option<T> {
        let (name, attributes) = segments.split_first()?;
        match contents.names.get(*name) {
            Some(given) => {
                let path = &given.as_ref()?.path;
                let whole = attributes.iter().fold(path.clone(), |path, attribute| format!("{path}.{attribute}"));
                self.find(&whole, place, question, answer)
            }
            None => contents.wildcard_imports.iter().rev().find_map(|import| match import {
                WildcardImport::Project(file) => answer(self, file, segments, question),
                WildcardImport::Other { .. } => None,
            }),
        }
    }

    /// The texts that the module in file `path` gives the name, or the attribute of a name, `segments`.
    fn constants(&self, path: &Path, segments: &[&str], question: &mut Question<'_>) -> Option<Vec<Constant>> {
        let last = *segments.last()?;
        let may_give = |bytes: &[u8], name: &str| Exports::may_bind(bytes, name) && Exports::may_assign(bytes, last);
        let (module, place) = self.opened(path, segments, question, may_give)?;
        let contents = module.contents.get()?;
        match contents.texts.get(&segments.join(".")) {
            Some(texts) => {
                let file = path.strip_prefix(question.limit).unwrap_or(path);
                Some(
                    texts
                        .iter()
                        .map(|text| Constant { place: text.place.in_file(file.to_path_buf()), ..text.clone() })
                        .collect(),
                )
            }
            None => self.imported(contents, &place, segments, question, Self::constants),
        }
    }

    /// The file of the module that defines what the module in file `path` gives as `segments`, and its name there.
    fn definition(&self, path: &Path, segments: &[&str], question: &mut Question<'_>) -> Option<(PathBuf, String)> {
        let (module, place) = self.opened(path, segments, question, Exports::may_bind)?;
        let contents = module.contents.get()?;
        match contents.names.get(*segments.first()?) {
            Some(None) => Some((path.to_path_buf(), segments.join("."))),
            _ => self.imported(contents, &place, segments, question, Self::definition),
        }
    }

    /// The object that the module in file `path` gives as the name `segments`.
    fn object(&self, path: &Path, segments: &[&str], question: &mut Question<'_>) -> Option<Object> {
        let words = question.import_words;
        let may_give = |bytes: &[u8], name: &str| Exports::may_give_object(bytes, name, words);
        let [_] = segments else { return None };
        let (module, place) = self.opened(path, segments, question, may_give)?;
        let contents = module.contents.get()?;
        match contents.objects.get(*segments.first()?) {
            Some(object) => Some(object.clone()),
            None => self.imported(contents, &place, segments, question, Self::object),
        }
    }

    /// What the function or class hands on that the module in file `path` gives as the name `segments`.
    fn forwards(&self, path: &Path, segments: &[&str], question: &mut Question<'_>) -> Option<Vec<Forward>> {
        let [name] = segments else { return None };
        let (module, place) = self.opened(path, segments, question, Exports::may_bind)?;
        let contents = module.contents.get()?;
        if !matches!(contents.names.get(*name), Some(None)) {
            return self.imported(contents, &place, segments, question, Self::forwards);
        }
        let own = self.handed_on(&module).given.get(*name)?;
        Some(self.followed(own, path, &place, question))
    }

    fn handed_on<'m>(&self, module: &'m Module) -> &'m HandedOn {
        let read = || HandedOn::of(&Source::decode(module.bytes.clone()).ok()?).ok();
        module.handed_on.get_or_init(|| read().unwrap_or_default())
    }

    /// `own`, of the module in file `path` at `place`, and what other functions and classes of the project do with that.
    fn followed(&self, own: &[Forward], path: &Path, place: &Place, question: &mut Question<'_>) -> Vec<Forward> {
        let file = path.strip_prefix(question.limit).unwrap_or(path);
        let mut found = Vec::new();
        for forward in own {
            let forward = Forward { place: forward.place.in_file(file.to_path_buf()), ..forward.clone() };
            if !is_standard_module(&forward.callee) {
                let further = self.find(&forward.callee, place, question, Self::forwards).unwrap_or_default();
                found.extend(further.into_iter().filter_map(|further| forward.followed_by(further)));
            }
            found.push(forward);
        }
        found
    }

    /// What the module in `reader` hands on of what `file` gives as `name`.
    fn read_by(&self, reader: &Path, file: &Path, name: &str, question: &mut Question<'_>) -> Option<Vec<Forward>> {
        let module = self.module(reader);
        let place = Place { folder: reader.parent()?.to_path_buf(), limit: question.limit.to_path_buf() };
        let last = name.rsplit('.').next()?;
        let mut found = Vec::new();
        let mut read: Vec<_> = self.handed_on(&module).read.iter().collect();
        read.sort_unstable_by_key(|(path, _)| *path);
        for (path, forwards) in read {
            // An import may give the name another one, but not an attribute.
            if name.contains('.') && !path.ends_with(last) {
                continue;
            }
            question.seen.clear();
            let defined = self.find(path, &place, question, Self::definition);
            if defined.is_some_and(|(defining, defined)| defining == file && defined == name) {
                question.seen.clear();
                found.extend(self.followed(forwards, reader, &place, question));
            }
        }
        Some(found)
    }

    fn parse(&self, bytes: &[u8], place: &Place) -> Contents {
        self.parsed.fetch_add(1, Ordering::Relaxed);
        let source = Source::decode(bytes.to_vec()).ok();
        let exports = source.and_then(|source| Exports::of(&source).ok()).unwrap_or_default();
        let resolved = |written: String| match place.file(&*self.files, &written) {
            Some(file) => WildcardImport::Project(file),
            None => WildcardImport::Other { module: canonical(&written), dialect: dialect(&written) },
        };
        Contents {
            names: exports.names,
            texts: exports.texts,
            objects: exports.objects,
            made: exports.made,
            wildcard_imports: exports.wildcard_imports.into_iter().map(resolved).collect(),
        }
    }

    /// What `given`, as written in a module at `place`, finally stands for: it may lead through other modules of the
    /// project.
    fn chase(&self, given: &Export, place: &Place, question: &mut Question<'_>) -> Option<Export> {
        let given = Export { path: canonical(&given.path), dialect: given.dialect };
        if is_standard_module(&given.path) {
            return Some(given);
        }
        match self.find(&given.path, place, question, Self::give) {
            Some(found) => Some(found),
            // A name outside the project stands for itself.
            None if given.path.starts_with('.') || place.package(&*self.files, &given.path).is_some() => None,
            None => Some(given),
        }
    }

    /// The result of `answer` for `path`, as imported by a file at `place`; `answer` gets the module's file and the
    /// remaining segments.
    fn find<T>(&self, path: &str, place: &Place, question: &mut Question<'_>, answer: Answer<T>) -> Option<T> {
        let (mut folder, mut segments) = place.start(&*self.files, path)?;
        // In a package, its own name has priority over a submodule.
        let mut package = Some(folder.join("__init__.py")).filter(|_| path.starts_with('.'));
        while !segments.is_empty() {
            let init = package.filter(|init| self.files.is_file(init));
            if let Some(found) = init.and_then(|init| answer(self, &init, &segments, question)) {
                return Some(found);
            }
            match enter(&*self.files, &folder, segments.remove(0))? {
                Entered::Module(module) => return answer(self, &module, &segments, question),
                Entered::Folder(inner) => {
                    package = Some(inner.join("__init__.py"));
                    folder = inner;
                }
            }
        }
        None
    }
}

/// What the module in a file provides as the segments of a name.
type Answer<T> = fn(&Index, &Path, &[&str], &mut Question<'_>) -> Option<T>;

/// One question while it is followed from module to module.
struct Question<'q> {
    limit: &'q Path,
    import_words: &'q BTreeSet<String>,
    seen: HashSet<(PathBuf, String)>,
}

enum Entered {
    Module(PathBuf),
    Folder(PathBuf),
}

/// What `segment` names in `folder`: a package has priority over a module, and a module over a namespace package.
fn enter(files: &dyn Files, folder: &Path, segment: &str) -> Option<Entered> {
    let inner = folder.join(segment);
    let module = folder.join(format!("{segment}.py"));
    if !files.is_file(&inner.join("__init__.py")) && files.is_file(&module) {
        return Some(Entered::Module(module));
    }
    files.is_folder(&inner).then_some(Entered::Folder(inner))
}

/// A file's location: absolute paths without links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its folder.
    pub folder: PathBuf,
    /// The outermost folder of the project.
    pub limit: PathBuf,
}

impl Place {
    /// The folder in which the first segment of `path` is searched, and the segments.
    fn start<'p>(&self, files: &dyn Files, path: &'p str) -> Option<(PathBuf, Vec<&'p str>)> {
        let names = path.trim_start_matches('.');
        let segments: Vec<&str> = names.split('.').filter(|segment| !segment.is_empty()).collect();
        let folder = match path.len() - names.len() {
            0 if is_standard_module(path) || canonical(path) != path => return None,
            0 => self.package(files, path)?,
            dots => self.ascend(dots - 1)?,
        };
        Some((folder, segments))
    }

    /// The file of the module `path`, as imported here; `__init__.py` for a package.
    fn file(&self, files: &dyn Files, path: &str) -> Option<PathBuf> {
        let (mut folder, segments) = self.start(files, path)?;
        for (at, segment) in segments.iter().enumerate() {
            match enter(files, &folder, segment)? {
                Entered::Module(module) => return (at + 1 == segments.len()).then_some(module),
                Entered::Folder(inner) => folder = inner,
            }
        }
        Some(folder.join("__init__.py")).filter(|init| files.is_file(init))
    }

    /// The folder `levels` above, within the project.
    fn ascend(&self, levels: usize) -> Option<PathBuf> {
        self.folder.ancestors().nth(levels).filter(|folder| folder.starts_with(&self.limit)).map(Path::to_path_buf)
    }

    /// The folder that contains the top-level package or module of an absolute import.
    fn package(&self, files: &dyn Files, path: &str) -> Option<PathBuf> {
        let mut segments = path.split('.');
        let (top, second) = (segments.next()?, segments.next());
        let holds = |folder: &PathBuf| {
            let package = folder.join(top);
            files.is_file(&folder.join(format!("{top}.py")))
                || files.is_file(&package.join("__init__.py"))
                || second.is_some_and(|second| {
                    files.is_file(&package.join(format!("{second}.py")))
                        || files.is_file(&package.join(second).join("__init__.py"))
                })
        };
        let within = self.folder.ancestors().take_while(|folder| folder.starts_with(&self.limit)).take(MOST_FOLDERS);
        within.flat_map(|folder| [folder.to_path_buf(), folder.join("src"), folder.join("lib")]).find(holds)
    }
}

struct FileProject {
    index: Arc<Index>,
    place: Place,
    file: PathBuf,
    import_words: Arc<BTreeSet<String>>,
    shadows: Mutex<HashMap<String, bool>>,
    known: Mutex<HashMap<String, Option<Export>>>,
    constants: Mutex<HashMap<String, Option<Vec<Constant>>>>,
    objects: Mutex<HashMap<String, Option<Object>>>,
    definitions: Mutex<HashMap<String, Option<(PathBuf, String)>>>,
    forwards: Mutex<HashMap<String, Option<Vec<Forward>>>>,
    /// The files that may import from this one; `None` if every file may.
    importers: OnceLock<Option<OfModule>>,
}

impl FileProject {
    /// The files that may import from this one; `None` if every file may.
    fn importers(&self) -> Option<&OfModule> {
        let importers = || self.index.importers.of_module(&*self.index.files, &self.place.limit, &self.file);
        self.importers.get_or_init(importers).as_ref()
    }

    /// What `answer` says about `path`, as written in an import in the file; each is asked once.
    fn ask<T: Clone>(&self, path: &str, known: &Mutex<HashMap<String, Option<T>>>, answer: Answer<T>) -> Option<T> {
        if canonical(path) != path || is_standard_module(path) {
            return None;
        }
        if let Some(known) = lock(known).get(path) {
            return known.clone();
        }
        let started = Instant::now();
        let mut question =
            Question { limit: &self.place.limit, import_words: &self.import_words, seen: HashSet::new() };
        let found = self.index.find(path, &self.place, &mut question, answer);
        self.index.add_time(started);
        lock(known).insert(path.to_string(), found.clone());
        found
    }
}

impl Project for FileProject {
    fn export(&self, path: &str) -> Option<Export> {
        self.ask(path, &self.known, Index::give)
    }

    fn absolute(&self, path: &str) -> Option<String> {
        let names = path.trim_start_matches('.');
        let folder = self.place.ascend((path.len() - names.len()).checked_sub(1)?)?;
        let files = &self.index.files;
        let is_package =
            |folder: &&Path| folder.starts_with(&self.place.limit) && files.is_file(&folder.join("__init__.py"));
        let packages: Vec<&str> = folder
            .ancestors()
            .take_while(is_package)
            .map(|package| package.file_name()?.to_str())
            .collect::<Option<_>>()?;
        let mut segments: Vec<&str> = packages.into_iter().rev().collect();
        if segments.is_empty() {
            return None;
        }
        segments.extend(Some(names).filter(|names| !names.is_empty()));
        Some(segments.join("."))
    }

    fn definition(&self, path: &str) -> Option<Definition> {
        let (file, name) = self.ask(path, &self.definitions, Index::definition)?;
        let module = self.index.module(&file);
        let made = name.split_once('.').and_then(|(object, rest)| {
            let class = module.contents.get()?.made.get(object)?;
            Some(format!("{class}.{rest}"))
        });
        let file = file.strip_prefix(&self.place.limit).unwrap_or(&file).to_path_buf();
        Some(Definition { file, name: made.unwrap_or(name) })
    }

    fn object(&self, path: &str) -> Option<Object> {
        self.ask(path, &self.objects, Index::object)
    }

    fn forwards(&self, path: &str) -> Vec<Forward> {
        self.ask(path, &self.forwards, Index::forwards).unwrap_or_default()
    }

    fn constants(&self, path: &str) -> Vec<Constant> {
        self.ask(path, &self.constants, Index::constants).unwrap_or_default()
    }

    fn readers(&self, name: &str) -> Vec<Forward> {
        let Some(importers) = self.importers() else { return Vec::new() };
        let started = Instant::now();
        let mut question =
            Question { limit: &self.place.limit, import_words: &self.import_words, seen: HashSet::new() };
        let files = importers.that_take(&*self.index.files, name);
        let read = |file: &PathBuf| self.index.read_by(file, &self.file, name, &mut question);
        let found = files.iter().filter_map(read).flatten().collect();
        self.index.add_time(started);
        found
    }

    fn source(&self, file: &Path) -> Option<Source> {
        let module = self.index.module(&self.place.limit.join(file));
        Source::decode(module.bytes.clone()).ok()
    }

    fn is_candidate(&self, file: &Path) -> bool {
        self.index.importers.is_candidate(&self.place.limit.join(file))
    }

    fn shadows(&self, name: &str) -> bool {
        if let Some(known) = lock(&self.shadows).get(name) {
            return *known;
        }
        let (files, folder) = (&*self.index.files, &self.place.folder);
        let has = |name: &str| {
            files.is_file(&folder.join(format!("{name}.py"))) || files.is_file(&folder.join(name).join("__init__.py"))
        };
        // In a package, only a relative import finds the modules beside a file; and beside `os.py` is the standard library itself.
        let found = has(name) && !has("os") && !files.is_file(&folder.join("__init__.py"));
        lock(&self.shadows).insert(name.to_string(), found);
        found
    }

    fn mentions(&self, word: &str) -> bool {
        self.index.importers.mentions(&*self.index.files, &self.place.limit, &self.file, word)
    }

    fn replaced_in_tests(&self, name: &str, qualified: &str) -> Option<(PathBuf, usize)> {
        let Self { index, place, file, .. } = self;
        let replaced = index.importers.replaced_in_tests(&*index.files, &place.limit, name);
        let stem =
            file.file_stem().filter(|stem| *stem != "__init__").or_else(|| place.folder.file_name())?.to_str()?;
        let is_meant = |path: &str| {
            let module = path.rsplit('.').nth(1).unwrap_or_default();
            module == stem || canonical(path) == qualified
        };
        let found = replaced.iter().find(|replaced| is_meant(&replaced.path))?;
        let test = found.file.strip_prefix(&place.limit).unwrap_or(&found.file);
        Some((test.to_path_buf(), found.line))
    }

    fn is_imported(&self, name: &str) -> bool {
        self.importers().is_none_or(|importers| importers.may_take(&*self.index.files, name))
    }
}

fn read(files: &dyn Files, path: &Path) -> Option<Vec<u8>> {
    if !files.is_file(path) {
        return None;
    }
    let mut bytes = Vec::new();
    files.read(path, MOST_BYTES, &mut bytes).ok().map(|()| bytes)
}
