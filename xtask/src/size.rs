//! The sizes of what a page downloads, held to a budget.

use std::fs;

use crate::build::{self, MODULES, Module};
use crate::step::{Done, command, output, root, run};
use crate::tools;

/// Prints the sizes of the wasm modules and of the package's scripts; an error if one is above its
/// budget.
pub fn print() -> Done {
    let modules = modules();
    println!();
    let scripts = run(command("node", &["pkg/scripts/size.mjs"], ""));
    modules.and(scripts)
}

fn modules() -> Done {
    let mut over = Vec::new();
    println!("{:12} {:>10} {:>10} {:>10} {:>10}", "module", "raw", "gzip", "brotli", "budget");
    for Module { name, .. } in MODULES {
        let [raw, gzip, brotli] = measure(&format!("pkg/wasm/{name}_bg.wasm"))?;
        let budget = budget(name)?;
        println!("{name:12} {raw:>10} {gzip:>10} {brotli:>10} {budget:>10}");
        if gzip > budget {
            over.push(format!("{name} has {gzip} bytes gzip, its budget is {budget}"));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// What the readers module is made of: features, and the formats that each stands for. Each needs
/// those before it or none.
const SHARES: [(&str, &str); 4] = [
    ("charset", "TXT, CSV and JSON in any encoding, and what all share"),
    ("charset,html", "HTML"),
    ("charset,html,markdown", "Markdown"),
    ("charset,html,markdown,office", "DOCX, PPTX, XLSX, ODT, ODS, ODP, EPUB"),
];

/// Prints what each format adds to the readers: modules with one more of them at a time are built
/// and compared. PDF is a module of its own.
pub fn formats() -> Done {
    tools::wasm_target()?;
    let bindgen = tools::bindgen()?.to_string_lossy().into_owned();
    let Some(readers) = MODULES.iter().find(|module| module.name == "readers") else {
        return Err("there is no readers module".to_owned());
    };
    let mut before = [0; 3];
    let mut lines = Vec::new();
    for (features, formats) in SHARES {
        let built = build::compile(features, readers.profile)?;
        run(command(&bindgen, &[&built, "target/shares", "share"], ""))?;
        let sizes = measure("target/shares/share_bg.wasm")?;
        let added: Vec<u64> =
            sizes.iter().zip(before).map(|(size, before)| size.saturating_sub(before)).collect();
        lines.push(format!("{:>10} {:>10} {:>10}  {formats}", added[0], added[1], added[2]));
        before = sizes;
    }
    println!("what each adds to the readers, in this order:");
    println!("{:>10} {:>10} {:>10}  formats", "raw", "gzip", "brotli");
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Raw, gzip and brotli bytes. Node has both compressors, so none is built for this.
fn measure(file: &str) -> Result<[u64; 3], String> {
    const SCRIPT: &str = "
        const zlib = require('node:zlib');
        const bytes = require('node:fs').readFileSync(process.argv[1]);
        console.log(bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes).length);
    ";
    if !root().join(file).exists() {
        return Err(format!("{file} is missing; run `cargo xtask build`"));
    }
    let printed = output(command("node", &["-e", SCRIPT, file], ""))?;
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
