//! Random legal events of every type and random texts, from a seed. It knows the event types and nothing of the notation.

use std::sync::Arc;

use deskgauge_core::event::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// `count` events from a seed, in no order, of few conversations, so that instants, ids and headers meet.
pub(super) fn events(seed: u64, count: usize) -> Vec<Event> {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    (0..count).map(|number| dice.event(number)).collect()
}

/// A text of some of the pieces, from a seed.
pub(super) fn text_of(seed: u64, pieces: &[&str]) -> String {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed));
    (0..dice.below(40)).map(|_| pieces[dice.below(pieces.len())]).collect()
}

const AWKWARD: &[&str] = &[
    "a b",
    "\"",
    "\\",
    "two\nlines",
    "a=b",
    "a;b",
    ";",
    ",",
    "#1",
    "# x",
    "x:1",
    "customer",
    "bot",
    "nobody",
    "agent:x",
    " ",
    "\t",
    "\r",
    "é",
    "日本語",
    "\u{1f600}",
    "\u{a0}",
    "\u{2028}",
    "\u{7}",
    "-",
    "+20s",
    "1..5",
    "a/b",
    "!",
    "\\n",
    "no conversation",
    "csat",
    "e1",
    "e2",
    "conversation",
    "\u{301}",
    "mon",
    "'",
    "|",
];
const PLAIN: &[&str] = &["ana", "bo", "u1", "acme", "email", "x-1", "7", "zendesk:1", "high"];

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn text(&mut self) -> Text {
        let many = if self.chance(70) { PLAIN } else { AWKWARD };
        let mut text = many[self.below(many.len())].to_owned();
        if self.chance(10) {
            text.push_str(AWKWARD[self.below(AWKWARD.len())]);
        }
        Arc::from(text)
    }

    fn maybe(&mut self) -> Option<Text> {
        if self.chance(50) { Some(self.text()) } else { None }
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn maybe_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        if self.chance(50) { Some(self.of(all)) } else { None }
    }

    fn count(&mut self) -> i64 {
        if self.chance(5) { i64::MAX } else { self.0.random_range(0..100_000) }
    }

    fn decimal(&mut self) -> Decimal {
        Decimal(if self.chance(50) {
            self.0.random_range(-5..5) * Decimal::ONE
        } else {
            self.0.random_range(-9_999_999..9_999_999)
        })
    }

    fn instant(&mut self) -> Instant {
        // Around changes of clocks in Berlin, St John's and Lord Howe Island, at one of few instants, or anywhere.
        let centre = self.of(&[1_729_990_800, 1_711_846_800, 1_730_608_200, 1_712_415_600, 1_704_099_600]);
        match self.below(4) {
            0 => Instant::from_seconds(centre),
            1 => Instant::from_seconds(centre + self.0.random_range(-7200..7200)),
            2 => Instant(centre * 1000 + self.0.random_range(-7_200_000..7_200_000)),
            _ => Instant(self.0.random_range(315_532_800_000..4_102_444_800_000)),
        }
    }

    fn event(&mut self, number: usize) -> Event {
        let actor_kind = self.of(ActorKind::ALL);
        let mut actor = self.maybe();
        let mut customer = if self.chance(30) { actor.clone() } else { self.maybe() };
        let body = self.body(&actor);
        let loose = matches!(
            body,
            Body::Order(_)
                | Body::OrderChanged(_)
                | Body::AgentState(_)
                | Body::Customer(_)
                | Body::Agent(_)
                | Body::SurveySent(_)
                | Body::SurveyAnswered(_)
        );
        match body {
            Body::Order(_) => customer = customer.or(Some(Arc::from("u9"))),
            Body::Customer(_) | Body::Agent(_) => actor = actor.or(Some(Arc::from("u8"))),
            _ => {}
        }
        let conversation =
            if loose && self.chance(50) { None } else { Some(Arc::from(self.of(&["c1", "c1", "c1", "7", "a b", "no=\"1\""]))) };
        Event {
            id: if self.chance(50) { Arc::from(format!("e{}", number + 1)) } else { self.text() },
            source: if self.chance(70) { Arc::from("import") } else { self.text() },
            revision: if self.chance(80) { 0 } else { self.0.random_range(-3..9) },
            retracted: self.chance(10),
            at: self.instant(),
            seq: if self.chance(80) { 0 } else { self.of(&[1, 2, 5, -1, i64::MAX, i64::MIN]) },
            conversation,
            actor_kind,
            actor,
            customer,
            body,
        }
    }

    fn body(&mut self, actor: &Option<Text>) -> Body {
        match self.below(24) {
            0 | 1 => Body::Opened(self.opened()),
            2 => Body::Message(Message {
                public: self.chance(50),
                via: self.of(Via::ALL),
                session: self.maybe(),
                chars: if self.chance(50) { Some(self.count()) } else { None },
            }),
            3 => {
                Body::Status(StatusChange { status: self.of(Status::ALL), cause: self.maybe_of(Cause::ALL), into: self.maybe() })
            }
            4 => Body::Assigned(Assigned { agent: self.maybe(), team: self.maybe() }),
            5 => Body::Field(FieldChange { field: self.text(), value: self.maybe() }),
            6 => Body::Escalated(Escalated { tier: self.maybe(), escalation: self.maybe_of(Escalation::ALL) }),
            7 => Body::Handoff,
            8..=10 => Body::Call(Call {
                step: self.of(CallStep::ALL),
                call: self.maybe(),
                queue: self.maybe(),
                agent: self.maybe(),
                direction: self.maybe_of(Direction::ALL),
                hung_up_by: self.maybe_of(HungUpBy::ALL),
            }),
            11 => Body::Worked(Worked { agent: self.maybe(), seconds: self.count() }),
            12 => Body::SlaApplied(self.text()),
            13 => Body::SlaRemoved(self.text()),
            14 => Body::SurveySent(SurveySent { survey: self.survey(), kind: self.of(SurveyKind::ALL), agent: self.maybe() }),
            15 => Body::SurveyAnswered(self.survey_answered()),
            16 => {
                let ratings = (0..self.below(4)).map(|_| self.rating()).collect();
                Body::Reviewed(Reviewed {
                    review: self.text(),
                    scorecard: self.maybe(),
                    scorecard_version: self.maybe(),
                    agent: self.maybe(),
                    ratings,
                })
            }
            17 => Body::Order(Order {
                order_id: self.text(),
                amount: self.decimal(),
                currency: self.maybe(),
                channel: self.maybe(),
            }),
            18 => Body::OrderChanged(OrderChanged {
                order_id: self.text(),
                status: self.of(OrderStatus::ALL),
                amount: if self.chance(50) { Some(self.decimal()) } else { None },
            }),
            19 => Body::AgentState(AgentStateChange {
                // Reading gives a state without an agent to its actor.
                agent: self.maybe().or_else(|| actor.clone()),
                state: self.of(AgentState::ALL),
            }),
            20 => Body::Customer(CustomerProfile { segment: self.maybe(), email_hash: self.maybe(), phone_hash: self.maybe() }),
            21 => Body::Agent(AgentProfile { role: self.maybe(), team: self.maybe() }),
            _ => Body::Message(Message { public: true, via: Via::Human, session: None, chars: None }),
        }
    }

    fn opened(&mut self) -> Opened {
        let mut tags: Vec<Text> = (0..self.below(4)).map(|_| self.text()).collect();
        tags.sort();
        tags.dedup();
        Opened {
            channel: self.maybe(),
            origin: self.maybe_of(Origin::ALL),
            brand: self.maybe(),
            team: self.maybe(),
            priority: self.maybe(),
            reason: self.maybe(),
            tags,
            language: self.maybe(),
            parent: self.maybe(),
        }
    }

    fn survey(&mut self) -> Text {
        if self.chance(50) { Arc::from(self.of(&["c1/csat", "7/nps", "/csat"])) } else { self.text() }
    }

    fn survey_answered(&mut self) -> SurveyAnswered {
        let kind = self.of(SurveyKind::ALL);
        let (scale_min, scale_max) = self.of(&[(1, 5), (0, 10), (1, 7), (-3, 3)]);
        let (scale_min, scale_max) = (Decimal::from_int(scale_min), Decimal::from_int(scale_max));
        SurveyAnswered {
            survey: self.survey(),
            kind,
            score: Decimal(self.0.random_range(scale_min.0..=scale_max.0)),
            scale_min,
            scale_max,
            better: self.of(Better::ALL),
            comment_chars: if self.chance(50) { Some(self.count()) } else { None },
        }
    }

    fn rating(&mut self) -> Rating {
        let min = self.decimal();
        let max = Decimal(min.0 + self.0.random_range(1..100_000));
        let rating = if self.chance(70) { Some(Decimal(self.0.random_range(min.0..=max.0))) } else { None };
        Rating { category: self.text(), weight: self.decimal(), rating, min, max, critical: self.chance(30) }
    }
}
