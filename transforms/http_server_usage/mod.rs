//! A statement that creates a server of `http.server` gets a comment above it.

mod command;

use super::connection;
use super::host_kind::is_loopback;
use super::test_code::{is_in_test_case, is_test_file};
use crate::finding::{Draft, Fact, Findings, Fragment, Reason, SymbolicEdit};
use crate::problem::Problem;
use crate::python::syntax::literals::string_value;
use crate::python::{Call, Callee, Kind, Meaning, Node, NodeId, PythonFile, Step, last_segment};
use crate::rewrite::arguments::indentation_before;
use crate::rule::reasons;
use crate::rule::{
    ANNOTATION_MARK, Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Row, Rows, Table, Verdict,
    is_suppression, qualified, read_text,
};
use crate::text::Span;
use crate::text::source::names_encoding;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Parts of words, in lower case, by which a program says that its server is for the person who starts it.
const FOR_ONESELF: [&str; 8] =
    ["development", "preview", "debug", "localhost", "webbrowser", "redirect_uri", "oauth", "for testing"];

const SUBPROCESS: Reason = Reason::new("subprocess", "a command line starts the server");

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct HttpServerUsage {
    /// The comment above a statement that creates a server. A marker is added to it, by which a later run recognises
    /// it.
    annotation: Annotation,
    /// Callables that create a server.
    servers: Rows<Named>,
    /// Handlers that make a server of `socketserver` a finding.
    handlers: Rows<Named>,
    /// Callables that run a command line.
    commands: Rows<Command>,
    /// Whether servers in tests, and those that are bound to loopback, are reported, too.
    #[serde(default)]
    confined: bool,
}

/// One line of a comment.
#[derive(Debug, JsonSchema)]
#[schemars(with = "String")]
struct Annotation(String);

