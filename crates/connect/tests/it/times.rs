//! How tables write times, and what becomes of local ones where clocks change.

use expect_test::expect;

use crate::tables::events;

fn read(settings: &str, values: &[&str]) -> String {
    let mapping =
        format!("rows = \"orders\"\n{settings}\n[columns]\nid = \"n\"\nat = \"at\"\ncustomer = \"n\"\namount = \"n\"\n");
    let mut out = Vec::new();
    for value in values {
        let (lines, report) = events(&mapping, &format!("n,at\n1,\"{value}\"\n"));
        let line = &lines[0];
        let said = match line.split_once("\"at\":\"") {
            Some((_, rest)) => rest.split('"').next().unwrap_or_default().to_owned(),
            None => line.clone(),
        };
        let shifted = if report.shifted_times > 0 { " (shifted)" } else { "" };
        out.push(format!("{value} -> {said}{shifted}"));
    }
    out.join("\n")
}

#[test]
fn forms_that_need_no_word() {
    let values = [
        "2024-01-31T09:00:00+02:00",
        "2024-01-31T09:00:00.5Z",
        "2024-01-31 09:00:00 UTC",
        "2024-01-31 09:00:00+00",
        "2024-01-31 09:00",
        "2024-01-31",
        "2024/01/31 9:05",
        "1706684400",
        "1706684400000",
        "31/01/2024",
        "31.13.2024",
        "tomorrow",
        "12",
        "2024-02-30",
    ];
    expect![[r#"
        2024-01-31T09:00:00+02:00 -> 2024-01-31T07:00:00Z
        2024-01-31T09:00:00.5Z -> 2024-01-31T09:00:00.5Z
        2024-01-31 09:00:00 UTC -> 2024-01-31T09:00:00Z
        2024-01-31 09:00:00+00 -> 2024-01-31T09:00:00Z
        2024-01-31 09:00 -> 2024-01-31T07:00:00Z
        2024-01-31 -> 2024-01-30T22:00:00Z
        2024/01/31 9:05 -> 2024-01-31T07:05:00Z
        1706684400 -> 2024-01-31T07:00:00Z
        1706684400000 -> 2024-01-31T07:00:00Z
        31/01/2024 -> rejected 2: at `31/01/2024` day and month cannot be told apart: set `day_first` to true or false [ambiguous-date]
        31.13.2024 -> rejected 2: at `31.13.2024` day and month cannot be told apart: set `day_first` to true or false [ambiguous-date]
        tomorrow -> rejected 2: at `tomorrow` is not a date or time that can be read: say its format in `dates`, such as "%d/%m/%Y %H:%M" [unreadable]
        12 -> rejected 2: at `12` is not a date or time that can be read: say its format in `dates`, such as "%d/%m/%Y %H:%M" [unreadable]
        2024-02-30 -> rejected 2: at `2024-02-30` is no date of the calendar: check `day_first` and the value [unreadable]"#]].assert_eq(&read("zone = \"Europe/Bucharest\"", &values));
}

#[test]
fn day_first_and_month_first() {
    let values = ["3/4/2016 01:16", "29/2/2016 1:16", "3.4.16", "3-4-2016 11:16:05 PM", "3/4/2016 12:00 AM", "3/4/2016, 7:05"];
    expect![[r#"
        3/4/2016 01:16 -> 2016-04-03T01:16:00Z
        29/2/2016 1:16 -> 2016-02-29T01:16:00Z
        3.4.16 -> 2016-04-03T00:00:00Z
        3-4-2016 11:16:05 PM -> 2016-04-03T23:16:05Z
        3/4/2016 12:00 AM -> 2016-04-03T00:00:00Z
        3/4/2016, 7:05 -> 2016-04-03T07:05:00Z"#]]
    .assert_eq(&read("zone = \"UTC\"\nday_first = true", &values));
    expect![[r#"
        3/4/2016 01:16 -> 2016-03-04T01:16:00Z
        29/2/2016 1:16 -> rejected 2: at `29/2/2016 1:16` is no date of the calendar: check `day_first` and the value [unreadable]
        3.4.16 -> 2016-03-04T00:00:00Z
        3-4-2016 11:16:05 PM -> 2016-03-04T23:16:05Z
        3/4/2016 12:00 AM -> 2016-03-04T00:00:00Z
        3/4/2016, 7:05 -> 2016-03-04T07:05:00Z"#]]
    .assert_eq(&read("zone = \"UTC\"\nday_first = false", &values));
}

#[test]
fn formats_of_the_mapping() {
    let settings = "zone = \"UTC\"\ndates = [\"%d %b %Y %H:%M\", \"%Y%m%d\", \"%a %b %d %H:%M:%S %z %Y\"]";
    expect![[r#"
        31 Jan 2024 09:00 -> 2024-01-31T09:00:00Z
        20240131 -> 2024-01-31T00:00:00Z
        Wed Jan 31 09:00:00 +0200 2024 -> 2024-01-31T07:00:00Z
        2024-01-31 -> rejected 2: at `2024-01-31` fits none of the formats in `dates`: add its format, such as "%d/%m/%Y %H:%M" [unreadable]"#]].assert_eq(&read(settings, &["31 Jan 2024 09:00", "20240131", "Wed Jan 31 09:00:00 +0200 2024", "2024-01-31"]));
}

#[test]
fn where_clocks_change() {
    let values = ["2024-03-10 01:59:59", "2024-03-10 02:30", "2024-03-10 03:00", "2024-11-03 01:30", "2024-11-03 02:00"];
    expect![[r#"
        2024-03-10 01:59:59 -> 2024-03-10T06:59:59Z
        2024-03-10 02:30 -> 2024-03-10T07:30:00Z (shifted)
        2024-03-10 03:00 -> 2024-03-10T07:00:00Z
        2024-11-03 01:30 -> 2024-11-03T05:30:00Z
        2024-11-03 02:00 -> 2024-11-03T07:00:00Z"#]]
    .assert_eq(&read("zone = \"America/New_York\"", &values));
}

#[test]
fn without_a_zone() {
    expect![[r#"
        2024-01-31 09:00 -> rejected 2: at `2024-01-31 09:00` has no time zone: set `zone` in the mapping, such as "Europe/Berlin" [no-zone]
        2024-01-31 09:00Z -> 2024-01-31T09:00:00Z"#]].assert_eq(&read("", &["2024-01-31 09:00", "2024-01-31 09:00Z"]));
}
