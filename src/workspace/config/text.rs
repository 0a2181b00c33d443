//! The text of a file that a project describes itself in.

use super::error::unusable;
use crate::problem::Problem;
use crate::workspace::files::{FileKind, Files};
use std::io;
use std::path::Path;

/// What people write is a thousandth of this, and every glob is compiled.
const MOST_BYTES: u64 = 4 << 20;

/// The text of the file at `path`; none where there is nothing of that name, and none that cannot be read.
pub(super) fn text_of(files: &dyn Files, path: &Path) -> Option<String> {
    readable(files, path).ok().flatten()
}

/// The text of a `pyproject.toml`, as of one of our own: who cannot read it does not know what it asks for. What is no file cannot
/// ask for anything, nor does one that is not in UTF-8 and has not our name in it.
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

/// The same, where a file that cannot be read is an error.
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
        return Err(refused("the configuration is no file"));
    }
    let mut bytes = Vec::new();
    files.read(path, MOST_BYTES, &mut bytes).map_err(unread)?;
    // An editor's byte order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|&&byte| byte == b'\n').count() + 1;
        refused("the configuration is not in UTF-8").on_line(Some(line))
    })
}
