//! What all rules have in common, once: the definition, the query, the page, the options.

use super::definition::{self, Definition};
use super::{FileFacts, Match, Metadata, OptionError, Options, PrefilterPattern, Rule, Table};
use crate::finding::Findings;
use crate::python::PythonFile;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What only one rule knows: the tables of its `transform.toml`, and how a match is checked.
pub trait Check: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The tables that a query may ask for, by name.
    fn tables(&self) -> Vec<(&'static str, &dyn Table)>;

    /// The qualified names that the rule looks for, and those that its fixes need. A module of the project that imports one of them may
    /// hand it on.
    fn names(&self) -> Vec<&str> {
        self.tables().into_iter().flat_map(|(_, table)| table.names()).collect()
    }

    /// Takes note that a configuration has laid options over the tables, which were `built_in`: its rows follow those.
    fn laid_over(&mut self, built_in: &Self) {
        let _ = built_in;
    }

    /// See [`Rule::prefilter`].
    fn prefilter(&self) -> Vec<PrefilterPattern>;

    /// See [`Rule::check`]. `rule` is the head of the definition.
    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings;
}

/// The files of a rule's folder.
#[derive(Debug, Clone, Copy)]
pub struct Texts {
    /// `transform.toml`.
    pub definition: &'static str,
    /// `query.scm`; without one, every call of a name in one of the tables matches.
    pub query: Option<&'static str>,
    /// `explain.md`.
    pub explanation: &'static str,
}

/// A rule made of the files of its folder and a [`Check`].
pub struct Defined<C> {
    texts: Texts,
    query: String,
    definition: Definition<C>,
}

impl<C: Check> Defined<C> {
    /// The rule of a folder that is part of the program.
    ///
    /// # Panics
    /// When the definition does not have the form of its rule; a test reads them all.
    pub fn built_in(texts: Texts) -> Self {
        Self::new(texts, Definition::built_in(texts.definition))
    }

    fn new(texts: Texts, definition: Definition<C>) -> Self {
        let query = match texts.query {
            Some(query) => query.to_string(),
            None => definition.tables.tables().iter().map(|(table, _)| calls_of(table)).collect(),
        };
        Self { texts, query, definition }
    }
}

/// The pattern of a call of a name in `table`.
fn calls_of(table: &str) -> String {
    format!("((call function: (_) @callee) @match (#in-table? @callee {table}))\n")
}

impl<C: Check> Rule for Defined<C> {
    fn metadata(&self) -> &Metadata {
        &self.definition.metadata
    }

    fn query(&self) -> &str {
        &self.query
    }

    fn table(&self, name: &str) -> Option<&dyn Table> {
        self.definition.tables.tables().into_iter().find(|(known, _)| *known == name).map(|(_, table)| table)
    }

    fn names(&self) -> Vec<&str> {
        self.definition.tables.names()
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        self.definition.tables.prefilter()
    }

    fn check(&self, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        self.definition.tables.check(&self.definition.metadata, file, matches, facts)
    }

    fn explanation(&self) -> &str {
        self.texts.explanation
    }

    fn configured(&self, options: &Options<'_>) -> Result<Arc<dyn Rule>, OptionError> {
        let mut definition = Definition::<C>::configured(self.texts.definition, options)?;
        let built_in: Definition<C> = Definition::built_in(self.texts.definition);
        definition.tables.laid_over(&built_in.tables);
        Ok(Arc::new(Self::new(self.texts, definition)))
    }

    fn options_schema(&self) -> schemars::Schema {
        definition::options_schema::<C>(&self.definition.metadata)
    }
}
