//! Tests, and what they do with a connection: often its class is what they are about.

use super::connection::target_of;
use crate::finding::Reason;
use crate::python::{BindingKind, Call, ClassDefinition, Function, Kind, Node, NodeId, PythonFile, last_segment};
use crate::rule::Verdict;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::Path;

/// What a connection is asked for without sending anything.
const PASSIVE: [&str; 7] =
    ["close", "set_debuglevel", "set_tunnel", "is_same_host", "set_cert", "get_proxy_response_headers", "getresponse"];

/// Packages that answer in place of a server: they know the address that the test asks.
const RECORDERS: [&str; 8] =
    ["vcr", "responses", "httpretty", "requests_mock", "pook", "betamax", "mocket", "urllib3_mock"];

/// Only a hostile file uses one object more often, or has a longer function.
const MOST_USES: usize = 500;
const MOST_NODES: usize = 20_000;

/// Whether a file is test code by its path: in `tests/` or `testing/`, `test_….py`, `conftest.py`.
pub(super) fn is_test_file(path: &Path) -> bool {
    let is_tests = |folder: &Path| {
        folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
            matches!(name, "tests" | "test" | "testing" | "greentest")
                || name.starts_with("test_")
                || name.ends_with("_tests")
        })
    };
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    name.starts_with("test_")
        || name.ends_with("_test.py")
        || matches!(&*name, "conftest.py" | "tests.py")
        || path.ancestors().skip(1).any(is_tests)
}

/// Whether `node` stands in a class of `unittest`.
pub(super) fn is_in_test_case(file: &PythonFile, node: Node<'_>) -> bool {
    let class = node.ancestors().find(|around| around.kind() == Kind::ClassDefinition);
    class.is_some_and(|class| file.base_paths(class.id()).iter().any(|base| last_segment(base).ends_with("TestCase")))
}

/// Whether a function or class around `call` is named after `callee`: `class CreateServerTest` for `create_server`.
pub(super) fn is_about(callee: &str, call: Node<'_>) -> bool {
    const FEWEST_CHARACTERS: usize = 6;
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let callee = plain(last_segment(callee));
    let definitions = call.ancestors().filter_map(|around| match around.kind() {
        Kind::FunctionDefinition => Function::of(around)?.name,
        Kind::ClassDefinition => ClassDefinition::of(around)?.name,
        _ => None,
    });
    callee.len() >= FEWEST_CHARACTERS && { definitions }.any(|name| plain(name.text()).contains(&callee))
}

/// What the tests of a file do with connections, with cached answers.
pub(super) struct TestCode<'f> {
    file: &'f PythonFile,
    is_test_file: bool,
    /// By function, or the module: what a part of the file says of all connections in it.
    subjects: RefCell<HashMap<NodeId, Said>>,
    /// The file imports what answers in place of a server.
    records: OnceCell<bool>,
    /// By the text of an object: where its attributes are read, and where it is given to a caller.
    uses: OnceCell<HashMap<&'f str, Vec<Node<'f>>>>,
}

impl<'f> TestCode<'f> {
    /// Of `file`, whose path from its project's root is `path`.
    pub(super) fn of(file: &'f PythonFile, path: &Path) -> Self {
        Self {
            file,
            is_test_file: is_test_file(path),
            subjects: RefCell::default(),
            records: OnceCell::new(),
            uses: OnceCell::new(),
        }
    }

    /// Doubts whether `call` makes a connection to send something by it: a test may be about the class itself.
    pub(super) fn weigh(&self, verdict: &mut Verdict, call: Node<'_>) {
        let call = self.file.node(call.id());
        if self.is_test_file || is_in_test_case(self.file, call) {
            verdict.doubt_all(self.subject(call).map(|sentence| Reason::new("test-subject", sentence)));
        }
    }

    /// As `weigh`, for a connection in plaintext: the test may also know its URL.
    pub(super) fn weigh_plaintext(&self, verdict: &mut Verdict, call: Node<'_>) {
        self.weigh(verdict, call);
        let call = self.file.node(call.id());
        let subjects = self.subjects.borrow();
        let said = subjects.get(&self.around(call).id());
        if said.is_some_and(|said| said.urls.iter().any(|url| !call.contains(self.file.node(*url)))) {
            verdict.doubt(Reason::new("test-subject", "the test knows a URL with `http://`"));
        }
    }

