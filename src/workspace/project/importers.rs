//! Finds modules of a project that import a name from another one.
//!
//! An import may be renamed only if no other module imports the old name from there, and a value that others read is
//! shared. To find out, the words of all files' import statements are kept: for the files that the run searches, as
//! they are read; for the others, when the first name is asked about. Files that import the module or an enclosing
//! package are then read completely. A file that contains both the name and the module's name, anywhere, counts as an
//! importer. A wrong yes is acceptable (the old import is then kept next to the new one), a wrong no is not. Files that
//! a walk skips (hidden or git-ignored) are not considered.

use super::{MOST_FOLDERS, read};
use crate::python::{Word, import_statements, is_standard_module, words_of};
use crate::text::line_number;
use crate::workspace::files::Files;
use crate::workspace::lock::lock;
use crate::workspace::walk;
use crate::workspace::walk::{WalkOptions, WalkedFile};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// The imports of larger files are not known (like `source::MAX_BYTES`: they are not parsed either).
const MOST_BYTES: u64 = 16 << 20;
/// In a larger project, every name counts as imported.
const MOST_FILES: usize = 100_000;
/// If more files import a module, all its names count as imported, and the files are not read.
const MOST_READ: usize = 1024;
/// If more modules re-export a module, all its names count as imported.
const MOST_HANDED_ON: usize = 64;
/// A value that more files may read is everybody's.
const MOST_READERS: usize = 64;
/// Number of files that a thread takes at once.
const BATCH: usize = 64;

/// The results so far.
#[derive(Default)]
pub(super) struct Importers {
    walked: Mutex<Option<Vec<WalkedFile>>>,
    /// The imports of the files that the run has already read.
    known: Mutex<HashMap<PathBuf, Imports>>,
    /// By the hash of a word: the files among them that may hold a finding and contain it.
    mentioning: Mutex<HashMap<u32, Vec<PathBuf>>>,
    /// By the project's outermost folder and a word: files outside of the run that contain it, two at most.
    mentioning_outside: Mutex<HashMap<Member, Vec<PathBuf>>>,
    /// By the project's outermost folder. The first caller builds the list while others wait.
    imports: Mutex<HashMap<PathBuf, Arc<OnceLock<Below>>>>,
    /// By the project's outermost folder and a member's name.
    replaced: Mutex<HashMap<Member, Arc<Vec<Replaced>>>>,
    count: AtomicUsize,
    nanoseconds: AtomicU64,
}

/// The files that a walk found: absolute paths without links.
struct Walked {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

/// The imports of a file.
#[derive(Clone)]
struct Imports {
    file: PathBuf,
    /// Hashes of the words of its import statements, sorted.
    words: Arc<[u32]>,
    has_relative: bool,
    has_star: bool,
    /// Hashes of all its words, sorted, if the run may rewrite it: an answer must not depend on whether it already has.
    all: Option<Box<[u32]>>,
}

/// The imports of a project's files, by what they name.
struct Below {
    files: Vec<Imports>,
    /// Each word with the position in `files` of a file that has it, sorted.
    words: Vec<(u32, usize)>,
    /// The positions of files with a relative import, or one of all names.
    relative: BTreeSet<usize>,
    star: BTreeSet<usize>,
}

impl Below {
    fn of(files: Vec<Imports>) -> Self {
        let placed = || files.iter().enumerate();
        let mut words: Vec<(u32, usize)> =
            placed().flat_map(|(at, file)| file.words.iter().map(move |word| (*word, at))).collect();
        words.sort_unstable();
        let relative = placed().filter(|(_, file)| file.has_relative).map(|(at, _)| at).collect();
        let star = placed().filter(|(_, file)| file.has_star).map(|(at, _)| at).collect();
        Self { words, relative, star, files }
    }

    /// The files with one of `words`, in their order.
    fn with(&self, words: &[u32]) -> BTreeSet<usize> {
        let of_word = |word: u32| {
            let first = self.words.partition_point(|(other, _)| *other < word);
            let rest = self.words.get(first..).unwrap_or_default();
            rest.iter().take_while(move |(other, _)| *other == word).map(|(_, at)| *at)
        };
        words.iter().copied().flat_map(of_word).collect()
    }

