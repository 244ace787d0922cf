//! Profiles as a user reaches them: on query, report and explain, in every form, with wrong names, and one of the workspace's own.

use serde_json::json;

use crate::run::Place;

/// A customer who is answered after ten minutes, and an agent who opens and writes again after an hour.
const EVENTS: &str = r#"{"id":"1","type":"opened","at":"2026-03-02T09:00:00+02:00","conversation":"t:1","actor_kind":"customer","actor":"c1","channel":"email"}
{"id":"2","type":"message","at":"2026-03-02T09:10:00+02:00","conversation":"t:1","actor_kind":"agent","actor":"ana"}
{"id":"3","type":"status","at":"2026-03-02T09:20:00+02:00","conversation":"t:1","actor_kind":"agent","actor":"ana","status":"solved"}
{"id":"4","type":"opened","at":"2026-03-02T10:00:00+02:00","conversation":"t:2","actor_kind":"agent","actor":"ana","channel":"email"}
{"id":"5","type":"message","at":"2026-03-02T11:00:00+02:00","conversation":"t:2","actor_kind":"agent","actor":"ana"}
"#;
const NOW: &str = "--now 2026-03-02T13:00:00+02:00";

fn filled() -> Place {
    let place = Place::with_workspace();
    place.write("e.jsonl", EVENTS);
    place.ok("--workspace w import events e.jsonl");
    place
}

#[test]
fn an_answer_names_its_profile_and_whose_definition_it_is() {
    let place = filled();
    let answers = place.json(&format!("query first_response_time,backlog --profile zendesk {NOW}"));
    assert_eq!((&answers["profile"], &answers["profile_as_of"]), (&json!("zendesk"), &json!("2026-11-22")));
    assert_eq!(answers["profile_revision"], json!(1));
    // The mean of ten minutes and, of the ticket that an agent opened, one hour.
    let first = &answers["answers"][0];
    assert_eq!((&first["value"], &first["n"], &first["stat"]), (&json!(2100), &json!(2), &json!("mean")));
    assert_eq!((&first["profile"], &answers["answers"][1]["profile"]), (&json!("zendesk"), &json!("canonical")));
    let canonical = place.json(&format!("query first_response_time {NOW}"));
    assert_eq!((&canonical["profile"], &canonical["profile_as_of"]), (&json!("canonical"), &json!(null)));
    assert_eq!(canonical["answers"][0]["value"], json!(600));

    let run = place.run(&format!("--workspace w query first_response_time,backlog --profile zendesk {NOW}"));
    assert!(run.stdout.contains("profile zendesk as of 2026-11-22, revision 1 · counted canonically: Backlog"), "{}", run.stdout);
    assert!(run.stderr.contains("warning[not-in-profile]: the profile `zendesk` says nothing of `backlog`"), "{}", run.stderr);
    let csv = place.ok(&format!("--workspace w --format csv query first_response_time,backlog --profile zendesk {NOW}"));
    let ends: Vec<&str> = csv.lines().map(|line| line.rsplitn(3, ',').collect::<Vec<_>>()[1]).collect();
    assert_eq!(ends, ["profile", "zendesk", "canonical"], "{csv}");
    let russian = place.ok(&format!("--workspace w --lang ru query first_response_time --profile zendesk {NOW}"));
    assert!(russian.contains("профиль zendesk на 2026-11-22, ревизия 1"), "{russian}");
}

