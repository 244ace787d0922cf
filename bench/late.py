"""Late events: replies of an agent, told afterwards, to conversations of a shop's last days. `late.py FILE OUT NOW DAYS`; `all` is all of time."""

import datetime as dt
import json
import random
import sys

import pyarrow.compute as compute
import pyarrow.parquet as parquet

COUNT = 10_000


def main(file, out, now, days):
    since = 0 if days == "all" else now - int(days) * 86_400
    chance = random.Random(1)
    opened = parquet.ParquetFile(file)
    counts = [len(begun(opened, group, since)) for group in range(opened.num_row_groups)]
    # Numbers of conversations in order, so that one row group at a time is in memory.
    chosen = sorted(chance.randrange(sum(counts)) for _ in range(COUNT))
    events, before = [], 0
    for group, count in enumerate(counts):
        rows = begun(opened, group, since) if count else None
        while len(events) < COUNT and chosen[len(events)] < before + count:
            conversation = rows.slice(chosen[len(events)] - before, 1).to_pylist()[0]
            events.append(reply(conversation, len(events), now, chance))
        before += count
    # They arrive in no order.
    chance.shuffle(events)
    with open(out, "w") as lines:
        lines.writelines(json.dumps(event) + "\n" for event in events)


def begun(opened, group, since):
    """Conversations that began since an instant, of a row group: id and beginning."""
    table = opened.read_row_group(group, columns=["type", "at", "conversation"])
    wanted = compute.and_(compute.equal(table["type"], "opened"),
                          compute.greater_equal(table["at"], dt.datetime.fromtimestamp(since, dt.timezone.utc)))
    return table.filter(wanted).select(["conversation", "at"])


def reply(conversation, number, now, chance):
    at = min(int(conversation["at"].timestamp()) + chance.randrange(60, 172_800), now - 1)
    # A number within the second that no event of the shop has: the order stays one whoever sorts.
    return {"id": f"l{number}", "source": "late", "type": "message", "conversation": conversation["conversation"],
            "at": dt.datetime.fromtimestamp(at, dt.timezone.utc).isoformat(), "seq": 900_000 + number % 90_000,
            "actor_kind": "agent", "actor": "a1", "public": True, "via": "human"}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
