//! Figures that help desks report of each ticket and that are no KPI here, as statements over the facts.
//!
//! Each has the other ways in which it is counted elsewhere, so that a difference can be told by the way that explains it.

/// A figure of each conversation that is no KPI.
#[derive(Debug, PartialEq, Eq)]
pub struct FactFigure {
    /// Its name, as in `--column`.
    pub name: &'static str,
    /// What it is.
    pub sentence: &'static str,
    /// The statement that gives it: the conversation, the figure by the calendar, and in business time where it has that.
    pub(super) statement: &'static str,
    /// Other ways to count it, each with its name.
    pub(super) others: &'static [(&'static str, &'static str)],
    /// Whether it is a time, in seconds.
    pub timed: bool,
}

/// Figures that help desks report of each ticket and that are no KPI here.
pub static FACT_FIGURES: &[FactFigure] = &[
    FactFigure {
        name: "requester_wait",
        sentence: "time in new, open, snoozed and on hold that is over",
        statement: "select conversation, sum(case when state in ('us', 'third_party') then seconds else 0 end), \
            sum(case when state in ('us', 'third_party') then business_seconds else 0 end) \
            from spells where left_at is not null group by conversation",
        others: &[(
            "without snoozed",
            "select conversation, sum(case when status in ('new', 'open', 'hold') then seconds else 0 end), \
             sum(case when status in ('new', 'open', 'hold') then business_seconds else 0 end) \
             from spells where left_at is not null group by conversation",
        )],
        timed: true,
    },
    FactFigure {
        name: "agent_wait",
        sentence: "time in pending that is over: the agent waits for the customer",
        statement: "select conversation, sum(case when state = 'customer' then seconds else 0 end), \
            sum(case when state = 'customer' then business_seconds else 0 end) \
            from spells where left_at is not null group by conversation",
        others: &[],
        timed: true,
    },
    FactFigure {
        name: "on_hold",
        sentence: "time on hold that is over",
        statement: "select conversation, sum(case when state = 'third_party' then seconds else 0 end), \
            sum(case when state = 'third_party' then business_seconds else 0 end) \
            from spells where left_at is not null group by conversation",
        others: &[],
        timed: true,
    },
    FactFigure {
        name: "reopens",
        sentence: "reopenings by anyone",
        statement: "select conversation, reopenings_count, null from conversations",
        others: &[
            ("reopenings by the customer", "select conversation, customer_reopenings_count, null from conversations"),
            ("resolutions less one", "select conversation, greatest(resolutions_count - 1, 0), null from conversations"),
            (
                "reopenings that were not in the same second as the resolution",
                "select conversation, sum(case when reopened_after_seconds > 0 then 1 else 0 end), null from resolutions group by conversation",
            ),
        ],
        timed: false,
    },
    FactFigure {
        name: "replies",
        sentence: "public replies of people, a live session as one",
        statement: "select conversation, touches_count, null from conversations",
        others: &[
            (
                "every message, also those of one live session",
                "select conversation, agent_messages_count, null from conversations",
            ),
            (
                "with the opening of an agent",
                "select conversation, touches_count + case when origin = 'agent' then 1 else 0 end, null from conversations",
            ),
        ],
        timed: false,
    },
    FactFigure {
        name: "assignee_stations",
        sentence: "assignments to agents, one who gets it back counted again",
        statement: "select conversation, max(stations_count), null from resolutions group by conversation",
        others: &[(
            "different agents",
            "select conversation, count(distinct agent), null from assignments where assigned group by conversation",
        )],
        timed: false,
    },
    FactFigure {
        name: "group_stations",
        sentence: "stretches with a team, one that gets it back counted again",
        statement: "select conversation, count(*), null from (select conversation, team, \
            lag(team) over (partition by conversation order by number) as before from assignments) \
            where team is not null and (before is null or before <> team) group by conversation",
        others: &[("different teams", "select conversation, count(distinct team), null from assignments group by conversation")],
        timed: false,
    },
];
