//! Answers that cannot both be meant: other machines reach the servers of a folder, and no other machine does.
//!
//! Of an answer inside of a broader one, the broader is the rule and the other the exception (`local-only = ["services/"]`,
//! `reachable = ["services/gateway/"]`). That works only where the exception wins: `reachable` in one configuration. An answer that can
//! never count is an error, because its author believes that it does.

use super::error::unusable;
use super::file::AnswerAbout;
use crate::engine::{Answer, Known};
use crate::problem::Problem;
use std::path::Path;

/// Refuses an answer among `local` that one among `reachable`, in the same configuration in `folder`, leaves no file.
///
/// # Errors
/// If there is one; the problem names both places.
pub(super) fn among(folder: &Path, local: &[AnswerAbout], reachable: &[AnswerAbout]) -> Result<(), Problem> {
    check(local, reachable, |local, reachable| covers(folder, reachable, local))
}

/// Refuses answers of two configurations in `folder` if one is about files of the other: neither configuration is nearer.
///
/// # Errors
/// As [`among`].
pub(super) fn between(folder: &Path, one: &[AnswerAbout], other: &[AnswerAbout]) -> Result<(), Problem> {
    let overlap = |local: &AnswerAbout, reachable: &AnswerAbout| {
        covers(folder, reachable, local) || covers(folder, local, reachable)
    };
    check(one, other, overlap).and_then(|()| check(other, one, overlap))
}

fn check(
    local: &[AnswerAbout],
    reachable: &[AnswerAbout],
    contradict: impl Fn(&AnswerAbout, &AnswerAbout) -> bool,
) -> Result<(), Problem> {
    let is = |answer: &Answer, reachable: bool| match answer.known {
        Known::Reachable => reachable,
        Known::LocalOnly => !reachable,
        Known::Tls(_) | Known::TlsOn443(_) => false,
    } && answer.expired.is_none();
    for local in local.iter().filter(|local| is(&local.answer, false)) {
        for reachable in reachable.iter().filter(|reachable| is(&reachable.answer, true)) {
            if contradict(local, reachable) {
                return Err(contradiction(&local.answer, &reachable.answer));
            }
        }
    }
    Ok(())
}

fn contradiction(local: &Answer, reachable: &Answer) -> Problem {
    let line = reachable.line.map(|line| format!(":{line}")).unwrap_or_default();
    let message = format!("`{}` contradicts `{}` ({}{line})", local.setting, reachable.setting, reachable.path);
    let help = "a server is reached from other machines, or it is not: remove one of the two, or name other files";
    unusable(Path::new(&local.path), local.line, &message, help)
}

/// Whether every file that `inner` is about is one of `outer`'s, as far as their globs show.
fn covers(folder: &Path, outer: &AnswerAbout, inner: &AnswerAbout) -> bool {
    let (Some(files), about) = (&outer.files, plain(&inner.answer.about)) else { return false };
    let path = folder.join(about.trim_start_matches('/'));
    let is_one_place = about.contains('/') && !about.contains(['*', '?', '[', '\\']);
    plain(&outer.answer.about) == about
        || is_one_place && (files.match_path(&path, true) || files.match_path_or_folders(&path))
}

/// `glob` in the one spelling of those that mean the same: a glob with a slash inside begins at the folder.
fn plain(glob: &str) -> String {
    let glob = glob.trim_end().trim_end_matches('/');
    let glob = glob.strip_prefix('.').filter(|rest| rest.starts_with('/')).unwrap_or(glob);
    if glob.contains('/') && !glob.starts_with('/') { format!("/{glob}") } else { glob.to_string() }
}
