//! Command-line options, and where their defaults are written.
//!
//! `argparse` and `optparse` declare an option in a call and read it as an attribute; `click` declares it in a
//! decorator and passes it as a parameter. The name of an option is computed as those libraries do.

use crate::python::scopes::Binding;
use crate::python::syntax::definitions::Function;
use crate::python::syntax::literals::string_value;
use crate::python::{Argument, Call, Node, NodeId, PythonFile};
use std::collections::HashMap;

impl PythonFile {
    /// The default of the option whose value is read as attribute `name`; `None` if several options use that name.
    pub(in crate::python) fn option_default(&self, name: &str) -> Option<Node<'_>> {
        let declared = self.caches.options.get_or_init(|| collect(self));
        match declared.get(name)?.as_slice() {
            [Some(only)] => Some(self.node(*only)),
            _ => None,
        }
    }

    /// The default that a `click` decorator gives to a parameter.
    pub(in crate::python) fn decorated_default(&self, parameter: &Binding) -> Option<Node<'_>> {
        let decorators = Function::of(self.node(parameter.statement))?.decorators().take(64);
        let mut found = decorators.filter_map(|decorator| {
            let call = Call::of(decorator.named_children().next()?)?;
            let path = self.qualified_name(call.callee)?;
            let declares = matches!(
                path.as_str(),
                "click.option" | "click.argument" | "rich_click.option" | "asyncclick.option" | "cloup.option"
            );
            (declares && click_name(&call)? == parameter.name).then(|| call.keyword("default")).flatten()
        });
        found.next()
    }
}

/// The options that the file declares by calls: see [`Caches::options`](crate::python::file::Caches).
fn collect(file: &PythonFile) -> HashMap<String, Vec<Option<NodeId>>> {
    let mut found: HashMap<String, Vec<Option<NodeId>>> = HashMap::new();
    for method in ["add_argument", "add_option"] {
        for call in calls_of(file, method) {
            if let Some(name) = destination(&call) {
                found.entry(name).or_default().push(call.keyword("default").map(Node::id));
            }
        }
    }
    for call in calls_of(file, "set_defaults") {
        for argument in &call.arguments {
            if let Argument::Keyword { name, value, .. } = argument {
                found.entry((*name).to_string()).or_default().push(Some(value.id()));
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
