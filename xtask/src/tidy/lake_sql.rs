//! The lake's SQL stands in `lake.rs` and its folder only: whoever else needs something of the catalogue asks the lake for it.

use crate::house::{Finding, House};

/// What the names of the format's tables begin with.
const PREFIX: &str = "ducklake_";

pub(super) fn rule(house: &House) -> Vec<Finding> {
    let inside = |path: &str| path == "crates/engine/src/lake.rs" || path.starts_with("crates/engine/src/lake/");
    let mut found = Vec::new();
    for (file, source) in house.rust().filter(|(file, _)| file.is_src() && file.krate() != "xtask" && !inside(&file.path)) {
        for piece in source.strings.iter().filter(|piece| piece.text.contains(PREFIX)) {
            let message =
                format!("{PREFIX} in a text: the catalogue's SQL stands in crates/engine/src/lake only, add a function there");
            found.push(Finding::new(&file.path, piece.line, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::rule;
    use crate::house::House;

    #[test]
    fn sql_of_the_catalogue_outside_of_the_lake_is_red() {
        let sql = "// ducklake_table is fine here\nlet sql = \"select * from ducklake_table\";";
        let house = House::of(&[("crates/engine/src/lake/read.rs", sql), ("crates/engine/src/workspace.rs", sql)]);
        let found = rule(&house);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("crates/engine/src/workspace.rs", 2));
    }
}
