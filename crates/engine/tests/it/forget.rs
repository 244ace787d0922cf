//! Somebody who is forgotten is in no byte of the workspace: no file, no free page, no bound, no earlier snapshot; everybody else is
//! as they would be without them. Interrupted anywhere, it is brought to its end by whoever comes next.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};

use arrow::util::pretty::pretty_format_batches;
use deskgauge_core::event::{Body, Event, Text};
use deskgauge_core::fold::erasure::Erasure;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::shop::Shop;
use deskgauge_engine::people::People;
use deskgauge_engine::workspace::{ImportAbout, RULES_FILE, Workspace, WorkspaceError};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::agrees::{NOW, TINY, assert_same, import, shop, workspace};

/// A word that stands in every id and text of the person, and nowhere else.
const WORD: &str = "zanzibar";
const PERSON: &str = "c-zanzibar-1";

/// The person's events in the notation: a conversation of theirs, one of somebody else in which they wrote, a merge with a
/// conversation of somebody else, a follow-up that somebody else's conversation names, an order that was changed without their name, a
/// profile, a survey outside of conversations, and a correction that took a message from them.
fn theirs() -> Vec<Event> {
    let text = "
conversation t-zanzibar-1  channel=email
2026-01-05 09:00:00  customer:c-zanzibar-1  opens  customer=c-zanzibar-1 reason=zanzibar-reason tags=zanzibar-tag id=zanzibar-1
2026-01-05 09:10:00  ana  says  id=zanzibar-2
2026-01-05 09:20:00  ana  sets  priority=zanzibar-high id=zanzibar-3
2026-01-05 10:00:00  system  solves  id=zanzibar-4
conversation t-other-1  channel=email
2026-01-05 09:00:00  customer:c-other  opens  customer=c-other id=other-1
2026-01-05 09:05:00  customer:c-zanzibar-1  says  id=zanzibar-5
2026-01-05 09:30:00  ana  says  id=other-2
conversation t-other-2  channel=chat
2026-01-06 09:00:00  customer:c-other  opens  customer=c-other parent=t-zanzibar-1 id=other-3
2026-01-06 09:30:00  ana  merges  into=t-zanzibar-1 id=other-4
";
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let mut events = events;
    let customer = Some(Text::from(PERSON));
    let base = events[0].clone();
    let at = |hours: i64| deskgauge_core::event::Instant(base.at.0 + hours * 3_600_000);
    let own = |id: &str, hours: i64, body: Body| Event {
        id: Text::from(id),
        at: at(hours),
        conversation: None,
        customer: customer.clone(),
        body,
        ..base.clone()
    };
    use deskgauge_core::event::{Better, CustomerProfile, Decimal, Order, OrderChanged, OrderStatus, SurveyAnswered, SurveyKind};
    let order = Order { order_id: Text::from("o-zanzibar"), amount: Decimal::from_int(40), currency: None, channel: None };
    let change = OrderChanged { order_id: Text::from("o-zanzibar"), status: OrderStatus::Refunded, amount: None };
    let profile =
        CustomerProfile { segment: Some(Text::from("vip")), email_hash: Some(Text::from("hash-zanzibar")), phone_hash: None };
    let answer = SurveyAnswered {
        survey: Text::from("s-zanzibar"),
        kind: SurveyKind::Csat,
        score: Decimal::from_int(2),
        scale_min: Decimal::from_int(1),
        scale_max: Decimal::from_int(5),
        better: Better::High,
        comment_chars: Some(4),
    };
    events.push(own("zanzibar-6", 30, Body::Order(order)));
    events.push(Event { customer: None, ..own("zanzibar-7", 40, Body::OrderChanged(change)) });
    events.push(own("zanzibar-8", 1, Body::Customer(profile)));
    events.push(own("zanzibar-9", 50, Body::SurveyAnswered(answer)));
    // What was theirs before a correction: neither version stays.
    let message = events[5].clone();
    events.push(Event { id: Text::from("zanzibar-10"), ..message.clone() });
    events.push(Event {
        id: Text::from("zanzibar-10"),
        revision: 2,
        customer: Some(Text::from("c-other")),
        actor: Some(Text::from("c-other")),
        ..message
    });
    events
}

/// What is left of events without the person.
fn without(events: &[Event]) -> Vec<Event> {
    let mut erasure = Erasure::of([Text::from(PERSON)]);
    erasure.learn(events);
    events.iter().cloned().filter_map(|event| erasure.keep(event)).collect()
}

