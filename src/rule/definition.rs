//! A `transform.toml`, and the options that a configuration sets in it.
//!
//! The key `options` of the file lists what may be set. The types of the tables define its form, for serde and for the
//! JSON schema.

use super::texts::explained;
use super::{Metadata, Rule};
use crate::finding::{RuleId, Severity};
use crate::problem::Problem;
use crate::text::did_you_mean;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

/// Options of a rule in a configuration, with their places in its text.
pub type Options<'t> = DeTable<'t>;

/// A whole `transform.toml`: the common head, and the tables of one rule.
#[derive(Debug, Clone)]
pub struct Definition<T> {
    /// The head.
    pub metadata: Metadata,
    /// The tables.
    pub tables: T,
}

impl<T: DeserializeOwned> Definition<T> {
    /// Reads a built-in `transform.toml`.
    ///
    /// # Panics
    /// If it does not have the form of its rule; `every_definition_is_read_and_complete` in `transforms/mod.rs` reads them all.
    #[expect(clippy::expect_used, reason = "the text is built in, and a test reads it")]
    pub fn built_in(text: &str) -> Self {
        let read = DeTable::parse(text).and_then(|table| Self::read(table.into_inner()));
        read.expect("a built-in transform.toml has the form of its rule")
    }

    /// Reads a built-in `transform.toml` with `options` applied: lists are extended, values are replaced.
    ///
    /// # Errors
    /// See [`OptionError`].
    pub fn configured(text: &str, options: &Options<'_>) -> Result<Self, OptionError> {
        let Metadata { id, options: open, .. } = Self::built_in(text).metadata;
        let invalid = |error: Error| OptionError::of_serde(&id, error.span(), error.message());
        let mut merged = DeTable::parse(text).map_err(invalid)?.into_inner();
        for (key, value) in options {
            let name = key.get_ref().as_ref();
            if name != SEVERITY && !open.iter().any(|open| open == name) {
                let known: Vec<&str> = open.iter().map(String::as_str).chain([SEVERITY]).collect();
                let problem = Problem::new(format!("`{name}` is not an option of {id}"), did_you_mean(name, &known));
                return Err(OptionError { at: Some(key.span()), problem });
            }
            match (merged.get_mut(name).map(Spanned::get_mut), value.get_ref()) {
                (Some(DeValue::Array(known)), DeValue::Array(more)) => {
                    more.iter().for_each(|row| known.push(row.clone()));
                }
                _ => drop(merged.insert(key.clone(), value.clone())),
            }
        }
        // The built-in text is valid, so a reported span belongs to one of `options`.
        let definition = Self::read(merged).map_err(invalid)?;
        match options.values().find_map(empty_text) {
            Some(at) => {
                let message = format!("rules.{id}: an empty text has no meaning here");
                Err(OptionError { at: Some(at), problem: Problem::new(message, "write a name, or remove it") })
            }
            None => Ok(definition),
        }
    }

    /// The head and the tables are read separately, because serde loses spans in flattened fields.
    fn read(table: DeTable<'_>) -> Result<Self, Error> {
        let whole = |table| Deserializer::from(Spanned::new(0..0, table));
        Ok(Self { metadata: Metadata::deserialize(whole(table.clone()))?, tables: T::deserialize(whole(table))? })
    }
}

/// The place of an empty text in `value`: no option accepts one, because it is not a name, word or host.
fn empty_text(value: &Spanned<DeValue<'_>>) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::String(text) => text.trim().is_empty().then(|| value.span()),
        DeValue::Array(values) => values.iter().find_map(empty_text),
        DeValue::Table(table) => table.values().find_map(empty_text),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => None,
    }
}

/// `rule` with `options`, wherever they came from.
///
/// # Errors
/// As [`Rule::configured`], without a place.
pub fn with_options(rule: &dyn Rule, options: &toml::Table) -> Result<Arc<dyn Rule>, OptionError> {
    let unplaced = |error: OptionError| OptionError { at: None, ..error };
    let refused = |message: &str| OptionError::of_serde(&rule.metadata().id, None, message);
    let text = toml::to_string(options).map_err(|error| refused(&error.to_string()))?;
    let table = DeTable::parse(&text).map_err(|error| refused(error.message()))?;
    rule.configured(table.get_ref()).map_err(unplaced)
}

/// Adds options of a farther configuration to nearer ones: lists are extended, other values stay.
pub fn lay_under(nearer: &mut toml::Table, farther: &toml::Table) {
    for (name, value) in farther {
        match (nearer.get_mut(name), value) {
            (Some(toml::Value::Array(known)), toml::Value::Array(more)) => known.extend(more.iter().cloned()),
            (Some(_), _) => {}
            (None, _) => drop(nearer.insert(name.clone(), value.clone())),
        }
    }
}

/// A JSON schema of what a configuration may set.
pub(super) fn options_schema<T: JsonSchema>(metadata: &Metadata) -> schemars::Schema {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let tables = settings.clone().into_generator().into_root_schema_for::<T>();
    let mut severity = settings.into_generator().into_root_schema_for::<Severity>();
    severity.remove("$schema");
    let mut properties = serde_json::Map::new();
    properties.insert(SEVERITY.to_string(), severity.to_value());
    let known = tables.get("properties").and_then(serde_json::Value::as_object);
    for (name, schema) in known.into_iter().flatten().filter(|(name, _)| metadata.options.contains(name)) {
        properties.insert(name.clone(), schema.clone());
    }
    schemars::json_schema!({
        "description": metadata.summary,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// The option that every rule has.
const SEVERITY: &str = "severity";

/// Options of a configuration that a rule rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    /// The place in the configuration's text, in bytes, if known.
    pub at: Option<Range<usize>>,
    /// What is wrong; its path and its line are the configuration's, who knows its text.
    pub problem: Problem,
}

impl OptionError {
    /// What an error of serde's says about the options of `rule`.
    fn of_serde(rule: &RuleId, at: Option<Range<usize>>, text: &str) -> Self {
        let problem = explained(text);
        Self { at, problem: Problem::new(format!("rules.{rule}: {}", problem.message), problem.help) }
    }
}
