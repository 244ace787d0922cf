"""The workspace's rules as plain tables, for engines that know neither schedules nor policies.

Everything is derived from `deskgauge.toml` by Python's own zone database and nothing of ours, so that equal numbers mean that two
derivations agree. It knows the shape of the simulated shop's rules (two schedules, conditions on team, channel and priority) and
refuses any other: it must not become a second reader of all that the rules can say.
"""

import datetime as dt
import itertools
import re
import tomllib
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH = dt.date(1970, 1, 1)
# Long enough before the shop's first day and after its last for every due instant.
FIRST, LAST = dt.date(2025, 12, 1), dt.date(2028, 6, 30)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": DAY}


class Tables:
    """What every peer gets, as lists of tuples with the names of their columns."""

    def __init__(self, path):
        with open(path, "rb") as file:
            rules = tomllib.load(file)
        self.zone = ZoneInfo(rules["workspace"]["time_zone"])
        back, front = rules["schedule"]
        served = re.fullmatch(r"team in \((.*)\)", back["when"])
        if served is None or "when" in front or len(rules["schedule"]) != 2:
            raise SystemExit("the rules are not those of the simulated shop: two schedules, the first by team")
        self.back_teams = re.findall(r"'([^']*)'", served.group(1))
        self.offsets = offsets(self.zone)
        hours = [open_hours(schedule, self.zone) for schedule in (back, front)]
        self.spans = [(cal, *span) for cal, spans in enumerate(hours) for span in with_sums(spans)]
        self.days = day_rows(hours)
        self.local_days = local_rows((back, front), self.zone)
        self.promises = promises(rules["sla"])

    def offset_sql(self, at):
        """The zone's offset at an instant, as an SQL expression."""
        cases = " ".join(f"when {at} < {until} then {seconds}" for until, seconds in self.offsets[:-1])
        return f"(case {cases} else {self.offsets[-1][1]} end)"

    def midnight(self, date):
        """The first second of a local day."""
        return midnight(date, self.zone)


# (first second, last second, open seconds before it) of each open span, one calendar after the other: 0 back office, 1 frontline.
SPANS = ["cal", "start_at", "stop_at", "before"]
# Per UTC day and calendar: open seconds before it, and up to two open spans in it.
DAYS = ["day"] + [f"{cal}_{name}" for cal in "bf" for name in ("before", "a1", "z1", "a2", "z2")]
# Per local day and calendar: midnight of the first, second and third business day after it.
LOCAL_DAYS = ["cal", "day", "next_1", "next_2", "next_3"]
# What is promised to a channel, with and without a high priority. Seconds of open time, or business days.
PROMISES = ["channel", "urgent", "policy", "first_reply", "next_reply", "answer_within", "total_seconds", "total_days"]


def days_before(now, days):
    """The local day so many before the end of a play, which is a local midnight, two or three hours before that of UTC."""
    return (dt.datetime.fromtimestamp(now, dt.timezone.utc) + dt.timedelta(hours=3)).date() - dt.timedelta(days=days)


def midnight(date, zone):
    return int(dt.datetime.combine(date, dt.time(), zone).timestamp())


def dates():
    return (FIRST + dt.timedelta(days=day) for day in range((LAST - FIRST).days + 1))


def offsets(zone):
    """(until, offset): stretches of constant offset, each with the instant at which it ends."""
    found = []
    start, end = midnight(FIRST, zone), midnight(LAST, zone)
    before = None
    for at in range(start - start % 900, end, 900):
        offset = int(dt.datetime.fromtimestamp(at, zone).utcoffset().total_seconds())
        if before is not None and offset != before:
            found.append((at, before))
        before = offset
    return found + [(end, before)]


def clock(text):
    hours, minutes = text.split(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def hours_on(schedule, date):
    if set(schedule) - {"name", "when", "holidays", *WEEKDAYS}:
        raise SystemExit("the schedule says more than this knows: breaks, overrides, versions")
    return [] if date.isoformat() in schedule.get("holidays", []) else schedule.get(WEEKDAYS[date.weekday()], [])


def open_hours(schedule, zone):
    """Open spans in seconds since 1970. Hours that a change of the clock touches would need more: there are none at night."""
    spans = []
    for date in dates():
        for hours in hours_on(schedule, date):
            edges = [dt.datetime.combine(date, dt.time(), zone) + clock(edge) for edge in hours.split("-")]
            spans.append(tuple(int(edge.timestamp()) for edge in edges))
    return spans


def with_sums(spans):
    before = itertools.accumulate((stop - start for start, stop in spans), initial=0)
    return [(start, stop, sum_before) for (start, stop), sum_before in zip(spans, before)]


def day_rows(calendars):
    """Per UTC day: what was open before it, and its own spans cut to it."""
    rows = []
    for day in range((FIRST - EPOCH).days + 2, (LAST - EPOCH).days - 2):
        start, end = day * DAY, (day + 1) * DAY
        row = [day]
        for spans in calendars:
            own = [(max(a, start), min(z, end)) for a, z in spans if a < end and z > start]
            if len(own) > 2:
                raise SystemExit("more than two open spans in a UTC day")
            own += [(start, start)] * (2 - len(own))
            row.append(sum(min(z, start) - a for a, z in spans if a < start))
            row.extend(edge for span in own for edge in span)
        rows.append(tuple(row))
    return rows


def local_rows(schedules, zone):
    rows = []
    for cal, schedule in enumerate(schedules):
        business = [date for date in dates() if hours_on(schedule, date)]
        for date in dates():
            after = [day for day in business if day > date][:3]
            if len(after) == 3:
                rows.append((cal, (date - EPOCH).days, *(midnight(day, zone) for day in after)))
    return rows


def holds(condition, channel, urgent):
    """Whether a policy's condition holds: on the channel, or on a high priority."""
    names = re.findall(r"'([^']*)'", condition)
    if condition.startswith("channel"):
        return channel in names
    if condition == "priority in ('high', 'urgent')":
        return urgent
    raise SystemExit(f"no peer knows the condition {condition}")


def promises(policies):
    rows = []
    for channel in ("chat", "email", "phone", "social", "whatsapp"):
        for urgent in (False, True):
            policy = next(policy for policy in policies if holds(policy["when"], channel, urgent))
            if set(policy) - {"name", "when", "schedule", "first_reply", "next_reply", "answer_within", "total_resolution"}:
                raise SystemExit(f"no peer knows all targets of the policy {policy['name']}")
            total = policy.get("total_resolution")
            days = int(total[:-2]) if total and total.endswith("bd") else None
            seconds = [span(policy.get(name)) for name in ("first_reply", "next_reply", "answer_within")]
            rows.append((channel, urgent, policy["name"], *seconds, None if days else span(total), days))
    return rows


def span(text):
    return None if text is None else int(text[:-1]) * SECONDS[text[-1]]
