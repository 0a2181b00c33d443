//! The rules that run in a file, by the command line and the configuration: an engine for each set of them.
//!
//! `--select` goes before the configuration's `select` and `ignore`; `--ignore` adds to them. An engine is made when the first file needs
//! it, and a project without a configuration has one.

use super::{Common, UsageError, select};
use crate::config::{self, ConfigError, Settings};
use crate::engine::Engine;
use crate::transform::Transform;
use crate::transforms;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The engines of a run.
pub(super) struct Engines {
    select: Vec<String>,
    ignore: Vec<String>,
    /// By the options that are set, as text.
    configured: Mutex<HashMap<String, Vec<&'static dyn Transform>>>,
    known: Mutex<HashMap<Key, Arc<Engine>>>,
}

/// The options that are set, as text, and the ids of the rules.
type Key = (String, Vec<&'static str>);

impl Engines {
    pub(super) fn new(common: &Common) -> Self {
        Self {
            select: common.select.clone(),
            ignore: common.ignore.clone(),
            configured: Mutex::default(),
            known: Mutex::default(),
        }
    }

    /// The engine that the command line alone asks for.
    ///
    /// # Errors
    /// When it names a rule that there is not, or leaves none.
    pub(super) fn unconfigured(&self) -> Result<Arc<Engine>, UsageError> {
        Ok(self.engine(String::new(), select::resolve(&transforms::all(), &self.select, &self.ignore)?))
    }

    /// The engine for `file`, an absolute path, where `settings` hold.
    ///
    /// # Errors
    /// When the settings name what there is not.
    pub(super) fn of(&self, settings: &Settings, file: &Path) -> Result<Arc<Engine>, ConfigError> {
        let options: Vec<_> = settings.options().collect();
        let key = if options.is_empty() { String::new() } else { format!("{options:?}") };
        let all = self.configured(&options, &key)?;
        for (name, origin) in settings.ignored_somewhere() {
            found(&all, name, Some(origin))?;
        }
        let (selected, origin) = match settings.select() {
            Some((names, origin)) if self.select.is_empty() => (names, Some(origin)),
            _ => (self.select.as_slice(), None),
        };
        let mut rules = named(&all, selected, origin)?;
        rules.retain(|rule| rule.metadata().default || !selected.is_empty());
        let by_command_line = self.ignore.iter().map(|name| (name.as_str(), None));
        // Who selects rules by name wants them to run.
        let setting = settings.ignore().filter(|_| self.select.is_empty());
        let by_setting =
            setting.into_iter().flat_map(|(names, origin)| names.iter().map(move |name| (name.as_str(), Some(origin))));
        let here = settings.ignored_in(file).into_iter().map(|(name, origin)| (name, Some(origin)));
        for (name, origin) in by_command_line.chain(by_setting).chain(here) {
            let ignored: Vec<&str> = ids(&found(&all, name, origin)?);
            rules.retain(|rule| !ignored.contains(&rule.metadata().id.as_str()));
        }
        Ok(self.engine(key, rules))
    }

    /// All transforms with the options that are set.
    fn configured(&self, options: &[Options<'_>], key: &str) -> Result<Vec<&'static dyn Transform>, ConfigError> {
        let mut configured = self.configured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = configured.get(key) {
            return Ok(known.clone());
        }
        let mut all = transforms::all();
        // By rule, however the configurations call it.
        let mut merged: HashMap<&str, (toml::Table, &Path)> = HashMap::new();
        for (name, options, path) in options {
            for transform in found(&all, name, Some(path))? {
                let id = transform.metadata().id.as_str();
                transform.configured(options).map_err(|error| ConfigError::of_option(&error, path))?;
                match merged.get_mut(id) {
                    Some((_, last)) if last == path => return Err(said_twice(id, path)),
                    Some((nearer, last)) => {
                        config::lay_under(nearer, options);
                        *last = path;
                    }
                    None => drop(merged.insert(id, ((*options).clone(), path))),
                }
            }
        }
        for transform in &mut all {
            if let Some((options, path)) = merged.get(transform.metadata().id.as_str()) {
                *transform = transform.configured(options).map_err(|error| ConfigError::of_option(&error, path))?;
            }
        }
        configured.insert(key.to_string(), all.clone());
        Ok(all)
    }

    fn engine(&self, key: String, rules: Vec<&'static dyn Transform>) -> Arc<Engine> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (key, ids(&rules));
        Arc::clone(known.entry(key).or_insert_with(|| Arc::new(Engine::new(rules))))
    }
}

/// The name under which options of a rule are set, what is set, and the file that says so.
type Options<'s> = (&'s str, &'s toml::Table, &'s Path);

fn said_twice(id: &str, path: &Path) -> ConfigError {
    ConfigError {
        path: path.to_path_buf(),
        line: None,
        message: format!("the options of {id} are set twice, under two of its names"),
        help: format!("put them under [rules.{id}]"),
    }
}

fn ids(rules: &[&'static dyn Transform]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.metadata().id.as_str()).collect()
}

/// Those of `all` that `names` mean; all where there are none.
fn named(
    all: &[&'static dyn Transform],
    names: &[String],
    origin: Option<&Path>,
) -> Result<Vec<&'static dyn Transform>, ConfigError> {
    if names.is_empty() {
        return Ok(all.to_vec());
    }
    let mut wanted = Vec::new();
    for name in names {
        wanted.extend(ids(&found(all, name, origin)?));
    }
    Ok(all.iter().filter(|rule| wanted.contains(&rule.metadata().id.as_str())).copied().collect())
}

/// The rules that `name` means, in the configuration `origin`; one of the command line was looked up before.
fn found(
    all: &[&'static dyn Transform],
    name: &str,
    origin: Option<&Path>,
) -> Result<Vec<&'static dyn Transform>, ConfigError> {
    select::find(all, name, "the configuration").map_err(|error| ConfigError {
        path: origin.unwrap_or(Path::new("")).to_path_buf(),
        line: None,
        message: error.message,
        help: error.help,
    })
}
