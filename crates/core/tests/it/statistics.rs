//! Intervals and quantiles against numbers that were worked out by hand or published.

use std::collections::BTreeMap;

use deskgauge_core::statistics::beta::{binomial_at_most, clopper_pearson, student_quantile};
use deskgauge_core::statistics::change::{Estimate, Mean, newcombe, poisson_ratio, square_and_add, welch};
use deskgauge_core::statistics::gaps::{Gap, gaps};
use deskgauge_core::statistics::interval::{mean, median, median_rank, nps, quantile, wilson};
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

/// Newcombe, Interval estimation for the difference between independent proportions (Statistics in Medicine 17, 1998), table II,
/// method 10; the published ends have four places.
#[test]
fn the_difference_of_two_shares_as_published() {
    let published = [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ];
    for (now, before, low, high) in published {
        let interval = newcombe(now, before).unwrap();
        close(interval.0, low, 0.000_06);
        close(interval.1, high, 0.000_06);
    }
    assert_eq!(newcombe((1, 2), (0, 0)), None);
}

/// Student's sleep data (Biometrika 6, 1908, from Cushny and Peebles), as R's documentation of `t.test` compares the two drugs:
/// 17.776 degrees of freedom, difference from -3.3654832 to 0.2054832.
#[test]
fn the_difference_of_two_means_as_published() {
    let tenths = |values: [i64; 10]| {
        let (sum, squares) = values.iter().fold((0.0, 0.0), |(sum, squares), value| {
            let value = *value as f64 / 10.0;
            (sum + value, squares + value * value)
        });
        Mean::of_interval(sum / 10.0, mean(10, sum, squares).unwrap(), 10)
    };
    let first = tenths([7, -16, -2, -12, -1, 34, 37, 8, 0, 20]);
    let second = tenths([19, 8, 11, 1, -1, 44, 55, 16, 46, 34]);
    let (low, high) = welch(first, second).unwrap();
    close(low, -3.365_483_2, 1e-6);
    close(high, 0.205_483_2, 1e-6);
    assert_eq!(welch(Mean { n: 1, ..first }, second), None);
    let constant = Mean { mean: 2.0, error: 0.0, n: 5 };
    assert_eq!(welch(constant, Mean { mean: 1.0, ..constant }), Some((1.0, 1.0)));
}

/// Table of Student's t, two-sided 95 %: every textbook's.
#[test]
fn quantiles_of_student() {
    for (freedom, t) in
        [(1.0, 12.7062), (2.0, 4.3027), (5.0, 2.5706), (10.0, 2.2281), (30.0, 2.0423), (120.0, 1.9799), (1e9, 1.959_96)]
    {
        close(student_quantile(0.975, freedom), t, 0.000_06);
    }
}

/// Given the sum of both counts, the exact ends are where the tails of the binomial hold 2.5 %.
#[test]
fn the_ratio_of_two_rates() {
    // Breast cancer after fluoroscopy, the data of Boice and Monson (1977) as textbooks print them: 41 cases in 28,010 years against
    // 15 in 19,017, a ratio of 1.86.
    let (low, high) = poisson_ratio((41, 28_010.0), (15, 19_017.0)).unwrap();
    assert!(low < 1.86 && 1.86 < high);
    let share = |ratio: f64| ratio * 28_010.0 / (19_017.0 + ratio * 28_010.0);
    close(1.0 - binomial_at_most(40, 56, share(low)), 0.025, 1e-9);
    close(binomial_at_most(41, 56, share(high)), 0.025, 1e-9);
    assert_eq!(poisson_ratio((0, 1.0), (0, 1.0)), None);
    assert_eq!(poisson_ratio((3, 1.0), (0, 1.0)).unwrap().1, f64::INFINITY);
    // Twice the same count is no change, whatever its size.
    let (low, high) = poisson_ratio((1_000_000, 1.0), (1_000_000, 1.0)).unwrap();
    close(low, 1.0 - 1.96 * (2e-6_f64).sqrt(), 1e-5);
    assert!(high > 1.0);
}

