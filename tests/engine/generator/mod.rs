//! Python programs that a seed makes, for the evaluator to be wrong about.
//!
//! Every value is a text, and no two literals are equal, so it is visible which of them arrives at `ask(expression, mark)`. `flag()`
//! is a condition that nobody knows. A name says what it holds, whatever scope binds it: `a` to `e` hold a text, `p` and `q` a tuple
//! of two, `l` and `m` a list, `o` a dict with the keys of [`KEYS`], `x` and `y` an object, `g` and `h` a function that takes a text.
//! So nearly all programs run to their end. A function calls only what stands before it, and loops are bounded: none runs forever.

mod definitions;
mod expressions;
mod statements;

use crate::numbers::Random;

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let mut generator = Generator {
        random: Random(seed),
        lines: Vec::new(),
        indent: 0,
        texts: 0,
        marks: 0,
        names: 0,
        scopes: vec![Scope::default()],
        functions: Vec::new(),
        classes: Vec::new(),
        certain: true,
        has_helpers: false,
    };
    generator.file();
    generator.lines.join("\n") + "\n"
}

const TEXTS: [&str; 5] = ["a", "b", "c", "d", "e"];
const PAIRS: [&str; 2] = ["p", "q"];
const LISTS: [&str; 2] = ["l", "m"];
const DICTS: [&str; 1] = ["o"];
const OBJECTS: [&str; 2] = ["x", "y"];
const CALLABLES: [&str; 2] = ["g", "h"];
const KEYS: [&str; 3] = ["k", "n", "t"];
const ATTRIBUTES: [&str; 3] = ["u", "v", "w"];

/// Functions that take and give functions, and a class whose objects give texts one after the other.
const HELPERS: &str = "\
def _same(g):
    return g
def _wrap(g):
    def inner(*q, **o):
        return g(*q, **o)
    return inner
def _fixed(a):
    def decorator(g):
        def inner(*q, **o):
            if flag():
                return a
            return g(*q, **o)
        return inner
    return decorator
def _apply(g, a):
    return g(a)
def _either(g, h):
    return g if flag() else h
def _text(a):
    b = a
    return b
class _Yields:
    def __init__(self, a, b):
        self.first = a
        self.second = b
    def __iter__(self):
        yield self.first
        yield self.second
class _Counts:
    def __init__(self, a):
        self.text = a
        self.left = 2
    def __iter__(self):
        return self
    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.text";

/// So many lines are written after the helpers.
const MOST_LINES: usize = 45;

#[derive(Default)]
struct Scope {
    is_class: bool,
    is_function: bool,
    /// The names that may be read here.
    bound: Vec<&'static str>,
    /// The names that a function takes from the scopes around it, so that it never binds them.
    outer: Vec<&'static str>,
    /// The class of the object that a name holds.
    classes: Vec<(&'static str, usize)>,
    /// The names declared `global` or `nonlocal`, and that of `**options`.
    declared: Vec<&'static str>,
    /// The class whose method this is.
    method_of: Option<usize>,
}

impl Scope {
    /// The names that are bound here and belong to this scope.
    fn own(&self) -> Vec<&'static str> {
        self.bound.iter().copied().filter(|name| !self.declared.contains(name)).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Required,
    Default,
    /// `*args`, read as a tuple.
    Star,
    KeywordOnly,
    /// `**options`, read as a dict.
    DoubleStar,
}

#[derive(Clone)]
struct Signature {
    name: String,
    parameters: Vec<(&'static str, Takes)>,
    /// How many scopes there were where it was defined: it can be called only from within them.
    depth: usize,
    yields: bool,
}

#[derive(Clone)]
struct Class {
    name: String,
    depth: usize,
    attributes: Vec<&'static str>,
    /// Those that the class itself has.
    class_attributes: Vec<&'static str>,
    /// Those that `__init__` sets.
    set_by_init: Vec<&'static str>,
    has_base: bool,
    is_data: bool,
    /// Its methods are still being written.
    is_open: bool,
    properties: Vec<String>,
    /// Parameters of `__init__`.
    init: Vec<(&'static str, Takes)>,
    methods: Vec<Signature>,
    on_class: Vec<Signature>,
}

struct Generator {
    random: Random,
    lines: Vec<String>,
    indent: usize,
    texts: usize,
    marks: usize,
    names: usize,
    scopes: Vec<Scope>,
    functions: Vec<Signature>,
    classes: Vec<Class>,
    /// What an expression binds is bound afterwards.
    certain: bool,
    /// It begins with [`HELPERS`].
    has_helpers: bool,
}

impl Generator {
    fn file(&mut self) {
        if self.one_in(2) {
            self.line("#!/usr/bin/env python3");
        }
        self.line("import collections, contextlib, dataclasses, functools, threading");
        self.has_helpers = self.one_in(2);
        if self.has_helpers {
            self.lines.extend(HELPERS.lines().map(str::to_owned));
        }
        for _ in 0..self.below(3) + 1 {
            self.assign_text();
        }
        let most = self.most_lines();
        while self.lines.len() < most {
            self.statement(3);
        }
        self.ask(2);
    }

