//! The stable codes of diagnostics, found where they are given: the first text of the calls that make problems.
//!
//! There is no list of codes in the code, because a list far from its messages would be forgotten; the sources are the list.

use std::collections::BTreeMap;

use crate::house::{File, House};
use crate::source::{Piece, Source};

/// A code, where it is given, and what is said with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) code: String,
    /// Paths and lines, at least one.
    pub(crate) places: Vec<(String, usize)>,
    /// Messages as written, with their holes.
    pub(crate) says: Vec<String>,
}

/// What stands before a code in a statement that makes a problem.
const MAKERS: &[&str] = &[
    "error(",
    "warning(",
    "refuse(",
    "refuse_with(",
    "unknown(",
    "warn(",
    "report(",
    "problem(",
    "whole(",
    "reject(",
    "code:",
    "Err((",
    "Bad(",
    "Unreadable",
    "usage(",
    "Failure::",
];

/// All codes of the crates, sorted.
pub(crate) fn codes(house: &House) -> Vec<Code> {
    let mut found: BTreeMap<String, Code> = BTreeMap::new();
    for (file, source) in house.rust().filter(|(file, _)| file.is_src() && file.path.starts_with("crates/")) {
        let end = file.text().find("#[cfg(test)]").unwrap_or(usize::MAX);
        for (index, piece) in source.strings.iter().enumerate().filter(|(_, piece)| piece.at < end) {
            if !(is_code(&piece.text) && made(source, piece) || named(file, source, piece)) {
                continue;
            }
            let new = || Code { code: piece.text.clone(), places: Vec::new(), says: Vec::new() };
            let code = found.entry(piece.text.clone()).or_insert_with(new);
            code.places.push((file.path.clone(), piece.line));
            let said = message(source, index).filter(|said| !code.says.contains(said));
            code.says.extend(said);
        }
    }
    found.into_values().collect()
}

/// Lower-case words with hyphens between.
fn is_code(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    text.contains('-') && text.split('-').all(word)
}

/// Whether the text is the argument of a call that makes a problem.
fn made(source: &Source, piece: &Piece) -> bool {
    let before = &source.code[..piece.at];
    let statement = before.rfind([';', '{', '}']).map_or(before, |at| &before[at..]);
    // A text in its own statement names something else: an option, a file.
    MAKERS.iter().any(|maker| statement.contains(maker))
}

/// Whether the text is a result of a function `code`, which names the variants of an error.
fn named(file: &File, source: &Source, piece: &Piece) -> bool {
    let Some(start) = source.code[..piece.at].rfind("fn code(") else { return false };
    let body = &source.code[start..piece.at];
    let depth = body.matches('{').count().saturating_sub(body.matches('}').count());
    let arrow = source.code[..piece.at].trim_end_matches(['"', ' ']).ends_with("=>");
    depth > 0 && arrow && !file.text()[start..piece.at].contains("\n    }\n")
}

/// The message that is said with the code: the argument behind it, or the text of the variable that stands there.
fn message(source: &Source, index: usize) -> Option<String> {
    let piece = &source.strings[index];
    let behind = &source.code[piece.at + piece.text.len()..];
    let behind = behind.strip_prefix('"').unwrap_or(behind).trim_start_matches([',', ' ', '\n']);
    let next = || source.strings.get(index + 1).filter(|next| !source.code[piece.at..next.at].contains([';', '}']));
    let text = if let Some(variant) = variant(source, piece) {
        // The text of an error's variant stands in the attribute before it.
        let at = variants(source, variant)?;
        let attribute = source.code[..at].rfind("#[error(\"")?;
        let near = source.code[attribute..at].matches("#[").count() == 1;
        first_text(source, attribute).filter(|_| near)
    } else if behind.starts_with('"') || behind.starts_with("format!(") {
        next()
    } else {
        let name: String = behind.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let start = source.code[..piece.at]
            .rfind(&format!("let {name} ="))
            .filter(|start| !source.code[*start..piece.at].contains("fn "));
        start.and_then(|start| first_text(source, start).filter(|text| text.at < piece.at)).or_else(next)
    };
    text.filter(|text| sentence(&text.text)).map(|text| tidy(&text.text))
}

/// The first text behind a place.
fn first_text(source: &Source, at: usize) -> Option<&Piece> {
    source.strings.iter().find(|piece| piece.at > at)
}

/// The variant whose arm gives this code.
fn variant<'s>(source: &'s Source, piece: &Piece) -> Option<&'s str> {
    let line = source.code[..piece.at].rsplit('\n').next()?.trim_start();
    let name = line.strip_prefix("Self::")?;
    name.split([' ', '(', '{']).next().filter(|_| line.contains("=>"))
}

/// Where a variant is declared.
fn variants(source: &Source, name: &str) -> Option<usize> {
    let declared = |after: char| source.code.find(&format!("\n    {name}{after}"));
    [' ', '(', ','].into_iter().find_map(declared)
}

fn sentence(text: &str) -> bool {
    text.split_whitespace().count() > 1
}

/// A literal as people read it: holes as an ellipsis, continued lines joined.
fn tidy(text: &str) -> String {
    let mut clean = String::new();
    let mut hole = 0_u32;
    for c in text.replace("\\\"", "\"").replace("\\n", " ").replace("\\\n", " ").chars() {
        match c {
            '{' => {
                hole += 1;
                if hole == 1 {
                    clean.push('…');
                }
            }
            '}' => hole = hole.saturating_sub(1),
            c if hole == 0 => clean.push(c),
            _ => {}
        }
    }
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::codes;
    use crate::house::House;

    #[test]
    fn codes_are_found_with_what_they_say() {
        let text = "fn a() {\n    let said = format!(\"`{name}` is no day\");\n    reader.refuse(\n        \"bad-day\",\n        said,\n    );\n\
            \x20   let option = \"as-of\";\n    Diagnostic::error(\"bad-hour\", \"no hour\")\n}\n\
            enum E {\n    /// A.\n    #[error(\"the file {path} is gone\")]\n    A,\n}\n\
            impl E {\n    fn code(&self) -> &str {\n        match self {\n            Self::A => \"file\",\n        }\n    }\n}\n";
        let found: Vec<(String, Vec<String>)> =
            codes(&House::of(&[("crates/core/src/a.rs", text)])).into_iter().map(|code| (code.code, code.says)).collect();
        let said = |code: &str, said: &str| (code.to_owned(), vec![said.to_owned()]);
        assert_eq!(found[..2], [said("bad-day", "`…` is no day"), said("bad-hour", "no hour")]);
        assert_eq!(found[2], said("file", "the file … is gone"));
        assert_eq!(found.len(), 3);
    }
}
