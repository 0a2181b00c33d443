//! Makes text from files safe for a terminal.
//!
//! File names and source text come from others. A terminal acts on escape sequences, and characters that reorder or
//! hide text mislead a reader (CVE-2021-42574, "Trojan Source"). This module replaces such characters by visible ones.
//! It is for text that a person reads; JSON, and a diff that goes into a pipe, keep their bytes.

use std::borrow::Cow;

/// Whether `character` must not reach a terminal as it is: a control character other than tab and newline, or a Unicode
/// character that reorders, joins or hides text.
pub fn is_deceptive(character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => character.is_control(),
    }
}

/// Appends `character` in a visible form: `␛` for an escape, `\u{202e}` for a right-to-left override.
pub fn push_visible(out: &mut String, character: char) {
    if !is_deceptive(character) {
        out.push(character);
        return;
    }
    let code = u32::from(character);
    // The block "Control Pictures" contains U+0000 to U+001F in order, and DEL at U+2421.
    let picture = match code {
        0x00..=0x1f => char::from_u32(0x2400 + code),
        0x7f => Some('\u{2421}'),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        None => out.push_str(&format!("\\u{{{code:x}}}")),
    }
}

/// `text` with every deceptive character made visible, except tabs and newlines.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_visible(&mut out, character);
    }
    Cow::Owned(out)
}

/// As [`visible`], for text that must stay on one line (a file name): also makes tabs and newlines visible.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| is_deceptive(character) || matches!(character, '\t' | '\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\t' => out.push('\u{2409}'),
            '\n' => out.push('\u{240a}'),
            _ => push_visible(&mut out, character),
        }
    }
    Cow::Owned(out)
}

/// As [`visible`], for bytes in any encoding: bytes that are not UTF-8 become `\xNN`. The `\r` of a CRLF line end
/// stays, because it moves the cursor only to where the following `\n` would.
pub fn visible_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        let mut characters = chunk.valid().chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\r' && characters.peek() == Some(&'\n') {
                out.push('\r');
            } else {
                push_visible(&mut out, character);
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_bidi_controls_become_visible() {
        assert_eq!(visible("a\x1b[31mb"), "a\u{241b}[31mb");
        assert_eq!(visible("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(visible("\u{9b}31m"), "\\u{9b}31m");
        assert_eq!(visible("del\x7f"), "del\u{2421}");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(visible("größe = '日本'\t# x\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_file_name_stays_on_one_line() {
        assert_eq!(visible_line("a\nb\tc"), "a\u{240a}b\u{2409}c");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_numbers() {
        assert_eq!(visible_bytes(b"caf\xe9\r\n\r"), "caf\\xe9\r\n\u{240d}");
    }
}
