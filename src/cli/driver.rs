//! One file with all that is around it: its project, its configuration, its baseline, and the engine that looks at it.
//!
//! What holds for a folder is found out once. [`crate::workspace::parallel`] takes many files through here at once.

use super::changed::ChangedLines;
use super::engines::Engines;
use super::input;
use super::input::Input;
use super::records::scan_error;
use super::{Common, Stop};
use crate::engine::{Engine, FileResult, ScanError};
use crate::problem::Problem;
use crate::report::FindingRecord;
use crate::rule::{FileContext, OptionError};
use crate::terminal::streams::Terminal;
use crate::text::ProjectPath;
use crate::text::display_path;
use crate::transforms;
use crate::workspace::baseline::{Baselines, Choice, FILE_NAME};
use crate::workspace::config::{Configurations, Found, Settings};
use crate::workspace::container::Containers;
use crate::workspace::parallel;
use crate::workspace::project::{Cost, Index, Place};
use crate::workspace::shown;
use crate::workspace::walk::WalkedFile;
use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What a run has to say about one file.
#[derive(Debug, Default)]
pub(super) struct FileReport {
    /// For standard output.
    pub(super) output: Vec<u8>,
    /// The findings, with what became of them.
    pub(super) findings: Vec<FindingRecord>,
    /// What went wrong.
    pub(super) errors: Vec<Problem>,
    /// It could hold a finding, and was parsed.
    pub(super) is_parsed: bool,
    /// It was rewritten, or would be.
    pub(super) is_changed: bool,
}

impl FileReport {
    /// A report of nothing but an error.
    pub(super) fn failed(error: Problem) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }
}

/// The engines with what they need to know about the files' surroundings.
pub(super) struct Driver {
    /// The engine where no configuration says otherwise.
    pub(super) engine: Arc<Engine>,
    engines: Engines,
    /// By the folder of a file and the path that the user named.
    folders: Mutex<HashMap<PathBuf, (PathBuf, Arc<Folder>)>>,
    containers: Containers,
    configurations: Configurations,
    modules: Arc<Index>,
    baselines: Baselines,
    baseline_use: BaselineUse,
    /// Lines to which the run is restricted.
    pub(super) lines: ChangedLines,
    /// How many files are done with.
    done: Arc<AtomicUsize>,
}

/// What the baseline is for in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BaselineUse {
    /// Its findings are not told. When it cannot be read, all are, and the error.
    Report,
    /// Its findings are not fixed. When it cannot be read, the file is left alone: what somebody wants to keep must not be
    /// rewritten.
    Rewrite,
    /// It is what is worked on, and silences nothing.
    Keep,
}

/// Where a folder stands, and what holds in it.
pub(super) struct Folder {
    /// Absolute, without links.
    path: PathBuf,
    place: Option<Place>,
    settings: Result<Arc<Settings>, Problem>,
    /// For the files that are called as none for which more rules are left out.
    engine: OnceLock<Result<Arc<Engine>, Problem>>,
}

impl Folder {
    /// What the configurations say.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn settings(&self) -> Result<&Settings, Problem> {
        self.settings.as_deref().map_err(Clone::clone)
    }

    /// The absolute path of `file`, one of the folder's.
    pub(super) fn absolute(&self, file: &WalkedFile) -> PathBuf {
        self.path.join(file.path.file_name().unwrap_or_default())
    }
}

/// What is around a file.
struct Surroundings {
    /// What the engine should know.
    context: FileContext,
    /// What could not be found out.
    fault: Option<Problem>,
}

impl Driver {
    /// # Errors
    /// When the command line names rules that there are not, or a baseline or a configuration that cannot be read.
    pub(super) fn new(common: &Common, baseline_use: BaselineUse) -> Result<Self, Stop> {
        let baselines = Baselines::new(match &common.baseline {
            Some(path) => Choice::Named(path.clone()),
            None if common.no_baseline => Choice::Off,
            None => Choice::Nearest,
        });
        if let Some(path) = &common.baseline {
            baselines.digests(path)?;
        }
        Self::with_baselines(common, baselines, baseline_use)
    }

