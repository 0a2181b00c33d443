//! The settings of a folder in readable form, each with the file that sets it.

use super::Settings;
use super::file::{ConfigFile, Names};
use crate::finding::RuleId;
use crate::workspace::shown;
use serde::Serialize;
use std::collections::HashSet;
use std::path::Path;
use toml::Value;

/// A setting that applies.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its name: `rules.unrestricted-bind.sinks`.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The file that says so, as a person at the current directory would write it.
    pub origin: String,
}

impl Settings {
    /// All settings that apply, as written, in the order of the configuration's keys.
    pub fn entries(&self) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        let mut add = |name: String, value: Value, origin: &Path| {
            found.push(Entry { name, value, origin: shown(origin) });
        };
        if let Some((names, origin)) = self.nearest(|file| file.contents.select.as_ref()) {
            add("select".into(), texts(names), origin);
        }
        if let Some((names, origin)) = self.nearest(|file| file.contents.ignore.as_ref()) {
            add("ignore".into(), texts(names), origin);
        }
        for file in &self.files {
            for (name, names) in
                [("extend-safe", &file.contents.extend_safe), ("extend-unsafe", &file.contents.extend_unsafe)]
            {
                if !names.is_empty() {
                    add(name.into(), texts(names), &file.path);
                }
            }
            let evidence = &file.contents.evidence;
            for (name, said) in
                [("tls", &evidence.tls), ("local-only", &evidence.local_only), ("reachable", &evidence.reachable)]
            {
                let about = said.iter().map(|said| said.get_ref().shown()).collect::<Vec<Value>>();
                if !about.is_empty() {
                    add(format!("evidence.{name}"), about.into(), &file.path);
                }
            }
            if !file.contents.exclude.is_empty() {
                add("exclude".into(), texts(&file.contents.exclude), &file.path);
            }
            for (glob, rules) in &file.contents.per_file_ignores {
                add(format!("per-file-ignores.{:?}", glob.get_ref()), texts(rules), &file.path);
            }
        }
        let configured = self.nearest(|file| file.contents.target_version.as_ref());
        match (configured, &self.required) {
            (Some((version, origin)), _) => add("target-version".into(), version.get_ref().clone().into(), origin),
            (None, Some(required)) => add("target-version".into(), required.versions.clone().into(), &required.path),
            (None, None) => {}
        }
        if let Some((dialects, origin)) = self.nearest(|file| file.contents.suppressions.as_ref())
            && let Ok(value) = Value::try_from(dialects)
        {
            add("suppressions".into(), value, origin);
        }
        // A nearer value hides a farther one under any name of the rule; lists are combined.
        let mut hidden: HashSet<(&[RuleId], &str)> = HashSet::new();
        for file in &self.files {
            for rule in &file.options {
                for (name, value) in &rule.options {
                    if value.is_array() || hidden.insert((&rule.ids, name)) {
                        add(format!("rules.{}.{name}", rule.name), value.clone(), &file.path);
                    }
                }
            }
        }
        found
    }

    /// The result of `said` for the nearest configuration that has one.
    fn nearest<'s, T>(&'s self, said: impl Fn(&'s ConfigFile) -> Option<T>) -> Option<(T, &'s Path)> {
        self.files.iter().find_map(|file| Some((said(file)?, file.path.as_path())))
    }
}

fn texts(names: &Names) -> Value {
    Value::from(names.iter().map(|name| name.get_ref().clone()).collect::<Vec<_>>())
}
