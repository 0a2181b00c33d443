//! Unified diffs that `git apply` and `patch -p1` accept.
//!
//! The diff works on bytes, and a line ends only at `\n`, as in those two programs: encodings, CRLF and lone carriage
//! returns are preserved. Only for a terminal are deceptive characters made visible and lines coloured; such a diff is
//! for reading.

use crate::text::sanitize::visible_bytes;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices, group_diff_ops};
use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

const CONTEXT: usize = 3;

/// How the diff is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Exact bytes, to be applied by a program.
    Exact,
    /// Sanitized, for a person at a terminal.
    Visible {
        /// With ANSI colours.
        color: bool,
    },
}

/// A file's name in a diff header: relative, with `/`, in its own bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffPath(Vec<u8>);

impl DiffPath {
    /// The name of `path`: relative to the current directory if it is below it, otherwise without its root and `..`.
    pub fn new(path: &Path) -> Self {
        let current = std::env::current_dir().ok();
        Self::relative_to(path, current.as_deref())
    }

    fn relative_to(path: &Path, current: Option<&Path>) -> Self {
        let mut parts: Vec<Component<'_>> = Vec::new();
        let joined = match current {
            Some(current) => current.join(path),
            None => path.to_path_buf(),
        };
        for part in joined.components() {
            match part {
                Component::ParentDir => drop(parts.pop()),
                Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
                Component::Normal(_) => parts.push(part),
            }
        }
        let full: PathBuf = parts.iter().collect();
        let base: PathBuf = current
            .map(|current| current.components().filter(|part| matches!(part, Component::Normal(_))).collect())
            .unwrap_or_default();
        let relative = full.strip_prefix(&base).unwrap_or(&full);
        let names: Vec<&[u8]> = relative.iter().map(std::ffi::OsStr::as_encoded_bytes).collect();
        Self(names.join(&b'/'))
    }

    /// The name after `prefix` (`a/`, `b/`), quoted as git does if it contains quotes, backslashes or control
    /// characters.
    fn quoted(&self, prefix: &str) -> Vec<u8> {
        let needs_quotes = |byte: &u8| *byte < 0x20 || matches!(*byte, 0x7f | b'"' | b'\\');
        let mut out = Vec::with_capacity(self.0.len() + 4);
        if !self.0.iter().any(needs_quotes) {
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(&self.0);
            // Without a tab after it, `patch` ends a name at the first space; git writes a tab too.
            if self.0.contains(&b' ') {
                out.push(b'\t');
            }
            return out;
        }
        out.push(b'"');
        out.extend_from_slice(prefix.as_bytes());
        for &byte in &self.0 {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                byte if needs_quotes(&byte) => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
                _ => out.push(byte),
            }
        }
        out.push(b'"');
        out
    }
}

/// The unified diff from `old` to `new`; empty if they are equal.
pub fn unified(path: &DiffPath, old: &[u8], new: &[u8], style: Style) -> Vec<u8> {
    let mut out = Vec::new();
    let (old, new) = (lines(old), lines(new));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let hunks: Vec<_> = group_diff_ops(ops, CONTEXT).into_iter().filter(|hunk| !hunk.is_empty()).collect();
    if hunks.is_empty() {
        return out;
    }
    push_line(&mut out, &[b"--- ".as_slice(), &path.quoted("a/")].concat(), Paint::Header, style);
    push_line(&mut out, &[b"+++ ".as_slice(), &path.quoted("b/")].concat(), Paint::Header, style);
    for hunk in &hunks {
        push_line(&mut out, hunk_header(hunk).as_bytes(), Paint::Hunk, style);
        for change in hunk.iter().flat_map(|op| op.iter_changes(&old, &new)) {
            let line: &[u8] = change.value();
            let (sign, paint) = match change.tag() {
                ChangeTag::Equal => (b' ', Paint::Context),
                ChangeTag::Delete => (b'-', Paint::Removed),
                ChangeTag::Insert => (b'+', Paint::Added),
            };
            let (body, complete) = match line.strip_suffix(b"\n") {
                Some(body) => (body, true),
                None => (line, false),
            };
            push_line(&mut out, &[&[sign], body].concat(), paint, style);
            if !complete {
                push_line(&mut out, b"\\ No newline at end of file", Paint::Context, style);
            }
        }
    }
    out
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn hunk_header(hunk: &[DiffOp]) -> String {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return String::new() };
    let mut header = String::from("@@");
    let sides =
        [('-', first.old_range().start, last.old_range().end), ('+', first.new_range().start, last.new_range().end)];
    for (sign, start, end) in sides {
        let count = end.saturating_sub(start);
        // An empty range is identified by the line before it.
        let first_line = if count == 0 { start } else { start + 1 };
        header.push_str(&match count {
            1 => format!(" {sign}{first_line}"),
            _ => format!(" {sign}{first_line},{count}"),
        });
    }
    header.push_str(" @@");
    header
}

