"""Polars: the smaller facts, each derived from steps and turns: contacts, moves of the stock, touches, surveys."""

import polars as pl

c = pl.col
OPEN = ["us", "customer", "third"]


def counted(peer):
    """Contacts: conversations of customers, their reopenings, and calls that do not begin one."""
    calls = peer.steps.filter(c("kept") & c("type").is_in(["queued", "ringing", "answered"]) & ~c("outward")).sort("o")
    calls = calls.group_by("home", "channel", "inbound", "call", maintain_order=True).agg(c("t").first(), c("o").first())
    calls = calls.with_columns(number=c("o").rank("ordinal").over("home")).filter(
        (c("number") > 1) | ~c("inbound") | c("channel").is_in(["email", "web", "sms", "social"]))
    return pl.concat([
        peer.begun.filter("inbound").select("channel", t="begun_t"),
        peer.turns.filter(c("kept") & c("reopens") & (c("why") == "customer")).select("channel", "t"),
        calls.select("channel", "t"),
    ])


def stocked(peer):
    """What enters the stock of open conversations, and what leaves it."""
    before, after = c("before").is_in(OPEN), c("state").is_in(OPEN)
    return pl.concat([
        peer.cases.select("channel", t="created_at", delta=pl.lit(1)),
        peer.turns.filter(before != after).select("channel", "t", delta=pl.when(before).then(-1).otherwise(1)),
    ], how="vertical_relaxed")


def touched(peer):
    """Replies, calls and resolutions by people."""
    steps = peer.steps.filter("kept")
    return pl.concat([
        steps.filter((c("type") == "message") & (c("mark") == 2)).select("home", "channel", "t", reply=True),
        steps.filter(c("type") == "answered").select("home", "channel", "t", reply=False),
        peer.turns.filter(c("kept") & c("resolves") & c("by_agent")).select("home", "channel", "t", reply=False),
    ])


def surveyed(peer):
    """Questionnaires: when each was sent and answered, and its last score."""
    sent, answered = c("type") == "survey_sent", c("type") == "survey_answered"
    return peer.steps.filter(c("kept") & c("csat").is_not_null()).sort("o").group_by("home", "channel", "csat", maintain_order=True).agg(
        sent_at=c("t").filter(sent).min(), first_at=c("t").filter(answered).min(), t=c("t").filter(answered).max(),
        score=c("score").filter(answered).last(),
    )
