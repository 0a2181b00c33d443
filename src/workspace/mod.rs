//! From paths to files: which files there are, what the folders around them say, what has changed.
//!
//! A [`Workspace`] brings it together: it takes one file, or many, through the engine with everything that is around them. It knows
//! no command line and no terminal.

pub mod baseline;
mod candidate;
pub mod changed;
pub mod config;
pub mod container;
mod engines;
mod files;
mod folders;
pub mod glob;
mod listing;
mod lock;
mod options;
mod overlay;
mod parallel;
pub mod preload;
pub mod project;
mod run;
pub mod select;
mod shown;
pub mod walk;

use crate::engine::FileContext;
use crate::engine::{Answer, Decide, Engine};
use crate::problem::Problem;
use crate::rule::Adjustment;
use crate::text::source::on_disk;
use crate::text::{ProjectPath, Source, display_path};
use crate::transforms;
use baseline::{Baselines, FILE_NAME};
pub use candidate::{Candidate, Checked};
use config::{Configurations, Entry, Found};
use container::Containers;
use engines::Engines;
pub use files::{Disk, FileKind, Files, Listed};
use files::{resolved, too_large};
use folders::FolderSettings;
use listing::ListedFiles;
use lock::lock;
pub use options::{BaselineChoice, BaselineUse, Changes, Notice, Options, Unstaged};
pub use overlay::Overlay;
use project::{Cost, Index, Place};
pub use shown::shown;
use std::collections::HashMap;
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use walk::WalkedFile;

/// Larger files are not even searched (bytes). Far above what is parsed: a large data module that cannot hold a finding is not a fault.
const MOST_BYTES: u64 = 512 << 20;

/// The files of projects, with their configurations, baselines and other modules. Each of these is found out once, when the first file
/// needs it.
pub struct Workspace {
    files: Arc<dyn Files>,
    listed: Arc<ListedFiles>,
    options: Options,
    /// The engine for files without a configuration.
    engine: Arc<Engine>,
    engines: Engines,
    /// What the options say about the applicability of fixes.
    adjustment: Arc<Adjustment>,
    /// By the folder of a file; the value includes the path that the user named.
    folders: Mutex<HashMap<PathBuf, (PathBuf, Arc<FolderSettings>)>>,
    containers: Containers,
    configurations: Configurations,
    modules: Arc<Index>,
    baselines: Baselines,
}

/// The settings that apply to a path.
pub struct Holding {
    /// A configuration leaves it out, unless it is named.
    pub is_excluded: bool,
    /// The rules that run there.
    pub engine: Arc<Engine>,
    /// Each setting, with the file that says so.
    pub settings: Vec<Entry>,
}

impl Workspace {
    /// The files on the disk.
    ///
    /// # Errors
    /// When the options name rules that do not exist, leave none to run, or name a baseline or a configuration that cannot be read.
    pub fn new(options: Options) -> Result<Self, Problem> {
        Self::with_files(options, Arc::new(Disk))
    }

    /// The same in `files`.
    ///
    /// # Errors
    /// As [`Workspace::new`].
    pub fn with_files(options: Options, files: Arc<dyn Files>) -> Result<Self, Problem> {
        let listed = Arc::new(ListedFiles::new(files));
        let files: Arc<dyn Files> = Arc::clone(&listed) as _;
        let baselines = Baselines::new(Arc::clone(&files), options.baseline.clone());
        if let (BaselineChoice::Named(path), BaselineUse::Silence) = (&options.baseline, options.baseline_use) {
            baselines.digests(path)?;
        }
        let engines = Engines::new(&options)?;
        let adjustment = Arc::new(select::adjustment(transforms::all(), &options.extend_safe, &options.extend_unsafe)?);
        let configurations = match &options.config {
            Some(path) => Configurations::named(Arc::clone(&files), path, transforms::all().to_vec(), options.today)?,
            None => Configurations::new(Arc::clone(&files), transforms::all().to_vec(), options.today),
        };
        Ok(Self {
            engine: engines.unconfigured()?,
            engines,
            adjustment,
            folders: Mutex::default(),
            containers: Containers::new(Arc::clone(&files)),
            configurations,
            modules: Arc::new(Index::new(Arc::clone(&files))),
            baselines,
            options,
            files,
            listed,
        })
    }

