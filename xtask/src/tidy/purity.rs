//! Core and connect read no clock, no environment, no file and no randomness of the system: time is a value, randomness a seed.
//!
//! Tests of these crates may read files; their sources may not.

use crate::house::{Finding, House};

/// Words of code that reach outside, and what to do instead.
const OUTSIDE: &[(&str, &str)] = &[
    ("SystemTime", "take the time as a value"),
    ("Instant::now", "take the time as a value"),
    ("Timestamp::now", "take the time as a value"),
    ("Zoned::now", "take the time as a value"),
    ("TimeZone::system", "take the zone as a value"),
    ("std::env", "take the setting as a value"),
    ("std::fs", "take bytes or text as a value"),
    ("std::net", "return the request as a value"),
    ("std::process", "leave it to the binary"),
    ("File::open", "take bytes or text as a value"),
    ("thread_rng", "take a seed as a value"),
    ("rand::rng", "take a seed as a value"),
    ("OsRng", "take a seed as a value"),
];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, source) in house.rust().filter(|(file, _)| file.is_src() && matches!(file.krate(), "core" | "connect")) {
        for (word, advice) in OUTSIDE {
            let tell = |line| Finding::new(&file.path, line, format!("{word} in a pure crate: {advice}"));
            found.extend(source.lines_with(word).into_iter().map(tell));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_clock_in_core_is_red_and_a_file_in_a_test_is_not() {
        let house = House::of(&[
            ("crates/core/src/period.rs", "//! Never reads SystemTime.\nlet now = std::time::SystemTime::now();"),
            ("crates/core/tests/it/rules.rs", "std::fs::read(\"a\")"),
            ("crates/connect/src/lines.rs", "let file = \"std::fs\";\nuse std::fs;"),
            ("crates/engine/src/files.rs", "use std::fs;"),
        ]);
        let lines: Vec<(String, usize)> = rule(&house).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(lines, [("crates/connect/src/lines.rs".to_owned(), 2), ("crates/core/src/period.rs".to_owned(), 2)]);
    }
}
