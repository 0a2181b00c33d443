//! Texts that are put together: f-strings, `%`, `.format(…)`, `+`, `.join(…)`, adjacent literals.

use super::calls::{Argument, Call};
use super::expressions::BinaryOperation;
use super::kinds::{Field, Kind};
use super::literals::{StringLiteral, string_value};
use super::tree::Node;
use crate::text::Span;

/// Of more pieces, the first ones are told: only a hostile file puts a text together from more.
const MOST_PIECES: usize = 64;

/// How deep the expressions nest that put a text together.
const MOST_DEPTH: usize = 8;

/// A part of a text that is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'f> {
    /// A text that is written in a literal.
    Text {
        /// The text.
        text: String,
        /// Where it stands; `None` if it is written with escapes.
        span: Option<Span>,
        /// The literal.
        literal: Node<'f>,
    },
    /// The value of an expression, as it is or formatted.
    Inserted(Node<'f>),
}

impl<'f> Node<'f> {
    /// The pieces from which `self` puts a text together, in their order; `self` as the only one if it does not. Nothing if it is not
    /// certain which pieces there are.
    pub fn pieces(self) -> Vec<Piece<'f>> {
        let mut found = Vec::new();
        let is_certain = add(self, MOST_DEPTH, &mut found).is_some();
        found.truncate(MOST_PIECES);
        if is_certain { found } else { Vec::new() }
    }

    /// The first of the pieces from which `self` puts a text together, also where it is not certain which come later.
    pub fn first_piece(self) -> Option<Piece<'f>> {
        let mut found = Vec::new();
        let _: Option<()> = add(self, MOST_DEPTH, &mut found);
        found.into_iter().next()
    }
}

fn add<'f>(node: Node<'f>, depth: usize, found: &mut Vec<Piece<'f>>) -> Option<()> {
    if depth == 0 {
        return None;
    }
    if found.len() >= MOST_PIECES {
        return Some(());
    }
    let node = node.without_parentheses();
    match node.kind() {
        Kind::String => add_literal(node, found),
        Kind::ConcatenatedString => node.named_children().try_for_each(|part| add_literal(part, found)),
        Kind::BinaryOperator => {
            let BinaryOperation { left, right } = BinaryOperation::of(node)?;
            match node.field(Field::Operator)?.text() {
                "+" => {
                    // `a + b + c` nests to the left, once for each `+`.
                    let (mut first, mut others) = (left, vec![right]);
                    while let Some(BinaryOperation { left, right }) = BinaryOperation::of(first)
                        .filter(|_| first.field(Field::Operator).is_some_and(|operator| operator.text() == "+"))
                    {
                        others.push(right);
                        first = left;
                    }
                    add(first, depth - 1, found)?;
                    others.into_iter().rev().take(MOST_PIECES).try_for_each(|other| add(other, depth - 1, found))
                }
                "%" if left.kind() == Kind::String => add_percent(left, right, found),
                _ => {
                    found.push(Piece::Inserted(node));
                    Some(())
                }
            }
        }
        Kind::Call => match add_call(node, depth, found) {
            Called::Understood => Some(()),
            Called::Uncertain => None,
            Called::Other => {
                found.push(Piece::Inserted(node));
                Some(())
            }
        },
        _ => {
            found.push(Piece::Inserted(node));
            Some(())
        }
    }
}

/// The pieces of a literal, an f-string or another one.
fn add_literal<'f>(literal: Node<'f>, found: &mut Vec<Piece<'f>>) -> Option<()> {
    let taken_apart = StringLiteral::of(literal)?;
    if let Some(text) = &taken_apart.value {
        let written = literal.text().get(taken_apart.content.start - literal.start()..)?;
        let is_as_written = written.starts_with(text.as_str());
        let span = Some(taken_apart.content).filter(|span| is_as_written && span.end - span.start == text.len());
        found.push(Piece::Text { text: text.clone(), span, literal });
        return Some(());
    }
    for part in literal.children() {
        match part.kind() {
            Kind::StringContent => {
                let text = part.text().to_string();
                let has_escapes = text.contains(['\\', '{', '}']);
                found.push(Piece::Text { text, span: (!has_escapes).then_some(part.span()), literal });
            }
            Kind::Interpolation => found.push(Piece::Inserted(part.interpolated()?)),
            _ => {}
        }
    }
    Some(())
}

