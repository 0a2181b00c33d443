//! The lines after a fix that changes consecutive lines, as a suggestion that a reviewer can accept with one click.

use crate::text::Source;
use crate::text::TextEdit;
use crate::text::sanitize::is_deceptive;

/// If the edits are further apart than this (bytes), or the lines around them longer, a suggestion would be unreadable.
const REACH: usize = 4096;

/// Lines and their replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The first line that changes, one-based.
    pub first: usize,
    /// The last one.
    pub last: usize,
    /// The new lines, separated by `\n`, without a line end after the last.
    pub text: String,
}

/// The lines of `source` after `edits` (in position order). `None` if the edits are in several places, lines are too
/// long, or lines contain characters that a reader would not see.
pub fn suggestion(source: &Source, edits: &[TextEdit]) -> Option<Suggestion> {
    let (from, to) = (edits.first()?.span.start, edits.iter().map(|edit| edit.span.end).max()?);
    if to.checked_sub(from)? > REACH {
        return None;
    }
    let lines = |edit: &TextEdit| (source.line_column(edit.span.start).0, source.line_column(edit.span.end).0);
    let is_one_run = edits.windows(2).all(|pair| match pair {
        [before, after] => lines(after).0 <= lines(before).1 + 1,
        _ => true,
    });
    if !is_one_run {
        return None;
    }
    let text = source.text();
    let before = text.get(text.floor_char_boundary(from.saturating_sub(REACH))..from)?;
    let after = text.get(to..text.floor_char_boundary((to + REACH).min(text.len())))?;
    let start = match before.rfind('\n') {
        Some(at) => from - before.len() + at + 1,
        None if before.len() == from => 0,
        None => return None,
    };
    let end = match after.find('\n') {
        Some(at) => to + at,
        None if to + after.len() == text.len() => text.len(),
        None => return None,
    };
    let mut new = String::new();
    let mut at = start;
    for edit in edits {
        new.push_str(text.get(at..edit.span.start)?);
        new.push_str(&edit.text);
        at = edit.span.end;
    }
    new.push_str(text.get(at..end)?);
    let new = new.replace("\r\n", "\n");
    let new = new.strip_suffix('\r').unwrap_or(&new);
    if new.chars().any(is_deceptive) {
        return None;
    }
    let (first, last) = (source.line_column(start).0, source.line_column(end).0);
    Some(Suggestion { first, last, text: new.to_owned() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::text::Span;

    fn of(text: &str, edits: &[(usize, usize, &str)]) -> Option<(usize, usize, String)> {
        let edits: Vec<TextEdit> =
            edits.iter().map(|&(start, end, new)| TextEdit { span: Span { start, end }, text: new.into() }).collect();
        let source = Source::decode(text.into()).unwrap();
        suggestion(&source, &edits).map(|made| (made.first, made.last, made.text))
    }

    #[test]
    fn one_run_of_lines_is_suggested_whole() {
        assert_eq!(of("a\nbind('')\nc\n", &[(8, 8, "x")]), Some((2, 2, "bind('x')".into())));
        assert_eq!(of("a\r\nb(\r\n'')", &[(3, 4, "c"), (8, 8, "x")]), Some((2, 3, "c(\n'x')".into())));
        assert_eq!(of("a\nb\n", &[(2, 2, "# c\n")]), Some((2, 2, "# c\nb".into())));
    }

    #[test]
    fn what_is_apart_long_or_hidden_is_not() {
        assert_eq!(of("a\nb\nc\n", &[(0, 1, "x"), (4, 5, "y")]), None);
        assert_eq!(of(&format!("{}b\n", "a".repeat(5000)), &[(5000, 5001, "c")]), None);
        assert_eq!(of("a # \u{202e}\n", &[(0, 1, "b")]), None);
        assert_eq!(of("a\n", &[]), None);
    }
}
