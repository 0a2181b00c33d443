//! The settings of a project: its configuration, and the Python versions that it supports.
//!
//! A configuration is `tightwire.toml`, or `[tool.tightwire]` in `pyproject.toml`; in the same folder, the first has
//! priority. All configurations in a file's folder and the folders above it apply, up to one with `root = true` or the
//! folder that contains the repository. The nearest value wins; globs and lists of rules are combined. The current
//! directory and the paths that the user names make no difference. The Python versions are those of the nearest
//! `target-version`, otherwise those of the nearest package that declares them.
//!
//! Folders are entered from the outermost one inwards, each once. An excluded folder is not read, so a broken
//! configuration or `root = true` in it has no effect. A file that the user names is checked anyway, with the settings
//! that apply there.
//!
//! A configuration is validated as a whole, its rules by id: every error names its line, even if another configuration
//! overrides the setting. `cli`, which knows the command line, decides which rules run.

mod contradiction;
mod entries;
mod error;
mod file;
mod line_length;
mod python;
mod text;

use super::files::Files;
use super::project::is_repository;
use crate::engine::{Answer, Evidence};
use crate::finding::RuleId;
use crate::problem::Problem;
use crate::python::Target;
use crate::rule::{Adjustment, Adjustments, Dialects, Rule};
use crate::workspace::lock::lock;
use crate::workspace::preload;
pub use entries::Entry;
use error::{Document, unusable};
use file::{ConfigFile, Reader};
use python::Required;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use text::{project_text, readable, text_of};
use toml::value::Date;

/// Remembers the settings of each folder.
pub struct Configurations {
    files: Arc<dyn Files>,
    rules: Vec<Arc<dyn Rule>>,
    /// Today, if it is known.
    today: Option<Date>,
    /// The only configuration, if the user named one.
    named: Option<Named>,
    /// The files in each folder, without those above.
    said: Mutex<HashMap<PathBuf, Arc<Result<Said, Problem>>>>,
    known: Mutex<HashMap<(PathBuf, Found), Holds>>,
}

/// A configuration that was named.
struct Named {
    path: PathBuf,
    file: Mutex<Result<Arc<ConfigFile>, Problem>>,
}

/// The settings of a folder, or the configuration error.
type Holds = Result<Arc<Settings>, Problem>;

/// How a run found a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// The user named it: it is checked even if it is excluded.
    Named,
    /// It is in a folder that the user named.
    Walked,
}

/// What the configuration files in one folder set.
#[derive(Default)]
struct Said {
    /// Highest priority first.
    files: Vec<Arc<ConfigFile>>,
    required: Option<Required>,
    line_length: Option<usize>,
}

/// The settings that apply in a folder.
#[derive(Debug, Default, Clone)]
pub struct Settings {
    /// Nearest first.
    files: Vec<Arc<ConfigFile>>,
    required: Option<Required>,
    line_length: Option<usize>,
    /// The whole folder is excluded.
    is_left_out: bool,
    /// Rules that run in no file of the folder.
    ignored: Vec<RuleId>,
}

impl Configurations {
    /// Reads the configurations in the folders of files; `rules` are all known rules, and answers whose date is before `today` do not
    /// count.
    pub fn new(files: Arc<dyn Files>, rules: Vec<Arc<dyn Rule>>, today: Option<Date>) -> Self {
        Self { files, rules, today, named: None, said: Mutex::default(), known: Mutex::default() }
    }