#[derive(Clone, Copy)]
enum Paint {
    Header,
    Hunk,
    Removed,
    Added,
    Context,
}

impl Paint {
    fn style(self) -> anstyle::Style {
        use anstyle::AnsiColor::{Cyan, Green, Red};
        match self {
            Self::Header => anstyle::Style::new().bold(),
            Self::Hunk => Cyan.on_default(),
            Self::Removed => Red.on_default(),
            Self::Added => Green.on_default(),
            Self::Context => anstyle::Style::new(),
        }
    }
}

fn push_line(out: &mut Vec<u8>, line: &[u8], paint: Paint, style: Style) {
    match style {
        Style::Exact => out.extend_from_slice(line),
        Style::Visible { color } => {
            // A carriage return before the line end is not deceptive, and would only clutter the diff.
            let body = visible_bytes(line.strip_suffix(b"\r").unwrap_or(line));
            let body = shortened(&body);
            let painted = if color { paint.style() } else { anstyle::Style::new() };
            out.extend_from_slice(format!("{painted}{body}{painted:#}").as_bytes());
        }
    }
    out.push(b'\n');
}

/// A line that fits a terminal: a minified line may be megabytes long. Which part matters is unknown here, so the start
/// is shown.
fn shortened(line: &str) -> Cow<'_, str> {
    const LONGEST: usize = 2000;
    match line.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(line),
        Some((at, _)) => {
            let (start, rest) = line.split_at(at);
            Cow::Owned(format!("{start}… ({} more bytes)", rest.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &[u8], new: &[u8]) -> String {
        unified(&DiffPath(b"x.py".to_vec()), old, new, Style::Exact).escape_ascii().to_string().replace("\\n", "\n")
    }

    #[test]
    fn bytes_and_line_ends_come_out_as_they_are() {
        assert_eq!(
            diff(b"caf\xe9\r\nb\r\n", b"caf\xe9\r\nc\r\n"),
            "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n caf\\xe9\\r\n-b\\r\n+c\\r\n"
        );
        // A lone carriage return does not end a line for git or patch.
        assert_eq!(diff(b"a\rb\n", b"a\rc\n"), "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\\rb\n+a\\rc\n");
    }

    #[test]
    fn a_missing_newline_at_the_end_is_said() {
        assert_eq!(
            diff(b"a\nb", b"c\na\nb"),
            "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,3 @@\n+c\n a\n b\n\\\\ No newline at end of file\n"
        );
    }

    #[test]
    fn the_same_text_has_no_diff() {
        assert_eq!(diff(b"a", b"a"), "");
    }

    #[test]
    fn names_are_relative_to_the_current_directory_or_rootless() {
        let name = |path: &str| DiffPath::relative_to(Path::new(path), Some(Path::new("/home/me/p"))).0;
        assert_eq!(name("./a/b.py"), b"a/b.py");
        assert_eq!(name("/home/me/p/a.py"), b"a.py");
        assert_eq!(name("a/../b.py"), b"b.py");
        assert_eq!(name("../q/c.py"), b"home/me/q/c.py");
        assert_eq!(name("/etc/d.py"), b"etc/d.py");
    }

    #[test]
    fn odd_names_are_quoted_as_git_does() {
        let quoted = |name: &[u8]| DiffPath(name.to_vec()).quoted("a/");
        assert_eq!(quoted(b"x.py"), b"a/x.py");
        assert_eq!(quoted(b"x y.py"), b"a/x y.py\t");
        assert_eq!(quoted(b"x\n\"\x1b.py"), b"\"a/x\\n\\\"\\033.py\"");
        assert_eq!(quoted("ä.py".as_bytes()), "a/ä.py".as_bytes());
    }

    #[test]
    fn a_diff_for_a_terminal_shows_escapes() {
        let shown = unified(&DiffPath(b"x.py".to_vec()), b"\x1b[2J\n", b"b\n", Style::Visible { color: false });
        assert!(!shown.contains(&0x1b), "{}", shown.escape_ascii());
    }
}
