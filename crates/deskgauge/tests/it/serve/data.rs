//! Data on pages: a file is sent, looked at, put right, imported, taken back; and what was interrupted is done again.

use std::time::{Duration, Instant};

use super::place;
use super::rights::{form_key, join, post};
use super::wire::{Response, Service};
use crate::run::Place;

/// Somebody who may import, with what their forms must bring.
struct Lead<'s> {
    service: &'s Service,
    cookie: String,
    key: String,
}

impl<'s> Lead<'s> {
    fn of(service: &'s Service, cookie: String) -> Self {
        let page = service.ask("GET", "/data", &[("Cookie", &cookie)], b"").unwrap().text();
        Self { service, key: form_key(&page), cookie }
    }

    fn first(service: &'s Service) -> Self {
        let link = service.link.clone().expect("a link");
        Self::of(service, join(service, &link, "dora"))
    }

    fn get(&self, path: &str) -> String {
        let answer = self.service.ask("GET", path, &[("Cookie", &self.cookie)], b"").unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn send(&self, name: &str, key: &str, bytes: &[u8]) -> Response {
        let part = |name: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"");
        let mut body = format!("{}\r\n\r\n{key}\r\n{}; filename=\"{name}\"\r\n\r\n", part("form_key"), part("file")).into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let headers = [("Cookie", self.cookie.as_str()), ("Content-Type", "multipart/form-data; boundary=x")];
        self.service.ask("POST", "/data/upload", &headers, &body).unwrap()
    }

    /// Sends a file; the path of its page.
    fn upload(&self, name: &str, bytes: &[u8]) -> String {
        let sent = self.send(name, &self.key, bytes);
        assert_eq!(sent.status, 303, "{}", sent.text());
        sent.header("location").unwrap().to_owned()
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let fields: Vec<(&str, &str)> = [("form_key", self.key.as_str())].into_iter().chain(fields.iter().copied()).collect();
        post(self.service, path, &self.cookie, &fields)
    }

