//! What an expression means: the name it stands for, the class that a call constructs, where a value was written.

pub(super) mod agreement;
mod arguments;
mod attributes;
mod bases;
pub(super) mod called;
mod callers;
mod containers;
mod flows;
pub(super) mod fuel;
mod items;
mod iteration;
mod lookups;
pub(super) mod names;
mod options;
mod parameters;
pub(super) mod pending;
pub(super) mod provenance;
pub(super) mod rebinding;
mod results;
mod steps;
pub(super) mod types;
pub(super) mod values;
