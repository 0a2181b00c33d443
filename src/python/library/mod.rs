//! Facts about libraries: what modules and their members are called, what factories return.

pub(super) mod callables;
pub(super) mod modules;
pub(super) mod stdlib;