/// What lies beyond each end of an exact interval has the probability that it should have, from one among two to a few among billions.
#[test]
fn exact_intervals_leave_out_as_much_as_they_say() {
    for n in [2_i64, 3, 10, 97, 1_000, 86_400, 10_000_000, 3_000_000_000] {
        for hits in [1, 2, 7, n / 9, n / 2, n - 1].into_iter().filter(|hits| (1..n).contains(hits)) {
            let (low, high) = clopper_pearson(hits, n).unwrap();
            assert!(low < hits as f64 / n as f64 && hits as f64 / (n as f64) < high, "{hits} of {n}: {low} to {high}");
            close(1.0 - binomial_at_most(hits - 1, n, low), 0.025, 1e-6);
            close(binomial_at_most(hits, n, high), 0.025, 1e-6);
        }
    }
}

#[test]
fn the_exact_interval_of_a_share() {
    // Clopper and Pearson (Biometrika 26, 1934): 8 of 10 lies between 44.4 and 97.5 %; none of 10 up to 30.8 %.
    let (low, high) = clopper_pearson(8, 10).unwrap();
    close(low, 0.4439, 0.000_06);
    close(high, 0.9748, 0.000_06);
    assert_eq!(clopper_pearson(0, 10).unwrap().0, 0.0);
    close(clopper_pearson(0, 10).unwrap().1, 0.3085, 0.000_06);
    assert_eq!(clopper_pearson(1, 0), None);
}

#[test]
fn the_interval_of_a_quantile_is_a_pair_of_order_statistics() {
    let to = |n: i64| (1..=n).collect::<Vec<_>>();
    // Half of them: the same as of the median, the 40th and the 61st of a hundred.
    assert_eq!(quantile(&to(100), 0.5), Some((40, 61)));
    assert_eq!(quantile(&to(6), 0.5), median(&to(6)));
    // Nine tenths of 100: at most 83 below with 1.6 %, at most 84 with 4 %, so the 84th; at most 95 with 97.6 %, so the 96th.
    assert_eq!(quantile(&to(100), 0.9), Some((84, 96)));
    // With 30 values nothing lies above nine tenths surely enough: 0.9 to the 30th is 4.2 %.
    assert_eq!(quantile(&to(30), 0.9), None);
    assert_eq!(quantile(&[], 0.9), None);
}

#[test]
fn two_medians_differ_by_square_and_add() {
    // 100 (80 to 130) against 60 (50 to 90): down by the root of 20² + 30², up by the root of 30² + 10².
    let one = Estimate { value: 100.0, interval: (80.0, 130.0) };
    let other = Estimate { value: 60.0, interval: (50.0, 90.0) };
    let (low, high) = square_and_add(one, other);
    close(low, 40.0 - 1300.0_f64.sqrt(), 1e-9);
    close(high, 40.0 + 1000.0_f64.sqrt(), 1e-9);
}

#[test]
fn a_gap_is_silence_where_the_usual_week_has_something() {
    // Five weeks with four events each hour of every day from 8 to 18, and none at night.
    let mut hours: BTreeMap<i64, i64> =
        (0..5 * 168).filter(|hour| (8..18).contains(&(hour % 24))).map(|hour| (hour, 4)).collect();
    assert_eq!(gaps(&hours), []);
    // A morning of three hours might be quiet by chance (12 expected), a whole day not; nights belong to the gap that they lie in.
    (200..203).for_each(|hour| assert!(hours.remove(&hour).is_some()));
    (416..426).for_each(|hour| assert!(hours.remove(&hour).is_some()));
    assert_eq!(gaps(&hours), [Gap { from: 402, to: 440, expected: 40.0 }]);
    assert_eq!(gaps(&BTreeMap::new()), []);
}
