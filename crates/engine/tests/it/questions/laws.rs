//! Numbers that must add up: over cells, over periods, over time, and with what was left out.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::Measure;
use deskgauge_core::period::{day_start, local_date};
use deskgauge_engine::ask::{AskError, population};

use super::{Asked, Dice, EXCLUSIVE, SPECIAL, Sums, added, some, worlds};
use crate::world::cell;

fn distinct(asked: &Asked<'_>) -> bool {
    matches!(asked.measure(), Measure::Distinct(_))
}

/// Who is kept is seen between the start and the end of each period, and adds up to nothing.
fn kept(asked: &Asked<'_>) -> bool {
    matches!(asked.measure(), Measure::Stock { kept: Some(_), .. })
}

fn stock(asked: &Asked<'_>) -> bool {
    matches!(asked.measure(), Measure::Stock { .. })
}

/// A metric that dates its rows by their start and says which of them are decided: what runs stands in the period in which it began.
fn by_its_start(asked: &Asked<'_>) -> bool {
    asked.definition().decided.is_some() && asked.definition().running.is_none()
}

#[tokio::test]
async fn cells_add_up_to_their_total() {
    let mut dice = Dice::new(1);
    for asked in some(1) {
        let total = added(&asked.sums("").await);
        let mut bys = vec![dice.of(EXCLUSIVE).to_owned(), format!("{},{}", dice.of(EXCLUSIVE), dice.of(SPECIAL))];
        bys.push(format!("{},{}", EXCLUSIVE[0], dice.of(&EXCLUSIVE[1..])));
        for by in bys {
            match asked.try_ask(&format!("--by {by}")).await {
                Ok(_) => {}
                Err(AskError::Refused(problem)) if problem.code == "dimension-not-applicable" => continue,
                Err(error) => panic!("{} {by}: {error}", asked.name()),
            }
            let cells = asked.sums(&format!("--by {by}")).await;
            let sums = added(&cells);
            if distinct(&asked) {
                let most = cells.iter().filter_map(|answer| answer.n).max().unwrap_or(0);
                assert!(most <= total.n && total.n <= sums.n, "{} by {by}: {total:?} and {sums:?}", asked.name());
                assert_eq!(Sums { n: 0, ..sums }, Sums { n: 0, ..total.clone() }, "{} by {by}", asked.name());
            } else {
                assert_eq!(sums, total, "{} by {by}", asked.name());
            }
        }
    }
}

#[tokio::test]
async fn a_tag_repeats_rows_and_loses_none() {
    for asked in some(2).into_iter().filter(Asked::of_conversations) {
        let (total, tags) = (added(&asked.sums("").await), added(&asked.sums("--by tag").await));
        let more = |tags: i64, total: i64| assert!(tags >= total, "{}: {tags:?} and {total:?}", asked.name());
        more(tags.n, total.n);
        more(tags.running, total.running);
        more(tags.provisional, total.provisional);
    }
}

#[tokio::test]
async fn a_filter_gives_the_cell_that_it_keeps() {
    for asked in some(3).into_iter().filter(Asked::of_conversations) {
        let cells = asked.sums("--by channel").await;
        let of_cell = cells.iter().filter(|answer| cell(answer, "channel") == Some("email"));
        let filtered = asked.sums("--where \"channel = 'email'\"").await;
        assert_eq!(added(of_cell), added(&filtered), "{}", asked.name());
    }
}

#[tokio::test]
async fn periods_add_up_to_the_whole() {
    for asked in some(4).into_iter().filter(|asked| !kept(asked)) {
        let whole = added(&asked.sums("").await);
        for grain in ["day", "week"] {
            let periods = asked.sums(&format!("--grain {grain}")).await;
            if stock(&asked) {
                let last = periods.last().map(|answer| answer.n);
                assert_eq!(last.unwrap_or(Some(0)), Some(whole.n), "{}: the last {grain} ends now", asked.name());
                continue;
            }
            if by_its_start(&asked) {
                assert_eq!(added(&periods), whole, "{} by {grain}", asked.name());
                continue;
            }
            // What runs is told at the end of each period.
            let sums = Sums { running: 0, ..added(&periods) };
            if distinct(&asked) {
                assert!(sums.n >= whole.n, "{} by {grain}", asked.name());
                assert_eq!(Sums { n: 0, ..sums }, Sums { n: 0, running: 0, ..whole.clone() }, "{} by {grain}", asked.name());
            } else {
                assert_eq!(sums, Sums { running: 0, ..whole.clone() }, "{} by {grain}", asked.name());
            }
            if let Some(last) = periods.last() {
                assert_eq!(last.running.unwrap_or(0), whole.running, "{}: the last {grain} ends now", asked.name());
            }
        }
    }
}

