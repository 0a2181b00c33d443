//! One file under review: its text as it is now, what is found in it, and the texts that it had before.

use super::is_open;
use crate::engine::FileContext;
use crate::engine::{Decide, Decision, Engine, FileResult, Judged, ScanError};
use crate::report::Reported;
use crate::text::Lines;
use crate::text::Source;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file under review.
pub struct ReviewedFile {
    /// Of the rules that hold for it.
    pub(super) engine: Arc<Engine>,
    pub(super) path: PathBuf,
    /// What is on the disk.
    pub(super) disk: Vec<u8>,
    pub(super) context: FileContext,
    /// The text as it is now, and what is found in it.
    pub(super) now: FileResult,
    /// The same before each change of the text that was not written, and the lines that the run was restricted to.
    pub(super) before: Vec<(FileResult, Option<Arc<Lines>>)>,
    /// Findings that are done with: with their outcomes.
    pub(super) done: Vec<Reported>,
}

impl ReviewedFile {
    /// The file at `path`, which holds `disk`, as `found` by [`Engine::check`].
    pub fn new(engine: Arc<Engine>, path: PathBuf, disk: Vec<u8>, context: FileContext, found: FileResult) -> Self {
        Self { engine, path, disk, context, now: found, before: Vec::new(), done: Vec::new() }
    }

    /// Its path, as the user would name it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether anything is open in it.
    pub fn has_open(&self) -> bool {
        self.now.findings.iter().any(is_open)
    }

    pub(super) fn judged(&self, id: &str) -> Option<(&FileResult, &Judged)> {
        let results = std::iter::once(&self.now).chain(self.before.iter().rev().map(|(result, _)| result));
        results.into_iter().find_map(|result| {
            let judged = result.findings.iter().find(|judged| judged.fingerprint.digest == id)?;
            Some((result, judged))
        })
    }

    /// It with the fixes of the findings with these digests.
    pub(super) fn fixed(&self, accepted: &HashSet<&str>) -> Result<FileResult, ScanError> {
        let bytes = self.now.source.encode(self.now.source.text())?;
        self.engine.fix(bytes, &self.context, &mut Accepted(accepted))
    }

    /// What is found when its text becomes `text`, on the disk `bytes`; and the lines that the run is restricted to then.
    pub(super) fn scanned(&self, text: &str, bytes: Vec<u8>) -> Result<(FileResult, Option<Arc<Lines>>), ScanError> {
        let moved = |lines: &Arc<Lines>| Arc::new(lines.moved(self.now.source.text(), text));
        let lines = self.context.lines.as_ref().map(moved);
        let context = FileContext { lines: lines.clone(), ..self.context.clone() };
        Ok((self.engine.check(bytes, &context)?, lines))
    }

    /// The key by which answers about its text are kept.
    pub(super) fn absolute(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }
}

/// Accepts the findings with these digests.
struct Accepted<'a>(&'a HashSet<&'a str>);

impl Decide for Accepted<'_> {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        if self.0.contains(judged.fingerprint.digest.as_str()) { Decision::Accept } else { Decision::Leave }
    }
}
