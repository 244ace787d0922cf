//! The period of a board.
//!
//! Periods are full local days. `30d` is the 30 full days before now, `month` the last full month: a running day compared with a full
//! one would only tell that it is not over. `today`, `this-month` and their like run, and are for `--compare elapsed`.

use deskgauge_core::period::{Grain, local_date, period_at};
use deskgauge_core::rules::Rules;
use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::failure::{Failure, Outcome};

/// A period. Its end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first day.
    pub from: Date,
    /// The day after the last.
    pub to: Date,
}

impl Range {
    fn new(from: Date, to: Date) -> Self {
        Self { from, to }
    }

    /// Reads `--period`: `30d`, `week`, `month`, `quarter`, `year`, `today`, `this-week`, `this-month`, `this-quarter`, `this-year`,
    /// `2026`, `2026-01`, `2026-01-15`, or `A..B` with both days in it.
    ///
    /// # Errors
    /// `bad-period` (exit 2).
    pub fn parse(text: &str, now: i64, rules: &Rules) -> Outcome<Self> {
        let zone = &rules.workspace.time_zone;
        let today = local_date(now, zone);
        let refused = || {
            Failure::usage(
                "bad-period",
                format!("`{text}` is not a period"),
                "write 30d, week, month, quarter, year, today, this-week, this-month, 2026, 2026-01, 2026-01-15 or 2026-01-01..2026-01-31",
            )
        };
        let date = |text: &str| text.trim().parse::<Date>().map_err(|_| refused());
        let next = |date: Date, span: Span| date.checked_add(span).map_err(|_| refused());
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (date(first)?, date(last)?);
            return if first <= last { Ok(Self::new(first, next(last, 1.day())?)) } else { Err(refused()) };
        }
        if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse::<i32>().ok()) {
            if !(1..=3660).contains(&days) {
                return Err(refused());
            }
            return Ok(Self::new(today.saturating_sub(days.days()), today));
        }
        if text == "today" {
            return Ok(Self::new(today, next(today, 1.day())?));
        }
        let runs = text.strip_prefix("this-");
        if let Some(grain) = Grain::parse(runs.unwrap_or(text)).filter(|grain| !matches!(grain, Grain::All | Grain::Day)) {
            let this = period_at(now, grain, zone, rules.workspace.week_starts);
            if runs.is_some() {
                return Ok(Self::new(local_date(this.full_start, zone), local_date(this.full_end, zone)));
            }
            let last = period_at(this.full_start - 1, grain, zone, rules.workspace.week_starts);
            return Ok(Self::new(local_date(last.full_start, zone), local_date(last.full_end, zone)));
        }
        let parts: Vec<&str> = text.split('-').collect();
        match parts[..] {
            [year] if year.len() == 4 => {
                let first = date(&format!("{year}-01-01"))?;
                Ok(Self::new(first, next(first, 1.year())?))
            }
            [year, month] if year.len() == 4 && month.len() == 2 => {
                let first = date(&format!("{text}-01"))?;
                Ok(Self::new(first, next(first, 1.month())?))
            }
            [_, _, _] => {
                let day = date(text)?;
                Ok(Self::new(day, next(day, 1.day())?))
            }
            _ => Err(refused()),
        }
    }

    /// The last day of the period.
    pub fn last(&self) -> Date {
        self.to.yesterday().unwrap_or(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn range(text: &str, now: &str) -> Range {
        let now = now.parse::<jiff::Timestamp>().expect("a test's instant");
        Range::parse(text, now.as_second(), &Rules::default()).expect("a period")
    }

    #[test]
    fn words_name_the_last_full_period() {
        let month = range("month", "2026-03-15T12:00:00Z");
        assert_eq!((month.from, month.to), (date(2026, 2, 1), date(2026, 3, 1)));
        let running = range("this-quarter", "2026-03-15T12:00:00Z");
        assert_eq!((running.from, running.to), (date(2026, 1, 1), date(2026, 4, 1)));
        let today = range("today", "2026-03-15T12:00:00Z");
        assert_eq!((today.from, today.to), (date(2026, 3, 15), date(2026, 3, 16)));
        let year = range("2025", "2026-03-15T12:00:00Z");
        assert_eq!((year.from, year.to), (date(2025, 1, 1), date(2026, 1, 1)));
        assert!(Range::parse("soon", 0, &Rules::default()).is_err());
        assert!(Range::parse("2026-02-02..2026-02-01", 0, &Rules::default()).is_err());
    }
}
