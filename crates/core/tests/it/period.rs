//! Periods and durations: cuts at local midnights, and texts that mean what they say.

use deskgauge_core::calendar::zone;
use deskgauge_core::period::{
    Grain, data_end, duration_text, exact_duration, parse_business_days, parse_date_or_instant, parse_duration, parse_weekday,
    period_at, periods, short_duration,
};
use expect_test::{Expect, expect};
use jiff::civil::Weekday;

fn instant(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

fn utc(at: i64) -> String {
    jiff::Timestamp::from_second(at).unwrap().to_string()
}

/// One line a period: label, bounds in UTC, and the full bounds where the range cuts it.
fn check(zone_name: &str, from: &str, to: &str, grain: &str, expected: &Expect) {
    let zone = zone(zone_name).unwrap();
    let (from, to) = (parse_date_or_instant(from, &zone).unwrap(), parse_date_or_instant(to, &zone).unwrap());
    let found = periods(from, to, Grain::parse(grain).unwrap(), &zone, Weekday::Monday);
    let lines = found.iter().map(|period| {
        let label = period.label.map_or_else(|| "all".to_owned(), |label| label.to_string());
        let line = format!("{label} [{}, {})", utc(period.start), utc(period.end));
        if period.is_cut() { format!("{line} of [{}, {})", utc(period.full_start), utc(period.full_end)) } else { line }
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn g19_a_local_day_in_chicago() {
    check(
        "America/Chicago",
        "2026-09-07",
        "2026-09-08",
        "day",
        &expect!["2026-09-07 [2026-09-07T05:00:00Z, 2026-09-08T05:00:00Z)"],
    );
    let chicago = zone("America/Chicago").unwrap();
    let inside = instant("2026-09-08T02:23:34Z");
    let day = period_at(inside, Grain::Day, &chicago, Weekday::Monday);
    assert!(day.contains(inside));
    assert_eq!(day.label.unwrap().to_string(), "2026-09-07");
}

#[test]
fn days_of_23_and_25_hours() {
    check(
        "Europe/Bucharest",
        "2024-03-30",
        "2024-04-02",
        "day",
        &expect![[r#"
        2024-03-30 [2024-03-29T22:00:00Z, 2024-03-30T22:00:00Z)
        2024-03-31 [2024-03-30T22:00:00Z, 2024-03-31T21:00:00Z)
        2024-04-01 [2024-03-31T21:00:00Z, 2024-04-01T21:00:00Z)"#]],
    );
    check(
        "Europe/Bucharest",
        "2024-10-27",
        "2024-10-28",
        "day",
        &expect!["2024-10-27 [2024-10-26T21:00:00Z, 2024-10-27T22:00:00Z)"],
    );
}

#[test]
fn a_midnight_that_does_not_exist() {
    // Clocks in Beirut went from 00:00 to 01:00; in Toronto in 1919 from 23:30 to 00:30; Samoa left out 2011-12-30.
    check("Asia/Beirut", "2022-03-27", "2022-03-28", "day", &expect!["2022-03-27 [2022-03-26T22:00:00Z, 2022-03-27T21:00:00Z)"]);
    check(
        "America/Toronto",
        "1919-03-31",
        "1919-04-01",
        "day",
        &expect!["1919-03-31 [1919-03-31T04:30:00Z, 1919-04-01T04:00:00Z)"],
    );
    check(
        "Pacific/Apia",
        "2011-12-29",
        "2012-01-01",
        "day",
        &expect![[r#"
        2011-12-29 [2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z)
        2011-12-31 [2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z)"#]],
    );
}

#[test]
fn ranges_cut_periods_but_not_their_labels() {
    check(
        "Europe/Bucharest",
        "2024-01-10",
        "2024-01-17",
        "week",
        &expect![[r#"
        2024-01-08 [2024-01-09T22:00:00Z, 2024-01-14T22:00:00Z) of [2024-01-07T22:00:00Z, 2024-01-14T22:00:00Z)
        2024-01-15 [2024-01-14T22:00:00Z, 2024-01-16T22:00:00Z) of [2024-01-14T22:00:00Z, 2024-01-21T22:00:00Z)"#]],
    );
    check(
        "Europe/Bucharest",
        "2024-02-10",
        "2024-08-01",
        "quarter",
        &expect![[r#"
        2024-01-01 [2024-02-09T22:00:00Z, 2024-03-31T21:00:00Z) of [2023-12-31T22:00:00Z, 2024-03-31T21:00:00Z)
        2024-04-01 [2024-03-31T21:00:00Z, 2024-06-30T21:00:00Z)
        2024-07-01 [2024-06-30T21:00:00Z, 2024-07-31T21:00:00Z) of [2024-06-30T21:00:00Z, 2024-09-30T21:00:00Z)"#]],
    );
    check(
        "UTC",
        "2023-12-31",
        "2024-02-02",
        "month",
        &expect![[r#"
        2023-12-01 [2023-12-31T00:00:00Z, 2024-01-01T00:00:00Z) of [2023-12-01T00:00:00Z, 2024-01-01T00:00:00Z)
        2024-01-01 [2024-01-01T00:00:00Z, 2024-02-01T00:00:00Z)
        2024-02-01 [2024-02-01T00:00:00Z, 2024-02-02T00:00:00Z) of [2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z)"#]],
    );
    check(
        "UTC",
        "2023-06-01",
        "2024-06-01",
        "year",
        &expect![[r#"
        2023-01-01 [2023-06-01T00:00:00Z, 2024-01-01T00:00:00Z) of [2023-01-01T00:00:00Z, 2024-01-01T00:00:00Z)
        2024-01-01 [2024-01-01T00:00:00Z, 2024-06-01T00:00:00Z) of [2024-01-01T00:00:00Z, 2025-01-01T00:00:00Z)"#]],
    );
    check("UTC", "2023-06-01T10:00:00+02:00", "2024-06-01", "all", &expect!["all [2023-06-01T08:00:00Z, 2024-06-01T00:00:00Z)"]);
    check("UTC", "2024-06-01", "2024-06-01", "day", &expect![[""]]);
}

#[test]
fn weeks_start_where_the_workspace_says() {
    let sunday = period_at(instant("2024-01-10T00:00:00Z"), Grain::Week, &zone("UTC").unwrap(), Weekday::Sunday);
    assert_eq!(sunday.label.unwrap().to_string(), "2024-01-07");
    assert_eq!(parse_weekday("Sunday"), Some(Weekday::Sunday));
    assert_eq!(parse_weekday("someday"), None);
}

#[test]
fn times_need_a_zone() {
    let refuse = |text: &str, expected: Expect| {
        expected.assert_eq(&parse_date_or_instant(text, &zone("UTC").unwrap()).unwrap_err().to_string());
    };
    refuse(
        "2024-01-01T10:00:00",
        expect![[r#"
        error[bad-time]: `2024-01-01T10:00:00` has no time zone
          help: add an offset, such as 2024-01-01T10:00:00Z or 2024-01-01T10:00:00+02:00"#]],
    );
    refuse(
        "yesterday",
        expect![[r#"
        error[bad-time]: `yesterday` is neither a date nor an instant
          help: write a date such as 2024-03-31 or an instant such as 2024-03-31T09:00:00+03:00"#]],
    );
    refuse(
        "2024-02-30",
        expect![[r#"
        error[bad-time]: `2024-02-30` is neither a date nor an instant
          help: write a date such as 2024-03-31 or an instant such as 2024-03-31T09:00:00+03:00"#]],
    );
}

#[test]
fn durations_are_read() {
    for (text, seconds) in
        [("30s", 30), ("1m", 60), ("4h", 14_400), ("2d", 172_800), ("1h30m", 5400), ("1d 2h", 93_600), ("0s", 0)]
    {
        assert_eq!(parse_duration(text), Some(seconds), "{text}");
    }
    for text in ["", "5", "h", "1.5h", "30m1h", "1h1h", "-1h", "1w", "2bd", "99999999999999999999s", "9223372036854775807d"] {
        assert_eq!(parse_duration(text), None, "{text}");
    }
    assert_eq!(parse_business_days("2bd"), Some(2));
    for text in ["bd", "2", "1.5bd", "-1bd", "+1bd"] {
        assert_eq!(parse_business_days(text), None, "{text}");
    }
}

#[test]
fn b3_durations_are_printed() {
    assert_eq!(exact_duration(93_608), "26h 0m 8s");
    assert_eq!(exact_duration(62), "1m 2s");
    assert_eq!(short_duration(93_608), "1d 2h");
    let short =
        [(0, "0s"), (45, "45s"), (62, "1m 2s"), (5400, "1h 30m"), (7199, "2h"), (3600, "1h"), (86_399, "1d"), (-90, "-1m 30s")];
    for (seconds, text) in short {
        assert_eq!(short_duration(seconds), text);
    }
    for text in ["1h30m", "0s", "2d", "1d2h3m4s", "45s"] {
        assert_eq!(duration_text(parse_duration(text).unwrap()), text);
    }
    assert_eq!(duration_text(i64::MIN).chars().next(), Some('-'));
}

#[test]
fn data_end_once_a_whole_period_is_silent() {
    let utc = zone("UTC").unwrap();
    let at = |text: &str| parse_date_or_instant(text, &utc).unwrap();
    let end = |now: &str, grain| data_end(at("2026-03-02T12:00:00Z"), at(now), grain, &utc, parse_weekday("monday").unwrap());
    assert_eq!(end("2026-03-03T23:59:59Z", Grain::Day), None);
    assert_eq!(end("2026-03-04T00:00:00Z", Grain::Day), Some(at("2026-03-03")));
    assert_eq!(end("2026-04-30T23:59:59Z", Grain::Month), None);
    assert_eq!(end("2026-05-01", Grain::Month), Some(at("2026-04-01")));
    assert_eq!(end("2030-01-01", Grain::All), None);
}
