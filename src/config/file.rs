//! One configuration file: what may stand in it, and how it is read.
//!
//! The doc comments of [`Contents`] are what the JSON schema says.

use super::ConfigError;
use crate::nearest::nearest;
use crate::python::Target;
use crate::suppress::Dialect;
use crate::transform::Transform;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What may stand in `tightwire.toml`, and under `[tool.tightwire]` in `pyproject.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Contents {
    /// The configurations of the folders above do not count.
    #[serde(default)]
    pub(super) root: bool,
    /// The rules that run, by id or alias; without it those that are on by default.
    #[serde(default)]
    pub(super) select: Option<Vec<String>>,
    /// Rules that do not run, by id or alias.
    #[serde(default)]
    pub(super) ignore: Option<Vec<String>>,
    /// By a glob in the syntax of .gitignore, relative to this file: rules that do not run in the files that it matches.
    #[serde(default)]
    pub(super) per_file_ignores: BTreeMap<String, Vec<String>>,
    /// Files and folders that are left out, by globs in the syntax of .gitignore, relative to this file. A file that is named on
    /// the command line is always taken.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// The Pythons that the project supports: the lowest version, as 3.8, or specifiers, as >=2.7,<4.
    #[serde(default)]
    pub(super) target_version: Option<String>,
    /// Whose suppression comments count beside Tightwire's own; without it everybody's.
    #[serde(default)]
    pub(super) suppressions: Option<Vec<Dialect>>,
    /// By a rule's id: its options.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(super) rules: BTreeMap<String, toml::Table>,
}

/// A configuration that was read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) contents: Contents,
    pub(super) target: Option<Target>,
    exclude: Gitignore,
    per_file_ignores: Vec<(Gitignore, Vec<String>)>,
}

#[derive(Deserialize)]
struct ProjectFile {
    tool: Option<Tools>,
}

#[derive(Deserialize)]
struct Tools {
    tightwire: Option<Contents>,
}

impl ConfigFile {
    /// The configuration with these contents of `path`, a whole file of ours.
    pub(super) fn own(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let contents = toml::from_str(text).map_err(|error| refused(path, text, &error))?;
        Self::new(path, contents)
    }

    /// The same with globs that are relative to `folder`.
    pub(super) fn relative_to(self, folder: &Path) -> Result<Self, ConfigError> {
        Self::with_globs(&self.path, self.contents, folder)
    }

    /// The configuration in the `pyproject.toml` at `path`, if there is one. A file that cannot be read is an error only where it
    /// speaks of us.
    pub(super) fn of_project(path: &Path, text: &str) -> Result<Option<Self>, ConfigError> {
        if !text.contains("tightwire") {
            return Ok(None);
        }
        match text.parse::<toml::Table>() {
            Ok(table) if table.get("tool").and_then(|tools| tools.get("tightwire")).is_none() => return Ok(None),
            Ok(_) => {}
            Err(_) if !text.contains("tool.tightwire") => return Ok(None),
            Err(error) => return Err(refused(path, text, &error)),
        }
        let project: ProjectFile = toml::from_str(text).map_err(|error| refused(path, text, &error))?;
        project.tool.and_then(|tools| tools.tightwire).map(|contents| Self::new(path, contents)).transpose()
    }

    fn new(path: &Path, contents: Contents) -> Result<Self, ConfigError> {
        Self::with_globs(path, contents, path.parent().unwrap_or(Path::new("")))
    }

    fn with_globs(path: &Path, contents: Contents, folder: &Path) -> Result<Self, ConfigError> {
        let error = |message: String, help: String| ConfigError { path: path.to_path_buf(), line: None, message, help };
        let target = contents.target_version.as_deref().map(|version| {
            Target::parse(version).ok_or_else(|| {
                error(
                    format!("target-version = {version:?} names no Python"),
                    "write the lowest version, as \"3.8\", or specifiers, as \">=2.7,<4\"".into(),
                )
            })
        });
        let matcher = |globs: &[&String]| {
            let mut builder = GitignoreBuilder::new(folder);
            for glob in globs {
                let added = builder.add_line(None, glob);
                added.map_err(|bad| error(format!("`{glob}` is no glob: {bad}"), GLOB_HELP.into()))?;
            }
            builder.build().map_err(|bad| error(format!("a glob cannot be used: {bad}"), GLOB_HELP.into()))
        };
        let exclude = matcher(&contents.exclude.iter().collect::<Vec<_>>())?;
        let ignores = contents.per_file_ignores.iter();
        let per_file_ignores = ignores.map(|(glob, rules)| Ok((matcher(&[glob])?, rules.clone())));
        Ok(Self {
            path: path.to_path_buf(),
            target: target.transpose()?,
            exclude,
            per_file_ignores: per_file_ignores.collect::<Result<_, ConfigError>>()?,
            contents,
        })
    }

    /// Whether it leaves out `file`, an absolute path.
    pub(super) fn excludes(&self, file: &Path) -> bool {
        is_matched(&self.exclude, file)
    }

    /// The names of the rules that do not run in `file`, an absolute path.
    pub(super) fn ignored_in(&self, file: &Path) -> impl Iterator<Item = &String> {
        self.per_file_ignores.iter().filter(move |(glob, _)| is_matched(glob, file)).flat_map(|(_, rules)| rules)
    }
}

const GLOB_HELP: &str = "write it as in .gitignore: `tests/`, `*_pb2.py`, `**/generated/*`";

fn is_matched(globs: &Gitignore, file: &Path) -> bool {
    !globs.is_empty() && file.starts_with(globs.path()) && globs.matched_path_or_any_parents(file, false).is_ignore()
}

/// The text of the file at `path`; none where there is nothing of that name, and none that cannot be read.
pub(super) fn text_of(path: &Path) -> Option<String> {
    readable(path).ok().flatten()
}

/// The same, where a file that cannot be read is an error.
pub(super) fn readable(path: &Path) -> Result<Option<String>, ConfigError> {
    let refused = |message: String| ConfigError {
        path: path.to_path_buf(),
        line: None,
        message,
        help: "make it a TOML file in UTF-8, or remove it".into(),
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        _ => {}
    }
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(refused("the configuration is no file".into())),
        Ok(_) => {}
        Err(error) => return Err(refused(format!("the configuration cannot be read: {error}"))),
    }
    let bytes = fs::read(path).map_err(|error| refused(format!("the configuration cannot be read: {error}")))?;
    // An editor's byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec();
    String::from_utf8(bytes).map(Some).map_err(|_| refused("the configuration is not in UTF-8".into()))
}

fn refused(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let (message, help) = explained(error.message());
    ConfigError { path: path.to_path_buf(), line, message, help }
}

/// What serde says of a value, in our words: "unknown field `a`, expected one of `b`, `c`" with the nearest name.
pub(super) fn explained(message: &str) -> (String, String) {
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next().filter(|_| message.starts_with("unknown field") || message.starts_with("unknown variant")) {
        Some(unknown) => {
            let known: Vec<&str> = quoted.collect();
            let kind = if message.starts_with("unknown field") { "setting" } else { "value" };
            (format!("`{unknown}` is no {kind} here"), did_you_mean(unknown, &known))
        }
        None => (
            format!("the configuration cannot be read: {}", message.lines().next().unwrap_or_default()),
            "correct it; `tightwire config schema` says what may stand there".into(),
        ),
    }
}

/// The help for a name that is not one of `known`.
pub(super) fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(unknown, known) {
        Some(nearest) => format!("did you mean `{nearest}`? Known are: {all}"),
        None => format!("known are: {all}"),
    }
}

/// The JSON schema of a configuration, with the options of `transforms`.
pub(super) fn schema(transforms: &[&'static dyn Transform]) -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Contents>();
    schema.insert("title".into(), "Tightwire's configuration".into());
    let rules: serde_json::Map<String, serde_json::Value> = transforms
        .iter()
        .map(|transform| (transform.metadata().id.clone(), transform.options_schema().to_value()))
        .collect();
    let place = schema.get_mut("properties").and_then(|properties| properties.get_mut("rules"));
    if let Some(place) = place.and_then(serde_json::Value::as_object_mut) {
        place.insert("additionalProperties".into(), false.into());
        place.insert("properties".into(), rules.into());
    }
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn what_serde_says_of_a_name_is_said_with_the_nearest_one() {
        let (message, help) = explained("unknown field `selct`, expected one of `select`, `ignore`");
        assert_eq!(message, "`selct` is no setting here");
        assert_eq!(help, "did you mean `select`? Known are: select, ignore");
        let (message, help) = explained("unknown variant `udp`, expected `stream` or `datagram`");
        assert_eq!((message.as_str(), help.as_str()), ("`udp` is no value here", "known are: stream, datagram"));
        assert!(
            explained("invalid type: integer `3`, expected a string\n").0.ends_with("integer `3`, expected a string")
        );
    }
}
