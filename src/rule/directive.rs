//! Parses a comment: each tool's spelling of "leave this alone", read as that tool reads it.

use super::Metadata;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether `comment`, including `#`, suppresses anything in its statement.
pub fn is_suppression(comment: &str) -> bool {
    parse(comment, Dialects::ALL).iter().any(Directive::is_local)
}

/// A tool whose suppression comments are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `# tightwire: ignore`.
    Tightwire,
    /// `# ignore`, `# ignore: CSP-D407`.
    Ignore,
    /// `# suppress: PY031`.
    Suppress,
    /// Bandit's `# nosec`.
    Nosec,
    /// flake8's and Ruff's `# noqa`.
    Noqa,
    /// Semgrep's `# nosemgrep`.
    Nosemgrep,
    /// Sonar's `# NOSONAR`.
    Nosonar,
}

impl Dialect {
    /// All tools.
    pub const ALL: [Self; 7] =
        [Self::Tightwire, Self::Ignore, Self::Suppress, Self::Nosec, Self::Noqa, Self::Nosemgrep, Self::Nosonar];
}

/// The tools whose suppression comments count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialects(u8);

impl Dialects {
    /// All tools.
    pub const ALL: Self = Self(u8::MAX);

    /// Tightwire's own, and those of `others`.
    pub fn with(others: &[Dialect]) -> Self {
        Self(others.iter().fold(1 << Dialect::Tightwire as u8, |all, dialect| all | 1 << *dialect as u8))
    }

    /// Whether `dialect` is one of them.
    pub fn has(self, dialect: Dialect) -> bool {
        self.0 & 1 << dialect as u8 != 0
    }
}

impl Default for Dialects {
    fn default() -> Self {
        Self::ALL
    }
}

/// What marks the annotations that rules write: comments that are no suppressions, and may stand between one and its statement.
pub const ANNOTATION_MARK: &str = "(tightwire: ";

/// One suppression in a comment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Directive {
    scope: Scope,
    codes: Codes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Statement,
    /// The whole file, if it stands among the leading comments.
    File,
    /// The whole file, wherever it stands.
    FileFromAnywhere,
    /// From here on, at most to the end of the block.
    From,
    /// Up to here.
    UpTo,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Codes {
    All,
    /// Rules by id, alias or category, normalised.
    Named(Vec<String>),
    /// flake8 compares prefixes of codes: `S1` suppresses `S104`.
    Prefixes(Vec<String>),
}

impl Directive {
    fn here(codes: Codes) -> Self {
        Self { scope: Scope::Statement, codes }
    }

    pub(crate) fn is_local(&self) -> bool {
        self.scope == Scope::Statement
    }

    /// Whether it applies to the whole file; `is_leading` if it stands among the comments before the code.
    pub(crate) fn is_for_whole_file(&self, is_leading: bool) -> bool {
        self.scope == Scope::FileFromAnywhere || self.scope == Scope::File && is_leading
    }

    /// Whether it applies from its line on.
    pub(crate) fn begins_range(&self) -> bool {
        self.scope == Scope::From
    }

    /// Whether it ends what `other` began.
    pub(crate) fn ends(&self, other: &Self) -> bool {
        self.scope == Scope::UpTo && self.codes == other.codes
    }

    /// One directive for each code.
    fn each_code(scope: Scope, codes: Codes) -> Vec<Self> {
        match codes {
            Codes::Named(codes) => {
                codes.into_iter().map(|code| Self { scope, codes: Codes::Named(vec![code]) }).collect()
            }
            codes => vec![Self { scope, codes }],
        }
    }

    /// Whether it suppresses the findings of the rule that `metadata` describes.
    pub(crate) fn silences(&self, metadata: &Metadata) -> bool {
        let mut names = metadata.suppression_names().map(normalised);
        match &self.codes {
            Codes::All => true,
            Codes::Named(codes) => names.any(|name| codes.contains(&name)),
            Codes::Prefixes(codes) => {
                names.any(|name| is_flake8_code(&name) && codes.iter().any(|code| name.starts_with(code.as_str())))
            }
        }
    }
}

/// The suppressions in one comment, including `#`, that belong to `honoured`. Each must follow a `#` directly, so that
/// prose which only mentions one (`# type: ignore`, `# see noqa`) suppresses nothing.
pub(crate) fn parse(comment: &str, honoured: Dialects) -> Vec<Directive> {
    let parts = comment.split('#').skip(1).map(str::trim_start);
    parts
        .filter(|part| honoured.hear(part))
        .flat_map(|part| ruff(part).unwrap_or_else(|| part_of(part).into_iter().collect()))
        .collect()
}

impl Dialects {
    /// Whether `part` of a comment begins like a comment of one of these tools.
    fn hear(self, part: &str) -> bool {
        let begins = |dialect: &&Dialect| dialect.words().iter().any(|word| keyword(part, word).is_some());
        Dialect::ALL.iter().find(begins).is_none_or(|dialect| self.has(*dialect))
    }
}