    /// The findings in the file at `path`. It is looked at even where a configuration leaves it out.
    pub fn check(&self, path: &Path) -> Checked {
        self.visit(path, |candidate| candidate.check())
    }

    /// The same, with those fixed that `decide` accepts. Nothing is written.
    pub fn fix(&self, path: &Path, decide: &mut dyn Decide) -> Checked {
        self.visit(path, |candidate| candidate.fix(decide))
    }

    /// The findings in `text`, as if it stood in the file at `path`, which need not exist: what holds where it would be applies to it.
    /// See [`on_disk`] for an encoding that the text names.
    pub fn check_text(&self, path: &Path, text: &str) -> Checked {
        self.visit_text(path, text, |candidate| candidate.check())
    }

    /// The same, with those fixed that `decide` accepts.
    pub fn fix_text(&self, path: &Path, text: &str, decide: &mut dyn Decide) -> Checked {
        self.visit_text(path, text, |candidate| candidate.fix(decide))
    }

    /// The bytes `disk`, as if they were the file at `path`, with what is known of that; none where they cannot hold a finding.
    ///
    /// # Errors
    /// If a configuration cannot be read.
    pub fn candidate<'f>(&self, path: &'f Path, disk: &'f [u8]) -> Result<Option<Candidate<'f>>, Problem> {
        self.look(&WalkedFile::named(path), path, disk)
    }

    /// The file at `path`, whether or not it can hold a finding, with what is known of it.
    ///
    /// # Errors
    /// If it, or a configuration, cannot be read.
    pub fn open(&self, path: &Path) -> Result<(Source, FileContext), Problem> {
        let mut disk = Vec::new();
        self.read(path, &mut disk)?;
        let file = WalkedFile::named(path);
        let folder = self.folder(&file);
        let engine = self.engine_in(&file, &folder)?;
        let source = Source::decode(disk).map_err(|error| Problem::from(error).in_file(display_path(path)))?;
        Ok((source, self.context(&file, &folder, &engine)?.0))
    }

    /// Takes note that the file at `path` has come, gone, or has other contents; or that it has in the folder at `path`. What was known
    /// of files that depend on it is found out anew: a Python file may be imported, and any other may be a configuration, a baseline, or
    /// the sign of a repository or a container.
    pub fn changed(&self, path: &Path) {
        self.listed.forget();
        let folder = resolved(&*self.files, path.parent().unwrap_or(Path::new("")));
        let path = folder.join(path.file_name().unwrap_or_default());
        self.modules.changed(&path);
        if !walk::has_python_name(&path) || self.files.is_folder(&path) {
            self.configurations.read_anew();
            self.engines.forget();
            self.baselines.forget();
            self.containers.forget();
            self.modules.forget_repositories();
            lock(&self.folders).clear();
        }
    }

    /// The engine with the rules that run where no configuration says otherwise.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What holds for a file at `path`.
    ///
    /// # Errors
    /// If a configuration cannot be read.
    pub fn holding(&self, path: &Path) -> Result<Holding, Problem> {
        let file = WalkedFile::named(path);
        let folder = self.folder(&file);
        let is_excluded = self.leaves_out(path)?;
        let settings = folder.settings()?.entries();
        Ok(Holding { is_excluded, engine: self.engine_in(&file, &folder)?, settings })
    }

    /// Whether a configuration excludes `path`, if the user does not name it.
    ///
    /// # Errors
    /// If a configuration cannot be read.
    pub fn leaves_out(&self, path: &Path) -> Result<bool, Problem> {
        let folder = resolved(&*self.files, path.parent().unwrap_or(Path::new("")));
        let settings = self.configurations.settings(&folder, Found::Walked)?;
        Ok(settings.excludes(&folder.join(path.file_name().unwrap_or_default())))
    }

