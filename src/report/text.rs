//! Findings in the style of rustc: the line, the span, what is wrong, why, and what to do.
//!
//! Only an excerpt of the source is given to `annotate-snippets`: the lines of the span, cut to a window where they are
//! long, and made visible (see [`crate::text::sanitize`]). A file with a line of megabytes then costs no more than any other.

use super::format::{Format, ListForm, Listings, Report, Run};
use super::record::{FindingRecord, Fixes};
use crate::engine::Judged;
use crate::finding::Severity;
use crate::text::sanitize::{push_visible, visible, visible_line};
use crate::text::{FilePlace, Source, Span};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// How many bytes of its line are shown before and after a span.
const WINDOW: usize = 160;
/// Longer spans are shown by their first line.
const MOST_LINES: usize = 8;

/// The default format, for a person.
#[derive(Debug)]
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn summary(&self) -> &'static str {
        "The line, the span, why, and what to do"
    }

    fn is_for_people(&self) -> bool {
        true
    }

    fn list_form(&self) -> Option<ListForm> {
        Some(ListForm::Text)
    }

    fn listed(&self, source: &Source, judged: &Judged, record: &FindingRecord, has_color: bool) -> String {
        render(source, judged, record, has_color)
    }

    fn begin(&self, _: Run) -> Box<dyn Report> {
        Box::new(Listings)
    }
}

/// One finding, with an empty line after it. `record` is the record of `judged`.
pub fn render(source: &Source, judged: &Judged, record: &FindingRecord, color: bool) -> String {
    let finding = &judged.finding;
    let title = level(record.severity).primary_title(visible_line(&finding.message)).id(record.rule.as_str());
    let mut group = Group::with_title(title);
    group = with_excerpt(group, source, finding.span, record, AnnotationKind::Primary, None);
    for (related, known) in finding.related.iter().zip(&record.related) {
        let (message, label) = (&related.message, visible_line(&related.message));
        group = match related.elsewhere {
            Some(FilePlace { start, .. }) => {
                let place = format!("{}:{}:{}", known.path, start.line, start.column);
                group.element(Level::NOTE.with_name(Some(label)).message(visible_line(&place).into_owned()))
            }
            None => with_excerpt(group, source, related.span, record, AnnotationKind::Context, Some(message)),
        };
    }
    for (slug, sentence) in record.reasons_said() {
        group = group.element(Level::NOTE.with_name(Some(slug)).message(sentence));
    }
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(visible(&finding.help)));
    }
    // A listing shows what is found, before anything is fixed.
    group = group
        .element(Level::NOTE.with_name(Some("fix")).message(visible(&record.fix_line(Fixes::Proposed)).into_owned()));
    for line in record.alternative_lines() {
        group = group.element(Level::NOTE.with_name(Some("or")).message(visible(&line).into_owned()));
    }

    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut shown = renderer.render(&[group]);
    shown.push_str("\n\n");
    shown
}

/// Adds the lines of `span` to `group`, under the path, line and column where it starts.
fn with_excerpt<'g>(
    group: Group<'g>,
    source: &Source,
    span: Span,
    record: &FindingRecord,
    kind: AnnotationKind,
    label: Option<&str>,
) -> Group<'g> {
    let path = visible_line(&record.path).into_owned();
    let excerpt = Excerpt::of(source, span);
    if excerpt.columns_are_true {
        return group.element(excerpt.snippet(kind, label).path(path));
    }
    // The column would be counted in the excerpt, so it is passed explicitly.
    let (line, column) = source.line_column(span.start);
    group.element(Origin::path(path).line(line).char_column(column)).element(excerpt.snippet(kind, label))
}

/// The severity, in the colours that compilers have for three levels.
fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Low => Level::NOTE,
        Severity::Medium => Level::WARNING,
        Severity::High => Level::ERROR,
    };
    level.with_name(severity.word())
}

