//! Profiles held against each other: the causes add up to both numbers, for every KPI that a profile redefines, over a shop and over
//! events in impossible orders; and each kind of cause, on events that were made for it.

use deskgauge_core::metric::{CANONICAL, Measure};
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{AskError, Contrast, Held, Kind, contrast};

use super::world::{World, options, play};

async fn compared(world: &World, metric: &str, options: &str, sides: (&str, &str)) -> Contrast {
    let mut question = Question::new(vec![metric.to_owned()]);
    assert_eq!(question.set_options(options), []);
    question.now = question.now.or(Some(deskgauge_core::facts::At(world.now).into()));
    contrast(&world.source, &world.catalogue, &world.rules, (metric, &question), sides, Held::default()).await.unwrap()
}

/// Rows that count for the first, and for the other.
fn sums(found: &Contrast) -> (i64, i64) {
    let (mut one, mut other) = (found.same, found.same);
    for cause in &found.causes {
        let rows = cause.rows.len() as i64;
        match cause.kind {
            Kind::Start | Kind::End | Kind::StartAndEnd | Kind::Value => (one, other) = (one + rows, other + rows),
            Kind::LeftOutByOther(_) | Kind::OtherPeriodOfOther | Kind::OnlyOne => one += rows,
            Kind::LeftOutByOne(_) | Kind::OtherPeriodOfOne | Kind::OnlyOther => other += rows,
        }
    }
    (one, other)
}

async fn adds_up(world: &World, range: &str) {
    let mut asked = 0;
    for profile in world.catalogue.profiles() {
        for redefined in &profile.metrics {
            let id = redefined.metric.id.as_str();
            let own = &world.catalogue.get(id).unwrap().definition;
            let theirs = &redefined.metric.definition;
            // Different values are no rows, and what is divided has a divisor beside its rows.
            let plain = [own, theirs].iter().all(|one| one.per.is_none() && !matches!(one.measure, Measure::Distinct(_)));
            let found = compared(world, id, range, (CANONICAL, &profile.name)).await;
            if !plain || found.by_conversation {
                continue;
            }
            asked += 1;
            let mut numbers = Vec::new();
            for name in [CANONICAL, &profile.name] {
                let answers = world.ask(id, &format!("{range} --profile {name}")).await;
                numbers.push(answers[0].n.unwrap());
            }
            assert_eq!((numbers[0], numbers[1]), sums(&found), "{id} of {} over {range}", profile.name);
        }
    }
    assert!(asked > 20, "only {asked} were compared");
}

#[tokio::test]
async fn what_is_held_at_once_changes_nothing() {
    let shop = play(options(300, 22, "2026-03-16", 14), None).world;
    for (metric, profile) in [("first_response_time", "zendesk"), ("reply_time", "chatwoot"), ("csat", "zendesk")] {
        let Ok(Some(_)) = shop.catalogue.profile(profile).map(|own| own.and_then(|own| own.redefined(metric))) else { continue };
        let whole = compared(&shop, metric, "", (CANONICAL, profile)).await;
        let question =
            Question { now: Some(deskgauge_core::facts::At(shop.now).into()), ..Question::new(vec![metric.to_owned()]) };
        let held = Held { examples: 2, conversations: 37 };
        let about = (metric, &question);
        let parts = contrast(&shop.source, &shop.catalogue, &shop.rules, about, (CANONICAL, profile), held).await.unwrap();
        assert!(whole.causes.iter().any(|cause| cause.count > 2), "{metric}");
        assert_eq!(parts.same, whole.same, "{metric}");
        assert_eq!(parts.causes.len(), whole.causes.len(), "{metric}");
        for (part, all) in parts.causes.iter().zip(&whole.causes) {
            assert_eq!((&part.kind, part.count), (&all.kind, all.count), "{metric}");
            assert_eq!(part.rows[..], all.rows[..all.count.min(2)], "{metric}");
        }
    }
}

#[tokio::test]
async fn causes_add_up_to_both_numbers() {
    let shop = play(options(700, 21, "2026-03-16", 24), None).world;
    adds_up(&shop, "").await;
    adds_up(&shop, "--from 2026-03-20 --to 2026-03-28").await;
    let soup = World::soup(4);
    adds_up(&soup, "").await;
    adds_up(&soup, "--from 2024-01-03 --to 2024-01-07").await;
}

async fn causes(text: &str, metric: &str, options: &str, profile: &str) -> Vec<(Kind, String, Vec<String>)> {
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let world = World::of(events, "");
    let found = compared(&world, metric, options, (CANONICAL, profile)).await;
    let ids = |rows: &[deskgauge_engine::ask::Differing]| rows.iter().filter_map(|row| row.id.clone()).collect();
    found.causes.iter().map(|cause| (cause.kind.clone(), cause.sentence.clone().unwrap_or_default(), ids(&cause.rows))).collect()
}

