//! What a project says about itself: its configuration, and the Pythons that it supports.
//!
//! Looked for in the file's folder and those above it, up to the project's outermost folder. In a folder `tightwire.toml` goes
//! before `[tool.tightwire]` in `pyproject.toml`. The Pythons are those of the nearest `target-version`, else of the nearest
//! `requires-python`: of `pyproject.toml` (Poetry's `python` too), then of `setup.cfg`. Each folder is looked at once.

use crate::python::Target;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The configuration's keys.
const KEYS: [&str; 1] = ["target-version"];

/// Remembers what each folder says.
#[derive(Default)]
pub struct Configurations {
    folders: Mutex<HashMap<PathBuf, Arc<Result<Folder, ConfigError>>>>,
}

#[derive(Default)]
struct Folder {
    configured: Option<Target>,
    required: Option<Target>,
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

impl Configurations {
    /// The Pythons that files in `folder` are for, by what it and the folders above it up to `limit` say.
    ///
    /// # Errors
    /// When a configuration cannot be read.
    pub fn target(&self, folder: &Path, limit: &Path) -> Result<Option<Target>, ConfigError> {
        let mut required = None;
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(limit)) {
            let said = self.folder(folder);
            let said = said.as_ref().as_ref().map_err(Clone::clone)?;
            if said.configured.is_some() {
                return Ok(said.configured.clone());
            }
            required = required.or_else(|| said.required.clone());
        }
        Ok(required)
    }

    fn folder(&self, folder: &Path) -> Arc<Result<Folder, ConfigError>> {
        // A thread that panicked left a whole map behind: entries are only ever added.
        if let Some(known) = self.folders.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return Arc::clone(known);
        }
        let said = Arc::new(read(folder));
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_path_buf(), Arc::clone(&said));
        said
    }
}

fn read(folder: &Path) -> Result<Folder, ConfigError> {
    let own = folder.join("tightwire.toml");
    let project = folder.join("pyproject.toml");
    let own_table = text_of(&own).map(|text| parse(&own, &text)).transpose()?;
    let project_text = text_of(&project);
    // A `pyproject.toml` that cannot be read is an error only where it is said to hold a configuration of ours.
    let project_table = match project_text {
        Some(text) if text.contains("[tool.tightwire") => Some(parse(&project, &text)?),
        Some(text) => parse(&project, &text).ok(),
        None => None,
    };
    let ours = project_table.as_ref().and_then(|table| table.get("tool")?.get("tightwire")?.as_table());
    let in_own = own_table.as_ref().map(|table| configured(&own, table)).transpose()?.flatten();
    let in_project = ours.map(|table| configured(&project, table)).transpose()?.flatten();
    let required =
        project_table.as_ref().and_then(required).or_else(|| required_in_cfg(&text_of(&folder.join("setup.cfg"))?));
    Ok(Folder { configured: in_own.or(in_project), required: required.as_deref().and_then(Target::parse) })
}

/// None where there is no such file.
fn text_of(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    fs::read_to_string(path).ok()
}

fn parse(path: &Path, text: &str) -> Result<toml::Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| ConfigError {
        path: path.to_path_buf(),
        line: error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1),
        message: format!("the configuration is no TOML: {}", error.message()),
        help: "correct it; the other settings of the file are not used until then".into(),
    })
}

fn configured(path: &Path, table: &toml::Table) -> Result<Option<Target>, ConfigError> {
    let error = |message: String, help: String| ConfigError { path: path.to_path_buf(), line: None, message, help };
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(error(format!("`{unknown}` is no setting"), format!("the settings are: {}", KEYS.join(", "))));
    }
    let Some(value) = table.get("target-version") else { return Ok(None) };
    let target = value.as_str().and_then(Target::parse);
    target.map(Some).ok_or_else(|| {
        error(
            format!("target-version = {value} names no Python"),
            "write the lowest version, as \"3.8\", or specifiers, as \">=2.7,<4\"".into(),
        )
    })
}

/// `requires-python`, or the `python` that Poetry depends on.
fn required(table: &toml::Table) -> Option<String> {
    let standard = || table.get("project")?.get("requires-python")?.as_str();
    let poetry = || table.get("tool")?.get("poetry")?.get("dependencies")?.get("python")?.as_str();
    standard().or_else(poetry).map(str::to_string)
}

/// `python_requires` in the section `[options]`.
fn required_in_cfg(text: &str) -> Option<String> {
    let options = text.lines().map(str::trim).skip_while(|line| *line != "[options]").skip(1);
    let mut settings = options.take_while(|line| !line.starts_with('['));
    settings.find_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        (name.trim() == "python_requires").then(|| value.trim().to_string())
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn target(files: &[(&str, &str)]) -> Result<Option<Target>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("app/sub")).unwrap();
        for (path, text) in files {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let found = Configurations::default().target(&folder.path().join("app/sub"), folder.path());
        found.map_err(|error| error.to_string())
    }

    #[test]
    fn the_nearest_setting_goes_before_what_a_package_requires() {
        let requires = "[project]\nname = 'x'\nrequires-python = '>=3.6'\n";
        let known = |text: &str| Ok(Target::parse(text));
        for (files, expected) in [
            (&[] as &[(&str, &str)], Ok(None)),
            (&[("pyproject.toml", requires)], known(">=3.6")),
            (&[("pyproject.toml", requires), ("app/tightwire.toml", "target-version = '2.7'")], known("2.7")),
            (
                &[(
                    "pyproject.toml",
                    "[tool.tightwire]\ntarget-version = '3.9'\n[project]\nrequires-python = '>=3.6'\n",
                )],
                known("3.9"),
            ),
            (&[("app/pyproject.toml", requires), ("tightwire.toml", "target-version = '3.11'")], known("3.11")),
            (&[("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.7'\n")], known("^3.7")),
            (
                &[("setup.cfg", "[metadata]\nname = x\n[options]\npython_requires = >=2.7, !=3.0.*\n")],
                known(">=2.7,!=3.0.*"),
            ),
            (&[("setup.cfg", "[other]\npython_requires = >=3.1\n")], Ok(None)),
            // Not ours to complain about.
            (&[("pyproject.toml", "[project\n")], Ok(None)),
        ] {
            assert_eq!(target(files), expected, "{files:?}");
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_an_error() {
        for (files, message) in [
            (("tightwire.toml", "target-version = 3"), "target-version = 3 names no Python"),
            (("tightwire.toml", "target = '3.8'"), "`target` is no setting"),
            (("pyproject.toml", "[tool.tightwire]\ntarget-versoin = '3.8'\n"), "`target-versoin` is no setting"),
            (("app/tightwire.toml", "target-version = '"), "the configuration is no TOML"),
        ] {
            let error = target(&[files]).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
