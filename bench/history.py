"""The history of what was measured: a text file that people review, one line for each work and peer of a run."""

import csv
import datetime as dt
import os
import platform
import subprocess

COLUMNS = ["day", "commit", "processor", "load", "size", "work", "runs", "threads", "peer", "seconds", "peak_mib", "ratio"]


def append(path, size, times, options):
    """Appends a run."""
    new = not path.exists()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    with open(path, "a", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if new:
            rows.writerow(COLUMNS)
        for work, found in times.items():
            own, _ = found["deskgauge"]
            for name, (seconds, peak) in found.items():
                rows.writerow([dt.date.today(), commit, processor(), f"{os.getloadavg()[1]:.1f}", size, work, options.runs, options.threads,
                               name, f"{seconds:.3f}", f"{peak:.0f}", f"{seconds / own:.2f}"])


def processor():
    """The processor's name and how many of them there are."""
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.machine()
