//! `reconcile`: the figures that a vendor reported of each conversation against ours, with the cause of each difference.
//!
//! The file is read and told here; what is equal and why something is not, the engine finds.

mod columns;
mod print;
mod sheet;

use std::collections::BTreeMap;

use clap::Args;
use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{self, Line, Reported};

use self::columns::Named;
use self::sheet::Sheet;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, note};
use crate::input::{self, Form};
use crate::output;
use crate::workspace::{self, Asking};

/// Compare the figures that a vendor reported of each ticket with ours, and tell the cause of each difference
///
/// Reads Zendesk's ticket metrics as exported (CSV or JSON Lines), or any table with a column of conversation ids and columns named by
/// --column. Equal means equal within the reported rounding; else the other clock, profiles and other ways to count are tried until the
/// reported number comes out.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge reconcile ticket_metrics.jsonl\n  deskgauge reconcile ticket_metrics.csv --profile zendesk --format csv > differences.csv\n  deskgauge reconcile report.csv --id ticket --column frt=first_response_time:minutes --column solved=full_resolution_time:hours:business"
)]
pub(crate) struct Reconcile {
    /// The file; `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// What a column of the file is: a KPI or requester_wait, agent_wait, on_hold, reopens, replies, assignee_stations, group_stations; its
    /// unit (seconds, minutes, hours, days, count, share, percent, score); its clock (calendar, business)
    #[arg(long, value_name = "COLUMN=FIGURE[:UNIT[:CLOCK]]")]
    column: Vec<String>,
    /// The column of conversation ids [default: ticket_id, conversation, conversation_id or id]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// What the workspace's ids have before those of the file, such as `zendesk:` [default: what fits most rows]
    #[arg(long, value_name = "TEXT")]
    id_prefix: Option<String>,
    /// The profile that ours is counted by [default: canonical]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The profile that the reporter is thought to count by: it is tried first [default: zendesk for ticket metrics]
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// How many examples of each cause
    #[arg(long, value_name = "N", default_value_t = 3)]
    limit: usize,
    /// The form of the file, where its name does not tell
    #[arg(long = "as", value_parser = input::form(), value_name = "FORM")]
    form: Option<Form>,
    /// An earlier state of the data: a snapshot's number, a date (its beginning) or an instant
    #[arg(long, value_name = "SNAPSHOT|TIME")]
    as_of: Option<String>,
    /// What counts as now: a date (its beginning) or an instant [default: the clock, or the time of --as-of]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<String>,
}

/// A column and what became of its numbers.
struct Reconciled {
    named: Named,
    lines: Vec<Line>,
}

