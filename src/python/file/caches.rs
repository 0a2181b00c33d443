//! What has been found out about a file so far.
//!
//! Plain data that knows no [`PythonFile`](super::PythonFile): each chapter of the model keeps its answers here and fills them in on the first
//! question that needs them.

use crate::python::library::callables::CallsArgument;
use crate::python::library::modules::Dialect;
use crate::python::scopes::{BindingId, ScopeId, Scopes};
use crate::python::syntax::literals::Key;
use crate::python::syntax::tree::NodeId;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The answers that are kept, by the question that they answer.
#[derive(Default)]
pub(in crate::python) struct Caches {
    /// Which Pythons can read the syntax.
    pub(in crate::python) shows: OnceCell<Dialect>,
    pub(in crate::python) scopes: OnceCell<Scopes>,
    /// By name: the identifiers that are evaluated or deleted, and the strings in `__all__`.
    pub(in crate::python) reads: OnceCell<HashMap<String, Vec<NodeId>>>,
    /// By name: which of its bindings each read sees.
    pub(in crate::python) uses: RefCell<HashMap<String, Rc<Uses>>>,
    /// By name: the `attribute` nodes that end in it.
    pub(in crate::python) attributes_by_name: OnceCell<HashMap<String, Vec<NodeId>>>,
    /// By class and name: what gives that attribute a value.
    pub(in crate::python) class_attributes: OnceCell<HashMap<(NodeId, String), Vec<ClassAttribute>>>,
    /// By the text of a name or attribute: those that are assigned it as it stands.
    pub(in crate::python) copies: OnceCell<HashMap<String, Vec<String>>>,
    /// The texts of the attributes that are assigned.
    pub(in crate::python) assigned_attributes: OnceCell<HashSet<String>>,
    /// By an attribute's name: where the file replaces an attribute of that name.
    pub(in crate::python) patches: OnceCell<HashMap<String, Vec<Patch>>>,
    /// By an attribute's name: the canonical qualified names that the file replaces.
    pub(in crate::python) patched: RefCell<HashMap<String, Rc<Vec<String>>>>,
    /// Where items of containers are set.
    pub(in crate::python) items_set: OnceCell<ItemsSet>,
    /// The names of the attributes that are assigned on another object than `self`.
    pub(in crate::python) set_from_outside: OnceCell<HashSet<String>>,
    /// By class: its bases in the file.
    pub(in crate::python) local_bases: RefCell<HashMap<NodeId, Rc<[NodeId]>>>,
    /// By class: the classes of the file that have it among their bases.
    pub(in crate::python) derived_classes: OnceCell<HashMap<NodeId, Vec<NodeId>>>,
    /// By function: the calls of it in the file.
    pub(in crate::python) callers: RefCell<HashMap<NodeId, Rc<Callers>>>,
    /// By function: what it gives.
    pub(in crate::python) results: OnceCell<HashMap<NodeId, Results>>,
    /// By module: whether the file goes on without it.
    pub(in crate::python) may_lack: RefCell<HashMap<String, bool>>,
    /// Whether the file is run as a program.
    pub(in crate::python) is_program: OnceCell<bool>,
    /// By the attribute that holds a command-line option: the default in each call that declares it, none where it has none.
    pub(in crate::python) options: OnceCell<HashMap<String, Vec<Declared>>>,
}

/// Where the bindings of one name are read.
#[derive(Debug, Default)]
pub(in crate::python) struct Uses {
    pub(in crate::python) by_binding: HashMap<BindingId, Vec<NodeId>>,
    /// Reads that count for every binding of a scope: too many of them may be meant, or the name stands in `__all__`.
    pub(in crate::python) by_scope: HashMap<ScopeId, Vec<NodeId>>,
}

/// Where items of containers are set, by the text of the container.
#[derive(Debug, Default)]
pub(in crate::python) struct ItemsSet {
    /// By the key, too, where that is a literal.
    pub(in crate::python) named: HashMap<(String, Key), Vec<ItemSet>>,
    /// Where it is not, with the key.
    pub(in crate::python) computed: HashMap<String, Vec<(NodeId, ItemSet)>>,
}

/// A place that sets an item.
#[derive(Debug, Clone, Copy)]
pub(in crate::python) struct ItemSet {
    pub(in crate::python) container: NodeId,
    pub(in crate::python) value: NodeId,
}

/// An option that the file declares.
#[derive(Debug, Clone, Copy)]
pub(in crate::python) struct Declared {
    /// The call that declares it.
    pub(in crate::python) call: NodeId,
    /// Its default there.
    pub(in crate::python) default: Option<NodeId>,
}

/// What a function gives.
#[derive(Debug, Default)]
pub(in crate::python) struct Results {
    /// The expressions that it returns, as they are.
    pub(in crate::python) returned: Vec<NodeId>,
    /// Those that it yields; `None` for what is not written there.
    pub(in crate::python) yielded: Vec<Option<NodeId>>,
    /// It yields.
    pub(in crate::python) is_generator: bool,
}

/// The calls of a function in its file.
#[derive(Debug, Default)]
pub(in crate::python) struct Callers {
    pub(in crate::python) sites: Vec<CallSite>,
    /// No other place in the file calls it.
    pub(in crate::python) is_complete: bool,
    /// Nobody outside of the file can call it, once that was asked: the answer may need all files of the project.
    pub(in crate::python) is_closed: OnceCell<bool>,
}

/// A place that calls a function.
#[derive(Debug, Clone, Copy)]
pub(in crate::python) struct CallSite {
    /// The `call`: of the function, or of something that calls it; or the `decorator`.
    pub(in crate::python) call: NodeId,
    /// How the call comes to the function.
    pub(in crate::python) by: CalledBy,
    /// The function's first parameter takes the object, which is not among the arguments.
    pub(in crate::python) has_object: bool,
}

/// How a call comes to a function.
#[derive(Debug, Clone, Copy)]
pub(in crate::python) enum CalledBy {
    /// `f(…)`.
    Itself,
    /// `@f`: the place is the decorator.
    Decorator,
    /// `Thread(target=f, args=…)`: a row of the table `calls` of `callables.toml`.
    Other(&'static CallsArgument),
}

/// One place that gives `self.name` or a class-level name its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassAttribute {
    /// The assigned `attribute` node, or the identifier in the class body.
    pub target: NodeId,
    /// The value, for a plain assignment.
    pub value: Option<NodeId>,
}

/// An attribute of a module or class that the file replaces.
#[derive(Debug)]
pub(in crate::python) enum Patch {
    /// The attribute of this expression.
    Of(NodeId),
    /// `mock.patch("http.client.HTTPConnection")`.
    Path(String),
}
