//! The rules that run in a file, by the options and the configurations: an engine for each set of them.
//!
//! The rules that the options select override the configuration's `select` and `ignore`; those that they ignore add to them. An engine is made when the first file needs
//! it, and a project without a configuration has one.

use crate::engine::Engine;
use crate::finding::RuleId;
use crate::problem::Problem;
use crate::rule::{OptionError, Rule, lay_under, with_options};
use crate::transforms;
use crate::workspace::config::Settings;
use crate::workspace::lock::lock;
use crate::workspace::options::Options;
use crate::workspace::select;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// The engines of a run.
pub(super) struct Engines {
    /// The ids of what the options select, and ignore.
    select: Vec<RuleId>,
    ignore: Vec<RuleId>,
    /// By the configurations that set options, nearest first.
    configured: Mutex<HashMap<Origins, Vec<Arc<dyn Rule>>>>,
    known: Mutex<HashMap<Key, Arc<Engine>>>,
}

/// The files of the configurations that set options.
type Origins = Vec<PathBuf>;

/// The configurations that set options, and the rule ids.
type Key = (Origins, Vec<RuleId>);

impl Engines {
    /// # Errors
    /// When the options name a rule that does not exist.
    pub(super) fn new(options: &Options) -> Result<Self, Problem> {
        let all = transforms::all();
        Ok(Self {
            select: select::ids(all, &options.select, "--select")?,
            ignore: select::ids(all, &options.ignore, "--ignore")?,
            configured: Mutex::default(),
            known: Mutex::default(),
        })
    }

    /// The engine that the options alone ask for.
    ///
    /// # Errors
    /// If no rule is left.
    pub(super) fn unconfigured(&self) -> Result<Arc<Engine>, Problem> {
        Ok(self.engine(Origins::new(), select::resolve(transforms::all(), &self.select, &self.ignore)?))
    }

    /// The engine with the rules of `settings`, without those in `ignored`.
    ///
    /// # Errors
    /// If options are valid in each configuration, but not together.
    pub(super) fn of(&self, settings: &Settings, ignored: &[RuleId]) -> Result<Arc<Engine>, OptionError> {
        let mut origins: Origins = settings.options().map(|(_, _, path)| path.to_path_buf()).collect();
        origins.dedup();
        let mut rules = self.configured(settings, &origins)?;
        // A user who selects rules by name wants them to run.
        let is_by_options = !self.select.is_empty();
        let selected = if is_by_options { &self.select } else { settings.select().unwrap_or_default() };
        let by_setting = settings.ignore().filter(|_| !is_by_options).unwrap_or_default();
        rules.retain(|rule| {
            let (id, by_default) = (&rule.metadata().id, rule.metadata().default);
            let is_selected = if selected.is_empty() { by_default } else { selected.contains(id) };
            is_selected && ![&self.ignore, by_setting, ignored].iter().any(|ids| ids.contains(id))
        });
        Ok(self.engine(origins, rules))
    }

    /// Forgets the rules that configurations have set options of, whose files may say something else now.
    pub(super) fn forget(&self) {
        lock(&self.configured).clear();
        lock(&self.known).clear();
    }

    /// All rules with their options set; `origins` are the configurations that set them.
    fn configured(&self, settings: &Settings, origins: &Origins) -> Result<Vec<Arc<dyn Rule>>, OptionError> {
        let mut configured = lock(&self.configured);
        if let Some(known) = configured.get(origins) {
            return Ok(known.clone());
        }
        let mut merged: HashMap<RuleId, toml::Table> = HashMap::new();
        for (id, options, _) in settings.options() {
            lay_under(merged.entry(id).or_default(), options);
        }
        let mut all = transforms::all().to_vec();
        for rule in &mut all {
            if let Some(options) = merged.get(&rule.metadata().id) {
                *rule = with_options(&**rule, options)?;
            }
        }
        configured.insert(origins.clone(), all.clone());
        Ok(all)
    }

    fn engine(&self, origins: Origins, rules: Vec<Arc<dyn Rule>>) -> Arc<Engine> {
        let mut known = lock(&self.known);
        let key = (origins, rules.iter().map(|rule| rule.metadata().id.clone()).collect());
        Arc::clone(known.entry(key).or_insert_with(|| Arc::new(Engine::new(rules))))
    }
}
