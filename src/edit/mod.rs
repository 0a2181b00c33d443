//! Accepted fixes as edits of one text: see [`plan`], [`imports`] and [`verify`].

pub mod arguments;

use crate::source::Span;

/// The bytes of `span` are replaced by `text`. Offsets into the original text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What replaces it.
    pub text: String,
}
