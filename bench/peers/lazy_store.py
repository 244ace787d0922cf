"""Polars' own store: Parquet files in a folder. A file is written beside its place, synced, and put in its place, and then the folder is synced.

Events are a row of files, since late ones are appended as a file of their own; facts are a file each, written anew.
"""

import os

import polars as pl

import columns

c = pl.col
# What questions read.
FACTS = ["begun", "waits", "resolutions", "clocks", "contacts", "stock", "touches", "surveys"]
KINDS = (
    {name: pl.String for name in columns.TEXT} | {name: pl.Int64 for name in columns.WHOLE} | {name: pl.Boolean for name in columns.YES_NO}
    | {name: pl.Decimal(19, 4) for name in columns.MONEY} | {name: pl.Datetime("ms", "UTC") for name in columns.INSTANTS}
    | {name: pl.List(pl.String) for name in columns.LISTS}
)


class Store:
    """The folder of events and that of facts."""

    def __init__(self, folder):
        self.events, self.facts = folder / "events", folder / "facts"

    def keep_events(self, rows):
        """Events as the first file."""
        written(self.events, {"0.parquet": rows})

    def add_events(self, rows):
        """Events as one more file."""
        written(self.events, {f"{len(list(self.events.iterdir()))}.parquet": rows})

    def all_events(self):
        """Every event; what a file does not tell is empty."""
        files = sorted(self.events.iterdir(), key=lambda file: int(file.stem))
        return pl.scan_parquet(files, missing_columns="insert")

    def keep_facts(self, frames):
        """Facts by name."""
        written(self.facts, {f"{name}.parquet": frame for name, frame in frames.items()})

    def facts_of(self):
        """Facts by name, read when they are asked for; none where none are kept."""
        return {file.stem: pl.scan_parquet(file) for file in self.facts.glob("*.parquet")}


def written(folder, frames):
    """All files at once, by the streaming engine."""
    folder.mkdir(parents=True, exist_ok=True)
    sinks = [rows.sink_parquet(folder / f"{name}.new", compression="lz4", sync_on_close="all", lazy=True) for name, rows in frames.items()]
    pl.collect_all(sinks, engine="streaming")
    for name in frames:
        os.replace(folder / f"{name}.new", folder / name)
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def from_text(file, told=None):
    """Events of a file of JSON Lines or CSV; `told` names the fields of a file that tells few of them."""
    kinds = {name: kind for name, kind in KINDS.items() if told is None or name in told}
    # Both readers leave instants and numbers with a point to a cast.
    read = {name: pl.String if name in (*columns.INSTANTS, *columns.MONEY) else kind for name, kind in kinds.items()}
    if file.suffix == ".jsonl":
        rows = pl.scan_ndjson(file, schema=read)
    else:
        header = open(file).readline().strip().split(",")
        rows = pl.scan_csv(file, schema={name: pl.String if name in columns.LISTS else read[name] for name in header})
        rows = rows.with_columns(c(name).str.split(";") for name in columns.LISTS)
    return rows.with_columns(
        *(c(name).str.to_datetime(time_unit="ms", time_zone="UTC") for name in columns.INSTANTS if name in kinds),
        *(c(name).cast(kinds[name]) for name in columns.MONEY if name in kinds),
    )
