//! The fact tables, column by column: the row structs and [`FACTS`], from one list.
//!
//! A column without a sentence does not compile.

use super::FactTable;
use super::care::with_care_tables;
use super::column::{At, Cell, Column, Sink};
use super::shared::Common;
use crate::event::{Decimal, Text};

/// Declares a row struct, its description and how it hands its cells over. `common` tables begin with the common columns.
macro_rules! fact_tables {
    ($( #[doc = $doc:literal] $row:ident in $field:ident ($kind:ident, sorted by $sorted:ident) { $( #[doc = $sentence:literal] $column:ident: $ty:ty, )+ } )+) => {
        $(
            #[doc = $doc]
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub struct $row {
                /// The conversation's columns; `None` in tables that have none.
                pub common: Option<Common>,
                $( #[doc = $sentence] pub $column: $ty, )+
            }

            impl $row {
                /// Hands the cells of the table's own columns over, in their order.
                pub fn push(&self, sink: &mut dyn Sink) {
                    $( self.$column.push(sink); )+
                }
            }
        )+

        /// Every fact table, described.
        pub static FACTS: &[FactTable] = &[
            $( FactTable {
                name: stringify!($field),
                sentence: $doc,
                common: fact_tables!(@common $kind),
                sorted_by: stringify!($sorted),
                columns: &[$( Column {
                    name: stringify!($column),
                    ty: <$ty as Cell>::TYPE,
                    nullable: <$ty as Cell>::NULLABLE,
                    sentence: $sentence,
                } ),+],
            } ),+
        ];

        /// The facts of one or many timelines: rows by table.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Facts {
            $( #[doc = concat!("Rows of `", stringify!($field), "`.")] pub $field: Vec<$row>, )+
        }

        impl Facts {
            /// Moves the rows of `other` behind these.
            pub fn append(&mut self, mut other: Facts) {
                $( self.$field.append(&mut other.$field); )+
            }

            /// How many rows each table has, in the order of [`FACTS`].
            pub fn counts(&self) -> Vec<usize> {
                vec![$( self.$field.len() ),+]
            }

            /// Forgets all rows and keeps their room.
            pub fn clear(&mut self) {
                $( self.$field.clear(); )+
            }

            /// Hands every row of the table at `index` of [`FACTS`] over: what it shares with other rows, then its own cells.
            pub fn push(&self, index: usize, sink: &mut dyn RowSink) {
                let mut at = 0;
                $(
                    if index == at {
                        for row in &self.$field {
                            row.push(sink.row(row.common.as_ref()));
                        }
                    }
                    at += 1;
                )+
                debug_assert!(index < at, "no such fact table");
            }

            /// Sorts each table by the column that it is sorted by. The sort is stable: facts that were appended in the order of
            /// their timelines come out the same each time.
            pub fn sort(&mut self) {
                $( self.$field.sort_by_key(|row| row.sort_instant()); )+
            }
        }

        $( impl $row {
            fn sort_instant(&self) -> At { self.$sorted }
        } )+
    };
    (@common conversation) => { true };
    (@common other) => { false };
}

/// Takes rows.
pub trait RowSink {
    /// Begins a row with what it shares with others, if its table has that. Answers where its own cells go.
    fn row(&mut self, common: Option<&Common>) -> &mut dyn Sink;
}

with_care_tables! { fact_tables, {
    /// One row per conversation, merged and removed ones too; dated by its creation.
    Conversation in conversations (conversation, sorted by created_at) {
        /// When it was opened, or its first event where no opening is known.
        created_at: At,
        /// Whether the schedule was open at that instant; null without a schedule.
        created_open: Option<bool>,
        /// The conversation that it follows up.
        parent: Option<Text>,
        /// The primary that it was merged into.
        merged_into: Option<Text>,
        /// When somebody's work in it was first reviewed.
        reviewed_at: Option<At>,
        /// The first human reply.
        first_response_at: Option<At>,
        /// From the first wait's start to the first human reply.
        first_response_seconds: Option<i64>,
        /// The same in business time.
        first_response_business_seconds: Option<i64>,
        /// When it was resolved for the first time.
        first_resolved_at: Option<At>,
        /// When it was resolved last, as known at the data cut.
        last_resolved_at: Option<At>,
        /// True: open at the data cut, so neither resolved nor removed.
        unresolved: bool,
        /// How often it was resolved.
        resolutions_count: i64,
        /// How often it was reopened, by anyone.
        reopenings_count: i64,
        /// How often the customer reopened it.
        customer_reopenings_count: i64,
        /// Human public replies; a live session counts once.
        touches_count: i64,
        /// Public messages of the customer, the opening not counted.
        customer_messages_count: i64,
        /// Public messages of people of the team.
        agent_messages_count: i64,
        /// Public messages of bots and rules.
        bot_messages_count: i64,
        /// How often it was escalated.
        escalations_count: i64,
        /// How often it passed from one agent or team to another.
        transfers_count: i64,
        /// The sum of its answered waits.
        total_reply_seconds: Option<i64>,
        /// Different people of the team who replied publicly.
        participants_count: i64,
        /// When a bot first gave it to people.
        handoff_at: Option<At>,
        /// A bot's last public answer.
        bot_answered_at: Option<At>,
        /// The customer's first message after the bot's last answer.
        customer_after_at: Option<At>,
        /// When a person first wrote or noted something or took a call, or a bot first handed over.
        people_at: Option<At>,
        /// When the customer came back to it: the first reopening by the customer or further inbound call.
        returned_at: Option<At>,
        /// When an agent first had it.
        first_assigned_at: Option<At>,
        /// From the creation to that.
        assign_seconds: Option<i64>,
        /// The same in business time.
        assign_business_seconds: Option<i64>,
        /// Its last event.
        last_event_at: At,
    }

    /// One row per conversation: how long until a person first answered; dated by that answer, or by its start while there is none.
    FirstResponse in first_responses (conversation, sorted by started_at) {
        /// The start of the first wait.
        started_at: At,
        /// Whether the schedule was open at the start; null without a schedule.
        started_open: Option<bool>,
        /// The first human reply.
        answered_at: Option<At>,
        /// From the start to the first human reply.
        seconds: Option<i64>,
        /// The same in business time; null without a schedule.
        business_seconds: Option<i64>,
        /// The first public answer of a person or a bot.
        any_answered_at: Option<At>,
        /// From the start to the first public answer of a person or a bot.
        any_seconds: Option<i64>,
        /// The same in business time.
        any_business_seconds: Option<i64>,
        /// The last handoff by a bot before the first human reply.
        handoff_at: Option<At>,
        /// From that handoff, or from the start where there is none, to the first human reply.
        handoff_seconds: Option<i64>,
        /// The same in business time.
        handoff_business_seconds: Option<i64>,
        /// From the replier's own assignment to the reply; null where the replier was never assigned.
        assignment_seconds: Option<i64>,
        /// The same in business time.
        assignment_business_seconds: Option<i64>,
        /// When it ended without a reply: resolved, removed or abandoned.
        ended_at: Option<At>,
        /// answered, resolved_without_reply, abandoned, removed or waiting.
        outcome: &'static str,
        /// The conversation's creation, which is the start unless it is proactive.
        created_at: At,
        /// The first public reply of a person, asked for or not; where an agent began the conversation, the first after that opening.
        reply_at: Option<At>,
        /// From the creation to reply_at in business time.
        reply_business_seconds: Option<i64>,
        /// The same by one schedule for the whole span: that in force at reply_at.
        reply_schedule_seconds: Option<i64>,
        /// From when a clock runs to reply_at that starts anew with each handoff by a bot, reopening and resolution by a bot.
        restarted_at: At,
        /// From that to reply_at in business time.
        restarted_business_seconds: Option<i64>,
        /// The first human reply that was written in the help desk and not echoed from elsewhere.
        desk_answered_at: Option<At>,
        /// What came first after the start: a human reply or a resolution.
        settled_at: Option<At>,
        /// From the start to that in business time.
        settled_business_seconds: Option<i64>,
    }

    /// One row per wait of the customer: from the oldest unanswered message to the human reply; dated by the reply, or by its start while there is none.
    Wait in waits (conversation, sorted by started_at) {
        /// 1 for the conversation's first wait.
        number: i64,
        /// True: the conversation's first wait.
        first: bool,
        /// The oldest unanswered message of the customer.
        started_at: At,
        /// Whether the schedule was open at the start; null without a schedule.
        started_open: Option<bool>,
        /// The human reply.
        replied_at: Option<At>,
        /// When the wait ended, by a reply or without one.
        ended_at: Option<At>,
        /// replied, resolved_without_reply, abandoned, removed or waiting.
        outcome: &'static str,
        /// From the start to the reply.
        seconds: Option<i64>,
        /// The same in business time; null without a schedule.
        business_seconds: Option<i64>,
        /// Customer messages in the burst.
        messages_count: i64,
        /// The customer's last message in the burst.
        last_message_at: At,
        /// Whether a person had replied to an earlier wait.
        replied_before: bool,
        /// The oldest message that not even a bot answered before the wait's end; null where a bot's answer was the last word.
        since_bot_at: Option<At>,
        /// From that to the reply in business time.
        since_bot_business_seconds: Option<i64>,
    }

    /// One row per stretch of time in which a conversation's status, attributes and overdue mark stay the same; the stocks are made of these.
    Spell in spells (conversation, sorted by entered_at) {
        /// The status.
        status: &'static str,
        /// Whose time it is: us, customer, third_party, resolved or removed.
        state: &'static str,
        /// Whether an agent has it.
        assigned: bool,
        /// Whether a person has replied yet.
        answered: bool,
        /// Whether a clock is past due and not fulfilled.
        overdue: bool,
        /// The start.
        entered_at: At,
        /// The end; null while it lasts.
        left_at: Option<At>,
        /// Its length; null while it lasts.
        seconds: Option<i64>,
        /// Its length in business time; null while it lasts or without a schedule.
        business_seconds: Option<i64>,
        /// What began it: created, reopened, resolved, removed, restored or changed.
        began: &'static str,
        /// Why the status moved, where it moved.
        cause: Option<&'static str>,
        /// The conversation's creation.
        created_at: At,
        /// Since when it has waited for a resolution: its creation, or the last return from a resolution or a removal.
        open_since: At,
    }

    /// One row per resolution, and one for the resolution that an open conversation still waits for; dated by the resolution.
    Resolution in resolutions (conversation, sorted by started_at) {
        /// 1 for the conversation's first.
        number: i64,
        /// True: the conversation's first.
        first: bool,
        /// True: no later resolution is known.
        last: bool,
        /// True: not resolved yet.
        pending: bool,
        /// The conversation's start: the first customer message, which is its creation unless it is proactive.
        started_at: At,
        /// When it was resolved.
        resolved_at: Option<At>,
        /// Who resolved: agent, bot, rule, auto_close, customer, merge or system.
        resolver: Option<&'static str>,
        /// From the start to the resolution.
        seconds: Option<i64>,
        /// The same in business time; null without a schedule.
        business_seconds: Option<i64>,
        /// Time until then in new, open and snoozed.
        us_seconds: Option<i64>,
        /// Time until then in pending.
        customer_seconds: Option<i64>,
        /// Time until then on hold.
        third_party_seconds: Option<i64>,
        /// Time until then between a resolution and a reopening.
        resolved_seconds: Option<i64>,
        /// us_seconds in business time.
        us_business_seconds: Option<i64>,
        /// customer_seconds in business time.
        customer_business_seconds: Option<i64>,
        /// third_party_seconds in business time.
        third_party_business_seconds: Option<i64>,
        /// Time until then in which it was open and no agent had it.
        unassigned_seconds: Option<i64>,
        /// The same in business time.
        unassigned_business_seconds: Option<i64>,
        /// The sum of the waits that were answered until then; null where none was.
        reply_seconds: Option<i64>,
        /// The same in business time.
        reply_business_seconds: Option<i64>,
        /// Human public replies until then; a live session counts once.
        touches_count: i64,
        /// Public messages of customers and people until then, the opening too.
        messages_count: i64,
        /// Escalations until then.
        escalations_count: i64,
        /// Transfers until then.
        transfers_count: i64,
        /// How often an agent got it until then; one who gets it back counts again.
        stations_count: i64,
        /// Whether a person replied until then.
        replied: bool,
        /// The people of the team who replied publicly until then.
        participants: Vec<Text>,
        /// The agents who had it until then while it was open; none before it is resolved.
        owners: Vec<Text>,
        /// For how many seconds each of them had it.
        owners_seconds: Vec<i64>,
        /// When it was reopened after this resolution.
        reopened_at: Option<At>,
        /// By whom: customer, agent, rule, bot, system.
        reopened_by: Option<&'static str>,
        /// From the resolution to the reopening.
        reopened_after_seconds: Option<i64>,
        /// The conversation's creation, which is the start unless it is proactive.
        created_at: At,
        /// From the creation to the resolution in business time.
        created_business_seconds: Option<i64>,
        /// The same by one schedule for the whole span: that in force at the resolution.
        created_schedule_seconds: Option<i64>,
        /// Public messages of rules until then.
        rule_replies_count: i64,
    }

    /// One row per stretch in which a conversation has one agent and team; dated by its start.
    Assignment in assignments (conversation, sorted by assigned_at) {
        /// 1 for the first.
        number: i64,
        /// The start.
        assigned_at: At,
        /// The end; null while it lasts.
        ended_at: Option<At>,
        /// True: an agent has it; false: it waits unassigned.
        assigned: bool,
        /// Who had it before.
        previous_agent: Option<Text>,
        /// True: it passed from one agent or team to another.
        transfer: bool,
        /// For the first agent: from creation to the assignment.
        wait_seconds: Option<i64>,
        /// Its length; null while it lasts.
        seconds: Option<i64>,
        /// The same in business time.
        business_seconds: Option<i64>,
    }

    /// One row per message, taken call and human resolution; dated by its instant.
    Touch in touches (conversation, sorted by occurred_at) {
        /// When.
        occurred_at: At,
        /// customer, reply, note, bot, rule, campaign, call or resolution.
        kind: &'static str,
        /// True: a person of the team did it.
        human: bool,
        /// True: a message or a note.
        message: bool,
        /// True: the customer saw it.
        public: bool,
        /// True: a touch: a human public reply, a live session once, not the opening of a proactive conversation.
        counted: bool,
        /// Customer messages that it answered.
        answers_count: i64,
    }

    /// One row per contact received: a conversation begun by the customer, a reopening by the customer, an inbound call; dated by its instant.
    Contact in contacts (conversation, sorted by occurred_at) {
        /// When.
        occurred_at: At,
        /// created, reopened or call.
        kind: &'static str,
    }

}, {
    /// One row per order; dated by the order.
    OrderFact in orders (other, sorted by ordered_at) {
        /// The order.
        order_id: Text,
        /// Who ordered.
        customer: Option<Text>,
        /// When.
        ordered_at: At,
        /// What was paid.
        amount: Option<Decimal>,
        /// How much of it came back.
        refunded_amount: Decimal,
        /// The currency.
        currency: Option<Text>,
        /// Where it was placed.
        channel: Option<Text>,
        /// Whether it was cancelled.
        cancelled: bool,
        /// 1 for the customer's first order that was neither cancelled nor paid back in full, and so on; null for those that were, and without a customer.
        number: Option<i64>,
        /// The customer's next order that has a number.
        next_ordered_at: Option<At>,
        /// When the customer next began a conversation after it.
        contacted_at: Option<At>,
    }

    /// One row per order that follows a person's reply to its customer; dated by the order, with the attributes of the conversation as in `customer_links`.
    Sale in sales (conversation, sorted by ordered_at) {
        /// The order.
        order_id: Text,
        /// When it was placed.
        ordered_at: At,
        /// The first human reply of the conversation that it is credited to: the last that was created of those answered before it.
        replied_at: At,
        /// From that reply to the order.
        after_seconds: i64,
        /// What was paid.
        order_amount: Option<Decimal>,
        /// How much of it came back.
        order_refunded_amount: Decimal,
        /// The currency.
        order_currency: Option<Text>,
    }

    /// One row per conversation of a known customer: what came before and after it; dated by its last resolution, or its creation while there is none.
    CustomerLink in customer_links (conversation, sorted by created_at) {
        /// The conversation's creation.
        created_at: At,
        /// Its last resolution.
        resolved_at: Option<At>,
        /// The customer's conversation before.
        previous_conversation: Option<Text>,
        /// The customer's next conversation begun by the customer after the resolution.
        next_conversation: Option<Text>,
        /// When that began.
        next_created_at: Option<At>,
        /// From the resolution to that.
        recontact_seconds: Option<i64>,
        /// Whether its reason is the same.
        recontact_same_reason: Option<bool>,
        /// From the resolution to the next such conversation of the same reason, be it that one or a later one.
        same_reason_seconds: Option<i64>,
        /// The conversation that it follows up.
        parent: Option<Text>,
        /// Its first resolution.
        first_resolved_at: Option<At>,
        /// Who made that: agent, bot, rule, auto_close, customer, merge or system.
        first_resolver: Option<&'static str>,
        /// Human public replies until then; a live session counts once.
        touches_count: i64,
        /// Escalations until then.
        escalations_count: i64,
        /// Transfers until then.
        transfers_count: i64,
        /// When the customer came back to it: the first reopening by the customer or further inbound call.
        returned_at: Option<At>,
        /// From the first resolution to the customer's next conversation after this one, whatever it is about; 0 where that began before the resolution.
        again_seconds: Option<i64>,
        /// From the first resolution to the next conversation about the same matter, which is one that follows this one up or one whose reason is not known to be another; 0 where that began before the resolution.
        matter_seconds: Option<i64>,
        /// From the first resolution of an earlier conversation of the customer about the same matter to this creation, the shortest; 0 where that was not resolved yet.
        follow_up_seconds: Option<i64>,
        /// A bot's last public answer.
        bot_answered_at: Option<At>,
        /// When a person first wrote or noted something or took a call, or a bot first handed over.
        people_at: Option<At>,
        /// The customer's first message after the bot's last answer.
        customer_after_at: Option<At>,
        /// From the bot's last answer to the customer's next conversation.
        bot_recontact_seconds: Option<i64>,
        /// The customer's last order before the creation, cancelled or not.
        last_ordered_at: Option<At>,
        /// The last one before the creation that was neither cancelled nor paid back in full.
        last_bought_at: Option<At>,
        /// The first human reply: a sale before it cannot be credited.
        replied_at: Option<At>,
        /// The customer's first order after the first human reply that no later conversation is credited with; cancelled and fully refunded ones do not count.
        order_id: Option<Text>,
        /// When that was placed.
        ordered_at: Option<At>,
        /// From the first human reply to that order.
        order_after_seconds: Option<i64>,
        /// What was paid.
        order_amount: Option<Decimal>,
        /// How much of it came back.
        order_refunded_amount: Option<Decimal>,
        /// The currency.
        order_currency: Option<Text>,
    }

    /// One row per stretch of an agent's presence; dated by its start.
    AgentStateFact in agent_states (other, sorted by entered_at) {
        /// The agent.
        agent: Text,
        /// offline, available, busy, wrap, break or training.
        state: &'static str,
        /// The start.
        entered_at: At,
        /// The end; null while it lasts.
        left_at: Option<At>,
        /// Its length; null while it lasts.
        seconds: Option<i64>,
    }

    /// One row per thing in the events that cannot have happened as written: counted, never dropped in silence; dated by the event.
    ProblemFact in problems (other, sorted by occurred_at) {
        /// What is impossible.
        code: &'static str,
        /// When.
        occurred_at: At,
        /// The conversation.
        conversation: Option<Text>,
        /// The event's source.
        source: Option<Text>,
        /// The event.
        event_id: Option<Text>,
        /// The value in question.
        detail: Option<Text>,
    }
} }
