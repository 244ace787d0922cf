//! A grid of texts under a header: the common shape behind tables, Markdown and CSV of anything that is not an answer.
//!
//! It knows how wide East Asian characters are (by the table crate) and nothing of what the texts mean.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use serde_json::{Map, Value};

/// Rows under a header.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The names of the columns.
    pub header: Vec<String>,
    /// Which columns hold numbers and stand right.
    pub right: Vec<bool>,
    /// The rows, as wide as the header.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// An empty grid. A name with a leading `>` makes a column of numbers.
    pub fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut names, mut right) = (Vec::new(), Vec::new());
        for name in header {
            right.push(name.starts_with('>'));
            names.push(name.trim_start_matches('>').to_owned());
        }
        Self { header: names, right, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Leaves out the columns that are empty in every row.
    pub fn without_empty_columns(mut self) -> Self {
        let keep: Vec<bool> = (0..self.header.len()).map(|column| self.rows.iter().any(|row| !row[column].is_empty())).collect();
        let mut flags = keep.iter().cycle();
        self.header.retain(|_| *flags.next().unwrap_or(&true));
        let mut flags = keep.iter().cycle();
        self.right.retain(|_| *flags.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut flags = keep.iter();
            row.retain(|_| *flags.next().unwrap_or(&true));
        }
        self
    }

    /// Aligned columns without frames.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.header.iter().enumerate().map(|(column, name)| self.cell(column, name)));
        for row in &self.rows {
            table.add_row(row.iter().enumerate().map(|(column, text)| self.cell(column, text)));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let text = table.to_string();
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    fn cell(&self, column: usize, text: &str) -> Cell {
        let right = self.right.get(column).copied().unwrap_or(false);
        Cell::new(text).set_alignment(if right { CellAlignment::Right } else { CellAlignment::Left })
    }

    /// A Markdown table.
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule: Vec<String> = self.right.iter().map(|right| if *right { "---:" } else { "---" }.to_owned()).collect();
        let mut out = line(&self.header) + &line(&rule);
        for row in &self.rows {
            out.push_str(&line(row));
        }
        out
    }

    /// CSV with a header.
    pub fn csv(&self) -> String {
        let mut out = super::csv::record(&self.header);
        for row in &self.rows {
            out.push_str(&super::csv::record(row));
        }
        out
    }

    /// A list of objects.
    pub fn json(&self) -> Value {
        let object = |row: &Vec<String>| {
            let pairs = self.header.iter().zip(row).map(|(name, text)| (name.clone(), Value::from(text.as_str())));
            Value::Object(pairs.collect::<Map<String, Value>>())
        };
        self.rows.iter().map(object).collect()
    }
}
