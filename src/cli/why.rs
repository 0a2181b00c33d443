//! `tightwire why`: what an expression may be, how it gets there, and whether that is all.

use super::args::Common;
use super::exit::{Exit, Stop};
use super::format;
use super::input;
use super::output::Output;
use crate::engine::why::{Answer, Place, Possible, why};
use crate::problem::Problem;
use crate::report::{ListForm, json};
use crate::text::sanitize::visible_line;
use crate::text::{Source, Span, display_path};
use crate::workspace::Workspace;
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// How much of an expression is shown.
const MOST_CHARACTERS: usize = 100;

pub(super) fn run(place: &str, common: &Common) -> Result<Exit, Stop> {
    let (path, line, column) = parsed(place)?;
    let workspace = Workspace::new(input::options(common))?;
    let (source, context) = workspace.open(&path)?;
    let answers = why(&source, &context, line, column).map_err(|problem| problem.in_file(display_path(&path)))?;
    let said: Vec<Said<'_>> = answers.iter().map(|answer| said(&path, &source, answer)).collect();
    let mut out = Output::open(common.output_file.as_deref())?;
    match format::list_form(common.output_format, "answers")? {
        ListForm::Json => json::write_value(&mut out, &said)?,
        ListForm::Text => said.iter().try_for_each(|said| out.write_all(text(said).as_bytes()))?,
    }
    out.finish()?;
    Ok(Exit::Clean)
}

/// The path, the line and the column of `FILE:LINE` or `FILE:LINE:COLUMN`.
fn parsed(place: &str) -> Result<(PathBuf, usize, Option<usize>), Problem> {
    let number = |text: &str| text.parse().ok().filter(|number: &usize| *number > 0);
    let (before, last) = place.rsplit_once(':').unwrap_or((place, ""));
    let found = match (before.rsplit_once(':'), number(last)) {
        (Some((path, line)), Some(column)) if number(line).is_some() => Some((path, number(line), Some(column))),
        (_, Some(line)) => Some((before, Some(line), None)),
        _ => None,
    };
    match found {
        Some((path, Some(line), column)) if !path.is_empty() => Ok((PathBuf::from(path), line, column)),
        _ => Err(Problem::new(
            format!("`{place}` does not name a place"),
            "write it as `app/server.py:12`, or with a column as `app/server.py:12:5`; both count from 1",
        )),
    }
}

/// One answer as it is written. Lines and columns are one-based, columns in code points.
#[derive(Serialize)]
struct Said<'a> {
    path: String,
    line: usize,
    column: usize,
    /// The expression, on one line; a long one is cut.
    expression: String,
    /// The qualified names that it stands for.
    names: &'a [String],
    /// The qualified names of what it calls.
    calls: &'a [String],
    values: Vec<SaidValue>,
    /// The values are all that it may have.
    complete: bool,
    /// Why there may be others.
    unknown: Vec<SaidPlace>,
}

#[derive(Serialize)]
struct SaidValue {
    value: String,
    path: String,
    line: usize,
    /// None for a value of another module, of which only the line is known.
    column: Option<usize>,
    /// From where it is written on.
    via: Vec<SaidPlace>,
}

#[derive(Serialize)]
struct SaidPlace {
    what: &'static str,
    line: Option<usize>,
    column: Option<usize>,
}

fn said<'a>(path: &Path, source: &Source, answer: &'a Answer) -> Said<'a> {
    let place = |place: &Place| {
        let at = place.span.map(|span| source.line_column(span.start));
        SaidPlace { what: place.what, line: at.map(|at| at.0), column: at.map(|at| at.1) }
    };
    let value = |possible: &Possible| {
        let via = possible.via.iter().map(place).collect();
        match &possible.imported {
            Some(constant) => SaidValue {
                value: format!("{:?}", constant.text),
                path: display_path(&constant.place.file),
                line: constant.place.start.line,
                column: None,
                via,
            },
            None => {
                let (line, column) = source.line_column(possible.span.start);
                let value = shortened(source, possible.span);
                SaidValue { value, path: display_path(path), line, column: Some(column), via }
            }
        }
    };
    let (line, column) = source.line_column(answer.span.start);
    Said {
        path: display_path(path),
        line,
        column,
        expression: shortened(source, answer.span),
        names: &answer.names,
        calls: &answer.calls,
        values: answer.values.iter().map(value).collect(),
        complete: answer.unknown.is_empty() && !answer.values.is_empty(),
        unknown: answer.unknown.iter().map(place).collect(),
    }
}

/// The code at `span` on one line.
fn shortened(source: &Source, span: Span) -> String {
    let code = source.text().get(span.start..span.end).unwrap_or_default();
    let line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = line.chars().take(MOST_CHARACTERS).collect();
    if line.chars().nth(MOST_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

fn text(said: &Said<'_>) -> String {
    let mut lines = vec![format!("{}:{}:{}: `{}`", said.path, said.line, said.column, said.expression)];
    lines.extend(said.names.iter().map(|name| format!("  stands for {name}")));
    lines.extend(said.calls.iter().map(|name| format!("  calls {name}")));
    let at = |place: &SaidPlace| place.line.map_or(String::new(), |line| format!(" (line {line})"));
    for value in &said.values {
        let written = match value.column {
            Some(_) => format!("line {}", value.line),
            None => format!("{}, line {}", value.path, value.line),
        };
        lines.push(format!("  may be {}, written in {written}", value.value));
        lines.extend(value.via.iter().map(|place| format!("    {}{}", place.what, at(place))));
    }
    if said.complete {
        lines.push("  and nothing else".to_owned());
    }
    lines.extend(said.unknown.iter().map(|place| format!("  or something else: {}{}", place.what, at(place))));
    lines.iter().map(|line| format!("{}\n", visible_line(line))).collect()
}
