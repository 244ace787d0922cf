//! What was resolved for good, at the first contact and by bots, against the truth of the simulated shop.
//!
//! The deeds are those that the shop wrote down when it did them. What follows from them is worked out here by looking at every pair of a
//! customer's conversations, without the fold's order of going through them.

use std::collections::BTreeMap;

use deskgauge_core::event::{Cause, Origin, Status, Text};
use deskgauge_core::shop::{ConversationTruth, Deed};

use super::world::{Played, left_out, options, play};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;

/// Shops in which customers come back: few people, many conversations.
fn shops() -> Vec<Played> {
    [(2000, 31, 30), (1500, 32, 38)]
        .map(|(conversations, seed, days)| play(options(conversations, seed, "2026-03-16", days), None))
        .into()
}

fn removed(truth: &ConversationTruth) -> bool {
    matches!(truth.status, Status::Spam | Status::Deleted | Status::Merged)
}

/// A conversation and the others of its customer that count and that the customer began.
struct Seen<'t> {
    truth: &'t ConversationTruth,
    others: Vec<&'t ConversationTruth>,
}

fn begun(shop: &Played) -> Vec<Seen<'_>> {
    let own = |truth: &&ConversationTruth| truth.origin == Origin::Customer && !removed(truth);
    let mut customers: BTreeMap<&Text, Vec<&ConversationTruth>> = BTreeMap::new();
    shop.truths.iter().filter(own).for_each(|truth| customers.entry(&truth.customer).or_default().push(truth));
    let seen = |truth| Seen {
        truth,
        others: customers[&truth.customer].iter().copied().filter(|other| other.conversation != truth.conversation).collect(),
    };
    shop.truths.iter().filter(own).map(seen).collect()
}

fn created(truth: &ConversationTruth) -> i64 {
    truth.created_at.seconds()
}

fn resolved(truth: &ConversationTruth) -> Option<i64> {
    truth.resolved_at.first().map(|at| at.seconds())
}

/// The deeds until the first resolution.
fn until_resolved(truth: &ConversationTruth) -> impl Iterator<Item = &Deed> {
    truth.deeds.iter().map(|(_, deed)| deed).take_while(|deed| **deed != Deed::Resolved)
}

fn when<'t>(truth: &'t ConversationTruth, test: impl Fn(&Deed) -> bool + 't) -> impl Iterator<Item = i64> + 't {
    truth.deeds.iter().filter(move |(_, deed)| test(deed)).map(|(at, _)| at.seconds())
}

/// What the help desk knew it to be about when it was resolved last, or at its creation.
fn reason(truth: &ConversationTruth) -> Option<&Text> {
    let last = truth.deeds.iter().rposition(|(_, deed)| *deed == Deed::Resolved);
    let known = match last {
        Some(last) => &truth.deeds[..last],
        None => &truth.deeds[..truth.deeds.iter().take_while(|(at, _)| *at <= truth.created_at).count()],
    };
    known.iter().rev().find_map(|(_, deed)| if let Deed::ReasonTold(reason) = deed { Some(reason) } else { None })
}

/// Whether two conversations may be about one matter: one follows the other up, or their reasons are not known to differ.
fn one_matter(earlier: &ConversationTruth, later: &ConversationTruth) -> bool {
    let differ = reason(earlier).zip(reason(later)).is_some_and(|(one, other)| one != other);
    !differ || later.parent.as_ref() == Some(&earlier.conversation)
}

fn before(one: &ConversationTruth, other: &ConversationTruth) -> bool {
    (one.created_at, &one.conversation) < (other.created_at, &other.conversation)
}

fn bot_answered(truth: &ConversationTruth) -> Option<i64> {
    when(truth, |deed| *deed == Deed::BotAnswered).last()
}

fn came_back(truth: &ConversationTruth) -> Option<i64> {
    when(truth, |deed| *deed == Deed::Reopened(Cause::Customer)).next()
}

