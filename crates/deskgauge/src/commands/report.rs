//! `report`: the board of KPIs for a period against an earlier one.

use std::path::PathBuf;

use clap::Args;
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::question::{Compare, Question};
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{CUTS, unfair};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::workspace::left_out;

use self::ephemeral::Wanted;
use crate::board::Board;
use crate::board::period::Range;
use crate::config::{Format, Global};
use crate::failure::{Failure, Outcome, exit, note, print_problems};
use crate::input::{self, Form};
use crate::output::{self, html};
use crate::silence;
use crate::workspace::{self, Asking};

mod ephemeral;
pub(crate) mod print;
mod questions;
mod room;

/// Show the board of KPIs for a period against the one before
///
/// Each change comes with its 95 % interval: it is good or bad by the KPI's own direction, and neither where the interval holds no
/// change. Targets of deskgauge.toml give each value its band.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  deskgauge report\n  deskgauge report --period 2026-01 --html january.html\n  deskgauge report --period this-month --compare elapsed\n  deskgauge report --metrics service_level,abandonment_rate,handle_time\n  deskgauge report --period 2026-01-05..2026-01-18 --where \"channel = 'chat'\" --format md\n  deskgauge report --from june.jsonl --period 2026-06      a file, nothing stored\n  deskgauge report --questions board.txt --format csv                many questions of one's own, answered together"
)]
pub(crate) struct Report {
    /// 30d (full days before now), week, month, quarter, year (the last full one), today, this-week, this-month, this-quarter, this-year,
    /// 2026, 2026-01, a day, or A..B with both days in it
    #[arg(long, value_name = "PERIOD", default_value = "30d")]
    period: String,
    /// The KPIs of the board, in this order, parted by commas; `all` for all that there are [default: the usual ones and one's own]
    #[arg(long, value_name = "KPI,…", value_delimiter = ',')]
    metrics: Vec<String>,
    /// Ask a file of events directly, nothing is stored; may repeat
    #[arg(long, value_name = "FILE")]
    from: Vec<String>,
    /// The form of these files, where their names do not tell
    #[arg(long = "as", value_parser = input::form(), value_name = "FORM", requires = "from")]
    form: Option<Form>,
    /// Write the board as one self-contained HTML page with pictures
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Ask these questions instead of showing the board: a file with one question a line, written as for `deskgauge query`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["html", "metrics", "period", "compare", "filter", "clock"])]
    questions: Option<PathBuf>,
    /// Compare with: previous, weekdays (the smallest multiple of 7 days earlier that is at least the length), year, elapsed (as much of
    /// the one before as has passed of a running period), A..B with both days in it, or none [default: weekdays]
    #[arg(long, value_name = "WHAT")]
    compare: Option<String>,
    /// Only rows that meet this, in SQL over the facts' columns
    #[arg(long = "where", value_name = "SQL")]
    filter: Option<String>,
    /// calendar or business
    #[arg(long, value_name = "CLOCK")]
    clock: Option<String>,
    /// Count as this profile does; `deskgauge metrics profiles` lists them [default: canonical]
    #[arg(long, value_name = "NAME", conflicts_with = "questions")]
    profile: Option<String>,
    /// Show published targets instead of the workspace's own; `deskgauge metrics presets` lists them
    #[arg(long, value_name = "PRESET")]
    targets: Option<String>,
    /// An earlier state of the data: a snapshot's number, a date (its beginning) or an instant
    #[arg(long, value_name = "SNAPSHOT|TIME", conflicts_with = "from")]
    as_of: Option<String>,
    /// What counts as now: a date (its beginning) or an instant [default: the clock, or the time of --as-of]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<String>,
}

