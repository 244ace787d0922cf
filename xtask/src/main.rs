//! The project's own commands: `cargo xtask ci`, `test`, `tidy`, `counts`, `browser`, `pictures` and `docs`.
//!
//! What is checked anywhere is checked here, so that no red is ever seen by a server alone. It calls cargo as a program and reads the
//! repository as text. It must not know what the program computes, and nothing of the program may depend on it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to a person at a terminal")]

mod browser;
mod ci;
mod counts;
mod debian;
mod docs;
mod house;
mod provider;
mod python;
mod run;
mod source;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci             format, tidy, tests and lints, cheapest first, stopping at the first red
  test           sets up what the tests need, then does all of ci
  tidy           the rules of the house alone
  counts         counts the instructions of the kernels and compares them with bench/counts.txt; --accept writes it
  browser        the tests of the pages in Chromium alone; more words are pytest's, such as -k keyboard, or --full for every page in all ways
  pictures       makes docs/images anew
  docs           writes docs/reference from the lists in the code
  docs --check   only says whether docs/reference is up to date";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["ci"] => ci::ci(),
        ["test"] => ci::test(),
        ["tidy"] => ci::tidy_alone(),
        ["counts"] => counts::check(&mut run::Tally::default()),
        ["counts", "--accept"] => counts::accept(),
        ["browser", ref more @ ..] => browser::test(more, true, &mut run::Tally::default()),
        ["pictures"] => browser::pictures(),
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
