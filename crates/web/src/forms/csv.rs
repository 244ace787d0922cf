//! CSV: raw values, one header, RFC 4180 quoting, machine numbers in every language.

use deskgauge_core::answer::{Answer, Answers};

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

/// Answers: one line each, the dimensions as columns of their own names.
pub fn answers(answers: &Answers, by: &[String]) -> String {
    let mut out = record(&header(by));
    for answer in &answers.answers {
        out.push_str(&record(&row(answer, by)));
    }
    out
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
    ]);
    header
}

/// The cells of an answer.
pub fn row(answer: &Answer, by: &[String]) -> Vec<String> {
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
