//! What the command line and the environment say for every command: the workspace, the form of the output, the language.
//!
//! This is the only file that reads the environment. It finds the workspace's folder; opening it is the commands' matter, since
//! some of them need none.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::metric::Language;
use deskgauge_web::serve::ClientSecret;
use jiff::Timestamp;

use crate::failure::{Failure, Outcome, exit};

/// The rules file, by which a folder is known as a workspace.
pub(crate) const RULES_FILE: &str = "deskgauge.toml";
/// The environment's variable for the workspace.
pub(crate) const WORKSPACE_VARIABLE: &str = "DESKGAUGE_WORKSPACE";

/// The environment's variable for the file of the workspace's key.
const KEY_VARIABLE: &str = "DESKGAUGE_KEY_FILE";

/// The file of the key of the workspace in a folder.
pub(crate) fn key_file(folder: &Path) -> PathBuf {
    let named = std::env::var_os(KEY_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    named.unwrap_or_else(|| folder.join(deskgauge_web::key::KEY_FILE))
}

/// The environment's variable for the secret by which a provider of OpenID Connect knows the service.
const SECRET_VARIABLE: &str = "DESKGAUGE_OIDC_SECRET";

/// That secret, where the environment has it.
pub(crate) fn client_secret() -> Option<ClientSecret> {
    ClientSecret::of(&std::env::var(SECRET_VARIABLE).ok()?)
}

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns for reading, with humane units.
    Table,
    /// One JSON object with raw values.
    Json,
    /// Comma-separated values, raw.
    Csv,
    /// A Markdown table with humane units.
    Md,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// The workspace [default: $DESKGAUGE_WORKSPACE, else the nearest parent with a deskgauge.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) workspace: Option<PathBuf>,
    /// The form of the output; problems are JSON, too, with json
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// The language of what people read: en, ru, ro or zh-Hant
    #[arg(long, global = true, value_name = "LANG", value_parser = language, default_value = "en")]
    pub(crate) lang: Language,
}

impl Global {
    /// The workspace's folder.
    ///
    /// # Errors
    /// `no-workspace` (exit 3) where there is none.
    pub(crate) fn folder(&self) -> Outcome<PathBuf> {
        let named = self
            .workspace
            .clone()
            .or_else(|| std::env::var_os(WORKSPACE_VARIABLE).filter(|dir| !dir.is_empty()).map(PathBuf::from));
        if let Some(folder) = named {
            if folder.join(RULES_FILE).is_file() {
                return Ok(folder);
            }
            let message = format!("{} is not a workspace: it has no {RULES_FILE}", folder.display());
            return Err(no_workspace(message, &format!("make one with `deskgauge init {}`", folder.display())));
        }
        let here = std::env::current_dir().map_err(|error| Failure::file("read", Path::new("."), &error))?;
        match here.ancestors().find(|folder| folder.join(RULES_FILE).is_file()) {
            Some(folder) => Ok(folder.to_owned()),
            None => Err(no_workspace(
                format!("no workspace here: neither {} nor a folder above it has a {RULES_FILE}", here.display()),
                "make one with `deskgauge init DIR`, name one with --workspace DIR, or try `deskgauge demo`",
            )),
        }
    }
}

fn no_workspace(message: String, hint: &str) -> Failure {
    Failure::new(exit::STATE, Diagnostic::error("no-workspace", message).hint(hint))
}

fn language(text: &str) -> Result<Language, String> {
    Language::parse(text).ok_or_else(|| {
        let near = near_name(text, Language::WORDS.iter().copied()).map(|near| format!(", did you mean {near}?"));
        format!("the languages are {}{}", Language::WORDS.join(", "), near.unwrap_or_default())
    })
}

/// The clock in whole seconds since the epoch.
pub(crate) fn clock() -> i64 {
    clock_micros().div_euclid(1_000_000)
}

/// The clock in microseconds since the epoch, as commits are dated. The one place where it is read.
pub(crate) fn clock_micros() -> i64 {
    Timestamp::now().as_microsecond()
}
