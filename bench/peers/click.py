"""ClickHouse as a peer, by chDB in the process: arrays per conversation, ASOF joins for due instants, exact quantiles."""

import json
import re
import time

from chdb import session

import calendar_tables as rules_of
import cells
from statements import statements

TABLES = ("spans", rules_of.SPANS), ("days", rules_of.DAYS), ("local_days", rules_of.LOCAL_DAYS), ("promises", rules_of.PROMISES)


class Peer:
    """One session; its tables live in memory."""

    def __init__(self, tables, now, threads, store=None):
        self.now = now
        self.zone = tables.zone.key
        self.offset = tables.offset_sql("b.t")
        self.back_teams = ", ".join(f"'{team}'" for team in tables.back_teams)
        self.session = session.Session()
        self.session.query("create database if not exists bench")
        for setting in ("database bench", f"max_threads = {threads}", "prefer_column_name_to_alias = 1"):
            words = setting.split()
            self.session.query(f"use {words[1]}" if words[0] == "database" else f"set {setting}")
        for name, columns in TABLES:
            kinds = ", ".join(f"{column} {'String' if column in ('channel', 'policy') else 'Int64'}" for column in columns)
            rows = ", ".join("(" + ", ".join(literal(value) for value in row) + ")" for row in getattr(tables, name))
            self.session.query(f"create table {name} ({kinds}) engine = Memory")
            self.session.query(f"insert into {name} values {rows}")

    def open_file(self, file):
        """Facts will be made from this file."""
        self.source = f"file('{file}', Parquet)"

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        for name in ("clickhouse_facts.sql", "clickhouse_clocks.sql"):
            for statement in statements(name, back_teams=self.back_teams, now=self.now, source=self.source, offset=self.offset):
                begun = time.perf_counter()
                self.session.query(statement)
                if report:
                    report(time.perf_counter() - begun, statement)

    def board(self):
        """The cells of the board, from the facts."""
        found = {}
        for statement in statements("clickhouse_board.sql", now=self.now):
            statement = re.sub(r"\{month:((?:[^{}])*)\}", rf"toStartOfMonth(toDateTime(\1, '{self.zone}'))", statement)
            answer = json.loads(str(self.session.query(statement, "JSONCompact")))
            rows = [[None if isinstance(value, float) and value != value else value for value in row] for row in answer["data"]]
            cells.spread(found, [column["name"] for column in answer["meta"]], rows)
        return found


def literal(value):
    """A value as ClickHouse reads it; no promise is 0."""
    if isinstance(value, str):
        return f"'{value}'"
    return str(int(value or 0))
