//! The sizes of what a page downloads, held to a budget.

use std::fs;

use crate::build::{MODULES, Module};
use crate::step::{Done, command, output, root};

/// Prints the size of each wasm module; an error if one is above its budget.
pub fn print() -> Done {
    let mut over = Vec::new();
    println!("{:12} {:>10} {:>10} {:>10} {:>10}", "module", "raw", "gzip", "brotli", "budget");
    for Module { name, .. } in MODULES {
        let [raw, gzip, brotli] = measure(name)?;
        let budget = budget(name)?;
        println!("{name:12} {raw:>10} {gzip:>10} {brotli:>10} {budget:>10}");
        if gzip > budget {
            over.push(format!("{name} has {gzip} bytes gzip, its budget is {budget}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// Raw, gzip and brotli bytes. Node has both compressors, so none is built for this.
fn measure(name: &str) -> Result<[u64; 3], String> {
    const SCRIPT: &str = "
        const zlib = require('node:zlib');
        const bytes = require('node:fs').readFileSync(process.argv[1]);
        console.log(bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length);
    ";
    let file = format!("pkg/wasm/{name}_bg.wasm");
    if !root().join(&file).exists() {
        return Err(format!("{file} is missing; run `cargo xtask build`"));
    }
    let printed = output(command("node", &["-e", SCRIPT, &file], ""))?;
    let sizes: Vec<u64> = printed.split_whitespace().filter_map(|size| size.parse().ok()).collect();
    sizes.try_into().map_err(|_| format!("the sizes of {file} could not be read: {printed}"))
}

/// Gzip bytes that a module may have, from `size-budget.txt`.
fn budget(name: &str) -> Result<u64, String> {
    let text = fs::read_to_string(root().join("size-budget.txt"))
        .map_err(|error| format!("size-budget.txt: {error}"))?;
    let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
    let budget = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    budget.ok_or_else(|| format!("size-budget.txt has no line for {name}"))
}
