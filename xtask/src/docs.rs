//! The generated reference: pages of `docs/reference` made from the lists in the code, so that they cannot tell something else.
//!
//! Pages are made as values; writing and comparing them is the same list read twice.

pub(crate) mod codes;
mod diagnostics;
mod events;
mod facts;
mod metrics;
mod profiles;
mod settings;

use anyhow::{Context, Result};

use crate::house::House;
use crate::run::root;

/// All pages: paths from the repository's root, and texts.
pub(crate) fn pages(house: &House) -> Vec<(String, String)> {
    let pages = [
        ("events", events::page()),
        ("facts", facts::page()),
        ("metrics", metrics::page(house)),
        ("profiles", profiles::page(house)),
        ("settings", settings::page()),
        ("diagnostics", diagnostics::page(house)),
    ];
    pages.map(|(name, text)| (format!("docs/reference/{name}.md"), text)).into()
}

/// Writes the pages that differ.
pub(crate) fn write() -> Result<bool> {
    let house = House::read(&root())?;
    for (path, text) in pages(&house) {
        if house.get(&path).and_then(|file| file.text.as_ref()) == Some(&text) {
            continue;
        }
        let file = root().join(&path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        std::fs::write(&file, text).with_context(|| format!("could not write {path}"))?;
        println!("wrote {path}");
    }
    Ok(true)
}

/// Says which pages do not equal their source.
pub(crate) fn check() -> Result<bool> {
    let house = House::read(&root())?;
    let mut well = true;
    for (path, text) in pages(&house) {
        if house.get(&path).and_then(|file| file.text.as_ref()) != Some(&text) {
            println!("{path} does not equal its source: run cargo xtask docs");
            well = false;
        }
    }
    Ok(well)
}

/// The head of a page.
fn head(title: &str, source: &str, intro: &str) -> String {
    format!("# {title}\n\n<!-- Made by `cargo xtask docs` from {source}. Change that, not this. -->\n\n{intro}\n")
}

/// A text that stands in a cell of a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

/// Code that stands in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", cell(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}