#[test]
fn boards_and_explanations_count_by_it() {
    let place = filled();
    let board = format!("--workspace w report --period 2026-03-02 --metrics first_response_time,csat --profile gorgias {NOW}");
    assert!(place.ok(&board).contains("profile gorgias as of 2026-11-22, revision 1"));
    place.ok(&format!("{board} --html board.html"));
    assert!(place.read("board.html").contains("<li>profile gorgias as of 2026-11-22, revision 1"));
    // Its questions may each have a profile, and read a file without a workspace.
    place.write("questions.txt", "first_response_time --profile zendesk\nfirst_response_time\n");
    let csv = place.ok(&format!("report --from e.jsonl --questions questions.txt --format csv {NOW}"));
    let values: Vec<&str> = csv.lines().skip(1).map(|line| line.split(',').nth(10).unwrap_or_default()).collect();
    assert_eq!(values, ["2100", "600"], "{csv}");
    let told = place.json(&format!("explain first_response_time --profile zendesk {NOW}"));
    assert_eq!((&told["profile"], &told["population"]["counted"]), (&json!("zendesk"), &json!(2)));
    assert_eq!(told["switches"]["proactive"], "counts tickets that agents opened");
    let text = place.ok(&format!("--workspace w explain first_response_time --profile zendesk {NOW}"));
    assert!(text.contains("starts at the creation, not at the customer's first message"), "{text}");
    let case = place.json(&format!("explain first_response_time --conversation t:2 --profile zendesk {NOW}"));
    assert_eq!(case["intervals"][0]["seconds"], json!(3600), "{case}");
}

#[test]
fn the_catalogue_tells_them() {
    let place = Place::new();
    let list = place.ok("metrics profiles");
    for name in ["zendesk", "zendesk_sla", "gorgias", "intercom", "chatwoot", "freshdesk", "zoho", "dbt_zendesk"] {
        assert!(list.lines().any(|line| line.starts_with(&format!("{name} "))), "{list}");
    }
    let page = place.ok("metrics profiles freshdesk --lang ro");
    assert!(page.contains("Timpul primului răspuns") && page.contains("Necunoscut") && page.contains("- bots: "), "{page}");
    let shown = place.ok("metrics show one_touch_rate");
    assert!(
        shown.contains("## How others count it") && shown.contains("counts fewer than two replies, none included"),
        "{shown}"
    );
    let own = place.ok("metrics show one_touch_rate --profile zendesk");
    assert!(own.contains("touches_count < 2"), "{own}");
}

#[test]
fn wrong_names_are_told_with_the_near_one() {
    let place = filled();
    for command in ["query csat", "report", "explain csat"] {
        let run = place.run(&format!("--workspace w {command} --profile zendsk"));
        assert_eq!(run.code, Some(2), "{command}: {}", run.stderr);
        let said = "error[unknown-profile]: there is no profile `zendsk`\nhelp: did you mean `zendesk`?";
        assert!(run.stderr.contains(said), "{command}: {}", run.stderr);
    }
    assert_eq!(place.run("metrics profiles canonical").code, Some(2));
    assert_eq!(place.run("metrics profiles zendsk").code, Some(2));
    assert!(
        place
            .run(&format!("--workspace w query first_response_time --profile zendesk --variant any {NOW}"))
            .stderr
            .contains("has no variant")
    );
}

#[test]
fn a_workspace_has_profiles_of_its_own() {
    let place = filled();
    let names = "[name]\nen = \"Ours of old\"\nru = \"a\"\nro = \"b\"\nzh-Hant = \"c\"\n";
    let front = "profile = \"old\"\nas_of = \"2020-01-01\"\nrevision = 3\n";
    let metric = "[metric.first_response_time]\nwhy = \"w\"\nsource = \"s\"\nvalue = \"seconds + 60\"\n[metric.first_response_time.switch]\nvalue = \"a minute more\"\n";
    let example = "## Examples\n### One\n```events\nmon 09:00 customer opens\nmon 09:09 ana says\n```\n```answer\nfirst_response_time 10m\n```\n";
    place.write("w/catalogue/profiles/old.md", &format!("+++\n{front}{names}{metric}+++\nOld.\n\n{example}"));
    let answers = place.json(&format!("query first_response_time --profile old {NOW}"));
    assert_eq!((&answers["answers"][0]["value"], &answers["profile_as_of"]), (&json!(660), &json!("2020-01-01")));
    let checked = place.run("--workspace w metrics check");
    assert!(checked.stderr.contains("KPIs, 11 profiles and"), "{}", checked.stderr);

    let wrong = metric.replace("first_response_time", "first_respons_time");
    place.write("w/catalogue/profiles/old.md", &format!("+++\n{front}{names}{wrong}+++\nOld.\n"));
    let run = place.run("--workspace w check");
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("error[unknown-metric]: there is no metric `first_respons_time`"), "{}", run.stderr);
    assert!(
        run.stderr.contains("catalogue/profiles/old.md:") && run.stderr.contains("did you mean `first_response_time`?"),
        "{}",
        run.stderr
    );
    let column = metric.replace("seconds + 60", "second + 60").replace("value = \"a", "valu = \"a");
    place.write("w/catalogue/profiles/old.md", &format!("+++\n{front}{names}{column}+++\nOld.\n"));
    let run = place.run("--workspace w check");
    assert!(run.stderr.contains("has no column `second`") && run.stderr.contains("old.md:13:10"), "{}", run.stderr);
    assert!(run.stderr.contains("there is no switch `valu`"), "{}", run.stderr);
    let taken = front.replace("\"old\"", "\"zendesk\"");
    place.write("w/catalogue/profiles/zendesk.md", &format!("+++\n{taken}{names}{metric}+++\nOld.\n"));
    let run = place.run("--workspace w check");
    assert!(run.stderr.contains("error[duplicate-profile]: the profile `zendesk` is there already"), "{}", run.stderr);
    // The others go on working.
    assert_eq!(place.json(&format!("query first_response_time --profile zendesk {NOW}"))["answers"][0]["value"], json!(2100));
}

