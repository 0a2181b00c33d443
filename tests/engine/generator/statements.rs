//! What binds, changes, branches and repeats.

use super::{ATTRIBUTES, CALLABLES, DICTS, Generator, KEYS, LISTS, OBJECTS, PAIRS, TEXTS};

impl Generator {
    pub(super) fn statement(&mut self, size: usize) {
        if self.lines.len() > self.most_lines() + 15 {
            return;
        }
        let is_in_class = self.scope().is_class;
        let less = size.saturating_sub(1);
        match self.below(if size == 0 { 42 } else { 72 }) {
            0..=7 => self.assign_text(),
            8..=18 => self.ask(size.min(2)),
            19..=20 => {
                let value = format!("({}, {})", self.text(1), self.text(1));
                let name = self.bindable(&PAIRS);
                self.hold(name, &value);
            }
            21..=22 => {
                let value = self.list(1);
                let name = self.bindable(&LISTS);
                self.hold(name, &value);
            }
            23..=24 => {
                let value = self.dict(2);
                let name = self.bindable(&DICTS);
                self.hold(name, &value);
            }
            25..=27 => self.unpack(),
            28..=29 => self.change_list(),
            30..=31 => self.change_dict(),
            32..=34 => self.construct(),
            35 => self.set_attribute(),
            36 => {
                let value = self.callable(1);
                let name = self.bindable(&CALLABLES);
                self.line(format!("{name} = {value}"));
                self.bind(name);
            }
            37 => self.delete(),
            38 => {
                let value = self.text(1);
                if let Some(name) = self.read(&TEXTS).filter(|name| self.scope().bound.contains(name)) {
                    self.line(format!("{name} += {value}"));
                }
            }
            39..=40 => self.call_for_effect(),
            41 => {
                let value = self.asked(1);
                self.line(format!("assert {value}"));
            }
            42..=47 => self.branch(less),
            48..=52 => self.looping(less),
            53..=55 => self.trying(less),
            56 => self.with(less),
            57..=58 => self.matching(less),
            59..=65 if !is_in_class => self.function(less),
            66..=71 if !is_in_class => self.class(less),
            _ => self.assign_text(),
        }
    }

    pub(super) fn assign_text(&mut self) {
        let size = self.pick(&[0, 1, 1, 2]);
        let value = self.text(size);
        let name = self.bindable(&TEXTS);
        match self.below(10) {
            0 => {
                let other = self.bindable(&TEXTS);
                self.line(format!("{name} = {other} = {value}"));
                self.bind(other);
            }
            1 if !self.scope().declared.contains(&name) => self.line(format!("{name}: str = {value}")),
            _ => self.line(format!("{name} = {value}")),
        }
        self.bind(name);
    }

    /// Assigns a container to `name`.
    fn hold(&mut self, name: &'static str, value: &str) {
        self.line(format!("{name} = {value}"));
        self.bind(name);
    }

    pub(super) fn unpack(&mut self) {
        let (first, second) = (self.bindable(&TEXTS), self.bindable(&TEXTS));
        match self.below(7) {
            0 => {
                let (a, b) = (self.text(1), self.text(1));
                self.line(format!("{first}, {second} = {a}, {b}"));
            }
            1 => {
                let pair = self.pair(1);
                self.line(format!("{first}, {second} = {pair}"));
            }
            2 => {
                let (a, b, c) = (self.text(1), self.text(1), self.text(1));
                self.line(format!("({first}, {second}), _ = ({a}, {b}), {c}"));
            }
            3 => {
                let list = self.bindable(&LISTS);
                let (a, b, c) = (self.text(1), self.text(1), self.text(1));
                let target = self.pick(&["F, *L", "*L, F", "F, *L, S", "[F, *L]"]);
                let target = target.replace('F', first).replace('L', list).replace('S', second);
                self.line(format!("{target} = {a}, {b}, {c}"));
                self.bind(first);
                self.bind(list);
                return;
            }
            4 => {
                let known = self.scope().bound.clone();
                if !(known.contains(&first) && known.contains(&second)) {
                    return;
                }
                self.line(format!("{first}, {second} = {second}, {first}"));
            }
            5 => {
                let list = self.list(1);
                self.line(format!("{first}, {second} = {list}[:2]"));
            }
            _ => {
                let pair = self.pair(1);
                self.line(format!("[{first}, {second}] = {pair}"));
            }
        }
        self.bind(first);
        self.bind(second);
    }

    pub(super) fn change_list(&mut self) {
        let Some(list) = self.read(&LISTS) else { return };
        let change = self.pick(&[
            "L.append(V)",
            "L.insert(0, V)",
            "L.extend([V])",
            "L[0] = V",
            "L[-1] = V",
            "L[:] = [V, V]",
            "L.reverse()",
            "L.sort()",
            "L.remove(L[0])",
            "ask(L.pop(0), M)",
        ]);
        self.marks += 1;
        let value = self.text(1);
        self.line(change.replace('L', list).replace('V', &value).replace('M', &self.marks.to_string()));
    }

    pub(super) fn change_dict(&mut self) {
        let Some(dict) = self.read(&DICTS) else { return };
        let key = self.pick(&KEYS);
        let change = self.pick(&[
            "O[\"K\"] = V",
            "O.update(K=V)",
            "O.update({\"K\": V})",
            "O.setdefault(\"K\", V)",
            "for k in O: O[k] = V",
            "O |= {\"K\": V}",
            "O[V] = V",
        ]);
        if change.contains("|=") && !self.scope().bound.contains(&dict) {
            return;
        }
        let value = self.text(1);
        self.line(change.replace('O', dict).replace('K', key).replace('V', &value));
    }

