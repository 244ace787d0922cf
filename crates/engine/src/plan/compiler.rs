//! Making expressions ready to be worked out of rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::DFSchema;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SessionContext;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_plan::PhysicalExpr;

use crate::source::{some, unpacked};

/// Makes expressions over the columns of some rows ready to be worked out.
pub(super) struct Compiler<'c> {
    context: &'c SessionContext,
    schema: Arc<DFSchema>,
    simplifier: ExprSimplifier,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(context: &'c SessionContext, schema: Schema) -> Result<Self, DataFusionError> {
        let schema = Arc::new(DFSchema::try_from(schema)?);
        let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_schema(schema.clone()).build());
        Ok(Self { context, schema, simplifier })
    }

    /// Types are made to fit, functions that stand for others replaced, constants worked out.
    pub(super) fn plain(&self, expr: Expr) -> Result<Expr, DataFusionError> {
        self.simplifier.simplify(self.simplifier.coerce(expr, &self.schema)?)
    }

    /// Ready to be worked out, of an expression that is plain.
    pub(super) fn ready(&self, expr: Expr) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        self.context.create_physical_expr(expr, &self.schema)
    }

    /// Both.
    pub(super) fn compile(&self, expr: Expr) -> Result<Arc<dyn PhysicalExpr>, DataFusionError> {
        self.ready(self.plain(expr)?)
    }

    /// For rows with columns more, which have names and are what these expressions come to.
    pub(super) fn with(&self, more: &[(String, Arc<dyn PhysicalExpr>)]) -> Result<Self, DataFusionError> {
        let own = self.schema.as_arrow();
        let more = more.iter().map(|(name, expr)| Ok(Arc::new(Field::new(name, expr.data_type(own)?, true))));
        let fields: Result<Vec<_>, DataFusionError> = own.fields().iter().cloned().map(Ok).chain(more).collect();
        Self::new(self.context, Schema::new(fields?))
    }

    /// The columns of the rows.
    pub(super) fn schema(&self) -> SchemaRef {
        Arc::new(self.schema.as_arrow().clone())
    }

    /// All of some conditions as one; none, where there are none.
    pub(super) fn all(
        &self,
        conditions: impl IntoIterator<Item = Expr>,
    ) -> Result<Option<Arc<dyn PhysicalExpr>>, DataFusionError> {
        conditions.into_iter().reduce(Expr::and).map(|all| self.compile(all)).transpose()
    }
}

/// An expression with the columns that it reads, for rows that have others as well and may be packed.
pub(super) struct Narrow {
    columns: Vec<usize>,
    expr: Arc<dyn PhysicalExpr>,
}

impl Narrow {
    /// Of an expression over rows with these columns.
    pub(super) fn of(context: &SessionContext, schema: &Schema, expr: Expr) -> Result<Self, DataFusionError> {
        let named = expr.column_refs().into_iter().filter_map(|column| schema.index_of(&column.name).ok());
        let columns: Vec<usize> = named.collect::<BTreeSet<_>>().into_iter().collect();
        let expr = Compiler::new(context, schema.project(&columns)?)?.compile(expr)?;
        Ok(Self { columns, expr })
    }

    /// What it comes to in those rows that are wanted.
    pub(super) fn of_rows(&self, rows: &RecordBatch, wanted: Option<&BooleanBuffer>) -> Result<ArrayRef, DataFusionError> {
        let own = unpacked(picked(&rows.project(&self.columns)?, wanted)?)?;
        self.expr.evaluate(&own)?.into_array(own.num_rows())
    }
}

/// Those of some rows that are wanted: all of them, where none are told.
pub(super) fn picked(rows: &RecordBatch, wanted: Option<&BooleanBuffer>) -> Result<RecordBatch, DataFusionError> {
    wanted.map_or_else(|| Ok(rows.clone()), |wanted| some(rows, wanted.clone()))
}

/// The rows for which a condition holds, if there is one.
pub(super) fn kept_rows(rows: &RecordBatch, condition: Option<&Arc<dyn PhysicalExpr>>) -> Result<RecordBatch, DataFusionError> {
    let Some(condition) = condition else { return Ok(rows.clone()) };
    // A condition that is null alone has no truth.
    let kept = cast(&condition.evaluate(rows)?.into_array(rows.num_rows())?, &DataType::Boolean)?;
    let kept = kept.as_boolean();
    if kept.null_count() == 0 && kept.true_count() == rows.num_rows() {
        return Ok(rows.clone());
    }
    Ok(filter_record_batch(rows, kept)?)
}
