//! Any bytes are fixed as the invariants of `tests/engine/invariants.rs` ask.

#![no_main]

#[path = "../../tests/engine/accept.rs"]
mod accept;
#[path = "../../tests/engine/invariants.rs"]
mod invariants;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tightwire::engine::Engine;

static ENGINE: LazyLock<Engine> = LazyLock::new(invariants::engine);

fuzz_target!(|disk: &[u8]| {
    if let Err(failure) = invariants::check(&ENGINE, disk) {
        panic!("{failure}");
    }
});
