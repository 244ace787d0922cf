//! The steps of a check, cheapest first: whoever breaks something hears of it after seconds where seconds are enough.
//!
//! All of it builds in the dev profile, but for the few crates whose instructions are counted. The last line is the sum of all tests that ran.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::run::{Tally, cargo, cargo_output};
use crate::{browser, counts, provider, python, tidy};

/// What a step does.
enum Step {
    /// Cargo with these words.
    Cargo(&'static [&'static str]),
    /// The rules of the house.
    Tidy,
    /// The instructions of the kernels.
    Counts,
    /// The pages in a browser.
    Browser,
}

/// What is off by default and held by the tests all the same.
const OIDC: &str = "deskgauge/oidc";

/// What stands on the data stack.
const TESTS: &[&str] =
    &["test", "--no-fail-fast", "-p", "deskgauge-engine", "-p", "deskgauge-web", "-p", "deskgauge", "--features", OIDC];

/// The steps with their names, in order.
const STEPS: &[(&str, Step)] = &[
    ("format", Step::Cargo(&["fmt", "--all", "--check"])),
    ("tidy", Step::Tidy),
    ("quick tests", Step::Cargo(&["test", "--no-fail-fast", "-p", "xtask", "-p", "deskgauge-core", "-p", "deskgauge-connect"])),
    ("instruction counts", Step::Counts),
    ("clippy", Step::Cargo(&["clippy", "--workspace", "--all-targets", "--features", OIDC, "--", "-D", "warnings"])),
    // Together, since Cargo would build the data stack once more for whoever is asked for alone.
    ("engine, pages, binary and transcripts", Step::Cargo(TESTS)),
    ("as it is built by default", Step::Cargo(&["clippy", "-p", "deskgauge-web", "-p", "deskgauge", "--", "-D", "warnings"])),
    ("pages in a browser", Step::Browser),
];

/// All steps with what is at hand.
pub(crate) fn ci() -> Result<bool> {
    components()?;
    let environment: Vec<_> = python::at_hand().into_iter().chain(provider::at_hand()).collect();
    steps(&environment, false)
}

/// Sets up what the tests need, then all steps.
pub(crate) fn test() -> Result<bool> {
    components()?;
    let environment: Vec<_> = python::set_up()?.into_iter().chain(provider::set_up()?).collect();
    steps(&environment, true)
}

/// The rules of the house alone.
pub(crate) fn tidy_alone() -> Result<bool> {
    tidy::run()
}

fn steps(environment: &[(&'static str, PathBuf)], set_up: bool) -> Result<bool> {
    let mut tally = Tally::default();
    for (name, step) in STEPS {
        let begun = Instant::now();
        println!("── {name}");
        let before = tally.failed;
        let well = match step {
            Step::Cargo(words) => cargo(words, environment, &mut tally)?,
            Step::Tidy => tidy::run()?,
            Step::Counts => counts::check(&mut tally)?,
            Step::Browser => browser::test(&[], set_up, &mut tally)?,
        };
        if !well {
            // A step that is no test counts as one, so that the sum never looks green.
            tally.failed += u64::from(tally.failed == before);
            println!("── {name}: red after {:.0} s", begun.elapsed().as_secs_f64());
            println!("{} passed, {} failed", tally.passed, tally.failed);
            return Ok(false);
        }
        println!("── {name}: green after {:.0} s", begun.elapsed().as_secs_f64());
    }
    if environment.iter().all(|(variable, _)| *variable == provider::VARIABLE) {
        println!("without Python the tests against DuckDB and by schemathesis were skipped: run cargo xtask test");
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(true)
}

/// Toolchains of a minimal profile come without the formatter and the linter.
fn components() -> Result<()> {
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if cargo_output(&[command, "--version"]).is_ok() {
            continue;
        }
        println!("adding {component} to the toolchain");
        let advice = || format!("{component} is missing: run rustup component add {component}");
        let status = std::process::Command::new("rustup")
            .args(["component", "add", component])
            .current_dir(crate::run::root())
            .status()
            .with_context(advice)?;
        anyhow::ensure!(status.success(), advice());
    }
    Ok(())
}
