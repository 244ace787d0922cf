//! What is refused, how much an answer may cost, and what stands behind one.

use deskgauge_core::metric::Metric;
use deskgauge_core::rules::Band;

use super::*;

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let desk = Desk::new("", WEEK);
    let mut all = String::new();
    for (metric, options) in [
        ("respnse", ""),
        ("resolved_share", "--stat mean"),
        ("created", "--stat mean"),
        ("resolved_share", "--stat within --set within=1h"),
        ("response", "--stat within"),
        ("response", "--by chanel"),
        ("response", "--by queue"),
        ("response", "--variant plan"),
        ("response", "--by agent --credit actr"),
        ("response", "--where \"chanel='email'\""),
        ("response", "--where '1=1) or (1=1'"),
        ("response", "--where 'seconds > (select 1)'"),
        ("response", "--where 'count(*) > 1'"),
        ("response", "--where random()<1"),
        ("response", "--where seconds"),
    ] {
        let error = desk.answers(metric, options).await.unwrap_err().to_string();
        all.push_str(&format!("{error}\n"));
    }
    expect![[r#"
        error[unknown-metric]: there is no metric `respnse`
          help: did you mean `response`?
        error[stat-not-applicable]: `--stat mean` does not fit `resolved_share`, which is a share
          help: leave --stat out for this metric
        error[stat-not-applicable]: `--stat mean` does not fit `created`, which is a count
          help: leave --stat out for this metric
        error[stat-not-applicable]: `--stat within` does not fit `resolved_share`, which is no duration
          help: leave --stat out for this metric
        error[within-without-target]: `response` has no target to be within
          help: name one, such as --set within=4h, or write a [[target]] for it in deskgauge.toml
        error[unknown-dimension]: there is no dimension `chanel`
          help: did you mean `channel`?
        error[dimension-not-applicable]: `response` cannot be cut by `queue`: its facts have none
          help: leave the dimension out for this metric
        error[unknown-variant]: `response` has no variant `plan`
          help: did you mean `plain`?
        error[unknown-credit]: `response` has no credit model `actr`
          help: did you mean `actor`?
        error[unknown-column]: --where, of response: there is no column `chanel`
          help: did you mean `channel`?
        error[bad-formula]: --where, of response: the formula cannot be read: expected: end of expression, found: ) at Line: 1, Column: 4
        error[formula-not-allowed]: --where, of response: a formula may not have a subquery (`select`)
          help: a formula sees one row, the parameters and `now`
        error[formula-not-allowed]: --where, of response: a formula may not have an aggregate (`count`)
          help: a formula sees one row, the parameters and `now`
        error[formula-not-allowed]: --where, of response: a formula may not have a function that is not pure (`random`)
          help: a formula sees one row, the parameters and `now`
        error[formula-type]: --where, of response: the formula comes to a whole number, not to true or false
    "#]].assert_eq(&all);
}

#[tokio::test]
async fn the_size_of_an_answer_is_limited() {
    let desk = Desk::new("", WEEK);
    let asked = question("created", "--grain day --from 2024-01-01");
    let few = Limits { cells: 5, ..Limits::default() };
    let error = ask_within(&desk.source, &catalogue(), &desk.rules, &asked, cut(), few).await.unwrap_err();
    assert!(matches!(error, AskError::TooManyCells { found: 9, most: 5 }), "{error}");
}

#[tokio::test]
async fn statements_only_read() {
    let desk = Desk::new("", WEEK);
    let batches = sql(&desk.source, "select count(*) as events from events where type = 'opened'").await.unwrap();
    assert_eq!(batches[0].num_rows(), 1);
    assert_eq!(arrow::util::display::array_value_to_string(batches[0].column(0), 0).unwrap(), "6");
    for statement in [
        "create table t (a int)",
        "insert into orders select * from orders",
        "copy (select 1) to '/tmp/out.csv'",
        "create external table t stored as parquet location '/etc'",
        "set datafusion.execution.batch_size = 1",
        "select 1; select 2",
        "drop table orders",
        "select * from '/etc/passwd'",
    ] {
        let error = sql(&desk.source, statement).await.unwrap_err();
        assert!(matches!(error, AskError::Refused(_)), "{statement}: {error}");
    }
}

#[tokio::test]
async fn a_number_is_explained_by_its_funnel_and_its_cases() {
    let desk = Desk::new("", WEEK);
    let asked = question("response", "--by channel");
    let funnel = population(&desk.source, &catalogue(), &desk.rules, "response", &asked).await.unwrap();
    expect![[r#"Funnel { table: 6, own: 6, excluded: [("spam", 1), ("vip", 1)], running: 0, provisional: 0, pending: 1, without_value: 0, counted: 3 }"#]].assert_eq(&format!("{funnel:?}"));
    let email = vec![Some("email".to_owned())];
    let found = cases(&desk.source, &catalogue(), &desk.rules, "response", &asked, &email, 10, Order::Largest).await.unwrap();
    let shown: Vec<String> = found
        .iter()
        .map(|case| format!("{} {:?} {}", case.id.as_deref().unwrap_or("-"), case.value, case.left_out.as_deref().unwrap_or("")))
        .collect();
    expect![[r#"
        3 Some(10800.0) 
        1 Some(3600.0) 
        5 Some(1800.0) vip
        6 None spam"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn targets_give_bands_on_the_good_side() {
    let (rules, problems) = Rules::parse(
        "[[target]]\nmetric = \"response\"\nwhere = \"channel = 'chat'\"\ngood = \"1m\"\n\
         [[target]]\nmetric = \"response\"\nexcellent = \"1h\"\nsatisfactory = \"12h\"\n\
         [[target]]\nmetric = \"resolved_share\"\ngood = 0.9\n",
        "deskgauge.toml",
    );
    assert!(problems.is_empty(), "{problems:?}");
    let catalogue = catalogue();
    let response = catalogue.get("response").unwrap();
    let chat = [("channel".to_owned(), Some("chat".to_owned()))];
    let band = |rules: &Rules, metric: &Metric, dimensions: &[(String, Option<String>)], value: f64| {
        aim_at(rules, metric, dimensions, value).map(|aim| aim.band)
    };
    assert_eq!(band(&rules, response, &[], 3600.0), Some(Band::Excellent));
    assert_eq!(band(&rules, response, &[], 3601.0), Some(Band::Satisfactory));
    assert_eq!(band(&rules, response, &chat, 61.0), Some(Band::Poor));
    assert_eq!(band(&rules, catalogue.get("resolved_share").unwrap(), &[], 0.9), Some(Band::Good));
    assert_eq!(band(&rules, catalogue.get("created").unwrap(), &[], 1.0), None);
}