    /// Those of the files at `positions` for which `holds`.
    fn of_those(&self, positions: &BTreeSet<usize>, holds: impl Fn(&Imports) -> bool) -> impl Iterator<Item = usize> {
        positions.iter().copied().filter(move |at| self.files.get(*at).is_some_and(&holds))
    }

    fn at(&self, positions: impl IntoIterator<Item = usize>) -> impl Iterator<Item = &Imports> {
        positions.into_iter().filter_map(|at| self.files.get(at))
    }
}

/// Where a word stands in an import statement.
#[derive(Clone, Copy)]
enum Part {
    /// In `from … import`, or in a call that imports.
    Module,
    /// After `import`.
    Whole,
    /// After `from … import`.
    Name,
    /// Anywhere.
    Text,
}

impl Importers {
    /// Registers all `files` of a walk without exclusions, so that they are not walked again.
    pub(super) fn walked(&self, files: Vec<WalkedFile>) {
        *lock(&self.walked) = Some(files);
    }

    /// Registers the imports of `file`, whose contents are `text`. The run may rewrite it if it is a candidate.
    pub(super) fn searched(&self, file: &Path, text: &[u8], is_candidate: bool) {
        let _timed = self.timed();
        if self.count.fetch_add(1, Ordering::Relaxed) < MOST_FILES {
            let all = is_candidate.then(|| all_words(text));
            let imports = Imports { all, ..Imports::of(file, text) };
            lock(&self.known).insert(file.to_path_buf(), imports);
            lock(&self.mentioning).clear();
        }
    }

    /// Takes note that `file`, an absolute path without links, has other contents, or has come or gone.
    pub(super) fn changed(&self, files: &dyn Files, file: &Path) {
        let mut text = Vec::new();
        let imports = files.read(file, MOST_BYTES, &mut text).ok().filter(|()| walk::has_python_name(file));
        let imports = imports.map(|()| Imports::of(file, &text));
        // Which files there are is asked anew, where nobody has asked yet.
        *lock(&self.walked) = None;
        lock(&self.mentioning).clear();
        lock(&self.mentioning_outside).clear();
        lock(&self.replaced).clear();
        match &imports {
            Some(imports) => drop(lock(&self.known).insert(file.to_path_buf(), imports.clone())),
            None => drop(lock(&self.known).remove(file)),
        }
        for (limit, below) in lock(&self.imports).iter_mut().filter(|(limit, _)| file.starts_with(limit)) {
            let Some(known) = below.get() else { continue };
            let others = known.files.iter().filter(|known| !known.file.starts_with(file)).cloned();
            let is_listed = known.files.iter().any(|known| known.file == file);
            let is_walked = is_listed || !walk::passes_over(limit, file, &WalkOptions::default());
            let new: Vec<Imports> = others.chain(imports.clone().filter(|_| is_walked)).collect();
            *below = Arc::new(OnceLock::from(Below::of(new)));
        }
    }

    /// Whether the run looks for findings in `file`, an absolute path without links.
    pub(super) fn is_candidate(&self, file: &Path) -> bool {
        lock(&self.known).get(file).is_some_and(|known| known.all.is_some())
    }

    /// Whether another file below `limit` than `file` contains `word`: one of the run that may hold a finding, or one outside of the
    /// run.
    pub(super) fn mentions(&self, files: &dyn Files, limit: &Path, file: &Path, word: &str) -> bool {
        if self.count.load(Ordering::Relaxed) > MOST_FILES {
            return true;
        }
        let sought = hash(Part::Text, word.as_bytes());
        let mut mentioning = lock(&self.mentioning);
        let in_run = mentioning.entry(sought).or_insert_with(|| {
            let has_word = |words: &[u32]| words.binary_search(&sought).is_ok();
            let known = lock(&self.known);
            let found = known.values().filter(|other| other.all.as_deref().is_some_and(has_word));
            found.map(|other| other.file.clone()).collect()
        });
        if in_run.iter().any(|other| other != file && other.starts_with(limit)) {
            return true;
        }
        drop(mentioning);
        let mut outside = lock(&self.mentioning_outside);
        let outside = outside.entry((limit.to_path_buf(), word.to_owned()));
        outside.or_insert_with(|| self.outside(files, limit, word)).iter().any(|other| other != file)
    }

