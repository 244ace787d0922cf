//! Pages: complete without a script, every number a link to exactly the rows behind it, in every language.

use std::collections::BTreeSet;

use super::wire::Service;
use super::{place, token};
use crate::run::Place;

/// The text of a page between two marks.
pub(super) fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
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

/// Links of a part of a page to rows, in their order.
pub(super) fn ticket_links(part: &str) -> Vec<String> {
    let found = part.split("href=\"/tickets").skip(1).filter_map(|rest| rest.split('"').next());
    found.map(|rest| format!("/tickets{}", unescaped(rest))).collect()
}

pub(super) fn shop() -> Place {
    let place = Place::new();
    place.ok("demo --dir w --conversations 400 --seed 3");
    place
}

pub(super) const RANGE: &str = "r=2026-01-05..2026-01-08";

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
            let Some(link) = ticket_links(card).pop() else { continue };
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
        // A few addresses of each page: there are too many rows and filters to try them all.
        let page_of = |path: &str| path.split(['/', '?']).nth(1).unwrap_or_default().to_owned();
        let known = seen.iter().filter(|other| page_of(other) == page_of(&path)).count();
        if known >= 14 || !seen.insert(path.clone()) {
            continue;
        }
        let answer = service.get(&path, None);
        assert!(matches!(answer.status, 200 | 303), "{path}: {}", answer.status);
        let page = answer.text();
        if answer.header("content-type").is_some_and(|media| media.starts_with("text/html")) {
            assert!(!page.contains(" style=") && !page.replace("<script src=", "").contains("<script"), "{path}");
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

#[test]
fn a_filter_that_some_kpis_have_no_rows_for_leaves_those_out_and_says_so() {
    let place = shop();
    let service = Service::start(&place, "--no-sign-in");
    let agents = service.get(&format!("/agents?{RANGE}"), None).text();
    let link = ticket_links(&agents).into_iter().find(|link| link.contains("f.agent=")).unwrap();
    let agent = between(&format!("{link}&"), "f.agent=", "&").unwrap().to_owned();
    for (page, all) in [("/conversions", true), ("/agents", false), ("/overview", false)] {
        let shown = service.get(&format!("{page}?{RANGE}&f.agent={agent}"), None);
        assert_eq!(shown.status, 200, "{page}");
        let shown = shown.text();
        assert_eq!(shown.contains("left out, since their rows have no"), all, "{page}: {shown}");
        assert!(shown.contains("<article"), "{page}");
    }
    let conversions = service.get(&format!("/conversions?{RANGE}&f.agent={agent}&lang=ro"), None).text();
    assert!(conversions.contains("lăsate deoparte"), "{conversions}");
    // The way out is there: the filter's own mark leads to the page without it.
    assert!(links(&conversions).iter().any(|link| link.starts_with("/conversions?") && !link.contains("f.agent")));
}

/// The pages of the areas.
const AREAS: [&str; 6] = ["/volume", "/speed", "/sla", "/quality", "/agents", "/conversions"];

#[test]
fn each_number_of_an_area_is_that_of_the_api_and_leads_to_its_rows() {
    let place = shop();
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    let mut compared = 0;
    for area in AREAS {
        let by = if area == "/agents" { "agent" } else { "channel" };
        let page = service.get(&format!("{area}?{RANGE}&f.channel=email,chat&by={by}"), None).text();
        let cards: Vec<&str> = page.split("<article").skip(1).filter_map(|rest| rest.split("</article>").next()).collect();
        for link in links(&page).into_iter().filter(|link| !link.starts_with("/tickets") && !link.contains("lang=")) {
            assert!(matches!(service.get(&link, None).status, 200 | 303), "{area}: {link}");
        }
        assert!(cards.len() >= 4, "{area}: {} cards", cards.len());
        let table =
            page.split("id=\"by\"").nth(1).unwrap_or_else(|| panic!("{area} has no table")).split("</section>").next().unwrap();
        // Each cell of the first rows, and each card, by the value that it shows and the rows that it leads to.
        let cells = table.split("<span class=\"cell").skip(1).take(20);
        for part in cards.into_iter().chain(cells) {
            let Some(link) = ticket_links(part).pop() else { continue };
            let metric = between(&format!("{link}&"), "metric=", "&").unwrap().to_owned();
            let of = |name: &str| between(&format!("{link}&"), &format!("f.{name}="), "&").map(str::to_owned);
            let channels = of("channel").unwrap().split(',').map(|own| format!("'{own}'")).collect::<Vec<_>>().join(",");
            let agent = of("agent").map(|own| format!("%20and%20agent%20in%20('{own}')")).unwrap_or_default();
            let asked =
                format!("/v1/answers?metrics={metric}&from=2026-01-05&to=2026-01-09&where=channel%20in%20({channels}){agent}");
            let answer = service.get(&asked, Some(&token)).json()["answers"][0].clone();
            let shown = between(part, ": </span>", "</a>").unwrap().replace(',', "");
            let value = answer["value"].as_f64().unwrap_or_else(|| panic!("{area} {link}: {answer}"));
            match answer["unit"].as_str().unwrap() {
                "count" => assert_eq!(shown, value.to_string(), "{area} {link}"),
                "share" => assert_eq!(shown.replace('\u{a0}', ""), format!("{:.1}%", value * 100.0), "{area} {link}"),
                _ => {}
            }
            let list = service.get(&link, None).text();
            let told = between(&list, "<p class=\"count\">", " row").unwrap_or_else(|| panic!("{link}: {list}"));
            // Of what is divided by something else, the rows are those that are divided.
            let n = if metric == "contact_rate" { "numerator" } else { "n" };
            let n = answer[n].as_i64().map_or_else(|| value.to_string(), |n| n.to_string());
            assert_eq!(told.replace(',', ""), n, "{area} {link}: {answer}");
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared} numbers");
    let page = service.get(&format!("/volume?{RANGE}&by=chanel"), None).text();
    assert!(page.contains("did you mean") && page.contains("By channel"), "{page}");
}

#[test]
fn every_kpi_is_told_in_the_dictionary() {
    let place = place();
    let token = token(&place, "read");
    let service = Service::start(&place, "--no-sign-in");
    let list = service.get(&format!("/definitions?{RANGE}&lang=en"), None).text();
    let told: BTreeSet<String> = links(&list).into_iter().filter(|link| link.starts_with("/definitions/")).collect();
    let metrics = service.get("/v1/metrics", Some(&token)).json();
    assert_eq!(told.len(), metrics["metrics"].as_array().unwrap().len());
    assert!(told.iter().all(|link| link.contains(RANGE)), "the filters stay: {told:?}");
    for link in &told {
        let page = service.get(link, None);
        assert_eq!((page.status, page.text().matches("<h1").count()), (200, 1), "{link}");
        assert!(page.text().contains("<pre") && !page.text().contains('`'), "{link}: {}", page.text());
    }
    let page = service.get("/definitions/first_response_time", None).text();
    for part in ["Время первого ответа", "Pitfalls", "Sources", "Worked examples", "Zendesk", "href=\"/definitions/csat?"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("<dt>Clock</dt>"), "{page}");
    assert!(
        !service.get("/definitions/sla_compliance", None).text().contains("<dt>Clock</dt>"),
        "its policies have clocks of their own"
    );
    let found = |q: &str| service.get(&format!("/definitions?q={q}"), None).text().matches("<li class=\"card\">").count();
    assert!((1..10).contains(&found("first+respONSE")) && found("%D0%BE%D1%82%D0%B2%D0%B5%D1%82%D0%B0") > 0);
    assert_eq!(found("no+such+thing"), 0);
    assert_eq!(service.get("/definitions/csatt", None).status, 404);
    let card = service.get(&format!("/overview?{RANGE}"), None).text();
    assert!(card.contains("<h3><a href=\"/definitions/backlog?"), "card titles lead there");
}

#[test]
fn a_rate_beyond_the_whole_has_an_axis_that_holds_it() {
    let place = shop();
    let service = Service::start(&place, "--no-sign-in");
    let page = service.get("/conversions?r=2026-01-05..2026-01-12", None).text();
    let figures = page.split("<figure").skip(1);
    let figure = figures.filter(|own| own.contains("contact_rate-t")).last().unwrap_or_else(|| panic!("{page}"));
    let paths = figure.split("<path class=\"line").skip(1).filter_map(|rest| between(rest, " d=\"M", "\""));
    let points = paths.flat_map(|path| path.split(['L', 'M']));
    let heights = points.filter_map(|point| point.split_once(' ')?.1.split('h').next()?.parse::<f64>().ok());
    let lowest = heights.fold(f64::INFINITY, f64::min);
    assert!(figure.contains(">200 %<") && (0.0..180.0).contains(&lowest), "{lowest} in {figure}");
}
