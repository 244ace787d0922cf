//! What `[privacy]` hides: people, small groups, and the cells that would give a hidden one away.

use std::fmt::Write;

use deskgauge_core::answer::{Answer, DataCut, NullReason};
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{AskError, Order, ask, cases, population};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::source::FactSource;

struct Desk {
    source: FactSource,
    rules: Rules,
    catalogue: Catalogue,
}

impl Desk {
    /// Conversations of one week: so many by channel, team and agent on a day of January.
    fn new(privacy: &str, conversations: &[(usize, &str, &str, &str, u8)]) -> Self {
        let mut text = String::new();
        let mut number = 0;
        for (count, channel, team, agent, day) in conversations {
            for _ in 0..*count {
                number += 1;
                writeln!(text, "conversation {number}  channel={channel} team={team} customer=u{number}").unwrap();
                writeln!(text, "2024-01-{day:02} 09:00  customer  opens\n+1m  rule  assigns agent={agent} team={team}").unwrap();
                writeln!(text, "+{number}m  {agent}  says").unwrap();
            }
        }
        let (events, problems) = parse(&text, &ParseOptions::default());
        assert!(problems.is_empty(), "{problems:?}");
        let (rules, problems) = Rules::parse(&format!("[privacy]\n{privacy}\n"), "deskgauge.toml");
        assert!(problems.is_empty(), "{problems:?}");
        let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &[]).unwrap();
        Self { source, rules, catalogue: Catalogue::load(&[], &[]).0 }
    }

    fn question(&self, metric: &str, options: &str) -> Question {
        let mut question = Question::new(vec![metric.to_owned()]);
        assert_eq!(question.set_options(&format!("{options} --now 2024-02-01T00:00:00Z")), []);
        question
    }

    async fn try_ask(&self, metric: &str, options: &str) -> Result<Vec<Answer>, AskError> {
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        let question = self.question(metric, options);
        ask(&self.source, &self.catalogue, &self.rules, &question, cut).await.map(|answers| answers.answers)
    }

    /// Each answer as its cells and its value, `-` where it is suppressed.
    async fn ask(&self, metric: &str, options: &str) -> Vec<String> {
        let told = |answer: &Answer| {
            let cells: Vec<&str> = answer.dimensions.iter().filter_map(|(_, value)| value.as_deref()).collect();
            let period = answer.period.map(|day| format!("{} ", day.day())).unwrap_or_default();
            let value = match (answer.value, answer.null_reason) {
                (Some(value), _) => value.to_string(),
                (None, Some(NullReason::Suppressed)) => {
                    let rest = (answer.n, answer.numerator, answer.denominator, answer.interval, answer.running);
                    assert_eq!(rest, (None, None, None, None, None), "a suppressed answer tells nothing else");
                    "-".to_owned()
                }
                (None, reason) => format!("{reason:?}"),
            };
            format!("{period}{}={value}", cells.join("/"))
        };
        self.try_ask(metric, options).await.unwrap().iter().map(told).collect()
    }

    async fn refused(&self, metric: &str, options: &str) -> String {
        match self.try_ask(metric, options).await {
            Err(AskError::Refused(problem)) => format!("{}: {}", problem.code, problem.message),
            other => panic!("{other:?}"),
        }
    }
}

const PLAIN: &[(usize, &str, &str, &str, u8)] =
    &[(6, "email", "a", "ana", 2), (7, "chat", "a", "bo", 2), (9, "phone", "a", "cy", 3), (2, "sms", "a", "di", 3)];

#[tokio::test]
async fn a_small_cell_and_the_one_that_would_give_it_away_are_suppressed() {
    let desk = Desk::new("minimum_group = 5", PLAIN);
    // Two short messages are too few; with the sum of 24 and all others they could be worked out, so the next smallest goes, too.
    assert_eq!(desk.ask("conversations_created", "--by channel").await, ["chat=7", "email=-", "phone=9", "sms=-"]);
    assert_eq!(desk.ask("conversations_created", "").await, ["=24"]);
    // Along the days as well: the 3rd has the two, and each line of cells and of days hides at least five.
    let daily = desk.ask("conversations_created", "--by channel --grain day --from 2024-01-02 --to 2024-01-04").await;
    assert_eq!(daily, ["2 chat=7", "2 email=6", "2 phone=0", "2 sms=0", "3 chat=0", "3 email=0", "3 phone=-", "3 sms=-"]);
    // Durations go by the conversations behind them.
    let response = desk.ask("first_response_time", "--by channel").await;
    assert_eq!(response.iter().filter(|answer| answer.ends_with("=-")).count(), 2, "{response:?}");
    // Without the setting everything is told.
    let open = Desk::new("", PLAIN);
    assert_eq!(open.ask("conversations_created", "--by channel").await, ["chat=7", "email=6", "phone=9", "sms=2"]);
    assert_eq!(open.ask("first_response_time", "--by agent").await.len(), 4);
}

