//! `GET /v1/explain/{id}`: what stands behind a number, with the JSON of `deskgauge explain`.

use axum::response::Response;

use deskgauge_core::metric::Language;
use deskgauge_engine::ask::CUTS;

use crate::asking;
use crate::conversation::seen;
use crate::explain::Explained;
use crate::explain::case::Part;
use crate::failure::{Failure, exit};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Most cases of one answer.
const MOST: usize = 10_000;

/// Explains a KPI, or one conversation's part in it.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let named = ["conversation", "cases", "lang"];
    let options = visit.query.iter().filter(|(name, _)| !named.contains(&name.as_str()));
    let id = visit.place("id").to_owned();
    let (mut question, _) = asking::question(vec![id.clone()], options.map(|(name, value)| (name.as_str(), value.as_str())))?;
    asking::narrow(&mut question, visit.who.only())?;
    let most = match visit.asked("cases").map(str::parse::<usize>) {
        None => 10,
        Some(Ok(most)) if most <= MOST => most,
        Some(_) => {
            let message = format!("`cases` is no number up to {MOST}");
            return Err(Failure::usage("bad-value", message, "such as cases=100").into());
        }
    };
    let conversation = visit.asked("conversation").map(str::to_owned);
    let asking = visit.desk.asking(question.as_of).await?;
    let (desk, only) = (visit.desk.clone(), visit.who.only().map(str::to_owned));
    let own = desk.clone();
    let explained = own.work(async move {
        let question = asking.with_now(&question);
        let metric = asking.catalogue().under(&id, &question.profile).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        if let Some(conversation) = conversation {
            seen(&asking, &conversation, only.as_deref()).await?;
            let part = Part::ask(&desk.workspace, &asking, metric, &question, &conversation).await?;
            return Ok(part.json());
        }
        // Those who see one agent's numbers need no list of agents.
        let cuts: Vec<&str> = CUTS.into_iter().filter(|cut| only.is_none() || *cut != "agent").collect();
        Ok(Explained::ask(&asking, metric, &question, most, &cuts, Language::En).await?.json(metric))
    });
    Ok(reply::json(&explained.await?))
}
