//! The live page: whole without scripts, followed by server-sent events, ended with the right to see it; and answers that are packed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::rights::{form_key, join, post};
use super::wire::Service;
use super::{place, token};
use crate::run::Place;

const NOW: &str = "--now 2026-03-02T12:00:00Z";

/// An event of a stream.
#[derive(Debug, Default)]
struct Told {
    event: String,
    id: String,
    data: String,
}

/// A stream that is followed.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(service: &Service, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\n", service.address);
        headers.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        stream.write_all(format!("{request}\r\n").as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).unwrap() > 0, "{head}");
        }
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
        assert!(!head.to_lowercase().contains("content-encoding"), "each line must arrive at once: {head}");
        Self(stream)
    }

    /// The next event; `None` at the end of the stream.
    fn next(&mut self) -> Option<Told> {
        let mut told = Told::default();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end_matches(['\r', '\n']);
            match line.split_once(": ") {
                Some(("event", event)) => told.event = event.to_owned(),
                Some(("id", id)) => told.id = id.to_owned(),
                Some(("data", data)) => told.data.push_str(data),
                _ if line == "0" => return None,
                _ if line.is_empty() && !told.event.is_empty() => return Some(told),
                _ => {}
            }
        }
    }
}

fn backlog(html: &str) -> String {
    let card = html.split("<article").find(|card| card.contains("metric=backlog\"")).unwrap_or_else(|| panic!("{html}"));
    card.split("</a></p>").next().and_then(|card| card.rsplit('>').next()).unwrap_or_default().to_owned()
}

fn opened(number: usize) -> String {
    format!(
        r#"{{"id":"live{number}","type":"opened","at":"2026-03-02T11:00:00Z","conversation":"live:{number}","actor_kind":"customer","actor":"c9"}}"#
    )
}

