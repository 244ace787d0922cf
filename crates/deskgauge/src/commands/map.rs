//! `map`: proposes a mapping for a table, to be corrected by a person.
//!
//! It reads the header and some rows and prints commented TOML; nothing is imported and nothing is stored.

use clap::Args;
use deskgauge_web::import::preview::proposal;

use crate::config::Global;
use crate::failure::Outcome;
use crate::input::Form;
use crate::{input, output};

/// Propose a mapping for a table
///
/// Reads the header and values of a table of tickets, calls, messages or status changes and prints the mapping that fits them, as
/// commented TOML: which column is the id, when it was opened, answered and resolved, the order of day and month, marks of missing
/// values. Correct it, then import by it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge map tickets.csv > tickets.toml\n  deskgauge import table tickets.csv --map tickets.toml"
)]
pub(crate) struct Map {
    /// The table: CSV, TSV, Parquet or xlsx, plain or .gz/.zst; `-` reads standard input
    file: String,
    /// The sheet of a spreadsheet [default: the first]
    #[arg(long)]
    sheet: Option<String>,
    /// The form of the file, where its name and content do not tell
    #[arg(long = "as", value_parser = input::form(), value_name = "FORM")]
    form: Option<Form>,
}

impl Map {
    /// Runs it.
    pub(crate) fn run(self, _global: &Global) -> Outcome {
        for place in input::places(std::slice::from_ref(&self.file))? {
            output::print(&proposal(&place, self.form, self.sheet.as_deref())?)?;
        }
        Ok(())
    }
}
