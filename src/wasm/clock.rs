//! The host's time, for steps that should end before anyone notices.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(super) fn milliseconds() -> f64;
}

/// Calls `step` until it says that nothing is left, or the time is up; at least once.
pub(super) fn for_at_most(budget_ms: f64, mut step: impl FnMut() -> bool) {
    let end = milliseconds() + budget_ms;
    while step() && milliseconds() < end {}
}
