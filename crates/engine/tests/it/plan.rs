//! The planner from outside: small timelines are folded, small metrics asked, whole answers compared.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod lake;

use deskgauge_core::answer::{Answer, Answers, DataCut};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::{Question, parse_now};
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{AskError, Limits, Order, ask, ask_within, cases, population, sql};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::plan::{Band, bands};
use deskgauge_engine::source::FactSource;
use expect_test::{Expect, expect};

const NAMES: &str = "[name]\nen = \"a\"\nru = \"b\"\nro = \"c\"\nzh-Hant = \"d\"\n";

const METRICS: &[(&str, &str)] = &[
    (
        "response",
        r#"
unit = "seconds"
good = "low"
from = "first_responses"
dated = "answered_at"
started = "started_at"
value = "seconds"
business = "business_seconds"
[except]
spam = "final_status = 'spam'"
vip = "array_has(tags, 'vip')"
[running]
where = "outcome = 'waiting' or answered_at is not null"
until = "coalesce(answered_at, ended_at)"
[credit]
actor = "actor"
owner_at_event = "owner"
[variant.plain]
value = "seconds + 1"
"#,
    ),
    (
        "resolved_share",
        r#"
unit = "share"
good = "high"
from = "conversations"
dated = "created_at"
counting = "first_resolved_at <= add_seconds(created_at, $resolution_window)"
decided = "first_resolved_at <= now or add_seconds(created_at, $resolution_window) < now"
"#,
    ),
    (
        "reopened_share",
        r#"
unit = "share"
good = "low"
from = "resolutions"
dated = "resolved_at"
started = "started_at"
counting = "reopened_after_seconds <= $reopen_window"
out_of = "not pending"
window = "reopen_window"
"#,
    ),
    (
        "backlog",
        r#"
unit = "count"
good = "low"
from = "spells"
dated = "entered_at"
where = "state in ('us', 'customer', 'third_party')"
stock = true
entered = "entered_at"
left = "left_at"
"#,
    ),
    (
        "customers",
        "unit = \"count\"\ngood = \"none\"\nfrom = \"conversations\"\ndated = \"created_at\"\ndistinct = \"customer\"\n",
    ),
    ("created", "unit = \"count\"\ngood = \"none\"\nfrom = \"conversations\"\ndated = \"created_at\"\ncount = true\n"),
    (
        "revenue",
        "unit = \"money\"\ngood = \"high\"\nfrom = \"orders\"\ndated = \"ordered_at\"\nvalue = \"amount\"\ndefault = \"sum\"\n",
    ),
    (
        "nps",
        r#"
unit = "points"
good = "high"
from = "surveys"
dated = "answered_at"
started = "asked_at"
where = "kind = 'nps'"
plus = "promoter"
minus = "detractor"
out_of = "score is not null"
"#,
    ),
];

fn catalogue() -> Catalogue {
    let files: Vec<(String, String)> = METRICS
        .iter()
        .map(|(id, front)| {
            // Keys of the top stand before any table of the front matter.
            (format!("{id}.md"), format!("+++\nid = \"{id}\"\nrevision = 1\n{}\n{NAMES}+++\nText.\n", front.trim()))
        })
        .collect();
    let (catalogue, problems) = Catalogue::from_files(files.iter().map(|(name, text)| (name.clone(), text.as_str())), &[]);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    catalogue
}

/// What a test asks about.
struct Desk {
    source: FactSource,
    rules: Rules,
}

impl Desk {
    fn new(rules: &str, events: &str) -> Self {
        let (rules, problems) = Rules::parse(rules, "deskgauge.toml");
        assert!(problems.is_empty(), "{problems:?}");
        let (events, problems) = parse(events, &ParseOptions::default());
        assert!(problems.is_empty(), "{problems:?}");
        let facts = fold_all(events.clone(), &rules);
        let source = FactSource::memory(&facts, &events, &own_fields(&rules)).unwrap();
        Self { source, rules }
    }

