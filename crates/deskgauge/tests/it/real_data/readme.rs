//! Tries an example as its README says: runs the commands beside the data, compares what they print, and then asks questions.
//! It must not know anything of a data set.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::Place;

/// A folder in which a README's commands have been run.
pub(super) struct Tried {
    pub(super) place: Place,
    pub(super) workspace: String,
}

/// One answer: its dimension or period, its value, its n.
pub(super) type Row = (String, Option<f64>, i64);

/// Runs all commands of an example's README beside the data file that they name, and compares what the README shows of their output.
pub(super) fn tried(example: &str, data: &str) -> Option<Tried> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = here.join("../../../shared/data").join(data);
    if !data.is_file() {
        println!("skipped: {} is not at hand", data.display());
        return None;
    }
    let place = Place::new();
    let name = data.file_name().expect("a name");
    std::fs::copy(&data, place.path("").join(name)).expect("a copy of the data");
    let folder = here.join("../../examples").join(example);
    copy(&folder, &place.path("examples").join(example));
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("a README");
    let mut workspace = String::new();
    for (command, shown) in commands(&readme) {
        match command.split_whitespace().collect::<Vec<_>>()[..] {
            ["cp", "-r", from, to] => copy(&place.path(from), &place.path(to)),
            ["cd", to] => to.clone_into(&mut workspace),
            // A board is some sixty questions, seconds of an unoptimised build; `tour` tries it on less.
            ["deskgauge", "report", ..] => {}
            ["deskgauge", ..] => {
                let line = command.strip_prefix("deskgauge ").expect("the binary's name");
                let output = place.command(line).current_dir(place.path(&workspace)).output().expect("the binary runs");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "`{command}` failed:\n{said}");
                if !shown.is_empty() {
                    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &said;
                    assert_eq!(lasting(&text), lasting(&shown), "`{command}` prints something else than the README of {example}");
                }
            }
            _ => panic!("the README of {example} has a command that the test does not know: {command}"),
        }
    }
    Some(Tried { place, workspace })
}

impl Tried {
    /// The answers to a question, in their order.
    #[track_caller]
    pub(super) fn answers(&self, question: &str) -> Vec<Value> {
        let text = self.place.ok(&format!("--workspace {} --format json {question}", self.workspace));
        let all: Value = serde_json::from_str(&text).expect("JSON");
        all["answers"].as_array().expect("a list").clone()
    }

    #[track_caller]
    pub(super) fn rows(&self, question: &str) -> Vec<Row> {
        let row = |answer: &Value| {
            let dimension = answer["dimensions"].as_object().and_then(|all| all.values().next());
            let key = dimension.or(answer.get("period")).and_then(Value::as_str).unwrap_or("-");
            (key.to_owned(), answer["value"].as_f64(), answer["n"].as_i64().expect("n"))
        };
        self.answers(question).iter().map(row).collect()
    }

    /// Holds one answer to a value in units of `unit`, such as 3600 for hours, and to its n.
    #[track_caller]
    pub(super) fn one(&self, question: &str, unit: f64, value: f64, n: i64) {
        self.all(question, unit, &[("-", value, n)]);
    }

    /// Holds all answers to their keys, values and n, in order.
    #[track_caller]
    pub(super) fn all(&self, question: &str, unit: f64, expected: &[(&str, f64, i64)]) {
        let rows = self.rows(question);
        let same = |(row, wanted): (&Row, &(&str, f64, i64))| {
            row.0 == wanted.0 && row.2 == wanted.2 && row.1.is_some_and(|value| close(value / unit, wanted.1))
        };
        assert!(
            rows.len() == expected.len() && rows.iter().zip(expected).all(same),
            "`{question}`:\n{rows:?}\nnot\n{expected:?}"
        );
    }

    /// The whole numbers of the only row that a statement gives, in the order of its columns.
    #[track_caller]
    pub(super) fn numbers(&self, statement: &str) -> Vec<i64> {
        let text = self.place.ok(&format!("--workspace {} --format json sql \"{statement}\"", self.workspace));
        let rows: Value = serde_json::from_str(&text).expect("JSON");
        let row = rows[0].as_object().expect("a row");
        row.values().map(|value| value.as_i64().expect("a whole number")).collect()
    }

    /// Holds shares to their keys, numerators and denominators, in order.
    #[track_caller]
    pub(super) fn shares(&self, question: &str, expected: &[(&str, i64, i64)]) {
        let rows = self.answers(question);
        let rows = rows.iter().map(|answer| {
            let key = answer["dimensions"].as_object().and_then(|all| all.values().next()).and_then(Value::as_str);
            (
                key.unwrap_or("-").to_owned(),
                answer["numerator"].as_i64().unwrap_or(-1),
                answer["denominator"].as_i64().unwrap_or(-1),
            )
        });
        let expected: Vec<_> = expected.iter().map(|(key, met, of)| ((*key).to_owned(), *met, *of)).collect();
        assert_eq!(rows.collect::<Vec<_>>(), expected, "`{question}`");
    }
}

/// Equal but for the last bits, in which sums of another order differ.
pub(super) fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

/// The commands of a text's console blocks, each with the output that stands below it.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let command = command.split(" # ").next().unwrap_or_default().trim();
            found.push((command.to_owned(), String::new()));
        } else if let Some((_, shown)) = found.last_mut().filter(|_| inside) {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    found
}

/// The lines that are the same in each run, without the width of columns: no progress, no time of asking.
fn lasting(text: &str) -> Vec<String> {
    let passing = |line: &&str| line.starts_with("snapshot ") || line.starts_with("import: ");
    let lines = text.lines().filter(|line| !passing(line)).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect()
}

pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to read").flatten() {
        let (path, into): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &into);
        } else {
            std::fs::copy(&path, &into).expect("a copy");
        }
    }
}
