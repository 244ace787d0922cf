"""DuckDB as a peer: the same board by SQL, from a file or from its own database."""

import time

import duckdb
import pyarrow as pa

import calendar_tables as rules_of
import cells
from statements import statements

KINDS = [
    "opened", "message", "status", "assigned", "raise", "escalated", "queued", "ringing", "answered", "abandoned", "voicemail",
    "callback_requested", "ended", "survey_sent", "survey_answered",
]
CLASSES = ["us", "customer", "third", "resolved", "removed"]
FIELDS = (
    "id source revision retracted type at seq conversation actor_kind actor customer channel origin brand team priority reason tags language "
    "parent public via session chars status cause into agent field value tier escalation call queue direction hung_up_by seconds policy "
    "survey kind score scale_min scale_max better comment_chars review scorecard scorecard_version ratings order_id amount currency state "
    "segment email_hash phone_hash role"
).split()
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

    def import_text(self, file):
        """Takes a file of JSON Lines or CSV into its own table, durably."""
        numbers = {"revision": "bigint", "seq": "bigint", "chars": "bigint", "seconds": "bigint", "comment_chars": "bigint", "retracted": "boolean",
                   "public": "boolean", "at": "timestamptz", "score": "decimal(19, 4)", "scale_min": "decimal(19, 4)",
                   "scale_max": "decimal(19, 4)", "amount": "decimal(19, 4)"}
        lists = {"tags": "varchar[]", "ratings": "json"} if file.suffix == ".jsonl" else {}
        columns = {name: {**numbers, **lists}.get(name, "varchar") for name in FIELDS}
        if file.suffix == ".jsonl":
            reader = f"read_json('{file}', format = 'newline_delimited', columns = {columns})"
        else:
            header = open(file).readline().strip().split(",")
            # Quotes stand in few rows; what it finds by itself in the first ones may have none.
            form = "delim = ',', quote = '\"', escape = '\"', header = true"
            reader = f"read_csv('{file}', {form}, columns = { {name: columns[name] for name in header} })"
        self.db.execute(f"create or replace table events as select * from {reader}")
        self.db.execute("checkpoint")

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

    def agents(self, since):
        """The median reply time of each agent since an instant."""
        found = self.db.execute(
            "select 'all' as month, agent as channel, count(*) as n1, median(end_t - start_t) as v1 from waits "
            f"where end_mark = 'r' and end_t >= {since} and end_t <= {self.now} group by all"
        )
        cells_of = {}
        cells.spread(cells_of, [column[0] for column in found.description], found.fetchall())
        return cells_of

    def drill(self, since):
        """The hundred longest waits behind such a number."""
        return self.db.execute(
            f"select home, start_t, end_t - start_t as seconds from waits where end_mark = 'r' and end_t >= {since} "
            "order by seconds desc, home limit 100"
        ).fetchall()