impl<'de> Deserialize<'de> for Annotation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_text(deserializer, |text| {
            let refused = |message: &str, help: &str| Err(Problem::new(message, help));
            // Characters that end a line for CPython, or for an editor, would end the comment.
            if text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
                return refused(
                    "this is not allowed in a comment",
                    "write one line of text, without control characters",
                );
            }
            if text.trim().is_empty() || is_suppression(&format!("# {text}")) {
                return refused(
                    "this cannot be the annotation",
                    "write a text that is not empty and does not suppress findings",
                );
            }
            if names_encoding(&format!("# {text}")) {
                let help = "write a text without an encoding declaration such as `coding: …`";
                return refused("this cannot be the annotation", help);
            }
            Ok(Self(text.to_string()))
        })
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Named {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
    /// The argument that must be one of the handlers.
    #[serde(default)]
    handler: Option<Parameter>,
    /// The argument for another server class.
    #[serde(default)]
    server: Option<Parameter>,
    /// The argument for the address: a (host, port) tuple, or the host.
    #[serde(default)]
    address: Option<Parameter>,
    /// The file must contain one of these words, if the callable's last part is too common a word.
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Parameter {
    /// Zero-based position.
    index: usize,
    /// Its name.
    keyword: String,
}

impl Row for Named {
    fn name(&self) -> &str {
        &self.name
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Command {
    /// Qualified name.
    name: String,
    /// Each argument is one word.
    #[serde(default)]
    spread: bool,
}

impl Row for Command {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Modules that start a server when run with `-m`.
const RUNNABLE: [&str; 3] = ["http.server", "SimpleHTTPServer", "CGIHTTPServer"];

impl Check for HttpServerUsage {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![("servers", &self.servers), ("commands", &self.commands)]
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let names = self.servers.0.iter().flat_map(|row| match row.words.as_slice() {
            [] => vec![last_segment(&row.name).to_string()],
            words => words.to_vec(),
        });
        let words = names.chain(RUNNABLE.map(String::from)).collect();
        vec![PrefilterPattern { words, ..PrefilterPattern::default() }]
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], facts: &FileFacts<'_>) -> Findings {
        let is_test = is_test_file(facts.path);
        let mut found = Findings::default();
        let mut annotated: BTreeMap<NodeId, Annotated<'_>> = BTreeMap::new();
        let is_for_oneself = OnceCell::new();
        let mut statements = Statements { file, known: HashMap::new() };
        for matched in matches {
            if self.serves(file, matched) {
                let is_confined = is_test || is_in_test_case(file, matched.node) || self.is_confined(file, matched);
                let statement = statements.annotated(matched.node).id();
                let known = annotated.entry(statement).or_insert(Annotated { server: matched.node, doubt: None });
                if self.confined || !is_confined {
                    let doubt = doubt_about_file(facts.path).or_else(|| self.doubt(file, matched, &is_for_oneself));
                    known.doubt = Some(known.doubt.take().map_or(doubt.clone(), |known| known.and(doubt)));
                }
            } else if self.runs_module(file, matched) {
                found.add(report_command(rule, matched.node));
            }
        }
        for (statement, Annotated { server, doubt }) in annotated {
            let statement = file.node(statement);
            if let Some(doubt) = doubt.filter(|_| !Self::is_annotated(rule, file.text(), statement)) {
                found.add(self.annotate(rule, file, server, statement, doubt));
            }
        }
        found
    }
}

/// A statement that creates servers.
struct Annotated<'f> {
    /// The first of them.
    server: Node<'f>,
    /// If one may be reached: why a comment about that may be doubted, for all that may.
    doubt: Option<Option<Reason>>,
}

impl HttpServerUsage {
    /// Whether the call creates a server of `http.server`.
    fn serves(&self, file: &PythonFile, matched: &Match<'_>) -> bool {
        let servers = &self.servers;
        let rows: Vec<&Named> = matched.callees.iter().filter_map(|callee| servers.find(&callee.path)).collect();
        let Some(call) = Call::of(matched.node) else { return false };
        // An object in place of the class is a mock.
        let is_replaced = |row: &&&Named| {
            let given = row.server.as_ref().and_then(|server| call.argument(Some(server.index), Some(&server.keyword)));
            given.and_then(|given| file.value(given)).is_some_and(|value| value.node.kind() == Kind::Call)
        };
        if rows.iter().filter(|row| !is_replaced(row)).any(|row| row.handler.is_none()) {
            return true;
        }
        rows.iter().filter_map(|row| row.handler.as_ref()).any(|handler| {
            call.argument(Some(handler.index), Some(&handler.keyword))
                .is_some_and(|handler| self.handles(file, handler))
        })
    }

    /// The hosts that the server may be bound to; none if the address is not an argument. Whether these are all.
    fn hosts<'f>(&self, file: &'f PythonFile, matched: &Match<'f>) -> Option<(Vec<Node<'f>>, bool)> {
        let call = Call::of(matched.node)?;
        let (callee, row) = matched.row("servers", &self.servers)?;
        let address = row.address.as_ref().filter(|_| !has_own_constructor(file, callee))?;
        let given = call.argument(Some(address.index), Some(&address.keyword))?;
        let found = file.evaluate(given);
        let mut are_all = found.is_complete();
        let mut hosts = Vec::new();
        for value in found.values {
            match value.node.kind() {
                Kind::Tuple => {
                    let inner = value.node.named_children().next().map(|host| file.evaluate(host)).unwrap_or_default();
                    are_all &= inner.is_complete();
                    hosts.extend(inner.values.into_iter().map(|host| host.node));
                }
                _ => hosts.push(value.node),
            }
        }
        Some((hosts, are_all))
    }

    /// Whether the server is bound to loopback, whatever happens.
    fn is_confined(&self, file: &PythonFile, matched: &Match<'_>) -> bool {
        self.hosts(file, matched)
            .is_some_and(|(hosts, are_all)| are_all && !hosts.is_empty() && hosts.into_iter().all(is_loopback_host))
    }

    /// Why a comment that speaks of production may be beside the point: nothing shows that others reach the server, or the program says
    /// that it is for the person who starts it.
    fn doubt(&self, file: &PythonFile, matched: &Match<'_>, is_for_oneself: &OnceCell<bool>) -> Option<Reason> {
        let reason = |sentence| Some(may_be_local(sentence));
        if let Some((hosts, are_all)) = self.hosts(file, matched) {
            if hosts.iter().copied().any(is_loopback_host) {
                return reason("the server is on loopback unless somebody says otherwise");
            }
            let is_written = |host: &Node<'_>| string_value(*host).is_some();
            if hosts.is_empty() || !hosts.iter().all(is_written) {
                return reason("nothing shows on which address the server is bound");
            }
            if !are_all {
                return reason("somebody may start the server on another address than the one that is written");
            }
        }
        if matched.row("servers", &self.servers).is_some_and(|(callee, _)| has_own_constructor(file, callee)) {
            return reason("nothing shows on which address the server is bound");
        }
        let called = |name| file.attributes_called(name).next().is_some();
        if called("handle_request") && !called("serve_forever") {
            return reason("the server takes single requests, as one for a callback does");
        }
        let is_for_oneself = *is_for_oneself.get_or_init(|| says_it_is_for_oneself(file));
        is_for_oneself.then_some(())?;
        reason("the program says that the server is for development or for this machine")
    }

    fn handles(&self, file: &PythonFile, handler: Node<'_>) -> bool {
        let handlers = &self.handlers;
        // `functools.partial(SimpleHTTPRequestHandler, directory=…)`
        let value = file.value(handler).and_then(|value| Call::of(value.node));
        let partial =
            value.filter(|call| file.qualified_name(call.callee).is_some_and(|path| path == "functools.partial"));
        let handler = partial.and_then(|call| call.positional().first().copied()).unwrap_or(handler);
        match file.resolve(handler).map(|found| found.meaning) {
            Some(Meaning::Path(path)) => handlers.find(&path).is_some(),
            Some(Meaning::Class(class)) => file.base_paths(class).iter().any(|base| handlers.find(base).is_some()),
            None => false,
        }
    }

    /// Whether a command line starts a server module without saying where to bind.
    fn runs_module(&self, file: &PythonFile, matched: &Match<'_>) -> bool {
        let row = matched.row("commands", &self.commands);
        let (Some((_, row)), Some(call)) = (row, Call::of(matched.node)) else { return false };
        command::runs(file, &call, row.spread, &RUNNABLE)
    }

    /// Whether one of the comment lines directly above the statement contains the marker.
    fn is_annotated(rule: &Metadata, text: &str, statement: Node<'_>) -> bool {
        let marker = marker(rule);
        let above = text.get(..statement.start()).unwrap_or_default();
        above
            .rsplit('\n')
            .skip(1)
            .take_while(|line| line.trim_start().starts_with('#'))
            .any(|line| line.contains(&marker))
    }

    fn annotate(
        &self,
        rule: &Metadata,
        file: &PythonFile,
        call: Node<'_>,
        statement: Node<'_>,
        doubt: Option<Reason>,
    ) -> Draft {
        let text = file.text();
        let indentation = indentation_before(text, statement.start()).unwrap_or_default();
        // A form feed is a page break before the statement, not part of its indentation.
        let indentation = indentation.rsplit('\u{c}').next().unwrap_or_default();
        let at = above_directives(text, statement.start() - indentation.len());
        let comment = format!("{indentation}# {} {}", self.annotation.0, marker(rule));
        let can_be_written =
            comment.is_ascii() || !text.is_ascii() || names_encoding(text) || !file.may_run_on_python_2();
        let help = match can_be_written {
            true => "use a production web server where others can reach it",
            false => "configure an ASCII annotation, or declare the file's encoding in a comment: `# coding: utf-8`",
        };
        let mut verdict = Verdict::default();
        verdict.fix_needs(can_be_written, reasons::TARGET_VERSION);
        verdict.doubt_all(doubt);
        let text = vec![Fragment::Text(comment), Fragment::Newline];
        verdict.edits.push(SymbolicEdit { span: Span { start: at, end: at }, text });
        let found = Found {
            message: "`http.server` is for local development only".to_string(),
            span: call.span(),
            related: Vec::new(),
            title: "add a comment that says so".to_string(),
            help: help.to_string(),
        };
        verdict.finish(rule, found)
    }
}

