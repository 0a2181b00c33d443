//! Paths in what is said about files around those that are checked: configurations, baselines, repositories.

use crate::text::display_path;
use std::path::Path;

/// `path` relative to the current directory, if it is below it.
pub fn shown(path: &Path) -> String {
    let current = std::env::current_dir().and_then(|current| current.canonicalize());
    let below = current.ok().and_then(|current| path.strip_prefix(current).ok());
    display_path(below.unwrap_or(path))
}