    /// Uses only the configuration at `path`, for every file. Its globs are relative to the current directory, like
    /// those of the command line.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn named(
        files: Arc<dyn Files>,
        path: &Path,
        rules: Vec<Arc<dyn Rule>>,
        today: Option<Date>,
    ) -> Result<Self, Problem> {
        let path = files.canonical(path).unwrap_or_else(|_| path.to_path_buf());
        let new = Self::new(files, rules, today);
        let file = new.read_named(&path)?;
        Ok(Self { named: Some(Named { path, file: Mutex::new(Ok(file)) }), ..new })
    }

    fn read_named(&self, path: &Path) -> Result<Arc<ConfigFile>, Problem> {
        let help = "name a tightwire.toml, or a pyproject.toml with [tool.tightwire]";
        let error = |message: &str| unusable(path, None, message, help);
        let text = readable(&*self.files, path)?.ok_or_else(|| error("the file does not exist"))?;
        let folder = self.files.current().map_err(|_| error("the current directory cannot be read"))?;
        let (reader, document) = (self.reader(&folder), Document { path, text: &text });
        let is_project = path.file_name().is_some_and(|name| name == PROJECT);
        let file = if is_project { reader.of_project(document)? } else { Some(reader.own(document)?) };
        file.map(Arc::new).ok_or_else(|| error("it has no [tool.tightwire] table"))
    }

    /// The settings for files in `folder` (absolute, without links) that were `found` that way.
    ///
    /// # Errors
    /// If a configuration that applies there cannot be read.
    pub fn settings(&self, folder: &Path, found: Found) -> Result<Arc<Settings>, Problem> {
        let mut holds = self.outermost().map(Arc::new);
        let mut way = Vec::new();
        for folder in folder.ancestors() {
            if let Some(known) = lock(&self.known).get(&(folder.to_path_buf(), found)) {
                holds = known.clone();
                break;
            }
            way.push(folder);
            if self.named.is_none() && is_repository(&*self.files, folder) {
                break;
            }
        }
        for folder in way.into_iter().rev() {
            holds = self.enter(folder, holds, found);
            lock(&self.known).insert((folder.to_path_buf(), found), holds.clone());
        }
        holds
    }

    /// The answers of all configurations that were read, each with the folder to whose files it applies.
    pub fn answers(&self) -> Vec<(PathBuf, Arc<Answer>)> {
        let of = |folder: &Path, file: &ConfigFile| {
            file.answers.iter().map(|it| (folder.to_path_buf(), Arc::clone(&it.answer))).collect::<Vec<_>>()
        };
        if let Some(named) = &self.named {
            let (folder, file) = (self.files.current().unwrap_or_default(), lock(&named.file).clone());
            return file.map(|file| of(&folder, &file)).unwrap_or_default();
        }
        let said = lock(&self.said);
        let read = said.iter().filter_map(|(folder, said)| Some((folder, said.as_ref().as_ref().ok()?)));
        let mut found: Vec<_> =
            read.flat_map(|(folder, said)| said.files.iter().flat_map(|file| of(folder, file))).collect();
        found.sort_by(|(_, one), (_, other)| (&one.path, one.line).cmp(&(&other.path, other.line)));
        found
    }

    /// Forgets what was read in folders, and reads a configuration that was named again.
    pub fn read_anew(&self) {
        if let Some(named) = &self.named {
            let file = self.read_named(&named.path);
            *lock(&named.file) = file;
        }
        lock(&self.said).clear();
        lock(&self.known).clear();
    }

    /// The settings before any folder is entered.
    fn outermost(&self) -> Result<Settings, Problem> {
        let named = self.named.as_ref().map(|named| lock(&named.file).clone()).transpose()?;
        Ok(Settings { files: named.into_iter().collect(), ..Settings::default() })
    }

    /// The settings of `folder`; `above` are those of its parent.
    fn enter(&self, folder: &Path, above: Holds, found: Found) -> Holds {
        if let Ok(above) = &above
            && found == Found::Walked
            && above.leaves_out(folder, true)
        {
            return Ok(Arc::new(Settings { is_left_out: true, ..Settings::clone(above) }));
        }
        let said = self.said(folder);
        let said = said.as_ref().as_ref().map_err(Clone::clone)?;
        let is_root = said.files.iter().any(|file| file.contents.root);
        let mut settings = match above {
            Ok(above) if is_root => {
                Settings { required: above.required.clone(), line_length: above.line_length, ..self.outermost()? }
            }
            Ok(above) => Settings::clone(&above),
            // A configuration that does not apply may be broken.
            Err(_) if is_root => self.outermost()?,
            Err(error) => return Err(error),
        };
        if self.named.is_some() && is_repository(&*self.files, folder) {
            settings.required = None;
            settings.line_length = None;
        }
        settings.ignored = settings.ignored_in(folder, true);
        settings.files.splice(..0, said.files.iter().cloned());
        settings.required = said.required.clone().or(settings.required);
        settings.line_length = said.line_length.or(settings.line_length);
        Ok(Arc::new(settings))
    }

    fn said(&self, folder: &Path) -> Arc<Result<Said, Problem>> {
        if let Some(known) = lock(&self.said).get(folder) {
            return Arc::clone(known);
        }
        let said = Arc::new(self.read(folder));
        lock(&self.said).insert(folder.to_path_buf(), Arc::clone(&said));
        said
    }

    fn reader<'r>(&'r self, folder: &'r Path) -> Reader<'r> {
        Reader { rules: &self.rules, folder, today: self.today }
    }

    fn read(&self, folder: &Path) -> Result<Said, Problem> {
        let own = folder.join("tightwire.toml");
        let project = folder.join(PROJECT);
        let project_text =
            if self.named.is_none() { project_text(&*self.files, &project)? } else { text_of(&*self.files, &project) };
        let mut files = Vec::new();
        // Another configuration is ignored, whether or not it can be read.
        if self.named.is_none() {
            let reader = self.reader(folder);
            if let Some(text) = readable(&*self.files, &own)? {
                files.push(reader.own(Document { path: &own, text: &text })?);
            }
            if let Some(text) = &project_text {
                files.extend(reader.of_project(Document { path: &project, text })?);
            }
            if let [own, project] = files.as_slice() {
                contradiction::between(folder, &own.answers, &project.answers)?;
            }
        }
        let required = python::required_by(&*self.files, folder, project_text.as_deref());
        let line_length = line_length::line_length(&*self.files, folder, project_text.as_deref());
        Ok(Said { files: files.into_iter().map(Arc::new).collect(), required, line_length })
    }
}

