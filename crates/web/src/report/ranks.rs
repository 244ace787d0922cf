//! Ranks of the rows of a table by one of its columns, as far as the numbers bear them.
//!
//! Whose intervals overlap cannot be told apart and shares a rank; what stands on too few values has none.

use deskgauge_core::answer::Answer;
use deskgauge_core::metric::Good;

use crate::board::By;
use crate::forms::words::few;

/// A column by which a table is ranked, and where its other columns lead.
pub(crate) struct Ranking<'a> {
    /// The KPI of the column.
    pub(crate) metric: &'a str,
    /// Which of its values are good.
    pub(crate) good: Good,
    /// The address of the table by another column, if it has one.
    pub(crate) sorted: &'a dyn Fn(&str) -> Option<String>,
    /// The page of one of the agents, if there is a way to it.
    pub(crate) own: &'a dyn Fn(&str) -> Option<String>,
}

/// A row or a rank, its value, and the interval of that.
type Placed = (usize, f64, Option<(f64, f64)>);

/// The rows in their order, the best first, each with its rank; those without one come last, as they stand.
pub(super) fn ranks(by: &By, column: usize, good: Good) -> Vec<(usize, Option<usize>)> {
    let of = |row: usize| by.rows[row].1.get(column).and_then(Option::as_ref).filter(|answer| !few(answer));
    let mut order: Vec<Placed> = Vec::new();
    let mut unranked = Vec::new();
    for row in 0..by.rows.len() {
        let answer = of(row).filter(|_| by.rows[row].0.is_some());
        match answer.and_then(|answer: &Answer| Some((answer.value.filter(|value| value.is_finite())?, answer.interval))) {
            Some((value, interval)) => order.push((row, value, interval)),
            None => unranked.push((row, None)),
        }
    }
    let sign = if good == Good::Low { 1.0 } else { -1.0 };
    order.sort_by(|one, other| (sign * one.1).total_cmp(&(sign * other.1)));
    let mut ranked = Vec::new();
    let mut leader: Option<Placed> = None;
    for (place, (row, value, interval)) in order.into_iter().enumerate() {
        let tied =
            leader.filter(|(_, best, own)| *best == value || own.zip(interval).is_some_and(|(one, other)| overlap(one, other)));
        let (rank, ..) = *leader.insert(tied.unwrap_or((place + 1, value, interval)));
        ranked.push((row, Some(rank)));
    }
    ranked.extend(unranked);
    ranked
}

fn overlap(one: (f64, f64), other: (f64, f64)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

#[cfg(test)]
mod tests {
    use deskgauge_core::metric::Good;

    use super::*;
    use crate::board::blank::blank;

    /// Of one column: a value, its interval, on how many it stands.
    type Row = (Option<f64>, Option<(f64, f64)>, i64);

    fn table(rows: &[Row]) -> By {
        let rows = rows.iter().enumerate().map(|(row, (value, interval, n))| {
            let answer = Answer { value: *value, interval: *interval, n: Some(*n), small_n: *n < 30, ..blank() };
            (Some(format!("a{row}")), vec![Some(answer)])
        });
        By { dimension: "agent".to_owned(), metrics: vec!["csat".to_owned()], rows: rows.collect() }
    }

    #[test]
    fn whoever_cannot_be_told_apart_shares_a_rank() {
        let own = table(&[
            (Some(0.5), Some((0.45, 0.55)), 400),
            (Some(0.9), Some((0.85, 0.95)), 200),
            (Some(1.0), Some((0.4, 1.0)), 3),
            (Some(0.86), Some((0.8, 0.9)), 200),
            (None, None, 0),
            (Some(0.5), None, 400),
        ]);
        let wanted = [(1, Some(1)), (3, Some(1)), (0, Some(3)), (5, Some(3)), (2, None), (4, None)];
        assert_eq!(ranks(&own, 0, Good::High), wanted);
        let lowest = ranks(&own, 0, Good::Low);
        assert_eq!(lowest, [(0, Some(1)), (5, Some(1)), (3, Some(3)), (1, Some(3)), (2, None), (4, None)]);
    }

    #[test]
    fn no_row_one_row_and_no_number_have_their_order() {
        assert_eq!(ranks(&table(&[]), 0, Good::High), []);
        assert_eq!(ranks(&table(&[(Some(f64::NAN), None, 50)]), 0, Good::High), [(0, None)]);
        assert_eq!(
            ranks(&table(&[(Some(1e300), None, 50), (Some(1e300), None, 50)]), 0, Good::High),
            [(0, Some(1)), (1, Some(1))]
        );
        assert_eq!(ranks(&table(&[(Some(1.0), None, 50)]), 7, Good::High), [(0, None)]);
    }
}
