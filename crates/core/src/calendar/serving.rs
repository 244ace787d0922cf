//! Which schedule serves a conversation: the named schedules of a workspace and the conditions under which each applies.
//!
//! The answer may change while a conversation lives (it moves to another team); the caller asks again at each change and adds
//! up the pieces. This module must not remember conversations.

use super::{Calendar, Schedule};
use crate::condition::{Attributes, Condition};

/// All schedules of a workspace. Entries of one name with the same `when` are versions of each other and share a calendar.
#[derive(Debug, Clone, Default)]
pub struct Calendars {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    when: Option<Condition>,
    calendar: Calendar,
}

impl Calendars {
    /// Groups versions; the order of the first of each group decides which condition is asked first.
    pub fn new(schedules: &[Schedule]) -> Self {
        let mut groups: Vec<Vec<Schedule>> = Vec::new();
        for schedule in schedules {
            let same = |group: &&mut Vec<Schedule>| group[0].name == schedule.name && group[0].when == schedule.when;
            match groups.iter_mut().find(same) {
                Some(group) => group.push(schedule.clone()),
                None => groups.push(vec![schedule.clone()]),
            }
        }
        let entry = |group: Vec<Schedule>| Entry {
            name: group[0].name.clone(),
            when: group[0].when.clone(),
            calendar: Calendar::new(group),
        };
        Self { entries: groups.into_iter().map(entry).collect() }
    }

    /// The calendar that serves a conversation with these attributes under the schedule `name`: the first whose condition
    /// holds. None: no such name, or no condition holds; then there is no business time, which is not zero.
    pub fn serving(&self, name: &str, attributes: &dyn Attributes) -> Option<&Calendar> {
        self.entries
            .iter()
            .filter(|entry| entry.name == name)
            .find(|entry| entry.when.as_ref().is_none_or(|when| when.holds(attributes)))
            .map(|entry| &entry.calendar)
    }

    /// The names, each once, in the order of the rules.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for entry in &self.entries {
            if !names.contains(&entry.name.as_str()) {
                names.push(&entry.name);
            }
        }
        names
    }

    /// Whether which schedule serves depends on the conversation. False: the fold need not ask again.
    pub fn conditional(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name && entry.when.is_some())
    }
}
