//! One file under review: its current text, the findings in it, and its earlier texts.

use super::is_open;
use crate::engine::FileContext;
use crate::engine::{Decide, Decision, Engine, FileResult, Judged};
use crate::problem::Problem;
use crate::report::Reported;
use crate::text::Lines;
use crate::text::Source;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file under review.
pub struct ReviewedFile {
    /// With the rules that apply to it.
    pub(super) engine: Arc<Engine>,
    pub(super) path: PathBuf,
    /// The contents on disk.
    pub(super) disk: Vec<u8>,
    pub(super) context: FileContext,
    /// The current text, and the findings in it.
    pub(super) now: FileResult,
    /// The same before each change of the text that was not written, and the lines to which the run was restricted.
    pub(super) before: Vec<(FileResult, Option<Arc<Lines>>)>,
    /// Findings that are done with: with their outcomes.
    pub(super) done: Vec<Reported>,
}

impl ReviewedFile {
    /// The file at `path` with the contents `disk`, as `found` by [`Engine::check`].
    pub fn new(engine: Arc<Engine>, path: PathBuf, disk: Vec<u8>, context: FileContext, found: FileResult) -> Self {
        Self { engine, path, disk, context, now: found, before: Vec::new(), done: Vec::new() }
    }

    /// Its path, as the user would write it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has an open finding.
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

    /// The file with the fixes of the findings with these digests, each in the way that is named.
    pub(super) fn fixed(&self, accepted: &HashMap<&str, Option<&'static str>>) -> Result<FileResult, Problem> {
        let bytes = self.now.source.encode(self.now.source.text())?;
        self.engine.fix(bytes, &self.context, &mut Accepted(accepted))
    }

    /// The findings if its text becomes `text` (`bytes` on disk), and the lines to which the run is then restricted.
    pub(super) fn scanned(&self, text: &str, bytes: Vec<u8>) -> Result<(FileResult, Option<Arc<Lines>>), Problem> {
        let moved = |lines: &Arc<Lines>| Arc::new(lines.moved(self.now.source.text(), text));
        let lines = self.context.lines.as_ref().map(moved);
        let context = FileContext { lines: lines.clone(), ..self.context.clone() };
        Ok((self.engine.check(bytes, &context)?, lines))
    }

    /// The key of the saved answers about its text.
    pub(super) fn absolute(&self) -> PathBuf {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone())
    }
}

/// Accepts the findings with these digests, each in the way that is named.
struct Accepted<'a>(&'a HashMap<&'a str, Option<&'static str>>);

impl Decide for Accepted<'_> {
    fn decide(&mut self, _: &Source, judged: &Judged) -> Decision {
        let name = self.0.get(judged.fingerprint.digest.as_str());
        name.map_or(Decision::Leave, |name| judged.decision_for(*name))
    }
}