/// The file with the metadata of a package.
const PROJECT: &str = "pyproject.toml";

impl Settings {
    /// Whether no configuration applies.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The ids in `select`.
    pub fn select(&self) -> Option<&[RuleId]> {
        self.files.iter().find_map(|file| file.select.as_deref())
    }

    /// The ids in `ignore`.
    pub fn ignore(&self) -> Option<&[RuleId]> {
        self.files.iter().find_map(|file| file.ignore.as_deref())
    }

    /// Whether `file`, an absolute path in this folder, is excluded.
    pub fn excludes(&self, file: &Path) -> bool {
        self.leaves_out(file, false)
    }

    fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        self.is_left_out || self.files.iter().any(|config| config.exclude.match_path(path, is_folder))
    }

    /// The ids of the rules that do not run in `file`, an absolute path in this folder; sorted, without duplicates.
    pub fn rules_ignored_in(&self, file: &Path) -> Vec<RuleId> {
        self.ignored_in(file, false)
    }

    /// As `Settings::rules_ignored_in`, for a file whose name no glob matches.
    pub fn rules_ignored(&self) -> &[RuleId] {
        &self.ignored
    }

    fn ignored_in(&self, path: &Path, is_folder: bool) -> Vec<RuleId> {
        let globs = self.files.iter().flat_map(|file| &file.per_file_ignores);
        let here =
            globs.filter(|(_, globs)| globs.match_path(path, is_folder)).flat_map(|(ids, _)| ids.iter().cloned());
        let mut ignored: Vec<RuleId> = self.ignored.iter().cloned().chain(here).collect();
        ignored.sort_unstable();
        ignored.dedup();
        ignored
    }

    /// The Python versions that the project supports.
    pub fn target(&self) -> Option<Target> {
        let configured = self.files.iter().find_map(|file| file.target.clone());
        configured.or_else(|| self.required.as_ref().map(|required| required.target.clone()))
    }

    /// The characters that a line may have by the settings of the project's other tools; `None` if they say nothing.
    pub fn line_length(&self) -> Option<usize> {
        self.line_length
    }

    /// The tools whose suppression comments count.
    pub fn suppressions(&self) -> Dialects {
        let named = self.files.iter().find_map(|file| file.contents.suppressions.as_deref());
        named.map_or(Dialects::ALL, Dialects::with)
    }

    /// What `nearest` and then the configurations say about the applicability of fixes.
    pub fn adjustments(&self, nearest: &Arc<Adjustment>) -> Adjustments {
        let farther = self.files.iter().map(|file| Arc::clone(&file.adjustment));
        Adjustments::new(std::iter::once(Arc::clone(nearest)).chain(farther))
    }

    /// What the configurations answer about `file`, and after them the HSTS preload list.
    pub fn evidence(&self, file: &Path) -> Evidence {
        let answers = self.files.iter().flat_map(|config| &config.answers);
        let here = answers.filter(|it| it.files.as_ref().is_none_or(|files| files.match_path_or_folders(file)));
        Evidence::new(here.map(|it| Arc::clone(&it.answer)).chain([preload::answer()]))
    }

    /// The options of rules, nearest first: the rule's id, the options, and the file that sets them.
    pub fn options(&self) -> impl Iterator<Item = (RuleId, &toml::Table, &Path)> {
        self.files.iter().flat_map(|file| {
            file.options.iter().flat_map(|set| set.ids.iter().map(|id| (id.clone(), &set.options, file.path.as_path())))
        })
    }
}

