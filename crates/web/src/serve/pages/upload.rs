//! A file on its way into the workspace: sent, looked at, put right, imported.
//!
//! What is shown comes of the readers of the import itself, of a sample; nothing is stored before the button is pressed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use deskgauge_connect::table::Mapping;
use deskgauge_core::event::record::Defaults;
use deskgauge_core::facts::At;

use super::conversation::{Moment, moment};
use super::data::size;
use super::page;
use super::shell::{Shell, Words};
use crate::failure::{Failure, Outcome, exit};
use crate::forms::value;
use crate::import::preview::{self, Kind, Preview, Understood};
use crate::import::{self, Options, Session};
use crate::serve::errand::{self, End, Errand, What};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::uploads::{self, Upload};
use crate::serve::{desk::Desk, reply};

/// Rejected rows as they are shown: the row, the field, its value, the reason.
type Wrong = (String, String, String, String);

#[derive(Template)]
#[template(path = "upload.html")]
struct Page {
    shell: Shell,
    id: String,
    about: Vec<(String, String)>,
    is_table: bool,
    source: String,
    mapping: String,
    lines: usize,
    begun: bool,
    problems: Vec<(String, String)>,
    /// What comes out, in words.
    sums: Vec<String>,
    columns: Vec<Understood>,
    rows: Vec<Vec<String>>,
    events: Vec<Moment>,
    wrong: Vec<Wrong>,
    wrong_more: Option<String>,
    /// Whether anything of it can be imported.
    ready: bool,
}

/// Takes in a file.
pub(in crate::serve) async fn take(visit: Visit) -> Result<Response, Refusal> {
    let nothing = || Refusal::new(StatusCode::BAD_REQUEST, "bad-body", "the form brings no file", "send it from the page Data");
    let form = visit.upload().ok_or_else(nothing)?;
    let upload = uploads::take(visit.desk.workspace.folder(), form, &visit.who.name(), visit.desk.now().0).await?;
    visit.note("uploaded", &upload.name).await?;
    let looked = upload.clone();
    let found = visit.desk.work(async move { recognised(looked) }).await;
    // What it is may be unknown still; it is told on its page.
    found.unwrap_or(upload.clone()).keep()?;
    Ok(reply::see(&format!("/data/uploads/{}", upload.id)))
}

/// The upload with what it seems to hold.
fn recognised(upload: Upload) -> Outcome<Upload> {
    let kind = preview::kind(&upload.place())?;
    understood(Upload { kind, ..upload })
}

/// A table without a mapping gets the one that is proposed.
fn understood(upload: Upload) -> Outcome<Upload> {
    if upload.kind == Kind::Events || !upload.mapping.trim().is_empty() {
        return Ok(upload);
    }
    let mapping = preview::proposal(&upload.place(), None, None)?;
    Ok(Upload { mapping, ..upload })
}

fn find(visit: &Visit, id: &str) -> Result<Upload, Refusal> {
    uploads::find(visit.desk.workspace.folder(), id).ok_or_else(|| Refusal::nothing("such file: it was imported or removed"))
}

/// Its page.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let upload = find(&visit, visit.place("id"))?;
    let own = upload.clone();
    let looked = visit.desk.work(async move { Ok(sampled(&own)) }).await?;
    let (words, language) = (Words(visit.language), visit.language);
    let zone = visit.desk.rules.workspace.time_zone.clone();
    let (preview, mut problems) = match looked {
        Ok(preview) => (Some(preview), Vec::new()),
        Err(failure) => (None, failure.problems),
    };
    let ready = preview.as_ref().is_some_and(|preview| preview.by_type.values().sum::<u64>() > 0);
    problems.extend(preview.iter().flat_map(|preview| preview.problems.clone()));
    let told = problems.iter().map(|problem| {
        let place = problem.place.as_ref().filter(|place| place.line > 0);
        let place = place.map_or(String::new(), |place| format!("{}:{}: ", place.file, place.line));
        (format!("{place}{}", problem.message), problem.hint.clone().unwrap_or_default())
    });
    let mut sums = Vec::new();
    if let Some(preview) = &preview {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let all = preview.by_type.values().sum::<u64>();
        let key = if preview.is_whole { "upload-events-all" } else { "upload-events-sample" };
        sums.push(if all > 0 { words.counted(key, count(all)) } else { words.text("upload-nothing") });
        sums.extend(preview.by_type.iter().map(|(name, own)| format!("{name}: {}", value::count(count(*own), language))));
    }
    let rejected = preview.as_ref().map_or(0, |preview| i64::try_from(preview.rejected_count).unwrap_or(i64::MAX));
    let wrong = preview.iter().flat_map(|preview| &preview.rejected).flat_map(|row| {
        let own = row.problems.iter().map(|problem| {
            let shown = if problem.field.is_empty() { row.raw.chars().take(80).collect() } else { problem.value.clone() };
            (row.row.to_string(), problem.field.clone(), shown, problem.reason.clone())
        });
        own.collect::<Vec<Wrong>>()
    });
    let shown = Page {
        shell: Shell::new(&visit, words.with("upload-title", "name", &upload.name), ""),
        about: vec![
            (words.text("data-size"), size(upload.bytes, language)),
            (words.text("data-sent-by"), upload.who.clone()),
            (words.text("data-sent-at"), value::local(At(upload.at), &zone)),
        ],
        is_table: upload.kind == Kind::Table,
        lines: upload.mapping.lines().count().clamp(8, 24),
        id: upload.id,
        source: upload.source,
        mapping: upload.mapping,
        begun: upload.begun && visit.desk.errands.last().is_none_or(|last| last.end().is_some()),
        problems: told.collect(),
        sums,
        events: preview.iter().flat_map(|preview| &preview.events).map(|event| moment(event, &zone)).collect(),
        wrong: wrong.collect(),
        wrong_more: (rejected > 0).then(|| words.counted("upload-rejected", rejected)),
        ready,
        columns: Vec::new(),
        rows: Vec::new(),
    };
    let (columns, rows) = preview.map_or((Vec::new(), Vec::new()), |preview| (preview.columns, preview.rows));
    page(StatusCode::OK, &Page { columns, rows, ..shown })
}

