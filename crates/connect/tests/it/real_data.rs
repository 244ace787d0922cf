//! The mappings of `examples/` on the real data sets they are for. Where the data is not at hand, a line says so.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use deskgauge_connect::table::propose::propose;
use deskgauge_connect::table::{Mapping, Report, Row, csv};
use deskgauge_core::event::{Body, Event, StatusClass};
use deskgauge_core::fold::fold_all;
use deskgauge_core::rules::Rules;

fn data(path: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    let Ok(mut file) = File::open(&path) else {
        println!("skipped: {} is not at hand", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    } else {
        file.read_to_end(&mut bytes).unwrap();
    }
    Some(bytes)
}

fn import(example: &str, path: &str) -> Option<(Vec<Event>, Report)> {
    let bytes = data(path)?;
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{example}/mapping.toml"));
    let (mapping, problems) = Mapping::parse(&std::fs::read_to_string(file).unwrap(), "mapping.toml");
    assert!(problems.is_empty(), "{problems:?}");
    let mapping = mapping.unwrap();
    let mut rows = csv::open(Cursor::new(bytes), None, path).unwrap();
    let columns = rows.columns().to_vec();
    rows.only(mapping.columns_used(&columns));
    let mut events = mapping.events(&columns, rows, &"import".into()).unwrap();
    let all: Vec<Event> = events.by_ref().map(|event| event.unwrap()).collect();
    let ids: BTreeSet<&str> = all.iter().map(|event| &*event.id).collect();
    assert_eq!(ids.len(), all.len(), "ids are unique");
    Some((all, events.report()))
}

fn by_type(events: &[Event]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(event.type_name()).or_default() += 1;
    }
    counts
}

/// Conversations with a status that leaves solved or closed for an open one, in the order in which the fold reads events.
fn reopened(events: &[Event]) -> usize {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by(|a, b| a.in_order(b));
    let mut resolved: BTreeMap<&str, bool> = BTreeMap::new();
    let mut reopened = BTreeSet::new();
    for event in sorted {
        let (Body::Status(change), Some(conversation)) = (&event.body, &event.conversation) else { continue };
        let now = change.status.class() == StatusClass::Resolved;
        if resolved.insert(conversation, now) == Some(true) && !now {
            reopened.insert(conversation);
        }
    }
    reopened.len()
}

/// Last values of an own field.
fn field(events: &[Event], name: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        if let Body::Field(change) = &event.body
            && &*change.field == name
        {
            *counts.entry(change.value.as_deref().unwrap_or("").to_owned()).or_default() += 1;
        }
    }
    counts
}

#[test]
fn uci_incident_event_log() {
    let Some((events, report)) = import("uci_incident_event_log", "uci_incident_event_log/incident_event_log.csv.gz") else {
        return;
    };
    println!("{report:?}\n{:?}", by_type(&events));
    assert_eq!((report.rows, report.rejected, report.groups), (141_712, 0, 24_918));
    assert_eq!(by_type(&events)["opened"], 24_918);
    assert_eq!(reopened(&events), 275);
    assert_eq!(field(&events, "made_sla"), BTreeMap::from([("true".into(), 15_803), ("false".into(), 9_115)]));
    assert_eq!(field(&events, "resolution_recorded")["true"], 23_362);

    // Opened to last solved, over the incidents that have a resolved_at: 22.1 h in the middle.
    let mut opened = BTreeMap::new();
    let mut solved: BTreeMap<&str, i64> = BTreeMap::new();
    let mut recorded = BTreeSet::new();
    for event in &events {
        let conversation = event.conversation.as_deref().unwrap();
        match &event.body {
            Body::Opened(_) => drop(opened.insert(conversation, event.at)),
            Body::Field(change) if &*change.field == "resolution_recorded" && change.value.as_deref() == Some("true") => {
                recorded.insert(conversation);
            }
            Body::Status(change) if change.status.name() == "solved" => {
                let last = solved.entry(conversation).or_insert(event.at.seconds());
                *last = (*last).max(event.at.seconds());
            }
            _ => {}
        }
    }
    let mut seconds: Vec<i64> = recorded.iter().map(|id| solved[id] - opened[id].seconds()).collect();
    seconds.sort_unstable();
    assert_eq!(seconds.len(), 23_362);
    let median = (seconds[seconds.len() / 2 - 1] + seconds[seconds.len() / 2]) as f64 / 2.0;
    assert_eq!(median / 3600.0, 22.1);
    assert!(seconds[0] >= 0);
    let mean = seconds.iter().sum::<i64>() as f64 / seconds.len() as f64 / 3600.0;
    assert!((mean - 178.171_582).abs() < 0.000_001, "{mean}");
}

#[test]
fn ibm_twitter_care() {
    let Some((events, report)) = import("ibm_twitter_care", "ibm_twitter_care/messages.csv") else { return };
    println!("{report:?}\n{:?}", by_type(&events));
    assert_eq!((report.rows, report.rejected, report.groups), (2_350, 0, 1_025));
    assert_eq!(by_type(&events), BTreeMap::from([("message", 2_350), ("opened", 1_025)]));
    let agents = events.iter().filter(|event| event.type_name() == "message" && event.actor_kind.name() == "agent").count();
    assert_eq!(agents, 1_173);
    let brand = |name: &str| {
        events.iter().filter(|event| matches!(&event.body, Body::Opened(opened) if opened.brand.as_deref() == Some(name))).count()
    };
    let unknown = events.iter().filter(|event| matches!(&event.body, Body::Opened(opened) if opened.brand.is_none())).count();
    assert_eq!(unknown, 145);
    assert_eq!((brand("TeamYouTube"), brand("RockstarSupport"), brand("XboxSupport")), (168, 146, 102));
}

