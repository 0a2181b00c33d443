//! Functions and classes.

use super::{ATTRIBUTES, Class, Generator, Scope, Signature, TEXTS, Takes};

impl Generator {
    /// The parameters of a function, as written and as they are passed.
    pub(super) fn parameters(&mut self) -> (Vec<String>, Vec<(&'static str, Takes)>) {
        let mut free = TEXTS.to_vec();
        let mut take = |it: &mut Self| free.swap_remove(it.random.below(free.len()));
        let (mut written, mut found) = (Vec::new(), Vec::new());
        for _ in 0..self.below(3) {
            let name = take(self);
            written.push(name.to_owned());
            found.push((name, Takes::Required));
        }
        if self.one_in(3) {
            let name = take(self);
            written.push(format!("{name}={}", self.text(0)));
            found.push((name, Takes::Default));
        }
        if self.one_in(6) {
            written.push("*q".to_owned());
            found.push(("q", Takes::Star));
            if self.one_in(2) {
                let name = take(self);
                written.push(format!("{name}={}", self.text(0)));
                found.push((name, Takes::KeywordOnly));
            }
        }
        if self.one_in(8) {
            written.push("**o".to_owned());
            found.push(("o", Takes::DoubleStar));
        }
        (written, found)
    }

    /// The body of a function with these parameters, in a scope of its own.
    pub(super) fn body(
        &mut self,
        parameters: &[(&'static str, Takes)],
        size: usize,
        yields: bool,
        method_of: Option<usize>,
    ) {
        let mut own: Vec<&'static str> = parameters.iter().map(|(name, _)| *name).collect();
        let mut declared: Vec<&'static str> = Vec::new();
        let around = self.readable(&TEXTS);
        for name in TEXTS {
            if own.contains(&name) {
                continue;
            }
            if around.contains(&name) && self.one_in(6) {
                declared.push(name);
            } else if self.one_in(3) {
                own.push(name);
            }
        }
        own.extend(["p", "l", "x", "g"]);
        let is_nested = self.scopes.iter().skip(1).any(|scope| scope.is_function);
        let module = self.scopes[0].bound.clone();
        let enclosing: Vec<&'static str> =
            self.scopes.iter().skip(1).filter(|scope| scope.is_function).flat_map(Scope::own).collect();
        self.scopes.push(Scope { is_function: true, method_of, ..Scope::default() });
        for name in declared {
            if is_nested && enclosing.contains(&name) {
                self.line(format!("nonlocal {name}"));
            } else if module.contains(&name) {
                self.line(format!("global {name}"));
            } else {
                continue;
            }
            own.push(name);
            self.bind(name);
            self.scope().declared.push(name);
        }
        self.outer_of_this_scope(&own);
        for (name, takes) in parameters {
            let is_text = !matches!(takes, Takes::Star | Takes::DoubleStar);
            if is_text || self.one_in(2) {
                self.bind(name);
            }
        }
        if method_of.is_some() && self.one_in(4) {
            let attribute = self.pick(&ATTRIBUTES);
            let value = self.text(1);
            self.line(format!("self.{attribute} = {value}"));
        }
        if parameters.iter().any(|(_, takes)| *takes == Takes::DoubleStar) {
            self.scope().declared.push("o");
        }
        self.statements(size);
        if self.one_in(4) {
            self.line("if flag():");
            let value = self.text(1);
            self.block(|it| it.line(format!("return {value}")));
        }
        if yields {
            for _ in 0..self.below(2) + 1 {
                let value = self.text(1);
                self.line(format!("yield {value}"));
            }
        } else {
            let value = self.text(2);
            self.line(format!("return {value}"));
        }
        self.scopes.pop();
    }

    pub(super) fn function(&mut self, size: usize) {
        let known = self.functions.last().filter(|last| last.depth == self.scopes.len()).map(|last| last.name.clone());
        let name = known.filter(|_| self.one_in(12)).unwrap_or_else(|| self.fresh("f"));
        let yields = self.one_in(8);
        let (written, parameters) = self.parameters();
        if self.one_in(10) {
            self.line("@functools.lru_cache");
        }
        if self.has_helpers && self.one_in(5) {
            for _ in 0..self.below(2) + 1 {
                let text = self.text(0);
                let decorators =
                    if yields { ["@_same", "@_wrap", "@_same"] } else { ["@_same", "@_wrap", "@_fixed(T)"] };
                let decorator = self.pick(&decorators).replace('T', &text);
                self.line(decorator);
            }
        }
        self.line(format!("def {name}({}):", written.join(", ")));
        let depth = self.scopes.len();
        self.block(|it| it.body(&parameters, size, yields, None));
        self.functions.retain(|known| known.name != name);
        self.functions.push(Signature { name: name.clone(), parameters: parameters.clone(), depth, yields });
        for _ in 0..self.below(3) {
            let call = format!("{name}({})", self.arguments(&parameters, 1));
            let call = if yields { format!("next({call})") } else { call };
            match self.below(3) {
                0 => self.line(call),
                1 => {
                    let target = self.bindable(&TEXTS);
                    self.line(format!("{target} = {call}"));
                    self.bind(target);
                }
                _ => {
                    self.marks += 1;
                    self.line(format!("ask({call}, {})", self.marks));
                }
            }
        }
    }

    pub(super) fn class(&mut self, size: usize) {
        let name = self.fresh("C");
        let depth = self.scopes.len();
        let base = if self.one_in(2) { self.class_here() } else { None };
        let mut class = base.clone().unwrap_or(Class {
            name: name.clone(),
            depth,
            attributes: Vec::new(),
            class_attributes: Vec::new(),
            set_by_init: Vec::new(),
            has_base: false,
            is_data: false,
            is_open: true,
            properties: Vec::new(),
            init: Vec::new(),
            methods: Vec::new(),
            on_class: Vec::new(),
        });
        class.name.clone_from(&name);
        class.depth = depth;
        class.has_base = base.is_some();
        class.is_open = true;
        if base.is_none() && self.one_in(8) {
            self.data_class(class);
            return;
        }
        let bases = base.as_ref().map(|base| format!("({})", base.name)).unwrap_or_default();
        self.line(format!("class {name}{bases}:"));
        let index = self.classes.len();
        self.indent += 1;
        self.scopes.push(Scope { is_class: true, ..Scope::default() });
        for attribute in ATTRIBUTES {
            if self.one_in(3) {
                let value = self.text(1);
                self.line(format!("{attribute} = {value}"));
                class.attributes.push(attribute);
                class.class_attributes.push(attribute);
            }
        }
        if self.one_in(5) {
            self.assign_text();
        }
        if self.one_in(6) {
            self.ask(1);
        }
        if base.is_none() || self.one_in(2) {
            self.initializer(&mut class, base.as_ref());
        }
        // While its methods are written the class is known, so that they can use `self`.
        self.classes.push(class.clone());
        for _ in 0..self.below(3) {
            let class = self.method(index, size);
            self.classes[index] = class;
        }
        self.scopes.pop();
        self.indent -= 1;
        self.classes[index].is_open = false;
        if self.lines.last().is_some_and(|line| line.trim_start().starts_with("class ")) {
            self.line("    pass");
        }
        self.use_class();
    }

    /// An object of the last class, and what its methods do.
    pub(super) fn use_class(&mut self) {
        self.construct();
        for _ in 0..self.below(4) {
            match self.attribute_of_object(1) {
                Some(value) if self.one_in(2) => {
                    self.marks += 1;
                    self.line(format!("ask({value}, {})", self.marks));
                }
                Some(value) => self.line(value),
                None => {}
            }
        }
    }

    pub(super) fn data_class(&mut self, mut class: Class) {
        self.line("@dataclasses.dataclass");
        self.line(format!("class {}:", class.name));
        self.indent += 1;
        self.line("u: str");
        let default = self.literal();
        self.line(format!("v: str = {default}"));
        self.indent -= 1;
        class.attributes = vec!["u", "v"];
        class.class_attributes = vec!["v"];
        class.is_data = true;
        class.is_open = false;
        class.init = vec![("u", Takes::Required), ("v", Takes::Default)];
        self.classes.push(class);
    }

    pub(super) fn initializer(&mut self, class: &mut Class, base: Option<&Class>) {
        let (mut written, parameters) = self.parameters();
        written.insert(0, "self".to_owned());
        self.line(format!("def __init__({}):", written.join(", ")));
        let own: Vec<&'static str> = parameters.iter().map(|(name, _)| *name).collect();
        self.scopes.push(Scope { is_function: true, ..Scope::default() });
        self.outer_of_this_scope(&own);
        let texts = parameters.iter().filter(|(_, takes)| !matches!(takes, Takes::Star | Takes::DoubleStar));
        for (name, _) in texts {
            self.bind(name);
        }
        self.indent += 1;
        let before = self.lines.len();
        if let Some(base) = base
            && !self.one_in(5)
        {
            let arguments = self.arguments(&base.init, 1);
            match self.one_in(4) && !arguments.is_empty() {
                true => self.line(format!("{}.__init__(self, {arguments})", base.name)),
                false => self.line(format!("super().__init__({arguments})")),
            }
        }
        for attribute in ATTRIBUTES {
            class.set_by_init.push(attribute);
            match self.below(5) {
                0..=1 => {
                    let value = self.text(1);
                    self.line(format!("self.{attribute} = {value}"));
                    class.attributes.push(attribute);
                }
                2 => {
                    let value = self.text(1);
                    self.line(format!("if flag(): self.{attribute} = {value}"));
                }
                _ => {}
            }
        }
        if self.one_in(6) {
            let (a, b) = (self.text(1), self.text(1));
            self.line(format!("self.u, self.v = {a}, {b}"));
            class.attributes.extend(["u", "v"]);
        }
        if self.lines.len() == before {
            self.line("pass");
        }
        self.indent -= 1;
        self.scopes.pop();
        class.init = parameters;
    }

    pub(super) fn method(&mut self, index: usize, size: usize) -> Class {
        let (mut written, parameters) = self.parameters();
        let depth = self.scopes.len();
        let class = self.classes[index].clone();
        let name = match class.methods.last() {
            Some(last) if self.one_in(6) => last.name.clone(),
            _ => self.fresh("m"),
        };
        match self.below(8) {
            0 => {
                self.line("@staticmethod");
                self.line(format!("def {name}({}):", written.join(", ")));
                self.block(|it| it.body(&parameters, size, false, None));
                self.classes[index].on_class.push(Signature { name, parameters, depth, yields: false });
            }
            1 => {
                self.line("@classmethod");
                written.insert(0, "cls".to_owned());
                self.line(format!("def {name}({}):", written.join(", ")));
                self.block(|it| it.body(&parameters, size, false, None));
                self.classes[index].on_class.push(Signature { name, parameters, depth, yields: false });
            }
            2 => {
                self.line("@property");
                let name = self.fresh("r");
                self.line(format!("def {name}(self):"));
                self.block(|it| it.body(&[], size, false, Some(index)));
                self.classes[index].properties.push(name);
            }
            _ => {
                written.insert(0, "self".to_owned());
                self.line(format!("def {name}({}):", written.join(", ")));
                self.block(|it| it.body(&parameters, size, false, Some(index)));
                let signature = Signature { name, parameters, depth, yields: false };
                self.classes[index].methods.retain(|known| known.name != signature.name);
                self.classes[index].methods.push(signature);
            }
        }
        self.classes[index].clone()
    }
}
