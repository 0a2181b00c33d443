//! From text to tree-sitter's tree, within limits: what a hostile file could make slow or deep is refused.

use super::grammar::language;
use std::ops::ControlFlow;

/// Trees deeper than this are refused. CPython gives up much earlier (200 parentheses, 100 indents); deeper ones are
/// hostile files and long chains of operators.
pub const MAX_DEPTH: usize = 4_000;

/// Texts with more levels of indentation are refused: CPython accepts 100, and tree-sitter-python's scanner aborts the
/// process at about 500.
pub const MAX_INDENTS: usize = 200;

/// tree-sitter calls back every 100 parser steps. This many calls per byte of text (plus a constant for short texts)
/// are far more than error recovery needs on any real file, and stop it on a hostile one.
const CALLS_PER_BYTE: usize = 4;
const CALLS_AT_LEAST: usize = 100_000;

/// Why a text could not be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// More levels of indentation than the parser accepts (200).
    #[error("indented by more than {MAX_INDENTS} levels")]
    TooIndented,
    /// The parser used up its budget of steps.
    #[error("too many syntax errors to parse in reasonable time")]
    TooSlow,
}

/// Parses `text` with tree-sitter; the result keeps what the query needs.
///
/// # Errors
/// [`ParseError::TooSlow`] when the budget of parser steps is used up.
pub(crate) fn parse(text: &str) -> Result<tree_sitter::Tree, ParseError> {
    if indents(text) > MAX_INDENTS {
        return Err(ParseError::TooIndented);
    }
    let mut parser = tree_sitter::Parser::new();
    if parser.set_language(&language()).is_err() {
        return Err(ParseError::TooSlow);
    }
    let budget = text.len().saturating_mul(CALLS_PER_BYTE).max(CALLS_AT_LEAST);
    let mut calls = 0usize;
    let mut progress = |_: &tree_sitter::ParseState| {
        calls += 1;
        if calls > budget { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser
        .parse_with_options(&mut |offset, _| bytes.get(offset..).unwrap_or_default(), None, Some(options))
        .ok_or(ParseError::TooSlow)
}

/// The maximum number of open levels of indentation, or more: lines in strings and brackets count too.
fn indents(text: &str) -> usize {
    let mut open: Vec<usize> = Vec::new();
    let mut most = 0;
    for line in text.lines() {
        let mut width = 0;
        let mut rest = line.bytes();
        let first = loop {
            match rest.next() {
                Some(b' ') => width += 1,
                Some(b'\t') => width += 8,
                Some(b'\x0c') => width = 0,
                other => break other,
            }
        };
        if first.is_none_or(|byte| matches!(byte, b'#' | b'\r')) {
            continue;
        }
        while open.last().is_some_and(|level| *level >= width) {
            open.pop();
        }
        open.push(width);
        most = most.max(open.len());
    }
    most
}
