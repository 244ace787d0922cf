//! The tests of the pages in a real browser, and the pictures of the documents: both are Python in `browser/`, over the built binary.
//!
//! The browser is the system's own. Without it, or without its driver, the tests are skipped, which is said; a server must have both.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::python::{BROWSER, must_have_all};
use crate::run::{Tally, cargo, root, target};
use crate::{debian, provider};

/// Names of browsers that the driver can lead.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The binary as the other tests have it, so that little is built twice.
const BUILD: [&str; 5] = ["build", "-p", "deskgauge", "--features", "oidc"];

/// Runs the tests, with more words for them. `set_up`: what is missing is installed first. Says whether they went well.
pub(crate) fn test(words: &[&str], set_up: bool, tally: &mut Tally) -> Result<bool> {
    let Some(python) = ready(set_up)? else {
        println!("the tests in a browser were skipped: run cargo xtask test");
        return Ok(true);
    };
    if !cargo(&BUILD, &[], tally)? {
        return Ok(false);
    }
    let mut command = python_of(&python);
    command.envs(if set_up { provider::set_up()? } else { provider::at_hand() });
    command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "browser"]).args(words).stdout(Stdio::piped());
    let mut child = command.spawn().context("could not run pytest")?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            tally.add_pytest_line(&line);
            println!("{line}");
        }
    }
    Ok(child.wait()?.success())
}

/// Makes the pictures of the documents anew.
pub(crate) fn pictures() -> Result<bool> {
    let python = ready(true)?.context("pictures need a browser and its driver")?;
    if !cargo(&BUILD, &[], &mut Tally::default())? {
        return Ok(false);
    }
    Ok(python_of(&python).arg("browser/pictures.py").status().context("could not run Python")?.success())
}

/// The Python with the driver, where there is a browser, too.
fn ready(set_up: bool) -> Result<Option<PathBuf>> {
    if !is_there() {
        let installed = if set_up { debian::install(&["chromium"]) } else { Ok(()) };
        match installed {
            Err(error) if must_have_all() => return Err(error),
            Err(error) => eprintln!("warning: {error:#}"),
            Ok(()) => {}
        }
        if !is_there() {
            return Ok(None);
        }
    }
    if set_up { BROWSER.set_up() } else { Ok(BROWSER.at_hand()) }
}

/// Whether there is a browser on the path.
fn is_there() -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| NAMES.iter().any(|name| folder.join(name).is_file()))
}

/// Python in the repository, told where the binary is.
fn python_of(python: &PathBuf) -> Command {
    let mut command = Command::new(python);
    let binary = target().join("debug").join("deskgauge");
    command.current_dir(root()).env("DESKGAUGE_TEST_BINARY", binary).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    command
}