#[tokio::test]
async fn what_the_first_contact_resolved() {
    for shop in shops() {
        let now = shop.world.now;
        let (mut good, mut all, mut waiting, mut unanswered, mut follow_ups) = (0, 0, 0, 0, 0);
        for Seen { truth, others } in begun(&shop) {
            let earlier = others.iter().filter(|other| before(other, truth) && one_matter(other, truth));
            let follows = |other: &&&ConversationTruth| resolved(other).is_none_or(|at| created(truth) - at <= WEEK);
            if earlier.clone().any(|other| follows(&other)) {
                follow_ups += 1;
                continue;
            }
            let Some(at) = resolved(truth) else { continue };
            let replied = until_resolved(truth).any(|deed| *deed == Deed::PersonReplied);
            if !replied && bot_answered(truth).is_none_or(|answered| answered > at) {
                unanswered += 1;
                continue;
            }
            if at + WEEK > now {
                waiting += 1;
                continue;
            }
            all += 1;
            let passed = until_resolved(truth).any(|deed| matches!(deed, Deed::Escalated | Deed::PassedOn));
            let back = came_back(truth).is_some_and(|back| back <= at + WEEK);
            let again = others
                .iter()
                .any(|other| before(truth, other) && one_matter(truth, other) && (created(other) - at).max(0) <= WEEK);
            good += i64::from(!passed && !back && !again);
        }
        let answer = &shop.world.ask("first_contact_resolution", "").await[0];
        assert!(good > 50 && all - good > 50, "{good} of {all}");
        assert_eq!((answer.numerator, answer.denominator), (Some(good), Some(all)), "{answer:?}");
        assert_eq!(answer.provisional, Some(waiting));
        assert_eq!((left_out(answer, "unanswered"), left_out(answer, "follow_up")), (unanswered, follow_ups));
    }
}

#[tokio::test]
async fn what_bots_resolved_without_people() {
    for shop in shops() {
        let now = shop.world.now;
        let mut ladder = [0; 4];
        let (mut all, mut waiting) = (0, 0);
        for Seen { truth, others } in begun(&shop) {
            let answered = bot_answered(truth);
            if answered.unwrap_or(created(truth)) + WEEK > now {
                waiting += 1;
                continue;
            }
            all += 1;
            let people = |deed: &Deed| matches!(deed, Deed::PersonReplied | Deed::PersonNoted | Deed::HandedOver);
            let Some(answered) = answered else { continue };
            let contained = !truth.deeds.iter().any(|(_, deed)| people(deed));
            // What the customer wrote after the last answer, in the order of things.
            let last = truth.deeds.iter().rposition(|(_, deed)| *deed == Deed::BotAnswered).unwrap();
            let wrote = truth.deeds[last..].iter().find(|(_, deed)| *deed == Deed::CustomerWrote).map(|(at, _)| at.seconds());
            let assumed = contained && wrote.is_none_or(|at| at >= answered + DAY);
            let again = others.iter().any(|other| created(other) > answered && created(other) - answered <= WEEK);
            let back = came_back(truth).is_some_and(|at| answered <= at && at <= answered + WEEK);
            let net = contained && wrote.is_none_or(|at| at > answered + WEEK) && !again && !back;
            for (step, holds) in ladder.iter_mut().zip([true, contained, assumed, net]) {
                *step += i64::from(holds);
            }
        }
        assert!(ladder[3] > 10 && ladder.is_sorted_by(|above, below| above >= below), "{ladder:?}");
        for (variant, wanted) in [" --variant involved", " --variant contained", " --variant assumed", ""].into_iter().zip(ladder)
        {
            let answer = &shop.world.ask("automated_resolution_rate", variant).await[0];
            assert_eq!((answer.numerator, answer.denominator), (Some(wanted), Some(all)), "{variant} {answer:?}");
            assert_eq!(answer.provisional, Some(waiting));
        }
    }
}
