//! Business time against the worked examples of the standard; a test's name opens with the example's id.

use deskgauge_core::calendar::{Calendar, Calendars, Interval, Schedule, zone};
use deskgauge_core::condition::{Attribute, Attributes, CONVERSATION_FIELDS, Condition};
use jiff::civil::{Date, DateTime};

/// S0 of the worked examples.
const S0: [&str; 7] = ["09:00-17:00", "10:00-16:00", "09:00-17:00", "10:00-16:00", "09:00-17:00", "11:00-14:30", ""];
/// Monday to Friday, nine to five.
const OFFICE: [&str; 7] = ["09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "", ""];
/// Every hour of every day.
const ROUND_THE_CLOCK: [&str; 7] = ["00:00-24:00"; 7];

const CHICAGO: &str = "America/Chicago";
const LOS_ANGELES: &str = "America/Los_Angeles";
const NEW_YORK: &str = "America/New_York";
const BUCHAREST: &str = "Europe/Bucharest";

fn hours(text: &str) -> Vec<Interval> {
    text.split_whitespace().map(|part| Interval::parse(part).unwrap()).collect()
}

fn schedule(zone_name: &str, week: [&str; 7]) -> Schedule {
    Schedule { weekly: week.map(hours), ..Schedule::closed("support", zone(zone_name).unwrap()) }
}

fn calendar(zone_name: &str, week: [&str; 7]) -> Calendar {
    Calendar::new(vec![schedule(zone_name, week)])
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The instant of a local time.
fn at(zone_name: &str, local: &str) -> i64 {
    let local: DateTime = local.replace(' ', "T").parse().unwrap();
    local.to_zoned(zone(zone_name).unwrap()).unwrap().timestamp().as_second()
}

fn utc(local: &str) -> i64 {
    at("UTC", local)
}

/// An instant as local time.
fn show(zone_name: &str, instant: i64) -> String {
    let zoned = jiff::Timestamp::from_second(instant).unwrap().to_zoned(zone(zone_name).unwrap());
    zoned.strftime("%a %Y-%m-%d %H:%M:%S").to_string()
}

fn shown(instant: Option<i64>) -> String {
    instant.map_or_else(|| "never".to_owned(), |instant| show("UTC", instant))
}

/// The spans of a local range, one a line.
fn spans(calendar: &Calendar, zone_name: &str, from: &str, to: &str) -> Vec<String> {
    let spans = calendar.intervals_between(at(zone_name, from), at(zone_name, to));
    spans.into_iter().map(|(start, end)| format!("{} - {}", show(zone_name, start), &show(zone_name, end)[15..])).collect()
}

#[test]
fn a1_a_week() {
    let s0 = calendar("UTC", S0);
    assert_eq!(s0.open_seconds(utc("2006-01-01 00:00"), utc("2006-01-08 00:00")), 142_200);
}

#[test]
fn a2_backwards_is_zero() {
    let s0 = calendar("UTC", S0);
    assert_eq!(s0.open_seconds(utc("2006-01-08 00:00"), utc("2006-01-01 00:00")), 0);
    assert_eq!(Calendar::always().open_seconds(10, 5), 0);
}

#[test]
fn a3_nothing_is_zero() {
    let s0 = calendar("UTC", S0);
    assert_eq!(s0.open_seconds(utc("2006-01-01 00:00"), utc("2006-01-01 00:00")), 0);
}

#[test]
fn a4_due_at_the_closing_instant() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.add_open_seconds(utc("2006-01-04 15:58:30"), 90)), "Wed 2006-01-04 16:00:00");
    // On Thursday, 16:00 is closing time: a count that ends exactly there stays there.
    assert_eq!(shown(s0.add_open_seconds(utc("2006-01-05 15:58:30"), 90)), "Thu 2006-01-05 16:00:00");
    assert_eq!(shown(s0.add_open_seconds(utc("2006-01-05 15:58:30"), 91)), "Fri 2006-01-06 09:00:01");
}

#[test]
fn a5_seconds_before() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.sub_open_seconds(utc("2006-01-04 16:01:30"), 90)), "Wed 2006-01-04 16:00:00");
    assert_eq!(shown(s0.add_open_seconds(utc("2006-01-04 16:01:30"), -90)), "Wed 2006-01-04 16:00:00");
    assert_eq!(shown(s0.sub_open_seconds(utc("2006-01-05 11:00"), 3601)), "Wed 2006-01-04 16:59:59");
}

