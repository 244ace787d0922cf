//! Files as people name them on a command line: paths, folders, globs, standard input.
//!
//! How they are opened and what is in them is the matter of the readers that the service shares.

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use deskgauge_core::diagnostic::Diagnostic;
pub(crate) use deskgauge_web::input::{ENDINGS, Form, Place, columnar, form_of_name, open, parquet, tables};

use crate::failure::{Failure, Outcome, exit};

/// Reads a form by its word.
pub(crate) fn form() -> impl TypedValueParser<Value = Form> {
    let words = Form::ALL.map(|(_, word, about)| PossibleValue::new(word).help(about));
    let named = |word: String| Form::ALL.into_iter().find(|(_, own, _)| *own == word).map_or(Form::Jsonl, |(form, _, _)| form);
    PossibleValuesParser::new(words).map(named)
}

/// The files that the words of a command line name, in order: `-`, files, folders (their files with a known ending, sorted, at any
/// depth) and globs.
///
/// # Errors
/// `no-file` for a word that names nothing, all of them at once.
pub(crate) fn places(words: &[String]) -> Outcome<Vec<Place>> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for word in words {
        if word == "-" {
            found.push(Place::Standard);
            continue;
        }
        let path = Path::new(word);
        if path.is_dir() {
            let mut files = Vec::new();
            if let Err(error) = walk(path, &mut files) {
                problems.push(crate::failure::file_problem("read the folder", path, &error));
            }
            files.sort();
            if files.is_empty() {
                let endings: Vec<&str> = ENDINGS.iter().map(|(ending, _)| *ending).collect();
                problems.push(
                    Diagnostic::error("empty-folder", format!("the folder {word} has no file that can be imported"))
                        .hint(format!("files end in .{}, also with .gz or .zst", endings.join(", ."))),
                );
            }
            found.extend(files.into_iter().map(Place::File));
        } else if path.exists() {
            found.push(Place::File(path.to_owned()));
        } else if word.contains(['*', '?', '[']) {
            let matches: Vec<PathBuf> =
                glob::glob(word).map(|paths| paths.flatten().filter(|path| path.is_file()).collect()).unwrap_or_default();
            if matches.is_empty() {
                problems.push(
                    Diagnostic::error("no-file", format!("no file matches {word}"))
                        .hint("check the pattern and the working directory"),
                );
            }
            found.extend(matches.into_iter().map(Place::File));
        } else {
            problems.push(crate::failure::file_problem("read", path, &io::ErrorKind::NotFound.into()));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Failure::all(exit::DATA, problems)) }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if form_of_name(&path).is_some() {
            files.push(path);
        }
    }
    Ok(())
}