impl Report {
    /// Runs it.
    pub(crate) async fn run(self, global: &Global) -> Outcome {
        let base = self.question()?;
        let questions = self.questions.as_deref().map(|file| questions::read(file, &base)).transpose()?;
        // The room is there until all is asked.
        let (asking, room) = if self.from.is_empty() {
            (workspace::asking(global, base.as_of.as_ref()).await?, None)
        } else {
            let (rules, text, catalogue) = rules(global)?;
            let wanted = match &questions {
                Some(questions) => Wanted::Questions(questions),
                None => {
                    let ids = Board::ids(&catalogue, &base.metrics).into_iter();
                    Wanted::Kpis(ids.map(|id| (id, base.profile.clone())).collect())
                }
            };
            ephemeral::asking(&self.from, self.form, (rules, &text), catalogue, &wanted, global).await?
        };
        let asking = match &self.targets {
            Some(preset) => asking.with_targets(preset)?,
            None => asking,
        };
        let shown = match questions {
            Some(questions) => questions::answer(questions, &asking, global).await,
            None => show(&asking, &self.period, &base, self.html.as_deref(), global).await,
        };
        if !self.from.is_empty() && room.is_none() {
            // The program ends here, and what is in memory goes with it at once instead of row by row.
            std::mem::forget(asking);
        }
        shown
    }

    fn question(&self) -> Outcome<Question> {
        let mut question = Question { compare: Some(Compare::Weekdays), ..Question::new(self.metrics.clone()) };
        let options = [
            ("compare", &self.compare),
            ("where", &self.filter),
            ("clock", &self.clock),
            ("profile", &self.profile),
            ("as-of", &self.as_of),
            ("now", &self.now),
        ];
        let problems: Vec<_> =
            options.into_iter().filter_map(|(name, value)| question.set_option(name, value.as_ref()?).err()).collect();
        if problems.is_empty() { Ok(question) } else { Err(Failure::all(exit::USAGE, problems)) }
    }
}

/// The KPIs of the board that are easily misread.
const REMARKED: [&str; 2] = ["answered_within", "reopen_rate"];

/// Asks for a board and prints it.
pub(crate) async fn show(
    asking: &Asking,
    period: &str,
    base: &Question,
    page: Option<&std::path::Path>,
    global: &Global,
) -> Outcome {
    let base = asking.with_now(base);
    let now = base.now.map_or(asking.now(), |now| now.at(&asking.rules().workspace.time_zone));
    let range = Range::parse(period, now.0, asking.rules())?;
    let board = Board::ask(asking, range, &base, &CUTS).await?;
    if let Some(sentence) = silence::of_period(range.from, range.to, asking.source(), asking.rules()) {
        print_problems(&[Diagnostic::warning("no-data-there", sentence)], global.format);
    } else if board.is_empty() {
        note(
            "nothing happened in this period; `deskgauge sql \"select min(occurred_at), max(occurred_at) from events\"` tells when something did",
        );
    }
    let compared = Question { to: Some(range.to), ..base.clone() };
    print_problems(unfair(&compared, asking.rules(), now).as_slice(), global.format);
    let remarked = REMARKED.into_iter().filter(|id| board.row(id).is_some()).map(str::to_owned).collect();
    let told = Question { metrics: remarked, from: Some(range.from), to: Some(range.to), compare: None, ..base.clone() };
    if !told.metrics.is_empty() {
        let answers = asking.ask(&told).await?;
        print_problems(&asking.pitfalls(&told, &answers).await?, global.format);
    }
    if let Some(path) = page {
        output::write_file(path, html::page(&board, &asking.rules().workspace.time_zone, global.lang).as_bytes())?;
        note(format_args!("the board is in {}", path.display()));
        return Ok(());
    }
    let zone = &asking.rules().workspace.time_zone;
    output::print(&match global.format {
        Format::Json => print::json(&board).to_string(),
        Format::Csv => print::csv(&board),
        Format::Table => print::table(&board, zone, global.lang),
        Format::Md => print::markdown(&board, zone, global.lang),
    })
}

/// The rules for a file that is asked directly, with their text: the workspace's, where there is one, else those of an empty file.
fn rules(global: &Global) -> Outcome<(Rules, String, Catalogue)> {
    if global.workspace.is_none() && global.folder().is_err() {
        let (catalogue, problems) = Catalogue::load(&[], &[]);
        print_problems(&problems, global.format);
        return Ok((Rules::default(), String::new(), catalogue));
    }
    let read = super::check::read(global)?;
    if read.of_rules.iter().any(Diagnostic::is_error) {
        return Err(Failure::all(exit::DATA, read.of_rules));
    }
    print_problems(&read.of_rules, global.format);
    print_problems(&left_out(read.of_catalogue), global.format);
    Ok((read.rules, read.text, read.catalogue))
}
