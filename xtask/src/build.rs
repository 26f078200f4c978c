//! cargo → wasm-bindgen → the npm package → the demo page.

use crate::step::{Done, command, root, run, say};
use crate::tools;

/// A wasm module.
pub struct Module {
    /// What its files are called.
    pub name: &'static str,
    /// The features of the crate that make it.
    pub features: &'static str,
    /// The profile that it is built with.
    pub profile: &'static str,
}

/// All wasm modules. The last is loaded in place of `pdf` for the few files that need the
/// predefined character maps of Chinese, Japanese and Korean.
pub const MODULES: [Module; 4] = [
    Module { name: "core", features: "core", profile: SMALL },
    Module { name: "readers", features: "readers", profile: "wasm-tiny" },
    Module { name: "pdf", features: "pdf", profile: "wasm-fast" },
    Module { name: "pdf-cjk", features: "pdf,cmaps", profile: "wasm-fast" },
];

/// Builds all there is.
pub fn everything() -> Done {
    wasm()?;
    package()?;
    page()
}

/// Builds the wasm modules into `pkg/wasm`.
pub fn wasm() -> Done {
    tools::wasm_target()?;
    let bindgen = tools::bindgen()?;
    let bindgen = bindgen.to_string_lossy();
    for module in MODULES {
        say(&format!("building the {} module", module.name));
        let built = compile(module.features, module.profile)?;
        run(command(&bindgen, &[&built, "pkg/wasm", module.name], ""))?;
    }
    Ok(())
}

/// The profile of the core. Its hot loops say themselves what to inline; the threshold that goes
/// with its optimization level inlines much more in all the rest. A profile cannot say so.
const SMALL: &str = "wasm-small";
const INLINE_LITTLE: [&str; 2] = ["-C", "llvm-args=--inline-threshold=5"];

/// Compiles a module of these features; where its wasm is, which still has its names.
///
/// By `cargo rustc`, since the crate type must be named: for a package that is a Rust library as
/// well, cargo leaves link-time optimization out.
pub fn compile(features: &str, profile: &str) -> Result<String, String> {
    let target = root().join("target");
    let target = target.to_string_lossy();
    let flags: &[&str] = if profile == SMALL { &INLINE_LITTLE } else { &[] };
    let mut cargo = command(
        "cargo",
        &[
            "rustc",
            "--locked",
            "--lib",
            "--crate-type",
            "cdylib",
            "--package",
            "qwen-agent-wasm",
            "--profile",
            profile,
            "--target",
            tools::WASM_TARGET,
            "--target-dir",
            &target,
            "--no-default-features",
            "--features",
            features,
            "--",
        ],
        "",
    );
    cargo.args(flags);
    run(cargo)?;
    Ok(format!("{target}/{}/{profile}/qwen_agent_wasm.wasm", tools::WASM_TARGET))
}

/// Builds the npm package into `pkg/dist`.
pub fn package() -> Done {
    tools::node()?;
    tools::npm_packages("pkg")?;
    say("building the npm package");
    run(command("npm", &["run", "--silent", "build"], "pkg"))
}

/// Builds the demo page into `www/dist`.
pub fn page() -> Done {
    tools::npm_packages("www")?;
    say("building the demo page");
    run(command("npm", &["run", "--silent", "build"], "www"))
}
