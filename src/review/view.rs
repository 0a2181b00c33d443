//! What the user sees of a finding: its place, its message, and what its fix changes, down to the word.
//!
//! Only the lines around the edits are processed, so a large file costs no more than a small one. Lines that the fix
//! changes for its imports are dimmed, because other fixes may need the same change. Changes within a line are
//! highlighted. All text from the file is sanitized first. The terminal wraps lines, so any width works.

use super::session::Answer;
use crate::engine::Judged;
use crate::finding::{Applicability, Fix};
use crate::report::{FindingRecord, text};
use crate::rewrite::plan::PlannedEdits;
use crate::text::Positions;
use crate::text::sanitize::{visible, visible_line};
use crate::text::{Source, Span, TextEdit, apply, line_start, next_line};
use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;

/// One finding, as it is shown.
pub struct View<'v> {
    /// The file's path, as it is shown.
    pub path: &'v str,
    /// Its text.
    pub source: &'v Source,
    /// The finding.
    pub judged: &'v Judged,
    /// Its record.
    pub record: &'v FindingRecord,
    /// Number and total of the finding, and of its file; one-based.
    pub position: ((usize, usize), (usize, usize)),
    /// Which way to fix it is shown, by its index.
    pub way: usize,
    /// The current answer.
    pub answer: Option<Answer>,
    /// One-based lines of findings that have the same fix.
    pub together: Vec<usize>,
    /// One-based lines of findings whose fixes make the same import edits.
    pub sharing: Vec<usize>,
    /// Lines to show around the edits.
    pub context: usize,
    /// Whether ANSI colours may be used.
    pub color: bool,
}

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

impl View<'_> {
    /// The lines, with a line end each.
    pub fn render(&self) -> String {
        let finding = &self.judged.finding;
        let ((number, count), (file, files)) = self.position;
        let mut out = String::from("\n");
        let place = format!("{number}/{count} · file {file}/{files} · {}", visible_line(self.path));
        self.line(&mut out, BOLD, &format!("{place}:{}", self.line_of(finding.span)));
        if let Some(answer) = self.answer {
            self.line(&mut out, BOLD, &format!("answered: {}", in_words(answer)));
        }
        let ways: Vec<(&Fix, &PlannedEdits)> = self.judged.ways().collect();
        let Some((fix, edits)) = ways.get(self.way) else {
            // The line's code is what the user needs to see.
            out.push_str(text::render(self.source, self.judged, self.record, self.color).trim_end());
            out.push('\n');
            return out;
        };
        let (word, style) = applicability(finding.applicability());
        out.push_str(&format!("{} · {} · ", finding.rule, self.record.severity.word()));
        self.line(&mut out, style, word);
        self.line(&mut out, PLAIN, &visible_line(&finding.message));
        for (slug, sentence) in self.record.reasons_said() {
            self.line(&mut out, PLAIN, &format!("  {slug}: {sentence}"));
        }
        for related in self.record.of_code() {
            let place = match related.path == self.record.path {
                true => format!("line {}", related.start.line),
                false => format!("{}:{}", visible_line(&related.path), related.start.line),
            };
            self.line(&mut out, PLAIN, &format!("  {place}: {}", visible_line(&related.message)));
        }
        if !self.together.is_empty() {
            self.line(&mut out, PLAIN, &format!("  one fix with the finding on {}", lines(&self.together)));
        }
        if ways.len() == 1 {
            self.line(&mut out, PLAIN, &format!("fix: {}", visible_line(&fix.title)));
        } else {
            for (number, (way, _)) in (1..).zip(&ways) {
                let is_shown = way.name == fix.name;
                let mark = if is_shown { "fix" } else { "or" };
                self.line(
                    &mut out,
                    if is_shown { PLAIN } else { DIM },
                    &format!("{mark:3} {number}: {}", visible_line(&way.title)),
                );
            }
            self.line(&mut out, DIM, "or  s: leave it, with a comment that says why");
        }
        for hunk in hunks(self.source, edits, self.context) {
            self.hunk(&mut out, &hunk, edits);
        }
        if !self.sharing.is_empty() {
            self.line(&mut out, DIM, &format!("(the import is shared with the fix on {})", lines(&self.sharing)));
        }
        out
    }

    fn line_of(&self, span: Span) -> usize {
        self.source.line_column(span.start).0
    }

    fn hunk(&self, out: &mut String, hunk: &Hunk<'_>, edits: &PlannedEdits) {
        let imports: Vec<&TextEdit> = edits.of_imports().collect();
        let Some((old, new, dimmed)) = hunk.texts(self.source.text(), &imports) else { return };
        self.line(out, AnsiColor::Cyan.on_default(), &format!("@@ line {} @@", hunk.first_line + 1));
        let diff = TextDiff::from_lines(old, &new);
        for change in diff.ops().iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let (sign, style, is_import) = match (change.tag(), change.old_index(), change.new_index()) {
                (ChangeTag::Delete, Some(line), _) => ("-", AnsiColor::Red.on_default(), dimmed.old.contains(&line)),
                (ChangeTag::Insert, _, Some(line)) => ("+", AnsiColor::Green.on_default(), dimmed.new.contains(&line)),
                _ => (" ", PLAIN, false),
            };
            let style = if is_import { style.dimmed() } else { style };
            self.paint(out, style, sign);
            for (is_changed, part) in change.iter_strings_lossy() {
                let part = elided(&visible(part.trim_end_matches(['\n', '\r'])), is_changed);
                // Every part of a new line has changed.
                let is_strong = is_changed && !is_import;
                self.paint(out, if is_strong { style.bold().underline() } else { style }, &part);
            }
            out.push('\n');
        }
    }

    fn line(&self, out: &mut String, style: Style, text: &str) {
        self.paint(out, style, text);
        out.push('\n');
    }

    fn paint(&self, out: &mut String, style: Style, text: &str) {
        if self.color && style != PLAIN && !text.is_empty() {
            out.push_str(&format!("{style}{text}{style:#}"));
        } else {
            out.push_str(text);
        }
    }
}

