//! Deserializes texts of a `transform.toml` or a configuration that must be names in Python.

use crate::python::canonical;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;

/// Why a text is refused, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// An error of serde's is one text: this stands between the two of a refusal, and in neither.
const SEPARATOR: char = '\u{1f}';

impl Refusal {
    /// A refusal.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        let plain = |text: String| text.replace(SEPARATOR, " ");
        Self { message: plain(message.into()), help: plain(help.into()) }
    }

    /// The refusal that serde's error with the text `carried` was made of, if it was made of one.
    pub(super) fn carried_by(carried: &str) -> Option<Self> {
        let (message, help) = carried.split_once(SEPARATOR)?;
        Some(Self::new(message, help))
    }
}

/// As [`Refusal::carried_by`] reads it.
impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{SEPARATOR}{}", self.message, self.help)
    }
}

/// Reads a text with `read`, so that an error has its place: errors of `TryFrom` have none.
///
/// # Errors
/// If it is not a text, or `read` rejects it.
pub fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, Refusal>,
) -> Result<T, D::Error> {
    struct Text<F>(F);
    impl<T, F: FnOnce(&str) -> Result<T, Refusal>> Visitor<'_> for Text<F> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Text(read))
}

/// Reads a name that is written into Python code: an identifier, without dots.
///
/// # Errors
/// If it is something else.
pub fn identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    read_text(deserializer, |name| match is_identifier(name) && name.is_ascii() {
        true => Ok(name.to_string()),
        false => Err(Refusal::new(format!("`{name}` is not an identifier"), "write the name without its module")),
    })
}

/// As `identifier`, for an optional name.
///
/// # Errors
/// As [`identifier`].
pub fn optional_identifier<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    identifier(deserializer).map(Some)
}

/// Reads the qualified name of a callable, in canonical form: `app.net.serve`.
///
/// # Errors
/// If it is something else, because no callable would ever have that name.
pub fn qualified<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    read_text(deserializer, |name| {
        if !name.contains('.') || !name.split('.').all(is_identifier) {
            let help = "write it with its module, such as `app.net.serve`";
            return Err(Refusal::new(format!("`{name}` is not a qualified name"), help));
        }
        match canonical(name) {
            canonical if canonical == name => Ok(canonical),
            canonical => {
                Err(Refusal::new(format!("`{name}` is known by another name"), format!("write `{canonical}`")))
            }
        }
    })
}

fn is_identifier(name: &str) -> bool {
    name.chars().all(|c| c == '_' || c.is_alphanumeric())
        && !name.starts_with(|c: char| c.is_numeric())
        && !name.is_empty()
        && !KEYWORDS.contains(&name)
}

/// Python's keywords (Language Reference 3.13, 2.3.1).
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];
