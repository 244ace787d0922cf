//! The rules of the house as code: each in a file of its own, with a test that shows it a bad house.
//!
//! A rule says where, what, and what to do next. All rules run and all findings are told, since a person mends them together.

mod catalogue;
mod dependencies;
mod diagnostics;
mod facts;
mod generated;
mod lake_sql;
mod length;
mod links;
mod names;
mod openings;
mod placement;
mod purity;
mod stubs;
mod words;

use anyhow::Result;

use crate::house::{Finding, House};
use crate::run::root;

type Rule = fn(&House) -> Vec<Finding>;

/// The rules with their names.
const RULES: &[(&str, Rule)] = &[
    ("dependencies", dependencies::rule),
    ("purity", purity::rule),
    ("lake-sql", lake_sql::rule),
    ("placement", placement::rule),
    ("openings", openings::rule),
    ("length", length::rule),
    ("names", names::rule),
    ("stubs", stubs::rule),
    ("words", words::rule),
    ("facts", facts::rule),
    ("catalogue", catalogue::rule),
    ("diagnostics", diagnostics::rule),
    ("links", links::rule),
    ("generated", generated::rule),
];

/// Runs all rules over the repository and prints what they find. Says whether they found nothing.
pub(crate) fn run() -> Result<bool> {
    let house = House::read(&root())?;
    let mut count = 0;
    for (name, rule) in RULES {
        for finding in rule(&house) {
            count += 1;
            match finding.line {
                0 => println!("tidy[{name}] {}: {}", finding.path, finding.message),
                line => println!("tidy[{name}] {}:{line}: {}", finding.path, finding.message),
            }
        }
    }
    println!("tidy: {} files, {} rules, {count} findings", house.files().count(), RULES.len());
    Ok(count == 0)
}