    /// Two files below `limit`, at most, that the run has not read and that contain `word`.
    fn outside(&self, files: &dyn Files, limit: &Path, word: &str) -> Vec<PathBuf> {
        let imports = Arc::clone(lock(&self.imports).entry(limit.to_path_buf()).or_default());
        let imports = imports.get_or_init(|| self.imports_below(files, limit));
        let _timed = self.timed();
        let known: HashSet<PathBuf> = lock(&self.known).keys().cloned().collect();
        let word = Word::new(word.as_bytes());
        let mut text = Vec::new();
        let unread = imports.files.iter().map(|imports| &imports.file).filter(|file| !known.contains(*file));
        let has_word = |file: &&PathBuf| files.read(file, MOST_BYTES, &mut text).is_ok() && word.stands_in(&text);
        unread.filter(has_word).take(2).cloned().collect()
    }

    /// Where tests below `limit` write the qualified name of a member `name` as a text, as `mock.patch` takes it.
    pub(super) fn replaced_in_tests(&self, files: &dyn Files, limit: &Path, name: &str) -> Arc<Vec<Replaced>> {
        let imports = Arc::clone(lock(&self.imports).entry(limit.to_path_buf()).or_default());
        let imports = imports.get_or_init(|| self.imports_below(files, limit));
        let mut known = lock(&self.replaced);
        let found = known.entry((limit.to_path_buf(), name.to_owned())).or_insert_with(|| {
            let _timed = self.timed();
            let is_test = |file: &Path| {
                let below = file.strip_prefix(limit).unwrap_or(file);
                below.to_string_lossy().to_ascii_lowercase().contains("test")
            };
            let tests = imports.files.iter().map(|imports| &imports.file).filter(|file| is_test(file));
            let mut text = Vec::new();
            let found = tests.flat_map(|file| match files.read(file, MOST_BYTES, &mut text) {
                Ok(()) => Replaced::all_in(file, &text, name),
                Err(_) => Vec::new(),
            });
            Arc::new(found.take(MOST_READ).collect())
        });
        Arc::clone(found)
    }

    /// Number of files whose imports were searched, and the time taken, summed over all threads.
    pub(super) fn cost(&self) -> (usize, Duration) {
        let time = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed));
        (self.count.load(Ordering::Relaxed), time)
    }

    /// The files of the project below `limit` that may import from the module in `file`; `None` if every file may.
    pub(super) fn of_module(&self, files: &dyn Files, limit: &Path, file: &Path) -> Option<OfModule> {
        // A package: its importers are outside the folder.
        if files.is_file(&limit.join("__init__.py")) {
            return None;
        }
        let imports = Arc::clone(lock(&self.imports).entry(limit.to_path_buf()).or_default());
        let imports = imports.get_or_init(|| self.imports_below(files, limit));
        let _timed = self.timed();
        if imports.files.len() > MOST_FILES {
            return None;
        }
        let modules = handed_on(files, limit, file, imports)?;
        let importers = imports.at(that_name(limit, file, &modules, imports));
        let importers = importers.filter(|imports| imports.file != file);
        let importers: Vec<Importer> =
            importers.take(MOST_READ + 1).map(|imports| Importer::of(imports, &modules)).collect();
        (importers.len() <= MOST_READ).then_some(OfModule { modules, importers })
    }

    /// The imports of the files below `limit`. Files that the run has not read yet are read now.
    fn imports_below(&self, files: &dyn Files, limit: &Path) -> Below {
        let timed = self.timed();
        let walked = lock(&self.walked).as_ref().and_then(|files| Walked::of(files).below(limit));
        let walked = walked.unwrap_or_else(|| Walked::anew(limit).files);
        if walked.len() > MOST_FILES {
            return Below::of(walked.into_iter().map(Imports::unread).collect());
        }
        let mut imports = Vec::with_capacity(walked.len());
        let mut unknown = Vec::new();
        let known = lock(&self.known);
        for file in walked {
            match known.get(&file) {
                Some(known) => imports.push(known.clone()),
                None => unknown.push(file),
            }
        }
        drop((known, timed));
        let next = AtomicUsize::new(0);
        let found = Mutex::new(imports);
        let work = || {
            let _timed = self.timed();
            let mut buffer = Vec::new();
            while let Some(batch) = unknown.chunks(BATCH).nth(next.fetch_add(1, Ordering::Relaxed)) {
                let read = |file: &PathBuf| {
                    files.read(file, MOST_BYTES, &mut buffer).ok().map(|()| Imports::of(file, &buffer))
                };
                let imports: Vec<Imports> = batch.iter().filter_map(read).collect();
                self.count.fetch_add(batch.len(), Ordering::Relaxed);
                lock(&found).extend(imports);
            }
        };
        thread::scope(|scope| {
            for _ in unknown.chunks(BATCH).zip(1..thread::available_parallelism().map_or(1, NonZero::get)) {
                scope.spawn(work);
            }
            work();
        });
        Below::of(found.into_inner().unwrap_or_default())
    }

    fn timed(&self) -> Timed<'_> {
        Timed { nanoseconds: &self.nanoseconds, started: Instant::now() }
    }
}

