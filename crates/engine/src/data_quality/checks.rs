//! The checks: what may be wrong with the events, which rows show it, what of all it concerns, and which KPIs it distorts.
//!
//! A check is a statement over the fact tables and `events` whose columns are the conversation (`c`), the instant (`at`), the import (`i`)
//! and a detail (`d`). What it means and what to do about it, whoever prints it says by its code.

/// What a check is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// All events.
    Events,
    /// The events of agents.
    AgentEvents,
    /// Conversations.
    Conversations,
    /// Orders.
    Orders,
    /// Survey sendings, and answers without one.
    Surveys,
    /// Agents who did something.
    Agents,
    /// Stretches of work on calls.
    Calls,
    /// Rows of the imports: events and rejected ones.
    Rows,
}

impl Base {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Events,
        Self::AgentEvents,
        Self::Conversations,
        Self::Orders,
        Self::Surveys,
        Self::Agents,
        Self::Calls,
        Self::Rows,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::AgentEvents => "agent_events",
            Self::Conversations => "conversations",
            Self::Orders => "orders",
            Self::Surveys => "surveys",
            Self::Agents => "agents",
            Self::Calls => "calls",
            Self::Rows => "rows",
        }
    }

    /// Its rows: their instant is `at`.
    pub(super) fn rows(self) -> &'static str {
        match self {
            Self::Events | Self::Rows => "select occurred_at as at from events where not coalesce(retracted, false)",
            Self::AgentEvents => {
                "select occurred_at as at from events where not coalesce(retracted, false) and actor_kind in ('agent', 'light_agent')"
            }
            Self::Conversations => "select created_at as at from conversations",
            Self::Orders => "select ordered_at as at from orders",
            Self::Surveys => "select asked_at as at from surveys",
            Self::Agents => {
                "select max(occurred_at) as at from events where not coalesce(retracted, false) and actor is not null \
                 and actor_kind in ('agent', 'light_agent') group by actor"
            }
            Self::Calls => "select ended_at as at from handling where method = 'call' and channel = 'phone'",
        }
    }
}

/// A check.
pub(super) struct Check {
    pub(super) code: &'static str,
    pub(super) base: Base,
    /// Whether numbers are wrong where it is found, and not only fewer.
    pub(super) grave: bool,
    pub(super) distorts: &'static [&'static str],
    pub(super) rows: Rows,
}

/// Where the rows of a check come from.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    /// The fact table `problems`, by its code.
    Problems,
    /// A statement.
    Select(&'static str),
    /// Events after the commit of their import.
    AfterImport,
    /// Events at local midnight.
    AtMidnight,
}

