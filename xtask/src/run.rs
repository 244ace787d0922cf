//! Running cargo: what it prints is passed on line by line, and the results of its test runs are added up on the way.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Tests that ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Adds what a line of `cargo test` says, if it is a result.
    pub(crate) fn add_line(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else { return };
        self.add(rest.split(['.', ';']));
    }

    /// Adds what a line of pytest says, if it is its sum: `3 failed, 40 passed in 12.3s`.
    pub(crate) fn add_pytest_line(&mut self, line: &str) {
        let Some((counts, took)) = line.trim_matches('=').trim().rsplit_once(" in ") else { return };
        if took.starts_with(|c: char| c.is_ascii_digit()) {
            // What broke before or after its test has failed as well.
            self.add(counts.replace("errors", "failed").replace("error", "failed").split(", "));
        }
    }

    fn add<'t>(&mut self, parts: impl Iterator<Item = &'t str>) {
        for part in parts {
            let mut words = part.split_whitespace();
            match (words.next().and_then(|word| word.parse::<u64>().ok()), words.next()) {
                (Some(number), Some("passed")) => self.passed += number,
                (Some(number), Some("failed")) => self.failed += number,
                _ => {}
            }
        }
    }
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo builds: `CARGO_TARGET_DIR`, or `target` in the repository.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Runs cargo with these words, in the repository, and adds the tests that ran to `tally`. Says whether it went well.
pub(crate) fn cargo(words: &[&str], environment: &[(&str, PathBuf)], tally: &mut Tally) -> Result<bool> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).current_dir(root()).stdin(Stdio::null()).stdout(Stdio::piped());
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let mut child = command.spawn().with_context(|| format!("could not run cargo {}", words.join(" ")))?;
    if let Some(stdout) = child.stdout.take() {
        let mut out = std::io::stdout().lock();
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            tally.add_line(&line);
            writeln!(out, "{line}")?;
        }
    }
    Ok(child.wait()?.success())
}

/// Runs cargo and returns what it printed.
///
/// # Errors
/// When it cannot be run or fails; what it said on standard error is in the message.
pub(crate) fn cargo_output(words: &[&str]) -> Result<String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = command.args(words).current_dir(root()).stdin(Stdio::null()).output().context("could not run cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "cargo {} failed: {}", words.join(" "), said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_sum_of_pytest_is_a_result() {
        let mut tally = Tally::default();
        tally.add_pytest_line("browser/test_pages.py ....F [ 40%]");
        tally.add_pytest_line("FAILED browser/test_links.py::test_no_link_is_dead - 2 failed in the walk");
        tally.add_pytest_line("1 failed, 41 passed, 1 error in 80.11s (0:01:20)");
        assert_eq!(tally, Tally { passed: 41, failed: 2 });
    }

    #[test]
    fn results_of_several_binaries_are_added_up() {
        let mut tally = Tally::default();
        tally.add_line("running 3 tests");
        tally.add_line("test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        tally.add_line("test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s");
        assert_eq!(tally, Tally { passed: 9, failed: 2 });
    }
}
