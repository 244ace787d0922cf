//! Settings on a page: what the file says is shown, targets are changed in it and hold at once, and nothing else is touched.

use super::place;
use super::rights::{form_key, join, post};
use super::wire::{Response, Service};

fn mark(page: &str) -> String {
    let field = page.split("name=\"mark\" value=\"").nth(1).expect("a form");
    field.split('"').next().unwrap().to_owned()
}

#[test]
fn targets_are_changed_in_the_file_and_hold_at_once() {
    let place = place();
    let rules = place.read("w/deskgauge.toml");
    let rules = format!("{rules}\n# ours\n[[schedule]]\nname = \"support\"\nmon = [\"09:00-17:00\"]\n");
    place.write("w/deskgauge.toml", &rules);
    place.ok("--workspace w rebuild");
    let service = Service::start(&place, "--now 2026-03-04");
    let cookie = join(&service, &service.link.clone().unwrap(), "dora");
    let get = |path: &str| service.ask("GET", path, &[("Cookie", &cookie)], b"").unwrap().text();
    let page = get("/settings");
    for part in ["Business hours", "09:00-17:00", "deskgauge.toml", "There are no targets yet"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let (key, known) = (form_key(&page), mark(&page));
    let send = |known: &str, fields: &[(&str, &str)]| -> Response {
        let fields: Vec<(&str, &str)> =
            [("form_key", key.as_str()), ("mark", known)].into_iter().chain(fields.iter().copied()).collect();
        post(&service, "/settings/targets", &cookie, &fields)
    };
    for (fields, told) in [
        (&[("do", "add"), ("metric", "backlogg"), ("good", "10")][..], "backlogg"),
        (&[("do", "add"), ("metric", "backlog"), ("good", "soon")], "neither a duration nor a number"),
        (&[("do", "add"), ("metric", "backlog")], "no band"),
        (&[("do", "add"), ("metric", "backlog"), ("good", "1"), ("where", "mood = 1")], "mood"),
        (&[("do", "remove"), ("place", "3")], "no target"),
    ] {
        let refused = send(&known, fields);
        assert!(refused.status == 422 && refused.text().contains(told), "{told}: {} {}", refused.status, refused.text());
        assert_eq!(place.read("w/deskgauge.toml"), rules, "nothing is written");
    }
    assert_eq!(send(&known, &[("do", "add"), ("metric", "backlog"), ("good", "1"), ("satisfactory", "1000")]).status, 303);
    let file = place.read("w/deskgauge.toml");
    assert!(
        file.contains("[[target]]\nmetric = \"backlog\"\ngood = 1\nsatisfactory = 1000\n") && file.contains("# ours"),
        "{file}"
    );
    place.ok("--workspace w check");
    let board = get("/overview?r=2026-03-01..2026-03-03");
    assert!(board.contains("satisfactory (≤\u{a0}1,000)") || board.contains("≤"), "the card tells its target: {board}");
    assert!(get("/settings/people").contains("target-added"), "the log tells it");
    // Whoever has an older page in front of them changes nothing.
    assert_eq!(send(&known, &[("place", "0"), ("metric", "backlog"), ("good", "7")]).status, 409);
    let known = mark(&get("/settings"));
    assert_eq!(send(&known, &[("place", "0"), ("metric", "backlog"), ("good", "7")]).status, 303);
    assert!(place.read("w/deskgauge.toml").contains("good = 7\n"));
    // A file that was changed by hand is told, and left alone.
    let by_hand = place.read("w/deskgauge.toml").replace("09:00-17:00", "10:00-17:00");
    place.write("w/deskgauge.toml", &by_hand);
    let page = get("/settings");
    assert!(page.contains("something else than what is in force"), "{page}");
    assert_eq!(send(&mark(&page), &[("do", "remove"), ("place", "0")]).status, 409);
    assert_eq!(place.read("w/deskgauge.toml"), by_hand);
    // A service that has just started is of one mind with its file.
    place.write("w/deskgauge.toml", &by_hand.replace("10:00-17:00", "09:00-17:00"));
    service.stop();
    let service = Service::start(&place, "--now 2026-03-04");
    let page = service.ask("GET", "/settings", &[("Cookie", &cookie)], b"").unwrap().text();
    assert!(page.contains("value=\"7\"") && !page.contains("something else than what is in force"), "{page}");
    // Viewers see it and have no form.
    let invitation = place.ok("--workspace w people invite --role viewer");
    let viewer = join(&service, invitation.trim(), "vic");
    let page = service.ask("GET", "/settings", &[("Cookie", &viewer)], b"").unwrap().text();
    assert!(page.contains("Backlog") && !page.contains("/settings/targets"), "{page}");
}
