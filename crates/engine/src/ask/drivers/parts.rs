//! How a difference is made of what its cells did: arithmetic alone, so that it can be checked by hand.
//!
//! A sum differs by what its cells differ. A mean or a share differs because its cells weigh otherwise than before (the mix) and because
//! they are other than before (the rate); both taken at the middle of the two periods leave no rest, whichever comes first. What does not
//! add up is not taken apart: a median of cells is no mean of their medians.

use deskgauge_core::statistics::beta::student_quantile;
use deskgauge_core::statistics::interval::Z;

/// A cell of a period: its number and how much it weighs in the whole. What weighs nothing has no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) value: f64,
    pub(super) weight: f64,
}

/// What a cell did to the difference of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// All of it.
    pub part: f64,
    /// By its weight having changed; of sums there is none.
    pub mix: Option<f64>,
    /// By its own number having changed; of sums there is none.
    pub rate: Option<f64>,
}

/// The parts of the difference of a sum, of cells that are told now and before. None: they are not the whole of both periods.
pub(super) fn of_sum(cells: &[(f64, f64)], (now, before): (f64, f64)) -> Option<Vec<Part>> {
    let sums = [cells.iter().map(|cell| cell.0).sum(), cells.iter().map(|cell| cell.1).sum()];
    let whole = alike(sums[0], now) && alike(sums[1], before);
    whole.then(|| cells.iter().map(|(now, before)| Part { part: now - before, mix: None, rate: None }).collect())
}

/// The parts of the difference of a weighed mean. None: the cells are not the whole of both periods.
pub(super) fn of_mean(cells: &[(Weighed, Weighed)], (now, before): (f64, f64)) -> Option<Vec<Part>> {
    let all = |period: fn(&(Weighed, Weighed)) -> Weighed| -> Option<f64> {
        let all: f64 = cells.iter().map(|cell| period(cell).weight).sum();
        (all > 0.0).then_some(all)
    };
    let (all_now, all_before) = (all(|cell| cell.0)?, all(|cell| cell.1)?);
    let mean = |period: fn(&(Weighed, Weighed)) -> Weighed, all: f64| -> f64 {
        let weighed = cells.iter().map(period).filter(|cell| cell.weight > 0.0);
        weighed.map(|cell| cell.value * cell.weight).sum::<f64>() / all
    };
    if !alike(mean(|cell| cell.0, all_now), now) || !alike(mean(|cell| cell.1, all_before), before) {
        return None;
    }
    let middle = f64::midpoint(now, before);
    let part = |(now, before): &(Weighed, Weighed)| {
        let (share_now, share_before) = (now.weight / all_now, before.weight / all_before);
        // A cell that is new or gone has no number to have changed: all of it is mix.
        let (value_now, value_before) = match (now.weight > 0.0, before.weight > 0.0) {
            (true, true) => (now.value, before.value),
            (true, false) => (now.value, now.value),
            (false, true) => (before.value, before.value),
            (false, false) => (middle, middle),
        };
        let mix = (share_now - share_before) * (f64::midpoint(value_now, value_before) - middle);
        let rate = f64::midpoint(share_now, share_before) * (value_now - value_before);
        Part { part: mix + rate, mix: Some(mix), rate: Some(rate) }
    };
    Some(cells.iter().map(part).collect())
}

/// Whether two numbers are the same but for rounding.
fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// How many half-widths of its interval a difference is away from none. One is where chance begins; a difference without any width is
/// told as the most that there is.
pub(super) fn half_widths(difference: f64, (low, high): (f64, f64)) -> f64 {
    let half = if difference > 0.0 { difference - low } else { high - difference };
    if half > 0.0 { (difference.abs() / half).min(MOST) } else { MOST }
}

/// The same of two counts over exposures, whose interval is one of their ratio: the normal one of what of both falls into the present.
pub(super) fn half_widths_of_counts(now: (f64, f64), before: (f64, f64)) -> f64 {
    let all = now.0 + before.0;
    let expected = now.1 / (now.1 + before.1);
    let half = Z * (all * expected * (1.0 - expected)).sqrt();
    if half > 0.0 { ((now.0 - all * expected).abs() / half).min(MOST) } else { 0.0 }
}

/// How many half-widths a change must be away from none to be told as one among so many that are looked at: chance alone brings one of
/// twenty past one half-width, so that all together are held to what one is held to by itself (Bonferroni).
pub fn told_from(looked_at: usize) -> f64 {
    // With so many degrees of freedom Student's t is the normal distribution.
    student_quantile(1.0 - 0.025 / looked_at.max(1) as f64, 1e6) / Z
}

