//! Decides which files are worth parsing: searches the bytes for the words that the rules' tables name.
//!
//! Parsing is a hundred times slower than this search, so the prefilter determines the speed of a scan. It must never
//! skip a file with a finding. Words are found with `LeftmostFirst`, the only kind that `aho-corasick` searches with
//! SIMD. It reports only one of several overlapping words, so the search continues one byte after each hit, and also
//! tries the prefixes of a hit.

use crate::python::{import_statements, is_wildcard};
use crate::rule::{Beside, Constants, PrefilterPattern, Standing};
use crate::text::source::wide_bom;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use std::cell::LazyCell;

/// The search for the words of all rules.
pub(super) struct Prefilter {
    /// Finds the words of all gates, longer ones first. `None` if they cannot be compiled: then every file is parsed.
    words: Option<AhoCorasick>,
    /// By pattern of `words`: what it means as a whole word.
    meanings: Vec<Meaning>,
    /// By pattern of the rules: what it asks for beside its words.
    conditions: Vec<Conditions>,
}

#[derive(Default)]
struct Meaning {
    length: usize,
    /// The rules' patterns that have it among their words.
    patterns: Vec<usize>,
    /// Patterns that are a prefix of this one, which a search does not report separately.
    prefixes: Vec<usize>,
}

/// What a pattern asks for beside its words.
#[derive(Default)]
struct Conditions {
    standing: Standing,
    /// Each finds one of some texts; none where it cannot be compiled.
    one_of: Vec<Option<AhoCorasick>>,
    /// Each finds one of some words that must be imported.
    imported: Vec<Option<AhoCorasick>>,
    literals: Vec<Literal>,
}

/// A string literal, or a constant that may hold one.
struct Literal {
    beginnings: Vec<String>,
    /// Finds the parts of the constants' names; none where they cannot be compiled.
    parts: Option<AhoCorasick>,
    constants: Constants,
}

impl Prefilter {
    pub(super) fn new(patterns: &[PrefilterPattern]) -> Self {
        let mut words: Vec<&str> = patterns
            .iter()
            .flat_map(|pattern| &pattern.words)
            .map(String::as_str)
            .filter(|word| !word.is_empty())
            .collect();
        words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        words.dedup();
        let meanings = words
            .iter()
            .map(|word| Meaning {
                length: word.len(),
                patterns: (0..patterns.len())
                    .filter(|at| {
                        patterns.get(*at).is_some_and(|pattern| pattern.words.iter().any(|other| other == word))
                    })
                    .collect(),
                prefixes: (0..words.len())
                    .filter(|at| words.get(*at).is_some_and(|other| other != word && word.starts_with(other)))
                    .collect(),
            })
            .collect();
        Self { words: search(&words), meanings, conditions: patterns.iter().map(Conditions::of).collect() }
    }

    /// Whether a file with these bytes may contain a finding, or must be scanned to report why it cannot be read.
    pub(super) fn admits(&self, disk: &[u8]) -> bool {
        if wide_bom(disk).is_some() {
            return true;
        }
        // By pattern: whether what must stand beside its words was looked for, in vain.
        let mut lacking = vec![false; self.conditions.len()];
        let imports_all = LazyCell::new(|| imports_all(disk));
        self.any_word(disk, |pattern, start, end| {
            let (Some(conditions), Some(lacks)) = (self.conditions.get(pattern), lacking.get_mut(pattern)) else {
                return true;
            };
            let counts = || match conditions.standing {
                Standing::Anywhere => true,
                Standing::Method => is_called_as_method(disk, start, end),
                Standing::Assigned => is_assigned(disk, end),
                Standing::Taken => {
                    is_taken(disk, start, end) || is_called(disk, end) || is_quoted(disk, start, end) || *imports_all
                }
                Standing::Value => !is_compared(disk, start, end),
            };
            if *lacks || !counts() {
                return false;
            }
            *lacks = !conditions.hold(disk, || *imports_all);
            !*lacks
        })
    }

