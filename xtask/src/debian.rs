//! Packages of Debian and Ubuntu that tests need, installed where one may: as root, where there is apt-get. Elsewhere it says what to do.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Installs packages.
///
/// # Errors
/// Where that cannot be done, with what somebody else can do.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let advice = format!("{names} is missing: on Debian and Ubuntu run apt-get install {names}");
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        bail!(advice);
    }
    println!("── installing {names}");
    let install = [&["install", "-y", "-q", "--no-install-recommends"], packages].concat();
    for words in [&["update", "-q"][..], &install] {
        let mut command = Command::new("apt-get");
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        if !command.status().with_context(|| advice.clone())?.success() {
            bail!("apt-get {} failed; {advice}", words.join(" "));
        }
    }
    Ok(())
}
