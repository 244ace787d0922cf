//! Everything that people read in a list has a sentence: fact tables, their columns, the fields of events, the verbs of the notation.

use deskgauge_core::event::fields::FIELDS;
use deskgauge_core::facts::{COMMON, FACTS};
use deskgauge_core::notation::VERBS;

use crate::house::{Finding, House};

pub(super) fn rule(_: &House) -> Vec<Finding> {
    let common = COMMON.iter().map(|column| ("facts/columns", column.name.to_owned(), column.sentence));
    let tables = FACTS.iter().map(|table| ("facts/tables.rs", table.name.to_owned(), table.sentence));
    let columns = FACTS.iter().flat_map(|table| {
        table.columns.iter().map(|column| ("facts/tables.rs", format!("{}.{}", table.name, column.name), column.sentence))
    });
    let fields = FIELDS.iter().map(|field| ("event/fields.rs", field.name.to_owned(), field.sentence));
    let verbs = VERBS.iter().map(|verb| ("notation/verbs.rs", verb.word.to_owned(), verb.sentence));
    common
        .chain(tables)
        .chain(columns)
        .chain(fields)
        .chain(verbs)
        .filter_map(|(file, name, said)| check(file, &name, said))
        .collect()
}

fn check(file: &str, name: &str, sentence: &str) -> Option<Finding> {
    let said = sentence.trim();
    let bare = said.len() < 3 || !said.ends_with('.');
    bare.then(|| {
        Finding::new(
            &format!("crates/core/src/{file}"),
            0,
            format!("`{name}` has no sentence: say what it means, with a full stop"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_fact_without_a_sentence_is_red() {
        assert!(check("facts/tables.rs", "waits.seconds", "").is_some());
        assert!(check("facts/tables.rs", "waits.seconds", "Seconds of the wait").is_some());
        assert_eq!(check("facts/tables.rs", "waits.seconds", " Whole seconds of the wait."), None);
    }
}
