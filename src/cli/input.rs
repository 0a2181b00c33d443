//! A file's or standard input's bytes.

use super::{Common, Stop};
use crate::problem::Problem;
use crate::terminal::streams::Terminal;
use crate::text::display_path;
use crate::workspace::walk;
use crate::workspace::walk::{Walk, WalkOptions};
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files above this are not even searched (bytes). Far above what is parsed: a large data module without any site
/// is no fault.
const MOST_BYTES: u64 = 512 << 20;

/// What a command works on.
pub(super) enum Input {
    /// Files, and what went wrong in finding them.
    Files(Walk),
    /// Standard input, and the name that it goes by.
    Stdin(PathBuf),
}

/// Finds what `paths` name, and says on standard error which named folders hold no Python.
pub(super) fn find(paths: &[PathBuf], common: &Common, terminal: &Terminal) -> Result<Input, Stop> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    if paths.iter().any(is_stdin) {
        if paths.len() > 1 {
            let help = "pass either `-` or files and folders";
            return Err(Problem::new("`-` cannot be mixed with other paths", help).into());
        }
        return Ok(Input::Stdin(common.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"))));
    }
    let walked = walk::walk(paths, &walk_options(common))
        .map_err(|bad| Problem::new(format!("--exclude cannot be used: {}", bad.message), bad.help))?;
    for folder in &walked.empty {
        terminal.warning(&format!("no Python files under {}", display_path(folder).replace('\n', "\\n")));
    }
    Ok(Input::Files(walked))
}

/// What the command line says of a walk.
pub(super) fn walk_options(common: &Common) -> WalkOptions {
    WalkOptions { exclude: common.exclude.clone(), threads: common.threads }
}

/// Reads `path` into `buffer`, replacing what is in it.
pub(super) fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<(), Problem> {
    File::open(path).and_then(|file| read_all(file, buffer)).map_err(|error| {
        let help = "check its permissions, or leave it out with `--exclude`";
        Problem::new(format!("cannot be read: {error}"), help).in_file(display_path(path))
    })
}

/// Reads standard input, which goes by the name of `path`.
pub(super) fn read_stdin(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut buffer = Vec::new();
    match read_all(io::stdin().lock(), &mut buffer) {
        Ok(()) => Ok(buffer),
        Err(error) => Err(Problem::new(format!("standard input cannot be read: {error}"), "check what is piped in")
            .in_file(display_path(path))),
    }
}

fn read_all(input: impl Read, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let read = input.take(MOST_BYTES + 1).read_to_end(buffer)?;
    if read as u64 > MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {MOST_BYTES} bytes")));
    }
    Ok(())
}
