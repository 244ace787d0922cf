"""pandas: the board from the facts. `quantile` interpolates linearly by default, as the board asks."""

import numpy as np
import pandas as pd

import cells

WEEK = 604_800


def board(peer):
    """The cells, one groupby per table."""
    found = {}

    def tell(rows, at, **columns):
        """Counts and statistics by month and channel: n<question> counts rows that hold, v<question> is (values, which rows, statistic)."""
        months = pd.to_datetime(at, unit="s", utc=True).dt.tz_convert(peer.zone).dt.strftime("%Y-%m-01")
        results = {}
        for name, told in columns.items():
            values, which, statistic = told if isinstance(told, tuple) else (told, told, "sum")
            groups = values[which].groupby([months[which], rows.channel[which]])
            results[name] = groups.quantile(0.9) if statistic == "p90" else groups.agg(statistic)
        table = pd.DataFrame(results).rename_axis(["month", "channel"])
        counts = [name for name in table if name[0] == "n"]
        table[counts] = table[counts].fillna(0)
        table = table.astype(object).where(table.notna(), None).reset_index()
        cells.spread(found, list(table.columns), table.itertuples(index=False, name=None))

    now, b, s, t, r = peer.now, peer.begun, peer.steps, peer.turns, peer.resolutions
    every = lambda rows: pd.Series(True, index=rows.index)  # noqa: E731
    inbound = b[b.inbound]
    tell(inbound, inbound.t, n1=every(inbound))
    calls = s[s.kept & s.type.isin(["queued", "ringing", "answered"]) & ~s.outward].drop_duplicates(["home", "call"])
    calls = calls[(calls.groupby("home").cumcount() > 0) | ~calls.inbound | calls.channel.isin(["email", "web", "sms", "social"])]
    contacts = pd.concat([inbound[["channel", "t"]], t[t.kept & t.reopens & (t.why == "customer")][["channel", "t"]], calls[["channel", "t"]]], ignore_index=True)
    tell(contacts, contacts.t, n2=every(contacts))
    f = inbound[inbound.reply_t > 0]
    seconds, business, all_f = f.reply_t - f.t, f.reply_w - f.w, every(f)
    tell(f, f.reply_t, n3=all_f, v3=(seconds, all_f, "median"), v4=(seconds, all_f, "p90"), v5=(business, all_f, "median"), v6=(business, all_f, "p90"))
    w = peer.waits[peer.waits.end_mark == 2]
    seconds, business, all_w = w.end_t - w.start_t, w.end_w - w.start_w, every(w)
    tell(w, w.end_t, n7=all_w, v7=(seconds, all_w, "mean"), v8=(seconds, all_w, "median"), v9=(business, all_w, "median"), n10=~w.is_first,
         v10=(business, ~w.is_first, "p90"))
    a = inbound[inbound.open_now.astype(bool)]
    answered = a.reply_t > 0
    a = a[answered | ((a.t + 300 < now) & ~((a.ended_at > 0) & (a.ended_at <= a.t + 300)))]
    in_time = (a.reply_t > 0) & (a.reply_t - a.t <= 300)
    tell(a, np.minimum(a.reply_t.where(a.reply_t > 0, a.t + 301), a.t + 301), n11=every(a), v11=(in_time.astype(float), every(a), "mean"))
    first, last, over = r.is_first & ~r.bot_only, r.is_last & ~r.bot_only, r.t + WEEK <= now
    soon = r.next_reopens.astype(bool) & (r.next_after <= WEEK)
    lasted = r.is_last & (r.touches > 0) & over & ~soon
    tell(r, r.t, n12=first, v12=(r.seconds, first, "median"), v13=(r.business, first, "p90"), n14=last, v14=(r.seconds, last, "median"),
         v15=(r.business, last, "mean"), v16=(r.us, last, "mean"), v17=(r.us_business, last, "median"), v18=(r.customer, last, "mean"),
         v19=(r.third_business, last, "mean"), n20=every(r), n21=over, v21=((soon & (r.next_why == "customer")).astype(float), over, "mean"),
         n22=lasted, v22=((r.touches == 1).astype(float), lasted, "mean"), n23=r.is_last, v23=(r.escalated.astype(float), r.is_last, "mean"))
    c = peer.clocks.reset_index(drop=True)
    tell(c, c.t, n24=every(c), v24=(c.met.astype(float), every(c), "mean"))
    stock = pd.concat([
        peer.cases.assign(t=peer.cases.created_at, delta=1)[["channel", "t", "delta"]],
        t[(t.before < 4) != (t.state < 4)].assign(delta=np.where(t[(t.before < 4) != (t.state < 4)].before < 4, -1, 1))[["channel", "t", "delta"]],
    ], ignore_index=True)
    month = pd.to_datetime(stock.t, unit="s", utc=True).dt.tz_convert(peer.zone).dt.strftime("%Y-%m-01")
    open_now = stock.delta.groupby([stock.channel, month]).sum().groupby(level=0).cumsum()
    cells.spread(found, ["month", "channel", "n25"], ((at, channel, n) for (channel, at), n in open_now.items()))
    v = s[s.kept & s.csat.notna()]
    keys = [v.home, v.channel, v.csat]
    sent, told = v.t.where(v.type == "survey_sent"), v.t.where(v.type == "survey_answered")
    v = pd.DataFrame({"sent": sent.groupby(keys).min(), "first": told.groupby(keys).min(), "last": told.groupby(keys).max(),
                      "score": v.score.where(v.type == "survey_answered").groupby(keys).last()}).reset_index()
    got, sure = v[v["last"].notna()], v[v.sent + WEEK <= now]
    tell(got, got["last"], n26=every(got), v26=((got.score >= 4).astype(float), every(got), "mean"))
    tell(sure, sure.sent, n27=every(sure), v27=((sure["first"] - sure.sent <= WEEK).astype(float), every(sure), "mean"))
    touches = pd.concat([
        s[s.kept & (s.type == "message") & (s["mark"] == 2)].assign(reply=True), s[s.kept & (s.type == "answered")].assign(reply=False),
        t[t.kept & t.resolves & t.by_agent].assign(reply=False)], ignore_index=True)
    tell(touches, touches.t, n28=touches.reply, n29=(touches.home, every(touches), "nunique"))
    return found
