//! Reported figures against ours: each cause on events that were made for it.

use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::{Clock, Question};
use deskgauge_engine::ask::{AskError, Column, FACT_FIGURES, Figure, Line, ReportCause, Reported, reconcile};

use super::world::World;

const RULES: &str = "[[schedule]]\nname = \"support\"\ntime_zone = \"UTC\"\nmon = [\"09:00-17:00\"]\ntue = [\"09:00-17:00\"]\n";

const EVENTS: &str = "
conversation plain
mon 09:00:00  customer  opens
mon 10:00:40  ana       says
mon 12:00:00  ana       solves
conversation overnight
mon 16:00  customer  opens
tue 10:00  ana       says
conversation outbound
mon 09:00  ana       opens
mon 11:00  ana       says
conversation unread
mon 09:00  customer  opens
mon 10:00  ana       solves
";

fn world() -> World {
    let (events, problems) = parse(EVENTS, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    World::of(events, RULES)
}

fn minutes(figure: &str, clock: Clock) -> Column {
    let known = FACT_FIGURES.iter().find(|known| known.name == figure);
    let figure = known.map_or_else(|| Figure::Metric(figure.to_owned()), Figure::Fact);
    Column { figure, unit: 60.0, clock, vendor: Some("zendesk".to_owned()) }
}

fn count(figure: &str) -> Column {
    Column { unit: 1.0, ..minutes(figure, Clock::Calendar) }
}

async fn held(column: &Column, profile: &str, reported: &[(&str, Option<f64>)]) -> Result<Vec<Line>, AskError> {
    let world = world();
    let question =
        Question { profile: profile.to_owned(), now: Some(deskgauge_core::facts::At(world.now).into()), ..Question::new(vec![]) };
    let rows = (1..).zip(reported);
    let reported = rows.map(|(row, (id, value))| Reported { row, conversation: (*id).to_owned(), value: *value, places: 0 });
    reconcile(&world.source, &world.catalogue, &world.rules, &question, column, reported.collect()).await
}

async fn causes(column: &Column, profile: &str, reported: &[(&str, Option<f64>)]) -> Vec<ReportCause> {
    held(column, profile, reported).await.unwrap().into_iter().map(|line| line.cause).collect()
}

#[tokio::test]
async fn a_time_is_equal_within_its_rounding_or_has_a_cause() {
    let column = minutes("first_response_time", Clock::Calendar);
    let reported = [
        // 60 minutes and 40 seconds, rounded down and up; not two minutes off.
        ("plain", Some(60.0)),
        ("plain", Some(61.0)),
        ("plain", Some(62.0)),
        // 18 hours on the calendar, of which two are open.
        ("overnight", Some(120.0)),
        ("overnight", Some(18.0 * 60.0 - 120.0)),
        // Two hours from the opening by an agent to the second message.
        ("outbound", Some(120.0)),
        ("outbound", Some(7.0)),
        ("unread", None),
        ("plain", None),
        ("elsewhere", Some(1.0)),
    ];
    let zendesk = |clock: &'static str| ReportCause::Profile("zendesk".to_owned(), clock);
    let expected = [
        ReportCause::Equal,
        ReportCause::Equal,
        ReportCause::Unknown,
        ReportCause::OnClock("business"),
        ReportCause::WholeHours(-2),
        zendesk("calendar"),
        ReportCause::LeftOut("proactive".to_owned()),
        ReportCause::BothNone,
        ReportCause::OnlyOurs,
        ReportCause::NotHere,
    ];
    assert_eq!(causes(&column, "canonical", &reported).await, expected);
    // Counted as Zendesk does, the outbound one is simply equal.
    assert_eq!(causes(&column, "zendesk", &[("outbound", Some(120.0))]).await, [ReportCause::Equal]);
    // In the service levels of Zendesk solving is an answer.
    let told = causes(&column, "canonical", &[("unread", Some(60.0))]).await;
    assert_eq!(told, [ReportCause::Profile("zendesk_sla".to_owned(), "calendar")]);
    let lines = held(&column, "canonical", &[("overnight", Some(120.0))]).await.unwrap();
    assert_eq!(lines[0].ours, Some(18.0 * 60.0));
}

#[tokio::test]
async fn business_columns_are_held_against_business_time() {
    let column = minutes("first_response_time", Clock::Business);
    let told = causes(&column, "canonical", &[("overnight", Some(120.0)), ("overnight", Some(18.0 * 60.0))]).await;
    assert_eq!(told, [ReportCause::Equal, ReportCause::OnClock("calendar")]);
}

#[tokio::test]
async fn figures_that_are_no_kpi_are_counted_in_several_ways() {
    let events = "
conversation busy
mon 09:00  customer  opens
mon 09:10  rule      assigns agent=ana team=one
mon 09:20  ana       says session=s
mon 09:21  ana       says session=s
mon 09:30  ana       pends
mon 10:30  customer  reopens
mon 10:40  ana       holds
mon 11:40  ana       reopens
mon 11:50  rule      assigns agent=bo team=two
mon 12:00  bo        assigns agent=ana team=one
mon 12:10  ana       solves
mon 13:00  customer  reopens
mon 13:30  ana       solves
mon 14:00  ana       reopens
";
    let (events, problems) = parse(events, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let world = World::of(events, "");
    let question = Question { now: Some(deskgauge_core::facts::At(world.now).into()), ..Question::new(vec![]) };
    let told = async |column: Column, value: f64| {
        let reported = vec![Reported { row: 1, conversation: "busy".to_owned(), value: Some(value), places: 0 }];
        let lines = reconcile(&world.source, &world.catalogue, &world.rules, &question, &column, reported).await.unwrap();
        lines[0].cause.clone()
    };
    let calendar = |figure: &str| minutes(figure, Clock::Calendar);
    // 30 minutes until pending, 10 until on hold, 60 on hold, 30 until solved, 30 of the second time; the third is not over.
    assert_eq!(told(calendar("requester_wait"), 160.0).await, ReportCause::Equal);
    assert_eq!(told(calendar("agent_wait"), 60.0).await, ReportCause::Equal);
    assert_eq!(told(calendar("on_hold"), 60.0).await, ReportCause::Equal);
    assert_eq!(told(count("reopens"), 2.0).await, ReportCause::Equal);
    assert_eq!(told(count("reopens"), 1.0).await, ReportCause::Otherwise("reopenings by the customer"));
    assert_eq!(told(count("replies"), 1.0).await, ReportCause::Equal);
    assert_eq!(told(count("replies"), 2.0).await, ReportCause::Otherwise("every message, also those of one live session"));
    assert_eq!(told(count("assignee_stations"), 3.0).await, ReportCause::Equal);
    assert_eq!(told(count("assignee_stations"), 2.0).await, ReportCause::Otherwise("different agents"));
    assert_eq!(told(count("group_stations"), 3.0).await, ReportCause::Equal);
    assert_eq!(told(count("group_stations"), 2.0).await, ReportCause::Otherwise("different teams"));
    assert_eq!(told(count("group_stations"), 9.0).await, ReportCause::Unknown);
}

#[tokio::test]
async fn a_kpi_without_numbers_of_conversations_is_refused() {
    let refused = held(&count("backlog"), "canonical", &[("plain", Some(1.0))]).await.unwrap_err();
    assert!(refused.to_string().contains("no-rows"), "{refused}");
}
