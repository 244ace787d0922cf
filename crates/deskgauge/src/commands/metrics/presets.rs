//! `metrics presets`: the published targets that can be chosen by name, with who published them and for which year.

use clap::Args;
use deskgauge_core::metric::{Good, Language, Unit};
use deskgauge_core::rules::{BANDS, Goal, Preset};
use serde_json::{Map, Value, json};

use crate::config::{Format, Global};
use crate::failure::Outcome;
use crate::locale::text;
use crate::output::grid::Grid;
use crate::output::{self, value};

/// List published targets, to be chosen by `preset = "NAME"` in deskgauge.toml or by --targets NAME
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge metrics presets\n  deskgauge query first_response_time --by channel --targets zendesk_2023"
)]
pub(crate) struct Presets {}

impl Presets {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let presets = Preset::all();
        if global.format == Format::Json {
            return output::print(&Value::from(presets.iter().map(json).collect::<Vec<_>>()).to_string());
        }
        let catalogue = super::catalogue(global)?;
        let language = if global.format == Format::Csv { Language::En } else { global.lang };
        let words = ["list-preset", "list-source", "list-year", "column-kpi", "column-where"].map(|key| text(language, key));
        let bands = BANDS.map(|band| text(language, &format!("band-{band}")));
        let mut grid = Grid::new(words.iter().chain(&bands).map(String::as_str));
        for preset in &presets {
            for goal in &preset.goals {
                let metric = catalogue.get(&goal.metric);
                let (unit, good) = metric.map_or((Unit::Seconds, Good::None), |metric| (metric.definition.unit, metric.good));
                let sign = if good == Good::Low { "≤" } else { "≥" };
                let bounds = goal.bounds.iter().map(|bound| match (bound, global.format) {
                    (None, _) => String::new(),
                    (Some(bound), Format::Csv) => output::csv::number(bound.number()),
                    (Some(bound), _) => format!("{sign} {}", value::value(bound.number(), unit, language)),
                });
                let head = [preset.name.clone(), preset.source.clone(), preset.year.to_string(), goal.metric.clone()];
                grid.push(head.into_iter().chain([goal.filter.clone().unwrap_or_default()]).chain(bounds).collect());
            }
        }
        output::print(&output::grid_as(&grid, global.format))
    }
}

fn json(preset: &Preset) -> Value {
    let goal = |goal: &Goal| {
        let bounds = BANDS.into_iter().zip(&goal.bounds);
        let bounds = bounds.filter_map(|(name, bound)| Some((name.to_owned(), output::json::number((*bound)?.number()))));
        json!({ "metric": goal.metric, "where": goal.filter, "bounds": Value::Object(bounds.collect::<Map<String, Value>>()) })
    };
    json!({
        "preset": preset.name,
        "source": preset.source,
        "year": preset.year,
        "about": preset.about,
        "targets": preset.goals.iter().map(goal).collect::<Vec<_>>(),
    })
}
