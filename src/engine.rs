//! One file through the whole way, without I/O: bytes → prefilter → parse → query → judge → suppress → decide → plan →
//! verify. Reading, writing and many files in parallel are `cli`'s.

use crate::edit::TextEdit;
use crate::source::{DecodeError, Source};
pub use crate::transform::FileContext;
use crate::transform::{Finding, Outcome, Transform};

/// The enabled transforms with what is derived from them: the prefilter at once, the query when the first file needs it.
pub struct Engine {
    transforms: Vec<&'static dyn Transform>,
}

/// One file's findings, in position order.
#[derive(Debug)]
pub struct Judged {
    /// What was found.
    pub finding: Finding,
    /// What became of it.
    pub outcome: Outcome,
    /// The edits of this finding taken alone, its imports included; empty for `report`. In position order, offsets into
    /// [`Source::text`].
    pub edits: Vec<TextEdit>,
}

/// What was found in one file, and what it becomes.
#[derive(Debug)]
pub struct FileResult {
    /// The file as it was read.
    pub source: Source,
    /// The findings in the file as it was read.
    pub findings: Vec<Judged>,
    /// The new contents, on-disk bytes, when any fix was accepted and verified.
    pub fixed: Option<Vec<u8>>,
    /// Faults that did not stop the scan: a part that does not parse around a site, a fix that failed verification.
    pub faults: Vec<Fault>,
}

/// A fault in three parts (the where is the file, and the line if there is one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub message: String,
    /// Byte offset into the text, where it is known.
    pub offset: Option<usize>,
    /// What to do next.
    pub help: String,
}

/// Why a file could not be scanned at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Its bytes are not Python source text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Larger than [`crate::source::MAX_BYTES`], nested too deeply, or the parser gave up.
    #[error("{message}")]
    Refused {
        /// What is too much.
        message: String,
        /// What to do next.
        help: String,
    },
}

/// What is decided about one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Apply its fix.
    Accept,
    /// Leave it open (`Outcome::Found`).
    Leave,
    /// A person said no (`Outcome::Declined`).
    Decline,
}

/// Who decides. Asked once for each open finding that has a fix, in position order; in later rounds for findings that
/// conflicted only.
pub trait Decide {
    /// Decides about `judged`, one of the findings of `source`.
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision;
}

impl Engine {
    /// An engine for `transforms`, as [`crate::transforms::select`] returns them.
    pub fn new(transforms: Vec<&'static dyn Transform>) -> Self {
        Self { transforms }
    }

    /// The enabled transforms.
    pub fn transforms(&self) -> &[&'static dyn Transform] {
        &self.transforms
    }

    /// Whether `disk`, a file's bytes, can hold a finding. Never false for a file that has one.
    pub fn is_candidate(&self, disk: &[u8]) -> bool {
        todo!()
    }

    /// All findings of one file; open ones have the outcome `Found`, or `Unfixable` where there is no fix.
    ///
    /// # Errors
    /// When the bytes cannot be read as Python source at all; see [`ScanError`].
    pub fn check(&self, disk: Vec<u8>, context: &FileContext) -> Result<FileResult, ScanError> {
        todo!()
    }

    /// All findings of one file, those that `decide` accepts fixed and verified.
    ///
    /// # Errors
    /// As [`Engine::check`].
    pub fn fix(&self, disk: Vec<u8>, context: &FileContext, decide: &mut dyn Decide) -> Result<FileResult, ScanError> {
        todo!()
    }
}
