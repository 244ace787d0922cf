"""The shop's messages as a help desk exports them, a row each, and the mapping that reads them. `messages.py FILE OUT`; OUT ends in `.csv`.

No vendor's export is copied: the columns are those that they have in common.
"""

import pathlib
import sys

import pyarrow.compute as compute
import pyarrow.csv as csv
import pyarrow.parquet as parquet

MAPPING = """rows = "messages"
source = "desk"

[columns]
id = "Message ID"
conversation = "Ticket ID"
at = "Created"
role = "Author role"
account = "Author"
public = "Public"
via = "Via"
chars = "Length"
channel = "Channel"
customer = "Requester"
"""
NAMES = {"id": "Message ID", "conversation": "Ticket ID", "at": "Created", "actor_kind": "Author role", "actor": "Author", "public": "Public", "via": "Via",
         "chars": "Length", "channel": "Channel", "customer": "Requester"}


def main(file, out):
    told = ["type", "id", "conversation", "at", "actor_kind", "actor", "public", "via", "chars", "channel", "customer"]
    events = parquet.read_table(file, columns=told)
    opened = events.filter(compute.equal(events["type"], "opened")).select(["conversation", "channel", "customer"])
    rows = events.filter(compute.equal(events["type"], "message")).select([name for name in NAMES if name not in ("channel", "customer")])
    rows = rows.join(opened, "conversation").sort_by([("at", "ascending"), ("id", "ascending")]).select(list(NAMES))
    rows = rows.rename_columns(list(NAMES.values()))
    csv.write_csv(rows, out)
    pathlib.Path(out).with_suffix(".toml").write_text(MAPPING)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
