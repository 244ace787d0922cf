"""Polars: the running of every SLA clock and its due instant, as in the SQL peers."""

import polars as pl

c = pl.col


def due(frame, spans, goal, cal="cal"):
    """The instant at which a calendar's open seconds reach a goal: the last span with fewer before it."""
    reached = frame.sort(goal).join_asof(spans.rename({"cal": cal}), left_on=goal, right_on="least_goal", by=cal, check_sortedness=False)
    return reached.with_columns(reached_at=c("start_at") + c(goal) - c("before"))


def offset(at, offsets):
    found = pl.lit(offsets[-1][1])
    for until, seconds in reversed(offsets[:-1]):
        found = pl.when(at < until).then(seconds).otherwise(found)
    return found


def clocks(peer):
    """Every clock that counts: channel, the instant that dates it, whether it was met."""
    met_or_due = pl.concat([timed(peer), totals(peer)], how="vertical_relaxed")
    ended, done, due_at = c("end_t").is_not_null(), c("done").fill_null(False), c("due_at")
    counted = pl.when(~ended).then(due_at < peer.now).when(done).then(True).otherwise(due_at < c("end_t"))
    return met_or_due.filter(counted.fill_null(False)).select(
        "channel", t=pl.min_horizontal(due_at, pl.when(done).then("end_t")), met=done & ended & (c("end_t") <= pl.coalesce(due_at, "end_t"))
    )


def instances(peer):
    columns = ["home", "target", "start_o", "start_t", "start_w", "end_t", "end_w", "done"]
    waits = peer.waits.with_columns(target=pl.when("awaits_first").then(0).otherwise(1), done=c("end_mark") == 2).select(columns)
    calls = peer.steps.filter(c("kept") & (c("channel") == "phone") & c("call").is_not_null())
    queued = calls.filter(c("type") == "queued").sort("o").group_by("home", "call", maintain_order=True).agg(
        start_o=c("o").first(), start_t=c("t").first(), start_w=c("w").first())
    ends = calls.filter(((c("type") == "answered") & (c("mark") == 2)) | c("type").is_in(["abandoned", "voicemail", "callback_requested", "ended"]))
    ends = ends.join(queued.select("home", "call", "start_o"), on=["home", "call"]).filter(c("o") > c("start_o")).sort("o")
    ends = ends.group_by("home", "call", maintain_order=True).agg(end_t=c("t").first(), end_w=c("w").first(), done=c("type").first() == "answered")
    queued = queued.join(ends, on=["home", "call"], how="left").with_columns(target=pl.lit(2)).select(columns)
    return pl.concat([waits, queued], how="vertical_relaxed")


def timed(peer):
    """Replies and answers: a target in open seconds, swapped in mid-clock by a higher priority."""
    raises = raised(peer).select("home", raise_t="t", raise_w="w")
    cases = peer.cases.select("channel", "urgent", "back", home="conversation")
    names = ["first_reply", "next_reply", "answer_within"]
    normal = peer.promises.filter(~c("urgent")).select("channel", *(c(name).alias(f"p{n}") for n, name in enumerate(names)))
    high = peer.promises.filter("urgent").select("channel", *(c(name).alias(f"u{n}") for n, name in enumerate(names)))
    rows = instances(peer).join(cases, on="home").join(raises, on="home", how="left").join(normal, on="channel").join(high, on="channel")
    chosen = lambda letter: pl.when(c("target") == 0).then(f"{letter}0").when(c("target") == 1).then(f"{letter}1").otherwise(f"{letter}2")  # noqa: E731
    early = c("urgent") | (c("raise_t") <= c("start_t")).fill_null(False)
    rows = rows.with_columns(promise=pl.when(early).then(chosen("u")).otherwise(chosen("p")), before_raise=c("raise_w") - c("start_w"))
    swaps = ~c("urgent") & (c("raise_t") > c("start_t")) & (c("end_t").is_null() | (c("raise_t") < c("end_t"))) & (c("before_raise") < c("promise"))
    rows = rows.filter(c("promise").is_not_null()).with_columns(swapped=swaps.fill_null(False))
    rows = rows.with_columns(seconds=pl.when("swapped").then(chosen("u")).otherwise("promise"))
    rows = rows.with_columns(
        used_up=c("swapped") & (c("seconds") < c("before_raise")), at_once=(c("swapped") & (c("seconds") == c("before_raise"))).cast(pl.Int64)
    ).with_columns(goal=c("start_w") + c("seconds") + c("at_once")).with_row_index("clock").collect(engine="streaming").lazy()
    late = rows.filter(~c("used_up").fill_null(False) & (c("end_t").is_null() | (c("end_w") - c("start_w") >= c("seconds"))))
    pieces = peer.switches.select(home="conversation", w="w", now_back="back", extra="extra", least=c("w") + 1).sort("least")
    late = late.sort("goal").join_asof(pieces, left_on="goal", right_on="least", by="home", check_sortedness=False).with_columns(
        open_goal=c("goal") - c("extra").fill_null(0),
        cal=pl.when(c("now_back").fill_null(c("back"))).then(0).otherwise(1).cast(pl.Int64),
    )
    late = due(late, peer.spans, "open_goal").select("clock", due_at=c("reached_at") - c("at_once"))
    rows = rows.join(late, on="clock", how="left")
    return rows.select("channel", "end_t", "done", due_at=pl.when(c("used_up").fill_null(False)).then("raise_t").otherwise("due_at"))


