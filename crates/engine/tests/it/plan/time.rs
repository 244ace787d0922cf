//! Time in answers: periods, now, zones, the business clock.

use super::*;

#[tokio::test]
async fn every_period_of_the_range_has_a_row() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response",
        "--grain day --from 2024-01-01 --to 2024-01-05 --now 2024-01-04T12:00:00Z",
        expect![[r#"
            response 2024-01-01 5400 n=2 running=0 -vip=1
            response 2024-01-02 null running n=0 running=1 -spam=1
            response 2024-01-03 10800 n=1 running=1
            response 2024-01-04~ null running n=0 running=1
        "#]],
    )
    .await;
    desk.expect(
        "created,backlog",
        "--grain day --now 2024-01-03T12:00:00Z",
        expect![[r#"
            created 2024-01-01 3 n=3
            created 2024-01-02 2 n=2
            created 2024-01-03~ 1 n=1
            backlog 2024-01-01 2 n=2
            backlog 2024-01-02 2 n=2
            backlog 2024-01-03~ 4 n=4
        "#]],
    )
    .await;
    desk.expect(
        "created",
        "--grain week --from 2024-01-02 --to 2024-01-09",
        expect![[r#"
            created 2024-01-01~ 3 n=3
            created 2024-01-08~ 0 n=0
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_after_now_has_not_happened() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response,created,customers",
        "--now 2024-01-02T23:30:00Z",
        expect![[r#"
            response 5400 n=2 running=1 -spam=1 -vip=1
            created 5 n=5
            customers 2 n=2
        "#]],
    )
    .await;
    desk.expect(
        "response",
        "--now 2024-01-01T09:30:00Z",
        expect![[r#"
        response null running n=0 running=2
    "#]],
    )
    .await;
    desk.expect(
        "response",
        "--now 2023-12-31T00:00:00Z",
        expect![[r#"
        response null no_data n=0 running=0
    "#]],
    )
    .await;
}

#[tokio::test]
async fn business_time_needs_a_schedule() {
    let desk = Desk::new("", WEEK);
    desk.expect(
        "response,created",
        "--clock business",
        expect![[r#"
        response null no_schedule n=0 running=1 -spam=1 -vip=1
        created 6 n=6
    "#]],
    )
    .await;
    let desk = Desk::new("[[schedule]]\nname = \"support\"\nmon = [\"10:00-18:00\"]\n", WEEK);
    desk.expect(
        "response",
        "--clock business --where \"channel='chat'\"",
        expect![[r#"
        response 3600 n=1 running=0
    "#]],
    )
    .await;
    let answers = desk.answers("response", "--clock business --variant plain").await.unwrap();
    assert_eq!(answers.answers[0].clock.map(|clock| clock.name()), Some("business"));
}

#[tokio::test]
async fn days_and_hours_are_those_of_the_workspace() {
    let rules = "[workspace]\ntime_zone = \"Europe/Bucharest\"\nweek_starts = \"sunday\"\n";
    let events = "conversation 1\n2024-03-30 22:30:00 customer opens\nconversation 2\n2024-03-31 00:30:00 customer opens\nconversation 3\n\
                  2024-03-31 01:30:00 customer opens\nconversation 4\n2024-03-31 21:00:00 customer opens\n";
    let desk = Desk::new(rules, events);
    // The clocks skip 03:00, and the day has 23 hours: 21:00 UTC is the midnight of April.
    desk.expect(
        "created",
        "--by hour --now 2024-04-02T00:00:00Z",
        expect![[r#"
        created hour=0 2 n=2
        created hour=2 1 n=1
        created hour=4 1 n=1
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--by weekday --grain day --now 2024-04-02T00:00:00Z",
        expect![[r#"
        created 2024-03-31 weekday=1 0 n=0
        created 2024-03-31 weekday=7 3 n=3
        created 2024-04-01 weekday=1 1 n=1
        created 2024-04-01 weekday=7 0 n=0
        created 2024-04-02~ weekday=1 0 n=0
        created 2024-04-02~ weekday=7 0 n=0
    "#]],
    )
    .await;
    desk.expect(
        "created",
        "--grain week --now 2024-04-02T00:00:00Z",
        expect![[r#"
        created 2024-03-31~ 4 n=4
    "#]],
    )
    .await;
    // A day of Chicago holds what is already tomorrow in London (G19).
    let chicago = Desk::new(
        "[workspace]\ntime_zone = \"America/Chicago\"\n",
        "conversation 1\n2026-09-08 02:23:34 customer opens\nconversation 2\n2026-09-08 05:00:00 customer opens\n",
    );
    chicago
        .expect(
            "created",
            "--from 2026-09-07 --to 2026-09-08 --now 2026-10-01T00:00:00Z",
            expect![[r#"
        created 1 n=1
    "#]],
        )
        .await;
}

#[tokio::test]
async fn an_empty_day_of_a_mean_is_null_and_never_zero() {
    // G9: 93 s on the 19th, 100 s and 80 s on the 26th.
    let mut events = String::new();
    for (number, (day, seconds)) in [(19, 93), (26, 100), (26, 80)].into_iter().enumerate() {
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        events.push_str(&format!(
            "conversation {number}\n2020-10-{day} 10:00:00 customer opens\n2020-10-{day} 10:{minutes:02}:{seconds:02} ana says\n"
        ));
    }
    let desk = Desk::new("", &events);
    let options = "--stat mean --from 2020-10-19 --to 2020-10-27 --now 2020-11-01T00:00:00Z";
    desk.expect(
        "response",
        &format!("{options} --grain day"),
        expect![[r#"
        response 2020-10-19 93 n=1 running=0
        response 2020-10-20 null no_data n=0 running=0
        response 2020-10-21 null no_data n=0 running=0
        response 2020-10-22 null no_data n=0 running=0
        response 2020-10-23 null no_data n=0 running=0
        response 2020-10-24 null no_data n=0 running=0
        response 2020-10-25 null no_data n=0 running=0
        response 2020-10-26 90 n=2 running=0
    "#]],
    )
    .await;
    desk.expect(
        "response",
        options,
        expect![[r#"
        response 91 n=3 running=0
    "#]],
    )
    .await;
}
