//! Metric files: what is read from a good one, the exact words about bad ones, and the whole catalogue as data.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::ColumnType;
use deskgauge_core::metric::{Language, Measure, Metric, PARAMETERS, check};
use deskgauge_core::notation::{ParseOptions, parse as parse_notation};
use deskgauge_core::question::{Question, Stat};
use deskgauge_core::rules::{Catalogue, Rules};
use expect_test::{Expect, expect};

const GOOD: &str = r#"+++
id = "wait_time"
unit = "seconds"
good = "low"
revision = 2
from = "waits"
dated = "replied_at"
started = "started_at"
value = "seconds"
business = "business_seconds"
guard = "csat"
[except]
spam = "final_status = 'spam'"
proactive = "proactive"
[running]
where = "replied_at is null"
until = "ended_at"
[credit]
actor = "actor"
[dimensions]
first = "first"
[variant.first]
where = "first"
[variant.calendar_only]
value = "seconds + 1"
[variant.share]
unit = "share"
counting = "seconds <= $answer_within"
[variant.other]
from = "touches"
unit = "count"
dated = "occurred_at"
distinct = "conversation"
[name]
en = "Wait"
ru = "Ожидание"
ro = "Așteptare"
zh-Hant = "等候"
+++
How long they wait.

## Why it matters
It does.

## Examples
### Two waits (B17)
Two hours, one hour.
```rules
[workspace]
```
```events
mon 09:00  customer  opens
```
```answer
wait_time        1h30m  n=2 running=0 excluded.spam=1
```
```ask
--grain day
```
```answer
wait_time first  null   null=no_data period=2024-01-01 channel=email team=-
wait_time share  66.67% numerator=2 denominator=3 bounds=50%..75%
```
"#;

fn parse(text: &str) -> (Option<Metric>, Vec<Diagnostic>) {
    Metric::parse(text, "catalogue/speed/wait_time.md")
}

/// The good file with one text put for another must give exactly these words.
fn complains(from: &str, to: &str, expected: Expect) {
    assert!(GOOD.contains(from), "the good file has no {from}");
    let (metric, mut problems) = parse(&GOOD.replacen(from, to, 1));
    problems.extend(metric.iter().flat_map(|metric| check(metric, &[("plan", ColumnType::Text)])));
    let words: Vec<_> = problems.iter().map(ToString::to_string).collect();
    expected.assert_eq(&words.join("\n"));
}

#[test]
fn a_good_file_is_read_without_a_word() {
    let (metric, problems) = parse(GOOD);
    assert_eq!(problems, []);
    let metric = metric.unwrap();
    assert_eq!(check(&metric, &[]), []);
    assert_eq!((metric.id.as_str(), metric.revision, metric.area.as_deref()), ("wait_time", 2, Some("speed")));
    assert_eq!(metric.name(Language::ZhHant), Some("等候"));
    assert_eq!(metric.definition.default, Some(Stat::Median));
    assert_eq!(metric.definition.except[1].0, "proactive");
    assert_eq!(metric.summary, "How long they wait.");
    assert_eq!(metric.sections[0].text, "It does.");
    assert_eq!(metric.definition.running.as_ref().unwrap().until.text, "ended_at");
}

#[test]
fn a_variant_is_a_complete_definition() {
    let metric = parse(GOOD).0.unwrap();
    let first = metric.definition(Some("first")).unwrap();
    assert_eq!(first.filter.as_ref().unwrap().text, "first");
    assert!(first.has_business() && first.running.is_some() && first.except.len() == 2);
    assert!(!metric.definition(Some("calendar_only")).unwrap().has_business());
    let share = metric.definition(Some("share")).unwrap();
    assert!(matches!(&share.measure, Measure::Share { out_of: None, .. }));
    assert_eq!((share.default, share.except.len()), (None, 2));
    let other = metric.definition(Some("other")).unwrap();
    assert!(other.except.is_empty() && other.running.is_none() && other.credit.is_empty());
    assert!(metric.definition(Some("nothing")).is_none());
}

