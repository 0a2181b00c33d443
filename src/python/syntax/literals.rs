//! String and number literals: their values, and the spans of their contents.
//!
//! Edits of a literal change only its contents, so prefix and quotes stay as the author wrote them.

use super::tree::Node;
use crate::python::syntax::kinds::Kind;
use crate::text::Span;

/// A `string` node taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StringLiteral {
    /// The text before the quote, in lower case: ``, `b`, `rb`, `f`.
    pub prefix: String,
    /// Between the quotes.
    pub content: Span,
    /// The value of the literal; `None` with interpolations or escapes that name a character.
    pub value: Option<String>,
}

impl StringLiteral {
    /// `node` as one string literal; `None` for implicit concatenations, unclosed strings and other nodes.
    pub fn of(node: Node<'_>) -> Option<Self> {
        if node.kind() != Kind::String {
            return None;
        }
        // A quote that the parser inserted closes nothing: the end of the literal is then a guess.
        let quote = |kind: Kind| node.children().find(|child| child.kind() == kind && !child.is_error());
        let (start, end) = (quote(Kind::StringStart)?, quote(Kind::StringEnd)?);
        let opening = start.text();
        let prefix = opening.trim_end_matches(['"', '\'']).to_lowercase();
        let content = Span { start: start.end(), end: end.start() };
        let written = node.text().get(content.start - node.start()..content.end.checked_sub(node.start())?)?;
        let interpolates = node.children().any(|child| child.kind() == Kind::Interpolation);
        let value = if interpolates { None } else { evaluate(written, &prefix) };
        Some(Self { prefix, content, value })
    }
}

/// The value of a string expression: a literal, or adjacent literals.
pub fn string_value(node: Node<'_>) -> Option<String> {
    let node = node.without_parentheses();
    match node.kind() {
        Kind::String => StringLiteral::of(node)?.value,
        Kind::ConcatenatedString => node.named_children().map(|part| StringLiteral::of(part)?.value).collect(),
        _ => None,
    }
}

/// What a literal stands for as the key of a dictionary, or as an index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A text.
    Text(String),
    /// An integer; `True` is 1.
    Number(i64),
}

impl Key {
    /// The key that `node` is, if it is a literal: `"host"`, `1`, `-1`, `True`.
    pub fn of(node: Node<'_>) -> Option<Self> {
        let node = node.without_parentheses();
        let number = |node: Node<'_>| integer_value(node).and_then(|value| i64::try_from(value).ok());
        match node.kind() {
            Kind::Integer => number(node).map(Self::Number),
            Kind::True => Some(Self::Number(1)),
            Kind::False => Some(Self::Number(0)),
            Kind::UnaryOperator if node.text().starts_with('-') => {
                number(node.named_children().next()?).and_then(i64::checked_neg).map(Self::Number)
            }
            _ => string_value(node).map(Self::Text),
        }
    }
}

/// The value of an integer literal, including Python 2's octals (`0777`) and long suffix.
pub fn integer_value(node: Node<'_>) -> Option<u64> {
    if node.kind() != Kind::Integer {
        return None;
    }
    let text = node.text().replace('_', "").to_lowercase();
    let text = text.trim_end_matches('l');
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).ok();
        }
    }
    match text.strip_prefix('0') {
        Some(octal) if !octal.is_empty() && octal.chars().any(|c| c != '0') => u64::from_str_radix(octal, 8).ok(),
        _ => text.parse().ok(),
    }
}

/// Decodes `written`, the contents of a literal (Language Reference, 2.4.1).
fn evaluate(written: &str, prefix: &str) -> Option<String> {
    let is_bytes = prefix.contains('b');
    let written =
        if prefix.contains('f') { written.replace("{{", "{").replace("}}", "}") } else { written.to_string() };
    if prefix.contains('r') || !written.contains('\\') {
        return Some(written);
    }
    let mut value = String::with_capacity(written.len());
    let mut rest = written.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            value.push(c);
            continue;
        }
        let escaped = rest.next()?;
        match escaped {
            '\n' => {}
            '\r' => {
                rest.next_if_eq(&'\n');
            }
            '\\' | '\'' | '"' => value.push(escaped),
            'a' => value.push('\u{7}'),
            'b' => value.push('\u{8}'),
            'f' => value.push('\u{c}'),
            'n' => value.push('\n'),
            'r' => value.push('\r'),
            't' => value.push('\t'),
            'v' => value.push('\u{b}'),
            '0'..='7' => {
                let mut code = escaped.to_digit(8)?;
                for _ in 0..2 {
                    match rest.peek().and_then(|digit| digit.to_digit(8)) {
                        Some(digit) => {
                            code = code * 8 + digit;
                            rest.next();
                        }
                        None => break,
                    }
                }
                value.push(char::from_u32(code)?);
            }
            'x' => value.push(hexadecimal(&mut rest, 2)?),
            'u' if !is_bytes => value.push(hexadecimal(&mut rest, 4)?),
            'U' if !is_bytes => value.push(hexadecimal(&mut rest, 8)?),
            'N' if !is_bytes => return None,
            other => {
                value.push('\\');
                value.push(other);
            }
        }
    }
    Some(value)
}

fn hexadecimal(rest: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let mut code = 0u32;
    for _ in 0..digits {
        code = code.checked_mul(16)?.checked_add(rest.next()?.to_digit(16)?)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn escapes_are_decoded_as_python_does() {
        for (written, prefix, value) in [
            ("0.0.0.0", "", Some("0.0.0.0")),
            (r"\x30.0.0.0", "", Some("0.0.0.0")),
            (r"\060", "b", Some("0")),
            (r"\u003a:", "u", Some("::")),
            (r"\u003a:", "b", Some(r"\u003a:")),
            (r"\x30", "r", Some(r"\x30")),
            (r"\N{COLON}", "", None),
            (
                r"a\
b",
                "",
                Some("ab"),
            ),
            ("{{}}", "f", Some("{}")),
        ] {
            assert_eq!(evaluate(written, prefix).as_deref(), value, "{prefix}{written:?}");
        }
    }
}
