//! `GET /v1/conversations/{id}`: the timeline of a conversation, as events and as sentences, and its rows in every fact table.

use axum::response::Response;

use crate::conversation::Conversation;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// One conversation.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let (desk, id) = (visit.desk.clone(), visit.place("id").to_owned());
    let asking = desk.asking_now().await?;
    let own = desk.clone();
    let only = visit.who.only().map(str::to_owned);
    let found = desk.work(async move { Conversation::ask(&own.workspace, &asking, &id, only.as_deref()).await }).await?;
    Ok(reply::json(&found.json()))
}
