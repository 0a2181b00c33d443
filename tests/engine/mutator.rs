//! Makes a text from a number: a fixture, changed a few times with pieces of the others.

use crate::numbers::Random;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tightwire::python::{Kind, Node, PythonFile};
use tightwire::text::{Source, Span};

/// Pieces longer than this are not donated: what is spliced in should meet what is there, not replace it.
const MAX_PIECE: usize = 2_000;

/// Texts do not grow beyond this.
const MAX_TEXT: usize = 16_000;

/// Bytes that mean something to Python, to an editor or to a decoder.
const INSERTED: [&str; 28] = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\\\n",
    "\\",
    ";",
    ":",
    ",",
    "(",
    ")",
    "[",
    "]",
    "'",
    "\"",
    "\"\"\"",
    "#",
    "# nosec\n",
    "\u{c}",
    "é",
    "\u{feff}",
    "*",
    "**",
    "0.0.0.0",
    "lambda: ",
    "await ",
    "\0",
];

pub struct Mutator {
    texts: Vec<String>,
    /// All pieces, with the kind of node that each was.
    pieces: Vec<(Kind, String)>,
    by_kind: BTreeMap<Kind, Vec<usize>>,
}

impl Mutator {
    pub fn of_fixtures() -> Self {
        let mut made = Self { texts: Vec::new(), pieces: Vec::new(), by_kind: BTreeMap::new() };
        for path in fixtures() {
            let Ok(source) = Source::decode(fs::read(&path).unwrap()) else { continue };
            let Ok(file) = PythonFile::parse(source.text()) else { continue };
            for node in file.root().descendants().skip(1).filter(|node| is_piece(*node)) {
                made.by_kind.entry(node.kind()).or_default().push(made.pieces.len());
                made.pieces.push((node.kind(), node.text().to_owned()));
            }
            made.texts.push(source.text().to_owned());
        }
        assert!(made.texts.len() > 1, "no fixtures");
        made
    }

    /// The text of number `seed`, in UTF-8.
    pub fn text(&self, seed: u64) -> Vec<u8> {
        let mut random = Random(seed);
        let mut text = self.texts[random.below(self.texts.len())].clone();
        for _ in 0..1 + random.below(4) {
            let next = self.mutated(&text, &mut random);
            if next.len() <= MAX_TEXT {
                text = next;
            }
        }
        text.into_bytes()
    }

    fn mutated(&self, text: &str, random: &mut Random) -> String {
        let Ok(file) = PythonFile::parse(text) else { return text.to_owned() };
        let nodes: Vec<Node<'_>> = file.root().descendants().skip(1).filter(|node| is_piece(*node)).collect();
        if nodes.is_empty() {
            return self.texts[random.below(self.texts.len())].clone();
        }
        let node = nodes[random.below(nodes.len())];
        let Span { start, end } = node.span();
        let cut = |start: usize, with: &str, end: usize| [&text[..start], with, &text[end..]].concat();
        match random.below(16) {
            // Another node of the same kind, or (rarely) of any.
            0..=5 => cut(start, self.same_kind(node, random), end),
            6 => cut(start, &self.pieces[random.below(self.pieces.len())].1, end),
            // A statement of another file before this one, with this one's indentation.
            7 | 8 => {
                let statement = node.statement().span().start;
                let indent = text[..statement].rfind('\n').map_or(&text[..statement], |at| &text[at + 1..statement]);
                let other = self.statement(random);
                if indent.trim().is_empty() {
                    cut(statement, &format!("{}\n{indent}", other.trim_end()), statement)
                } else {
                    cut(statement, &format!("{other}; "), statement)
                }
            }
            // Two nodes of this file change places.
            9 => {
                let other = nodes[random.below(nodes.len())].span();
                let (a, b) = if start <= other.start { (node.span(), other) } else { (other, node.span()) };
                if a.end > b.start {
                    return text.to_owned();
                }
                [&text[..a.start], &text[b.start..b.end], &text[a.end..b.start], &text[a.start..a.end], &text[b.end..]]
                    .concat()
            }
            // A node is doubled as what may stand beside it.
            10 => {
                let between = [", ", "\n", "; ", " + ", " or ", " "][random.below(6)];
                cut(end, &format!("{between}{}", node.text()), end)
            }
            11 => cut(start, "", end),
            // Wrapped into something else.
            12 => {
                let (before, after) = [
                    ("(", ")"),
                    ("[", "]"),
                    ("(lambda: ", ")"),
                    ("f(", ")"),
                    ("(yield ", ")"),
                    ("(x := ", ")"),
                    ("(\n    ", "  # x\n)"),
                    ("f\"{", "}\""),
                    ("*", ""),
                    ("(", " for x in y)"),
                    ("(", " if x else y)"),
                    ("not ", ""),
                ][random.below(12)];
                cut(start, &format!("{before}{}{after}", node.text()), end)
            }
            13 => {
                let at = boundary(text, random.below(text.len() + 1));
                cut(at, INSERTED[random.below(INSERTED.len())], at)
            }
            // All of one file after another.
            14 => {
                let other = &self.texts[random.below(self.texts.len())];
                if random.below(2) == 0 { [text, other].concat() } else { [other, text].concat() }
            }
            _ => match random.below(3) {
                0 => text[..boundary(text, random.below(text.len() + 1))].to_owned(),
                1 => text.replace('\n', "\r\n"),
                _ => text.split_inclusive('\n').flat_map(|line| ["  ", line]).collect::<String>() + "\n",
            },
        }
    }

    fn same_kind(&self, node: Node<'_>, random: &mut Random) -> &str {
        match self.by_kind.get(&node.kind()) {
            Some(same) => &self.pieces[same[random.below(same.len())]].1,
            None => &self.pieces[random.below(self.pieces.len())].1,
        }
    }

    fn statement(&self, random: &mut Random) -> &str {
        const KINDS: [Kind; 4] =
            [Kind::ExpressionStatement, Kind::ImportStatement, Kind::ImportFromStatement, Kind::ExpressionStatement];
        let same = &self.by_kind[&KINDS[random.below(KINDS.len())]];
        &self.pieces[same[random.below(same.len())]].1
    }
}

/// Nodes that are worth moving: named, or a keyword or sign that could be another.
fn is_piece(node: Node<'_>) -> bool {
    let length = node.end() - node.start();
    length > 0 && length <= MAX_PIECE
}

fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// The files of all cases, before and after.
pub fn fixtures() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut paths);
    paths.sort();
    paths
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path);
        }
    }
}
