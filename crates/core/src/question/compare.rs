//! What a range is compared with: the range before it that is like it.
//!
//! A fair comparison has the same weekdays, or the same months, or the same part of a period that still runs. Every earlier range is the
//! present one shifted, so that each of its days, weeks or months has the one that it is compared with. Nothing is counted here.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

use crate::diagnostic::{Diagnostic, near_name};
use crate::facts::At;
use crate::period::{Grain, day_start, local_date};

/// What to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// As many months before where the range is of whole months, else as many days.
    Previous,
    /// Matching weekdays: shifted by the smallest multiple of 7 days that is at least the length.
    Weekdays,
    /// The same days a year earlier.
    Year,
    /// The part of the range that has passed, against as much of the one before: of whole months by months, else by weekdays.
    Elapsed,
    /// A range of one's own: its first and its last day.
    Range(Date, Date),
}

impl Compare {
    /// The words, without the range of one's own.
    pub const WORDS: &'static [&'static str] = &["previous", "weekdays", "year", "elapsed", "none"];

    /// Reads `previous`, `weekdays`, `year`, `elapsed`, a range `A..B` with both days in it, or `none`; also `prev`, `wd`, `yoy` and
    /// `off`, as addresses write them.
    ///
    /// Errors: `unknown-word` with the near word, `bad-value` for a range that is none.
    pub fn parse(text: &str) -> Result<Option<Self>, Diagnostic> {
        Ok(Some(match text.trim() {
            "previous" | "prev" => Self::Previous,
            "weekdays" | "wd" => Self::Weekdays,
            "year" | "yoy" => Self::Year,
            "elapsed" => Self::Elapsed,
            "none" | "off" => return Ok(None),
            text => match text.split_once("..") {
                Some((first, last)) => {
                    let date = |text: &str| text.trim().parse::<Date>().ok();
                    let both = date(first).zip(date(last)).filter(|(first, last)| first <= last);
                    let (first, last) = both.ok_or_else(|| {
                        Diagnostic::error("bad-value", format!("`{text}` is not a range for `--compare`"))
                            .hint("write its first and its last day, such as 2024-01-01..2024-01-31")
                    })?;
                    Self::Range(first, last)
                }
                None => {
                    let problem = Diagnostic::error("unknown-word", format!("`{text}` is not a word of `--compare`"));
                    return Err(match near_name(text, Self::WORDS.iter().copied()) {
                        Some(near) => problem.hint(format!("did you mean `{near}`?")),
                        None => problem.hint(format!("it is one of {}, or a range A..B", Self::WORDS.join(", "))),
                    });
                }
            },
        }))
    }

    /// Its word; `range` for a range of one's own.
    pub fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Weekdays => "weekdays",
            Self::Year => "year",
            Self::Elapsed => "elapsed",
            Self::Range(..) => "range",
        }
    }

    /// The earlier range for [from, to), asked at `now`.
    ///
    /// Errors: `bad-comparison` where the periods of a grain have no like in the earlier range, and where nothing of the range has passed.
    pub fn earlier(self, from: Date, to: Date, grain: Grain, now: At, zone: &TimeZone) -> Result<Earlier, Diagnostic> {
        let shift = match self {
            Self::Previous => Shift::before(from, to),
            Self::Weekdays => Shift::weekdays(from, to),
            Self::Year => Shift::Months(12),
            Self::Elapsed => match Shift::before(from, to) {
                Shift::Months(months) => Shift::Months(months),
                Shift::Days(_) => Shift::weekdays(from, to),
            },
            Self::Range(first, _) => Shift::between(first, from),
        };
        let mut earlier = Earlier { from: shift.back(from), to: shift.back(to), shift, until: None };
        if let Self::Range(_, last) = self {
            earlier.to = last.tomorrow().unwrap_or(last);
        }
        if !shift.keeps(grain) {
            let what = format!("the {}s of this range have no like in the range that it is compared with", grain.name());
            return Err(Diagnostic::error("bad-comparison", what).hint(match grain {
                Grain::Week => "compare with weekdays, or use --grain day",
                _ => "compare whole months with previous or year, or use --grain day",
            }));
        }
        if self == Self::Elapsed {
            earlier.until = elapsed(from, to, &earlier, now, zone)?;
        }
        Ok(earlier)
    }
}

/// A range to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its first day.
    pub from: Date,
    /// The day after its last.
    pub to: Date,
    /// The instant that counts as now in it, where only the part of it is meant that had passed by then.
    pub until: Option<At>,
    /// By how much it lies before.
    pub shift: Shift,
}

/// By how much a range lies before another; a negative number lies after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Days.
    Days(i32),
    /// Calendar months.
    Months(i32),
}

impl Shift {
    /// The length of a range: in months where it is of whole ones, else in days.
    fn before(from: Date, to: Date) -> Self {
        match Self::between(from, to) {
            Self::Days(days) => Self::Days(days.max(1)),
            months => months,
        }
    }

    fn weekdays(from: Date, to: Date) -> Self {
        Self::Days((days(from, to).max(1) + 6) / 7 * 7)
    }

    fn between(early: Date, late: Date) -> Self {
        if early.day() == 1 && late.day() == 1 && early != late {
            let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
            return Self::Months(month(late) - month(early));
        }
        Self::Days(days(early, late))
    }

    fn back(self, date: Date) -> Date {
        date.saturating_sub(match self {
            Self::Days(days) => Span::new().days(days),
            Self::Months(months) => months.months(),
        })
    }

    /// The day or period that one is compared with, by their first days. None: the earlier month has no such day.
    pub fn of(self, date: Date) -> Option<Date> {
        let back = self.back(date);
        (matches!(self, Self::Days(_)) || back.day() == date.day()).then_some(back)
    }

    /// Whether whole periods of a grain become whole ones.
    fn keeps(self, grain: Grain) -> bool {
        match (grain, self) {
            (Grain::All | Grain::Day, _) => true,
            (Grain::Week, Self::Days(days)) => days % 7 == 0,
            (Grain::Month, Self::Months(_)) => true,
            (Grain::Quarter, Self::Months(months)) => months % 3 == 0,
            (Grain::Year, Self::Months(months)) => months % 12 == 0,
            _ => false,
        }
    }
}

/// When as much of the earlier range had passed as has of this one by now, by the local calendar and clock, and its last second at most.
/// None: all of this one has passed.
fn elapsed(from: Date, to: Date, earlier: &Earlier, now: At, zone: &TimeZone) -> Result<Option<At>, Diagnostic> {
    if now.0 >= day_start(to, zone) {
        return Ok(None);
    }
    if now.0 < day_start(from, zone) {
        return Err(Diagnostic::error("bad-comparison", format!("nothing of the range from {from} has passed yet"))
            .hint("name a range that runs, or compare with previous, weekdays or year"));
    }
    let today = local_date(now.0, zone);
    let same = earlier.from.saturating_add(Span::new().days(days(from, today)));
    let since_midnight = now.0 - day_start(today, zone);
    Ok(Some(At((day_start(same, zone) + since_midnight).min(day_start(earlier.to, zone) - 1))))
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
