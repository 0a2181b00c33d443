//! How long the lines of a project may be, by the settings of its tools.

use super::text::text_of;
use crate::workspace::files::Files;
use std::path::Path;

/// What Ruff (0.17) and Black (26.10) allow if they are set up without a length.
const OF_FORMATTERS: usize = 88;
/// The same of flake8 (7.3) and pycodestyle (2.14).
const OF_CHECKERS: usize = 79;

/// The characters that a line may have by the strictest of the tools that files in `folder` set up; `project` is the text of its
/// `pyproject.toml`. `None` if they set up none.
pub(super) fn line_length(files: &dyn Files, folder: &Path, project: Option<&str>) -> Option<usize> {
    let text = |name: &str| text_of(files, &folder.join(name));
    let of_project = project.and_then(|text| text.parse().ok()).map(|table: toml::Table| in_project(&table));
    let of_ruff = ["ruff.toml", ".ruff.toml"].into_iter().find_map(text).and_then(|text| text.parse().ok());
    let of_ruff = of_ruff.map(|table: toml::Table| in_table(&table));
    let of_checkers = ["setup.cfg", "tox.ini", ".flake8"].into_iter().filter_map(text).filter_map(|text| in_ini(&text));
    of_project.flatten().into_iter().chain(of_ruff).chain(of_checkers).min()
}

fn in_project(project: &toml::Table) -> Option<usize> {
    let tools = project.get("tool")?.as_table()?;
    let tables = ["ruff", "black"].into_iter().filter_map(|tool| tools.get(tool)?.as_table());
    tables.map(in_table).min()
}

fn in_table(tool: &toml::Table) -> usize {
    let written = tool.get("line-length").and_then(toml::Value::as_integer);
    written.and_then(|length| usize::try_from(length).ok()).unwrap_or(OF_FORMATTERS)
}

/// `max-line-length` in the section of flake8 or pycodestyle.
fn in_ini(text: &str) -> Option<usize> {
    let is_header = |line: &&str| matches!(*line, "[flake8]" | "[pycodestyle]");
    let mut lines = text.lines().map(str::trim).skip_while(|line| !is_header(line));
    lines.next()?;
    let mut settings = lines.take_while(|line| !line.starts_with('['));
    let written = settings.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        matches!(name.trim(), "max-line-length" | "max_line_length").then(|| value.trim().parse().ok())?
    });
    Some(written.unwrap_or(OF_CHECKERS))
}
