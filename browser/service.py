"""A workspace of the simulated shop, and the service over it, as a process on a free port of this machine."""

import os
import pathlib
import re
import signal
import subprocess
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Over the days that pages compare, but few: the binary of the tests is not optimised.
CONVERSATIONS, DAYS, SEED = 1_500, 75, 3


def binary():
    """The program: what `cargo xtask` names, else that of the last build."""
    told = os.environ.get("DESKGAUGE_TEST_BINARY")
    path = pathlib.Path(told) if told else ROOT / "target" / "debug" / "deskgauge"
    if not path.exists():
        raise SystemExit(f"there is no {path}: cargo build -p deskgauge")
    return path


def run(*words):
    """What a command printed and said."""
    done = subprocess.run([binary(), *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"deskgauge {' '.join(map(str, words))} ended with {done.returncode}\n{done.stderr}")
    return done.stdout, done.stderr


def play(folder, conversations=CONVERSATIONS, days=DAYS, seed=SEED):
    """Makes a workspace of a play. The instant at which the play ends."""
    options = ["--conversations", conversations, "--seed", seed, *(["--days", days] if days else [])]
    _, said = run("simulate", *options, "--into", folder)
    return re.search(r"ask with --now (\S+)", said).group(1)


class Service:
    """A running service."""

    def __init__(self, workspace, now, *options, listen="127.0.0.1:0"):
        self.log = pathlib.Path(workspace) / "serve.log"
        times = ["--now", now] if now else []
        words = [binary(), "--workspace", workspace, "serve", "--listen", listen, *times, *options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=log, text=True)
        first = self.process.stdout.readline()
        if "http://" not in first:
            self.process.wait()
            raise SystemExit(f"the service did not start: {self.log.read_text()}")
        self.address = first.strip().rsplit(" ", 1)[-1]
        # The link of the first administrator, where nobody needs one there is none.
        self.link = None if "--no-sign-in" in options else self.process.stdout.readline().strip().rsplit(" ", 1)[-1]

    def kill(self):
        """Ends it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends it as systems do, and by force if that does not help. Its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Answer:
    """An answer over HTTP, whatever its status."""

    def __init__(self, address, path, headers):
        request = urllib.request.Request(address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                self._take(response)
        except urllib.error.HTTPError as refused:
            self._take(refused)

    def _take(self, response):
        self.status, self.headers, self.url = response.status, response.headers, response.url
        self.media = response.headers.get("content-type", "").split(";")[0]
        # Answers that never end, such as live ones, are only begun.
        self.body = b"" if self.media == "text/event-stream" else response.read()

    @property
    def text(self):
        return self.body.decode()
