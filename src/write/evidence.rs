//! Adds answers to a configuration's text. Comments and layout stay as they are.

use crate::problem::Problem;
use toml_edit::{Array, Datetime, DocumentMut, InlineTable, Item, Table, Value};

/// What a reason begins with if a probe wrote it.
pub const PROBED: &str = "probed: ";

/// An answer that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The setting under `[evidence]`: `tls`.
    pub setting: &'static str,
    /// A host with its port, or a folder.
    pub about: String,
    /// Why it is so.
    pub reason: String,
    /// The last day on which it counts, as TOML writes a day.
    pub until: Option<Datetime>,
}

/// The configuration `text` with `answers` under `[evidence]`. One that has an answer about the same already has its reason and its
/// date replaced; an answer without a reason stays.
///
/// # Errors
/// If the text is not TOML, or `evidence` or a setting is something else in it.
pub fn with_answers(text: &str, answers: &[Stated]) -> Result<String, Problem> {
    let help = "correct the file, then run Tightwire again";
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        Problem::new(format!("the configuration cannot be read: {}", error.message()), help)
    })?;
    if document.is_empty() && !text.trim().is_empty() {
        // Comments alone would come behind the answers.
        return Ok(format!("{}\n\n{}", text.trim_end(), with_answers("", answers)?));
    }
    let evidence = document.entry("evidence").or_insert_with(|| Item::Table(Table::new()));
    let evidence = evidence.as_table_like_mut().ok_or_else(|| Problem::new("`evidence` is not a table", help))?;
    for answer in answers {
        let setting = answer.setting;
        let list = evidence.entry(setting).or_insert_with(|| Item::Value(Value::Array(Array::new())));
        let list =
            list.as_array_mut().ok_or_else(|| Problem::new(format!("`evidence.{setting}` is not a list"), help))?;
        let is_it = |value: &Value| about(value).is_some_and(|about| about.eq_ignore_ascii_case(&answer.about));
        let known = list.iter().position(is_it);
        match known.and_then(|index| list.get_mut(index)) {
            Some(Value::InlineTable(known)) => fill(known, answer),
            Some(_) => {}
            None => push(list, answer),
        }
    }
    Ok(document.to_string())
}

fn about(value: &Value) -> Option<&str> {
    match value {
        Value::InlineTable(table) => table.get("about")?.as_str(),
        _ => value.as_str(),
    }
}

/// Sets what `answer` says beside what it is about.
fn fill(table: &mut InlineTable, answer: &Stated) {
    set(table, "reason", answer.reason.as_str().into());
    match answer.until {
        Some(until) => set(table, "until", until.into()),
        None => drop(table.remove("until")),
    }
}

/// Sets a value in the layout of the old one.
fn set(table: &mut InlineTable, key: &str, mut value: Value) {
    if let Some(old) = table.get(key) {
        *value.decor_mut() = old.decor().clone();
    }
    table.insert(key, value);
}

fn push(list: &mut Array, answer: &Stated) {
    let is_spread = list.is_empty()
        || list.iter().any(|value| prefix(value).contains('\n'))
        || text_of(list.trailing()).contains('\n');
    let mut table = InlineTable::new();
    table.insert("about", answer.about.as_str().into());
    fill(&mut table, answer);
    let mut value = Value::InlineTable(table);
    if !is_spread {
        list.push(value);
        return;
    }
    // A comment after the last answer stays behind that.
    let comment = text_of(list.trailing()).trim_end().to_owned();
    let above =
        list.iter().last().map_or("", |last| prefix(last)).rsplit_once('\n').map(|(_, indent)| indent.to_owned());
    value.decor_mut().set_prefix(format!("{comment}\n{}", above.unwrap_or_else(|| "    ".to_owned())));
    list.push_formatted(value);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

fn prefix(value: &Value) -> &str {
    value.decor().prefix().and_then(toml_edit::RawString::as_str).unwrap_or_default()
}

fn text_of(raw: &toml_edit::RawString) -> &str {
    raw.as_str().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn answer(about: &str, until: &str) -> Stated {
        Stated { setting: "tls", about: about.into(), reason: format!("probed: on {until}"), until: until.parse().ok() }
    }

    #[test]
    fn comments_and_layout_are_kept() {
        let one = "{ about = \"b:8443\", reason = \"probed: on 2027-03-01\", until = 2027-03-01 }";
        for (before, after) in [
            ("", format!("[evidence]\ntls = [\n    {one},\n]\n")),
            ("# why\n", format!("# why\n\n[evidence]\ntls = [\n    {one},\n]\n")),
            ("# why\nroot = true\n", format!("# why\nroot = true\n\n[evidence]\ntls = [\n    {one},\n]\n")),
            ("[evidence]\ntls = [\"a\"] # c\n", format!("[evidence]\ntls = [\"a\", {one}] # c\n")),
            (
                "[evidence]\ntls = [\n  \"a\", # c\n  # d\n]\n",
                format!("[evidence]\ntls = [\n  \"a\", # c\n  # d\n  {one},\n]\n"),
            ),
            (
                "[evidence]\ntls = []\nlocal-only = ['x'] # c\n",
                format!("[evidence]\ntls = [\n    {one},\n]\nlocal-only = ['x'] # c\n"),
            ),
            (
                "evidence.reachable = [ 'x' ]\n",
                format!("evidence.reachable = [ 'x' ]\nevidence.tls = [\n    {one},\n]\n"),
            ),
            ("[evidence]\ntls = [\"B:8443\"]\n", "[evidence]\ntls = [\"B:8443\"]\n".to_owned()),
            (
                "[evidence]\ntls = [\n    { about = \"b:8443\", reason = \"probed: long ago\", until = 2026-01-01 }, # c\n]\n",
                format!("[evidence]\ntls = [\n    {one}, # c\n]\n"),
            ),
        ] {
            let written = with_answers(before, &[answer("b:8443", "2027-03-01")]).unwrap();
            assert_eq!(written, after, "{before}");
            assert_eq!(with_answers(&written, &[answer("b:8443", "2027-03-01")]).unwrap(), after, "twice");
        }
        for wrong in ["[evidence", "evidence = 3", "[evidence]\ntls = 'a'"] {
            assert!(with_answers(wrong, &[answer("b", "2027-03-01")]).is_err(), "{wrong}");
        }
    }
}