/// A few sanitized lines of a file, and the span in them.
struct Excerpt {
    text: String,
    line: usize,
    span: Range<usize>,
    /// Columns in `text` are those in the file.
    columns_are_true: bool,
}

impl Excerpt {
    fn of(source: &Source, span: Span) -> Self {
        let text = source.text();
        let start = floor(text, span.start);
        let end = floor(text, span.end.max(span.start));
        let spanned = text.get(start..end).unwrap_or_default();
        // A span of many lines, or of a very long one, is shown by its beginning.
        let first_line = memchr::memchr(b'\n', spanned.as_bytes()).unwrap_or(spanned.len());
        let many = memchr::memchr_iter(b'\n', spanned.as_bytes()).nth(MOST_LINES).is_some() || spanned.len() > 4096;
        let end = if many { floor(text, start + first_line.min(WINDOW)) } else { end };

        let from = floor(text, start.saturating_sub(WINDOW));
        let to = floor(text, end.saturating_add(WINDOW));
        let before = text.get(from..start).unwrap_or_default();
        let after = text.get(end..to).unwrap_or_default();
        let (before, cut_before) = match before.rfind('\n') {
            Some(at) => (before.get(at + 1..).unwrap_or_default(), false),
            None => (before, from > 0),
        };
        let (after, cut_after) = match after.find('\n') {
            Some(at) => (after.get(..at).unwrap_or_default(), false),
            None => (after, to < text.len()),
        };

        let mut shown = String::new();
        if cut_before {
            shown.push('…');
        }
        push_shown(&mut shown, before);
        let columns_are_true = shown == before;
        let shown_start = shown.len();
        push_shown(&mut shown, text.get(start..end).unwrap_or_default());
        let shown_end = shown.len();
        push_shown(&mut shown, after);
        if cut_after {
            shown.push('…');
        }
        Self { text: shown, line: source.line_column(start).0, span: shown_start..shown_end, columns_are_true }
    }

    fn snippet<'e>(self, kind: AnnotationKind, label: Option<&str>) -> Snippet<'e, annotate_snippets::Annotation<'e>> {
        let label = label.map(|label| visible_line(label).into_owned());
        Snippet::source(self.text).line_start(self.line).annotation(kind.span(self.span).label(label))
    }
}

/// Appends `text` made visible. Carriage returns are removed: before a newline they belong to it, and alone they would
/// end a line for Python, which an excerpt cannot show.
fn push_shown(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && matches!(characters.peek(), Some('\n') | None) {
            continue;
        }
        push_visible(out, character);
    }
}

/// The last character boundary at or before `offset`, and within the text.
fn floor(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn excerpt(text: &str, span: Range<usize>) -> Excerpt {
        Excerpt::of(&Source::decode(text.into()).unwrap(), Span { start: span.start, end: span.end })
    }

    #[test]
    fn the_whole_line_is_shown() {
        let excerpt = excerpt("a\r\nbind('')\r\nc\r\n", 8..10);
        assert_eq!((excerpt.text.as_str(), excerpt.line, excerpt.span), ("bind('')", 2, 5..7));
    }

    #[test]
    fn a_long_line_is_cut_to_a_window() {
        let text = format!("x = '{}'; bind(''); y = '{}'\n", "ä".repeat(100_000), "ö".repeat(100_000));
        let at = text.find("('')").unwrap() + 1;
        let excerpt = excerpt(&text, at..at + 2);
        assert!(excerpt.text.len() < 500);
        assert!(!excerpt.columns_are_true);
        assert_eq!(excerpt.text.get(excerpt.span).unwrap(), "''");
    }

    #[test]
    fn deceptive_characters_before_the_span_do_not_move_it() {
        let text = "x = '\x1b[31m\u{202e}'; bind('')\n";
        let at = text.find("('')").unwrap() + 1;
        let excerpt = excerpt(text, at..at + 2);
        assert!(!excerpt.text.contains(['\x1b', '\u{202e}']));
        assert_eq!(excerpt.text.get(excerpt.span).unwrap(), "''");
    }
}
