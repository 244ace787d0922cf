//! The worked examples that the standard gives with their sources: each number here was worked out outside of this program.
//!
//! Where a source contradicts itself, the number is the one that follows from its inputs. `fold/` shows the same rules in full rows.

use deskgauge_core::facts::Facts;
use deskgauge_core::fold::fold_all;
use deskgauge_core::rules::Rules;

use super::fold::{read_events, read_rules, rows};

/// What the fold tells of some events.
struct Told {
    rules: Rules,
    facts: Facts,
}

fn told(events: &str) -> Told {
    under("", events)
}

fn under(rules: &str, events: &str) -> Told {
    let rules = read_rules(rules);
    Told { facts: fold_all(read_events(events), &rules), rules }
}

impl Told {
    /// The columns of all rows, one string each.
    fn all(&self, table: &str, columns: &str) -> Vec<String> {
        let columns: Vec<&str> = columns.split(' ').collect();
        rows(&self.facts, &self.rules, table, &columns).into_iter().map(|row| row.join(" ")).collect()
    }

    /// The columns of the only row.
    fn one(&self, table: &str, columns: &str) -> String {
        let all = self.all(table, columns);
        assert_eq!(all.len(), 1, "{table}: {all:?}");
        all[0].clone()
    }
}

#[test]
fn b1_b3_a_schedule_that_changes_in_mid_wait() {
    let told = under(
        r#"
        [[schedule]]
        name = "support"
        when = "team = 'level 2'"
        mon = ["15:00-00:30"]
        tue = ["15:00-00:30"]
        wed = ["15:00-00:30"]
        [[schedule]]
        name = "support"
        mon = ["12:00-02:00"]
        tue = ["12:00-02:00"]
        wed = ["12:00-02:00"]
        "#,
        r#"
        2020-09-29 17:01:38  customer  opens
        2020-09-30 19:01:25  ana       notes
        2020-09-30 19:01:25  ana       assigns agent=ana team="level 2"
        2020-09-30 19:01:46  ana       says
        "#,
    );
    assert_eq!(told.one("first_responses", "business_seconds seconds"), "57608 93608");
}

const B4: &str = "
    mon 09:00  customer  opens
    mon 14:00  ana       says
    mon 14:00  ana       reopens
    mon 15:30  customer  says
    mon 16:00  ana       says
    mon 16:00  ana       pends
    tue 10:00  customer  says
    tue 10:00  customer  reopens
    tue 11:00  ana       holds
    wed 14:00  ana       reopens
    wed 14:30  ana       says
    wed 14:30  ana       solves
";

