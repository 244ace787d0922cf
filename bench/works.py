"""The works of one size: which peer does what, what each begins with, and what was found.

A peer that goes over a limit of time or memory does not end the run: it drops out of that work, and of those that need what it would
have left behind, and the table says so. One whose cells are not ours ends the run, since then no time means anything.
"""

import json
import pathlib
import re
import shutil
import statistics

import cells
import ours
from process import Finished, Unable, drop_pages, start

HERE = pathlib.Path(__file__).resolve().parent
OURS = "deskgauge"
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
    "w4": "10,000 late events to conversations of the last 30 days, then the board",
    "w4all": "10,000 late events to conversations of all time, then the board",
    "w5": "text into a store",
}
# What a peer does not do is told here, not left out in silence.
STORELESS = {"pandas"}
# Works that begin with a store that holds the shop.
STORED = ["w2", "w3", "w3a", "w3d", "w4", "w4all"]
LATE = ["w4", "w4all"]
# Works that begin with files and change none, so that they can begin cold.
COLD = ["w1", "w1s", "w2", "w3", "w3a", "w3d"]
# Larger texts say nothing new.
MOST_TEXT = 1_000_000
FORMS = ("jsonl", "csv", "table")
# Works with a bare decoder beside them: of the file, of our events, of the text.
LIMITED = ["w1", "w2", "w5"]


def conversations(size):
    """How many a size such as 100k or 10m means."""
    if not re.fullmatch(r"[1-9][0-9]*[km]", size):
        raise SystemExit(f"{size}: a size is a number with k or m, such as 100k or 10m")
    return int(size[:-1]) * {"k": 1_000, "m": 1_000_000}[size[-1]]


