//! How a conversation's attributes, status and schedule moved: the state after each of its events.
//!
//! One pass; everything else reads it. Events from before the creation act at the creation, so that no clock runs backwards.

use std::rc::Rc;
use std::sync::Arc;

use super::Customer;
use super::beginning::{customer_of, ordered, origin_of};
use super::state::{State, View};
use super::timelines::problem;
use crate::calendar::Calendar;
use crate::event::{Body, Cause, Event, Origin, Status, Text};
use crate::facts::{Dims, ProblemFact};
use crate::rules::Rules;

/// One event of a conversation and the state after it.
#[derive(Debug, Clone)]
pub(crate) struct Step<'a> {
    /// The event.
    pub(crate) event: &'a Event,
    /// When it acts, in seconds: its instant, but never before the creation.
    pub(crate) at: i64,
    /// It happened before the creation: a message of then is no question and no answer.
    pub(crate) early: bool,
    /// It belongs to a conversation that was merged into this one.
    pub(crate) adopted: bool,
    /// The status after it.
    pub(crate) status: Status,
    /// Why the status moved, if this event moved it.
    pub(crate) moved: Option<Cause>,
    /// The attributes after it.
    pub(crate) dims: Arc<Dims>,
    /// The explicit due date after it.
    pub(crate) due_at: Option<i64>,
}

/// The history of one conversation.
pub(crate) struct History<'a> {
    /// When it was opened, in seconds.
    pub(crate) created_at: i64,
    /// Who began it.
    pub(crate) origin: Origin,
    /// Its customer.
    pub(crate) customer: Option<Text>,
    /// The conversation that it follows up.
    pub(crate) parent: Option<Text>,
    /// Its events in order.
    pub(crate) steps: Rc<Vec<Step<'a>>>,
    /// The calendar in force from each second on; the first piece reaches back for ever.
    pieces: Vec<(i64, Option<&'a Calendar>)>,
}

impl<'a> History<'a> {
    /// From a conversation's own events in order, at least one.
    pub(crate) fn new(
        events: &[&'a Event],
        rules: &'a Rules,
        customers: &dyn Fn(&Text) -> Option<&'a Customer>,
        problems: &mut Vec<ProblemFact>,
    ) -> Self {
        let (ordered, opened) = ordered(events);
        let created = ordered[0];
        if opened.is_none() {
            problems.push(problem("no_opened", created, None));
        }
        let created_at = created.at.seconds();
        let origin = opened.and_then(|opened| opened.origin).unwrap_or_else(|| origin_of(created, opened.is_some()));
        let customer = ordered.iter().find_map(|event| customer_of(event));
        let profile = customer.as_ref().and_then(customers);
        let dims = Dims { own: vec![None; rules.fields.len()], ..Dims::default() };
        let mut state =
            State { rules, profile, status: Status::New, shared: Arc::new(dims.clone()), dims, schedule: None, due_at: None };
        let mut history = Self {
            created_at,
            origin,
            customer,
            parent: opened.and_then(|opened| opened.parent.clone()),
            steps: Rc::default(),
            pieces: Vec::new(),
        };
        let mut steps = Vec::with_capacity(ordered.len());
        for (index, event) in ordered.into_iter().enumerate() {
            let early = event.at < created.at;
            if early {
                problems.push(problem("before_creation", event, None));
            }
            let at = event.at.seconds().max(created_at);
            let repeated = index > 0 && matches!(event.body, Body::Opened(_));
            if repeated {
                problems.push(problem("opened_twice", event, None));
            }
            let before = (state.shared.clone(), state.status, state.schedule.clone());
            let moved = state.apply(event, at, repeated, problems);
            // Which calendar serves a conversation follows from its state: where that stays, so does the calendar.
            if index == 0 || !Arc::ptr_eq(&before.0, &state.shared) || (before.1, &before.2) != (state.status, &state.schedule) {
                history.note_calendar(at, &state);
            }
            steps.push(Step {
                event,
                at,
                early,
                adopted: false,
                status: state.status,
                moved,
                dims: state.shared.clone(),
                due_at: state.due_at,
            });
        }
        history.steps = Rc::new(steps);
        history
    }

    /// The calendar that serves the conversation from this second on.
    fn note_calendar(&mut self, at: i64, state: &State<'a>) {
        let rules = state.rules;
        let name = state.schedule.as_deref().or(rules.default_schedule());
        let view = View { dims: &state.dims, status: state.status, origin: self.origin, customer: self.customer.as_ref(), rules };
        let calendar = name.and_then(|name| rules.calendars().serving(name, &view));
        match self.pieces.last_mut() {
            Some((_, last)) if same_calendar(*last, calendar) => {}
            Some((from, last)) if *from == at => *last = calendar,
            _ => self.pieces.push((at, calendar)),
        }
    }

    /// Open seconds between two instants, over every schedule in force between them; `None` where there is none.
    pub(crate) fn open_seconds(&self, from: i64, to: i64) -> Option<i64> {
        let mut sum = 0;
        for (piece_from, piece_to, calendar) in self.pieces(from, to) {
            let calendar = calendar?;
            // Before a schedule's first version there is none: business time is unknown, not zero.
            if piece_from < piece_to && !calendar.in_force(piece_from) {
                return None;
            }
            sum += calendar.open_seconds(piece_from, piece_to);
        }
        Some(sum)
    }

    /// Open seconds between two instants by one schedule for all of them: that in force at an instant `at`.
    pub(crate) fn open_seconds_by(&self, at: i64, from: i64, to: i64) -> Option<i64> {
        let (_, _, calendar) = self.pieces(at, at).next()?;
        calendar.filter(|calendar| calendar.in_force(from)).map(|calendar| calendar.open_seconds(from, to))
    }

    /// Whether the schedule is open at an instant.
    pub(crate) fn is_open(&self, at: i64) -> Option<bool> {
        let (_, _, calendar) = self.pieces(at, at).next()?;
        calendar.filter(|calendar| calendar.in_force(at)).map(|calendar| calendar.is_open(at))
    }

    /// The calendars in force between two instants, with their bounds; one piece at least.
    pub(crate) fn pieces(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64, Option<&'a Calendar>)> + '_ {
        let first = self.pieces.partition_point(|(begins, _)| *begins <= from).saturating_sub(1);
        let inside = move |(index, (begins, _)): &(usize, &(i64, Option<&'a Calendar>))| *index == first || *begins < to;
        self.pieces.iter().enumerate().skip(first).take_while(inside).map(move |(index, (begins, calendar))| {
            let ends = self.pieces.get(index + 1).map_or(i64::MAX, |next| next.0);
            let begins = if index == first { from } else { *begins };
            (begins, ends.min(to), *calendar)
        })
    }
}

fn same_calendar(a: Option<&Calendar>, b: Option<&Calendar>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (None, None) => true,
        _ => false,
    }
}
