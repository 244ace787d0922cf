//! Every Rust file opens with `//!`: what it is, why this way, what it must not do.

use crate::house::{Finding, House};

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, _) in house.rust() {
        let said = file.text().lines().next().and_then(|line| line.strip_prefix("//!")).unwrap_or_default().trim();
        if said.len() < 10 {
            let message = "does not open with `//!`: begin it with what it is, why this way, and what it must not do";
            found.push(Finding::new(&file.path, 1, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_red() {
        let house = House::of(&[
            ("crates/core/src/a.rs", "//! Periods of the calendar.\n"),
            ("crates/core/src/b.rs", "use std::fmt;\n"),
            ("crates/core/src/c.rs", "//!\n"),
        ]);
        let paths: Vec<String> = rule(&house).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/core/src/b.rs", "crates/core/src/c.rs"]);
    }
}
