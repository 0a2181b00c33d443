//! What calls call, against the call graphs of PyCG's micro-benchmark: small programs in folders by the feature of the language.
//!
//! The programs and their graphs are in the source package `pycg` of PyPI. Run it with `TIGHTWIRE_PYCG` set to a folder to keep it there.
//! Beside ours stand the figures of PyCG itself, which is in the same package.
//!
//! The test asks what a call *may* run, [`PythonFile::possible_callees`], because that is what PyCG answers. Names that only the graphs
//! have are made here: `<builtin>.len`, `<**PyStr**>.join`, `<lambda1>`.
//!
//! Some edges of the graphs are counted although no program makes these calls:
//!
//! - `builtins/map` calls `map([1, 2, 3], func)`, which ends with a `TypeError`: `map` takes the function first. Four edges.
//! - `decorators/nested_decorators`: `main` does not call `func`, whose name stands for what the decorators make of it.
//! - `dynamic/eval`: nobody calls what is named in the text of `eval("func()")`, in the graph even `func` calls `eval`.
//! - `dicts/update`: the graph leaves out the call of `dict.update`, while `builtins/types` has that of `dict.items`.
//!
//! What a function of another module returns, and what other modules pass to a function, is not followed; nor is a number that another
//! module gives as an index. These are the other edges that are missed.

use crate::interpreter::python;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};
use tightwire::python::{Call, Definition, Kind, Loop, Node, PossibleCallees, Project, PythonFile};
use tightwire::workspace::project::Index;

/// The release that holds the programs: 118 of them.
const PACKAGE: &str = "pycg==0.0.8";

/// What was measured, in percent.
const RECALL: usize = 95;
const PRECISION: usize = 99;

/// Calls, each from a function to a function, by PyCG's names: `main.A.method`.
type Edges = BTreeSet<(String, String)>;

/// The modules of one program.
struct Program {
    /// Its folder, and the outermost one of the project.
    folder: PathBuf,
    limit: PathBuf,
    modules: BTreeMap<String, Module>,
}

struct Module {
    file: PythonFile,
    project: Arc<dyn Project>,
}

impl Program {
    fn read(folder: &Path) -> Self {
        let index: Arc<Index> = Arc::default();
        let folder = &folder.canonicalize().unwrap();
        let mut modules = BTreeMap::new();
        let mut limit = folder.clone();
        let mut open = vec![folder.to_path_buf()];
        while let Some(at) = open.pop() {
            for path in fs::read_dir(&at).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "py") {
                    let place = index.locate(&path, folder).unwrap();
                    limit.clone_from(&place.limit);
                    let project = index.project(place, &path, Arc::default());
                    let text = fs::read_to_string(&path).unwrap();
                    let file = PythonFile::parse_in(Some(Arc::clone(&project)), None, &text).unwrap();
                    modules.insert(module_name(folder, &path), Module { file, project });
                }
            }
        }
        Self { folder: folder.clone(), limit, modules }
    }

    fn edges(&self) -> Edges {
        self.modules.iter().flat_map(|(module, file)| self.edges_of(module, file)).collect()
    }

    fn edges_of(&self, module: &str, Module { file, project }: &Module) -> Edges {
        let mut edges = Edges::new();
        for node in file.root().descendants() {
            let caller = || scope_name(module, node);
            let looped = Loop::of(node).map(|looped| file.definitions_iterated(looped.iterated)).unwrap_or_default();
            edges.extend(looped.into_iter().map(|called| (caller(), definition_name(module, called))));
            let callee = match node.kind() {
                Kind::Call => Call::of(node).map(|call| call.callee),
                // `@decorator` calls it.
                Kind::Decorator => node.named_children().next(),
                // `raise Class` makes an object; of a built-in class, PyCG does not say so.
                Kind::RaiseStatement => node.named_children().next().filter(|value| match value.kind() {
                    Kind::Identifier => !file.owner_bindings(value.text(), value.start()).is_empty(),
                    kind => kind == Kind::Attribute,
                }),
                _ => None,
            };
            let Some(callee) = callee else { continue };
            edges.extend(self.called(module, file, &**project, callee).into_iter().map(|called| (caller(), called)));
        }
        edges
    }

    fn called(&self, module: &str, file: &PythonFile, project: &dyn Project, callee: Node<'_>) -> Vec<String> {
        let PossibleCallees { definitions, names } = file.possible_callees(callee);
        if !definitions.is_empty() {
            let names = definitions.into_iter().flat_map(|definition| match definition.kind() {
                // A class without a constructor calls nothing.
                Kind::ClassDefinition => {
                    file.base_paths(definition.id()).iter().map(|base| format!("{base}.__init__")).collect()
                }
                _ => vec![definition_name(module, definition)],
            });
            return names.collect();
        }
        let is_builtin = callee.kind() == Kind::Identifier
            && file.owner_bindings(callee.text(), callee.start()).is_empty()
            && BUILTINS.contains(&callee.text());
        if is_builtin {
            return vec![format!("<builtin>.{}", callee.text())];
        }
        let of_literal = of_literal(file, callee);
        if !of_literal.is_empty() {
            return of_literal;
        }
        names.iter().flat_map(|path| self.defined(project, path)).collect()
    }

    /// What `path` is by PyCG's names: a definition of another module, or a name from outside.
    fn defined(&self, project: &dyn Project, path: &str) -> Vec<String> {
        let Some(Definition { file, name }) = project.definition(path) else { return vec![path.to_owned()] };
        let module = module_name(&self.folder, &self.limit.join(file));
        let Some(Module { file, .. }) = self.modules.get(&module) else { return vec![path.to_owned()] };
        let path = format!("{module}.{name}");
        let is = |node: &Node<'_>, path: &str| is_definition(*node) && definition_name(&module, *node) == path;
        let definition = file.root().descendants().find(|node| is(node, &path));
        if definition.is_none_or(|definition| definition.kind() == Kind::FunctionDefinition) {
            return vec![path];
        }
        let init = format!("{path}.__init__");
        file.root().descendants().any(|node| is(&node, &init)).then_some(init).into_iter().collect()
    }
}