    /// The same where the baselines need not be there yet.
    ///
    /// # Errors
    /// As [`Driver::new`].
    pub(super) fn with_baselines(
        common: &Common,
        baselines: Baselines,
        baseline_use: BaselineUse,
    ) -> Result<Self, Stop> {
        let engines = Engines::new(common)?;
        let configurations = match &common.config {
            Some(path) => Configurations::named(path, transforms::all())?,
            None => Configurations::new(transforms::all()),
        };
        Ok(Self {
            engine: engines.unconfigured()?,
            engines,
            folders: Mutex::default(),
            containers: Containers::default(),
            configurations,
            modules: Arc::default(),
            baselines,
            baseline_use,
            lines: ChangedLines::new(),
            done: Arc::default(),
        })
    }

    /// Finds what `paths` name.
    ///
    /// # Errors
    /// As [`input::find`].
    pub(super) fn find(&self, paths: &[PathBuf], common: &Common, terminal: &Terminal) -> Result<Input, Stop> {
        let input = input::find(paths, common, terminal)?;
        if let Input::Files(walked) = &input
            && common.exclude.is_empty()
        {
            self.modules.walked(walked.files.clone());
        }
        Ok(input)
    }

    /// What is known of the folder of `file`.
    pub(super) fn folder(&self, file: &WalkedFile) -> Arc<Folder> {
        let parent = file.path.parent().unwrap_or(Path::new(""));
        let lock = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = lock().get(parent).filter(|(root, _)| *root == file.root) {
            return Arc::clone(known);
        }
        let place = self.modules.locate(&file.path, &file.root);
        let path = place.as_ref().map_or_else(|| resolved(parent), |place| place.folder.clone());
        let by = if file.path == file.root { Found::Named } else { Found::Walked };
        let settings = self.configurations.settings(&path, by);
        let found = Arc::new(Folder { path, place, settings, engine: OnceLock::new() });
        lock().insert(parent.to_path_buf(), (file.root.clone(), Arc::clone(&found)));
        found
    }

    /// The engine with the rules that hold for `file`, in `folder`.
    ///
    /// # Errors
    /// When a configuration cannot be read.
    pub(super) fn rules_for(&self, file: &WalkedFile, folder: &Folder) -> Result<Arc<Engine>, Problem> {
        let settings = folder.settings()?;
        let ignored = settings.rules_ignored_in(&folder.absolute(file));
        if ignored == settings.rules_ignored() {
            return self.rules_in(folder);
        }
        self.engines.of(settings, &ignored).map_err(|error| together(folder, &error))
    }

    /// The same for a file of which no glob knows the name: at least the rules that hold for any in `folder`.
    fn rules_in(&self, folder: &Folder) -> Result<Arc<Engine>, Problem> {
        let settings = folder.settings()?;
        if settings.is_empty() {
            return Ok(Arc::clone(&self.engine));
        }
        let of = || self.engines.of(settings, settings.rules_ignored()).map_err(|error| together(folder, &error));
        folder.engine.get_or_init(of).clone()
    }

    /// The engine with the rules that hold for `file`; none where a configuration leaves it out.
    pub(super) fn engine_for(&self, file: &WalkedFile) -> Result<Option<Arc<Engine>>, Problem> {
        let folder = self.folder(file);
        if is_left_out(file, &folder)? { Ok(None) } else { self.rules_for(file, &folder).map(Some) }
    }

    /// Whether a configuration leaves out what is at `path` when nobody names it.
    ///
    /// # Errors
    /// When a configuration cannot be read.
    pub(super) fn leaves_out(&self, path: &Path) -> Result<bool, Problem> {
        let folder = resolved(path.parent().unwrap_or(Path::new("")));
        let settings = self.configurations.settings(&folder, Found::Walked)?;
        Ok(settings.excludes(&folder.join(path.file_name().unwrap_or_default())))
    }

    /// Where the file at `path` stands in its project, and the baseline that holds for it. `root` is the path that the user named.
    pub(super) fn place(&self, path: &Path, root: &Path) -> Option<(ProjectPath, Option<PathBuf>)> {
        self.place_in(&self.modules.locate(path, root)?, path)
    }

