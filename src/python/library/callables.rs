//! What callables of libraries give back and take: the facts of `callables.toml`.

use super::modules::last_segment;
use crate::python::syntax::calls::ArgumentPlace;
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("callables.toml");

/// A test reads the text, so that it is never empty.
static CALLABLES: LazyLock<Callables> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Callables {
    returns: Vec<Returns>,
    holders: Vec<String>,
    lookups: Vec<Lookup>,
    getters: Vec<String>,
    dictionaries: Vec<String>,
    dumps: Vec<String>,
    declarations: Vec<Declaration>,
    parsers: Vec<String>,
    resolvers: Vec<Resolver>,
    calls: Vec<CallsArgument>,
    wrappers: Vec<String>,
    importers: Vec<String>,
    essential_methods: Vec<String>,
    since: Vec<Since>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Returns {
    callable: String,
    gives: String,
}

/// A callable with a default among its arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::python) struct Lookup {
    callable: String,
    /// Where the value would come from.
    pub(in crate::python) step: LookupStep,
    /// Zero-based position of the default.
    pub(in crate::python) index: Option<usize>,
    /// Its keyword.
    pub(in crate::python) keyword: Option<String>,
}

/// Where a value comes from that has a default in the call.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::python) enum LookupStep {
    /// The environment, or a configuration.
    Setting,
    /// A command line.
    CommandLine,
    /// What the maker of an object passes for its attribute.
    Attribute,
}

/// A callable that declares an option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::python) struct Declaration {
    /// Its canonical name.
    pub(in crate::python) callable: String,
    /// Zero-based position of the default.
    pub(in crate::python) index: Option<usize>,
    /// Its keyword.
    pub(in crate::python) keyword: Option<String>,
    /// The object whose attributes are the options.
    pub(in crate::python) object: String,
}

/// A callable whose results hold an address of the host that it is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::python) struct Resolver {
    callable: String,
    /// Where in a result the address stands, zero-based.
    pub(in crate::python) address: usize,
    /// Zero-based position of the host.
    pub(in crate::python) index: usize,
    /// Its keyword.
    pub(in crate::python) keyword: String,
}

/// A callable that calls one of its arguments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::python) struct CallsArgument {
    callable: String,
    /// Where the function is.
    pub(in crate::python) function: ArgumentPlace,
    /// The position from which on its own arguments are handed on.
    pub(in crate::python) rest: Option<usize>,
    /// These are iterables, whose elements are handed on.
    #[serde(default)]
    pub(in crate::python) each: bool,
    /// Where a tuple of arguments is.
    pub(in crate::python) args: Option<ArgumentPlace>,
    /// Where a dict of keyword arguments is.
    pub(in crate::python) kwargs: Option<ArgumentPlace>,
    /// More arguments may come later.
    #[serde(default)]
    pub(in crate::python) more: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    member: String,
    python_2: (u64, u64),
    python_3: (u64, u64),
}

/// The type that calling `callable` returns: another type for a factory, otherwise `callable` as a class.
pub(in crate::python) fn instance_type(callable: &str) -> &str {
    CALLABLES.returns.iter().find(|known| known.callable == callable).map_or(callable, |known| &known.gives)
}

/// The callables that give an object of the type `class`, and are not that class.
pub(super) fn makers_of(class: &str) -> impl Iterator<Item = &str> {
    CALLABLES.returns.iter().filter(move |known| known.gives == class).map(|known| known.callable.as_str())
}

/// Whether a call of `callable` holds its first argument, and gives it back where a `with` or an assignment takes it.
pub(in crate::python) fn is_holder(callable: &str) -> bool {
    CALLABLES.holders.iter().any(|known| known == callable)
}

/// Whether a call of `callable` gives its first argument back in another form, as `ssl`'s `wrap_socket` does.
pub(in crate::python) fn is_wrapper(callable: &str) -> bool {
    let method = callable.rsplit_once('.').map(|(_, method)| method);
    method.is_some_and(|method| CALLABLES.wrappers.iter().any(|known| known == method))
}

/// Whether a call of `callable` returns the module that its first argument names.
pub(in crate::python) fn is_importer(callable: &str) -> bool {
    CALLABLES.importers.iter().any(|known| known == callable)
}

/// Whether `word` is the last segment of such a callable: only then its name is worth resolving.
pub(in crate::python) fn is_importers_name(word: &str) -> bool {
    CALLABLES.importers.iter().any(|known| last_segment(known) == word)
}

/// The methods whose replacement changes how the objects of a class are made or connect.
pub(in crate::python) fn essential_methods() -> impl Iterator<Item = &'static str> {
    CALLABLES.essential_methods.iter().map(String::as_str)
}

/// The default among the arguments of `callable`, if it has one.
pub(in crate::python) fn lookup(callable: &str) -> Option<&'static Lookup> {
    CALLABLES.lookups.iter().find(|known| known.callable == callable)
}

/// Whether a method of any object with this name takes a key and a default, as those of mappings and configurations do.
pub(in crate::python) fn is_getter(method: &str) -> bool {
    CALLABLES.getters.iter().any(|known| known == method)
}

/// Whether a method of any object with this name returns the parsed command line.
pub(in crate::python) fn is_parser(method: &str) -> bool {
    CALLABLES.parsers.iter().any(|known| known == method)
}

/// How `callable` calls one of its arguments, if it does.
pub(in crate::python) fn calls_argument(callable: &str) -> Option<&'static CallsArgument> {
    CALLABLES.calls.iter().find(|known| known.callable == callable)
}

/// Whether `callable` gives the attributes of its argument as a dictionary.
pub(in crate::python) fn gives_attributes(callable: &str) -> bool {
    CALLABLES.dictionaries.iter().any(|known| known == callable)
}

/// Whether a method of any object with this name gives the object's attributes as a dictionary.
pub(in crate::python) fn is_dump(method: &str) -> bool {
    CALLABLES.dumps.iter().any(|known| known == method)
}

/// The callables that declare an option.
pub(in crate::python) fn declarations() -> impl Iterator<Item = &'static Declaration> {
    CALLABLES.declarations.iter()
}

/// The callables that resolve a host.
pub(in crate::python) fn resolvers() -> impl Iterator<Item = &'static Resolver> {
    CALLABLES.resolvers.iter()
}

impl Resolver {
    /// Whether it is `callable`.
    pub(in crate::python) fn is(&self, callable: &str) -> bool {
        self.callable == callable
    }
}

/// The first minor versions of Python 2 and 3 that have the member `name` of its module, where not all have it.
pub(crate) fn since(name: &str) -> Option<((u64, u64), (u64, u64))> {
    CALLABLES.since.iter().find(|known| known.member == name).map(|known| (known.python_2, known.python_3))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        toml::from_str::<Callables>(TEXT).unwrap();
        assert_eq!(instance_type("ssl.wrap_socket"), "socket.socket");
        assert!(is_wrapper("ssl.SSLContext.wrap_socket") && !is_wrapper("wrap_socket"));
    }
}
