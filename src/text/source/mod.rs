//! A Python source file's bytes, and its text.
//!
//! All later steps work on UTF-8 text and byte offsets into it. Only this module knows about byte order marks and PEP
//! 263 coding cookies, and converts text and offsets back to the file on disk.
//!
//! Input that CPython would not read as source, or that would not be written back byte for byte, is refused here with a
//! reason: a codemod that guesses an encoding damages the file.

mod encoding;

use super::line_index::{LineIndex, line_number};
use super::place::{FilePlace, Position};
use super::span::Span;
use crate::problem::Problem;
use encoding::Codec;
use std::path::PathBuf;

/// Larger files are refused (bytes on disk).
pub const MAX_BYTES: usize = 16 << 20;

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Distance, in bytes of text, between the places at which characters and bytes on disk are counted.
const MARK_EVERY: usize = 1024;

/// A decoded file.
#[derive(Debug, Clone)]
pub struct Source {
    text: String,
    codec: Codec,
    has_bom: bool,
    newline: &'static str,
    lines: LineIndex,
    /// The counts before each multiple of [`MARK_EVERY`]; empty for ASCII text, in which every character is one byte.
    marks: Vec<Mark>,
}

/// Counts before a place in the text.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: usize,
    characters: usize,
    disk: usize,
}

/// Why bytes are not Python source text. Lines are one-based, offsets are zero-based bytes on disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// More than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes; the limit is {MAX_BYTES}")]
    TooLarge {
        /// Bytes on disk.
        bytes: usize,
    },
    /// It starts with the byte order mark of an encoding in which CPython does not read source.
    #[error("the file is encoded in {name}, which Python does not accept for source files")]
    WideBom {
        /// Such as `UTF-16 (little endian)`.
        name: &'static str,
    },
    /// A NUL byte, which CPython rejects.
    #[error("NUL byte at offset {offset} (line {line}): this is not Python source text")]
    Nul {
        /// Its offset on disk.
        offset: usize,
        /// Its line.
        line: usize,
    },
    /// Bytes that are not valid in the file's encoding.
    #[error("byte 0x{byte:02x} at offset {offset} (line {line}) is not {encoding}")]
    InvalidBytes {
        /// The encoding's name.
        encoding: String,
        /// The first invalid byte.
        byte: u8,
        /// Its offset on disk.
        offset: usize,
        /// Its line.
        line: usize,
    },
    /// The coding cookie names an unknown encoding.
    #[error("unknown encoding `{name}` in the coding comment on line {line}")]
    UnknownEncoding {
        /// As written.
        name: String,
        /// The cookie's line.
        line: usize,
    },
    /// A UTF-8 byte order mark, and a cookie that names something else.
    #[error("the file has a UTF-8 byte order mark, but the coding comment on line {line} says `{name}`")]
    ContradictingCookie {
        /// As written.
        name: String,
        /// The cookie's line.
        line: usize,
    },
    /// Decoding and encoding again gives other bytes.
    #[error("the bytes near offset {offset} (line {line}) would change when they are written back as {encoding}")]
    NotReversible {
        /// The encoding's name.
        encoding: String,
        /// The first byte that would change.
        offset: usize,
        /// Its line.
        line: usize,
    },
    /// The text of an edit contains a character that the file's encoding lacks.
    #[error("the file's encoding, {encoding}, cannot write the character {character:?}")]
    Unencodable {
        /// The encoding's name.
        encoding: String,
        /// The character.
        character: char,
    },
}

impl DecodeError {
    /// What to do about it, in one sentence.
    fn help(&self) -> String {
        match self {
            Self::TooLarge { .. } => "exclude generated or vendored files with `--exclude`".into(),
            Self::WideBom { .. } | Self::InvalidBytes { .. } => {
                "convert the file to UTF-8, or name its encoding in a coding comment on its first line".into()
            }
            Self::Nul { .. } => "exclude the file, or remove the NUL bytes if it is meant to be source".into(),
            Self::UnknownEncoding { .. } => {
                "correct the coding comment, or convert the file to UTF-8 and remove the comment".into()
            }
            Self::ContradictingCookie { .. } => "remove the byte order mark or the coding comment".into(),
            Self::NotReversible { .. } => "convert the file to UTF-8 first; it was not changed".into(),
            Self::Unencodable { .. } => {
                "configure a text that this encoding can write, or convert the file to UTF-8 first".into()
            }
        }
    }

    /// The one-based line of the error, if known.
    fn line(&self) -> Option<usize> {
        match self {
            Self::TooLarge { .. } | Self::WideBom { .. } | Self::Unencodable { .. } => None,
            Self::Nul { line, .. }
            | Self::InvalidBytes { line, .. }
            | Self::UnknownEncoding { line, .. }
            | Self::ContradictingCookie { line, .. }
            | Self::NotReversible { line, .. } => Some(*line),
        }
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self::new(error.to_string(), error.help()).on_line(error.line())
    }
}

/// The bytes of a file that is to hold `text`, which may begin with a byte order mark: in UTF-8, or in the encoding that its coding
/// comment names, as an editor saves it and Python reads it. What is found in a text that is not saved is then what would be found once
/// it is.
///
/// # Errors
/// When the encoding is not known, or cannot write `text`.
pub fn on_disk(text: &str) -> Result<Vec<u8>, DecodeError> {
    let (bom, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (UTF8_BOM, rest),
        None => (&b""[..], text),
    };
    let codec = match encoding::cookie(text.as_bytes()) {
        // With a byte order mark, reading refuses every other encoding.
        Some((name, line)) if bom.is_empty() => {
            Codec::named(&name).ok_or(DecodeError::UnknownEncoding { name, line })?
        }
        _ => Codec::Utf8,
    };
    Ok([bom, &codec.encode(text)?].concat())
}

