//! The allocator of the module that reads PDFs. Pages go through millions of small pieces, and this
//! one hands them out in less time than the standard library's, and is no larger.

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();
