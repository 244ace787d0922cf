//! The rows behind each number of the catalogue: as many as the number says, whatever the KPI's kind, and page by page the same.

use std::collections::BTreeSet;

use deskgauge_core::answer::{Answer, DataCut};
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::metric::Measure;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::Shop;
use deskgauge_engine::ask::{Order, Part, ask, drill};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::source::FactSource;

use crate::agrees::shop;

/// How many rows stand behind an answer.
fn behind(answer: &Answer, measure: &Measure) -> Option<i64> {
    match measure {
        Measure::Count | Measure::Distinct(_) | Measure::Stock { since: None, kept: None, .. } => {
            answer.value.map(|value| value as i64)
        }
        Measure::Share { weight: Some(_), .. } => None,
        _ => answer.n,
    }
}

#[tokio::test]
async fn as_many_rows_stand_behind_a_number_as_it_says() {
    let events = shop(400, 3);
    let rules = Rules::parse(&Shop::rules_toml(), "rules").0;
    let own = own_fields(&rules);
    let (catalogue, _) = Catalogue::load(&[], &own);
    let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &own).unwrap();
    let first = events.iter().map(|event| event.at.seconds()).min().unwrap();
    let now = At(first + 12 * 86_400);
    let cut = || DataCut { snapshot: 0, watermark: 0, at: None };
    let day = |days: i64| deskgauge_core::period::local_date(first + days * 86_400, &rules.workspace.time_zone);
    let mut compared = 0;
    let all_cells = Vec::new();
    for metric in catalogue.metrics().filter(|metric| metric.definition.per.is_none()) {
        for (from, to, filter) in
            [(None, None, None), (Some(day(2)), Some(day(7)), None), (Some(day(2)), Some(day(7)), Some("channel = 'email'"))]
        {
            let question = Question {
                from,
                to,
                filter: filter.map(str::to_owned),
                now: Some(now.into()),
                ..Question::new(vec![metric.id.clone()])
            };
            // Some tables have no channel: then there is nothing to compare.
            let Ok(answers) = ask(&source, &catalogue, &rules, &question, cut()).await else { continue };
            let Some(wanted) = behind(&answers.answers[0], &metric.definition.measure) else { continue };
            let page = |skip: usize| {
                drill(&source, &catalogue, &rules, &metric.id, &question, &all_cells, Part::All, (skip, 40), Order::Newest)
            };
            let all = page(0).await.unwrap();
            assert_eq!(all.total, wanted, "{} from {from:?} where {filter:?}", metric.id);
            assert_eq!(all.cases.len() as i64, wanted.min(40), "{}", metric.id);
            compared += 1;
            if let Measure::Share { .. } = metric.definition.measure {
                let part =
                    |part| drill(&source, &catalogue, &rules, &metric.id, &question, &all_cells, part, (0, 1), Order::Newest);
                let (some, rest) = (part(Part::Numerator).await.unwrap().total, part(Part::Rest).await.unwrap().total);
                assert_eq!((Some(some), some + rest), (answers.answers[0].numerator, wanted), "{}", metric.id);
            }
            if wanted > 40 && metric.id == "conversations_created" {
                let second = page(40).await.unwrap();
                let ids: BTreeSet<_> = all.cases.iter().chain(&second.cases).map(|case| case.id.clone()).collect();
                assert_eq!(ids.len(), all.cases.len() + second.cases.len(), "no row is on two pages");
            }
        }
    }
    assert!(compared > 100, "{compared} numbers are too few");
}

#[tokio::test]
async fn as_many_rows_stand_behind_a_cell_as_it_says() {
    let events = shop(400, 3);
    let rules = Rules::parse(&Shop::rules_toml(), "rules").0;
    let own = own_fields(&rules);
    let (catalogue, _) = Catalogue::load(&[], &own);
    let source = FactSource::memory(&fold_all(events.clone(), &rules), &events, &own).unwrap();
    let now = At(events.iter().map(|event| event.at.seconds()).max().unwrap());
    for (metric, by) in [("contacts_received", ["weekday", "hour"]), ("first_response_time", ["channel", "hour"])] {
        let by = by.map(str::to_owned).to_vec();
        let question = Question { by, now: Some(now.into()), ..Question::new(vec![metric.to_owned()]) };
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        let answers = ask(&source, &catalogue, &rules, &question, cut).await.unwrap().answers;
        assert!(answers.len() > 20, "{metric} has {} cells", answers.len());
        for answer in &answers {
            let cell: Vec<Option<String>> = answer.dimensions.iter().map(|(_, value)| value.clone()).collect();
            let found = drill(&source, &catalogue, &rules, metric, &question, &cell, Part::All, (0, 1), Order::Newest).await;
            let wanted = answer.n.or(answer.value.map(|value| value as i64));
            assert_eq!(Some(found.unwrap().total), wanted, "{metric} in {cell:?}");
        }
    }
}
