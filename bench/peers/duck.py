"""DuckDB as a peer: the same board by SQL, from a file or from its own database."""

import time

import duckdb
import pyarrow as pa

import calendar_tables as rules_of
import cells
from statements import statements

SUITABLE = {"w1", "w1s", "w2", "w3", "w4"}
KINDS = [
    "opened", "message", "status", "assigned", "raise", "escalated", "queued", "ringing", "answered", "abandoned", "voicemail",
    "callback_requested", "ended", "survey_sent", "survey_answered",
]
CLASSES = ["us", "customer", "third", "resolved", "removed"]
TABLES = ("spans", rules_of.SPANS), ("days", rules_of.DAYS), ("local_days", rules_of.LOCAL_DAYS), ("promises", rules_of.PROMISES)


class Peer:
    """One connection; `store` is the file of a database, or nothing for one in memory."""

    def __init__(self, tables, now, threads, store=None):
        self.now = now
        self.back_teams = ", ".join(f"'{team}'" for team in tables.back_teams)
        self.db = duckdb.connect(str(store / "peer.duckdb") if store else ":memory:", config={"threads": threads})
        self.db.execute("set timezone = 'UTC'; set preserve_insertion_order = false")
        self.db.execute(f"create or replace macro zone_offset(t) as {tables.offset_sql('t')}")
        self.db.execute(
            "create or replace macro local_month(t) as date_trunc('month', make_timestamp((t + zone_offset(t)) * 1000000))::date"
        )
        for name, words in [("kinds", KINDS), ("marks", "qrx"), ("classes", CLASSES)]:
            self.db.execute(f"create type if not exists {name} as enum ({', '.join(repr(word) for word in words)})")
        for name, columns in TABLES:
            rows = getattr(tables, name)
            self.db.register("rows_of", pa.table({column: [row[index] for row in rows] for index, column in enumerate(columns)}))
            self.db.execute(f"create or replace table {name} as select * from rows_of")

    def open_file(self, file):
        """Facts will be made from this file."""
        self.db.execute(f"create or replace temp view source as select * from read_parquet('{file}')")

    def keep_events(self, file):
        """Takes all events of a file into its own table."""
        self.db.execute(f"create or replace table events as select * from read_parquet('{file}')")

    def add_events(self, file):
        """Takes a small file of events into its own table."""
        self.db.execute(f"insert into events by name select * from read_json('{file}', columns = {{id: 'varchar', source: 'varchar', "
                        "type: 'varchar', \"at\": 'timestamptz', seq: 'bigint', conversation: 'varchar', actor_kind: 'varchar', actor: 'varchar', "
                        "\"public\": 'boolean', via: 'varchar'})")

    def open_store(self):
        """Facts will be made from its own events."""
        self.db.execute("create or replace temp view source as select * from events")

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        for name in ("duckdb_facts.sql", "duckdb_clocks.sql"):
            for statement in statements(name, back_teams=self.back_teams, now=self.now):
                begun = time.perf_counter()
                self.db.execute(statement)
                if report:
                    report(time.perf_counter() - begun, statement)

    def durable(self):
        """On disk, synced."""
        self.db.execute("checkpoint")

    def board(self):
        """The cells of the board, from the facts."""
        found = {}
        for statement in statements("duckdb_board.sql", now=self.now):
            result = self.db.execute(statement)
            cells.spread(found, [column[0] for column in result.description], result.fetchall())
        return found
