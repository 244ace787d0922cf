//! The search of the bar: a conversation by its id, KPIs by their names in any language.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::definitions::fits;
use super::page;
use super::shell::{Shell, Words};
use super::tickets::escaped;
use crate::conversation::{may_be_shown, quoted};
use crate::explain::case::objects;
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;

/// Conversations that are listed.
const FOUND: usize = 20;
/// Most letters that are looked for.
const LETTERS: usize = 200;

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    shell: Shell,
    asked: String,
    conversations: Vec<(String, String)>,
    metrics: Vec<(String, String)>,
}

/// What is found.
pub(in crate::serve) async fn show(visit: Visit) -> Result<Response, Refusal> {
    let asked: String = visit.asked("q").unwrap_or_default().trim().chars().take(LETTERS).collect();
    let (words, language) = (Words(visit.language), visit.language);
    let wanted: Vec<String> = asked.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let found = visit.desk.catalogue.metrics().filter(|metric| !wanted.is_empty() && fits(metric, &wanted));
    let mut metrics: Vec<(String, String)> = found
        .map(|metric| (metric.name(language).unwrap_or(&metric.id).to_owned(), format!("/definitions/{}", escaped(&metric.id))))
        .collect();
    metrics.sort();
    let mut conversations = Vec::new();
    if !asked.is_empty() && may_be_shown(&visit.desk.rules).is_ok() {
        let asking = visit.desk.asking(None).await?;
        let statement = statement(&asked, visit.who.only());
        let rows = visit.desk.work(async move { objects(asking.source(), &statement).await }).await?;
        let ids = rows.iter().filter_map(|row| row["conversation"].as_str());
        conversations.extend(ids.map(|id| (id.to_owned(), format!("/conversations/{}", escaped(id)))));
    }
    let title = if asked.is_empty() { words.text("search-title") } else { words.with("search-for", "text", &asked) };
    page(StatusCode::OK, &Search { shell: Shell::new(&visit, title, ""), asked, conversations, metrics })
}

/// Conversations of that id, with or without the prefix of its source, whatever its capitals; of one agent, where there is that limit.
fn statement(id: &str, only: Option<&str>) -> String {
    let id = id.to_lowercase();
    // Before signs that mean something in a pattern stands a backslash, in which they mean themselves.
    let pattern: String =
        id.chars().flat_map(|letter| matches!(letter, '%' | '_' | '\\').then_some('\\').into_iter().chain([letter])).collect();
    let (whole, ending) = (quoted(&id), quoted(&format!("%:{pattern}")));
    let own = only.map_or_else(String::new, |agent| format!(" and agent = {}", quoted(agent)));
    format!(
        "select conversation from conversations where (lower(conversation) = {whole} or lower(conversation) like {ending}){own} \
         order by (lower(conversation) = {whole}) desc, 1 limit {FOUND}"
    )
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn what_is_looked_for_stays_a_text() {
        let told = statement("a'b_1%", Some("o'neil"));
        assert!(told.contains("= 'a''b_1%'") && told.contains("'%:a''b\\_1\\%'") && told.contains("agent = 'o''neil'"), "{told}");
    }
}
