"""PostgreSQL as a peer: a throw-away cluster of its own on a free port, and what a dbt package would run in it.

The source has no Parquet reader, so that loading is a COPY of the columns that the board needs; it counts, as it would for a user.
"""

import atexit
import glob
import io
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading

import psycopg
import pyarrow.compute as compute
import pyarrow.csv as csv
import pyarrow.parquet as parquet

import calendar_tables as rules_of
import cells
from limit import COLUMNS
from statements import statements

TABLES = ("spans", rules_of.SPANS), ("days", rules_of.DAYS), ("local_days", rules_of.LOCAL_DAYS), ("promises", rules_of.PROMISES)
KINDS = {"urgent": "boolean", "channel": "text", "policy": "text"}
# A warehouse's settings, not a web server's.
SETTINGS = {"shared_buffers": "2GB", "work_mem": "256MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB", "jit": "off"}


class Peer:
    """A cluster that lives as long as the process."""

    def __init__(self, tables, now, threads, store=None):
        self.now = now
        self.zone = tables.zone.key
        self.offset = tables.offset_sql("b.t")
        self.back_teams = ", ".join(f"'{team}'" for team in tables.back_teams)
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        self.closed = threading.Event()
        atexit.register(self.close)
        port = free_port()
        self.start(port, {**SETTINGS, "max_parallel_workers_per_gather": threads - 1})
        self.peak_kib = 0
        threading.Thread(target=self.watch, daemon=True).start()
        self.db = psycopg.connect(host="127.0.0.1", port=port, user="bench", dbname="postgres", autocommit=True)
        self.db.execute("set timezone = 'UTC'")
        for name, columns in TABLES:
            self.db.execute(create(name, columns))
            with self.db.cursor().copy(f"copy {name} from stdin") as copy:
                for row in getattr(tables, name):
                    copy.write_row(row)
        self.db.execute("create index on spans (cal, before)")
        self.db.execute("analyze")

    def start(self, port, settings):
        """The server refuses to be root: then it runs as the user that the system's package made for it."""
        home = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.as_user = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.room, user.pw_uid, user.pw_gid)
            self.as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = self.room / "data"
        self.stop_command = [f"{home}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"]
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        options += f" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.room}"
        initdb = [f"{home}/initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
        for command in (initdb, [f"{home}/pg_ctl", "-D", data, "-o", options, "-l", self.room / "log", "-w", "start"]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.room, **self.as_user)

    def watch(self):
        """Remembers the most memory that the server's processes had together, shared pages counted once."""
        postmaster = (self.room / "data" / "postmaster.pid").read_text().split()[0]
        while not self.closed.wait(0.2):
            total = 0
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if folder.name == postmaster or (folder / "stat").read_text().rpartition(")")[2].split()[1] == postmaster:
                        total += int(re.search(r"Pss:\s+(\d+)", (folder / "smaps_rollup").read_text()).group(1))
                except (OSError, AttributeError):
                    # It ended while it was looked at.
                    continue
            self.peak_kib = max(self.peak_kib, total)

    def peak_mib(self):
        """The server's peak so far."""
        return self.peak_kib / 1024

    def close(self):
        """Stops the cluster and removes it."""
        self.closed.set()
        subprocess.run(self.stop_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.room, **self.as_user)
        shutil.rmtree(self.room, ignore_errors=True)

    def open_file(self, file):
        """Takes the columns that the board needs into its own table."""
        text = [name for name in COLUMNS if name not in ("at", "seq", "public", "score")]
        kinds = ", ".join([*(f'"{name}" text' for name in text), "t bigint", "seq bigint", "public boolean", "score double precision"])
        self.db.execute(f"create unlogged table events ({kinds})")
        names = ", ".join(f'"{name}"' for name in [*text, "t", "seq", "public", "score"])
        opened = parquet.ParquetFile(file)
        with self.db.cursor().copy(f"copy events ({names}) from stdin (format csv)") as copy:
            for group in range(opened.num_row_groups):
                table = opened.read_row_group(group, columns=COLUMNS)
                seconds = compute.divide(table["at"].cast("timestamp[ms]", safe=False).cast("int64"), 1000)
                table = table.select(text).append_column("t", seconds).append_column("seq", table["seq"]).append_column(
                    "public", table["public"]).append_column("score", table["score"].cast("float64"))
                lines = io.BytesIO()
                csv.write_csv(table, lines, csv.WriteOptions(include_header=False))
                copy.write(lines.getvalue())
        self.db.execute("analyze events")

    def facts(self, report=None):
        """Makes every fact that the board needs."""
        for name in ("postgres_facts.sql", "postgres_clocks.sql"):
            for statement in statements(name, back_teams=self.back_teams, now=self.now, offset=self.offset):
                self.db.execute(statement)

    def board(self):
        """The cells of the board, from the facts."""
        found = {}
        for statement in statements("postgres_board.sql", now=self.now):
            month = rf"date_trunc('month', to_timestamp(\1) at time zone '{self.zone}')::date"
            result = self.db.execute(re.sub(r"\{month:([^{}]*)\}", month, statement))
            cells.spread(found, [column.name for column in result.description], result.fetchall())
        return found


def create(name, columns):
    kinds = ", ".join(f"{column} {KINDS.get(column, 'bigint')}" for column in columns)
    return f"create table {name} ({kinds})"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