/// The files that may import from a module.
pub(super) struct OfModule {
    /// The module, and those that hand its names on.
    modules: Vec<Called>,
    importers: Vec<Importer>,
}

struct Importer {
    file: PathBuf,
    /// It may import one of the modules without naming it.
    is_relative: bool,
    /// Hashes of all its words, sorted, once they were asked for; none if it cannot be read.
    words: OnceLock<Option<Box<[u32]>>>,
}

impl OfModule {
    /// Whether one of them may import `name`, or read its value.
    pub(super) fn may_take(&self, files: &dyn Files, name: &str) -> bool {
        self.importers.iter().any(|importer| self.takes(importer, files, name))
    }

    /// Those that may read the value of `name`, `HOST` or `Settings.HOST`, in the order of their paths; none if there are too many.
    pub(super) fn that_take(&self, files: &dyn Files, name: &str) -> Vec<PathBuf> {
        // An object of a class has another name than the class.
        let name = name.rsplit('.').next().unwrap_or(name);
        let takers = self.importers.iter().filter(|importer| self.takes(importer, files, name));
        let mut found: Vec<PathBuf> = takers.take(MOST_READERS + 1).map(|importer| importer.file.clone()).collect();
        if found.len() > MOST_READERS {
            return Vec::new();
        }
        found.sort_unstable();
        found
    }

    fn takes(&self, importer: &Importer, files: &dyn Files, name: &str) -> bool {
        let read = || {
            let mut text = Vec::new();
            files.read(&importer.file, MOST_BYTES, &mut text).ok().map(|()| all_words(&text))
        };
        // A file that cannot be read may import anything.
        let Some(words) = importer.words.get_or_init(read) else { return true };
        let has = |word: &str| words.binary_search(&hash(Part::Text, word.as_bytes())).is_ok();
        has(name) && (importer.is_relative || self.modules.iter().any(|module| has(&module.name)))
    }
}

impl Importer {
    fn of(imports: &Imports, modules: &[Called]) -> Self {
        let words = imports.all.clone().map(Some).map_or_else(OnceLock::new, OnceLock::from);
        let is_relative = modules.iter().any(|module| module.is_relative_in(imports));
        Self { file: imports.file.clone(), is_relative, words }
    }
}

/// A name in some module of the project, with the project's outermost folder.
type Member = (PathBuf, String);

/// A qualified name that a test writes as a text.
pub(super) struct Replaced {
    pub(super) path: String,
    pub(super) file: PathBuf,
    /// One-based.
    pub(super) line: usize,
}

impl Replaced {
    fn all_in(file: &Path, text: &[u8], name: &str) -> Vec<Self> {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let ends = memchr::memmem::find_iter(text, name).map(|at| at + name.len());
        let path = |end: usize| {
            let before = text.get(..end)?;
            let start = before.iter().rposition(|byte| !is_of_name(byte)).map_or(0, |at| at + 1);
            let quote = text.get(start.checked_sub(1)?)?;
            let path = str::from_utf8(before.get(start..)?).ok()?;
            let is_whole = matches!(quote, b'"' | b'\'') && text.get(end) == Some(quote);
            (is_whole && path.strip_suffix(name)?.ends_with('.')).then(|| path.to_owned())
        };
        ends.filter_map(|end| Some(Self { path: path(end)?, file: file.to_path_buf(), line: line_number(text, end) }))
            .collect()
    }
}

/// Adds the time until it is dropped.
struct Timed<'t> {
    nanoseconds: &'t AtomicU64,
    started: Instant,
}

impl Drop for Timed<'_> {
    fn drop(&mut self) {
        let spent = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(spent, Ordering::Relaxed);
    }
}

