//! What changed, as people and programs meet it: on the overview with notes and ways to the rows, in the terminal, and for nobody who may
//! not see it.

use serde_json::Value;

use super::pages::{between, ticket_links};
use super::views::{Reader, made};
use super::wire::Service;
use crate::run::Place;

const NOW: &str = "--now 2026-03-02";
const RANGE: &str = "r=2026-02-16..2026-03-01";

/// Four weeks in which the first replies of one agent, who has most of the chats, grow slow on 20 February.
fn place() -> Place {
    let place = Place::with_workspace();
    let mut events = String::new();
    for day in 0..28_i64 {
        for number in 0..16_i64 {
            let (channel, agent) = match (number % 2, number) {
                (0, _) => ("email", "ben"),
                (_, 15) => ("chat", "cleo"),
                _ => ("chat", "ana"),
            };
            let slow = agent == "ana" && day >= 18;
            let wait = 300
                + 7 * (day * 5 + number * 3).rem_euclid(11)
                + if slow { 1200 + 100 * (day * 3 + number * 7).rem_euclid(13) } else { 0 };
            let opened = 1_770_015_600 + day * 86_400 + number * 900;
            let at = |seconds: i64| written(seconds);
            let id = day * 100 + number;
            events += &format!(
                "{{\"id\":\"o{id}\",\"type\":\"opened\",\"at\":\"{}\",\"conversation\":\"t:{id}\",\"actor_kind\":\"customer\",\"actor\":\"c{id}\",\"channel\":\"{channel}\"}}\n",
                at(opened)
            );
            events += &format!(
                "{{\"id\":\"m{id}\",\"type\":\"message\",\"at\":\"{}\",\"conversation\":\"t:{id}\",\"actor_kind\":\"agent\",\"actor\":\"{agent}\"}}\n",
                at(opened + wait)
            );
        }
    }
    place.write("events.jsonl", &events);
    place.ok("--workspace w import events events.jsonl");
    place
}

