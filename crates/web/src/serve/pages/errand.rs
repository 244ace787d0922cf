//! Long work as people look at it: how far it is, a way to stop it, and what came of it. Without a script it is loaded again by itself.

use askama::Template;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use deskgauge_core::metric::Language;

use super::freshness::last_days;
use super::page;
use super::shell::{Shell, Words};
use crate::forms::value;
use crate::import::Done;
use crate::locale;
use crate::locale::duration;
use crate::serve::errand::{End, Errand, What};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

#[derive(Template)]
#[template(path = "errand.html")]
struct Page {
    shell: Shell,
    running: bool,
    /// The part that is done, of a hundred.
    percent: Option<u64>,
    state: String,
    sums: Vec<(String, String)>,
    problems: Vec<(String, String)>,
    lines: Vec<String>,
    rejects: Option<String>,
    /// The file, where it still waits.
    upload: Option<String>,
    /// The overview of the days that the data tell of.
    overview: Option<String>,
    ended_well: bool,
}

/// What it is, and whether it goes on.
pub(super) fn title(errand: &Errand, language: Language) -> String {
    let key = match (&errand.what, errand.end().as_deref()) {
        (What::Import, None) => "errand-import",
        (What::Demo, None) => "errand-demo",
        (What::Undo, None) => "errand-undo",
        (_, Some(End::Failed(problems))) if problems.iter().any(|problem| problem.code == "interrupted") => "errand-stopped",
        (_, Some(End::Failed(_))) => "errand-failed",
        (What::Undo, Some(_)) => "errand-undone",
        (_, Some(_)) => "errand-done",
    };
    locale::fill(language, key, &[("name", &errand.name)])
}

/// The page of the work that goes on, or that ended last.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let Some(errand) = visit.desk.errands.last() else { return Ok(reply::see("/data")) };
    let (words, language) = (Words(visit.language), visit.language);
    let far = errand.how_far();
    let end = errand.end();
    let running = end.is_none();
    let count = |number: u64| value::count(i64::try_from(number).unwrap_or(i64::MAX), language);
    let mut shown = Page {
        shell: Shell::new(&visit, title(&errand, language), ""),
        running,
        percent: far.share.map(|share| (share * 100.0) as u64).filter(|_| running),
        state: String::new(),
        sums: Vec::new(),
        problems: Vec::new(),
        lines: Vec::new(),
        rejects: None,
        upload: errand.upload.as_ref().map(|id| format!("/data/uploads/{id}")),
        overview: None,
        ended_well: false,
    };
    match end.as_deref() {
        None => {
            let key = if far.folding { "errand-folding" } else { "errand-reading" };
            let seconds = far.elapsed.as_secs_f64().max(0.001);
            let rate = count((far.taken as f64 / seconds) as u64);
            let taken = count(far.taken);
            shown.state = match key {
                "errand-folding" => locale::fill(language, key, &[("count", &taken)]),
                _ => locale::fill(language, key, &[("count", &taken), ("rate", &rate)]),
            };
            if let Some(share) = far.share.filter(|share| *share > 0.02) {
                let left = (seconds * (1.0 - share) / share).round() as i64;
                shown.lines.push(words.with("errand-left", "time", &duration::short(left.max(1), language)));
            }
        }
        Some(End::Brought(done, warnings)) => {
            shown.ended_well = true;
            shown.upload = None;
            shown.sums = sums(done, language);
            shown.lines = done.first.clone();
            shown.rejects = done.report.id.filter(|_| done.rejected > 0).map(|id| format!("/data/rejects/{id}"));
            shown.problems = warnings.iter().map(|own| (own.message.clone(), own.hint.clone().unwrap_or_default())).collect();
            shown.overview = Some(newest(&visit).await?);
        }
        Some(End::Undone(events)) => {
            shown.ended_well = true;
            shown.sums = vec![(words.text("errand-events-gone"), count(*events))];
        }
        Some(End::Failed(problems)) => {
            shown.problems = problems.iter().map(|own| (own.message.clone(), own.hint.clone().unwrap_or_default())).collect();
        }
    }
    let response = page(StatusCode::OK, &shown)?;
    Ok(if running { reply::with(response, HeaderName::from_static("refresh"), "1") } else { response })
}

fn sums(done: &Done, language: Language) -> Vec<(String, String)> {
    let count = |number: u64| value::count(i64::try_from(number).unwrap_or(i64::MAX), language);
    let words = Words(language);
    let mut sums = vec![
        (words.text("errand-rows"), count(done.rows)),
        (words.text("errand-events"), count(done.report.events)),
        (words.text("errand-duplicates"), count(done.report.duplicates)),
        (words.text("errand-rejected"), count(done.rejected)),
        (words.text("errand-conversations"), count(done.report.conversations)),
    ];
    if done.report.conflicts() > 0 {
        sums.push((words.text("errand-conflicts"), count(done.report.conflicts())));
    }
    sums
}

/// The overview of the last 30 days that the data tell of.
async fn newest(visit: &Visit) -> Result<String, Refusal> {
    let newest = visit.desk.asking(None).await?.source().newest();
    Ok(newest.map_or_else(|| "/overview".to_owned(), |newest| format!("/overview?r={}", last_days(visit, newest))))
}

/// Asks it to stop.
pub(in crate::serve) async fn stop(visit: Visit) -> Result<Response, Refusal> {
    if let Some(errand) = visit.desk.errands.last().filter(|errand| errand.end().is_none()) {
        errand.stop.set();
        visit.note("work-stopped", &errand.name).await?;
    }
    Ok(reply::see("/data/work"))
}
