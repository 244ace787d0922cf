//! CSV: raw values, one header, RFC 4180 quoting, machine numbers in every language.

use deskgauge_core::answer::{Answer, Answers, Compared};
use deskgauge_core::metric::CANONICAL;

/// One record with its line end.
pub fn record<S: AsRef<str>>(cells: &[S]) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let cell = cell.as_ref();
        if cell.contains([',', '"', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push('\n');
    line
}

/// A number that reads back as itself; whole ones without a point.
pub fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 9e15 { (value as i64).to_string() } else { value.to_string() }
}

/// Answers: one line each, the dimensions as columns of their own names. Comparisons stand behind, where the question makes any.
pub fn answers(answers: &Answers, by: &[String]) -> String {
    let compared = answers.compared.as_ref();
    let mut names = header(by);
    names.extend(compared.iter().flat_map(|_| COMPARISON));
    let mut out = record(&names);
    for answer in &answers.answers {
        let mut cells = row(answers, answer, by);
        cells.extend(compared.iter().flat_map(|compared| comparison(answer, Some(compared))));
        out.push_str(&record(&cells));
    }
    out
}

/// The names of a comparison's columns.
pub const COMPARISON: [&str; 15] = [
    "before_from",
    "before_to",
    "before_period",
    "before_value",
    "before_null_reason",
    "before_n",
    "difference",
    "relative",
    "change_low",
    "change_high",
    "relative_low",
    "relative_high",
    "method",
    "noise",
    "verdict",
];

/// The cells of an answer's comparison; empty ones where it has none.
pub fn comparison(answer: &Answer, compared: Option<&Compared>) -> Vec<String> {
    let real = |value: Option<f64>| value.filter(|value| value.is_finite()).map(number).unwrap_or_default();
    let text = |value: Option<String>| value.unwrap_or_default();
    let comparison = answer.comparison.as_deref();
    let before = comparison.map(|comparison| &comparison.before);
    let change = comparison.and_then(|comparison| comparison.change);
    let (interval, relative) =
        (change.and_then(|change| change.interval).unzip(), change.and_then(|change| change.relative_interval).unzip());
    vec![
        text(compared.map(|compared| compared.before_from.to_string())),
        text(compared.map(|compared| compared.before_to.to_string())),
        text(before.and_then(|before| before.period).map(|period| period.to_string())),
        real(before.and_then(|before| before.value)),
        text(before.and_then(|before| before.null_reason).map(|reason| reason.name().to_owned())),
        text(before.and_then(|before| before.n).map(|n| n.to_string())),
        real(change.map(|change| change.difference)),
        real(change.and_then(|change| change.relative)),
        real(interval.0),
        real(interval.1),
        real(relative.0),
        real(relative.1),
        text(change.and_then(|change| change.method).map(|method| method.name().to_owned())),
        text(change.and_then(|change| change.noise).map(|noise| noise.to_string())),
        text(change.map(|change| change.verdict.name().to_owned())),
    ]
}

/// The names of an answer's columns.
pub fn header(by: &[String]) -> Vec<&str> {
    let mut header = vec!["metric", "revision", "variant", "stat", "clock", "unit", "currency", "period", "partial"];
    header.extend(by.iter().map(String::as_str));
    header.extend([
        "value",
        "null_reason",
        "n",
        "numerator",
        "denominator",
        "interval_low",
        "interval_high",
        "bounds_low",
        "bounds_high",
        "running",
        "provisional",
        "excluded",
        "small_n",
        "credit",
        "band",
        "preset",
        "within",
        "profile",
        "profile_as_of",
    ]);
    header
}

/// The cells of an answer. Its profile is the one by which it was counted: `canonical` also where the one that was asked for says nothing.
pub fn row(answers: &Answers, answer: &Answer, by: &[String]) -> Vec<String> {
    let real = |value: Option<f64>| value.map(number).unwrap_or_default();
    let whole = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let excluded: Vec<String> = answer.excluded.iter().map(|(reason, n)| format!("{reason}={n}")).collect();
    let mut row = vec![
        answer.metric.clone(),
        answer.revision.to_string(),
        answer.variant.clone().unwrap_or_default(),
        answer.stat.map_or("", |stat| stat.name()).to_owned(),
        answer.clock.map_or("", |clock| clock.name()).to_owned(),
        answer.unit.name().to_owned(),
        answer.currency.clone().unwrap_or_default(),
        answer.period.map(|period| period.to_string()).unwrap_or_default(),
        answer.partial.to_string(),
    ];
    row.extend(by.iter().map(|name| {
        let cell = answer.dimensions.iter().find(|(dimension, _)| dimension == name);
        cell.and_then(|(_, value)| value.clone()).unwrap_or_default()
    }));
    row.extend([
        real(answer.value),
        answer.null_reason.map_or("", |reason| reason.name()).to_owned(),
        whole(answer.n),
        whole(answer.numerator),
        whole(answer.denominator),
        real(answer.interval.map(|(low, _)| low)),
        real(answer.interval.map(|(_, high)| high)),
        real(answer.bounds.map(|(low, _)| low)),
        real(answer.bounds.map(|(_, high)| high)),
        whole(answer.running),
        whole(answer.provisional),
        excluded.join(";"),
        answer.small_n.to_string(),
        answer.credit.clone().unwrap_or_default(),
        answer.aim.as_ref().map_or("", |aim| aim.band.name()).to_owned(),
        answer.aim.as_ref().and_then(|aim| aim.preset.clone()).unwrap_or_default(),
        whole(answer.within),
        answer.profile.clone().unwrap_or_else(|| CANONICAL.to_owned()),
        answers.profile_as_of.filter(|_| answer.profile.is_some()).map(|date| date.to_string()).unwrap_or_default(),
    ]);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(record(&["a", "b,c", "say \"hi\""]), "a,\"b,c\",\"say \"\"hi\"\"\"\n");
        assert_eq!((number(3.0), number(0.25)), ("3".to_owned(), "0.25".to_owned()));
    }
}
