//! Extracts the text of files, for measuring readers against a corpus.
//!
//! ```text
//! cargo run --release --example extract -- OUTDIR PATH…
//! ```
//!
//! Writes `OUTDIR/KIND/NAME.txt` for every path, where KIND is the name of the file's folder and
//! NAME its name with the ending; pages are separated by form feeds. A file that cannot be read gives an
//! empty text. Errors, warnings and the speed go to standard error.

use std::path::Path;
use std::time::Duration;

use qwen_agent_wasm::document::Page;
use qwen_agent_wasm::read::{Limits, Source, read};

#[expect(clippy::print_stderr, reason = "it is a command line tool")]
fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(out) = arguments.next() else {
        eprintln!("usage: extract OUTDIR PATH…");
        return Ok(());
    };
    let (mut bytes, mut time) = (0, Duration::ZERO);
    for path in arguments {
        let path = Path::new(&path);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder_of =
            |path: &Path| path.parent().and_then(Path::file_name).map(ToOwned::to_owned);
        let kind = folder_of(path).unwrap_or_default();
        let content = std::fs::read(path)?;
        bytes += content.len();
        let start = now();
        let result = read(Source::new(&name, content), &Limits::default());
        time += start.elapsed();
        let text = match result {
            Ok(document) => {
                for warning in &document.warnings {
                    eprintln!("{name}: {}: {}", warning.code.as_str(), warning.message);
                }
                let pages: Vec<&str> = document.pages.iter().map(Page::text).collect();
                pages.join("\u{c}")
            }
            Err(error) => {
                eprintln!("{error}");
                String::new()
            }
        };
        let folder = Path::new(&out).join(kind);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{name}.txt")), text)?;
    }
    let megabytes = bytes as f64 / 1e6;
    let seconds = time.as_secs_f64();
    eprintln!("{megabytes:.1} MB in {seconds:.2} s: {:.1} MB/s", megabytes / seconds);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a native tool has a clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
