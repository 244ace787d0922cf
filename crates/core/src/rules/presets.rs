//! Presets: targets that somebody has published, chosen by name.
//!
//! Published figures are data with a source and a year and never a default: whoever measures against them says so by naming them. They
//! are part of the program, so that a name means the same figures everywhere.

use toml_edit::Document;

use super::read::{Reader, Section};
use super::targets::{self, Goal};
use super::{Rules, Span};
use crate::diagnostic::{Diagnostic, near_name};

/// The files, by name: all of `catalogue/presets`.
const FILES: &[(&str, &str)] = &[("zendesk_2023", include_str!("../../../../catalogue/presets/zendesk_2023.toml"))];

/// Published targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Who published them.
    pub source: String,
    /// For which year.
    pub year: i64,
    /// What they are about, in a sentence.
    pub about: String,
    /// The targets.
    pub goals: Vec<Goal>,
}

impl Preset {
    /// All presets, by name.
    pub fn all() -> Vec<Self> {
        FILES.iter().map(|(name, text)| Self::parse(name, text).0).collect()
    }

    /// The preset of that name.
    ///
    /// Errors: `unknown-preset`, with the near name.
    pub fn find(name: &str) -> Result<Self, Diagnostic> {
        let Some((name, text)) = FILES.iter().find(|(known, _)| *known == name) else {
            let problem = Diagnostic::error("unknown-preset", format!("there is no preset of targets `{name}`"));
            let names = FILES.iter().map(|(name, _)| *name);
            return Err(match near_name(name, names.clone()) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("the presets are {}", names.collect::<Vec<_>>().join(", "))),
            });
        };
        Ok(Self::parse(name, text).0)
    }

    /// Reads the text of a preset.
    pub fn parse(name: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let file = format!("catalogue/presets/{name}.toml");
        let mut reader = Reader::new(text, &file);
        let mut preset = Self { name: name.to_owned(), source: String::new(), year: 0, about: String::new(), goals: Vec::new() };
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                reader.refuse("bad-toml", error.message().trim().replace('\n', ", "), error.span());
                return (preset, reader.problems);
            }
        };
        let top = Section { title: "the preset".to_owned(), table: document.as_table(), span: None };
        reader.only_keys(&top, &["source", "year", "about", "target"]);
        for (key, text) in [("source", &mut preset.source), ("about", &mut preset.about)] {
            if let Some((found, _)) = reader.required_text(&top, key) {
                found.clone_into(text);
            }
        }
        match reader.integer(&top, "year") {
            Some((year, _)) => preset.year = year,
            None => reader.refuse("missing-key", "the preset has no `year`", None),
        }
        preset.goals = targets::read(&mut reader, &top);
        preset.goals.iter_mut().for_each(|goal| goal.preset = Some(name.to_owned()));
        (preset, reader.problems)
    }
}

/// Reads `preset`: its targets come behind one's own, which win.
pub(super) fn read(reader: &mut Reader<'_>, top: &Section<'_>, goals: &mut Vec<Goal>) {
    let Some((name, span)) = reader.text(top, "preset") else { return };
    match Preset::find(name) {
        Ok(preset) => goals.extend(preset.goals),
        Err(problem) => refuse(reader, problem, span),
    }
}

fn refuse(reader: &mut Reader<'_>, problem: Diagnostic, span: Span) {
    let place = reader.place(span);
    reader.problems.push(problem.at(place));
}

impl Rules {
    /// The same rules with the targets of a preset in place of all others.
    ///
    /// Errors: `unknown-preset`, with the near name.
    pub fn with_targets(&self, preset: &str) -> Result<Self, Diagnostic> {
        Ok(Self { goals: Preset::find(preset)?.goals, ..self.clone() })
    }
}
