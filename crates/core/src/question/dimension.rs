//! The dimensions that every question may cut by, and what each reads.

/// What a dimension reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The common column of that name.
    Common,
    /// Each element of the common column `tags`: rows repeat.
    Tag,
    /// Who is credited: the column of the credit model.
    Credit,
    /// The hour of the dating instant in the workspace's zone.
    Hour,
    /// The weekday of the dating instant in the workspace's zone, 1 for Monday.
    Weekday,
    /// A column of the metric's own table; metrics whose table has none are not cut by it.
    Own,
}

/// A dimension.
#[derive(Debug, Clone, Copy)]
pub struct Dimension {
    /// Its name.
    pub name: &'static str,
    /// What it reads.
    pub source: Source,
    /// What it means.
    pub sentence: &'static str,
}

const fn dimension_of(name: &'static str, source: Source, sentence: &'static str) -> Dimension {
    Dimension { name, source, sentence }
}

/// All built-in dimensions. The workspace's own fields come on top, by their names.
pub static DIMENSIONS: &[Dimension] = &[
    dimension_of("channel", Source::Common, "The channel at the instant that dates the row."),
    dimension_of("brand", Source::Common, "The brand at that instant."),
    dimension_of("team", Source::Common, "The team at that instant."),
    dimension_of("agent", Source::Credit, "The agent who is credited with the row."),
    dimension_of("priority", Source::Common, "The priority at that instant."),
    dimension_of("reason", Source::Common, "The contact reason at that instant."),
    dimension_of("tag", Source::Tag, "Each tag at that instant: a row with two tags stands in both cells."),
    dimension_of("language", Source::Common, "The language at that instant."),
    dimension_of("segment", Source::Common, "The customer's segment at that instant."),
    dimension_of("customer_kind", Source::Common, "new for the customer's first conversation, else returning."),
    dimension_of("origin", Source::Common, "Who began the conversation: customer, agent, system or import."),
    dimension_of("hour", Source::Hour, "The local hour of that instant, 0 to 23."),
    dimension_of("weekday", Source::Weekday, "The local weekday of that instant, 1 for Monday to 7."),
    dimension_of("policy", Source::Own, "The SLA policy."),
    dimension_of("target", Source::Own, "The SLA target."),
    dimension_of("state", Source::Own, "Whose time it is: us, customer or third_party."),
    dimension_of("assigned", Source::Own, "Whether an agent has the conversation."),
    dimension_of("resolver", Source::Own, "Who resolved: agent, bot, rule, auto_close, customer, merge or system."),
    dimension_of("queue", Source::Own, "The queue of a call or a live chat."),
    dimension_of("survey", Source::Own, "The kind of survey."),
    dimension_of("scorecard", Source::Own, "The scorecard of a quality review."),
    dimension_of("category", Source::Own, "The category of a scorecard."),
    dimension_of("reviewer", Source::Own, "Who reviewed."),
];

/// The built-in dimension of that name.
pub fn dimension(name: &str) -> Option<&'static Dimension> {
    DIMENSIONS.iter().find(|dimension| dimension.name == name)
}
