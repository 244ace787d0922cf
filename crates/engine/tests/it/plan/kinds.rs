//! What each kind of metric answers: statistics, shares, stocks, money, points, and the cells that they are cut into.

use super::*;

#[tokio::test]
async fn statistics_are_exact() {
    let desk = Desk::new("", WEEK);
    for (stat, value) in [("mean", 7200.0), ("median", 7200.0), ("p90", 10080.0), ("max", 10800.0), ("sum", 21600.0)] {
        let answers = desk.answers("response", &format!("--stat {stat}")).await.unwrap();
        assert_eq!(answers.answers[0].value, Some(value), "{stat}");
    }
    // Two values: the median lies between them and is not cut to a whole number.
    let desk = Desk::new(
        "",
        "conversation 1\nmon 09:00:00 customer opens\nmon 09:00:01 ana says\nconversation 2\nmon 09:00:00 customer opens\nmon 09:00:02 ana says\n",
    );
    desk.expect(
        "response",
        "",
        expect![[r#"
        response 1.5 n=2 running=0
    "#]],
    )
    .await;
}

#[tokio::test]
async fn those_who_still_wait_count_in_the_censored_median() {
    let events = r#"
conversation 1
tue 09:00  customer  opens
tue 10:00  ana       says
conversation 2
tue 09:00  customer  opens
tue 11:00  ana       says
conversation 3
tue 09:00  customer  opens
tue 12:00  ana       says
conversation 4
tue 19:00  customer  opens
conversation 5
tue 14:00  customer  opens
"#;
    let desk = Desk::new("", events);
    let now = "--now 2024-01-03T00:00:00Z";
    desk.expect(
        "response",
        now,
        expect![[r#"
        response 7200 n=3 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        &format!("{now} --stat km_median"),
        expect![[r#"
        response 10800 n=3 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        &format!("{now} --stat km_p90"),
        expect![[r#"
        response null not_reached n=3 running=2
    "#]],
    )
    .await;
}

#[tokio::test]
async fn cells_are_ordered_and_null_is_last() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response",
        "--by channel",
        expect![[r#"
        response channel=chat 7200 n=1 running=0
        response channel=email 7200 n=2 running=0 -spam=1 -vip=1
        response channel=- null running n=0 running=1
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--by tag",
        expect![[r#"
        created tag=a 2 n=2
        created tag=b 1 n=1
        created tag=vip 1 n=1
        created tag=vip2 1 n=1
        created tag=- 3 n=3
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--by agent --stat max",
        expect![[r#"
        response agent=ana 10800 n=2 running=0 -vip=1
        response agent=ben 7200 n=1 running=0
        response agent=- null running n=0 running=1 -spam=1
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--by weekday,hour --where \"channel='email'\" --dated cohort",
        expect![[r#"
        created weekday=1 hour=9 1 n=1
        created weekday=1 hour=12 1 n=1
        created weekday=2 hour=8 1 n=1
        created weekday=2 hour=23 1 n=1
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_share_tells_what_is_undecided() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "resolved_share,reopened_share",
        "--now 2024-01-05T00:00:00Z --set reopen_window=2d",
        expect![[r#"
            resolved_share 1 n=2 2/2 running=4 0.333..1.000
            reopened_share 0.5 n=2 1/2 provisional=0
        "#]],
    )
    .await;
    desk.expect(
        "reopened_share",
        "--now 2024-01-03T10:00:00Z --set reopen_window=2d",
        expect![[r#"
        reopened_share null running n=0 0/0 provisional=2
    "#]],
    )
    .await;
    desk.expect(
        "resolved_share",
        "--set resolution_window=3h",
        expect![[r#"
        resolved_share 0.16666666666666666 n=6 1/6 running=0 0.167..0.167
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_stock_has_the_mean_and_the_maximum_of_its_days() {
    let desk = Desk::new("", WEEK);
    let week = "--from 2024-01-01 --to 2024-01-04";
    desk.expect(
        "backlog",
        week,
        expect![[r#"
        backlog 4 n=4
    "#]],
    )
    .await;
    desk.expect(
        "backlog",
        &format!("{week} --stat max"),
        expect![[r#"
        backlog 4
    "#]],
    )
    .await;
    desk.expect(
        "backlog",
        &format!("{week} --stat mean --by channel"),
        expect![[r#"
        backlog channel=chat 0.6666666666666666
        backlog channel=email 1.6666666666666667
        backlog channel=- 0.3333333333333333
    "#]],
    )
    .await;
}

#[tokio::test]
async fn money_of_two_currencies_has_no_sum() {
    let orders = "no conversation\nmon 09:00 customer:kim orders order=1 amount=10.50 currency=EUR\nmon 10:00 customer:kim orders order=2 amount=4 currency=EUR\n";
    let desk = Desk::new("", orders);
    desk.expect(
        "revenue",
        "",
        expect![[r#"
        revenue 14.5 EUR n=2
    "#]],
    )
    .await;
    let desk = Desk::new("", &format!("{orders}mon 11:00 customer:lee orders order=3 amount=1 currency=USD\n"));
    desk.expect(
        "revenue",
        "",
        expect![[r#"
        revenue null not_applicable n=3
    "#]],
    )
    .await;
}

#[tokio::test]
async fn points_are_a_difference_of_shares() {
    let mut events = String::new();
    for (number, score) in [10, 9, 7, 3].into_iter().enumerate() {
        events.push_str(&format!("conversation {number}\nmon 09:00 customer opens\nmon 10:00 customer rates nps={score}\n"));
    }
    Desk::new("", &events)
        .expect(
            "nps",
            "",
            expect![[r#"
        nps 25 n=4 1/4
    "#]],
        )
        .await;
    Desk::new("", WEEK)
        .expect(
            "nps",
            "",
            expect![[r#"
        nps null no_data n=0 0/0
    "#]],
        )
        .await;
}

#[tokio::test]
async fn own_fields_are_dimensions_and_filters() {
    let rules = "[fields]\nmade_sla = \"bool\"\nfloor = \"int\"\n";
    let desk = Desk::new(
        rules,
        "conversation 1\nmon 09:00 customer opens\nmon 09:00 ana sets floor=10\nmon 10:00 ana says\n\
         conversation 2\nmon 09:00 customer opens\nmon 09:00 ana sets floor=9\nmon 09:00 ana sets made_sla=true\nmon 10:00 ana says\n\
         conversation 3\nmon 09:00 customer opens\nmon 11:00 ana says\n",
    );
    desk.expect(
        "response",
        "--by floor",
        expect![[r#"
        response floor=9 3600 n=1 running=0
        response floor=10 3600 n=1 running=0
        response floor=- 7200 n=1 running=0
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--by made_sla --where \"floor < 100\"",
        expect![[r#"
        response made_sla=true 3600 n=1 running=0
        response made_sla=- 3600 n=1 running=0
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--by floors",
        expect![[r#"
        error[unknown-dimension]: there is no dimension `floors`
          help: did you mean `floor`?
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_share_of_time_weighs_its_rows() {
    let events = "no conversation\nmon 09:00 ana is available\nmon 10:00 ana is busy\nmon 13:00 ana is offline\n\
                  mon 09:00 bo is busy\nmon 10:00 bo is available\nmon 10:30 bo is busy\n";
    let desk = Desk::new("", events);
    desk.expect(
        "busy_share",
        "",
        expect![[r#"
        busy_share 0.7272727272727273 n=4 14400/19800 running=1
    "#]],
    )
    .await;
    desk.expect(
        "busy_share",
        "--by agent",
        expect![[r#"
        busy_share agent=ana 0.75 n=2 10800/14400 running=0
        busy_share agent=bo 0.6666666666666666 n=2 3600/5400 running=1
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_not_alike_has_no_number() {
    let events = "conversation 1\nmon 09:00 customer opens\nmon 10:00 customer rates ces=2 survey=a scale=1..5 better=low\n\
                  tue 10:00 customer rates ces=6 survey=b scale=1..7\n";
    let desk = Desk::new("", events);
    desk.expect(
        "effort",
        "",
        expect![[r#"
        effort null not_applicable n=2
    "#]],
    )
    .await;
    desk.expect(
        "effort",
        "--grain day --from 2024-01-01 --to 2024-01-03",
        expect![[r#"
        effort 2024-01-01 2 n=1
        effort 2024-01-02 6 n=1
    "#]],
    )
    .await;
    desk.expect(
        "effort",
        "--variant any",
        expect![[r#"
        effort 4 n=2
    "#]],
    )
    .await;
}
