"""A child process, timed, with its peak memory, and stopped where it takes too long or too much."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

# What engines say when their memory does not suffice.
OUT_OF_MEMORY = ("MEMORY_LIMIT_EXCEEDED", "Out of Memory Error", "MemoryError", "memory allocation of", "out of memory", "Cannot allocate memory")
# How long a peer may take to end in order, in seconds.
GRACE = 20


@dataclass
class Finished:
    """What a run took and said."""

    seconds: float
    peak_mib: float
    output: str


@dataclass
class Limits:
    """What a run may take; none is no limit."""

    seconds: float | None = None
    gib: float | None = None


class Unable(Exception):
    """A run went over a limit, or out of memory: told in the table, in these words."""


def start(command, threads, limits=Limits(), cwd=None):
    """Runs a command on the first processors and waits for it. A failure ends the bench with what the command said, except that `Unable` tells
    of one that took too much."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as problems:
        begun = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=output, stderr=problems, cwd=cwd, preexec_fn=pin(threads))
        watcher = Watcher(child.pid, limits)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        watcher.end()
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode()
        problems.seek(0)
        problem = problems.read().decode(errors="replace")
    if watcher.stopped_for:
        raise Unable(watcher.stopped_for)
    if child.returncode == -signal.SIGKILL or (child.returncode and any(words in problem for words in OUT_OF_MEMORY)):
        raise Unable("out of memory")
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {child.returncode}\n{problem}")
    return Finished(seconds, usage.ru_maxrss / 1024, said)


class Watcher:
    """Stops a child at a limit. Only where there is one does it look at the child at all, four times a second."""

    def __init__(self, pid, limits):
        self.pid, self.limits, self.stopped_for = pid, limits, None
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        if limits.seconds or limits.gib:
            self.thread.start()

    def watch(self):
        begun = time.monotonic()
        while not self.over.wait(0.25):
            if self.limits.seconds and time.monotonic() - begun > self.limits.seconds:
                self.stopped_for = f"over {self.limits.seconds:g} s"
            elif self.limits.gib and resident_gib(self.pid) > self.limits.gib:
                self.stopped_for = f"over {self.limits.gib:g} GiB"
            if self.stopped_for:
                return self.stop()

    def stop(self):
        """In order first, since a peer may have a server to end, and a folder to remove."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
            if not self.over.wait(GRACE):
                os.kill(self.pid, signal.SIGKILL)

    def end(self):
        self.over.set()
        if self.thread.is_alive():
            self.thread.join()


def resident_gib(pid):
    """The memory that a process has now; nothing where it is just ending."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (OSError, IndexError):
        return 0


def pin(threads):
    """Two threads mean two processors, for those too that have no setting."""
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, processors)


def drop_pages(path):
    """Lets the system forget a file's pages, or those of all files of a folder: cold as from the disk, without any right to drop all caches."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with open(file, "rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
