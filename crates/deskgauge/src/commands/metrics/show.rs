//! `metrics show`: one KPI with its formulas and its prose.

use clap::Args;
use deskgauge_core::metric::{CANONICAL, Language, Profile, Redefined};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::without_effect;
use deskgauge_web::forms::definition::{self, formulas, in_words};

use super::profiles::switches;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, print_problems, text_instead};
use crate::locale::{self, fill};
use crate::output;

/// Show a KPI: what it is, its formulas, variants, dimensions and pitfalls
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge metrics show first_response_time\n  deskgauge metrics show first_response_time --profile zendesk"
)]
pub(crate) struct Show {
    /// The KPI's id
    #[arg(value_name = "METRIC")]
    id: String,
    /// As this profile counts it; `deskgauge metrics profiles` lists them
    #[arg(long, value_name = "NAME", default_value = CANONICAL)]
    profile: String,
}

impl Show {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        text_instead("metrics show", &[Format::Table, Format::Md, Format::Json], global.format);
        let catalogue = super::catalogue(global)?;
        let metric = catalogue.under(&self.id, &self.profile).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        let silent =
            without_effect(&catalogue, &Question { profile: self.profile.clone(), ..Question::new(vec![self.id.clone()]) });
        print_problems(&silent, global.format);
        if global.format == Format::Json {
            return output::print(&definition::metric(metric, &catalogue).to_string());
        }
        let language = global.lang;
        let title = [("text", metric.name(language).unwrap_or(&metric.id)), ("more", metric.id.as_str())];
        let mut out = format!("# {}\n\n{}\n\n", fill(language, "in-brackets", &title), metric.summary.trim());
        out.push_str(&format!("{}\n\n", in_words(&metric.definition, language)));
        out.push_str("```\n");
        out.push_str(&formulas(&metric.definition));
        out.push_str("```\n");
        for variant in &metric.variants {
            out.push_str(&format!(
                "\n## {}\n\n{}\n\n```\n{}```\n",
                fill(language, "show-variant", &[("name", &variant.name)]),
                in_words(&variant.definition, language),
                formulas(&variant.definition)
            ));
        }
        for section in &metric.sections {
            // The prose is the file's own; sections that all KPIs have get their titles in the language.
            let key = format!("show-{}", section.title.to_lowercase().replace(' ', "_"));
            let title = locale::find(language, &key).unwrap_or_else(|| section.title.clone());
            out.push_str(&format!("\n## {title}\n\n{}\n", section.text));
        }
        let others = catalogue.profiles().filter(|profile| metric.profile.as_ref().is_none_or(|name| *name == profile.name));
        let others = others.filter_map(|profile| Some((profile, profile.redefined(&metric.id)?)));
        let others: Vec<String> = others.map(|(profile, redefined)| of_profile(profile, redefined, language)).collect();
        if !others.is_empty() {
            out.push_str(&format!("\n## {}\n\n{}", locale::text(language, "show-profiles"), others.join("\n")));
        }
        output::print(&out)
    }
}

/// How a profile counts a KPI.
fn of_profile(profile: &Profile, redefined: &Redefined, language: Language) -> String {
    let (title, name, as_of) = (profile.title(language), &profile.name, redefined.as_of.unwrap_or(profile.as_of));
    format!("### {title} ({name}, {as_of})\n\n{}\n\n{}", redefined.why, switches(redefined))
}
