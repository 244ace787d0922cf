//! `metrics profiles`: how others count, as the catalogue's profiles tell it.
//!
//! The sentences are the profile's own and stand in its language; what stands around them speaks the reader's.

use clap::Args;
use deskgauge_core::metric::{Language, Profile, Redefined};
use deskgauge_web::forms::definition::{definition, formulas};
use serde_json::{Map, Value, json};

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, text_instead};
use crate::locale::{find, text};
use crate::output;
use crate::output::grid::Grid;

/// List the profiles for --profile, or show what one of them counts otherwise, and what is not known of it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  deskgauge metrics profiles\n  deskgauge metrics profiles chatwoot")]
pub(super) struct Profiles {
    /// A profile by its name [default: all, in short]
    #[arg(value_name = "PROFILE")]
    name: Option<String>,
}

impl Profiles {
    /// Runs it.
    pub(super) fn run(self, global: &Global) -> Outcome {
        let catalogue = super::catalogue(global)?;
        let Some(name) = &self.name else {
            if global.format == Format::Json {
                return output::print(&catalogue.profiles().map(json).collect::<Value>().to_string());
            }
            return output::print(&list(catalogue.profiles(), global));
        };
        text_instead("metrics profiles", &[Format::Table, Format::Md, Format::Json], global.format);
        let profile = catalogue.profile(name).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        let Some(profile) = profile else {
            let (message, hint) = ("`canonical` is the catalogue itself", "`deskgauge metrics list` shows its KPIs");
            return Err(Failure::usage("bad-value", message, hint));
        };
        output::print(&match global.format {
            Format::Json => json(profile).to_string(),
            _ => page(profile, global.lang),
        })
    }
}

fn list<'p>(profiles: impl Iterator<Item = &'p Profile>, global: &Global) -> String {
    // CSV is for machines: its words are those of the catalogue.
    let language = if global.format == Format::Csv { Language::En } else { global.lang };
    let header = ["profile", "name", "as_of", "kpis"].map(|name| text(language, &format!("list-{name}")));
    let mut grid = Grid::new(header.iter().map(String::as_str));
    for profile in profiles {
        let ids: Vec<&str> = profile.metrics.iter().map(|redefined| redefined.metric.id.as_str()).collect();
        let title = profile.title(global.lang).to_owned();
        grid.push(vec![profile.name.clone(), title, profile.as_of.to_string(), ids.join(", ")]);
    }
    output::grid_as(&grid, global.format)
}

/// What a profile turns of one KPI: a sentence a line.
pub(crate) fn switches(redefined: &Redefined) -> String {
    redefined.switches.iter().map(|(name, sentence)| format!("- {name}: {sentence}\n")).collect()
}

fn page(profile: &Profile, language: Language) -> String {
    let (title, name, as_of) = (profile.title(language), &profile.name, profile.as_of);
    let mut out = format!("# {title} ({name}, {as_of}, {})\n\n{}\n", profile.revision, profile.summary);
    for redefined in &profile.metrics {
        let metric = &redefined.metric;
        let (id, why) = (&metric.id, &redefined.why);
        out.push_str(&format!("\n## {} ({id})\n\n{why}\n\n{}", metric.name(language).unwrap_or(id), switches(redefined)));
        out.push_str(&format!(
            "\n```\n{}```\n\n{}: {}\n",
            formulas(&metric.definition),
            text(language, "show-sources"),
            redefined.source
        ));
    }
    for (key, told) in [("show-same", &profile.same), ("show-unknown", &profile.unknown)] {
        if !told.is_empty() {
            let lines: String = told.iter().map(|(matter, sentence)| format!("- {matter}: {sentence}\n")).collect();
            out.push_str(&format!("\n## {}\n\n{lines}", text(language, key)));
        }
    }
    for section in &profile.sections {
        let key = format!("show-{}", section.title.to_lowercase().replace(' ', "_"));
        let title = find(language, &key).unwrap_or_else(|| section.title.clone());
        out.push_str(&format!("\n## {title}\n\n{}\n", section.text));
    }
    out
}

fn json(profile: &Profile) -> Value {
    let told = |pairs: &[(String, String)]| -> Value {
        Value::Object(pairs.iter().map(|(key, sentence)| (key.clone(), Value::from(sentence.as_str()))).collect())
    };
    let names: Map<String, Value> =
        profile.names.iter().map(|(language, name)| (language.name().to_owned(), name.as_str().into())).collect();
    let redefined = |redefined: &Redefined| {
        let variants = redefined.metric.variants.iter();
        json!({
            "metric": redefined.metric.id,
            "why": redefined.why,
            "source": redefined.source,
            "as_of": redefined.as_of.unwrap_or(profile.as_of).to_string(),
            "switches": told(&redefined.switches),
            "definition": definition(&redefined.metric.definition),
            "variants": variants.map(|one| (one.name.clone(), definition(&one.definition))).collect::<Map<_, _>>(),
        })
    };
    json!({
        "profile": profile.name,
        "as_of": profile.as_of.to_string(),
        "revision": profile.revision,
        "names": names,
        "summary": profile.summary,
        "metrics": profile.metrics.iter().map(redefined).collect::<Vec<_>>(),
        "same": told(&profile.same),
        "unknown": told(&profile.unknown),
    })
}