    /// Whether one of the words is in `part` of an admitted file.
    pub(super) fn names(&self, part: &[u8]) -> bool {
        self.any_word(part, |_, _, _| true)
    }

    /// Whether `accepts` a word that stands in `disk` on its own: asked with the pattern that it is of, its start and its end.
    fn any_word(&self, disk: &[u8], mut accepts: impl FnMut(usize, usize, usize) -> bool) -> bool {
        let Some(words) = &self.words else { return true };
        let mut at = 0;
        while let Some(hit) = words.find(Input::new(disk).range(at..)) {
            at = hit.start() + 1;
            let Some(meaning) = self.meanings.get(hit.pattern().as_usize()) else { continue };
            let shorter = meaning.prefixes.iter().filter_map(|prefix| self.meanings.get(*prefix));
            for word in std::iter::once(meaning).chain(shorter) {
                let end = hit.start() + word.length;
                if is_whole_word(disk, hit.start(), end)
                    && word.patterns.iter().any(|pattern| accepts(*pattern, hit.start(), end))
                {
                    return true;
                }
            }
        }
        false
    }
}

impl Conditions {
    fn of(pattern: &PrefilterPattern) -> Self {
        let mut conditions = Self { standing: pattern.standing, ..Self::default() };
        // The first match wins: `xmlrpclib` before `xmlrpc`.
        let search_any = |texts: &[String]| {
            let mut texts = texts.to_vec();
            texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
            search(&texts)
        };
        for beside in &pattern.beside {
            match beside {
                Beside::OneOf(texts) => conditions.one_of.push(search_any(texts)),
                Beside::Imported(words) => conditions.imported.push(search_any(words)),
                Beside::Literal { beginnings, constants } => conditions.literals.push(Literal {
                    beginnings: beginnings.clone(),
                    parts: search(&constants.parts),
                    constants: constants.clone(),
                }),
            }
        }
        conditions
    }

    /// Whether they hold in `disk`; `imports_all` says whether it has a wildcard import.
    fn hold(&self, disk: &[u8], imports_all: impl Fn() -> bool) -> bool {
        let stands_in = |search: &AhoCorasick, text: &[u8]| {
            search.find_iter(text).any(|hit| is_whole_word(text, hit.start(), hit.end()))
        };
        let is_imported = |search: &AhoCorasick| {
            stands_in(search, disk)
                && (import_statements(disk).any(|statement| stands_in(search, statement)) || imports_all())
        };
        self.one_of.iter().flatten().all(|search| stands_in(search, disk))
            && self.imported.iter().flatten().all(is_imported)
            && self.literals.iter().all(|literal| literal.may_stand_in(disk))
    }
}

/// Whether a string literal is empty or begins with one of `beginnings`, after one or three quotes. A closing quote
/// looks like an opening one here, so this may return true too often.
fn has_literal(disk: &[u8], beginnings: &[String]) -> bool {
    let mut at = 0;
    while let Some(found) = disk.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\'', rest)) {
        let start = at + found;
        let rest = disk.get(start..).unwrap_or_default();
        let quote = rest.first();
        let run = rest.iter().take_while(|byte| Some(*byte) == quote).count();
        at = start + run;
        // `"""` opens or closes a long string; two and six quotes are an empty string, four and five end a long one.
        if run == 2 || run >= 6 {
            return true;
        }
        let contents = disk.get(at..).unwrap_or_default();
        if beginnings.iter().any(|beginning| contents.starts_with(beginning.as_bytes())) {
            return true;
        }
    }
    false
}

impl Literal {
    fn may_stand_in(&self, disk: &[u8]) -> bool {
        has_literal(disk, &self.beginnings) || self.takes_constant(disk)
    }

