//! What went wrong, as errors of the report: the path as a person would write it, what is wrong, what to do next.

use crate::engine::ScanError;
use crate::problem::Problem;
use crate::text::display_path;
use crate::write::WriteError;
use std::path::Path;

/// A file that could not be written, as an error of the report.
pub(super) fn write_error(path: &Path, error: &WriteError) -> Problem {
    Problem::new(error.to_string(), error.help()).in_file(display_path(path))
}

/// A file that could not be scanned, as an error of the report.
pub(super) fn scan_error(path: &Path, error: &ScanError) -> Problem {
    Problem::new(error.to_string(), error.help()).in_file(display_path(path)).on_line(error.line())
}
