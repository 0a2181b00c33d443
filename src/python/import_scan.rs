//! The import statements of a text, found in its bytes without parsing it.

/// A search for an identifier.
pub(crate) struct Word<'w>(memchr::memmem::Finder<'w>);

impl<'w> Word<'w> {
    /// A search for `word`.
    pub(crate) fn new(word: &'w [u8]) -> Self {
        Self(memchr::memmem::Finder::new(word))
    }

    /// Whether the word occurs in `text`, not as part of a longer identifier.
    pub(crate) fn stands_in(&self, text: &[u8]) -> bool {
        self.places(text).next().is_some()
    }

    /// Whether a `=` may follow it on a line of `text`.
    pub(super) fn is_assigned_in(&self, text: &[u8]) -> bool {
        self.places(text).any(|at| {
            let rest = text.get(at + self.0.needle().len()..).unwrap_or_default();
            rest.iter().take_while(|byte| **byte != b'\n').any(|byte| *byte == b'=')
        })
    }

    /// Whether a function or class at the top level of `text` has this name.
    pub(super) fn is_defined_in(&self, text: &[u8]) -> bool {
        self.places(text).any(|at| {
            let start = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1);
            matches!(text.get(start..at), Some(b"def " | b"class " | b"async def "))
        })
    }

    /// Where it stands in `text`.
    fn places(&self, text: &[u8]) -> impl Iterator<Item = usize> {
        let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        self.0.find_iter(text).filter(move |at| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            !is_part(before) && !is_part(text.get(at + self.0.needle().len()))
        })
    }
}

/// Maximum length of a statement (bytes); a longer one has an unclosed bracket.
const MOST_STATEMENT: usize = 1 << 16;

/// The lines of `text` that contain `import`, with the lines that brackets and backslashes join to them: all import
/// statements, calls that import, and everything else with that word.
pub fn import_statements(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let finder = memchr::memmem::Finder::new(b"import");
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = finder.find(rest)?;
        let start = statement_start(rest.get(..at)?);
        let end = at + statement_length(rest.get(at..)?);
        let statement = rest.get(start..end)?;
        rest = rest.get(end..)?;
        Some(statement)
    })
}

/// The start of the line at the end of `text`, including lines joined by backslashes.
fn statement_start(text: &[u8]) -> usize {
    let mut start = text.len();
    loop {
        let before = text.get(..start).unwrap_or_default();
        start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let above = text.get(..start.saturating_sub(1)).unwrap_or_default();
        if start == 0 || text.len() - start > MOST_STATEMENT || !above.trim_ascii_end().ends_with(b"\\") {
            return start;
        }
        start -= 1;
    }
}

/// The length of the statement whose `import` is at the start of `text`.
fn statement_length(text: &[u8]) -> usize {
    let text = text.get(..MOST_STATEMENT).unwrap_or(text);
    let mut end = 0;
    let mut is_open = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        let code = line.split(|byte| *byte == b'#').next().unwrap_or_default();
        is_open = (is_open || code.contains(&b'(')) && !code.contains(&b')');
        if !is_open && !line.trim_ascii_end().ends_with(b"\\") {
            break;
        }
    }
    end
}

/// Whether an import statement, as [`import_statements`] finds them, may import all names of a module.
pub(crate) fn is_wildcard(statement: &[u8]) -> bool {
    statement.contains(&b'*')
}

/// The names, keywords and numbers of `text`.
pub fn words_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    text.split(move |byte| !is_part(*byte)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_that_import_are_found_whole() {
        let cases: [(&str, &[&str]); 10] = [
            ("import a\nx = 1\nfrom b import c\n", &["import a\n", "from b import c\n"]),
            ("from a import (\n    b,  # )\n    c,\n)\nd\n", &["from a import (\n    b,  # )\n    c,\n)\n"]),
            ("from a import \\\r\n  b\r\nc\n", &["from a import \\\r\n  b\r\n"]),
            ("x\nfrom a \\\r\n  import b\r\nc\n", &["from a \\\r\n  import b\r\n"]),
            ("from \\\n a \\\n import \\\n b\nc\n", &["from \\\n a \\\n import \\\n b\n"]),
            ("x = import_module('a.b')\ny", &["x = import_module('a.b')\n"]),
            ("  import a; import b", &["  import a; import b"]),
            ("# important (\nimport a)\nimport b", &["# important (\nimport a)\n", "import b"]),
            ("from a import (", &["from a import ("]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let found: Vec<_> = import_statements(text.as_bytes()).map(String::from_utf8_lossy).collect();
            assert_eq!(found, expected, "{text}");
        }
        let open = format!("import ({}", "x\n".repeat(MOST_STATEMENT));
        assert_eq!(import_statements(open.as_bytes()).map(<[u8]>::len).next(), Some(MOST_STATEMENT));
    }
}
