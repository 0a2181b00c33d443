//! One configuration file: its settings, and how it is read.
//!
//! The doc comments of [`Contents`] are the descriptions in the JSON schema.

use super::contradiction;
use super::error::Document;
use crate::engine::{Answer, Known, TlsHosts};
use crate::finding::RuleId;
use crate::problem::Problem;
use crate::python::Target;
use crate::rule;
use crate::rule::Dialect;
use crate::rule::{Adjusted, Adjustment, Rule};
use crate::workspace::glob::{Globs, GlobsBuilder};
use crate::workspace::shown;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::value::{Date, Datetime};

/// The settings of `tightwire.toml`, and of `[tool.tightwire]` in `pyproject.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table of settings")]
pub(super) struct Contents {
    /// Ignore the configurations of the folders above.
    #[serde(default)]
    pub(super) root: bool,
    /// The rules to run, by id or alias. Without it, the rules that are on by default.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) select: Option<Names>,
    /// Rules not to run, by id or alias.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) ignore: Option<Names>,
    /// Rules not to run in certain files. The key is a glob in the syntax of .gitignore, relative to this file.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub(super) per_file_ignores: BTreeMap<Spanned<String>, Names>,
    /// Reasons that no longer make a fix unsafe, and rules whose fixes are safe. A fix becomes safe when all of its reasons are
    /// accepted.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) extend_safe: Names,
    /// Rules whose fixes are unsafe, and reasons that a configuration farther away accepts.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) extend_unsafe: Names,
    /// What people know and the code does not show. A fix becomes safe when all that it was held back for is answered.
    #[serde(default)]
    pub(super) evidence: EvidenceTable,
    /// Files and folders to exclude, as globs in the syntax of .gitignore, relative to this file. A file that is named
    /// on the
    /// command line is always checked.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) exclude: Names,
    /// The Python versions that the project supports: the lowest version, such as 3.8, or specifiers, such as >=2.7,<4.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) target_version: Option<Spanned<String>>,
    /// The tools whose suppression comments count, besides Tightwire's own. Without it, all of them.
    #[serde(default)]
    pub(super) suppressions: Option<Vec<Dialect>>,
    /// The options of rules. The key is the rule's id.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(super) rules: BTreeMap<String, toml::Table>,
}

/// Answers to what fixes hang on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, expecting = "a table of answers")]
pub(super) struct EvidenceTable {
    /// Hosts that speak TLS with a certificate that Python accepts: names with `*` and `?`, addresses, networks; with a port, only on
    /// that one.
    #[serde(default)]
    #[schemars(with = "Vec<Said>")]
    pub(super) tls: Vec<Spanned<Said>>,
    /// Files and folders whose servers no other machine reaches, as globs in the syntax of .gitignore, relative to this file.
    #[serde(default)]
    #[schemars(with = "Vec<Said>")]
    pub(super) local_only: Vec<Spanned<Said>>,
    /// Files and folders whose servers other machines reach.
    #[serde(default)]
    #[schemars(with = "Vec<Said>")]
    pub(super) reachable: Vec<Spanned<Said>>,
}

/// An answer: what it is about, alone or in a table with more.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text, or a table with `about`, `reason`, and perhaps `until`")]
pub(super) enum Said {
    /// The host, the file or the folder.
    Plain(String),
    /// With why it is so.
    Explained(Explained),
}

/// An answer with why it is so.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Explained {
    /// The host, the file or the folder.
    pub(super) about: String,
    /// Who says so and since when, for those who read the configuration.
    pub(super) reason: String,
    /// The last day on which it counts, such as 2027-03-01.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub(super) until: Option<Until>,
}

/// A day, as TOML writes one or as a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Until {
    Day(Datetime),
    Text(String),
}

impl Until {
    /// The day, if it is one and nothing else.
    fn day(&self) -> Option<Date> {
        let written = match self {
            Self::Day(written) => *written,
            Self::Text(text) => text.parse::<Datetime>().ok()?,
        };
        written.date.filter(|_| written.time.is_none() && written.offset.is_none())
    }
}

impl fmt::Display for Until {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(written) => written.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

impl Said {
    pub(super) fn about(&self) -> &str {
        match self {
            Self::Plain(about) | Self::Explained(Explained { about, .. }) => about,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Plain(_) => None,
            Self::Explained(Explained { reason, .. }) => Some(reason),
        }
    }

