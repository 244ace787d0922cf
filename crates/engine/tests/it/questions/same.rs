//! The same question has the same answer: asked again, by more threads, or of a lake; and every option that there is has one.

use deskgauge_core::answer::DataCut;
use deskgauge_core::event::Event;
use deskgauge_core::facts::At;
use deskgauge_core::metric::{Measure, PARAMETERS, Unit};
use deskgauge_core::question::Question;
use deskgauge_engine::ask::{AskError, Limits, ask_all};
use deskgauge_engine::plan::{keep_counts, kept_counts};
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::{CellSizes, ImportAbout, Newest, Workspace};

use super::{Asked, Dice, all, some, worlds};
use crate::world::{World, play};

/// Bytes of counts that are kept.
const ROOM: u64 = 64 << 20;

/// The same tables, read by so many threads.
async fn threaded(world: &World, threads: usize) -> FactSource {
    let facts = deskgauge_core::fold::fold_all(world.events.clone(), &world.rules);
    let own = deskgauge_engine::facts_schema::own_fields(&world.rules);
    let source = FactSource::memory(&facts, &world.events, &own).unwrap();
    source.context().state_ref().write().config_mut().options_mut().execution.target_partitions = threads;
    source
}

#[tokio::test]
async fn threads_and_lakes_change_nothing() {
    let mut dice = Dice::new(3);
    for world in worlds() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(folder.path(), &world.rules_text, 0).await.unwrap().0;
        let mut import = workspace.begin_import(ImportAbout { name: "test".into(), at: 0 }).await.unwrap();
        for event in &world.events {
            import.push(event.clone()).unwrap();
        }
        import.finish().await.unwrap();
        let sources = [threaded(world, 1).await, threaded(world, 4).await, workspace.at(None).await.unwrap().source];
        for asked in some(10).into_iter().filter(|asked| std::ptr::eq(asked.world, world)) {
            let options = dice.options(&asked);
            let expected = asked.ask(&options).await;
            let question = world.question(asked.id, &asked.options(&options));
            for (number, source) in sources.iter().enumerate() {
                let found = world.answers(source, &question).await.unwrap();
                assert_eq!(found, expected, "{} {options}: source {number}", asked.name());
            }
        }
    }
}

/// What was counted of stored rows is kept; a now that moves on, and back, changes no more than it should.
#[tokio::test]
async fn what_is_kept_of_stored_rows_is_what_counting_gives() {
    const SMALL: CellSizes = CellSizes { new_events: 100, small_events: 10, hashed_rows: 50 };
    keep_counts(ROOM);
    let mut dice = Dice::new(11);
    for world in worlds() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(folder.path(), &world.rules_text, 0).await.unwrap().0.with_cell_sizes(SMALL);
        let mut import = workspace.begin_import(ImportAbout { name: "test".into(), at: 0 }).await.unwrap();
        for event in &world.events {
            import.push(event.clone()).unwrap();
        }
        import.finish().await.unwrap();
        let stored = workspace.at(None).await.unwrap().source;
        let plain = world.source.clone().with_newest(stored.newest());
        for asked in some(7).into_iter().filter(|asked| std::ptr::eq(asked.world, world)) {
            let options = dice.options(&asked);
            let mut question = world.question(asked.id, &asked.options(&options));
            for half_days in [9, 4, 12, 1, 0, -3, -90, 4] {
                question.now = Some(At(world.now - half_days * 43_200).into());
                let expected = world.answers(&plain, &question).await.unwrap();
                for _ in 0..2 {
                    let found = world.answers(&stored, &question).await.unwrap();
                    assert_eq!(found, expected, "{} {options}: {half_days} half days before the end", asked.name());
                }
            }
        }
    }
    assert!(kept_counts() > 0 && kept_counts() <= ROOM, "{}", kept_counts());
}

/// Filters that leave more rows in than out.
const LARGE: [&str; 3] = ["not proactive", "channel <> 'chat'", "priority is null or priority <> 'urgent'"];

