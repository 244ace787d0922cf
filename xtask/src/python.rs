//! A Python with DuckDB, by which tests read the lake with other eyes than ours.
//!
//! It lives in the target folder and is made by `cargo xtask test`. The versions are fixed, so that a red is about the lake.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::target;

/// What the tests import, with the versions that they were written for.
const PACKAGES: &[&str] =
    &["duckdb==1.5.5", "duckdb-extension-ducklake==1.5.5", "duckdb-extension-sqlite-scanner==1.5.5", "pytz"];
/// What tests look for.
const VARIABLE: &str = "DESKGAUGE_TEST_PYTHON";

/// The environment for tests when the Python is set up already, else nothing.
pub(crate) fn at_hand() -> Vec<(&'static str, PathBuf)> {
    let python = interpreter();
    if ready(&python) { vec![(VARIABLE, python)] } else { Vec::new() }
}

/// Sets the Python up where it is not, and returns the environment for tests. Where that cannot be done it says what to install; a
/// server (`CI=true`) must have it, a person may go on without.
pub(crate) fn set_up() -> Result<Vec<(&'static str, PathBuf)>> {
    let python = interpreter();
    if !ready(&python) {
        println!("── setting up Python with DuckDB in {}", folder().display());
        if let Err(error) = make(&python) {
            if std::env::var_os("CI").is_some_and(|value| value == "true") {
                return Err(error);
            }
            eprintln!("warning: {error:#}\n  the tests against DuckDB will be skipped");
            return Ok(Vec::new());
        }
    }
    Ok(vec![(VARIABLE, python)])
}

fn make(python: &Path) -> Result<()> {
    if !venv() {
        install()?;
        if !venv() {
            bail!("python3 could not make an environment in {}", folder().display());
        }
    }
    let mut words = vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    words.extend(PACKAGES);
    let installed = Command::new(python).args(words).stdin(Stdio::null()).status().context("could not run pip")?.success();
    if !installed || !ready(python) {
        bail!("pip could not install {}: check the network and run cargo xtask test again", PACKAGES.join(" "));
    }
    Ok(())
}

/// Makes the environment; false where python3 or its venv module is missing.
fn venv() -> bool {
    let mut command = Command::new("python3");
    command.args(["-m", "venv", "--clear"]).arg(folder()).stdin(Stdio::null()).stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// On Debian and Ubuntu, and as root, installs what is missing.
fn install() -> Result<()> {
    let advice = "python3 with venv is missing: on Debian and Ubuntu run apt-get install python3 python3-venv";
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        bail!(advice);
    }
    println!("── installing python3 and python3-venv");
    for words in [&["update", "-q"][..], &["install", "-y", "-q", "--no-install-recommends", "python3", "python3-venv"]] {
        let mut command = Command::new("apt-get");
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        if !command.status().context(advice)?.success() {
            bail!("apt-get {} failed; {advice}", words.join(" "));
        }
    }
    Ok(())
}

/// Whether every package is there in its version.
fn ready(python: &Path) -> bool {
    let check = PACKAGES.iter().map(|package| match package.split_once("==") {
        Some((name, version)) => format!("assert v({name:?}) == {version:?}"),
        None => format!("v({package:?})"),
    });
    let script: Vec<String> = ["from importlib.metadata import version as v".to_owned()].into_iter().chain(check).collect();
    let mut command = Command::new(python);
    command.arg("-c").arg(script.join("\n")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn folder() -> PathBuf {
    target().join("test-python")
}

fn interpreter() -> PathBuf {
    folder().join("bin/python")
}
