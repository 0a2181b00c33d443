//! The layers of the code, held against its `use` paths.
//!
//! Every file under `src/` and `transforms/` is parsed, and each path in it that leads to another file of the crate is an arrow. A
//! re-export in a `mod.rs` is not an arrow: whoever uses it is followed to the file that defines the item. Unit tests are left out.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use syn::visit::{self, Visit};

/// The floors, from the ground. A file may use its own folder and lower floors.
const FLOORS: [&[&str]; 14] = [
    &["problem"],
    &["text"],
    &["python"],
    &["finding"],
    &["rewrite"],
    &["rule"],
    &["transforms"],
    &["engine", "state"],
    &["probe", "write"],
    &["workspace"],
    &["report", "terminal"],
    &["review"],
    &["cli"],
    // `lib.rs` and `main.rs`.
    &[""],
];

/// Files of one folder that may use each other in a circle.
const MOST_IN_A_CIRCLE: usize = 3;

#[test]
fn every_file_uses_its_own_folder_and_lower_floors_only() {
    let broken = broken_rules(&sources());
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn an_import_against_the_layers_is_named_with_its_line() {
    for (file, import, expected) in [
        (
            "src/python/target.rs",
            "use crate::engine::Engine;",
            "src/python/target.rs:1: `python` (floor 2) may not use `engine` (floor 7)",
        ),
        (
            "src/report/concise.rs",
            "use crate::terminal::streams::Terminal;",
            "src/report/concise.rs:1: `report` (floor 10) may not use `terminal` (floor 10)",
        ),
        (
            "transforms/mod.rs",
            "fn f() { crate::cli::main(); }",
            "transforms/mod.rs:1: `transforms` (floor 6) may not use `cli` (floor 12)",
        ),
    ] {
        let broken = broken_rules(&with_line(file, import));
        assert_eq!(broken.first().map(String::as_str), Some(expected), "{broken:?}");
    }
}

#[test]
fn a_circle_between_folders_is_named_with_its_files() {
    let sources = [
        ("src/text/mod.rs", "mod a;\nmod inner;\npub use a::A;\n"),
        ("src/text/a.rs", "use super::inner::B;\npub struct A;\n"),
        ("src/text/inner/mod.rs", "mod b;\npub use b::B;\n"),
        ("src/text/inner/b.rs", "use crate::text::A;\npub struct B;\n"),
    ];
    let broken = broken_rules(&owned(&sources));
    assert_eq!(broken, ["src/text/a.rs:1: a circle of files in different folders: src/text/a.rs, src/text/inner/b.rs"]);
}

#[test]
fn a_large_circle_inside_a_folder_is_named() {
    let sources = [
        ("src/text/mod.rs", "mod a;\nmod b;\nmod c;\nmod d;\n"),
        ("src/text/a.rs", "use super::b::B;\npub struct A;\n"),
        ("src/text/b.rs", "use super::c::C;\npub struct B;\n"),
        ("src/text/c.rs", "use super::d::D;\npub struct C;\n"),
        ("src/text/d.rs", "use super::a::A;\npub struct D;\n"),
    ];
    let broken = broken_rules(&owned(&sources));
    assert_eq!(broken.len(), 1, "{broken:?}");
    assert!(broken[0].contains("a circle of 4 files in one folder"), "{broken:?}");
    assert_eq!(broken_rules(&owned(&sources[..4])), [""; 0]);
}

/// A file's path from the project's root, and its text.
type Sources = BTreeMap<String, String>;

/// The program's own sources.
fn sources() -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Sources::new();
    let mut open = vec![root.join("src"), root.join("transforms")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(found.len() > 100, "only {} files were found", found.len());
    found
}

/// The program's own sources with `line` before the text of `file`.
fn with_line(file: &str, line: &str) -> Sources {
    let mut sources = sources();
    let text = sources.get_mut(file).unwrap_or_else(|| panic!("{file} is not there any more"));
    // Inner doc comments come first in a file, so they are taken out.
    let rest: String = text.lines().filter(|line| !line.starts_with("//!")).flat_map(|line| [line, "\n"]).collect();
    *text = format!("{line}\n{rest}");
    sources
}

fn owned(sources: &[(&str, &str)]) -> Sources {
    sources.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect()
}

/// One use of another file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    line: usize,
    to: String,
}