/// Some edits, with the lines around them.
struct Hunk<'e> {
    /// Zero-based.
    first_line: usize,
    /// Whole lines of the old text.
    span: Span,
    edits: Vec<&'e TextEdit>,
}

/// Lines of a hunk that only import edits change, by their index in it.
#[derive(Default)]
struct Dimmed {
    old: BTreeSet<usize>,
    new: BTreeSet<usize>,
}

/// The places that `edits` (in position order) change, with `context` lines around each; touching ones are merged.
fn hunks<'e>(source: &Source, edits: &'e [TextEdit], context: usize) -> Vec<Hunk<'e>> {
    let text = source.text();
    let mut hunks: Vec<Hunk<'e>> = Vec::new();
    for edit in edits {
        let mut start = line_start(text, edit.span.start);
        for _ in 0..context {
            start = line_start(text, start.saturating_sub(1));
        }
        let mut end = next_line(text, edit.span.end);
        for _ in 0..context {
            end = next_line(text, end);
        }
        match hunks.last_mut() {
            Some(last) if start <= last.span.end => {
                last.span.end = last.span.end.max(end);
                last.edits.push(edit);
            }
            _ => hunks.push(Hunk {
                first_line: source.line_column(start).0 - 1,
                span: Span { start, end },
                edits: vec![edit],
            }),
        }
    }
    hunks
}

impl Hunk<'_> {
    /// The old text of the hunk, the new one, and the lines that only `imports`, the edits of imports, are about.
    fn texts<'t>(&self, text: &'t str, imports: &[&TextEdit]) -> Option<(&'t str, String, Dimmed)> {
        let old = text.get(self.span.start..self.span.end)?;
        let shifted = |edit: &&TextEdit| {
            let Span { start, end } = edit.span;
            let span = Span { start: start - self.span.start, end: end - self.span.start };
            TextEdit { span, text: edit.text.clone() }
        };
        let edits: Vec<TextEdit> = self.edits.iter().map(shifted).collect();
        let new = apply(old, &edits).ok()?;
        let mut dimmed = Dimmed::default();
        let positions = Positions::new(&edits);
        for (edit, original) in edits.iter().zip(&self.edits) {
            if !imports.contains(original) {
                continue;
            }
            let end = positions.after(edit.span.end);
            let start = end.saturating_sub(edit.text.len());
            dimmed.old.extend(line_number(old, edit.span.start)..=line_number(old, edit.span.end));
            dimmed.new.extend(line_number(&new, start)..=line_number(&new, end.saturating_sub(1).max(start)));
        }
        Some((old, new, dimmed))
    }
}