    /// The engine with the rules that run in `file`; none where a configuration leaves it out.
    ///
    /// # Errors
    /// If a configuration cannot be read.
    pub fn engine_for(&self, file: &WalkedFile) -> Result<Option<Arc<Engine>>, Problem> {
        let folder = self.folder(file);
        if folder.leaves_out(file)? { Ok(None) } else { self.engine_in(file, &folder).map(Some) }
    }

    /// Where the file at `path` stands in its project, and the baseline that applies to it. `root` is the path that the user named.
    pub fn place(&self, path: &Path, root: &Path) -> Option<(ProjectPath, Option<PathBuf>)> {
        self.place_in(&self.modules.locate(path, root)?, path)
    }

    /// The baseline that an entry for the file at `place` goes to; it need not exist.
    pub fn baseline_for(&self, place: &ProjectPath) -> PathBuf {
        let absolute = place.absolute();
        let found = absolute.parent().and_then(|folder| self.baselines.file_for(folder, Some(&place.root)));
        found.unwrap_or_else(|| place.root.join(FILE_NAME))
    }

    /// The answers of all configurations that were read so far, each with the folder to whose files it applies.
    pub fn answers(&self) -> Vec<(PathBuf, Arc<Answer>)> {
        self.configurations.answers()
    }

    /// What following imports into other modules has cost.
    pub fn cost(&self) -> Cost {
        self.modules.cost()
    }

