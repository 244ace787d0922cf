//! A bot's part in a conversation: its last answer, whether the customer wrote after it, and when people first had to do with it.
//!
//! A bot's answer is a public message of a bot; what rules and campaigns send answers nothing. People have to do with a conversation
//! once a person has written or noted something or taken a call, or a bot has handed it over: a person who only closes it has not.

use super::case::{Case, is_question, is_reply};
use crate::event::{ActorKind, Body, Via};

/// A bot's part.
#[derive(Debug, Default)]
pub(crate) struct Automation {
    /// Its last public answer.
    pub(crate) bot_answered_at: Option<i64>,
    /// The customer's first message after that.
    pub(crate) customer_after_at: Option<i64>,
    /// When people first had to do with it.
    pub(crate) people_at: Option<i64>,
}

impl Automation {
    /// Of one conversation. A merged one has none: its messages are its primary's.
    pub(crate) fn of(case: &Case<'_>) -> Self {
        let mut automation = Self::default();
        if case.merged_into.is_some() {
            return automation;
        }
        for step in case.steps.iter().filter(|step| !step.early) {
            let (bot, note) = match &step.event.body {
                Body::Message(message) => match step.event.actor_kind {
                    ActorKind::Bot => (message.public && message.via != Via::Campaign, false),
                    ActorKind::Agent | ActorKind::LightAgent => (false, !message.public),
                    _ => (false, false),
                },
                _ => (false, false),
            };
            if bot {
                automation.bot_answered_at = Some(step.at);
                automation.customer_after_at = None;
            } else if is_question(step) && automation.bot_answered_at.is_some() && automation.customer_after_at.is_none() {
                automation.customer_after_at = Some(step.at);
            }
            if automation.people_at.is_none() && (note || is_reply(step) || matches!(step.event.body, Body::Handoff)) {
                automation.people_at = Some(step.at);
            }
        }
        automation
    }
}