#[test]
fn two_numbers_differ_for_told_reasons() {
    let place = filled();
    let line = format!("compare-profiles first_response_time {NOW}");
    let text = place.ok(&format!("--workspace w {line} --profiles zendesk"));
    for expected in [
        "canonical and zendesk: 1 rows alike, 1 differs",
        "zendesk shows another statistic (mean), by which canonical is 10m",
        "counted by zendesk, left out by canonical (proactive): counts tickets that agents opened",
        "t:2   (proactive)       1h",
        "profile zendesk as of 2026-11-22, revision 1",
    ] {
        assert!(text.contains(expected), "{expected} is not in:\n{text}");
    }
    let found = place.json(&format!("{line} --profiles zendesk"));
    assert_eq!(found["profiles"][1]["answers"][0]["value"], json!(2100));
    let pair = &found["pairs"][0];
    assert_eq!((&pair["one"], &pair["other"], &pair["same"]), (&json!("canonical"), &json!("zendesk"), &json!(1)));
    let cause = &pair["causes"][0];
    assert_eq!((&cause["cause"], &cause["clause"], &cause["rows"]), (&json!("left_out_by_one"), &json!("proactive"), &json!(1)));
    assert_eq!(cause["examples"][0]["id"], json!("t:2"));
    let none = place.json(&format!("{line} --profiles zendesk --limit 0"));
    assert_eq!(none["pairs"][0]["causes"][0]["examples"], json!([]));
    let csv = place.ok(&format!("--workspace w --format csv {line} --profiles zendesk"));
    assert!(csv.contains("first_response_time,canonical,zendesk,left_out_by_one,proactive,t:2,,,3600,proactive,,"), "{csv}");
    // Without names: the canonical one and all that redefine the KPI.
    let all = place.json(&line);
    assert_eq!((all["profiles"].as_array().map(Vec::len), all["pairs"].as_array().map(Vec::len)), (Some(9), Some(8)));
    let chinese = place.ok(&format!("--workspace w --lang zh-Hant {line} --profiles zendesk"));
    assert!(chinese.contains("canonical 與 zendesk：1 筆相同，1 筆不同"), "{chinese}");

    for (wrong, said) in [
        ("compare-profiles backlog", "error[nothing-to-compare]: no profile redefines `backlog`"),
        ("compare-profiles backlog --profiles zendesk", "error[no-rows]: `backlog` is a stock"),
        ("compare-profiles csat --profiles zendsk", "did you mean `zendesk`?"),
        ("compare-profiles csta", "did you mean `csat`?"),
        ("compare-profiles csat --profile gorgias", "write --profiles gorgias"),
    ] {
        let run = place.run(&format!("--workspace w {wrong}"));
        assert_eq!(run.code, Some(2), "{wrong}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{wrong}: {}", run.stderr);
    }
}
