//! Data: where the events come from, what was imported, and the ways to bring more.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use deskgauge_core::facts::At;
use deskgauge_core::metric::Language;
use deskgauge_core::period::{day_start, local_date};
use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::data_quality::Imported;
use jiff::ToSpan;
use serde_json::Value;

use super::freshness::Freshness;
use super::page;
use super::shell::{Shell, Words};
use crate::explain::case::{local, objects};
use crate::forms::value;
use crate::import::{self, Options, Session, imported, play};
use crate::locale;
use crate::serve::errand::{self, End, What};
use crate::serve::gate::Visit;
use crate::serve::identity::Right;
use crate::serve::problem::Refusal;
use crate::serve::{reply, uploads};

/// Conversations of the demo shop, and the seed of its play: those of `deskgauge demo`.
const DEMO: (u64, u64) = (12_000, 1);
/// Letters of an instant to the minute: seconds tell nothing of a source.
const MINUTE: usize = 16;
/// Sources that are listed.
const SOURCES: usize = 200;

/// A file that waits.
struct Waiting {
    href: String,
    name: String,
    size: String,
    who: String,
    at: String,
    begun: bool,
}

/// A source of events.
struct Source {
    name: String,
    events: String,
    conversations: String,
    first: String,
    last: String,
}

/// An import of the list.
struct Brought {
    id: i64,
    at: String,
    name: String,
    events: String,
    rejected: String,
    rejects: Option<String>,
    undone: bool,
}

#[derive(Template)]
#[template(path = "data.html")]
struct Data {
    shell: Shell,
    may_change: bool,
    fresh: Freshness,
    /// The long work that goes on or ended last, and its page.
    work: Option<String>,
    waiting: Vec<Waiting>,
    sources: Vec<Source>,
    imports: Vec<Brought>,
    most: String,
}

/// The page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let (words, language) = (Words(visit.language), visit.language);
    let zone = visit.desk.rules.workspace.time_zone.clone();
    let asking = visit.desk.asking(None).await?;
    let fresh = Freshness::of(&visit, &asking, None);
    let own = visit.desk.clone();
    let (rows, brought) = visit
        .desk
        .work(async move { Ok((objects(asking.source(), &statement()).await?, imported(&own.workspace).await?)) })
        .await?;
    let may_change = Right::Change.allows(&visit.who);
    let count = |value: &Value| value::count(value.as_i64().unwrap_or(0), language);
    let at = |value: &Value| value.as_str().map(|text| local(text, &zone).chars().take(MINUTE).collect()).unwrap_or_default();
    let source = |row: &Value| Source {
        name: row["source"].as_str().unwrap_or_default().to_owned(),
        events: count(&row["events"]),
        conversations: count(&row["conversations"]),
        first: at(&row["first"]),
        last: at(&row["last"]),
    };
    let waiting = |upload: uploads::Upload| Waiting {
        href: format!("/data/uploads/{}", upload.id),
        size: size(upload.bytes, language),
        at: value::local(At(upload.at), &zone),
        begun: upload.begun && !visit.desk.errands.last().is_some_and(|last| last.is_about(&upload.id)),
        name: upload.name,
        who: upload.who,
    };
    let work = visit.desk.errands.last().filter(|_| may_change).map(|last| super::errand::title(&last, language));
    let shown = Data {
        shell: Shell::new(&visit, words.text("page-data"), ""),
        may_change,
        fresh,
        work,
        waiting: if may_change {
            uploads::list(visit.desk.workspace.folder()).into_iter().map(waiting).collect()
        } else {
            Vec::new()
        },
        sources: rows.iter().map(source).collect(),
        imports: brought.into_iter().rev().map(|own| line(own, &zone, language, may_change)).collect(),
        most: size(uploads::BYTES, language),
    };
    page(StatusCode::OK, &shown)
}

fn statement() -> String {
    format!(
        "select source, count(*) as events, count(distinct conversation) as conversations, min(occurred_at) as first, \
         max(occurred_at) as last from events where not coalesce(retracted, false) group by 1 order by 2 desc, 1 limit {SOURCES}"
    )
}

