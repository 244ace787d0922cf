//! Today so far beside the same weekday before: what has come, added up hour by hour, as steps.
//!
//! The day before is shown whole, so that a reader sees where today would end; what is compared in words is the full hours that both have.

use deskgauge_core::answer::{Answers, NullReason};
use deskgauge_core::facts::At;
use deskgauge_core::metric::Language;
use deskgauge_core::period::local_date;
use deskgauge_core::question::Question;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::asking::Asking;
use crate::chart::steps::steps;
use crate::chart::{Column, Frame, Layout, Swatch, axis, figure};
use crate::failure::Outcome;
use crate::forms::value;
use crate::locale::{date, fill, text};
use crate::report;

/// What is added up.
const METRIC: &str = "conversations_created";
const HOURS: usize = 24;

/// Both days, each added up to the end of each hour.
pub(super) struct SoFar {
    name: Vec<(Language, String)>,
    before: Date,
    /// Up to the hour that runs, which holds what it has by now.
    now: Vec<f64>,
    then: Vec<f64>,
    /// The hour that runs, and how much of it has passed, from 0 to 1.
    hour: usize,
    passed: f64,
    clock: String,
}

impl SoFar {
    /// Asks for both days. `base` carries the filter; `None`: a workspace whose answers are too small to be shown, or without the KPI.
    pub(super) async fn ask(asking: &Asking, base: &Question, now: At) -> Outcome<Option<Self>> {
        let Some(metric) = asking.catalogue().get(METRIC) else { return Ok(None) };
        let zone = &asking.rules().workspace.time_zone;
        let today = local_date(now.0, zone);
        let before = today.saturating_sub(7.days());
        let of = |day: Date| {
            let (from, to) = (Some(day), day.tomorrow().ok());
            let (metrics, by) = (vec![METRIC.to_owned()], vec!["hour".to_owned()]);
            Question { metrics, by, from, to, compare: None, ..base.clone() }
        };
        let answered = asking.ask_all(&[of(today), of(before)]).await?;
        let [Some(own), Some(then)] = [answered.first().and_then(added_up), answered.get(1).and_then(added_up)] else {
            return Ok(None);
        };
        let (hour, passed, clock) = clock(now, zone);
        let now = own.into_iter().take(hour + 1).collect();
        let name = metric.names.clone();
        Ok(Some(Self { name, before, now, then, hour, passed, clock }))
    }

    /// The picture.
    pub(super) fn figure(&self, language: Language) -> String {
        let name = self.name.iter().find(|(own, _)| *own == language).map_or(METRIC, |(_, name)| name);
        let most = self.now.iter().chain(&self.then).copied().fold(0.0, f64::max);
        let (top, rules) = axis(most.max(4.0), false);
        let padded = |values: &[f64]| (0..HOURS).map(|hour| values.get(hour).copied()).collect::<Vec<_>>();
        let (now, then) = (padded(&self.now), padded(&self.then));
        let marks = steps("previous", &then, 1.0, top) + &steps("s1", &now, self.passed, top);
        let today = text(language, "live-today");
        let before = fill(language, "live-week-before", &[("day", &date::short(self.before, language))]);
        let shown = |value: Option<f64>| value.map_or_else(|| value::DASH.to_owned(), |count| value::decimal(count, 0, language));
        let row = |hour: usize| {
            let until = if hour == self.hour { self.clock.clone() } else { report::clock(hour + 1) };
            // What the other day had by this minute nobody has counted.
            vec![until, shown(now[hour]), if hour == self.hour { value::DASH.to_owned() } else { shown(then[hour]) }]
        };
        let columns = [text(language, "live-until"), today.clone(), before.clone()];
        let [until, own, other] = columns;
        let frame = Frame {
            title: name,
            description: &self.description(language),
            id: "so-far",
            y: rules.iter().map(|rule| (rule / top, value::decimal(*rule, 0, language))).collect(),
            x: (0..=4).map(|quarter| (f64::from(quarter) / 4.0, report::clock(quarter as usize * 6))).collect(),
            layout: Layout::Fields,
            over: "",
            legend: vec![(today, Swatch::Line("s1".to_owned())), (before, Swatch::Line("previous".to_owned()))],
            numbers: &text(language, "numbers"),
            columns: vec![Column::texts(until), Column::numbers(own), Column::numbers(other)],
            rows: (0..HOURS).map(row).collect(),
        };
        figure(&frame, &marks)
    }

    /// The picture in words: both days up to the last full hour, and the other one as a whole.
    fn description(&self, language: Language) -> String {
        let by = |values: &[f64]| self.hour.checked_sub(1).and_then(|last| values.get(last).copied()).unwrap_or(0.0);
        let count = |number: f64| value::decimal(number, 0, language);
        let texts = [
            ("time", report::clock(self.hour)),
            ("now", count(by(&self.now))),
            ("before", count(by(&self.then))),
            ("day", date::short(self.before, language)),
            ("all", count(self.then.last().copied().unwrap_or(0.0))),
        ];
        fill(language, "live-so-far-text", &texts.each_ref().map(|(name, text)| (*name, text.as_str())))
    }
}

/// A count by the hour, added up; `None` where an answer is too small to be shown.
fn added_up(answers: &Answers) -> Option<Vec<f64>> {
    if answers.answers.iter().any(|answer| answer.null_reason == Some(NullReason::Suppressed)) {
        return None;
    }
    let of = |hour: usize| {
        let is_it = |own: Option<&String>| own.and_then(|own| own.parse::<usize>().ok()) == Some(hour);
        let own = answers.answers.iter().filter(|answer| is_it(answer.dimensions.first().and_then(|(_, own)| own.as_ref())));
        own.filter_map(|answer| answer.value).sum::<f64>()
    };
    let mut sum = 0.0;
    Some(
        (0..HOURS)
            .map(|hour| {
                sum += of(hour);
                sum
            })
            .collect(),
    )
}

/// The hour that runs, how much of it has passed, and the time of day.
fn clock(now: At, zone: &TimeZone) -> (usize, f64, String) {
    let Ok(now) = Timestamp::from_second(now.0) else { return (0, 0.0, report::clock(0)) };
    let local = now.to_zoned(zone.clone());
    let passed = (f64::from(local.minute()) * 60.0 + f64::from(local.second())) / 3600.0;
    (usize::try_from(local.hour()).unwrap_or(0), passed, local.strftime("%H:%M").to_string())
}
