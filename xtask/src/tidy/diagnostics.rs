//! A stable code is a promise, so a test holds it: each code of a diagnostic stands in some test.

use crate::docs::codes::{Code, codes};
use crate::house::{Finding, House};

/// Codes that no test can provoke on every machine, with the reason.
const UNPROVOKED: &[(&str, &str)] = &[
    ("disk-full", "a test would have to fill a disk"),
    ("no-threads", "a test would have to use up the system's threads"),
    ("not-allowed", "whoever runs the tests may be allowed everything"),
    ("file-failed", "a test would need a failing disk"),
    ("engine-failed", "a query that was checked and still fails is a fault of the engine"),
    ("not-printable", "every column that a query can give is printable today"),
    ("answer-too-long", "a test would need more than a hundred thousand cells"),
    ("no-now", "the binary always names a now"),
    ("unknown-profile", "the command line refuses it before the engine is asked"),
    ("workspace-busy", "another process has to hold the workspace for longer than a test may take"),
];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let tests: Vec<&str> = house.files().filter(|file| is_test(&file.path)).map(|file| file.text()).collect();
    let inside: Vec<&str> =
        house.rust().filter_map(|(file, _)| file.text().split_once("#[cfg(test)]")).map(|(_, test)| test).collect();
    let tested = |code: &Code| tests.iter().chain(&inside).any(|text| stands_in(text, &code.code));
    codes(house)
        .into_iter()
        .filter(|code| !UNPROVOKED.iter().any(|(name, _)| *name == code.code) && !tested(code))
        .map(|code| {
            let message = format!("no test expects the code `{}`: write one that provokes it", code.code);
            Finding::new(&code.places[0].0, code.places[0].1, message)
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/tests/")
}

/// Whether the code stands in the text as a word of its own.
fn stands_in(text: &str, code: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(code).any(|(at, _)| !text[..at].ends_with(part) && !text[at + code.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_code_without_a_test_is_red() {
        let house = House::of(&[
            (
                "crates/core/src/rules.rs",
                "fn a() {\n    Diagnostic::error(\"bad-zone\", \"x\");\n    Diagnostic::error(\"bad-day\", \"y\")\n}",
            ),
            ("crates/core/tests/it/rules.rs", "error[bad-zone]: x, bad-day-of-week"),
        ]);
        let found = rule(&house);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].message.contains("`bad-day`")), (3, true));
    }
}
