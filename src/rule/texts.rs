//! Deserializes texts of a `transform.toml` or a configuration that must be names in Python.

use crate::problem::Problem;
use crate::python::canonical;
use crate::text::did_you_mean;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;

/// An error of serde's is one text: this stands between the message and the help of a problem, and in neither.
const SEPARATOR: char = '\u{1f}';

/// The error of serde's that says `problem`, which [`explained`] reads from it again.
pub fn refused<E: Error>(problem: &Problem) -> E {
    let plain = |text: &str| text.replace(SEPARATOR, " ");
    E::custom(format_args!("{}{SEPARATOR}{}", plain(&problem.message), plain(&problem.help)))
}

/// What an error of serde's says about a value, in our words: a problem of [`read_text`]'s, or "unknown field `a`, expected one of
/// `b`, `c`" with the nearest name.
pub fn explained(message: &str) -> Problem {
    if let Some((message, help)) = message.split_once(SEPARATOR) {
        return Problem::new(message, help);
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    if let Some(unknown) = quoted.next()
        && (message.starts_with("unknown field") || message.starts_with("unknown variant"))
    {
        let known: Vec<&str> = quoted.collect();
        let kind = if message.starts_with("unknown field") { "setting" } else { "value" };
        return Problem::new(format!("`{unknown}` is not a {kind} here"), did_you_mean(unknown, &known));
    }
    Problem::new(
        format!("the configuration cannot be read: {}", message.lines().next().unwrap_or_default()),
        "correct it; `tightwire config schema` prints what is allowed",
    )
}

/// Reads a text with `read`, so that an error has its place: errors of `TryFrom` have none.
///
/// # Errors
/// If it is not a text, or `read` rejects it.
pub fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(&str) -> Result<T, Problem>,
) -> Result<T, D::Error> {
    struct Text<F>(F);
    impl<T, F: FnOnce(&str) -> Result<T, Problem>> Visitor<'_> for Text<F> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(|problem| refused(&problem))
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
        false => Err(Problem::new(format!("`{name}` is not an identifier"), "write the name without its module")),
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
            return Err(Problem::new(format!("`{name}` is not a qualified name"), help));
        }
        match canonical(name) {
            canonical if canonical == name => Ok(canonical),
            canonical => {
                Err(Problem::new(format!("`{name}` is known by another name"), format!("write `{canonical}`")))
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

#[cfg(test)]
mod tests {
    use super::explained;
    use crate::problem::Problem;

    #[test]
    fn what_serde_says_of_a_name_is_said_with_the_nearest_one() {
        let Problem { message, help, .. } = explained("unknown field `selct`, expected one of `select`, `ignore`");
        assert_eq!(message, "`selct` is not a setting here");
        assert_eq!(help, "did you mean `select`? Known names: select, ignore");
        let Problem { message, help, .. } = explained("unknown variant `udp`, expected `stream` or `datagram`");
        assert_eq!((message.as_str(), help.as_str()), ("`udp` is not a value here", "known names: stream, datagram"));
        assert!(
            explained("invalid type: integer `3`, expected a string\n")
                .message
                .ends_with("integer `3`, expected a string")
        );
    }
}
