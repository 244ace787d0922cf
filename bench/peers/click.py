"""ClickHouse as a peer, by chDB in the process: arrays per conversation, ASOF joins for due instants, exact quantiles.

Asked directly, all its tables live in memory. With a store, events and the facts that questions read are MergeTree tables in a folder, each
insertion synced; what lies between stays in memory.
"""

import atexit
import json
import re
import shutil
import tempfile
import time

from chdb import session

import calendar_tables as rules_of
import cells
import columns
from statements import statements

TABLES = ("spans", rules_of.SPANS), ("days", rules_of.DAYS), ("local_days", rules_of.LOCAL_DAYS), ("promises", rules_of.PROMISES)
SYNCED = "settings fsync_after_insert = 1, fsync_part_directory = 1"
SETTINGS = "prefer_column_name_to_alias = 1", "date_time_input_format = 'best_effort'", "allow_suspicious_low_cardinality_types = 1"


class Peer:
    """One session; `store` is the folder of its tables, or nothing for tables in memory."""

    def __init__(self, tables, now, threads, store=None):
        self.now, self.stored = now, store is not None
        self.zone = tables.zone.key
        self.offset = tables.offset_sql("b.t")
        self.back_teams = ", ".join(f"'{team}'" for team in tables.back_teams)
        folder = store / "chdb" if store else self.room()
        self.session = session.Session(str(folder))
        self.session.query("create database if not exists bench engine = Atomic")
        self.session.query("use bench")
        for setting in (f"max_threads = {threads}", *SETTINGS):
            self.session.query(f"set {setting}")
        for name, names in TABLES:
            kinds = ", ".join(f"{column} {'String' if column in ('channel', 'policy') else 'Int64'}" for column in names)
            rows = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in getattr(tables, name))
            self.session.query(f"create or replace table {name} ({kinds}) engine = Memory")
            self.session.query(f"insert into {name} values {rows}")

    def room(self):
        """A folder for what does not fit in memory, removed at the end."""
        room = tempfile.mkdtemp(prefix="bench-clickhouse-")
        atexit.register(shutil.rmtree, room, ignore_errors=True)
        return room

    def open_file(self, file):
        """Facts will be made from this file."""
        self.source = f"file('{file}', Parquet)"

    def keep_events(self, file):
        """Takes all events of a file into its own table."""
        self.empty_events()
        names = ", ".join(quoted(name) for name in event_columns())
        self.session.query(f"insert into events ({names}) select {names} from file('{file}', Parquet)")

    def add_events(self, file):
        """Takes a small file of events into its own table; fields that it does not have stay empty."""
        self.session.query(f"insert into events select * from file('{file}', JSONEachRow, '{structure()}')")

    def import_text(self, file):
        """Takes a file of JSON Lines or CSV into its own table, durably."""
        self.empty_events()
        if file.suffix == ".jsonl":
            self.add_events(file)
        else:
            header = open(file).readline().strip().split(",")
            kinds = {**event_columns(), "tags": "String"}
            told = ", ".join(f"{quoted(name)} {kinds[name]}" for name in header)
            tags = "* replace (if(tags = '', [], splitByChar(';', tags)) as tags)"
            names = ", ".join(quoted(name) for name in header)
            self.session.query(f"insert into events ({names}) select {tags} from file('{file}', CSVWithNames, '{escaped(told)}')")

    def empty_events(self):
        told = ", ".join(f"{quoted(name)} {kind}" for name, kind in event_columns().items())
        self.session.query(f"create or replace table events ({told}) engine = MergeTree order by (conversation, at) {SYNCED}, allow_nullable_key = 1")

    def open_store(self):
        """Facts will be made from its own events."""
        self.source = "events"

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        for name in ("clickhouse_facts.sql", "clickhouse_clocks.sql"):
            for statement in statements(name, back_teams=self.back_teams, now=self.now, source=self.source, offset=self.offset):
                begun = time.perf_counter()
                self.session.query(self.placed(statement))
                if report:
                    report(time.perf_counter() - begun, statement)

    def placed(self, statement):
        """Says where a table lives: {kept:key} is a table that questions read."""
        kept = rf"MergeTree order by (\1) {SYNCED}" if self.stored else "Memory"
        return re.sub(r"\{kept:([^{}]*)\}", kept, statement)

    def durable(self):
        """Each insertion was synced."""

    def board(self):
        """The cells of the board, from the facts."""
        found = {}
        for statement in statements("clickhouse_board.sql", now=self.now):
            statement = re.sub(r"\{month:((?:[^{}])*)\}", rf"toStartOfMonth(toDateTime(\1, '{self.zone}'))", statement)
            self.spread(found, statement)
        return found

    def spread(self, found, statement):
        answer = json.loads(str(self.session.query(statement, "JSONCompact")))
        rows = [[None if isinstance(value, float) and value != value else value for value in row] for row in answer["data"]]
        cells.spread(found, [column["name"] for column in answer["meta"]], rows)

    def agents(self, since):
        """The median reply time of each agent since an instant."""
        found = {}
        self.spread(found, "select 'all' as month, agent as channel, count() as n1, quantileExactInclusive(0.5)(end_t - start_t) as v1 from waits "
                    f"where end_mark = 2 and end_t >= {since} and end_t <= {self.now} group by agent")
        return found

    def drill(self, since):
        """The hundred longest waits behind such a number."""
        answer = self.session.query(f"select home, start_t, end_t - start_t as seconds from waits where end_mark = 2 and end_t >= {since} "
                                    "order by seconds desc, home limit 100", "JSONCompact")
        return json.loads(str(answer))["data"]


def event_columns():
    """The table of events: column to type."""
    kinds = {name: "LowCardinality(Nullable(String))" if name in columns.FEW else "Nullable(String)" for name in columns.TEXT}
    kinds |= {name: "Nullable(Int64)" for name in columns.WHOLE} | {name: "Nullable(Bool)" for name in columns.YES_NO}
    kinds |= {name: "Nullable(Decimal(19, 4))" for name in columns.MONEY} | {name: "Array(String)" for name in columns.LISTS}
    return kinds | {"id": "String", "type": "LowCardinality(String)", "at": "DateTime64(3, 'UTC')"}


def structure():
    return escaped(", ".join(f"{quoted(name)} {kind}" for name, kind in event_columns().items()))


def escaped(text):
    return text.replace("'", "\\'")


def quoted(name):
    return f"`{name}`"


def literal(value):
    """A value as ClickHouse reads it; no promise is 0."""
    if isinstance(value, str):
        return f"'{value}'"
    return str(int(value or 0))
