//! Where an `import` line goes: the import block at the top of a module, its sections and their order.
//!
//! People read an inserted import and tools sort it, so it follows the file's style: it goes into the section with the
//! standard library's imports, in sorted place if that section is sorted. It goes at the start or the end of a logical
//! line, never into a guard (`try: import x`, `if TYPE_CHECKING:`), a parenthesised list, or a continued line.

use crate::python::{Assignment, Call, ImportStatement, Kind, Node, PythonFile, is_standard_module};
use crate::text::{TextEdit, line_end, line_start};
use std::ops::Range;

/// How deeply guards are followed; deeper ones end the block.
const MAX_GUARD_DEPTH: usize = 8;

/// How many logical lines of the top block are read; hostile files consist of imports only.
const MAX_LINES: usize = 1_000;

/// The edit that adds `line`, an import of `module`, for a first use at byte `first_use`; and the range of first uses
/// that get the same edit.
pub(super) fn insertion(
    file: &PythonFile,
    newline: &str,
    module: &str,
    line: &str,
    first_use: usize,
) -> (TextEdit, Range<usize>) {
    let top = Top::of(file, first_use);
    let edit = match top.place_among_imports(module) {
        Some(Place::Before(offset)) => TextEdit::insertion(offset, format!("{line}{newline}")),
        Some(Place::After(offset)) => after_line(file.text(), offset, newline, line),
        None => top.place_without_imports(file.text(), newline, line),
    };
    (edit, top.first_uses)
}

/// On its own line below the line that ends at `offset`; that line's ending stays as it is.
fn after_line(text: &str, offset: usize, newline: &str, line: &str) -> TextEdit {
    let rest = text.get(offset..).unwrap_or_default();
    match ["\r\n", "\n"].into_iter().find(|ending| rest.starts_with(ending)) {
        Some(ending) => TextEdit::insertion(offset + ending.len(), format!("{line}{newline}")),
        None => TextEdit::insertion(offset, format!("{newline}{line}")),
    }
}

enum Place {
    /// At the start of a line.
    Before(usize),
    /// At the end of a line, before its line ending.
    After(usize),
}

/// The top of a module, up to the first use.
#[derive(Default)]
struct Top {
    sections: Vec<Vec<ImportLine>>,
    /// After the last `from __future__`, otherwise after the docstring, otherwise after the leading comments: the end
    /// of a line.
    prologue: Option<Prologue>,
    /// The offsets of the first uses that see the same block.
    first_uses: Range<usize>,
}

#[derive(Clone, Copy)]
enum Prologue {
    /// The end of a line after which an import may have its own line.
    LineEnd(usize),
    /// The end of a statement whose line continues to the first use.
    Inline(usize),
}

/// One logical line of the block.
struct ImportLine {
    start: usize,
    end: usize,
    is_from: bool,
    modules: Vec<String>,
}

/// A logical line of the module: one statement, or several separated by `;`.
struct LogicalLine<'f> {
    statements: Vec<Node<'f>>,
    /// The start of its first physical line.
    start: usize,
    /// The end of its last physical line, before the line ending.
    end: usize,
}

impl Top {
    fn of(file: &PythonFile, first_use: usize) -> Self {
        let text = file.text();
        let mut top = Self {
            sections: Vec::new(),
            prologue: leading_comments(text).map(Prologue::LineEnd),
            first_uses: 0..usize::MAX,
        };
        let mut previous_end: Option<usize> = None;
        for (index, line) in LogicalLines::of(file).take(MAX_LINES).enumerate() {
            let is_prologue =
                |node: &Node<'_>| node.kind() == Kind::FutureImportStatement || (index == 0 && is_string(*node));
            if line.end > first_use {
                // The use is on this line; the import goes between it and the docstring or `from __future__`.
                if let Some(last) = line.statements.iter().take_while(|node| is_prologue(node)).last() {
                    top.prologue = Some(Prologue::Inline(last.span().end));
                }
                top.first_uses.end = line.end;
                break;
            }
            top.first_uses.start = line.end;
            let Some(first) = line.statements.first() else { break };
            match first.kind() {
                Kind::ImportStatement | Kind::ImportFromStatement => {
                    let gap = previous_end.and_then(|end| text.get(end..line.start));
                    if gap.is_none_or(divides) || top.sections.is_empty() {
                        top.sections.push(Vec::new());
                    }
                    if let Some(section) = top.sections.last_mut() {
                        section.push(ImportLine::of(&line, *first));
                    }
                    previous_end = Some(line.end);
                }
                _ if line.statements.iter().any(is_prologue) => top.prologue = Some(Prologue::LineEnd(line.end)),
                Kind::TryStatement | Kind::IfStatement if is_guard(*first, MAX_GUARD_DEPTH) => previous_end = None,
                _ if is_dunder_assignment(*first) => previous_end = None,
                // Settings above the imports: an import among them would stand far from the others.
                _ if top.sections.is_empty() && is_constant_assignment(*first) => previous_end = None,
                // gevent and eventlet must be imported first, especially before `ssl`.
                _ if is_monkey_patch(*first) => {
                    top.prologue = Some(Prologue::LineEnd(line.end));
                    top.sections.clear();
                    previous_end = None;
                }
                _ => break,
            }
        }
        top
    }

