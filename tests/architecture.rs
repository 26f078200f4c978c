#![allow(clippy::unwrap_used, reason = "a test may panic")]

//! Holds what ARCHITECTURE.md says: the layers, the one door to JavaScript, the length of files,
//! the documented codes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, tests and tables aside.
const MAX_FILE_LINES: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All Rust files below a folder, with their text.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_path_buf(), text));
            }
        }
    }
    found.sort();
    found
}

/// The module that a file below `src` belongs to.
fn module(path: &Path) -> String {
    let name = path.components().nth(1).unwrap().as_os_str().to_string_lossy();
    name.trim_end_matches(".rs").to_owned()
}

/// Words in back quotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The table under "The layers".
fn layers() -> BTreeMap<String, Vec<String>> {
    let text = read("ARCHITECTURE.md");
    let section = text.split("## The layers").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|');
        let module = quoted(cells.next().unwrap()).remove(0);
        (module, quoted(cells.next().unwrap()))
    })
    .collect()
}

/// The modules of this crate that a text uses.
fn used_modules(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = Vec::new();
    for line in code {
        for after in line.split("crate::").skip(1) {
            // `$crate::` and `pub(in crate::…)` name paths too; all count.
            let names = after.strip_prefix('{').map_or(after, |list| list);
            let end = names.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(names.len());
            used.push(names[..end].to_owned());
        }
    }
    used
}

#[test]
fn modules_use_only_what_their_layer_allows() {
    let layers = layers();
    assert!(layers.len() > 10, "the table was not found");
    for (path, text) in sources("src") {
        let module = module(&path);
        if module == "lib" {
            continue;
        }
        let allowed = layers.get(&module).unwrap_or_else(|| panic!("`{module}` has no row"));
        // Tests may build what they need from anywhere above.
        if path.ends_with("tests.rs") {
            continue;
        }
        for used in used_modules(&text) {
            let known = layers.contains_key(&used);
            assert!(
                !known || used == module || allowed.contains(&used),
                "`{module}` may not use `{used}` ({})",
                path.display()
            );
        }
    }
}

#[test]
fn only_the_door_names_javascript_crates() {
    const CRATES: [&str; 6] = [
        "wasm_bindgen",
        "js_sys",
        "web_sys",
        "gloo_net",
        "serde_wasm_bindgen",
        "console_error_panic_hook",
    ];
    for (path, text) in sources("src") {
        let is_door = module(&path) == "wasm";
        let named = CRATES.iter().find(|name| text.contains(&format!("{name}::")));
        assert!(is_door || named.is_none(), "{} names {named:?}", path.display());
    }
}

/// The parsers of foreign formats, and the one place where each is named.
const PARSERS: [(&str, &str); 5] = [
    ("hayro_", "src/read/pdf"),
    ("quick_xml::", "src/read/office"),
    ("miniz_oxide::", "src/read/"),
    ("html5gum::", "src/read/html"),
    ("pulldown_cmark::", "src/read/markdown.rs"),
];

#[test]
fn each_parser_is_named_in_one_place() {
    for (path, text) in sources("src") {
        for (parser, place) in PARSERS {
            let is_its_place = path.starts_with(place);
            let names_it = text.contains(parser);
            assert!(is_its_place || !names_it, "{} names {parser}", path.display());
        }
    }
}

#[test]
fn files_begin_with_their_story_and_stay_short() {
    for (path, text) in sources("src").into_iter().chain(sources("xtask/src")) {
        let is_test = path.ends_with("tests.rs");
        assert!(is_test || text.starts_with("//! "), "{} has no story", path.display());
        let lines = text.lines().count();
        assert!(is_test || lines <= MAX_FILE_LINES, "{} has {lines} lines", path.display());
    }
}

/// String literals in `src` that look like codes of the given families.
fn codes(families: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in sources("src") {
        if path.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap();
        for literal in code.split('"').skip(1).step_by(2) {
            let Some((family, rest)) = literal.split_once('.') else { continue };
            let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
            if families.contains(&family) && !rest.is_empty() && rest.chars().all(is_word) {
                found.push(literal.to_owned());
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn every_code_is_documented() {
    let documented = quoted(&read("docs/errors.md"));
    let codes = codes(&[
        "read", "index", "llm", "agent", "budget", "internal", "page", "file", "plan", "context",
        "prompt", "reading", "answer",
    ]);
    assert!(codes.len() > 20, "only {codes:?} were found");
    for code in codes {
        assert!(documented.contains(&code), "docs/errors.md does not explain `{code}`");
    }
}
