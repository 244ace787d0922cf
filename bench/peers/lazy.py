"""Polars as a peer: lazy frames and the streaming engine. What needs order is sorted once; shifts and running counts go over conversations.

Asked directly, facts stay frames; with a store they are Parquet files.
Business time is the same running number as in the SQL peers: open seconds of the calendar in force plus what earlier calendars had more.
"""

import polars as pl

import calendar_tables as rules_of
import cells
from lazy_store import FACTS, Store, from_text

NEEDED = [
    "opened", "message", "status", "assigned", "field", "escalated", "queued", "ringing", "answered", "abandoned", "voicemail",
    "callback_requested", "ended", "survey_sent", "survey_answered",
]
OPEN = ["us", "customer", "third"]
WEEK = 604_800
c = pl.col


def frame(columns, rows):
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).lazy()


def measure(cal, at="t"):
    """Open seconds of a calendar before an instant, from the row of its day."""
    spans = [pl.max_horizontal(pl.lit(0), pl.min_horizontal(c(at), c(f"{cal}_z{n}")) - c(f"{cal}_a{n}")) for n in (1, 2)]
    return c(f"{cal}_before") + spans[0] + spans[1]


def is_open(cal):
    return ((c("t") >= c(f"{cal}_a1")) & (c("t") < c(f"{cal}_z1"))) | ((c("t") >= c(f"{cal}_a2")) & (c("t") < c(f"{cal}_z2")))


