"""PostgreSQL as a peer: what a dbt package would run, in a cluster of its own.

It has no Parquet reader, so that loading is a COPY; it counts, as it would for a user. Asked directly, its tables are unlogged and hold the
columns that the board needs. With a store, events in all their columns and the facts that questions read are tables that survive a crash.
"""

import io
import re

import pyarrow.compute as compute
import pyarrow.csv as csv
import pyarrow.parquet as parquet

import calendar_tables as rules_of
import cells
import columns
from limit import COLUMNS
from post_cluster import Cluster
from statements import statements

TABLES = ("spans", rules_of.SPANS), ("days", rules_of.DAYS), ("local_days", rules_of.LOCAL_DAYS), ("promises", rules_of.PROMISES)
KINDS = {"urgent": "boolean", "channel": "text", "policy": "text"}
EVENTS = (
    {name: "text" for name in columns.TEXT} | {name: "bigint" for name in columns.WHOLE} | {name: "boolean" for name in columns.YES_NO}
    | {name: "numeric(19, 4)" for name in columns.MONEY} | {name: "timestamptz" for name in columns.INSTANTS} | {name: "text[]" for name in columns.LISTS}
)
FACTS = ["begun", "waits", "resolutions", "clocks", "contacts", "stock_moves", "touches", "surveys"]


class Peer:
    """One connection; `store` is the folder of a cluster that stays, or nothing for one that goes with the process."""

    def __init__(self, tables, now, threads, store=None):
        self.now = now
        self.zone = tables.zone.key
        self.offset = tables.offset_sql("b.t")
        self.back_teams = ", ".join(f"'{team}'" for team in tables.back_teams)
        self.kept = "" if store else "unlogged"
        self.cluster = Cluster(threads, store / "data" if store else None)
        self.db, self.peak_mib = self.cluster.db, self.cluster.peak_mib
        for name, names in TABLES:
            kinds = ", ".join(f"{column} {KINDS.get(column, 'bigint')}" for column in names)
            self.db.execute(f"drop table if exists {name}")
            self.db.execute(f"create table {name} ({kinds})")
            with self.db.cursor().copy(f"copy {name} from stdin") as copy:
                for row in getattr(tables, name):
                    copy.write_row(row)
            self.db.execute(f"analyze {name}")
        self.db.execute("create index on spans (cal, before)")
        self.source = "events"

    def open_file(self, file):
        """Takes the columns that the board needs into its own table."""
        text = [name for name in COLUMNS if name not in ("at", "seq", "public", "score")]
        kinds = ", ".join([*(f'"{name}" text' for name in text), "t bigint", "seq bigint", "public boolean", "score double precision"])
        self.db.execute(f"create unlogged table events ({kinds})")
        names = quoted([*text, "t", "seq", "public", "score"])
        opened = parquet.ParquetFile(file)
        with self.db.cursor().copy(f"copy events ({names}) from stdin (format csv)") as copy:
            for group in range(opened.num_row_groups):
                table = opened.read_row_group(group, columns=COLUMNS)
                seconds = compute.divide(table["at"].cast("timestamp[ms]", safe=False).cast("int64"), 1000)
                table = table.select(text).append_column("t", seconds).append_column("seq", table["seq"]).append_column(
                    "public", table["public"]).append_column("score", table["score"].cast("float64"))
                copy.write(lines_of(table))
        self.db.execute("analyze events")

    def keep_events(self, file):
        """Takes all events of a file into its own table. Made in the same transaction, the table is synced as a whole when it ends."""
        opened = parquet.ParquetFile(file)
        with self.db.transaction():
            self.empty_events()
            with self.db.cursor().copy(f"copy events ({quoted(opened.schema_arrow.names)}) from stdin (format csv)") as copy:
                for group in range(opened.num_row_groups):
                    table = opened.read_row_group(group)
                    for index, name in enumerate(table.column_names):
                        if name in columns.LISTS:
                            table = table.set_column(index, name, array_literals(table[name]))
                        elif name in columns.MONEY:
                            table = table.set_column(index, name, table[name].cast("string"))
                    copy.write(lines_of(table))
        self.db.execute("analyze events")

    def empty_events(self, **others):
        told = ", ".join(f'"{name}" {kind}' for name, kind in {**EVENTS, **others}.items())
        self.db.execute("drop table if exists events")
        self.db.execute(f"create table events ({told})")

    def add_events(self, file):
        """Takes a file of JSON Lines into its own table: lines first, whose separators no JSON can hold, then all records at once."""
        with self.db.transaction():
            self.db.execute("create temp table raw (line text) on commit drop")
            self.copied(file, "raw", "format csv, quote e'\\x01', delimiter e'\\x02'")
            self.db.execute("insert into events select r.* from raw, json_populate_record(null::events, line::json) r")
        self.db.execute("analyze events")

    def import_text(self, file):
        """Takes a file of JSON Lines or CSV into its own table, durably."""
        with self.db.transaction():
            if file.suffix == ".jsonl":
                self.empty_events()
                self.add_events(file)
            else:
                header = open(file).readline().strip().split(",")
                self.empty_events(tags="text")
                self.copied(file, f"events ({quoted(header)})", "format csv, header")
        self.db.execute("analyze events")

    def copied(self, file, into, how):
        with self.db.cursor().copy(f"copy {into} from stdin ({how})") as copy, open(file, "rb") as opened:
            while block := opened.read(1 << 20):
                copy.write(block)

    def open_store(self):
        """Facts will be made from its own events."""
        self.source = "(select *, floor(date_part('epoch', \"at\"))::bigint as t from events) e"

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        for name in ("postgres_facts.sql", "postgres_clocks.sql"):
            for statement in statements(name, back_teams=self.back_teams, now=self.now, offset=self.offset, source=self.source, kept=self.kept):
                self.db.execute(statement)

    def durable(self):
        """Each transaction was synced; what remains is an index for questions about few days, and what the planner wants to know."""
        self.db.execute("create index on waits (end_t)")
        self.db.execute(f"analyze {', '.join(FACTS)}")

    def board(self):
        """The cells of the board, from the facts."""
        found = {}
        for statement in statements("postgres_board.sql", now=self.now):
            month = rf"date_trunc('month', to_timestamp(\1) at time zone '{self.zone}')::date"
            self.spread(found, re.sub(r"\{month:([^{}]*)\}", month, statement))
        return found

    def spread(self, found, statement):
        result = self.db.execute(statement)
        cells.spread(found, [column.name for column in result.description], result.fetchall())

    def agents(self, since):
        """The median reply time of each agent since an instant."""
        found = {}
        self.spread(found, "select 'all' as month, agent as channel, count(*) as n1, percentile_cont(0.5) within group (order by end_t - start_t) as v1 "
                    f"from waits where end_mark = 'r' and end_t >= {since} and end_t <= {self.now} group by agent")
        return found

    def drill(self, since):
        """The hundred longest waits behind such a number."""
        return self.db.execute(f"select home, start_t, end_t - start_t as seconds from waits where end_mark = 'r' and end_t >= {since} "
                               "order by seconds desc, home limit 100").fetchall()


def quoted(names):
    return ", ".join(f'"{name}"' for name in names)


def lines_of(table):
    lines = io.BytesIO()
    csv.write_csv(table, lines, csv.WriteOptions(include_header=False))
    return lines.getvalue()


def array_literals(lists):
    """Lists of words as PostgreSQL reads arrays; the shop's tags need no escapes."""
    joined = compute.binary_join(lists, '","')
    return compute.if_else(compute.equal(compute.list_value_length(lists), 0), "{}", compute.binary_join_element_wise('{"', joined, '"}', ""))
