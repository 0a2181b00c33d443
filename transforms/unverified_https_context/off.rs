//! How the lines that switch verification off go.

use super::settings::{Setting, SettingKind};
use crate::finding::{Fragment, SymbolicEdit};
use crate::python::{Kind, Node, PythonFile};
use crate::rewrite::arguments::indentation_before;
use crate::text::{Span, line_end, line_start, next_line};

/// The edits that take `settings` out of the file; `None` if one of them is a part of another statement.
pub(super) fn removal(file: &PythonFile, settings: &[Setting<'_>]) -> Option<Vec<SymbolicEdit>> {
    settings.iter().map(|setting| removed(file, setting, settings)).collect()
}

fn removed(file: &PythonFile, setting: &Setting<'_>, settings: &[Setting<'_>]) -> Option<SymbolicEdit> {
    let statement = setting.node.statement();
    let is_whole = statement == setting.node
        || statement.kind() == Kind::ExpressionStatement && statement.named_children().eq([setting.node]);
    if !is_whole {
        return None;
    }
    let text = file.text();
    let block = statement.parent()?;
    let statements: Vec<Node<'_>> = block.named_children().filter(|child| child.kind() != Kind::Comment).collect();
    // A block needs a statement; other fixes may take other lines out of it.
    let is_emptied = block.kind() == Kind::Block && statements.iter().all(|statement| is_off(file, *statement));
    let is_first = settings.iter().map(|setting| setting.node.statement()).find(|other| other.parent() == Some(block))
        == Some(statement);
    let after = text.get(statement.end()..line_end(text, statement.end()))?.trim_start();
    let stands_alone =
        indentation_before(text, statement.start()).is_some() && (after.is_empty() || after.starts_with('#'));
    if is_emptied && is_first || !stands_alone {
        return Some(SymbolicEdit { span: statement.span(), text: vec![Fragment::Text("pass".to_string())] });
    }
    // A comment stays where it is: it may be about more than the line.
    if let Some(comment) = after.strip_prefix('#') {
        let end = line_end(text, statement.end()).checked_sub(comment.len() + 1)?;
        return Some(SymbolicEdit { span: Span { start: statement.start(), end }, text: Vec::new() });
    }
    let span = Span { start: line_start(text, statement.start()), end: next_line(text, statement.end()) };
    Some(SymbolicEdit { span, text: Vec::new() })
}

fn is_off(file: &PythonFile, statement: Node<'_>) -> bool {
    let assignment = statement.named_children().next().filter(|_| statement.kind() == Kind::ExpressionStatement);
    Setting::of(file, assignment.unwrap_or(statement)).is_some_and(|setting| setting.kind == SettingKind::Off)
}
