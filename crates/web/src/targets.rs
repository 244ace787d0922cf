//! Targets changed in the text of `deskgauge.toml`: what people wrote beside them, and their comments, stay as they are.
//!
//! Texts go in and come out; whether the new one means what it should is judged by the reader of the rules.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::rules::BANDS;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

/// A target as somebody wishes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// The KPI.
    pub metric: String,
    /// Which rows it is for; empty: all.
    pub filter: String,
    /// The bounds in the order of the bands, as people write them; empty: none.
    pub bounds: [String; 3],
}

/// What is to be changed; targets are named by their place among all of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// One more.
    Add(Wish),
    /// Another one in its place.
    Replace(usize, Wish),
    /// One less.
    Remove(usize),
}

/// The text with a change.
///
/// # Errors
/// A text that is no TOML, targets that are not written as `[[target]]`, a place where there is none.
pub fn changed(text: &str, change: &Change) -> Result<String, Diagnostic> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        Diagnostic::error("bad-toml", error.message().trim().replace('\n', ", ")).hint("run `deskgauge check`")
    })?;
    let item = document.entry("target").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(targets) = item.as_array_of_tables_mut() else {
        let problem = Diagnostic::error("bad-value", "the targets are not written as [[target]]");
        return Err(problem.hint("change them in deskgauge.toml"));
    };
    let nowhere =
        |place: usize| Diagnostic::error("bad-value", format!("there is no target {}", place + 1)).hint("load the page again");
    match change {
        Change::Add(wish) => {
            let mut table = Table::new();
            put(&mut table, wish);
            targets.push(table);
        }
        Change::Replace(place, wish) => put(targets.get_mut(*place).ok_or_else(|| nowhere(*place))?, wish),
        Change::Remove(place) if *place < targets.len() => _ = targets.remove(*place),
        Change::Remove(place) => return Err(nowhere(*place)),
    }
    Ok(document.to_string())
}

fn put(table: &mut Table, wish: &Wish) {
    set(table, "metric", Some(Value::from(wish.metric.as_str())));
    set(table, "where", Some(wish.filter.trim()).filter(|filter| !filter.is_empty()).map(Value::from));
    for (band, bound) in BANDS.into_iter().zip(&wish.bounds) {
        set(table, band, self::bound(bound));
    }
}

/// A bound as the file has it: a number, a share of a hundred as one of one, else a duration in quotes.
fn bound(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(Value::from(number));
    }
    let share = text.strip_suffix('%').map(|share| share.trim().replace(',', "."));
    let number = match share {
        // Rounded, so that 92.6 % is 0.926 and not a neighbour of it.
        Some(share) => share.parse::<f64>().ok().map(|share| (share * 1e6).round() / 1e8),
        None => text.replace(',', ".").parse::<f64>().ok(),
    };
    Some(number.filter(|number| number.is_finite()).map_or_else(|| Value::from(text), Value::from))
}

/// Sets a key, keeping what is written around its value.
fn set(table: &mut Table, key: &str, value: Option<Value>) {
    match (value, table.get_mut(key).and_then(Item::as_value_mut)) {
        (Some(mut value), Some(own)) => {
            *value.decor_mut() = own.decor().clone();
            *own = value;
        }
        (Some(value), None) => _ = table.insert(key, Item::Value(value)),
        (None, _) => _ = table.remove(key),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Wish, changed};

    const FILE: &str = "# Ours.\n[workspace]\nname = \"Shop\"  # the shop\n\n[[target]]\nmetric = \"csat\"\ngood = 0.9  # agreed in May\n\n[[target]]\nmetric = \"backlog\"\nwhere = \"channel = 'email'\"\ngood = 10\n\n# The end.\n";

    fn wish(metric: &str, bounds: [&str; 3]) -> Wish {
        Wish { metric: metric.to_owned(), filter: String::new(), bounds: bounds.map(str::to_owned) }
    }

    #[test]
    fn what_is_not_changed_stays_to_the_letter() {
        let change = Change::Replace(0, wish("csat", ["", "92.6 %", "0,8"]));
        let text = changed(FILE, &change).expect("a file");
        assert_eq!(text, FILE.replace("good = 0.9  # agreed in May\n", "good = 0.926  # agreed in May\nsatisfactory = 0.8\n"));
    }

    #[test]
    fn targets_come_and_go() {
        let added = changed(FILE, &Change::Add(wish("first_response_time", ["1h", "", "12"]))).expect("a file");
        assert!(
            added.contains("[[target]]\nmetric = \"first_response_time\"\nexcellent = \"1h\"\nsatisfactory = 12\n"),
            "{added}"
        );
        assert!(added.contains("# The end."), "{added}");
        let removed = changed(&added, &Change::Remove(1)).expect("a file");
        assert!(!removed.contains("backlog") && removed.contains("first_response_time"), "{removed}");
        assert!(changed(FILE, &Change::Remove(2)).is_err());
        let new = changed("[workspace]\nname = \"x\"\n", &Change::Add(wish("csat", ["", "1", ""]))).expect("a file");
        assert_eq!(new, "[workspace]\nname = \"x\"\n\n[[target]]\nmetric = \"csat\"\ngood = 1\n");
    }
}