#[test]
fn the_page_follows_what_arrives_and_ends_with_the_service() {
    let place = place();
    let ingest = token(&place, "ingest");
    let service = Service::start(&place, &format!("--no-sign-in {NOW}"));
    let page = service.get("/live?r=7d&f.channel=email", None).text();
    for part in
        ["http-equiv=\"refresh\"", "data-stream=\"/live/stream?f.channel=email", "/assets/live-", "href=\"/tickets?r=today"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    let script = page.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = service.get(script, None);
    assert_eq!((script.status, script.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert!(script.header("cache-control").unwrap().contains("immutable"));

    let mut stream = Stream::open(&service, "/live/stream", &[]);
    let first = stream.next().unwrap();
    assert_eq!(first.event, "now");
    let before: i64 = backlog(&first.data).parse().unwrap();
    assert_eq!(service.post("/v1/events", &ingest, &[], opened(1).as_bytes()).status, 200);
    let begun = Instant::now();
    let second = stream.next().unwrap();
    assert_eq!(backlog(&second.data).parse::<i64>().unwrap(), before + 1, "an event later");
    assert!(second.id != first.id && begun.elapsed() < Duration::from_secs(30));

    // Who comes back with what they have hears nothing before something arrives.
    let mut again = Stream::open(&service, "/live/stream", &[("Last-Event-ID", &second.id)]);
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(service.post("/v1/events", &ingest, &[], opened(2).as_bytes()).status, 200);
    assert_eq!(backlog(&again.next().unwrap().data).parse::<i64>().unwrap(), before + 2);
    let (code, log) = service.stop();
    assert_eq!(code, Some(0), "{log}");
    while stream.next().is_some() {}
    let mut rest = Vec::new();
    assert!(again.0.read_to_end(&mut rest).is_ok(), "and the stream is closed");
}

#[test]
fn what_is_missed_soon_stands_first_and_leads_to_exactly_its_rows() {
    let place = Place::with_workspace();
    let rules = place.read("w/deskgauge.toml");
    let policy = "[[sla]]\nname = \"fast\"\nschedule = \"always\"\nfirst_reply = \"1h\"\n";
    place.write("w/deskgauge.toml", &format!("{rules}\n{policy}"));
    // Due at 12:10 and at 12:29; at 12:45, which is not soon; and one that is late already.
    let opened = |(number, at): (usize, &str)| {
        format!(
            r#"{{"id":"o{number}","type":"opened","at":"2026-03-02T{at}:00Z","conversation":"t:{number}","actor_kind":"customer","actor":"c"}}"#
        )
    };
    let events = ["11:10", "11:29", "11:45", "10:00"].into_iter().enumerate().map(opened);
    place.write("events.jsonl", &events.collect::<Vec<_>>().join("\n"));
    place.ok("--workspace w import events events.jsonl");
    let service = Service::start(&place, &format!("--no-sign-in {NOW}"));
    let page = service.get("/live?lang=en", None).text();
    let soon = page.split("<p class=\"soon warn\"><a href=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let (href, rest) = soon.split_once('"').unwrap();
    assert!(rest.contains("2 SLA targets are missed within 30m"), "{rest}");
    let rows = service.get(&href.replace("&#38;", "&").replace("&amp;", "&"), None).text();
    assert!(rows.contains("2 rows stand behind the number"), "{rows}");
    assert_eq!(rows.matches("href=\"/conversations/t:").count(), 2, "{rows}");
    // Two of today were there before the hour that runs, two came in the hour before.
    assert!(page.contains("Added up until 14:00: 4 today, 0 on 23 Feb, which had 0 in the end."), "{page}");
    assert_eq!(page.matches("class=\"line s1\" d=\"M0 180").count(), 1, "steps from the beginning of the day: {page}");
}

#[test]
fn a_wall_has_the_numbers_and_no_ways_elsewhere() {
    let place = place();
    let service = Service::start(&place, &format!("--no-sign-in {NOW}"));
    let page = service.get("/live?f.channel=email&tv=1", None).text();
    assert!(page.contains("<body class=\"tv\">") && page.contains("<article"), "{page}");
    assert!(!page.contains("<nav") && page.contains("href=\"/live?f.channel=email\""), "{page}");
    assert!(page.contains("data-stream=\"/live/stream?f.channel=email"), "{page}");
    let plain = service.get("/live?f.channel=email", None).text();
    assert!(plain.contains("<body>") && plain.contains("<nav") && plain.contains("tv=1\""), "{plain}");
}

#[test]
fn a_stream_ends_when_its_reader_signs_out() {
    let place = place();
    let service = Service::start(&place, NOW);
    let admin = join(&service, &service.link.clone().unwrap(), "dora");
    let mut stream = Stream::open(&service, "/live/stream", &[("Cookie", &admin)]);
    assert_eq!(stream.next().unwrap().event, "now");
    let page = service.ask("GET", "/live", &[("Cookie", &admin)], b"").unwrap().text();
    let left = post(&service, "/sign-out", &admin, &[("form_key", &form_key(&page))]);
    assert_eq!(left.status, 303);
    let told = std::iter::from_fn(|| stream.next()).last().expect("a last word");
    assert_eq!(told.event, "end");
    let refused = service.ask("GET", "/live/stream", &[("Cookie", &admin)], b"").unwrap();
    assert_eq!(refused.status, 401);
}

#[test]
fn answers_are_packed_for_who_takes_that_and_stay_within_their_budget() {
    const NEXT_PAGE: usize = 45_000;
    const FIRST_VISIT: usize = 60_000;
    let place = Place::new();
    place.ok("simulate --conversations 1500 --into w");
    let newest = place.ok("--workspace w --format csv sql \"select max(occurred_at) from events\"");
    let now = newest.lines().nth(1).unwrap().trim_matches('"').to_owned();
    let service = Service::start(&place, &format!("--no-sign-in --now {now}"));
    let packed = |path: &str| service.ask("GET", path, &[("Accept-Encoding", "gzip, br")], b"").unwrap();
    let unpacked = |bytes: &[u8]| {
        let mut text = String::new();
        flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip");
        text
    };
    for path in ["/overview?r=30d", "/live", "/speed", "/definitions", "/tickets?metric=backlog"] {
        let answer = packed(path);
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{path}");
        assert!(answer.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{path}");
        assert!(answer.body.len() < NEXT_PAGE, "{path}: {} bytes", answer.body.len());
        let page = unpacked(&answer.body);
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"), "{path}");
        let assets = page.split("\"/assets/").skip(1).map(|rest| format!("/assets/{}", rest.split('"').next().unwrap()));
        let all: usize = assets.map(|asset| packed(&asset).body.len()).sum::<usize>() + answer.body.len();
        assert!(all < FIRST_VISIT, "{path} and what it loads: {all} bytes");
    }
    let path = "/v1/metrics";
    assert_eq!(unpacked(&packed(path).body), service.get(path, None).text());
    assert_eq!(service.get(path, None).header("content-encoding"), None);
    let export = packed("/v1/export/waits?format=parquet");
    assert_eq!((export.status, export.header("content-encoding")), (200, None), "a stream goes as it is");
}