    /// A program has no more lines than about this.
    fn most_lines(&self) -> usize {
        if self.has_helpers { MOST_LINES + HELPERS.lines().count() } else { MOST_LINES }
    }

    // What is random.

    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.below(of.len())]
    }

    // What is written.

    fn line(&mut self, text: impl AsRef<str>) {
        // See the programs that are left out.
        if text.as_ref().starts_with('[') && self.lines.last().is_some_and(|line| line.ends_with(')')) {
            self.lines.push(format!("{}pass", "    ".repeat(self.indent)));
        }
        self.lines.push(format!("{}{}", "    ".repeat(self.indent), text.as_ref()));
    }

    fn literal(&mut self) -> String {
        self.texts += 1;
        format!("\"t{}\"", self.texts)
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        // A name without an underscore is one that another module may use.
        let public = if self.one_in(4) { "" } else { "_" };
        format!("{public}{prefix}{}", self.names)
    }

    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the module's scope stays")
    }

    /// Lines in a block of their own. What they bind may be unbound afterwards; a function or class is gone.
    fn block(&mut self, write: impl FnOnce(&mut Self)) {
        let bound = self.scope().bound.len();
        let (functions, classes) = (self.functions.len(), self.classes.len());
        self.indent += 1;
        let before = self.lines.len();
        write(self);
        if self.lines.len() == before {
            self.line("pass");
        }
        self.indent -= 1;
        if !self.one_in(6) {
            self.scope().bound.truncate(bound);
        }
        self.functions.truncate(functions);
        self.classes.truncate(classes);
    }

    fn statements(&mut self, size: usize) {
        for _ in 0..self.below(3) + 1 {
            self.statement(size);
        }
    }

    // Names.

    fn readable(&self, of: &[&'static str]) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = Vec::new();
        let mut hidden: Vec<&'static str> = Vec::new();
        for (index, scope) in self.scopes.iter().enumerate().rev() {
            let is_innermost = index + 1 == self.scopes.len();
            if scope.is_class && !is_innermost {
                continue;
            }
            found.extend(scope.bound.iter().filter(|name| of.contains(name) && !hidden.contains(name)));
            if scope.is_function {
                hidden.extend(of.iter().filter(|name| !scope.outer.contains(name)));
            }
        }
        found
    }

    fn read(&mut self, of: &[&'static str]) -> Option<&'static str> {
        let found = self.readable(of);
        (!found.is_empty()).then(|| self.pick(&found))
    }

    /// A name that a statement here may bind.
    fn bindable(&mut self, of: &[&'static str]) -> &'static str {
        let outer = self.scope().outer.clone();
        let free: Vec<&'static str> = of.iter().copied().filter(|name| !outer.contains(name)).collect();
        if free.is_empty() { "z" } else { self.pick(&free) }
    }

    fn bind(&mut self, name: &'static str) -> &'static str {
        if !self.scope().bound.contains(&name) {
            self.scope().bound.push(name);
        }
        name
    }

    /// An object, and its class.
    fn object(&mut self) -> Option<(String, Class)> {
        let around = self.scopes.iter().rev().find(|scope| scope.is_function);
        if let Some(class) = around.and_then(|scope| scope.method_of)
            && self.one_in(2)
        {
            return Some(("self".to_owned(), self.classes.get(class)?.clone()));
        }
        self.named_object()
    }

    fn named_object(&mut self) -> Option<(String, Class)> {
        let name = self.read(&OBJECTS)?;
        let known = self.scopes.iter().rev().find_map(|scope| scope.classes.iter().rev().find(|known| known.0 == name));
        let class = self.classes.get(known?.1)?.clone();
        Some((name.to_owned(), class))
    }
}