    fn visit(&self, path: &Path, look: impl FnOnce(Candidate<'_>) -> Checked) -> Checked {
        let mut disk = Vec::new();
        match self.read(path, &mut disk).and_then(|()| self.candidate(path, &disk)) {
            Ok(candidate) => candidate.map(look).unwrap_or_default(),
            Err(problem) => Checked::failed(problem),
        }
    }

    fn visit_text(&self, path: &Path, text: &str, look: impl FnOnce(Candidate<'_>) -> Checked) -> Checked {
        let disk = match on_disk(text) {
            Ok(disk) => disk,
            Err(error) => return Checked::failed(Problem::from(error).in_file(display_path(path))),
        };
        match self.candidate(path, &disk) {
            Ok(candidate) => candidate.map(look).unwrap_or_default(),
            Err(problem) => Checked::failed(problem),
        }
    }

    /// Reads `path` into `buffer`, replacing what is in it.
    fn read(&self, path: &Path, buffer: &mut Vec<u8>) -> Result<(), Problem> {
        self.files.read(path, MOST_BYTES, buffer).map_err(|error| {
            let help = "check its permissions, or exclude it with `--exclude`";
            Problem::new(format!("cannot be read: {error}"), help).in_file(display_path(path))
        })
    }

    /// The location and the settings of the folder of `file`.
    fn folder(&self, file: &WalkedFile) -> Arc<FolderSettings> {
        let parent = file.path.parent().unwrap_or(Path::new(""));
        if let Some((_, known)) = lock(&self.folders).get(parent).filter(|(root, _)| *root == file.root) {
            return Arc::clone(known);
        }
        let place = self.modules.locate(&file.path, &file.root);
        let path = place.as_ref().map_or_else(|| resolved(&*self.files, parent), |place| place.folder.clone());
        let settings = self.configurations.settings(&path, if file.is_named() { Found::Named } else { Found::Walked });
        let found = Arc::new(FolderSettings { path, place, settings, engine: OnceLock::new() });
        lock(&self.folders).insert(parent.to_path_buf(), (file.root.clone(), Arc::clone(&found)));
        found
    }

    /// The engine with the rules that run in `file`, in `folder`.
    fn engine_in(&self, file: &WalkedFile, folder: &FolderSettings) -> Result<Arc<Engine>, Problem> {
        let settings = folder.settings()?;
        let ignored = settings.rules_ignored_in(&folder.absolute(file));
        if ignored == settings.rules_ignored() {
            return self.engine_of(folder);
        }
        self.engines.of(settings, &ignored).map_err(|error| folder.contradiction(&error))
    }

    /// The same for a file whose name no glob singles out: at least the rules that run in any file of `folder`.
    fn engine_of(&self, folder: &FolderSettings) -> Result<Arc<Engine>, Problem> {
        let settings = folder.settings()?;
        if settings.is_empty() {
            return Ok(Arc::clone(&self.engine));
        }
        let of = || self.engines.of(settings, settings.rules_ignored()).map_err(|error| folder.contradiction(&error));
        folder.engine.get_or_init(of).clone()
    }

    /// `file`, which holds `disk` and is not left out, with what is known of it; none where it cannot hold a finding.
    fn look<'f>(&self, file: &WalkedFile, path: &'f Path, disk: &'f [u8]) -> Result<Option<Candidate<'f>>, Problem> {
        let folder = self.folder(file);
        // Few files can contain a finding, and there may be thousands of globs.
        if !self.engine_of(&folder)?.is_candidate(disk) {
            return Ok(None);
        }
        let engine = self.engine_in(file, &folder)?;
        if !engine.is_candidate(disk) {
            return Ok(None);
        }
        let (context, unreadable_baseline) = self.context(file, &folder, &engine)?;
        Ok(Some(Candidate { path, disk, engine, context, unreadable_baseline }))
    }

    /// What the engine should know of `file`, in `folder`, and why its baseline cannot be read.
    fn context(
        &self,
        file: &WalkedFile,
        folder: &FolderSettings,
        engine: &Engine,
    ) -> Result<(FileContext, Option<Problem>), Problem> {
        let settings = folder.settings()?;
        let mut context = FileContext {
            container: self.containers.holds(&file.path, &file.root),
            project: folder.place.clone().map(|place| self.modules.project(place, &file.path, engine.import_words())),
            target: settings.target(),
            line_length: settings.line_length(),
            suppressions: settings.suppressions(),
            evidence: settings.evidence(&folder.absolute(file)),
            adjustments: settings.adjustments(&self.adjustment),
            lines: file.lines.clone(),
            ..FileContext::default()
        };
        let Some((place, baseline)) = folder.place.as_ref().and_then(|place| self.place_in(place, &file.path)) else {
            context.place.file.clone_from(&file.path);
            return Ok((context, None));
        };
        context.place = place;
        let applies = |_: &PathBuf| self.options.baseline_use == BaselineUse::Silence;
        match baseline.filter(applies).map(|path| self.baselines.digests(&path)).transpose() {
            Ok(digests) => {
                context.baseline = digests;
                Ok((context, None))
            }
            Err(problem) => Ok((context, Some(problem))),
        }
    }

    fn place_in(&self, place: &Place, path: &Path) -> Option<(ProjectPath, Option<PathBuf>)> {
        let repository = self.modules.repository(&place.folder);
        let baseline = self.baselines.file_for(&place.folder, repository);
        let folder_of = |baseline: &PathBuf| {
            let folder = baseline.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            self.files.canonical(folder).ok().filter(|folder| place.folder.starts_with(folder))
        };
        let root = match repository {
            Some(repository) => repository.to_path_buf(),
            None => baseline.as_ref().and_then(folder_of).unwrap_or_else(|| place.limit.clone()),
        };
        let file = place.folder.join(path.file_name()?);
        let file = file.strip_prefix(&root).unwrap_or(&file).to_path_buf();
        Some((ProjectPath { root, file }, baseline))
    }
}

/// Reads all of `input` into `buffer`, replacing what is in it.
///
/// # Errors
/// When it cannot be read, or is larger than what is searched.
pub fn read_all(input: impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let read = input.take(MOST_BYTES + 1).read_to_end(buffer)?;
    if read as u64 > MOST_BYTES {
        return Err(too_large(MOST_BYTES));
    }
    Ok(())
}
