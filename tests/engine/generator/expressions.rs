//! What gives a text, a tuple, a list, a dict or a function; calls.

use super::{
    ATTRIBUTES, CALLABLES, Class, DICTS, Generator, KEYS, LISTS, OBJECTS, PAIRS, Scope, Signature, TEXTS, Takes,
};

impl Generator {
    /// An expression that gives a text.
    pub(super) fn text(&mut self, size: usize) -> String {
        let less = size.saturating_sub(1);
        let found = match if size == 0 { self.below(20) } else { self.below(80) } {
            0..=4 => None,
            5..=29 => self.read(&TEXTS).map(str::to_owned),
            30..=33 => self.choice(less),
            34 if !self.scope().is_class && self.certain => {
                let value = self.text(less);
                let name = self.bindable(&TEXTS);
                Some(format!("({} := {value})", self.bind(name)))
            }
            35..=39 => self.item_of_tuple(less),
            40..=43 => self.item_of_list(less),
            44..=48 => self.item_of_dict(less),
            49..=56 => self.call(less),
            57..=64 => self.attribute_of_object(less),
            65..=66 => self.attribute_of_class(),
            67..=69 => self.call_of_callable(less),
            70..=71 => self.comprehension(less),
            72..=73 => self.partial(less),
            74..=75 => self.built(less),
            76 => Some(format!("next(iter({}))", self.iterable(less))),
            77 => Some(format!("str({})", self.text(less))),
            78 => Some(format!("max({}, {})", self.text(less), self.text(less))),
            _ => self.generated(less),
        };
        found.unwrap_or_else(|| self.literal())
    }

    pub(super) fn choice(&mut self, size: usize) -> Option<String> {
        // Where a `:=` may not be reached, its name may not be bound afterwards.
        let is_certain = std::mem::replace(&mut self.certain, false);
        let (first, second) = (self.text(size), self.text(size));
        self.certain = is_certain;
        Some(match self.below(5) {
            0..=2 => format!("({first} if flag() else {second})"),
            3 => format!("({first} or {second})"),
            _ => format!("({first} and {second})"),
        })
    }

    pub(super) fn item_of_tuple(&mut self, size: usize) -> Option<String> {
        let index = self.pick(&["0", "1", "-1", "int(flag())"]);
        Some(format!("{}[{index}]", self.pair(size)))
    }

    pub(super) fn pair(&mut self, size: usize) -> String {
        match (self.below(3), self.read(&PAIRS)) {
            (0..=1, Some(name)) => name.to_owned(),
            _ => format!("({}, {})", self.text(size), self.text(size)),
        }
    }

    pub(super) fn item_of_list(&mut self, size: usize) -> Option<String> {
        let list = self.read(&LISTS).map_or_else(|| self.list(size), str::to_owned);
        let item = self.pick(&["[0]", "[1]", "[-1]", "[0:][0]", ".pop()", ".pop(0)", ".copy()[0]"]);
        Some(format!("{list}{item}"))
    }

    pub(super) fn list(&mut self, size: usize) -> String {
        let less = size.saturating_sub(1);
        match self.below(10) {
            0..=4 => format!("[{}, {}]", self.text(size), self.text(size)),
            5 => match self.read(&LISTS) {
                Some(name) => self.pick(&["L", "L + [V]", "[*L, V]", "[V, *L]", "list(L)", "L[:]"]).replace('L', name),
                None => "[V]".to_owned(),
            }
            .replace('V', &self.text(less)),
            6 => format!("[{}, {}, {}]", self.text(less), self.text(less), self.text(less)),
            7 => format!("list({})", self.pair(less)),
            8 => {
                let is_certain = std::mem::replace(&mut self.certain, false);
                let value = self.text(less);
                self.certain = is_certain;
                format!("[{value} for _ in range(2)]")
            }
            _ => format!("sorted({})", self.pair(less)),
        }
    }

