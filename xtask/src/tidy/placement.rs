//! Some words have one place: the cluster crate in `backend/cluster.rs`, the environment in the binary's `config.rs` and `main.rs`.

use crate::house::{Finding, House};

/// A word of code and the only paths below `crates/` at which it may stand in sources.
const PLACES: &[(&str, &[&str])] = &[
    ("datafusion_distributed", &["engine/src/backend/cluster.rs"]),
    ("axum", &["web/src/"]),
    // Records of people are no data of the lake: they have no snapshots, and their statements a room of their own.
    ("sqlx", &["engine/src/lake", "engine/src/people"]),
    ("clap", &["deskgauge/src/"]),
    ("anyhow", &["deskgauge/src/"]),
    ("std::env::var", &["deskgauge/src/config.rs"]),
    ("std::env::var_os", &["deskgauge/src/config.rs"]),
    ("std::env::args", &["deskgauge/src/main.rs"]),
];

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, source) in house.rust().filter(|(file, _)| file.is_src()) {
        let Some(path) = file.path.strip_prefix("crates/") else { continue };
        for (word, places) in PLACES.iter().filter(|(_, places)| !places.iter().any(|place| path.starts_with(place))) {
            let tell =
                |line| Finding::new(&file.path, line, format!("{word} may stand in crates/{} only", places.join(", crates/")));
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
    fn the_command_line_in_the_engine_is_red() {
        let house = House::of(&[
            ("crates/engine/src/plan.rs", "use clap::Parser;"),
            ("crates/deskgauge/src/main.rs", "use clap::Parser;\nlet words = std::env::args();"),
            ("crates/deskgauge/src/output.rs", "std::env::var(\"LANG\")"),
        ]);
        let lines: Vec<String> = rule(&house).into_iter().map(|finding| finding.path).collect();
        assert_eq!(lines, ["crates/deskgauge/src/output.rs", "crates/engine/src/plan.rs"]);
    }
}