/// An answer without what tells its period.
fn bare(answer: &Answer) -> Answer {
    Answer { period: None, partial: false, ..answer.clone() }
}

#[tokio::test]
async fn a_period_is_the_range_that_it_covers() {
    let mut dice = Dice::new(2);
    for asked in some(5) {
        let (grain, days) = dice.of(&[("day", 1), ("week", 7), ("month", 0)]);
        let by = asked.cut(&format!("--by {}", dice.of(EXCLUSIVE))).to_owned();
        let answers = asked.rows(&format!("{by} --grain {grain}")).await;
        let periods: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.period.unwrap()).collect();
        let Some(period) = periods.iter().nth(dice.below(periods.len().max(1) as i64) as usize) else { continue };
        let end = match days {
            0 => period.last_of_month().tomorrow().unwrap(),
            days => period.checked_add(jiff::Span::new().days(days)).unwrap(),
        };
        // Cells that other periods have are empty here.
        let of_period: Vec<Answer> = answers.iter().filter(|answer| answer.period == Some(*period)).map(bare).collect();
        let range = asked.rows(&format!("{by} --from {period} --to {end}")).await;
        for answer in &range {
            assert!(of_period.contains(&bare(answer)), "{} {by} in {period}: {answer:?}\n{of_period:#?}", asked.name());
        }
        for answer in of_period.iter().filter(|answer| !range.contains(answer)) {
            assert_eq!(added([answer]).rows(), 0, "{} {by} in {period}: {answer:?}", asked.name());
        }
    }
}

#[tokio::test]
async fn business_time_is_never_longer() {
    for asked in some(6) {
        let Measure::Value { business: Some(_), .. } = asked.measure() else { continue };
        for by in ["", "--by hour", asked.cut("--by team")] {
            let calendar = asked.rows(&format!("{by} --stat sum")).await;
            let business = asked.rows(&format!("{by} --stat sum --clock business")).await;
            for answer in &business {
                let other = calendar.iter().find(|other| other.dimensions == answer.dimensions).unwrap();
                assert!(answer.n <= other.n, "{} {by}: {answer:?}, {other:?}", asked.name());
                assert!(
                    answer.value.unwrap_or(0.0) <= other.value.unwrap_or(0.0),
                    "{} {by}: {answer:?}, {other:?}",
                    asked.name()
                );
                assert_eq!((answer.running, &answer.excluded), (other.running, &other.excluded), "{}", asked.name());
            }
        }
    }
}

#[tokio::test]
async fn every_own_row_is_somewhere() {
    for asked in some(7).into_iter().filter(|asked| !stock(asked)) {
        let world = asked.world;
        let definition = asked.definition();
        let mut filter = definition.filter.as_ref().map_or("true", |filter| &filter.text).to_owned();
        for parameter in deskgauge_core::metric::PARAMETERS {
            let seconds = world.rules.catalogue.parameter(parameter).map_or("null".to_owned(), |seconds| seconds.to_string());
            filter = filter.replace(&format!("${parameter}"), &seconds);
        }
        let now = format!(" arrow_cast(to_timestamp_seconds({}), 'Timestamp(Microsecond, Some(\"UTC\"))')", world.now);
        let filter = filter.replace(" now", &now);
        let own: i64 =
            world.sql(&format!("select count(*) from {} where {filter}", definition.from)).await[0][0].parse().unwrap();
        let question = world.question(asked.id, &asked.options(""));
        let funnel = population(&world.source, &world.catalogue, &world.rules, asked.id, &question).await.unwrap();
        let sums = added(&asked.rows("").await);
        assert_eq!(funnel.own, own, "{}: {funnel:?}", asked.name());
        let excluded: i64 = funnel.excluded.iter().map(|(_, rows)| rows).sum();
        let parts = excluded + funnel.running + funnel.provisional + funnel.pending + funnel.without_value + funnel.counted;
        assert_eq!(parts, own, "{}: {funnel:?}", asked.name());
        // Of a sum that is divided the answer has the sum, and not how many rows it is of.
        let divided_sum = definition.per.is_some() && matches!(definition.measure, Measure::Sum(_));
        if !distinct(&asked) && !divided_sum {
            assert_eq!(sums.n, funnel.counted, "{}: {funnel:?}", asked.name());
        }
        assert_eq!((sums.excluded.values().sum::<i64>(), sums.provisional), (excluded, funnel.provisional), "{}", asked.name());
        if definition.running.is_some() || definition.decided.is_some() {
            // What is neither counted nor left out runs.
            assert_eq!(sums.running, funnel.running + funnel.pending, "{}: {funnel:?}", asked.name());
        }
    }
}

