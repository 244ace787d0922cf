//! The shop's vocabulary: channels, languages, reasons and the other words of its events, interned once.
//!
//! Events share their texts, so that a million events hold a few dozen words. What the words mean for the simulation (shares,
//! medians) stands beside them here; how it unfolds does not.

use std::sync::Arc;

use crate::event::Text;

/// Declares an enum over a fixed list of words.
macro_rules! list {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $name { $($variant),+ }
        impl $name {
            #[allow(dead_code, reason = "not every list is gone through")]
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub(super) const WORDS: &'static [&'static str] = &[$($word),+];
        }
    };
}

list!(
    /// Where a conversation takes place.
    Channel { Email = "email", Chat = "chat", Phone = "phone", Social = "social", Whatsapp = "whatsapp" }
);
list!(
    /// What a customer speaks.
    Language { Romanian = "ro", English = "en", Russian = "ru", Chinese = "zh-Hant" }
);
list!(
    /// Why a customer writes.
    Reason {
        Delivery = "delivery",
        Return = "return",
        Defective = "defective",
        Sizing = "sizing",
        Payment = "payment",
        Presale = "presale",
        Account = "account",
        Other = "other",
    }
);
list!(
    /// How urgent it is.
    Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" }
);
list!(
    /// The teams.
    Team { Frontline = "frontline", Returns = "returns", Tier2 = "tier2" }
);
list!(
    /// The customers' segments.
    Segment { New = "new", Regular = "regular", Vip = "vip" }
);
list!(
    /// The shop's two brands.
    Brand { Lumina = "lumina", Nordvik = "nordvik" }
);

impl Channel {
    /// Each channel's share of the demand.
    pub(super) const SHARES: [f64; 5] = [0.5, 0.16, 0.11, 0.09, 0.14];

    /// The wait in seconds that customers find ordinary.
    pub(super) fn expected_wait_seconds(self) -> f64 {
        match self {
            Self::Email => 6.0 * 3600.0,
            Self::Chat | Self::Phone => 60.0,
            Self::Social => 2.0 * 3600.0,
            Self::Whatsapp => 3600.0,
        }
    }

    /// Median seconds of work on one written answer.
    pub(super) fn answer_seconds(self) -> f64 {
        match self {
            Self::Email => 450.0,
            Self::Phone => 300.0,
            Self::Chat | Self::Social | Self::Whatsapp => 260.0,
        }
    }
}

impl Reason {
    /// Each reason's share of the conversations of customers with an order.
    pub(super) const SHARES: [f64; 8] = [0.34, 0.2, 0.12, 0.09, 0.08, 0.04, 0.05, 0.08];
}

impl Language {
    /// Each language's share of the customers.
    pub(super) const SHARES: [f64; 4] = [0.6, 0.22, 0.12, 0.06];
}

/// The interned words.
pub(super) struct Words {
    pub(super) source: Text,
    pub(super) channels: Vec<Text>,
    pub(super) languages: Vec<Text>,
    pub(super) reasons: Vec<Text>,
    pub(super) priorities: Vec<Text>,
    pub(super) teams: Vec<Text>,
    pub(super) segments: Vec<Text>,
    pub(super) brands: Vec<Text>,
    pub(super) currencies: Vec<Text>,
    pub(super) tags: Vec<Text>,
    pub(super) categories: Vec<Text>,
    pub(super) reviewers: Vec<Text>,
    pub(super) bot: Text,
    pub(super) rule: Text,
    pub(super) web: Text,
    pub(super) queue_phone: Text,
    pub(super) queue_chat: Text,
    pub(super) field_priority: Text,
    pub(super) field_reason: Text,
    pub(super) field_tags: Text,
    pub(super) scorecard: Text,
    pub(super) scorecard_version: Text,
    pub(super) role: Text,
}

impl Words {
    pub(super) fn new() -> Self {
        let all = |words: &[&str]| words.iter().map(|word| Arc::from(*word)).collect();
        Self {
            source: "shop".into(),
            channels: all(Channel::WORDS),
            languages: all(Language::WORDS),
            reasons: all(Reason::WORDS),
            priorities: all(Priority::WORDS),
            teams: all(Team::WORDS),
            segments: all(Segment::WORDS),
            brands: all(Brand::WORDS),
            currencies: all(&["RON", "EUR"]),
            tags: all(&["courier", "exchange", "gift", "invoice", "lost_parcel", "promo", "refund", "urgent_event"]),
            categories: all(&["tone", "accuracy", "completeness", "process", "privacy"]),
            reviewers: all(&["q1", "q2"]),
            bot: "assistant".into(),
            rule: "automation".into(),
            web: "web".into(),
            queue_phone: "phone_line".into(),
            queue_chat: "live_chat".into(),
            field_priority: "priority".into(),
            field_reason: "reason".into(),
            field_tags: "tags".into(),
            scorecard: "service".into(),
            scorecard_version: "2".into(),
            role: "agent".into(),
        }
    }
}

/// A short name from a letter and a number.
pub(super) fn name(letter: char, number: u64) -> Text {
    let mut bytes = [0u8; 24];
    let mut at = bytes.len();
    let mut left = number;
    loop {
        at -= 1;
        bytes[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    at -= 1;
    bytes[at] = letter as u8;
    Arc::from(std::str::from_utf8(&bytes[at..]).expect("a letter and digits"))
}
