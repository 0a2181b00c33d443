//! A Python source file's bytes and the text that they spell.
//!
//! Everything after this module works on UTF-8 text and byte offsets into it; this module alone knows about byte order
//! marks and PEP 263 coding cookies, and turns text and offsets back into what is on disk.

/// A range of byte offsets into [`Source::text`]; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// Files above this are refused (bytes on disk).
pub const MAX_BYTES: usize = 16 << 20;

/// A decoded file.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
}

/// Why bytes are not Python source text.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// To be completed.
    #[error("{0}")]
    Other(String),
}

impl Source {
    /// Decodes a file as CPython does: BOM, then the coding cookie of the first two lines, then UTF-8.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub fn decode(disk: Vec<u8>) -> Result<Self, DecodeError> {
        todo!()
    }

    /// The text without its byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `text`, an edited form of [`Source::text`], as bytes for the disk: same byte order mark, same encoding.
    ///
    /// # Errors
    /// When `text` has a character that the file's encoding cannot write.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, DecodeError> {
        todo!()
    }

    /// The zero-based offset on disk of byte `offset` of the text.
    pub fn disk_offset(&self, offset: usize) -> usize {
        todo!()
    }

    /// One-based line, and one-based column in Unicode code points, of byte `offset` of the text.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        todo!()
    }

    /// The file's line ending: of its first line, `\n` if it has none.
    pub fn newline(&self) -> &'static str {
        todo!()
    }
}
