//! The build steps of this repository, so that cargo and npm are all that a checkout needs.
//!
//! `cargo xtask demo` builds everything and serves the demo page; `cargo xtask test` proves it.

mod bench;
mod build;
mod demo;
mod deny;
mod docs;
mod fuzz;
mod size;
mod step;
mod test;
mod tools;
mod vocabulary;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [--port N]  build everything, then serve the demo page on loopback and open it
  test [--all]     run every test: native, Node, headless Chromium, Firefox and WebKitGTK; with --all,
                   the package in large bundlers (webpack, Parcel, Next) and in Deno, Bun and
                   workerd, too
  docs [--open] [--address URL] [--base-url URL --model NAME]
                   build the documentation site into target/site; --open serves and opens it;
                   --address: where it will be; the others: the model that its question box asks
  build            build the wasm modules, the npm package and the demo page
  size [--formats] print the sizes of the wasm modules and of the package's scripts, and hold them to
                   size-budget.txt; with --formats, what each format adds to the readers
  bench peers [OPTION…]
                   measure the search index side by side with others (--help: the options; also
                   called bench index)
  bench readers [CORPUS…] [OPTION…]
                   measure the document readers side by side with others (--help: the options)
  bench agents [--record] [OPTION…]
                   reading every chunk beside Qwen-Agent: time, reactions, faults (--help: the
                   options; the peer needs Python 3)
  bench retrieval [FOLDER] [--record] [--reference] [OPTION…]
                   how well questions find their passages, by language, beside others with their
                   own analyzers; --reference measures Qwen-Agent anew (needs Python 3)
  bench scale [OPTION…]
                   how cost grows from 100 kB to 100 MB of text, beside others
  bench page [--slow N]
                   how soon the page is ready, and how long it is busy at a time while a million
                   tokens are added and a long answer streams; --slow: on a processor N times slower
  bench all [FOLDER…] [--quick | --record]
                   all of these and needle; folders are documents for the readers
  eval [--quick] [--record]
                   retrieval, citations, quotes, needles and readers, each figure beside the floor
                   that it may not fall below; --record raises floors
  needle [--quick] [--record]
                   needles in haystacks of up to a million tokens, by each way of answering
  fuzz [TARGET…] [--minutes N]
                   try mutated inputs on each parser for N minutes of processor time (30 if none
                   is given), at low priority; needs a nightly compiler, which it installs
  deny [--advisories]
                   check the licences, versions and sources of the Rust dependencies by deny.toml, and
                   with --advisories known vulnerabilities, too, whose list comes from the network
  soak [--cycles N] [--widgets N] [--megabytes N] [--record]
                   whether memory stays flat over 1,000 cycles of use, and a day's work with 100 MB
                   of text; --record writes docs/benchmarks/soak.md
  vocabulary FILE  make the token vocabulary again from a tiktoken file
  help             print this

Each installs what it needs by rustup, cargo, npm and (for test) apt-get, and says so.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["demo", rest @ ..] => demo::serve(rest),
        ["docs", rest @ ..] => docs::site(rest),
        ["test"] => return test::run(test::Extent::Usual),
        ["test", "--all"] => return test::run(test::Extent::All),
        ["build"] => build::everything(),
        ["size"] => size::print(),
        ["size", "--formats"] => size::formats(),
        ["bench", "readers", rest @ ..] => bench::readers(rest),
        ["bench", "peers" | "index", rest @ ..] => bench::peers(rest),
        ["bench", "scale", rest @ ..] => bench::scale(rest),
        ["bench", "all", rest @ ..] => bench::all(rest),
        ["bench", "agents", rest @ ..] => bench::agents(rest),
        ["bench", "page", rest @ ..] => bench::page(rest),
        ["bench", "retrieval", rest @ ..] => bench::retrieval(rest),
        ["eval", rest @ ..] => bench::evaluation(rest),
        ["needle", rest @ ..] => bench::needle(rest),
        ["fuzz", rest @ ..] => fuzz::fuzz(rest),
        ["deny", rest @ ..] => deny::check(rest),
        ["soak", rest @ ..] => bench::soak(rest),
        ["vocabulary", file] => vocabulary::convert(file),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
