"""The decoding limit: a reader that only decodes, and does nothing with it.

Of a file of events it decodes the columns that the board needs; of a folder of ours, the store's events, all columns; of text, every value.
"""

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.json as json
import pyarrow.parquet as parquet

COLUMNS = [
    "id", "type", "at", "seq", "conversation", "actor_kind", "actor", "channel", "origin", "team", "priority", "public", "via", "session",
    "status", "cause", "into", "agent", "field", "value", "call", "direction", "survey", "kind", "score",
]
NUMBERS = ("at", "seq", "public", "score")


class Peer:
    """Reads row groups or blocks, two threads over columns or blocks."""

    def __init__(self, tables, now, threads, store=None):
        pa.set_cpu_count(threads)

    def decode(self, file):
        if file.is_dir():
            for part in sorted(file.rglob("*.parquet")):
                groups(part)
        elif file.suffix == ".csv":
            csv.read_csv(file)
        elif file.suffix == ".jsonl":
            json.read_json(file, read_options=json.ReadOptions(block_size=8 << 20))
        else:
            groups(file, COLUMNS)


def groups(file, columns=None):
    """Row groups in turn, words as dictionaries, nothing kept."""
    words = [name for name in columns or [] if name not in NUMBERS]
    opened = parquet.ParquetFile(file, read_dictionary=words)
    for group in range(opened.num_row_groups):
        opened.read_row_group(group, columns=columns, use_threads=True)
