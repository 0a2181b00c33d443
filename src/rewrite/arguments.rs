//! Edits a call's arguments and keeps the call's layout.

use crate::finding::{Fragment, SymbolicEdit};
use crate::python::{Argument, Call, Kind, Node};
use crate::text::Span;

/// Adds the argument `text` (`context=…`) after the last argument, before any `**values`.
///
/// The argument goes on the last argument's line. In a call with one argument per line, it gets its own line with the
/// same indentation, after a comment that belongs to the last argument; a trailing comma is kept, and none is added. A
/// sole generator argument is parenthesised. `edits` are earlier edits of the same call; arguments that they remove are
/// ignored.
///
/// A call on one line that would be longer than `most` characters is spread over three lines or four, as Black does.
pub fn add_keyword(
    source: &str,
    whole: &Call<'_>,
    edits: &[SymbolicEdit],
    text: &[Fragment],
    most: Option<usize>,
) -> Vec<SymbolicEdit> {
    let call = &without_removed(whole, edits);
    let with = |before: &str, after: &str| -> Vec<Fragment> {
        let mut fragments = vec![Fragment::Text(before.to_string())];
        fragments.extend_from_slice(text);
        fragments.push(Fragment::Text(after.to_string()));
        fragments
    };
    if call.list.kind() == Kind::GeneratorExpression {
        let Span { start, end } = call.list.span();
        return vec![
            SymbolicEdit { span: Span { start, end: start }, text: vec![Fragment::Text("(".to_string())] },
            SymbolicEdit { span: Span { start: end, end }, text: with(", ", ")") },
        ];
    }
    if let Some(added) = with_leading_comma(source, call, text) {
        return added;
    }
    if let Some(values) = call.double_star() {
        let at = values.start();
        let text = match indentation_before(source, at) {
            Some(indentation) if is_one_a_line(source, call) => {
                let mut text = with("", ",");
                text.push(Fragment::Newline);
                text.push(Fragment::Text(indentation.to_string()));
                text
            }
            _ => with("", ", "),
        };
        return vec![SymbolicEdit { span: Span { start: at, end: at }, text }];
    }
    if let Some(added) = most.and_then(|most| spread(source, call, edits, text, most)) {
        return added;
    }
    let Some(last) = call.arguments.last().map(|argument| argument.node()) else {
        let at = call.list.start() + 1;
        return vec![SymbolicEdit { span: Span { start: at, end: at }, text: text.to_vec() }];
    };
    let on_same_line =
        || vec![SymbolicEdit { span: Span { start: last.end(), end: last.end() }, text: with(", ", "") }];
    match indentation_before(source, last.start()).filter(|_| is_one_a_line(source, call)) {
        Some(indentation) => {
            on_own_line(source, whole, call, edits, last, indentation, text).unwrap_or_else(on_same_line)
        }
        None => on_same_line(),
    }
}

/// The keyword argument `text` on a line of its own after `last`, the last argument of a call with one argument a line, indented by
/// `indentation`; `None` if a comma below a comment leaves no room. `call` is `whole` without what `edits` remove.
fn on_own_line(
    source: &str,
    whole: &Call<'_>,
    call: &Call<'_>,
    edits: &[SymbolicEdit],
    last: Node<'_>,
    indentation: &str,
    text: &[Fragment],
) -> Option<Vec<SymbolicEdit>> {
    let after_last = Span { start: last.end(), end: last.end() };
    let new_line = |end: &str| {
        let mut line = vec![Fragment::Newline, Fragment::Text(indentation.to_string())];
        line.extend_from_slice(text);
        line.push(Fragment::Text(end.to_string()));
        line
    };
    // After the last argument: its comma, and the comment on its line.
    let is_kept = |node: &Node<'_>| !edits.iter().any(|edit| removes(edit, *node));
    let rest: Vec<Node<'_>> =
        call.list.children().skip_while(|child| child.start() < last.end()).filter(is_kept).collect();
    let has_trailing_comma = whole.arguments.last().is_some_and(|argument| {
        whole.list.children().any(|child| child.kind() == Kind::Comma && child.start() >= argument.node().end())
    });
    let comma = rest.iter().find(|child| child.kind() == Kind::Comma);
    let same_line = |node: &&Node<'_>| source.get(last.end()..node.start()).is_some_and(|gap| !gap.contains('\n'));
    let comment = rest.iter().filter(|child| child.kind() == Kind::Comment).take_while(same_line).last();
    let end = comment.map_or_else(|| comma.map_or(last.end(), |comma| comma.end()), |comment| comment.end());
    let at_end = Span { start: end, end };
    Some(match (comma, comment) {
        (Some(comma), Some(comment)) if comma.start() > comment.start() => return None,
        (Some(_), _) => {
            vec![SymbolicEdit { span: at_end, text: new_line(if has_trailing_comma { "," } else { "" }) }]
        }
        (None, Some(_)) => vec![
            SymbolicEdit { span: after_last, text: vec![Fragment::Text(",".to_string())] },
            SymbolicEdit { span: at_end, text: new_line("") },
        ],
        (None, None) => {
            let mut text = vec![Fragment::Text(",".to_string())];
            text.extend(new_line(""));
            vec![SymbolicEdit { span: after_last, text }]
        }
    })
}

