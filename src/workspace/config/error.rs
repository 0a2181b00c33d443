//! Errors in a configuration, with message, place and help.

use crate::problem::Problem;
use crate::rule::{OptionError, explained};
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
        unusable(self.path, place.and_then(|place| self.line(&place)), message, help)
    }

    /// The one-based line where `place`, in bytes of the text, begins.
    pub(super) fn line(self, place: &Range<usize>) -> Option<usize> {
        self.text.get(..place.start).map(|before| before.matches('\n').count() + 1)
    }

    /// An error of `toml` or `serde`.
    pub(super) fn refused(self, error: &toml::de::Error) -> Problem {
        let Problem { message, help, .. } = explained(error.message());
        self.error(error.span(), &message, &help)
    }

    /// An error in a rule's options; `place` is the place of its table.
    pub(super) fn bad_option(self, place: Range<usize>, error: OptionError) -> Problem {
        let Problem { message, help, .. } = error.problem;
        self.error(Some(error.at.unwrap_or(place)), &message, &help)
    }
}
