//! What a Python file means: its tree, scopes, names, calls, values and literals.
//!
//! Text that looks right is not enough for a codemod: a name counts only if it resolves. A [`PythonFile`] is one parsed
//! file; the methods here answer questions about it, and none of them knows any rule.
//!
//! From the ground up; a file uses only its own floor and those below it:
//!
//! | floor | file | question |
//! | --- | --- | --- |
//! | [`syntax`] | `grammar`, `parse` | tree-sitter-python's tables; from text to its tree, within limits |
//! | | [`tree`](syntax::tree), `node_set` | what stands where |
//! | | [`kinds`](syntax::kinds) | the grammar's names of nodes and fields |
//! | | `statements`, `imports`, `definitions`, `expressions` | typed views of nodes; where a statement ends, whether a block leaves |
//! | | [`calls`](syntax::calls) | which argument is which |
//! | | [`literals`], [`strings`](syntax::strings) | what a string or number literal says, and where its contents are; texts that are put together |
//! | `library` | `modules` | what modules are called, Python 2 and compatibility spellings (`modules.toml`) |
//! | | `callables` | what factories return, which calls carry a default (`callables.toml`) |
//! | | `stdlib` | whether a module is of the standard library |
//! | `scopes` | `scopes`, `binder` | which names are bound, where and how |
//! | | `flow`, `reaching` | which bindings hold where; which of them a read can see |
//! | beside | `project` | what a file asks about the other modules of its project |
//! | | `target` | which Pythons a project supports |
//! | `file` | `file` | one file: its tree and scopes; `caches` keeps the answers |
//! | | `bindings` | where a binding is read |
//! | | `attributes` | where attributes stand, what gives those of a class their values, what `self` is |
//! | | `items` | where the items of containers are set |
//! | | `dialect` | which Pythons the file is written for |
//! | `eval` | `provenance` | how a name comes to its meaning, and a value to its place |
//! | | `fuel`, `agreement` | what bounds the work of one question; one answer for several bindings |
//! | | `names` | what an expression stands for, what a call calls |
//! | | `types`, `bases` | what type a value has and what made it; which bases a class has, in Python's order |
//! | | `values`, `steps`, `pending` | where a literal that reaches a place was written, and whether that is all |
//! | | `called`, `results` | which functions a call may run, what a callee may be where the program chooses; what functions give |
//! | | `callers`, `flows`, `arguments` | who calls a function, also as a value; what each call passes |
//! | | `containers`, `items`, `iteration` | values in containers, of loops, and of objects with `__iter__` |
//! | | `parameters` | values of parameters |
//! | | `attributes`, `options`, `lookups` | values of attributes, of command-line options, of lookups with a default |
//! | | `rebinding` | what else may give a name or a module's attribute another meaning: patches, wildcard imports |
//! | above | `exports`, `constants`, `forwards`, `import_scan` | what a module gives to those that import from it, what it hands on; import statements in unparsed bytes |

mod constants;
mod eval;
mod exports;
mod file;
mod forwards;
mod import_scan;
mod library;
mod project;
mod scopes;
pub mod syntax;
mod target;

pub use constants::SharedText;
pub use eval::called::PossibleCallees;
pub use eval::names::{Callee, Meaning, Resolved};
pub use eval::provenance::Step;
pub use eval::types::Instance;
pub use eval::values::{Evaluation, Unknown, Value};
pub use exports::Exports;
pub use file::{ClassAttribute, PythonFile};
pub use forwards::HandedOn;
pub(crate) use import_scan::{Word, is_wildcard};
pub use import_scan::{import_statements, words_of};
pub(crate) use library::callables::since;
pub use library::modules::{Dialect, canonical, dialect, import_words, last_segment, wildcard_import_binds};
pub(crate) use library::stdlib::is_standard_module;
pub use project::{Constant, Definition, Export, Forward, Given, Object, Project};
pub use scopes::{Binding, BindingId, BindingKind, Scope, ScopeId, ScopeKind};
pub use syntax::calls::{Argument, ArgumentPlace, Call};
pub use syntax::definitions::{ClassDefinition, Function, Parameter};
pub use syntax::expressions::{Attribute, BinaryOperation, BooleanOperation, Conditional, NamedExpression, Subscript};
pub(crate) use syntax::grammar::language;
pub use syntax::imports::{ImportElement, ImportStatement};
pub use syntax::kinds::Kind;
pub use syntax::literals;
pub use syntax::node_set::NodeSet;
pub use syntax::parse::{MAX_DEPTH, ParseError};
pub(crate) use syntax::statements::always_leaves;
pub use syntax::statements::{Assignment, Branch, Loop, Place, Try};
pub use syntax::strings::Piece;
pub use syntax::tree::{Node, NodeId, Tree};
pub use target::{Minor, Target};
