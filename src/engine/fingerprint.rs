//! Identifies findings from one run to the next, even if lines around them change.
//!
//! A fingerprint consists of the rule, the file's path relative to its project's root, the finding's lines without
//! their layout, and an ordinal that distinguishes identical findings. It does not depend on the current directory, so
//! the baseline, SARIF and every other output identify a finding in the same way.

use crate::finding::RuleId;
use crate::text::Span;
use std::collections::HashMap;
use std::path::Path;

/// The identity of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// The lines that the finding and its related places touch, with white space collapsed; a few kilobytes at most.
    pub snippet: String,
    /// The zero-based ordinal among the file's findings with this rule and snippet.
    pub ordinal: usize,
    /// Rule, path, snippet and ordinal as 32 hexadecimal digits.
    pub digest: String,
}

/// Makes the fingerprints of one file's findings, in position order.
pub struct Fingerprints<'t> {
    path: Vec<u8>,
    text: &'t str,
    seen: HashMap<(RuleId, String), usize>,
}

impl<'t> Fingerprints<'t> {
    /// For the findings in `text`, the contents of the file at `path` (relative to its project's root).
    pub fn new(path: &Path, text: &'t str) -> Self {
        let names: Vec<&[u8]> = path.iter().map(std::ffi::OsStr::as_encoded_bytes).collect();
        Self { path: names.join(&b'/'), text, seen: HashMap::new() }
    }

    /// The fingerprint of the next finding, of `rule` at `spans`: its own span and those of its related places.
    pub fn next(&mut self, rule: &str, spans: impl IntoIterator<Item = Span>) -> Fingerprint {
        let lines = spans.into_iter().map(|span| lines_of(self.text, span));
        let snippet = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        let ordinal = *self.seen.entry((rule.into(), snippet.clone())).and_modify(|count| *count += 1).or_insert(0);
        let mut hasher = blake3::Hasher::new();
        for part in [rule.as_bytes(), &self.path, snippet.as_bytes(), ordinal.to_string().as_bytes()] {
            hasher.update(part);
            // A separator that no part contains keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update(&[0]);
        }
        let digest = hasher.finalize().to_hex().chars().take(32).collect();
        Fingerprint { snippet, ordinal, digest }
    }
}

/// The whole lines that `span` touches, but at most 4 KiB on either side: a line may be megabytes long.
fn lines_of(text: &str, span: Span) -> &str {
    const REACH: usize = 4096;
    let floor = |offset: usize| text.floor_char_boundary(offset.min(text.len()));
    let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
    let (from, to) = (floor(start.saturating_sub(REACH)), floor(end.saturating_add(REACH)));
    let before = text.get(from..start).unwrap_or_default();
    let after = text.get(end..to).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(from, |at| from + at + 1);
    let line_end = memchr::memchr(b'\n', after.as_bytes()).map_or(to, |at| end + at);
    text.get(line_start..line_end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_span_are_whole_but_bounded() {
        assert_eq!(lines_of("a\nbcd\ne", Span { start: 3, end: 4 }), "bcd");
        assert_eq!(lines_of("a\nbcd\ne", Span { start: 0, end: 7 }), "a\nbcd\ne");
        assert_eq!(lines_of("", Span { start: 0, end: 0 }), "");
        let long = "ä".repeat(100_000);
        assert!(lines_of(&long, Span { start: 50_000, end: 50_002 }).len() < 9_000);
    }

    #[test]
    fn what_explains_a_finding_tells_it_from_others_on_its_line() {
        let text = "H = ''\nbind(H)\nserve(H)\n";
        let (literal, bind, serve) =
            (Span { start: 4, end: 6 }, Span { start: 7, end: 11 }, Span { start: 15, end: 20 });
        let mut both = Fingerprints::new(Path::new("a.py"), text);
        let (_, second) =
            (both.next("unrestricted-bind", [literal, bind]), both.next("unrestricted-bind", [literal, serve]));
        let mut alone = Fingerprints::new(Path::new("a.py"), text);
        assert_eq!(alone.next("unrestricted-bind", [literal, serve]), second);
    }

    #[test]
    fn like_lines_are_counted_and_layout_does_not_matter() {
        let mut two = Fingerprints::new(Path::new("app/a.py"), "bind('')\nbind('')\n");
        let first = two.next("unrestricted-bind", [Span { start: 5, end: 7 }]);
        let second = two.next("unrestricted-bind", [Span { start: 14, end: 16 }]);
        assert_eq!((first.ordinal, second.ordinal, second.snippet.as_str()), (0, 1, "bind('')"));
        assert_ne!(first.digest, second.digest);
        let mut moved = Fingerprints::new(Path::new("app//a.py"), "\n\n\t  bind('')");
        assert_eq!(moved.next("unrestricted-bind", [Span { start: 10, end: 12 }]), first);
        let mut elsewhere = Fingerprints::new(Path::new("b.py"), "bind('')\n");
        assert_ne!(elsewhere.next("unrestricted-bind", [Span { start: 5, end: 7 }]).digest, first.digest);
    }
}
