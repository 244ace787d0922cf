"""A PostgreSQL cluster that lives as long as the process, on a free port of 127.0.0.1, and the memory that it takes."""

import atexit
import glob
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

# A warehouse's settings, not a web server's. What a transaction makes anew is synced as a file instead of being written twice.
SETTINGS = {"shared_buffers": "2GB", "work_mem": "256MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB", "jit": "off",
            "wal_level": "minimal", "max_wal_senders": "0"}


class Cluster:
    """A server and one connection to it; its data lie in a folder that stays, or in one that is removed at the end."""

    def __init__(self, threads, folder=None):
        self.room = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        self.data = folder.resolve() if folder else self.room / "data"
        self.kept = folder is not None
        self.closed = threading.Event()
        atexit.register(self.close)
        port = free_port()
        self.start(port, {**SETTINGS, "max_parallel_workers_per_gather": threads - 1})
        self.peak_kib = 0
        threading.Thread(target=self.watch, daemon=True).start()
        self.db = psycopg.connect(host="127.0.0.1", port=port, user="bench", dbname="postgres", autocommit=True)
        self.db.execute("set timezone = 'UTC'")

    def start(self, port, settings):
        """The server refuses to be root: then it runs as the user that the system's package made for it."""
        home = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.as_user = {}
        new = not (self.data / "PG_VERSION").exists()
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            self.as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            self.data.mkdir(parents=True, exist_ok=True)
            for path in [self.room, self.data, *self.data.rglob("*")]:
                os.chown(path, user.pw_uid, user.pw_gid)
        # In order, where somebody will start it again.
        self.stop_command = [f"{home}/pg_ctl", "-D", self.data, "-m", "fast" if self.kept else "immediate", "-w", "stop"]
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        options += f" -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.room}"
        initdb = [f"{home}/initdb", "-D", self.data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"]
        for command in ([initdb] if new else []) + [[f"{home}/pg_ctl", "-D", self.data, "-o", options, "-l", self.room / "log", "-w", "start"]]:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.room, **self.as_user)

    def watch(self):
        """Remembers the most memory that the server's processes had together."""
        self.postmaster = (self.data / "postmaster.pid").read_text().split()[0]
        while not self.closed.wait(0.2):
            self.look()

    def look(self):
        """Adds up its processes, shared pages counted once."""
        total = 0
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if folder.name == self.postmaster or (folder / "stat").read_text().rpartition(")")[2].split()[1] == self.postmaster:
                    total += int(re.search(r"Pss:\s+(\d+)", (folder / "smaps_rollup").read_text()).group(1))
            except (OSError, AttributeError):
                # It ended while it was looked at.
                continue
        self.peak_kib = max(self.peak_kib, total)

    def peak_mib(self):
        """The server's peak so far."""
        self.look()
        return self.peak_kib / 1024

    def close(self):
        """Stops the cluster, and removes it unless it stays."""
        self.closed.set()
        subprocess.run(self.stop_command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.room, **self.as_user)
        shutil.rmtree(self.room, ignore_errors=True)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
