//! What the functions of a module hand on: `def serve(host): sock.bind((host, 80))` hands `host` on to `socket.socket.bind`.

use super::eval::provenance::Step;
use super::eval::values::Unknown;
use super::project::{Forward, Given};
use super::scopes::{BindingId, ScopeId, ScopeKind};
use super::syntax::calls::{Argument, ArgumentPlace, Call};
use super::syntax::definitions::{ClassDefinition, Function};
use super::syntax::kinds::Kind;
use super::syntax::tree::Node;
use super::{ParseError, PythonFile};
use crate::text::LineIndex;
use std::collections::HashMap;
use std::path::PathBuf;

/// A module with more calls is data, or generated.
const MOST_CALLS: usize = 4_000;

/// By the name of a function or class at the top level of the module with this text: what it hands on. Their files are empty.
///
/// # Errors
/// As [`PythonFile::parse`].
pub fn forwards_of(text: &str) -> Result<HashMap<String, Vec<Forward>>, ParseError> {
    let file = PythonFile::parse(text)?;
    let lines = LineIndex::of(text);
    let mut found: HashMap<String, Vec<Forward>> = HashMap::new();
    for call in file.tree().nodes().filter_map(Call::of).take(MOST_CALLS) {
        let handed_on = handed_on(&file, &call);
        if handed_on.is_empty() {
            continue;
        }
        let line = lines.line(call.callee.start());
        for callee in file.callees(call.callee) {
            // `Base.__init__(self, …)`: the instance comes first.
            let takes_instance =
                callee.path.ends_with(".__init__") && !callee.via.iter().any(|step| matches!(step, Step::Subclass(_)));
            for (name, parameter, argument, element) in &handed_on {
                let mut argument = argument.clone();
                if let (true, Some(index)) = (takes_instance, argument.index) {
                    let Some(index) = index.checked_sub(1) else { continue };
                    argument.index = Some(index);
                }
                let callee = callee.path.strip_suffix(".__init__").unwrap_or(&callee.path).to_string();
                let given = Given::One { parameter: parameter.clone(), argument, element: *element };
                found.entry(name.clone()).or_default().push(Forward { given, callee, file: PathBuf::new(), line });
            }
        }
    }
    for class in file.tree().nodes().filter_map(ClassDefinition::of) {
        let line = lines.line(class.node.start());
        if let Some((name, bases)) = inherited(&file, class) {
            let all = |callee| Forward { given: Given::All, callee, file: PathBuf::new(), line };
            found.entry(name).or_default().extend(bases.into_iter().map(all));
        }
    }
    Ok(found)
}

/// The name of `class`, one at the top level without a constructor or a way to bind of its own, and its bases from other modules.
fn inherited(file: &PythonFile, class: ClassDefinition<'_>) -> Option<(String, Vec<String>)> {
    let name = class.name?.text().to_string();
    let is_outer = file.scope_of(class.node) == ScopeId(0);
    let classes = || std::iter::once(class.node.id()).chain(file.local_bases(class.node.id()));
    let has_own = |method: &str| classes().any(|class| !file.class_attributes(class, method).is_empty());
    if !is_outer || ["__init__", "__new__", "server_bind", "bind"].into_iter().any(has_own) {
        return None;
    }
    let bases = classes().filter_map(|class| ClassDefinition::of(file.node(class)));
    let foreign: Vec<String> = bases
        .flat_map(|class| class.bases().collect::<Vec<_>>())
        .filter_map(|base| file.qualified_name(base))
        .collect();
    (!foreign.is_empty()).then_some((name, foreign))
}

/// A parameter of a function or class by its name, the argument of a call that it is, and its position in that argument.
type HandedOn = (String, ArgumentPlace, ArgumentPlace, Option<usize>);

/// The parameters that `call` hands on.
fn handed_on(file: &PythonFile, call: &Call<'_>) -> Vec<HandedOn> {
    let mut found = Vec::new();
    let mut add = |node: Node<'_>, argument: &ArgumentPlace, element: Option<usize>| {
        // What is computed from a parameter is not the parameter.
        if !matches!(
            node.kind(),
            Kind::Identifier | Kind::Attribute | Kind::BooleanOperator | Kind::ConditionalExpression
        ) {
            return;
        }
        for unknown in file.evaluate(node).unknown {
            let Unknown::Caller(binding) = unknown else { continue };
            let given = parameter(file, binding).map(|(name, place)| (name, place, argument.clone(), element));
            found.extend(given.filter(|given| !found.contains(given)));
        }
    };
    for (index, argument) in call.arguments.iter().enumerate() {
        let (node, place) = match argument {
            Argument::Positional(node) => (*node, ArgumentPlace { index: Some(index), keyword: None }),
            Argument::Keyword { name, value, .. } => {
                (*value, ArgumentPlace { index: None, keyword: Some((*name).to_string()) })
            }
            Argument::Star(_) | Argument::DoubleStar(_) => break,
        };
        add(node, &place, None);
        let is_tuple = |node: &Node<'_>| matches!(node.kind(), Kind::Tuple | Kind::List);
        let tuple = Some(node).filter(is_tuple).or_else(|| Some(file.value(node)?.node).filter(is_tuple));
        for (position, element) in tuple.into_iter().flat_map(Node::named_children).take(4).enumerate() {
            add(element, &place, Some(position));
        }
    }
    found
}