class Bench:
    """One size: its data, its rules, and what was found."""

    def __init__(self, options, size, room):
        self.options, self.size, self.room = options, size, room
        self.data = ours.data(options.deskgauge, room / "data", conversations(size), options.python)
        self.store = room / "store" / size
        self.peers = [peer for peer in options.peers.split(",") if peer and conversations(size) <= SMALL_ONLY.get(peer, 1 << 60)]
        self.ours = ours.Ours(options.deskgauge, self.data, HERE / "board.txt", options.limits)
        # Work to name to (seconds, peak MiB), or to the words that say why there is no time.
        self.found = {}
        # Who dropped out of which work, and why.
        self.unable = {}
        # Whether the stores hold the shop's events, by this run.
        self.stored = False

    def do(self, work):
        """Checks a work, measures it, and keeps what was found."""
        if work == "w5":
            forms = FORMS if conversations(self.size) <= MOST_TEXT else ()
            for form in forms:
                self.checked(work, f"w5 {form}", self.ours.text(form, self.options.python))
        else:
            if work in STORED and not self.stored:
                self.fill_stores()
            self.checked(work, work)
            self.stored |= work == "w1s"

    def checked(self, work, label, file=None):
        if not self.equal(work, label, file):
            raise SystemExit(f"{work}: the boards are not equal: no time is told")
        if (OURS, label) in self.unable:
            self.found[label] = {OURS: self.unable[OURS, label]}
            print(f"{self.size} {label}: {self.unable[OURS, label]} for ours, so that nothing can be compared", flush=True)
            return
        if self.options.runs:
            self.measure(work, label, file)
            if self.options.cold and work in COLD:
                self.measure(work, f"{work} cold", file)

    def names(self, work, label):
        """Ours, then the peers that do a work. Nobody else makes events of a help desk's table."""
        peers = [] if label == "w5 table" else self.peers
        return [OURS, *(peer for peer in peers if work == "w1" or peer not in STORELESS)]

    def able(self, work, label):
        """Those of them that did not drop out; who has no store drops out of what begins with one."""
        for name in self.names(work, label):
            if work in STORED and (name, "w1s") in self.unable:
                self.unable[name, label] = self.unable[name, "w1s"]
        return [name for name in self.names(work, label) if (name, label) not in self.unable]

    def folder(self, name, work):
        """Where a store lies; works that leave another one behind have their own."""
        return self.store / (name + ("-late" if work in LATE else "-text" if work == "w5" else ""))

    def prepare(self, name, work):
        """Puts a store back to what the work starts from."""
        folder = self.folder(name, work)
        if work in ("w1s", "w5", *LATE):
            shutil.rmtree(folder, ignore_errors=True)
        if work in LATE:
            shutil.copytree(self.folder(name, "w1s"), folder, symlinks=True)

    def leave(self, name, work):
        """Removes a store that nothing else begins with: disks are smaller than five of them."""
        if work in (*LATE, "w5"):
            shutil.rmtree(self.folder(name, work), ignore_errors=True)

    def once(self, name, work, file=None, write_cells=None):
        """One run of ours or of a peer."""
        folder = self.folder(name, work)
        if name == OURS:
            return self.ours.run(work, folder, file)
        file = file or {"w4": self.data.late, "w4all": self.data.late_all}.get(work, self.data.file)
        if name == "limit":
            file, work = self.ours.events(self.folder(OURS, work)) if work == "w2" else file, "decode"
        command = [self.options.python, HERE / "peer.py", name, work, "--file", file, "--rules", self.data.rules, "--now", self.data.now,
                   "--threads", self.options.threads]
        if work not in ("w1", "decode"):
            folder.mkdir(parents=True, exist_ok=True)
            command += ["--store", folder]
        command += ["--cells", write_cells] if write_cells else []
        finished = start(command, self.options.threads, self.options.limits)
        said = json.loads(finished.output.splitlines()[-1])
        return Finished(said["seconds"], finished.peak_mib + said.get("peak_mib", 0), finished.output)

    def equal(self, work, label, file):
        """Whether every peer gives our cells; tells those that differ."""
        good, wanted = True, None
        for name in self.able(work, label):
            path = self.room / f"cells-{name}.json"
            self.prepare(name, work)
            try:
                if name == OURS:
                    wanted = self.ours.cells(work, self.folder(name, work), file)
                    continue
                self.once(name, work, file, path)
            except Unable as reason:
                self.drop(name, label, reason)
                if name == OURS:
                    return True
                continue
            finally:
                self.leave(name, work)
            found = {(row[0], row[1], row[2]): (row[3], row[4]) for row in json.loads(path.read_text())}
            unequal = cells.differences(wanted, found)
            print(f"{self.size} {label} {name}: {len(wanted) - len(unequal)} of {len(wanted)} cells equal", flush=True)
            for key, a, b in unequal[:20]:
                print(f"    question {key[0]}, {key[1]}, {key[2]}: ours {a}, theirs {b}")
            good = good and not unequal
        return good

    def drop(self, name, label, reason):
        """From now on without this one."""
        self.unable[name, label] = str(reason)
        print(f"{self.size} {label} {name}: {reason}", flush=True)

    def measure(self, work, label, file):
        """Alternating runs of all, ours among them."""
        cold = label.endswith("cold")
        for name in self.names(work, label) if cold else []:
            if (name, work) in self.unable:
                self.unable[name, label] = self.unable[name, work]
        self.able(work, label)
        runs = {name: [] for name in self.names(work, label) + (["limit"] if work in LIMITED else [])}
        for _ in range(self.options.runs):
            for name in [name for name in runs if (name, label) not in self.unable]:
                self.prepare(name, work)
                if cold:
                    drop_pages(self.data.file if work in ("w1", "w1s") else self.folder(OURS if name == "limit" else name, work))
                try:
                    runs[name].append(self.once(name, work, file))
                except Unable as reason:
                    self.drop(name, label, reason)
                self.leave(name, work)
        self.found[label] = {name: self.unable.get((name, label)) or middle(done) for name, done in runs.items()}
        if file:
            self.speeds(label, file)

    def speeds(self, label, file):
        """Megabytes of text a second."""
        megabytes = file.stat().st_size / 1e6
        told = ", ".join(f"{name} {found if isinstance(found, str) else format(megabytes / found[0], '.0f')}" for name, found in self.found[label].items())
        print(f"{self.size} {label}, {megabytes:.0f} MB, MB/s: {told}", flush=True)

    def fill_stores(self):
        """Stores with the shop's events, for works that begin with them."""
        for name in self.able("w1s", "w1s"):
            self.prepare(name, "w1s")
            try:
                self.once(name, "w1s")
            except Unable as reason:
                self.drop(name, "w1s", reason)
        self.stored = True

    def table(self):
        """Seconds and peak memory, and the ratio to ours."""
        for label, found in self.found.items():
            print(f"\n{self.size} {label}: {WORKS[label.split()[0]]}")
            own = found[OURS]
            for name, told in found.items():
                if isinstance(told, str):
                    print(f"    {name:<12}{told:>12}")
                else:
                    ratio = "" if isinstance(own, str) else f"{told[0] / own[0]:>8.2f} x"
                    print(f"    {name:<12}{told[0]:>10.3f} s {told[1]:>8.0f} MiB {ratio}")


def middle(done):
    """The median of the seconds and the most of the memory."""
    return statistics.median(run.seconds for run in done), max(run.peak_mib for run in done)
