//! A summary in Markdown, for a comment on a pull request or the summary page of a CI run.
//!
//! If a fix changes consecutive lines, they are shown as a suggestion block. File names and code come from others: a
//! name is put into a code span and code into a fence, each with more backticks than its contents.

use super::format::{Contents, Document, End, Format, Report, Run};
use super::questions::Question;
use super::record::{FindingRecord, Fixes, Reported};
use super::suggestion::Suggestion;
use crate::finding::Outcome;
use crate::text::sanitize::visible_line;
use std::io;

/// A comment on GitHub can have 65,536 characters; this many bytes are used for findings.
const MOST_BYTES: usize = 60_000;

/// How many questions are listed.
const MOST_QUESTIONS: usize = 5;

/// How many errors are listed.
const MOST_ERRORS: usize = 20;

/// One page.
#[derive(Debug)]
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn summary(&self) -> &'static str {
        "A summary in Markdown, for a comment on a pull request"
    }

    fn begin(&self, run: Run) -> Box<dyn Report> {
        Document::begin(run, write)
    }
}

fn write(out: &mut dyn io::Write, contents: &Contents, end: &End) -> io::Result<()> {
    let Contents { findings, errors, run } = contents;
    let told: Vec<&Reported> = findings.iter().filter(|finding| !finding.record.is_silenced()).collect();
    let fixed = told.iter().filter(|finding| finding.record.outcome == Outcome::Fixed).count();
    let mut page = match told.len() {
        0 => "## Tightwire: no findings\n".to_owned(),
        1 => "## Tightwire: 1 finding\n".to_owned(),
        count => format!("## Tightwire: {count} findings\n"),
    };
    if fixed > 0 {
        let done = match run.fixes {
            Fixes::Written => "fixed",
            Fixes::Proposed => "would be fixed",
        };
        page.push_str(&format!("\n{fixed} of them {done}.\n"));
    }
    let hidden = findings.len() - told.len();
    if hidden > 0 {
        page.push_str(&format!("\n{hidden} more are suppressed by a comment or the baseline.\n"));
    }
    for error in errors.iter().take(MOST_ERRORS) {
        let line = error.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let place = error.path.as_ref().map(|path| format!(" ({}{line})", code(path))).unwrap_or_default();
        page.push_str(&format!("\n**Error**{place}: {}; {}\n", plain(&error.message), plain(&error.help)));
    }
    if errors.len() > MOST_ERRORS {
        page.push_str(&format!("\n{} more errors are not shown here.\n", errors.len() - MOST_ERRORS));
    }
    page.push_str(&questions(&end.questions));
    let mut path = None;
    // The last line that a suggestion for the file replaces: a second suggestion for it could not be applied.
    let mut replaced = 0;
    for (index, finding) in told.iter().enumerate() {
        let mut part = String::new();
        if path != Some(&finding.record.project_path) {
            part.push_str(&format!("\n### {}\n", code(&finding.record.project_path)));
            path = Some(&finding.record.project_path);
            replaced = 0;
        }
        let suggestion = finding.suggestion.as_ref().filter(|suggestion| suggestion.first > replaced);
        replaced = suggestion.map_or(replaced, |suggestion| suggestion.last);
        part.push_str(&item(&finding.record, suggestion, run.fixes));
        if page.len() + part.len() > MOST_BYTES {
            page.push_str(&format!("\n{} more findings are not shown here.\n", told.len() - index));
            break;
        }
        page.push_str(&part);
    }
    out.write_all(page.as_bytes())
}

/// What people may know, with the lines that answer it.
fn questions(asked: &[Question]) -> String {
    let item = |asked: &Question| format!("- {}: {}\n", plain(&asked.in_words()), code(&asked.answer()));
    let mut section: String = asked.iter().take(MOST_QUESTIONS).map(item).collect();
    if asked.len() > MOST_QUESTIONS {
        section.push_str("- `tightwire questions` has more.\n");
    }
    match section.is_empty() {
        true => section,
        false => format!(
            "\n### What you may know\n\nA line under `[evidence]` in `tightwire.toml` answers each.\n\n{section}"
        ),
    }
}

fn item(finding: &FindingRecord, suggestion: Option<&Suggestion>, fixes: Fixes) -> String {
    let (first, last) = (finding.start.line, finding.end.line);
    let lines = if first == last { format!("Line {first}") } else { format!("Lines {first} to {last}") };
    let mut item = format!("\n**{lines}**: {} ({})\n\n", plain(&finding.message_with_lines()), code(&finding.rule));
    for (slug, sentence) in finding.reasons_said() {
        item.push_str(&format!("- {}: {}\n", code(slug), plain(&sentence)));
    }
    if !finding.help.is_empty() {
        item.push_str(&format!("- {}\n", plain(&finding.help)));
    }
    item.push_str(&format!("- Fix: {}\n", plain(&finding.fix_line(fixes))));
    for line in finding.alternative_lines() {
        item.push_str(&format!("- Or: {}\n", plain(&line)));
    }
    if let Some(Suggestion { first, last, text }) = suggestion.filter(|_| finding.fix.is_some()) {
        let fence = "`".repeat(longest_run(text).max(2) + 1);
        let lines = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
        item.push_str(&format!("\nInstead of {lines}:\n\n{fence}suggestion\n{text}\n{fence}\n"));
    }
    item
}

/// A code span of any text.
fn code(text: &str) -> String {
    let text = visible_line(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    // A space next to a backtick is not part of the span.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// One of our sentences, with its own code spans; quoted text must not become HTML.
fn plain(text: &str) -> String {
    visible_line(text).replace('<', "&lt;")
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_holds_any_name() {
        assert_eq!(code("a.py"), "`a.py`");
        assert_eq!(code("a`b.py"), "``a`b.py``");
        assert_eq!(code("`a\n<b>\u{1b}"), "`` `a\u{240a}<b>\u{241b} ``");
        assert_eq!(longest_run("a```b``"), 3);
    }
}