#[test]
fn a6_zero_after_a_closed_instant() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.add_open_seconds(utc("2006-01-03 00:00"), 0)), "Tue 2006-01-03 10:00:00");
    assert_eq!(shown(s0.next_open(utc("2006-01-03 11:00"))), "Tue 2006-01-03 11:00:00");
}

#[test]
fn a7_zero_before_a_closed_instant() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.sub_open_seconds(utc("2006-01-03 00:00"), 0)), "Mon 2006-01-02 17:00:00");
}

#[test]
fn a10_saturday_is_a_business_day() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.add_business_days(utc("2006-01-06 12:00"), 2)), "Mon 2006-01-09 12:00:00");
}

#[test]
fn a11_days_after_an_early_instant() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.add_business_days(utc("2006-01-03 08:00"), 2)), "Thu 2006-01-05 10:00:00");
}

#[test]
fn a12_days_after_a_late_instant() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.add_business_days(utc("2006-01-03 18:00"), 2)), "Fri 2006-01-06 09:00:00");
}

#[test]
fn a14_days_before() {
    let s0 = calendar("UTC", S0);
    assert_eq!(shown(s0.sub_business_days(utc("2006-01-05 08:00"), 2)), "Mon 2006-01-02 17:00:00");
}

/// S0 with a break on Monday 2006-01-02, seen from Monday to Tuesday.
fn with_break(pause: &str) -> Vec<String> {
    let mut s0 = schedule("UTC", S0);
    s0.breaks.insert(day("2006-01-02"), hours(pause));
    spans(&Calendar::new(vec![s0]), "UTC", "2006-01-02 00:00", "2006-01-04 00:00")
}

#[test]
fn a15_a_break_cuts_the_day() {
    let monday = ["Mon 2006-01-02 09:00:00 - 13:30:00", "Mon 2006-01-02 15:30:00 - 17:00:00"];
    assert_eq!(with_break("13:30-15:30")[..2], monday);
}

#[test]
fn a16_a_break_over_the_opening() {
    assert_eq!(with_break("08:00-10:00")[0], "Mon 2006-01-02 10:00:00 - 17:00:00");
}

#[test]
fn a17_a_break_over_the_day() {
    assert_eq!(with_break("08:00-18:00"), ["Tue 2006-01-03 10:00:00 - 16:00:00"]);
}

#[test]
fn a18_a_break_over_two_spans() {
    let mut split = schedule("UTC", ["17:00-19:00 20:00-22:00", "", "", "", "", "", ""]);
    split.breaks.insert(day("2006-01-02"), hours("18:00-21:00"));
    let found = spans(&Calendar::new(vec![split]), "UTC", "2006-01-02 00:00", "2006-01-03 00:00");
    assert_eq!(found, ["Mon 2006-01-02 17:00:00 - 18:00:00", "Mon 2006-01-02 21:00:00 - 22:00:00"]);
}

#[test]
fn a21_overrides_beat_the_week_and_holidays() {
    let mut s0 = schedule("UTC", S0);
    s0.overrides.insert(day("2006-01-04"), hours("08:00-12:00"));
    s0.overrides.insert(day("2006-01-06"), hours("09:00-10:00"));
    s0.holidays.insert(day("2006-01-06"));
    let found = spans(&Calendar::new(vec![s0]), "UTC", "2006-01-01 00:00", "2006-01-08 00:00");
    let week = [
        "Mon 2006-01-02 09:00:00 - 17:00:00",
        "Tue 2006-01-03 10:00:00 - 16:00:00",
        "Wed 2006-01-04 08:00:00 - 12:00:00",
        "Thu 2006-01-05 10:00:00 - 16:00:00",
        "Fri 2006-01-06 09:00:00 - 10:00:00",
        "Sat 2006-01-07 11:00:00 - 14:30:00",
    ];
    assert_eq!(found, week);
}

