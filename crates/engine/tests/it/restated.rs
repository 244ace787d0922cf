//! What time alone restates: a window that has run out since changes a number without a single event.

use deskgauge_core::answer::DataCut;
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_core::period::Grain;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Rules;
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::restated::{Cause, Kind, Restated, State, restated};
use deskgauge_engine::source::FactSource;

const SOLVED: &str = "conversation a channel=email customer=u1
2024-01-02 09:00  customer  opens
2024-01-02 10:00  ana  says
2024-01-30 10:00  ana  solves
";

async fn asked(was: (&str, &str), is: (&str, &str), metrics: &str) -> Vec<Restated> {
    let state = |(text, now): (&str, &str)| {
        let (events, problems) = parse(text, &ParseOptions::default());
        assert!(problems.is_empty(), "{problems:?}");
        let source = FactSource::memory(&fold_all(events.clone(), &Rules::default()), &events, &[]).unwrap();
        (source, At(now.parse::<jiff::Timestamp>().unwrap().as_second()))
    };
    let cuts = [1, 2].map(|snapshot| DataCut { snapshot, watermark: 0, at: None });
    let (old, new) = (state(was), state(is));
    let (catalogue, _) = Catalogue::load(&[], &[]);
    let before = State { source: &old.0, cut: &cuts[0], now: old.1 };
    let after = State { source: &new.0, cut: &cuts[1], now: new.1 };
    let metrics = metrics.split(',').map(str::to_owned).collect();
    let question = Question { grain: Grain::Month, ..Question::new(metrics) };
    restated(&before, &after, &catalogue, &Rules::default(), &[], &question).await.unwrap()
}

#[tokio::test]
async fn a_window_that_runs_out_is_a_cause_of_its_own() {
    // On the 1st of February the week after the resolution is not over, on the 10th it is.
    let found = asked((SOLVED, "2024-02-01T12:00:00Z"), (SOLVED, "2024-02-10T12:00:00Z"), "reopen_rate,resolutions").await;
    assert_eq!(found.len(), 1);
    let changed = &found[0];
    assert_eq!(changed.after.metric, "reopen_rate");
    assert_eq!((changed.before.value, changed.aged.value, changed.after.value), (None, Some(0.0), Some(0.0)));
    assert_eq!((changed.rows[0].kind, changed.rows[0].cause), (Kind::New, Cause::Time));
    assert_eq!(changed.rows[0].before.as_ref().and_then(|case| case.left_out.as_deref()), Some("provisional"));
}

#[tokio::test]
async fn a_value_that_differs_is_a_changed_row_and_a_running_month_is_no_past() {
    let earlier = SOLVED.replace("2024-01-02 10:00", "2024-01-02 09:30");
    let found = asked((SOLVED, "2024-02-10T12:00:00Z"), (&earlier, "2024-02-10T12:00:00Z"), "first_response_time").await;
    assert_eq!((found[0].before.value, found[0].after.value), (Some(3600.0), Some(1800.0)));
    assert_eq!((found[0].rows.len(), found[0].rows[0].kind, found[0].rows[0].cause), (1, Kind::Changed, Cause::Other));
    // In January the month was not over: nothing of it had been told.
    let found = asked((SOLVED, "2024-01-31T12:00:00Z"), (&earlier, "2024-02-10T12:00:00Z"), "first_response_time").await;
    assert_eq!(found, []);
}
