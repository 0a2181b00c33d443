//! What an expression may be, how it gets there, and whether that is all: the evaluator's answer, for people who doubt a finding.

use super::FileContext;
use crate::problem::Problem;
use crate::python::{Assignment, Binding, Call, Constant, Kind, Node, PythonFile, Step, Unknown, Value};
use crate::text::{LineIndex, Source, Span, line_end};

/// What is known of one expression. Spans are byte offsets into [`Source::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The expression.
    pub span: Span,
    /// The qualified names that it stands for, if it has no value of its own.
    pub names: Vec<String>,
    /// The qualified names of what it calls, if it is a call.
    pub calls: Vec<String>,
    /// The values that it may have.
    pub values: Vec<Possible>,
    /// Why it may have others; empty if these are all.
    pub unknown: Vec<Place>,
}

/// A value that an expression may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    /// Where it is written; where its name is imported, if another module gives it.
    pub span: Span,
    /// What another module of the project gives.
    pub imported: Option<Constant>,
    /// How it gets to the expression, from where it is written on.
    pub via: Vec<Place>,
}

/// A place, and what happens there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A clause: `passed here`.
    pub what: &'static str,
    /// Where; none for what has no place.
    pub span: Option<Span>,
}

/// The answers about the expressions on the one-based `line` of `source`: about the one at the one-based `column` (in code points), or
/// else about what is assigned there and the arguments of the calls that begin there, in position order.
///
/// # Errors
/// If the file cannot be parsed, or no expression stands there.
pub fn why(source: &Source, context: &FileContext, line: usize, column: Option<usize>) -> Result<Vec<Answer>, Problem> {
    let text = source.text();
    let file = PythonFile::parse_in(context.project.clone(), context.target.clone(), text)
        .map_err(|error| Problem::new(format!("the file cannot be parsed: {error}"), "name another file"))?;
    let start = LineIndex::of(text).start(line).ok_or_else(|| {
        Problem::new(format!("line {line} does not exist"), "name a line of the file, counted from 1")
    })?;
    let end = line_end(text, start);
    let found = match column {
        Some(column) => {
            let offset = text.get(start..end).and_then(|line| line.char_indices().nth(column.checked_sub(1)?));
            let found = offset.and_then(|(offset, _)| expression_at(&file, start + offset));
            found.into_iter().collect()
        }
        None => expressions_in(&file, Span { start, end }),
    };
    if found.is_empty() {
        let message = match column {
            Some(column) => format!("no expression stands at column {column} of line {line}"),
            None => format!("nothing is assigned or passed on line {line}"),
        };
        return Err(Problem::new(message, "name the line and the column where an expression begins: `app.py:12:5`"));
    }
    Ok(found.into_iter().map(|node| answer(&file, node)).collect())
}

/// The largest expression that begins at `offset`, or the name there.
fn expression_at(file: &PythonFile, offset: usize) -> Option<Node<'_>> {
    let is_expression = |node: &Node<'_>| {
        matches!(
            node.kind(),
            Kind::Identifier
                | Kind::Attribute
                | Kind::Call
                | Kind::Subscript
                | Kind::String
                | Kind::ConcatenatedString
                | Kind::Integer
                | Kind::Tuple
                | Kind::List
                | Kind::Dictionary
                | Kind::BinaryOperator
                | Kind::BooleanOperator
                | Kind::ConditionalExpression
                | Kind::ParenthesizedExpression
                | Kind::Await
                | Kind::NamedExpression
                | Kind::None
                | Kind::True
                | Kind::False
        )
    };
    let node = file.node_at(Span { start: offset, end: offset });
    let around = std::iter::once(node).chain(node.ancestors());
    around.take_while(|node| node.start() >= reach_of(node, offset)).filter(is_expression).last()
}

/// How far to the left `node` may begin to be the expression at `offset`: an attribute whose name stands there begins before it.
fn reach_of(node: &Node<'_>, offset: usize) -> usize {
    match node.object_and_name() {
        Some((_, name)) if name.start() == offset => node.start(),
        _ => offset,
    }
}

