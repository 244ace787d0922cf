//! How many agents a load of calls or chats needs: the Erlang C model.
//!
//! It plans and measures nothing: arrivals are taken to be random and even, handling times to scatter exponentially, and nobody hangs up,
//! so that it tells longer waits than there are where people abandon. Its numbers never stand beside measured ones.

/// Agents at most: beyond that a load is a mistake.
const MOST: u32 = 100_000;

/// What comes in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Contacts that come in the interval.
    pub contacts: f64,
    /// How long the interval is.
    pub interval_seconds: i64,
    /// How long handling one takes on average: talk, hold and wrap-up.
    pub handle_seconds: i64,
}

/// What the model says of a load with so many agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffed {
    /// How many agents.
    pub agents: u32,
    /// The share of their time in which they handle contacts.
    pub occupancy: f64,
    /// The share of contacts that wait at all.
    pub waits_share: f64,
    /// How long all contacts wait on average (average speed of answer).
    pub wait_seconds: f64,
    /// The share that is answered in time.
    pub service_level: f64,
}

impl Load {
    /// The load in erlangs: how many agents would be busy without a pause.
    pub fn erlangs(&self) -> f64 {
        self.contacts * self.handle_seconds as f64 / self.interval_seconds as f64
    }

    /// What so many agents make of it, where `within_seconds` is in time; none where they cannot keep up, so that the queue only grows.
    pub fn staffed(&self, agents: u32, within_seconds: i64) -> Option<Staffed> {
        let load = self.erlangs();
        let free = f64::from(agents) - load;
        if agents == 0 || free <= 0.0 {
            return None;
        }
        // Erlang B by its recursion, which neither overflows nor needs a factorial.
        let lost = (1..=agents).fold(1.0, |lost, agent| load * lost / (f64::from(agent) + load * lost));
        let occupancy = load / f64::from(agents);
        let waits_share = lost / (1.0 - occupancy * (1.0 - lost));
        let handle = self.handle_seconds as f64;
        Some(Staffed {
            agents,
            occupancy,
            waits_share,
            wait_seconds: waits_share * handle / free,
            service_level: 1.0 - waits_share * (-free * within_seconds as f64 / handle).exp(),
        })
    }

    /// The fewest agents with whom the share that is answered in time is at least `target`; none where a hundred thousand are too few.
    pub fn fewest(&self, target: f64, within_seconds: i64) -> Option<Staffed> {
        let reaches = |agents: u32| self.staffed(agents, within_seconds).is_some_and(|found| found.service_level >= target);
        let (mut too_few, mut enough) = (0, 1);
        while !reaches(enough) {
            if enough == MOST {
                return None;
            }
            (too_few, enough) = (enough, (enough * 2).min(MOST));
        }
        while enough - too_few > 1 {
            let between = too_few + (enough - too_few) / 2;
            if reaches(between) { enough = between } else { too_few = between }
        }
        self.staffed(enough, within_seconds)
    }
}