/// The JSON schema of a configuration, with the options of `transforms`.
pub fn schema(transforms: &[Arc<dyn Rule>]) -> serde_json::Value {
    file::schema(transforms)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::workspace::files::Disk;
    use std::fs;

    fn target(files: &[(&str, &str)]) -> Result<Option<Target>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("app/sub")).unwrap();
        for (path, text) in files {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let found = Configurations::new(Arc::new(Disk), crate::transforms::all().to_vec(), None)
            .settings(&folder.path().join("app/sub"), Found::Walked);
        found.map(|settings| settings.target()).map_err(|error| error.message)
    }

    #[test]
    fn the_nearest_setting_goes_before_what_a_package_requires() {
        let requires = "[project]\nname = 'x'\nrequires-python = '>=3.6'\n";
        let both = "[tool.tightwire]\ntarget-version = '3.9'\n[project]\nrequires-python = '>=3.6'\n";
        let setup = "[metadata]\nname = x\n[options]\npython_requires = >=2.7, !=3.0.*\n";
        let known = |text: &str| Ok(Target::parse(text));
        for (files, expected) in [
            (&[] as &[(&str, &str)], Ok(None)),
            (&[("pyproject.toml", requires)], known(">=3.6")),
            (&[("pyproject.toml", requires), ("app/tightwire.toml", "target-version = '2.7'")], known("2.7")),
            (&[("pyproject.toml", both)], known("3.9")),
            (&[("pyproject.toml", both), ("tightwire.toml", "target-version = '3.7'")], known("3.7")),
            (&[("app/pyproject.toml", requires), ("tightwire.toml", "target-version = '3.11'")], known("3.11")),
            (&[("app/tightwire.toml", "root = true"), ("tightwire.toml", "target-version = '3.11'")], Ok(None)),
            (&[("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.7'\n")], known("^3.7")),
            (&[("setup.cfg", setup)], known(">=2.7,!=3.0.*")),
            (&[("setup.cfg", "[other]\npython_requires = >=3.1\n")], Ok(None)),
            // Not our error to report.
            (&[("pyproject.toml", "[project\n")], Ok(None)),
            (&[("pyproject.toml", "[project\nkeywords = ['tightwire']\n")], Ok(None)),
        ] {
            assert_eq!(target(files), expected, "{files:?}");
        }
        assert!(target(&[("pyproject.toml", "[tool.tightwire]\ntarget-version = 3\n")]).is_err());
    }
}
