//! `docs/import.md` says what the code knows: each column of a mapping, in the words of the list that the reader goes by.

use deskgauge_connect::table::targets::TARGETS;

#[test]
fn each_column_of_a_mapping() {
    let text = include_str!("../../../../docs/import.md");
    let rows: Vec<String> = TARGETS
        .iter()
        .map(|info| {
            let kind = |kind| if info.needed.contains(kind) { format!("**{}**", kind.name()) } else { kind.name().to_owned() };
            format!("| `{}` | {} | {} |", info.name, info.kinds.iter().map(kind).collect::<Vec<_>>().join(", "), info.sentence)
        })
        .collect();
    assert!(text.contains(&rows.join("\n")), "the table of columns in docs/import.md should be:\n{}", rows.join("\n"));
}
