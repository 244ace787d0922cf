//! One conversation, ready to be folded: its steps with those that a merge brought, and the parts that every row shares.
//!
//! The parts of the fold each read a [`Case`] and write their own tables; none of them sees another's rows.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::automation::Automation;
use super::beginning::asking;
use super::history::{History, Step};
use super::merge::{adopt, merge_targets, primaries};
use super::timelines::{Timeline, problem};
use super::{People, assignment, contacts, handling, queue, replies, resolution, review, sla, spells, survey, touches};
use crate::event::{ActorKind, Body, CallStep, Event, Origin, Text, Via};
use crate::facts::{At, Common, Conversation, Dims, Facts, Whole};
use crate::rules::Rules;

/// One conversation.
pub(crate) struct Case<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) history: History<'a>,
    /// Own and adopted events in order.
    pub(crate) steps: Rc<Vec<Step<'a>>>,
    pub(crate) whole: Arc<Whole>,
    /// It was merged into this conversation, which has its messages.
    pub(crate) merged_into: Option<Text>,
}

impl Case<'_> {
    /// The shared columns of a row that is dated by a step.
    pub(crate) fn common(&self, step: &Step<'_>, agent: Option<&Text>, actor: Option<&Text>) -> Option<Common> {
        self.common_of(&step.dims, agent, actor)
    }

    /// The shared columns of a row with these attributes.
    pub(crate) fn common_of(&self, dims: &Arc<Dims>, agent: Option<&Text>, actor: Option<&Text>) -> Option<Common> {
        Some(Common { whole: self.whole.clone(), dims: dims.clone(), agent: agent.cloned(), actor: actor.cloned() })
    }

    /// The last step at or before an instant; the first where there is none.
    pub(crate) fn step_at(&self, at: i64) -> &Step<'_> {
        let after = self.steps.partition_point(|step| step.at <= at);
        &self.steps[after.saturating_sub(1)]
    }
}

/// A person's public answer: a message by hand, macro or echo, or a call or chat that was taken.
pub(crate) fn is_reply(step: &Step<'_>) -> bool {
    if step.early {
        return false;
    }
    match &step.event.body {
        Body::Message(message) => {
            message.public
                && step.event.actor_kind == ActorKind::Agent
                && matches!(message.via, Via::Human | Via::Macro | Via::Echo)
        }
        Body::Call(call) => call.step == CallStep::Answered && step.event.actor_kind != ActorKind::Bot,
        _ => false,
    }
}

/// Whether the customer's opening is a message of its own: a message of the same instant is that message already.
pub(crate) fn opening_asks(case: &Case<'_>) -> bool {
    let opened = case.history.origin == Origin::Customer && matches!(case.steps[0].event.body, Body::Opened(_));
    let doubled = |step: &Step<'_>| is_question(step) && step.at == case.history.created_at;
    opened && !case.steps.iter().take_while(|step| step.at == case.history.created_at).any(doubled)
}

/// A public message of the customer, or an opening of theirs that a merge has brought and that stands for one.
pub(crate) fn is_question(step: &Step<'_>) -> bool {
    !step.early
        && match &step.event.body {
            Body::Message(message) => message.public && step.event.actor_kind == ActorKind::Customer,
            Body::Opened(_) => step.adopted,
            _ => false,
        }
}

/// Who replied: the actor, or the agent that a call names.
pub(crate) fn replier(event: &Event) -> Option<&Text> {
    match &event.body {
        Body::Call(call) => call.agent.as_ref().or(event.actor.as_ref()),
        _ => event.actor.as_ref(),
    }
}

