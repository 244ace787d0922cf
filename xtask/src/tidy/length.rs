//! A file is one idea: no Rust file is longer than 600 lines.

use crate::house::{Finding, House};

const LINES: usize = 600;

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let long = house.rust().map(|(file, _)| (file, file.text().lines().count())).filter(|(_, lines)| *lines > LINES);
    let tell = |(file, lines): (&crate::house::File, usize)| {
        Finding::new(&file.path, 0, format!("has {lines} lines: split it by idea, {LINES} is the limit"))
    };
    long.map(tell).collect()
}

#[cfg(test)]
mod tests {
    use super::{LINES, rule};
    use crate::house::House;

    #[test]
    fn a_file_of_one_line_too_many_is_red() {
        let (just, long) = ("//\n".repeat(LINES), "//\n".repeat(LINES + 1));
        let house = House::of(&[("crates/core/src/a.rs", &just), ("crates/core/src/b.rs", &long)]);
        let paths: Vec<String> = rule(&house).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/core/src/b.rs"]);
    }
}