#[test]
fn b4_b5_b6_a_ticket_of_three_days() {
    let hours = |hours: f64| ((hours * 3600.0) as i64).to_string();
    let told = under(
        r#"
        [[sla]]
        name = "all"
        first_reply = "5h"
        next_reply = "30m"
        periodic_update = "2h"
        pausable_update = "2h"
        total_resolution = "3d"
        "#,
        B4,
    );
    assert_eq!(told.one("first_responses", "seconds"), hours(5.0));
    assert_eq!(told.all("waits", "seconds"), [hours(5.0), hours(0.5), hours(28.5)]);
    assert_eq!(told.one("resolutions", "seconds customer_seconds"), format!("{} {}", hours(53.5), hours(18.0)));
    let elapsed = |target: &str| {
        let rows = told.all("sla_clocks", "target elapsed_seconds");
        rows.iter().filter_map(|row| row.strip_prefix(target)?.strip_prefix(' ').map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(elapsed("first_reply"), [hours(5.0)]);
    assert_eq!(elapsed("next_reply"), [hours(0.5), hours(28.5)]);
    assert_eq!(elapsed("periodic_update"), [hours(2.0), hours(46.5)]);
    assert_eq!(elapsed("pausable_update"), [hours(2.0), hours(28.5)]);
    assert_eq!(elapsed("total_resolution"), [hours(53.5)]);
}

#[test]
fn b7_b10_b13_b17_replies() {
    let b7 = told("mon 10:00 customer opens\nmon 11:30 ana says");
    assert_eq!(b7.one("first_responses", "seconds"), "5400");
    let b10 = told("mon 10:00 customer opens\nmon 12:00 ana says");
    assert_eq!(b10.one("waits", "seconds"), "7200");
    let b13 = told("mon 10:00 ana opens\nmon 10:00 ana says\nmon 12:00 ana says");
    assert!(b13.facts.waits.is_empty());
    let b17 = told(
        "mon 09:00 customer opens\nmon 10:00 customer says\nmon 11:00 ana says\nmon 12:00 customer says\nmon 13:00 ana says",
    );
    assert_eq!(b17.all("waits", "started_at seconds"), ["mon 09:00 7200", "mon 12:00 3600"]);
}

#[test]
fn b8_a_bot_resolves_and_the_customer_comes_back() {
    let told = told(
        "mon 09:00 customer opens\nmon 09:05 bot solves\nfri 14:00 customer says\nfri 14:00 customer reopens\nfri 14:10 ana says",
    );
    assert_eq!(told.one("first_responses", "seconds"), "364200");
    assert_eq!(told.all("waits", "seconds"), ["-", "600"]);
    assert_eq!(told.all("resolutions", "resolver reopened_by"), ["bot customer", "- -"]);
}

#[test]
fn b9_from_the_handoff_and_from_the_start() {
    let told = told("mon 09:00 customer opens\n+20s bot hands_off\n+42s ana says");
    assert_eq!(told.one("first_responses", "handoff_seconds seconds"), "42 62");
}

#[test]
fn b14_c29_resolutions() {
    let b14 = told(
        "mon 08:00 customer opens\nmon 09:00 ana solves\nmon 10:00 customer reopens\nmon 11:00 ana solves\nmon 11:30 customer reopens",
    );
    assert_eq!(b14.all("resolutions", "reopened_after_seconds")[1], "1800");
    let c29 = told("mon 09:00 customer opens\nmon 09:30 ana solves\ntue 09:30 rule closes");
    assert_eq!(c29.one("resolutions", "seconds"), "1800");
}

#[test]
fn b18_b20_touches() {
    let b18 = told("mon 09:00 customer opens\nmon 10:00 ana solves");
    assert_eq!(b18.one("resolutions", "touches_count replied"), "0 no");
    let b20 = told("mon 09:00 customer opens\n+1m ana says session=s\n+1m ana says session=s\n+1m ana says session=s");
    assert_eq!(b20.one("conversations", "touches_count agent_messages_count"), "1 3");
}

#[test]
fn b21_a_wait_after_a_reopening_is_measured_from_its_message() {
    let told = told(
        "
        mon 09:00:00    customer  opens
        mon 09:00:42    ana       says
        mon 16:18:05    ana       solves
        mon+1 10:00     customer  says
        mon+1 10:00     customer  reopens
        mon+1 10:03     ana       says
        ",
    );
    assert_eq!(told.all("waits", "seconds"), ["42", "180"]);
    assert_eq!(told.all("resolutions", "seconds")[0], "26285");
}

#[test]
fn b30_b33_b34_who_did_what() {
    let b30 = told("mon 09:00 customer opens\nmon 10:00 ana says\nmon 10:00 ana closes");
    assert_eq!(b30.one("conversations", "total_reply_seconds resolutions_count"), "3600 1");
    let b33 = told("mon 09:00 customer opens\nmon 10:00 ana says\nmon 11:00 customer says\nmon 12:00 ana snoozes");
    assert_eq!(b33.one("conversations", "total_reply_seconds resolutions_count unresolved"), "3600 0 yes");
    assert_eq!(b33.all("waits", "outcome"), ["replied", "waiting"]);
    let b34 = told("mon 09:00 customer opens\nmon 09:30 rule assigns agent=a\nmon 10:00 b says\nmon 11:00 a closes");
    assert_eq!((b34.one("waits", "agent"), b34.one("resolutions", "agent")), ("b".to_owned(), "a".to_owned()));
}

#[test]
fn c1_c3_c4_what_is_missed() {
    let promise = |first: &str, next: &str, total: &str| {
        format!("[[sla]]\nname = \"p\"\nfirst_reply = \"{first}\"\nnext_reply = \"{next}\"\ntotal_resolution = \"{total}\"")
    };
    // What has been missed by 15:00, six hours after the creation.
    let missed = |told: &Told| {
        let now = 1_704_067_200 + 15 * 3600;
        let late = told.facts.sla_clocks.iter().filter(|clock| {
            let due = clock.due_at.unwrap().0;
            !clock.cancelled && due < now && clock.fulfilled_at.is_none_or(|at| at.0 > due)
        });
        late.map(|clock| clock.target).collect::<Vec<_>>()
    };
    let c1 = under(&promise("1h", "1h", "2d"), "mon 09:00 customer opens");
    assert_eq!(missed(&c1), ["first_reply"]);
    let c3 = under("[[sla]]\nname = \"p\"\ntotal_resolution = \"1h\"", "mon 09:00 customer opens\nmon 15:00 ana solves");
    assert_eq!((missed(&c3), c3.one("sla_clocks", "overrun_seconds")), (vec!["total_resolution"], "18000".to_owned()));
    let c4 = under(
        &promise("2h", "1h", "4h"),
        "mon 09:00 customer opens\nmon 10:00 ana says\nmon 11:00 customer says\nmon 12:00 customer says\nmon 15:00 ana solves",
    );
    assert_eq!(missed(&c4), ["total_resolution", "next_reply"]);
    assert_eq!(c4.all("sla_clocks", "elapsed_seconds")[2], "14400");
}

#[test]
fn a28_a30_due_in_business_time() {
    let rules = |target: &str| {
        let day = "[\"09:00-17:00\"]";
        format!(
            "[[schedule]]\nname = \"s\"\nmon = {day}\ntue = {day}\nwed = {day}\nthu = {day}\nfri = {day}\n[[sla]]\nname = \"p\"\n{target}"
        )
    };
    let a28 = under(&rules("first_reply = \"1h\""), "fri 16:30 customer opens");
    assert_eq!(a28.one("sla_clocks", "due_at"), "mon+1 09:30");
    let a30 = under(&rules("total_resolution = \"4h\""), "mon 16:00 customer opens");
    assert_eq!(a30.one("sla_clocks", "due_at"), "tue 12:00");
}

#[test]
fn a50_a54_pauses() {
    let told = under(
        "[[sla]]\nname = \"p\"\nagent_work = \"30m\"",
        "mon 12:00 customer opens\nmon 13:00 ana reopens\nmon 13:30 ana pends\nmon 14:00 ana closes",
    );
    assert_eq!(told.one("sla_clocks", "elapsed_seconds due_at"), "5400 mon 12:30");
}

#[test]
fn c11_versions_of_a_policy() {
    let rules =
        "[[sla]]\nname = \"1001\"\nfirst_reply = \"60m\"\n[[sla]]\nname = \"1001\"\nfrom = \"2020-06-01\"\nfirst_reply = \"45m\"";
    let before = under(rules, "2020-05-31 23:59:59 customer opens\n2020-06-02 12:00 ana says");
    assert_eq!(before.one("sla_clocks", "target_seconds"), "3600");
    let from_then = under(rules, "2020-06-01 00:00 customer opens");
    assert_eq!(from_then.one("sla_clocks", "target_seconds"), "2700");
}

#[test]
fn d10_handling_time_is_talk_hold_and_wrap() {
    let told = told(
        "
        mon 09:00  customer  opens channel=phone
        +0s        customer  queues
        +60s       ana       answers
        +100s      ana       holds_call
        +20s       ana       resumes
        +80s       ana       ends
        +40s       ana       wraps
        +30s       customer  rates csat=4
        ",
    );
    assert_eq!(told.one("queue_entries", "wait_seconds talk_seconds hold_seconds wrap_seconds"), "60 180 20 40");
    assert_eq!(told.one("handling", "seconds"), "240");
}

#[test]
fn e_reviews() {
    let five = |ratings: [i64; 5]| {
        let [a, b, c, d, e] = ratings;
        let ratings = format!("R:1:{a}/0..100!,C:3:{b}/0..100,E:3:{c}/0..100,W:2:{d}/0..100,I:1:{e}/0..100");
        told(&format!("mon 09:00 customer opens\ntue 09:00 eva reviews review=r ratings={ratings}")).one("reviews", "score")
    };
    assert_eq!(five([100, 0, 100, 100, 100]), "0.7");
    assert_eq!(five([100, 100, 100, 0, 100]), "0.8");
    let one = |rating: i64, points: i64| {
        told(&format!("mon 09:00 customer opens\ntue 09:00 eva reviews review=r ratings=C:1:{rating}/1..{points}"))
            .one("reviews", "score")
    };
    assert_eq!([one(1, 4), one(2, 4), one(3, 4), one(4, 4)], ["0", "0.3333", "0.6667", "1"]);
    let e7 =
        told("mon 09:00 customer opens\ntue 09:00 eva reviews review=r ratings=C:30:3/1..4,T:30:-/1..4,A:30:2/1..4,S:10:4/1..4");
    assert_eq!(e7.one("reviews", "score ratio_score"), "0.5714 0.6786");
    let e8 = told("mon 09:00 customer opens\ntue 09:00 eva reviews review=r ratings=C:30:-/1..4");
    assert_eq!(e8.one("reviews", "score"), "-");
}

#[test]
fn f10_a_changed_rating() {
    let told =
        told("mon 09:00 customer opens\nmon 10:00 customer is_asked csat\n+1h customer rates csat=1\n+1d customer rates csat=5");
    assert_eq!(told.one("surveys", "first_score score satisfied answers_count"), "1 5 yes 2");
}

#[test]
fn g3_g4_orders_after_a_reply() {
    let told = told(
        "
        conversation 1  customer=u1
        2024-01-01 10:00  customer  opens
        2024-01-01 12:00  ana       says
        conversation 2  customer=u2
        2024-01-01 10:00  customer  opens
        2024-01-01 12:00  ana       says
        no conversation
        2024-01-01 11:00  customer:u1  orders order=early amount=1
        2024-01-05 09:00  customer:u1  orders order=o1 amount=1
        2024-01-06 12:00  customer:u2  orders order=o2 amount=1
        ",
    );
    let days_after = ["o1 334800", "o2 432000"];
    assert_eq!(told.all("customer_links", "order_id order_after_seconds"), days_after);
}
