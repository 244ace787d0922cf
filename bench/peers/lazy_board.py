"""Polars: the board from the facts, one lazy query per table. `interpolation="linear"` is the percentile that the board asks for."""

import polars as pl

c = pl.col
WEEK = 604_800


def board(peer):
    """Wide rows: month, channel, then columns n<question> and v<question>."""
    now, zone = peer.now, peer.zone

    def by_month(frame, at, **aggregates):
        month = pl.from_epoch(at, time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.strftime("%Y-%m-01")
        return frame.with_columns(month=month).group_by("month", "channel").agg(**aggregates)

    def p90(values):
        return values.quantile(0.9, interpolation="linear")

    begun = peer.begun
    responses = begun.filter("inbound").with_columns(seconds=c("reply_t") - c("begun_t"), business=c("reply_w") - c("begun_w"))
    limit = c("begun_t") + 300
    within = responses.filter(
        c("open_now") & (c("reply_t").is_not_null() | ((limit < now) & ~(c("ended_at") <= limit).fill_null(False))))
    replied = peer.waits.filter(c("end_mark") == 2).with_columns(seconds=c("end_t") - c("start_t"), business=c("end_w") - c("start_w"))
    first, last, over = c("is_first") & ~c("bot_only"), c("is_last") & ~c("bot_only"), c("t") + WEEK <= now
    soon = c("next_reopens") & (c("next_after") <= WEEK).fill_null(False)
    lasted = c("is_last") & (c("touches") > 0) & over & ~soon
    n = pl.len()
    return [
        by_month(begun.filter("inbound"), c("begun_t"), n1=n),
        by_month(peer.contacts, c("t"), n2=n),
        by_month(responses.filter(c("reply_t").is_not_null()), c("reply_t"), n3=n, v3=c("seconds").median(), v4=p90(c("seconds")),
                 v5=c("business").median(), v6=p90(c("business"))),
        by_month(replied, c("end_t"), n7=n, v7=c("seconds").mean(), v8=c("seconds").median(), v9=c("business").median(),
                 n10=(~c("is_first")).sum(), v10=p90(c("business").filter(~c("is_first")))),
        by_month(within, pl.min_horizontal("reply_t", limit + 1), n11=n, v11=(c("seconds") <= 300).fill_null(False).mean()),
        by_month(peer.resolutions, c("t"), n12=first.sum(), v12=c("seconds").filter(first).median(), v13=p90(c("business").filter(first)),
                 n14=last.sum(), v14=c("seconds").filter(last).median(), v15=c("business").filter(last).mean(), v16=c("us").filter(last).mean(),
                 v17=c("us_business").filter(last).median(), v18=c("customer").filter(last).mean(), v19=c("third_business").filter(last).mean(),
                 n20=n, n21=over.sum(), v21=(soon & (c("next_why") == "customer")).filter(over).mean(), n22=lasted.sum(),
                 v22=(c("touches") == 1).filter(lasted).mean(), n23=c("is_last").sum(), v23=c("escalated").filter("is_last").mean()),
        by_month(peer.clocks, c("t"), n24=n, v24=c("met").mean()),
        by_month(peer.stock, c("t"), moved=c("delta").sum()).sort("month").select("month", "channel", n25=c("moved").cum_sum().over("channel")),
        by_month(peer.surveys.filter(c("t").is_not_null()), c("t"), n26=n, v26=(c("score") >= 4).mean()),
        by_month(peer.surveys.filter(c("sent_at") + WEEK <= now), c("sent_at"), n27=n,
                 v27=(c("first_at") - c("sent_at") <= WEEK).fill_null(False).mean()),
        by_month(peer.touches, c("t"), n28=c("reply").sum(), n29=c("home").n_unique()),
    ]