    fn place_among_imports(&self, module: &str) -> Option<Place> {
        // A section of plain `import` lines of the standard library is where people expect one more.
        let is_plain = |line: &ImportLine| line.is_standard() && !line.is_from;
        let all_standard = |section: &Vec<ImportLine>| section.iter().all(ImportLine::is_standard);
        type Test<'t> = &'t dyn Fn(&Vec<ImportLine>) -> bool;
        let tests: [Test<'_>; 4] = [
            &|section| all_standard(section) && section.iter().any(is_plain),
            &|section| section.iter().any(is_plain),
            &all_standard,
            &|section| section.iter().any(ImportLine::is_standard),
        ];
        let standard = tests.iter().find_map(|test| self.sections.iter().find(|section| test(section)));
        let Some(section) = standard else {
            return self.sections.last()?.last().map(|line| Place::After(line.end));
        };
        let key = (false, module.to_lowercase());
        let by_form = |line: &ImportLine| (line.is_from, line.key());
        let by_module = |line: &ImportLine| (false, line.key());
        let before = if section.is_sorted_by_key(by_form) {
            section.iter().take_while(|line| by_form(line) <= key).last()
        } else if section.is_sorted_by_key(by_module) {
            section.iter().take_while(|line| by_module(line) <= key).last()
        } else {
            section.last()
        };
        match before {
            Some(line) => Some(Place::After(line.end)),
            None => section.first().map(|line| Place::Before(line.start)),
        }
    }

    fn place_without_imports(&self, text: &str, newline: &str, line: &str) -> TextEdit {
        match self.prologue {
            Some(Prologue::Inline(offset)) => TextEdit::insertion(offset, format!("; {line}")),
            Some(Prologue::LineEnd(offset)) => {
                let rest = text.get(offset..).unwrap_or_default();
                let next = rest.split('\n').nth(1).unwrap_or_default();
                let gap = if next.trim().is_empty() { "" } else { newline };
                TextEdit::insertion(offset, format!("{newline}{newline}{line}{gap}"))
            }
            None => {
                let next = text.split('\n').next().unwrap_or_default();
                let gap = if next.trim().is_empty() { "" } else { newline };
                TextEdit::insertion(0, format!("{line}{newline}{gap}"))
            }
        }
    }
}

impl ImportLine {
    fn of(line: &LogicalLine<'_>, first: Node<'_>) -> Self {
        let is_from = first.kind() == Kind::ImportFromStatement;
        let import = ImportStatement::of(first);
        let modules: Vec<Node<'_>> = match import.and_then(|import| import.module) {
            Some(module) => vec![module],
            None => import.into_iter().flat_map(ImportStatement::elements).map(|element| element.name).collect(),
        };
        let modules = modules.into_iter().map(|module| module.text().to_string()).collect();
        Self { start: line.start, end: line.end, is_from, modules }
    }

    fn key(&self) -> String {
        self.modules.first().map(|module| module.to_lowercase()).unwrap_or_default()
    }

    fn is_standard(&self) -> bool {
        self.modules.iter().any(|module| is_standard_module(module))
    }
}

/// The module's statements by logical line, in position order.
struct LogicalLines<'f> {
    text: &'f str,
    children: std::iter::Peekable<Box<dyn Iterator<Item = Node<'f>> + 'f>>,
}

impl<'f> LogicalLines<'f> {
    fn of(file: &'f PythonFile) -> Self {
        let children: Box<dyn Iterator<Item = Node<'f>> + 'f> = Box::new(
            file.root().children().filter(|node| !matches!(node.kind(), Kind::Comment | Kind::LineContinuation)),
        );
        Self { text: file.text(), children: children.peekable() }
    }
}

