//! Intervals and quantiles against numbers that were worked out by hand or published.

use deskgauge_core::statistics::interval::{mean, median, median_rank, nps, wilson};
use deskgauge_core::statistics::quantile::type7;
use deskgauge_core::statistics::survival::{Quantile, kaplan_meier};

fn close(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected}");
}

#[test]
fn f7_wilson_intervals() {
    for (good, all, low, high) in [(8, 10, 49.02, 94.33), (80, 100, 71.12, 86.66), (10, 10, 72.25, 100.0), (0, 10, 0.0, 27.75)] {
        let interval = wilson(good, all).unwrap();
        close(interval.0 * 100.0, low, 0.005);
        close(interval.1 * 100.0, high, 0.005);
    }
    assert_eq!(wilson(0, 0), None);
    assert_eq!(wilson(3, 2), None);
    assert_eq!(wilson(-1, 2), None);
}

#[test]
fn the_margin_of_a_promoter_score() {
    // p = 0.7, d = 0.1, n = 100: 100 × √((0.8 − 0.36) ÷ 100) = 6.633; times 1.96 is 13.0.
    let (low, high) = nps(70, 10, 100).unwrap();
    close(low, 60.0 - 13.0008, 0.001);
    close(high, 60.0 + 13.0008, 0.001);
    assert_eq!(nps(5, 0, 5), Some((100.0, 100.0)));
    assert_eq!(nps(0, 0, 0), None);
    assert_eq!(nps(3, 3, 5), None);
}

#[test]
fn the_interval_of_a_mean() {
    // 1, 2, 3, 4: mean 2.5, variance 5 ÷ 3, standard error 0.6455, times 1.96 is 1.2652.
    let (low, high) = mean(4, 10.0, 30.0).unwrap();
    close(low, 1.2349, 0.0001);
    close(high, 3.7651, 0.0001);
    assert_eq!(mean(1, 5.0, 25.0), None);
    assert_eq!(mean(3, 6.0, 12.0), Some((2.0, 2.0)));
}

#[test]
fn the_interval_of_a_median_is_a_pair_of_order_statistics() {
    // Of six values all lie on one side of the median with 1 in 64, at both ends 3.1 %: the whole range covers 96.9 %.
    assert_eq!(median(&[1, 2, 3, 4, 5, 6]), Some((1, 6)));
    assert_eq!(median(&[1, 2, 3, 4, 5]), None);
    // Of ten values, at most one on one side: 11 in 1,024, twice is 2.1 %; at most two: 56 in 1,024, too many.
    assert_eq!(median_rank(10), Some(1));
    assert_eq!(median_rank(0), None);
    // The published table for n = 100 leaves 39 out at each end (from the 40th to the 61st value).
    assert_eq!(median_rank(100), Some(39));
    // The normal shortcut continues the exact ranks without a jump.
    let (exact, quick) = (median_rank(1000).unwrap(), median_rank(1001).unwrap());
    assert!(quick >= exact && quick <= exact + 1, "{exact} {quick}");
}

#[test]
fn quantiles_of_type_seven() {
    assert_eq!(type7(&[], 0.5), None);
    assert_eq!(type7(&[7], 0.9), Some(7.0));
    assert_eq!(type7(&[1, 2, 3, 4], 0.5), Some(2.5));
    assert_eq!(type7(&[1, 2, 3, 4], 1.0), Some(4.0));
    close(type7(&[1, 2, 3, 4], 0.9).unwrap(), 3.7, 1e-12);
    assert_eq!(type7(&[1], 1.5), None);
}

#[test]
fn g20_the_median_of_those_who_finished_and_those_who_wait() {
    let hours = |values: &[i64]| values.iter().map(|hour| hour * 3600).collect::<Vec<_>>();
    let (finished, running) = (hours(&[1, 2, 3]), hours(&[5, 10]));
    assert_eq!(type7(&finished, 0.5), Some(7200.0));
    assert_eq!(kaplan_meier(&finished, &running, 0.5), Some(Quantile::Reached(3 * 3600)));
    assert_eq!(kaplan_meier(&finished, &running, 0.9), Some(Quantile::AtLeast(10 * 3600)));
}

#[test]
fn censored_values_leave_the_number_at_risk() {
    // Without the one who left at 1, four would be at risk at 2 and the share 3/4; with it 2 of 3 remain.
    assert_eq!(kaplan_meier(&[2, 3, 4], &[1], 0.3), Some(Quantile::Reached(2)));
    // One whose age equals a finished duration is still at risk there.
    assert_eq!(kaplan_meier(&[2], &[2], 0.5), Some(Quantile::Reached(2)));
    assert_eq!(kaplan_meier(&[], &[4, 9], 0.5), Some(Quantile::AtLeast(9)));
    assert_eq!(kaplan_meier(&[], &[], 0.5), None);
    // Nobody runs: the median is the smallest value that half have reached.
    assert_eq!(kaplan_meier(&[1, 2, 3, 4], &[], 0.5), Some(Quantile::Reached(2)));
    assert_eq!(kaplan_meier(&[1, 1, 1, 5], &[], 0.9), Some(Quantile::Reached(5)));
}
