//! Why a command ended badly: the problems with their stable codes, and the exit code.
//!
//! Everything that goes wrong becomes diagnostics here, so that a person and a script read the same facts. It is printed in one
//! place, to standard error, as text or as one JSON object a line. Nothing in here decides what is an error.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use deskgauge_core::diagnostic::Diagnostic;
use serde_json::json;

use crate::config::Format;

/// Exit codes.
pub(crate) mod exit {
    /// The data, the rules or the catalogue are wrong.
    pub(crate) const DATA: u8 = 1;
    /// The command line or the question is wrong.
    pub(crate) const USAGE: u8 = 2;
    /// The workspace is not in a state in which the command makes sense.
    pub(crate) const STATE: u8 = 3;
    /// Ended by Ctrl-C, as shells expect it.
    pub(crate) const INTERRUPTED: u8 = 130;
}

/// A command's bad end.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code of the process.
    pub(crate) exit: u8,
    /// What to say. Empty: nothing, such as when the reader of our output has gone.
    pub(crate) problems: Vec<Diagnostic>,
}

/// What commands return.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// One problem.
    pub(crate) fn new(exit: u8, problem: Diagnostic) -> Self {
        Self { exit, problems: vec![problem] }
    }

    /// Several.
    pub(crate) fn all(exit: u8, problems: Vec<Diagnostic>) -> Self {
        Self { exit, problems }
    }

    /// A wrong command line.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(exit::USAGE, Diagnostic::error(code, message).hint(hint))
    }

    /// A file that could not be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(exit::DATA, file_problem(doing, path, error))
    }

    /// The reader of standard output has gone: nothing to say, and no error.
    pub(crate) fn gone() -> Self {
        Self { exit: 0, problems: Vec::new() }
    }

    /// Ctrl-C.
    pub(crate) fn interrupted(what: &str) -> Self {
        Self::new(exit::INTERRUPTED, Diagnostic::error("interrupted", format!("interrupted: {what}")))
    }
}

/// The problem of a file, with advice where the cause is an everyday one.
pub(crate) fn file_problem(doing: &str, path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound if matches!(doing, "write" | "create") && missing_folder(path).is_some() => {
            let folder = missing_folder(path).unwrap_or(path).display();
            Diagnostic::error("no-folder", format!("could not write {shown}: the folder {folder} does not exist"))
                .hint(format!("make it with `mkdir -p {folder}`, or name a file in a folder that exists"))
        }
        io::ErrorKind::NotFound => {
            Diagnostic::error("no-file", format!("there is no file {shown}")).hint("check the path and the working directory")
        }
        io::ErrorKind::PermissionDenied => {
            Diagnostic::error("not-allowed", format!("could not {doing} {shown}: permission denied"))
                .hint("check who owns the file")
        }
        io::ErrorKind::StorageFull => Diagnostic::error("disk-full", format!("could not {doing} {shown}: the disk is full"))
            .hint("free some space and run the same command again"),
        _ => Diagnostic::error("file-failed", format!("could not {doing} {shown}: {error}")),
    }
}

/// The folder of a file that is to be written, where there is none.
fn missing_folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
}

/// Writes problems to standard error: as text, or one JSON object a line when the answer is JSON.
pub(crate) fn print_problems(problems: &[Diagnostic], format: Format) {
    for problem in problems {
        match format {
            Format::Json => note(json_problem(problem)),
            _ => note(text_problem(problem)),
        }
    }
}

/// Tells that a command has not the form that was asked for, and prints its text instead.
pub(crate) fn text_instead(command: &str, forms: &[Format], format: Format) {
    if !forms.contains(&format) {
        let name = clap::ValueEnum::to_possible_value(&format).map_or_else(String::new, |value| value.get_name().to_owned());
        let message = format!("`{command}` has no form `{name}`: it is printed as text");
        print_problems(&[Diagnostic::warning("without-effect", message).hint("leave --format out, or take json")], format);
    }
}

/// A line on standard error. Nobody may be listening, and that changes nothing.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn text_problem(problem: &Diagnostic) -> String {
    let mut text = String::new();
    for (index, line) in problem.to_string().lines().enumerate() {
        // Nested advice stands under its message, aligned like the word itself.
        let line = if index > 0 { line.trim_start() } else { line };
        if index > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}

fn json_problem(problem: &Diagnostic) -> String {
    let place = problem.place.as_ref();
    json!({
        "severity": if problem.is_error() { "error" } else { "warning" },
        "code": problem.code,
        "message": problem.message,
        "file": place.map(|place| place.file.as_str()),
        "line": place.map(|place| place.line).filter(|line| *line > 0),
        "column": place.map(|place| place.column).filter(|column| *column > 0),
        "help": problem.hint,
    })
    .to_string()
}