    pub(super) fn construct(&mut self) {
        let Some(class) = self.class_here() else { return };
        let Some(index) = self.classes.iter().position(|known| known.name == class.name) else { return };
        let arguments = self.arguments(&class.init, 1);
        let name = self.bindable(&OBJECTS);
        self.line(format!("{name} = {}({arguments})", class.name));
        self.scope().classes.push((name, index));
        self.bind(name);
    }

    pub(super) fn set_attribute(&mut self) {
        let attribute = self.pick(&ATTRIBUTES);
        let value = self.text(1);
        if self.one_in(3) {
            if let Some(class) = self.class_here() {
                self.line(format!("{}.{attribute} = {value}", class.name));
            }
        } else if let Some((object, _)) = self.object() {
            match self.one_in(4) {
                true => self.line(format!("setattr({object}, \"{attribute}\", {value})")),
                false => self.line(format!("{object}.{attribute} = {value}")),
            }
        }
    }

    pub(super) fn delete(&mut self) {
        let bound = self.scope().bound.clone();
        let own: Vec<&'static str> = bound.iter().copied().filter(|name| TEXTS.contains(name)).collect();
        if own.len() > 1 {
            let name = self.pick(&own);
            self.line(format!("del {name}"));
            self.scope().bound.retain(|other| *other != name);
        }
    }

    pub(super) fn call_for_effect(&mut self) {
        let found = match self.below(5) {
            0..=1 => self.call(1),
            2 => self.attribute_of_object(1),
            3 => {
                let (callable, values) = (self.callable(1), self.iterable(1));
                Some(format!("list(map({callable}, {values}))"))
            }
            _ => {
                let (callable, value) = (self.callable(1), self.text(1));
                Some(format!("threading.Thread(target={callable}, args=({value},)).run()"))
            }
        };
        if let Some(call) = found {
            self.line(call);
        }
    }

    pub(super) fn branch(&mut self, size: usize) {
        let condition = match self.below(4) {
            0 => format!("{} == {}", self.text(1), self.text(1)),
            1 => self.read(&TEXTS).map_or_else(|| "flag()".to_owned(), |name| format!("not {name}")),
            _ => "flag()".to_owned(),
        };
        self.line(format!("if {condition}:"));
        self.block(|it| it.statements(size));
        if self.one_in(3) {
            self.line("elif flag():");
            self.block(|it| it.statements(size));
        }
        if self.one_in(2) {
            self.line("else:");
            self.block(|it| it.statements(size));
        }
    }

    pub(super) fn looping(&mut self, size: usize) {
        let (first, second) = (self.bindable(&TEXTS), self.bindable(&TEXTS));
        let head = match self.below(8) {
            0..=2 => format!("for {first} in {}:", self.iterable(1)),
            3 => format!("for {first}, {second} in [{}, {}]:", self.pair(1), self.pair(1)),
            4 => format!("for {first}, {second} in zip({}, {}):", self.iterable(1), self.iterable(1)),
            5 => format!("for _, {first} in enumerate({}):", self.iterable(1)),
            6 => match self.read(&DICTS) {
                Some(dict) => format!("for _, {first} in {dict}.items():"),
                None => "while flag():".to_owned(),
            },
            _ => "while flag():".to_owned(),
        };
        self.line(&head);
        self.block(|it| {
            if head.contains(&format!("{first} in")) || head.contains(&format!("{first},")) {
                it.bind(first);
            }
            if head.contains(&format!(", {second} in")) {
                it.bind(second);
            }
            it.statements(size);
            if it.one_in(4) {
                it.line("if flag():");
                let leave = it.pick(&["break", "continue"]);
                it.block(|it| it.line(leave));
                it.statements(size);
            }
        });
        if self.one_in(5) {
            self.line("else:");
            self.block(|it| it.statements(size));
        }
    }

    pub(super) fn trying(&mut self, size: usize) {
        self.line("try:");
        self.block(|it| {
            it.statements(size);
            if it.one_in(2) {
                it.line("if flag(): raise ValueError(\"r\")");
                it.statements(size);
            }
        });
        if self.one_in(4) {
            self.finally(size);
            return;
        }
        self.line("except ValueError:");
        self.block(|it| it.statements(size));
        if self.one_in(4) {
            self.line("else:");
            self.block(|it| it.statements(size));
        }
        if self.one_in(4) {
            self.finally(size);
        }
    }

    pub(super) fn finally(&mut self, size: usize) {
        self.line("finally:");
        self.block(|it| it.statements(size));
    }

    pub(super) fn with(&mut self, size: usize) {
        let value = self.text(1);
        let name = self.bindable(&TEXTS);
        let binds = self.one_in(2);
        match binds {
            true => self.line(format!("with contextlib.nullcontext({value}) as {name}:")),
            false => self.line("with contextlib.suppress(ValueError):"),
        }
        self.block(|it| {
            if binds {
                it.bind(name);
            }
            it.statements(size);
        });
    }

    pub(super) fn matching(&mut self, size: usize) {
        let (first, second) = (self.bindable(&TEXTS), self.bindable(&TEXTS));
        let (subject, pattern) = match self.below(4) {
            0 => (self.text(1), first.to_owned()),
            1 => (self.pair(1), if first == second { format!("({first}, _)") } else { format!("({first}, {second})") }),
            2 => (self.dict(2), format!("{{\"k\": {first}}}")),
            _ => (self.text(1), format!("str() as {first}")),
        };
        self.line(format!("match {subject}:"));
        self.indent += 1;
        if self.one_in(2) {
            self.line(format!("case {pattern} if flag():"));
            self.block(|it| it.statements(size));
        }
        self.line(format!("case {pattern}:"));
        self.block(|it| {
            it.bind(first);
            it.statements(size);
        });
        self.indent -= 1;
    }
}
