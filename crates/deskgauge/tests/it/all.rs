//! All KPIs at once, their plan, several people credited with one row, and what support costs: as a user asks for them.

use serde_json::json;

use crate::run::{EVENTS, Place};

const NOW: &str = "--now 2026-03-20";

fn place() -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place
}

#[test]
fn all_kpis_are_asked_at_once_and_the_plan_is_shown() {
    let place = place();
    let asked = format!("--workspace w query all --by channel --grain month --from 2026-03-01 {NOW}");
    let run = place.run(&asked);
    assert_eq!(
        (run.code, run.stderr.contains("warning[left-out]: left out: `occupancy` cannot be cut by `channel`")),
        (Some(0), true)
    );
    assert!(run.stdout.contains("First response time") && run.stdout.contains("Cost per contact"), "{}", run.stdout);
    let plan = place.run(&format!("{asked} --plan"));
    assert!(plan.stdout.contains(" scans for ") && plan.stdout.contains("\nwaits: "), "{}", plan.stdout);
    let json: serde_json::Value = serde_json::from_str(&place.ok(&format!("{asked} --plan --format json"))).unwrap();
    let scans = json["scans"].as_array().unwrap();
    let tables: std::collections::BTreeSet<&str> = scans.iter().map(|scan| scan["table"].as_str().unwrap()).collect();
    assert_eq!(tables.len(), scans.len(), "each table once");
    // Where nothing can be asked so, the reason is told.
    let run = place.run(&format!("--workspace w query all --by chanel {NOW}"));
    assert_eq!((run.code, run.stderr.contains("did you mean `channel`?")), (Some(2), true), "{}", run.stderr);
}

#[test]
fn several_people_are_credited_by_the_model_that_is_named() {
    let place = place();
    let asked = format!("query resolutions --by agent --credit participant_share {NOW}");
    let answer = place.json(&asked)["answers"][0].clone();
    assert_eq!((&answer["credit"], &answer["numerator"]), (&json!("participant_share"), &json!(null)));
    assert!(place.ok(&format!("--workspace w {asked}")).contains("participant_share"));
    let run = place.run(&format!("--workspace w query csat --variant mean --by agent --credit participant_share {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[credit-not-applicable]")), (Some(2), true), "{}", run.stderr);
    let run = place.run(&format!("--workspace w query resolutions --by agent --credit participants {NOW}"));
    assert_eq!((run.code, run.stderr.contains("error[unknown-credit]")), (Some(2), true), "{}", run.stderr);
    let shown = place.ok("--workspace w explain resolutions --by agent --credit participant_full --now 2026-03-20");
    assert!(!shown.is_empty());
}

#[test]
fn what_support_costs_stands_in_the_rules() {
    let place = place();
    let asked = format!("query cost_per_contact --from 2026-03-01 --to 2026-04-01 {NOW}");
    assert_eq!(place.json(&asked)["answers"][0]["null_reason"], json!("no_data"));
    let rules = place.read("w/deskgauge.toml");
    place.write("w/deskgauge.toml", &format!("{rules}\n[[cost]]\nmonth = \"2026-03\"\namount = 3100\ncurrency = \"EUR\"\n"));
    // Twenty of 31 days have begun, and nothing is to be rebuilt.
    let answer = place.json(&asked)["answers"][0].clone();
    assert_eq!((&answer["numerator"], &answer["currency"]), (&json!(2000), &json!("EUR")), "{answer}");
    let rows = place.ok("--workspace w sql \"select count(*) as days, sum(amount) as amount from costs\" --format csv");
    assert!(rows.contains("31,3100.0000"), "{rows}");
    place.write("w/deskgauge.toml", &format!("{rules}\n[[cost]]\nmonth = \"March\"\namount = 3100\ncurrency = \"EUR\"\n"));
    let run = place.run("--workspace w check");
    assert!(run.stderr.contains("`March` is not a month") && run.stderr.contains("deskgauge.toml:"), "{}", run.stderr);
}