/// Whether a name, a text or a comment says that the program is for the person who starts it.
fn says_it_is_for_oneself(file: &PythonFile) -> bool {
    file.root().descendants().any(|node| {
        matches!(node.kind(), Kind::StringContent | Kind::Comment | Kind::Identifier) && {
            let text = node.text().to_lowercase();
            // A comment of ours speaks of development, too.
            !text.contains(ANNOTATION_MARK) && FOR_ONESELF.iter().any(|word| text.contains(word))
        }
    })
}

/// Why a comment that speaks of production may be beside the point.
fn may_be_local(sentence: &'static str) -> Reason {
    Reason::new("may-be-local", sentence).without(Fact::Reachable)
}

fn doubt_about_file(path: &Path) -> Option<Reason> {
    let mut folders = path.ancestors().skip(1).filter_map(|folder| folder.file_name()?.to_str());
    let is_example = folders.any(|name| matches!(name, "examples" | "example" | "demos" | "demo" | "docs" | "doc"));
    is_example.then(|| may_be_local("the file is an example"))
}

/// Whether `callee` is a class of the file that decides itself where it is bound.
fn has_own_constructor(file: &PythonFile, callee: &Callee) -> bool {
    callee.via.iter().any(|step| match step {
        Step::Subclass(class) => connection::defines(file, *class, "__init__"),
        _ => false,
    })
}

