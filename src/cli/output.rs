//! The destination of the output: standard output, or the file of `--output-file`.
//!
//! The file is replaced when the output is complete, so no reader sees half a report, and a failed run leaves the old
//! file. Anything but a regular file (a pipe, a device) is written as the output comes. A link is refused: in a
//! repository that others control, it may lead anywhere.

use crate::problem::Problem;
use crate::terminal::progress;
use crate::text::display_path;
use crate::workspace::walk::has_python_name;
use crate::write;
use std::fs;
use std::fs::File;
use std::io;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A writer with an explicit end.
pub(super) enum Output {
    /// Standard output.
    Standard(BufWriter<Standard>),
    /// A temporary file that replaces the target at the end.
    Replaced(BufWriter<NamedTempFile>, PathBuf),
    /// A pipe or a device.
    Stream(BufWriter<File>),
}

impl Output {
    /// Standard output, or `path`.
    ///
    /// # Errors
    /// If the file cannot be written. Nothing has been done by then.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Problem> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::new(Standard(io::stdout())))) };
        let refused = |message: String, help: &str| Problem::new(message, help).in_file(display_path(path));
        let failed = |error: io::Error| {
            refused(
                format!("--output-file cannot be written: {error}"),
                "check the folder, its permissions and free space",
            )
        };
        if has_python_name(path) {
            return Err(refused(
                "--output-file names a Python file, which a report would replace".into(),
                "name a file with another extension, such as `report.sarif` or `fix.diff`",
            ));
        }
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                Err(refused("--output-file cannot be written: it is a folder".into(), "name a file in it"))
            }
            Ok(metadata) if !metadata.is_file() => {
                File::options().write(true).open(path).map(|file| Self::Stream(BufWriter::new(file))).map_err(failed)
            }
            _ if is_link => Err(refused(
                "--output-file cannot be written: it is a symbolic link".into(),
                "name the file that the link leads to",
            )),
            Ok(metadata) if metadata.permissions().readonly() => Err(refused(
                "--output-file cannot be written: it is read-only".into(),
                "make it writable, or name another file",
            )),
            Ok(metadata) => {
                let temporary = write::beside(path).map_err(failed)?;
                temporary.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
                Ok(Self::Replaced(BufWriter::new(temporary), path.to_path_buf()))
            }
            Err(_) => {
                let temporary = write::beside(path).map_err(failed)?;
                Ok(Self::Replaced(BufWriter::new(temporary), path.to_path_buf()))
            }
        }
    }

    /// Completes the output.
    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Self::Standard(mut out) => out.flush(),
            Self::Stream(mut out) => out.flush(),
            Self::Replaced(out, path) => {
                let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                temporary.as_file().sync_all()?;
                temporary.persist(path).map(drop).map_err(|error| error.error)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Replaced(out, _) => out.write(bytes),
            Self::Stream(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Replaced(out, _) => out.flush(),
            Self::Stream(out) => out.flush(),
        }
    }
}

/// Standard output, which may be the terminal with the progress bar. Holds back incomplete lines. The lock is held only
/// during a write: at Ctrl-C, another thread restores the terminal.
pub(super) struct Standard(io::Stdout);

impl Write for Standard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        progress::suspended(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        progress::suspended(|| self.0.flush())
    }
}
