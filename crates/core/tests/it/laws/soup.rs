//! Random events of every type, crowded and in impossible orders, and very long conversations. All from seeds.

use deskgauge_core::event::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const MONDAY: i64 = 1_704_067_200;
const CONVERSATIONS: &[&str] = &["c1", "c2", "c3", "c4", "c5"];
const PEOPLE: &[&str] = &["u1", "u2", "ana", "bo", "li"];
const TEAMS: &[&str] = &["t1", "t2", "t3"];

/// Dice that make events.
pub(super) struct Soup {
    dice: ChaCha8Rng,
    /// No two events share an id: nothing is corrected or taken back.
    pub(super) distinct_ids: bool,
}

impl Soup {
    pub(super) fn new(seed: u64) -> Self {
        Self { dice: ChaCha8Rng::seed_from_u64(seed), distinct_ids: false }
    }

    pub(super) fn events(&mut self, count: usize) -> Vec<Event> {
        (0..count).map(|number| self.event(number)).collect()
    }

    /// The same events in another order, some of them more than once.
    pub(super) fn arrivals(&mut self, events: &[Event]) -> Vec<Event> {
        let mut all = events.to_vec();
        for event in events {
            if self.chance(20) {
                all.push(event.clone());
            }
        }
        all.shuffle(&mut self.dice);
        all
    }

    fn below(&mut self, end: usize) -> usize {
        self.dice.random_range(0..end)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn word(&mut self, words: &[&str]) -> Text {
        Text::from(self.of(words))
    }

    fn maybe(&mut self, words: &[&str]) -> Option<Text> {
        self.chance(60).then(|| self.word(words))
    }

    fn maybe_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        self.chance(50).then(|| self.of(all))
    }

    /// Ten days; most instants on a coarse grid, so that many things happen at once.
    fn at(&mut self) -> Instant {
        let step: i64 = self.of(&[1, 3_600_000, 3_600_000, 1_800_000]);
        Instant(MONDAY * 1000 + self.dice.random_range(0..10 * 86_400_000) / step * step)
    }

    fn event(&mut self, number: usize) -> Event {
        let repeated = !self.distinct_ids && self.chance(15);
        let id = if repeated { format!("e{}", self.below(number + 1)) } else { format!("e{number}") };
        let actor_kind = self.of(&[
            ActorKind::Customer,
            ActorKind::Customer,
            ActorKind::Agent,
            ActorKind::Agent,
            ActorKind::Agent,
            ActorKind::LightAgent,
            ActorKind::Bot,
            ActorKind::Rule,
            ActorKind::System,
        ]);
        let body = self.body();
        let loose =
            matches!(body, Body::Order(_) | Body::OrderChanged(_) | Body::AgentState(_) | Body::Customer(_) | Body::Agent(_))
                || (matches!(body, Body::SurveySent(_) | Body::SurveyAnswered(_)) && self.chance(20));
        Event {
            id: Text::from(id),
            source: self.word(&["import", "import", "import", "other"]),
            revision: if repeated { self.dice.random_range(0..3) } else { 0 },
            retracted: !self.distinct_ids && self.chance(4),
            at: self.at(),
            seq: self.of(&[0, 0, 0, 1, -1]),
            conversation: (!loose).then(|| self.word(CONVERSATIONS)),
            actor_kind,
            actor: self.maybe(PEOPLE),
            customer: self.maybe(&["u1", "u2", "u3"]),
            body,
        }
    }

    fn body(&mut self) -> Body {
        match self.below(26) {
            0 => Body::Opened(Opened {
                channel: self.maybe(&["email", "chat", "phone"]),
                origin: self.maybe_of(Origin::ALL),
                team: self.maybe(TEAMS),
                priority: self.maybe(&["high", "low"]),
                parent: self.maybe(CONVERSATIONS),
                ..Opened::default()
            }),
            1..=6 => Body::Message(Message {
                public: self.chance(80),
                via: if self.chance(80) { Via::Human } else { self.of(Via::ALL) },
                session: if self.chance(30) { self.maybe(&["s1", "s2"]) } else { None },
                chars: None,
            }),
            7..=9 => {
                let status = if self.chance(70) { self.of(&Status::ALL[..7]) } else { self.of(Status::ALL) };
                Body::Status(StatusChange { status, cause: self.maybe_of(Cause::ALL), into: self.maybe(CONVERSATIONS) })
            }
            10 | 11 => Body::Assigned(Assigned { agent: self.maybe(PEOPLE), team: self.maybe(TEAMS) }),
            12 => self.field(),
            13 => Body::Escalated(Escalated::default()),
            14 => Body::Handoff,
            15..=18 => Body::Call(Call {
                step: self.of(CallStep::ALL),
                call: self.maybe(&["p1", "p2"]),
                queue: self.maybe(&["q1", "q2"]),
                agent: self.maybe(PEOPLE),
                direction: self.maybe_of(Direction::ALL),
                hung_up_by: self.maybe_of(HungUpBy::ALL),
            }),
            19 if self.chance(30) => Body::Worked(Worked { agent: self.maybe(PEOPLE), seconds: self.dice.random_range(0..5000) }),
            19 => Body::AgentState(AgentStateChange { agent: self.maybe(PEOPLE), state: self.of(AgentState::ALL) }),
            20 if self.chance(50) => Body::SlaApplied(self.word(&["high", "low", "tin"])),
            20 => Body::SlaRemoved(self.word(&["high", "low", "tin"])),
            21 => Body::SurveySent(SurveySent {
                survey: self.word(&["v1", "v2"]),
                kind: self.of(SurveyKind::ALL),
                agent: self.maybe(PEOPLE),
            }),
            22 => self.answer(),
            23 => self.review(),
            24 if self.chance(50) => Body::OrderChanged(OrderChanged {
                order_id: self.word(&["o1", "o2", "o3"]),
                status: self.of(OrderStatus::ALL),
                amount: self.chance(50).then(|| Decimal::from_int(3)),
            }),
            24 => Body::Order(Order {
                order_id: self.word(&["o1", "o2", "o3"]),
                amount: Decimal(self.dice.random_range(-10_000..1_000_000)),
                currency: None,
                channel: None,
            }),
            _ if self.chance(50) => Body::Agent(AgentProfile { role: None, team: self.maybe(TEAMS) }),
            _ => Body::Customer(CustomerProfile { segment: self.maybe(&["vip", "basic"]), ..CustomerProfile::default() }),
        }
    }

