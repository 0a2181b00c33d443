//! The Python versions that the package in a folder declares.

use super::text::text_of;
use crate::python::Target;
use crate::workspace::files::Files;
use std::path::{Path, PathBuf};

/// What a package declares.
#[derive(Debug, Clone)]
pub(super) struct Required {
    pub(super) target: Target,
    /// As it is written.
    pub(super) versions: String,
    /// The file that sets it.
    pub(super) path: PathBuf,
}

/// What the package in `folder` requires: `requires-python` or Poetry's `python` in `pyproject.toml` (`project` is its
/// text), otherwise `python_requires` in `setup.cfg`.
pub(super) fn required_by(files: &dyn Files, folder: &Path, project: Option<&str>) -> Option<Required> {
    let in_project = project.and_then(|text| required(&text.parse().ok()?));
    let path = folder.join(if in_project.is_some() { "pyproject.toml" } else { "setup.cfg" });
    let versions = in_project.or_else(|| required_in_cfg(&text_of(files, &path)?))?;
    Some(Required { target: Target::parse(&versions)?, versions, path })
}

/// `requires-python`, or Poetry's dependency on `python`.
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