impl Reconcile {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let question = self.question()?;
        let asking = workspace::asking(global, question.as_of.as_ref()).await?;
        let question = asking.with_now(&question);
        for name in [Some(&question.profile), self.vendor.as_ref()].into_iter().flatten() {
            asking.catalogue().profile(name).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        }
        let (sheet, mut wrong) = sheet::read(&self.file, self.form)?;
        let id = self.id_column(&sheet)?;
        let columns = columns::of(&sheet.columns, &self.column, self.vendor.as_deref(), asking.catalogue())?;
        if columns.is_empty() {
            return Err(nothing_known(&sheet));
        }
        let known = ask::conversations(asking.source()).await.map_err(workspace::ask_failure)?;
        let prefix = match &self.id_prefix {
            Some(prefix) => prefix.clone(),
            None => fitting_prefix(&sheet, id, &known),
        };
        let mut reconciled = Vec::new();
        for named in columns {
            let reported = self.reported(&sheet, id, &prefix, &named, &mut wrong);
            let lines = reconcile(&asking, &question, &named, reported).await?;
            reconciled.push(Reconciled { named, lines });
        }
        let about = print::About { prefix: &prefix, profile: &question.profile, limit: self.limit };
        output::print(&match global.format {
            Format::Json => print::json(&reconciled, &about).to_string(),
            Format::Csv => print::csv(&reconciled),
            Format::Table | Format::Md => print::page(&reconciled, &about, global.format, global.lang),
        })?;
        if !prefix.is_empty() && self.id_prefix.is_none() {
            note(format_args!("conversations of the file are those of the workspace that begin with `{prefix}`"));
        }
        // The answer is there; that some rows could not be read must not pass unseen.
        if wrong.is_empty() { Ok(()) } else { Err(Failure::all(exit::DATA, wrong)) }
    }

    fn question(&self) -> Outcome<Question> {
        let mut question = Question::new(Vec::new());
        let options = [("profile", &self.profile), ("as-of", &self.as_of), ("now", &self.now)];
        let problems: Vec<Diagnostic> =
            options.into_iter().filter_map(|(name, value)| question.set_option(name, value.as_ref()?).err()).collect();
        if problems.is_empty() { Ok(question) } else { Err(Failure::all(exit::USAGE, problems)) }
    }

    /// The place of the column of ids.
    fn id_column(&self, sheet: &Sheet) -> Outcome<usize> {
        let place = |name: &str| sheet.columns.iter().position(|column| column == name);
        if let Some(name) = &self.id {
            return place(name).ok_or_else(|| columns::unknown(name, &sheet.columns));
        }
        let usual = ["ticket_id", "conversation", "conversation_id", "ticket", "id"];
        usual.into_iter().find_map(place).ok_or_else(|| {
            let message = format!("{} has no column of conversation ids", self.file);
            let hint = format!("name it by --id; the columns are {}", sheet.columns.join(", "));
            Failure::usage("unknown-column", message, hint)
        })
    }

    /// The numbers of a column, those that can be read; what is wrong with others is told.
    fn reported(&self, sheet: &Sheet, id: usize, prefix: &str, named: &Named, wrong: &mut Vec<Diagnostic>) -> Vec<Reported> {
        let mut reported = Vec::new();
        for row in &sheet.rows {
            let place = Place { file: self.file.clone(), line: u32::try_from(row.number).unwrap_or(u32::MAX), column: 0 };
            let Some(ticket) = row.cells[id].as_deref() else {
                let column = &sheet.columns[id];
                let problem = Diagnostic::error("missing-id", format!("row {} has no `{column}`", row.number)).at(place);
                let problem = problem.hint("every row is about one conversation");
                if !wrong.contains(&problem) {
                    wrong.push(problem);
                }
                continue;
            };
            let text = row.cells[named.place].as_deref().unwrap_or("").trim();
            match columns::number(text) {
                Ok(number) => {
                    let (value, places) = number.map_or((None, 0), |(value, places)| (Some(value), places));
                    let (value, places) =
                        if named.percent { (value.map(|value| value / 100.0), places + 2) } else { (value, places) };
                    reported.push(Reported { row: row.number, conversation: format!("{prefix}{ticket}"), value, places });
                }
                Err(()) => {
                    let message = format!("row {}, `{}`: `{text}` is no number", row.number, named.name);
                    let problem = Diagnostic::error("bad-number", message).at(place);
                    wrong.push(problem.hint("write it as 12 or 12.5, and leave it empty where there is none"));
                }
            }
        }
        reported
    }
}

async fn reconcile(asking: &Asking, question: &Question, named: &Named, reported: Vec<Reported>) -> Outcome<Vec<Line>> {
    let (source, catalogue, rules) = (asking.source(), asking.catalogue(), asking.rules());
    ask::reconcile(source, catalogue, rules, question, &named.column, reported).await.map_err(workspace::ask_failure)
}

/// What the workspace's ids have before those of the file: what fits most rows, the shortest of those; nothing where nothing fits.
/// It ends in a mark such as a colon: that ticket 5 fits the end of 15 means nothing.
fn fitting_prefix(sheet: &Sheet, id: usize, known: &std::collections::BTreeSet<String>) -> String {
    let tickets: std::collections::BTreeSet<&str> = sheet.rows.iter().filter_map(|row| row.cells[id].as_deref()).collect();
    let mut fits: BTreeMap<&str, usize> = BTreeMap::new();
    for conversation in known {
        for (at, _) in conversation.char_indices() {
            let parted = !conversation[..at].ends_with(char::is_alphanumeric);
            if parted && tickets.contains(&conversation[at..]) {
                *fits.entry(&conversation[..at]).or_default() += 1;
            }
        }
    }
    let best = fits.into_iter().max_by_key(|(prefix, rows)| (*rows, std::cmp::Reverse(prefix.len())));
    best.map_or_else(String::new, |(prefix, _)| prefix.to_owned())
}

fn nothing_known(sheet: &Sheet) -> Failure {
    let known: Vec<&str> = columns::KNOWN.iter().map(|(name, ..)| *name).collect();
    let near = sheet.columns.iter().find_map(|column| near_name(column, known.iter().copied()));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`? Else say what a column is: --column NAME=FIGURE:UNIT"),
        None => "say what a column is: --column NAME=FIGURE:UNIT, such as --column frt=first_response_time:minutes".to_owned(),
    };
    let message = format!("no column of the file is known: {}", sheet.columns.join(", "));
    Failure::usage("nothing-to-compare", message, hint)
}