impl Dialect {
    /// The words with which its comments begin.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Tightwire => &["tightwire"],
            Self::Ignore => &["ignore"],
            Self::Suppress => &["suppress"],
            Self::Nosec => &["nosec"],
            Self::Noqa => &["noqa", "ruff", "flake8"],
            Self::Nosemgrep => &["nosemgrep", "nosem"],
            Self::Nosonar => &["NOSONAR"],
        }
    }
}

/// The comments of Ruff and flake8 that begin with the tool's name: `ruff: noqa`, `flake8: noqa: S104`, `ruff: ignore[S104]`,
/// `ruff: file-ignore[S104]`, `ruff: disable[S104]`, `ruff: enable[S104]`. `None` for other comments.
fn ruff(part: &str) -> Option<Vec<Directive>> {
    let rest = keyword(part, "ruff").or_else(|| keyword(part, "flake8"))?;
    let Some(rest) = rest.trim_start().strip_prefix(':').map(str::trim_start) else { return Some(Vec::new()) };
    if let Some(rest) = keyword(rest, "noqa") {
        return Some(vec![Directive { scope: Scope::FileFromAnywhere, codes: noqa_codes(rest) }]);
    }
    let scopes = [
        ("file-ignore", Scope::FileFromAnywhere),
        ("ignore", Scope::Statement),
        ("disable", Scope::From),
        ("enable", Scope::UpTo),
    ];
    let found = scopes.into_iter().find_map(|(word, scope)| {
        let list = rest.strip_prefix(word)?.trim_start();
        // Without brackets it says nothing.
        list.starts_with('[').then(|| bracketed(list)).flatten().map(|codes| Directive::each_code(scope, codes))
    });
    Some(found.unwrap_or_default())
}

/// The codes after `noqa`; without one, all.
fn noqa_codes(rest: &str) -> Codes {
    let list = rest.trim_start().strip_prefix(':').unwrap_or_default();
    let codes: Vec<String> = tokens(list).take_while(|code| is_flake8_code(code)).map(normalised).collect();
    if codes.is_empty() { Codes::All } else { Codes::Prefixes(codes) }
}

fn part_of(part: &str) -> Option<Directive> {
    if let Some(rest) = keyword(part, "tightwire") {
        let rest = rest.trim_start().strip_prefix(':')?.trim_start();
        if let Some(rest) = keyword(rest, "ignore") {
            return bracketed(rest).map(Directive::here);
        }
        let rest = rest.strip_prefix("file-ignore")?;
        return bracketed(rest).map(|codes| Directive { scope: Scope::File, codes });
    }
    if let Some(rest) = keyword(part, "ignore") {
        return match rest.trim_start().strip_prefix(':') {
            Some(list) => Some(Directive::here(Codes::Named(listed(list)))),
            // `# ignore the port` is prose.
            None => is_end_or_reason(rest).then_some(Directive::here(Codes::All)),
        };
    }
    if let Some(rest) = keyword(part, "suppress") {
        return rest.trim_start().strip_prefix(':').map(|list| Directive::here(Codes::Named(listed(list))));
    }
    if let Some(rest) = keyword(part, "nosec") {
        let codes: Vec<String> = tokens(rest.strip_prefix(':').unwrap_or(rest))
            .take_while(|code| is_bandit_test(code))
            .map(normalised)
            .collect();
        return Some(Directive::here(if codes.is_empty() { Codes::All } else { Codes::Named(codes) }));
    }
    if let Some(rest) = keyword(part, "noqa") {
        return Some(Directive::here(noqa_codes(rest)));
    }
    if let Some(rest) = keyword(part, "nosemgrep").or_else(|| keyword(part, "nosem")) {
        return Some(Directive::here(match rest.trim_start().strip_prefix(':') {
            // A rule of a registry is identified by its path: `python.lang.security.rule-id`.
            Some(list) => {
                Codes::Named(listed(list).iter().map(|id| id.rsplit('.').next().unwrap_or(id).to_string()).collect())
            }
            None => Codes::All,
        }));
    }
    let sonar = part.strip_prefix("NOSONAR")?;
    (!sonar.starts_with(is_word)).then_some(Directive::here(Codes::All))
}

/// The text after `word` at the start of `text`, in any case, if the word ends there.
fn keyword<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    let ends = !rest.starts_with(|c: char| is_word(c) || c == '-');
    (head.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// `[rule, …] reason`, or only a reason. `None` for unclosed brackets.
fn bracketed(rest: &str) -> Option<Codes> {
    match rest.trim_start().strip_prefix('[') {
        Some(list) => list.split_once(']').map(|(list, _)| Codes::Named(listed(list))),
        None => Some(Codes::All),
    }
}

/// The names of a comma-separated list; the text after a name, up to the next comma, is prose.
fn listed(list: &str) -> Vec<String> {
    let first_word =
        |item: &str| item.split_whitespace().next().map(|word| normalised(word.trim_end_matches(['.', ';', ':'])));
    list.split(',').filter_map(first_word).filter(|name| !name.is_empty()).collect()
}

fn tokens(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| c == ',' || c.is_whitespace()).filter(|token| !token.is_empty())
}

fn is_end_or_reason(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with(['-', '\u{2013}', '\u{2014}', '(', ';', ','])
}

