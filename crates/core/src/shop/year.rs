//! The shop's year: public holidays, peak season and the rhythm of days and hours.
//!
//! Demand, shifts and the workspace's rules all ask this one place, so that a holiday in the data is a holiday in the rules. It
//! holds no randomness.

use jiff::civil::{Date, Weekday};

use super::words::Channel;

/// Romanian public holidays of a year, in order.
pub(super) fn holidays(year: i16) -> Vec<Date> {
    let easter = orthodox_easter(year);
    let mut days: Vec<Date> =
        [(1, 1), (1, 2), (1, 6), (1, 7), (1, 24), (5, 1), (6, 1), (8, 15), (11, 30), (12, 1), (12, 25), (12, 26)]
            .into_iter()
            .filter_map(|(month, day)| Date::new(year, month, day).ok())
            .collect();
    days.extend([-2, 1, 50].into_iter().filter_map(|shift| easter.checked_add(jiff::Span::new().days(shift)).ok()));
    days.sort();
    days.dedup();
    days
}

/// Orthodox Easter Sunday: the Julian computus, thirteen days later as the calendars stand from 1900 to 2099.
fn orthodox_easter(year: i16) -> Date {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let (month, day) = ((d + e + 114) / 31, (d + e + 114) % 31 + 1);
    let julian = Date::new(year, month as i8, day as i8).expect("the computus yields a day in March or April");
    julian.checked_add(jiff::Span::new().days(13)).expect("the year lies far from the ends of the calendar")
}

/// How busy a day is, against an ordinary one.
pub(super) fn season(date: Date, holidays: &[Date]) -> f64 {
    let month = match date.month() {
        1 => 1.3 - 0.015 * f64::from(date.day()),
        2 => 0.9,
        3 => 0.95,
        7 | 8 => 0.85,
        10 => 1.05,
        11 => 1.2,
        12 if date.day() <= 23 => 1.5,
        _ => 1.0,
    };
    let sale = if date.month() == 11 && date.day() >= 20 { 1.4 } else { 1.0 };
    let holiday = if holidays.binary_search(&date).is_ok() { 0.45 } else { 1.0 };
    month * sale * holiday
}

/// Whether the season brings temporary staff.
pub(super) fn is_peak(date: Date) -> bool {
    matches!(date.month(), 11 | 12) || (date.month() == 1 && date.day() <= 15)
}

/// The relative rate of a channel in an hour of a weekday; comparable between channels only through their shares.
pub(super) fn rhythm(channel: Channel, weekday: Weekday, hour: i8) -> f64 {
    let day = &DAYS[channel as usize][weekday.to_monday_zero_offset() as usize];
    let hours = &HOURS[channel as usize];
    day * f64::from(hours[hour as usize]) / f64::from(hours.iter().sum::<u16>())
}

/// The relative rate of orders in an hour: people buy in the evening.
pub(super) fn buying(hour: i8) -> f64 {
    rhythm(Channel::Social, Weekday::Monday, hour) * 24.0
}

const DAYS: [[f64; 7]; 5] = [
    [1.25, 1.15, 1.1, 1.05, 1.0, 0.7, 0.65],
    [1.2, 1.15, 1.1, 1.05, 1.05, 0.7, 0.45],
    [1.4, 1.2, 1.15, 1.1, 1.1, 0.45, 0.1],
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.1],
    [1.15, 1.1, 1.05, 1.05, 1.0, 0.85, 0.7],
];

#[rustfmt::skip]
const HOURS: [[u16; 24]; 5] = [
    [4, 2, 1, 1, 1, 2, 6, 14, 30, 46, 50, 46, 38, 36, 38, 36, 34, 30, 26, 26, 28, 26, 18, 10],
    [1, 1, 1, 1, 1, 1, 2, 6, 20, 50, 60, 60, 52, 48, 50, 50, 48, 44, 40, 36, 18, 14, 8, 3],
    [0, 0, 0, 0, 0, 0, 0, 2, 14, 56, 66, 58, 46, 42, 46, 44, 40, 32, 24, 16, 4, 2, 1, 0],
    [8, 4, 2, 1, 1, 2, 4, 8, 14, 20, 24, 26, 30, 28, 24, 24, 26, 30, 36, 44, 52, 54, 40, 20],
    [6, 3, 2, 1, 1, 2, 5, 12, 24, 36, 40, 38, 36, 34, 34, 34, 36, 38, 40, 42, 42, 36, 24, 12],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_on_its_known_days() {
        let days: Vec<String> = [2024, 2025, 2026, 2027].map(|year| orthodox_easter(year).to_string()).into();
        assert_eq!(days, ["2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02"]);
    }
}
