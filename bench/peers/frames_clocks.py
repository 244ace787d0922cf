"""pandas: the running of every SLA clock and its due instant, as in the other peers. No instant is 0."""

import numpy as np
import pandas as pd


def reach(peer, rows, goal):
    """The instant at which a calendar's open seconds reach a goal: the last span with fewer before it."""
    spans = peer.spans[["cal", "start_at", "before"]]
    rows = rows.sort_values(goal, kind="stable")
    return pd.merge_asof(rows, spans, left_on=goal, right_on="before", by="cal", allow_exact_matches=False).eval(f"due_at = start_at + {goal} - before")


def clocks(peer):
    """Every clock that counts: channel, the instant that dates it, whether it was met."""
    c = pd.concat([timed(peer), totals(peer)])
    late = np.where(c.end_t == 0, (c.due_at > 0) & (c.due_at < peer.now), c.done | ((c.due_at > 0) & (c.due_at < c.end_t)))
    c = c[late.astype(bool)]
    fulfilled = c.done & (c.end_t > 0) & ((c.due_at == 0) | (c.end_t < c.due_at))
    return pd.DataFrame({
        "channel": c.channel, "t": np.where(fulfilled, c.end_t, c.due_at), "met": c.done & (c.end_t > 0) & ((c.due_at == 0) | (c.end_t <= c.due_at))})


def raises(peer):
    s = peer.steps
    return s[s.kept & (s.type == "field")].drop_duplicates("home")[["home", "t", "w", "o"]]


def instances(peer):
    w = peer.waits
    waits = w.assign(target=np.where(w.awaits_first, 0, 1), done=w.end_mark == 2)
    s = peer.steps[peer.steps.kept & (peer.steps.channel == "phone") & peer.steps.call.notna()]
    queued = s[s.type == "queued"].drop_duplicates(["home", "call"])[["home", "call", "o", "t", "w"]]
    queued = queued.rename(columns={"o": "start_o", "t": "start_t", "w": "start_w"})
    ends = s[((s.type == "answered") & (s["mark"] == 2)) | s.type.isin(["abandoned", "voicemail", "callback_requested", "ended"])]
    ends = ends.merge(queued[["home", "call", "start_o"]], on=["home", "call"])
    ends = ends[ends.o > ends.start_o].drop_duplicates(["home", "call"])
    ends = ends.assign(done=ends.type == "answered").rename(columns={"t": "end_t", "w": "end_w"})
    queued = queued.merge(ends[["home", "call", "end_t", "end_w", "done"]], on=["home", "call"], how="left").assign(target=2)
    queued = queued.fillna({"end_t": 0, "end_w": 0}).assign(done=queued.done.eq(True))
    columns = ["home", "target", "start_t", "start_w", "end_t", "end_w", "done"]
    return pd.concat([waits[columns], queued[columns]], ignore_index=True)


def timed(peer):
    """Replies and answers: a target in open seconds, swapped in mid-clock by a higher priority."""
    i = instances(peer).merge(peer.cases[["channel", "urgent", "back"]], left_on="home", right_index=True)
    r = raises(peer).set_index("home")
    i["raise_t"], i["raise_w"] = i.home.map(r.t).fillna(0), i.home.map(r.w).fillna(0)
    promised = {
        (row.channel, row.urgent, target): getattr(row, name) or 0
        for row in peer.promises.fillna(0).itertuples() for target, name in enumerate(["first_reply", "next_reply", "answer_within"])
    }
    early = i.urgent | ((i.raise_t > 0) & (i.raise_t <= i.start_t))
    look = lambda urgent: np.array([promised[key] for key in zip(i.channel, urgent, i.target)])  # noqa: E731
    i["promise"], later = look(early), look(np.ones(len(i), bool))
    before = i.raise_w - i.start_w
    swapped = ~i.urgent & (i.raise_t > i.start_t) & ((i.end_t == 0) | (i.raise_t < i.end_t)) & (before < i.promise)
    i["seconds"] = np.where(swapped, later, i.promise)
    i["used_up"], i["at_once"] = swapped & (i.seconds < before), (swapped & (i.seconds == before)).astype(int)
    i["goal"] = (i.start_w + i.seconds + i.at_once).astype("int64")
    i = i[i.promise > 0].reset_index(drop=True)
    late = i[~i.used_up & ((i.end_t == 0) | (i.end_w - i.start_w >= i.seconds))].reset_index(names="clock")
    pieces = peer.switches[["home", "w", "back", "extra"]].sort_values("w", kind="stable")
    late = pd.merge_asof(late.sort_values("goal", kind="stable"), pieces, left_on="goal", right_on="w", by="home", allow_exact_matches=False, suffixes=("", "_now"))
    late["open_goal"] = late.goal - late.extra.fillna(0).astype("int64")
    late["cal"] = np.where(late.back_now.where(late.back_now.notna(), late.back).astype(bool), 0, 1)
    found = reach(peer, late, "open_goal").set_index("clock")
    due_at = (found.due_at - found.at_once).reindex(i.index).fillna(0)
    return i.assign(due_at=np.where(i.used_up, i.raise_t, due_at))[["channel", "end_t", "done", "due_at"]]