/// The pieces of `"%s:%d" % (host, port)`.
fn add_percent<'f>(format: Node<'f>, arguments: Node<'f>, found: &mut Vec<Piece<'f>>) -> Option<()> {
    let text = string_value(format)?;
    let mut given = match arguments.kind() {
        Kind::Tuple => arguments.named_children().collect::<Vec<_>>().into_iter(),
        Kind::Dictionary => return None,
        _ => vec![arguments].into_iter(),
    };
    let mut pieces = Text::new(format, &text, &["%"]);
    let mut at = 0;
    while let Some(percent) = text.get(at..)?.find('%').map(|found| at + found) {
        let after = text.get(percent + 1..)?;
        let flags = after.len()
            - after.trim_start_matches(|c: char| matches!(c, '#' | '0'..='9' | '-' | '+' | '.' | ' ')).len();
        let conversion = after.get(flags..)?.chars().next()?;
        let end = percent + 1 + flags + conversion.len_utf8();
        if conversion == '%' {
            // One that stands for itself: what is written is not the text.
            pieces.has_escapes = true;
            at = end;
            continue;
        }
        if !conversion.is_ascii_alphabetic() {
            return None;
        }
        pieces.add(percent, found);
        found.push(Piece::Inserted(given.next()?));
        pieces.start = end;
        at = end;
    }
    pieces.add(text.len(), found);
    given.next().is_none().then_some(())
}

/// What a call is for a text that is put together.
enum Called {
    Understood,
    /// It puts a text together, but which pieces there are is not certain.
    Uncertain,
    Other,
}

/// The pieces of `"{}:{}".format(host, port)` and of `":".join([host, port])`.
fn add_call<'f>(node: Node<'f>, depth: usize, found: &mut Vec<Piece<'f>>) -> Called {
    let Some((call, (object, method))) =
        Call::of(node).and_then(|call| Some((call.clone(), call.callee.object_and_name()?)))
    else {
        return Called::Other;
    };
    let Some(text) = string_value(object) else { return Called::Other };
    let is_certain = match method.text() {
        "format" => add_format(object, &text, &call, found),
        "join" => add_joined(object, &text, &call, depth, found),
        _ => return Called::Other,
    };
    if is_certain.is_some() { Called::Understood } else { Called::Uncertain }
}

fn add_format<'f>(format: Node<'f>, text: &str, call: &Call<'f>, found: &mut Vec<Piece<'f>>) -> Option<()> {
    let is_certain = !call.has_star() && call.double_star().is_none();
    let positional = call.positional();
    let mut next = 0;
    let mut pieces = Text::new(format, text, &["{", "}"]);
    let mut at = 0;
    while let Some(brace) = text.get(at..)?.find(['{', '}']).map(|found| at + found) {
        let rest = text.get(brace..)?;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            pieces.has_escapes = true;
            at = brace + 2;
            continue;
        }
        let end = brace + rest.find('}').filter(|_| rest.starts_with('{'))? + 1;
        let field = text.get(brace + 1..end - 1)?.split([':', '!']).next()?;
        pieces.add(brace, found);
        if !is_certain {
            return None;
        }
        let value = match field {
            "" => {
                next += 1;
                *positional.get(next - 1)?
            }
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                *positional.get(number.parse::<usize>().ok()?)?
            }
            name => call.arguments.iter().find_map(|argument| match argument {
                Argument::Keyword { name: known, value, .. } if *known == name => Some(*value),
                _ => None,
            })?,
        };
        found.push(Piece::Inserted(value));
        pieces.start = end;
        at = end;
    }
    pieces.add(text.len(), found);
    is_certain.then_some(())
}

