//! The reject file of an import: every row that was not taken, field by field, with its reason.
//!
//! It is written while the import runs under a passing name, since the import has no id before it is done, and gets its own name
//! at the end. Without a rejected row there is no file. Rows are counted by code for the summary.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use deskgauge_connect::Rejected;
use deskgauge_connect::delimited::{Record, Records};

use crate::failure::{Failure, Outcome};
use crate::forms::csv::record;

/// The folder of reject files in a workspace.
pub const FOLDER: &str = deskgauge_engine::workspace::REJECTS_FOLDER;

/// Collects rejected rows.
pub(crate) struct Rejects {
    /// Where the user wants them; None: in the workspace, named by the import.
    wanted: Option<PathBuf>,
    folder: PathBuf,
    open: Option<(PathBuf, BufWriter<File>)>,
    rows: u64,
    by_code: BTreeMap<&'static str, u64>,
    /// The first of them, to be shown.
    first: Vec<String>,
}

impl Rejects {
    /// Ready to take rows of an import into the workspace at `folder`.
    pub(crate) fn new(folder: &Path, wanted: Option<PathBuf>) -> Self {
        let folder = folder.join(FOLDER);
        Self { wanted, folder, open: None, rows: 0, by_code: BTreeMap::new(), first: Vec::new() }
    }

    /// Takes one.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn take(&mut self, file: &str, rejected: &Rejected) -> Outcome {
        self.rows += 1;
        if let Some(problem) = rejected.problems.first() {
            *self.by_code.entry(problem.code).or_default() += 1;
        }
        if self.first.len() < 3 {
            self.first.push(sentence(file, rejected));
        }
        if self.open.is_none() {
            self.open = Some(self.create()?);
        }
        let Some((path, out)) = &mut self.open else { return Ok(()) };
        let row = rejected.row.to_string();
        for problem in &rejected.problems {
            let value = if problem.field.is_empty() { &rejected.raw } else { &problem.value };
            let line = record(&[file, &row, &problem.field, value, problem.code, &problem.reason]);
            out.write_all(line.as_bytes()).map_err(|error| Failure::file("write", path, &error))?;
        }
        Ok(())
    }

    /// How many rows were rejected.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// How many by the code of their first problem.
    pub(crate) fn by_code(&self) -> &BTreeMap<&'static str, u64> {
        &self.by_code
    }

    /// Sentences about the first of them.
    pub(crate) fn first(&self) -> &[String] {
        &self.first
    }

    /// Ends the file and gives it its name. None: nothing was rejected.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn finish(&mut self, name: &str) -> Outcome<Option<PathBuf>> {
        let Some((path, out)) = self.open.take() else { return Ok(None) };
        out.into_inner().map_err(|error| Failure::file("write", &path, error.error()))?;
        let named = self.wanted.clone().unwrap_or_else(|| self.folder.join(format!("{name}.csv")));
        if named != path {
            std::fs::rename(&path, &named).map_err(|error| Failure::file("write", &named, &error))?;
        }
        Ok(Some(named))
    }

    fn create(&self) -> Outcome<(PathBuf, BufWriter<File>)> {
        let path = match &self.wanted {
            Some(path) => path.clone(),
            None => {
                std::fs::create_dir_all(&self.folder).map_err(|error| Failure::file("create", &self.folder, &error))?;
                // One import runs at a time, so that what a killed one left is written over.
                self.folder.join("running.csv")
            }
        };
        let failed = |error: std::io::Error| Failure::file("write", &path, &error);
        let mut out = BufWriter::new(File::create(&path).map_err(failed)?);
        out.write_all(record(&["file", "row", "field", "value", "code", "reason"]).as_bytes()).map_err(failed)?;
        Ok((path, out))
    }
}

/// How many rows an import rejected and the first of them in words, by its reject file; none where it has none at its usual place.
pub(super) fn of_import(folder: &Path, import: i64) -> Option<(i64, String)> {
    let file = File::open(folder.join(FOLDER).join(format!("{import}.csv"))).ok()?;
    let mut records = Records::new(file, b',');
    let mut record = Record::default();
    let (mut rows, mut first, mut last) = (0, String::new(), (String::new(), String::new()));
    while let Some(read) = records.next_into(&mut record) {
        // A row stands once for each of its problems, one below the other.
        let row = (record.cell(0).to_owned(), record.cell(1).to_owned());
        if read.is_err() || row == last || row.1 == "row" {
            continue;
        }
        if rows == 0 {
            let words = format!("{}:{}: {} {}", row.0, row.1, record.cell(2), record.cell(5));
            first = words.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        rows += 1;
        last = row;
    }
    (rows > 0).then_some((rows, first))
}

impl Drop for Rejects {
    /// An import that did not end has no reject file of its own name.
    fn drop(&mut self) {
        if let Some((path, _)) = self.open.take()
            && self.wanted.is_none()
        {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn sentence(file: &str, rejected: &Rejected) -> String {
    let Some(problem) = rejected.problems.first() else { return format!("{file}:{}", rejected.row) };
    if problem.field.is_empty() {
        return format!("{file}:{}: {}", rejected.row, problem.reason);
    }
    format!("{file}:{}: {} `{}` {}", rejected.row, problem.field, problem.value, problem.reason)
}
