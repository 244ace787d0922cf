//! Demand: how many conversations and orders begin in each hour.
//!
//! An inhomogeneous Poisson process whose total is known is, hour by hour, a binomial share of what is left: that gives exactly the
//! number of conversations that was asked for, in time order, without holding them. Hours are hours of real time, named by the local
//! clock at their beginning, so that a clock change skips or repeats the hour's demand as it does in life.

use jiff::civil::Date;

use super::ShopOptions;
use super::agenda::Action;
use super::words::Channel;
use super::world::World;
use super::year;

/// Orders for each conversation.
const ORDERS_PER_CONVERSATION: f64 = 0.5;

/// The demand that is still to come.
pub(super) struct Demand {
    left_count: u64,
    left_weight: f64,
    total_weight: f64,
    total_count: u64,
    day_count: f64,
}

impl Demand {
    pub(super) fn new(options: &ShopOptions, end: i64) -> Self {
        let start = options.start.seconds();
        let mut calendar = Calendar::default();
        let total_weight = (start..end).step_by(3600).map(|at| calendar.hour(options, at).iter().sum::<f64>()).sum();
        Self {
            left_count: options.conversations,
            left_weight: total_weight,
            total_weight,
            total_count: options.conversations,
            day_count: f64::from(options.day_count()),
        }
    }

    /// Conversations on an average day: the size of the shop.
    pub(super) fn daily_mean(&self) -> f64 {
        self.total_count as f64 / self.day_count
    }
}

/// Remembers the holidays of the year in hand.
#[derive(Default)]
pub(super) struct Calendar {
    year: Option<i16>,
    holidays: Vec<Date>,
}

impl Calendar {
    pub(super) fn holidays(&mut self, year: i16) -> &[Date] {
        if self.year != Some(year) {
            self.year = Some(year);
            self.holidays = year::holidays(year);
        }
        &self.holidays
    }

    /// The weights of the channels in the hour that begins at `at`.
    fn hour(&mut self, options: &ShopOptions, at: i64) -> [f64; 5] {
        let local = options.local(at);
        let season = year::season(local.date(), self.holidays(local.year()));
        let weekday = local.date().weekday();
        let mut weights = [0.0; 5];
        for (index, channel) in Channel::ALL.iter().enumerate() {
            weights[index] = season * Channel::SHARES[index] * year::rhythm(*channel, weekday, local.hour());
        }
        weights
    }
}

impl World {
    /// Draws the demand of one hour and plans its arrivals and orders.
    pub(super) fn draw_hour(&mut self) {
        let begins = self.now;
        let length = 3600.min(self.end - begins);
        let weights = Calendar::default().hour(&self.options, begins);
        let weight: f64 = weights.iter().sum();
        let is_last = begins + 3600 >= self.end;
        let part = if is_last { 1.0 } else { weight / self.demand.left_weight };
        let count = self.chance.share_of(self.demand.left_count, part);
        self.demand.left_count -= count;
        self.demand.left_weight -= weight;
        for _ in 0..count {
            let at = begins + self.chance.between(0, length);
            let channel = Channel::ALL[self.chance.weighted(&weights)];
            self.agenda.plan(at, Action::Arrival(channel));
        }
        let local = self.options.local(begins);
        let hours = self.demand.day_count * 24.0;
        let season = weight / weights.len() as f64;
        let mean = self.demand.total_count as f64 * ORDERS_PER_CONVERSATION / hours;
        let rhythm = 0.5 * year::buying(local.hour()) + 0.5 * season * 5.0 / self.demand.total_weight * hours;
        for _ in 0..self.chance.count(mean * rhythm) {
            let at = begins + self.chance.between(0, length);
            self.agenda.plan(at, Action::Order(None));
        }
        if !is_last {
            self.agenda.plan(begins + 3600, Action::Hour);
        }
    }
}
