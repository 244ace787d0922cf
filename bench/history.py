"""The history of what was measured: a text file that people review, one line for each work and peer of a run."""

import csv
import datetime as dt
import os
import platform
import subprocess

COLUMNS = ["day", "commit", "processor", "load", "size", "work", "runs", "threads", "peer", "seconds", "peak_mib", "ratio"]


def append(path, size, found, options):
    """Appends a run. Where there is no time, the words that say why stand in its place."""
    new = not path.exists()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    with open(path, "a", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if new:
            rows.writerow(COLUMNS)
        for work, told_by in found.items():
            own = told_by["deskgauge"]
            for name, told in told_by.items():
                measured = [told, "", ""]
                if not isinstance(told, str):
                    measured = [f"{told[0]:.3f}", f"{told[1]:.0f}", "" if isinstance(own, str) else f"{told[0] / own[0]:.2f}"]
                rows.writerow([dt.date.today(), commit, processor(), f"{os.getloadavg()[1]:.1f}", size, work, options.runs, options.threads,
                               name, *measured])


def processor():
    """The processor's name and how many of them there are."""
    with open("/proc/cpuinfo") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.machine()