impl Walked {
    fn of(files: &[WalkedFile]) -> Self {
        let mut roots: HashMap<&Path, Option<(PathBuf, PathBuf)>> = HashMap::new();
        let mut found = Self { folders: Vec::new(), files: Vec::new() };
        for file in files {
            let root = roots.entry(&file.root).or_insert_with(|| {
                let canonical = file.root.canonicalize().ok().filter(|root| root.is_dir())?;
                found.folders.push(canonical.clone());
                Some((std::path::absolute(&file.root).ok()?, canonical))
            });
            let Some((written, canonical)) = root else { continue };
            let absolute = || Some(std::path::absolute(&file.path).ok()?.strip_prefix(written).ok()?.to_path_buf());
            // What is written below a root needs no call of the system; below `.`, nothing is written before it.
            let below = match file.root == Path::new(".") && file.path.is_relative() {
                true => Some(file.path.clone()),
                false => file.path.strip_prefix(&file.root).ok().map(Path::to_path_buf).or_else(absolute),
            };
            found.files.extend(below.map(|below| canonical.join(below)));
        }
        found
    }

    fn anew(limit: &Path) -> Self {
        let found = walk::walk(&[limit.to_path_buf()], &WalkOptions::default());
        Self::of(&found.map(|found| found.files).unwrap_or_default())
    }

    /// All files below `limit`; `None` if the walk did not cover all of it.
    fn below(self, limit: &Path) -> Option<Vec<PathBuf>> {
        let is_walked = self.folders.iter().any(|folder| limit.starts_with(folder));
        is_walked.then(|| self.files.into_iter().filter(|file| file.starts_with(limit)).collect())
    }
}

impl Imports {
    fn of(file: &Path, text: &[u8]) -> Self {
        let mut words = Vec::new();
        let (mut has_relative, mut has_star) = (false, false);
        for statement in import_statements(text) {
            has_relative |= statement.trim_ascii_start().starts_with(b"from .");
            has_star |= statement.contains(&b'*');
            let mut part = Part::Module;
            for (at, word) in project_words(statement).enumerate() {
                match (at, word) {
                    (0, b"import") => part = Part::Whole,
                    (_, b"import") => part = Part::Name,
                    _ => words.push(hash(part, word)),
                }
            }
        }
        words.sort_unstable();
        words.dedup();
        Self { file: file.to_path_buf(), words: words.into(), has_relative, has_star, all: None }
    }

    /// If there are too many files, they are only counted.
    fn unread(file: PathBuf) -> Self {
        Self { file, words: Arc::default(), has_relative: false, has_star: false, all: None }
    }
}