    /// What `config show` says of it.
    pub(super) fn shown(&self) -> toml::Value {
        match self.until() {
            None => self.about().into(),
            Some(until) => {
                let table = [("about", self.about().to_string()), ("until", until.to_string())];
                toml::Table::from_iter(table.map(|(key, value)| (key.to_string(), value.into()))).into()
            }
        }
    }

    fn until(&self) -> Option<&Until> {
        match self {
            Self::Plain(_) => None,
            Self::Explained(Explained { until, .. }) => until.as_ref(),
        }
    }
}

/// A list of texts with their places.
pub(super) type Names = Vec<Spanned<String>>;

/// A configuration that was read and validated.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    /// As it is written.
    pub(super) contents: Contents,
    pub(super) select: Option<Vec<RuleId>>,
    pub(super) ignore: Option<Vec<RuleId>>,
    pub(super) target: Option<Target>,
    pub(super) adjustment: Arc<Adjustment>,
    /// The answers to what fixes hang on.
    pub(super) answers: Vec<AnswerAbout>,
    pub(super) exclude: Globs,
    /// Grouped by rules: there are few rules, and there may be thousands of globs.
    pub(super) per_file_ignores: Vec<(Vec<RuleId>, Globs)>,
    pub(super) options: Vec<RuleOptions>,
}

/// An answer, and the files for which it counts.
#[derive(Debug)]
pub(super) struct AnswerAbout {
    pub(super) answer: Arc<Answer>,
    /// None for one about hosts: it counts wherever the configuration applies.
    pub(super) files: Option<Globs>,
}

/// The options under one name in `rules`.
#[derive(Debug)]
pub(super) struct RuleOptions {
    /// The name, as written.
    pub(super) name: String,
    pub(super) ids: Vec<RuleId>,
    pub(super) options: toml::Table,
}

/// Files that have nothing in common but to be Python files.
const ANY_FILES: [&str; 4] = ["a.py", "b/test_c.py", "d/e/__init__.py", "0/_1/2-3.py"];

/// Reads a configuration.
pub(super) struct Reader<'r> {
    /// All known rules.
    pub(super) rules: &'r [Arc<dyn Rule>],
    /// The folder that globs are relative to.
    pub(super) folder: &'r Path,
    /// Today, if it is known.
    pub(super) today: Option<Date>,
}