    fn place_in(&self, place: &Place, path: &Path) -> Option<(ProjectPath, Option<PathBuf>)> {
        let repository = self.modules.repository(&place.folder);
        let baseline = self.baselines.file_for(&place.folder, repository);
        let folder_of = |baseline: &PathBuf| {
            let folder = baseline.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            folder.canonicalize().ok().filter(|folder| place.folder.starts_with(folder))
        };
        let root = match repository {
            Some(repository) => repository.to_path_buf(),
            None => baseline.as_ref().and_then(folder_of).unwrap_or_else(|| place.limit.clone()),
        };
        let file = place.folder.join(path.file_name()?);
        let file = file.strip_prefix(&root).unwrap_or(&file).to_path_buf();
        Some((ProjectPath { root, file }, baseline))
    }

    /// The baseline that an entry for the file at `place` goes to; it need not be there yet.
    pub(super) fn baseline_for(&self, place: &ProjectPath) -> PathBuf {
        let absolute = place.absolute();
        let found = absolute.parent().and_then(|folder| self.baselines.file_for(folder, Some(&place.root)));
        found.unwrap_or_else(|| place.root.join(FILE_NAME))
    }

    /// What is around `file`.
    fn surroundings(&self, file: &WalkedFile) -> Result<Surroundings, Problem> {
        let folder = self.folder(file);
        let placed = folder.place.as_ref().and_then(|place| self.place_in(place, &file.path));
        let mut context = self.context(file, &folder)?;
        context.lines = self.lines.get(&file.path).cloned();
        let Some((place, baseline)) = placed else {
            context.place.file.clone_from(&file.path);
            return Ok(Surroundings { context, fault: None });
        };
        context.place = place;
        if self.baseline_use == BaselineUse::Keep {
            return Ok(Surroundings { context, fault: None });
        }
        let mut fault = None;
        match baseline.map(|path| self.baselines.digests(&path)).transpose() {
            Ok(digests) => context.baseline = digests,
            Err(error) if self.baseline_use == BaselineUse::Rewrite => return Err(error),
            Err(error) => fault = Some(error),
        }
        Ok(Surroundings { context, fault })
    }

    /// What the file's project says about it.
    fn context(&self, file: &WalkedFile, folder: &Folder) -> Result<FileContext, Problem> {
        let settings = folder.settings()?;
        let place = folder.place.clone();
        Ok(FileContext {
            container: self.containers.holds(&file.path, &file.root),
            project: place.map(|place| self.modules.project(place, &file.path)),
            target: settings.target(),
            suppressions: settings.suppressions(),
            ..FileContext::default()
        })
    }

    /// What following imports into other modules came to.
    pub(super) fn cost(&self) -> Cost {
        self.modules.cost()
    }

    /// Lets `work` [visit](Self::visit) each of `files` on one of `workers` threads, and `consume` what it says, in the order of
    /// `files`; a terminal shows how far it has come.
    ///
    /// All files are searched before the first is visited: then what they import is known, and who takes a name from whom.
    ///
    /// # Errors
    /// The first one of `consume`.
    pub(super) fn for_each(
        &self,
        files: &[WalkedFile],
        workers: usize,
        terminal: &Terminal,
        work: impl Fn(&WalkedFile, &mut Vec<u8>) -> Option<FileReport> + Sync,
        consume: impl FnMut(FileReport) -> io::Result<()>,
    ) -> io::Result<()> {
        let _progress = terminal.progress(files.len(), &self.done);
        let mut candidates = Vec::new();
        let search = |file: &WalkedFile, buffer: &mut Vec<u8>| self.search(file, buffer).then(|| file.clone());
        parallel::for_each(files, workers, search, |file| {
            candidates.push(file);
            Ok(())
        })?;
        parallel::for_each(&candidates, workers, work, consume)
    }