    pub(super) fn item_of_dict(&mut self, size: usize) -> Option<String> {
        let dict = self.read(&DICTS).map_or_else(|| self.dict(size), str::to_owned);
        let key = self.pick(&KEYS);
        Some(match self.below(10) {
            0..=3 => format!("{dict}[\"{key}\"]"),
            4 => format!("{dict}.get(\"{key}\")"),
            5..=6 => format!("{dict}.get(\"{key}\", {})", self.text(size)),
            7 => format!("{dict}.setdefault(\"{key}\", {})", self.text(size)),
            8 => format!("{dict}.pop(\"{key}\", {})", self.text(size)),
            _ => format!("list({dict}.values())[0]"),
        })
    }

    pub(super) fn dict(&mut self, size: usize) -> String {
        let less = size.saturating_sub(1);
        let literal =
            |it: &mut Self| format!("{{\"k\": {}, \"n\": {}, \"t\": {}}}", it.text(less), it.text(less), it.text(less));
        match (self.below(10), self.read(&DICTS)) {
            (0..=5, _) => literal(self),
            (6, _) => format!("dict(k={}, n={}, t={})", self.text(less), self.text(less), self.text(less)),
            (7, Some(name)) => format!("{{**{name}, \"k\": {}}}", self.text(less)),
            (8, Some(name)) => format!("{{\"k\": {}, **{name}}}", self.text(less)),
            (9, Some(name)) => format!("dict({name}, n={})", self.text(less)),
            (7, None) => format!("dict([(\"k\", {}), (\"n\", {}), (\"t\", \"\")])", self.text(less), self.text(less)),
            (8, None) => format!("dict.fromkeys([\"k\", \"n\", \"t\"], {})", self.text(less)),
            _ => literal(self),
        }
    }