/// What is assigned in `line`, and the arguments of the calls that begin there; of a tuple its elements.
fn expressions_in(file: &PythonFile, line: Span) -> Vec<Node<'_>> {
    let begins = |node: Node<'_>| (line.start..=line.end).contains(&node.start());
    let mut found: Vec<Node<'_>> = Vec::new();
    for node in file.root().descendants().filter(|node| begins(*node)) {
        if let Some(value) = Assignment::of(node).and_then(Assignment::value) {
            found.push(value);
        }
        if let Some(call) = Call::of(node) {
            let is_tuple = |node: &Node<'_>| node.kind() == Kind::Tuple;
            for argument in call.arguments.iter().map(|argument| argument.value()) {
                match Some(argument).filter(is_tuple) {
                    Some(tuple) => found.extend(tuple.named_children()),
                    None => found.push(argument),
                }
            }
        }
    }
    found.sort_by_key(|node| node.span());
    found.dedup();
    found
}

fn answer(file: &PythonFile, node: Node<'_>) -> Answer {
    let evaluation = file.evaluate(node);
    let named = |node| file.callees(node).into_iter().map(|callee| callee.path).collect();
    let mut calls: Vec<String> = Call::of(node).map(|call| named(call.callee)).unwrap_or_default();
    calls.dedup();
    // What has a value is not a name of something else.
    let mut names: Vec<String> = if evaluation.values.is_empty() { named(node) } else { Vec::new() };
    names.dedup();
    let mut unknown: Vec<Place> = Vec::new();
    for cause in &evaluation.unknown {
        let place = cause_of(file, *cause);
        if !unknown.contains(&place) {
            unknown.push(place);
        }
    }
    Answer {
        span: node.span(),
        names,
        calls,
        values: evaluation.values.iter().map(|value| possible(file, value)).collect(),
        unknown,
    }
}

fn possible(file: &PythonFile, value: &Value<'_>) -> Possible {
    Possible {
        span: value.node.span(),
        imported: value.imported.clone(),
        via: value.via.iter().rev().map(|step| step_of(file, step)).collect(),
    }
}

/// What a step does to a value, and where.
fn step_of(file: &PythonFile, step: &Step) -> Place {
    let node = |id| Some(file.node(id).span());
    let binding = |id| file.binding(id).map(|binding: &Binding| file.node(binding.identifier).span());
    let (what, span) = match *step {
        Step::Alias(id) => ("given another name", binding(id)),
        Step::Annotation(id) => ("the annotation of a parameter", binding(id)),
        Step::Argument(call) => ("passed here", node(call)),
        Step::Item(read) => ("an item of a container, read here", node(read)),
        Step::Returned(call) => ("returned to here", node(call)),
        Step::ParameterDefault(id) => ("the default of a parameter", binding(id)),
        Step::Attribute(read) => ("an attribute, read here", node(read)),
        Step::Subclass(class) => ("a base of a class", Some(file.node(class).header())),
        Step::CommandLine(read) => ("the default of a command-line option, read here", node(read)),
        Step::Setting(call) => ("the default of a setting, looked up here", node(call)),
        Step::Choice(choice) => ("one of several, chosen here", node(choice)),
        Step::ResolvedAddress(call) => ("resolved to an address here", node(call)),
    };
    Place { what, span }
}

fn cause_of(file: &PythonFile, cause: Unknown) -> Place {
    let node = |id| Some(file.node(id).span());
    let (what, span) = match cause {
        Unknown::Caller(id) => (
            "callers that are not seen may pass another value for this parameter",
            file.binding(id).map(|binding| file.node(binding.identifier).span()),
        ),
        Unknown::CommandLine(place) => ("the command line may give another value", node(place)),
        Unknown::Setting(call) => ("the environment or a configuration may give another value", node(call)),
        Unknown::Expression(place) => ("the value of this is not known", node(place)),
        Unknown::Limit => ("there are more steps or values than are followed", None),
    };
    Place { what, span }
}