    /// Whether there may be something to say about `file`: it can hold a finding, or cannot be read.
    fn search(&self, file: &WalkedFile, buffer: &mut Vec<u8>) -> bool {
        let folder = self.folder(file);
        // Before it is read: a file that is left out may be huge, or not to be read at all.
        let is_candidate = match (is_left_out(file, &folder), self.rules_in(&folder)) {
            (Ok(true), _) => false,
            (Ok(false), Ok(engine)) => input::read(&file.path, buffer).map_or(true, |()| {
                let is_candidate = engine.is_candidate(buffer);
                self.modules.searched(&folder.absolute(file), buffer, is_candidate);
                is_candidate
            }),
            (Err(_), _) | (_, Err(_)) => true,
        };
        if !is_candidate {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
        is_candidate
    }

    /// Reads `file`, which is not left out, into `buffer` and, if it can hold a finding, has `scan` look at it, with the engine of the
    /// rules that hold for it. None when there is nothing to say.
    pub(super) fn visit(
        &self,
        file: &WalkedFile,
        buffer: &mut Vec<u8>,
        scan: impl FnOnce(&Arc<Engine>, &[u8], &FileContext) -> Result<FileReport, ScanError>,
    ) -> Option<FileReport> {
        self.done.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = input::read(&file.path, buffer) {
            return Some(FileReport::failed(error));
        }
        self.look(file, buffer, scan)
    }

    /// The same where `file` was read already, into `disk`, and is not left out.
    pub(super) fn look(
        &self,
        file: &WalkedFile,
        disk: &[u8],
        scan: impl FnOnce(&Arc<Engine>, &[u8], &FileContext) -> Result<FileReport, ScanError>,
    ) -> Option<FileReport> {
        let folder = self.folder(file);
        // Few files can hold a finding at all, and there may be thousands of globs.
        let engine = match self.rules_in(&folder) {
            Ok(engine) if !engine.is_candidate(disk) => return None,
            Ok(_) => self.rules_for(file, &folder),
            Err(error) => Err(error),
        };
        match engine {
            Ok(engine) => self.look_with(&engine, file, disk, scan),
            Err(error) => Some(FileReport::failed(error)),
        }
    }

    fn look_with(
        &self,
        engine: &Arc<Engine>,
        file: &WalkedFile,
        disk: &[u8],
        scan: impl FnOnce(&Arc<Engine>, &[u8], &FileContext) -> Result<FileReport, ScanError>,
    ) -> Option<FileReport> {
        if !engine.is_candidate(disk) {
            return None;
        }
        let Surroundings { context, fault } = match self.surroundings(file) {
            Ok(surroundings) => surroundings,
            Err(error) => return Some(FileReport::failed(error)),
        };
        let mut report = match scan(engine, disk, &context) {
            Ok(report) => FileReport { is_parsed: true, ..report },
            Err(error) => FileReport::failed(scan_error(&file.path, &error)),
        };
        report.errors.extend(fault);
        Some(report)
    }
}

/// Whether a configuration leaves out `file`, of `folder`; never one that the user named.
fn is_left_out(file: &WalkedFile, folder: &Folder) -> Result<bool, Problem> {
    Ok(file.path != file.root && folder.settings()?.excludes(&folder.absolute(file)))
}

/// Options that are right in each configuration, and wrong together.
fn together(folder: &Folder, error: &OptionError) -> Problem {
    let help = "`tightwire config show` shows them with where each value comes from";
    Problem::new(format!("the configurations that hold here do not go together: {error}"), help)
        .in_file(shown(&folder.path))
}

/// The absolute path of `folder` without links, as far as it is there: a name for standard input may speak of folders that are not.
fn resolved(folder: &Path) -> PathBuf {
    let Ok(absolute) = std::path::absolute(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }) else {
        return folder.to_path_buf();
    };
    let there = absolute.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, mut resolved)) = there else { return absolute };
    for part in absolute.strip_prefix(above).into_iter().flat_map(Path::components) {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}

/// The findings and faults of one file as a report, without output.
pub(super) fn report(path: &Path, engine: &Engine, result: &FileResult) -> FileReport {
    let path = display_path(path);
    FileReport {
        findings: crate::report::finding_records(&path, result, engine.transforms()),
        errors: crate::report::fault_records(&path, result),
        is_parsed: true,
        is_changed: result.fixed.is_some(),
        output: Vec::new(),
    }
}
