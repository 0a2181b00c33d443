//! `tightwire explain RULE`: a rule's page.

use super::args::Common;
use super::exit::{Exit, Stop};
use super::output::Output;
use crate::rule::Rule;
use crate::terminal::streams::Terminal;
use crate::workspace::select;
use std::io::Write as _;
use std::sync::Arc;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm, fill};

/// Lines that are longer are hard to read, however wide the terminal is.
const MOST_COLUMNS: usize = 100;

pub(super) fn run(all: &[Arc<dyn Rule>], rule: &str, common: &Common, terminal: &Terminal) -> Result<Exit, Stop> {
    let found = select::find(all, rule, "explain")?;
    let width = terminal.output_width().map(|width| width.min(MOST_COLUMNS));
    let mut out = Output::open(common.output_file.as_deref())?;
    // An alias from another tool may stand for several rules.
    for (index, transform) in found.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        let page = transform.explanation().trim_end();
        match width {
            Some(width) => out.write_all(wrapped(page, width).as_bytes())?,
            None => writeln!(out, "{page}")?,
        }
    }
    out.finish()?;
    Ok(Exit::Clean)
}

/// `page`, which is Markdown, with its paragraphs and list items filled to `width` columns. Code blocks, tables and headings stay
/// as they are, and a word that is longer than a line is not broken.
fn wrapped(page: &str, width: usize) -> String {
    let mut out = String::new();
    let mut paragraph = Paragraph::default();
    let mut is_code = false;
    for line in page.lines() {
        let content = line.trim_start();
        let is_fence = content.starts_with("```");
        if is_code || is_fence || content.is_empty() || content.starts_with(['#', '|']) {
            std::mem::take(&mut paragraph).push_to(&mut out, width);
            out.push_str(line);
            out.push('\n');
            is_code ^= is_fence;
            continue;
        }
        let is_item = content.starts_with("- ") || content.starts_with("* ");
        if is_item {
            std::mem::take(&mut paragraph).push_to(&mut out, width);
        }
        if paragraph.lines.is_empty() {
            paragraph.first_indent = line.len() - content.len();
            // The text of a list item stands under its first word.
            paragraph.indent = paragraph.first_indent + if is_item { 2 } else { 0 };
        }
        paragraph.lines.push(content.trim_end());
    }
    paragraph.push_to(&mut out, width);
    out
}

/// Lines that belong together, with the blanks before the first line, and before the others.
#[derive(Default)]
struct Paragraph<'p> {
    lines: Vec<&'p str>,
    first_indent: usize,
    indent: usize,
}

impl Paragraph<'_> {
    fn push_to(self, out: &mut String, width: usize) {
        if self.lines.is_empty() {
            return;
        }
        let (first_indent, indent) = (" ".repeat(self.first_indent), " ".repeat(self.indent));
        let options = Options::new(width)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(false)
            .initial_indent(&first_indent)
            .subsequent_indent(&indent);
        out.push_str(&fill(&self.lines.join(" "), options));
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transforms;
    use textwrap::core::display_width;

    #[test]
    fn paragraphs_and_list_items_are_filled_and_the_rest_stays() {
        let page = "# A heading that is longer than the width\n\nOne two three\nfour five six.\n\n- one two three four five\n  six\n- seven\n\n\
                    | a table | that is longer |\n\n```sh\na command that is longer than the width\n```\n";
        let expected = "# A heading that is longer than the width\n\nOne two three four\nfive six.\n\n- one two three four\n  five six\n- seven\n\n\
                        | a table | that is longer |\n\n```sh\na command that is longer than the width\n```\n";
        assert_eq!(wrapped(page, 20), expected);
    }

    #[test]
    fn pages_fit_60_columns_and_lose_no_word() {
        for rule in transforms::all() {
            let page = rule.explanation();
            let shown = wrapped(page, 60);
            assert!(page.split_whitespace().eq(shown.split_whitespace()), "{shown}");
            let as_written: Vec<&str> = page.lines().collect();
            for line in shown.lines().filter(|line| line.contains(' ') && !as_written.contains(line)) {
                assert!(display_width(line) <= 60, "{line}");
            }
        }
    }
}
