//! Whether the data reach into the period that a page shows: an empty workspace says how to begin, old data say which days they tell of.

use deskgauge_core::period::{day_start, local_date};
use jiff::ToSpan;

use super::filters::Filters;
use super::shell::Words;
use crate::asking::{Asking, failure};
use crate::import::play;
use crate::locale::date;
use crate::serve::gate::Visit;
use crate::serve::identity::Right;
use crate::serve::problem::Refusal;

/// Days that the way to older data shows.
const DAYS: i64 = 30;

/// What a page says of it.
pub(super) struct Freshness {
    /// There are no data at all.
    pub(super) is_first: bool,
    /// Whether this reader may bring some.
    pub(super) may_change: bool,
    /// The data end before the period: the sentence, and the address of their last days.
    pub(super) older: Option<(String, String)>,
    /// The import that brought the demo shop, where its data are among those shown.
    pub(super) demo: Option<i64>,
}

impl Freshness {
    /// Of the state and the period of a page; without filters, of the state alone.
    pub(super) fn of(visit: &Visit, asking: &Asking, filters: Option<&Filters>) -> Self {
        let newest = asking.source().newest();
        let zone = &visit.desk.rules.workspace.time_zone;
        let older = filters.zip(newest).filter(|(filters, newest)| *newest < day_start(filters.range.from, zone));
        let older = older.map(|(filters, newest)| {
            let (words, day) = (Words(visit.language), local_date(newest, zone));
            let path = visit.path.split('?').next().unwrap_or_default();
            let told = words.with("first-older", "day", &date::long(day, visit.language));
            (told, format!("{path}?{}", filters.over(&last_days(visit, newest))))
        });
        Self { is_first: newest.is_none(), may_change: Right::Change.allows(&visit.who), older, demo: None }
    }

    /// The same, which also knows whether it is the demo shop that is shown: nobody is to take a play for their own desk.
    pub(super) async fn with_demo(self, visit: &Visit) -> Result<Self, Refusal> {
        let imports = visit.desk.workspace.imports().await.map_err(failure)?;
        let demo = imports.into_iter().find(|import| !import.undone && import.name.starts_with(play::NAMED));
        Ok(Self { demo: demo.map(|import| import.id), ..self })
    }
}

/// The last days up to that of an instant, as an address names them.
pub(super) fn last_days(visit: &Visit, newest: i64) -> String {
    let last = local_date(newest, &visit.desk.rules.workspace.time_zone);
    format!("{}..{last}", last.saturating_sub((DAYS - 1).days()))
}
