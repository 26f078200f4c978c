#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| qwen_agent_wasm_fuzz::run("pptx", bytes));
