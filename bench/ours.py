"""Deskgauge's own side: the simulated data, and each work by its command line."""

import datetime as dt
import json
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass

import calendar_tables
import cells
from process import Finished, start

# The first local midnight of every simulated shop.
BEGIN = dt.datetime(2026, 1, 4, 22, tzinfo=dt.timezone.utc)


@dataclass
class Data:
    """A simulated shop."""

    file: pathlib.Path
    late: pathlib.Path
    late_all: pathlib.Path
    rules: pathlib.Path
    now: int


def data(binary, room, count, python):
    """The file of a shop of so many conversations, its rules, and late events for it; made once."""
    room.mkdir(parents=True, exist_ok=True)
    file = room / f"{count}.parquet"
    facts = room / f"{count}.json"
    if not facts.exists():
        said = subprocess.run([binary, "simulate", "--conversations", str(count), "--seed", "1", "--to", file], check=True,
                              capture_output=True, text=True).stderr
        end = dt.datetime.fromisoformat(re.search(r"--now (\S+)", said).group(1))
        # The rules of a shop follow from its days alone, so a few conversations tell them.
        small = room / f"{count}-rules"
        shutil.rmtree(small, ignore_errors=True)
        days = str(round((end - BEGIN).total_seconds() / 86_400))
        subprocess.run([binary, "simulate", "--conversations", "100", "--days", days, "--into", small], check=True, capture_output=True)
        shutil.copy(small / "deskgauge.toml", room / f"{count}.toml")
        shutil.rmtree(small)
        facts.write_text(json.dumps({"now": int(end.timestamp())}))
    now = json.loads(facts.read_text())["now"]
    late = {days: room / f"{count}-late-{days}.jsonl" for days in ("30", "all")}
    for days, events in late.items():
        if not events.exists():
            subprocess.run([python, pathlib.Path(__file__).parent / "late.py", file, events, str(now), days], check=True)
    return Data(file, late["30"], late["all"], room / f"{count}.toml", now)


class Ours:
    """The works, each as a user would type it."""

    def __init__(self, binary, shop, board, limits):
        self.binary, self.shop, self.board, self.limits = binary, shop, board, limits
        self.now = dt.datetime.fromtimestamp(shop.now, dt.timezone.utc).isoformat().replace("+00:00", "Z")

    def run(self, work, store, file=None):
        """Does a work in a store; of several commands the times are added."""
        self.store, self.file = store, file
        return getattr(self, work)()

    def cells(self, work, store, file=None):
        """What a work answers, or where it answers nothing, the board that it leaves behind."""
        done = self.run(work, store, file)
        if work == "w3d":
            rows = [line.split(",") for line in done.output.splitlines()[1:]]
            return cells.drilled([(row[0], int(dt.datetime.fromisoformat(row[1]).timestamp()), row[2]) for row in rows])
        return cells.ours((self.w3() if work in ("w1s", "w2", "w5") else done).output.splitlines())

    def w1(self):
        # The rules alone, in a folder beside the store: no lake is there or is made.
        folder = self.rules_folder(self.store.with_name("deskgauge-rules"))
        return self.start("--workspace", folder, "report", "--from", self.shop.file, *self.questions())

    def w1s(self):
        return self.imported(self.shop.file)

    def w2(self):
        return self.start("--workspace", self.store, "rebuild")

    def w3(self):
        return self.start("--workspace", self.store, "report", *self.questions())

    def w3a(self):
        since = calendar_tables.days_before(self.shop.now, 30).isoformat()
        part = self.start("--workspace", self.store, "query", "reply_time", "--by", "agent", "--from", since, "--now", self.now, "--format", "csv")
        header, *rows = part.output.splitlines()
        return Finished(part.seconds, part.peak_mib, "\n".join([f"question,{header}", *(f"1,{row}" for row in rows)]))

    def w3d(self):
        since = dt.datetime.fromtimestamp(self.shop.now - 30 * 86_400, dt.timezone.utc).isoformat()
        return self.start("--workspace", self.store, "sql", "--format", "csv",
                          "select conversation, started_at, seconds from waits where final_status not in ('spam', 'deleted', 'merged') "
                          f"and replied_at >= timestamp '{since}' order by seconds desc, conversation limit 100")

    def w4(self):
        return added([self.start("--workspace", self.store, "import", "events", self.shop.late), self.w3()])

    def w4all(self):
        return added([self.start("--workspace", self.store, "import", "events", self.shop.late_all), self.w3()])

    def w5(self):
        return self.imported(self.file)

    def imported(self, file):
        """A new workspace with the rules, and the file in it."""
        self.rules_folder(self.store)
        mapping = file.with_suffix(".toml")
        words = ["table", "--strict", "--map", mapping] if file.stem.endswith("-messages") else ["events"]
        return added([self.start("init", self.store), self.start("--workspace", self.store, "import", *words, file)])

    def text(self, form, python):
        """The shop's events as text, or its messages as a table of a help desk; made once."""
        shop = self.shop.file
        file = shop.with_name(f"{shop.stem}-messages.csv") if form == "table" else shop.with_suffix("." + form)
        if not file.exists():
            made = [self.binary, "simulate", "--conversations", shop.stem, "--seed", "1", "--to", file]
            made = [python, pathlib.Path(__file__).parent / "messages.py", shop, file] if form == "table" else made
            subprocess.run(made, check=True, capture_output=True)
        return file

    def events(self, store):
        """Where a workspace keeps its events."""
        return store / "data" / "main" / "events"

    def questions(self):
        return ["--questions", self.board, "--now", self.now, "--format", "csv"]

    def rules_folder(self, folder):
        """A folder with the rules and nothing else."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(self.shop.rules, folder / "deskgauge.toml")
        return folder

    def start(self, *words):
        return start([self.binary, *words], 2, self.limits)


def added(parts):
    """Several commands as one run."""
    return Finished(sum(part.seconds for part in parts), max(part.peak_mib for part in parts), "".join(part.output for part in parts))
