//! The plan of a question as text: which tables are read, what for, and how the query engine does it.

use deskgauge_engine::ask::Scan;
use serde_json::json;

use crate::config::Format;

/// The plan as JSON, or for people.
pub(super) fn text(scans: &[Scan], format: Format) -> String {
    if format == Format::Json {
        let one = |scan: &Scan| json!({"table": scan.table, "counts": scan.counts, "columns": scan.columns, "plan": scan.plan.lines().collect::<Vec<_>>()});
        return json!({"scans": scans.iter().map(one).collect::<Vec<_>>()}).to_string();
    }
    let counts: usize = scans.iter().map(|scan| scan.counts).sum();
    let mut text = format!("{} scans for {counts} counts\n", scans.len());
    for scan in scans {
        text.push_str(&format!("\n{}: {} counts of {} columns\n", scan.table, scan.counts, scan.columns.len()));
        text.push_str(&format!("  reads {}\n", scan.columns.join(", ")));
        for line in scan.plan.lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}
