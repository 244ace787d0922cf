"""Late events: replies of an agent, told afterwards, to conversations of a shop's last 30 days. `late.py FILE OUT NOW`."""

import datetime as dt
import json
import random
import sys

import pyarrow.compute as compute
import pyarrow.parquet as parquet

COUNT = 10_000


def main(file, out, now):
    since = dt.datetime.fromtimestamp(now - 30 * 86_400, dt.timezone.utc)
    chance = random.Random(1)
    found = []
    opened = parquet.ParquetFile(file)
    for group in range(opened.num_row_groups):
        table = opened.read_row_group(group, columns=["type", "at", "conversation", "origin"])
        wanted = compute.and_(compute.equal(table["type"], "opened"), compute.greater_equal(table["at"], since))
        found += table.filter(wanted).select(["conversation", "at"]).to_pylist()
    with open(out, "w") as lines:
        for number in range(COUNT):
            conversation = chance.choice(found)
            at = min(int(conversation["at"].timestamp()) + chance.randrange(60, 172_800), now - 1)
            # A number within the second that no event of the shop has: the order stays one whoever sorts.
            event = {"id": f"l{number}", "source": "late", "type": "message", "conversation": conversation["conversation"],
                     "at": dt.datetime.fromtimestamp(at, dt.timezone.utc).isoformat(), "seq": 900_000 + number % 90_000,
                     "actor_kind": "agent", "actor": "a1", "public": True, "via": "human"}
            lines.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
