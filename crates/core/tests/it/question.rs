//! Options of questions: what each means, and what is said about misspelt ones.

use deskgauge_core::facts::At;
use deskgauge_core::period::Grain;
use deskgauge_core::question::{AsOf, Clock, Compare, DIMENSIONS, Dated, Moment, Question, Shift, Stat};
use expect_test::{Expect, expect};

fn question() -> Question {
    Question::new(vec!["csat".to_owned()])
}

fn complains(line: &str, expected: Expect) {
    let words: Vec<_> = question().set_options(line).iter().map(ToString::to_string).collect();
    expected.assert_eq(&words.join("\n"));
}

#[test]
fn all_options_are_read() {
    let mut asked = question();
    let problems = asked.set_options(
        "--by channel,team --by agent --grain week --from 2024-01-01 --to=2024-02-01 --where \"channel = 'chat'\" --stat p90 \
         --clock business --variant net --credit actor --dated cohort --set answer_within=30s --set fcr_window=7d --profile canonical \
         --as-of 12 --now 2024-01-02T00:00:00+02:00",
    );
    assert_eq!(problems, []);
    assert_eq!(asked.by, ["channel", "team", "agent"]);
    assert_eq!((asked.grain, asked.stat, asked.clock), (Grain::Week, Some(Stat::P90), Some(Clock::Business)));
    assert_eq!((asked.from, asked.to), ("2024-01-01".parse().ok(), "2024-02-01".parse().ok()));
    assert_eq!(asked.filter.as_deref(), Some("channel = 'chat'"));
    assert_eq!((asked.variant.as_deref(), asked.credit.as_deref(), asked.dated), (Some("net"), Some("actor"), Dated::Cohort));
    assert_eq!((asked.set["answer_within"], asked.set["fcr_window"]), (30, 604_800));
    assert_eq!((asked.as_of, asked.now), (Some(AsOf::Snapshot(12)), Some(Moment::At(At(1_704_146_400)))));
}

#[test]
fn an_earlier_state_is_a_number_a_date_or_an_instant() {
    let mut asked = question();
    assert_eq!(asked.set_options("--as-of 2024-01-01T00:00:00Z"), []);
    assert_eq!(asked.as_of, Some(AsOf::Time(Moment::At(At(1_704_067_200)))));
    assert_eq!(asked.set_options("--as-of 2024-01-01 --now 2024-01-01"), []);
    let day = Moment::Day("2024-01-01".parse().unwrap());
    assert_eq!((asked.as_of, asked.now), (Some(AsOf::Time(day)), Some(day)));
    let zone = jiff::tz::TimeZone::get("Europe/Bucharest").unwrap();
    assert_eq!(day.at(&zone), At(1_704_067_200 - 7200));
}