    /// The arguments for `parameters`, in one of the ways to pass them.
    pub(super) fn arguments(&mut self, parameters: &[(&'static str, Takes)], size: usize) -> String {
        let mut written: Vec<String> = Vec::new();
        let mut by_keyword = false;
        let required: Vec<&'static str> =
            parameters.iter().filter(|(_, takes)| *takes == Takes::Required).map(|(name, _)| *name).collect();
        if !required.is_empty() && self.one_in(8) {
            let values: Vec<String> = required.iter().map(|_| self.text(size)).collect();
            return match self.below(2) {
                0 => format!("*({},)", values.join(", ")),
                _ => {
                    let items: Vec<String> =
                        required.iter().zip(&values).map(|(name, value)| format!("\"{name}\": {value}")).collect();
                    format!("**{{{}}}", items.join(", "))
                }
            };
        }
        for (name, takes) in parameters {
            match takes {
                Takes::Required | Takes::Default => {
                    if *takes == Takes::Default && self.one_in(2) {
                        by_keyword = true;
                        continue;
                    }
                    by_keyword |= self.one_in(4);
                    let value = self.text(size);
                    written.push(if by_keyword { format!("{name}={value}") } else { value });
                }
                Takes::Star => {
                    if !by_keyword {
                        for _ in 0..self.below(3) {
                            let value = self.text(size);
                            written.push(value);
                        }
                    }
                    by_keyword = true;
                }
                Takes::KeywordOnly => {
                    if self.one_in(2) {
                        written.push(format!("{name}={}", self.text(size)));
                    }
                }
                Takes::DoubleStar => {
                    for key in KEYS {
                        if self.one_in(2) {
                            written.push(format!("{key}={}", self.text(size)));
                        }
                    }
                }
            }
        }
        written.join(", ")
    }

    pub(super) fn callable_here(&mut self, yields: bool) -> Option<Signature> {
        let depth = self.scopes.len();
        let found: Vec<usize> = (0..self.functions.len())
            .filter(|index| self.functions[*index].depth <= depth && self.functions[*index].yields == yields)
            .collect();
        (!found.is_empty())
            .then(|| self.functions[self.random.below(found.len())].clone())
            .filter(|it| it.yields == yields)
    }

    pub(super) fn call(&mut self, size: usize) -> Option<String> {
        if self.has_helpers && self.one_in(4) {
            return Some(match self.one_in(2) {
                true => format!("_text({})", self.text(size)),
                false => format!("_apply({}, {})", self.callable(size), self.text(size)),
            });
        }
        let function = self.callable_here(false)?;
        Some(format!("{}({})", function.name, self.arguments(&function.parameters, size)))
    }

    pub(super) fn generated(&mut self, size: usize) -> Option<String> {
        let function = self.callable_here(true)?;
        let call = format!("{}({})", function.name, self.arguments(&function.parameters, size));
        Some(self.pick(&["next(C)", "list(C)[0]", "[v for v in C][-1]"]).replace('C', &call))
    }

    pub(super) fn attribute_of_object(&mut self, size: usize) -> Option<String> {
        let (object, class) = if self.one_in(5) {
            let class = self.class_here()?;
            (format!("{}({})", class.name, self.arguments(&class.init, size)), class)
        } else {
            self.object()?
        };
        match self.below(5) {
            0..=1 if !class.methods.is_empty() => {
                let method = class.methods[self.below(class.methods.len())].clone();
                Some(format!("{object}.{}({})", method.name, self.arguments(&method.parameters, size)))
            }
            2 if !class.properties.is_empty() => {
                let index = self.below(class.properties.len());
                Some(format!("{object}.{}", class.properties[index]))
            }
            3 if self.one_in(3) => {
                let attribute = self.pick(&ATTRIBUTES);
                Some(format!("getattr({object}, \"{attribute}\", {})", self.text(size)))
            }
            _ if !class.attributes.is_empty() => Some(format!("{object}.{}", self.pick(&class.attributes))),
            _ => None,
        }
    }

    pub(super) fn class_here(&mut self) -> Option<Class> {
        let depth = self.scopes.len();
        let found: Vec<Class> =
            self.classes.iter().filter(|class| class.depth <= depth && !class.is_open).cloned().collect();
        (!found.is_empty()).then(|| found[self.random.below(found.len())].clone())
    }

    pub(super) fn attribute_of_class(&mut self) -> Option<String> {
        let class = self.class_here()?;
        if !class.on_class.is_empty() && self.one_in(2) {
            let method = class.on_class[self.below(class.on_class.len())].clone();
            return Some(format!("{}.{}({})", class.name, method.name, self.arguments(&method.parameters, 0)));
        }
        (!class.class_attributes.is_empty()).then(|| format!("{}.{}", class.name, self.pick(&class.class_attributes)))
    }

    /// A call of a function that a name holds.
    pub(super) fn call_of_callable(&mut self, size: usize) -> Option<String> {
        let callable = match self.read(&CALLABLES) {
            Some(name) => name.to_owned(),
            None => self.callable(size),
        };
        Some(format!("{callable}({})", self.text(size)))
    }

    /// An expression that is a function of one text.
    pub(super) fn callable(&mut self, size: usize) -> String {
        let depth = self.scopes.len();
        let takes_one = |it: &&Signature| {
            let (first, others) =
                it.parameters.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
            !it.yields
                && it.depth <= depth
                && first.is_some_and(|(_, takes)| *takes != Takes::KeywordOnly && *takes != Takes::DoubleStar)
                && others.iter().all(|(_, takes)| *takes != Takes::Required)
        };
        let named: Vec<String> = self.functions.iter().filter(takes_one).map(|it| it.name.clone()).collect();
        match self.below(4) {
            0..=1 if !named.is_empty() => named[self.below(named.len())].clone(),
            2 if self.has_helpers && size > 0 => self.made_callable(size - 1),
            _ => self.lambda(size),
        }
    }

    /// A function that one of the helpers gives.
    fn made_callable(&mut self, size: usize) -> String {
        let callable = self.callable(size);
        match self.below(4) {
            0 => format!("_same({callable})"),
            1 => format!("_wrap({callable})"),
            2 => format!("_fixed({})({callable})", self.text(size)),
            _ => format!("_either({callable}, {})", self.callable(size)),
        }
    }

    pub(super) fn lambda(&mut self, size: usize) -> String {
        let parameter = self.pick(&TEXTS);
        let default = if self.one_in(3) { format!("={}", self.text(0)) } else { String::new() };
        self.scopes.push(Scope { is_function: true, outer: TEXTS.to_vec(), ..Scope::default() });
        self.outer_of_this_scope(&[parameter]);
        self.bind(parameter);
        let body = if self.one_in(4) { self.asked(size) } else { self.text(size) };
        self.scopes.pop();
        format!("(lambda {parameter}{default}: {body})")
    }

    pub(super) fn comprehension(&mut self, size: usize) -> Option<String> {
        let is_certain = std::mem::replace(&mut self.certain, false);
        let iterable = self.iterable(size);
        let name = self.pick(&TEXTS);
        self.scopes.push(Scope { is_function: true, outer: TEXTS.to_vec(), ..Scope::default() });
        self.outer_of_this_scope(&[name]);
        self.bind(name);
        let body = if self.one_in(3) { self.asked(1) } else { self.text(1) };
        self.scopes.pop();
        self.certain = is_certain;
        let condition = if self.one_in(4) { " if flag() or True" } else { "" };
        let inner = format!("{body} for {name} in {iterable}{condition}");
        Some(match self.below(5) {
            0..=1 => format!("[{inner}][0]"),
            2 => format!("next({inner})"),
            3 => format!("max({{{inner}}})"),
            _ => format!("{{\"k\": {inner}}}[\"k\"]"),
        })
    }

    /// What a function, which binds `own`, takes from around it: everything else, as far as it is bound there.
    pub(super) fn outer_of_this_scope(&mut self, own: &[&'static str]) {
        let scope = self.scope();
        scope.outer = [&TEXTS[..], &PAIRS, &LISTS, &DICTS, &OBJECTS, &CALLABLES].concat();
        scope.outer.retain(|name| !own.contains(name));
    }

    pub(super) fn iterable(&mut self, size: usize) -> String {
        match self.below(4) {
            0 if self.has_helpers && self.one_in(3) => match self.one_in(2) {
                true => format!("_Yields({}, {})", self.text(size), self.text(size)),
                false => format!("_Counts({})", self.text(size)),
            },
            0 => self.pair(size),
            1 => self.read(&LISTS).map_or_else(|| self.list(size), str::to_owned),
            2 => format!("{}.values()", self.read(&DICTS).map_or_else(|| self.dict(size), str::to_owned)),
            _ => self.list(size),
        }
    }

    pub(super) fn partial(&mut self, size: usize) -> Option<String> {
        let function = self.callable_here(false)?;
        let (first, rest) = function.parameters.split_first()?;
        if first.1 != Takes::Required {
            return None;
        }
        let value = self.text(size);
        let rest = self.arguments(rest, size);
        Some(match self.one_in(2) && !rest.contains('*') {
            true => format!("functools.partial({}, {value})({rest})", function.name),
            false => format!(
                "functools.partial({}, {value}{}{rest})()",
                function.name,
                if rest.is_empty() { "" } else { ", " }
            ),
        })
    }

    /// A text that is built from others.
    pub(super) fn built(&mut self, size: usize) -> Option<String> {
        let name = self.read(&TEXTS);
        Some(match self.below(8) {
            0 => format!("f'{{{}}}'", name?),
            1 => format!("f'{{{}}}.x'", name?),
            2 => format!("({} + {})", self.text(size), self.text(size)),
            3 => format!("(\"%s\" % {})", self.text(size)),
            4 => format!("\"{{}}-{{}}\".format({}, {})", self.text(size), self.text(size)),
            5 => format!("\"\".join([{}, {}])", self.text(size), self.text(size)),
            6 => {
                format!("{}{}", self.text(size), self.pick(&[".strip()", ".upper()", ".replace(\"t\", \"s\")", "[1:]"]))
            }
            _ => format!("(\"%s:%s\" % ({}, {}))", self.text(size), self.text(size)),
        })
    }

    pub(super) fn asked(&mut self, size: usize) -> String {
        let value = self.text(size);
        self.marks += 1;
        format!("ask({value}, {})", self.marks)
    }

    pub(super) fn ask(&mut self, size: usize) {
        if self.one_in(15) && !self.scope().is_class {
            let value = self.text(1);
            let name = self.bindable(&TEXTS);
            self.marks += 1;
            self.line(format!("ask(({name} := {value}), {})", self.marks));
            self.bind(name);
            return;
        }
        let asked = match (self.below(5), self.read(&TEXTS)) {
            (0..=2, Some(name)) => {
                self.marks += 1;
                format!("ask({name}, {})", self.marks)
            }
            _ => self.asked(size),
        };
        self.line(asked);
    }
}
