//! What the rows that somebody counts have in common, in plain columns: a condition that files can be ruled out by, and that is soon
//! tested of a row.
//!
//! It is only ever weaker than what was said: a row that it drops counts nowhere, a row that it keeps may still be dropped. So `least` and
//! its like become conditions of what they choose from, and conditions that differ in their instants only become one that holds for all.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, lit};

use super::functions::MICROS;

/// Conditions become one where their instants are no further apart, in microseconds: to read a little more costs less than to test each
/// row twice. What is compared with the year before stays apart.
const NEAR: i64 = 62 * 86_400 * MICROS;

/// A condition in plain columns.
#[derive(Debug, Clone, PartialEq)]
enum Bound {
    /// The column is at or after an instant.
    From(Expr, i64),
    /// The column is at or before an instant.
    Until(Expr, i64),
    /// The column is null.
    Null(Expr),
    All(Vec<Bound>),
    Any(Vec<Bound>),
}

/// What holds for every row for which one of these holds; `None` where that is nothing.
pub(super) fn common<'e>(conditions: impl Iterator<Item = &'e Expr>) -> Option<Expr> {
    let mut different: Vec<Bound> = Vec::new();
    for condition in conditions {
        let alternatives = match relaxed(condition)? {
            Bound::Any(alternatives) => alternatives,
            bound => vec![bound],
        };
        for bound in alternatives {
            match different.iter_mut().find_map(|known| Some((both(known, &bound)?, known))) {
                Some((wider, known)) => *known = wider,
                None => different.push(bound),
            }
        }
    }
    different.into_iter().map(expr).reduce(Expr::or)
}

/// What follows from a condition; `None` where nothing does.
fn relaxed(condition: &Expr) -> Option<Bound> {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => all([relaxed(left), relaxed(right)].into_iter()),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => any([relaxed(left), relaxed(right)].into_iter()),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Gt | Operator::GtEq, right }) => from(left, micros(right)?),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Lt | Operator::LtEq, right }) => until(left, micros(right)?),
        Expr::IsNull(value) => null(value),
        _ => None,
    }
}

/// What follows from a value being at or after an instant.
fn from(value: &Expr, at: i64) -> Option<Bound> {
    match function(value) {
        None => matches!(value, Expr::Column(_)).then(|| Bound::From(value.clone(), at)),
        // The least of those that are not null.
        Some(("least", values)) => all(values.iter().map(|value| any([from(value, at), null(value)].into_iter()))),
        Some(("greatest" | "coalesce", values)) => any(values.iter().map(|value| from(value, at))),
        Some(("add_seconds", [value, seconds])) => from(value, at.checked_sub(whole(seconds)?.checked_mul(MICROS)?)?),
        Some(_) => None,
    }
}

/// What follows from a value being at or before an instant.
fn until(value: &Expr, at: i64) -> Option<Bound> {
    match function(value) {
        None => matches!(value, Expr::Column(_)).then(|| Bound::Until(value.clone(), at)),
        Some(("greatest", values)) => all(values.iter().map(|value| any([until(value, at), null(value)].into_iter()))),
        Some(("least" | "coalesce", values)) => any(values.iter().map(|value| until(value, at))),
        Some(("add_seconds", [value, seconds])) => until(value, at.checked_sub(whole(seconds)?.checked_mul(MICROS)?)?),
        Some(_) => None,
    }
}

/// What follows from a value being null.
fn null(value: &Expr) -> Option<Bound> {
    match function(value) {
        None => matches!(value, Expr::Column(_)).then(|| Bound::Null(value.clone())),
        Some(("least" | "greatest" | "coalesce", values)) => all(values.iter().map(null)),
        Some(("add_seconds", [value, seconds])) => whole(seconds).and_then(|_| null(value)),
        Some(_) => None,
    }
}

/// Of several that all hold; those of which nothing follows are left out.
fn all(bounds: impl Iterator<Item = Option<Bound>>) -> Option<Bound> {
    let mut bounds: Vec<Bound> = bounds.flatten().collect();
    if bounds.len() > 1 { Some(Bound::All(bounds)) } else { bounds.pop() }
}

/// Of several of which one holds: nothing, unless something follows from each.
fn any(bounds: impl Iterator<Item = Option<Bound>>) -> Option<Bound> {
    let mut flat = Vec::new();
    for bound in bounds {
        match bound? {
            Bound::Any(alternatives) => flat.extend(alternatives),
            bound => flat.push(bound),
        }
    }
    if flat.len() > 1 { Some(Bound::Any(flat)) } else { flat.pop() }
}