/// More half-widths say no more.
const MOST: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn weighed(value: f64, weight: f64) -> Weighed {
        Weighed { value, weight }
    }

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
    }

    #[test]
    fn a_sum_differs_by_what_its_cells_differ() {
        // 40 + 10 + 0 before, 60 + 5 + 7 now: 22 more, of which 20, -5 and 7.
        let parts = of_sum(&[(60.0, 40.0), (5.0, 10.0), (7.0, 0.0)], (72.0, 50.0)).unwrap();
        assert_eq!(parts.iter().map(|part| part.part).collect::<Vec<_>>(), [20.0, -5.0, 7.0]);
        // Rows that stand in two cells make more than the whole, and are no parts of it.
        assert_eq!(of_sum(&[(60.0, 40.0), (30.0, 10.0)], (72.0, 50.0)), None);
    }

    #[test]
    fn a_mean_differs_by_mix_and_by_rate() {
        // Before: 10 at weight 3 and 20 at weight 1, so 12.5. Now: 12 at weight 1 and 20 at weight 1, so 16.
        let cells = [(weighed(12.0, 1.0), weighed(10.0, 3.0)), (weighed(20.0, 1.0), weighed(20.0, 1.0))];
        let parts = of_mean(&cells, (16.0, 12.5)).unwrap();
        // The middle is 14.25. First: mix (0.5 - 0.75) x (11 - 14.25) = 0.8125, rate (0.5 + 0.75) / 2 x 2 = 1.25.
        close(parts[0].mix.unwrap(), 0.8125);
        close(parts[0].rate.unwrap(), 1.25);
        // Second: mix (0.5 - 0.25) x (20 - 14.25) = 1.4375, and its own number stayed.
        close(parts[1].mix.unwrap(), 1.4375);
        close(parts[1].rate.unwrap(), 0.0);
        close(parts.iter().map(|part| part.part).sum(), 3.5);
    }

    #[test]
    fn where_every_cell_improved_and_the_whole_got_worse_it_is_the_mix() {
        // Chat met 900 of 1000 and then 95 of 100, e-mail 50 of 100 and then 600 of 1000: 90 % to 95 % and 50 % to 60 %, and yet all
        // together 950 of 1100 and then 695 of 1100.
        let chat = (weighed(0.95, 100.0), weighed(0.9, 1000.0));
        let email = (weighed(0.6, 1000.0), weighed(0.5, 100.0));
        let parts = of_mean(&[chat, email], (695.0 / 1100.0, 950.0 / 1100.0)).unwrap();
        // Each weighs a half in the middle, so the rates are 0.5 x 0.05 and 0.5 x 0.1.
        close(parts[0].rate.unwrap(), 0.025);
        close(parts[1].rate.unwrap(), 0.05);
        // The middle of both wholes is 0.747727, and 900 of 1100 changed sides: -0.818182 x 0.177273 and 0.818182 x -0.197727.
        close(parts[0].mix.unwrap(), -0.145_041);
        close(parts[1].mix.unwrap(), -0.161_777);
        close(parts.iter().map(|part| part.part).sum(), -255.0 / 1100.0);
    }

    #[test]
    fn a_cell_that_is_new_or_gone_is_mix_alone() {
        // Only 10 before, 10 and 30 now: the whole went from 10 to 20.
        let cells = [(weighed(10.0, 1.0), weighed(10.0, 1.0)), (weighed(30.0, 1.0), weighed(f64::NAN, 0.0))];
        let parts = of_mean(&cells, (20.0, 10.0)).unwrap();
        assert_eq!(parts[1].rate, Some(0.0));
        close(parts.iter().map(|part| part.part).sum(), 10.0);
        assert_eq!(of_mean(&[(weighed(1.0, 0.0), weighed(1.0, 1.0))], (1.0, 1.0)), None, "nothing weighs anything now");
    }

    #[test]
    fn parts_add_up_whatever_the_cells() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        for _ in 0..2_000 {
            let mut cell = || weighed(random() * 1e5, (random() * 4.0).floor() * 7.0);
            let mut cells: Vec<(Weighed, Weighed)> = (0..6).map(|_| (cell(), cell())).collect();
            cells.push((weighed(5.0, 1.0), weighed(9.0, 2.0)));
            let mean = |cells: &[Weighed]| {
                let all: f64 = cells.iter().map(|cell| cell.weight).sum();
                cells.iter().map(|cell| cell.value * cell.weight).sum::<f64>() / all
            };
            let now: Vec<Weighed> = cells.iter().map(|cell| cell.0).collect();
            let before: Vec<Weighed> = cells.iter().map(|cell| cell.1).collect();
            let whole = (mean(&now), mean(&before));
            let parts = of_mean(&cells, whole).unwrap();
            let sum: f64 = parts.iter().map(|part| part.part).sum();
            assert!((sum - (whole.0 - whole.1)).abs() < 1e-6, "{sum} for {whole:?}");
        }
    }

    #[test]
    fn half_widths_are_told_towards_no_change() {
        // 10 more, at least 5 more: twice the half-width. 10 less, at most 8 less: five times.
        close(half_widths(10.0, (5.0, 30.0)), 2.0);
        close(half_widths(-10.0, (-11.0, -8.0)), 5.0);
        close(half_widths(1.0, (1.0, 1.0)), 100.0);
        // 100 and 60 of 160: 20 more than half of them, and 1.96 x sqrt(160 / 4) is 12.396.
        close(half_widths_of_counts((100.0, 1.0), (60.0, 1.0)), 20.0 / 12.395_9);
        assert_eq!(half_widths_of_counts((0.0, 1.0), (0.0, 1.0)), 0.0);
    }

    #[test]
    fn the_more_is_looked_at_the_more_it_takes() {
        // The normal quantiles of 97.5 %, and of 99.9975 %, over the first.
        assert!((told_from(1) - 1.0).abs() < 1e-4, "{}", told_from(1));
        assert!((told_from(1_000) - 4.0556 / 1.96).abs() < 1e-3, "{}", told_from(1_000));
    }
}
