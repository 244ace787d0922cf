//! The fact tables of how conversations are looked after: SLA clocks, calls, work, surveys and reviews.
//!
//! They are a part of the one list in `tables`, which they join between the tables before and behind them.

/// Hands three lists of tables to a macro as one: those before, those of this file, those behind.
macro_rules! with_care_tables {
    ($then:ident, { $($before:tt)* }, { $($behind:tt)* }) => {
        $then! {
            $($before)*

            /// One row per running of an SLA clock, explicit due dates too; dated by its decision: the fulfilment or the due instant, whichever is first.
            SlaClock in sla_clocks (conversation, sorted by started_at) {
                /// The policy; null for an explicit due date.
                policy: Option<Text>,
                /// The version of the policy.
                policy_from: Option<At>,
                /// first_reply, next_reply, periodic_update, pausable_update, requester_wait, agent_work, total_resolution, team_ownership, answer_within or due_date.
                target: &'static str,
                /// 1 for the first running of this target.
                cycle: i64,
                /// calendar or business.
                clock: &'static str,
                /// The start.
                started_at: At,
                /// The target; null where it is a date or a number of business days.
                target_seconds: Option<i64>,
                /// The last instant that meets it; null while it is paused.
                due_at: Option<At>,
                /// When it was fulfilled.
                fulfilled_at: Option<At>,
                /// When it stopped: fulfilled, or cancelled.
                ended_at: Option<At>,
                /// True: it stopped undecided: resolved without a reply, removed, merged, or the policy gone.
                cancelled: bool,
                /// True: it was cancelled by the conversation's resolution.
                resolved: bool,
                /// Time on the clock when it stopped; null while it runs.
                elapsed_seconds: Option<i64>,
                /// How far past its target it stopped; null unless it did.
                overrun_seconds: Option<i64>,
            }

            /// One row per conversation with SLA clocks; dated by the decision of its last one.
            SlaOutcome in sla_outcomes (conversation, sorted by started_at) {
                /// The start of its first clock.
                started_at: At,
                /// When its last clock is decided; null while one is paused.
                decided_at: Option<At>,
                /// When its first breach happens, if no clock is fulfilled before; may lie ahead.
                breached_at: Option<At>,
                /// Its clocks, cancelled ones not counted.
                clocks_count: i64,
            }

            /// One row per entry of a call or a live chat into a queue, or per call that met none; dated by the entry.
            QueueEntry in queue_entries (conversation, sorted by entered_at) {
                /// The call.
                call: Option<Text>,
                /// The queue.
                queue: Option<Text>,
                /// in or out.
                direction: &'static str,
                /// True: the call's first queue.
                first_queue: bool,
                /// True: a person had answered the call in an earlier queue and passed it on.
                answered_before: bool,
                /// The entry.
                entered_at: At,
                /// The call's first step: the entry into its first queue. A call that was over and comes again begins anew.
                arrived_at: At,
                /// When the customer called: the conversation's opening where the call began it, so that a menu or a bot before the queue is in; else arrived_at.
                called_at: At,
                /// When it rang at an agent.
                ringing_at: Option<At>,
                /// When an agent took it.
                answered_at: Option<At>,
                /// When the customer left.
                abandoned_at: Option<At>,
                /// When it ended.
                ended_at: Option<At>,
                /// answered, abandoned, voicemail, callback, transferred, ended or waiting.
                outcome: &'static str,
                /// From the entry to the answer, the leaving or the end of waiting.
                wait_seconds: Option<i64>,
                /// From the answer to the end, without hold.
                talk_seconds: Option<i64>,
                /// On hold.
                hold_seconds: Option<i64>,
                /// After-call work.
                wrap_seconds: Option<i64>,
                /// Who ended it.
                hung_up_by: Option<&'static str>,
                /// When somebody first called back after a callback was asked for or a voicemail left.
                callback_started_at: Option<At>,
                /// When that first reached the customer.
                callback_answered_at: Option<At>,
            }

            /// One row per stretch of handling work; dated by its end.
            Handling in handling (conversation, sorted by ended_at) {
                /// worked: a tool measured it; call: talk, hold and wrap; estimate: the message-gap rule.
                method: &'static str,
                /// The start.
                started_at: At,
                /// The end.
                ended_at: At,
                /// Seconds of work.
                seconds: i64,
                /// The call's work by all who took it, at its last stretch only, so that each call counts once; null of other methods.
                call_seconds: Option<i64>,
                /// The conversation's work, at its last stretch only.
                conversation_seconds: Option<i64>,
                /// The agent's work on the conversation, at the agent's last stretch only.
                agent_seconds: Option<i64>,
            }

            /// One row per survey sending, or per answer without one; dated by the answer, or by the sending while there is none.
            Survey in surveys (conversation, sorted by asked_at) {
                /// The sending.
                survey: Text,
                /// csat, nps or ces.
                kind: &'static str,
                /// The people of the team who had replied publicly when it was sent.
                participants: Vec<Text>,
                /// When it was sent, or answered where no sending is known.
                asked_at: At,
                /// When it was sent.
                sent_at: Option<At>,
                /// When the counting answer was given: the latest one.
                answered_at: Option<At>,
                /// When it was first answered.
                first_answered_at: Option<At>,
                /// The counting answer on its own scale.
                score: Option<Decimal>,
                /// The first answer.
                first_score: Option<Decimal>,
                /// Lowest point of the scale.
                scale_min: Option<Decimal>,
                /// Highest point of the scale.
                scale_max: Option<Decimal>,
                /// Which end is good: high or low.
                better: &'static str,
                /// csat: the answer is in the satisfied set of its scale.
                satisfied: Option<bool>,
                /// nps: 9 or 10.
                promoter: Option<bool>,
                /// nps: 0 to 6.
                detractor: Option<bool>,
                /// The answer from 0 (worst) to 1 (best).
                normalised_score: Option<Decimal>,
                /// How often it was answered or changed.
                answers_count: i64,
                /// Length of the comment.
                comment_chars: Option<i64>,
            }

            /// One row per quality review; dated by the review.
            Review in reviews (conversation, sorted by reviewed_at) {
                /// The review.
                review: Text,
                /// When.
                reviewed_at: At,
                /// Who reviewed.
                reviewer: Option<Text>,
                /// The scorecard.
                scorecard: Option<Text>,
                /// Its version.
                scorecard_version: Option<Text>,
                /// The weighted score from 0 to 1; null where no category applies; 0 where a critical one fails.
                score: Option<Decimal>,
                /// The same with ratings divided by their maximum.
                ratio_score: Option<Decimal>,
                /// A critical category failed.
                critical_failed: bool,
                /// Critical categories that apply.
                critical_count: i64,
                /// True: another reviewer has reviewed this agent's work in this conversation by this scorecard before.
                calibration: bool,
                /// How far the score is from that of the first such review; null where either has none.
                calibration_gap: Option<Decimal>,
                /// When the last of several reviewers reviewed the same work by the same scorecard; null of a review that is not its reviewer's first of it with a score, or the only one.
                compared_at: Option<At>,
                /// The square of the score's distance from the mean of theirs, in percentage points, times n / (n - 1) of n reviewers.
                spread: Option<Decimal>,
            }

            /// One row per category of a review; dated by the review.
            ReviewRating in review_ratings (conversation, sorted by reviewed_at) {
                /// The review.
                review: Text,
                /// When.
                reviewed_at: At,
                /// Who reviewed.
                reviewer: Option<Text>,
                /// The category.
                category: Text,
                /// Its weight.
                weight: Decimal,
                /// The rating; null: not applicable.
                rating: Option<Decimal>,
                /// Lowest point of the scale.
                scale_min: Decimal,
                /// Highest point of the scale.
                scale_max: Decimal,
                /// Failing it fails the review.
                critical: bool,
                /// The rating from 0 to 1 of its scale; null: not applicable.
                score: Option<Decimal>,
                /// True: below half of its scale.
                failed: bool,
                /// As in reviews.
                calibration: bool,
            }

            $($behind)*
        }
    };
}

pub(super) use with_care_tables;