fn add_joined<'f>(
    separator: Node<'f>,
    text: &str,
    call: &Call<'f>,
    depth: usize,
    found: &mut Vec<Piece<'f>>,
) -> Option<()> {
    let [list] = call.positional()[..] else { return None };
    if !matches!(list.kind(), Kind::List | Kind::Tuple) {
        return None;
    }
    for (position, element) in list.named_children().enumerate() {
        if element.kind() == Kind::ListSplat {
            return None;
        }
        if position > 0 && !text.is_empty() {
            found.push(Piece::Text { text: text.to_string(), span: None, literal: separator });
        }
        add(element, depth - 1, found)?;
    }
    Some(())
}

/// The text of a format between what is inserted.
struct Text<'f, 't> {
    literal: Node<'f>,
    text: &'t str,
    /// Where the contents of the literal start in the file, if the text stands there as it is.
    content: Option<usize>,
    /// Where the next piece starts.
    start: usize,
    /// The characters that are written twice where they stand for themselves.
    doubled: &'static [&'static str],
    /// The piece has such.
    has_escapes: bool,
}

impl<'f, 't> Text<'f, 't> {
    fn new(literal: Node<'f>, text: &'t str, doubled: &'static [&'static str]) -> Self {
        let content = StringLiteral::of(literal).map(|literal| literal.content);
        let content = content.filter(|content| content.end - content.start == text.len()).map(|content| content.start);
        Self { literal, text, content, start: 0, doubled, has_escapes: false }
    }

    /// Adds the piece that ends at `end`, if there is one.
    fn add(&mut self, end: usize, found: &mut Vec<Piece<'f>>) {
        let piece = self.text.get(self.start..end).filter(|piece| !piece.is_empty());
        let content = self.content.filter(|_| !self.has_escapes);
        let span = content.map(|content| Span { start: content + self.start, end: content + end });
        let single = |text: String, character: &&str| text.replace(&character.repeat(2), character);
        found.extend(piece.map(|text| Piece::Text {
            text: self.doubled.iter().fold(text.to_string(), single),
            span,
            literal: self.literal,
        }));
        self.has_escapes = false;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::python::PythonFile;

    #[test]
    fn a_text_is_taken_apart_however_it_is_put_together() {
        for (code, expected) in [
            ("'0.0.0.0:80'", "'0.0.0.0:80'"),
            ("f'{host}:80'", "host ':80'"),
            ("f'http://{host!r:>3}/'", "'http://' host '/'"),
            ("'%s:%d' % (host, port)", "host ':' port"),
            ("'http://%s' % host", "'http://' host"),
            ("'{}:{}'.format(host, port)", "host ':' port"),
            ("'{1}:{0}'.format(port, host)", "host ':' port"),
            ("'{h}:{p}'.format(p=port, h=host)", "host ':' port"),
            ("host + ':' + str(port)", "host ':' str(port)"),
            ("'a' + b + c + 'd' + e + f + g + h + i + j + k", "'a' b c 'd' e f g h i j k"),
            ("('tcp:' '80')", "'tcp:' '80'"),
            ("'tcp:' + f'{port}:interface=0.0.0.0'", "'tcp:' port ':interface=0.0.0.0'"),
            ("':'.join([host, '80'])", "host ':'? '80'"),
            ("''.join(('http://', host))", "'http://' host"),
            ("'100%%%s' % x", "'100%'? x"),
            ("'a\\x3ab'", "'a:b'?"),
            ("host", "host"),
            ("f(host)", "f(host)"),
            // Which pieces there are is not certain.
            ("'%s:%s' % host", ""),
            ("'%(h)s' % {'h': host}", ""),
            ("'{}'.format(*hosts)", ""),
            ("','.join(hosts)", ""),
            ("'{}{}'.format(host)", ""),
        ] {
            let file = PythonFile::parse(code).unwrap();
            let node = file.root().named_children().next().unwrap().named_children().next().unwrap();
            let said: Vec<String> = node
                .pieces()
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text { text, span: Some(span), .. } => {
                        assert_eq!(code.get(span.start..span.end), Some(text.as_str()), "{code}");
                        format!("'{text}'")
                    }
                    Piece::Text { text, span: None, .. } => format!("'{text}'?"),
                    Piece::Inserted(node) => node.text().to_string(),
                })
                .collect();
            assert_eq!(said.join(" "), expected, "{code}");
        }
    }
}
