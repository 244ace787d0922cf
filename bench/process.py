"""A child process, timed, with its peak memory."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Finished:
    """What a run took and said."""

    seconds: float
    peak_mib: float
    output: str


def start(command, threads, cwd=None):
    """Runs a command on the first processors and waits for it. A failure ends the bench with what the command said."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as problems:
        begun = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=output, stderr=problems, cwd=cwd, preexec_fn=pin(threads))
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode()
        if child.returncode != 0:
            problems.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}\nended with {child.returncode}\n{problems.read().decode()}")
    return Finished(seconds, usage.ru_maxrss / 1024, said)


def pin(threads):
    """Two threads mean two processors, for those too that have no setting."""
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, processors)


def drop_pages(path):
    """Lets the system forget a file's pages: cold as from the disk, without any right to drop all caches."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
