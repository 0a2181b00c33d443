//! The engine with transforms made for these tests, so that each promise of the way is seen alone.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that panics fails"
)]

use super::*;
use crate::finding::{Draft, Findings, Fix, Fragment, Related, Rename, Severity, SymbolicEdit};
use crate::problem::Problem;
use crate::python::{Node, PythonFile};
use crate::rule::{FileFacts, Match, OptionError, Options, PrefilterPattern, Table};
use crate::text::Span;
use std::sync::Arc;

struct Callables(&'static [&'static str]);

impl Table for Callables {
    fn position(&self, qualified: &str) -> Option<usize> {
        self.0.iter().position(|name| *name == qualified)
    }

    fn names(&self) -> Vec<&str> {
        self.0.to_vec()
    }
}

struct Fake {
    metadata: Metadata,
    callables: Callables,
    fix: fn(&PythonFile, &Match<'_>) -> Option<Fix>,
}

impl Rule for Fake {
    fn metadata(&self) -> &Metadata {
        &self.metadata
    }
    fn query(&self) -> &str {
        "((call function: (_) @callee) @match (#in-table? @callee callables))"
    }
    fn table(&self, name: &str) -> Option<&dyn Table> {
        (name == "callables").then_some(&self.callables)
    }
    fn names(&self) -> Vec<&str> {
        self.callables.names()
    }
    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let words = self.callables.0.iter().filter_map(|name| name.rsplit('.').next()).map(String::from).collect();
        vec![PrefilterPattern { words, ..PrefilterPattern::default() }]
    }
    fn check(&self, file: &PythonFile, matches: &[Match<'_>], _: &FileFacts<'_>) -> Findings {
        let is_annotated =
            |matched: &&Match<'_>| file.text()[..matched.node.statement().start()].ends_with("# noted\n");
        matches
            .iter()
            .filter(|matched| !is_annotated(matched))
            .map(|matched| Draft {
                finding: Finding {
                    rule: self.metadata.id.clone(),
                    message: "found".into(),
                    span: matched.callee.span(),
                    related: Vec::new(),
                    reasons: Vec::new(),
                    accepted: Vec::new(),
                    fix: None,
                    help: String::new(),
                },
                fix: (self.fix)(file, matched),
            })
            .collect()
    }
    fn explanation(&self) -> &str {
        ""
    }

    fn configured(&self, _: &Options<'_>) -> Result<Arc<dyn Rule>, OptionError> {
        Err(OptionError { at: None, problem: Problem::new("it has no options", "remove them") })
    }

    fn options_schema(&self) -> schemars::Schema {
        schemars::Schema::default()
    }
}

fn fake(
    id: &str,
    callables: &'static [&'static str],
    fix: fn(&PythonFile, &Match<'_>) -> Option<Fix>,
) -> Arc<dyn Rule> {
    let metadata = Metadata {
        default: true,
        id: id.into(),
        aliases: vec!["S104".into()],
        severity: Severity::Low,
        summary: String::new(),
        cwe: Vec::new(),
        owasp: Vec::new(),
        references: Vec::new(),
        options: Vec::new(),
        unsafe_for: Vec::new(),
        no_fix_for: Vec::new(),
        never_safe: false,
        mended_by_others: false,
        suppressed_as: Vec::new(),
    };
    Arc::new(Fake { metadata, callables: Callables(callables), fix })
}

fn edits(edits: Vec<SymbolicEdit>) -> Option<Fix> {
    Some(Fix { title: "mend".into(), edits, ..Fix::default() })
}

/// `HTTPConnection(…)` → `HTTPSConnection(…, context=ssl.create_default_context())`.
fn tls(_: &PythonFile, matched: &Match<'_>) -> Option<Fix> {
    let end = matched.node.end() - 1;
    let member = Fragment::Member { module: "ssl", member: "create_default_context", site: matched.callee.start() };
    let context = vec![Fragment::Text(", context=".into()), member, Fragment::Text("()".into())];
    let renames = vec![Rename { name: matched.callee.span(), to: "HTTPSConnection".into() }];
    edits(vec![SymbolicEdit { span: Span { start: end, end }, text: context }]).map(|fix| Fix { renames, ..fix })
}

/// Replaces the whole call, so that nested ones conflict: `m.one(x)` → `m.two(x)`.
fn whole(_: &PythonFile, matched: &Match<'_>) -> Option<Fix> {
    edits(vec![matched.node.replaced_by(matched.node.text().replacen("one", "two", 1))])
}

/// A comment above the statement.
fn annotate(_: &PythonFile, matched: &Match<'_>) -> Option<Fix> {
    let start = matched.node.statement().start();
    let text = vec![Fragment::Text("# noted".into()), Fragment::Newline];
    edits(vec![SymbolicEdit { span: Span { start, end: start }, text }])
}

fn renamed_to(matched: &Match<'_>, name: &str) -> Option<Fix> {
    let attribute: Node<'_> = matched.callee.last_identifier();
    edits(vec![attribute.replaced_by(name)])
}

fn engine() -> Engine {
    Engine::new(vec![
        fake("tls", &["http.client.HTTPConnection"], tls),
        fake("whole", &["m.one"], whole),
        fake("annotate", &["m.serve"], annotate),
        fake("still-found", &["m.still"], |_, matched| {
            edits(vec![SymbolicEdit {
                span: Span { start: matched.node.end() - 1, end: matched.node.end() - 1 },
                text: vec![Fragment::Text("1".into())],
            }])
        }),
        fake("causes-new", &["m.new"], |_, matched| renamed_to(matched, "report")),
        fake("breaks", &["m.breaks"], |_, matched| renamed_to(matched, "(")),
        fake("report", &["m.report"], |_, _| None),
    ])
}

struct Always(Decision, usize);

impl Decide for Always {
    fn decide(&mut self, source: &Source, judged: &Judged) -> Decision {
        assert!(source.text().get(judged.finding.span.start..judged.finding.span.end).is_some());
        self.1 += 1;
        self.0
    }
}

fn fix(text: &[u8]) -> FileResult {
    engine().fix(text.to_vec(), &FileContext::default(), &mut Always(Decision::Accept, 0)).unwrap()
}

fn outcomes(result: &FileResult) -> Vec<Outcome> {
    result.findings.iter().map(|judged| judged.outcome).collect()
}

fn fixed(result: &FileResult) -> &str {
    std::str::from_utf8(result.fixed.as_deref().unwrap_or_default()).unwrap()
}

#[test]
fn accepted_fixes_are_made_with_what_they_need() {
    let result = fix(b"from http.client import HTTPConnection\nHTTPConnection(h)\n");
    assert_eq!(outcomes(&result), [Outcome::Fixed]);
    assert_eq!(
        fixed(&result),
        "import ssl\nfrom http.client import HTTPSConnection\nHTTPSConnection(h, context=ssl.create_default_context())\n"
    );
    assert_eq!(result.problems, []);
}

#[test]
fn check_changes_nothing_and_tells_each_findings_own_edits() {
    let text = b"from http.client import HTTPConnection\nHTTPConnection(h)\nimport m\nm.report()\n";
    let result = engine().check(text.to_vec(), &FileContext::default()).unwrap();
    assert_eq!(outcomes(&result), [Outcome::Found, Outcome::Unfixable]);
    assert!(result.fixed.is_none());
    let counts: Vec<usize> = result.findings.iter().map(|judged| judged.edits.len()).collect();
    assert_eq!(counts, [4, 0]);
}

#[test]
fn conflicts_are_taken_up_in_the_next_round() {
    let mut decide = Always(Decision::Accept, 0);
    let text = b"import m\nm.one(m.one(m.one(1)), m.one(2))\n";
    let result = engine().fix(text.to_vec(), &FileContext::default(), &mut decide).unwrap();
    assert_eq!(fixed(&result), "import m\nm.two(m.two(m.two(1)), m.two(2))\n");
    assert_eq!(outcomes(&result), [Outcome::Fixed; 4]);
    assert_eq!(decide.1, 4 + 3 + 1);
}

#[test]
fn conflicts_that_do_not_end_are_left() {
    let nested = format!("import m\n{}1{}\n", "m.one(".repeat(30), ")".repeat(30));
    let result = fix(nested.as_bytes());
    let count = |outcome| outcomes(&result).iter().filter(|each| **each == outcome).count();
    assert_eq!((count(Outcome::Fixed), count(Outcome::Conflicted)), (10, 20));
}

#[test]
fn declined_and_left_findings_keep_their_text() {
    let text = b"import m\nm.one(1)\n";
    for (decision, outcome) in [(Decision::Leave, Outcome::Found), (Decision::Decline, Outcome::Declined)] {
        let result = engine().fix(text.to_vec(), &FileContext::default(), &mut Always(decision, 0)).unwrap();
        assert_eq!(outcomes(&result), [outcome]);
        assert!(result.fixed.is_none());
    }
}

#[test]
fn a_fix_that_does_not_do_what_it_promised_is_not_made() {
    for (call, message) in [
        ("m.still()", "the fix for still-found does not remove the finding (line 2)"),
        ("m.new()", "the edits would create a new finding of report: found"),
        ("m.breaks()", "the edited file would not parse: 0 syntax errors before, 1 after"),
    ] {
        let result = fix(format!("import m\n{call}\nm.one(1)\n").as_bytes());
        assert!(result.fixed.is_none(), "{call}");
        assert_eq!(outcomes(&result), [Outcome::Failed; 2], "{call}");
        assert_eq!(result.problems.len(), 1);
        let problem = &result.problems[0];
        assert!(problem.message.ends_with(message), "{}", problem.message);
    }
}

#[test]
fn findings_that_share_a_fix_are_decided_about_once() {
    let text = b"import m\na = m.serve(), m.serve()\nb = m.serve()\n";
    for (decision, outcome, expected) in [
        (
            Decision::Accept,
            Outcome::Fixed,
            Some("import m\n# noted\na = m.serve(), m.serve()\n# noted\nb = m.serve()\n"),
        ),
        (Decision::Decline, Outcome::Declined, None),
    ] {
        let mut decide = Always(decision, 0);
        let result = engine().fix(text.to_vec(), &FileContext::default(), &mut decide).unwrap();
        assert_eq!((decide.1, outcomes(&result)), (2, vec![outcome; 3]));
        assert_eq!(result.fixed.as_deref(), expected.map(str::as_bytes));
    }
}

#[test]
fn a_syntax_error_keeps_only_its_own_statement_from_being_fixed() {
    let far = fix(b"import m\nm.one(1)\n\ndef f():\n    return 1\n\nx = = 2\n");
    assert_eq!(outcomes(&far), [Outcome::Fixed]);
    assert_eq!(far.problems, []);
    let near = fix(b"import m\nm.one(1)\nx = m.one(2 3)\n");
    assert_eq!(outcomes(&near), [Outcome::Fixed, Outcome::Unfixable]);
    assert_eq!(near.findings[1].finding.reasons, [scan::SYNTAX_ERROR]);
    assert_eq!(fixed(&near), "import m\nm.two(1)\nx = m.one(2 3)\n");
    assert_eq!(near.problems.len(), 1);
    assert_eq!(near.problems[0].line, Some(3));
}

#[test]
fn everything_outside_the_edits_keeps_its_bytes() {
    let result = fix(b"\xef\xbb\xbfimport m\r\nm.one(1)\t# x\r\n\x0c\r\ny = 1 ");
    assert_eq!(result.fixed.unwrap(), b"\xef\xbb\xbfimport m\r\nm.two(1)\t# x\r\n\x0c\r\ny = 1 ");
    let latin = fix(b"# coding: latin-1\nimport m\nm.one('\x80\xe9')\n");
    assert_eq!(latin.fixed.unwrap(), b"# coding: latin-1\nimport m\nm.two('\x80\xe9')\n");
}

#[test]
fn suppressed_findings_are_kept_and_never_decided() {
    let mut decide = Always(Decision::Accept, 0);
    let text = b"import m\nm.one(1)  # noqa: S104\n";
    let result = engine().fix(text.to_vec(), &FileContext::default(), &mut decide).unwrap();
    assert_eq!((outcomes(&result), decide.1), (vec![Outcome::Suppressed], 0));
    assert!(result.fixed.is_none());
}

#[test]
fn a_suppression_counts_for_its_statement_and_the_one_below_it() {
    let cases = [
        ("m.one(1)  # nosec\n", true),
        ("# nosec\nm.one(1)\n", true),
        ("# nosec\n\nm.one(1)\n", false),
        ("# nosec\n# SECURITY: x (tightwire: annotate)\nm.one(1)\n", true),
        ("# nosec\n# something else\nm.one(1)\n", false),
        ("x = 1  # nosec\nm.one(1)\n", false),
        ("m.one(1)\n# nosec\n", false),
        ("m.one(\n    1,  # nosec\n)\n", true),
        ("m.one(\n    1,\n)  # nosec\n", true),
        ("with m.one(1):  # nosec\n    pass\n", true),
        ("with m.one(1):\n    pass  # nosec\n", false),
        ("with m.one(1):\n    # nosec\n    pass\n", false),
        ("if x:  # nosec\n    m.one(1)\n", false),
        ("if x: m.one(1)  # nosec\n", true),
        ("if x:\n    # nosec\n    m.one(1)\n", true),
        ("if x:\n    pass\nelif m.one(1):  # nosec\n    pass\n", true),
        ("@m.one(1)  # nosec\ndef f(): pass\n", true),
        ("x = '# nosec', m.one(1)\n", false),
        ("m.one(1)  # type: ignore\n", false),
    ];
    for (statement, expected) in cases {
        let text = format!("import m\n{statement}");
        let result = engine().check(text.into_bytes(), &FileContext::default()).unwrap();
        assert_eq!(outcomes(&result) == [Outcome::Suppressed], expected, "{statement}");
    }
    for (head, expected) in [
        ("# tightwire: file-ignore[whole]\n", true),
        ("#!/usr/bin/python\n\n# tightwire: file-ignore\n", true),
        ("# tightwire: file-ignore[tls]\n", false),
        ("x = 1\n# tightwire: file-ignore[whole]\n", false),
    ] {
        let result =
            engine().check(format!("{head}import m\nm.one(1)\n").into_bytes(), &FileContext::default()).unwrap();
        assert_eq!(outcomes(&result) == [Outcome::Suppressed], expected, "{head}");
    }
}

#[test]
fn the_sinks_statement_may_carry_the_suppression() {
    let text = "import m\nhost = ''\nm.one(host)  # nosec\n";
    let file = PythonFile::parse(text).unwrap();
    let span = |word: &str| text.find(word).map(|start| Span { start, end: start + word.len() }).unwrap();
    let mut finding = engine().scan(text, &FileContext::default()).unwrap().candidates.remove(0).finding;
    finding.span = span("''");
    let engine = engine();
    let metadata = engine.metadata("whole").unwrap();
    let suppressions = super::suppress::Suppressions::of(&file, crate::rule::Dialects::ALL);
    assert!(!suppressions.silences(&finding, metadata));
    finding.related.push(Related::new("", span("m.one")));
    assert!(suppressions.silences(&finding, metadata));
}

#[test]
fn hostile_texts_are_refused_or_scanned_without_a_panic() {
    let deep = format!("import m\nm.one({}1{})\n", "(".repeat(200_000), ")".repeat(200_000));
    let many = format!("import m\n{}", "m.one(1)\n".repeat(3_000));
    let broken = format!("import m\n{}", "m.one(1\n".repeat(300));
    let line = format!("import m\nx = '{}'; m.one(1)\n", "é".repeat(1 << 20));
    let _ = engine().fix(deep.into_bytes(), &FileContext::default(), &mut Always(Decision::Accept, 0));
    let result = fix(many.as_bytes());
    assert_eq!(outcomes(&result), vec![Outcome::Fixed; 3_000]);
    let _ = engine().fix(broken.into_bytes(), &FileContext::default(), &mut Always(Decision::Accept, 0));
    assert_eq!(outcomes(&fix(line.as_bytes())), [Outcome::Fixed]);
    for bytes in
        [&b""[..], b"\n", b"\\", b"(", b"'''", b"\t", b"#", b"import", b"from m import (", b"# tightwire: ignore["]
    {
        let _ = engine().fix(bytes.to_vec(), &FileContext::default(), &mut Always(Decision::Accept, 0)).unwrap();
    }
}

#[test]
fn a_carriage_return_alone_counts_where_it_is_not_in_a_text() {
    let in_text = fix(b"import m\nx = \"\"\"a\rb\"\"\"\nm.one(1)\n");
    assert_eq!(outcomes(&in_text), [Outcome::Fixed]);
    assert_eq!(fixed(&in_text), "import m\nx = \"\"\"a\rb\"\"\"\nm.two(1)\n");
    // What the parser takes for the rest of a comment is code.
    let hidden = fix(b"import m\n# a\rm.one(1)\nm.one(2)\n");
    assert_eq!(outcomes(&hidden), [Outcome::Fixed]);
    assert_eq!(hidden.problems[0].line, Some(2), "{:?}", hidden.problems);
    let beside = fix(b"import m\nm.one(1)  # a\rb = 1\n");
    assert_eq!(outcomes(&beside), [Outcome::Unfixable]);
    assert_eq!(beside.findings[0].finding.reasons, [scan::SYNTAX_ERROR]);
}

#[test]
fn a_file_with_an_unresolved_conflict_is_an_error() {
    let check = |text: &str| engine().check(text.as_bytes().to_vec(), &FileContext::default());
    let conflict = "import m\n<<<<<<< HEAD\nm.one(1)\n=======\nm.one(2)\n>>>>>>> topic\n";
    let problem = check(conflict).map(|result| result.findings.len()).unwrap_err();
    assert_eq!(problem.line, Some(2));
    assert!(problem.message.contains("merge conflict"), "{problem}");
    // In a text, and where only one of the markers stands.
    for text in [
        format!("import m\nx = \"\"\"\n{conflict}\"\"\"\nm.one(1)\n"),
        "import m\n# <<<<<<< HEAD\nm.one(1)\n# >>>>>>> topic\n".to_owned(),
        "import m\nm.one(1)\n>>>>>>> topic\n".to_owned(),
    ] {
        assert!(check(&text).is_ok(), "{text}");
    }
}
