//! `simulate`: plays the support of a shop and writes its events.
//!
//! The same options give the same events, byte for byte. Events stream out as they happen, so that ten million conversations need
//! little memory. The `now` that fits is said on standard error: the play ends at a known instant and the clock on the wall does not.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use deskgauge_connect::events::{CsvWriter, to_json_line};
use deskgauge_core::event::Instant;
use deskgauge_core::facts::At;
use deskgauge_core::shop::{Shop, ShopOptions};

use crate::config::Global;
use crate::failure::{Failure, Outcome, note};
use crate::input::columnar::EventWriter;
use crate::input::{self, Form};
use crate::output::{stdout_failure, value};
use crate::progress::Progress;
use crate::sink::compressed;

/// Play the support of a shop and write its events
///
/// A discrete-event simulation: customers order, write, wait, lose patience and come back; agents have shifts, queues and bad days.
/// The same seed gives the same events, byte for byte.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge simulate --conversations 12000 --seed 1 --to shop.jsonl\n  deskgauge simulate --conversations 1000000 --to shop.parquet\n  deskgauge simulate --conversations 500 --to - | head\n  deskgauge simulate --conversations 12000 --into ./shop     a workspace, ready to ask"
)]
pub(crate) struct Simulate {
    /// How many conversations begin
    #[arg(long, value_name = "N", default_value_t = 12_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) conversations: u64,
    /// The seed of all randomness
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many days the shop is played [default: about 130 conversations a day, two years at most]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: Option<u32>,
    /// The file: .jsonl, .csv or .parquet, also .jsonl.gz and .jsonl.zst; `-` is standard output, in JSON Lines
    #[arg(long, value_name = "FILE", default_value = "-", conflicts_with = "into")]
    to: String,
    /// A workspace that the events go into; made, with fitting rules, where there is none
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// The options of the shop.
pub(crate) fn options(conversations: u64, seed: u64, days: Option<u32>) -> ShopOptions {
    ShopOptions { days, ..ShopOptions::new(conversations, seed) }
}

/// The end of the play as `--now` takes it.
pub(crate) fn fitting_now(end: Instant) -> String {
    value::instant(At(end.seconds()))
}

impl Simulate {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let options = options(self.conversations, self.seed, self.days);
        if let Some(folder) = &self.into {
            return super::demo::fill(folder, options, global).await.map(|_| ());
        }
        let shop = Shop::new(options);
        let end = shop.end();
        write(shop, &self.to)?;
        note(format_args!("the play ends at {0}: ask with --now {0}", fitting_now(end)));
        Ok(())
    }
}

/// Writes the events of a play.
fn write(shop: Shop, to: &str) -> Outcome {
    let mut progress = Progress::new("simulate", None);
    let path = Path::new(to);
    if to == "-" {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        for event in shop {
            writeln!(out, "{}", to_json_line(&event)).map_err(|error| stdout_failure(&error))?;
            progress.event();
        }
        return out.flush().map_err(|error| stdout_failure(&error));
    }
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let form = input::form_of_name(path);
    let file = || File::create(path).map(|file| BufWriter::with_capacity(1 << 16, file)).map_err(failed);
    match form {
        Some(Form::Jsonl) => {
            let mut out = compressed(path, file()?).map_err(failed)?;
            for event in shop {
                writeln!(out, "{}", to_json_line(&event)).map_err(failed)?;
                progress.event();
            }
            out.finish().map_err(failed)
        }
        Some(Form::Csv) => {
            let mut out = compressed(path, file()?).map_err(failed)?;
            let mut rows = CsvWriter::new(&mut out).map_err(failed)?;
            for event in shop {
                rows.write(&event).map_err(failed)?;
                progress.event();
            }
            rows.flush().map_err(failed)?;
            drop(rows);
            out.finish().map_err(failed)
        }
        Some(Form::Parquet) => {
            let failed = |error| Failure::file("write", path, &io::Error::other(error));
            let mut out = EventWriter::new(file()?).map_err(failed)?;
            for event in shop {
                out.write(event).map_err(failed)?;
                progress.event();
            }
            out.finish().map_err(failed)?.flush().map_err(|error| Failure::file("write", path, &error))
        }
        Some(Form::Tsv | Form::Xlsx) | None => Err(Failure::usage(
            "unknown-form",
            format!("{to} does not tell a form that events are written in"),
            "let its name end in .jsonl, .csv or .parquet (.jsonl.gz and .jsonl.zst, too)",
        )),
    }
}