#[test]
fn boston_311() {
    let Some((events, report)) = import("boston_311", "boston_311/boston311_sample5k.csv") else { return };
    println!("{report:?}\n{:?}", by_type(&events));
    assert_eq!((report.rows, report.rejected), (4_995, 0));
    assert_eq!(by_type(&events)["opened"], 4_995);
    assert_eq!(by_type(&events)["status"], 4_995);
    assert_eq!(field(&events, "ontime_status"), BTreeMap::from([("ONTIME".into(), 4_520), ("OVERDUE".into(), 474)]));
    assert_eq!(field(&events, "due_at").values().sum::<usize>(), 4_284);
    assert_eq!(field(&events, "source")["Constituent Call"], 1_826);
}

#[test]
fn nps_benavent() {
    let Some((events, report)) = import("nps_benavent", "nps_benavent/nps_utf8.csv") else { return };
    println!("{report:?}\n{:?}", by_type(&events));
    assert_eq!((report.rows, report.rejected, report.events), (13_954, 0, 13_612 + 13_893));
    let answers = |kind: &str, low: i64, high: i64| {
        let ten_thousandths = low * 10_000..=high * 10_000;
        let fits = |event: &&Event| match &event.body {
            Body::SurveyAnswered(answer) => answer.kind.name() == kind && ten_thousandths.contains(&answer.score.0),
            _ => false,
        };
        events.iter().filter(fits).count()
    };
    assert_eq!((answers("nps", 9, 10), answers("nps", 7, 8), answers("nps", 0, 6)), (8_465, 3_953, 1_194));
    assert_eq!(answers("csat", 1, 10), 13_893);
}

/// A proposed mapping can be read, and takes the rows that it was guessed from.
#[test]
fn proposals_import() {
    let files = [
        ("uci_incident_event_log/incident_event_log.csv.gz", "changes"),
        ("ibm_twitter_care/messages.csv", "messages"),
        ("boston_311/boston311_sample5k.csv", "conversations"),
        ("boston_311/qsv_boston311-100.csv", "conversations"),
        ("nps_benavent/nps_utf8.csv", "surveys"),
    ];
    for (path, kind) in files {
        let Some(bytes) = data(path) else { continue };
        let rows = csv::open(Cursor::new(bytes), None, path).unwrap();
        let columns = rows.columns().to_vec();
        let sample: Vec<Row> = rows.take(3000).map(|row| row.unwrap()).collect();
        let proposal = propose(&columns, &sample, path);
        let (mapping, problems) = Mapping::parse(&proposal, "proposal.toml");
        println!("{proposal}");
        assert!(problems.is_empty(), "{path}: {problems:?}");
        let mapping = mapping.unwrap();
        assert_eq!(mapping.rows.name(), kind, "{path}");
        let mut events = mapping.events(&columns, sample.into_iter().map(Ok), &"import".into()).unwrap();
        let rejected: Vec<_> = events.by_ref().filter_map(Result::err).take(3).collect();
        assert!(rejected.is_empty(), "{path}: {rejected:?}");
        println!("{:?}", events.report());
    }
}

/// The example workspaces' rules are sound, and the fold sees in the events what the data's own columns say.
#[test]
fn examples_fold() {
    let rules = |example: &str| {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{example}/deskgauge.toml"));
        let (rules, problems) = Rules::parse(&std::fs::read_to_string(file).unwrap(), "deskgauge.toml");
        assert!(problems.is_empty(), "{example}: {problems:?}");
        rules
    };
    let examples = [
        ("uci_incident_event_log", "uci_incident_event_log/incident_event_log.csv.gz"),
        ("ibm_twitter_care", "ibm_twitter_care/messages.csv"),
        ("boston_311", "boston_311/boston311_sample5k.csv"),
        ("nps_benavent", "nps_benavent/nps_utf8.csv"),
    ];
    for (example, path) in examples {
        let rules = rules(example);
        let Some((events, _)) = import(example, path) else { continue };
        let facts = fold_all(events, &rules);
        let mut problems: BTreeMap<&str, usize> = BTreeMap::new();
        for problem in &facts.problems {
            *problems.entry(problem.code).or_default() += 1;
        }
        println!(
            "{example}: {} conversations, {} resolutions, problems {problems:?}",
            facts.conversations.len(),
            facts.resolutions.len()
        );
        assert!(problems.is_empty(), "{example}: {problems:?}");
        if example == "uci_incident_event_log" {
            let reopenings: Vec<i64> =
                facts.conversations.iter().map(|row| row.reopenings_count).filter(|count| *count > 0).collect();
            assert_eq!((reopenings.len(), reopenings.iter().sum::<i64>()), (275, 331), "as reopen_count says");
        }
    }
}
