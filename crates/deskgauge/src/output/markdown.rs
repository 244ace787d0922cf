//! Markdown for answers: the table of the terminal with bars, and what stands under it as a list.

use super::grid::Grid;

/// A grid and the sentences under it.
pub(crate) fn page(grid: &Grid, footer: &[String]) -> String {
    let mut out = grid.markdown();
    if !footer.is_empty() {
        out.push('\n');
    }
    for line in footer {
        out.push_str(&format!("* {line}\n"));
    }
    out
}
