//! A provider of OpenID Connect for the tests of signing in: the npm package oidc-provider, run by a Node.js that comes as a Python package.
//!
//! Distributions have a Node.js of their own age; this one is the same everywhere and touches no system. Signing in is tested by nothing
//! else, so its tests fail where it is not there, and are never skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::python::{NODE, must_have_all};

/// What tests look for.
pub(crate) const VARIABLE: &str = "DESKGAUGE_TEST_OIDC";
/// The package, in the version that the tests were written for.
const PACKAGE: (&str, &str) = ("oidc-provider", "9.13.3");

/// The variable of tests, if the provider is set up already.
pub(crate) fn at_hand() -> Option<(&'static str, PathBuf)> {
    NODE.at_hand().filter(|python| is_ready(python)).map(|python| (VARIABLE, python))
}

/// Sets it up where it is not, and returns the variable of tests. Where that cannot be done it says so; a server (`CI=true`) must have it.
pub(crate) fn set_up() -> Result<Option<(&'static str, PathBuf)>> {
    let Some(python) = NODE.set_up()? else { return Ok(None) };
    if !is_ready(&python) {
        match install(&python) {
            Ok(()) => {}
            Err(error) if must_have_all() => return Err(error),
            Err(error) => {
                eprintln!("warning: {error:#}\n  the tests of signing in by OpenID Connect will fail");
                return Ok(None);
            }
        }
    }
    Ok(Some((VARIABLE, python)))
}

fn install(python: &Path) -> Result<()> {
    let (name, version) = PACKAGE;
    let folder = folder(python);
    println!("── setting up {name} in {}", folder.display());
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let mut command = Command::new(python.with_file_name("npm"));
    // Nothing of a package runs while it is installed.
    command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"]);
    command.arg("--prefix").arg(&folder).arg(format!("{name}@{version}")).stdin(Stdio::null());
    // npm is a script that looks for its interpreter on the path.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = python.parent().map(Path::to_path_buf);
    command.env("PATH", std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path)))?);
    let installed = command.status().context("could not run npm")?.success();
    if !installed || !is_ready(python) {
        bail!("npm could not install {name} {version}: check the network and run cargo xtask test again");
    }
    Ok(())
}

/// Whether the package is there in its version.
fn is_ready(python: &Path) -> bool {
    let (name, version) = PACKAGE;
    let told = std::fs::read_to_string(folder(python).join("node_modules").join(name).join("package.json"));
    told.is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
}

/// The folder of the package: in the environment, so that both go together.
fn folder(python: &Path) -> PathBuf {
    python.parent().and_then(Path::parent).unwrap_or(python).join("provider")
}
