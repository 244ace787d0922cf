//! `staff`: the fewest agents for a load, and the model's own limits.

use crate::run::Place;

#[test]
fn the_fewest_agents_are_told_with_those_beside_them() {
    let place = Place::new();
    let table = place.ok("staff --contacts 360 --every 30m --handle-time 4m --within 15s --target 84%");
    assert!(table.starts_with("Erlang C for 48"), "{table}");
    assert!(table.contains("55") && table.contains("84.6 %") && table.contains("87.3 %") && table.contains("57"), "{table}");
    let json: serde_json::Value =
        serde_json::from_str(&place.ok("--format json staff --contacts 150 --every 1h --handle-time 4m --agents 10"))
            .expect("JSON");
    assert_eq!(json["agents"], 10);
    assert!(json["rows"][2]["service_level"].is_null(), "as many agents as work cannot keep up: {json}");
    assert!(json["rows"][3]["service_level"].as_f64().is_some_and(|level| level > 0.0), "{json}");
    assert!(place.ok("--lang ru staff --contacts 10 --handle-time 4m").contains("Эрланга"));
}

#[test]
fn what_is_no_load_is_refused() {
    let place = Place::new();
    for (line, told) in [
        ("staff --contacts many --handle-time 4m", "invalid value"),
        ("staff --contacts -1 --handle-time 4m", "unexpected argument"),
        ("staff --contacts 10 --handle-time soon", "`soon` is no duration for `--handle-time`"),
        ("staff --contacts 10 --handle-time 4m --target 100%", "`100%` is no share for `--target`"),
        ("staff --contacts 1e12 --handle-time 4m", "no team can answer so many contacts"),
    ] {
        let run = place.run(line);
        assert!(run.code == Some(2) && run.stderr.contains(told), "{line}: {}", run.stderr);
    }
}