/// As `add_keyword`, for a call whose lines begin with commas: the new argument goes after the last argument and its
/// comment, on a line with a leading comma. `None` for any other layout.
fn with_leading_comma(source: &str, call: &Call<'_>, text: &[Fragment]) -> Option<Vec<SymbolicEdit>> {
    let last = call.arguments.last()?.node();
    let comma = call
        .list
        .children()
        .take_while(|child| child.start() < last.start())
        .filter(|c| c.kind() == Kind::Comma)
        .last()?;
    let gap = source.get(comma.end()..last.start()).filter(|gap| !gap.contains('\n'))?;
    let indentation = indentation_before(source, comma.start())?;
    let line = |with_break_before: bool| {
        let mut line = vec![Fragment::Text(format!(",{gap}"))];
        line.extend_from_slice(text);
        let place = if with_break_before { 0 } else { line.len() };
        line.splice(place..place, [Fragment::Newline, Fragment::Text(indentation.to_string())]);
        line
    };
    if matches!(call.arguments.last(), Some(Argument::DoubleStar(_))) {
        let at = comma.start();
        return Some(vec![SymbolicEdit { span: Span { start: at, end: at }, text: line(false) }]);
    }
    let mut rest = call.list.children().skip_while(|child| child.start() < last.end());
    let next = rest.next()?;
    let same_line = source.get(last.end()..next.start()).is_some_and(|gap| !gap.contains('\n'));
    let end = match next.kind() {
        Kind::Comma => return None,
        Kind::Comment if same_line => next.end(),
        _ => last.end(),
    };
    // A comma on a line below would end up before the new argument.
    if rest.any(|child| child.kind() == Kind::Comma) {
        return None;
    }
    Some(vec![SymbolicEdit { span: Span { start: end, end }, text: line(true) }])
}

/// As `add_keyword`, for a call on one line that would be longer than `most` characters. `None` for any other, and where a line break
/// would move a comment or stand in a string.
fn spread(
    source: &str,
    call: &Call<'_>,
    edits: &[SymbolicEdit],
    text: &[Fragment],
    most: usize,
) -> Option<Vec<SymbolicEdit>> {
    let brackets = Brackets::of(source, call, edits)?;
    let added = text.iter().map(characters).sum::<usize>() + ", ".len();
    if brackets.line + brackets.more + added <= most + brackets.less {
        return None;
    }
    let fits = brackets.fit_inside(added, most);
    let Brackets { opening, closing, comma, indentation, inner, .. } = brackets;
    let mut end = vec![Fragment::Text(",".to_string())];
    if fits {
        end.push(Fragment::Text(" ".to_string()));
    } else {
        end.extend(new_line(&inner));
    }
    end.extend_from_slice(text);
    end.push(Fragment::Text(comma.to_string()));
    end.extend(new_line(indentation));
    Some(vec![
        SymbolicEdit { span: opening, text: new_line(&inner).to_vec() },
        SymbolicEdit { span: closing, text: end },
    ])
}

