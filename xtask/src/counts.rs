//! Instruction counts of the hot kernels: a check of speed that holds on a busy machine.
//!
//! Each kernel is an example program with a function `kernel`; valgrind's callgrind counts what that function executes. The counts of
//! the last accepted build stand in `bench/counts.txt`. More than the tolerance above them is red, and so is more than that below: then
//! the file no longer says what the program does. Without valgrind there is nothing to count with, which is said.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::run::{Tally, cargo, root, target};

/// What is counted: its name, the package and example, and the example's argument.
const KERNELS: &[(&str, &str, &str, &str)] = &[
    ("fold", "deskgauge-core", "counted_fold", ""),
    ("read_json_lines", "deskgauge-connect", "counted_reading", "jsonl"),
    ("read_csv", "deskgauge-connect", "counted_reading", "csv"),
];

/// How far a count may be from the accepted one. Processors differ a little: the C library chooses its routines by them.
const TOLERANCE: f64 = 0.05;

/// Counts and compares; each kernel is a test.
pub(crate) fn check(tally: &mut Tally) -> Result<bool> {
    let Some(found) = count()? else { return Ok(true) };
    let accepted = read(&std::fs::read_to_string(file()).unwrap_or_default());
    let mut well = true;
    for (name, count) in &found {
        let verdict = verdict(*count, accepted.get(name).copied());
        println!("{name}: {count} instructions, {}", verdict.as_ref().map_or_else(String::as_str, String::as_str));
        match verdict {
            Ok(_) => tally.passed += 1,
            Err(_) => {
                tally.failed += 1;
                well = false;
            }
        }
    }
    Ok(well)
}

/// Counts and makes that the accepted state.
pub(crate) fn accept() -> Result<bool> {
    let found = count()?.context("there is no valgrind to count with: install it")?;
    let lines: Vec<String> = found.iter().map(|(name, count)| format!("{name} {count}\n")).collect();
    std::fs::write(file(), lines.concat()).context("could not write bench/counts.txt")?;
    print!("{}", lines.concat());
    Ok(true)
}

fn verdict(count: u64, accepted: Option<u64>) -> Result<String, String> {
    let advice = "say why in the commit and run cargo xtask counts --accept";
    let Some(accepted) = accepted else { return Err(format!("of which bench/counts.txt knows nothing: {advice}")) };
    let change = count as f64 / accepted as f64 - 1.0;
    let told = format!("{:+.1} % against {accepted}", 100.0 * change);
    if change.abs() <= TOLERANCE { Ok(told) } else { Err(format!("{told}: {advice}")) }
}

/// The count of each kernel; `None` where there is no valgrind.
fn count() -> Result<Option<BTreeMap<String, u64>>> {
    let there = Command::new("valgrind").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        println!("without valgrind no instructions are counted: install it to check the speed of the kernels");
        return Ok(None);
    }
    let mut counts = BTreeMap::new();
    for (name, package, example, argument) in KERNELS {
        let built = cargo(&["build", "--quiet", "--release", "-p", package, "--example", example], &[], &mut Tally::default())?;
        anyhow::ensure!(built, "the example {example} does not build");
        let program = target().join("release/examples").join(example);
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*kernel*"])
            .arg(&program)
            .arg(argument)
            .output()
            .context("could not run valgrind")?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "{name} could not be counted: {said}");
        let count = collected(&said).with_context(|| format!("valgrind told no count of {name}: {said}"))?;
        counts.insert((*name).to_owned(), count);
    }
    Ok(Some(counts))
}

/// The instructions that callgrind says it has seen.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok().filter(|count| *count > 0)
}

fn read(text: &str) -> BTreeMap<String, u64> {
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)))
        .collect()
}

fn file() -> PathBuf {
    root().join("bench/counts.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_found_in_what_callgrind_says() {
        assert_eq!(collected("==7== Events    : Ir\n==7== Collected : 123456\n"), Some(123_456));
        assert_eq!(collected("==7== Collected : 0\n"), None);
        assert_eq!(read("fold 12\nread_csv 7\n").get("read_csv"), Some(&7));
    }

    #[test]
    fn more_and_fewer_than_the_tolerance_are_red() {
        assert!(verdict(104, Some(100)).is_ok() && verdict(96, Some(100)).is_ok());
        assert!(verdict(106, Some(100)).is_err() && verdict(90, Some(100)).is_err() && verdict(1, None).is_err());
    }
}
