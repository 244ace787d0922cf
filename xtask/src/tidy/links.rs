//! Documents do not point into nothing: relative links lead to files, and the map in ARCHITECTURE.md names rooms that are there.

use crate::house::{Finding, House};

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in house.files().filter(|file| file.path.ends_with(".md")) {
        for (line, target) in links(file.text()) {
            let outside = target.contains("://") || target.starts_with(['#', '/']) || target.starts_with("mailto:");
            if !outside && !house.has(&resolved(&file.path, target)) {
                found.push(Finding::new(&file.path, line, format!("the link to {target} leads nowhere: correct or remove it")));
            }
        }
        if file.path == "ARCHITECTURE.md" {
            for (line, path) in rooms(file.text()).into_iter().filter(|(_, path)| !house.has(path)) {
                found.push(Finding::new(&file.path, line, format!("`{path}` is not there: bring the map up to date")));
            }
        }
    }
    found
}

/// Targets of `[text](target)` with their lines, outside of code.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let (target, tail) = after.split_once(')').unwrap_or((after, ""));
            found.push((index + 1, target.split('#').next().unwrap_or_default()));
            rest = tail;
        }
    }
    found.retain(|(_, target)| !target.is_empty());
    found
}

/// Paths below `crates/` that stand in backticks, with their lines. Patterns and folders of the future are written otherwise.
fn rooms(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate();
    let quoted = lines.flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |word| (index + 1, word)));
    quoted.filter(|(_, word)| word.starts_with("crates/") && !word.contains(['{', '*', '<', ' '])).collect()
}

/// A target as seen from a file, from the repository's root.
fn resolved(file: &str, target: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn a_link_into_nothing_is_red() {
        let house = House::of(&[
            ("docs/decisions/a.md", "[b](../b.md) [c](c.md#part) [web](https://example.org)\n```\n[x](x.md)\n```\n"),
            ("docs/b.md", "[here](#there)"),
            ("ARCHITECTURE.md", "`crates/core/src/a.rs` and `crates/core/src/b.rs`"),
            ("crates/core/src/a.rs", ""),
        ]);
        let found: Vec<String> = rule(&house).into_iter().map(|finding| finding.message).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("crates/core/src/b.rs"), "{found:?}");
        assert!(found[1].contains("c.md"), "{found:?}");
    }
}