/// Stored rows that others stand in for are taken off what is kept of all stored rows, rows in memory that died off what is kept of
/// those, and what a filter leaves out off what is kept of all rows: what is left is what counting gives.
#[tokio::test]
async fn what_is_hidden_is_taken_off_what_is_kept() {
    const SMALL: CellSizes = CellSizes { new_events: 300, small_events: 30, hashed_rows: 100 };
    keep_counts(ROOM);
    let mut dice = Dice::new(29);
    // Of so many that rows in memory come in several lots of which something is kept.
    let shop = play(crate::world::options(1100, 5, "2026-01-26", 20), None).world;
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(folder.path(), &shop.rules_text, 0).await.unwrap().0.with_cell_sizes(SMALL);
    let (mut known, late): (Vec<Event>, Vec<Event>) = shop.events.iter().cloned().partition(|_| dice.below(4) > 0);
    let mut import = workspace.begin_import(ImportAbout { name: "test".into(), at: 0 }).await.unwrap();
    for event in &known {
        import.push(event.clone()).unwrap();
    }
    import.finish().await.unwrap();
    let asked = all(&shop).into_iter().step_by(2).map(|asked| (asked, dice.options(&asked)));
    let asked: Vec<(Asked<'_>, String)> = asked.collect();
    let newest = Newest::default();
    let (first, rest) = late.split_at(late.len() / 2);
    let (few, rest) = rest.split_at(rest.len() / 10);
    for (turn, lot) in [&[], first, few, rest].into_iter().enumerate() {
        workspace.receive(lot).await.unwrap();
        known.extend_from_slice(lot);
        let view = newest.view(&workspace).await.unwrap();
        let facts = deskgauge_core::fold::fold_all(known.clone(), &shop.rules);
        let plain = FactSource::memory(&facts, &known, &deskgauge_engine::facts_schema::own_fields(&shop.rules)).unwrap();
        let plain = plain.with_newest(view.newest);
        for (number, (asked, options)) in asked.iter().enumerate() {
            let mut question = shop.question(asked.id, &asked.options(options));
            // What is open becomes settled as time goes on.
            question.now = Some(At(shop.now + 86_400 * (turn as i64 - 6)).into());
            let large = (asked.of_conversations() && question.filter.is_none())
                .then(|| Question { filter: Some(LARGE[(number + turn) % LARGE.len()].to_owned()), ..question.clone() });
            for question in std::iter::once(question).chain(large) {
                let expected = shop.answers(&plain, &question).await.unwrap();
                // What is counted is kept, then put together, then read.
                for _ in 0..3 {
                    let found = shop.answers(&view.source, &question).await.unwrap();
                    let told = format!("{} {options} {:?}", asked.name(), question.filter);
                    assert_eq!(found, expected, "{told} after {} events", known.len());
                }
            }
        }
    }
}

#[tokio::test]
async fn questions_that_are_asked_together_are_answered_as_each_alone() {
    let mut dice = Dice::new(8);
    for world in worlds() {
        let (mut questions, mut alone) = (Vec::new(), Vec::new());
        for round in 0..3 {
            for asked in some(round).into_iter().filter(|asked| std::ptr::eq(asked.world, world)) {
                let options = dice.options(&asked);
                questions.push(world.question(asked.id, &asked.options(&options)));
                alone.push(asked.ask(&options).await);
            }
        }
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        let all = ask_all(&world.source, &world.catalogue, &world.rules, &questions, &cut, Limits::default()).await.unwrap();
        for ((question, together), alone) in questions.iter().zip(all).zip(alone) {
            assert_eq!(together.answers, alone, "{question:?}");
        }
    }
}

#[tokio::test]
async fn any_question_has_well_formed_answers() {
    let mut dice = Dice::new(4);
    for round in 0..4 {
        for asked in some(round) {
            let options = dice.options(&asked);
            let answers = asked.ask(&options).await;
            in_order(&asked, &options, &answers);
        }
    }
}

/// Answers come by period, each period has every cell, and no cell comes twice.
fn in_order(asked: &Asked<'_>, options: &str, answers: &[deskgauge_core::answer::Answer]) {
    let periods: Vec<_> = answers.iter().map(|answer| answer.period).collect();
    assert!(periods.is_sorted(), "{} {options}", asked.name());
    let cells: Vec<_> = answers.iter().filter(|answer| answer.period == periods[0]).map(|answer| &answer.dimensions).collect();
    for (place, answer) in answers.iter().enumerate() {
        assert_eq!(&answer.dimensions, cells[place % cells.len()], "{} {options}", asked.name());
    }
    for (place, cell) in cells.iter().enumerate() {
        assert!(!cells[..place].contains(cell), "{} {options}", asked.name());
    }
}

#[tokio::test]
async fn every_option_of_every_metric_runs() {
    let world = &worlds()[0];
    for asked in all(world) {
        for (model, _) in &asked.definition().credit {
            match asked.try_ask(&format!("--by agent --credit {model}")).await {
                Err(AskError::Refused(problem)) if problem.code == "credit-not-applicable" => {}
                asked => _ = asked.unwrap(),
            }
        }
        for (dimension, _) in &asked.definition().dimensions {
            asked.ask(&format!("--by {dimension} --dated cohort")).await;
        }
        let set: String = PARAMETERS.iter().map(|parameter| format!(" --set {parameter}=1h")).collect();
        asked.ask(&set).await;
        asked.ask(asked.cut("--by made_sla,amount")).await;
        if let Measure::Value { .. } = asked.measure() {
            for stat in ["km_median", "km_p90", "p95"] {
                asked.ask(&format!("--stat {stat} --clock business --grain week")).await;
            }
            if asked.definition().unit == Unit::Seconds {
                asked.ask("--stat within --set within=1h --clock business --grain week").await;
            }
        }
    }
}
