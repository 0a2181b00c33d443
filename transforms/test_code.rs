//! Tests, and what they do with a connection: often its class is what they are about.

use super::connection::target_of;
use crate::finding::Reason;
use crate::python::{Call, Function, Kind, Node, NodeId, PythonFile, last_segment};
use crate::rule::Verdict;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::Path;

/// What a connection is asked for without sending anything.
const PASSIVE: [&str; 6] =
    ["close", "set_debuglevel", "set_tunnel", "is_same_host", "set_cert", "get_proxy_response_headers"];

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

/// What the tests of a file do with connections, with cached answers.
pub(super) struct TestCode<'f> {
    file: &'f PythonFile,
    is_test_file: bool,
    /// By function, or the module: what a part of the file says of all connections in it.
    subjects: RefCell<HashMap<NodeId, Option<&'static str>>>,
    /// By the text of an object: where its attributes are read, and where it is given to a caller.
    uses: OnceCell<HashMap<&'f str, Vec<Node<'f>>>>,
}

impl<'f> TestCode<'f> {
    /// Of `file`, whose path from its project's root is `path`.
    pub(super) fn of(file: &'f PythonFile, path: &Path) -> Self {
        Self { file, is_test_file: is_test_file(path), subjects: RefCell::default(), uses: OnceCell::new() }
    }

    /// Doubts whether `call` makes a connection to send something by it: a test may be about the class itself.
    pub(super) fn weigh(&self, verdict: &mut Verdict, call: Node<'_>) {
        let call = self.file.node(call.id());
        if self.is_test_file || is_in_test_case(self.file, call) {
            verdict.doubt_all(self.subject(call).map(|sentence| Reason::new("test-subject", sentence)));
        }
    }

    /// Why a test is about the class of the connection that `call` makes.
    fn subject(&self, call: Node<'f>) -> Option<&'static str> {
        let is_named = |around: &Node<'_>| Function::of(*around).is_some_and(|function| function.name.is_some());
        let around = call.ancestors().find(is_named).unwrap_or_else(|| self.file.root());
        let said = *self.subjects.borrow_mut().entry(around.id()).or_insert_with(|| subject_of(around));
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
        // An attribute may be used by another method.
        let within = if target.kind() == Kind::Attribute { self.file.root() } else { around };
        let first = uses.partition_point(|read| read.start() < within.start());
        let own = uses.get(first..).unwrap_or_default().iter().take_while(|read| within.contains(**read));
        own.take(MOST_USES).any(|read| gives(*read) || is_called(*read))
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

/// What `around`, a function or the module, says of all connections in it.
fn subject_of(around: Node<'_>) -> Option<&'static str> {
    let decorated = around.parent().filter(|around| around.kind() == Kind::DecoratedDefinition).unwrap_or(around);
    let names = decorated.descendants().take(MOST_NODES).filter(|node| node.kind() == Kind::Identifier);
    let found = names.filter_map(|name| match name.text() {
        "SSLError" | "SSLCertVerificationError" | "CertificateError" => Some("the test expects a failure of TLS"),
        "_context" => Some("the test looks at the context that the class makes"),
        "vcr" | "cassette" | "Cassette" => Some("the test replaces what is sent by a recording"),
        _ => None,
    });
    { found }.next()
}
