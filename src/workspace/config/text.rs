//! Reads the text of configuration files.

use super::error::unusable;
use crate::problem::Problem;
use crate::workspace::files::{FileKind, Files};
use std::io;
use std::path::Path;

/// Real files are a thousand times smaller, and every glob is compiled.
const MOST_BYTES: u64 = 4 << 20;

/// The text of the file at `path`; `None` if it does not exist or cannot be read.
pub(super) fn text_of(files: &dyn Files, path: &Path) -> Option<String> {
    readable(files, path).ok().flatten()
}

/// The text of a `pyproject.toml`. It is an error if the file cannot be read, because its settings are then unknown. A
/// path that is not a file has no settings, and neither has a file that is not UTF-8 and does not mention Tightwire.
pub(super) fn project_text(files: &dyn Files, path: &Path) -> Result<Option<String>, Problem> {
    match files.kind(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(kind) if kind != FileKind::File => return Ok(None),
        _ => {}
    }
    let speaks_of_us = |bytes: &[u8]| memchr::memmem::find(bytes, b"tightwire").is_some();
    let mut bytes = Vec::new();
    match readable(files, path) {
        Err(_) if files.read(path, u64::MAX, &mut bytes).is_ok() && !speaks_of_us(&bytes) => Ok(None),
        read => read,
    }
}

/// As `text_of`, but a file that cannot be read is an error.
pub(super) fn readable(files: &dyn Files, path: &Path) -> Result<Option<String>, Problem> {
    let refused = |message: &str| unusable(path, None, message, "make it a TOML file in UTF-8, or remove it");
    match files.own_kind(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        _ => {}
    }
    let unread = |error: io::Error| match error.kind() {
        io::ErrorKind::FileTooLarge => refused(&format!("the configuration is larger than {} MiB", MOST_BYTES >> 20)),
        _ => refused(&format!("the configuration cannot be read: {error}")),
    };
    if files.kind(path).map_err(unread)? != FileKind::File {
        return Err(refused("the configuration is not a regular file"));
    }
    let mut bytes = Vec::new();
    files.read(path, MOST_BYTES, &mut bytes).map_err(unread)?;
    // Some editors write a byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1;
        refused("the configuration is not in UTF-8").on_line(Some(line))
    })
}