/// The methods of the types of literals that `callee` may be, by PyCG's names.
fn of_literal(file: &PythonFile, callee: Node<'_>) -> Vec<String> {
    let Some((object, name)) = callee.object_and_name() else { return Vec::new() };
    let types = file.sources(object).into_iter().filter_map(|value| match value.node.kind() {
        Kind::String => Some("<**PyStr**>"),
        Kind::Dictionary => Some("<**PyDict**>"),
        Kind::List => Some("<**PyList**>"),
        _ => None,
    });
    types.map(|of| format!("{of}.{}", name.text())).collect()
}

fn is_definition(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::FunctionDefinition | Kind::ClassDefinition)
}

/// Those that the graphs name.
const BUILTINS: [&str; 6] = ["StopIteration", "eval", "len", "map", "range", "super"];

fn module_name(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap().with_extension("");
    let name = relative.to_str().unwrap().replace('/', ".");
    name.strip_suffix(".__init__").map(str::to_owned).unwrap_or(name)
}

/// The function around `node`; PyCG counts what a class body calls to its class.
fn scope_name(module: &str, node: Node<'_>) -> String {
    let around = node.ancestors().find(|around| {
        matches!(around.kind(), Kind::FunctionDefinition | Kind::Lambda | Kind::ClassDefinition)
            // Decorators, defaults and bases belong to what is around the definition.
            && around.named_children().last().is_some_and(|body| body.contains(node))
    });
    around.map_or_else(|| module.to_owned(), |around| definition_name(module, around))
}

fn definition_name(module: &str, definition: Node<'_>) -> String {
    let around = scope_name(module, definition);
    match definition.kind() {
        _ if is_definition(definition) => {
            let name = definition.named_children().find(|child| child.kind() == Kind::Identifier);
            format!("{around}.{}", name.map_or("", Node::text))
        }
        Kind::Lambda => {
            // Numbered in each scope.
            let root = definition.ancestors().last().unwrap_or(definition);
            let before = root.descendants().take_while(|node| *node != definition);
            let count = before
                .filter(|node| node.kind() == Kind::Lambda && node.is_named() && scope_name(module, *node) == around)
                .count();
            format!("{around}.<lambda{}>", count + 1)
        }
        _ => around,
    }
}

fn expected(folder: &Path) -> Edges {
    graph(&fs::read_to_string(folder.join("callgraph.json")).unwrap())
}

fn graph(text: &str) -> Edges {
    let graph: BTreeMap<String, Vec<String>> = serde_json::from_str(text).unwrap();
    graph.into_iter().flat_map(|(from, to)| to.into_iter().map(move |to| (from.clone(), to))).collect()
}

#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    wanted: usize,
    said: usize,
}

impl Score {
    fn add(&mut self, wanted: &Edges, said: &Edges) {
        self.right += wanted.intersection(said).count();
        self.wanted += wanted.len();
        self.said += said.len();
    }

    fn join(self, other: Self) -> Self {
        Self { right: self.right + other.right, wanted: self.wanted + other.wanted, said: self.said + other.said }
    }