class Peer:
    """Lazy frames; each table of facts is collected once, by the streaming engine."""

    def __init__(self, tables, now, threads, store=None):
        self.now = now
        self.zone = tables.zone.key
        self.back_teams = tables.back_teams
        self.offsets = tables.offsets
        self.days = frame(rules_of.DAYS, tables.days)
        self.spans = frame(rules_of.SPANS, tables.spans).with_columns(least_goal=c("before") + 1).sort("least_goal")
        self.local_days = frame(rules_of.LOCAL_DAYS, tables.local_days)
        self.promises = frame(rules_of.PROMISES, tables.promises)
        self.store = Store(store) if store else None
        vars(self).update(self.store.facts_of() if store else {})

    def open_file(self, file):
        """Facts will be made from this file."""
        self.source = pl.scan_parquet(file)

    def keep_events(self, file):
        """Takes all events of a file into its own."""
        self.store.keep_events(pl.scan_parquet(file))

    def add_events(self, file):
        """Takes a small file of events into its own."""
        told = ["id", "source", "type", "conversation", "at", "seq", "actor_kind", "actor", "public", "via"]
        self.store.add_events(from_text(file, told))

    def import_text(self, file):
        """Takes a file of JSON Lines or CSV into its own, durably."""
        self.store.keep_events(from_text(file))

    def open_store(self):
        """Facts will be made from its own events."""
        self.source = self.store.all_events()

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        from lazy_clocks import clocks
        from lazy_small import counted, stocked, surveyed, touched

        self.own = made(self.events())
        self.cases = made(self.conversations())
        self.steps = made(self.placed())
        self.turns = made(self.moves())
        self.waits = made(self.cycles())
        self.begun = made(self.beginnings())
        self.resolutions = made(self.resolved())
        self.clocks = made(clocks(self))
        self.contacts, self.stock, self.touches, self.surveys = counted(self), stocked(self), touched(self), surveyed(self)

    def durable(self):
        """Facts on disk, synced."""
        self.store.keep_facts({name: getattr(self, name) for name in FACTS})
        vars(self).update(self.store.facts_of())

    def events(self):
        kind, actor = c("type"), c("actor_kind")
        t = c("at").dt.epoch("s")
        public = c("public").fill_null(True)
        closing = c("status").is_in(["solved", "closed", "spam", "deleted", "merged"])
        said = (kind == "message") & public & (actor == "agent") & c("via").fill_null("human").is_in(["human", "macro", "echo"])
        status = kind == "status"
        rows = self.source.filter(c("conversation").is_not_null() & kind.is_in(NEEDED)).filter(
            (kind != "field") | ((c("field") == "priority") & c("value").is_in(["high", "urgent"])).fill_null(False)
        )
        return rows.select(
            "conversation", "type", t=t, o=t * 1_000_000 + c("seq").fill_null(0), by_agent=actor == "agent",
            mark=pl.when((kind == "message") & public & (actor == "customer")).then(1).when(said | ((kind == "answered") & (actor != "bot"))).then(2)
            .when((status & closing) | (kind == "abandoned")).then(3).otherwise(0).cast(pl.Int8),
            state=pl.when(~status).then(None).when(c("status").is_in(["new", "open", "snoozed"])).then(pl.lit("us"))
            .when(c("status") == "pending").then(pl.lit("customer")).when(c("status") == "hold").then(pl.lit("third"))
            .when(c("status").is_in(["solved", "closed"])).then(pl.lit("resolved")).otherwise(pl.lit("removed")),
            why=pl.when(status).then(pl.coalesce("cause", actor.replace("light_agent", "agent"))),
            sitting=pl.when((kind == "message") & (actor == "agent")).then(pl.coalesce("session", pl.format("event {}", "id")))
            .when(kind == "answered").then(pl.coalesce("call", pl.format("event {}", "id"))),
            who=pl.when(kind == "message").then("actor").when(kind == "answered").then(pl.coalesce("agent", "actor")),
            channel=pl.when(kind == "opened").then("channel"),
            inbound=pl.coalesce("origin", pl.when(actor == "customer").then(pl.lit("customer"))) == "customer",
            urgent=c("priority").is_in(["high", "urgent"]).fill_null(False),
            back=pl.when(kind.is_in(["opened", "assigned"])).then(c("team").is_in(self.back_teams)), status="status", target="into",
            call=pl.when(~kind.is_in(["opened", "message", "status", "assigned"])).then("call"), outward=(c("direction") == "out").fill_null(False),
            csat=pl.when(c("kind") == "csat").then("survey"), score="score",
        )

    def conversations(self):
        """One row each: how it began and ended, and the moves between calendars."""
        own = self.own
        last = own.filter(c("type") == "status").group_by("conversation").agg(c("status", "target").sort_by("o").last())
        teams = own.filter(c("back").is_not_null()).sort("conversation", "o").with_columns(before=c("back").shift().over("conversation"))
        moved = teams.filter(c("before") != c("back")).with_columns(day=c("t") // 86_400).join(self.days, on="day")
        moved = moved.with_columns(mb=measure("b"), mf=measure("f"))
        gained = pl.when(c("back")).then(c("mf") - c("mb")).otherwise(c("mb") - c("mf"))
        moved = moved.sort("conversation", "o").with_columns(extra=gained.cum_sum().over("conversation"))
        self.switches = made(moved.select(
            "conversation", "t", "o", "back", "extra", w=pl.when(c("back")).then("mb").otherwise("mf") + c("extra")
        ))
        opened = own.filter(c("type") == "opened").select("conversation", "channel", "inbound", "urgent", c("back").fill_null(False), created_at="t")
        opened = opened.join(last, on="conversation", how="left").with_columns(
            c("status").fill_null("new"), target=pl.when(c("status") == "merged").then("target")
        )
        primary = opened.select(target="conversation", next_target="target")
        return opened.join(primary, on="target", how="left").with_columns(
            merged_into=pl.coalesce("next_target", "target"), kept=~c("status").is_in(["spam", "deleted", "merged"])
        )

    def placed(self):
        """Everything that happened in a conversation, with the messages of those merged into it, and business time until then."""
        known = self.cases.select(home="conversation", channel="channel", inbound="inbound", kept="kept", cal0="back")
        asks = (c("type") == "opened") & c("inbound")
        own = self.own.with_columns(mark=pl.when(asks.fill_null(False)).then(1).otherwise("mark").cast(pl.Int8))
        said = own.filter((c("type") == "message") | asks).with_columns(type=pl.lit("message"))
        own, said = (rows.drop("channel", "inbound", "urgent", "back", "status", "target") for rows in (own, said))
        adopted = said.join(
            self.cases.filter(c("merged_into").is_not_null()).select("conversation", home="merged_into"), on="conversation"
        )
        steps = pl.concat([own.with_columns(home="conversation"), adopted], how="diagonal").drop("conversation").join(known, on="home")
        steps = steps.with_columns(day=c("t") // 86_400).join(self.days, on="day").sort("t")
        pieces = self.switches.select("t", home="conversation", now_back="back", extra="extra").sort("t")
        steps = steps.join_asof(pieces, on="t", by="home", check_sortedness=False).with_columns(mb=measure("b"), mf=measure("f"))
        back = c("now_back").fill_null(c("cal0"))
        return steps.select(
            "home", "channel", "inbound", "kept", "t", "o", "type", "by_agent", "state", "why", "sitting", "call", "outward", "csat", "score", "mb", "mf",
            "mark", "who",
            w=pl.when(back).then("mb").otherwise("mf") + c("extra").fill_null(0),
            open_now=pl.when(back).then(is_open("b")).otherwise(is_open("f")),
        )

    def cycles(self):
        marks = self.steps.filter(c("kept") & (c("mark") > 0)).select("home", "channel", "o", "t", "w", "mark", "who").sort("home", "o")
        replies, asked = (c("mark") == 2).cast(pl.Int32), (c("mark") == 1).cast(pl.Int32)
        marks = marks.with_columns(
            before=c("mark").shift().over("home"), replies=replies.cum_sum().over("home"), asked=asked.cum_sum().over("home")
        ).filter((c("mark") != 1) | (c("before") != 1).fill_null(True))
        ends = {name: c(name[4:]).shift(-1).over("home") for name in ("end_mark", "end_t", "end_w", "end_who")}
        return marks.with_columns(**ends).filter(c("mark") == 1).select(
            "home", "channel", "end_mark", "end_t", "end_w", agent="end_who", start_o="o", start_t="t", start_w="w", is_first=c("asked") == 1,
            awaits_first=c("replies") == 0,
        )

    def moves(self):
        """Moves between classes of status."""
        moved = self.steps.filter(c("type") == "status").select("home", "channel", "kept", "o", "t", "w", "state", "why", "by_agent").sort("home", "o")
        moved = moved.with_columns(before=c("state").shift().over("home").fill_null("us")).filter(c("state") != c("before"))
        moved = moved.with_columns(
            resolves=c("before").is_in(OPEN) & (c("state") == "resolved"), reopens=(c("before") == "resolved") & c("state").is_in(OPEN)
        )
        resolved = pl.when("resolves").then("o")
        return moved.with_columns(
            prev_t=c("t").shift().over("home"), prev_w=c("w").shift().over("home"), next_t=c("t").shift(-1).over("home"),
            next_why=c("why").shift(-1).over("home"), next_reopens=c("reopens").shift(-1).over("home").fill_null(False),
            is_end=c("o").shift(-1).over("home").is_null(), first_o=resolved.min().over("home"), last_o=resolved.max().over("home"),
        )

    def beginnings(self):
        """What is known of each conversation: its opening, the first question where the team began it, the first reply."""
        steps = self.steps.filter("kept")
        opened = steps.filter(c("type") == "opened").select(
            "home", "channel", "inbound", "open_now", begun_t="t", begun_w="w", begun_mb="mb", begun_mf="mf")
        first = lambda rows, name: rows.sort("o").group_by("home", maintain_order=True).agg(  # noqa: E731
            **{f"{name}_{part}": c(part).first() for part in "otw"})
        asked = first(steps.filter(~c("inbound") & (c("mark") == 1)), "asked")
        replied = first(steps.filter(c("mark") == 2), "reply")
        ended = self.turns.filter(c("is_end") & c("state").is_in(["resolved", "removed"])).select("home", ended_at="t", ended_in="state")
        return opened.join(asked, on="home", how="left").join(replied, on="home", how="left").join(ended, on="home", how="left")

    def resolved(self):
        begun = self.begun.drop("channel")
        dated = self.turns.filter(c("kept") & c("resolves")).join(begun, on="home")
        since = c("asked_t") <= c("t")
        dated = dated.with_columns(
            start_t=pl.when(since).then("asked_t").otherwise("begun_t"), start_w=pl.when(since).then("asked_w").otherwise("begun_w")
        )
        lasts = dated.filter(c("o") == c("last_o")).select("home", "o", "start_t", "start_w", "begun_t", "begun_w")
        until = lasts.select("home", end_o="o")
        replies = self.steps.filter(c("kept") & (c("mark") == 2)).join(begun.select("home", "asked_o"), on="home")
        sessions = replies.filter(c("inbound") | (c("o") > c("asked_o"))).group_by("home", "sitting").agg(c("o").min())
        touches = sessions.join(until, on="home").filter(c("o") <= c("end_o")).group_by("home").agg(touches=pl.len())
        raised = self.steps.filter(c("type") == "escalated").join(until, on="home").filter(c("o") <= c("end_o")).select("home").unique()
        spent = self.turns.select("home", "o", "t", "w", "before", "prev_t", "prev_w").join(lasts, on="home", suffix="_last").filter(c("o") <= c("o_last"))
        calendar = pl.max_horizontal(0, c("t") - pl.max_horizontal(c("prev_t").fill_null(c("begun_t")), "start_t"))
        business = pl.max_horizontal(0, c("w") - pl.max_horizontal(c("prev_w").fill_null(c("begun_w")), "start_w"))
        spent = spent.group_by("home").agg(
            us=calendar.filter(c("before") == "us").sum(), us_business=business.filter(c("before") == "us").sum(),
            customer=calendar.filter(c("before") == "customer").sum(), third_business=business.filter(c("before") == "third").sum(),
        )
        rows = dated.join(touches, on="home", how="left").join(raised.with_columns(escalated=True), on="home", how="left").join(spent, on="home", how="left")
        return rows.select(
            "channel", "t", "next_reopens", "next_why", "us", "us_business", "customer", "third_business",
            is_first=c("o") == c("first_o"), is_last=c("o") == c("last_o"), seconds=c("t") - c("start_t"), business=c("w") - c("start_w"),
            bot_only=(c("why") == "bot") & (c("reply_o") > c("o")).fill_null(True), next_after=c("next_t") - c("t"),
            touches=c("touches").fill_null(0), escalated=c("escalated").fill_null(False),
        )

    def board(self):
        """The cells of the board, from the facts."""
        from lazy_board import board

        found = {}
        for rows in pl.collect_all(board(self), engine="streaming"):
            cells.spread(found, rows.columns, rows.rows())
        return found

    def agents(self, since):
        """The median reply time of each agent since an instant."""
        replied = self.waits.filter((c("end_mark") == 2) & (c("end_t") >= since) & (c("end_t") <= self.now))
        rows = replied.group_by(channel="agent").agg(n1=pl.len(), v1=(c("end_t") - c("start_t")).median())
        rows = rows.select("channel", "n1", "v1", month=pl.lit("all")).collect(engine="streaming")
        found = {}
        cells.spread(found, rows.columns, rows.rows())
        return found

    def drill(self, since):
        """The hundred longest waits behind such a number."""
        replied = self.waits.filter((c("end_mark") == 2) & (c("end_t") >= since)).select("home", "start_t", seconds=c("end_t") - c("start_t"))
        return replied.sort("seconds", "home", descending=[True, False]).head(100).collect(engine="streaming").rows()


def made(frame_of):
    """A table of facts, collected by the streaming engine."""
    return frame_of.collect(engine="streaming").lazy()