/// The files that have the word, in their bytes or in the rows that those hold packed.
fn tells(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tells(&path));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let mut tells = bytes.windows(WORD.len()).any(|window| window == WORD.as_bytes());
        if path.extension().is_some_and(|extension| extension == "parquet") {
            let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&path).unwrap()).unwrap().build().unwrap();
            let batches: Vec<_> = reader.map(Result::unwrap).collect();
            tells |= pretty_format_batches(&batches).unwrap().to_string().contains(WORD);
        }
        if tells {
            found.push(path);
        }
    }
    found
}

/// A workspace in which the person is everywhere: in an import that was taken back, in the newest state and earlier ones, in the inbox,
/// in reject files, in what a killed change left.
async fn everywhere(folder: &Path) -> (Workspace, Vec<Event>) {
    let workspace = workspace(folder, &Shop::rules_toml(), TINY).await;
    let others = shop(30, 9);
    let about = ImportAbout { name: "about c-zanzibar-1.jsonl".into(), at: NOW };
    let mut named = workspace.begin_import(about).await.unwrap();
    theirs().into_iter().for_each(|event| named.push(event).unwrap());
    named.finish().await.unwrap();
    workspace.undo(1, NOW).await.unwrap();
    People::open(workspace.lake()).await.unwrap().note(0, "dora", "imported", "c-zanzibar-1.jsonl", "").await.unwrap();
    import(&workspace, &others).await;
    let (first, waiting) = (theirs(), theirs());
    let (first, waiting) = (&first[..first.len() - 4], &waiting[waiting.len() - 4..]);
    import(&workspace, first).await;
    workspace.receive(waiting).await.unwrap();
    std::fs::create_dir_all(folder.join("rejects")).unwrap();
    std::fs::write(folder.join("rejects/1.csv"), "file,row\na.jsonl,\"{\"\"customer\"\": \"\"c-zanzibar-1\"\"}\"\n").unwrap();
    std::fs::create_dir_all(folder.join("uploads/waits")).unwrap();
    std::fs::write(folder.join("uploads/waits/content"), "customer\nc-zanzibar-1\n").unwrap();
    std::fs::write(folder.join("rejects/2.csv"), "file,row\na.jsonl,somebody else\n").unwrap();
    std::fs::create_dir_all(folder.join("tmp")).unwrap();
    std::fs::write(folder.join("tmp/c-1.parquet.part"), WORD).unwrap();
    std::fs::write(folder.join("data/main/events/orphan.txt"), WORD).unwrap();
    (workspace, [others, theirs()].concat())
}

async fn assert_forgotten(workspace: &Workspace, events: &[Event], folder: &Path) {
    assert_eq!(tells(folder), Vec::<PathBuf>::new());
    assert_same(workspace, without(events), "without them").await;
    assert!(!workspace.is_forgetting().await.unwrap());
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
    let refused = workspace.at(Some("2")).await.unwrap_err();
    assert_eq!((refused.code(), refused.exit_code()), ("erased", 2), "{refused}");
    assert!(!folder.join("uploads").exists(), "files that wait may tell of anybody");
    assert!(folder.join("rejects/2.csv").exists() && !folder.join("rejects/1.csv").exists());
}

#[tokio::test]
async fn no_byte_tells_of_who_is_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let (workspace, events) = everywhere(home.path()).await;
    assert!(tells(home.path()).len() > 8, "{:?}", tells(home.path()));
    let traces = workspace.traces(PERSON).await.unwrap();
    let report = workspace.forget(PERSON, "mark", NOW).await.unwrap();
    assert_eq!((traces.events, traces.conversations), (report.events, report.conversations));
    assert_eq!((report.conversations, report.rejects, report.marks), (1, 1, vec!["mark".to_owned()]));
    assert_eq!(report.events as usize, events.len() - without(&events).len());
    assert!(report.snapshots > 3 && report.files > 20, "{} {}", report.snapshots, report.files);
    assert_forgotten(&workspace, &events, home.path()).await;
    let before = workspace.at(Some("2001-01-01")).await.unwrap_err();
    assert_eq!(before.code(), "erased", "by an instant, too: {before}");
    assert_eq!(workspace.at(Some("9999")).await.unwrap_err().code(), "unknown-snapshot");
    assert!(workspace.traces(PERSON).await.unwrap().is_none());
    let again = workspace.forget(PERSON, "mark", NOW).await.unwrap_err();
    assert_eq!((again.code(), again.exit_code()), ("unknown-customer", 2));
    assert_eq!(report.left, Vec::<String>::new());
    assert_eq!(
        workspace.imports().await.unwrap().iter().map(|import| import.name.as_str()).collect::<Vec<_>>(),
        ["", "test", "test"]
    );
    // Life goes on, also for the bounds that filters are answered by.
    import(&workspace, &theirs()).await;
    assert_same(&workspace, [without(&events), theirs()].concat(), "they came again").await;
}

