//! The store against the fold, with everything that a source may do wrong: however events arrive, are corrected, taken back, merged
//! or undone, the lake holds the facts that one fold of all that is left makes.
//!
//! Shops are seeded, and what goes wrong is drawn by the same seed, so that a failure repeats itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::path::Path;

use deskgauge_core::event::{
    ActorKind, AgentState, AgentStateChange, Better, Body, CustomerProfile, Decimal, Event, FieldChange, Instant, Message,
    Opened, Order, OrderChanged, OrderStatus, Origin, Status, StatusChange, SurveyAnswered, SurveyKind, Text, Via,
};
use deskgauge_core::facts::FACTS;
use deskgauge_core::fold::fold_all;
use deskgauge_core::rules::Rules;
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::{CellSizes, ImportAbout, ImportReport, Workspace};

pub(crate) const NOW: i64 = 1_800_000_000_000_000;

/// A shop's events, in the order in which they happen.
pub(crate) fn shop(conversations: u64, seed: u64) -> Vec<Event> {
    Shop::new(ShopOptions::new(conversations, seed)).collect()
}

/// Cells so small that few events need many of them.
pub(crate) const TINY: CellSizes = CellSizes { new_events: 400, small_events: 150, hashed_rows: 40 };

pub(crate) async fn workspace(folder: &Path, rules: &str, sizes: CellSizes) -> Workspace {
    Workspace::init(folder, rules, NOW).await.unwrap().0.with_cell_sizes(sizes)
}

pub(crate) async fn import(workspace: &Workspace, events: &[Event]) -> ImportReport {
    let mut import = workspace.begin_import(ImportAbout { name: "test".into(), at: NOW }).await.unwrap();
    for event in events {
        import.push(event.clone()).unwrap();
    }
    import.finish().await.unwrap()
}

/// Every row of a table as text, sorted.
pub(crate) async fn rows(source: &FactSource, table: &str) -> Vec<String> {
    let batches = source.table(table).await.unwrap().collect().await.unwrap();
    let mut rows = Vec::new();
    for batch in &batches {
        let format = arrow::util::display::FormatOptions::default().with_null("-");
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow::util::display::ArrayFormatter::try_new(column.as_ref(), &format).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join(" | "));
        }
    }
    rows.sort();
    rows
}

/// Every row of every fact table.
pub(crate) async fn all_rows(source: &FactSource) -> BTreeMap<&'static str, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in FACTS {
        all.insert(table.name, rows(source, table.name).await);
    }
    all
}

pub(crate) fn assert_rows(found: &BTreeMap<&'static str, Vec<String>>, wanted: &BTreeMap<&'static str, Vec<String>>, what: &str) {
    for (table, wanted) in wanted {
        let found = &found[table];
        let missing: Vec<&String> = wanted.iter().filter(|row| found.binary_search(row).is_err()).take(3).collect();
        let extra: Vec<&String> = found.iter().filter(|row| wanted.binary_search(row).is_err()).take(3).collect();
        let counts = (wanted.len(), found.len());
        assert!(wanted == found, "{what}: {table} differs {counts:?}\nmissing {missing:#?}\nextra {extra:#?}");
    }
}

/// The facts that one fold of these events makes.
pub(crate) async fn folded(events: Vec<Event>, rules: &Rules) -> BTreeMap<&'static str, Vec<String>> {
    all_rows(&FactSource::memory(&fold_all(events, rules), &[], &own_fields(rules)).unwrap()).await
}

pub(crate) async fn assert_same(workspace: &Workspace, events: Vec<Event>, what: &str) {
    let wanted = folded(events, workspace.rules()).await;
    assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &wanted, what);
}

/// Random numbers that are the same each time: a splitmix.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.below(from.len())]
    }
}

fn text(text: impl Into<String>) -> Text {
    Text::from(text.into())
}