#[tokio::test]
async fn what_is_hidden_stands_together_on_the_minimum_group() {
    // Two cells of one each are hidden by themselves; their sum of two would be known, so a third goes.
    let few = &[(1, "email", "a", "ana", 2), (1, "chat", "a", "bo", 2), (9, "phone", "a", "cy", 2), (8, "sms", "a", "di", 2)];
    let desk = Desk::new("minimum_group = 5", few);
    assert_eq!(desk.ask("conversations_created", "--by channel").await, ["chat=-", "email=-", "phone=9", "sms=-"]);
    // A stock goes by what is in it.
    assert_eq!(desk.ask("backlog", "--by channel").await, ["chat=-", "email=-", "phone=9", "sms=-"]);
    // All of it is too few.
    assert_eq!(desk.ask("conversations_created", "--where \"channel = 'email'\"").await, ["=-"]);
    // A comparison tells neither the hidden one nor the difference.
    let compared =
        desk.try_ask("conversations_created", "--by channel --from 2024-01-02 --to 2024-01-03 --compare previous").await;
    let hidden = compared.unwrap().into_iter().find(|answer| answer.null_reason == Some(NullReason::Suppressed)).unwrap();
    assert_eq!(hidden.comparison.unwrap().change, None);
}

#[tokio::test]
async fn a_team_of_few_is_a_few_people() {
    let teams = &[
        (20, "email", "one", "ana", 2),
        (20, "email", "two", "bo", 2),
        (20, "email", "two", "cy", 2),
        (20, "email", "two", "di", 3),
    ];
    let desk = Desk::new("minimum_group = 3", teams);
    // The team of one would be ana by another name; beside a known sum a second one goes.
    assert_eq!(desk.ask("conversations_created", "--by team").await, ["one=-", "two=-"]);
    assert_eq!(desk.ask("first_response_time", "--where \"team = 'one'\"").await, ["=-"]);
    assert_eq!(desk.ask("conversations_created", "--where \"team = 'two'\"").await, ["=60"]);
    assert_eq!(desk.ask("backlog", "--where \"team = 'one'\"").await, ["=-"]);
}

#[tokio::test]
async fn people_are_no_dimension_and_no_filter() {
    let desk = Desk::new("hide_individuals = true", PLAIN);
    let by_agent = desk.refused("first_response_time", "--by agent").await;
    assert_eq!(
        by_agent,
        "individuals-hidden: the dimension `agent` names people by `agent`, and this workspace shows none ([privacy] hide_individuals)"
    );
    for (metric, options) in [
        ("resolutions", "--by agent --credit current_owner"),
        ("review_score", "--by reviewer"),
        ("first_response_time", "--where \"agent = 'ana'\""),
        ("conversations_created", "--where \"current_owner is not null or channel = 'x'\""),
        ("conversations_created", "--where \"customer = 'u1'\""),
    ] {
        assert!(desk.refused(metric, options).await.starts_with("individuals-hidden: "), "{metric} {options}");
    }
    assert_eq!(desk.ask("conversations_created", "--by channel").await.len(), 4);
}

#[tokio::test]
async fn rows_are_listed_only_where_their_number_is_told() {
    let desk = Desk::new("minimum_group = 5", PLAIN);
    let list = async |options: &str| {
        let question = desk.question("first_response_time", options);
        let (source, catalogue, rules) = (&desk.source, &desk.catalogue, &desk.rules);
        let rows = cases(source, catalogue, rules, "first_response_time", &question, &Vec::new(), 50, Order::Newest).await;
        let funnel = population(source, catalogue, rules, "first_response_time", &question).await;
        (rows, funnel)
    };
    let (rows, funnel) = list("--where \"channel = 'phone'\"").await;
    assert_eq!((rows.unwrap().len(), funnel.unwrap().counted), (9, 9));
    let (rows, funnel) = list("--where \"channel = 'sms'\"").await;
    for refused in [rows.unwrap_err(), funnel.unwrap_err()] {
        assert!(matches!(&refused, AskError::Refused(problem) if problem.code == "suppressed"), "{refused}");
    }
}

#[tokio::test]
async fn a_report_of_single_conversations_is_not_reconciled() {
    use deskgauge_core::question::Clock;
    use deskgauge_engine::ask::{Column, Figure, reconcile};
    let figure = Figure::Metric("first_response_time".to_owned());
    let column = Column { figure, unit: 60.0, clock: Clock::Calendar, vendor: None };
    for privacy in ["minimum_group = 5", "hide_individuals = true"] {
        let desk = Desk::new(privacy, &[(8, "email", "care", "ana", 2)]);
        let question = Question::new(Vec::new());
        let refused = reconcile(&desk.source, &desk.catalogue, &desk.rules, &question, &column, Vec::new()).await.unwrap_err();
        assert!(matches!(refused, AskError::Refused(problem) if problem.code == "individuals-hidden"));
    }
}
