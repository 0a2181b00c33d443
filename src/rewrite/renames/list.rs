//! Adds or removes one element of the list of a `from … import` statement, with its commas, lines and comments.

use crate::python::{ImportStatement, Kind, Node};
use crate::text::{Span, TextEdit, line_end, line_start, next_line};

/// The edits that add `addition` after `element` in the list of `statement`: on its own line if `element` has one.
pub(super) fn add_after(
    text: &str,
    newline: &str,
    statement: Node<'_>,
    element: Node<'_>,
    addition: &str,
) -> Vec<TextEdit> {
    let end = element.span().end;
    let Some(indent) = own_line_indent(text, statement, element) else {
        return vec![TextEdit::insertion(end, format!(", {addition}"))];
    };
    let line = format!("{newline}{indent}{addition}");
    match comma_after(statement, element) {
        Some(comma) => {
            let rest = rest_of_line(text, comma.end);
            // A comment after the comma belongs to the element; a closing parenthesis does not.
            let offset = if is_comment_or_blank(rest) { comma.end + rest.len() } else { comma.end };
            vec![TextEdit::insertion(offset, format!("{line},"))]
        }
        None => {
            let rest = rest_of_line(text, end);
            if rest.trim_start().starts_with('#') {
                vec![TextEdit::insertion(end, ","), TextEdit::insertion(end + rest.len(), line)]
            } else {
                vec![TextEdit::insertion(end, format!(",{line}"))]
            }
        }
    }
}

/// The edits that remove `element` from the list of `statement`, which keeps at least one other element. `None` if this
/// would touch another element's comment.
pub(super) fn remove(text: &str, statement: Node<'_>, element: Node<'_>) -> Vec<TextEdit> {
    let elements: Vec<Span> = elements(statement).map(Node::span).collect();
    let span = element.span();
    let Some(index) = elements.iter().position(|other| *other == span) else { return Vec::new() };
    let previous = index.checked_sub(1).and_then(|before| elements.get(before));
    let next = elements.get(index + 1);
    let comma = comma_after(statement, element);
    let after = comma.map_or(span.end, |comma| comma.end);
    let has_comment = |start: usize, end: usize| text.get(start..end).is_none_or(|gap| gap.contains('#'));
    if own_line_indent(text, statement, element).is_some() && is_comment_or_blank(rest_of_line(text, after)) {
        let mut edits = vec![TextEdit::replacement(whole_line(text, span.start, after), "")];
        if let (None, None, Some(previous)) = (comma, next, previous) {
            // The list had no trailing comma; do not add one.
            let Some(gap) = text.get(previous.end..span.start) else { return Vec::new() };
            let Some(at) = gap.split('#').next().and_then(|code| code.find(',')) else { return Vec::new() };
            let comma = Span { start: previous.end + at, end: previous.end + at + 1 };
            edits.insert(0, TextEdit::replacement(comma, ""));
        }
        return edits;
    }
    let to_next = next.map(|next| Span { start: span.start, end: next.start });
    let from_previous = previous.map(|previous| Span { start: previous.end, end: span.end });
    let is_inline = |span: &Span| text.get(span.start..span.end).is_some_and(|gap| !gap.contains(['\n', '#']));
    let is_bare = |span: &Span| !has_comment(span.start, span.end);
    to_next
        .filter(is_inline)
        .or_else(|| from_previous.filter(is_bare))
        .or_else(|| to_next.filter(is_bare))
        .map(|span| TextEdit::replacement(span, ""))
        .into_iter()
        .collect()
}

/// The elements of an import statement's list.
fn elements(statement: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    ImportStatement::of(statement).into_iter().flat_map(ImportStatement::elements).map(|element| element.node)
}

/// The indentation of `element`, if the list is parenthesised and the element is alone on its line.
fn own_line_indent<'t>(text: &'t str, statement: Node<'_>, element: Node<'_>) -> Option<&'t str> {
    let span = element.span();
    let is_parenthesised = statement.children().any(|child| child.kind() == Kind::OpenParenthesis);
    let start = line_start(text, span.start);
    let indent = text.get(start..span.start).filter(|_| start > 0)?;
    let shares_line = |other: Node<'_>| {
        let other = other.span();
        other.start > span.start && text.get(span.end..other.start).is_some_and(|gap| !gap.contains('\n'))
    };
    let is_alone = indent.trim().is_empty() && !elements(statement).any(shares_line);
    (is_parenthesised && is_alone).then_some(indent)
}

/// The comma after `element`, if the next token is a comma.
fn comma_after(statement: Node<'_>, element: Node<'_>) -> Option<Span> {
    statement
        .children()
        .filter(|child| child.span().start >= element.span().end && child.kind() != Kind::Comment)
        .find(|child| child.kind() != Kind::LineContinuation)
        .filter(|child| child.kind() == Kind::Comma)
        .map(Node::span)
}

/// The rest of the line after `offset`, without the line ending.
fn rest_of_line(text: &str, offset: usize) -> &str {
    let line = text.get(offset..line_end(text, offset)).unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

fn is_comment_or_blank(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with('#')
}

/// From the start of the line of `start` to the end of the line of `end`, line ending included.
fn whole_line(text: &str, start: usize, end: usize) -> Span {
    Span { start: line_start(text, start), end: next_line(text, end) }
}
