//! The text of a file that a project describes itself in.

use super::error::unusable;
use crate::problem::Problem;
use std::fs;
use std::io;
use std::path::Path;

/// What people write is a thousandth of this, and every glob is compiled.
const MOST_BYTES: u64 = 4 << 20;

/// The text of the file at `path`; none where there is nothing of that name, and none that cannot be read.
pub(super) fn text_of(path: &Path) -> Option<String> {
    readable(path).ok().flatten()
}

/// The text of a `pyproject.toml`, as of one of our own: who cannot read it does not know what it asks for. What is no file cannot
/// ask for anything, nor does one that is not in UTF-8 and has not our name in it.
pub(super) fn project_text(path: &Path) -> Result<Option<String>, Problem> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        _ => {}
    }
    let speaks_of_us = |bytes: &[u8]| memchr::memmem::find(bytes, b"tightwire").is_some();
    match readable(path) {
        Err(_) if fs::read(path).is_ok_and(|bytes| !speaks_of_us(&bytes)) => Ok(None),
        read => read,
    }
}

/// The same, where a file that cannot be read is an error.
pub(super) fn readable(path: &Path) -> Result<Option<String>, Problem> {
    let refused = |message: &str| unusable(path, None, message, "make it a TOML file in UTF-8, or remove it");
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        _ => {}
    }
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(refused("the configuration is no file")),
        Ok(metadata) if metadata.len() > MOST_BYTES => {
            return Err(refused(&format!("the configuration is larger than {} MiB", MOST_BYTES >> 20)));
        }
        Ok(_) => {}
        Err(error) => return Err(refused(&format!("the configuration cannot be read: {error}"))),
    }
    let bytes = fs::read(path).map_err(|error| refused(&format!("the configuration cannot be read: {error}")))?;
    // An editor's byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec();
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1;
        refused("the configuration is not in UTF-8").on_line(Some(line))
    })
}
