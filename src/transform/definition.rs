//! A `transform.toml`, and what a configuration lays over it.
//!
//! What may be set is data too: the key `options` of the file names it. The types of the tables say its form, to serde and to the
//! JSON schema.

use super::{Metadata, Severity};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A whole `transform.toml`: the head that all have, and the tables of one.
#[derive(Debug, Clone, Deserialize)]
pub struct Definition<T> {
    /// The head.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// The tables.
    #[serde(flatten)]
    pub tables: T,
}

impl<T: DeserializeOwned> Definition<T> {
    /// Reads a `transform.toml` that is part of the program.
    ///
    /// # Panics
    /// When it does not have the form of its transform; `every_definition_is_read` in `transforms/mod.rs` reads them all.
    #[expect(clippy::expect_used, reason = "the text is built in, and a test reads it")]
    pub fn built_in(text: &str) -> Self {
        toml::from_str(text).expect("a built-in transform.toml has the form of its transform")
    }

    /// Reads a built-in `transform.toml` with `options` laid over it: lists become longer, values are replaced.
    ///
    /// # Errors
    /// See [`OptionError`].
    pub fn configured(text: &str, options: &toml::Table) -> Result<Self, OptionError> {
        let Metadata { id: rule, options: open, .. } = Self::built_in(text).metadata;
        let invalid =
            |error: toml::de::Error| OptionError::Invalid { rule: rule.clone(), message: error.message().into() };
        let mut merged: toml::Table = text.parse().map_err(invalid)?;
        for (name, value) in options {
            if name != SEVERITY && !open.contains(name) {
                let known = open.iter().cloned().chain([SEVERITY.to_string()]).collect();
                return Err(OptionError::Unknown { rule, name: name.clone(), known });
            }
            match (merged.get_mut(name), value) {
                (Some(toml::Value::Array(known)), toml::Value::Array(more)) => known.extend(more.iter().cloned()),
                _ => drop(merged.insert(name.clone(), value.clone())),
            }
        }
        merged.try_into().map_err(invalid)
    }
}

impl<T: JsonSchema> Definition<T> {
    /// A JSON schema of what a configuration may set.
    pub fn options_schema(&self) -> schemars::Schema {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let tables = settings.clone().into_generator().into_root_schema_for::<T>();
        let mut severity = settings.into_generator().into_root_schema_for::<Severity>();
        severity.remove("$schema");
        let mut properties = serde_json::Map::new();
        properties.insert(SEVERITY.to_string(), severity.to_value());
        let known = tables.get("properties").and_then(serde_json::Value::as_object);
        for (name, schema) in known.into_iter().flatten().filter(|(name, _)| self.metadata.options.contains(name)) {
            properties.insert(name.clone(), schema.clone());
        }
        schemars::json_schema!({
            "description": self.metadata.summary,
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        })
    }
}

/// The option that every rule has.
const SEVERITY: &str = "severity";

/// Options of a configuration that a rule cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// It has no such option.
    #[error("`{name}` is no option of {rule}")]
    Unknown {
        /// The rule's id.
        rule: String,
        /// The key that is not known.
        name: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// What is set has another form.
    #[error("an option of {rule} cannot be read: {message}")]
    Invalid {
        /// The rule's id.
        rule: String,
        /// What is wrong.
        message: String,
    },
}