#[test]
fn a22_a_span_that_straddles_the_gap_is_clipped() {
    let gap = calendar(LOS_ANGELES, ["09:00-17:00", "", "", "", "", "", "02:30-03:15"]);
    let found = spans(&gap, LOS_ANGELES, "2006-04-02 00:00", "2006-04-04 00:00");
    assert_eq!(found, ["Sun 2006-04-02 03:00:00 - 03:15:00", "Mon 2006-04-03 09:00:00 - 17:00:00"]);
    assert_eq!(gap.open_seconds(at(LOS_ANGELES, "2006-04-02 00:00"), at(LOS_ANGELES, "2006-04-03 00:00")), 900);
}

#[test]
fn a22_a_day_whose_hours_do_not_exist_is_no_business_day() {
    let gap = calendar(LOS_ANGELES, ["", "", "", "", "", "", "02:15-02:45"]);
    assert!(!gap.is_business_day(day("2006-04-02")));
    assert!(gap.is_business_day(day("2006-04-09")));
}

#[test]
fn a23_the_week_boundary_of_utc_does_not_matter() {
    let saturday = calendar(LOS_ANGELES, ["", "", "", "", "", "06:00-18:00", ""]);
    let found = spans(&saturday, LOS_ANGELES, "2006-01-07 17:00", "2006-01-08 12:00");
    assert_eq!(found, ["Sat 2006-01-07 17:00:00 - 18:00:00"]);
}

#[test]
fn a26_forty_hours() {
    let office = calendar("UTC", OFFICE);
    assert_eq!(office.open_seconds(utc("2022-03-20 00:00"), utc("2022-03-26 23:59")), 144_000);
}

#[test]
fn a28_an_hour_from_friday_evening() {
    let office = calendar("UTC", OFFICE);
    let friday = utc("2024-03-01 16:30");
    assert_eq!(shown(office.add_open_seconds(friday, 3600)), "Mon 2024-03-04 09:30:00");
    assert_eq!(shown(Calendar::always().add_open_seconds(friday, 3600)), "Fri 2024-03-01 17:30:00");
}

#[test]
fn a30_four_hours_from_four() {
    let office = calendar("UTC", OFFICE);
    let wednesday = utc("2024-03-06 16:00");
    assert_eq!(shown(office.add_open_seconds(wednesday, 4 * 3600)), "Thu 2024-03-07 12:00:00");
    assert_eq!(shown(Calendar::always().add_open_seconds(wednesday, 4 * 3600)), "Wed 2024-03-06 20:00:00");
}

#[test]
fn a31_the_whole_day_is_the_whole_day() {
    let (from, to) = (utc("2024-03-04 00:00"), utc("2024-03-11 00:00"));
    assert_eq!(calendar("UTC", ["00:00-23:59"; 7]).open_seconds(from, to), 604_380);
    assert_eq!(calendar("UTC", ROUND_THE_CLOCK).open_seconds(from, to), 604_800);
}

#[test]
fn a32_off_hours_do_not_count() {
    let agent = calendar("UTC", ["07:00-15:00"; 7]);
    let (from, to) = (utc("2024-03-04 18:00"), utc("2024-03-05 08:00"));
    assert_eq!(agent.open_seconds(from, to), 3600);
    assert_eq!(Calendar::always().open_seconds(from, to), 14 * 3600);
    assert_eq!(agent.open_seconds(from, utc("2024-03-04 19:00")), 0);
}

#[test]
fn a40_a_day_of_23_hours() {
    let open = calendar(BUCHAREST, ROUND_THE_CLOCK);
    assert_eq!(open.open_seconds(at(BUCHAREST, "2024-03-31 00:00"), at(BUCHAREST, "2024-04-01 00:00")), 82_800);
}

#[test]
fn a41_a_day_of_25_hours() {
    let open = calendar(BUCHAREST, ROUND_THE_CLOCK);
    assert_eq!(open.open_seconds(at(BUCHAREST, "2024-10-27 00:00"), at(BUCHAREST, "2024-10-28 00:00")), 90_000);
}

#[test]
fn a43_a_weekend_with_a_clock_change() {
    let office = calendar(NEW_YORK, OFFICE);
    let (from, to) = (at(NEW_YORK, "2024-11-01 16:00"), at(NEW_YORK, "2024-11-04 10:00"));
    assert_eq!(office.open_seconds(from, to), 2 * 3600);
    assert_eq!(Calendar::always().open_seconds(from, to), 67 * 3600);
}