/// Spreads a call on one line over three, as Black does, if `edits` of its arguments make the line longer than `most` characters and the
/// arguments then fit on one line; see [`add_keyword`].
pub fn spread_edited(source: &str, call: &Call<'_>, edits: &[SymbolicEdit], most: usize) -> Option<Vec<SymbolicEdit>> {
    let brackets = Brackets::of(source, call, edits)?;
    let is_too_long = brackets.line + brackets.more > most + brackets.less;
    // A comma after the last argument asks for an argument a line.
    if !is_too_long || !brackets.fit_inside(0, most) || !brackets.comma.is_empty() {
        return None;
    }
    let Brackets { opening, closing, indentation, inner, .. } = brackets;
    Some(vec![
        SymbolicEdit { span: opening, text: new_line(&inner).to_vec() },
        SymbolicEdit { span: closing, text: new_line(indentation).to_vec() },
    ])
}

/// Where the brackets of a call on one line are, with nothing between them and the arguments, and how long its lines are.
struct Brackets<'s> {
    opening: Span,
    closing: Span,
    /// What stands before the closing bracket: a comma or nothing.
    comma: &'s str,
    /// Of the line, and of a line below it.
    indentation: &'s str,
    inner: String,
    /// Characters of the line, and of the arguments.
    line: usize,
    arguments: usize,
    /// How many characters the edits on the line add and take.
    more: usize,
    less: usize,
}

impl<'s> Brackets<'s> {
    /// Those of `call`. None if it is on several lines, if a comment follows it, or if `edits` change what is beside its brackets.
    fn of(source: &'s str, call: &Call<'_>, edits: &[SymbolicEdit]) -> Option<Self> {
        let (first, last) = (call.arguments.first()?.node(), call.arguments.last()?.node());
        let Span { start, end } = call.list.span();
        let line = line_around(source, call.list.span())?;
        let written = source.get(line.start..line.end)?;
        let indentation = written.get(..written.len() - written.trim_start().len())?;
        let is_in_string = call.node.ancestors().any(|around| around.kind() == Kind::String);
        if source.get(end..line.end)?.contains('#') || is_in_string {
            return None;
        }
        // The brackets move to lines of their own: between them and the arguments there is nothing else, and nothing is edited.
        let (opening, closing) =
            (Span { start: start + 1, end: first.start() }, Span { start: last.end(), end: end - 1 });
        let comma = source.get(closing.start..closing.end)?.trim();
        let overlaps = |edit: &SymbolicEdit, span: Span| {
            let is_insertion = edit.span.start == edit.span.end;
            let is_in = (span.start..=span.end).contains(&edit.span.start);
            is_insertion && is_in || edit.span.start < span.end && span.start < edit.span.end
        };
        let is_edited = edits.iter().any(|edit| overlaps(edit, opening) || overlaps(edit, closing));
        if !source.get(opening.start..opening.end)?.trim().is_empty() || !matches!(comma, "" | ",") || is_edited {
            return None;
        }
        let (mut more, mut less) = (0, 0);
        for edit in edits.iter().filter(|edit| line.start <= edit.span.start && edit.span.end <= line.end) {
            more += edit.text.iter().map(characters).sum::<usize>();
            less += source.get(edit.span.start..edit.span.end)?.chars().count();
        }
        Some(Self {
            opening,
            closing,
            comma,
            indentation,
            inner: format!("{indentation}{}", if indentation.contains('\t') { "\t" } else { "    " }),
            line: written.chars().count(),
            arguments: source.get(first.start()..last.end())?.chars().count(),
            more,
            less,
        })
    }

    /// Whether the arguments and `added` characters fit on one line of their own.
    fn fit_inside(&self, added: usize, most: usize) -> bool {
        self.inner.chars().count() + self.arguments + self.more + added <= most + self.less
    }
}

fn new_line(indentation: &str) -> [Fragment; 2] {
    [Fragment::Newline, Fragment::Text(indentation.to_string())]
}

/// The line that holds all of `span`; `None` if there is none, or if it is longer than people write them.
fn line_around(source: &str, span: Span) -> Option<Span> {
    const MOST_BYTES: usize = 1_000;
    let bytes = source.as_bytes();
    let from = span.start.saturating_sub(MOST_BYTES);
    let start = match memchr::memrchr(b'\n', bytes.get(from..span.start)?) {
        Some(newline) => from + newline + 1,
        None if from == 0 => 0,
        None => return None,
    };
    let to = bytes.len().min(span.end + MOST_BYTES);
    let end = match memchr::memchr(b'\n', bytes.get(span.start..to)?) {
        Some(newline) => span.start + newline,
        None if to == bytes.len() => to,
        None => return None,
    };
    (span.end <= end).then_some(Span { start, end })
}

