//! Drivers of changes: what they claim adds up over real questions, and what does not add up is not claimed.

use deskgauge_core::answer::Answer;
use deskgauge_engine::ask::{Adds, CUTS, Drivers, Order, Part, drill, driver_questions, drivers};

use super::world::{World, options, play};

const RANGE: &str = "--from 2026-01-19 --to 2026-02-02 --compare previous";

/// The drivers of a KPI by every dimension that it has.
async fn all(world: &World, metric: &str, options: &str) -> (Answer, Vec<Drivers>) {
    let question = world.question(metric, options);
    let whole = world.ask(metric, options).await.remove(0);
    let questions = driver_questions(&world.source, &world.catalogue, &world.rules, &question, &CUTS).unwrap();
    let definition = &world.catalogue.get(metric).unwrap().definition;
    let mut found = Vec::new();
    for own in questions {
        let answers = world.ask(metric, &format!("{options} --by {}", own.by[0])).await;
        let cells: Vec<&Answer> = answers.iter().collect();
        found.extend(drivers(definition, &whole, &own.by[0], &cells));
    }
    (whole, found)
}

#[tokio::test]
async fn parts_of_every_kpi_add_up_to_its_difference() {
    let world = play(options(700, 5, "2026-01-01", 40), None).world;
    let (mut parts, mut rates, mut own, mut repeats) = (0, 0, 0, 0);
    for metric in world.catalogue.metrics() {
        let (whole, found) = all(&world, &metric.id, RANGE).await;
        for drivers in found {
            match drivers.adds {
                Adds::Parts => parts += 1,
                Adds::MixAndRate => rates += 1,
                Adds::Own => own += 1,
                Adds::Repeats => repeats += 1,
            }
            if matches!(drivers.adds, Adds::Own | Adds::Repeats) {
                assert!(drivers.cells.iter().all(|cell| cell.moved.is_none()), "{}", metric.id);
                continue;
            }
            let difference = whole.comparison.as_ref().unwrap().change.unwrap().difference;
            let sum: f64 = drivers.cells.iter().map(|cell| cell.moved.unwrap().part).sum();
            let room = 1e-9 * difference.abs().max(whole.value.unwrap().abs()).max(1.0);
            assert!((sum - difference).abs() <= room, "{} by {}: {sum} of {difference}", metric.id, drivers.dimension);
            if let Some((mix, rate)) = drivers.mix_and_rate() {
                assert!((mix + rate - difference).abs() <= room, "{} by {}", metric.id, drivers.dimension);
            }
        }
    }
    assert!(parts > 30 && rates > 30 && own > 30 && repeats > 5, "{parts} {rates} {own} {repeats}");
}

#[tokio::test]
async fn medians_and_tags_claim_no_sum_and_chance_no_strength() {
    let world = play(options(700, 5, "2026-01-01", 40), None).world;
    let (_, median) = all(&world, "first_response_time", RANGE).await;
    assert!(median.iter().all(|own| own.adds != Adds::Parts && own.adds != Adds::MixAndRate));
    let (_, mean) = all(&world, "first_response_time", &format!("{RANGE} --stat mean")).await;
    let of = |found: &[Drivers], name: &str| found.iter().find(|own| own.dimension == name).unwrap().adds;
    assert_eq!(of(&mean, "channel"), Adds::MixAndRate);
    let (_, created) = all(&world, "conversations_created", RANGE).await;
    assert_eq!(of(&created, "channel"), Adds::Parts);
    assert_eq!(of(&created, "tag"), Adds::Repeats);
    for driver in median.iter().chain(&mean).chain(&created).flat_map(|own| &own.cells) {
        let change = driver.answer.comparison.as_ref().and_then(|comparison| comparison.change);
        let told = change.is_some_and(|change| change.noise == Some(false));
        assert!(driver.strength.is_none() || told, "{driver:?}");
        assert!(driver.strength.is_none_or(|strength| strength >= 0.9), "{driver:?}");
    }
}

#[tokio::test]
async fn who_is_hidden_drives_nothing() {
    let events = play(options(300, 5, "2026-01-01", 40), None).world.events;
    let world = World::of(events, "[privacy]\nhide_individuals = true\nminimum_group = 5\n");
    let question = world.question("resolutions,conversations_created", RANGE);
    let questions = driver_questions(&world.source, &world.catalogue, &world.rules, &question, &CUTS).unwrap();
    assert!(questions.iter().all(|own| own.by != ["agent"]), "{questions:?}");
    assert!(questions.iter().any(|own| own.by == ["channel"]));
}

#[tokio::test]
async fn the_rows_of_a_cell_are_as_many_as_its_number() {
    let world = play(options(300, 5, "2026-01-01", 40), None).world;
    for dimension in CUTS {
        let range = format!("--from 2026-01-19 --to 2026-02-02 --by {dimension}");
        let question = world.question("resolutions", &range);
        let answers = world.ask("resolutions", &range).await;
        assert!(answers.len() > 1, "{dimension}");
        for answer in answers {
            let cell = answer.dimensions.iter().map(|(_, value)| value.clone()).collect();
            let (source, catalogue, rules) = (&world.source, &world.catalogue, &world.rules);
            let found = drill(source, catalogue, rules, "resolutions", &question, &cell, Part::All, (0, 1), Order::Newest);
            assert_eq!(Some(found.await.unwrap().total as f64), answer.value, "{dimension} {cell:?}");
        }
    }
}
