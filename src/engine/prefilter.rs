//! Which files are worth parsing: a search of the bytes for the words that the transforms' tables name.
//!
//! A parser is a hundred times slower than this search, so the gate decides how fast a scan is; and it must never lose a
//! file. Words are found with `LeftmostFirst`, the only kind that `aho-corasick` searches with SIMD; that kind reports one of
//! several overlapping words, so the search goes on one byte after each hit, and looks at a hit's own prefixes too.

use crate::source::wide_bom;
use crate::transform::Gate;
use aho_corasick::{AhoCorasick, Input, MatchKind};

/// The search that is derived from the transforms' gates.
pub(super) struct Prefilter {
    /// Finds the words of all gates, longer ones first. None when they cannot be compiled: then every file is parsed.
    words: Option<AhoCorasick>,
    /// By pattern of `words`: what it says when it stands there as a whole word.
    meanings: Vec<Meaning>,
    /// By transform: finds the literals that its `names_with` need.
    companions: Vec<Option<AhoCorasick>>,
}

#[derive(Default)]
struct Meaning {
    length: usize,
    /// One of some transform's `names`.
    admits: bool,
    /// The transforms that have it among their `names_with`.
    with: Vec<usize>,
    /// Patterns that are a prefix of this one, which a search reports in their place.
    prefixes: Vec<usize>,
}

impl Prefilter {
    pub(super) fn new(gates: &[Gate]) -> Self {
        let mut words: Vec<&str> = gates
            .iter()
            .flat_map(|gate| gate.names.iter().chain(&gate.names_with))
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        words.dedup();
        let contains = |list: &[String], word: &str| list.iter().any(|other| other == word);
        let meanings = words
            .iter()
            .map(|word| Meaning {
                length: word.len(),
                admits: gates.iter().any(|gate| contains(&gate.names, word)),
                with: (0..gates.len()).filter(|at| gates.get(*at).is_some_and(|gate| contains(&gate.names_with, word))).collect(),
                prefixes: (0..words.len())
                    .filter(|at| words.get(*at).is_some_and(|other| other != word && word.starts_with(other)))
                    .collect(),
            })
            .collect();
        let companions = gates.iter().map(|gate| search(&gate.with)).collect();
        Self { words: search(&words), meanings, companions }
    }

    /// Whether a file of these bytes may hold a finding, or must be scanned to say why it cannot be read.
    pub(super) fn admits(&self, disk: &[u8]) -> bool {
        if wide_bom(disk).is_some() {
            return true;
        }
        let Some(words) = &self.words else { return true };
        // By transform: whether its companions were looked for, in vain.
        let mut lacks_companion = vec![false; self.companions.len()];
        let mut at = 0;
        while let Some(hit) = words.find(Input::new(disk).range(at..)) {
            at = hit.start() + 1;
            let Some(meaning) = self.meanings.get(hit.pattern().as_usize()) else { continue };
            let shorter = meaning.prefixes.iter().filter_map(|prefix| self.meanings.get(*prefix));
            for word in std::iter::once(meaning).chain(shorter) {
                if !is_whole_word(disk, hit.start(), hit.start() + word.length) {
                    continue;
                }
                if word.admits || word.with.iter().any(|transform| self.has_companion(disk, *transform, &mut lacks_companion)) {
                    return true;
                }
            }
        }
        false
    }

    fn has_companion(&self, disk: &[u8], transform: usize, lacks: &mut [bool]) -> bool {
        let Some(lacks) = lacks.get_mut(transform) else { return true };
        if !*lacks {
            *lacks = self.companions.get(transform).and_then(Option::as_ref).is_some_and(|search| search.find(disk).is_none());
        }
        !*lacks
    }
}

fn search(words: &[impl AsRef<[u8]>]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

/// Whether no ASCII letter, digit or underscore stands before or after. Other bytes count as the end of a word: what they mean
/// depends on the encoding.
fn is_whole_word(disk: &[u8], start: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let joins = |inner: Option<&u8>, outer: Option<&u8>| is_word(inner) && is_word(outer);
    let before = start.checked_sub(1).and_then(|at| disk.get(at));
    let last = end.checked_sub(1).and_then(|at| disk.get(at));
    !joins(disk.get(start), before) && !joins(last, disk.get(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(names: &[&str], names_with: &[&str], with: &[&str]) -> Gate {
        let owned = |list: &[&str]| list.iter().map(|name| (*name).to_string()).collect();
        Gate { names: owned(names), names_with: owned(names_with), with: owned(with) }
    }

    #[test]
    fn a_file_is_admitted_for_a_whole_word_and_its_companion() {
        let filter = Prefilter::new(&[
            gate(&["HTTPConnection"], &[], &[]),
            gate(&[], &["bind", "HTTPServer", "ThreadingHTTPServer", "run", "run_simple"], &["0.0.0.0", "''", "::"]),
            gate(&["HTTPServer2"], &["serve"], &["8000"]),
        ]);
        let cases: &[(&[u8], bool)] = &[
            (b"", false),
            (b"HTTPConnection(h)", true),
            (b"x.HTTPConnection", true),
            (b"HTTPConnectionPool MyHTTPConnection _HTTPConnection", false),
            (b"MyHTTPConnection HTTPConnection", true),
            (b"\xe9HTTPConnection", true),
            (b"s.bind(h)", false),
            (b"s.bind(('0.0.0.0', 1))", true),
            (b"'0.0.0.0' s.bind(h)", true),
            (b"XThreadingHTTPServer '::'", false),
            (b"ThreadingHTTPServer '::'", true),
            (b"run_simpler '::'", false),
            (b"run_simpler run '::'", true),
            (b"HTTPServer2 x", true),
            (b"bind 8000", false),
            (b"bind serve 8000", true),
            (b"\xff\xfeb\0i\0", true),
            (b"\xfe\xff\0b", true),
        ];
        for (disk, expected) in cases {
            assert_eq!(filter.admits(disk), *expected, "{}", String::from_utf8_lossy(disk));
        }
    }

    #[test]
    fn words_that_overlap_are_all_seen() {
        let filter = Prefilter::new(&[gate(&["a.b", "b.c", "http", "http.server"], &[], &[])]);
        assert!(filter.admits(b"xa.b.c"));
        assert!(filter.admits(b"http.servers"));
        assert!(!filter.admits(b"xhttp.servers"));
        assert!(!Prefilter::new(&[]).admits(b"anything"));
    }
}
