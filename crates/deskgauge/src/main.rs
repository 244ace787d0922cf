//! `deskgauge`: the binary. It reads the command line, the clock and the environment, hands values to the engine, and prints answers.
//!
//! Standard output carries the answer alone, problems go to standard error, and the exit code tells which kind: 0 well, 1 data,
//! 2 usage, 3 the state of the workspace, 130 Ctrl-C.

mod commands;
mod config;
mod failure;
mod input;
mod interrupt;
mod output;
mod progress;
mod rows;
mod sink;
mod uncovered;
mod workspace;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use deskgauge_core::diagnostic::Diagnostic;
pub(crate) use deskgauge_web::{board, forms, locale, silence};

use crate::config::{Format, Global};
use crate::failure::{Outcome, exit, print_problems};

/// Exact, explained KPIs of customer service, from the raw events
///
/// Events go in, KPIs come out: each with its n, its interval, what still runs and what was left out and why.
#[derive(Debug, Parser)]
#[command(
    name = "deskgauge",
    version,
    max_term_width = 110,
    after_help = "First steps:\n  deskgauge demo                                       a simulated shop and its board\n  deskgauge init support                               a workspace of your own\n  deskgauge --workspace support import events june.jsonl\n  deskgauge --workspace support report\n\nExit codes: 0 ok, 1 data, 2 usage, 3 state of the workspace, 130 interrupted."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(commands::demo::Demo),
    Init(commands::init::Init),
    Import(commands::import::Import),
    Ingest(commands::ingest::Ingest),
    Map(commands::map::Map),
    Query(commands::query::Query),
    Report(commands::report::Report),
    Explain(commands::explain::Explain),
    DataQuality(commands::data_quality::DataQuality),
    Restated(commands::restated::Restated),
    Sla(commands::sla::Sla),
    Staff(commands::staff::Staff),
    CompareProfiles(commands::compare_profiles::CompareProfiles),
    Reconcile(commands::reconcile::Reconcile),
    Metrics(commands::metrics::Metrics),
    Sql(commands::sql::Sql),
    Export(commands::export::Export),
    Serve(commands::serve::Serve),
    Token(commands::token::Token),
    People(commands::people::People),
    Backup(commands::backup::Backup),
    Restore(commands::backup::Restore),
    Forget(commands::forget::Forget),
    Simulate(commands::simulate::Simulate),
    Check(commands::check::Check),
    Rebuild(commands::upkeep::Rebuild),
    Compact(commands::upkeep::Compact),
    Expire(commands::upkeep::Expire),
    Doctor(commands::upkeep::Doctor),
    Upgrade(commands::upkeep::Upgrade),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let format = cli.global.format;
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(cli));
            // A reader that blocks on standard input must not hold the process when its command has ended.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(interrupt::no_threads(&error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print_problems(&failure.problems, format);
            ExitCode::from(failure.exit)
        }
    }
}

async fn run(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::Demo(command) => command.run(global).await,
        Command::Init(command) => command.run(global).await,
        Command::Import(command) => command.run(global).await,
        Command::Ingest(command) => command.run(global).await,
        Command::Map(command) => command.run(global),
        Command::Query(command) => command.run(global).await,
        Command::Report(command) => command.run(global).await,
        Command::Explain(command) => command.run(global).await,
        Command::DataQuality(command) => command.run(global).await,
        Command::Restated(command) => command.run(global).await,
        Command::Sla(command) => command.run(global).await,
        Command::Staff(command) => command.run(global),
        Command::CompareProfiles(command) => command.run(global).await,
        Command::Reconcile(command) => command.run(global).await,
        Command::Metrics(command) => command.run(global).await,
        Command::Sql(command) => command.run(global).await,
        Command::Export(command) => command.run(global).await,
        Command::Serve(command) => command.run(global).await,
        Command::Token(command) => command.run(global).await,
        Command::People(command) => command.run(global).await,
        Command::Backup(command) => command.run(global).await,
        Command::Restore(command) => command.run(global).await,
        Command::Forget(command) => command.run(global).await,
        Command::Simulate(command) => command.run(global).await,
        Command::Check(command) => command.run(global),
        Command::Rebuild(command) => command.run(global).await,
        Command::Compact(command) => command.run(global).await,
        Command::Expire(command) => command.run(global).await,
        Command::Doctor(command) => command.run(global).await,
        Command::Upgrade(command) => command.run(global).await,
    }
}

/// A command line that cannot be read: help and version are answers, everything else is an error with a code.
fn refuse(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let mut words = std::env::args().skip(1).peekable();
    let mut json = false;
    while let Some(word) = words.next() {
        json |= word == "--format=json" || (word == "--format" && words.peek().is_some_and(|value| value == "json"));
    }
    if asked || !json {
        let _ = error.print();
        return ExitCode::from(if asked { 0 } else { exit::USAGE });
    }
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    print_problems(&[Diagnostic::error("usage", message).hint("see `deskgauge --help`")], Format::Json);
    ExitCode::from(exit::USAGE)
}
