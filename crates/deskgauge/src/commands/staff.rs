//! `staff`: how many agents a load of calls or chats needs, by a model. Nothing is measured and no workspace is read.

use clap::Args;
use deskgauge_core::metric::Unit;
use deskgauge_core::period::parse_duration;
use deskgauge_core::staffing::{Load, Staffed};
use serde_json::json;

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome};
use crate::locale::{fill, text};
use crate::output::grid::Grid;
use crate::output::{self, value};

/// How many more and fewer agents are shown beside those that were asked for.
const BESIDE: u32 = 2;

/// Plan agents for calls or live chats by the Erlang C model
///
/// Says how many agents answer a load in time, and what two more or fewer would change. It is a model, not a measurement: nobody hangs up
/// in it, so waits come out longer than where people do. Handling time, arrivals and service level of the past are KPIs: handle_time,
/// conversations_created --by hour, service_level.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge staff --contacts 360 --every 30m --handle-time 4m --within 20s --target 80%\n  deskgauge staff --contacts 360 --every 30m --handle-time 4m --within 15s --agents 55"
)]
pub(crate) struct Staff {
    /// Contacts that come in an interval
    #[arg(long, value_name = "N")]
    contacts: f64,
    /// The interval
    #[arg(long, value_name = "DURATION", default_value = "30m")]
    every: String,
    /// Average handling time: talk, hold and wrap-up
    #[arg(long, value_name = "DURATION")]
    handle_time: String,
    /// What counts as answered in time
    #[arg(long, value_name = "DURATION", default_value = "20s")]
    within: String,
    /// The share to be answered in time
    #[arg(long, value_name = "PERCENT", default_value = "80%", conflicts_with = "agents")]
    target: String,
    /// Show this number of agents instead of the fewest that reach the target
    #[arg(long, value_name = "N")]
    agents: Option<u32>,
}

impl Staff {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let load = Load {
            contacts: self.contacts,
            interval_seconds: seconds("every", &self.every)?,
            handle_seconds: seconds("handle-time", &self.handle_time)?,
        };
        if !(load.contacts.is_finite() && load.contacts >= 0.0) {
            return Err(Failure::usage("bad-value", "`--contacts` is no number of contacts", "write a number from 0 on: 360"));
        }
        let within = seconds("within", &self.within)?;
        let target = share(&self.target)?;
        let agents = match self.agents {
            Some(agents) => agents,
            None => {
                let too_much =
                    || Failure::usage("bad-value", "no team can answer so many contacts", "check --contacts and --every");
                load.fewest(target, within).ok_or_else(too_much)?.agents
            }
        };
        let shown = agents.saturating_sub(BESIDE).max(1)..=agents.saturating_add(BESIDE);
        let rows: Vec<(u32, Option<Staffed>)> = shown.map(|agents| (agents, load.staffed(agents, within))).collect();
        output::print(&match global.format {
            Format::Json => json!({
                "model": "erlang_c",
                "erlangs": load.erlangs(),
                "within_seconds": within,
                "agents": agents,
                "rows": rows.iter().map(|(agents, found)| row_json(*agents, found.as_ref())).collect::<Vec<_>>(),
            })
            .to_string(),
            Format::Csv => grid(&rows, global).csv(),
            Format::Table => told(&grid(&rows, global).table(), &load, global),
            Format::Md => told(&grid(&rows, global).markdown(), &load, global),
        })
    }
}

fn told(grid: &str, load: &Load, global: &Global) -> String {
    let erlangs = value::value(load.erlangs(), Unit::Count, global.lang);
    format!("{}\n\n{grid}", fill(global.lang, "staff-title", &[("load", &erlangs)]))
}

fn grid(rows: &[(u32, Option<Staffed>)], global: &Global) -> Grid {
    let language = global.lang;
    let csv = global.format == Format::Csv;
    let names = ["agents", "occupancy", "waits_share", "wait_seconds", "service_level"];
    let header = names.map(|name| if csv { name.to_owned() } else { format!(">{}", text(language, &format!("staff-{name}"))) });
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for (agents, found) in rows {
        let number =
            |number: f64, unit: Unit| if csv { output::csv::number(number) } else { value::value(number, unit, language) };
        let cells = match found {
            Some(found) => vec![
                number(found.occupancy, Unit::Share),
                number(found.waits_share, Unit::Share),
                number(found.wait_seconds, Unit::Seconds),
                number(found.service_level, Unit::Share),
            ],
            None if csv => vec![String::new(); 4],
            None => vec![text(language, "staff-unstable"), String::new(), String::new(), String::new()],
        };
        grid.push([vec![agents.to_string()], cells].concat());
    }
    grid
}

fn row_json(agents: u32, found: Option<&Staffed>) -> serde_json::Value {
    json!({
        "agents": agents,
        "occupancy": found.map(|found| found.occupancy),
        "waits_share": found.map(|found| found.waits_share),
        "wait_seconds": found.map(|found| found.wait_seconds),
        "service_level": found.map(|found| found.service_level),
    })
}

/// The seconds of a duration that is longer than nothing.
fn seconds(option: &str, text: &str) -> Outcome<i64> {
    parse_duration(text).filter(|seconds| *seconds > 0).ok_or_else(|| {
        Failure::usage("bad-value", format!("`{text}` is no duration for `--{option}`"), "write one as 20s, 4m, 30m or 1h")
    })
}

/// A share from 0 up to, but not including, 1.
fn share(text: &str) -> Outcome<f64> {
    let number = text.trim().trim_end_matches('%').trim().parse::<f64>().ok();
    number.map(|percent| percent / 100.0).filter(|share| (0.0..1.0).contains(share)).ok_or_else(|| {
        Failure::usage("bad-value", format!("`{text}` is no share for `--target`"), "write a percentage below 100: 80%")
    })
}