    /// Whether one of the constants is imported, or read from a module: then the literal may be there.
    fn takes_constant(&self, disk: &[u8]) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let Some(parts) = self.parts.as_ref() else { return true };
        parts.find_iter(disk).any(|hit| {
            let (before, rest) = disk.split_at_checked(hit.start()).unwrap_or_default();
            let start = hit.start() - before.iter().rev().take_while(|byte| is_part(byte)).count();
            let end = hit.start() + rest.iter().take_while(|byte| is_part(byte)).count();
            let name = disk.get(start..end).unwrap_or_default();
            let is_constant = !name.iter().any(u8::is_ascii_lowercase)
                && !self.constants.except.iter().any(|beginning| name.starts_with(beginning.as_bytes()));
            is_constant && is_taken(disk, start, end)
        })
    }
}

/// Whether there is a wildcard import.
fn imports_all(disk: &[u8]) -> bool {
    import_statements(disk).any(is_wildcard)
}

/// Whether the word that ends at `end` is followed by `=` or `:`. A backslash before the line's end also counts.
fn is_assigned(disk: &[u8], end: usize) -> bool {
    let after = disk.get(end..).unwrap_or_default().trim_ascii_start();
    !after.starts_with(b"==") && matches!(after.first(), Some(b'=' | b':' | b'\\'))
}

/// Whether `==` or `!=` is before or after a literal, which may itself begin with the second half of such an operator.
fn is_compared(disk: &[u8], start: usize, end: usize) -> bool {
    let literal_start = start + usize::from(disk.get(start) == Some(&b'='));
    let before = disk.get(..literal_start).unwrap_or_default().trim_ascii_end();
    let after = disk.get(end..).unwrap_or_default().trim_ascii_start();
    [b"==", b"!="].iter().any(|operator| before.ends_with(*operator) || after.starts_with(*operator))
}

/// Whether a word is imported, or read from a module.
fn is_taken(disk: &[u8], start: usize, end: usize) -> bool {
    let line_start = memchr::memrchr(b'\n', disk.get(..start).unwrap_or_default()).map_or(0, |at| at + 1);
    let line = disk.get(line_start..start).unwrap_or_default();
    let is_in_list = || matches!(line.trim_ascii_end().last(), None | Some(b','));
    // On a line of its own or in a list of names, it may be one of those that are imported.
    let is_listed =
        |rest: &[u8]| matches!(rest.first(), None | Some(b',' | b'\n' | b'\r' | b')')) || rest.starts_with(b" as ");
    line.ends_with(b".")
        || is_in_list() && is_listed(disk.get(end..).unwrap_or_default())
        || memchr::memmem::find(line, b"import").is_some()
}

/// Whether quotes are around a word: `getattr(module, "run")`.
fn is_quoted(disk: &[u8], start: usize, end: usize) -> bool {
    let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\''));
    is_quote(start.checked_sub(1).and_then(|at| disk.get(at))) && is_quote(disk.get(end))
}

/// Whether a parenthesis may follow the word that ends at `end`.
fn is_called(disk: &[u8], end: usize) -> bool {
    matches!(disk.get(end..).unwrap_or_default().trim_ascii_start().first(), Some(b'(' | b'\\' | b'#'))
}

/// Whether a word is between a dot and a parenthesis. A line ending before the parenthesis also counts, because of
/// comments.
fn is_called_as_method(disk: &[u8], start: usize, end: usize) -> bool {
    let is_gap = |byte: &&u8| byte.is_ascii_whitespace() || **byte == b'\\';
    let before = disk.get(..start).unwrap_or_default();
    let after = disk.get(end..).unwrap_or_default();
    let gap_before = before.iter().rev().take_while(is_gap);
    let gap_after = after.iter().take_while(is_gap);
    let follows_dot = gap_before.clone().any(|byte| *byte == b'\n')
        || before.iter().rev().nth(gap_before.count()).is_some_and(|byte| *byte == b'.');
    let is_called = gap_after.clone().any(|byte| *byte == b'\n') || after.get(gap_after.count()) == Some(&b'(');
    follows_dot && is_called
}

