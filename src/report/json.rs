//! The JSON object for other tools.
//!
//! The format only grows: keys are added, but never renamed or removed. Characters that act on a terminal or mislead a
//! reader are written as `\uXXXX`, which is equivalent JSON.

use super::format::{Contents, Document, End, Format, ListForm, Report, Run};
use super::record::FindingRecord;
use crate::problem::Problem;
use crate::text::sanitize::is_deceptive;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io;

/// One JSON object, with all that is known of each finding.
#[derive(Debug)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn summary(&self) -> &'static str {
        "One object for other tools"
    }

    fn list_form(&self) -> Option<ListForm> {
        Some(ListForm::Json)
    }

    fn begin(&self, run: Run) -> Box<dyn Report> {
        Document::begin(run, write)
    }
}

/// The whole output.
#[derive(Debug, Serialize)]
struct Object<'r> {
    version: u32,
    tool: Tool,
    findings: Vec<&'r FindingRecord>,
    errors: &'r [Problem],
    #[serde(flatten)]
    end: &'r End,
}

/// The version of the format: which keys exist at least.
pub(super) const VERSION: u32 = 1;

/// The program.
#[derive(Debug, Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

fn write(out: &mut dyn io::Write, contents: &Contents, end: &End) -> io::Result<()> {
    let Contents { findings, errors, .. } = contents;
    let findings = findings.iter().map(|finding| &finding.record).collect();
    write_value(out, &Object { version: VERSION, tool: Tool::this(), findings, errors, end })
}

/// Writes any value in this program's JSON style, and a line end.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_value(out: &mut dyn io::Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *out, VisibleFormatter);
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// serde_json's compact form, with deceptive characters escaped.
struct VisibleFormatter;

impl Formatter for VisibleFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, character)) = rest.char_indices().find(|(_, character)| is_deceptive(*character)) {
            let (plain, tail) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = tail.get(character.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_are_escaped_and_survive() {
        let text = "a\u{202e}b\u{9b}c\x1b\u{e0041}é";
        let mut out = Vec::new();
        write_value(&mut out, &text).unwrap();
        let written = String::from_utf8(out).unwrap();
        assert_eq!(written, "\"a\\u202eb\\u009bc\\u001b\\udb40\\udc41é\"\n");
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