#[test]
fn a44_an_hour_that_happens_twice_counts_twice() {
    let night = calendar(NEW_YORK, ["", "", "", "", "", "", "01:00-01:30"]);
    let (from, to) = (at(NEW_YORK, "2024-11-03 00:00"), at(NEW_YORK, "2024-11-04 00:00"));
    assert_eq!(night.open_seconds(from, to), 3600);
    assert_eq!(night.intervals_between(from, to).len(), 2);
}

#[test]
fn a45_an_hour_that_does_not_exist() {
    let night = calendar(NEW_YORK, ["", "", "", "", "", "", "01:00-03:00"]);
    assert_eq!(night.open_seconds(at(NEW_YORK, "2024-03-10 00:00"), at(NEW_YORK, "2024-03-11 00:00")), 3600);
}

#[test]
fn a46_wall_clock_hours_move_in_utc() {
    // Monday 08:00-20:00 local is minute 1920 to 2640 of a week from Sunday.
    let pacific = calendar(LOS_ANGELES, ["08:00-20:00", "", "", "", "", "", ""]);
    let minutes = |sunday: &str| {
        let sunday = utc(sunday);
        let spans = pacific.intervals_between(sunday, sunday + 7 * 86_400);
        spans.into_iter().map(|(start, end)| ((start - sunday) / 60, (end - sunday) / 60)).collect::<Vec<_>>()
    };
    assert_eq!(minutes("2024-07-07 00:00"), [(2340, 3060)]);
    assert_eq!(minutes("2024-01-07 00:00"), [(2400, 3120)]);
}

#[test]
fn b1_two_schedules_in_pieces() {
    // The source gives the hours in UTC minutes of the week; in local time they are 07:00-21:00 and 08:00-17:30.
    let level_1 = calendar(CHICAGO, ["07:00-21:00"; 7]);
    let level_2 = calendar(LOS_ANGELES, ["08:00-17:30", "08:00-17:30", "08:00-17:30", "08:00-17:30", "08:00-17:30", "", ""]);
    let switched = utc("2020-09-30 19:01:25");
    let first = level_1.open_seconds(utc("2020-09-29 17:01:38"), switched);
    let second = level_2.open_seconds(switched, utc("2020-09-30 19:01:46"));
    assert_eq!(first + second, 57_608);
}

#[test]
fn c20_to_c25_due_instants() {
    let helpdesk = ["10:00-18:00", "10:00-18:00", "10:00-18:00", "10:00-18:00", "10:00-18:00", "", ""];
    let plain = calendar("UTC", helpdesk);
    let due = |from: &str, hours: f64| shown(plain.add_open_seconds(utc(from), (hours * 3600.0) as i64));
    assert_eq!(due("2024-03-04 08:00", 1.0), "Mon 2024-03-04 11:00:00");
    assert_eq!(due("2024-03-04 08:00", 4.0), "Mon 2024-03-04 14:00:00");
    assert_eq!(due("2024-03-01 17:00", 0.5), "Fri 2024-03-01 17:30:00");
    assert_eq!(due("2024-03-01 17:00", 2.0), "Mon 2024-03-04 11:00:00");
    assert_eq!(due("2024-03-01 19:00", 1.0), "Mon 2024-03-04 11:00:00");
    assert_eq!(due("2024-03-01 19:00", 4.0), "Mon 2024-03-04 14:00:00");
    assert_eq!(due("2024-03-04 08:00", 8.0), "Mon 2024-03-04 18:00:00");

    let mut with_holidays = schedule("UTC", helpdesk);
    with_holidays.holidays.extend([day("2024-02-29"), day("2024-03-01")]);
    let with_holidays = Calendar::new(vec![with_holidays]);
    let thursday = utc("2024-02-29 15:00");
    assert_eq!(shown(with_holidays.add_open_seconds(thursday, 1800)), "Mon 2024-03-04 10:30:00");
    assert_eq!(shown(with_holidays.add_open_seconds(thursday, 7200)), "Mon 2024-03-04 12:00:00");
}