#[tokio::test]
async fn what_comes_after_now_does_not_count() {
    for asked in some(9) {
        let zone = &asked.world.rules.workspace.time_zone;
        let middle = local_date(asked.world.now - 5 * 86_400, zone);
        let before = day_start(middle, zone) - 1;
        let by = asked.cut("--by channel");
        let then = asked.sums(&format!("{by} --now {}", before * 1000)).await;
        let since = asked.sums(&format!("{by} --to {middle}")).await;
        let (then, since) = (added(&then), added(&since));
        let definition = asked.definition();
        if by_its_start(&asked) {
            // What ran then has ended since, or runs still; nothing else has moved.
            let left_out = |sums: &Sums| sums.excluded.values().sum::<i64>();
            let told = || format!("{}: {then:?}, {since:?}", asked.name());
            assert!(then.n <= since.n && left_out(&then) <= left_out(&since) && since.running <= then.running, "{}", told());
            if let Measure::Share { .. } = asked.measure() {
                let rows = |sums: &Sums| sums.n + sums.running + left_out(sums);
                assert_eq!(rows(&then), rows(&since), "{}", told());
            }
        } else if definition.decided.is_some() {
            assert_eq!(then.n, since.n, "{}: {then:?}, {since:?}", asked.name());
        } else if definition.window.is_some() {
            // What was not over then is over by now, or was left out by what came after.
            let dated = |sums: &Sums| sums.n + sums.provisional + sums.excluded.values().sum::<i64>();
            assert_eq!(dated(&then), dated(&since), "{}: {then:?}, {since:?}", asked.name());
        } else {
            let (mut then, mut since) = (Sums { running: 0, ..then }, Sums { running: 0, ..since });
            if matches!(definition.measure, Measure::Stock { since: Some(_), .. }) {
                // At the end of the day everything is a second older than in its last second.
                (then.value, since.value) = (0, 0);
            }
            if definition.running.is_none() {
                assert_eq!(then, since, "{}", asked.name());
            } else {
                let counted = |sums: Sums| (sums.n, sums.value, sums.numerator, sums.denominator);
                assert_eq!(counted(then), counted(since), "{}", asked.name());
            }
        }
    }
}

#[tokio::test]
async fn a_cohort_has_the_same_rows() {
    for asked in some(8) {
        let (event, cohort) = (added(&asked.sums("").await), added(&asked.sums("--dated cohort").await));
        assert_eq!(event, cohort, "{}", asked.name());
    }
}

#[tokio::test]
async fn the_backlog_moves_by_what_enters_and_leaves() {
    for world in worlds() {
        let name = &world.rules.workspace.time_zone_name;
        let moves = world
            .sql(&format!(
                "select to_char(entered_at at time zone '{name}', '%Y-%m-%d') as day,
                    sum(case when began in ('created', 'reopened', 'restored') then 1 else -1 end)
                 from spells where began in ('created', 'reopened', 'restored', 'resolved', 'removed') group by 1"
            ))
            .await;
        let mut stock = 0;
        for answer in world.ask("backlog", "--grain day").await {
            let day = answer.period.unwrap().to_string();
            stock += moves.iter().filter(|row| row[0] == day).map(|row| row[1].parse::<i64>().unwrap()).sum::<i64>();
            assert_eq!(answer.n, Some(stock), "{day} in {name}");
        }
    }
}
