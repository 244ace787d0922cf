//! Profiles: read over metrics, and what is said about mistakes in them.

use std::collections::BTreeMap;

use deskgauge_core::metric::{Measure, Metric, Profile};
use expect_test::{Expect, expect};

const NAMES: &str = "[name]\nen = \"a\"\nru = \"b\"\nro = \"c\"\nzh-Hant = \"d\"\n";

fn metrics() -> BTreeMap<String, Metric> {
    let text = format!(
        "+++\nid = \"reply_time\"\nunit = \"seconds\"\ngood = \"low\"\nrevision = 4\nfrom = \"waits\"\ndated = \"replied_at\"\n\
         value = \"seconds\"\nbusiness = \"business_seconds\"\n[except]\nspam = \"final_status = 'spam'\"\n\
         [variant.any]\nvalue = \"seconds\"\n{NAMES}+++\nText.\n"
    );
    let (metric, problems) = Metric::parse(&text, "catalogue/speed/reply_time.md");
    assert_eq!(problems, []);
    metric.into_iter().map(|metric| (metric.id.clone(), metric)).collect()
}

fn read(front: &str) -> (Option<Profile>, String) {
    let (profile, problems) = Profile::parse(&format!("+++\n{front}+++\nText.\n"), "catalogue/profiles/old.md", &metrics());
    (profile, problems.iter().map(|problem| format!("{problem}\n")).collect())
}

fn complains(front: &str, expected: Expect) {
    expected.assert_eq(&read(front).1);
}

fn head() -> String {
    format!("profile = \"old\"\nas_of = \"2020-01-31\"\nrevision = 2\n{NAMES}")
}

#[test]
fn a_kpi_keeps_what_its_profile_does_not_name() {
    let metric = "[metric.reply_time]\nwhy = \"w\"\nsource = \"s\"\nas_of = \"2021-01-01\"\nvalue = \"1\"\nempty = 0\n\
        [metric.reply_time.switch]\nvalue = \"always one\"\n[metric.reply_time.variant.two]\nvalue = \"2\"\n";
    let (profile, problems) = read(&format!("{}{metric}[unknown]\nbots = \"?\"\n[same]\nreply_time = \"as here\"\n", head()));
    assert_eq!(problems, "");
    let profile = profile.unwrap();
    assert_eq!((profile.revision, profile.as_of.to_string()), (2, "2020-01-31".to_owned()));
    assert_eq!((profile.unknown.len(), profile.same.len()), (1, 1));
    let redefined = profile.redefined("reply_time").unwrap();
    assert_eq!((redefined.switch("value"), redefined.switch("start")), (Some("always one"), None));
    assert_eq!(redefined.as_of.unwrap().to_string(), "2021-01-01");
    let (metric, definition) = (&redefined.metric, &redefined.metric.definition);
    assert_eq!((metric.profile.as_deref(), metric.revision, definition.empty), (Some("old"), 4, Some(0)));
    assert_eq!((definition.dated.text.as_str(), definition.except.len()), ("replied_at", 1));
    // A value replaces the business time that belongs to the one before.
    assert!(matches!(&definition.measure, Measure::Value { value, business: None } if value.text == "1"));
    // The KPI's own variants are not the profile's.
    assert!(metric.definition(Some("any")).is_none() && metric.definition(Some("two")).is_some());
}

#[test]
fn words_about_mistakes() {
    complains(
        "profile = \"other\"\nas_of = \"soon\"\n[metric.reply_tme]\nvalue = \"1\"\n[same]\ncsta = \"x\"\n",
        expect![[r#"
            error[wrong-id]: the profile is `other` but the file is `old.md`
              at catalogue/profiles/old.md:2:12
              help: give both one name, which is not `canonical`
            error[bad-value]: `soon` is no date
              at catalogue/profiles/old.md:3:10
              help: write it as year-month-day, such as 2026-01-31
            error[missing-key]: the profile has no `revision`
              at catalogue/profiles/old.md:2:1
              help: a profile has profile, as_of, revision, name, metric, same, unknown
            error[missing-key]: the profile has no `name`
              at catalogue/profiles/old.md:2:1
              help: a profile has profile, as_of, revision, name, metric, same, unknown
            error[unknown-metric]: there is no metric `reply_tme`
              at catalogue/profiles/old.md:5:1
              help: did you mean `reply_time`?
            error[unknown-metric]: there is no metric `csta`
              at catalogue/profiles/old.md:7:9
              help: `deskgauge metrics list` shows them all
        "#]],
    );
    complains(
        &format!("{}[metric.reply_time]\nvalu = \"1\"\n[metric.reply_time.switch]\nvalus = \"x\"\n", head()),
        expect![[r#"
            error[unknown-key]: there is no switch `valus`
              at catalogue/profiles/old.md:13:10
              help: did you mean `value`?
            error[unknown-key]: there is no key `valu` in [metric.reply_time]
              at catalogue/profiles/old.md:11:1
              help: did you mean `value`?
            error[missing-key]: `reply_time` has no `why` in the profile
              at catalogue/profiles/old.md:11:1
              help: a profile says which switches it turns, why, and where that is written
            error[missing-key]: `reply_time` has no `source` in the profile
              at catalogue/profiles/old.md:11:1
              help: a profile says which switches it turns, why, and where that is written
        "#]],
    );
    complains(
        &format!("{}[metric.reply_time]\nwhy = \"w\"\nsource = \"s\"\n", head()),
        expect![[r#"
        error[missing-key]: `reply_time` has no `switch` in the profile
          at catalogue/profiles/old.md:11:1
          help: a profile says which switches it turns, why, and where that is written
    "#]],
    );
    complains(
        &format!("{}profiles = 1\n", head().replace("ro = \"c\"\n", "")),
        expect![[r#"
        error[unknown-key]: there is no key `profiles` in [name]
          at catalogue/profiles/old.md:9:1
          help: the keys are en, ru, ro, zh-Hant
        error[missing-language]: the profile has no name in `ro`
          at catalogue/profiles/old.md:5:2
          help: add ro = "…" to [name]
    "#]],
    );
}

#[test]
fn the_guides_own_profile_is_a_good_one() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/other-tools.md")).unwrap();
    let text = guide.split_once("````markdown\n").unwrap().1.split_once("````").unwrap().0;
    let kpi =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue/speed/first_response_time.md")).unwrap();
    let metric = Metric::parse(&kpi, "first_response_time.md").0.unwrap();
    let metrics = BTreeMap::from([(metric.id.clone(), metric)]);
    let (profile, problems) = Profile::parse(text, "catalogue/profiles/old_dashboard.md", &metrics);
    assert_eq!(problems, []);
    let profile = profile.unwrap();
    assert_eq!((profile.metrics.len(), profile.examples.len()), (1, 1));
    assert_eq!(deskgauge_core::metric::check(&profile.metrics[0].metric, &[]), []);
}
