//! What the engine returns in columns, as a grid for the terminal.

use arrow::array::RecordBatch;
use arrow::error::ArrowError;
pub(crate) use deskgauge_web::forms::rows::{objects, texts};

use crate::output::grid::Grid;

/// A grid of all rows. Numbers stand right, null is empty.
///
/// # Errors
/// A type that cannot be written.
pub(crate) fn grid(batches: &[RecordBatch]) -> Result<Grid, ArrowError> {
    let Some(first) = batches.first() else { return Ok(Grid::default()) };
    let schema = first.schema();
    let mut grid = Grid {
        header: schema.fields().iter().map(|field| field.name().clone()).collect(),
        right: schema.fields().iter().map(|field| field.data_type().is_numeric()).collect(),
        rows: Vec::new(),
    };
    for batch in batches {
        grid.rows.extend(texts(batch)?);
    }
    Ok(grid)
}
