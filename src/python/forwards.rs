//! What the functions of a module hand on: `def serve(host): sock.bind((host, 80))` hands `host` on to `socket.socket.bind`.

use super::eval::fuel::Fuel;
use super::eval::names::member;
use super::eval::provenance::Step;
use super::eval::values::Unknown;
use super::project::{Forward, Given};
use super::scopes::{BindingId, ScopeId, ScopeKind};
use super::syntax::calls::{Argument, ArgumentPlace, Call};
use super::syntax::definitions::{ClassDefinition, Function};
use super::syntax::kinds::Kind;
use super::syntax::tree::Node;
use super::{Meaning, ParseError, PythonFile, is_standard_module};
use crate::text::{FilePlace, Source};
use std::collections::HashMap;
use std::path::Path;

/// A module with more calls is data, or generated.
const MOST_CALLS: usize = 4_000;

/// Of more wildcard imports, the first ones count.
const MOST_WILDCARD_IMPORTS: usize = 16;

/// What a module hands on. The files of the forwards are empty.
#[derive(Debug, Default)]
pub struct HandedOn {
    /// By the name of a function or class at its top level: what it is given.
    pub given: HashMap<String, Vec<Forward>>,
    /// By the qualified name as the module imports it: what it reads of other modules.
    pub read: HashMap<String, Vec<Forward>>,
}

impl HandedOn {
    /// What the module with this source hands on.
    ///
    /// # Errors
    /// As [`PythonFile::parse`].
    pub fn of(source: &Source) -> Result<Self, ParseError> {
        let file = PythonFile::parse(source.text())?;
        let mut found = Self::default();
        for call in file.calls().take(MOST_CALLS) {
            let handed_on = handed_on(&file, &call);
            if !handed_on.is_empty() {
                found.add_call(&file, &call, handed_on, &source.place(call.callee.span()));
            }
        }
        for class in file.tree().nodes().filter_map(ClassDefinition::of) {
            if let Some((name, bases)) = inherited(&file, class) {
                let place = source.place(class.name.unwrap_or(class.node).span());
                let all = |callee| Forward { given: Given::All, callee, place: place.clone() };
                found.given.entry(name).or_default().extend(bases.into_iter().map(all));
            }
        }
        Ok(found)
    }