fn line(own: Imported, zone: &jiff::tz::TimeZone, language: Language, may_change: bool) -> Brought {
    Brought {
        id: own.info.id,
        at: value::local(At(own.info.at.div_euclid(1_000_000)), zone),
        name: own.info.name,
        events: value::count(own.info.events, language),
        rejected: value::count(own.rejected, language),
        rejects: (own.rejected > 0 && may_change).then(|| format!("/data/rejects/{}", own.info.id)),
        undone: own.info.undone,
    }
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64, language: Language) -> String {
    let (key, power) = match bytes {
        0..1_000_000 => ("size-kb", 1024.0),
        1_000_000..1_000_000_000 => ("size-mb", 1024.0 * 1024.0),
        _ => ("size-gb", 1024.0 * 1024.0 * 1024.0),
    };
    let number = bytes as f64 / power;
    let number = value::decimal(number, usize::from(number < 10.0 && number.fract() > 0.05), language);
    locale::fill(language, key, &[("number", &number)])
}

/// Plays the demo shop into the workspace: so many days up to today, so that the pages show it at once.
pub(in crate::serve) async fn demo(visit: Visit) -> Result<Response, Refusal> {
    let zone = visit.desk.rules.workspace.time_zone.clone();
    let plain = ShopOptions { zone: zone.clone(), ..ShopOptions::new(DEMO.0, DEMO.1) };
    let today = local_date(visit.desk.now().0, &zone);
    let first = today.saturating_sub(i64::from(plain.day_count()).days());
    let shop = ShopOptions { start: deskgauge_core::event::Instant::from_seconds(day_start(first, &zone)), ..plain };
    let name = play::name(&shop);
    visit.note("demo-played", &name).await?;
    errand::begin(&visit.desk, (What::Demo, name.clone(), None), None, move |desk, errand| async move {
        let key_file = desk.settings.key_file.clone();
        let options = Options { source: "shop".into(), strict: false, rejects: None, key_file };
        let at = (desk.world.clock)();
        let mut session = Session::begin(&desk.workspace, (name, at), &options, errand.watching(), errand.stop.clone()).await?;
        play::take(&mut session, Shop::new(shop))?;
        Ok(End::Brought(session.finish(None).await?, Vec::new()))
    })?;
    Ok(reply::see("/data/work"))
}

/// Takes an import back.
pub(in crate::serve) async fn undo(visit: Visit) -> Result<Response, Refusal> {
    let id = visit.number("import")?;
    let imports = visit.desk.workspace.imports().await.map_err(crate::asking::failure)?;
    let Some(found) = imports.into_iter().find(|import| import.id == id && !import.undone) else {
        return Err(Refusal::nothing("such import"));
    };
    visit.note("import-undone", &format!("{id} {}", found.name)).await?;
    errand::begin(&visit.desk, (What::Undo, found.name, None), None, move |desk, errand| async move {
        errand.follow(Some(desk.workspace.extent()));
        let undone = errand.stop.or(desk.workspace.undo(id, (desk.world.clock)())).await?;
        Ok(End::Undone(undone.map_err(crate::asking::failure)?.events))
    })?;
    Ok(reply::see("/data/work"))
}

/// The rows that an import rejected.
pub(in crate::serve) async fn rejects(visit: Visit) -> Result<Response, Refusal> {
    let Ok(id) = visit.place("id").parse::<i64>() else { return Err(Refusal::nothing("such import")) };
    let path = visit.desk.workspace.folder().join(import::REJECTS).join(format!("{id}.csv"));
    let bytes = std::fs::read(path).map_err(|_| Refusal::nothing("reject file of this import"))?;
    let response = reply::typed(StatusCode::OK, "text/csv; charset=utf-8; header=present", bytes);
    Ok(reply::with(response, header::CONTENT_DISPOSITION, &format!("attachment; filename=\"rejects-{id}.csv\"")))
}
