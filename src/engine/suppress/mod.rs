//! Comments that suppress findings: Tightwire's own, and those of the tools whose rules these are.
//!
//! A comment applies to the statement that contains it (for a compound statement, its header and not its body); on its
//! own line, it applies to the statement below. Only `comment` nodes are read, so a string that looks like a comment
//! suppresses nothing.

pub mod comment;

use crate::finding::Finding;
use crate::python::{Kind, Node, PythonFile};
use crate::rule::Metadata;
use crate::rule::{ANNOTATION_MARK, Dialects, Directive, parse};
use crate::text::{LineIndex, Position, Span, line_start};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Zero-based first and last line of a statement.
type LineRange = (usize, usize);

/// Only a hostile file has more.
const MOST_RANGES: usize = 64;

/// The suppressions of one file.
pub struct Suppressions<'f> {
    file: &'f PythonFile,
    lines: LineIndex,
    /// By one-based line.
    directives: BTreeMap<usize, Vec<Directive>>,
    /// One-based lines that contain only a comment, and whether it is an annotation of Tightwire.
    comment_lines: BTreeMap<usize, bool>,
    whole_file: Vec<Directive>,
    /// Directives from a line to another (one-based, both included).
    ranges: Vec<(usize, usize, Directive)>,
    /// Cached by a statement's first and last line; one statement may have many findings.
    by_statement: RefCell<HashMap<LineRange, Rc<[Directive]>>>,
}

impl<'f> Suppressions<'f> {
    /// Reads the comments of `file` that belong to `honoured`.
    pub fn of(file: &'f PythonFile, honoured: Dialects) -> Self {
        let text = file.text();
        let mut read = Self {
            file,
            lines: LineIndex::of(text),
            directives: BTreeMap::new(),
            comment_lines: BTreeMap::new(),
            whole_file: Vec::new(),
            ranges: Vec::new(),
            by_statement: RefCell::default(),
        };
        let code_start = file.root().named_children().map(|node| node.span().start).next().unwrap_or(text.len());
        for comment in file.comments() {
            let start = comment.span().start;
            let line = read.line(start);
            if text.get(line_start(text, start)..start).is_some_and(|before| before.trim().is_empty()) {
                read.comment_lines.insert(line, comment.text().contains(ANNOTATION_MARK));
            }
            let found = parse(comment.text(), honoured);
            read.whole_file.extend(found.iter().filter(|it| it.is_for_whole_file(start < code_start)).cloned());
            for directive in &found {
                if directive.begins_range() && read.ranges.len() < MOST_RANGES {
                    let block = comment.ancestors().find(|around| around.kind() == Kind::Block);
                    let last = read.line(block.map_or(text.len(), Node::end));
                    read.ranges.push((line, last, directive.clone()));
                }
                for (_, last, begun) in read.ranges.iter_mut().filter(|(_, last, _)| *last >= line) {
                    if directive.ends(begun) {
                        *last = line;
                    }
                }
            }
            let here: Vec<Directive> = found.into_iter().filter(Directive::is_local).collect();
            if !here.is_empty() {
                read.directives.entry(line).or_default().extend(here);
            }
        }
        read
    }

    /// Whether a comment suppresses `finding`, at its span or at a related one in the same file; `metadata` describes its rule.
    pub fn silences(&self, finding: &Finding, metadata: &Metadata) -> bool {
        let related = finding.related.iter().map(|related| related.span);
        self.silences_at(finding.span, related, metadata)
    }

    /// Whether a comment suppresses a finding that has a related place here, at `position`.
    pub fn silences_elsewhere(&self, position: Position, metadata: &Metadata) -> bool {
        let text = self.file.text();
        let Some(rest) = self.lines.start(position.line).and_then(|start| text.get(start..)) else { return false };
        let column = rest.char_indices().nth(position.column.saturating_sub(1)).map_or(0, |(at, _)| at);
        let start = text.len() - rest.len() + column;
        self.silences_at(Span { start, end: start }, std::iter::empty(), metadata)
    }

    fn silences_at(&self, span: Span, related: impl Iterator<Item = Span>, metadata: &Metadata) -> bool {
        if self.whole_file.iter().any(|directive| directive.silences(metadata)) {
            return true;
        }
        let line = self.line(span.start);
        let mut around = self.ranges.iter().filter(|(first, last, _)| (*first..=*last).contains(&line));
        if around.any(|(_, _, directive)| directive.silences(metadata)) {
            return true;
        }
        let spans = std::iter::once(span).chain(related);
        // Spans of one statement share its lines.
        let lines: BTreeSet<LineRange> = spans.map(|span| self.lines_of_statement(span)).collect();
        lines.into_iter().any(|lines| self.on_lines(lines).iter().any(|directive| directive.silences(metadata)))
    }

    /// The directives on a statement's lines and above them, without duplicates.
    fn on_lines(&self, (first, last): LineRange) -> Rc<[Directive]> {
        if let Some(known) = self.by_statement.borrow().get(&(first, last)) {
            return Rc::clone(known);
        }
        let within = self.directives.range(first..=last).flat_map(|(_, directives)| directives);
        let above = self.line_above(first).and_then(|line| self.directives.get(&line)).into_iter().flatten();
        let mut found: Vec<Directive> = within.chain(above).cloned().collect();
        found.sort_unstable();
        found.dedup();
        let found: Rc<[Directive]> = found.into();
        self.by_statement.borrow_mut().insert((first, last), Rc::clone(&found));
        found
    }

    /// The first and last line of the statement around `span`, without the body of a compound one.
    fn lines_of_statement(&self, span: Span) -> LineRange {
        let header = self.file.node_at(span).statement().header();
        // Outside a statement (around a syntax error), only the span's own lines count.
        let known = if header.start <= span.start && header.end >= span.start && header.end > header.start {
            header
        } else {
            span
        };
        (self.line(known.start), self.line(known.end))
    }

    /// The comment line directly above line `first`, skipping Tightwire's annotations.
    fn line_above(&self, first: usize) -> Option<usize> {
        let mut line = first.checked_sub(1)?;
        while *self.comment_lines.get(&line)? {
            // An annotation may carry a suppression too.
            if self.directives.contains_key(&line) {
                return Some(line);
            }
            line = line.checked_sub(1)?;
        }
        Some(line)
    }

    fn line(&self, offset: usize) -> usize {
        self.lines.line(offset)
    }
}