    /// Waits for the end of the work; its page.
    fn end(&self) -> String {
        let until = Instant::now() + Duration::from_secs(120);
        loop {
            let page = self.get("/data/work");
            if !page.contains("<progress") {
                return page;
            }
            assert!(Instant::now() < until, "{page}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn import(&self, page: &str) -> String {
        let id = page.rsplit('/').next().unwrap();
        let sent = self.post("/data/uploads/import", &[("id", id)]);
        assert_eq!(sent.header("location"), Some("/data/work"), "{}", sent.text());
        self.end()
    }
}

/// What stands under a name in a list of names and values.
#[track_caller]
fn told(page: &str, name: &str) -> String {
    let value = page.split(&format!("<dt>{name}</dt><dd>")).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    value.split('<').next().unwrap().to_owned()
}

/// A table of twenty good rows and one bad one.
fn tickets() -> Vec<u8> {
    let good = (1..=20).map(|day| format!("{day},2026-03-{day:02} 09:00,2026-03-{day:02} 12:00,ana,email\n"));
    let good: String = good.collect();
    format!("Ticket ID,Created at,Solved at,Agent,Channel\n{good}21,yesterday,,ben,chat\n").into_bytes()
}

#[test]
fn a_table_is_understood_shown_and_imported_and_taken_back() {
    let place = Place::with_workspace();
    let service = Service::start(&place, "");
    let lead = Lead::first(&service);
    assert!(lead.get("/data").contains("Play the demo shop"), "an empty workspace says how to begin");
    let path = lead.upload("C:\\exports\\tickets.csv", &tickets());
    let page = lead.get(&path);
    for part in [
        "Import of tickets.csv",
        "<code>opened_at</code>",
        "<code>agent</code>",
        "60 events come out of the whole file",
        "yesterday",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("<td>22</td>"), "the row that cannot be imported is told: {page}");
    let done = lead.import(&path);
    assert_eq!(
        (told(&done, "Rows read"), told(&done, "New events"), told(&done, "Rows rejected")),
        ("21".into(), "60".into(), "1".into())
    );
    assert!(lead.get("/data/rejects/1").contains("tickets.csv,22,Created at,yesterday,"), "the name is the one that people know");
    assert!(!place.path("w/uploads").read_dir().unwrap().any(|_| true), "what is imported does not stay");
    assert!(place.ok("--workspace w import list").contains("tickets.csv"));
    let data = lead.get("/data");
    assert!(data.contains("1 · tickets.csv") && data.contains("2026-03-20"), "{data}");
    // The same file again brings nothing.
    let again = lead.import(&lead.upload("tickets.csv", &tickets()));
    assert_eq!((told(&again, "New events"), told(&again, "Events that were there already")), ("0".into(), "60".into()));
    assert_eq!(lead.post("/data/undo", &[("import", "1")]).status, 303);
    assert_eq!(told(&lead.end(), "Events taken back"), "60");
    assert_eq!(lead.post("/data/undo", &[("import", "1")]).status, 404);
    let log = lead.get("/settings/people");
    for what in ["uploaded", "imported", "import-undone"] {
        assert!(log.contains(what), "{what} in {log}");
    }
}

#[test]
fn a_mapping_is_put_right_on_the_page() {
    let place = Place::with_workspace();
    let service = Service::start(&place, "");
    let lead = Lead::first(&service);
    let path = lead.upload("t.csv", b"a,b\nx,2026-03-01T09:00:00Z\ny,2026-03-02T09:00:00Z\n");
    let id = path.rsplit('/').next().unwrap();
    let mapping =
        |opened: &str| format!("rows = %22conversations%22%0D%0A[columns]%0D%0Aid = %22a%22%0D%0Aopened_at = %22{opened}%22");
    lead.post("/data/uploads/look", &[("id", id), ("kind", "table"), ("source", "mine"), ("mapping", &mapping("c"))]);
    let page = lead.get(&path);
    assert!(page.contains("role=\"alert\"") && page.contains("names the column"), "{page}");
    assert!(!page.contains("/data/uploads/import"), "nothing comes out, so nothing can be imported: {page}");
    lead.post("/data/uploads/look", &[("id", id), ("mapping", &mapping("b"))]);
    assert!(lead.get(&path).contains("2 events come out"), "{}", lead.get(&path));
    assert_eq!(told(&lead.import(&path), "New conversations"), "2");
    assert!(lead.get("/data").contains("mine"), "the source is the one that was named");
}

#[test]
fn all_or_nothing_imports_nothing_of_a_file_with_a_bad_row() {
    let place = place();
    let service = Service::start(&place, "");
    let lead = Lead::first(&service);
    let path = lead.upload("t.csv", &tickets());
    let id = path.rsplit('/').next().unwrap();
    lead.post("/data/uploads/import", &[("id", id), ("strict", "1")]);
    let end = lead.end();
    assert!(end.contains("Nothing has changed") && end.contains("1 of 21 rows"), "{end}");
    assert!(lead.get(&path).contains("Import of t.csv"), "the file still waits");
    lead.post("/data/uploads/remove", &[("id", id)]);
    assert_eq!(service.ask("GET", &path, &[("Cookie", &lead.cookie)], b"").unwrap().status, 404);
}

#[test]
fn a_file_of_a_foreign_page_is_not_taken() {
    let place = place();
    let service = Service::start(&place, "");
    let lead = Lead::first(&service);
    assert_eq!(lead.send("t.csv", "guess", &tickets()).status, 403);
    let none = service.ask("POST", "/data/upload", &[("Cookie", &lead.cookie), ("Content-Type", "text/csv")], b"a,b").unwrap();
    assert_eq!(none.status, 403);
    assert!(!place.path("w/uploads").exists(), "nothing is kept of it");
    assert_eq!(lead.send("", &lead.key, b"").status, 422, "no file was chosen");
    assert_eq!(lead.send("empty.csv", &lead.key, b"").status, 422);
    // A viewer sees the data and cannot change them.
    let invitation = place.ok("--workspace w people invite --role viewer");
    let viewer = Lead { service: &service, cookie: join(&service, invitation.trim(), "vic"), key: String::new() };
    let page = viewer.get("/data");
    assert!(page.contains("Sources") && !page.contains("/data/upload") && !page.contains("/data/undo"), "{page}");
    assert_eq!(viewer.send("t.csv", "", &tickets()).status, 403);
}

#[test]
fn what_was_interrupted_is_done_again_and_counts_once() {
    let place = Place::with_workspace();
    place.ok("simulate --conversations 2000 --to events.jsonl");
    let events = std::fs::read(place.path("events.jsonl")).unwrap();
    let all = events.iter().filter(|byte| **byte == b'\n').count();
    let service = Service::start(&place, "");
    let lead = Lead::first(&service);
    let path = lead.upload("events.jsonl", &events);
    let id = path.rsplit('/').next().unwrap();
    // Stopped by somebody: nothing has changed, and the file still waits.
    lead.post("/data/uploads/import", &[("id", id)]);
    lead.post("/data/work/stop", &[]);
    assert!(lead.end().contains("Nothing has changed"), "{}", lead.get("/data/work"));
    // Stopped by the end of the process.
    lead.post("/data/uploads/import", &[("id", id)]);
    let cookie = lead.cookie.clone();
    service.kill();
    let service = Service::start(&place, "");
    let lead = Lead::of(&service, cookie);
    assert!(lead.get("/data").contains("its import was interrupted"));
    assert!(lead.get(&path).contains("was interrupted"));
    let found = told(&lead.import(&path), "New events").replace(',', "");
    assert_eq!(found.parse::<usize>().unwrap(), all);
    // Meanwhile other work has to wait for its turn, and questions have not.
    assert_eq!(lead.post("/data/demo", &[]).status, 303);
    assert_eq!(lead.post("/data/demo", &[]).status, 409);
    assert!(lead.get("/overview").contains("<h1"));
    lead.post("/data/work/stop", &[]);
    lead.end();
}

#[test]
fn data_before_the_period_are_told_with_the_way_to_them() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in");
    for path in ["/overview", "/volume", "/tickets"] {
        let page = service.get(&format!("{path}?f.channel=email"), None).text();
        let link = page.split("The newest event is of").nth(1).unwrap_or_else(|| panic!("{page}"));
        let link = link.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        assert!(link.starts_with(&format!("{path}?r=2026-02-")) && link.contains("f.channel=email"), "{link}");
        let page = service.get(&link, None).text();
        assert!(!page.contains("The newest event is of") && page.contains("/tickets?"), "{link}");
    }
}

#[test]
fn what_is_wrong_with_the_data_leads_to_its_places() {
    let place = place();
    let service = Service::start(&place, "--no-sign-in");
    let page = service.get("/data/quality", None).text();
    let told: serde_json::Value = serde_json::from_str(&place.ok("--workspace w --format json data-quality")).unwrap();
    let findings = told["findings"].as_array().unwrap();
    assert_eq!(page.matches("<li class=\"card\">").count(), findings.len(), "{page}");
    for finding in findings {
        assert!(page.contains(finding["to_do"].as_str().unwrap()), "{finding} in {page}");
    }
    for link in
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|link| link.contains("/conversations/"))
    {
        assert_eq!(service.get(link, None).status, 200, "{link}");
    }
}
