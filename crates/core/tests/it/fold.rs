//! The fold, shown: each file in `fold/` has cases of events in the notation and the fact rows that they become.
//!
//! A case begins with `# title`. Its blocks are `rules` (a `deskgauge.toml`), `events`, and one block for each table to look at,
//! named after it; the first line of such a block names the columns. `UPDATE_EXPECT=1` writes the rows that the fold gives: read
//! them before you commit them. Instants of the notation's fixed week and the weeks after it print as it writes them, in UTC.

use std::fmt::Write;
use std::path::PathBuf;

use deskgauge_core::event::{Decimal, Event, Text};
use deskgauge_core::facts::{ColumnType, Common, FACTS, Facts, RowSink, Sink};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::rules::Rules;

/// A test for each file, and one that none is forgotten.
macro_rules! goldens {
    ($($name:ident),+ $(,)?) => {
        $( #[test] fn $name() { check(stringify!($name)); } )+

        #[test]
        fn every_file_has_a_test() {
            let files = std::fs::read_dir(folder()).unwrap();
            let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            assert_eq!(names, [$( concat!(stringify!($name), ".txt") ),+]);
        }
    };
}

goldens!(
    assignments,
    calls,
    contacts,
    customers,
    first_response,
    handling,
    merges,
    orders,
    otherwise,
    presence,
    problems,
    replies,
    resolutions,
    reviews,
    revisions,
    sla_changes,
    sla_due,
    sla_pauses,
    sla_replies,
    spells,
    surveys,
    touches,
);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/fold")
}

fn check(name: &str) {
    let path = folder().join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap();
    expect_test::expect_file![path].assert_eq(&shown(&text));
}

/// The file with the rows as the fold gives them.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let (mut rules, mut facts) = (Rules::default(), Facts::default());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        if line.starts_with("# ") {
            rules = Rules::default();
        }
        let Some(block) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match block {
            "rules" => rules = read_rules(&body.join("\n")),
            "events" => facts = fold_all(read_events(&body.join("\n")), &rules),
            table => {
                let columns: Vec<&str> = body[0].split_whitespace().collect();
                out += &aligned(&columns, &rows(&facts, &rules, table, &columns));
            }
        }
        if matches!(block, "rules" | "events") {
            body.iter().for_each(|line| writeln!(out, "{line}").unwrap());
        }
        out += "```\n";
    }
    out
}

/// Rules without a mistake.
pub(super) fn read_rules(text: &str) -> Rules {
    let (rules, problems) = Rules::parse(text, "deskgauge.toml");
    assert!(problems.is_empty(), "{problems:?}");
    rules
}

/// Events without a mistake.
pub(super) fn read_events(text: &str) -> Vec<Event> {
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    events
}

fn aligned(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut all = vec![columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    all.extend(rows.iter().cloned());
    let width = |index: usize| all.iter().map(|row| row[index].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut out = String::new();
    for row in &all {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end()).unwrap();
    }
    out
}

/// The cells of these columns of a table, as text; null is `-`.
pub(super) fn rows(facts: &Facts, rules: &Rules, table: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let index = FACTS.iter().position(|known| known.name == table).unwrap_or_else(|| panic!("no table {table}"));
    let mut names: Vec<&str> = FACTS[index].all_columns().map(|column| column.name).collect();
    names.extend(rules.fields.iter().map(|field| field.name.as_str()));
    let wanted = |name: &&str| names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no column {table}.{name}"));
    let wanted: Vec<usize> = columns.iter().map(wanted).collect();
    let all = all_rows(facts, rules, index, 0);
    all.iter().map(|row| wanted.iter().map(|at| row[*at].clone()).collect()).collect()
}

/// Every cell of the table at an index, instants moved back by so many seconds.
pub(super) fn all_rows(facts: &Facts, rules: &Rules, index: usize, back: i64) -> Vec<Vec<String>> {
    let own: Vec<ColumnType> = rules.fields.iter().map(|field| field.ty).collect();
    let mut cells = Cells { back, own, fields: Vec::new(), rows: Vec::new() };
    facts.push(index, &mut cells);
    for (row, fields) in cells.rows.iter_mut().zip(cells.fields) {
        row.extend(fields);
    }
    cells.rows
}

struct Cells {
    back: i64,
    own: Vec<ColumnType>,
    /// The workspace's own fields of each row: they follow the table's own cells.
    fields: Vec<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl RowSink for Cells {
    fn row(&mut self, common: Option<&Common>) -> &mut dyn Sink {
        let own = self.own.clone();
        self.rows.push(Vec::new());
        if let Some(common) = common {
            common.dims.push_own(&own, self);
        }
        let fields = self.rows.last_mut().map(std::mem::take).unwrap_or_default();
        self.fields.push(fields);
        if let Some(common) = common {
            common.whole.push(self);
            self.text(common.agent.as_deref());
            self.text(common.actor.as_deref());
            common.dims.push(self);
        }
        self
    }
}

impl Cells {
    fn cell(&mut self, text: Option<String>) {
        let text = text.unwrap_or_else(|| "-".to_owned());
        self.rows.last_mut().expect("a row has begun").push(text);
    }
}

impl Sink for Cells {
    fn text(&mut self, value: Option<&str>) {
        self.cell(value.map(str::to_owned));
    }

    fn int(&mut self, value: Option<i64>) {
        self.cell(value.map(|number| number.to_string()));
    }

    fn bool(&mut self, value: Option<bool>) {
        self.cell(value.map(|flag| (if flag { "yes" } else { "no" }).to_owned()));
    }

    fn instant(&mut self, value: Option<i64>) {
        self.cell(value.map(|at| instant(at - self.back)));
    }

    fn decimal(&mut self, value: Option<Decimal>) {
        self.cell(value.map(|number| number.to_string()));
    }

    fn list(&mut self, value: &[Text]) {
        self.cell(Some(value.join(";")).filter(|text| !text.is_empty()));
    }

    fn ints(&mut self, value: &[i64]) {
        let texts: Vec<String> = value.iter().map(i64::to_string).collect();
        self.cell(Some(texts.join(";")).filter(|text| !text.is_empty()));
    }
}

/// `mon 09:00`, `tue+1 10:00:30`, or a date.
fn instant(seconds: i64) -> String {
    const MONDAY: i64 = 1_704_067_200;
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let (days, time) = ((seconds - MONDAY).div_euclid(86_400), (seconds - MONDAY).rem_euclid(86_400));
    let day = match (days.div_euclid(7), DAYS[days.rem_euclid(7) as usize]) {
        (0, day) => day.to_owned(),
        (week @ 1..=52, day) => format!("{day}+{week}"),
        _ => jiff::Timestamp::from_second(seconds).unwrap().strftime("%Y-%m-%d").to_string(),
    };
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    if second == 0 { format!("{day} {hour:02}:{minute:02}") } else { format!("{day} {hour:02}:{minute:02}:{second:02}") }
}
