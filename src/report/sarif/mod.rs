//! SARIF 2.1.0, for code scanning: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! The log has one run. Files are named by percent-encoded URIs relative to their project's root, so that a log from
//! one machine can be read on another; the root itself is `SRCROOT`. Lines and columns are one-based code points with
//! an exclusive end, which SARIF supports. Fixed findings are `informational`.
//!
//! Findings that a comment or the baseline suppresses are omitted: GitHub opens an alert for every result, even with
//! `suppressions` (<https://github.com/github/codeql-action/issues/1230>). The JSON output has them.
//!
//! `security-severity`, `precision` and `tags` are properties that GitHub reads.

mod log;

use super::format;
use super::format::{Contents, Document, End, Format, Report};
use super::json::write_value;
use super::record::{Fixes, Reported};
use crate::finding::Severity;
use crate::problem::Problem;
use crate::rule;
use crate::text::Position;
use crate::text::ProjectPath;
use log::{
    ArtifactChange, ArtifactLocation, BaseUri, CodeFlow, Configuration, Driver, Finding, FindingProperties, Fix,
    FlowLocation, Help, Invocation, Location, Log, Message, Notification, PhysicalLocation, Region, Replacement, Rule,
    RuleProperties, Run, ThreadFlow, Tool,
};
use std::collections::{BTreeMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One SARIF log.
#[derive(Debug)]
pub struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn summary(&self) -> &'static str {
        "SARIF 2.1.0, for code scanning"
    }

    fn begin(&self, run: format::Run) -> Box<dyn Report> {
        Document::begin(run, write)
    }
}

fn write(out: &mut dyn io::Write, contents: &Contents, end: &End) -> io::Result<()> {
    let mut roots = Roots::default();
    let rules = rules(contents);
    let told = contents.findings.iter().filter(|finding| !finding.record.is_silenced());
    let results = told.map(|finding| result(finding, &rules, contents.run.fixes, &mut roots)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version,
        semantic_version: version,
        rules: rules.iter().map(|transform| rule(transform, &contents.findings)).collect(),
    };
    let questions = end.questions.iter().map(|asked| Notification {
        level: "note",
        message: Message { text: format!("{}\n{}", asked.in_words(), asked.answer()).into() },
        locations: Vec::new(),
    });
    let run = Run {
        tool: Tool { driver },
        invocations: [Invocation {
            execution_successful: contents.errors.is_empty(),
            tool_execution_notifications: contents.errors.iter().map(notification).chain(questions).collect(),
        }],
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: roots.uris(),
        results,
    };
    write_value(out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// The rules that ran, and those that a configuration has run in a part of the files and that found something.
fn rules(contents: &Contents) -> Vec<&Arc<dyn rule::Rule>> {
    let run = &contents.run;
    let found: HashSet<&str> = contents.findings.iter().map(|finding| finding.record.rule.as_str()).collect();
    let listed: HashSet<&str> = run.rules.iter().map(|rule| rule.metadata().id.as_str()).collect();
    let is_other = |id: &str| !listed.contains(id) && found.contains(id);
    let others = run.known_rules.iter().filter(|rule| is_other(rule.metadata().id.as_str()));
    run.rules.iter().chain(others).collect()
}

/// A rule as it ran: a configuration may have enabled it, or raised its severity.
fn rule<'r>(transform: &'r Arc<dyn rule::Rule>, findings: &[Reported]) -> Rule<'r> {
    let metadata = transform.metadata();
    let records = findings.iter().map(|finding| &finding.record);
    let severities = records.filter(|record| metadata.id == *record.rule).map(|record| record.severity);
    let configured = severities.max();
    let severity = configured.unwrap_or(metadata.severity);
    let explanation = transform.explanation();
    let cwe = metadata.cwe.iter().map(|cwe| format!("external/cwe/{}", cwe.to_ascii_lowercase()));
    let owasp = metadata.owasp.iter().map(|owasp| format!("external/owasp/{}", owasp.to_ascii_lowercase()));
    Rule {
        id: &metadata.id,
        short_description: Message { text: metadata.summary.as_str().into() },
        full_description: Message { text: metadata.summary.as_str().into() },
        help: Help { text: explanation, markdown: explanation },
        help_uri: metadata.references.first().map(String::as_str),
        default_configuration: Configuration {
            enabled: metadata.default || configured.is_some(),
            level: level(severity),
        },
        properties: RuleProperties {
            tags: std::iter::once("security".to_owned()).chain(cwe).chain(owasp).collect(),
            precision: "high",
            security_severity: match severity {
                Severity::Low => "3.0",
                Severity::Medium => "5.5",
                Severity::High => "8.0",
            },
            aliases: &metadata.aliases,
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "note",
        Severity::Medium => "warning",
        Severity::High => "error",
    }
}

fn result<'r>(reported: &'r Reported, rules: &[&Arc<dyn rule::Rule>], fixes: Fixes, roots: &mut Roots) -> Finding<'r> {
    let finding = &reported.record;
    let file = roots.location(&reported.place, &finding.path);
    let is_gone = finding.is_gone(fixes);
    let mut message = finding.message.clone();
    for reason in &finding.reasons {
        message.push_str(&format!("\n{}", reason.sentence));
    }
    if !finding.help.is_empty() {
        message.push_str(&format!("\n{}", finding.help));
    }
    message.push_str(&format!("\n{}", finding.fix_line(fixes)));
    let location = |start, end| PhysicalLocation { artifact_location: file.clone(), region: Some(region(start, end)) };
    let others: Vec<ArtifactLocation> = finding
        .related
        .iter()
        .map(|related| match related.path == finding.path {
            true => file.clone(),
            false => roots.location(&related.place, &related.path),
        })
        .collect();
    let related = |has_id: bool| {
        finding.related.iter().zip(&others).enumerate().map(move |(index, (related, file))| Location {
            id: has_id.then_some(index + 1),
            message: Some(Message { text: related.message.as_str().into() }),
            physical_location: PhysicalLocation {
                artifact_location: file.clone(),
                region: Some(region(related.start, related.end)),
            },
        })
    };
    let written = Location {
        id: None,
        message: Some(Message { text: "written here".into() }),
        physical_location: location(finding.start, finding.end),
    };
    let flow = std::iter::once(written).chain(related(false)).map(|location| FlowLocation { location });
    let code_flow = CodeFlow { thread_flows: [ThreadFlow { locations: flow.collect() }] };
    let ways = finding.fix.iter().chain(&finding.alternatives);
    let fixes = ways.filter(|fix| !is_gone && !fix.edits.is_empty()).map(|fix| Fix {
        description: Message { text: fix.title.as_str().into() },
        artifact_changes: [ArtifactChange {
            artifact_location: file.clone(),
            replacements: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    deleted_region: region(edit.start, edit.end),
                    inserted_content: Message { text: edit.text.as_str().into() },
                })
                .collect(),
        }],
    });
    Finding {
        rule_id: &finding.rule,
        rule_index: rules.iter().position(|rule| rule.metadata().id == *finding.rule),
        kind: if is_gone { "informational" } else { "fail" },
        level: if is_gone { "none" } else { level(finding.severity) },
        message: Message { text: message.into() },
        locations: [Location { id: None, message: None, physical_location: location(finding.start, finding.end) }],
        related_locations: related(true).collect(),
        code_flows: (!finding.related.is_empty()).then_some(code_flow).into_iter().collect(),
        // GitHub uses the first one.
        partial_fingerprints: BTreeMap::from([
            ("primaryLocationLineHash", finding.fingerprint.as_str()),
            ("tightwire/v1", finding.fingerprint.as_str()),
        ]),
        fixes: fixes.collect(),
        properties: FindingProperties {
            applicability: finding.applicability,
            reasons: &finding.reasons,
            accepted: &finding.accepted,
            outcome: finding.outcome,
        },
    }
}