/// FNV-1a: there are millions of words, and a collision only means reading one more file.
fn hash(part: Part, word: &[u8]) -> u32 {
    let start = match part {
        Part::Module => 0x811c_9dc5,
        Part::Whole => 0x050c_5d1f,
        Part::Name => 0x3c6e_f372,
        Part::Text => 0xa54f_f53a,
    };
    word.iter().fold(start, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// The positions in `imports` of the files that may import from the module in `file`, which others know as `modules`.
fn that_name(limit: &Path, file: &Path, modules: &[Called], imports: &Below) -> BTreeSet<usize> {
    let parts = [Part::Module, Part::Whole, Part::Name];
    let mut words: Vec<u32> =
        modules.iter().flat_map(|module| parts.map(|part| hash(part, module.name.as_bytes()))).collect();
    // `import app`, then `app.net.HOST`.
    let around = file.ancestors().skip(1).take_while(|folder| *folder != limit && folder.starts_with(limit));
    for package in around.take(MOST_FOLDERS).filter_map(|folder| folder.file_name()?.to_str()) {
        words.push(hash(Part::Name, package.as_bytes()));
        if !is_standard_module(package) {
            words.push(hash(Part::Whole, package.as_bytes()));
        }
    }
    let mut found = imports.with(&words);
    // Relative imports in their packages need not name them.
    if modules.iter().any(|module| module.package.is_some()) {
        let is_relative = |other: &Imports| modules.iter().any(|module| module.is_relative_in(other));
        found.extend(imports.of_those(&imports.relative, is_relative));
    }
    found
}

/// A name under which others import a module.
struct Called {
    name: String,
    /// For a package, its folder: files in it may call it `.`.
    package: Option<PathBuf>,
}

/// The names under which others import the module in `file`: its own name, and those of packages that re-export its
/// contents by a wildcard import.
fn names_of(files: &dyn Files, limit: &Path, file: &Path) -> Vec<Called> {
    let name = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_string);
    let package = |folder: &Path| Some(Called { name: name(folder)?, package: Some(folder.to_path_buf()) });
    let mut names: Vec<Called> = Vec::new();
    match name(file).as_deref() {
        Some("__init__") => names.extend(file.parent().and_then(package)),
        Some(stem) => names.push(Called { name: stem.to_string(), package: None }),
        None => {}
    }
    for folder in file.ancestors().skip(1).take_while(|folder| folder.starts_with(limit)) {
        let Some(init) = read(files, &folder.join("__init__.py")) else { break };
        if memchr::memmem::find(&init, b"import *").is_some() {
            names.extend(package(folder));
        }
    }
    names
}

impl Called {
    /// Whether a file imports from its own package without naming it: `from . import a`.
    fn is_relative_in(&self, imports: &Imports) -> bool {
        imports.has_relative && self.package.as_ref().is_some_and(|package| imports.file.starts_with(package))
    }
}

/// The names under which others import the module in `file`, including the names of modules that re-export it: by a
/// wildcard import, or as a name for the module itself. `None` if there are too many.
fn handed_on(files: &dyn Files, limit: &Path, file: &Path, imports: &Below) -> Option<Vec<Called>> {
    let mut modules = names_of(files, limit, file);
    let mut seen: HashSet<&Path> = HashSet::from([file]);
    let mut known = 0;
    while known < modules.len() {
        let new = modules.get(known..).unwrap_or_default();
        let words = |parts: &[Part]| -> Vec<u32> {
            new.iter().flat_map(|module| parts.iter().map(|part| hash(*part, module.name.as_bytes()))).collect()
        };
        let (taken, bound) = (words(&[Part::Module]), words(&[Part::Whole, Part::Name]));
        let mut hand_on = imports.with(&bound);
        hand_on.extend(imports.with(&taken).intersection(&imports.star));
        let is_relative = |other: &Imports| new.iter().any(|module| module.is_relative_in(other));
        hand_on.extend(imports.of_those(&imports.star, is_relative));
        let found: Vec<&Path> =
            imports.at(hand_on).map(|imports| imports.file.as_path()).filter(|file| seen.insert(file)).collect();
        known = modules.len();
        if seen.len() > MOST_HANDED_ON {
            return None;
        }
        modules.extend(found.into_iter().flat_map(|file| names_of(files, limit, file)));
    }
    Some(modules)
}

/// Hashes of the words of `text`, sorted.
fn all_words(text: &[u8]) -> Box<[u32]> {
    // Most words were there a moment ago, and sorting them all takes long. At first each place holds a hash that belongs to another one.
    let mut recent: Vec<u32> = (0..RECENT).map(|place| !place).collect();
    let is_new = |hash: &u32| {
        let place = recent.get_mut((*hash % RECENT) as usize);
        place.is_none_or(|place| std::mem::replace(place, *hash) != *hash)
    };
    let mut words: Vec<u32> = project_words(text).map(|word| hash(Part::Text, word)).filter(is_new).collect();
    words.sort_unstable();
    words.dedup();
    words.into_boxed_slice()
}

/// How many words are known to have been there.
const RECENT: u32 = 1 << 12;

/// The words of `text` except those of `http.client` and `http.server`, which are not modules of the project.
fn project_words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut before: [&[u8]; 2] = [b"", b""];
    words_of(text).filter(move |word| {
        let [_, last] = before;
        let is_standard =
            matches!(*word, b"client" | b"server") && matches!(before, [_, b"http"] | [b"http", b"import"]);
        before = [last, *word];
        !is_standard
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_are_known_however_many_there_are_and_each_once() {
        let words: Vec<String> = (0..3 * RECENT).map(|number| format!("w{number}")).collect();
        let text = format!("{} {} import http.client", words.join(" "), words.join("."));
        let known = all_words(text.as_bytes());
        let mut expected: Vec<u32> = words.iter().map(|word| hash(Part::Text, word.as_bytes())).collect();
        expected.extend(["import", "http"].map(|word| hash(Part::Text, word.as_bytes())));
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(*known, *expected);
    }
}
