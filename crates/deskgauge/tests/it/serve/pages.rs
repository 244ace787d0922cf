//! Pages: complete without a script, every number a link to exactly the rows behind it, in every language.

use std::collections::BTreeSet;

use super::wire::Service;
use super::{place, token};
use crate::run::Place;

/// The text of a page between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(found, _)| found)
}

fn unescaped(text: &str) -> String {
    text.replace("&amp;", "&").replace("&#38;", "&")
}

/// Links of a page that stay in it.
fn links(page: &str) -> BTreeSet<String> {
    let found = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.filter(|link| link.starts_with('/')).map(unescaped).collect()
}

fn shop() -> Place {
    let place = Place::new();
    place.ok("demo --dir w --conversations 400 --seed 3");
    place
}

const RANGE: &str = "r=2026-01-05..2026-01-08";

#[test]
fn as_many_rows_are_listed_as_the_number_says() {
    let place = shop();
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    for filter in ["", "&f.channel=email", "&f.channel=!email", "&f.channel=chat,phone&bh=1"] {
        let board = service.get(&format!("/overview?{RANGE}{filter}"), None).text();
        let cards: Vec<&str> = board.split("<article").skip(1).filter_map(|rest| rest.split("</article>").next()).collect();
        assert!(cards.len() > 15, "{} cards", cards.len());
        for card in cards {
            let Some(link) = between(card, "<a href=\"", "\"").map(unescaped) else { continue };
            let list = service.get(&link, None).text();
            let told = between(&list, "<p class=\"count\">", " row").unwrap_or_else(|| panic!("{link}: {list}"));
            let metric = between(&format!("{link}&"), "metric=", "&").unwrap().to_owned();
            let unit =
                if metric == "backlog" || metric == "overdue" || metric.starts_with("conversations") { "value" } else { "n" };
            let clock = if filter.contains("bh=1") { "&clock=business" } else { "" };
            let condition = match filter {
                "" => "",
                "&f.channel=email" => "&where=channel%20in%20('email')",
                "&f.channel=!email" => "&where=channel%20is%20null%20or%20channel%20not%20in%20('email')",
                _ => "&where=channel%20in%20('chat','phone')",
            };
            let asked = format!("/v1/answers?metrics={metric}&from=2026-01-05&to=2026-01-09{condition}{clock}");
            let answer = service.get(&asked, Some(&token)).json()["answers"][0][unit].clone();
            assert_eq!(told.replace(',', ""), answer.to_string(), "{link}");
            let csv = service.get(&format!("{link}&format=csv"), None).text();
            assert_eq!(csv.lines().count() - 1, told.replace(',', "").parse::<usize>().unwrap(), "{link}");
        }
    }
}

#[test]
fn no_link_is_dead_and_no_page_styles_by_attribute() {
    let place = shop();
    let service = Service::start(&place, "--no-sign-in");
    let mut open: Vec<String> =
        ["", "&lang=ru", "&lang=ro", "&lang=zh-Hant"].map(|lang| format!("/overview?{RANGE}{lang}")).to_vec();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(path) = open.pop() {
        if seen.len() > 150 || !seen.insert(path.clone()) {
            continue;
        }
        let answer = service.get(&path, None);
        assert!(matches!(answer.status, 200 | 303), "{path}: {}", answer.status);
        let page = answer.text();
        if answer.header("content-type").is_some_and(|media| media.starts_with("text/html")) {
            assert!(!page.contains(" style=") && !page.contains("<script"), "{path}");
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            open.extend(links(&page));
        }
    }
    assert!(seen.iter().any(|path| path.starts_with("/conversations/")), "{seen:?}");
}

#[test]
fn the_language_is_chosen_and_kept() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in");
    for (lang, word) in [("en", "Overview"), ("ru", "Обзор"), ("ro", "Privire de ansamblu"), ("zh-Hant", "總覽")] {
        let page = service.get(&format!("/overview?lang={lang}"), None);
        assert!(page.text().contains(&format!("<html lang=\"{lang}\">")) && page.text().contains(word), "{lang}");
        assert_eq!(page.cookie("deskgauge_lang").as_deref(), Some(lang));
        let again = service.ask("GET", "/overview", &[("Cookie", &format!("deskgauge_lang={lang}"))], b"").unwrap();
        assert!(again.text().contains(word), "{lang} is kept");
    }
    let asked = service.ask("GET", "/overview", &[("Accept-Language", "zh-TW, en;q=0.5")], b"").unwrap();
    assert!(asked.text().contains("總覽"));
}

#[test]
fn what_an_address_says_wrongly_is_told_and_the_rest_holds() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in");
    let page = service.get("/overview?r=soon&cmp=never&f.chanel=email&f.channel=chat", None).text();
    for told in ["`soon` is not a period", "`never`", "`chanel` is nothing to filter by", "did you mean `channel`?"] {
        assert!(page.contains(told) || page.contains(&told.replace('`', "&#96;")), "{told} in {page}");
    }
    assert!(page.contains("channel: chat") || page.contains("chat <span"), "the good filter holds");
    // The form sends dates and boxes by themselves; the address becomes the short one.
    let sent = service.get("/overview?r=30d&from=2026-03-01&to=2026-03-02&f.channel=chat&f.channel=email", None);
    assert_eq!((sent.status, sent.header("location")), (303, Some("/overview?r=2026-03-01..2026-03-02&f.channel=chat,email")));
    assert_eq!(service.get("/tickets?metric=csatt", None).status, 404);
    assert_eq!(service.get("/tickets?part=half", None).status, 400);
    assert_eq!(service.get("/conversations/nobody", None).status, 404);
}
