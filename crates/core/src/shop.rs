//! The simulated shop: the support of an online shop as a discrete-event simulation, pure and seeded.
//!
//! Random columns look like data and behave like none: waits do not grow when agents are at lunch, and nobody writes again because
//! nobody answered. So the shop is played: customers order, write, wait, lose patience and come back; agents have shifts, queues and
//! bad days; and the events are what a help desk would have recorded. [`ConversationTruth`] is kept beside, to judge the fold by.
//! Only conversations that are still alive are held, so that ten millions fit into little memory. It must not know the fold.

mod aftermath;
mod agenda;
mod arrival;
mod background;
mod chance;
mod chat;
mod conversation;
mod demand;
mod desk;
mod people;
mod phone;
mod rules;
mod staff;
mod step;
mod truth;
mod words;
mod world;
mod written;
mod year;

use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::event::{Event, Instant};
use world::World;

pub use truth::{CallTruth, ConversationTruth, CsatAnswer, DayTruth, Deed, Reopening};

/// Conversations a day of a shop whose number of days is not given.
const DAILY_CONVERSATIONS: u64 = 130;
/// The longest stretch that is chosen by itself: larger shops are busier, not older.
const MOST_DAYS: u64 = 728;

/// Which shop to play. The same options give the same events, byte for byte.
#[derive(Debug, Clone)]
pub struct ShopOptions {
    /// How many conversations begin, exactly.
    pub conversations: u64,
    /// The seed of all randomness.
    pub seed: u64,
    /// When the shop opens; by default 2026-01-05 at midnight in `zone`.
    pub start: Instant,
    /// How many local days it is played; `None`: about 130 conversations a day, two years at most.
    pub days: Option<u32>,
    /// Where it stands: shifts, opening hours and holidays follow this zone.
    pub zone: TimeZone,
}

impl ShopOptions {
    /// The default shop in Bucharest from 2026-01-05 on.
    pub fn new(conversations: u64, seed: u64) -> Self {
        let zone = TimeZone::get("Europe/Bucharest").expect("the zone database is compiled in");
        let start = jiff::civil::date(2026, 1, 5).to_zoned(zone.clone()).expect("an ordinary day");
        let start = Instant::from_seconds(start.timestamp().as_second());
        Self { conversations, seed, start, days: None, zone }
    }

    /// How many local days the shop is played.
    pub fn day_count(&self) -> u32 {
        let derived = self.conversations.div_ceil(DAILY_CONVERSATIONS).clamp(1, MOST_DAYS);
        self.days.unwrap_or(derived as u32).max(1)
    }

    /// The rules (`deskgauge.toml`) of a workspace that holds this shop: its zone, hours, holidays, policies and targets.
    pub fn rules_toml(&self) -> String {
        rules::rules_toml(self)
    }

    /// The local midnight `day` days after the one that the shop opens on, in seconds.
    fn midnight(&self, day: u32) -> i64 {
        self.date(day).to_zoned(self.zone.clone()).expect("a date far from the ends of the calendar").timestamp().as_second()
    }

    fn date(&self, day: u32) -> jiff::civil::Date {
        self.local(self.start.seconds()).date().saturating_add(i64::from(day).days())
    }

    fn local(&self, seconds: i64) -> jiff::civil::DateTime {
        let at = jiff::Timestamp::from_second(seconds).expect("a second far from the ends of the calendar");
        self.zone.to_datetime(at)
    }
}

/// A shop that is being played: an iterator of events in the order in which they happen.
///
/// Events of one second carry rising `seq`, so that [`Event::in_order`] is the order of the iterator. The source is `shop`.
pub struct Shop {
    world: World,
    end: i64,
}

impl Shop {
    /// Opens the shop. Nothing has happened yet.
    pub fn new(options: ShopOptions) -> Self {
        let end = options.midnight(options.day_count());
        Self { world: World::new(options, end), end }
    }

    /// The same shop, writing down the truth. Drain it by [`Shop::take_truths`], or it grows with the number of conversations.
    pub fn with_truth(mut self) -> Self {
        self.world.book.keep_truth = true;
        self
    }

    /// The instant at which the play ends and which all events precede: the `now` that fits.
    pub fn end(&self) -> Instant {
        Instant::from_seconds(self.end)
    }

    /// Conversations that are over, in the order in which they ended, since the last call; those still alive follow when the
    /// events are exhausted. Empty unless [`Shop::with_truth`].
    pub fn take_truths(&mut self) -> Vec<ConversationTruth> {
        std::mem::take(&mut self.world.book.truths)
    }

    /// The days that have ended so far.
    pub fn days(&self) -> &[DayTruth] {
        &self.world.book.days
    }

    /// How many conversations are held at the moment: the measure of the memory in use.
    pub fn alive_count(&self) -> usize {
        self.world.conversations.alive_count()
    }

    /// The rules of the default shop; see [`ShopOptions::rules_toml`].
    pub fn rules_toml() -> String {
        ShopOptions::new(12_000, 0).rules_toml()
    }
}

impl Iterator for Shop {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.world.book.out.pop_front() {
                return Some(event);
            }
            match self.world.agenda.next_before(self.end) {
                Some((at, action)) => self.world.act(at, action),
                None => {
                    self.world.finish();
                    return None;
                }
            }
        }
    }
}
