//! Business days: the same wall-clock time some open days later, as `2bd` in an SLA means it.
//!
//! A business day is a local date with open hours. Counting starts on the day after that of the given instant, whether that
//! one is open or not; the local time is kept and then moved to the nearest open instant in the direction of counting.

use std::sync::atomic::{AtomicU8, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;

use super::expand::day_number;
use super::{COVERED, Calendar};

const DAY: i64 = 86_400;
/// Days without any business day after which a search gives up: about a hundred years.
const PATIENCE: u32 = 36_600;

/// Which days of the covered range are business days, as far as somebody has asked: a target in business days asks for the same few days
/// over and over.
#[derive(Debug)]
pub(super) struct KnownDays(Box<[AtomicU8]>);

impl Default for KnownDays {
    fn default() -> Self {
        Self((0..COVERED.1 / DAY).map(|_| AtomicU8::new(UNKNOWN)).collect())
    }
}

const UNKNOWN: u8 = 2;

impl KnownDays {
    /// Whether a date is a business day; `opens` works it out where nobody has asked before.
    pub(super) fn ask(&self, date: Date, opens: impl FnOnce() -> bool) -> bool {
        let Some(known) = usize::try_from(day_number(date)).ok().and_then(|day| self.0.get(day)) else { return opens() };
        match known.load(Ordering::Relaxed) {
            UNKNOWN => {
                let found = opens();
                known.store(u8::from(found), Ordering::Relaxed);
                found
            }
            found => found == 1,
        }
    }
}

impl Calendar {
    /// The instant `days` business days after `at`; for calendar time, 24 hours each. None: there are not that many.
    pub fn add_business_days(&self, at: i64, days: u32) -> Option<i64> {
        if self.is_always() {
            return at.checked_add(i64::from(days) * DAY);
        }
        self.next_open(self.same_time(at, days, Date::tomorrow)?)
    }

    /// The instant `days` business days before `at`. None: there are not that many.
    pub fn sub_business_days(&self, at: i64, days: u32) -> Option<i64> {
        if self.is_always() {
            return at.checked_sub(i64::from(days) * DAY);
        }
        self.previous_open(self.same_time(at, days, Date::yesterday)?)
    }

    /// The local time of `at` on the business day that `days` steps lead to.
    fn same_time(&self, at: i64, days: u32, step: fn(Date) -> Result<Date, jiff::Error>) -> Option<i64> {
        let local = Timestamp::from_second(at).ok()?.to_zoned(self.zone_at(at)).datetime();
        let mut date = local.date();
        let mut patience = PATIENCE;
        let mut left = days;
        while left > 0 {
            date = step(date).ok()?;
            if self.is_business_day(date) {
                left -= 1;
                patience = PATIENCE;
            } else {
                patience = patience.checked_sub(1)?;
            }
        }
        let zone = self.version_on(date).map_or_else(|| self.zone_at(at), |version| version.schedule.time_zone.clone());
        Some(date.to_datetime(local.time()).to_zoned(zone).ok()?.timestamp().as_second())
    }
}
