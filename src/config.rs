//! What a project says about itself: its configuration, and the Pythons that it supports.
//!
//! A configuration is `tightwire.toml`, or `[tool.tightwire]` in `pyproject.toml`, which comes after it in the same folder. All those
//! in a file's folder and the folders above it hold, up to one with `root = true` or the project's outermost folder: a value is
//! that of the nearest, globs and rules' lists add up. The Pythons are those of the nearest `target-version`, else of the nearest
//! package that requires some. Each folder is looked at once.
//!
//! Which rules run is decided by `cli`, which knows the command line; here are only the names.

mod file;
mod python;

use crate::python::Target;
use crate::suppress::Dialects;
use crate::transform::{OptionError, Transform};
use file::{ConfigFile, did_you_mean, explained, readable, text_of};
use python::Required;
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers what each folder says.
#[derive(Default)]
pub struct Configurations {
    /// The only configuration that counts, where one was named.
    named: Option<Arc<ConfigFile>>,
    folders: Mutex<HashMap<PathBuf, Arc<Result<Folder, ConfigError>>>>,
}

#[derive(Default)]
struct Folder {
    /// Nearest first.
    files: Vec<Arc<ConfigFile>>,
    required: Option<Required>,
}

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// The configuration's file.
    pub path: PathBuf,
    /// The one-based line, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: String,
}

/// What holds in a folder.
#[derive(Debug, Default)]
pub struct Settings {
    /// Nearest first.
    files: Vec<Arc<ConfigFile>>,
    required: Option<Required>,
}

/// A setting that holds, for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its name: `rules.unrestricted-bind.sinks`.
    pub name: String,
    /// What is set.
    pub value: toml::Value,
    /// The file that says so.
    pub origin: PathBuf,
}

impl Configurations {
    /// The configuration in `path` alone, wherever a file stands.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn named(path: &Path) -> Result<Self, ConfigError> {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let error = |message: String| ConfigError {
            path: path.clone(),
            line: None,
            message,
            help: "name a tightwire.toml, or a pyproject.toml with [tool.tightwire]".into(),
        };
        let text = readable(&path)?.ok_or_else(|| error("there is no such file".into()))?;
        let is_project = path.file_name().is_some_and(|name| name == PROJECT);
        let file =
            if is_project { ConfigFile::of_project(&path, &text)? } else { Some(ConfigFile::own(&path, &text)?) };
        let file = file.ok_or_else(|| error("there is no [tool.tightwire] in it".into()))?;
        // As those of the command line, which it is a part of.
        let current = std::env::current_dir().and_then(|current| current.canonicalize());
        let file = current.map_or_else(|_| Ok(None), |current| file.relative_to(&current).map(Some))?;
        let file = file.ok_or_else(|| error("the current directory cannot be found".into()))?;
        Ok(Self { named: Some(Arc::new(file)), folders: Mutex::default() })
    }

    /// What holds in `folder`, by what it and the folders above it up to `limit` say.
    ///
    /// # Errors
    /// When a configuration cannot be read.
    pub fn settings(&self, folder: &Path, limit: &Path) -> Result<Settings, ConfigError> {
        let mut settings = Settings { files: self.named.iter().cloned().collect(), required: None };
        let mut is_open = self.named.is_none();
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(limit)) {
            let said = self.folder(folder);
            let said = said.as_ref().as_ref().map_err(Clone::clone)?;
            for file in said.files.iter().filter(|_| is_open) {
                settings.files.push(Arc::clone(file));
            }
            is_open &= !said.files.iter().any(|file| file.contents.root);
            settings.required = settings.required.or_else(|| said.required.clone());
        }
        Ok(settings)
    }

    fn folder(&self, folder: &Path) -> Arc<Result<Folder, ConfigError>> {
        // A thread that panicked left a whole map behind: entries are only ever added.
        if let Some(known) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return Arc::clone(known);
        }
        // What another configuration would say does not count, whether it can be read or not.
        let said = Arc::new(read(folder, self.named.is_none()));
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_path_buf(), Arc::clone(&said));
        said
    }
}

/// The file that a package describes itself in.
const PROJECT: &str = "pyproject.toml";

fn read(folder: &Path, with_files: bool) -> Result<Folder, ConfigError> {
    let own = folder.join("tightwire.toml");
    let project = folder.join(PROJECT);
    let project_text = text_of(&project);
    let mut files = Vec::new();
    if with_files {
        files.extend(readable(&own)?.map(|text| ConfigFile::own(&own, &text)).transpose()?);
        files.extend(project_text.as_deref().map_or(Ok(None), |text| ConfigFile::of_project(&project, text))?);
    }
    let required = python::required_by(folder, project_text.as_deref());
    Ok(Folder { files: files.into_iter().map(Arc::new).collect(), required })
}

impl Settings {
    /// Whether no configuration holds.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The names of the rules that are to run, and the file that says so.
    pub fn select(&self) -> Option<(&[String], &Path)> {
        self.files.iter().find_map(|file| Some((file.contents.select.as_deref()?, file.path.as_path())))
    }

    /// The names of the rules that are not to run, and the file that says so.
    pub fn ignore(&self) -> Option<(&[String], &Path)> {
        self.files.iter().find_map(|file| Some((file.contents.ignore.as_deref()?, file.path.as_path())))
    }

    /// Whether `file`, an absolute path, is left out.
    pub fn excludes(&self, file: &Path) -> bool {
        self.files.iter().any(|config| config.excludes(file))
    }

