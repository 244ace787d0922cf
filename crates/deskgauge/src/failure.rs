//! Why a command ended badly: the problems with their stable codes, and the exit code.
//!
//! Everything that goes wrong becomes diagnostics here, so that a person and a script read the same facts. It is printed in one
//! place, to standard error, as text or as one JSON object a line. Nothing in here decides what is an error.

use std::fmt::Display;
use std::io::{self, Write};

use deskgauge_core::diagnostic::Diagnostic;
pub(crate) use deskgauge_web::failure::{Failure, Outcome, exit, file_problem};
use serde_json::json;

use crate::config::Format;

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
