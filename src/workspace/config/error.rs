//! Errors in a configuration, with message, place and help.

use crate::problem::Problem;
use crate::rule::{OptionError, OptionFault};
use crate::text::nearest;
use crate::text::sanitize::visible_line;
use crate::workspace::shown;
use std::ops::Range;
use std::path::Path;

/// How many characters of a long text about a configuration are told from its beginning, and from its end.
const MOST_QUOTED: usize = 200;

/// A configuration in `path` that cannot be used. It quotes what is wrong, whatever that is: on one line, and not all of a long one.
pub(super) fn unusable(path: &Path, line: Option<usize>, message: &str, help: &str) -> Problem {
    Problem::new(quoted(message), quoted(help)).in_file(shown(path)).on_line(line)
}

fn quoted(text: &str) -> String {
    let line = visible_line(text);
    let count = line.chars().count();
    if count <= 2 * MOST_QUOTED {
        return line.into_owned();
    }
    let (start, end) = (line.chars().take(MOST_QUOTED), line.chars().skip(count - MOST_QUOTED));
    start.chain(['…']).chain(end).collect()
}

/// The text of a configuration, for error messages.
#[derive(Clone, Copy)]
pub(super) struct Document<'t> {
    pub(super) path: &'t Path,
    pub(super) text: &'t str,
}

impl Document<'_> {
    /// An error at `place`, in bytes of the text.
    pub(super) fn error(self, place: Option<Range<usize>>, message: &str, help: &str) -> Problem {
        let line = place.and_then(|place| self.text.get(..place.start)).map(|before| before.matches('\n').count() + 1);
        unusable(self.path, line, message, help)
    }

    /// An error of `toml` or `serde`.
    pub(super) fn refused(self, error: &toml::de::Error) -> Problem {
        let (message, help) = explained(error.message());
        self.error(error.span(), &message, &help)
    }

    /// An error in a rule's options; `place` is the place of its table.
    pub(super) fn bad_option(self, place: Range<usize>, error: OptionError) -> Problem {
        let rule = error.rule;
        let (message, help) = match error.fault {
            OptionFault::Unknown { name, known } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                (format!("`{name}` is not an option of {rule}"), did_you_mean(&name, &known))
            }
            OptionFault::Invalid { message, help: Some(help) } => (format!("rules.{rule}: {message}"), help),
            OptionFault::Invalid { message, help: None } => {
                let (message, help) = explained(&message);
                (format!("rules.{rule}: {message}"), help)
            }
        };
        self.error(Some(error.at.unwrap_or(place)), &message, &help)
    }
}

/// What serde says of a value, in our words: "unknown field `a`, expected one of `b`, `c`" with the nearest name.
fn explained(message: &str) -> (String, String) {
    let mut quoted = message.split('`').skip(1).step_by(2);
    if let Some(unknown) = quoted.next()
        && (message.starts_with("unknown field") || message.starts_with("unknown variant"))
    {
        let known: Vec<&str> = quoted.collect();
        let kind = if message.starts_with("unknown field") { "setting" } else { "value" };
        return (format!("`{unknown}` is not a {kind} here"), did_you_mean(unknown, &known));
    }
    (
        format!("the configuration cannot be read: {}", message.lines().next().unwrap_or_default()),
        "correct it; `tightwire config schema` prints what is allowed".into(),
    )
}

/// The help for an unknown name: the nearest of `known`.
fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(unknown, known) {
        Some(nearest) => format!("did you mean `{nearest}`? Known names: {all}"),
        None => format!("known names: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn what_serde_says_of_a_name_is_said_with_the_nearest_one() {
        let (message, help) = explained("unknown field `selct`, expected one of `select`, `ignore`");
        assert_eq!(message, "`selct` is not a setting here");
        assert_eq!(help, "did you mean `select`? Known names: select, ignore");
        let (message, help) = explained("unknown variant `udp`, expected `stream` or `datagram`");
        assert_eq!((message.as_str(), help.as_str()), ("`udp` is not a value here", "known names: stream, datagram"));
        assert!(
            explained("invalid type: integer `3`, expected a string\n").0.ends_with("integer `3`, expected a string")
        );
    }
}