#[test]
fn hours_across_midnight_belong_to_the_day_they_start_on() {
    let mut night = schedule("UTC", ["", "", "", "", "22:00-02:00", "22:00-24:00", ""]);
    let found = spans(&Calendar::new(vec![night.clone()]), "UTC", "2024-03-01 00:00", "2024-03-04 00:00");
    assert_eq!(found, ["Fri 2024-03-01 22:00:00 - 02:00:00", "Sat 2024-03-02 22:00:00 - 00:00:00"]);
    // A holiday closes what starts on it; a break cuts what reaches into it.
    night.holidays.insert(day("2024-03-02"));
    night.breaks.insert(day("2024-03-02"), hours("01:00-01:30"));
    let found = spans(&Calendar::new(vec![night]), "UTC", "2024-03-01 00:00", "2024-03-04 00:00");
    assert_eq!(found, ["Fri 2024-03-01 22:00:00 - 01:00:00", "Sat 2024-03-02 01:30:00 - 02:00:00"]);
}

#[test]
fn versions_change_at_local_midnight() {
    let first = Schedule { from: Some(day("2024-01-01")), ..schedule(BUCHAREST, OFFICE) };
    let second = Schedule { from: Some(day("2024-01-03")), ..schedule(BUCHAREST, ROUND_THE_CLOCK) };
    let both = Calendar::new(vec![second, first]);
    let found = spans(&both, BUCHAREST, "2023-12-29 00:00", "2024-01-04 00:00");
    let expected =
        ["Mon 2024-01-01 09:00:00 - 17:00:00", "Tue 2024-01-02 09:00:00 - 17:00:00", "Wed 2024-01-03 00:00:00 - 00:00:00"];
    assert_eq!(found, expected);
    assert!(!both.in_force(at(BUCHAREST, "2023-12-31 23:59:59")));
    assert!(both.in_force(at(BUCHAREST, "2024-01-01 00:00")));
}

#[test]
fn outside_the_covered_years_it_is_slower_and_still_right() {
    let s0 = calendar("UTC", S0);
    // 2090-01-01 and 1950-01-01 are Sundays, so both weeks are those of A1.
    assert_eq!(s0.open_seconds(utc("2090-01-01 00:00"), utc("2090-01-08 00:00")), 142_200);
    assert_eq!(s0.open_seconds(utc("1950-01-01 00:00"), utc("1950-01-08 00:00")), 142_200);
    let (low, high) = (utc("1969-12-01 00:00"), utc("2070-02-01 00:00"));
    let middle = utc("2020-01-01 00:00");
    assert_eq!(s0.open_seconds(low, high), s0.open_seconds(low, middle) + s0.open_seconds(middle, high));
    assert_eq!(shown(s0.add_open_seconds(utc("2090-01-01 00:00"), 142_200)), "Sat 2090-01-07 14:30:00");
    assert_eq!(shown(s0.sub_open_seconds(utc("1950-01-08 00:00"), 142_200)), "Mon 1950-01-02 09:00:00");
    assert_eq!(shown(s0.add_open_seconds(utc("2069-12-31 12:00"), 86_400)), "Fri 2070-01-03 15:00:00");
}

#[test]
fn nothing_panics_at_the_edges() {
    for calendar in [calendar(NEW_YORK, OFFICE), calendar("UTC", [""; 7]), Calendar::always(), Calendar::new(Vec::new())] {
        for instant in [i64::MIN, -1, 0, i64::MAX] {
            calendar.is_open(instant);
            calendar.in_force(instant);
            calendar.next_open(instant);
            calendar.previous_open(instant);
            calendar.add_open_seconds(instant, i64::MAX);
            calendar.add_open_seconds(instant, i64::MIN);
            calendar.sub_open_seconds(instant, 1);
            calendar.add_business_days(instant, 3);
            calendar.sub_business_days(instant, 3);
            calendar.zone_at(instant);
        }
    }
    assert_eq!(calendar("UTC", [""; 7]).next_open(0), None);
    assert_eq!(calendar("UTC", [""; 7]).add_business_days(0, 1), None);
}