    /// The function around `call`, or the module.
    fn around(&self, call: Node<'f>) -> Node<'f> {
        let is_named = |around: &Node<'_>| Function::of(*around).is_some_and(|function| function.name.is_some());
        call.ancestors().find(is_named).unwrap_or_else(|| self.file.root())
    }

    /// Why a test is about the class of the connection that `call` makes.
    fn subject(&self, call: Node<'f>) -> Option<&'static str> {
        let around = self.around(call);
        let said = self.subjects.borrow_mut().entry(around.id()).or_insert_with(|| Said::of(around)).subject;
        if *self.records.get_or_init(|| self.imports_recorder()) {
            return Some("the test answers in place of the server");
        }
        said.or_else(|| (!self.sends(call, around)).then_some("the test sends nothing by the connection"))
    }

    /// Whether the code `around` asks the object that `call` makes for more than that it is there, or gives it to its caller.
    fn sends(&self, call: Node<'f>, around: Node<'f>) -> bool {
        let Some(parent) = call.parent() else { return false };
        if parent.kind() == Kind::Attribute {
            return is_called(parent);
        }
        let Some(target) = target_of(call) else { return gives(parent) };
        let uses = self.uses.get_or_init(|| self.collect_uses()).get(target.text()).map_or(&[][..], Vec::as_slice);
        // An attribute may be used by another method, but a test stands for itself.
        let name = Function::of(around).and_then(|function| function.name);
        let is_test = name.is_some_and(|name| name.text().to_ascii_lowercase().starts_with("test"));
        let within = if target.kind() == Kind::Attribute && !is_test { self.file.root() } else { around };
        let first = uses.partition_point(|read| read.start() < within.start());
        let own = uses.get(first..).unwrap_or_default().iter().take_while(|read| within.contains(**read));
        own.take(MOST_USES).any(|read| gives(*read) || is_called(*read))
    }

    fn imports_recorder(&self) -> bool {
        let bindings = self.file.bindings().into_iter().filter_map(|id| self.file.binding(id));
        { bindings }.any(|binding| match &binding.kind {
            BindingKind::Import { path, .. } => RECORDERS.contains(&path.split('.').next().unwrap_or_default()),
            _ => false,
        })
    }

    fn collect_uses(&self) -> HashMap<&'f str, Vec<Node<'f>>> {
        let mut uses: HashMap<&'f str, Vec<Node<'f>>> = HashMap::new();
        for node in self.file.root().descendants() {
            let object = match node.kind() {
                Kind::Attribute => node.object(),
                _ if gives(node) => node.named_children().next(),
                _ => None,
            };
            if let Some(object) = object.filter(|object| matches!(object.kind(), Kind::Identifier | Kind::Attribute)) {
                uses.entry(object.text()).or_default().push(node);
            }
        }
        uses
    }
}

/// Whether a statement gives its value to a caller.
fn gives(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::ReturnStatement | Kind::Yield | Kind::Lambda)
}

/// Whether the method that `attribute` begins is called, and does more than that the object is there: `proxy.system.listMethods()`.
fn is_called(attribute: Node<'_>) -> bool {
    let mut outer = std::iter::once(attribute).chain(attribute.ancestors());
    let callee = outer.find(|node| node.parent().is_none_or(|parent| parent.kind() != Kind::Attribute));
    callee.is_some_and(|callee| {
        let name = callee.last_identifier().text();
        let is_active = !name.starts_with('_') && !PASSIVE.contains(&name);
        is_active && callee.parent().and_then(Call::of).is_some_and(|call| call.callee == callee)
    })
}

/// What a function or the module says of all connections in it.
struct Said {
    /// Why it is about the class.
    subject: Option<&'static str>,
    /// Texts with `http://`, the first few.
    urls: Vec<NodeId>,
}

impl Said {
    fn of(around: Node<'_>) -> Self {
        let decorated = around.parent().filter(|around| around.kind() == Kind::DecoratedDefinition).unwrap_or(around);
        let mut said = Self { subject: None, urls: Vec::new() };
        let name = Function::of(around).and_then(|function| function.name);
        if name.is_some_and(|name| name.text().to_ascii_lowercase().contains("default")) {
            said.subject = Some("the test is about what happens by default");
        }
        for node in decorated.descendants().take(MOST_NODES) {
            match (node.kind(), node.text()) {
                (Kind::Identifier, "SSLError" | "SSLCertVerificationError" | "CertificateError") => {
                    said.subject = Some("the test expects a failure of TLS");
                }
                (Kind::Identifier, "_context") => {
                    said.subject = Some("the test looks at the context that the class makes");
                }
                (Kind::StringContent, text) if text.starts_with("http://") && said.urls.len() < 4 => {
                    said.urls.push(node.id());
                }
                _ => {}
            }
        }
        said
    }
}