/// `B104`, or a test by name: `hardcoded_bind_all_interfaces`.
fn is_bandit_test(token: &str) -> bool {
    let is_code =
        token.strip_prefix(['B', 'b']).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    is_code || (token.contains('_') && token.chars().all(is_word))
}

/// flake8's `[A-Z][0-9]+`, with the hyphens that CytoScnPy's codes contain. A category (`S`) in capitals is a code too.
fn is_flake8_code(token: &str) -> bool {
    let has_shape =
        token.starts_with(|c: char| c.is_ascii_alphabetic()) && token.chars().all(|c| is_word(c) || c == '-');
    has_shape
        && (token.ends_with(|c: char| c.is_ascii_digit())
            || (token.len() <= 4 && token.chars().all(|c| c.is_ascii_uppercase())))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;

    fn bind() -> Metadata {
        Metadata {
            default: true,
            id: "unrestricted-bind".into(),
            aliases: ["unrestricted_bind", "PY031", "B104", "S104", "CSP-D404"].map(String::from).to_vec(),
            severity: Severity::Medium,
            summary: String::new(),
            cwe: Vec::new(),
            owasp: Vec::new(),
            references: Vec::new(),
            options: Vec::new(),
            unsafe_for: Vec::new(),
            no_fix_for: Vec::new(),
            never_safe: false,
            mended_by_others: false,
            suppressed_as: vec![
                "hardcoded-bind-all-interfaces".to_string(),
                "avoid-bind-to-all-interfaces".to_string(),
            ],
        }
    }

    fn silences(comment: &str) -> bool {
        parse(comment, Dialects::ALL).iter().any(|directive| directive.is_local() && directive.silences(&bind()))
    }

    #[test]
    fn comments_that_silence() {
        for comment in [
            "# tightwire: ignore",
            "# tightwire: ignore we need it",
            "# tightwire: ignore[unrestricted-bind] container",
            "#tightwire:ignore[http-server-usage, PY031]",
            "# ignore",
            "# ignore - in a container",
            "# ignore: PY031",
            "# ignore: CSP-D407, CSP-D404 because",
            "# suppress: PY031",
            "# suppress: unrestricted_bind in a container",
            "# suppress: unrestricted-bind",
            "# nosec",
            "# nosec container",
            "# NOSEC: B104",
            "# nosec B104 - container",
            "# nosec B101,B104",
            "# nosec B101 B104",
            "# noqa",
            "# NoQA",
            "#noqa:S104",
            "# noqa: E501,S104 container",
            "# noqa: E501 S104",
            "# noqa: S1",
            "# noqa: CSP-D404",
            "# noqa - whatever",
            "# nosemgrep",
            "# nosemgrep: unrestricted-bind",
            "# nosemgrep: python.lang.unrestricted-bind, other",
            "# nosec hardcoded_bind_all_interfaces",
            "# nosemgrep: python.lang.security.audit.network.bind.avoid-bind-to-all-interfaces",
            "# ruff: ignore[S104]",
            "# ruff: ignore[E501, hardcoded-bind-all-interfaces] in a container",
            "# NOSONAR",
            "# NOSONAR in a container",
            "# noqa: E501  # nosec B104 - container",
            "# the port # noqa: S104",
        ] {
            assert!(silences(comment), "{comment}");
        }
    }

    #[test]
    fn comments_that_do_not() {
        for comment in [
            "# type: ignore",
            "# type: ignore[unrestricted-bind]",
            "# pylint: disable=all",
            "# tightwire: ignore[http-server-usage]",
            "# tightwire: ignore[unrestricted-bind",
            "# tightwire",
            "# ignore the port",
            "# ignore: CSP-D407",
            "# ignored",
            "# suppress",
            "# suppress: PY030x",
            "# nosec B101",
            "# nosecurity",
            "# noqa: E501",
            "# noqa: S105",
            "# noqatext",
            "# see noqa",
            "# noqa-like",
            "# ruff: ignore",
            "# ruff: ignore[S105]",
            "# ruff: noqa",
            "# ruff: isort: skip",
            "# nosemgrep: other-rule",
            "# nosonar",
            "# NOSONARX",
            "# tightwire: file-ignore",
            "#",
            "",
        ] {
            assert!(!silences(comment), "{comment}");
        }
    }

    #[test]
    fn a_file_is_ignored_by_its_own_form_only() {
        let whole = |comment: &str| {
            parse(comment, Dialects::ALL).iter().any(|it| it.is_for_whole_file(true) && it.silences(&bind()))
        };
        for comment in [
            "# ruff: noqa",
            "# ruff: noqa: S104",
            "# flake8: noqa",
            "#flake8: noqa: E501,S1",
            "# ruff: file-ignore[S104]",
        ] {
            assert!(whole(comment), "{comment}");
        }
        assert!(!whole("# ruff: noqa: E501"));
        assert!(!whole("# ruff: file-ignore"));
        assert!(whole("# tightwire: file-ignore[unrestricted-bind] generated"));
        assert!(whole("# tightwire: file-ignore"));
        assert!(!whole("# tightwire: file-ignore[http-server-usage]"));
        assert!(!whole("# tightwire: ignore"));
    }
}