fn search(words: &[impl AsRef<[u8]>]) -> Option<AhoCorasick> {
    // Above a hundred words the crate would choose an automaton that is several times slower.
    let kind = Some(AhoCorasickKind::DFA);
    AhoCorasick::builder().kind(kind).match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

/// Whether no ASCII letter, digit or underscore is before or after. Other bytes end a word, because their meaning
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

    fn pattern(words: &[&str], beside: &[&str]) -> PrefilterPattern {
        let owned = |list: &[&str]| list.iter().map(|name| (*name).to_string()).collect();
        let beside = if beside.is_empty() { Vec::new() } else { vec![Beside::OneOf(owned(beside))] };
        PrefilterPattern { words: owned(words), beside, ..PrefilterPattern::default() }
    }

    #[test]
    fn a_file_is_admitted_for_a_whole_word_and_its_companion() {
        let filter = Prefilter::new(&[
            pattern(&["HTTPConnection", "HTTPServer2"], &[]),
            pattern(&["bind", "HTTPServer", "ThreadingHTTPServer", "run", "run_simple"], &["0.0.0.0", "''", "::"]),
            pattern(&["serve"], &["8000"]),
            pattern(&["ServerProxy"], &["xmlrpc", "xmlrpclib"]),
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
            (b"serve 80000", false),
            (b"xmlrpclib.ServerProxy", true),
            (b"import xmlrpc.client; ServerProxy", true),
            (b"xmlrpcs.ServerProxy", false),
            (b"\xff\xfeb\0i\0", true),
            (b"\xfe\xff\0b", true),
        ];
        for (disk, expected) in cases {
            assert_eq!(filter.admits(disk), *expected, "{}", String::from_utf8_lossy(disk));
        }
    }

    #[test]
    fn a_library_is_imported_and_a_name_is_taken_from_it() {
        let filter = Prefilter::new(&[PrefilterPattern {
            words: vec!["serve".to_string()],
            standing: Standing::Taken,
            beside: vec![Beside::Imported(vec!["waitress".to_string(), "paste".to_string()])],
        }]);
        let cases: &[(&[u8], bool)] = &[
            (b"import waitress\nwaitress.serve(app)\n", true),
            (b"import paste as p\np.serve(app)\n", true),
            (b"from waitress import (\n    create,\n    serve,\n)\n", true),
            (b"w = __import__('waitress')\nstart = getattr(w, 'serve')\n", true),
            (b"from .compat import (\n    paste,  # (\n)\npaste.serve(app)\n", true),
            // Any name may be among all names, also a library's.
            (b"from compat import *\nwaitress.serve(app)\n", true),
            (b"from waitress import *\nstart = serve\n", true),
            (b"# waitress\nimport os\nx.serve(app)\n", false),
            (b"import waitresses\nwaitress.serve(app)\n", false),
            (b"import waitress\n# to serve is good\n", false),
            (b"import waitress\nserver.serves()\n", false),
        ];
        for (disk, expected) in cases {
            assert_eq!(filter.admits(disk), *expected, "{}", String::from_utf8_lossy(disk));
        }
    }

    #[test]
    fn a_method_is_called_and_a_literal_begins() {
        let filter = Prefilter::new(&[PrefilterPattern {
            words: vec!["bind".to_string()],
            standing: Standing::Method,
            beside: vec![Beside::Literal {
                beginnings: vec!["0".to_string(), "::".to_string()],
                constants: Constants {
                    parts: ["HOST", "ADDR", "BIND", "LISTEN"].map(String::from).to_vec(),
                    except: vec!["SO_".to_string()],
                },
            }],
        }]);
        let cases: &[(&[u8], bool)] = &[
            (b"s.bind(('', 1))", true),
            (b"s. bind (('0.0.0.0', 1))", true),
            (b"s.\\\nbind\\\n(('::', 1))", true),
            (b"s.  # comment\n  bind(('::', 1))", true),
            (b"s.bind((\"\"\"0.0.0.0\"\"\", 1))", true),
            (b"bind(('', 1))", false),
            (b"s.bind = ''", false),
            (b"s.bind(('127.0.0.1', 1)); x = {'a': 1}", false),
            (b"\"\"\"Docs.\"\"\"\ns.bind(address)", false),
            (b"s.bind((\"\"\"\"\"\", 1))", true),
            (b"from x import HOST\ns.bind((HOST, 1))", true),
            (b"from x import (\n    BIND_ADDRESS,\n)\ns.bind((BIND_ADDRESS, 1))", true),
            (b"s.bind((settings.LISTEN_ON, 1))", true),
            (b"HOST = x()\ns.bind((HOST, 1))", false),
            (b"s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((h, 1))", false),
            (b"from x import Host\ns.bind((Host, 1))", false),
            (b"from x import (\n    name, HOST)\ns.bind((HOST, 1))", true),
        ];
        for (disk, expected) in cases {
            assert_eq!(filter.admits(disk), *expected, "{}", String::from_utf8_lossy(disk));
        }
    }

    #[test]
    fn a_setting_is_assigned_and_a_value_is_not_compared() {
        let of = |word: &str, standing| {
            Prefilter::new(&[PrefilterPattern { words: vec![word.to_string()], standing, beside: Vec::new() }])
        };
        let setting = of("bind", Standing::Assigned);
        for (disk, expected) in [
            (&b"bind = ':80'"[..], true),
            (b"config.bind=x", true),
            (b"bind: str = ':80'", true),
            (b"bind \\\n = ':80'", true),
            (b"s.bind(x)", false),
            (b"if bind == ':80': pass", false),
            (b"to bind", false),
        ] {
            assert_eq!(setting.admits(disk), expected, "{}", String::from_utf8_lossy(disk));
        }
        let (quoted, with_sign) = (of("'::'", Standing::Value), of("= '::'", Standing::Value));
        for (disk, is_quoted, is_with_sign) in [
            (&b"HOST = '::'"[..], true, true),
            (b"f('::')", true, false),
            (b"h == '::'", false, false),
            (b"h != '::' and f('::')", true, false),
            (b"'::' == h", false, false),
            (b"(h := '::')", true, true),
        ] {
            let text = String::from_utf8_lossy(disk);
            assert_eq!((quoted.admits(disk), with_sign.admits(disk)), (is_quoted, is_with_sign), "{text}");
        }
    }

    #[test]
    fn a_name_of_a_module_is_imported_read_or_called() {
        let word = PrefilterPattern { words: vec!["HTTP".to_string()], standing: Standing::Taken, beside: Vec::new() };
        let filter = Prefilter::new(&[word]);
        for (disk, expected) in [
            (&b"from httplib import HTTP as Plain"[..], true),
            (b"from httplib import (\n    HTTPS, HTTP\n)", true),
            (b"from httplib import (\n    HTTP as Plain,\n)", true),
            (b"class C(httplib.HTTP): pass", true),
            (b"from httplib import *\nHTTP (host)", true),
            (b"# over HTTP, or\n'HTTP/1.1 HTTP request'\n\"\"\"\nHTTP is old\n\"\"\"", false),
        ] {
            assert_eq!(filter.admits(disk), expected, "{}", String::from_utf8_lossy(disk));
        }
    }

    #[test]
    fn words_that_overlap_are_all_seen() {
        let filter = Prefilter::new(&[pattern(&["a.b", "b.c", "http", "http.server"], &[])]);
        assert!(filter.admits(b"xa.b.c"));
        assert!(filter.admits(b"http.servers"));
        assert!(!filter.admits(b"xhttp.servers"));
        assert!(!Prefilter::new(&[]).admits(b"anything"));
    }
}