def pieces(peer):
    """A conversation's life until its last resolution, in pieces of one calendar and one policy, without the time while resolved."""
    c = peer.cases[peer.cases.kept & (peer.cases.channel != "phone")]
    t = peer.turns[peer.turns.kept]
    ended = t[t.is_end & (t.state == 4)].set_index("home")[["t", "o"]]
    opened = peer.begun[["t", "w"]].join(c[["back", "urgent"]], how="inner").rename_axis("home").reset_index()
    cuts = pd.concat([
        opened.assign(o=opened.t * 1_000_000, extra=0, paused=False),
        peer.switches[["home", "t", "o", "w", "back", "extra"]],
        raises(peer).assign(urgent=True),
        t[(t.state == 4) | (t.before == 4)][["home", "o", "t", "w", "state"]].assign(paused=lambda rows: rows.state == 4).drop(columns="state"),
    ])
    cuts = cuts[cuts.home.isin(c.index)]
    cuts["until_t"], cuts["until_o"] = cuts.home.map(ended.t).fillna(0), cuts.home.map(ended.o).fillna(0)
    cuts = cuts[(cuts.until_o == 0) | (cuts.o <= cuts.until_o)].sort_values(["home", "o"], ignore_index=True)
    filled = cuts.groupby("home")[["back", "extra", "urgent", "paused"]].ffill()
    for name in filled:
        cuts[name] = filled[name].astype("int64" if name == "extra" else bool)
    nexts = cuts.groupby("home")[["t", "w"]].shift(-1, fill_value=0)
    cuts["next_t"], cuts["next_w"] = nexts.t, nexts.w
    lives = cuts[~cuts.paused & ((cuts.next_t == 0) | (cuts.next_t > cuts.t)) & ((cuts.until_t == 0) | (cuts.t < cuts.until_t))].copy()
    spent = (lives.next_w - lives.w).where(lives.next_t > 0, 0)
    lives["elapsed"] = spent.groupby(lives.home).cumsum() - spent
    return lives


def totals(peer):
    """Total resolution: open seconds, or the same local time some business days later, put off by what stood still."""
    from frames import measure

    p = pieces(peer).merge(peer.begun[["channel", "t", "mb", "mf"]].add_prefix("begun_"), left_on="home", right_index=True)
    p = p.merge(peer.promises[["channel", "urgent", "total_seconds", "total_days"]].fillna(0), left_on=["begun_channel", "urgent"], right_on=["channel", "urgent"])
    offset = np.select([p.begun_t < until for until, _ in peer.tables.offsets[:-1]], [seconds for _, seconds in peer.tables.offsets[:-1]], peer.tables.offsets[-1][1])
    p["cal"], p["local_at"] = np.where(p.back, 0, 1), p.begun_t + offset
    d = p[p.total_days > 0].assign(day=p.local_at // 86_400).merge(peer.local_days, on=["cal", "day"]).drop(columns="day")
    d["same_time"] = np.select([d.total_days == 1, d.total_days == 2], [d.next_1, d.next_2], d.next_3) + d.local_at % 86_400
    d = peer.with_days(d[(d.next_t == 0) | (d.same_time <= d.next_t)], "same_time")
    before = np.where(d.back, measure(d, "b", d.same_time), measure(d, "f", d.same_time))
    stood = d.w - d.extra - d.elapsed - np.where(d.back, d.begun_mb, d.begun_mf)
    d = d.assign(goal=before + np.maximum(stood, 1), at_once=(stood <= 0).astype(int))
    s = p[p.total_seconds > 0]
    left = s.total_seconds - s.elapsed
    s = s.assign(goal=s.w - s.extra + left, at_once=0)[(s.next_t == 0) | (s.next_w - s.w >= left)]
    columns = ["home", "t", "next_t", "cal", "goal", "at_once"]
    g = reach(peer, pd.concat([d[columns], s[columns]]).astype({"goal": "int64"}), "goal")
    g["due_at"] = np.maximum(g.due_at - g.at_once, g.t)
    g = g[(g.next_t == 0) | (g.due_at <= g.next_t)].sort_values("t", kind="stable").drop_duplicates("home").set_index("home")
    c = peer.cases[peer.cases.kept & (peer.cases.channel != "phone")]
    t = peer.turns[peer.turns.is_end & (peer.turns.state == 4)].set_index("home").t
    return pd.DataFrame({
        "channel": c.channel, "end_t": t.reindex(c.index).fillna(0), "done": True, "due_at": g.due_at.reindex(c.index).fillna(0)})
