//! What a KPI is: its formula as a sentence, its formulas under their keys, and all of it as JSON.

use deskgauge_core::metric::{CANONICAL, Definition, Language, Measure, Metric};
use deskgauge_engine::catalogue::Catalogue;
use serde_json::{Map, Value, json};

use crate::locale::{self, fill};

/// A KPI in a list, as JSON.
pub fn line(metric: &Metric, language: Language) -> Value {
    json!({
        "metric": metric.id,
        "name": metric.name(language),
        "area": metric.area,
        "revision": metric.revision,
        "unit": metric.definition.unit.name(),
        "good": metric.good.name(),
        "own": Catalogue::is_own(metric),
        "variants": metric.variants.iter().map(|variant| variant.name.as_str()).collect::<Vec<_>>(),
    })
}

/// The formula as a sentence.
pub fn in_words(definition: &Definition, language: Language) -> String {
    let filter = definition.filter.as_ref();
    let filter = filter.map(|filter| fill(language, "formula-where", &[("filter", &filter.text)])).unwrap_or_default();
    let mut texts =
        vec![("table", definition.from.as_str()), ("where", filter.as_str()), ("dated", definition.dated.text.as_str())];
    let stat = locale::text(language, &format!("stat-{}", definition.default.map_or("median", |stat| stat.name())));
    let key = match &definition.measure {
        Measure::Value { value, .. } => {
            texts.extend([("value", value.text.as_str()), ("stat", &stat)]);
            "formula-value"
        }
        Measure::Share { counting, out_of: Some(out_of), .. } => {
            texts.extend([("counting", counting.text.as_str()), ("out-of", &out_of.text)]);
            "formula-share-of"
        }
        Measure::Share { counting, out_of: None, .. } => {
            texts.push(("counting", &counting.text));
            "formula-share"
        }
        Measure::Count => "formula-count",
        Measure::Distinct(column) => {
            texts.push(("column", &column.text));
            "formula-distinct"
        }
        Measure::Sum(sum) => {
            texts.push(("sum", &sum.text));
            "formula-sum"
        }
        Measure::Stock { entered, left, kept: Some(kept), .. } => {
            texts.extend([("entered", entered.text.as_str()), ("left", &left.text), ("kept", &kept.text)]);
            "formula-kept"
        }
        Measure::Overlap { of, entered, left } => {
            texts.extend([("entered", entered.text.as_str()), ("left", &left.text), ("of", &of.text)]);
            "formula-overlap"
        }
        Measure::Agreement { value, spread } => {
            texts.extend([("value", value.text.as_str()), ("spread", &spread.text)]);
            "formula-agreement"
        }
        Measure::Stock { entered, left, since: None, .. } => {
            texts.extend([("entered", entered.text.as_str()), ("left", &left.text)]);
            "formula-stock"
        }
        Measure::Stock { entered, left, since: Some(since), .. } => {
            texts.extend([("entered", entered.text.as_str()), ("left", &left.text), ("since", &since.text), ("stat", &stat)]);
            "formula-ages"
        }
        Measure::Points { plus, minus, .. } => {
            texts.extend([("plus", plus.text.as_str()), ("minus", &minus.text)]);
            "formula-points"
        }
    };
    let mut sentences = vec![fill(language, key, &texts)];
    sentences.extend(definition.per.iter().map(|per| {
        let divisor = in_words(&per.definition, language);
        let days = per.trailing_days.map_or_else(String::new, |days| days.to_string());
        let key = if per.trailing_days.is_some() { "formula-per-days" } else { "formula-per" };
        fill(language, key, &[("per", divisor.as_str()), ("days", &days)])
    }));
    if let Measure::Share { weight: Some(weight), .. } = &definition.measure {
        sentences.push(fill(language, "formula-weight", &[("weight", &weight.text)]));
    }
    sentences.extend(definition.alike.as_ref().map(|alike| fill(language, "formula-alike", &[("alike", &alike.text)])));
    sentences.extend(definition.window.as_ref().map(|window| fill(language, "formula-window", &[("window", window)])));
    if definition.running.is_some() || definition.decided.is_some() {
        sentences.push(locale::text(language, "formula-running"));
    }
    // Chinese sentences end in a mark that brings its own space.
    sentences.join(if language == Language::ZhHant { "" } else { " " })
}

/// Every formula under its key.
pub fn formulas(definition: &Definition) -> String {
    let mut lines: Vec<(String, &str)> = Vec::new();
    for (part, before) in definition.parts().zip(["", "per."]) {
        lines.push((format!("{before}from"), &part.from));
        for (key, formula) in part.formulas() {
            if !matches!(key, "except" | "credit" | "dimensions") {
                lines.push((format!("{before}{key}"), &formula.text));
            }
        }
        let named = [("except", &part.except), ("credit", &part.credit), ("dimensions", &part.dimensions)];
        for (group, formulas) in named {
            lines.extend(formulas.iter().map(|(name, formula)| (format!("{before}{group}.{name}"), formula.text.as_str())));
        }
    }
    let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
    lines.iter().map(|(key, text)| format!("{key:width$}  {text}\n")).collect()
}

/// A definition as JSON.
pub fn definition(definition: &Definition) -> Value {
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

/// A KPI with all that its file says, as JSON.
pub fn metric(metric: &Metric, catalogue: &Catalogue) -> Value {
    let others = catalogue.profiles().filter(|profile| profile.redefined(&metric.id).is_some());
    let names: Map<String, Value> =
        metric.names.iter().map(|(language, name)| (language.name().to_owned(), name.as_str().into())).collect();
    let variants: Map<String, Value> =
        metric.variants.iter().map(|variant| (variant.name.clone(), definition(&variant.definition))).collect();
    json!({
        "metric": metric.id,
        "profile": metric.profile.as_deref().unwrap_or(CANONICAL),
        "profiles": others.map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
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
