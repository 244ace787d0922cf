//! One direction: core and connect stand on no data stack and no network, and no crate sees what it must not see.
//!
//! What is linked in the end is asked of cargo, since a forbidden crate would come in by another one; who may name whom is read from
//! the manifests.

use crate::house::{Finding, House};
use crate::run::cargo_output;

/// The pure crates, and the families that may not stand below them.
const PURE: &[&str] = &["deskgauge-core", "deskgauge-connect"];
const IMPURE: &[&str] = &["tokio", "arrow", "datafusion", "sqlx", "reqwest"];

/// Crates that may be named in these manifests only.
const RESERVED: &[(&str, &[&str])] = &[
    ("clap", &["crates/deskgauge/Cargo.toml"]),
    ("anyhow", &["crates/deskgauge/Cargo.toml", "xtask/Cargo.toml"]),
    ("axum", &["crates/web/Cargo.toml"]),
];

/// What each of our crates may stand on among ours.
const DIRECTION: &[(&str, &[&str])] = &[
    ("crates/core/Cargo.toml", &[]),
    ("crates/connect/Cargo.toml", &["deskgauge-core"]),
    ("crates/engine/Cargo.toml", &["deskgauge-core"]),
    ("crates/web/Cargo.toml", &["deskgauge-core", "deskgauge-connect", "deskgauge-engine"]),
    ("xtask/Cargo.toml", &["deskgauge-core"]),
];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = manifests(house);
    for name in PURE {
        let path = format!("crates/{}/Cargo.toml", name.trim_start_matches("deskgauge-"));
        match cargo_output(&["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"]) {
            Ok(tree) => found.extend(linked(&path, &tree)),
            Err(error) => found.push(Finding::new(&path, 0, format!("its dependencies cannot be listed: {error:#}"))),
        }
    }
    found
}

/// What a pure crate links and must not.
fn linked(path: &str, tree: &str) -> Vec<Finding> {
    let mut names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    names.dedup();
    let family = |name: &&str| {
        IMPURE.iter().any(|family| name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])))
    };
    let tell = |name: &str| Finding::new(path, 0, format!("links {name}: this crate is pure, move what needs it to the engine"));
    names.into_iter().filter(family).map(tell).collect()
}

fn manifests(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in house.files().filter(|file| file.path.ends_with("/Cargo.toml")) {
        for (line, name) in dependencies(file.text()) {
            let reserved = RESERVED.iter().find(|(reserved, _)| *reserved == name);
            if let Some((_, places)) = reserved.filter(|(_, places)| !places.contains(&file.path.as_str())) {
                found.push(Finding::new(&file.path, line, format!("{name} may be used in {} only", places.join(" and "))));
            }
            let allowed = DIRECTION.iter().find(|(path, _)| *path == file.path);
            if let Some((_, allowed)) = allowed.filter(|(_, allowed)| name.starts_with("deskgauge-") && !allowed.contains(&name))
            {
                let may = if allowed.is_empty() { "none of ours".to_owned() } else { allowed.join(" and ") };
                found.push(Finding::new(&file.path, line, format!("stands on {name}: it may stand on {may}")));
            }
            if file.path == "crates/core/Cargo.toml" && name.starts_with("serde") {
                let message = format!("uses {name}: core types are not serde types, wire forms live at the edges");
                found.push(Finding::new(&file.path, line, message));
            }
        }
    }
    found
}

/// The names under `[dependencies]` and `[dev-dependencies]` with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = matches!(line.trim(), "[dependencies]" | "[dev-dependencies]" | "[build-dependencies]");
        } else if inside && !line.trim_start().starts_with('#') {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            found.extend((!name.is_empty()).then_some((index + 1, name)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{linked, manifests};
    use crate::house::House;

    #[test]
    fn a_pure_crate_that_links_the_data_stack_is_red() {
        let found = linked(
            "crates/core/Cargo.toml",
            "deskgauge-core v0.1.0 (/x)\narrow-array v59.3.0\nsqlparser v0.62.0\ntokio v1.54.0\n",
        );
        let messages: Vec<&str> = found.iter().filter_map(|finding| finding.message.split(':').next()).collect();
        assert_eq!(messages, ["links arrow-array", "links tokio"]);
    }

    #[test]
    fn a_crate_that_names_what_is_not_its_matter_is_red() {
        let house = House::of(&[
            ("crates/core/Cargo.toml", "[dependencies]\nserde.workspace = true\n"),
            ("crates/connect/Cargo.toml", "[dependencies]\n# anyhow would be wrong here\ndeskgauge-engine.workspace = true\n"),
            ("crates/engine/Cargo.toml", "[dev-dependencies]\nanyhow = \"1\"\n[lints]\nclap = true\n"),
        ]);
        let lines: Vec<(String, usize)> = manifests(&house).into_iter().map(|finding| (finding.path, finding.line)).collect();
        let expected = [("crates/connect/Cargo.toml", 3), ("crates/core/Cargo.toml", 2), ("crates/engine/Cargo.toml", 2)];
        assert_eq!(lines, expected.map(|(path, line)| (path.to_owned(), line)));
    }
}