fn region(start: Position, end: Position) -> Region {
    Region {
        start_line: start.line,
        start_column: Some(start.column),
        end_line: Some(end.line),
        end_column: Some(end.column),
    }
}

/// An error names its file as the user did, so the path is not relative to the project.
fn notification(error: &Problem) -> Notification<'_> {
    let location = error.path.as_ref().map(|path| Location {
        id: None,
        message: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(Path::new(path)), uri_base_id: None },
            region: error.line.map(|line| Region {
                start_line: line,
                start_column: None,
                end_line: None,
                end_column: None,
            }),
        },
    });
    Notification {
        level: "error",
        message: Message { text: format!("{}\n{}", error.message, error.help).into() },
        locations: location.into_iter().collect(),
    }
}

/// The roots of the projects in a run, in the order of first use.
#[derive(Default)]
struct Roots(Vec<PathBuf>);

impl Roots {
    fn location(&mut self, place: &ProjectPath, shown: &str) -> ArtifactLocation {
        if place.root.as_os_str().is_empty() || place.file.is_absolute() {
            return ArtifactLocation { uri: uri(Path::new(shown)), uri_base_id: None };
        }
        let index = self.0.iter().position(|root| *root == place.root).unwrap_or_else(|| {
            self.0.push(place.root.clone());
            self.0.len() - 1
        });
        ArtifactLocation { uri: uri(&place.file), uri_base_id: Some(name(index)) }
    }

    fn uris(&self) -> BTreeMap<String, BaseUri> {
        let base = |root: &PathBuf| BaseUri { uri: format!("{}/", uri(root).trim_end_matches('/')) };
        (0..).zip(&self.0).map(|(index, root)| (name(index), base(root))).collect()
    }
}

/// `SRCROOT`, `SRCROOT2`, …
fn name(index: usize) -> String {
    if index == 0 { "SRCROOT".to_owned() } else { format!("SRCROOT{}", index + 1) }
}

/// A path as a URI: `file://` for an absolute path, otherwise a relative reference. Every byte that is not unreserved
/// is percent-encoded (RFC 3986, 2.3), including the colon, which would make the first part a scheme.
fn uri(path: &Path) -> String {
    let text = path.as_os_str().as_encoded_bytes();
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "" });
    if path.is_absolute() && !text.starts_with(b"/") {
        uri.push('/');
    }
    for &byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            byte if char::from(byte) == std::path::MAIN_SEPARATOR => uri.push('/'),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn any_path_is_a_uri() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(uri(Path::new("app/ä b#?.py")), "app/%C3%A4%20b%23%3F.py");
        assert_eq!(uri(Path::new("a:b%.py")), "a%3Ab%25.py");
        assert_eq!(uri(Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9\n.py"))), "caf%E9%0A.py");
        assert_eq!(uri(Path::new("/srv/x y/")), "file:///srv/x%20y/");
    }
}