impl Reader<'_> {
    /// The configuration in `document`, a `tightwire.toml`.
    pub(super) fn own(&self, document: Document<'_>) -> Result<ConfigFile, Problem> {
        let table = DeTable::parse(document.text).map_err(|error| document.refused(&error))?;
        let span = table.span();
        self.read(document, &Spanned::new(span, DeValue::Table(table.into_inner())))
    }

    /// The configuration in `document`, a `pyproject.toml`, if it has one. A file that cannot be parsed is an error
    /// only if it mentions Tightwire.
    pub(super) fn of_project(&self, document: Document<'_>) -> Result<Option<ConfigFile>, Problem> {
        if !document.text.contains("tightwire") {
            return Ok(None);
        }
        let (mut table, errors) = DeTable::parse_recoverable(document.text);
        let tools = table.get_mut().get_mut("tool").map(Spanned::get_mut);
        let ours = match tools {
            Some(DeValue::Table(tools)) => tools.remove("tightwire"),
            _ => None,
        };
        match errors.first() {
            Some(error) if ours.is_some() || document.text.contains("tool.tightwire") => Err(document.refused(error)),
            _ => ours.map(|ours| self.read(document, &ours)).transpose(),
        }
    }

    fn read(&self, document: Document<'_>, whole: &Spanned<DeValue<'_>>) -> Result<ConfigFile, Problem> {
        let contents = Contents::deserialize(ValueDeserializer::from(whole.clone()));
        let contents = contents.map_err(|error| document.refused(&error))?;
        let target = contents.target_version.as_ref().map(|version| {
            let message = format!("target-version = {:?} is not a Python version", version.get_ref());
            let help = "write the lowest version, such as \"3.8\", or specifiers, such as \">=2.7,<4\"";
            Target::parse(version.get_ref()).ok_or_else(|| document.error(Some(version.span()), &message, help))
        });
        let answers = self.answers(document, &contents.evidence)?;
        contradiction::among(self.folder, &answers, &answers)?;
        let ids = |names: &Option<Names>| names.as_ref().map(|names| self.ids(document, names)).transpose();
        Ok(ConfigFile {
            path: document.path.to_path_buf(),
            select: ids(&contents.select)?,
            ignore: ids(&contents.ignore)?,
            target: target.transpose()?,
            adjustment: Arc::new(Adjustment {
                origin: shown(document.path),
                safe: self.adjusted(document, &contents.extend_safe, Adjusted::acceptable)?,
                unsafe_: self.adjusted(document, &contents.extend_unsafe, Adjusted::named)?,
            }),
            answers,
            exclude: self.globs(document, &contents.exclude)?,
            per_file_ignores: self.per_file_ignores(document, &contents.per_file_ignores)?,
            options: self.options(document, &contents, whole)?,
            contents,
        })
    }

    /// The rules that `name` stands for.
    fn named(&self, document: Document<'_>, name: &Spanned<impl AsRef<str>>) -> Result<Vec<&Arc<dyn Rule>>, Problem> {
        rule::named(self.rules, name.get_ref().as_ref())
            .map_err(|unknown| document.error(Some(name.span()), &unknown.message, &unknown.help))
    }

    fn ids(&self, document: Document<'_>, names: &Names) -> Result<Vec<RuleId>, Problem> {
        let mut ids: Vec<RuleId> = Vec::new();
        for name in names {
            ids.extend(self.named(document, name)?.iter().map(|rule| rule.metadata().id.clone()));
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// What `names` stand for, each read by `read`.
    fn adjusted(
        &self,
        document: Document<'_>,
        names: &Names,
        read: impl Fn(&[Arc<dyn Rule>], &str) -> Result<Vec<Adjusted>, Problem>,
    ) -> Result<Vec<Adjusted>, Problem> {
        let named = |name: &Spanned<String>| {
            read(self.rules, name.get_ref())
                .map_err(|unknown| document.error(Some(name.span()), &unknown.message, &unknown.help))
        };
        Ok(names.iter().map(named).collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// The answers in `evidence`; where two are about one file, the one that others reach it goes first.
    fn answers(&self, document: Document<'_>, evidence: &EvidenceTable) -> Result<Vec<AnswerAbout>, Problem> {
        let answer = |key: &str, said: &Spanned<Said>, known: Known| {
            let expired = self.expired(document, said)?;
            let (line, said) = (document.line(&said.span()), said.get_ref());
            let because = said.reason().map(|reason| format!(", {reason}")).unwrap_or_default();
            let (setting, path) = (format!("{key} = {:?}", said.about()), shown(document.path));
            let origin = format!("`{setting}` ({path}{because})");
            let (about, reason) = (said.about().to_owned(), said.reason().map(str::to_owned));
            Ok::<_, Problem>(Arc::new(Answer { origin, setting, about, reason, path, line, known, expired }))
        };
        let mut found = Vec::new();
        for said in &evidence.tls {
            let refused = |bad: Problem| document.error(Some(said.span()), &bad.message, &bad.help);
            let known = Known::Tls(TlsHosts::of(said.get_ref().about()).map_err(refused)?);
            found.push(AnswerAbout { answer: answer("tls", said, known)?, files: None });
        }
        let reachable = evidence.reachable.iter().map(|said| ("reachable", said));
        for (key, said) in reachable.chain(evidence.local_only.iter().map(|said| ("local-only", said))) {
            let about = Spanned::new(said.span(), said.get_ref().about().to_string());
            let all = || {
                let message = format!("`{key}` covers every file");
                document.error(Some(said.span()), &message, "name the folders or files that it is about")
            };
            if about.get_ref().chars().all(|character| matches!(character, '*' | '/' | '.')) {
                return Err(all());
            }
            let known = if key == "reachable" { Known::Reachable } else { Known::LocalOnly };
            let files = self.globs(document, [&about])?;
            if ANY_FILES.iter().all(|file| files.match_path_or_folders(&self.folder.join(file))) {
                return Err(all());
            }
            let files = Some(files);
            found.push(AnswerAbout { answer: answer(key, said, known)?, files });
        }
        Ok(found)
    }

    /// The last day on which `said` counted, if that has passed.
    fn expired(&self, document: Document<'_>, said: &Spanned<Said>) -> Result<Option<String>, Problem> {
        let Some(until) = said.get_ref().until() else { return Ok(None) };
        let day = until.day().ok_or_else(|| {
            let message = format!("`until = \"{until}\"` is not a day");
            document.error(
                Some(said.span()),
                &message,
                "write the last day on which the answer counts, such as \"2027-03-01\"",
            )
        })?;
        Ok(self.today.filter(|today| day < *today).map(|_| day.to_string()))
    }

    fn globs<'g>(
        &self,
        document: Document<'_>,
        globs: impl IntoIterator<Item = &'g Spanned<String>>,
    ) -> Result<Globs, Problem> {
        let globs: Vec<_> = globs.into_iter().collect();
        let mut builder = GlobsBuilder::new(self.folder);
        for glob in &globs {
            builder.add(glob.get_ref()).map_err(|bad| document.error(Some(glob.span()), &bad.message, &bad.help))?;
        }
        builder.build().map_err(|(index, bad)| {
            let place = globs.get(index).map(|glob| glob.span());
            document.error(place, &bad.message, &bad.help)
        })
    }

    fn per_file_ignores(
        &self,
        document: Document<'_>,
        ignores: &BTreeMap<Spanned<String>, Names>,
    ) -> Result<Vec<(Vec<RuleId>, Globs)>, Problem> {
        let mut by_rule: BTreeMap<RuleId, Vec<&Spanned<String>>> = BTreeMap::new();
        for (glob, names) in ignores {
            for id in self.ids(document, names)? {
                by_rule.entry(id).or_default().push(glob);
            }
        }
        let unused: Vec<_> = ignores.iter().filter(|(_, names)| names.is_empty()).map(|(glob, _)| glob).collect();
        let mut by_globs = BTreeMap::from([(unused, Vec::new())]);
        for (id, globs) in by_rule {
            by_globs.entry(globs).or_default().push(id);
        }
        by_globs.into_iter().map(|(globs, ids)| Ok((ids, self.globs(document, globs)?))).collect()
    }

    /// The options of rules in `contents`, which was read from `whole`.
    fn options(
        &self,
        document: Document<'_>,
        contents: &Contents,
        whole: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<RuleOptions>, Problem> {
        let mut found: Vec<RuleOptions> = Vec::new();
        let tables = whole.get_ref().get("rules").and_then(|rules| rules.get_ref().as_table());
        for (name, options) in tables.into_iter().flatten() {
            let DeValue::Table(spanned) = options.get_ref() else { continue };
            let mut ids = Vec::new();
            for rule in self.named(document, name)? {
                let id = rule.metadata().id.clone();
                // Errors are reported at their place, even if the value is overridden.
                rule.configured(spanned).map_err(|error| document.bad_option(name.span(), error))?;
                if found.iter().any(|known| known.ids.contains(&id)) {
                    let message = format!("the options of {id} are set twice, under two names of the rule");
                    let help = format!("put them under [rules.{id}]");
                    return Err(document.error(Some(name.span()), &message, &help));
                }
                ids.push(id);
            }
            let options = contents.rules.get(name.get_ref().as_ref()).cloned().unwrap_or_default();
            found.push(RuleOptions { name: name.get_ref().to_string(), ids, options });
        }
        Ok(found)
    }
}

/// The JSON schema of a configuration, with the options of `transforms`.
pub(super) fn schema(transforms: &[Arc<dyn Rule>]) -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Contents>();
    schema.insert("title".into(), "Tightwire's configuration".into());
    let rules: serde_json::Map<String, serde_json::Value> = transforms
        .iter()
        .map(|transform| (transform.metadata().id.to_string(), transform.options_schema().to_value()))
        .collect();
    let place = schema.get_mut("properties").and_then(|properties| properties.get_mut("rules"));
    if let Some(place) = place.and_then(serde_json::Value::as_object_mut) {
        place.insert("additionalProperties".into(), false.into());
        place.insert("properties".into(), rules.into());
    }
    schema.to_value()
}
