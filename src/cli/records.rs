//! What went wrong, as errors of the report: the path as a person would write it, what is wrong, what to do next.

use crate::engine::ScanError;
use crate::problem::Problem;
use crate::text::display_path;
use crate::text::sanitize::visible_line;
use crate::workspace::baseline::BaselineError;
use crate::workspace::config::ConfigError;
use crate::write::WriteError;
use std::path::{Path, PathBuf};

/// A configuration that cannot be used, as an error of the report. It quotes what is wrong, whatever that is: on one line, and not
/// all of a long one.
pub(super) fn config_error(error: &ConfigError) -> Problem {
    let quoted = |text: &str| {
        let line = visible_line(text);
        let count = line.chars().count();
        if count <= 2 * MOST_QUOTED {
            return line.into_owned();
        }
        let (start, end) = (line.chars().take(MOST_QUOTED), line.chars().skip(count - MOST_QUOTED));
        start.chain(['…']).chain(end).collect()
    };
    Problem {
        path: Some(display_path(&shown(&error.path))),
        line: error.line,
        message: quoted(&error.message),
        help: quoted(&error.help),
    }
}

/// How many characters of a long message about a configuration are told from its beginning, and from its end.
const MOST_QUOTED: usize = 200;

/// A baseline that cannot be used, as an error of the report.
pub(super) fn baseline_error(error: &BaselineError) -> Problem {
    Problem {
        path: Some(display_path(&shown(&error.path))),
        line: error.line,
        message: error.message.clone(),
        help: error.help.clone(),
    }
}

/// `path` as a person at the current directory would write it.
pub(super) fn shown(path: &Path) -> PathBuf {
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    current.ok().and_then(|current| path.strip_prefix(current).ok()).unwrap_or(path).to_path_buf()
}

/// A file that could not be written, as an error of the report.
pub(super) fn write_error(path: &Path, error: &WriteError) -> Problem {
    Problem { path: Some(display_path(path)), line: None, message: error.to_string(), help: error.help().to_owned() }
}

/// A file that could not be scanned, as an error of the report.
pub(super) fn scan_error(path: &Path, error: &ScanError) -> Problem {
    Problem { path: Some(display_path(path)), line: error.line(), message: error.to_string(), help: error.help() }
}