/// One condition that holds where either does, if they differ in near instants only.
fn both(one: &Bound, other: &Bound) -> Option<Bound> {
    let near = |a: i64, b: i64| a.abs_diff(b) <= NEAR.unsigned_abs();
    let pairs = |a: &[Bound], b: &[Bound]| {
        if a.len() != b.len() {
            return None;
        }
        a.iter().zip(b).map(|(a, b)| both(a, b)).collect::<Option<Vec<_>>>()
    };
    match (one, other) {
        (Bound::From(a, from), Bound::From(b, other)) if a == b && near(*from, *other) => {
            Some(Bound::From(a.clone(), *from.min(other)))
        }
        (Bound::Until(a, until), Bound::Until(b, other)) if a == b && near(*until, *other) => {
            Some(Bound::Until(a.clone(), *until.max(other)))
        }
        (Bound::Null(a), Bound::Null(b)) if a == b => Some(one.clone()),
        (Bound::All(a), Bound::All(b)) => pairs(a, b).map(Bound::All),
        (Bound::Any(a), Bound::Any(b)) => pairs(a, b).map(Bound::Any),
        _ => None,
    }
}

fn expr(bound: Bound) -> Expr {
    let at = |micros: i64| lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())));
    match bound {
        Bound::From(column, micros) => column.gt_eq(at(micros)),
        Bound::Until(column, micros) => column.lt_eq(at(micros)),
        Bound::Null(column) => column.is_null(),
        Bound::All(bounds) => bounds.into_iter().map(expr).reduce(Expr::and).unwrap_or(lit(true)),
        Bound::Any(bounds) => bounds.into_iter().map(expr).reduce(Expr::or).unwrap_or(lit(false)),
    }
}

/// A function by its name, and what it is given.
fn function(value: &Expr) -> Option<(&str, &[Expr])> {
    match value {
        Expr::ScalarFunction(function) => Some((function.func.name(), &function.args)),
        _ => None,
    }
}

/// The instant of a literal.
fn micros(value: &Expr) -> Option<i64> {
    match value {
        Expr::Literal(ScalarValue::TimestampMicrosecond(micros, _), _) => *micros,
        _ => None,
    }
}

/// A whole number, or a sum of such.
fn whole(value: &Expr) -> Option<i64> {
    match value {
        Expr::Literal(ScalarValue::Int64(number), _) => *number,
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Plus, right }) => whole(left)?.checked_add(whole(right)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::functions::expr_fn::{coalesce, least, upper};

    use super::super::functions::register;
    use super::super::population::{column, instant};
    use super::*;

    fn told(conditions: &[Expr]) -> Option<String> {
        let text = common(conditions.iter())?.to_string();
        // Instants of the tests are few seconds.
        Some(text.replace("TimestampMicrosecond(", "").replace("000000, Some(\"UTC\"))", "").replace("0, Some(\"UTC\"))", "0"))
    }

    fn later(column_name: &str, seconds: i64) -> Expr {
        let context = datafusion::execution::context::SessionContext::new();
        register(&context);
        let function = context.state().scalar_functions().get("add_seconds").unwrap().clone();
        function.call(vec![column(column_name), lit(seconds) + lit(1_i64)])
    }

    #[test]
    fn near_instants_become_one_and_far_ones_do_not() {
        let window = |from: i64, to: i64| column("a").gt_eq(instant(from)).and(column("a").lt(instant(to)));
        assert_eq!(told(&[window(1, 5), window(7, 9)]).unwrap(), "a >= 1 AND a <= 9");
        let year = 365 * 86_400;
        assert_eq!(told(&[window(1, 5), window(year, year + 4)]).unwrap().matches(" OR ").count(), 1);
        assert_eq!(told(&[window(1, 5), column("b").is_null()]).unwrap(), "a >= 1 AND a <= 5 OR b IS NULL");
    }

    #[test]
    fn what_a_function_chooses_from_is_told() {
        let ends = least(vec![column("a"), later("b", 20)]);
        assert_eq!(told(&[ends.clone().gt(instant(50))]).unwrap(), "(a >= 50 OR a IS NULL) AND (b >= 29 OR b IS NULL)");
        assert_eq!(told(&[ends.clone().lt(instant(50))]).unwrap(), "a <= 50 OR b <= 29");
        assert_eq!(told(&[ends.is_null()]).unwrap(), "a IS NULL AND b IS NULL");
        let first = coalesce(vec![column("a"), column("b")]);
        assert_eq!(told(&[first.clone().gt(instant(5))]).unwrap(), "a >= 5 OR b >= 5");
        assert_eq!(told(&[first.is_null()]).unwrap(), "a IS NULL AND b IS NULL");
    }

    #[test]
    fn what_is_not_understood_rules_nothing_out() {
        let odd = upper(column("a")).gt(lit("x"));
        assert_eq!(told(std::slice::from_ref(&odd)), None);
        assert_eq!(told(&[odd.clone().or(column("b").is_null())]), None);
        assert_eq!(told(&[column("b").is_null(), odd.clone()]), None);
        // Both hold, and one of them is understood.
        assert_eq!(told(&[odd.and(column("b").is_null())]).unwrap(), "b IS NULL");
    }
}