#[test]
fn words_about_bad_options() {
    complains(
        "--grian day",
        expect![[r#"
        error[unknown-option]: there is no option `--grian`
          help: did you mean `--grain`?"#]],
    );
    complains(
        "--stat avg --grain daily",
        expect![[r#"
        error[unknown-word]: `avg` is not a word of `--stat`
          help: it is one of mean, median, p90, p95, min, max, sum, share, km_median, km_p90, within
        error[unknown-word]: `daily` is not a word of `--grain`
          help: did you mean `day`?"#]],
    );
    complains(
        "--set answer_withn=3s --set answer_within=soon --set x",
        expect![[r#"
        error[unknown-word]: `answer_withn` is not a word of `--set`
          help: did you mean `answer_within`?
        error[bad-value]: `soon` is not a span of time
          help: write it as 20s, 5m, 4h or 7d
        error[bad-value]: `x` sets nothing
          help: write it as `--set name=span`, such as `--set answer_within=30s`"#]],
    );
    complains(
        "--from yesterday --now 2024-01-02 --as-of then",
        expect![[r#"
            error[bad-value]: `yesterday` is not a date for `--from`
              help: write it as year-month-day, such as 2024-01-31
            error[bad-value]: `then` is neither a snapshot's number nor a date nor an instant
              help: write a date such as 2024-01-02, or an instant with its offset such as 2024-01-02T09:00:00Z"#]],
    );
    complains(
        "channel --by",
        expect![[r#"
        error[bad-option]: `channel` is not an option
          help: options are written as `--name value`
        error[bad-option]: the option `--by` has no value
          help: options are written as `--name value`"#]],
    );
    complains(
        "--where 'channel",
        expect![[r#"
        error[bad-option]: a quote is not closed
          help: close it, or leave it out"#]],
    );
}

#[test]
fn every_dimension_is_named_once_and_explained() {
    for (index, dimension) in DIMENSIONS.iter().enumerate() {
        assert!(!dimension.sentence.is_empty());
        assert!(DIMENSIONS[..index].iter().all(|other| other.name != dimension.name));
    }
    assert_eq!(DIMENSIONS.len(), 23);
}

#[test]
fn what_is_named_twice_is_kept_once_and_told() {
    let mut question = Question::new(["csat", "nps", "csat", "csat"].map(str::to_owned).to_vec());
    question.set_option("by", "channel,team").unwrap();
    question.set_option("by", "channel").unwrap();
    let told: Vec<String> = question.drop_repeated().into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        (question.metrics, question.by),
        (vec!["csat".to_owned(), "nps".to_owned()], vec!["channel".to_owned(), "team".to_owned()])
    );
    let sentences =
        ["the KPI `csat` is named twice and answered once", "the dimension `channel` is named twice and answered once"];
    assert_eq!(told, sentences);
}

fn earlier(compare: &str, from: &str, to: &str, grain: Grain, now: &str) -> Result<String, String> {
    let zone = jiff::tz::TimeZone::get("Europe/Bucharest").unwrap();
    let now = At(now.parse::<jiff::Timestamp>().unwrap().as_second());
    let compare = Compare::parse(compare).unwrap().unwrap();
    let found =
        compare.earlier(from.parse().unwrap(), to.parse().unwrap(), grain, now, &zone).map_err(|problem| problem.message)?;
    let until = found.until.map(|at| format!(" until {}", jiff::Timestamp::from_second(at.0).unwrap()));
    Ok(format!("{} to {}{}", found.from, found.to, until.unwrap_or_default()))
}

const NOON: &str = "2026-11-22T10:00:00Z";

#[test]
fn ranges_are_compared_with_those_that_are_like_them() {
    let told = |compare: &str, from: &str, to: &str, grain| earlier(compare, from, to, grain, NOON).unwrap();
    // Whole months by months, whatever their lengths; other ranges by days.
    assert_eq!(told("previous", "2026-03-01", "2026-04-01", Grain::Day), "2026-02-01 to 2026-03-01");
    assert_eq!(told("previous", "2026-01-01", "2026-04-01", Grain::Quarter), "2025-10-01 to 2026-01-01");
    assert_eq!(told("prev", "2026-03-02", "2026-03-05", Grain::All), "2026-02-27 to 2026-03-02");
    // pages.md: 1-30 November against 27 September to 26 October.
    assert_eq!(told("weekdays", "2026-11-01", "2026-12-01", Grain::Week), "2026-09-27 to 2026-10-27");
    assert_eq!(told("yoy", "2028-02-01", "2028-03-01", Grain::Month), "2027-02-01 to 2027-03-01");
    assert_eq!(told("2026-01-05..2026-01-09", "2026-03-02", "2026-03-09", Grain::Week), "2026-01-05 to 2026-01-10");
}

#[test]
fn what_still_runs_is_compared_with_as_much_of_the_one_before() {
    let told = |from: &str, to: &str, now: &str| earlier("elapsed", from, to, Grain::Day, now).unwrap();
    // Noon of the 22nd in Bucharest, in winter and in summer time alike.
    assert_eq!(told("2026-11-01", "2026-12-01", NOON), "2026-10-01 to 2026-11-01 until 2026-10-22T09:00:00Z");
    // Today against the same weekday.
    assert_eq!(told("2026-11-22", "2026-11-23", NOON), "2026-11-15 to 2026-11-16 until 2026-11-15T10:00:00Z");
    // More days than the month before has: all of it.
    assert_eq!(told("2026-03-01", "2026-04-01", "2026-03-31T10:00:00Z"), "2026-02-01 to 2026-03-01 until 2026-02-28T21:59:59Z");
    // What is over is compared whole.
    assert_eq!(told("2026-10-01", "2026-11-01", NOON), "2026-09-01 to 2026-10-01");
    let future = earlier("elapsed", "2026-12-01", "2027-01-01", Grain::All, NOON);
    assert_eq!(future, Err("nothing of the range from 2026-12-01 has passed yet".to_owned()));
}

#[test]
fn periods_without_their_like_are_refused() {
    let refused = |compare: &str, from: &str, to: &str, grain| earlier(compare, from, to, grain, NOON).is_err();
    assert!(refused("year", "2026-03-02", "2026-03-09", Grain::Week));
    assert!(refused("weekdays", "2026-03-01", "2026-04-01", Grain::Month));
    assert!(refused("previous", "2026-03-01", "2026-04-01", Grain::Quarter));
    // The last of March has no like in February.
    let shift = Shift::Months(1);
    assert_eq!(shift.of("2026-03-31".parse().unwrap()), None);
    assert_eq!(shift.of("2026-03-28".parse().unwrap()), "2026-02-28".parse().ok());
}

#[test]
fn words_about_comparisons() {
    complains(
        "--compare weekday",
        expect![[r#"
        error[unknown-word]: `weekday` is not a word of `--compare`
          help: did you mean `weekdays`?"#]],
    );
    complains(
        "--compare 2026-02-02..2026-02-01",
        expect![[r#"
        error[bad-value]: `2026-02-02..2026-02-01` is not a range for `--compare`
          help: write its first and its last day, such as 2024-01-01..2024-01-31"#]],
    );
}

#[test]
fn a_condition_stands_by_itself() {
    use deskgauge_core::question::condition;
    assert_eq!(condition("channel = 'chat' or team = 'a'").unwrap(), "channel = 'chat' OR team = 'a'");
    assert_eq!(condition("true -- and more").unwrap(), "true", "comments are gone");
    for broken in ["1=1) or (1=1", "a = 1; b", "channel =", "'open", ""] {
        assert_eq!(condition(broken).unwrap_err().code, "bad-condition", "{broken}");
    }
}