impl Source {
    /// The source that a file with `text` would be; see [`on_disk`].
    ///
    /// # Errors
    /// As [`on_disk`], and as [`Source::decode`] for a text that Python does not read.
    pub fn from_text(text: &str) -> Result<Self, DecodeError> {
        Self::decode(on_disk(text)?)
    }

    /// Decodes a file as CPython does: BOM, then the coding cookie of the first two lines, then UTF-8.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub fn decode(disk: Vec<u8>) -> Result<Self, DecodeError> {
        if disk.len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { bytes: disk.len() });
        }
        if let Some(name) = wide_bom(&disk) {
            return Err(DecodeError::WideBom { name });
        }
        if let Some(offset) = memchr::memchr(0, &disk) {
            return Err(DecodeError::Nul { offset, line: line_number(&disk, offset) });
        }
        let has_bom = disk.starts_with(UTF8_BOM);
        let codec = match encoding::cookie(disk.strip_prefix(UTF8_BOM).unwrap_or(&disk)) {
            None => Codec::Utf8,
            Some((name, line)) => match Codec::named(&name) {
                None => return Err(DecodeError::UnknownEncoding { name, line }),
                Some(codec) if has_bom && codec != Codec::Utf8 => {
                    return Err(DecodeError::ContradictingCookie { name, line });
                }
                Some(codec) => codec,
            },
        };
        let text = codec.decode(disk, if has_bom { UTF8_BOM.len() } else { 0 })?;
        Ok(Self::new(text, codec, has_bom))
    }

    /// The text without its byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same file with another text, an edited form of this one.
    pub(crate) fn with_text(&self, text: String) -> Self {
        Self::new(text, self.codec, self.has_bom)
    }

    /// `text`, an edited form of [`Source::text`], as bytes for the disk: same byte order mark, same encoding.
    ///
    /// # Errors
    /// If `text` contains a character that the file's encoding cannot write.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, DecodeError> {
        let bytes = self.codec.encode(text)?;
        if self.has_bom { Ok([UTF8_BOM, &bytes].concat()) } else { Ok(bytes.into_owned()) }
    }

    /// The zero-based offset on disk of byte `offset` of the text. An offset inside a character counts as the
    /// character's first byte, and one past the end as the end.
    pub fn disk_offset(&self, offset: usize) -> usize {
        let offset = self.text.floor_char_boundary(offset);
        let bom = if self.has_bom { UTF8_BOM.len() } else { 0 };
        if self.codec == Codec::Utf8 {
            return bom + offset;
        }
        let mark = self.mark(offset);
        bom + mark.disk + self.text.get(mark.offset..offset).map_or(0, |part| self.codec.encoded_len(part))
    }

    /// One-based line, and one-based column in Unicode code points, of byte `offset` of the text.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.lines.line(offset);
        let start = self.lines.start(line).unwrap_or(0);
        (line, self.characters_before(offset) - self.characters_before(start) + 1)
    }

    /// The place of byte `offset` of the text.
    pub fn position(&self, offset: usize) -> Position {
        let (line, column) = self.line_column(offset);
        Position { byte: self.disk_offset(offset), line, column }
    }

    /// The part `span` of the text, in a file whose path is not known yet.
    pub fn place(&self, span: Span) -> FilePlace {
        FilePlace { file: PathBuf::new(), start: self.position(span.start), end: self.position(span.end) }
    }

    /// The file's line ending: that of its first line, or `\n` if it has none.
    pub fn newline(&self) -> &'static str {
        self.newline
    }

    fn new(text: String, codec: Codec, has_bom: bool) -> Self {
        let lines = LineIndex::of(&text);
        let first_line = lines.start(2).and_then(|end| text.get(..end)).unwrap_or("");
        let newline = if first_line.ends_with("\r\n") { "\r\n" } else { "\n" };
        let marks = if text.is_ascii() { Vec::new() } else { marks(&text, codec) };
        Self { text, codec, has_bom, newline, lines, marks }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let mark = self.mark(offset);
        mark.characters + self.text.get(mark.offset..offset).map_or(0, |part| part.chars().count())
    }

    /// The last mark at or before `offset`.
    fn mark(&self, offset: usize) -> Mark {
        if self.marks.is_empty() {
            return Mark { offset, characters: offset, disk: offset };
        }
        let after = self.marks.partition_point(|mark| mark.offset <= offset);
        let start = Mark { offset: 0, characters: 0, disk: 0 };
        self.marks.get(after.saturating_sub(1)).copied().unwrap_or(start)
    }
}

fn marks(text: &str, codec: Codec) -> Vec<Mark> {
    let mut mark = Mark { offset: 0, characters: 0, disk: 0 };
    let mut marks = vec![mark];
    while mark.offset + MARK_EVERY < text.len() {
        let next = text.floor_char_boundary(mark.offset + MARK_EVERY);
        let part = text.get(mark.offset..next).unwrap_or("");
        mark = Mark {
            offset: next,
            characters: mark.characters + part.chars().count(),
            disk: mark.disk + codec.encoded_len(part),
        };
        marks.push(mark);
    }
    marks
}

/// Whether `text` declares its encoding in a coding comment. Otherwise, Python 2 accepts only ASCII (PEP 263).
pub fn names_encoding(text: &str) -> bool {
    encoding::cookie(text.as_bytes()).is_some()
}

/// The name of the UTF-16 or UTF-32 encoding whose byte order mark `disk` starts with.
pub(crate) fn wide_bom(disk: &[u8]) -> Option<&'static str> {
    match disk {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32 (little endian)"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32 (big endian)"),
        [0xff, 0xfe, ..] => Some("UTF-16 (little endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big endian)"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