/// How many characters `fragment` has, if a module is imported under its own name.
fn characters(fragment: &Fragment) -> usize {
    match fragment {
        Fragment::Text(text) => text.chars().count(),
        Fragment::Member { module, member, .. } => module.len() + ".".len() + member.len(),
        Fragment::Newline => 0,
    }
}

/// Makes the positional argument `value` a keyword argument.
pub fn name_argument(value: Node<'_>, keyword: &str) -> SymbolicEdit {
    let start = value.start();
    SymbolicEdit { span: Span { start, end: start }, text: vec![Fragment::Text(format!("{keyword}="))] }
}

/// Removes consecutive arguments that are not the first: the whole lines that they occupy alone, with their comments,
/// otherwise the text after the preceding argument. `None` if this would remove another argument's comment.
pub fn remove_arguments(source: &str, call: &Call<'_>, arguments: &[Node<'_>]) -> Option<Vec<SymbolicEdit>> {
    let removal = |span: Span| SymbolicEdit { span, text: Vec::new() };
    let (Some(first), Some(last)) = (arguments.first(), arguments.last()) else { return Some(Vec::new()) };
    let lines: Option<Vec<Span>> = arguments.iter().map(|argument| own_lines(source, call, *argument)).collect();
    if let Some(lines) = lines {
        return Some(lines.into_iter().map(removal).collect());
    }
    let index = call.arguments.iter().position(|other| other.node() == *first)?;
    let before = call.arguments.get(index.checked_sub(1)?).map(|before: &Argument<'_>| before.node())?;
    let span = Span { start: before.end(), end: last.end() };
    let loses_comment = call
        .list
        .children()
        .any(|child| child.kind() == Kind::Comment && span.start <= child.start() && child.start() < span.end);
    (!loses_comment).then(|| vec![removal(span)])
}

/// The lines of an argument, if they contain only the argument, its comma and its comment.
fn own_lines(source: &str, call: &Call<'_>, argument: Node<'_>) -> Option<Span> {
    let start = argument.start() - indentation_before(source, argument.start())?.len();
    let rest = source.get(argument.end()..)?;
    let line = rest.split('\n').next()?;
    let after = line.trim_start().strip_prefix(',').unwrap_or(line).trim();
    let end = argument.end() + line.len() + 1;
    // A comma on a line below would remain.
    let comma = call
        .list
        .children()
        .skip_while(|child| child.start() < argument.end())
        .find(|child| child.kind() != Kind::Comment);
    if comma.is_some_and(|comma| comma.kind() == Kind::Comma && comma.start() >= end) {
        return None;
    }
    ((after.is_empty() || after.starts_with('#')) && end <= call.list.end()).then_some(Span { start, end })
}

/// `call` without the arguments that `edits` remove.
fn without_removed<'f>(call: &Call<'f>, edits: &[SymbolicEdit]) -> Call<'f> {
    let mut rest = call.clone();
    rest.arguments.retain(|argument| !edits.iter().any(|edit| removes(edit, argument.node())));
    rest
}

fn removes(edit: &SymbolicEdit, node: Node<'_>) -> bool {
    edit.text.is_empty() && edit.span.start <= node.start() && node.end() <= edit.span.end
}

/// Whether no two arguments share a line, and the last one starts its line.
fn is_one_a_line(source: &str, call: &Call<'_>) -> bool {
    let Some(last) = call.arguments.last() else { return false };
    let breaks = |from: usize, to: usize| source.get(from..to).is_some_and(|gap| gap.contains('\n'));
    indentation_before(source, last.node().start()).is_some()
        && call.arguments.windows(2).all(|pair| match pair {
            [one, next] => breaks(one.node().end(), next.node().start()),
            _ => true,
        })
}

/// The white space before `at`, if its line contains nothing else before `at`.
pub fn indentation_before(source: &str, at: usize) -> Option<&str> {
    let before = source.get(..at)?;
    // Backwards: a line may be as long as the file.
    let line = before.trim_end_matches([' ', '\t', '\u{c}']).len();
    let starts_line = line == 0 || before.get(..line)?.ends_with('\n');
    starts_line.then(|| before.get(line..)).flatten()
}
