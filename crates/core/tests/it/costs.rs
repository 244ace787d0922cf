//! `[[cost]]`: a month's amount spread over its days to the last unit, and what is wrong with one.

use deskgauge_core::rules::Rules;

/// The days with their amounts, and the problems with their lines.
type Read = (Vec<(i64, i64)>, Vec<(&'static str, u32)>);

fn costs(text: &str) -> Read {
    let (rules, problems) = Rules::parse(text, "deskgauge.toml");
    let days = rules.day_costs().iter().map(|day| (day.spent_at.0, day.amount.0)).collect();
    (days, problems.iter().map(|problem| (problem.code, problem.place.as_ref().unwrap().line)).collect())
}

#[test]
fn a_month_is_spread_over_its_local_days() {
    // 100 over the 31 days of a March in which the clocks change: 3.2258 or 3.2259 each, 100 together.
    let text = "[workspace]\ntime_zone = \"Europe/Bucharest\"\n[[cost]]\nmonth = \"2024-03\"\namount = 100\ncurrency = \"EUR\"\n";
    let (days, problems) = costs(text);
    assert_eq!(problems, []);
    assert_eq!((days.len(), days.iter().map(|(_, amount)| amount).sum::<i64>()), (31, 1_000_000));
    assert!(days.iter().all(|(_, amount)| (32_258..=32_259).contains(amount)), "{days:?}");
    // Midnights of Bucharest: two hours before those of Greenwich, three after the last Sunday, which has 23 hours.
    let lengths: Vec<i64> = days.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert_eq!(days[0].0, 1_709_244_000);
    assert_eq!(lengths.iter().filter(|seconds| **seconds == 86_400).count(), 30, "the last day's end is April's");
    // What it costs decides no fact.
    assert_eq!(
        Rules::parse(text, "r").0.digest(),
        Rules::parse("[workspace]\ntime_zone = \"Europe/Bucharest\"\n", "r").0.digest()
    );
}

#[test]
fn each_wrong_cost_is_told_with_its_line() {
    let text = "[[cost]]\nmonth = \"2024-13\"\namount = 1\ncurrency = \"EUR\"\n\
                [[cost]]\nmonth = \"2024-01\"\namount = \"much\"\ncurrency = \"EUR\"\n\
                [[cost]]\nmonth = \"2024-01\"\namount = -1\ncurrency = \"EUR\"\n\
                [[cost]]\nmonth = \"2024-01\"\n\
                [[cost]]\nmonth = \"2024-01\"\namount = 1\ncurrency = \"EUR\"\n\
                [[cost]]\nmonth = \"2024-01\"\namount = 2\ncurrency = \"EUR\"\nteam = \"sales\"\n\
                [[cost]]\nmonth = \"2024-01\"\namount = 2\ncurrency = \"EUR\"\nmonths = 3\n";
    let (days, problems) = costs(text);
    assert_eq!(days.len(), 62, "one of all and one of the team");
    let wanted = [
        ("bad-value", 2),
        ("bad-value", 7),
        ("bad-value", 11),
        ("missing-key", 13),
        ("missing-key", 13),
        ("duplicate-cost", 24),
        ("unknown-key", 28),
    ];
    assert_eq!(problems, wanted);
}