    /// Adds what `call`, whose callee is at `place`, hands on.
    fn add_call(&mut self, file: &PythonFile, call: &Call<'_>, handed_on: Vec<Handed>, place: &FilePlace) {
        let callees = file.callees(call.callee);
        for Handed { source, argument, element, attribute } in handed_on {
            for callee in &callees {
                let mut argument = argument.clone();
                // `Base.__init__(self, …)`: the instance comes first.
                let takes_instance = callee.path.ends_with(".__init__")
                    && !callee.via.iter().any(|step| matches!(step, Step::Subclass(_)));
                if let (true, Some(index)) = (takes_instance, argument.index) {
                    let Some(index) = index.checked_sub(1) else { continue };
                    argument.index = Some(index);
                }
                let callee = callee.path.strip_suffix(".__init__").unwrap_or(&callee.path).to_string();
                let (forwards, parameter) = match &source {
                    Handing::Parameter(function, place) => (self.given.entry(function.clone()), place.clone()),
                    Handing::Import(path) => (self.read.entry(path.clone()), ArgumentPlace::first()),
                };
                let given = Given::One { parameter, argument, element, attribute: attribute.clone() };
                forwards.or_default().push(Forward { given, callee, place: place.clone() });
            }
        }
    }
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

/// What an argument of a call may be.
#[derive(Debug, PartialEq, Eq)]
struct Handed {
    source: Handing,
    argument: ArgumentPlace,
    /// Its zero-based position in that argument.
    element: Option<usize>,
    /// The attribute of the parameter that it is.
    attribute: Option<String>,
}

/// Where a value comes from that a call hands on.
#[derive(Debug, PartialEq, Eq)]
enum Handing {
    /// A parameter of the function or class with this name.
    Parameter(String, ArgumentPlace),
    /// Another module, by the qualified name.
    Import(String),
}

/// What `call` hands on.
fn handed_on(file: &PythonFile, call: &Call<'_>) -> Vec<Handed> {
    let mut found = Vec::new();
    let mut add = |node: Node<'_>, argument: &ArgumentPlace, element: Option<usize>| {
        // What is computed from a parameter is not the parameter.
        if !matches!(
            node.kind(),
            Kind::Identifier
                | Kind::Attribute
                | Kind::Subscript
                | Kind::BooleanOperator
                | Kind::ConditionalExpression
                | Kind::Call
        ) {
            return;
        }
        let given = |binding| parameter(file, binding).map(|(name, place)| Handing::Parameter(name, place));
        let mut sources = Vec::new();
        for unknown in file.evaluate(node).unknown {
            match unknown {
                Unknown::Caller(binding) => sources.extend(given(binding).map(|source| (source, None))),
                Unknown::Expression(place) => {
                    let place = file.node(place);
                    let names = file.foreign_names(place);
                    if !names.is_empty() {
                        sources.extend(names.into_iter().map(|path| (Handing::Import(path), None)));
                    } else if let Some((object, name)) = place.object_and_name() {
                        let of_object = file.evaluate(object).unknown.into_iter().filter_map(|unknown| match unknown {
                            Unknown::Caller(binding) => given(binding),
                            _ => None,
                        });
                        sources.extend(of_object.map(|source| (source, Some(name.text().to_string()))));
                    }
                }
                Unknown::CommandLine(_) | Unknown::Setting(_) | Unknown::Limit => {}
            }
        }
        for (source, attribute) in sources {
            let handed = Handed { source, argument: argument.clone(), element, attribute };
            if !found.contains(&handed) {
                found.push(handed);
            }
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

    /// What `ask` says about the call at `forward`, and the file of the project in which it stands.
    pub fn ask_where_called<T>(&self, forward: &Forward, ask: impl FnOnce(&Self, &Call<'_>) -> Option<T>) -> Option<T> {
        let source = self.project.as_ref()?.source(&forward.place.file)?;
        let file = Self::parse(source.text()).ok()?;
        let is_there = |call: &Call<'_>| source.position(call.callee.start()) == forward.place.start;
        let call = file.calls().find(is_there)?;
        ask(&file, &call)
    }

    /// What other modules of the project hand on of what this one gives as `name`: see [`SharedText`](super::SharedText).
    pub fn readers(&self, name: &str) -> Vec<Forward> {
        self.project.as_ref().map(|project| project.readers(name)).unwrap_or_default()
    }

    /// Whether this run looks for findings in `file`, one of the project: see [`Project::is_candidate`](super::Project::is_candidate).
    pub fn is_candidate(&self, file: &Path) -> bool {
        self.project.as_ref().is_some_and(|project| project.is_candidate(file))
    }

    /// Whether `node` is what a command line gave, or an object that the file makes of one of its classes.
    pub fn is_own_object(&self, node: Node<'_>) -> bool {
        let is_made = || {
            let made = self.value(node).and_then(|value| Call::of(value.node));
            let class = made.and_then(|made| self.resolve(made.callee));
            class.is_some_and(|class| matches!(class.meaning, Meaning::Class(_)))
        };
        matches!(node.kind(), Kind::Identifier | Kind::Attribute | Kind::Call)
            && (is_made() || self.declares_options() && self.is_namespace(node, 0, &Fuel::within_file()))
    }

    /// The qualified names that `node` may have, a name that the file imports or an attribute of one, outside of the standard library:
    /// several if it may come from several wildcard imports.
    fn foreign_names(&self, node: Node<'_>) -> Vec<String> {
        let path = match node.kind() {
            Kind::Identifier if self.owner_bindings(node.text(), node.start()).is_empty() => {
                let imports = self.scopes().wildcard_imports().iter().take(MOST_WILDCARD_IMPORTS);
                let names = imports.map(|import| member(&import.module, node.text()));
                return names.filter(|path| !is_standard_module(path)).collect();
            }
            Kind::Identifier => self.qualified_name(node),
            _ => node.object_and_name().and_then(|(object, name)| self.foreign_attribute(object, name.text())),
        };
        path.filter(|path| !is_standard_module(path)).into_iter().collect()
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
        let HandedOn { given, read } = HandedOn::of(&Source::decode(text.into()).unwrap()).unwrap();
        let mut found: Vec<String> = given
            .into_iter()
            .chain(read)
            .flat_map(|(name, all)| all.into_iter().map(move |forward| (name.clone(), forward)))
            .map(|(name, Forward { given, callee, .. })| {
                let Given::One { parameter, argument, element, attribute } = given else {
                    return format!("{name} -> {callee}");
                };
                let element = element.map(|element| format!("[{element}]")).unwrap_or_default();
                let attribute = attribute.map(|attribute| format!(".{attribute}")).unwrap_or_default();
                format!("{name}({}){attribute} -> {callee}({}){element}", place(&parameter), place(&argument))
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
            (
                "import socket\nfrom .settings import HOST\nsocket.create_server((HOST, 0))\n",
                &[".settings.HOST(0) -> socket.create_server(0)[0]"],
            ),
            (
                "import app.settings, uvicorn\ndef main():\n    uvicorn.run(None, host=app.settings.HOST or '')\n",
                &["app.settings.HOST(0) -> uvicorn.run(host)"],
            ),
            (
                "import uvicorn\nfrom app import Settings\ns = Settings()\nuvicorn.run(None, host=s.host)\n",
                &["app.Settings.host(0) -> uvicorn.run(host)"],
            ),
            (
                "import uvicorn\nclass Dashboard:\n    def __init__(self, args):\n        self.args = args\n    \
                 def run(self):\n        uvicorn.run(None, host=self.args.bind)\n",
                &["Dashboard(0 args).bind -> uvicorn.run(host)"],
            ),
            (
                "import app.base, socket\nclass Tcp(app.base.Base):\n    def run(self):\n        \
                 socket.create_server((self.host, 0))\n",
                &["Tcp -> app.base.Base", "app.base.Base.host(0) -> socket.create_server(0)[0]"],
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
