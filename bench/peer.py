"""One run of one peer in a process of its own: does a work, prints what it took and, where asked, writes the board's cells.

The clock starts after the peer is loaded and knows the rules, and stops when the cells are there: less than what Deskgauge is charged,
whose processes are timed whole. The process' peak memory is read by the parent; a peer with a server tells that of the server.
"""

import argparse
import importlib
import json
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "peers")]

import calendar_tables  # noqa: E402
import cells  # noqa: E402

MODULES = {"duckdb": "duck", "clickhouse": "click", "polars": "lazy", "postgres": "post", "pandas": "frames"}


def w1(peer, options):
    """A file, asked directly."""
    peer.open_file(options.file)
    peer.facts()
    return peer.board()


def w1s(peer, options):
    """A file into events and facts of its own, durable."""
    peer.keep_events(options.file)
    peer.open_store()
    peer.facts()
    peer.durable()


def w2(peer, options):
    """Every fact again from its own events."""
    peer.open_store()
    peer.facts()
    peer.durable()


def w3(peer, options):
    """The board from stored facts."""
    return peer.board()


def w3a(peer, options):
    """One KPI by agent for the last 30 days."""
    return peer.agents(options.month_at)


def w3d(peer, options):
    """A drill to 100 conversations."""
    return cells.drilled(peer.drill(options.now - 30 * 86_400))


def w4(peer, options):
    """Late events, then every fact again, then the board: what a scheduled rebuild does."""
    peer.add_events(options.file)
    peer.open_store()
    peer.facts()
    peer.durable()
    return peer.board()


# The same with events that are spread over all time; the file tells which.
w4all = w4


def w5(peer, options):
    """A text file into columns, durable where the peer has a store."""
    peer.import_text(options.file)


def told(peer, options):
    """The cells that a work without an answer of its own leaves behind; not timed."""
    if options.work == "w5":
        peer.open_store()
        peer.facts()
    return peer.board()


def decode(peer, options):
    """The columns that the board needs, decoded and thrown away: the limit of any reader."""
    peer.decode(options.file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=[*MODULES, "limit"])
    parser.add_argument("work", choices=["w1", "w1s", "w2", "w3", "w3a", "w3d", "w4", "w4all", "w5", "decode"])
    parser.add_argument("--file", type=pathlib.Path)
    parser.add_argument("--store", type=pathlib.Path)
    parser.add_argument("--rules", type=pathlib.Path, required=True)
    parser.add_argument("--now", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cells", type=pathlib.Path)
    options = parser.parse_args()
    # Told to end, it ends in order: a server of its own goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    module = importlib.import_module(MODULES.get(options.peer, options.peer))
    tables = calendar_tables.Tables(options.rules)
    options.month_at = tables.midnight(calendar_tables.days_before(options.now, 30))
    peer = module.Peer(tables, options.now, options.threads, options.store)
    begun = time.perf_counter()
    found = globals()[options.work](peer, options)
    seconds = time.perf_counter() - begun
    if options.cells:
        found = told(peer, options) if found is None else found
        options.cells.write_text(json.dumps([[*key, *cell] for key, cell in sorted(found.items())]))
    server = {"peak_mib": peer.peak_mib()} if hasattr(peer, "peak_mib") else {}
    print(json.dumps({"seconds": seconds, **server}))


if __name__ == "__main__":
    main()