const fn problems(code: &'static str, base: Base, grave: bool, distorts: &'static [&'static str]) -> Check {
    Check { code, base, grave, distorts, rows: Rows::Problems }
}

const fn select(code: &'static str, base: Base, grave: bool, distorts: &'static [&'static str], rows: &'static str) -> Check {
    Check { code, base, grave, distorts, rows: Rows::Select(rows) }
}

const WAITS: &[&str] = &["first_response_time", "reply_time", "full_resolution_time"];
const OF_AGENTS: &[&str] = &["messages_handled", "conversations_handled", "resolutions", "handle_time"];
const OF_SLA: &[&str] = &["sla_compliance", "overdue", "breaches"];
const OF_SALES: &[&str] = &["revenue_from_support", "conversion_rate", "contact_rate"];
const OF_CUSTOMERS: &[&str] = &["first_contact_resolution", "recontact_rate", "conversion_rate"];
const OF_WORK: &[&str] = &["handle_time", "occupancy", "utilisation"];

/// All of them, in the order of reading: clocks, openings, people, work, surveys, orders, settings.
pub(super) static CHECKS: &[Check] = &[
    problems("before_creation", Base::Conversations, true, WAITS),
    Check { code: "after_import", base: Base::Events, grave: true, distorts: WAITS, rows: Rows::AfterImport },
    Check { code: "at_midnight", base: Base::Events, grave: true, distorts: WAITS, rows: Rows::AtMidnight },
    problems("no_opened", Base::Conversations, true, &["conversations_created", "first_response_time", "backlog"]),
    problems("opened_twice", Base::Conversations, false, &["conversations_created"]),
    problems("conflicting_revision", Base::Events, true, WAITS),
    select(
        "no_actor",
        Base::AgentEvents,
        true,
        OF_AGENTS,
        "select conversation as c, occurred_at as at, import_id as i, type as d from events where not coalesce(retracted, false) \
         and actor_kind in ('agent', 'light_agent') and actor is null and agent is null \
         and type in ('message', 'status', 'answered', 'worked', 'wrapped')",
    ),
    select(
        "two_roles",
        Base::Agents,
        true,
        OF_AGENTS,
        "select min(conversation) as c, max(occurred_at) as at, max(import_id) as i, actor as d from events \
         where not coalesce(retracted, false) and actor is not null group by actor having \
         count(*) filter (where actor_kind = 'customer') > 0 and count(*) filter (where actor_kind in ('agent', 'light_agent')) > 0",
    ),
    select(
        "unknown_role",
        Base::Agents,
        false,
        OF_AGENTS,
        "select min(conversation) as c, max(occurred_at) as at, max(import_id) as i, actor as d from events \
         where not coalesce(retracted, false) and actor is not null \
         and (select count(*) from events where type = 'agent' and not coalesce(retracted, false)) > 0 \
         and (actor_kind in ('agent', 'light_agent') or type = 'agent') group by actor having count(*) filter (where type = 'agent') = 0",
    ),
    Check {
        code: "no_customer",
        base: Base::Conversations,
        grave: false,

        distorts: OF_CUSTOMERS,
        rows: Rows::Select(
            "select conversation as c, created_at as at, cast(null as bigint) as i, cast(null as varchar) as d from conversations \
             where customer is null",
        ),
    },
    Check {
        code: "no_channel",
        base: Base::Conversations,
        grave: false,

        distorts: &["answered_within", "first_response_time"],
        rows: Rows::Select(
            "select conversation as c, created_at as at, cast(null as bigint) as i, cast(null as varchar) as d from conversations \
             where channel is null",
        ),
    },
    Check {
        code: "overlapping_calls",
        base: Base::Calls,
        grave: true,

        distorts: OF_WORK,
        rows: Rows::Select(
            "select conversation as c, started_at as at, cast(null as bigint) as i, agent as d from (select conversation, started_at, \
             agent, max(ended_at) over (partition by agent order by started_at, ended_at, conversation \
             rows between unbounded preceding and 1 preceding) as busy_until from handling \
             where method = 'call' and channel = 'phone' and agent is not null) where started_at < busy_until",
        ),
    },
    Check {
        code: "unsent_survey",
        base: Base::Surveys,
        grave: false,

        distorts: &["csat_response_rate"],
        rows: Rows::Select(
            "select conversation as c, asked_at as at, cast(null as bigint) as i, survey as d from surveys \
             where sent_at is null and answered_at is not null",
        ),
    },
    problems("unknown_order", Base::Orders, true, OF_SALES),
    problems("ordered_twice", Base::Orders, true, OF_SALES),
    problems("merged_into_unknown", Base::Conversations, false, &["conversations_created", "backlog"]),
    problems("merged_into_nothing", Base::Conversations, false, &["conversations_created", "backlog"]),
    problems("unknown_policy", Base::Conversations, true, OF_SLA),
    problems("unknown_schedule", Base::Conversations, true, OF_SLA),
    problems("unreadable_due_at", Base::Conversations, true, OF_SLA),
    problems("unknown_field", Base::Events, false, &[]),
    problems("unreadable_field", Base::Events, false, &[]),
];
