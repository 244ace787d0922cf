"""The running service under a stream of events: `load.py --binary target/release/deskgauge --rate 1000 --seconds 60 --base 1000000`.

A bounded generator sends batches at a steady rate, each second's worth spread over the second; what the service does not take in time
is told as such and never queued without limit. Beside it one reader asks for what it has just been told is durable, and another loads
the board. Only the standard library is needed.
"""

import argparse
import datetime as dt
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SENDERS = 4
CHANNEL = "load"
# Seconds after which what was acknowledged must be counted.
PATIENCE = 10


class Service:
    """A `deskgauge serve` on a free port of this machine."""

    def __init__(self, binary, workspace, now, options):
        begun = time.perf_counter()
        command = [binary, "--workspace", workspace, "serve", "--no-sign-in", "--now", now, "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on"):
            raise SystemExit(f"the service did not start: {line}")
        self.port = int(line.rsplit(":", 1)[1])
        while self.get("/readyz")[0] != 200:
            time.sleep(0.01)
        self.ready_seconds = time.perf_counter() - begun

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, path):
        connection = self.connection()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as line:
            return sum(map(int, line.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


class Stream:
    """What is sent: new conversations of known and new customers, and replies, assignments and resolutions of recent ones."""

    def __init__(self, base, start, seed):
        self.chance = random.Random(seed)
        self.base, self.start, self.number, self.recent = base, start, 0, []
        self.made = 0

    def batch(self, count, elapsed):
        events = []
        while len(events) < count:
            events.extend(self.some(self.start + elapsed))
        return events[:count]

    def some(self, at):
        """One to three events of one conversation."""
        roll = self.chance.random()
        if roll < 0.3 or not self.recent:
            self.made += 1
            conversation, customer = f"l{self.number}-{self.made}", f"u{self.chance.randrange(max(self.base // 3, 10))}"
            self.recent = [*self.recent[-2000:], (conversation, customer)]
            return [self.event(at, "opened", conversation, "customer", customer, customer=customer, channel=CHANNEL, origin="customer"),
                    self.event(at, "message", conversation, "customer", customer, customer=customer, public=True, via="human")]
        if roll < 0.4:
            # Something of the last days of what is stored.
            conversation = f"c{self.base - self.chance.randrange(max(self.base // 100, 5))}"
            return [self.event(at, "message", conversation, "agent", f"a{self.chance.randrange(8)}", public=True, via="human")]
        conversation, _ = self.chance.choice(self.recent)
        agent = f"a{self.chance.randrange(8)}"
        if roll < 0.85:
            return [self.event(at, "message", conversation, "agent", agent, public=True, via="human")]
        return [self.event(at, "status", conversation, "agent", agent, status="resolved")]

    def event(self, at, kind, conversation, actor_kind, actor, **more):
        self.number += 1
        at = dt.datetime.fromtimestamp(at, dt.timezone.utc).isoformat(timespec="milliseconds")
        return {"id": f"load-{self.number}", "source": "load", "type": kind, "conversation": conversation, "at": at,
                "actor_kind": actor_kind, "actor": actor, **more}


class Run:
    """One stretch of load, with what was measured."""

    def __init__(self, service, token, stream, rate, seconds, batch, board):
        self.service, self.token, self.stream = service, token, stream
        self.rate, self.seconds, self.batch, self.board_wanted = rate, seconds, batch, board
        self.lock = threading.Lock()
        self.acknowledged, self.visible, self.board, self.late, self.sent, self.throttled, self.opened = [], [], [], 0, 0, 0, 0
        self.stop = threading.Event()
        self.failed = []

    def go(self):
        if self.rate:
            # A service may answer from a state of most of a second ago.
            time.sleep(1.5)
            self.before, self.since = self.count(self.path()), self.opened
        self.begun = time.perf_counter()
        workers = [self.thread(self.send, index) for index in range(SENDERS)] if self.rate else []
        watchers = [self.thread(self.watch)] if self.rate else []
        watchers += [self.thread(self.read_board)] if self.board_wanted else []
        for thread in workers + watchers:
            thread.start()
        for thread in workers:
            thread.join()
        if not workers:
            time.sleep(self.seconds)
        self.stop.set()
        for thread in watchers:
            thread.join()
        if self.failed:
            raise SystemExit(self.failed[0])
        return self

    def thread(self, work, *words):
        """A thread whose failure is told and ends the run."""
        def guarded():
            try:
                work(*words)
            except (SystemExit, OSError, http.client.HTTPException) as failure:
                self.failed.append(str(failure))
                self.stop.set()
        return threading.Thread(target=guarded)

    def send(self, index):
        connection = self.service.connection()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        every = self.batch * SENDERS / self.rate
        turn = index * every / SENDERS
        while turn < self.seconds and not self.stop.is_set():
            wait = self.begun + turn - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            elif wait < -1:
                # Behind by more than a second: told, not made up for.
                with self.lock:
                    self.late += 1
                turn = time.perf_counter() - self.begun
            with self.lock:
                events = self.stream.batch(self.batch, turn)
            body = "\n".join(map(json.dumps, events))
            while True:
                begun = time.perf_counter()
                connection.request("POST", "/v1/events", body, headers)
                answer = connection.getresponse()
                told = answer.read()
                if answer.status != 429:
                    break
                with self.lock:
                    self.throttled += 1
                time.sleep(float(answer.headers.get("Retry-After", "1")))
            if answer.status != 200:
                raise SystemExit(f"{answer.status}: {told.decode()}")
            with self.lock:
                self.acknowledged.append(time.perf_counter() - begun)
                self.sent += len(events)
                self.opened += sum(event["type"] == "opened" for event in events)
            turn += every

    def watch(self):
        """From an acknowledgement to an answer that counts what was acknowledged."""
        path = self.path()
        # How many were acknowledged when, as far as no answer has counted them.
        waiting = []
        while waiting or not self.stop.is_set():
            if not self.stop.is_set():
                with self.lock:
                    waiting.append((self.before + self.opened - self.since, time.perf_counter()))
            found = self.count(path)
            now = time.perf_counter()
            self.visible += [now - begun for wanted, begun in waiting if wanted <= found]
            waiting = [(wanted, begun) for wanted, begun in waiting if wanted > found]
            if waiting and now - waiting[0][1] > PATIENCE:
                raise SystemExit(f"{waiting[0][0]} conversations were acknowledged, and {PATIENCE} s later an answer counts {found}")
            time.sleep(0.1)

    def path(self):
        """Counts the conversations of the stream."""
        day = dt.datetime.fromtimestamp(self.stream.start, dt.timezone.utc).date()
        return (f"/v1/answers?metrics=conversations_created&from={day - dt.timedelta(days=1)}&to={day + dt.timedelta(days=3)}"
                f"&where=channel%20%3D%20%27{CHANNEL}%27")

    def count(self, path):
        status, body = self.service.get(path)
        if status != 200:
            raise SystemExit(f"{status}: {body.decode()}")
        return json.loads(body)["answers"][0]["value"] or 0

    def read_board(self):
        while not self.stop.is_set():
            self.board.append(timed(self.service))
            self.stop.wait(1)


def timed(service):
    """Seconds that the board takes."""
    begun = time.perf_counter()
    status, _ = service.get("/overview?r=30d")
    if status != 200:
        raise SystemExit(f"the board answered {status}")
    return time.perf_counter() - begun


def told(name, seconds):
    """Three percentiles of some durations, and the longest."""
    ordered = sorted(seconds)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
    if not ordered:
        return f"{name:<34} nothing measured"
    return f"{name:<34} p50 {at(.5):8.1f}  p95 {at(.95):8.1f}  p99 {at(.99):8.1f}  max {at(1):8.1f} ms   n {len(ordered)}"


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--binary", type=Path, default=Path("target/release/deskgauge"))
    words.add_argument("--rate", type=int, default=1000, help="events a second at the end of the ramp")
    words.add_argument("--seconds", type=int, default=60, help="of the full rate; the ramp before takes a quarter as long")
    words.add_argument("--base", type=int, default=100_000, help="stored conversations")
    words.add_argument("--batch", type=int, default=50, help="events of a request")
    words.add_argument("--workspace", type=Path, help="a simulated workspace with that base, to be used again; made where there is none")
    words.add_argument("--serve", action="append", default=[], metavar="OPTION", help="an option for `serve`, such as --serve=--commit-at=20000")
    asked = words.parse_args()
    if asked.rate < 1 or asked.seconds < 1 or asked.batch < 1 or asked.base < 10:
        words.error("rate, seconds and batch are at least 1, the base is at least 10")
    if not asked.binary.is_file():
        words.error(f"there is no {asked.binary}: run cargo build --release, or name one by --binary")
    asked.binary = asked.binary.resolve()
    kept = asked.workspace is not None
    folder = asked.workspace if kept else Path(tempfile.mkdtemp(prefix="deskgauge-load-")) / "shop"
    try:
        measure(asked, folder)
    finally:
        if not kept:
            shutil.rmtree(folder.parent)


def measure(asked, folder):
    run = lambda *more: subprocess.run([asked.binary, "--workspace", folder, *map(str, more)], check=True, capture_output=True, text=True).stdout
    if not (folder / "deskgauge.toml").exists():
        subprocess.run([asked.binary, "simulate", "--conversations", str(asked.base), "--into", folder], check=True, capture_output=True)
    newest = run("sql", "select max(occurred_at) as at from events", "--format", "csv").split("\n")[1].strip().strip('"')
    start = dt.datetime.fromisoformat(newest.replace("Z", "+00:00"))
    name = f"load-{time.time_ns()}"
    token = run("token", "add", name, "--scope", "ingest").split()[0]
    service = Service(asked.binary, folder, start.isoformat().replace("+00:00", "Z"), asked.serve)
    try:
        print(f"base {asked.base} conversations; ready {service.ready_seconds:.2f} s after the start, {service.resident_mib():.0f} MiB")
        stream = Stream(asked.base, int(start.timestamp()) + 1, time.time_ns())
        stream.number = time.time_ns() // 1000
        # A page that nobody has opened yet is decoded and counted first; that is another figure than what a stream costs.
        first = [timed(service) for _ in range(4)]
        print(f"the board's first look {first[0] * 1000:.0f} ms, the fourth {first[-1] * 1000:.0f} ms")
        # After the start the service opens more boards by itself.
        time.sleep(10)
        quiet = Run(service, token, stream, 0, asked.seconds, asked.batch, True).go()
        print(told("board without the stream", quiet.board))
        path = quiet.path()
        opened = quiet.count(path)
        for share in (0.25, 0.5, 0.75):
            ramp = Run(service, token, stream, max(int(asked.rate * share), 1), max(asked.seconds // 12, 2), asked.batch, False).go()
            opened += ramp.opened
            print(f"ramp {int(asked.rate * share)}/s: sent {ramp.sent}, throttled {ramp.throttled}, behind {ramp.late}")
        before = service.processor_seconds()
        full = Run(service, token, stream, asked.rate, asked.seconds, asked.batch, True).go()
        taken = (service.processor_seconds() - before) / asked.seconds
        print(f"{asked.rate}/s for {asked.seconds} s: sent {full.sent} ({full.sent / asked.seconds:.0f}/s), throttled {full.throttled}, behind {full.late}, {service.resident_mib():.0f} MiB, {taken:.2f} processors")
        print(told("acknowledged", full.acknowledged))
        print(told("from acknowledged to visible", full.visible))
        print(told("board with the stream", full.board))
        service.end(signal.SIGKILL)
        # Later than all that was sent, so that all of it has happened.
        later = start + dt.timedelta(seconds=2 * asked.seconds)
        again = Service(asked.binary, folder, later.isoformat().replace("+00:00", "Z"), asked.serve)
        service = again
        print(f"ready {again.ready_seconds:.2f} s after it was killed")
        full.service = again
        found = full.count(path)
        print(f"conversations of the stream: {opened + full.opened} acknowledged, {found} found after that")
        if found != opened + full.opened:
            raise SystemExit("what was acknowledged is not what is found")
    finally:
        service.end()


if __name__ == "__main__":
    sys.exit(main())
