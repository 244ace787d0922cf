//! The page of diagnostics: every stable code and what is said with it.

use super::{cell, codes, head};
use crate::house::House;

pub(super) fn page(house: &House) -> String {
    let intro = "Every problem has a stable code, so that scripts can rely on it; messages may get better at any time.\n\
        Problems go to standard error, as text or, with `--format json`, as one JSON object per line with `code`, `severity`, `message`, `place` and `hint`.\n\
        `…` stands for what the message names.\n\n\
        | code | said | where |\n|---|---|---|";
    let mut page = head("Diagnostics", "the sources", intro);
    for code in codes::codes(house) {
        let mut crates: Vec<&str> = code.places.iter().filter_map(|(path, _)| path.split('/').nth(1)).collect();
        crates.sort_unstable();
        crates.dedup();
        let says: Vec<String> = code.says.iter().map(|said| cell(said)).collect();
        page.push_str(&format!("| `{}` | {} | {} |\n", code.code, says.join("<br>"), crates.join(", ")));
    }
    page
}