/// An instant of February 2026 as events write it.
fn written(seconds: i64) -> String {
    let since = seconds - 1_769_990_400;
    let (day, second) = (since / 86_400 + 2, since % 86_400);
    let (month, day) = if day > 28 { (3, day - 28) } else { (2, day) };
    format!("2026-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// The part of a page that tells what changed.
fn told(page: &str) -> &str {
    between(page, "<section aria-labelledby=\"changed\">", "</section>").unwrap_or_else(|| panic!("no list in {page}"))
}

#[test]
fn what_changed_stands_under_the_cards_with_its_note_and_leads_to_its_rows() {
    let place = place();
    let service = Service::start(&place, NOW);
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let note =
        |day: &str, text: &str| lead.post("/notes/add", &[("day", day), ("text", text), ("path", "/overview"), ("query", RANGE)]);
    assert_eq!(note("2026-02-20", "new <macros>").status, 303);
    assert_eq!(note("2026-02-25", "later").status, 303);
    let page = lead.get(&format!("/overview?{RANGE}"));
    let list = told(&page);
    assert!(list.contains("▲\u{a0}worse") && list.contains("First response time (median), agent: ana"), "{list}");
    assert!(list.contains("since 20 Feb: new &#60;macros&#62;") || list.contains("since 20 Feb: new &lt;macros&gt;"), "{list}");
    assert!(!list.contains("later") && list.matches("<li>").count() == 1, "{list}");
    // As many rows are listed as the line stands on, page by page, and the part of the list is told and can be taken away.
    let link = ticket_links(list).pop().expect("a way to the rows");
    let rows = lead.get(&link);
    assert!(list.contains("n\u{a0}98") && rows.contains("<p class=\"count\">98 rows"), "{link}: {rows}");
    assert!(
        rows.contains("agent: ana") && rows.contains("by=agent&#38;cell=ana") || rows.contains("by=agent&amp;cell=ana"),
        "{rows}"
    );
    let csv = lead.get(&format!("{link}&format=csv"));
    assert_eq!(csv.lines().count(), 99);
    for (lang, words) in [("ru", "Что изменилось"), ("ro", "Ce s-a schimbat"), ("zh-Hant", "有何變化")] {
        assert!(lead.get(&format!("/overview?{RANGE}&lang={lang}")).contains(words), "{lang}");
    }
    // Nothing is compared, and nothing is told; a quiet fortnight says so.
    assert!(!lead.get(&format!("/overview?{RANGE}&cmp=off")).contains("aria-labelledby=\"changed\""));
    let quiet = lead.get("/overview?r=2026-02-09..2026-02-15");
    assert!(told(&quiet).contains("none changed by more than chance explains"), "{}", told(&quiet));
    assert_eq!(service.ask("GET", "/tickets?by=colour&cell=red", &[("Cookie", &lead.cookie)], b"").unwrap().status, 400);
}

#[test]
fn nobody_is_named_to_whom_nobody_is_to_be_named() {
    let place = place();
    let service = Service::start(&place, NOW);
    let lead = Reader::joined(&place, &service, "dora", "lead");
    let fields = [("name", "wall"), ("path", "/overview"), ("query", RANGE), ("days", "7"), ("nameless", "1")];
    let guest = |path: &str| service.ask("GET", path, &[], b"").unwrap().text();
    let page = guest(&made(&lead, &fields));
    let list = told(&page);
    assert!(list.contains("channel: chat") && !list.contains("ana") && !list.contains("href"), "{list}");
    // An agent's list is about their own rows.
    let agent = Reader::joined(&place, &service, "ben", "agent");
    place.ok("--workspace w people role ben agent --agent ben");
    let page = agent.get(&format!("/overview?{RANGE}"));
    assert!(!told(&page).contains("ana") && !told(&page).contains("<li>"), "{}", told(&page));
    let rows = agent.get(&format!("/tickets?{RANGE}&metric=first_response_time&by=agent&cell=ana"));
    assert!(rows.contains("<p class=\"count\">0 rows"), "{rows}");
}

#[test]
fn where_people_are_hidden_no_agent_drives_anything() {
    let place = place();
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[privacy]\nhide_individuals = true\nminimum_group = 5\n"));
    let board = place.ok(&format!("--workspace w report --period 2026-02-16..2026-03-01 {NOW}"));
    let (_, list) = board.split_once("What changed").expect("the list");
    assert!(list.contains("channel: chat") && !list.contains("ana"), "{list}");
    let told = place.json(&format!("explain first_response_time --from 2026-02-16 --to 2026-03-02 --compare previous {NOW}"));
    let names: Vec<&str> = told["drivers"].as_array().unwrap().iter().filter_map(|own| own["dimension"].as_str()).collect();
    assert!(names.contains(&"channel") && !names.contains(&"agent"), "{names:?}");
}

#[test]
fn the_terminal_and_programs_tell_the_same() {
    let place = place();
    let range = format!("--from 2026-02-16 --to 2026-03-02 --compare previous {NOW}");
    let explained = place.json(&format!("explain conversations_created {range}"));
    let channels = &explained["drivers"][0];
    assert_eq!((&channels["dimension"], &channels["adds"]), (&Value::from("channel"), &Value::from("parts")));
    let sum: f64 = channels["cells"].as_array().unwrap().iter().map(|cell| cell["part"].as_f64().unwrap()).sum();
    assert_eq!(Some(sum), explained["answers"][0]["comparison"]["difference"].as_f64());
    let mean = place.json(&format!("explain first_response_time --stat mean {range}"));
    let agents = mean["drivers"].as_array().unwrap().iter().find(|own| own["dimension"] == "agent").unwrap();
    assert_eq!((&agents["adds"], &agents["cells"][0]["cell"]), (&Value::from("mix_and_rate"), &Value::from("ana")));
    let both = agents["mix"].as_f64().unwrap() + agents["rate"].as_f64().unwrap();
    assert!((both - mean["answers"][0]["comparison"]["difference"].as_f64().unwrap()).abs() < 1e-6, "{agents}");
    let text = place.ok(&format!("--workspace w explain first_response_time --stat mean {range}"));
    assert!(text.contains("What moved it") && text.contains("By agent: parts that add up to the difference"), "{text}");
    assert_eq!(place.json(&format!("explain first_response_time {NOW}"))["drivers"], Value::Null);
    let board = place.json(&format!("report --period 2026-02-16..2026-03-01 {NOW}"));
    let line = &board["changes"][0];
    assert_eq!((&line["metric"], &line["cell"]), (&Value::from("first_response_time"), &Value::from("ana")));
    place.ok(&format!("--workspace w report --period 2026-02-16..2026-03-01 {NOW} --html board.html"));
    let page = place.read("board.html");
    assert!(told(&page).contains("agent: ana") && !told(&page).contains("href"), "{}", told(&page));
    let run = place.run(&format!("--workspace w explain first_response_time --conversation t:1 --compare previous {NOW}"));
    assert!(run.stderr.contains("`--compare` has no effect beside `--conversation`"), "{}", run.stderr);
}
