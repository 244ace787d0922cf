//! Each kind of trouble is found where it is, counted once, and not found in a sound shop.

use std::collections::BTreeMap;
use std::fmt::Write;

use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::data_quality::{Finding, Imported, Scope, distorted, examine, troubles};
use deskgauge_engine::lake::ImportInfo;
use deskgauge_engine::source::FactSource;

use super::world::{options, play};

const SCOPE: Scope = Scope { from: None, to: None, import: None, examples: 3 };

fn source(text: &str) -> FactSource {
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    FactSource::memory(&fold_all(events.clone(), &Rules::default()), &events, &[]).unwrap()
}

async fn found(text: &str, imported: &[Imported], scope: &Scope) -> BTreeMap<&'static str, Finding> {
    let all = examine(&source(text), &Rules::default(), imported, scope).await.unwrap();
    all.into_iter().map(|finding| (finding.code, finding)).collect()
}

/// The import 0, which events in memory have, committed on Tuesday at 12:00.
fn import() -> Imported {
    let at = "2024-01-02T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_microsecond();
    let info = ImportInfo { id: 0, name: "june.jsonl".to_owned(), at, events: 40, snapshot: 2, undone: false };
    Imported { info, rejected: 10, first_rejected: Some("june.jsonl:7: at no zone".to_owned()), repeated: 4 }
}

const TROUBLED: &str = "conversation early channel=email customer=u1
mon 08:59  ana  says
mon 09:00  customer  opens
conversation twice channel=email customer=u2
mon 09:00  customer  opens
mon 09:10  customer  opens
mon 09:20  agent  says
conversation unopened customer=u3
mon 10:00  customer:u3  says
tue 13:00  bo  says
conversation roles channel=chat customer=bo
mon 10:30  customer:bo  opens
conversation merged channel=email customer=u4
mon 11:00  customer  opens
mon 11:05  ana  merges into=nowhere
conversation plain channel=email customer=u5
mon 12:00:01  customer  opens
mon 12:05  system  sets colour=red
mon 12:06  customer  rates csat=5
";

#[tokio::test]
async fn every_trouble_is_found_where_it_is() {
    let found = found(TROUBLED, &[import()], &SCOPE).await;
    let counts: Vec<(&str, i64)> = found.iter().map(|(code, finding)| (*code, finding.count)).collect();
    assert_eq!(
        counts,
        [
            ("after_import", 1),
            ("before_creation", 1),
            ("brought_again", 4),
            ("merged_into_unknown", 1),
            ("no_actor", 1),
            ("no_channel", 1),
            ("no_opened", 1),
            ("opened_twice", 1),
            ("rejected_rows", 10),
            ("two_roles", 1),
            ("unknown_field", 1),
            ("unsent_survey", 1),
        ]
    );
    let early = &found["before_creation"];
    assert_eq!((early.of, early.serious, early.by_month.clone()), (Some(6), true, vec![("2024-01".to_owned(), 1)]));
    assert_eq!(early.examples[0].conversation.as_deref(), Some("early"));
    assert_eq!(early.examples[0].import, Some(0));
    assert_eq!(found["after_import"].examples[0].conversation.as_deref(), Some("unopened"));
    assert_eq!(found["two_roles"].examples[0].detail.as_deref(), Some("bo"));
    assert_eq!((found["rejected_rows"].of, found["rejected_rows"].serious), (Some(50), true));
    assert_eq!(found["rejected_rows"].examples[0].detail.as_deref(), Some("june.jsonl:7: at no zone"));
    assert!(!found["brought_again"].serious);
    assert_eq!(troubles(&source(TROUBLED)).await.unwrap(), ["before_creation", "no_opened"]);
}

#[tokio::test]
async fn a_range_and_an_import_narrow_it() {
    let day = |text: &str| Some(text.parse::<jiff::Timestamp>().unwrap().as_second());
    let tuesday = Scope { from: day("2024-01-02T00:00:00Z"), ..SCOPE };
    let codes: Vec<&str> = found(TROUBLED, &[import()], &tuesday).await.into_keys().collect();
    assert_eq!(codes, ["after_import", "two_roles"]);
    let other = Scope { import: Some(5), ..SCOPE };
    assert!(found(TROUBLED, &[import()], &other).await.is_empty());
}

#[tokio::test]
async fn silence_dates_without_times_and_overlapping_calls_are_found() {
    // Every day of four weeks, an event each half hour from 9 to 17; one Wednesday has none.
    let mut text = String::from("conversation busy channel=email customer=u1\n2024-01-01 00:30  customer  opens\n");
    for day in (1..=28).filter(|day| *day != 10) {
        for half in 0..32 {
            writeln!(text, "2024-01-{day:02} {:02}:{:02}  ana  notes", 9 + half / 4, half % 4 * 15).unwrap();
        }
    }
    let gap = &found(&text, &[], &SCOPE).await["gap"];
    assert_eq!((gap.count, gap.serious), (1, true));
    assert_eq!(gap.examples[0].detail.as_deref(), Some("40 h, usually 32 events"));
    let dates = "conversation a channel=email customer=u1\n2024-01-01 00:00  customer  opens\n2024-01-02 00:00  ana  says\n";
    assert_eq!(found(dates, &[], &SCOPE).await["at_midnight"].count, 2);
    let calls = "conversation a channel=phone customer=u1\nmon 09:00  customer  opens\nmon 09:00  customer  queues\n\
                 mon 09:01  ana  answers\nmon 09:30  ana  ends\n\
                 conversation b channel=phone customer=u2\nmon 09:10  customer  opens\nmon 09:10  customer  queues\n\
                 mon 09:11  ana  answers\nmon 09:20  ana  ends\n";
    let overlap = &found(calls, &[], &SCOPE).await["overlapping_calls"];
    assert_eq!((overlap.count, overlap.examples[0].conversation.as_deref()), (1, Some("b")));
}

#[tokio::test]
async fn a_sound_shop_has_nothing_serious() {
    let world = play(options(300, 4, "2026-01-05", 20), None).world;
    let found = examine(&world.source, &world.rules, &[], &SCOPE).await.unwrap();
    let serious: Vec<&str> = found.iter().filter(|finding| finding.serious).map(|finding| finding.code).collect();
    assert!(serious.is_empty(), "{serious:?}");
    assert_eq!(troubles(&world.source).await.unwrap(), Vec::<&str>::new());
}

#[test]
fn what_is_distorted_is_a_kpi() {
    let (catalogue, _) = Catalogue::load(&[], &[]);
    let unknown: Vec<&str> = distorted().into_iter().filter(|id| catalogue.get(id).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
