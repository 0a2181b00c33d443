//! Edits of a text: what is replaced by what, how a set of them is applied, and where they move the rest.

use super::Span;

/// Replaces the bytes of `span` by `text`. Offsets are into the original text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What replaces it.
    pub text: String,
}

impl TextEdit {
    /// An edit that inserts `text` at byte `offset`.
    pub fn insertion(offset: usize, text: impl Into<String>) -> Self {
        Self { span: Span { start: offset, end: offset }, text: text.into() }
    }

    /// An edit that replaces `span` by `text`.
    pub fn replacement(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// Why edits cannot be applied to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Two edits replace the same bytes.
    #[error("two edits overlap at byte {offset}")]
    Overlap {
        /// Where the second one starts.
        offset: usize,
    },
    /// An edit is outside the text, or starts or ends inside a character.
    #[error("an edit at byte {offset} does not fit the text")]
    OutOfBounds {
        /// Where it starts.
        offset: usize,
    },
}

/// `text` with `edits` applied. They may be in any order; insertions at the same place are applied in the given order.
///
/// # Errors
/// If two edits overlap (touching is allowed), or one does not fit the text.
pub fn apply(text: &str, edits: &[TextEdit]) -> Result<String, ApplyError> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in sorted {
        let Span { start, end } = edit.span;
        if start < at {
            return Err(ApplyError::Overlap { offset: start });
        }
        let out_of_bounds = ApplyError::OutOfBounds { offset: start };
        text.get(start..end).ok_or(out_of_bounds)?;
        result.push_str(text.get(at..start).ok_or(out_of_bounds)?);
        result.push_str(&edit.text);
        at = end;
    }
    result.push_str(text.get(at..).ok_or(ApplyError::OutOfBounds { offset: at })?);
    Ok(result)
}

/// Maps offsets through edits.
#[derive(Debug)]
pub struct Positions {
    /// For each edit: its span, and where the text after it starts in the new text.
    steps: Vec<(Span, usize)>,
}

impl Positions {
    /// For `edits` in position order.
    pub fn new(edits: &[TextEdit]) -> Self {
        let mut grown = 0;
        let mut shrunk = 0;
        let steps = edits
            .iter()
            .map(|edit| {
                grown += edit.text.len();
                shrunk += edit.span.end - edit.span.start;
                (edit.span, edit.span.end + grown - shrunk)
            })
            .collect();
        Self { steps }
    }

    /// The offset in the new text of the byte at `offset`. Text inserted at `offset` comes before it; the first byte of
    /// a replaced range maps to the first byte of its replacement.
    pub fn after(&self, offset: usize) -> usize {
        let before = self
            .steps
            .partition_point(|(span, _)| span.end <= offset && (span.start < offset || span.start == span.end));
        match before.checked_sub(1).and_then(|last| self.steps.get(last)) {
            Some((span, end)) => end + (offset - span.end),
            None => offset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(start: usize, end: usize, text: &str) -> TextEdit {
        TextEdit::replacement(Span { start, end }, text)
    }

    #[test]
    fn edits_apply_in_position_order_and_touching_is_fine() {
        let edits = [replace(2, 4, "X"), replace(0, 2, "Y"), replace(4, 4, "1"), replace(4, 4, "2"), replace(4, 5, "")];
        assert_eq!(apply("abcdef", &edits), Ok("YX12f".into()));
    }

    #[test]
    fn overlaps_and_misfits_are_refused() {
        assert_eq!(apply("abcdef", &[replace(0, 3, ""), replace(2, 4, "")]), Err(ApplyError::Overlap { offset: 2 }));
        assert_eq!(apply("abcdef", &[replace(0, 3, ""), replace(1, 1, "x")]), Err(ApplyError::Overlap { offset: 1 }));
        assert_eq!(apply("é", &[replace(1, 2, "")]), Err(ApplyError::OutOfBounds { offset: 1 }));
        assert_eq!(apply("a", &[replace(0, 9, "")]), Err(ApplyError::OutOfBounds { offset: 0 }));
    }
}