#[tokio::test]
async fn who_is_only_in_earlier_states_is_forgotten_there() {
    let home = tempfile::tempdir().unwrap();
    let workspace = workspace(home.path(), &Shop::rules_toml(), TINY).await;
    import(&workspace, &theirs()).await;
    workspace.undo(1, NOW).await.unwrap();
    let traces = workspace.traces(PERSON).await.unwrap();
    assert_eq!((traces.events, traces.earlier), (0, true));
    // What people have written themselves stays theirs to change, and is told.
    let kpi = home.path().join("catalogue/of_one.md");
    std::fs::write(&kpi, format!("where = \"customer = '{PERSON}'\"")).unwrap();
    let report = workspace.forget(PERSON, "mark", NOW).await.unwrap();
    assert_eq!(report.left, ["catalogue/of_one.md"]);
    assert_eq!(tells(home.path()), [kpi]);
    assert_same(&workspace, Vec::new(), "nothing").await;
}

#[tokio::test]
async fn what_was_interrupted_is_brought_to_its_end() {
    // Before the commit: nothing can be written. After it: a file of before cannot be removed. At its end: others read what was before.
    for how in ["before", "after", "reader"] {
        let home = tempfile::tempdir().unwrap();
        let (workspace, events) = everywhere(home.path()).await;
        let aside = home.path().join("aside");
        match how {
            "before" => {
                workspace.lake().ask_erasure(PERSON, "mark", NOW).await.unwrap();
                std::fs::rename(home.path().join("data/main/waits"), &aside).unwrap();
                std::fs::write(home.path().join("data/main/waits"), "").unwrap();
                assert!(workspace.finish_forgetting(NOW).await.is_err());
                std::fs::remove_file(home.path().join("data/main/waits")).unwrap();
                std::fs::rename(&aside, home.path().join("data/main/waits")).unwrap();
            }
            "after" => {
                let old = workspace.lake().listed_files().await.unwrap();
                let old = home.path().join(&old.iter().find(|file| file.end.is_some()).unwrap().path);
                std::fs::rename(&old, &aside).unwrap();
                std::fs::create_dir(&old).unwrap();
                assert_eq!(workspace.forget(PERSON, "mark", NOW).await.unwrap_err().code(), "lake");
                std::fs::remove_dir(&old).unwrap();
                std::fs::rename(&aside, &old).unwrap();
            }
            _ => {
                let mut reads = workspace.lake().pool().begin().await.unwrap();
                let count = "select count(*) from ducklake_snapshot";
                sqlx::query_scalar::<_, i64>(count).fetch_one(&mut *reads).await.unwrap();
                let kept = workspace.forget(PERSON, "mark", NOW).await.unwrap_err();
                assert_eq!(kept.code(), "kept-alive", "{kept}");
            }
        }
        assert!(workspace.is_forgetting().await.unwrap());
        let findings = workspace.doctor(None).await.unwrap();
        assert!(findings.iter().any(|finding| finding.code == "unfinished-forgetting" && !finding.mended), "{findings:?}");
        workspace.lake().close().await;
        // Whoever opens it next takes it up.
        let next = Workspace::open(home.path()).await.unwrap().0.with_cell_sizes(TINY);
        let report = next.finish_forgetting(NOW).await.unwrap().expect("something was begun");
        assert_eq!(report.marks, ["mark"]);
        assert_forgotten(&next, &events, home.path()).await;
        assert_eq!(next.finish_forgetting(NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn under_changed_rules_nobody_is_forgotten_by_halves() {
    let home = tempfile::tempdir().unwrap();
    let (workspace, events) = everywhere(home.path()).await;
    workspace.lake().close().await;
    let rules = Shop::rules_toml();
    std::fs::write(home.path().join(RULES_FILE), rules.replace("09:00-20:00", "10:00-12:00")).unwrap();
    let workspace = Workspace::open(home.path()).await.unwrap().0.with_cell_sizes(TINY);
    assert!(matches!(workspace.forget(PERSON, "mark", NOW).await, Err(WorkspaceError::RulesChanged)));
    assert!(!workspace.is_forgetting().await.unwrap());
    workspace.rebuild(NOW).await.unwrap();
    workspace.forget(PERSON, "mark", NOW).await.unwrap();
    assert_forgotten(&workspace, &events, home.path()).await;
}
