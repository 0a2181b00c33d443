//! Command-line options, and where their defaults are written.
//!
//! `argparse` and `optparse` declare an option in a call and read it as an attribute; `click` declares it in a
//! decorator and passes it as a parameter. The name of an option is computed as those libraries do.

use crate::python::file::Declared;
use crate::python::library::callables;
use crate::python::library::modules::last_segment;
use crate::python::syntax::definitions::Function;
use crate::python::syntax::kinds::Kind;
use crate::python::syntax::literals::string_value;
use crate::python::{Argument, Call, Node, PythonFile};
use std::collections::HashMap;

impl PythonFile {
    /// The defaults of the option that is read as the attribute `name` of `namespace`: of a parser's result, or of the object with the
    /// qualified name `of`.
    pub(in crate::python) fn option_defaults(
        &self,
        namespace: Node<'_>,
        of: Option<&str>,
        name: &str,
    ) -> Vec<Node<'_>> {
        let declared = self.caches.options.get_or_init(|| collect(self));
        let name = of.map_or_else(|| name.to_string(), |of| format!("{of}.{name}"));
        let all = declared.get(&name).map_or(&[][..], Vec::as_slice);
        // Each command has its own parser, and may have an option of the same name.
        let here = self.scope_of(namespace);
        let own = all.iter().filter(|declared| self.scope_of(self.node(declared.call)) == here);
        let own: Vec<&Declared> = own.collect();
        let meant = if own.is_empty() { all.iter().collect() } else { own };
        meant.iter().filter_map(|declared| declared.default).map(|default| self.node(default)).collect()
    }

    /// Whether the file declares an option.
    pub(in crate::python) fn declares_options(&self) -> bool {
        !self.caches.options.get_or_init(|| collect(self)).is_empty()
    }

    /// The object of options that `object` is, if a library has one: `tornado.options.options`.
    pub(super) fn options_object(&self, object: Node<'_>) -> Option<&'static str> {
        let named =
            matches!(object.kind(), Kind::Identifier | Kind::Attribute).then(|| self.qualified_name(object))??;
        callables::declarations().map(|known| known.object.as_str()).find(|known| *known == named)
    }

    /// The default that a `click` decorator of `function` gives to the parameter `name`.
    pub(in crate::python) fn decorated_default<'f>(&'f self, function: Node<'f>, name: &str) -> Option<Node<'f>> {
        let decorators = Function::of(function)?.decorators().take(64);
        let mut found = decorators.filter_map(|decorator| {
            let call = Call::of(decorator.named_children().next()?)?;
            let path = self.qualified_name(call.callee)?;
            let declares = matches!(
                path.as_str(),
                "click.option" | "click.argument" | "rich_click.option" | "asyncclick.option" | "cloup.option"
            );
            (declares && click_name(&call)? == name).then(|| call.keyword("default")).flatten()
        });
        found.next()
    }
}

/// The options that the file declares by calls: see [`Caches::options`](crate::python::file::Caches).
fn collect(file: &PythonFile) -> HashMap<String, Vec<Declared>> {
    let mut found: HashMap<String, Vec<Declared>> = HashMap::new();
    let declared =
        |call: &Call<'_>, default: Option<Node<'_>>| Declared { call: call.node.id(), default: default.map(Node::id) };
    for method in ["add_argument", "add_option"] {
        for call in calls_of(file, method) {
            if let Some(name) = destination(&call) {
                found.entry(name).or_default().push(declared(&call, call.keyword("default")));
            }
        }
    }
    for call in calls_of(file, "set_defaults") {
        for argument in &call.arguments {
            if let Argument::Keyword { name, value, .. } = argument {
                found.entry((*name).to_string()).or_default().push(declared(&call, Some(*value)));
            }
        }
    }
    for known in callables::declarations() {
        let last = last_segment(&known.callable);
        let named = |call: &Call<'_>| {
            call.callee.last_identifier().text() == last
                && file.called_path(call).is_some_and(|path| path == known.callable)
        };
        // Only where the file has the word, which few have.
        if memchr::memmem::find(file.text().as_bytes(), last.as_bytes()).is_none() {
            continue;
        }
        for call in file.calls().filter(named) {
            if let Some(name) = call.positional().first().copied().and_then(string_value) {
                let default = call.argument(known.index, known.keyword.as_deref());
                let key = format!("{}.{}", known.object, name.replace('-', "_"));
                found.entry(key).or_default().push(declared(&call, default));
            }
        }
    }
    found
}

fn calls_of<'f>(file: &'f PythonFile, method: &'static str) -> impl Iterator<Item = Call<'f>> {
    file.attributes_called(method).filter_map(|callee| Call::of(callee.parent()?).filter(|call| call.callee == callee))
}

/// `dest` as argparse computes it (CPython 3.13, `_get_optional_kwargs`): the first long option, otherwise the first
/// short one, without leading dashes and with underscores; for a positional argument, its own name.
fn destination(call: &Call<'_>) -> Option<String> {
    if let Some(given) = call.keyword("dest") {
        return string_value(given);
    }
    let names: Vec<String> = call.positional().into_iter().map(string_value).collect::<Option<_>>()?;
    let named = names.iter().find(|name| name.starts_with("--")).or(names.first())?;
    let stem = named.trim_start_matches('-');
    // The name of a positional argument is not changed.
    Some(if named.starts_with('-') { stem.replace('-', "_") } else { stem.to_string() })
}

/// The parameter's name as click computes it (click 8.1, `Option._parse_decls`): a declaration without dashes,
/// otherwise the first one with two, otherwise the first; in lower case.
fn click_name(call: &Call<'_>) -> Option<String> {
    let names: Vec<String> = call.positional().into_iter().map_while(string_value).collect();
    if let Some(explicit) = names.iter().find(|name| !name.starts_with(['-', '/'])) {
        return Some(explicit.clone());
    }
    let first = names.iter().find(|name| name.starts_with("--")).or(names.first())?;
    Some(first.trim_start_matches('-').replace('-', "_").to_lowercase())
}