impl<'f> Iterator for LogicalLines<'f> {
    type Item = LogicalLine<'f>;

    fn next(&mut self) -> Option<LogicalLine<'f>> {
        let first = self.children.next()?;
        let mut last_end = first.span().end;
        let mut statements = vec![first];
        while let Some(next) = self.children.next_if(|next| is_same_line(self.text, last_end, next.span().start)) {
            last_end = last_end.max(next.span().end);
            if next.kind() != Kind::Semicolon {
                statements.push(next);
            }
        }
        let end = statement_end(self.text, last_end);
        let start = first.span().start;
        let start = line_start(self.text, start);
        Some(LogicalLine { statements, start, end })
    }
}

/// Whether only spaces and line continuations are between the two offsets.
fn is_same_line(text: &str, from: usize, to: usize) -> bool {
    let gap = text.get(from..to).unwrap_or_default();
    let mut lines = gap.split('\n').rev();
    lines.next();
    !gap.contains('#') && lines.all(|line| line.trim_end_matches('\r').ends_with('\\'))
}

/// The end of the line on which a statement ends at `offset`, before its line ending; after backslash continuations.
fn statement_end(text: &str, offset: usize) -> usize {
    let mut at = offset;
    loop {
        let end = line_end(text, at);
        let line = text.get(at..end).unwrap_or_default();
        let content = line.strip_suffix('\r').unwrap_or(line);
        let continues = content.ends_with('\\') && !content.contains('#') && end < text.len();
        if !continues {
            return at + content.len();
        }
        at = end + 1;
    }
}

/// Whether the text between two import lines separates sections: a blank line or a comment line.
fn divides(gap: &str) -> bool {
    gap.matches('\n').count() > 1
}

/// The end of the first comment block, if the file starts with one: shebang, coding cookie, licence.
fn leading_comments(text: &str) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if content.trim_start().starts_with('#') {
            end = Some(at + content.len());
        } else if end.is_some() || !content.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    end
}

fn is_string(node: Node<'_>) -> bool {
    let mut children = node.named_children();
    node.kind() == Kind::ExpressionStatement
        && children
            .next()
            .is_some_and(|child| matches!(child.without_parentheses().kind(), Kind::String | Kind::ConcatenatedString))
        && children.next().is_none()
}

/// A `try` or `if` that guards imports: it contains only imports and simple statements.
fn is_guard(node: Node<'_>, depth: usize) -> bool {
    fn has_only_simple(node: Node<'_>, depth: usize, imports: &mut usize) -> bool {
        depth > 0
            && node.named_children().all(|child| match child.kind() {
                Kind::ImportStatement | Kind::ImportFromStatement => {
                    *imports += 1;
                    true
                }
                Kind::Block
                | Kind::ExceptClause
                | Kind::ElifClause
                | Kind::ElseClause
                | Kind::FinallyClause
                | Kind::TryStatement
                | Kind::IfStatement => has_only_simple(child, depth - 1, imports),
                Kind::ExpressionStatement | Kind::PassStatement | Kind::RaiseStatement | Kind::DeleteStatement => true,
                // Conditions, exception types and their `as` names.
                kind => !kind.is_statement() && kind != Kind::Error,
            })
    }
    let mut imports = 0;
    has_only_simple(node, depth * 2, &mut imports) && imports > 0
}

/// `__version__ = …`: PEP 8 puts these before the imports.
fn is_dunder_assignment(node: Node<'_>) -> bool {
    let assignment = node.named_children().next().and_then(Assignment::of);
    node.kind() == Kind::ExpressionStatement
        && assignment.is_some_and(|Assignment { target: name, .. }| {
            name.kind() == Kind::Identifier && name.text().starts_with("__") && name.text().ends_with("__")
        })
}

/// `HOST = "example.com"`, `TIMEOUT = 5`.
fn is_constant_assignment(node: Node<'_>) -> bool {
    let assignment = node.named_children().next().and_then(Assignment::of);
    assignment.is_some_and(|Assignment { target, right }| {
        target.kind() == Kind::Identifier
            && right.is_some_and(|value| matches!(value.kind(), Kind::String | Kind::Integer | Kind::None))
    })
}

fn is_monkey_patch(node: Node<'_>) -> bool {
    let call = node.named_children().next().and_then(Call::of);
    node.kind() == Kind::ExpressionStatement
        && call.is_some_and(|call| {
            let last = call.callee.text().rsplit('.').next().unwrap_or_default();
            matches!(last, "patch_all" | "monkey_patch")
        })
}