#[test]
fn a_number_may_be_divided_by_another_one() {
    let divided = "unit = \"share\"\nfrom = \"resolutions\"\ndated = \"resolved_at\"\ncount = true\n\
        [variant.pace.per]\nfrom = \"orders\"\ndated = \"ordered_at\"\nsum = \"number\"\nwhere = \"not cancelled\"\ntrailing_days = 28\n";
    let text = GOOD.replacen(
        "[variant.other]\nfrom = \"touches\"",
        &format!("[variant.pace]\n{divided}[variant.other]\nfrom = \"touches\""),
        1,
    );
    let (metric, problems) = parse(&text);
    assert_eq!(problems, []);
    let metric = metric.unwrap();
    assert_eq!(check(&metric, &[]), []);
    let pace = metric.definition(Some("pace")).unwrap();
    let per = pace.per.as_ref().unwrap();
    assert_eq!((per.definition.from.as_str(), per.trailing_days), ("orders", Some(28)));
    assert!(matches!(per.definition.measure, Measure::Sum(_)) && !pace.has_values());
    assert_eq!(pace.parts().count(), 2);
    let told = |text: &str| {
        let (metric, mut problems) = parse(text);
        problems.extend(metric.iter().flat_map(|metric| check(metric, &[])));
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let share = told(&text.replacen("count = true", "counting = \"replied\"", 1));
    assert!(share.contains("only a count, a sum or a stock is divided"), "{share}");
    let stock = told(&text.replacen("sum = \"number\"", "stock = true", 1));
    assert!(stock.contains("a stock needs `entered` and `left`"), "{stock}");
    let undated = told(&text.replacen("dated = \"ordered_at\"\n", "", 1));
    assert!(undated.contains("error[missing-key]: [per] has no `dated`"), "{undated}");
    let column = told(&text.replacen("not cancelled", "not canceled", 1));
    assert!(column.contains("the fact table `orders` has no column `canceled`"), "{column}");
    let days = told(&text.replacen("= 28", "= 0", 1));
    assert!(days.contains("`trailing_days` is from 1 to 3660"), "{days}");
}

#[test]
fn a_stock_may_tell_its_ages() {
    let stock = "[variant.age]\nfrom = \"spells\"\ndated = \"entered_at\"\nstock = true\nentered = \"entered_at\"\n\
        left = \"left_at\"\nsince = \"created_at\"\nwindow = \"reopen_window\"\nwindow_from = \"open_since\"\n";
    let text = GOOD.replacen("[variant.other]", &format!("{stock}[variant.other]"), 1);
    let (metric, problems) = parse(&text);
    assert_eq!(problems, []);
    let metric = metric.unwrap();
    assert_eq!(check(&metric, &[]), []);
    let age = metric.definition(Some("age")).unwrap();
    assert_eq!((age.has_values(), age.default), (true, Some(Stat::Median)));
    assert_eq!(age.window_from.as_ref().unwrap().text, "open_since");
    let (metric, _) = parse(&text.replacen("\"created_at\"", "\"state\"", 1));
    let problems = check(&metric.unwrap(), &[]);
    assert_eq!(problems[0].message, "`since` must be an instant, but `state` is a text");
}

#[test]
fn examples_are_data() {
    let metric = parse(GOOD).0.unwrap();
    let example = &metric.examples[0];
    assert_eq!((example.title.as_str(), example.text.as_str()), ("Two waits (B17)", "Two hours, one hour."));
    assert_eq!(example.events, "mon 09:00  customer  opens\n");
    assert_eq!(example.rules.as_deref(), Some("[workspace]\n"));
    assert_eq!(example.checks.len(), 2);
    let first = &example.checks[0].answers[0];
    assert!(first.value.unwrap().matches(5400.0) && !first.value.unwrap().matches(5400.5));
    assert_eq!((first.n, first.running, first.excluded.as_slice()), (Some(2), Some(0), &[("spam".to_owned(), 1)][..]));
    let second = &example.checks[1];
    assert_eq!(second.ask.as_deref(), Some("--grain day"));
    assert_eq!(second.answers[0].variant.as_deref(), Some("first"));
    assert_eq!(second.answers[0].dimensions, [("channel".to_owned(), Some("email".to_owned())), ("team".to_owned(), None)]);
    let share = second.answers[1].value.unwrap();
    assert!(share.matches(2.0 / 3.0) && !share.matches(0.6665));
}

#[test]
fn every_parameter_of_the_rules_can_be_named() {
    for (name, _) in Catalogue::DEFAULTS {
        assert!(PARAMETERS.contains(&name), "{name}");
    }
}

#[test]
fn keys() {
    complains(
        "guard =",
        "gaurd =",
        expect![[r#"
        error[unknown-key]: there is no key `gaurd`
          at catalogue/speed/wait_time.md:11:1
          help: did you mean `guard`?"#]],
    );
    complains(
        "good = \"low\"",
        "good = \"lower\"",
        expect![[r#"
        error[unknown-word]: `lower` is not a word of `good`
          at catalogue/speed/wait_time.md:4:9
          help: did you mean `low`?"#]],
    );
    complains(
        "unit = \"seconds\"\n",
        "",
        expect![[r#"
        error[missing-key]: the metric has no `unit`
          at catalogue/speed/wait_time.md:2:1"#]],
    );
    complains(
        "revision = 2",
        "revision = \"two\"",
        expect![[r#"
        error[bad-value]: `revision` is a text, not a whole number
          at catalogue/speed/wait_time.md:5:1"#]],
    );
    complains(
        "ru = \"Ожидание\"\n",
        "",
        expect![[r#"
        error[missing-language]: the metric has no name in `ru`
          at catalogue/speed/wait_time.md:34:2
          help: add ru = "…" to [name]"#]],
    );
    complains(
        "id = \"wait_time\"",
        "id = \"waiting\"",
        expect![[r#"
        error[wrong-id]: the id is `waiting` but the file is `wait_time.md`
          at catalogue/speed/wait_time.md:2:7
          help: rename the file to `waiting.md`, or write id = "wait_time""#]],
    );
    complains(
        "from = \"waits\"",
        "from = \"wait\"",
        expect![[r#"
        error[unknown-table]: there is no fact table `wait`
          at catalogue/speed/wait_time.md:6:9
          help: did you mean `waits`?"#]],
    );
    complains(
        "value = \"seconds\"\nbusiness = \"business_seconds\"",
        "",
        expect![[r#"
            error[missing-key]: the metric does not say what it counts
              at catalogue/speed/wait_time.md:6:1
              help: give one of value, counting, count, distinct, sum, stock, plus, overlap"#]],
    );
    complains(
        "business = ",
        "count = true\nbusiness = ",
        expect![[r#"
        error[two-measures]: `value` and `count` cannot stand in one definition
          at catalogue/speed/wait_time.md:10:1
          help: keep one; the other may be a variant"#]],
    );
    complains(
        "until = \"ended_at\"\n",
        "",
        expect![[r#"
        error[missing-key]: `running` has no `until`
          at catalogue/speed/wait_time.md:16:1
          help: name the instant at which a row stops running; null while it runs"#]],
    );
    complains(
        "+++\nid",
        "id",
        expect![[r#"
        error[no-front-matter]: a metric file begins with its keys between two lines of `+++`
          at catalogue/speed/wait_time.md:1:1
          help: put `+++` on the first line and after the last key"#]],
    );
    complains(
        "revision = 2",
        "revision = ",
        expect![[r#"
        error[bad-toml]: cannot read the keys: string values must be quoted, expected literal string
          at catalogue/speed/wait_time.md:5:12"#]],
    );
}

#[test]
fn formulas() {
    complains(
        "value = \"seconds\"",
        "value = \"second\"",
        expect![[r#"
        error[unknown-column]: the fact table `waits` has no column `second`
          at catalogue/speed/wait_time.md:9:10
          help: did you mean `seconds`?"#]],
    );
    complains(
        "\"final_status = 'spam'\"",
        "\"plan = 'x' or final_state = 'spam'\"",
        expect![[r#"
        error[unknown-column]: the fact table `waits` has no column `final_state`
          at catalogue/speed/wait_time.md:13:23
          help: did you mean `final_status`?"#]],
    );
    complains(
        "$answer_within",
        "$answer_in",
        expect![[r#"
        error[unknown-parameter]: `[catalogue]` has no `answer_in`
          at catalogue/speed/wait_time.md:28:24
          help: did you mean `$answer_within`?"#]],
    );
    complains(
        "value = \"seconds\"",
        "value = \"sum(seconds)\"",
        expect![[r#"
        error[bad-formula]: `sum` is an aggregate; a formula sees one row
          at catalogue/speed/wait_time.md:9:10
          help: the metric's kind says how rows are aggregated"#]],
    );
    complains(
        "value = \"seconds\"",
        "value = \"row_number() over (order by seconds)\"",
        expect![[r#"
        error[bad-formula]: `row_number` has a window; a formula sees one row
          at catalogue/speed/wait_time.md:9:10"#]],
    );
    complains(
        "value = \"seconds\"",
        "value = \"(select 1)\"",
        expect![[r#"
        error[bad-formula]: a formula has no subquery
          at catalogue/speed/wait_time.md:9:10"#]],
    );
    complains(
        "value = \"seconds\"",
        "value = \"random()\"",
        expect![[r#"
            error[bad-formula]: a formula has no function `random`
              at catalogue/speed/wait_time.md:9:10
              help: the functions are seconds_between, add_seconds, coalesce, nullif, least, greatest, abs, lower, upper, starts_with, array_has, cardinality, parts"#]],
    );
    complains(
        "value = \"seconds\"",
        "value = \"seconds +\"",
        expect![[r#"
        error[bad-formula]: cannot read the formula `seconds +`: expected: an expression, found: EOF
          at catalogue/speed/wait_time.md:9:10"#]],
    );
    complains(
        "dated = \"replied_at\"",
        "dated = \"seconds\"",
        expect![[r#"
        error[wrong-type]: `dated` must be an instant, but `seconds` is a number
          at catalogue/speed/wait_time.md:7:10"#]],
    );
    complains(
        "proactive = \"proactive\"",
        "proactive = \"origin\"",
        expect![[r#"
        error[wrong-type]: `except` must be true or false, but `origin` is a text
          at catalogue/speed/wait_time.md:14:14"#]],
    );
}

#[test]
fn examples() {
    complains(
        "n=2",
        "m=2",
        expect![[r#"
        error[bad-example]: cannot read `m=2` in an answer
          at catalogue/speed/wait_time.md:55:1
          help: did you mean `n`?"#]],
    );
    complains(
        "1h30m  n=2",
        "soon  n=2",
        expect![[r#"
        error[bad-example]: `soon` is not a value
          at catalogue/speed/wait_time.md:55:1
          help: an answer is written as `metric variant value n=1`, the variant only where there is one"#]],
    );
    complains(
        "```events",
        "```event",
        expect![[r#"
        error[bad-example]: an example has no block `event`
          at catalogue/speed/wait_time.md:51:1
          help: did you mean `events`?
        error[bad-example]: the example has no `events` block
          at catalogue/speed/wait_time.md:46:1
          help: add a block that begins with ```events"#]],
    );
}

/// The catalogue's files: path below `catalogue/` and text.
fn catalogue() -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let mut files = Vec::new();
    let areas = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap());
    for area in
        areas.filter(|entry| entry.path().is_dir() && !["profiles", "presets"].contains(&&*entry.file_name().to_string_lossy()))
    {
        for file in std::fs::read_dir(area.path()).unwrap().map(|entry| entry.unwrap().path()) {
            let name = format!("{}/{}", area.file_name().display(), file.file_name().unwrap().display());
            files.push((name, std::fs::read_to_string(&file).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn the_catalogue_is_complete_and_readable() {
    let mut words = Vec::new();
    for (name, text) in catalogue() {
        let (metric, mut problems) = Metric::parse(&text, &name);
        problems.extend(metric.iter().flat_map(|metric| check(metric, &[])));
        let Some(metric) = metric else {
            words.extend(problems.iter().map(ToString::to_string));
            continue;
        };
        for example in &metric.examples {
            let options = ParseOptions { file: name.clone(), ..ParseOptions::default() };
            problems.extend(parse_notation(&example.events, &options).1);
            if let Some(rules) = &example.rules {
                problems.extend(Rules::parse(rules, &name).1);
            }
            for check in &example.checks {
                problems.extend(check.ask.iter().flat_map(|ask| Question::new(vec![]).set_options(ask)));
            }
        }
        words.extend(problems.iter().map(ToString::to_string));
        let sections: Vec<_> = metric.sections.iter().map(|section| section.title.as_str()).collect();
        if sections != ["Why it matters", "Pitfalls", "Sources"] || metric.examples.len() < 3 || metric.summary.is_empty() {
            words.push(format!("{name}: sections {sections:?}, {} examples", metric.examples.len()));
        }
    }
    assert!(words.is_empty(), "{}", words.join("\n"));
}

#[test]
fn the_guides_own_metric_is_a_good_one() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/own-kpis.md")).unwrap();
    let text = guide.split_once("````markdown\n").unwrap().1.split_once("````").unwrap().0;
    let (metric, mut problems) = Metric::parse(text, "catalogue/outcome/return_resolution_time.md");
    let metric = metric.unwrap();
    problems.extend(check(&metric, &[("returned", ColumnType::Bool)]));
    assert_eq!(problems, []);
    assert_eq!(metric.examples[0].checks.len(), 1);
    for word in PARAMETERS {
        assert!(guide.contains(&format!("`${word}`")), "the guide does not name ${word}");
    }
}
