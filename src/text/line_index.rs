//! Which line a byte offset is on, and where lines start and end. Lines end with a line feed; a carriage return before it belongs
//! to the line's contents.

/// Where the lines of one text start.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Byte offsets in ascending order; the first is 0.
    starts: Vec<usize>,
}

impl LineIndex {
    /// The lines of `text`.
    pub fn of(text: &str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { starts: std::iter::once(0).chain(newlines.map(|at| at + 1)).collect() }
    }

    /// The one-based line of byte `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// The byte offset at which the one-based `line` starts; `None` past the last line.
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line.checked_sub(1)?).copied()
    }
}

/// The one-based line of byte `offset` of `text`, counted from the beginning.
pub fn line_number(text: &[u8], offset: usize) -> usize {
    1 + memchr::memchr_iter(b'\n', text.get(..offset).unwrap_or(text)).count()
}

/// The byte offset at which the line of `offset` starts.
pub fn line_start(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
}

/// The byte offset of the line feed that ends the line of `offset`, or the end of `text`.
pub fn line_end(text: &str, offset: usize) -> usize {
    let after = text.as_bytes().get(offset..).unwrap_or_default();
    memchr::memchr(b'\n', after).map_or(text.len(), |newline| offset + newline)
}

/// The byte offset at which the line after that of `offset` starts, or the end of `text`.
pub fn next_line(text: &str, offset: usize) -> usize {
    (line_end(text, offset) + 1).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_has_one_line_with_a_start_and_an_end() {
        let text = "a\nbc\r\n\nd";
        let index = LineIndex::of(text);
        for (offset, line, start, end, next) in [
            (0, 1, 0, 1, 2),
            (1, 1, 0, 1, 2),
            (2, 2, 2, 5, 6),
            (5, 2, 2, 5, 6),
            (6, 3, 6, 6, 7),
            (7, 4, 7, 8, 8),
            (8, 4, 7, 8, 8),
        ] {
            assert_eq!((index.line(offset), index.start(line)), (line, Some(start)), "{offset}");
            assert_eq!(line_number(text.as_bytes(), offset), line, "{offset}");
            assert_eq!((line_start(text, offset), line_end(text, offset), next_line(text, offset)), (start, end, next));
        }
        assert_eq!((index.start(0), index.start(5)), (None, None));
    }
}
