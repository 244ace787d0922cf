//! `metrics show`: one KPI with its formulas and its prose.

use clap::Args;
use deskgauge_core::metric::{Definition, Measure, Metric};
use serde_json::{Map, Value, json};

use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit};
use crate::output;

/// Show a KPI: what it is, its formulas, variants, dimensions and pitfalls
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  deskgauge metrics show first_response_time")]
pub(crate) struct Show {
    /// The KPI's id
    #[arg(value_name = "METRIC")]
    id: String,
}

impl Show {
    /// Runs it.
    pub(crate) fn run(self, global: &Global) -> Outcome {
        let catalogue = super::catalogue(global)?;
        let metric = catalogue.find(&self.id).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        if global.format == Format::Json {
            return output::print(&json(metric).to_string());
        }
        let mut out =
            format!("# {} ({})\n\n{}\n\n", metric.name(global.lang).unwrap_or(&metric.id), metric.id, metric.summary.trim());
        out.push_str(&format!("{}\n\n", in_words(&metric.definition)));
        out.push_str("```\n");
        out.push_str(&formulas(&metric.definition));
        out.push_str("```\n");
        for variant in &metric.variants {
            out.push_str(&format!(
                "\n## Variant {}\n\n{}\n\n```\n{}```\n",
                variant.name,
                in_words(&variant.definition),
                formulas(&variant.definition)
            ));
        }
        for section in &metric.sections {
            out.push_str(&format!("\n## {}\n\n{}\n", section.title, section.text));
        }
        output::print(&out)
    }
}

/// The formula as a sentence.
pub(crate) fn in_words(definition: &Definition) -> String {
    let table = &definition.from;
    let what = match &definition.measure {
        Measure::Value { value, .. } => {
            format!(
                "The {} of `{}` over the rows of `{table}`",
                definition.default.map_or("median", |stat| stat.name()),
                value.text
            )
        }
        Measure::Share { counting, out_of: Some(out_of) } => {
            format!("Of the rows of `{table}` with `{}`, the share with `{}`", out_of.text, counting.text)
        }
        Measure::Share { counting, out_of: None } => format!("Of the rows of `{table}`, the share with `{}`", counting.text),
        Measure::Count => format!("The number of rows of `{table}`"),
        Measure::Distinct(column) => format!("The number of different `{}` in `{table}`", column.text),
        Measure::Sum(sum) => format!("The sum of `{}` over the rows of `{table}`", sum.text),
        Measure::Stock { entered, left } => {
            format!(
                "The rows of `{table}` that are in stock at an instant: entered at `{}`, not yet left at `{}`",
                entered.text, left.text
            )
        }
        Measure::Points { plus, minus, .. } => {
            format!("The share of rows of `{table}` with `{}` less the share with `{}`, in points", plus.text, minus.text)
        }
    };
    let mut sentence = what;
    if let Some(filter) = &definition.filter {
        sentence.push_str(&format!(", where `{}`", filter.text));
    }
    sentence.push_str(&format!(", dated by `{}`.", definition.dated.text));
    if let Some(window) = &definition.window {
        sentence.push_str(&format!(" Rows whose `{window}` is not over are provisional and left out."));
    }
    if definition.running.is_some() || definition.decided.is_some() {
        sentence.push_str(" Rows that are not decided yet are counted as running and left out.");
    }
    sentence
}

/// Every formula under its key.
pub(crate) fn formulas(definition: &Definition) -> String {
    let mut lines: Vec<(String, &str)> = vec![("from".to_owned(), &definition.from)];
    for (key, formula) in definition.formulas() {
        if !matches!(key, "except" | "credit" | "dimensions") {
            lines.push((key.to_owned(), &formula.text));
        }
    }
    let named = [("except", &definition.except), ("credit", &definition.credit), ("dimensions", &definition.dimensions)];
    for (group, formulas) in named {
        lines.extend(formulas.iter().map(|(name, formula)| (format!("{group}.{name}"), formula.text.as_str())));
    }
    let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    lines.iter().map(|(key, text)| format!("{key:width$}  {text}\n")).collect()
}

/// A definition as JSON.
pub(crate) fn definition(definition: &Definition) -> Value {
    let list = |formulas: &[(String, deskgauge_core::metric::Formula)]| {
        Value::Object(
            formulas.iter().map(|(name, formula)| (name.clone(), Value::from(formula.text.as_str()))).collect::<Map<_, _>>(),
        )
    };
    let mut object: Map<String, Value> = definition
        .formulas()
        .into_iter()
        .filter(|(key, _)| !matches!(*key, "except" | "credit" | "dimensions"))
        .map(|(key, formula)| (key.to_owned(), Value::from(formula.text.as_str())))
        .collect();
    object.insert("from".to_owned(), definition.from.as_str().into());
    object.insert("unit".to_owned(), definition.unit.name().into());
    object.insert("default".to_owned(), definition.default.map(|stat| stat.name()).into());
    object.insert("window".to_owned(), definition.window.as_deref().into());
    object.insert("except".to_owned(), list(&definition.except));
    object.insert("credit".to_owned(), list(&definition.credit));
    object.insert("dimensions".to_owned(), list(&definition.dimensions));
    object.into()
}

fn json(metric: &Metric) -> Value {
    let names: Map<String, Value> =
        metric.names.iter().map(|(language, name)| (language.name().to_owned(), name.as_str().into())).collect();
    let variants: Map<String, Value> =
        metric.variants.iter().map(|variant| (variant.name.clone(), definition(&variant.definition))).collect();
    json!({
        "metric": metric.id,
        "area": metric.area,
        "revision": metric.revision,
        "good": metric.good.name(),
        "guard": metric.guard,
        "names": names,
        "summary": metric.summary,
        "definition": definition(&metric.definition),
        "variants": variants,
        "examples": metric.examples.iter().map(|example| example.title.as_str()).collect::<Vec<_>>(),
    })
}