    fn field(&mut self) -> Body {
        let field = self.word(&["priority", "team", "tags", "schedule", "due_at", "made_sla", "amount", "colour"]);
        let value = match &*field {
            "due_at" => Some(Text::from(self.at().0.to_string())),
            "team" => self.maybe(TEAMS),
            "schedule" => self.maybe(&["support", "nights"]),
            _ => self.maybe(&["high", "low", "vip;late", "true", "1.5"]),
        };
        Body::Field(FieldChange { field, value: value.filter(|_| self.chance(85)) })
    }

    fn answer(&mut self) -> Body {
        let (low, high) = self.of(&[(1, 5), (0, 10), (1, 7), (i64::MIN / 20_000, i64::MAX / 20_000)]);
        Body::SurveyAnswered(SurveyAnswered {
            survey: self.word(&["v1", "v2"]),
            kind: self.of(SurveyKind::ALL),
            score: Decimal::from_int(self.dice.random_range(low..=high)),
            scale_min: Decimal::from_int(low),
            scale_max: Decimal::from_int(high),
            better: self.of(Better::ALL),
            comment_chars: None,
        })
    }

    fn review(&mut self) -> Body {
        let mut rating = || Rating {
            category: self.word(&["tone", "facts"]),
            weight: Decimal(self.dice.random_range(0..100_000)),
            rating: self.chance(80).then(|| Decimal(self.dice.random_range(0..=50_000))),
            min: Decimal(0),
            max: Decimal::from_int(5),
            critical: self.chance(20),
        };
        let ratings = vec![rating(), rating()];
        Body::Reviewed(Reviewed {
            review: self.word(&["r1", "r2"]),
            scorecard: None,
            scorecard_version: None,
            agent: self.maybe(PEOPLE),
            ratings,
        })
    }
}

/// Conversations that never end, by what happens in them again and again; `@` is a number that rises.
pub(super) const LONG: &[(&str, &str)] = &[
    ("talk", "customer says\nana says"),
    ("ping-pong", "customer says\nana says\nana solves\ncustomer reopens"),
    ("priorities", "customer says\nrule sets priority=high\nana says\nrule clears priority"),
    ("teams", "rule assigns nobody team=t1\nana says\nrule assigns nobody team=t2\nana pends\ncustomer reopens\nana says"),
    ("calls", "customer queues call=p@\nana answers call=p@\nana ends call=p@\nana wraps call=p@"),
    ("sessions", "customer says session=s@\nana says session=s@\nana notes"),
    ("surveys", "ana says\ncustomer is_asked csat survey=s@\ncustomer rates csat=4 survey=s@"),
    ("reviews", "ana says\neva reviews review=r@ ratings=tone:2:4/0..5"),
    ("due dates", "ana says\nrule sets due_at=2024-02-01T00:00:00Z\nrule sets due_at=2024-03-01T00:00:00Z"),
    ("adopting", "customer says\nana says\nana notes"),
];

/// Such a conversation of about so many events, a minute apart.
pub(super) fn long(pattern: &str, count: usize) -> Vec<Event> {
    use deskgauge_core::notation::{ParseOptions, parse};
    let lines: Vec<&str> = pattern.lines().collect();
    let mut text = String::from("conversation main\nmon 00:00 customer opens\n");
    for number in 0..count {
        text += &format!("+1m {}\n", lines[number % lines.len()].replace('@', &(number / lines.len()).to_string()));
    }
    let (mut events, problems) = parse(&text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    if pattern == LONG[LONG.len() - 1].1 {
        halve(&mut events);
    }
    events
}

/// Gives every other message to a second conversation that is merged into the first.
fn halve(events: &mut Vec<Event>) {
    let second = Text::from("second");
    events.iter_mut().skip(1).step_by(3).for_each(|event| event.conversation = Some(second.clone()));
    let mut last = events[events.len() - 1].clone();
    last.id = Text::from("merge");
    last.conversation = Some(second);
    last.body = Body::Status(StatusChange { status: Status::Merged, cause: None, into: Some(Text::from("main")) });
    events.push(last);
}
