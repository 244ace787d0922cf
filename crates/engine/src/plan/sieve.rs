//! Which rows are counted at all. Each condition is asked of the columns that it names and of the rows that those before it have let
//! through: what guards another one stands before it, and the other columns are copied once, when all is asked.

use arrow::array::AsArray;
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction_owned;

use super::compiler::Narrow;

/// Conditions that rows must meet, one after the other.
pub(super) struct Sieve(Vec<Narrow>);

impl Sieve {
    /// For rows with these columns.
    pub(super) fn of(
        context: &SessionContext,
        schema: &Schema,
        conditions: impl IntoIterator<Item = Expr>,
    ) -> Result<Self, DataFusionError> {
        let all = conditions.into_iter().flat_map(split_conjunction_owned);
        Ok(Self(all.map(|condition| Narrow::of(context, schema, condition)).collect::<Result<_, _>>()?))
    }

    /// Which of some rows are let through, of those that are wanted; none tells that it is all of them.
    pub(super) fn through(
        &self,
        rows: &RecordBatch,
        wanted: Option<BooleanBuffer>,
    ) -> Result<Option<BooleanBuffer>, DataFusionError> {
        self.0.iter().try_fold(wanted, |wanted, condition| {
            // A condition that is null alone has no truth.
            let holds = cast(&condition.of_rows(rows, wanted.as_ref())?, &DataType::Boolean)?;
            let (holds, nulls) = holds.as_boolean().clone().into_parts();
            let holds = nulls.map_or_else(|| holds.clone(), |valid| &holds & valid.inner());
            if holds.count_set_bits() == holds.len() {
                return Ok(wanted);
            }
            let Some(wanted) = wanted else { return Ok(Some(holds)) };
            let mut own = holds.iter();
            Ok(Some(BooleanBuffer::collect_bool(wanted.len(), |row| wanted.value(row) && own.next().unwrap_or(false))))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Int64Array, RecordBatch};
    use arrow::buffer::BooleanBuffer;
    use datafusion::execution::context::SessionContext;
    use datafusion::logical_expr::{Expr, lit};

    use super::super::population::column;
    use super::Sieve;

    #[test]
    fn only_rows_that_are_wanted_are_asked() {
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), Some(0), None, Some(4)]));
        let truths: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(true), Some(false)]));
        let rows = RecordBatch::try_from_iter([("number", numbers), ("truth", truths)]).unwrap();
        let through = |condition: Expr, wanted: Option<Vec<bool>>| {
            let sieve = Sieve::of(&SessionContext::new(), &rows.schema(), [condition]).unwrap();
            let through = sieve.through(&rows, wanted.map(BooleanBuffer::from));
            through.map(|through| through.map(|through| through.iter().collect::<Vec<bool>>()))
        };
        let large = || (lit(8_i64) / column("number")).gt(lit(1_i64));
        assert!(through(large(), None).is_err(), "one of them divides by zero");
        assert_eq!(through(large(), Some(vec![true, false, true, true])).unwrap(), Some(vec![true, false, false, true]));
        assert_eq!(through(large(), Some(vec![true, false, false, true])).unwrap(), Some(vec![true, false, false, true]));
        let guarded = column("number").not_eq(lit(0_i64)).and(large());
        assert_eq!(through(guarded, None).unwrap(), Some(vec![true, false, false, true]), "what guards comes first");
        assert_eq!(through(column("truth"), None).unwrap(), Some(vec![true, false, true, false]), "null is not true");
        assert_eq!(through(lit(true), None).unwrap(), None);
        assert_eq!(through(lit(datafusion::common::ScalarValue::Null), None).unwrap(), Some(vec![false; 4]));
    }
}