#[test]
fn measures_and_due_instants_are_inverse() {
    let mut odd =
        schedule(BUCHAREST, ["09:00-13:00 14:00-18:00", "22:00-02:00", "", "00:00-24:00", "09:00-17:00", "", "01:00-05:00"]);
    odd.breaks.insert(day("2024-03-28"), hours("10:00-11:00"));
    let odd = Calendar::new(vec![odd]);
    let start = at(BUCHAREST, "2024-03-25 00:00");
    for step in 0..400 {
        let (from, seconds) = (start + step * 5_431, 1 + step * 977);
        let due = odd.add_open_seconds(from, seconds).unwrap();
        assert_eq!(odd.open_seconds(from, due), seconds);
        let back = odd.sub_open_seconds(due, seconds).unwrap();
        assert_eq!(odd.open_seconds(back, due), seconds);
        let walked: i64 = odd.intervals_between(from, due).iter().map(|(start, end)| end - start).sum();
        assert_eq!(walked, seconds);
    }
}

struct Team(&'static str);

impl Attributes for Team {
    fn get(&self, name: &str) -> Option<Attribute<'_>> {
        (name == "team").then_some(Attribute::Text(self.0))
    }
}

#[test]
fn what_is_looked_up_by_the_day_is_what_the_hours_say() {
    let mut nights =
        schedule(BUCHAREST, ["22:00-02:00 09:00-12:00", "00:00-24:00", "", "23:30-24:00", "00:00-00:30", "", "13:00-14:00"]);
    nights.holidays.insert(day("2024-03-05"));
    for (week, schedule) in [nights, schedule(NEW_YORK, S0), schedule("UTC", ROUND_THE_CLOCK)].into_iter().enumerate() {
        // One that has never been asked goes by the hours themselves.
        let spans = Calendar::new(vec![schedule.clone()]).intervals_between(utc("2024-03-01 00:00"), utc("2024-04-10 00:00"));
        let calendar = Calendar::new(vec![schedule]);
        let (first, last) = (utc("2024-03-02 00:00"), utc("2024-04-01 00:00"));
        let (mut open, mut index) = (0, 0);
        for instant in (first..last).step_by(907) {
            while spans[index].1 <= instant {
                index += 1;
            }
            let next = spans[index].0.max(instant);
            assert_eq!(calendar.next_open(instant), Some(next), "week {week}: {}", show("UTC", instant));
            open += calendar.open_seconds(instant, instant + 907);
        }
        let within = spans.iter().map(|(start, end)| (end.min(&last) - start.max(&first)).max(0)).sum::<i64>();
        let rest = calendar.open_seconds(last, first + (last - first + 906) / 907 * 907);
        assert_eq!(open, within + rest, "week {week}");
        let again: Vec<bool> = (1..=31).map(|number| calendar.is_business_day(jiff::civil::date(2024, 3, number))).collect();
        let once: Vec<bool> = (1..=31).map(|number| calendar.is_business_day(jiff::civil::date(2024, 3, number))).collect();
        assert_eq!(again, once);
    }
}

#[test]
fn the_first_condition_that_holds_serves() {
    let when = |text: &str| Some(Condition::parse(text, CONVERSATION_FIELDS).unwrap());
    let returns = Schedule { when: when("team = 'returns'"), ..schedule("UTC", ROUND_THE_CLOCK) };
    let later = Schedule { when: when("team  =  'returns'"), from: Some(day("2024-01-02")), ..schedule("UTC", OFFICE) };
    let all = schedule("UTC", OFFICE);
    let calendars = Calendars::new(&[returns, all, later]);
    let (from, to) = (utc("2024-01-01 00:00"), utc("2024-01-03 00:00"));
    let seconds = |team| calendars.serving("support", &Team(team)).map(|calendar| calendar.open_seconds(from, to));
    assert_eq!(seconds("returns"), Some(32 * 3600));
    assert_eq!(seconds("sales"), Some(16 * 3600));
    assert!(calendars.serving("night", &Team("sales")).is_none());
    assert_eq!(calendars.names(), ["support"]);
    assert!(calendars.conditional("support"));
}

#[test]
fn hours_are_read_strictly() {
    for text in ["09:00-13:00", "22:00-02:00", "22:00-24:00", "00:00-24:00"] {
        assert_eq!(Interval::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "9-17", "09:00", "09:00-09:00", "24:00-02:00", "09:60-10:00", "09:00-25:00", "+9:00-10:00", "09:0-10:00"] {
        assert_eq!(Interval::parse(text), None, "{text}");
    }
}
