//! `deskgauge.toml`: what it gives, and every message that a wrong one deserves.

use deskgauge_core::calendar::zone;
use deskgauge_core::condition::{Attribute, Attributes};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::facts::ColumnType;
use deskgauge_core::period::parse_date_or_instant;
use deskgauge_core::rules::{Bound, Field, Preset, Rules, SlaSchedule, SlaTarget, Target};
use expect_test::{Expect, expect};
use jiff::civil::Weekday;

/// The example of the format's documentation, with every key.
const FULL: &str = r#"
format = 1

[workspace]
name = "Acme"
time_zone = "Europe/Bucharest"
week_starts = "monday"
schedule = "support"

[[schedule]]
name = "support"
from = "2024-01-01"
when = "team = 'returns'"
time_zone = "Europe/Bucharest"
mon = ["09:00-13:00", "14:00-18:00"]
sat = ["22:00-24:00"]
holidays = ["2024-12-25"]
breaks = [{ on = "2024-01-02", hours = ["13:30-15:30"] }]
overrides = [{ on = "2024-01-04", hours = ["08:00-12:00"] }]

[[sla]]
name = "chat"
when = "channel = 'chat' and made_sla"
schedule = "support"
first_reply = "1m"
next_reply = "5m"
total_resolution = "2bd"

[[target]]
metric = "first_response_time"
where = "channel = 'email'"
excellent = "1h"
good = "4h"
satisfactory = "12h"

[fields]
made_sla = "bool"

[catalogue]
answer_within = "30s"
conversion_window = "3d"
short_abandon = { phone = "5s", chat = "1s" }

[limits]
memory = "512MiB"
"#;

fn good(text: &str) -> Rules {
    let (rules, problems) = Rules::parse(text, "deskgauge.toml");
    assert_eq!(print(&problems), "");
    rules
}

fn print(problems: &[Diagnostic]) -> String {
    problems.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n")
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&print(&Rules::parse(text, "deskgauge.toml").1));
}

#[test]
fn a_full_file() {
    let rules = good(FULL);
    assert_eq!(rules.workspace.name, "Acme");
    assert_eq!(rules.workspace.time_zone, zone("Europe/Bucharest").unwrap());
    assert_eq!(rules.default_schedule(), Some("support"));
    assert_eq!(rules.schedules[0].weekly[0].len(), 2);
    assert_eq!(rules.schedules[0].holidays.len(), 1);
    let policy = &rules.sla[0];
    assert_eq!(policy.schedule, SlaSchedule::Named("support".to_owned()));
    let targets = [
        (SlaTarget::FirstReply, Target::Seconds(60)),
        (SlaTarget::NextReply, Target::Seconds(300)),
        (SlaTarget::TotalResolution, Target::BusinessDays(2)),
    ];
    assert_eq!(policy.targets, targets);
    assert_eq!(rules.goals[0].bounds[1], Some(Bound::Seconds(14_400)));
    assert_eq!(rules.fields, [Field { name: "made_sla".to_owned(), ty: ColumnType::Bool }]);
    assert_eq!(rules.catalogue.parameter("answer_within"), Some(30));
    assert_eq!(rules.catalogue.parameter("fcr_window"), Some(7 * 86_400));
    assert_eq!(["phone", "chat"].map(|channel| rules.catalogue.short_abandon_seconds(channel)), [5, 1]);
    assert_eq!(["phone", "chat"].map(|channel| Rules::default().catalogue.short_abandon_seconds(channel)), [5, 0]);
    assert_eq!(rules.limits.memory_bytes, 512 << 20);
    for (name, target) in SlaTarget::NAMES {
        assert_eq!(target.name(), name);
    }
}