fn is_loopback_host(host: Node<'_>) -> bool {
    string_value(host).is_some_and(|host| is_loopback(&host))
}

fn report_command(rule: &Metadata, call: Node<'_>) -> Draft {
    let mut verdict = Verdict::default();
    verdict.refuse(SUBPROCESS);
    let found = Found {
        message: "this command serves files on every network interface".to_string(),
        span: call.span(),
        related: Vec::new(),
        title: String::new(),
        help: "pass `--bind 127.0.0.1`, or serve the files another way".to_string(),
    };
    verdict.finish(rule, found)
}

/// What marks an annotation of `rule`.
fn marker(rule: &Metadata) -> String {
    format!("{ANNOTATION_MARK}{})", rule.id)
}

/// The start of the line above which the comment goes: `line_start`, or the first of the comment lines directly above
/// it that are about the next line.
fn above_directives(text: &str, line_start: usize) -> usize {
    let mut at = line_start;
    loop {
        let above = text.get(..at).unwrap_or_default();
        let Some(line) = above.strip_suffix('\n').and_then(|above| above.rsplit('\n').next()) else { return at };
        let comment = line.trim();
        if !comment.starts_with('#') || !(is_suppression(comment) || is_directive(comment)) {
            return at;
        }
        at -= line.len() + 1;
    }
}

/// Prefixes of comments that tell a tool what to do with the next line, in lower case. Source: the documentation of
/// pylint 3, mypy, pyright, pyre, Black, yapf, isort, Ruff, coverage.py, PyCharm, cspell, codespell.
const DIRECTIVES: [&str; 20] = [
    "pylint:",
    "pyright:",
    "type:",
    "mypy:",
    "pyre-",
    "pytype:",
    "fmt:",
    "black:",
    "yapf:",
    "autopep8:",
    "isort:",
    "ruff:",
    "flake8:",
    "noqa",
    "pragma:",
    "coverage:",
    "noinspection",
    "cspell:",
    "spell-checker:",
    "codespell:",
];

/// Whether `comment`, including `#`, is for a tool that reads it together with the next line.
fn is_directive(comment: &str) -> bool {
    let text = comment.trim_start_matches('#').trim_start().to_ascii_lowercase();
    DIRECTIVES.iter().any(|beginning| text.starts_with(beginning))
}

/// Where comment lines are possible. Answers are cached: a line may contain any number of statements.
struct Statements<'f> {
    file: &'f PythonFile,
    known: HashMap<NodeId, NodeId>,
}

impl<'f> Statements<'f> {
    /// The statement above which a comment line is possible: the innermost one around `call` that starts its own line
    /// and does not continue the line before.
    fn annotated(&mut self, call: Node<'f>) -> Node<'f> {
        let mut statement = call.statement();
        let mut passed = Vec::new();
        while let Some(before) = self.before(statement) {
            passed.push(statement.id());
            statement = before;
            if let Some(known) = self.known.get(&statement.id()) {
                statement = self.file.node(*known);
                break;
            }
        }
        self.known.extend(passed.into_iter().map(|id| (id, statement.id())));
        statement
    }

    /// The statement before `statement` on its line; `None` if `statement` starts the line.
    fn before(&self, statement: Node<'f>) -> Option<Node<'f>> {
        let text = self.file.text();
        let starts_line = indentation_before(text, statement.start());
        let line_start = statement.start() - starts_line.map_or(0, str::len);
        let continues =
            text.get(..line_start).is_some_and(|before| before.trim_end_matches(['\r', '\n']).ends_with('\\'));
        if starts_line.is_some() && !continues {
            return None;
        }
        // `a; b`: the statement before; `if x: b`: the `if`.
        let parent = statement.parent()?;
        let in_suite = matches!(parent.kind(), Kind::Block | Kind::Module);
        let siblings = std::iter::successors(statement.previous_sibling(), |node| node.previous_sibling());
        let before = siblings.filter(|_| in_suite).find(|node| node.is_named() && node.kind() != Kind::Comment);
        let shares_line = before.filter(|before| {
            text.get(before.end()..statement.start()).is_some_and(|gap| !gap.contains('\n') || continues)
        });
        shares_line.or_else(|| parent.parent().map(|_| parent.statement()))
    }
}