    async fn answers(&self, metrics: &str, options: &str) -> Result<Answers, AskError> {
        ask(&self.source, &catalogue(), &self.rules, &question(metrics, options), cut()).await
    }

    async fn expect(&self, metrics: &str, options: &str, expected: Expect) {
        let shown = match self.answers(metrics, options).await {
            Ok(answers) => answers.answers.iter().map(|answer| line(answer) + "\n").collect(),
            Err(error) => format!("{error}\n"),
        };
        expected.assert_eq(&shown);
    }
}

fn cut() -> DataCut {
    DataCut { snapshot: 0, watermark: 0, at: None }
}

fn question(metrics: &str, options: &str) -> Question {
    let mut question = Question::new(metrics.split(',').map(str::to_owned).collect());
    question.now = Some(parse_now("2024-01-10T00:00:00Z").unwrap());
    let problems = question.set_options(options);
    assert!(problems.is_empty(), "{problems:?}");
    question
}

fn line(answer: &Answer) -> String {
    let mut words = vec![answer.metric.clone()];
    words.extend(answer.period.map(|period| format!("{period}{}", if answer.partial { "~" } else { "" })));
    words.extend(answer.dimensions.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-"))));
    words.push(answer.value.map_or_else(|| "null".to_owned(), |value| format!("{value}")));
    words.extend(answer.null_reason.map(|reason| reason.name().to_owned()));
    words.extend(answer.currency.clone());
    words.extend(answer.n.map(|n| format!("n={n}")));
    words.extend(answer.numerator.zip(answer.denominator).map(|(part, whole)| format!("{part}/{whole}")));
    words.extend(answer.running.map(|rows| format!("running={rows}")));
    words.extend(answer.provisional.map(|rows| format!("provisional={rows}")));
    words.extend(answer.bounds.map(|(low, high)| format!("{low:.3}..{high:.3}")));
    words.extend(answer.excluded.iter().map(|(name, rows)| format!("-{name}={rows}")));
    words.join(" ")
}

/// Four conversations of the first days of January 2024; the first of them is a Monday.
const WEEK: &str = r#"
conversation 1  channel=email  tags=a;vip2
mon 09:00  customer  opens  customer=kim
mon 10:00  ana       says
mon 11:00  ana       solves
conversation 2  channel=chat  tags=b;a
mon 09:00  customer  opens  customer=lee
mon 11:00  ben       says
tue 09:00  ben       solves
wed 09:00  customer  reopens
conversation 3  channel=email
tue 23:00  customer  opens  customer=kim
wed 02:00  ana       says
conversation 4
wed 12:00  customer  opens
conversation 5  channel=email  tags=vip
mon 12:00  customer  opens
mon 12:30  ana       says
conversation 6  channel=email
tue 08:00  customer  opens
tue 08:30  ana       spams
"#;

#[tokio::test]
async fn every_period_of_the_range_has_a_row() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response",
        "--grain day --from 2024-01-01 --to 2024-01-05 --now 2024-01-04T12:00:00Z",
        expect![[r#"
            response 2024-01-01 5400 n=2 running=0 -vip=1
            response 2024-01-02 null running n=0 running=1 -spam=1
            response 2024-01-03 10800 n=1 running=1
            response 2024-01-04~ null running n=0 running=1
        "#]],
    )
    .await;
    desk.expect(
        "created,backlog",
        "--grain day --now 2024-01-03T12:00:00Z",
        expect![[r#"
            created 2024-01-01 3 n=3
            created 2024-01-02 2 n=2
            created 2024-01-03~ 1 n=1
            backlog 2024-01-01 2 n=2
            backlog 2024-01-02 2 n=2
            backlog 2024-01-03~ 4 n=4
        "#]],
    )
    .await;
    desk.expect(
        "created",
        "--grain week --from 2024-01-02 --to 2024-01-09",
        expect![[r#"
            created 2024-01-01~ 3 n=3
            created 2024-01-08~ 0 n=0
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_after_now_has_not_happened() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response,created,customers",
        "--now 2024-01-02T23:30:00Z",
        expect![[r#"
            response 5400 n=2 running=1 -spam=1 -vip=1
            created 5 n=5
            customers 2 n=2
        "#]],
    )
    .await;
    desk.expect(
        "response",
        "--now 2024-01-01T09:30:00Z",
        expect![[r#"
        response null running n=0 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--now 2023-12-31T00:00:00Z",
        expect![[r#"
        response null no_data n=0 running=0
    "#]],
    )
    .await;
}

#[tokio::test]
async fn statistics_are_exact() {
    let desk = Desk::new("", WEEK);
    for (stat, value) in [("mean", 7200.0), ("median", 7200.0), ("p90", 10080.0), ("max", 10800.0), ("sum", 21600.0)] {
        let answers = desk.answers("response", &format!("--stat {stat}")).await.unwrap();
        assert_eq!(answers.answers[0].value, Some(value), "{stat}");
    }
    // Two values: the median lies between them and is not cut to a whole number.
    let desk = Desk::new(
        "",
        "conversation 1\nmon 09:00:00 customer opens\nmon 09:00:01 ana says\nconversation 2\nmon 09:00:00 customer opens\nmon 09:00:02 ana says\n",
    );
    desk.expect(
        "response",
        "",
        expect![[r#"
        response 1.5 n=2 running=0
    "#]],
    )
    .await;
}

#[tokio::test]
async fn those_who_still_wait_count_in_the_censored_median() {
    let events = r#"
conversation 1
tue 09:00  customer  opens
tue 10:00  ana       says
conversation 2
tue 09:00  customer  opens
tue 11:00  ana       says
conversation 3
tue 09:00  customer  opens
tue 12:00  ana       says
conversation 4
tue 19:00  customer  opens
conversation 5
tue 14:00  customer  opens
"#;
    let desk = Desk::new("", events);
    let now = "--now 2024-01-03T00:00:00Z";
    desk.expect(
        "response",
        now,
        expect![[r#"
        response 7200 n=3 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        &format!("{now} --stat km_median"),
        expect![[r#"
        response 10800 n=3 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        &format!("{now} --stat km_p90"),
        expect![[r#"
        response null not_reached n=3 running=2
    "#]],
    )
    .await;
}

#[tokio::test]
async fn cells_are_ordered_and_null_is_last() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response",
        "--by channel",
        expect![[r#"
        response channel=chat 7200 n=1 running=0
        response channel=email 7200 n=2 running=0 -spam=1 -vip=1
        response channel=- null running n=0 running=1
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--by tag",
        expect![[r#"
        created tag=a 2 n=2
        created tag=b 1 n=1
        created tag=vip 1 n=1
        created tag=vip2 1 n=1
        created tag=- 3 n=3
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--by agent --stat max",
        expect![[r#"
        response agent=ana 10800 n=2 running=0 -vip=1
        response agent=ben 7200 n=1 running=0
        response agent=- null running n=0 running=1 -spam=1
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--by weekday,hour --where \"channel='email'\" --dated cohort",
        expect![[r#"
        created weekday=1 hour=9 1 n=1
        created weekday=1 hour=12 1 n=1
        created weekday=2 hour=8 1 n=1
        created weekday=2 hour=23 1 n=1
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_share_tells_what_is_undecided() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "resolved_share,reopened_share",
        "--now 2024-01-05T00:00:00Z --set reopen_window=2d",
        expect![[r#"
            resolved_share 1 n=2 2/2 running=4 0.333..1.000
            reopened_share 0.5 n=2 1/2 provisional=0
        "#]],
    )
    .await;
    desk.expect(
        "reopened_share",
        "--now 2024-01-03T10:00:00Z --set reopen_window=2d",
        expect![[r#"
        reopened_share null running n=0 0/0 provisional=2
    "#]],
    )
    .await;
    desk.expect(
        "resolved_share",
        "--set resolution_window=3h",
        expect![[r#"
        resolved_share 0.16666666666666666 n=6 1/6 running=0 0.167..0.167
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_stock_has_the_mean_and_the_maximum_of_its_days() {
    let desk = Desk::new("", WEEK);
    let week = "--from 2024-01-01 --to 2024-01-04";
    desk.expect(
        "backlog",
        week,
        expect![[r#"
        backlog 4 n=4
    "#]],
    )
    .await;
    desk.expect(
        "backlog",
        &format!("{week} --stat max"),
        expect![[r#"
        backlog 4
    "#]],
    )
    .await;
    desk.expect(
        "backlog",
        &format!("{week} --stat mean --by channel"),
        expect![[r#"
        backlog channel=chat 0.6666666666666666
        backlog channel=email 1.6666666666666667
        backlog channel=- 0.3333333333333333
    "#]],
    )
    .await;
}

#[tokio::test]
async fn business_time_needs_a_schedule() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response,created",
        "--clock business",
        expect![[r#"
        response null no_schedule n=0 running=1 -spam=1 -vip=1
        created 6 n=6
    "#]],
    )
    .await;
    let desk = Desk::new("[[schedule]]\nname = \"support\"\nmon = [\"10:00-18:00\"]\n", WEEK);
    desk.expect(
        "response",
        "--clock business --where \"channel='chat'\"",
        expect![[r#"
        response 3600 n=1 running=0
    "#]],
    )
    .await;
    let answers = desk.answers("response", "--clock business --variant plain").await.unwrap();
    assert_eq!(answers.answers[0].clock.map(|clock| clock.name()), Some("business"));
}

#[tokio::test]
async fn money_of_two_currencies_has_no_sum() {
    let orders = "no conversation\nmon 09:00 customer:kim orders order=1 amount=10.50 currency=EUR\nmon 10:00 customer:kim orders order=2 amount=4 currency=EUR\n";
    let desk = Desk::new("", orders);
    desk.expect(
        "revenue",
        "",
        expect![[r#"
        revenue 14.5 EUR n=2
    "#]],
    )
    .await;
    let desk = Desk::new("", &format!("{orders}mon 11:00 customer:lee orders order=3 amount=1 currency=USD\n"));
    desk.expect(
        "revenue",
        "",
        expect![[r#"
        revenue null not_applicable n=3
    "#]],
    )
    .await;
}

#[tokio::test]
async fn points_are_a_difference_of_shares() {
    let mut events = String::new();
    for (number, score) in [10, 9, 7, 3].into_iter().enumerate() {
        events.push_str(&format!("conversation {number}\nmon 09:00 customer opens\nmon 10:00 customer rates nps={score}\n"));
    }
    Desk::new("", &events)
        .expect(
            "nps",
            "",
            expect![[r#"
        nps 25 n=4 1/4
    "#]],
        )
        .await;
    Desk::new("", WEEK)
        .expect(
            "nps",
            "",
            expect![[r#"
        nps null no_data n=0 0/0
    "#]],
        )
        .await;
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let desk = Desk::new("", WEEK);
    let mut all = String::new();
    for (metric, options) in [
        ("respnse", ""),
        ("resolved_share", "--stat mean"),
        ("created", "--stat mean"),
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
    assert_eq!(bands(&rules, response, &[], 3600.0), Some(Band::Excellent));
    assert_eq!(bands(&rules, response, &[], 3601.0), Some(Band::Satisfactory));
    assert_eq!(bands(&rules, response, &chat, 61.0), Some(Band::Poor));
    assert_eq!(bands(&rules, catalogue.get("resolved_share").unwrap(), &[], 0.9), Some(Band::Good));
    assert_eq!(bands(&rules, catalogue.get("created").unwrap(), &[], 1.0), None);
}
