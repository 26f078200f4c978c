//! Prints the texts of PDFs as the `pdf` crate gives them, and how long each took.
//!
//! Reads paths from standard input, one a line. Answers each with a line `OUTCOME MILLISECONDS
//! BYTES` and then so many bytes: the text, or what went wrong. Ends by itself after a file that
//! takes longer than the seconds of its only argument, since a thread cannot be stopped.

mod font;
mod page;

use std::io::{self, BufRead, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use pdf::file::FileOptions;
use pdf::object::ParseOptions;

/// Broken files nest deeply, and an overflow would end the program.
const STACK_BYTES: usize = 256 << 20;

fn main() -> io::Result<()> {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    // What a panic says goes to standard output with the rest.
    std::panic::set_hook(Box::new(|_| {}));
    for path in io::stdin().lock().lines() {
        let bytes = fs::read(path?)?;
        let started = Instant::now();
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            // Nobody listens any more after a time-out, and then the program ends anyway.
            let _ = sender.send(text_of(bytes));
        })?;
        let result = receiver.recv_timeout(Duration::from_secs(seconds));
        let took = started.elapsed();
        match result {
            Ok(Ok(text)) => answer("ok", took, &text)?,
            Ok(Err(error)) => answer("error", took, &error)?,
            Err(RecvTimeoutError::Timeout) => return answer("timeout", took, ""),
            Err(RecvTimeoutError::Disconnected) => {
                let said = thread.join().err().and_then(|thrown| {
                    let owned = thrown.downcast_ref::<String>().cloned();
                    owned.or_else(|| thrown.downcast_ref::<&str>().map(|said| (*said).to_owned()))
                });
                answer("panic", took, &said.unwrap_or_default())?;
            }
        }
    }
    Ok(())
}

fn answer(outcome: &str, took: Duration, content: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{outcome} {} {}\n{content}", took.as_secs_f64() * 1000.0, content.len())?;
    out.flush()
}

/// All pages, a form feed after each. Pages that fail are empty; an error if all do.
fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    let options = FileOptions::cached().parse_options(ParseOptions::tolerant());
    let file = options.load(bytes).map_err(|error| error.to_string())?;
    let resolver = file.resolver();
    let (mut text, mut fonts) = (String::new(), page::Fonts::new());
    let (mut read, mut failure) = (false, None);
    for number in 0..file.num_pages() {
        let page = file.get_page(number);
        let page = page.and_then(|page| page::text(&page, &resolver, &mut fonts));
        match page {
            Ok(page) => {
                text.push_str(&page);
                read = true;
            }
            Err(error) => failure = Some(error.to_string()),
        }
        text.push('\u{c}');
    }
    match failure {
        Some(error) if !read => Err(error),
        _ => Ok(text),
    }
}
