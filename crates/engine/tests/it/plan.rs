//! The planner from outside: small timelines are folded, small metrics asked, whole answers compared.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod kinds;
mod lake;
mod limits;
mod time;

use deskgauge_core::answer::{Answer, Answers, DataCut};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::{Question, parse_now};
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{AskError, Limits, Order, ask, ask_within, cases, population, sql};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::plan::aim_at;
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
        "effort",
        r#"
unit = "score"
good = "none"
from = "surveys"
dated = "answered_at"
where = "kind = 'ces'"
value = "score"
default = "mean"
alike = "better"
[variant.any]
alike = ""
"#,
    ),
    (
        "busy_share",
        r#"
unit = "share"
good = "none"
from = "agent_states"
dated = "entered_at"
counting = "state = 'busy'"
out_of = "state <> 'offline'"
weight = "seconds"
decided = "left_at <= now"
[credit]
agent = "agent"
"#,
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
