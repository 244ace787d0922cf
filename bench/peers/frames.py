"""pandas for the record: the same board with sorted frames, shifts, groupby and merge_asof. No instant is 0."""

import numpy as np
import pandas as pd

import calendar_tables as rules_of
import cells
from limit import COLUMNS

NEEDED = [
    "opened", "message", "status", "assigned", "field", "escalated", "queued", "ringing", "answered", "abandoned", "voicemail",
    "callback_requested", "ended", "survey_sent", "survey_answered",
]
CLASSES = {"new": 1, "open": 1, "snoozed": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 4, "spam": 5, "deleted": 5, "merged": 5}
WEEK = 604_800


def measure(rows, cal, at):
    """Open seconds of a calendar before an instant, from the row of its day."""
    spans = [np.maximum(0, np.minimum(at, rows[f"{cal}_z{n}"]) - rows[f"{cal}_a{n}"]) for n in (1, 2)]
    return rows[f"{cal}_before"] + spans[0] + spans[1]


def is_open(rows, cal):
    return ((rows.t >= rows[f"{cal}_a1"]) & (rows.t < rows[f"{cal}_z1"])) | ((rows.t >= rows[f"{cal}_a2"]) & (rows.t < rows[f"{cal}_z2"]))


class Peer:
    """Frames in memory, one thread."""

    def __init__(self, tables, now, threads, store=None):
        self.now, self.tables = now, tables
        self.zone = tables.zone.key
        self.days = pd.DataFrame(tables.days, columns=rules_of.DAYS)
        self.spans = pd.DataFrame(tables.spans, columns=rules_of.SPANS).sort_values("before", kind="stable")
        self.local_days = pd.DataFrame(tables.local_days, columns=rules_of.LOCAL_DAYS)
        self.promises = pd.DataFrame(tables.promises, columns=rules_of.PROMISES)

    def open_file(self, file):
        """Facts will be made from this file."""
        self.file = file

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        from frames_clocks import clocks

        own = self.events()
        self.conversations(own)
        self.place(own)
        self.cycle()
        self.turn()
        self.begin()
        self.resolve()
        self.clocks = clocks(self)

    def events(self):
        e = pd.read_parquet(self.file, columns=COLUMNS)
        e = e[e.conversation.notna() & e.type.isin(NEEDED)]
        e = e[(e.type != "field") | ((e.field == "priority") & e.value.isin(["high", "urgent"]))]
        t = e["at"].astype("datetime64[ms, UTC]").astype("int64") // 1000
        kind, actor = e.type, e.actor_kind
        public = e.public.ne(False)
        said = (kind == "message") & public & (actor == "agent") & e.via.fillna("human").isin(["human", "macro", "echo"])
        state = e.status.map(CLASSES).where(kind == "status").fillna(0).astype("int8")
        mark = np.select([
            ((kind == "message") & public & (actor == "customer")) | ((kind == "opened") & (e.origin.fillna(actor) == "customer")),
            said | ((kind == "answered") & (actor != "bot")), (state > 3) | (kind == "abandoned"),
        ], [1, 2, 3], 0)
        sitting = np.where(kind == "message", e.session, np.where(kind == "answered", e.call, None))
        return pd.DataFrame({
            "conversation": e.conversation, "type": kind, "t": t, "o": t * 1_000_000 + e.seq.fillna(0).astype("int64"), "by_agent": actor == "agent",
            "mark": mark, "state": state, "why": e.cause.fillna(actor.replace("light_agent", "agent")).where(kind == "status"),
            "sitting": pd.Series(sitting, index=e.index).fillna("event " + e.id), "channel": e.channel.where(kind == "opened"),
            "inbound": (kind == "opened") & (e.origin.fillna(actor) == "customer"), "urgent": e.priority.isin(["high", "urgent"]),
            "names_team": kind.isin(["opened", "assigned"]) & e.team.notna(), "back": e.team.isin(self.tables.back_teams), "status": e.status,
            "target": e["into"], "call": e.call.where(~kind.isin(["opened", "message", "status", "assigned"])), "outward": e.direction == "out",
            "csat": e.survey.where(e.kind == "csat"), "score": e.score.astype("float64"),
        }).sort_values(["conversation", "o"], ignore_index=True)

    def with_days(self, rows, at="t"):
        return rows.assign(day=rows[at] // 86_400).merge(self.days, on="day")

    def conversations(self, own):
        """How each began and ended, and the moves between calendars."""
        last = own[own.type == "status"].groupby("conversation").tail(1).set_index("conversation")
        teams = own[own.names_team]
        before = teams.groupby("conversation").back.shift()
        moved = self.with_days(teams[before.notna() & (before != teams.back)][["conversation", "t", "o", "back"]]).sort_values(["conversation", "o"])
        mb, mf = measure(moved, "b", moved.t), measure(moved, "f", moved.t)
        extra = pd.Series(np.where(moved.back, mf - mb, mb - mf), index=moved.index).groupby(moved.conversation).cumsum()
        self.switches = pd.DataFrame({
            "home": moved.conversation, "t": moved.t, "o": moved.o, "back": moved.back, "extra": extra, "w": np.where(moved.back, mb, mf) + extra})
        c = own[own.type == "opened"][["conversation", "t", "channel", "inbound", "urgent", "back"]].rename(columns={"t": "created_at"})
        c = c.set_index("conversation")
        c["status"] = last.status.reindex(c.index).fillna("new")
        c["target"] = last.target.reindex(c.index).where(c.status == "merged")
        further = c.target.reindex(c.target.dropna().unique())
        c["merged_into"] = c.target.map(further).fillna(c.target)
        c["kept"] = ~c.status.isin(["spam", "deleted", "merged"])
        self.cases = c

    def place(self, own):
        """Everything that happened in a conversation, with the messages of those merged into it, and business time until then."""
        c = self.cases
        said = own[(own.type == "message") | own.inbound].assign(type="message")
        said = said.assign(home=said.conversation.map(c.merged_into.dropna())).dropna(subset="home")
        steps = pd.concat([own.assign(home=own.conversation), said]).drop(columns=["conversation", "channel", "inbound", "urgent", "back", "names_team"])
        known = c[["channel", "inbound", "kept", "back"]].rename(columns={"back": "cal0"})
        steps = self.with_days(steps.merge(known, left_on="home", right_index=True)).sort_values("t", kind="stable")
        pieces = self.switches[["home", "t", "back", "extra"]].sort_values("t", kind="stable")
        steps = pd.merge_asof(steps, pieces, on="t", by="home")
        steps["extra"] = steps.extra.fillna(0).astype("int64")
        back = steps.back.where(steps.back.notna(), steps.cal0).astype(bool)
        steps["mb"], steps["mf"] = measure(steps, "b", steps.t), measure(steps, "f", steps.t)
        steps["w"] = np.where(back, steps.mb, steps.mf) + steps.extra
        steps["open_now"] = np.where(back, is_open(steps, "b"), is_open(steps, "f"))
        drop = [*self.days.columns, "back", "extra", "cal0", "status", "target"]
        self.steps = steps.drop(columns=drop).sort_values(["home", "o"], ignore_index=True)

    def cycle(self):
        m = self.steps[self.steps.kept & (self.steps["mark"] > 0)][["home", "channel", "o", "t", "w", "mark"]].copy()
        by = m.groupby("home")
        m["replies"], m["asked"] = (m["mark"] == 2).groupby(m.home).cumsum(), (m["mark"] == 1).groupby(m.home).cumsum()
        m = m[(m["mark"] != 1) | (by["mark"].shift() != 1)].copy()
        ends = m.groupby("home")[["mark", "t", "w"]].shift(-1, fill_value=0)
        m["end_mark"], m["end_t"], m["end_w"] = ends["mark"], ends.t, ends.w
        m = m[m["mark"] == 1]
        self.waits = m.rename(columns={"o": "start_o", "t": "start_t", "w": "start_w"}).assign(is_first=m.asked == 1, awaits_first=m.replies == 0)

    def turn(self):
        """Moves between classes of status."""
        m = self.steps[self.steps.type == "status"][["home", "channel", "kept", "o", "t", "w", "state", "why", "by_agent"]].copy()
        m["before"] = m.groupby("home").state.shift(fill_value=1)
        m = m[m.state != m.before].copy()
        m["resolves"], m["reopens"] = (m.before < 4) & (m.state == 4), (m.before == 4) & (m.state < 4)
        by = m.groupby("home")
        m["prev_t"], m["prev_w"], m["next_t"] = by.t.shift(fill_value=0), by.w.shift(fill_value=0), by.t.shift(-1, fill_value=0)
        m["next_reopens"], m["next_why"] = by.reopens.shift(-1, fill_value=False), by.why.shift(-1)
        m["is_end"] = m.next_t == 0
        resolved = m.o.where(m.resolves).groupby(m.home)
        m["first_o"], m["last_o"] = resolved.transform("min"), resolved.transform("max")
        self.turns = m

    def begin(self):
        """The opening, the first question where the team began it, the first reply, the end."""
        s = self.steps[self.steps.kept]
        b = s[s.type == "opened"].set_index("home")[["channel", "inbound", "t", "w", "mb", "mf", "open_now"]]
        for name, rows in (("asked", s[~s.inbound & (s["mark"] == 1)]), ("reply", s[s["mark"] == 2])):
            first = rows.drop_duplicates("home").set_index("home")[["o", "t", "w"]].add_prefix(f"{name}_")
            b = b.join(first)
        ends = self.turns[self.turns.is_end & (self.turns.state > 3)].set_index("home").t.rename("ended_at")
        self.begun = b.join(ends).fillna({name: 0 for name in ["asked_o", "asked_t", "asked_w", "reply_o", "reply_t", "reply_w", "ended_at"]})

    def resolve(self):
        d = self.turns[self.turns.kept & self.turns.resolves].merge(self.begun, left_on="home", right_index=True, suffixes=("", "_begun"))
        since = (d.asked_t > 0) & (d.asked_t <= d.t)
        d["start_t"], d["start_w"] = np.where(since, d.asked_t, d.t_begun), np.where(since, d.asked_w, d.w_begun)
        last = d[d.o == d.last_o].set_index("home")
        s = self.steps[self.steps.kept]
        asked = s.home.map(self.begun.asked_o)
        replies = s[(s["mark"] == 2) & (s.inbound | ((asked > 0) & (s.o > asked)))].drop_duplicates(["home", "sitting"])
        touches = replies[replies.o <= replies.home.map(last.o)].groupby("home").size()
        raised = s[(s.type == "escalated") & (s.o <= s.home.map(last.o))].home.unique()
        r = self.turns.merge(last[["o", "start_t", "start_w", "t_begun", "w_begun"]], left_on="home", right_index=True, suffixes=("", "_last"))
        r = r[r.o <= r.o_last]
        calendar = np.maximum(0, r.t - np.maximum(r.prev_t.where(r.prev_t > 0, r.t_begun), r.start_t))
        business = np.maximum(0, r.w - np.maximum(r.prev_w.where(r.prev_t > 0, r.w_begun), r.start_w))
        spent = {"us": (calendar, 1), "us_business": (business, 1), "customer": (calendar, 2), "third_business": (business, 3)}
        d["is_first"], d["is_last"] = d.o == d.first_o, d.o == d.last_o
        for name, (value, state) in spent.items():
            d[name] = d.home.map(value[r.before == state].groupby(r.home).sum()).fillna(0)
        d["seconds"], d["business"], d["next_after"] = d.t - d.start_t, d.w - d.start_w, d.next_t - d.t
        d["bot_only"] = (d.why == "bot") & ((d.reply_o == 0) | (d.reply_o > d.o))
        d["touches"], d["escalated"] = d.home.map(touches).fillna(0), d.home.isin(raised)
        self.resolutions = d

    def board(self):
        """The cells of the board, from the facts."""
        from frames_board import board

        return board(self)
