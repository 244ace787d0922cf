//! The verbs: one table that reading, printing and the user's reference (`docs/notation.md`) follow.
//!
//! A verb names an event type and fills some of its fields; its keys name the others. A key is the field's own name unless a shorter
//! word reads better. Nothing here decides whether a value is legal.

/// What may stand right behind a verb, before its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// Nothing.
    Nothing,
    /// A quoted text that is counted for this field and not kept.
    Counted(&'static str),
    /// A quoted text that is ignored.
    Ignored,
    /// A word that is the value of this field.
    Value(&'static str),
    /// A name that is the value of this field, an equals sign, and the value of that field.
    Pair(&'static str, &'static str),
    /// A duration, for this field in seconds.
    Seconds(&'static str),
    /// The word `nobody`, or keys that say who.
    Nobody,
}

/// One verb.
#[derive(Debug)]
pub struct Verb {
    /// The word in a line.
    pub word: &'static str,
    /// The type of the event.
    pub type_name: &'static str,
    /// Fields that the verb itself fills.
    pub fixed: &'static [(&'static str, &'static str)],
    /// What stands behind it.
    pub words: Words,
    /// Its keys and the fields that they fill, in the order of printing.
    pub keys: &'static [(&'static str, &'static str)],
    /// A line's end that shows it, from the actor on.
    pub example: &'static str,
    /// What it means.
    pub sentence: &'static str,
}

/// Keys that every line may have, besides the verb's.
pub static COMMON_KEYS: &[(&str, &str)] = &[
    ("customer", "customer"),
    ("id", "id"),
    ("seq", "seq"),
    ("revision", "revision"),
    ("retracted", "retracted"),
    ("source", "source"),
];

/// Keys of a header that are defaults of its `opens` lines.
pub static HEADER_KEYS: &[(&str, &str)] = &[
    ("channel", "channel"),
    ("brand", "brand"),
    ("team", "team"),
    ("priority", "priority"),
    ("reason", "reason"),
    ("language", "language"),
    ("tags", "tags"),
    ("origin", "origin"),
    ("parent", "parent"),
];

const MESSAGE: &[(&str, &str)] = &[("via", "via"), ("session", "session"), ("chars", "chars")];
const STATUS: &[(&str, &str)] = &[("into", "into"), ("cause", "cause")];
const CALL: &[(&str, &str)] =
    &[("call", "call"), ("queue", "queue"), ("agent", "agent"), ("direction", "direction"), ("by", "hung_up_by")];
const ORDER: &[(&str, &str)] = &[("order", "order_id"), ("amount", "amount")];
const SURVEY: &[(&str, &str)] = &[("survey", "survey"), ("agent", "agent")];

const fn verb(word: &'static str, type_name: &'static str, example: &'static str, sentence: &'static str) -> Verb {
    Verb { word, type_name, fixed: &[], words: Words::Nothing, keys: &[], example, sentence }
}

const fn status(
    word: &'static str,
    fixed: &'static [(&'static str, &'static str)],
    example: &'static str,
    sentence: &'static str,
) -> Verb {
    Verb { fixed, keys: STATUS, ..verb(word, "status", example, sentence) }
}

const fn call(word: &'static str, type_name: &'static str, example: &'static str, sentence: &'static str) -> Verb {
    Verb { keys: CALL, ..verb(word, type_name, example, sentence) }
}

/// All verbs, in the order of the reference. Of two verbs that fit an event, the first is printed.
pub static VERBS: &[Verb] = &[
    Verb {
        words: Words::Ignored,
        keys: HEADER_KEYS,
        ..verb("opens", "opened", "customer opens channel=chat \"Where is my parcel?\"", "A conversation begins.")
    },
    Verb {
        fixed: &[("public", "true")],
        words: Words::Counted("chars"),
        keys: MESSAGE,
        ..verb("says", "message", "ana says \"On its way.\"", "A public message.")
    },
    Verb {
        fixed: &[("public", "false")],
        words: Words::Counted("chars"),
        keys: MESSAGE,
        ..verb("notes", "message", "ana notes chars=40", "A private note.")
    },
    status("solves", &[("status", "solved")], "ana solves", "The status becomes solved."),
    status("closes", &[("status", "closed")], "rule closes cause=auto_close", "The status becomes closed."),
    status("reopens", &[("status", "open")], "customer reopens", "The status becomes open."),
    status("pends", &[("status", "pending")], "ana pends", "The status becomes pending: the customer's turn."),
    status("holds", &[("status", "hold")], "ana holds", "The status becomes hold: a third party's turn."),
    status("snoozes", &[("status", "snoozed")], "ana snoozes", "The status becomes snoozed."),
    status("marks_new", &[("status", "new")], "system marks_new", "The status becomes new."),
    status("spams", &[("status", "spam")], "ana spams", "The status becomes spam."),
    status("deletes", &[("status", "deleted")], "ana deletes", "The status becomes deleted."),
    status("merges", &[("status", "merged")], "ana merges into=8", "The status becomes merged, into another conversation."),
    Verb {
        words: Words::Nobody,
        keys: &[("agent", "agent"), ("team", "team")],
        ..verb(
            "assigns",
            "assigned",
            "rule assigns agent=ana team=returns",
            "An agent or a team takes it; `assigns nobody` takes it away.",
        )
    },
    Verb {
        words: Words::Pair("field", "value"),
        ..verb("sets", "field", "ana sets priority=high", "An attribute gets a value.")
    },
    Verb { words: Words::Value("field"), ..verb("clears", "field", "ana clears priority", "An attribute loses its value.") },
    Verb {
        keys: &[("tier", "tier"), ("kind", "escalation")],
        ..verb("escalates", "escalated", "ana escalates tier=2 kind=functional", "It goes up a tier, to a specialist or outside.")
    },
    verb("hands_off", "handoff", "bot hands_off", "A bot gives it to people."),
    call("queues", "queued", "customer queues queue=sales", "A call or chat enters a queue."),
    call("rings", "ringing", "system rings agent=ana", "It rings at an agent."),
    call("answers", "answered", "ana answers", "An agent takes it."),
    call("holds_call", "held", "ana holds_call", "The call is put on hold."),
    call("resumes", "resumed", "ana resumes", "The call is back from hold."),
    call("transfers", "transferred", "ana transfers agent=bo", "The call is sent on."),
    call("leaves_voicemail", "voicemail", "customer leaves_voicemail", "The call goes to voicemail."),
    call("asks_callback", "callback_requested", "customer asks_callback", "The customer asks to be called back."),
    call("calls_back", "callback_started", "ana calls_back direction=out", "The callback begins."),
    call("abandons", "abandoned", "customer abandons", "The customer leaves the queue."),
    call("ends", "ended", "ana ends by=customer", "The talk is over."),
    call("wraps", "wrapped", "ana wraps", "The after-call work is over."),
    Verb {
        words: Words::Seconds("seconds"),
        keys: &[("agent", "agent")],
        ..verb("works", "worked", "ana works 5m", "Measured handling time that ends now.")
    },
    Verb {
        keys: &[("policy", "policy")],
        ..verb("applies", "sla_applied", "system applies policy=gold", "The source applies an SLA policy.")
    },
    Verb {
        keys: &[("policy", "policy")],
        ..verb("removes_policy", "sla_removed", "system removes_policy policy=gold", "The source takes an SLA policy away.")
    },
    Verb {
        words: Words::Value("kind"),
        keys: SURVEY,
        ..verb("is_asked", "survey_sent", "customer is_asked csat", "A survey goes out; printed for customers.")
    },
    Verb {
        words: Words::Value("kind"),
        keys: SURVEY,
        ..verb("asks", "survey_sent", "system asks nps survey=s1", "A survey goes out; printed for all others.")
    },
    Verb {
        words: Words::Pair("kind", "score"),
        keys: &[("survey", "survey"), ("scale", "scale"), ("better", "better"), ("comment_chars", "comment_chars")],
        ..verb("rates", "survey_answered", "customer rates csat=5", "A survey is answered.")
    },
    Verb {
        keys: &[
            ("review", "review"),
            ("scorecard", "scorecard"),
            ("version", "scorecard_version"),
            ("agent", "agent"),
            ("ratings", "ratings"),
        ],
        ..verb(
            "reviews",
            "reviewed",
            "eva reviews review=r1 agent=ana ratings=tone:2:4/0..5,safety:1:-/0..1!",
            "A reviewer rates the conversation.",
        )
    },
    Verb {
        keys: &[("order", "order_id"), ("amount", "amount"), ("currency", "currency"), ("channel", "channel")],
        ..verb("orders", "order", "customer:u1 orders order=o1 amount=10.50 currency=EUR", "A customer orders.")
    },
    Verb {
        fixed: &[("status", "cancelled")],
        keys: ORDER,
        ..verb("cancels", "order_changed", "customer cancels order=o1", "An order is cancelled.")
    },
    Verb {
        fixed: &[("status", "refunded")],
        keys: ORDER,
        ..verb("refunds", "order_changed", "ana refunds order=o1 amount=5", "An order is refunded, in part or whole.")
    },
    Verb {
        words: Words::Value("state"),
        keys: &[("agent", "agent")],
        ..verb("is", "agent_state", "ana is available", "An agent's presence changes.")
    },
    Verb {
        keys: &[("segment", "segment"), ("email_hash", "email_hash"), ("phone_hash", "phone_hash")],
        ..verb("is_customer", "customer", "customer:u1 is_customer segment=vip", "A customer's profile from now on.")
    },
    Verb {
        keys: &[("role", "role"), ("team", "team")],
        ..verb("is_agent", "agent", "ana is_agent role=lead team=returns", "An agent's role and team from now on.")
    },
];