    /// The names of the rules that do not run in `file`, an absolute path, each with the file that says so.
    pub fn ignored_in(&self, file: &Path) -> Vec<(&str, &Path)> {
        let ignored = self.files.iter().map(|config| (config.ignored_in(file), config.path.as_path()));
        ignored.flat_map(|(rules, path)| rules.map(move |rule| (rule.as_str(), path))).collect()
    }

    /// The Pythons that the project supports.
    pub fn target(&self) -> Option<Target> {
        let configured = self.files.iter().find_map(|file| file.target.clone());
        configured.or_else(|| self.required.as_ref().map(|required| required.target.clone()))
    }

    /// Whose suppression comments count.
    pub fn suppressions(&self) -> Dialects {
        let named = self.files.iter().find_map(|file| file.contents.suppressions.as_deref());
        named.map_or(Dialects::ALL, Dialects::with)
    }

    /// The options of rules, nearest first: the name under which they are set, what is set, and the file that says so.
    pub fn options(&self) -> impl Iterator<Item = (&str, &toml::Table, &Path)> {
        self.files.iter().flat_map(|file| {
            file.contents.rules.iter().map(|(rule, options)| (rule.as_str(), options, file.path.as_path()))
        })
    }

    /// The names of all rules that do not run in some files, each with the file that says so.
    pub fn ignored_somewhere(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.files.iter().flat_map(|file| {
            let names = file.contents.per_file_ignores.values().flatten();
            names.map(|rule| (rule.as_str(), file.path.as_path()))
        })
    }

    /// Everything that holds, in the order in which it may be written.
    pub fn entries(&self) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        let mut add = |name: String, value: toml::Value, origin: &Path| {
            found.push(Entry { name, value, origin: origin.to_path_buf() });
        };
        let texts = |texts: &[String]| toml::Value::from(texts.to_vec());
        if let Some((names, origin)) = self.select() {
            add("select".into(), texts(names), origin);
        }
        if let Some((names, origin)) = self.ignore() {
            add("ignore".into(), texts(names), origin);
        }
        for file in &self.files {
            if !file.contents.exclude.is_empty() {
                add("exclude".into(), texts(&file.contents.exclude), &file.path);
            }
            for (glob, rules) in &file.contents.per_file_ignores {
                add(format!("per-file-ignores.{glob:?}"), texts(rules), &file.path);
            }
        }
        let configured = self.files.iter().find_map(|file| Some((file.contents.target_version.clone()?, &file.path)));
        match (configured, &self.required) {
            (Some((version, origin)), _) => add("target-version".into(), version.into(), origin),
            (None, Some(required)) => {
                add("target-version".into(), required.versions.clone().into(), &required.path);
            }
            (None, None) => {}
        }
        let named = self.files.iter().find_map(|file| Some((file.contents.suppressions.clone()?, &file.path)));
        if let Some((dialects, origin)) = named
            && let Ok(value) = toml::Value::try_from(dialects)
        {
            add("suppressions".into(), value, origin);
        }
        let mut single: Vec<String> = Vec::new();
        for file in &self.files {
            let options = file.contents.rules.iter().flat_map(|(rule, options)| options.iter().map(move |o| (rule, o)));
            for (rule, (name, value)) in options {
                let name = format!("rules.{rule}.{name}");
                // A nearer value hides this one; lists add up.
                if value.is_array() || !single.contains(&name) {
                    add(name.clone(), value.clone(), &file.path);
                    single.push(name);
                }
            }
        }
        found
    }
}

/// Adds options of a farther configuration to nearer ones: lists become longer, other values stay.
pub fn lay_under(nearer: &mut toml::Table, farther: &toml::Table) {
    for (name, value) in farther {
        match (nearer.get_mut(name), value) {
            (Some(toml::Value::Array(known)), toml::Value::Array(more)) => known.extend(more.iter().cloned()),
            (Some(_), _) => {}
            (None, _) => drop(nearer.insert(name.clone(), value.clone())),
        }
    }
}

impl ConfigError {
    /// What is wrong with options in the configuration at `path`.
    pub fn of_option(error: &OptionError, path: &Path) -> Self {
        let (message, help) = match error {
            OptionError::Unknown { name, known, .. } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                (error.to_string(), did_you_mean(name, &known))
            }
            OptionError::Invalid { rule, message } => {
                let (message, help) = explained(message);
                (format!("rules.{rule}: {message}"), help)
            }
        };
        Self { path: path.to_path_buf(), line: None, message, help }
    }
}

/// The JSON schema of a configuration, with the options of `transforms`.
pub fn schema(transforms: &[&'static dyn Transform]) -> serde_json::Value {
    file::schema(transforms)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::fs;

    fn target(files: &[(&str, &str)]) -> Result<Option<Target>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("app/sub")).unwrap();
        for (path, text) in files {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let found = Configurations::default().settings(&folder.path().join("app/sub"), folder.path());
        found.map(|settings| settings.target()).map_err(|error| error.to_string())
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
            // Not ours to complain about.
            (&[("pyproject.toml", "[project\n")], Ok(None)),
            (&[("pyproject.toml", "[project\nkeywords = ['tightwire']\n")], Ok(None)),
        ] {
            assert_eq!(target(files), expected, "{files:?}");
        }
        assert!(target(&[("pyproject.toml", "[tool.tightwire]\ntarget-version = 3\n")]).is_err());
    }
}
