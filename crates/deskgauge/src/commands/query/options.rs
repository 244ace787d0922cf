//! The options of a question. Their words are read by the core, so that an option means the same in an example, a URL and here.

use clap::Args;
use deskgauge_core::question::Question;

use crate::config::Format;
use crate::failure::{Failure, Outcome, exit, print_problems};

/// Options of a question; each is what it is when absent.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Question")]
pub(crate) struct QuestionOptions {
    /// Cut by dimensions: channel, brand, team, agent, priority, reason, tag, hour, weekday, …, own fields
    #[arg(long, value_name = "DIM,…")]
    pub(crate) by: Vec<String>,
    /// Cut by time: day, week, month, quarter, year or all [default: all]
    #[arg(long, value_name = "GRAIN")]
    pub(crate) grain: Option<String>,
    /// The first day, a midnight of the workspace's zone [default: from the first event]
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// The day after the last [default: up to now]
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Only rows that meet this, in SQL over the facts' columns
    #[arg(long = "where", value_name = "SQL")]
    pub(crate) filter: Option<String>,
    /// mean, median, p90, p95, min, max, sum, km_median, km_p90 or within (the share within a target) [default: the KPI's own]
    #[arg(long, value_name = "STAT")]
    pub(crate) stat: Option<String>,
    /// calendar or business [default: calendar; an SLA uses its policy's]
    #[arg(long, value_name = "CLOCK")]
    pub(crate) clock: Option<String>,
    /// A variant of the KPI; `deskgauge metrics show KPI` lists them
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// Who is credited where the answer is cut by agent [default: the KPI's own]
    #[arg(long, value_name = "MODEL")]
    pub(crate) credit: Option<String>,
    /// event: by when it happened; cohort: by when it began [default: event]
    #[arg(long, value_name = "WHEN")]
    pub(crate) dated: Option<String>,
    /// Another value for a parameter of the catalogue, such as answer_within=30s
    #[arg(long, value_name = "NAME=SPAN")]
    pub(crate) set: Vec<String>,
    /// Count as this profile does; `deskgauge metrics profiles` lists them [default: canonical]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Compare with an earlier range: previous, weekdays (matching), year, elapsed (as much of it as has passed), or A..B with both days
    #[arg(long, value_name = "WHAT")]
    pub(crate) compare: Option<String>,
    /// An earlier state of the data: a snapshot's number, a date (its beginning) or an instant
    #[arg(long, value_name = "SNAPSHOT|TIME")]
    pub(crate) as_of: Option<String>,
    /// What counts as now: a date (its beginning) or an instant [default: the clock, or the time of --as-of]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) now: Option<String>,
}

impl QuestionOptions {
    /// The question about `metrics`. What is named twice is told and dropped.
    ///
    /// # Errors
    /// All options that cannot be read, at once (exit 2).
    pub(crate) fn question(&self, metrics: Vec<String>, format: Format) -> Outcome<Question> {
        let mut question = Question::new(metrics);
        let mut problems = Vec::new();
        let one = [
            ("grain", &self.grain),
            ("from", &self.from),
            ("to", &self.to),
            ("where", &self.filter),
            ("stat", &self.stat),
            ("clock", &self.clock),
            ("variant", &self.variant),
            ("credit", &self.credit),
            ("dated", &self.dated),
            ("profile", &self.profile),
            ("compare", &self.compare),
            ("as-of", &self.as_of),
            ("now", &self.now),
        ];
        let many = self.by.iter().map(|value| ("by", value)).chain(self.set.iter().map(|value| ("set", value)));
        for (name, value) in one.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).chain(many) {
            problems.extend(question.set_option(name, value).err());
        }
        if !problems.is_empty() {
            return Err(Failure::all(exit::USAGE, problems));
        }
        print_problems(&question.drop_repeated(), format);
        Ok(question)
    }
}
