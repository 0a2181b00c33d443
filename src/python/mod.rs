//! What a Python file means: its tree, scopes, names, calls, values and literals.
//!
//! Text that looks right is not enough for a codemod: a name counts only if it resolves. [`PythonFile`] is one parsed file;
//! everything here is a question to it, and nothing here knows about any transform.
//!
//! | file | question |
//! | --- | --- |
//! | [`tree`](self) | what stands where |
//! | [`scopes`](self) | which names are bound, where and how |
//! | `flow` | which bindings a read can see |
//! | `modules` | what modules are called, Python 2 and compatibility spellings |
//! | `project` | what a name means that comes from another module of the project |
//! | `target` | which Pythons the file is for |
//! | `names` | what an expression stands for, what a call calls |
//! | `rebinding` | what else may give a name or a module's attribute another meaning: patches, star imports |
//! | `types` | which bases a class has, what type a value has and what made it |
//! | `alternatives` | the same where the program chooses between several |
//! | [`calls`] | which argument is which |
//! | [`values`] | where a literal that reaches an argument was written |
//! | [`literals`] | what a string or number literal says, and where its contents are |

mod eval;
mod exports;
mod file;
mod import_scan;
mod library;
mod project;
mod scopes;
pub mod syntax;
mod target;

pub use eval::names::{Callee, Meaning, Resolved, Step};
pub use eval::types::Instance;
pub use eval::values::{Value, Way};
pub use exports::Exports;
pub use file::{ClassAttribute, PythonFile};
pub use import_scan::{import_statements, words_of};
pub use library::modules::{Dialect, canonical, dialect, star_binds};
pub(crate) use library::stdlib::is_standard_module;
pub use project::{Constant, Export, Project};
pub(crate) use scopes::reaching::always_leaves;
pub use scopes::{Binding, BindingId, BindingKind, Scope, ScopeId, ScopeKind};
pub use syntax::calls::{Argument, Call};
pub use syntax::literals;
pub(crate) use syntax::tree::language;
pub use syntax::tree::{MAX_DEPTH, Node, NodeId, NodeSet, ParseError, Tree};
pub use target::{Minor, Target};
