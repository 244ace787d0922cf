//! What several expressions have in common is worked out once.
//!
//! The KPIs of a page ask much of a row in the same words: whether it is left out, whether an instant lies before the now. What stands in
//! two of their expressions, and is surely worked out in one of them, becomes a column that both read.

use std::cell::Cell;

use datafusion::common::cse::{CSE, CSEController, FoundCommonNodes};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{BinaryExpr, Case, Expr, Operator};

use super::population::column;

/// A column that several expressions read.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) expr: Expr,
}

/// Such columns of some expressions, and the expressions as they read them. The columns come in levels, each of which reads those before.
pub(super) fn once(exprs: Vec<Expr>) -> Result<(Vec<Vec<Shared>>, Vec<Expr>), DataFusionError> {
    of_level(exprs, 0)
}

fn of_level(exprs: Vec<Expr>, level: usize) -> Result<(Vec<Vec<Shared>>, Vec<Expr>), DataFusionError> {
    let all = |lists: Vec<Vec<Expr>>| lists.into_iter().flatten().collect();
    match CSE::new(Finder { level, next: Cell::default() }).extract_common_nodes(vec![exprs])? {
        FoundCommonNodes::No { original_nodes_list } => Ok((Vec::new(), all(original_nodes_list))),
        FoundCommonNodes::Yes { common_nodes, new_nodes_list, .. } => {
            let (exprs, names): (Vec<Expr>, Vec<String>) = common_nodes.into_iter().unzip();
            let (mut levels, exprs) = of_level(exprs, level + 1)?;
            levels.push(names.into_iter().zip(exprs).map(|(name, expr)| Shared { name, expr }).collect());
            Ok((levels, all(new_nodes_list)))
        }
    }
}

/// Says what may become a column, and how it is named.
struct Finder {
    level: usize,
    next: Cell<usize>,
}

impl CSEController for Finder {
    type Node = Expr;

    fn conditional_children(node: &Expr) -> Option<(Vec<&Expr>, Vec<&Expr>)> {
        match node {
            Expr::ScalarFunction(function) => function.func.conditional_arguments(&function.args),
            Expr::HigherOrderFunction(function) => function.func.conditional_arguments(&function.args),
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => Some((vec![left], vec![right])),
            Expr::Case(Case { expr, when_then_expr, else_expr }) => {
                // They must come in the order of the children, or what is found is replaced elsewhere.
                let cases = || when_then_expr.iter().flat_map(|(when, then)| [when.as_ref(), then.as_ref()]);
                let surely = expr.iter().map(AsRef::as_ref).chain(cases().take(1));
                let perhaps = cases().skip(1).chain(else_expr.iter().map(AsRef::as_ref));
                Some((surely.collect(), perhaps.collect()))
            }
            _ => None,
        }
    }

    fn is_valid(node: &Expr) -> bool {
        !node.is_volatile_node() && !matches!(node, Expr::Lambda(_) | Expr::LambdaVariable(_))
    }

    fn is_ignored(&self, node: &Expr) -> bool {
        matches!(node, Expr::Literal(..) | Expr::Column(_))
    }

    fn generate_alias(&self) -> String {
        let number = self.next.replace(self.next.get() + 1);
        // No column of a table is called so.
        format!("shared {}.{number}", self.level)
    }

    fn rewrite(&mut self, _: &Expr, alias: &str) -> Expr {
        column(alias)
    }
}

#[cfg(test)]
mod tests {
    use datafusion::functions::core::expr_fn::coalesce;
    use datafusion::logical_expr::{Expr, lit, when};

    use super::{column, once};

    #[test]
    fn what_stands_in_two_expressions_is_a_column_of_both() {
        let sum = || column("a") + column("b");
        let product = || sum() * lit(2);
        let exprs = vec![product().gt(lit(1)), product().lt(lit(9)), sum().is_null(), column("c").is_null()];
        let (levels, read) = once(exprs).unwrap();
        let told: Vec<String> = levels.iter().flatten().map(|shared| format!("{} = {}", shared.name, shared.expr)).collect();
        assert_eq!(told, ["shared 1.0 = a + b", "shared 0.0 = shared 1.0 * Int32(2)", "shared 0.1 = shared 1.0"]);
        let read: Vec<String> = read.iter().map(Expr::to_string).collect();
        assert_eq!(read, ["shared 0.0 > Int32(1)", "shared 0.0 < Int32(9)", "shared 0.1 IS NULL", "c IS NULL"]);
    }

    #[test]
    fn what_stands_behind_cases_is_found_where_it_is() {
        let sum = || column("a") + column("b");
        let cases = when(column("c").is_null(), sum()).when(sum().gt(lit(1)), lit(3)).otherwise(column("d")).unwrap();
        let (levels, read) = once(vec![cases, sum(), column("d") + lit(5), column("d") + lit(5)]).unwrap();
        assert_eq!(levels.iter().map(Vec::len).collect::<Vec<_>>(), [2]);
        let read: Vec<String> = read.iter().map(Expr::to_string).collect();
        let cases = "CASE WHEN c IS NULL THEN shared 0.0 WHEN shared 0.0 > Int32(1) THEN Int32(3) ELSE d END";
        assert_eq!(read, [cases, "shared 0.0", "shared 0.1", "shared 0.1"]);
    }

    #[test]
    fn what_is_worked_out_for_some_rows_only_stays_where_it_is() {
        let divided = || lit(1) / column("a");
        let guarded = |other: i32| when(column("a").gt(lit(0)), divided()).otherwise(lit(other)).unwrap();
        let (levels, _) = once(vec![guarded(1), guarded(2)]).unwrap();
        let told: Vec<String> = levels.iter().flatten().map(|shared| shared.expr.to_string()).collect();
        assert_eq!(told, ["a > Int32(0)"], "a division by zero must not be worked out for nobody");
        let zero = || column("a").not_eq(lit(0));
        let both = |least: i32| zero().and(divided().gt(lit(least)));
        let either = |least: i32| column("a").eq(lit(0)).or(divided().gt(lit(least)));
        let first = |other: i32| coalesce(vec![column("b"), divided(), lit(other)]);
        for twice in [[both(1), both(2)], [either(1), either(2)], [first(1), first(2)]] {
            let (levels, _) = once(twice.to_vec()).unwrap();
            let told: Vec<String> = levels.iter().flatten().map(|shared| shared.expr.to_string()).collect();
            assert!(told.iter().all(|told| !told.contains('/')), "{told:?}");
        }
    }
}
