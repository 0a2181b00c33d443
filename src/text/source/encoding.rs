//! PEP 263: the encoding that a file declares, by Python's names, and codecs that preserve every byte.
//!
//! `encoding_rs` reads legacy encodings, with the tables of the web. They differ from Python's in details (`cp1252` has
//! five more characters there), so a file is accepted only if its text encodes to exactly the same bytes.

use crate::text::DecodeError;
use crate::text::line_number;
use std::borrow::Cow;

/// How a file's bytes spell its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Utf8,
    Ascii,
    /// Each byte is the code point with that number, including 0x80 to 0x9f, as in Python's `latin-1` and unlike the
    /// web's.
    Latin1,
    Legacy(&'static encoding_rs::Encoding),
}

impl Codec {
    /// The codec that Python uses for `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        // CPython's `get_normal_name`: only these two lose an editor's suffix (`utf-8-unix`).
        if name == "utf-8" || name.starts_with("utf-8-") {
            return Some(Self::Utf8);
        }
        if ["latin-1", "iso-8859-1", "iso-latin-1"]
            .iter()
            .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
        {
            return Some(Self::Latin1);
        }
        let compact = name.replace(['-', '.'], "");
        let label = match compact.as_str() {
            "utf8" | "u8" | "utf" | "utf8ucs2" | "utf8ucs4" | "cp65001" | "utf8sig" => return Some(Self::Utf8),
            "ascii" | "usascii" | "646" | "iso646us" | "us" => return Some(Self::Ascii),
            "latin1" | "l1" | "iso88591" | "8859" | "cp819" | "latin" | "iso885911987" => return Some(Self::Latin1),
            "latin2" | "l2" => "iso-8859-2",
            "latin3" | "l3" => "iso-8859-3",
            "latin4" | "l4" => "iso-8859-4",
            "latin5" | "l5" => "iso-8859-9",
            "latin6" | "l6" => "iso-8859-10",
            "latin7" | "l7" => "iso-8859-13",
            "latin8" | "l8" => "iso-8859-14",
            "latin9" | "l9" => "iso-8859-15",
            "latin10" | "l10" => "iso-8859-16",
            "sjis" | "shiftjis" | "mskanji" | "cp932" | "932" | "ms932" | "windows31j" => "shift_jis",
            "eucjp" | "ujis" => "euc-jp",
            "gbk" | "cp936" | "936" | "ms936" | "gb2312" | "euccn" | "eucgb2312cn" | "chinese" => "gbk",
            "gb18030" | "gb180302000" => "gb18030",
            "big5" | "big5tw" | "csbig5" | "cp950" | "950" | "ms950" | "big5hkscs" => "big5",
            "euckr" | "korean" | "ksc5601" | "cp949" | "949" | "ms949" | "uhc" => "euc-kr",
            "koi8r" | "cskoi8r" => "koi8-r",
            "koi8u" => "koi8-u",
            "cp866" | "866" | "ibm866" => "ibm866",
            "cp874" | "tis620" | "tis6200" => "windows-874",
            "macroman" | "macintosh" => "macintosh",
            "maccyrillic" => "x-mac-cyrillic",
            other => {
                let numbered = ["cp125", "windows125", "125"].iter().find_map(|prefix| other.strip_prefix(prefix));
                match (numbered, other.strip_prefix("iso8859")) {
                    (Some(page), _) if page.len() == 1 => return Self::legacy(&format!("windows-125{page}")),
                    (None, Some(part)) => return Self::legacy(&format!("iso-8859-{part}")),
                    (Some(_) | None, _) => return None,
                }
            }
        };
        Self::legacy(label)
    }

    fn legacy(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Self::Legacy)
    }

    fn name(self) -> String {
        match self {
            Self::Utf8 => "UTF-8".into(),
            Self::Ascii => "ASCII".into(),
            Self::Latin1 => "ISO-8859-1".into(),
            Self::Legacy(encoding) => encoding.name().into(),
        }
    }

    /// The text of `disk` from byte `start` on.
    pub(super) fn decode(self, mut disk: Vec<u8>, start: usize) -> Result<String, DecodeError> {
        let invalid = |disk: &[u8], offset: usize| DecodeError::InvalidBytes {
            encoding: self.name(),
            byte: disk.get(offset).copied().unwrap_or(0),
            offset,
            line: line_number(disk, offset),
        };
        match self {
            Self::Utf8 => {
                disk.drain(..start);
                String::from_utf8(disk).map_err(|error| {
                    match invalid(error.as_bytes(), error.utf8_error().valid_up_to()) {
                        DecodeError::InvalidBytes { encoding, byte, offset, line } => {
                            DecodeError::InvalidBytes { encoding, byte, offset: offset + start, line }
                        }
                        other => other,
                    }
                })
            }
            Self::Ascii => match disk.iter().position(|byte| !byte.is_ascii()) {
                Some(offset) => Err(invalid(&disk, offset)),
                None => String::from_utf8(disk).map_err(|error| invalid(error.as_bytes(), 0)),
            },
            Self::Latin1 => Ok(disk.iter().map(|byte| char::from(*byte)).collect()),
            Self::Legacy(encoding) => {
                let mut text = String::with_capacity(disk.len());
                let mut decoder = encoding.new_decoder_without_bom_handling();
                let capacity = decoder.max_utf8_buffer_length_without_replacement(disk.len()).unwrap_or(disk.len() * 3);
                text.reserve(capacity);
                let (result, read) = decoder.decode_to_string_without_replacement(&disk, &mut text, true);
                if let encoding_rs::DecoderResult::Malformed(length, after) = result {
                    return Err(invalid(&disk, read.saturating_sub(usize::from(length) + usize::from(after))));
                }
                let (again, _, had_errors) = encoding.encode(&text);
                if had_errors || *again != *disk {
                    let offset = again.iter().zip(&disk).take_while(|(a, b)| a == b).count();
                    return Err(DecodeError::NotReversible {
                        encoding: self.name(),
                        offset,
                        line: line_number(&disk, offset),
                    });
                }
                Ok(text)
            }
        }
    }

    /// `text` as bytes, or the first character that the encoding lacks.
    pub(super) fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, DecodeError> {
        let lacks = |character| DecodeError::Unencodable { encoding: self.name(), character };
        match self {
            Self::Utf8 => Ok(Cow::Borrowed(text.as_bytes())),
            Self::Ascii => match text.chars().find(|character| !character.is_ascii()) {
                Some(character) => Err(lacks(character)),
                None => Ok(Cow::Borrowed(text.as_bytes())),
            },
            Self::Latin1 => text
                .chars()
                .map(|character| u8::try_from(u32::from(character)).map_err(|_| lacks(character)))
                .collect::<Result<Vec<u8>, _>>()
                .map(Cow::Owned),
            Self::Legacy(encoding) => {
                let (bytes, _, had_errors) = encoding.encode(text);
                if !had_errors {
                    return Ok(bytes);
                }
                let mut buffer = [0; 4];
                let culprit = text.chars().find(|c| encoding.encode(c.encode_utf8(&mut buffer)).2);
                Err(lacks(culprit.unwrap_or(char::REPLACEMENT_CHARACTER)))
            }
        }
    }

    /// How many bytes `part` of a decoded text takes on disk. None of the encodings has state between characters, so
    /// parts can be added.
    pub(super) fn encoded_len(self, part: &str) -> usize {
        match self {
            Self::Utf8 | Self::Ascii => part.len(),
            Self::Latin1 => part.chars().count(),
            Self::Legacy(encoding) if encoding.is_single_byte() => part.chars().count(),
            Self::Legacy(encoding) => encoding.encode(part).0.len(),
        }
    }
}

/// The encoding that a coding cookie in the first two lines names, as written, and the cookie's one-based line. The
/// second line counts only if the first is blank or a comment (PEP 263, and CPython's tokenizer since 2.7.8 and 3.3.4).
pub(super) fn cookie(bytes: &[u8]) -> Option<(String, usize)> {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let first = lines.next()?;
    if let Some(name) = cookie_of_line(first) {
        return Some((name, 1));
    }
    let code = first.trim_ascii();
    if !(code.is_empty() || code.starts_with(b"#")) {
        return None;
    }
    cookie_of_line(lines.next()?).map(|name| (name, 2))
}

/// PEP 263's `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`.
fn cookie_of_line(line: &[u8]) -> Option<String> {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
    let comment = line.get(blanks..)?.strip_prefix(b"#")?;
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let rest = comment.get(at + b"coding".len()..)?;
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
        let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let name: Vec<u8> = rest
            .get(spaces..)?
            .iter()
            .copied()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .collect();
        if name.is_empty() { None } else { String::from_utf8(name).ok() }
    })
}
