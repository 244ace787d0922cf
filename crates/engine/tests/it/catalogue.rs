//! The catalogue: every built-in file loads without a complaint, and every worked example in it comes out as it is written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::ColumnType;
use deskgauge_core::metric::Good;
use deskgauge_core::rules::{Preset, Rules};
use deskgauge_engine::catalogue::{Catalogue, run_examples, run_profile_examples};
use expect_test::expect;

fn shown(problems: &[Diagnostic]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[tokio::test]
async fn every_worked_example_holds() {
    let files = Catalogue::built_in_files().iter().map(|(name, text)| (format!("catalogue/{name}"), *text));
    let (catalogue, problems) = Catalogue::from_files(files, &[]);
    let mut all = shown(&problems);
    let mut examples = 0;
    for metric in catalogue.metrics() {
        examples += metric.examples.len();
        all.push_str(&shown(&run_examples(&catalogue, metric).await));
    }
    for profile in catalogue.profiles() {
        examples += profile.examples.len();
        all.push_str(&shown(&run_profile_examples(&catalogue, profile).await));
    }
    assert!(all.is_empty(), "of {examples} examples:\n{all}");
    assert_eq!(catalogue.profiles().count(), 10);
}

fn file(front: &str) -> String {
    let names = "[name]\nen = \"a\"\nru = \"b\"\nro = \"c\"\nzh-Hant = \"d\"\n";
    format!("+++\nid = \"own\"\nunit = \"count\"\ngood = \"none\"\nrevision = 1\n{front}\n{names}+++\nText.\n")
}

fn load(front: &str) -> String {
    let text = file(front);
    let (_, problems) =
        Catalogue::from_files([("own.md".to_owned(), text.as_str())].into_iter(), &[("made_sla".to_owned(), ColumnType::Bool)]);
    let problems: Vec<_> = problems.into_iter().filter(Diagnostic::is_error).collect();
    shown(&problems)
}

#[test]
fn own_fields_and_functions_stand_in_formulas() {
    let problems = load(
        "from = \"waits\"\ndated = \"replied_at\"\ncount = true\n\
         where = \"made_sla and seconds_between(started_at, now) > $answer_within and add_seconds(started_at, 60) < now\"",
    );
    expect![[""]].assert_eq(&problems);
}

#[test]
fn what_only_the_engine_can_know_is_told_at_its_place() {
    let problems = load("from = \"waits\"\ndated = \"replied_at\"\ncount = true\nwhere = \"array_has(seconds, 'x')\"");
    assert!(problems.contains("own.md:9:10"), "{problems}");
}

#[test]
fn an_id_is_taken_once() {
    let text = file("from = \"waits\"\ndated = \"replied_at\"\ncount = true");
    let files = [("a/own.md".to_owned(), text.as_str()), ("b/own.md".to_owned(), text.as_str())];
    let (catalogue, problems) = Catalogue::from_files(files.into_iter(), &[]);
    assert_eq!(catalogue.metrics().count(), 1);
    assert!(problems.iter().any(|problem| problem.code == "duplicate-metric"), "{}", shown(&problems));
    let near = catalogue.find("owm").unwrap_err();
    assert_eq!((near.code, near.hint.as_deref()), ("unknown-metric", Some("did you mean `own`?")));
}

#[test]
fn a_workspace_adds_metrics_and_its_targets_name_them() {
    let text = file("from = \"waits\"\ndated = \"replied_at\"\ncount = true");
    let (catalogue, problems) = Catalogue::load(&[("shop/own.md".to_owned(), text)], &[]);
    assert!(!problems.iter().any(Diagnostic::is_error), "{}", shown(&problems));
    assert!(catalogue.get("own").is_some() && catalogue.metrics().count() > 1);
    let (rules, _) = Rules::parse(
        "[[target]]\nmetric = \"owm\"\ngood = 1\n[[target]]\nmetric = \"own\"\nwhere = \"chanel = 'chat'\"\ngood = 1\n",
        "deskgauge.toml",
    );
    expect![[r#"
        error[unknown-metric]: [[target]] of `owm`: there is no metric `owm`
          at deskgauge.toml:2:10
          help: did you mean `own`?
        error[unknown-field]: [[target]] of `own`: no field is named `chanel`
          at deskgauge.toml:5:10
          help: did you mean `channel`?
    "#]]
    .assert_eq(&shown(&catalogue.check_targets(&rules)));
}

#[test]
fn every_preset_is_about_kpis_that_there_are() {
    let (catalogue, _) = Catalogue::load(&[], &[]);
    for preset in Preset::all() {
        let rules = Rules::default().with_targets(&preset.name).unwrap();
        assert_eq!(shown(&catalogue.check_targets(&rules)), "", "{}", preset.name);
        for goal in &preset.goals {
            // Each band is stricter than the next, on the side that is good.
            let good = catalogue.get(&goal.metric).unwrap().good;
            let bounds: Vec<f64> = goal.bounds.iter().flatten().map(|bound| bound.number()).collect();
            let stricter = |pair: &[f64]| if good == Good::Low { pair[0] < pair[1] } else { pair[0] > pair[1] };
            assert!(bounds.windows(2).all(stricter), "{} of {}: {bounds:?}", goal.metric, preset.name);
        }
    }
}