/// What is wrong, one line each.
fn broken_rules(sources: &Sources) -> Vec<String> {
    let arrows = arrows(sources);
    let mut broken: Vec<String> = arrows.iter().filter_map(against_floors).collect();
    broken.extend(circles(&arrows));
    broken
}

fn against_floors(arrow: &Arrow) -> Option<String> {
    let (from, to) = (layer(&arrow.from), layer(&arrow.to));
    let floor = |layer: &str| {
        let found = FLOORS.iter().position(|floor| floor.contains(&layer));
        found.unwrap_or_else(|| panic!("`{layer}` has no floor: add it to FLOORS and to ARCHITECTURE.md"))
    };
    let (own, other) = (floor(&from), floor(&to));
    (from != to && other >= own)
        .then(|| format!("{}:{}: `{from}` (floor {own}) may not use `{to}` (floor {other})", arrow.from, arrow.line))
}

/// The layer that a file belongs to: the first part of its module's path.
fn layer(file: &str) -> String {
    module_of(file).first().cloned().unwrap_or_default()
}

/// The module of a file: `src/text/mod.rs` is `text`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.strip_prefix("src/").unwrap_or(file).trim_end_matches(".rs");
    let mut module: Vec<String> = path.split('/').map(str::to_string).collect();
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Every arrow from file to file, sorted.
fn arrows(sources: &Sources) -> BTreeSet<Arrow> {
    let is_test = |file: &str| file.ends_with("/tests.rs");
    let parsed: Vec<Paths> = sources
        .iter()
        .filter(|(file, _)| !is_test(file) && *file != "src/main.rs")
        .map(|(file, text)| Paths::of(file, text))
        .collect();
    let crate_modules = Modules {
        files: parsed.iter().map(|paths| (paths.module.clone(), paths.file.clone())).collect(),
        exports: parsed.iter().map(|paths| (paths.module.clone(), paths.exports.as_slice())).collect(),
    };
    let mut arrows = BTreeSet::new();
    for paths in &parsed {
        for (line, path) in &paths.used {
            let to = crate_modules.absolute(&paths.module, path).and_then(|path| crate_modules.file(&path));
            if let Some(to) = to.filter(|to| *to != paths.file) {
                arrows.insert(Arrow { from: paths.file.clone(), line: *line, to });
            }
        }
    }
    arrows
}

/// The crate's modules, to find what a path leads to.
struct Modules<'p> {
    files: BTreeMap<Vec<String>, String>,
    exports: BTreeMap<Vec<String>, &'p [(String, Vec<String>)]>,
}

impl Modules<'_> {
    /// `path`, as it is written in `module`, from the crate's root; none for what another crate gives.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let (_, above) = module.split_last()?;
                match rest.first().is_some_and(|next| next == "super") {
                    true => self.absolute(above, rest),
                    false => Some([above, rest].concat()),
                }
            }
            _ => {
                let child = [module, &path[..1]].concat();
                self.files.contains_key(&child).then(|| [module, path].concat())
            }
        }
    }

    /// The file that defines what `path`, from the crate's root, names.
    fn file(&self, path: &[String]) -> Option<String> {
        let mut path = path.to_vec();
        // A re-export may lead to another one.
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| self.files.contains_key(&path[..*length]))?;
            let (module, rest) = path.split_at(length);
            let exported = rest.first().and_then(|name| {
                let exports = self.exports.get(module)?;
                exports.iter().find(|(exported, _)| exported == name).map(|(_, target)| target)
            });
            match exported.and_then(|target| self.absolute(module, target)) {
                Some(target) => path = [&target, &rest[1..]].concat(),
                None => return self.files.get(module).cloned(),
            }
        }
        None
    }
}

