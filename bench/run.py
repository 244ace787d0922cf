#!/usr/bin/env python3
"""Measures Deskgauge and its peers on the same simulated shop, in one run: `python3 bench/run.py`.

Every peer answers the same board; its cells must equal ours to the digit before any time is printed. Runs alternate between the peers, so
that a busy moment of the machine hits all of them; medians are compared. What it makes lies in target/bench.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import venv

import cells
import history
import ours
from process import Finished, drop_pages, start

HERE = pathlib.Path(__file__).resolve().parent
ROOM = HERE.parent / "target" / "bench"
PEERS = ["duckdb", "clickhouse", "polars", "postgres", "pandas"]
# For the record: beyond this they only take time.
SMALL_ONLY = {"postgres": 1_000_000, "pandas": 1_000_000}
WORKS = {
    "w1": "a file, asked directly: every fact and the board, nothing stored",
    "w1s": "a file, imported: events and facts durable",
    "w2": "rebuild: every fact from the store's own events",
    "w3": "the board from stored facts",
    "w3a": "one KPI by agent for the last 30 days, from stored facts",
    "w3d": "a drill to 100 conversations, from stored facts",
    "w4": "10,000 late events, then the board",
    "w5": "events as text into a store",
}
# What a peer does not do is told here, not left out in silence.
STORELESS = {"clickhouse", "polars", "postgres", "pandas"}
# Larger texts say nothing new.
MOST_TEXT = 1_000_000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100k", help="conversations, such as 100k,1m,10m")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--works", default=",".join(WORKS), help="of " + ", ".join(WORKS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cold", action="store_true", help="drop the file's pages before each run of w1")
    parser.add_argument("--deskgauge", type=pathlib.Path, default=HERE.parent / "target" / "release" / "deskgauge")
    parser.add_argument("--record", action="store_true", help="append to bench/history.csv")
    options = parser.parse_args()
    if not options.deskgauge.exists():
        raise SystemExit(f"there is no {options.deskgauge}: cargo build --release, or name one with --deskgauge")
    return options


def python():
    """The Python of the bench, with the pinned peers."""
    home = ROOM / "venv"
    wanted = (HERE / "requirements.txt").read_text()
    done = home / "installed.txt"
    if not done.exists() or done.read_text() != wanted:
        venv.create(home, with_pip=True)
        command = [home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
        subprocess.run(command, check=True)
        done.write_text(wanted)
    return home / "bin" / "python"


def conversations(size):
    return int(size[:-1]) * {"k": 1_000, "m": 1_000_000}[size[-1]]


class Bench:
    """One size: its data, its rules, and what was found."""

    def __init__(self, options, size):
        self.options = options
        self.size = size
        self.python = python()
        self.data = ours.data(options.deskgauge, ROOM / "data", conversations(size), self.python)
        self.store = ROOM / "store" / size
        self.board = HERE / "board.txt"
        self.peers = [peer for peer in options.peers.split(",") if conversations(size) <= SMALL_ONLY.get(peer, 1 << 60)]
        self.ours = ours.Ours(options.deskgauge, self.data, self.store / "deskgauge", self.board)
        self.times = {}
        # Whether the stores hold the shop's events, by this run.
        self.stored = False

    def peer(self, name, work, write_cells=None, file=None):
        """One run of a peer."""
        store = self.store / name
        store.mkdir(parents=True, exist_ok=True)
        command = [self.python, HERE / "peer.py", name, work, "--file", file or self.data.file, "--late", self.data.late, "--rules", self.data.rules,
                   "--now", self.data.now, "--threads", self.options.threads]
        command += [] if work in ("w1", "decode") or name in STORELESS else ["--store", store]
        command += ["--cells", write_cells] if write_cells else []
        finished = start(command, self.options.threads)
        said = json.loads(finished.output.splitlines()[-1])
        return Finished(said["seconds"], finished.peak_mib + said.get("peak_mib", 0), finished.output)

    def equal(self, work):
        """Whether every peer gives our cells; tells those that differ."""
        wanted = cells.ours(self.ours.run(work).output.splitlines())
        good = True
        for name in self.peers_of(work):
            path = ROOM / f"cells-{name}.json"
            self.peer(name, work, path)
            found = {(row[0], row[1], row[2]): (row[3], row[4]) for row in json.loads(path.read_text())}
            unequal = cells.differences(wanted, found)
            print(f"{self.size} {work} {name}: {len(wanted) - len(unequal)} of {len(wanted)} cells equal", flush=True)
            for key, a, b in unequal[:20]:
                print(f"    question {key[0]}, {key[1]}, {key[2]}: ours {a}, theirs {b}")
            good = good and not unequal
        return good

    def peers_of(self, work):
        return [peer for peer in self.peers if work == "w1" or peer not in STORELESS]

    def measure(self, work, cold=False):
        """Alternating runs of all, ours among them."""
        label = f"{work} cold" if cold else work
        names = ["deskgauge", *self.peers_of(work)] + (["limit"] if work == "w1" else [])
        runs = {name: [] for name in names}
        for _ in range(self.options.runs):
            for name in names:
                self.prepare(name, work)
                if cold:
                    drop_pages(self.data.file)
                if name == "deskgauge":
                    runs[name].append(self.ours.run(work))
                else:
                    runs[name].append(self.peer(name, "decode" if name == "limit" else work))
        self.times[label] = middle(runs)
        self.stored |= work == "w1s"

    def measure_text(self):
        """Imports of JSON Lines and CSV."""
        for form in ("jsonl", "csv"):
            file = self.ours.text(form)
            runs = {name: [] for name in ["deskgauge", *(peer for peer in ("duckdb", "polars") if peer in self.peers)]}
            for _ in range(self.options.runs):
                for name, done in runs.items():
                    self.prepare(name, "w1s")
                    done.append(self.ours.w5(file) if name == "deskgauge" else self.peer(name, "w5", file=file))
            self.times[f"w5 {form}"] = middle(runs)
            megabytes = file.stat().st_size / 1e6
            speeds = ", ".join(f"{name} {megabytes / seconds:.0f}" for name, (seconds, _) in self.times[f"w5 {form}"].items())
            print(f"{self.size} w5 {form}, {megabytes:.0f} MB, MB/s: {speeds}", flush=True)

    def prepare(self, name, work):
        """Puts a store back to what the work starts from."""
        folder = self.store / name
        if work == "w1s":
            shutil.rmtree(folder, ignore_errors=True)
        if work == "w4":
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self.store / f"{name}-base", folder)

    def fill_stores(self):
        """Stores with the shop's events, for works that begin with them."""
        for name in ["deskgauge", *self.peers_of("w1s")]:
            self.prepare(name, "w1s")
            self.ours.run("w1s") if name == "deskgauge" else self.peer(name, "w1s")
        self.stored = True

    def keep_bases(self):
        """Stores as they are before late events."""
        for name in ["deskgauge", *self.peers_of("w4")]:
            base = self.store / f"{name}-base"
            shutil.rmtree(base, ignore_errors=True)
            shutil.copytree(self.store / name, base)

    def table(self):
        """Seconds and peak memory, and the ratio to ours."""
        for label, found in self.times.items():
            own, _ = found["deskgauge"]
            print(f"\n{self.size} {label}: {WORKS[label.split()[0]]}")
            for name, (seconds, peak) in found.items():
                print(f"    {name:<12}{seconds:>10.3f} s {peak:>8.0f} MiB {seconds / own:>8.2f} x")


def middle(runs):
    """The median of the seconds and the most of the memory."""
    return {name: (statistics.median(run.seconds for run in done), max(run.peak_mib for run in done)) for name, done in runs.items()}


def main():
    options = arguments()
    os.chdir(HERE.parent)
    for size in options.sizes.split(","):
        bench = Bench(options, size)
        works = options.works.split(",")
        if not bench.equal("w1"):
            raise SystemExit("the boards are not equal: no time is told")
        for work in works:
            if work == "w5":
                if conversations(size) <= MOST_TEXT:
                    bench.measure_text()
                continue
            if work in ("w2", "w3", "w3a", "w3d", "w4") and not bench.stored:
                bench.fill_stores()
            if work == "w4":
                bench.keep_bases()
                for name in ["deskgauge", *bench.peers_of("w4")]:
                    bench.prepare(name, "w4")
            if work in ("w3", "w3a", "w4") and not bench.equal(work):
                raise SystemExit("the boards are not equal: no time is told")
            bench.measure(work)
            if work == "w1" and options.cold:
                bench.measure(work, cold=True)
        bench.table()
        if options.record:
            history.append(HERE / "history.csv", size, bench.times, options)


if __name__ == "__main__":
    sys.exit(main())