/// The zero-based line of `offset` in `text`.
fn line_number(text: &str, offset: usize) -> usize {
    text.as_bytes().get(..offset).map_or(0, |before| memchr::memchr_iter(b'\n', before).count())
}

/// A part of a line that fits a terminal: long unchanged text is shortened to its ends.
fn elided(part: &str, is_changed: bool) -> String {
    let most = if is_changed { 1000 } else { 240 };
    let count = part.chars().count();
    if count <= most {
        return part.to_owned();
    }
    let start: String = part.chars().take(most / 2).collect();
    let end: String = part.chars().skip(count - most / 2).collect();
    format!("{start}…{end}")
}

/// `line 4`, `lines 4, 7`.
fn lines(numbers: &[usize]) -> String {
    let listed: Vec<String> = numbers.iter().take(8).map(ToString::to_string).collect();
    let more = if numbers.len() > listed.len() { ", …" } else { "" };
    format!("line{} {}{more}", if numbers.len() == 1 { "" } else { "s" }, listed.join(", "))
}

fn applicability(applicability: Applicability) -> (&'static str, Style) {
    match applicability {
        Applicability::Safe => ("safe", AnsiColor::Green.on_default()),
        Applicability::Unsafe => ("unsafe", AnsiColor::Yellow.on_default()),
        Applicability::Report => ("no fix", PLAIN),
    }
}

/// The words for an answer.
pub fn in_words(answer: Answer) -> &'static str {
    match answer {
        Answer::Apply => "apply",
        Answer::Skip => "skip",
        Answer::Baseline => "in the baseline",
        Answer::Suppressed => "suppressed by a comment",
        Answer::Edited => "removed by your edit",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn edit(text: &str, old: &str, new: &str) -> TextEdit {
        let start = text.find(old).unwrap();
        TextEdit::replacement(Span { start, end: start + old.len() }, new)
    }

    #[test]
    fn edits_that_are_near_are_one_hunk_and_far_ones_are_two() {
        let text: String = (0..40).map(|line| format!("line{line}\n")).collect();
        let source = Source::decode(text.clone().into_bytes()).unwrap();
        let edits = [edit(&text, "line5\n", "x\n"), edit(&text, "line9\n", "y\n"), edit(&text, "line30\n", "z\n")];
        let shown = |context| {
            let hunks = hunks(&source, &edits, context);
            hunks.iter().map(|hunk| (hunk.first_line, hunk.edits.len())).collect::<Vec<_>>()
        };
        assert_eq!(shown(0), [(5, 1), (9, 1), (30, 1)]);
        assert_eq!(shown(3), [(2, 2), (27, 1)]);
        assert_eq!(shown(100), [(0, 3)]);
    }

    #[test]
    fn lines_of_imports_are_told_from_those_of_the_site() {
        let text = "import a\nimport b\n\nb.f()\n";
        let source = Source::decode(text.into()).unwrap();
        let edits = [TextEdit::insertion(18, "import ssl\n"), edit(text, "f", "g")];
        let (found, [import, _]) = (hunks(&source, &edits, 3), &edits);
        let (old, new, dimmed) = found.first().unwrap().texts(text, &[import]).unwrap();
        assert_eq!((old, new.as_str()), (text, "import a\nimport b\nimport ssl\n\nb.g()\n"));
        assert!(dimmed.new.contains(&2) && !dimmed.new.contains(&4));
        assert!(!dimmed.old.contains(&3));
    }

    #[test]
    fn a_long_part_is_shown_by_its_ends() {
        let long = "a".repeat(10_000) + "z";
        assert!(elided(&long, false).chars().count() < 300);
        assert!(elided(&long, false).ends_with('z'));
        assert_eq!(elided("short", false), "short");
    }
}