/// The name under which another module calls the function that takes the parameter `binding`, and the argument that it is.
fn parameter(file: &PythonFile, binding: BindingId) -> Option<(String, ArgumentPlace)> {
    let binding = file.binding(binding)?;
    let around = file.node(binding.identifier).parent()?;
    // `*args`, `**options`
    if matches!(around.kind(), Kind::ListSplatPattern | Kind::DictionarySplatPattern) {
        return None;
    }
    let function = Function::of(file.node(binding.statement))?;
    let name = function.name?.text();
    let position = function.position(file.node(binding.identifier));
    let keyword = Some(binding.name.clone());
    let around = file.scope(file.scope_of(function.node))?;
    match around.kind {
        ScopeKind::Module => Some((name.to_string(), ArgumentPlace { index: position, keyword })),
        ScopeKind::Class if name == "__init__" => {
            let class = ClassDefinition::of(file.node(around.node))?;
            let is_outer = file.scope_of(class.node) == ScopeId(0);
            let index = position.and_then(|position| position.checked_sub(1));
            Some((class.name?.text().to_string(), ArgumentPlace { index, keyword })).filter(|_| is_outer)
        }
        _ => None,
    }
}

impl PythonFile {
    /// What the function or class that `callee` names, one of another module of the project, hands on.
    pub fn forwards(&self, callee: Node<'_>) -> Vec<Forward> {
        let Some(project) = &self.project else { return Vec::new() };
        let path = match callee.kind() {
            Kind::Identifier | Kind::Attribute => self.qualified_name(callee),
            _ => None,
        };
        path.map(|path| project.forwards(&path)).unwrap_or_default()
    }

    /// The calls of the file, in position order.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.tree().nodes().filter_map(Call::of)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// `name(index keyword) -> callee(argument)[element]` for each forward of the module.
    fn forwards(text: &str) -> Vec<String> {
        let place = |place: &ArgumentPlace| {
            let index = place.index.map(|index| index.to_string());
            [index, place.keyword.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        let mut found: Vec<String> = forwards_of(text)
            .unwrap()
            .into_iter()
            .flat_map(|(name, all)| all.into_iter().map(move |forward| (name.clone(), forward)))
            .map(|(name, Forward { given, callee, .. })| {
                let Given::One { parameter, argument, element } = given else { return format!("{name} -> {callee}") };
                let element = element.map(|element| format!("[{element}]")).unwrap_or_default();
                format!("{name}({}) -> {callee}({}){element}", place(&parameter), place(&argument))
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn what_functions_and_classes_hand_on_is_found_by_parameter() {
        for (text, expected) in [
            (
                "import socket\ndef serve(host, port=0):\n    socket.create_server((host, port))\n",
                &["serve(0 host) -> socket.create_server(0)[0]", "serve(1 port) -> socket.create_server(0)[1]"][..],
            ),
            (
                "import socket\ndef serve(*, address):\n    s = socket.socket()\n    s.bind(address)\n",
                &["serve(address) -> socket.socket.bind(0)"],
            ),
            (
                "import uvicorn\ndef run(app, bind_to=None):\n    uvicorn.run(app, host=bind_to or '127.0.0.1')\n",
                &["run(0 app) -> uvicorn.run(0)", "run(1 bind_to) -> uvicorn.run(host)"],
            ),
            (
                "import http.server\nclass Server(http.server.HTTPServer):\n    def __init__(self, host):\n        \
                 super().__init__((host, 80), None)\n",
                &["Server(0 host) -> http.server.HTTPServer(0)[0]"],
            ),
            (
                "import http.server\nclass Server(http.server.HTTPServer):\n    def __init__(self, host):\n        \
                 http.server.HTTPServer.__init__(self, (host, 80), None)\n",
                &["Server(0 host) -> http.server.HTTPServer(0)[0]"],
            ),
            (
                "import socket\nclass Server:\n    def __init__(self, host):\n        self.host = host\n    \
                 def start(self):\n        socket.create_server((self.host, 0))\n",
                &["Server(0 host) -> socket.create_server(0)[0]"],
            ),
            ("from .net import serve\ndef main(host):\n    serve(host)\n", &["main(0 host) -> .net.serve(0)"]),
            (
                "import socket\ndef main(where):\n    serve(where)\ndef serve(host):\n    socket.create_server((host, 0))\n",
                &["main(0 where) -> socket.create_server(0)[0]", "serve(0 host) -> socket.create_server(0)[0]"],
            ),
            (
                "import http.server\nclass Server(http.server.HTTPServer):\n    pass\n",
                &["Server -> http.server.HTTPServer"],
            ),
            // What is computed, nested or not a parameter is not handed on.
            ("import socket\ndef serve(host):\n    socket.create_server((host + 'x', 0))\n", &[]),
            ("import socket\nHOST = ''\ndef serve():\n    socket.create_server((HOST, 0))\n", &[]),
            ("def serve(host):\n    print(host)\n", &[]),
        ] {
            assert_eq!(forwards(text), expected, "{text}");
        }
    }
}