fn sampled(upload: &Upload) -> Outcome<Preview> {
    let source = upload.source.as_str().into();
    match upload.kind {
        Kind::Events => preview::of_events(&upload.place(), &source),
        Kind::Table => preview::of_table(&upload.place(), &upload.mapping, &source),
    }
}

/// Looks at it again, otherwise understood.
pub(in crate::serve) async fn look(visit: Visit) -> Result<Response, Refusal> {
    let upload = put_right(&visit).await?;
    Ok(reply::see(&format!("/data/uploads/{}", upload.id)))
}

/// Keeps what the form says of it.
async fn put_right(visit: &Visit) -> Result<Upload, Refusal> {
    let mut upload = find(visit, visit.field("id"))?;
    let source = visit.field("source").trim();
    if !source.is_empty() && source.chars().count() <= 100 && !source.chars().any(char::is_control) {
        source.clone_into(&mut upload.source);
    }
    match visit.field("kind") {
        "table" => upload.kind = Kind::Table,
        "events" => upload.kind = Kind::Events,
        _ => {}
    }
    if visit.fields.iter().any(|(name, _)| name == "mapping") {
        upload.mapping = visit.field("mapping").replace("\r\n", "\n");
    }
    let known = upload.clone();
    let upload = visit.desk.work(async move { Ok(understood(upload)) }).await?.unwrap_or(known);
    upload.keep()?;
    Ok(upload)
}

/// Imports it.
pub(in crate::serve) async fn import(visit: Visit) -> Result<Response, Refusal> {
    let upload = put_right(&visit).await?;
    let strict = visit.field("strict") == "1";
    let what = (What::Import, upload.name.clone(), Some(upload.id.clone()));
    let (name, total) = (upload.name.clone(), Some(upload.bytes));
    // Noted before anybody is told that it has begun. A note that cannot be written costs a word after a crash, nothing else.
    let mut begun = Upload { begun: true, ..upload.clone() };
    let _ = begun.keep();
    let taken = errand::begin(&visit.desk, what, total, move |desk, errand| async move {
        let upload = &mut begun;
        let end = bring(&desk, &errand, upload, strict).await;
        match &end {
            Ok(_) => upload.remove(),
            Err(_) => {
                upload.begun = false;
                let _ = upload.keep();
            }
        }
        end
    });
    if taken.is_err() {
        let _ = upload.keep();
    }
    taken?;
    visit.note("imported", &name).await?;
    Ok(reply::see("/data/work"))
}

async fn bring(desk: &Desk, errand: &std::sync::Arc<Errand>, upload: &Upload, strict: bool) -> Outcome<End> {
    let key_file = desk.settings.key_file.clone();
    let options = Options { source: upload.source.as_str().into(), strict, rejects: None, key_file };
    let mapping = match upload.kind {
        Kind::Events => None,
        Kind::Table => {
            let (mapping, problems) = Mapping::parse(&upload.mapping, "mapping");
            Some(mapping.ok_or_else(|| Failure::all(exit::DATA, problems))?)
        }
    };
    let begun = (upload.name.clone(), (desk.world.clock)());
    let session = Session::begin(&desk.workspace, begun, &options, errand.watching(), errand.stop.clone()).await?;
    let mut session = session.of_bytes(upload.bytes);
    let (rows, warnings) = match &mapping {
        Some(mapping) => {
            let report = import::table(&mut session, &upload.place(), (None, None), mapping, &options.source)?;
            (Some(report.rows), Vec::new())
        }
        None => {
            let defaults = Defaults { source: options.source.clone() };
            (None, import::events(&mut session, &upload.place(), None, &defaults)?)
        }
    };
    Ok(End::Brought(session.finish(rows).await?, warnings))
}

/// Removes it.
pub(in crate::serve) async fn remove(visit: Visit) -> Result<Response, Refusal> {
    let upload = find(&visit, visit.field("id"))?;
    if visit.desk.errands.last().is_some_and(|last| last.is_about(&upload.id)) {
        let hint = "stop the import first";
        return Err(Refusal::new(StatusCode::CONFLICT, "too-busy", "this file is being imported", hint));
    }
    upload.remove();
    visit.note("upload-removed", &upload.name).await?;
    Ok(reply::see("/data"))
}