    fn recall(self) -> usize {
        percent(self.right, self.wanted)
    }

    fn precision(self) -> usize {
        percent(self.right, self.said)
    }
}

fn percent(part: usize, whole: usize) -> usize {
    (part * 100).checked_div(whole).unwrap_or(100)
}

/// The folder of the programs, downloaded if it is not there yet.
fn programs(python: &str) -> Option<PathBuf> {
    let cache = match env::var_os("TIGHTWIRE_PYCG") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("pycg"),
    };
    let folder = cache.join("pycg-0.0.8/micro-benchmark/snippets");
    if !folder.is_dir() {
        fs::create_dir_all(&cache).unwrap();
        let run = |program: &str, arguments: &[&str]| {
            Command::new(program).args(arguments).current_dir(&cache).status().is_ok_and(|status| status.success())
        };
        let got = run(python, &["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", PACKAGE])
            && run("tar", &["xzf", "pycg-0.0.8.tar.gz"]);
        if !got {
            return None;
        }
    }
    folder.is_dir().then_some(folder)
}

/// The edges that PyCG itself, whose code is beside the programs, finds in each of them.
fn pycg(python: &str, package: &Path, folders: &[PathBuf]) -> Option<Vec<Edges>> {
    let script = "import json, sys\n\
        from pycg import utils\n\
        from pycg.pycg import CallGraphGenerator\n\
        for folder in sys.argv[1:]:\n\
        \x20   graph = CallGraphGenerator([folder + '/main.py'], folder, -1, utils.constants.CALL_GRAPH_OP)\n\
        \x20   graph.analyze()\n\
        \x20   print(json.dumps({name: sorted(called) for name, called in graph.output().items()}))\n";
    let output =
        Command::new(python).args(["-c", script]).args(folders).env("PYTHONPATH", package).output().expect("a Python");
    if !output.status.success() {
        println!("PyCG itself does not run here: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).lines().map(graph).collect())
}

#[test]
#[ignore = "it downloads a package"]
fn calls_call_what_the_benchmark_says() {
    let Some(python) = python() else {
        println!("skipped: there is no Python");
        return;
    };
    let Some(folder) = programs(python) else {
        println!("skipped: `{PACKAGE}` cannot be downloaded; set `TIGHTWIRE_PYCG` to a folder with `pycg-0.0.8`");
        return;
    };
    let mut folders: Vec<PathBuf> = Vec::new();
    for category in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let programs = fs::read_dir(category).unwrap().map(|entry| entry.unwrap().path());
        folders.extend(programs.filter(|path| path.join("callgraph.json").is_file()));
    }
    folders.sort();
    let theirs = pycg(python, folder.ancestors().nth(2).unwrap(), &folders);
    let mut scores: BTreeMap<String, (usize, Score, Score)> = BTreeMap::new();
    for (index, folder) in folders.iter().enumerate() {
        let category = folder.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let (wanted, said) = (expected(folder), Program::read(folder).edges());
        let entry = scores.entry(category.clone()).or_default();
        entry.0 += 1;
        entry.1.add(&wanted, &said);
        entry.2.add(&wanted, theirs.as_ref().map_or(&Edges::new(), |theirs| &theirs[index]));
        let name = folder.file_name().unwrap().to_string_lossy();
        for (from, to) in wanted.difference(&said) {
            println!("missed  {category}/{name}: {from} -> {to}");
        }
        for (from, to) in said.difference(&wanted) {
            println!("extra   {category}/{name}: {from} -> {to}");
        }
    }
    println!(
        "{:<14} {:>8} {:>6}  {:>7} {:>9}  {:>11} {:>9}",
        "", "programs", "edges", "recall", "precision", "PyCG recall", "precision"
    );
    let row = |name: &str, (count, ours, theirs): (usize, Score, Score)| {
        let [a, b, c, d] =
            [ours.recall(), ours.precision(), theirs.recall(), theirs.precision()].map(|it| format!("{it} %"));
        println!("{name:<14} {count:>8} {:>6}  {a:>7} {b:>9}  {c:>11} {d:>9}", ours.wanted);
    };
    let mut total = (0, Score::default(), Score::default());
    for (category, score) in &scores {
        row(category, *score);
        total = (total.0 + score.0, total.1.join(score.1), total.2.join(score.2));
    }
    row("total", total);
    let ours = total.1;
    assert!(total.0 >= 112, "only {} programs", total.0);
    assert!(ours.recall() >= RECALL && ours.precision() >= PRECISION, "recall or precision fell");
}
