//! The newest state of a workspace, kept between questions.
//!
//! A question must see what was acknowledged before it, and should not pay again for what the question before it has folded. So the
//! state is kept until a row arrives or a commit is made, events are parsed once, and who asks while a state is being made waits for
//! that one. Nothing in here decides what an answer is.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::inbox::stored;
use super::{Result, View, Workspace};
use crate::cells::Stored;
use crate::facts_schema::own_fields;
use crate::source::FactSource;

/// Keeps the newest state. It belongs to one workspace.
#[derive(Debug, Default)]
pub struct Newest {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    view: Option<Arc<View>>,
    /// What waits in the inbox, by row.
    waiting: BTreeMap<i64, Stored>,
}

impl Newest {
    /// The newest state: everything that was acknowledged before this was called is in it.
    ///
    /// # Errors
    /// As for [`Workspace::at`].
    pub async fn view(&self, workspace: &Workspace) -> Result<Arc<View>> {
        let mut kept = self.kept.lock().await;
        if let Some(changed) = workspace.changed().await? {
            return Err(changed);
        }
        let (snapshot, row) = loop {
            let snapshot = workspace.lake.snapshot().await?;
            let taken = workspace.inbox_watermark().await?;
            let span = workspace.lake.inbox_span().await?;
            let row = span.map_or(taken, |(_, last)| last);
            if let Some(view) = kept.view.as_ref().filter(|view| view.snapshot == snapshot.id && view.inbox_row == row) {
                return Ok(view.clone());
            }
            kept.waiting = kept.waiting.split_off(&span.map_or(i64::MAX, |(first, _)| first));
            let known = kept.waiting.last_key_value().map_or(taken, |(n, _)| *n);
            let rows = workspace.lake.inbox_after(known, row.saturating_sub(known)).await?;
            let numbers: Vec<i64> = rows.iter().map(|arrived| arrived.n).collect();
            kept.waiting.extend(numbers.into_iter().zip(stored(&rows)?));
            // A commit meanwhile moves rows into a newer snapshot: then they are in neither of what was read.
            if workspace.lake.snapshot().await?.id == snapshot.id {
                break (snapshot, row);
            }
        };
        let events: Vec<Stored> = kept.waiting.values().cloned().collect();
        let at = workspace.newest(&snapshot).await?;
        let (overlay, waiting) = workspace.overlay_of(&snapshot, events, row).await?;
        let newest = at.max(waiting.and_then(|(newest, _)| newest));
        let source = FactSource::overlaid(&workspace.lake, snapshot.id, &own_fields(&workspace.rules), overlay).await?;
        let source = source.with_newest(newest);
        let view = View { source, snapshot: snapshot.id, at: snapshot.at, newest, inbox_row: row, as_of: false };
        let view = Arc::new(view);
        kept.view = Some(view.clone());
        Ok(view)
    }
}
