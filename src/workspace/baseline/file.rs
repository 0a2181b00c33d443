//! The baseline's file: sorted TOML, one line per finding.

use crate::engine::fingerprint::Fingerprint;
use crate::problem::Problem;
use crate::text::sanitize::is_deceptive;
use crate::workspace::shown;
use serde::Deserialize;
use std::path::Path;

/// The version of the format. Other versions are rejected.
const VERSION: u32 = 1;

/// Maximum length of a snippet, in characters.
const LONGEST_SNIPPET: usize = 160;

const HEAD: &str = "\
# Findings that Tightwire takes note of and does not report. `tightwire baseline update` keeps this file; `reason` is yours.
# One line is one finding: where branches conflict, keep the lines of both sides.
";

/// One finding that is not reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the baseline's folder, with `/`. For the reader, and to find out whether the file is gone.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The finding's lines, or their beginning. For the reader.
    pub snippet: String,
    /// The zero-based ordinal among identical findings. For the reader.
    #[serde(default)]
    pub ordinal: usize,
    /// The digest that identifies the finding.
    pub fingerprint: String,
    /// Why the finding stays, in the user's words.
    pub reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    version: u32,
    #[serde(default)]
    findings: Vec<Entry>,
}

impl Entry {
    /// The entry of a finding of `rule` in the file at `path`.
    pub(super) fn new(rule: &str, path: String, fingerprint: &Fingerprint, reason: Option<&str>) -> Self {
        let snippet = match fingerprint.snippet.char_indices().nth(LONGEST_SNIPPET) {
            Some((at, _)) => format!("{}…", fingerprint.snippet.get(..at).unwrap_or_default()),
            None => fingerprint.snippet.clone(),
        };
        Self {
            path,
            rule: rule.to_owned(),
            snippet,
            ordinal: fingerprint.ordinal,
            fingerprint: fingerprint.digest.clone(),
            reason: reason.map(str::to_owned),
        }
    }
}

/// The entries of the file at `path`, in file order; a finding may occur twice.
///
/// # Errors
/// If any line of `disk` does not belong to a baseline.
pub(super) fn parse(path: &Path, disk: &[u8]) -> Result<Vec<Entry>, Problem> {
    let error = |line: Option<usize>, message: String, help: &str| {
        let help = format!("{help}; until then the baseline is ignored");
        Problem::new(message, help).in_file(shown(path)).on_line(line)
    };
    const RESTORE: &str = "restore it from version control, or delete it and run `tightwire baseline create`";
    let text = std::str::from_utf8(disk)
        .map_err(|_| error(None, "the baseline cannot be read: it is not UTF-8".into(), RESTORE))?;
    if let Some(line) = text.lines().position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) {
        let help = "keep the lines of both sides, remove the conflict markers, and run `tightwire baseline update`";
        return Err(error(Some(line + 1), "the baseline has an unresolved merge conflict".into(), help));
    }
    let contents: Contents = toml::from_str(text).map_err(|fault| {
        let before = fault.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        error(line, format!("the baseline cannot be read: {}", fault.message()), RESTORE)
    })?;
    if contents.version != VERSION {
        let message =
            format!("the baseline has version {}, but this program reads version {VERSION}", contents.version);
        return Err(error(None, message, "use the version of Tightwire that wrote it, or a newer one"));
    }
    Ok(contents.findings)
}

/// The file's contents.
pub(super) fn render<'e>(entries: impl Iterator<Item = &'e Entry>) -> String {
    let mut sorted: Vec<&Entry> = entries.collect();
    sorted.sort_unstable();
    let mut out = format!("{HEAD}version = {VERSION}\nfindings = [\n");
    for entry in sorted {
        out.push_str("  { path = ");
        push_string(&mut out, &entry.path);
        out.push_str(", rule = ");
        push_string(&mut out, &entry.rule);
        out.push_str(", snippet = ");
        push_string(&mut out, &entry.snippet);
        out.push_str(&format!(", ordinal = {}, fingerprint = ", entry.ordinal));
        push_string(&mut out, &entry.fingerprint);
        if let Some(reason) = &entry.reason {
            out.push_str(", reason = ");
            push_string(&mut out, reason);
        }
        out.push_str(" },\n");
    }
    out.push_str("]\n");
    out
}

/// A TOML string on one line, without characters that act on a terminal or mislead a reader.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            deceptive if is_deceptive(deceptive) => out.push_str(&format!("\\U{:08x}", u32::from(deceptive))),
            plain => out.push(plain),
        }
    }
    out.push('"');
}
