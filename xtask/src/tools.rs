//! What the build needs beyond cargo: looked for, and installed by the ordinary clients.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::step::{Done, command, output, root, run, say};

/// The oldest Node that has everything the package uses.
const NODE_MAJOR: u32 = 20;

/// The Rust target of the browser.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that the toolchain can build for the browser.
pub fn wasm_target() -> Done {
    let libraries =
        output(command("rustc", &["--print", "target-libdir", "--target", WASM_TARGET], ""))?;
    if Path::new(libraries.trim()).exists() {
        return Ok(());
    }
    say("installing the wasm32 target (rustup)");
    run(command("rustup", &["target", "add", WASM_TARGET], ""))
}

/// Makes sure that Node is there and new enough.
pub fn node() -> Done {
    let advice = format!("install Node {NODE_MAJOR} or newer, with npm");
    let version = output(command("node", &["--version"], "")).map_err(|_| advice.clone())?;
    let major = version.trim_start_matches('v').split('.').next();
    let major: Option<u32> = major.and_then(|major| major.parse().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => Err(format!("Node is {}; {advice}", version.trim())),
    }
}

/// Installs a folder's npm packages as its lock file names them, unless they are there.
pub fn npm_packages(folder: &str) -> Done {
    let folder_path = root().join(folder);
    let lock = modified(&folder_path.join("package-lock.json"));
    let installed = modified(&folder_path.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= lock {
        return Ok(());
    }
    say(&format!("installing the npm packages of {folder}/"));
    run(command("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"], folder))
}

fn modified(path: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// The program of `xtask/bindgen`, built once for its lock file and compiler and kept in the
/// user's cache, since it takes minutes and checkouts come and go.
pub fn bindgen() -> Result<PathBuf, String> {
    let manifest = root().join("xtask/bindgen");
    let mut hasher = DefaultHasher::new();
    for file in ["Cargo.lock", "Cargo.toml", "src/main.rs"] {
        let content = fs::read(manifest.join(file)).map_err(|error| format!("{file}: {error}"))?;
        content.hash(&mut hasher);
    }
    output(command("rustc", &["-V"], ""))?.hash(&mut hasher);
    let folder = cache()?.join(format!("bindgen-{:016x}", hasher.finish()));
    let program = folder.join("release").join(format!("bindgen{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        say("building wasm-bindgen (once; it is kept in the cache)");
        let folder = folder.to_string_lossy();
        run(command(
            "cargo",
            &["build", "--release", "--locked", "--target-dir", &folder],
            "xtask/bindgen",
        ))?;
    }
    Ok(program)
}

fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    let base = base.or_else(home).ok_or("there is no home folder to keep the cache in")?;
    Ok(base.join("qwen-agent-wasm"))
}

/// A program that is not ours, and how it is had on Debian.
struct Program {
    /// Names where it is, for tests and benchmarks too.
    variable: &'static str,
    usual: &'static [&'static str],
    package: &'static str,
}

const CHROMIUM: Program = Program {
    variable: "CHROMIUM_PATH",
    usual: &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
    package: "chromium",
};

/// Firefox, WebKitGTK with the driver that brings it along, and a screen that nobody sees.
const OTHER_ENGINES: [Program; 3] = [
    Program {
        variable: "FIREFOX_PATH",
        usual: &["/usr/bin/firefox-esr", "/usr/bin/firefox"],
        package: "firefox-esr",
    },
    Program {
        variable: "WEBKIT_WEBDRIVER_PATH",
        usual: &["/usr/bin/WebKitWebDriver"],
        package: "webkit2gtk-driver",
    },
    Program { variable: "XVFB_PATH", usual: &["/usr/bin/Xvfb"], package: "xvfb" },
];

/// The browser that most tests drive.
pub fn chromium() -> Result<PathBuf, String> {
    let mut found = programs(&[CHROMIUM])?;
    found.pop().map(|(_, path)| path).ok_or_else(|| "there is no Chromium".to_owned())
}

/// The browsers of the other two engines, each by the variable that names it.
pub fn other_engines() -> Result<Vec<(&'static str, PathBuf)>, String> {
    programs(&OTHER_ENGINES)
}

/// Finds the programs, and installs what is missing where that can be done without asking.
fn programs(wanted: &[Program]) -> Result<Vec<(&'static str, PathBuf)>, String> {
    let missing: Vec<&Program> = wanted.iter().filter(|program| find(program).is_none()).collect();
    let packages: Vec<&str> = missing.iter().map(|program| program.package).collect();
    if !missing.is_empty() && is_root_on_debian() {
        install(&packages)?;
    }
    let found = wanted.iter().map(|program| Some((program.variable, find(program)?)));
    found.collect::<Option<Vec<_>>>().ok_or_else(|| advice(&missing))
}

fn advice(missing: &[&Program]) -> String {
    let list = |of: fn(&Program) -> &str, by: &str| {
        missing.iter().map(|program| of(program)).collect::<Vec<_>>().join(by)
    };
    let packages = list(|program| program.package, " ");
    let variables = list(|program| program.variable, ", ");
    format!(
        "on Debian: apt-get install {packages}; elsewhere, install them and name where they are \
         by {variables}"
    )
}

fn install(packages: &[&str]) -> Done {
    say(&format!("installing {} (apt-get)", packages.join(", ")));
    run(command("apt-get", &["update", "-q"], ""))?;
    let mut install = command("apt-get", &["install", "-qy", "--no-install-recommends"], "");
    install.args(packages).env("DEBIAN_FRONTEND", "noninteractive");
    run(install)
}

fn find(program: &Program) -> Option<PathBuf> {
    let named = std::env::var_os(program.variable).map(PathBuf::from);
    named.into_iter().chain(program.usual.iter().map(PathBuf::from)).find(|path| path.exists())
}

fn is_root_on_debian() -> bool {
    let user = output(command("id", &["-u"], "")).unwrap_or_default();
    user.trim() == "0" && Path::new("/etc/debian_version").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_cannot_install_is_told_what_to_do() {
        assert_eq!(
            advice(&[&OTHER_ENGINES[0], &OTHER_ENGINES[2]]),
            "on Debian: apt-get install firefox-esr xvfb; elsewhere, install them and name where \
             they are by FIREFOX_PATH, XVFB_PATH"
        );
    }
}
