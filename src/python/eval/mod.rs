//! What an expression means: the name it stands for, the class that a call constructs, where a value was written.

pub(super) mod agreement;
mod alternatives;
mod attributes;
mod calls;
mod containers;
pub(super) mod fuel;
mod lookups;
pub(super) mod names;
mod options;
mod parameters;
pub(super) mod provenance;
pub(super) mod rebinding;
pub(super) mod types;
pub(super) mod values;