/// Folds a conversation and those merged into it.
pub(crate) fn fold_conversations(root: &Text, timeline: &Timeline, rules: &Rules, people: &People, facts: &mut Facts) {
    let own = by_conversation(root, &timeline.events);
    let primaries = primaries(&own);
    let mut adopted: BTreeMap<&Text, Vec<&Event>> = BTreeMap::new();
    for (&conversation, events) in &own {
        if let Some(primary) = primaries.get(conversation) {
            let messages = events.iter().filter(|event| matches!(event.body, Body::Message(_)));
            adopted.entry(*primary).or_default().extend(messages.chain(&asking(events)));
        }
    }
    for (&conversation, events) in &own {
        for (id, primary) in merge_targets(events) {
            if !own.contains_key(primary) {
                facts.problems.push(problem("merged_into_unknown", id, Some(primary.clone())));
            }
        }
        let history = History::new(events, rules, &|customer| people.customers.get(customer), &mut facts.problems);
        let merged_into = primaries.get(conversation).map(|primary| (*primary).clone());
        let steps = match adopted.get_mut(conversation) {
            Some(events) => Rc::new(adopt(&history.steps, events, history.created_at)),
            None => history.steps.clone(),
        };
        let whole = whole(conversation, &history, &steps, people);
        let case = Case { rules, history, steps, whole, merged_into };
        fold_case(&case, facts);
    }
}

/// The events of each conversation of a timeline, by its id.
fn by_conversation<'e>(root: &'e Text, events: &'e [Event]) -> BTreeMap<&'e Text, Vec<&'e Event>> {
    let mut own: BTreeMap<&Text, Vec<&Event>> = BTreeMap::new();
    let of = |event: &'e Event| event.conversation.as_ref().unwrap_or(root);
    let Some(first) = events.first().map(of) else { return own };
    // Nearly every timeline is one conversation, and then its events are in place already.
    if events.iter().all(|event| Arc::ptr_eq(of(event), first) || of(event) == first) {
        own.insert(first, events.iter().collect());
        return own;
    }
    for event in events {
        own.entry(of(event)).or_default().push(event);
    }
    own
}

fn fold_case(case: &Case<'_>, facts: &mut Facts) {
    let waits = replies::cycles(case);
    let clocks = sla::fold(case, &waits, facts);
    spells::fold(case, &clocks, facts);
    resolution::fold(case, &waits, facts);
    assignment::fold(case, facts);
    let returned_at = contacts::fold(case, facts);
    touches::fold(case, facts);
    queue::fold(case, facts);
    handling::fold(case, facts);
    survey::fold(case, facts);
    review::fold(case, facts);
    let replies = replies::fold(case, &waits, facts);
    facts.conversations.push(conversation(case, &replies, returned_at));
}

/// Whether a customer's conversation is `new`, being the first that the customer began, or `returning`.
pub fn customer_kind(first: Option<&(i64, Text)>, created_at: i64, conversation: &Text) -> &'static str {
    match first {
        Some((at, id)) if (*at, id) < (created_at, conversation) => "returning",
        _ => "new",
    }
}

fn whole(conversation: &Text, history: &History<'_>, steps: &[Step<'_>], people: &People) -> Arc<Whole> {
    let last = &history.steps[history.steps.len() - 1];
    let first =
        history.customer.as_ref().and_then(|id| people.customers.get(id)).and_then(|known| known.first_conversation.as_ref());
    let customer_kind = history.customer.as_ref().map(|_| customer_kind(first, history.created_at, conversation));
    let proactive = history.origin != Origin::Customer;
    // What the team said before the customer asked anything is no reply.
    let asked = if proactive { steps.iter().position(is_question) } else { Some(0) };
    let answers = asked.map_or(&[][..], |asked| &steps[asked..]);
    let closer = resolution::turns(steps).filter(|turn| turn.resolves).last().map(|turn| steps[turn.step].event);
    Arc::new(Whole {
        conversation: conversation.clone(),
        customer: history.customer.clone(),
        origin: history.origin.name(),
        proactive,
        final_status: last.status.name(),
        customer_kind,
        current_owner: last.dims.owner.clone(),
        first_responder: answers.iter().find(|step| is_reply(step)).and_then(|step| replier(step.event)).cloned(),
        last_closer: closer.filter(|event| event.actor_kind == ActorKind::Agent).and_then(|event| event.actor.clone()),
    })
}