#[tokio::test]
async fn each_difference_has_its_cause() {
    let text = "
conversation alike
mon 09:00  customer  opens
mon 10:00  ana       says
conversation outbound
mon 09:00  ana       opens
tue 09:00  ana       says
conversation handed
mon 09:00  customer  opens
mon 09:30  bot       hands_off
mon 10:00  ana       says
conversation returned
mon 09:00  customer  opens
mon 09:10  bot       solves
tue 09:00  customer  reopens
tue 09:00  customer  says
tue 09:20  ana       says
";
    let told = causes(text, "first_response_time", "", "chatwoot").await;
    let start = "starts at the last handoff, reopening, resolution by a bot, or the creation".to_owned();
    // The largest difference stands first.
    assert_eq!(told[0], (Kind::Start, start, vec!["returned".to_owned(), "handed".to_owned()]));
    let opened = "counts conversations that agents opened".to_owned();
    assert_eq!(told[1], (Kind::LeftOutByOne("proactive".to_owned()), opened, vec!["outbound".to_owned()]));
    assert_eq!(told.len(), 2);

    let told = causes(text, "first_response_time", "", "zendesk_sla").await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].0, &told[0].2), (&Kind::End, &vec!["returned".to_owned()]));

    // By the day of the start, a reply of Tuesday is a number of Monday.
    let told = causes(text, "first_response_time", "--from 2024-01-02 --to 2024-01-03", "intercom").await;
    let day = "belongs to the day of the start, not of the reply".to_owned();
    assert_eq!(told, [(Kind::OtherPeriodOfOther, day, vec!["returned".to_owned()])]);
}

#[tokio::test]
async fn rows_behind_a_suppressed_number_are_not_told() {
    let text = "
conversation few
mon 09:00  ana       opens
mon 10:00  ana       says
";
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let world = World::of(events, "[privacy]\nminimum_group = 5\n");
    let mut question = Question::new(vec!["first_response_time".to_owned()]);
    question.now = Some(deskgauge_core::facts::At(world.now).into());
    let about = ("first_response_time", &question);
    let found = contrast(&world.source, &world.catalogue, &world.rules, about, (CANONICAL, "zendesk"), Held::default()).await;
    assert!(found.unwrap_err().to_string().contains("suppressed"));
}

#[tokio::test]
async fn tables_of_different_rows_are_matched_by_conversation() {
    let text = "
conversation once
mon 09:00  customer  opens
mon 10:00  ana       says
conversation returned
mon 09:00  customer  opens
mon 09:10  bot       solves
tue 09:00  customer  reopens
tue 09:00  customer  says
tue 09:20  ana       says
tue 10:00  customer  says
tue 11:00  ana       says
";
    let told = causes(text, "first_response_time", "", "zoho").await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].0, &told[0].2), (&Kind::Start, &vec!["returned".to_owned()]));
}

/// Eight conversations of customers, and so many that agents began: Zendesk counts these, too.
fn with_proactive(count: usize, privacy: &str) -> World {
    let mut text = String::new();
    for number in 0..8 {
        text.push_str(&format!("conversation c{number}  customer=u{number}\nmon 09:00  customer  opens\nmon 10:00  ana  says\n"));
    }
    for number in 0..count {
        text.push_str(&format!("conversation a{number}  customer=v{number}\nmon 09:00  ana  opens\nmon 09:00  ana  says\n"));
        text.push_str("mon 09:30  customer  says\nmon 10:00  ana  says\n");
    }
    let (events, problems) = parse(&text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    World::of(events, privacy)
}

#[tokio::test]
async fn where_conversations_are_hidden_causes_have_numbers_only_and_small_ones_nothing() {
    let ask = async |world: &World| {
        let question = world.question("first_response_time", "");
        let about = ("first_response_time", &question);
        contrast(&world.source, &world.catalogue, &world.rules, about, (CANONICAL, "zendesk"), Held::default()).await
    };
    let open = ask(&with_proactive(6, "")).await.unwrap();
    let listed: Vec<(usize, usize)> = open.causes.iter().map(|cause| (cause.count, cause.rows.len())).collect();
    assert_eq!(listed, [(6, 6)]);
    for privacy in ["[privacy]\nminimum_group = 5\n", "[privacy]\nhide_individuals = true\n"] {
        let hidden = ask(&with_proactive(6, privacy)).await.unwrap();
        assert_eq!((hidden.causes[0].count, hidden.causes[0].rows.len()), (6, 0), "{privacy}");
    }
    let refused = ask(&with_proactive(3, "[privacy]\nminimum_group = 5\n")).await.unwrap_err();
    assert!(matches!(refused, AskError::Refused(problem) if problem.code == "suppressed"));
}
