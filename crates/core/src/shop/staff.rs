//! The shop's agents: teams, languages, shifts, and who could take something right now.
//!
//! Presence, shifts and the number of things in hand decide together whether an agent is free; the sets of free agents are kept by
//! team and language, so that a shop with a thousand agents finds one as fast as a shop with ten.

use std::collections::{BTreeSet, BinaryHeap};

use jiff::civil::{Date, Weekday};

use super::desk::Waiting;
use super::words::{Language, Team, name};
use super::year;
use crate::event::{AgentState, Text};

/// Chats that one agent holds at a time.
pub(super) const MOST_CHATS: u8 = 3;

/// Where an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Away,
    Here,
    Resting(i64),
}

/// One agent.
pub(super) struct Agent {
    pub(super) id: Text,
    pub(super) team: Team,
    number: u32,
    languages: [bool; 4],
    is_temporary: bool,
    pub(super) presence: Presence,
    /// Where the agent goes as soon as the hands are empty.
    pub(super) leaving: Option<Presence>,
    /// A call is in hand: nothing else fits in.
    pub(super) is_calling: bool,
    /// A written answer is in hand: chats fit in between.
    pub(super) is_writing: bool,
    pub(super) chats: u8,
    /// What the last `agent_state` said.
    pub(super) shown: AgentState,
    /// When today's shift begins, and whether there is one tomorrow.
    pub(super) begins_at: Option<i64>,
    pub(super) works_tomorrow: bool,
    /// Conversations that wait for this very agent.
    pub(super) own: BinaryHeap<Waiting>,
    /// Under which key the agent stands in the sets of the free.
    key: Option<(u8, i64, u32)>,
}

/// A working day, in minutes of the local clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    pub(super) begins: i64,
    pub(super) ends: i64,
    /// Beginning and length of the lunch break.
    pub(super) lunch: Option<(i64, i64)>,
}

/// All agents.
pub(super) struct Staff {
    agents: Vec<Agent>,
    free: [[BTreeSet<(u8, i64, u32)>; 4]; 3],
}

impl Staff {
    /// A staff that fits this many conversations a day.
    pub(super) fn new(daily_mean: f64) -> Self {
        let size = daily_mean / 130.0;
        let scaled = |base: f64, least: u32| ((base * size).round() as u32).max(least);
        let mut agents = Vec::new();
        for (team, count, temporary) in [
            (Team::Frontline, scaled(5.0, 3), scaled(2.0, 1)),
            (Team::Returns, scaled(2.0, 1), scaled(1.0, 0)),
            (Team::Tier2, scaled(1.0, 1), 0),
        ] {
            for number in 0..count + temporary {
                agents.push(Agent {
                    id: name('a', agents.len() as u64 + 1),
                    team,
                    number,
                    languages: [true, true, number % 2 == 0, number % 3 == 0],
                    is_temporary: number >= count,
                    presence: Presence::Away,
                    leaving: None,
                    is_calling: false,
                    is_writing: false,
                    chats: 0,
                    shown: AgentState::Offline,
                    begins_at: None,
                    works_tomorrow: false,
                    own: BinaryHeap::new(),
                    key: None,
                });
            }
        }
        Self { agents, free: Default::default() }
    }

    pub(super) fn count(&self) -> u32 {
        self.agents.len() as u32
    }

    pub(super) fn agent(&self, agent: u32) -> &Agent {
        &self.agents[agent as usize]
    }

    pub(super) fn agent_mut(&mut self, agent: u32) -> &mut Agent {
        &mut self.agents[agent as usize]
    }

    /// Whether anybody of a team is at work and speaks the language.
    pub(super) fn is_staffed(&self, team: Team, language: Language) -> bool {
        self.agents.iter().any(|agent| {
            let is_in = agent.presence != Presence::Away && agent.leaving != Some(Presence::Away);
            is_in && agent.team == team && agent.speaks(language)
        })
    }

    /// The free agent of a team who has waited longest; for chats also one with other chats, or in the middle of a letter.
    pub(super) fn free(&self, team: Team, language: Language, for_chat: bool) -> Option<u32> {
        let first = self.free[team as usize][language as usize].first();
        first.filter(|(load, ..)| for_chat || *load == 0).map(|(_, _, agent)| *agent)
    }

    /// Somebody of the frontline who is at work; the first of the staff where nobody is.
    pub(super) fn first_present(&self) -> u32 {
        let at_work = |agent: &Agent| agent.team == Team::Frontline && agent.presence != Presence::Away;
        self.agents.iter().position(at_work).unwrap_or(0) as u32
    }

    /// Puts the agent where it belongs among the free.
    pub(super) fn refresh(&mut self, agent: u32, now: i64) {
        let who = &mut self.agents[agent as usize];
        let key = who.can_take_chat().then_some((who.chats + u8::from(who.is_writing), now, agent));
        let sets = &mut self.free[who.team as usize];
        for (set, _) in sets.iter_mut().zip(who.languages).filter(|(_, speaks)| *speaks) {
            if let Some(old) = &who.key {
                set.remove(old);
            }
            if let Some(new) = key {
                set.insert(new);
            }
        }
        who.key = key;
    }
}

impl Agent {
    fn is_ready(&self) -> bool {
        self.presence == Presence::Here && self.leaving.is_none() && !self.is_calling
    }

    pub(super) fn can_take_chat(&self) -> bool {
        self.is_ready() && self.chats < MOST_CHATS
    }

    pub(super) fn has_free_hands(&self) -> bool {
        self.is_ready() && self.chats == 0 && !self.is_writing
    }

    pub(super) fn is_idle(&self) -> bool {
        !self.is_calling && !self.is_writing && self.chats == 0
    }

    pub(super) fn speaks(&self, language: Language) -> bool {
        self.languages[language as usize]
    }

    /// Whether the agent is in, or will be in before tomorrow's shifts are over.
    pub(super) fn comes_soon(&self, now: i64) -> bool {
        let is_in = self.presence != Presence::Away && self.leaving != Some(Presence::Away);
        is_in || self.works_tomorrow || self.begins_at.is_some_and(|begins| begins > now)
    }

    /// The presence that follows from where the agent is and what is in hand.
    pub(super) fn state(&self) -> AgentState {
        match self.presence {
            Presence::Away => AgentState::Offline,
            Presence::Resting(_) => AgentState::Break,
            Presence::Here if self.is_idle() => AgentState::Available,
            Presence::Here => AgentState::Busy,
        }
    }

    /// The working hours of a date; `None`: a day off.
    pub(super) fn shift(&self, date: Date, is_holiday: bool) -> Option<Shift> {
        if is_holiday || (self.is_temporary && !year::is_peak(date)) {
            return None;
        }
        let is_frontline = self.team == Team::Frontline;
        let is_early = self.number.is_multiple_of(2);
        let turn = 30 * i64::from(self.number / 2 % 3);
        let works_saturdays = is_frontline && self.number.is_multiple_of(3);
        match date.weekday() {
            Weekday::Sunday => None,
            Weekday::Saturday => works_saturdays.then_some(Shift { begins: 600, ends: 960, lunch: None }),
            Weekday::Monday if works_saturdays && !is_early => None,
            Weekday::Tuesday if works_saturdays && is_early => None,
            _ if !is_frontline => Some(Shift { begins: 540, ends: 1080, lunch: Some((780, 60)) }),
            _ if is_early => Some(Shift { begins: 540, ends: 1050, lunch: Some((720 + turn, 45)) }),
            _ => Some(Shift { begins: 690, ends: 1200, lunch: Some((900 + turn, 45)) }),
        }
    }
}