#[test]
fn an_empty_file_has_the_defaults() {
    let rules = good("");
    assert_eq!(rules.workspace.time_zone_name, "UTC");
    assert_eq!(rules.workspace.week_starts, Weekday::Monday);
    assert_eq!(rules.catalogue.parameter("answer_within"), Some(20));
    assert_eq!(rules.catalogue.parameter("conversion_window"), Some(5 * 86_400));
    assert_eq!(rules.limits.memory_bytes, 2 << 30);
    assert_eq!(rules.default_schedule(), None);
    assert_eq!(rules.digest(), Rules::default().digest());
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = r#"
format = 1
[workspce]
name = "Acme"

[workspace]
time_zone = "Europe/Bucarest"
week_starts = "moonday"
schedule = "suport"
colour = "green"

[[schedule]]
name = "support"
time_zone = 2
mon = ["9-17", "09:00-13:00"]
tues = ["09:00-13:00"]
holidays = ["2024-02-30", 2024-12-25]
breaks = [{ on = "2024-01-02", hour = ["13:30-15:30"] }]

[[schedule]]
from = "2024-01-01"

[[sla]]
name = "chat"
when = "chanel = 'chat'"
first_replay = "1m"

[[sla]]
name = "mail"
schedule = "supprt"
first_reply = "soon"
next_reply = 5

[[target]]
metric = "csat"

[[target]]
good = "often"

[fields]
channel = "text"
amount = "money"
"a b" = "text"

[catalogue]
fcr_windows = "7d"
reopen_window = "1.5d"
short_abandon = { phone = "5" }

[limits]
memory = "lots"
"#;
    check(
        text,
        &expect![[r#"
        error[unknown-key]: unknown key `workspce` in deskgauge.toml
          at deskgauge.toml:3:2
          help: did you mean `workspace`?
        error[bad-time-zone]: no time zone is named `Europe/Bucarest`
          at deskgauge.toml:7:13
          help: did you mean `Europe/Bucharest`?
        error[bad-value]: `moonday` is not a weekday
          at deskgauge.toml:8:15
          help: write monday or sunday
        error[unknown-schedule]: no schedule is named `suport`
          at deskgauge.toml:9:12
          help: did you mean `support`?
        error[unknown-key]: unknown key `colour` in [workspace]
          at deskgauge.toml:10:1
          help: known are name, time_zone, week_starts, schedule, embed_origins
        error[bad-value]: `time_zone` in [[schedule]] must be text in quotes, found integer
          at deskgauge.toml:14:13
        error[bad-hours]: `9-17` is not a span of hours
          at deskgauge.toml:15:8
          help: write 09:00-13:00, 00:00-24:00 or, across midnight, 22:00-02:00
        error[unknown-key]: unknown key `tues` in [[schedule]]
          at deskgauge.toml:16:1
          help: did you mean `tue`?
        error[bad-date]: `2024-02-30` is not a date
          at deskgauge.toml:17:13
          help: write 2024-12-25
        error[missing-key]: an entry of `breaks` needs `on` and `hours`
          at deskgauge.toml:18:11
          help: write { on = "2024-01-02", hours = ["13:30-15:30"] }
        error[unknown-key]: unknown key `hour` in breaks
          at deskgauge.toml:18:32
          help: did you mean `hours`?
        error[missing-key]: [[schedule]] needs `name`
          at deskgauge.toml:20:1
        error[unknown-field]: no field is named `chanel`
          at deskgauge.toml:25:8
          help: did you mean `channel`?
        error[unknown-key]: unknown key `first_replay` in [[sla]]
          at deskgauge.toml:26:1
          help: did you mean `first_reply`?
        error[unknown-schedule]: no schedule is named `supprt`
          at deskgauge.toml:30:12
          help: did you mean `support`?
        error[bad-duration]: `first_reply`: `soon` is not a duration
          at deskgauge.toml:31:15
          help: write 30s, 5m, 1h30m, 2d (24 hours each) or 2bd (business days)
        error[bad-value]: `next_reply` in [[sla]] must be text in quotes, found integer
          at deskgauge.toml:32:14
        error[missing-key]: [[target]] has no band
          at deskgauge.toml:34:1
          help: add one of excellent, good, satisfactory
        error[missing-key]: [[target]] needs `metric`
          at deskgauge.toml:37:1
        error[bad-value]: `good` is neither a duration nor a number
          at deskgauge.toml:38:8
          help: write a duration such as "4h" or a number such as 0.9
        error[reserved-name]: `channel` is a field of every conversation
          at deskgauge.toml:41:1
          help: leave it out or choose another name
        error[bad-field-type]: `money` is not a type of field
          at deskgauge.toml:42:10
          help: known are text, int, decimal, bool, instant
        error[bad-field-name]: `a b` cannot be a field's name
          at deskgauge.toml:43:1
          help: use letters, digits and underscores
        error[unknown-key]: unknown key `fcr_windows` in [catalogue]
          at deskgauge.toml:46:1
          help: did you mean `fcr_window`?
        error[bad-duration]: `reopen_window`: `1.5d` is not a duration
          at deskgauge.toml:47:17
          help: write 30s, 5m, 1h30m or 7d
        error[bad-duration]: `phone`: `5` is not a duration
          at deskgauge.toml:48:27
          help: write 30s, 5m, 1h30m or 7d
        error[bad-value]: `lots` is not an amount of memory
          at deskgauge.toml:51:10
          help: write 512MiB or 2GiB"#]],
    );
}

#[test]
fn a_file_that_is_not_toml() {
    check(
        "[workspace\nname = 1",
        &expect![[r#"
        error[bad-toml]: unclosed table, expected `]`
          at deskgauge.toml:1:11"#]],
    );
    check(
        "workspace = 3\nschedule = [1]\n[[fields]]\na = 1",
        &expect![[r#"
        error[bad-value]: `workspace` in deskgauge.toml must be a table, found integer
          at deskgauge.toml:1:13
        error[bad-value]: `schedule` is a list of tables
          at deskgauge.toml:2:13
        error[bad-value]: `fields` in deskgauge.toml must be a table, found array of tables
          at deskgauge.toml:3:1"#]],
    );
}

#[test]
fn a_newer_format_is_refused() {
    check(
        "format = 2",
        &expect![[r#"
        error[newer-format]: these rules have format 2, this program knows formats up to 1
          at deskgauge.toml:1:10
          help: use a newer deskgauge"#]],
    );
    check(
        "format = 0",
        &expect![[r#"
        error[bad-value]: there is no format 0
          at deskgauge.toml:1:10
          help: write format = 1"#]],
    );
}

#[test]
fn places_count_characters() {
    check(
        "[fields]\n\"résumé\" = \"strin\"",
        &expect![[r#"
        error[bad-field-type]: `strin` is not a type of field
          at deskgauge.toml:2:12
          help: known are text, int, decimal, bool, instant"#]],
    );
}

#[test]
fn schedules_that_clash() {
    let text = r#"
[[schedule]]
name = "support"
mon = ["09:00-17:00"]
[[schedule]]
name = "support"
mon = ["09:00-18:00"]
[[schedule]]
name = "support"
when = "team = 'night'"
[[schedule]]
name = "always"
"#;
    check(
        text,
        &expect![[r#"
        error[duplicate-schedule]: two versions of schedule `support` begin at the same time
          at deskgauge.toml:6:8
          help: give each its own `from`, or another `when`
        warning[unreachable-schedule]: this version of schedule `support` never serves: one without `when` stands before it
          at deskgauge.toml:8:1
          help: move it up
        error[reserved-name]: a schedule cannot be named `always`
          at deskgauge.toml:12:8
          help: `always` is calendar time already"#]],
    );
}

#[test]
fn versions_of_a_policy_that_clash() {
    let text = r#"
[[sla]]
name = "mail"
when = "priority = 'high'"
first_reply = "1h"
[[sla]]
name = "mail"
when = "priority = 'low'"
first_reply = "1h"
"#;
    check(
        text,
        &expect![[r#"
        error[duplicate-sla]: two versions of sla `mail` begin at the same time
          at deskgauge.toml:7:8
          help: give each its own `from`, or another name"#]],
    );
}

#[test]
fn one_mistake_is_told_once() {
    let text = r#"
[workspace]
schedule = "support"
[[schedule]]
name = "support"
when = "tier > "
[[sla]]
name = "all"
when = "tier = 'gold'"
schedule = "support"
first_reply = "1h"
[fields]
tier = "texts"
"#;
    check(
        text,
        &expect![[r#"
        error[bad-condition]: cannot read condition `tier > `: expected: an expression, found: EOF
          at deskgauge.toml:6:8
          help: compare fields with literals: channel = 'email' and priority in ('high', 'urgent')
        error[bad-field-type]: `texts` is not a type of field
          at deskgauge.toml:13:8
          help: did you mean `text`?"#]],
    );
}

struct Channel(&'static str);

impl Attributes for Channel {
    fn get(&self, name: &str) -> Option<Attribute<'_>> {
        (name == "channel").then_some(Attribute::Text(self.0))
    }
}

#[test]
fn c11_versions_of_a_policy_are_half_open() {
    let rules = good(
        r#"
[[sla]]
name = "urgent"
first_reply = "60m"
[[sla]]
name = "urgent"
from = "2020-06-01"
when = "channel = 'email'"
first_reply = "45m"
"#,
    );
    let instant = |text: &str| parse_date_or_instant(text, &rules.workspace.time_zone).unwrap();
    let applied = |at: &str| {
        let at = instant(at);
        let policy = rules
            .sla
            .iter()
            .find(|policy| policy.in_force(at) && policy.when.as_ref().is_none_or(|when| when.holds(&Channel("email"))));
        policy.unwrap().target(SlaTarget::FirstReply).unwrap()
    };
    assert_eq!(applied("2020-05-31T23:59:59Z"), Target::Seconds(3600));
    assert_eq!(applied("2020-06-01T00:00:00Z"), Target::Seconds(2700));
}

#[test]
fn the_business_clock_needs_a_schedule() {
    let rules = good("[[schedule]]\nname = \"only\"\nwhen = \"channel = 'email'\"\nmon = [\"09:00-17:00\"]");
    assert_eq!(rules.default_schedule(), Some("only"));
    assert!(rules.business_calendar(&Channel("email")).is_some());
    assert!(rules.business_calendar(&Channel("chat")).is_none());
    assert!(good("").business_calendar(&Channel("email")).is_none());
}

#[test]
fn the_digest_is_of_what_the_fold_reads() {
    let digest = good(FULL).digest();
    assert_eq!(digest.len(), 32);
    let same = |from: &str, to: &str| {
        assert!(FULL.contains(from));
        good(&FULL.replace(from, to)).digest() == digest
    };
    assert!(same("name = \"Acme\"", "# a comment\nname = \"Other\""));
    assert!(same("good = \"4h\"", "good = \"5h\""));
    assert!(same("answer_within = \"30s\"", "answer_within = \"20s\""));
    assert!(same("team = 'returns'", "team  =  'returns'"));
    assert!(same("first_reply = \"1m\"\nnext_reply = \"5m\"", "next_reply = \"300s\"\nfirst_reply = \"60s\""));
    assert!(!same("time_zone = \"Europe/Bucharest\"\nweek_starts", "time_zone = \"UTC\"\nweek_starts"));
    assert!(!same("first_reply = \"1m\"", "first_reply = \"2m\""));
    assert!(!same("\"22:00-24:00\"", "\"22:00-23:00\""));
    assert!(!same("made_sla = \"bool\"", "made_sla = \"text\""));
    assert!(!same("phone = \"5s\"", "phone = \"6s\""));
    assert!(!same("2024-12-25", "2024-12-26"));
}

#[test]
fn a_preset_stands_behind_one_s_own_targets() {
    let text = "preset = \"zendesk_2023\"\n[[target]]\nmetric = \"csat\"\ngood = 0.8\n";
    let (rules, problems) = Rules::parse(text, "deskgauge.toml");
    assert_eq!(problems, []);
    let of = |goal: &deskgauge_core::rules::Goal| (goal.metric.clone(), goal.filter.clone(), goal.preset.clone());
    let goals: Vec<_> = rules.goals.iter().map(of).collect();
    let preset = Some("zendesk_2023".to_owned());
    let by = |channel: &str| ("first_response_time".to_owned(), Some(format!("channel = '{channel}'")), preset.clone());
    assert_eq!(goals, [("csat".to_owned(), None, None), by("email"), by("social"), by("chat")]);
    // The published bands: 12, 4 and 1 hours in e-mail.
    let email = [Some(Bound::Seconds(3600)), Some(Bound::Seconds(4 * 3600)), Some(Bound::Seconds(12 * 3600))];
    assert_eq!(rules.goals[1].bounds, email);
    // Targets decide no facts.
    assert_eq!(rules.digest(), Rules::default().digest());
    let only = rules.with_targets("zendesk_2023").unwrap();
    assert_eq!(only.goals.len(), 3);
    let (_, problems) = Rules::parse("preset = \"zendesk\"\n", "deskgauge.toml");
    let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expect![[r#"
        error[unknown-preset]: there is no preset of targets `zendesk`
          at deskgauge.toml:1:10
          help: the presets are zendesk_2023"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn every_file_of_presets_is_one() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue/presets");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let presets = Preset::all();
    assert_eq!(presets.iter().map(|preset| preset.name.clone()).collect::<Vec<_>>(), files);
    for preset in presets {
        assert!(!preset.source.is_empty() && !preset.about.is_empty() && preset.year > 2000, "{preset:?}");
    }
    let (_, problems) = Preset::parse("bad", "about = \"x\"\n[[target]]\nmetric = \"csat\"\n");
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["missing-key", "missing-key", "missing-key"], "{problems:?}");
}

#[test]
fn privacy_has_two_settings() {
    let (rules, problems) = Rules::parse("[privacy]\nhide_individuals = true\nminimum_group = 5\n", "deskgauge.toml");
    assert_eq!(problems, []);
    assert_eq!((rules.privacy.hide_individuals, rules.privacy.minimum_group), (true, 5));
    assert_eq!(rules.digest(), Rules::default().digest());
    let (_, problems) =
        Rules::parse("[privacy]\nhide_individuals = 1\nminimum_group = -1\nhide_agents = true\n", "deskgauge.toml");
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["bad-value", "bad-value", "unknown-key"]);
}

#[test]
fn policies_of_another_file_take_the_place_of_one_s_own() {
    let own = "[workspace]\nschedule = \"desk\"\n[[schedule]]\nname = \"desk\"\nmon = [\"09:00-17:00\"]\n[fields]\nvip = \"bool\"\n\
               [[sla]]\nname = \"old\"\nfirst_reply = \"4h\"\n[[target]]\nmetric = \"csat\"\ngood = 0.8\n";
    let (own, problems) = Rules::parse(own, "deskgauge.toml");
    assert_eq!(problems, []);
    // Own fields and schedules are known; everything else of the file is passed over.
    let text = "[[sla]]\nname = \"new\"\nwhen = \"vip\"\nschedule = \"desk\"\nfirst_reply = \"1h\"\n[workspace]\ntime_zone = \"Asia/Tokyo\"\n";
    let (other, problems) = own.with_policies(text, "other.toml");
    assert_eq!(problems, []);
    assert_eq!(other.sla.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(), ["new"]);
    assert_eq!((other.schedules.len(), other.goals.len(), other.workspace.time_zone_name.as_str()), (1, 1, "UTC"));
    assert_ne!(other.digest(), own.digest());
    let same = own.with_policies("[[sla]]\nname = \"old\"\nfirst_reply = \"4h\"\n", "same.toml").0;
    assert_eq!(same.digest(), own.digest());
    // Its own schedules take the place of those that there are.
    let text = "[[schedule]]\nname = \"night\"\nsat = [\"22:00-24:00\"]\n[[sla]]\nname = \"new\"\nschedule = \"desk\"\nfirst_reply = \"1h\"\n";
    let (_, problems) = own.with_policies(text, "other.toml");
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unknown-schedule"]);
}

#[test]
fn origins_that_may_hold_views_are_hosts_and_nothing_that_could_end_a_header() {
    let parsed = |list: &str| Rules::parse(&format!("[workspace]\nembed_origins = {list}"), "deskgauge.toml");
    let (rules, problems) = parsed("[\"https://intranet.example\", \"http://10.0.0.1:8080\"]");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(rules.workspace.embed_origins, ["https://intranet.example", "http://10.0.0.1:8080"]);
    for wrong in ["*", "https://*", "https://a.example/page", "https://a.example; script-src *", "a.example", ""] {
        let (rules, problems) = parsed(&format!("[\"{wrong}\"]"));
        assert!(problems.len() == 1 && problems[0].code == "bad-value", "{wrong}: {problems:?}");
        assert!(rules.workspace.embed_origins.is_empty());
    }
    assert_eq!(parsed("\"https://a.example\"").1.len(), 1);
}