/// The paths in one file.
struct Paths {
    file: String,
    module: Vec<String>,
    /// With the one-based line.
    used: Vec<(usize, Vec<String>)>,
    /// What a `mod.rs` hands on: the name, and the path of what it is.
    exports: Vec<(String, Vec<String>)>,
}

impl Paths {
    fn of(file: &str, text: &str) -> Self {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut paths = Self { file: file.to_string(), module: module_of(file), used: Vec::new(), exports: Vec::new() };
        paths.visit_file(&parsed);
        paths
    }

    fn is_facade(&self) -> bool {
        self.file.ends_with("/mod.rs") || self.file == "src/lib.rs"
    }
}

impl Visit<'_> for Paths {
    fn visit_item(&mut self, item: &syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
        };
        if !attributes.iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let is_export = self.is_facade() && !matches!(item.vis, syn::Visibility::Inherited);
        for (line, name, path) in leaves(&item.tree) {
            if is_export {
                self.exports.push((name, path));
            } else {
                self.used.push((line, path));
            }
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
            self.used.push((line, segments));
        }
        visit::visit_path(self, path);
    }
}

/// The lines, names and paths that a `use` brings; `use a::*` is a use of `a`.
fn leaves(tree: &syn::UseTree) -> Vec<(usize, String, Vec<String>)> {
    let line = |name: &syn::Ident| name.span().start().line;
    match tree {
        syn::UseTree::Path(path) => {
            let inner = leaves(&path.tree).into_iter();
            let first = path.ident.to_string();
            inner
                .map(|(at, name, rest)| {
                    let path_line = if at == 0 { line(&path.ident) } else { at };
                    // `use a::{self}` brings `a`.
                    let name = if name == "self" { first.clone() } else { name };
                    let rest = if rest == ["self"] { Vec::new() } else { rest };
                    (path_line, name, [vec![first.clone()], rest].concat())
                })
                .collect()
        }
        syn::UseTree::Name(name) => vec![(line(&name.ident), name.ident.to_string(), vec![name.ident.to_string()])],
        syn::UseTree::Rename(rename) => {
            vec![(line(&rename.ident), rename.rename.to_string(), vec![rename.ident.to_string()])]
        }
        syn::UseTree::Glob(_) => vec![(0, String::new(), Vec::new())],
        syn::UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
    }
}

/// The circles that are not allowed, each with the first arrow in it.
fn circles(arrows: &BTreeSet<Arrow>) -> Vec<String> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for arrow in arrows {
        next.entry(&arrow.from).or_default().insert(&arrow.to);
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|file| (*file, reached_from(file, &next))).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for file in next.keys() {
        if seen.contains(file) || !reached[file].contains(file) {
            continue;
        }
        let circle: Vec<&str> = reached[file]
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)))
            .copied()
            .collect();
        seen.extend(&circle);
        let folders: BTreeSet<&str> = circle.iter().map(|file| file.rsplit_once('/').unwrap().0).collect();
        let first = arrows.iter().find(|arrow| circle.contains(&&*arrow.from) && circle.contains(&&*arrow.to)).unwrap();
        let files = circle.join(", ");
        if folders.len() > 1 {
            found.push(format!("{}:{}: a circle of files in different folders: {files}", first.from, first.line));
        } else if circle.len() > MOST_IN_A_CIRCLE {
            let count = circle.len();
            found.push(format!("{}:{}: a circle of {count} files in one folder: {files}", first.from, first.line));
        }
    }
    found
}

/// The files that can be reached from `file` by one arrow or more.
fn reached_from<'a>(file: &'a str, next: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        for to in next.get(file).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}
