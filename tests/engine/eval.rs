//! What the evaluator says about expressions, in plain text: one file of `eval/` a feature of the language.
//!
//! A line `ask(expression)  # = …` holds what is expected of the expression: its values in the order of the text, each with the line
//! where it is written (`@3`; nothing for the line itself) and the steps by which it comes; then `.` if these are all, else `;` and why
//! there may be others. `TIGHTWIRE_RECORD=1` writes what is said now; read every line before it is committed.
//!
//! The files are programs: CPython runs them, and says what arrives where it is asked. Where the evaluator says that it knows all
//! values, and all are literals, no other may arrive.

use crate::interpreter::python;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tightwire::engine::FileContext;
use tightwire::engine::why::{Answer, Place, why};
use tightwire::text::Source;

const MARK: &str = "  # = ";

/// The short words for what `why` says of steps and causes.
const WORDS: [(&str, &str); 17] = [
    ("given another name", "alias"),
    ("the annotation of a parameter", "annotation"),
    ("passed here", "passed"),
    ("an item of a container, read here", "item"),
    ("returned to here", "returned"),
    ("the default of a parameter", "default"),
    ("an attribute, read here", "attribute"),
    ("a base of a class", "base"),
    ("the default of a command-line option, read here", "option"),
    ("the default of a setting, looked up here", "setting"),
    ("one of several, chosen here", "choice"),
    ("resolved to an address here", "resolved"),
    ("callers that are not seen may pass another value for this parameter", "callers"),
    ("the command line may give another value", "command line"),
    ("the environment or a configuration may give another value", "environment"),
    ("the value of this is not known", "unknown"),
    ("there are more steps or values than are followed", "limit"),
];

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/eval");
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    found.sort();
    found
}

/// The answer about what is asked on a one-based line.
fn asked(source: &Source, line: usize) -> Answer {
    let mut answers = why(source, &FileContext::default(), line, None).unwrap();
    answers.remove(0)
}

fn said(source: &Source, line: usize) -> String {
    let answer = asked(source, line);
    let line_of = |start: usize| source.line_column(start).0;
    let at = |other: usize| if other == line { String::new() } else { format!("@{other}") };
    let place = |place: &Place| {
        let word = WORDS.iter().find(|(what, _)| *what == place.what).map_or(place.what, |(_, word)| word);
        format!("{word}{}", place.span.map(|span| at(line_of(span.start))).unwrap_or_default())
    };
    let values = answer.values.iter().map(|value| {
        let code = &source.text()[value.span.start..value.span.end];
        let via: Vec<String> = value.via.iter().map(place).collect();
        let via = if via.is_empty() { String::new() } else { format!(" by {}", via.join(", ")) };
        format!("{code}{}{via}", at(line_of(value.span.start)))
    });
    let mut parts: Vec<String> = values.collect();
    parts.extend(answer.names.iter().map(|name| format!("<{name}>")));
    let unknown: Vec<String> = answer.unknown.iter().map(place).collect();
    let end = if unknown.is_empty() { ".".to_owned() } else { format!("; {}", unknown.join(", ")) };
    let all = parts.join(" | ");
    if all.is_empty() { end } else { format!("{all} {end}") }
}

#[test]
fn every_expression_has_the_values_that_its_line_says() {
    let records = std::env::var_os("TIGHTWIRE_RECORD").is_some();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let source = Source::from_text(&text).unwrap();
        let mut written = String::new();
        for (index, line) in text.lines().enumerate() {
            let Some((code, expected)) = line.split_once(MARK) else {
                written.push_str(&format!("{line}\n"));
                continue;
            };
            count += 1;
            let said = said(&source, index + 1);
            if said != expected {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                wrong.push(format!("{name}:{}: {}\n  expected {expected}\n  said     {said}", index + 1, code.trim()));
            }
            written.push_str(&format!("{code}{MARK}{said}\n"));
        }
        if records {
            fs::write(&path, written).unwrap();
        }
    }
    assert!(count >= 300, "only {count} expectations were found");
    assert!(wrong.is_empty() || records, "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_other_value_arrives_where_all_are_known() {
    let Some(python) = python() else {
        println!("skipped: there is no Python");
        return;
    };
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/arrive.py");
    let (mut arrived, mut foreseen, mut wrong) = (0, 0, Vec::new());
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let source = Source::from_text(&text).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| line.contains(MARK)).map(|(index, _)| index + 1);
        let answers: BTreeMap<String, serde_json::Value> = lines
            .map(|line| {
                let answer = asked(&source, line);
                let code = |value: &tightwire::engine::why::Possible| {
                    source.text()[value.span.start..value.span.end].to_owned()
                };
                let values: Vec<String> = answer.values.iter().map(code).collect();
                (line.to_string(), serde_json::json!({ "values": values, "complete": answer.unknown.is_empty() }))
            })
            .collect();
        let output = Command::new(python)
            .args([driver.as_os_str(), path.as_os_str()])
            .arg(serde_json::to_string(&answers).unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            wrong.push(format!("{said}{}", String::from_utf8_lossy(&output.stderr)));
            continue;
        }
        let counts: Vec<usize> = said.split_whitespace().map(|number| number.parse().unwrap()).collect();
        arrived += counts[0];
        foreseen += counts[1];
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{arrived} values arrived, {foreseen} of them are among the possible ones");
    assert!(arrived >= 200, "only {arrived} values arrived");
    assert!(foreseen * 10 >= arrived * 8, "{foreseen} of {arrived} values were foreseen");
}
