//! The text of a file that a project describes itself in.

use super::ConfigError;
use std::fs;
use std::io;
use std::path::Path;

/// The text of the file at `path`; none where there is nothing of that name, and none that cannot be read.
pub(super) fn text_of(path: &Path) -> Option<String> {
    readable(path).ok().flatten()
}

/// The same, where a file that cannot be read is an error.
pub(super) fn readable(path: &Path) -> Result<Option<String>, ConfigError> {
    let refused = |message: String| ConfigError {
        path: path.to_path_buf(),
        line: None,
        message,
        help: "make it a TOML file in UTF-8, or remove it".into(),
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        _ => {}
    }
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(refused("the configuration is no file".into())),
        Ok(_) => {}
        Err(error) => return Err(refused(format!("the configuration cannot be read: {error}"))),
    }
    let bytes = fs::read(path).map_err(|error| refused(format!("the configuration cannot be read: {error}")))?;
    // An editor's byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec();
    String::from_utf8(bytes).map(Some).map_err(|_| refused("the configuration is not in UTF-8".into()))
}
