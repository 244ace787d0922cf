//! All KPIs at once, by channel and month: one scan of each fact table, as the plan says and as the tables themselves see it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use deskgauge_core::facts::find;
use deskgauge_engine::ask::{choose, scans};

use super::world::{Played, options, play};

/// A table that counts how often it is scanned.
#[derive(Debug)]
struct Watched {
    table: Arc<dyn TableProvider>,
    scans: Arc<AtomicUsize>,
}

#[async_trait]
impl TableProvider for Watched {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.scans.fetch_add(1, Ordering::SeqCst);
        self.table.scan(state, projection, filters, limit).await
    }
}

#[tokio::test]
async fn all_kpis_by_channel_and_month_read_each_table_once() {
    let Played { world, .. } = play(options(300, 5, "2026-03-16", 20), None);
    let question = world.question("all", "--by channel --grain month --from 2026-03-01");
    let (metrics, left_out) = choose(&world.source, &world.catalogue, &world.rules, &question).unwrap();
    assert!(metrics.len() > 70, "{}", metrics.len());
    // What has no channel cannot be cut by it, and is told.
    assert!(left_out.iter().all(|problem| problem.code == "dimension-not-applicable"), "{left_out:?}");
    assert_eq!(metrics.len() + left_out.len(), world.catalogue.metrics().count());
    let definitions = metrics.iter().flat_map(|id| world.catalogue.get(id).unwrap().definition.parts());
    let tables: BTreeSet<&str> = definitions.map(|part| part.from.as_str()).collect();
    assert!(tables.len() > 12, "{tables:?}");

    let question = world.question(&metrics.join(","), "--by channel --grain month --from 2026-03-01");
    let plan = scans(&world.source, &world.catalogue, &world.rules, &question).await.unwrap();
    assert_eq!(plan.iter().map(|scan| scan.table.as_str()).collect::<BTreeSet<_>>(), tables);
    assert_eq!(plan.len(), tables.len(), "no table twice");
    for scan in &plan {
        let sources = scan.plan.lines().filter(|line| line.contains("DataSourceExec")).count();
        assert_eq!(sources, 1, "{}", scan.plan);
        assert!(scan.columns.len() < find(&scan.table).unwrap().all_columns().count(), "{}: all columns are read", scan.table);
    }
    assert!(plan.iter().map(|scan| scan.counts).sum::<usize>() > metrics.len());

    // The tables themselves: watched, while the question is answered.
    let context = world.source.context();
    let mut watched: BTreeMap<&str, Arc<AtomicUsize>> = BTreeMap::new();
    for table in &tables {
        let scans = Arc::new(AtomicUsize::new(0));
        let inner = context.deregister_table(*table).unwrap().unwrap();
        context.register_table(*table, Arc::new(Watched { table: inner, scans: scans.clone() })).unwrap();
        watched.insert(table, scans);
    }
    let answers = world.answers(&world.source, &question).await.unwrap();
    assert!(answers.len() > 100, "{}", answers.len());
    for (table, scans) in watched {
        assert_eq!(scans.load(Ordering::SeqCst), 1, "{table}");
    }
}