/// How many people of the team replied. A merged conversation's messages are its primary's.
fn participants(case: &Case<'_>) -> i64 {
    let replies = case.steps.iter().filter(|step| case.merged_into.is_none() && is_reply(step));
    replies.filter_map(|step| replier(step.event)).collect::<BTreeSet<&Text>>().len() as i64
}

fn conversation(case: &Case<'_>, replies: &replies::Replies, returned_at: Option<i64>) -> Conversation {
    let history = &case.history;
    let first = &history.steps[0];
    let created = case.step_at(history.created_at);
    let last = &case.steps[case.steps.len() - 1];
    let count = |test: &dyn Fn(&Step<'_>) -> bool| case.steps.iter().filter(|step| test(step)).count() as i64;
    let resolved: Vec<i64> = resolution::transitions(case).filter(|turn| turn.resolves).map(|turn| turn.at).collect();
    let reopened: Vec<&str> = resolution::transitions(case).filter(|turn| turn.reopens).map(|turn| turn.cause.name()).collect();
    // A merged conversation's messages are its primary's.
    let public = |step: &Step<'_>, kinds: &[ActorKind]| {
        case.merged_into.is_none()
            && matches!(&step.event.body, Body::Message(message) if message.public)
            && kinds.contains(&step.event.actor_kind)
    };
    let final_class = history.steps[history.steps.len() - 1].status.class();
    let automation = Automation::of(case);
    let assigned = history.steps.iter().find(|step| step.dims.owner.is_some()).map(|step| step.at);
    Conversation {
        common: case.common(created, created.dims.owner.as_ref(), first.event.actor.as_ref()),
        created_at: At(history.created_at),
        created_open: history.is_open(history.created_at),
        parent: history.parent.clone(),
        merged_into: case.merged_into.clone(),
        reviewed_at: case.steps.iter().find(|step| matches!(step.event.body, Body::Reviewed(_))).map(|step| At(step.at)),
        first_response_at: replies.first_response.map(|(at, _)| At(at)),
        first_response_seconds: replies.first_response.map(|(at, start)| at - start),
        first_response_business_seconds: replies.first_response.and_then(|(at, start)| history.open_seconds(start, at)),
        first_resolved_at: resolved.first().copied().map(At),
        last_resolved_at: resolved.last().copied().map(At),
        unresolved: final_class.is_open(),
        resolutions_count: resolved.len() as i64,
        reopenings_count: reopened.len() as i64,
        customer_reopenings_count: reopened.iter().filter(|cause| **cause == "customer").count() as i64,
        touches_count: touches::touch_steps(case).len() as i64,
        customer_messages_count: count(&|step| public(step, &[ActorKind::Customer])),
        agent_messages_count: count(&|step| public(step, &[ActorKind::Agent])),
        bot_messages_count: count(&|step| public(step, &[ActorKind::Bot, ActorKind::Rule, ActorKind::System])),
        escalations_count: count(&|step| matches!(step.event.body, Body::Escalated(_))),
        transfers_count: assignment::stretches(case).iter().filter(|stretch| stretch.transfer).count() as i64,
        total_reply_seconds: replies.total_reply_seconds,
        participants_count: participants(case),
        handoff_at: case.steps.iter().find(|step| matches!(step.event.body, Body::Handoff)).map(|step| At(step.at)),
        bot_answered_at: automation.bot_answered_at.map(At),
        customer_after_at: automation.customer_after_at.map(At),
        people_at: automation.people_at.map(At),
        returned_at: returned_at.map(At),
        first_assigned_at: assigned.map(At),
        assign_seconds: assigned.map(|at| at - history.created_at),
        assign_business_seconds: assigned.and_then(|at| history.open_seconds(history.created_at, at)),
        last_event_at: At(last.at),
    }
}
