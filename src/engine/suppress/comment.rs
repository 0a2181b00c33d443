//! Where a suppression comment can be written so that it is read as one.

use crate::python::PythonFile;
use crate::text::sanitize::is_deceptive;
use crate::text::{Span, TextEdit, line_end, line_start};

/// The comment that suppresses `rule` in its statement, with the given reason. It is one line without `#` in the
/// reason, which could begin another tool's suppression.
pub fn comment(rule: &str, reason: &str) -> String {
    let reason: String = reason.chars().map(|c| if is_deceptive(c) || c == '#' { ' ' } else { c }).collect();
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("# tightwire: ignore[{rule}] {reason}").trim_end().to_owned()
}

/// Edits that may suppress the finding at `span` with `comment`, best first: above its statement, or at the end of the
/// statement's last line. A comment never goes between another comment and the line that it is about. Neither edit is
/// certain to work, because a line may begin or end inside a string, so the result must be scanned.
pub fn places(file: &PythonFile, span: Span, comment: &str, newline: &str) -> Vec<TextEdit> {
    let text = file.text();
    let statement = file.node_at(span).statement().header();
    let start = line_start(text, statement.start);
    let line: &str = text.get(start..).unwrap_or_default();
    let indentation: String = line.chars().take_while(|c| matches!(c, ' ' | '\t' | '\u{c}')).collect();
    let above = TextEdit::insertion(start, format!("{indentation}{comment}{newline}"));
    let end = line_end(text, statement.end);
    let end = if text.get(..end).is_some_and(|before| before.ends_with('\r')) { end - 1 } else { end };
    let behind = TextEdit::insertion(end, format!("  {comment}"));
    let previous = text.get(line_start(text, start.saturating_sub(1))..start).unwrap_or_default();
    if previous.trim_start().starts_with('#') { vec![behind, above] } else { vec![above, behind] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_stays_on_its_line_and_suppresses_nothing_else() {
        assert_eq!(
            comment("r", " behind\n the # noqa \u{202e}proxy\x1b "),
            "# tightwire: ignore[r] behind the noqa proxy"
        );
        assert_eq!(comment("r", ""), "# tightwire: ignore[r]");
    }
}
