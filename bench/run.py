#!/usr/bin/env python3
"""Measures Deskgauge and its peers on the same simulated shop, in one run: `python3 bench/run.py`.

Every peer answers the same board; its cells must equal ours to the digit before any time is printed. Runs alternate between the peers, so
that a busy moment of the machine hits all of them; medians are compared. What it makes lies in target/bench.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import venv

import history
from process import Limits
from works import PEERS, WORKS, Bench

HERE = pathlib.Path(__file__).resolve().parent
ROOM = HERE.parent / "target" / "bench"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="100k", help="conversations, such as 100k,1m,10m")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--works", default=",".join(WORKS), help="of " + ", ".join(WORKS))
    parser.add_argument("--runs", type=int, default=5, help="0 only compares cells")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cold", action="store_true", help="measure again with the files' pages dropped before each run, where a work begins with files")
    parser.add_argument("--limit-seconds", type=float, help="stop a run that takes longer, and say so in the table")
    parser.add_argument("--limit-gib", type=float, help="stop a run whose process takes more memory, and say so in the table")
    parser.add_argument("--deskgauge", type=pathlib.Path, default=HERE.parent / "target" / "release" / "deskgauge")
    parser.add_argument("--record", action="store_true", help="append to bench/history.csv")
    options = parser.parse_args()
    if not options.deskgauge.exists():
        raise SystemExit(f"there is no {options.deskgauge}: cargo build --release, or name one with --deskgauge")
    for given, known in ((options.peers, PEERS), (options.works, WORKS)):
        if unknown := [word for word in given.split(",") if word and word not in known]:
            raise SystemExit(f"{', '.join(unknown)}: not one of {', '.join(known)}")
    options.limits = Limits(options.limit_seconds, options.limit_gib)
    options.python = python()
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


def main():
    options = arguments()
    os.chdir(HERE.parent)
    for size in options.sizes.split(","):
        bench = Bench(options, size, ROOM)
        for work in options.works.split(","):
            bench.do(work)
        bench.table()
        if options.record:
            history.append(HERE / "history.csv", size, bench.found, options)


if __name__ == "__main__":
    sys.exit(main())
