//! Names say what is inside: a file, folder or module is never called after what any file could be called.

use crate::house::{Finding, House};

const FORBIDDEN: &[&str] = &[
    "util",
    "utils",
    "common",
    "helper",
    "helpers",
    "manager",
    "service",
    "handler",
    "handlers",
    "processor",
    "base",
    "impl",
    "misc",
];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, source) in house.rust() {
        for part in file.path.trim_end_matches(".rs").split('/').filter(|part| FORBIDDEN.contains(part)) {
            found.push(Finding::new(&file.path, 0, format!("`{part}` names nothing: call it after its one idea")));
        }
        // `impl` is a word of the language; as a module it cannot stand in code.
        for word in FORBIDDEN.iter().filter(|word| **word != "impl") {
            for line in source.code.lines().enumerate().filter(|(_, line)| declares(line, word)).map(|(index, _)| index + 1) {
                found.push(Finding::new(
                    &file.path,
                    line,
                    format!("a module named `{word}` names nothing: call it after its one idea"),
                ));
            }
        }
    }
    found
}

/// Whether a line of code declares a module of that name with a body of its own; one in a file is told by its path.
fn declares(line: &str, name: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.windows(2).any(|pair| pair == ["mod", name]) && line.contains('{')
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_drawer_for_everything_is_red() {
        let house = House::of(&[
            ("crates/core/src/utils.rs", ""),
            ("crates/engine/src/service/lake.rs", "mod helpers {"),
            ("crates/engine/src/baseline.rs", "mod implied {"),
        ]);
        let found: Vec<(String, usize)> = rule(&house).into_iter().map(|finding| (finding.path, finding.line)).collect();
        let lake = "crates/engine/src/service/lake.rs".to_owned();
        assert_eq!(found, [("crates/core/src/utils.rs".to_owned(), 0), (lake.clone(), 0), (lake, 1)]);
    }
}