def raised(peer):
    rows = peer.steps.filter(c("kept") & (c("type") == "field")).sort("o")
    return rows.group_by("home", maintain_order=True).agg(c("t", "w", "o").first())


def pieces(peer):
    """A conversation's life until its last resolution, in pieces of one calendar and one policy, without the time while resolved."""
    written = peer.cases.filter(c("kept") & (c("channel") != "phone"))
    homes = written.select("channel", "urgent", "back", home="conversation")
    ended = peer.turns.filter(c("is_end") & (c("state") == "resolved")).select("home", until_t="t", until_o="o")
    cuts = pl.concat([
        peer.begun.join(homes.select("home", "urgent", "back"), on="home").select(
            "home", "back", "urgent", o=c("begun_t") * 1_000_000, t="begun_t", w="begun_w", extra=pl.lit(0, pl.Int64), paused=pl.lit(False)),
        peer.switches.select("t", "o", "w", "back", "extra", home="conversation"),
        raised(peer).with_columns(urgent=True),
        peer.turns.filter(c("kept") & ((c("state") == "resolved") | (c("before") == "resolved"))).select(
            "home", "o", "t", "w", paused=c("state") == "resolved"),
    ], how="diagonal").join(homes.select("home"), on="home", how="semi").join(ended, on="home", how="left")
    cuts = cuts.filter(c("until_o").is_null() | (c("o") <= c("until_o"))).sort("home", "o")
    cuts = cuts.with_columns(
        c("back", "extra", "urgent", "paused").forward_fill().over("home"), next_t=c("t").shift(-1).over("home"), next_w=c("w").shift(-1).over("home")
    )
    lives = cuts.filter(~c("paused") & ((c("next_t") > c("t")) | c("next_t").is_null()) & (c("until_t").is_null() | (c("t") < c("until_t"))))
    spent = (c("next_w") - c("w")).fill_null(0)
    return lives.with_columns(elapsed=spent.cum_sum().over("home") - spent)


def totals(peer):
    """Total resolution: open seconds, or the same local time some business days later, put off by what stood still."""
    from lazy import measure

    begun = peer.begun.select("home", "begun_t", "begun_mb", "begun_mf", "channel")
    rows = pieces(peer).join(begun, on="home").join(peer.promises.select("channel", "urgent", "total_seconds", "total_days"), on=["channel", "urgent"])
    rows = rows.with_columns(
        cal=pl.when("back").then(0).otherwise(1).cast(pl.Int64), local_at=c("begun_t") + offset(c("begun_t"), peer.offsets)
    ).collect(engine="streaming").lazy()
    dated = rows.filter(c("total_days").is_not_null()).with_columns(day=c("local_at") // 86_400).join(peer.local_days, on=["cal", "day"])
    same = pl.when(c("total_days") == 1).then("next_1").when(c("total_days") == 2).then("next_2").otherwise("next_3") + c("local_at") % 86_400
    dated = dated.with_columns(same_time=same).filter(c("next_t").is_null() | (c("same_time") <= c("next_t")))
    dated = dated.drop("day").with_columns(day=c("same_time") // 86_400).join(peer.days, on="day").with_columns(
        open_before=pl.when("back").then(measure("b", "same_time")).otherwise(measure("f", "same_time")),
        stood=c("w") - c("extra") - c("elapsed") - pl.when("back").then("begun_mb").otherwise("begun_mf"),
    ).select("home", "t", "next_t", "cal", goal=c("open_before") + pl.max_horizontal(c("stood"), 1), at_once=(c("stood") <= 0).cast(pl.Int64))
    spent = rows.filter(c("total_seconds").is_not_null()).with_columns(left=c("total_seconds") - c("elapsed"))
    spent = spent.filter(c("next_t").is_null() | (c("next_w") - c("w") >= c("left"))).select(
        "home", "t", "next_t", "cal", goal=c("w") - c("extra") + c("left"), at_once=pl.lit(0, pl.Int64))
    found = due(pl.concat([dated, spent], how="vertical_relaxed"), peer.spans, "goal")
    found = found.with_columns(due_at=pl.max_horizontal(c("reached_at") - c("at_once"), "t")).filter(c("next_t").is_null() | (c("due_at") <= c("next_t")))
    found = found.sort("t").group_by("home", maintain_order=True).agg(c("due_at").first())
    ended = peer.turns.filter(c("is_end") & (c("state") == "resolved")).select("home", end_t="t")
    rows = peer.cases.filter(c("kept") & (c("channel") != "phone")).select("channel", home="conversation")
    return rows.join(ended, on="home", how="left").join(found, on="home", how="left").select("channel", "end_t", "due_at", done=pl.lit(True)).select(
        "channel", "end_t", "done", "due_at")
