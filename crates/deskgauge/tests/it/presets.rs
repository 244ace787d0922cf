//! Published targets: listed, chosen by name on the command line or in the rules, and shown beside the numbers.

use serde_json::json;

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";

#[test]
fn a_preset_is_listed_with_its_source() {
    let place = Place::new();
    let table = place.ok("metrics presets");
    assert!(table.contains("zendesk_2023") && table.contains("2023") && table.contains("≤ 12h"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&place.ok("metrics presets --format json")).unwrap();
    assert_eq!((&json[0]["year"], &json[0]["targets"][0]["bounds"]["good"]), (&json!(2023), &json!(14_400)));
    let csv = place.ok("metrics presets --format csv");
    assert!(csv.contains("channel = 'chat',60,300,3600"), "{csv}");
}

#[test]
fn a_preset_shows_its_bands_on_query_and_board() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    // Answered after ten minutes by e-mail, after an hour in the chat: an hour is just within the last band.
    let asked = format!("query first_response_time --by channel {NOW}");
    let plain = place.json(&asked);
    assert_eq!(plain["answers"][0]["target"], json!(null));
    let with = place.json(&format!("{asked} --targets zendesk_2023"));
    let of = |channel: &str| {
        let all = with["answers"].as_array().unwrap();
        all.iter().find(|answer| answer["dimensions"]["channel"] == channel).unwrap()["target"].clone()
    };
    assert_eq!((&of("email")["band"], &of("chat")["band"]), (&json!("excellent"), &json!("satisfactory")));
    assert_eq!(of("chat")["preset"], "zendesk_2023");
    let table = place.ok(&format!("--workspace w {asked} --targets zendesk_2023"));
    assert!(table.contains("excellent (≤ 1h, zendesk_2023)"), "{table}");
    // In the rules it stands behind one's own targets and needs no rebuild.
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("preset = \"zendesk_2023\"\n{rules}"));
    let board = place.ok(&format!("--workspace w report --period 2026-03 {NOW}"));
    assert!(board.contains("where channel = 'email'") && board.contains("excellent (≤ 1h, zendesk_2023)"), "{board}");
    let run = place.run(&format!("--workspace w {asked} --targets zendesk_2024"));
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("error[unknown-preset]") && run.stderr.contains("did you mean `zendesk_2023`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn shares_within_targets_are_those_of_each_channel() {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    // Ten minutes by e-mail, where four hours are good, and an hour in the chat, where five minutes are.
    let asked = format!("query first_response_time --by channel --stat within {NOW}");
    let table = place.ok(&format!("--workspace w {asked} --targets zendesk_2023"));
    assert!(table.contains("within 4h") && table.contains("within 5m"), "{table}");
    let csv = place.ok(&format!("--workspace w --format csv {asked} --targets zendesk_2023"));
    let cells = |line: &str, names: &[&str]| -> Vec<String> {
        let header: Vec<&str> = csv.lines().next().unwrap_or_default().split(',').collect();
        let own: Vec<&str> = line.split(',').collect();
        names.iter().map(|name| own[header.iter().position(|column| column == name).unwrap()].to_owned()).collect()
    };
    let rows: Vec<Vec<String>> =
        csv.lines().skip(1).map(|line| cells(line, &["channel", "unit", "value", "n", "within"])).collect();
    assert_eq!(rows, [["chat", "share", "0", "1", "300"], ["email", "share", "1", "1", "14400"]], "{csv}");
    let own = place.json(&format!("{asked} --set within=1h"));
    let told: Vec<_> = own["answers"].as_array().unwrap().iter().map(|answer| (&answer["value"], &answer["within"])).collect();
    assert_eq!(told, [(&json!(1), &json!(3600)), (&json!(1), &json!(3600))], "{own}");
    let unbounded = place.run(&format!("--workspace w {asked}"));
    assert_eq!(unbounded.code, Some(2), "{}", unbounded.stderr);
    assert!(unbounded.stderr.contains("such as --set within=4h"), "{}", unbounded.stderr);
}
