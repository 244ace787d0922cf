//! `[[cost]]`: what support costs, by the month: the one number that no help desk knows.
//!
//! A month's amount is spread evenly over its local days, to the last unit, so that weeks and days have their part. The rows that come
//! of it are a fact table of their own, `costs`, which questions read and nobody stores.

use std::sync::Arc;

use jiff::civil::Date;

use super::read::{Reader, Section};
use crate::event::{Decimal, Text};
use crate::facts::{At, Column, ColumnType, FactTable, Sink};
use crate::period::day_start;

/// What one month costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The first day of the month.
    pub month: Date,
    /// All of it, loaded with everything that one counts as support.
    pub amount: Decimal,
    /// In which currency.
    pub currency: Text,
    /// Of which team; None: of all.
    pub team: Option<Text>,
    /// Of which channel; None: of all.
    pub channel: Option<Text>,
}

/// A month's part of one day: a row of `costs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCost {
    /// The day's local midnight.
    pub spent_at: At,
    /// What it costs.
    pub amount: Decimal,
    /// The month's.
    pub cost: Arc<Cost>,
}

const fn column(name: &'static str, ty: ColumnType, nullable: bool, sentence: &'static str) -> Column {
    Column { name, ty, nullable, sentence }
}

/// The table of [`DayCost`]s, described.
pub static COSTS: FactTable = FactTable {
    name: "costs",
    sentence: "One row per `[[cost]]` of the rules and local day of its month; dated by the day's midnight. It is made of the rules when a question is asked, and stored nowhere.",
    common: false,
    columns: &[
        column("spent_at", ColumnType::Instant, false, "The day's local midnight."),
        column("amount", ColumnType::Decimal, false, "The day's part of the month's amount."),
        column("currency", ColumnType::Text, false, "The currency."),
        column("team", ColumnType::Text, true, "The team; null: of all."),
        column("channel", ColumnType::Text, true, "The channel; null: of all."),
    ],
    sorted_by: "spent_at",
};

impl DayCost {
    /// Hands the cells over, in the order of the table's columns.
    pub fn push(&self, sink: &mut dyn Sink) {
        sink.instant(Some(self.spent_at.0));
        sink.decimal(Some(self.amount));
        sink.text(Some(&self.cost.currency));
        sink.text(self.cost.team.as_deref());
        sink.text(self.cost.channel.as_deref());
    }
}

/// The days of some costs, in a zone, in the order of time.
pub(super) fn days(costs: &[Cost], zone: &jiff::tz::TimeZone) -> Vec<DayCost> {
    let mut days = Vec::new();
    for cost in costs {
        let count = i64::from(cost.month.days_in_month());
        // Cumulative parts, so that the days add up to the month.
        let upto = |days: i64| i64::try_from(i128::from(cost.amount.0) * i128::from(days) / i128::from(count)).unwrap_or(0);
        let own = Arc::new(cost.clone());
        for (number, date) in (0..).zip(cost.month.series(jiff::Span::new().days(1)).take(usize::try_from(count).unwrap_or(0))) {
            let amount = Decimal(upto(number + 1) - upto(number));
            days.push(DayCost { spent_at: At(day_start(date, zone)), amount, cost: own.clone() });
        }
    }
    days.sort_by_key(|day| day.spent_at);
    days
}

pub(super) fn read(reader: &mut Reader<'_>, top: &Section<'_>) -> Vec<Cost> {
    let mut costs: Vec<Cost> = Vec::new();
    if top.table.get("cost").is_none() {
        return costs;
    }
    for section in reader.sections(top, "cost", "[[cost]]") {
        reader.only_keys(&section, &["month", "amount", "currency", "team", "channel"]);
        let month = reader.required_text(&section, "month").and_then(|(text, span)| {
            let month = format!("{text}-01").parse::<Date>().ok().filter(|_| text.len() == 7);
            if month.is_none() {
                reader.refuse_with(
                    "bad-value",
                    format!("`{text}` is not a month"),
                    span,
                    "write a year and a month, such as \"2026-01\"",
                );
            }
            month
        });
        let currency = reader.required_text(&section, "currency").map(|(text, _)| Text::from(text));
        let amount = amount(reader, &section);
        let team = reader.text(&section, "team").map(|(text, _)| Text::from(text));
        let channel = reader.text(&section, "channel").map(|(text, _)| Text::from(text));
        if let (Some(month), Some(amount), Some(currency)) = (month, amount, currency) {
            let cost = Cost { month, amount, currency, team, channel };
            let same = |other: &&Cost| (other.month, &other.team, &other.channel) == (cost.month, &cost.team, &cost.channel);
            if costs.iter().any(|other| same(&other)) {
                let hint = "add the two up, or name the team or channel that each is of";
                reader.refuse_with("duplicate-cost", "this month has a [[cost]] already", section.span.clone(), hint);
                continue;
            }
            costs.push(cost);
        }
    }
    costs
}

fn amount(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Decimal> {
    let Some(item) = section.table.get("amount") else {
        reader.refuse("missing-key", "[[cost]] needs `amount`", section.span.clone());
        return None;
    };
    let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
    let amount = Decimal::parse(text.trim()).filter(|amount| amount.0 >= 0);
    if amount.is_none() {
        let message = format!("`{}` is not an amount", text.trim());
        reader.refuse_with("bad-value", message, item.span(), "write a number such as 12500 or \"12500.50\"");
    }
    amount
}