/// What goes wrong beside a shop's events: about a third as many events again.
pub(crate) fn trouble(events: &[Event], dice: &mut Dice) -> Vec<Event> {
    let conversations: Vec<Text> = {
        let mut ids: Vec<Text> = events.iter().filter_map(|event| event.conversation.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let customers: Vec<Text> = {
        let mut ids: Vec<Text> = events.iter().filter_map(|event| event.customer.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let orders: Vec<Text> = {
        let placed = events.iter().filter_map(|event| match &event.body {
            Body::Order(order) => Some(order.order_id.clone()),
            _ => None,
        });
        placed.take(6).chain(["nobody's", "everybody's"].map(Text::from)).collect()
    };
    let mut trouble: Vec<Event> = Vec::new();
    for number in 0..events.len() / 3 {
        let base = if number % 7 == 6 && !trouble.is_empty() { dice.pick(&trouble).clone() } else { dice.pick(events).clone() };
        let at = Instant(base.at.0 + dice.below(3) as i64 * 86_400_000 - 86_400_000 + dice.below(5) as i64 * 250);
        let fresh = |conversation: Option<Text>, actor_kind, customer: Option<Text>, body| Event {
            id: text(format!("x{number}")),
            source: text("trouble"),
            revision: 1,
            retracted: false,
            at,
            seq: 0,
            conversation,
            actor_kind,
            actor: if actor_kind == ActorKind::Customer { customer.clone() } else { Some(text("agent-x")) },
            customer,
            body,
        };
        let someone = dice.pick(&customers).clone();
        let somewhere = dice.pick(&conversations).clone();
        trouble.push(match dice.below(17) {
            0 => Event { revision: base.revision + 1, retracted: true, ..base },
            1 => Event { revision: base.revision + 1, customer: Some(someone), ..base },
            2 => match base.body.clone() {
                Body::Opened(opened) => {
                    let body = Body::Opened(Opened { channel: Some(text("social")), ..opened });
                    Event { revision: base.revision + 1, body, ..base }
                }
                _ => Event { revision: base.revision + 1, at, ..base },
            },
            // Equal revisions with different content; the loser is counted.
            3 => Event { at, ..base },
            4 | 5 => {
                let into = if dice.below(8) == 0 { text("nowhere") } else { dice.pick(&conversations).clone() };
                let body = Body::Status(StatusChange { status: Status::Merged, cause: None, into: Some(into) });
                fresh(Some(somewhere), ActorKind::Agent, None, body)
            }
            6 => {
                let segment = [Some("vip"), Some("new"), None][dice.below(3)].map(text);
                fresh(None, ActorKind::System, Some(someone), Body::Customer(CustomerProfile { segment, ..Default::default() }))
            }
            // Surveys outside conversations, often the same one.
            7 => {
                let survey = SurveyAnswered {
                    survey: text(format!("s{}", dice.below(6))),
                    kind: SurveyKind::Csat,
                    score: Decimal::from_int(1 + dice.below(5) as i64),
                    scale_min: Decimal::from_int(1),
                    scale_max: Decimal::from_int(5),
                    better: Better::High,
                    comment_chars: None,
                };
                let mut event = fresh(None, ActorKind::Customer, Some(someone), Body::SurveyAnswered(survey));
                event.id = text(format!("survey{}", dice.below(8)));
                event
            }
            // A conversation that an agent began.
            8 => {
                let opened = Opened { origin: Some(Origin::Agent), channel: Some(text("phone")), ..Default::default() };
                fresh(Some(text(format!("outbound-{number}"))), ActorKind::Agent, Some(someone), Body::Opened(opened))
            }
            // A conversation that nobody opened.
            9 => {
                let said = Message { public: true, via: Via::Human, session: None, chars: None };
                fresh(Some(text(format!("unopened-{}", number % 5))), ActorKind::Customer, Some(someone), Body::Message(said))
            }
            10 => {
                let change = FieldChange { field: text("shelf"), value: Some(text("a")) };
                fresh(Some(somewhere), ActorKind::Agent, None, Body::Field(change))
            }
            11 => {
                let change = AgentStateChange { agent: Some(text("agent-x")), state: AgentState::Busy };
                fresh(None, ActorKind::Agent, None, Body::AgentState(change))
            }
            // Changes of orders that do not name the customer; orders of one id by several customers; either corrected.
            12 | 13 => {
                let order_id = dice.pick(&orders).clone();
                let change = OrderChanged { order_id, status: OrderStatus::Refunded, amount: Some(Decimal::from_int(1)) };
                fresh(None, ActorKind::Agent, (dice.below(4) == 0).then_some(someone), Body::OrderChanged(change))
            }
            14 => {
                let order_id = dice.pick(&orders).clone();
                let order = Order { order_id, amount: Decimal::from_int(9), currency: None, channel: None };
                fresh(None, ActorKind::Customer, Some(someone), Body::Order(order))
            }
            // One id in two conversations, with no correction that would tell which of them is right.
            15 => Event { conversation: base.conversation.is_some().then_some(somewhere), ..base },
            _ => Event { conversation: base.conversation.is_some().then_some(somewhere), revision: base.revision + 1, ..base },
        });
    }
    trouble
}

/// What the workspace should hold: each event with the import that brought it first; and which imports brought what others had.
#[derive(Default)]
struct Held(BTreeMap<String, (Event, i64)>, Vec<(i64, i64)>);

impl Held {
    /// Takes an import's events; answers how many are new.
    fn take(&mut self, events: &[Event], import: i64) -> u64 {
        let before = self.0.len();
        for event in events {
            let first = self.0.entry(format!("{event:?}")).or_insert_with(|| (event.clone(), import)).1;
            self.1.push((import, first));
        }
        (self.0.len() - before) as u64
    }

    fn events(&self) -> Vec<Event> {
        self.0.values().map(|(event, _)| event.clone()).collect()
    }
}

/// One seed: a shop with its troubles, imported in batches of any size, partly twice, with imports taken back in between.
async fn play(seed: u64, conversations: u64, sizes: CellSizes, memory: Option<&str>, shuffled: bool) {
    let mut dice = Dice(seed);
    let mut rules = Shop::rules_toml();
    if let Some(memory) = memory {
        rules += &format!("\n[limits]\nmemory = \"{memory}\"\n");
    }
    let mut events = shop(conversations, seed);
    events.extend(trouble(&events, &mut dice));
    // When each arrives: in order, some late; or in any order.
    let span = events.iter().map(|event| event.at.0).max().unwrap() - events[0].at.0;
    let mut arrivals: Vec<(i64, Event)> = events
        .into_iter()
        .map(|event| {
            let late = if shuffled || dice.below(10) == 0 { dice.below(span as usize) as i64 * 2 } else { 0 };
            (event.at.0 + late, event)
        })
        .collect();
    arrivals.sort_by_key(|(at, _)| *at);
    let events: Vec<Event> = arrivals.into_iter().map(|(_, event)| event).collect();

    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path(), &rules, sizes).await;
    let mut held = Held::default();
    let mut imports: Vec<i64> = Vec::new();
    let mut next = 0;
    while next < events.len() {
        let size = [1, 5, 40, 200, 700][dice.below(5)];
        let mut batch = events[next..events.len().min(next + size)].to_vec();
        next += batch.len();
        for _ in 0..dice.below(8) {
            batch.push(events[dice.below(next)].clone());
        }
        let pushed = batch.len() as u64;
        let report = import(&workspace, &batch).await;
        let new = held.take(&batch, report.id.unwrap_or(-1));
        assert_eq!((report.events, report.duplicates), (new, pushed - new), "seed {seed}: an import's counts");
        imports.extend(report.id);
        if dice.below(6) == 0 && imports.len() > 1 {
            let undone = imports.remove(dice.below(imports.len()));
            let before = held.0.len();
            held.0.retain(|_, (_, import)| *import != undone);
            let report = workspace.undo(undone, NOW).await.unwrap();
            assert_eq!(report.events, (before - held.0.len()) as u64, "seed {seed}: an undo's count");
            let mut repeated = BTreeMap::new();
            for (import, _) in held.1.iter().filter(|(import, of)| *of == undone && imports.contains(import)) {
                *repeated.entry(*import).or_insert(0) += 1;
            }
            assert_eq!(report.repeated, repeated, "seed {seed}: what of it came again");
        }
        if next % 6 == 0 {
            let rebuilt = workspace.rebuild(NOW).await.unwrap();
            assert_eq!(rebuilt.events, held.0.len() as u64, "seed {seed}: a rebuild's count");
        }
        if dice.below(4) == 0 {
            assert_same(&workspace, held.events(), &format!("seed {seed} after {next} events")).await;
        }
    }
    assert_same(&workspace, held.events(), &format!("seed {seed} in the end")).await;
    assert_stock_law(&workspace, seed).await;
    let before = all_rows(&workspace.at(None).await.unwrap().source).await;
    let stored = rows(&workspace.at(None).await.unwrap().source, "events").await;
    assert_eq!(stored.len(), held.0.len(), "seed {seed}: every version of every event is kept once");
    let files = file_count(&workspace).await;
    let report = workspace.compact(NOW).await.unwrap();
    assert_eq!((report.files_before, report.files_after), (files, file_count(&workspace).await));
    assert!(report.files_after <= report.files_before, "seed {seed}: {report:?}");
    assert_rows(&all_rows(&workspace.at(None).await.unwrap().source).await, &before, "compacted");
    let rebuilt = workspace.rebuild(NOW).await.unwrap();
    assert_eq!(rebuilt.events, held.0.len() as u64);
    let view = workspace.at(None).await.unwrap();
    assert_rows(&all_rows(&view.source).await, &before, "rebuilt");
    assert_eq!(rows(&view.source, "events").await, stored, "seed {seed}: a rebuild keeps every event and its import");
    assert_eq!(workspace.doctor(None).await.unwrap(), []);
}

/// The stock at each day's end is the stock at the end of the day before, and what entered and left between.
async fn assert_stock_law(workspace: &Workspace, seed: u64) {
    let source = workspace.at(None).await.unwrap().source;
    let law = "
        with moments as (
            select distinct date_trunc('day', entered_at) as at from spells
            union select max(entered_at) as at from spells),
        moves as (
            select entered_at as at, case when began in ('created', 'reopened', 'restored') then 1 else -1 end as by
            from spells where began in ('created', 'reopened', 'restored', 'resolved', 'removed')),
        stocks as (
            select m.at, count(*) filter (where s.entered_at <= m.at and (s.left_at is null or s.left_at > m.at)) as stock
            from moments m cross join (select * from spells where state in ('us', 'customer', 'third_party')) s group by m.at),
        flows as (
            select m.at, sum(case when v.at <= m.at then v.by else 0 end) as flow
            from moments m cross join moves v group by m.at)
        select count(*) as days, sum(case when stock = flow then 0 else 1 end) as broken, max(stock) as most
        from stocks join flows on stocks.at = flows.at";
    let batches = source.context().sql(law).await.unwrap().collect().await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    let cells: Vec<i64> = shown.lines().nth(3).unwrap().split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
    let [days, broken, most] = cells[..] else { panic!("{shown}") };
    assert!(days > 1 && most > 3, "seed {seed}: there is something to count\n{shown}");
    assert_eq!(broken, 0, "seed {seed}: the stock is what entered less what left\n{shown}");
}

async fn file_count(workspace: &Workspace) -> usize {
    let snapshot = workspace.lake().snapshot().await.unwrap().id;
    let mut count = 0;
    for table in FACTS.iter().map(|table| table.name).chain(["events"]) {
        count += workspace.lake().files(snapshot, table).await.unwrap().len();
    }
    count
}

#[tokio::test]
async fn in_order_with_late_events() {
    for seed in [1, 2] {
        play(seed, 40, TINY, None, false).await;
    }
}

#[tokio::test]
async fn in_any_order() {
    for seed in [12, 13] {
        play(seed, 40, TINY, None, true).await;
    }
}

#[tokio::test]
async fn in_cells_of_one_timeline() {
    // What belongs together lies in different cells, so that each has to be found.
    let sizes = CellSizes { new_events: 1, small_events: 1, hashed_rows: 4 };
    for seed in [61, 62] {
        play(seed, 12, sizes, None, true).await;
    }
}

#[tokio::test]
async fn in_little_memory() {
    play(21, 60, TINY, Some("1MiB"), false).await;
}
