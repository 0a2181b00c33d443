//! How a name comes to its meaning, and a value to its place.

use crate::python::scopes::BindingId;
use crate::python::syntax::tree::NodeId;

/// One step of the way, with the place where it is taken. A plain import is not a step, and neither is a name that is assigned the
/// value for [`Value`](crate::python::Value), which lists those names apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `K = http.client.X`: another name for it.
    Alias(BindingId),
    /// `def f(k: X)`: `k(…)` is taken as a call of `X`.
    Annotation(BindingId),
    /// An argument of a call in this file, by the call.
    Argument(NodeId),
    /// `options["host"] = value`: what is assigned to an item, by the `subscript` that reads it.
    Item(NodeId),
    /// What a function of this file returns, by the call.
    Returned(NodeId),
    /// `def f(k=X)`: the default of this parameter.
    ParameterDefault(BindingId),
    /// An attribute of an object or class of this file (`self.k = X`): by the `attribute` or the `getattr` that reads it, or the
    /// call that declares it (`dataclasses.field`).
    Attribute(NodeId),
    /// A class of this file that has the class as a base, by its `class_definition`.
    Subclass(NodeId),
    /// The default of a command-line option: by the `attribute` or parameter that reads it, or the call that declares it.
    CommandLine(NodeId),
    /// The default of a setting that is looked up elsewhere, by the call that looks it up.
    Setting(NodeId),
    /// The program chooses between this and others: by the `or`, the `and`, the ternary, or the name that has several meanings.
    Choice(NodeId),
    /// An address that `socket.getaddrinfo` found for the host, by the call.
    ResolvedAddress(NodeId),
}
