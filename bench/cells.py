"""Cells of a board, whoever answered it: (question, month, channel) -> (value, n).

Equal means equal to the digit: medians and percentiles of whole seconds are multiples of a half and of a tenth, so that they are
compared as such; means and shares are one division of whole numbers, compared to nine places behind the point.
"""

import csv
import shlex


def questions(path):
    """The board's questions, each as its words."""
    with open(path) as file:
        return [shlex.split(line) for line in file if line.strip() and not line.startswith("#")]


def ours(lines):
    """Cells from the CSV of `deskgauge report --questions`."""
    found = {}
    for row in csv.DictReader(lines):
        value, n = row["value"], row["n"]
        if n not in ("", "0"):
            cell = row["channel"] if "channel" in row else row["agent"]
            found[int(row["question"]), row["period"] or "all", cell] = (float(value), int(n))
    return found


def drilled(rows):
    """Cells of a drill: conversation, beginning, seconds, each conversation and beginning a cell."""
    return {(1, "all", f"{conversation} {start}"): (float(seconds), 1) for conversation, start, seconds in rows}


def spread(found, names, rows):
    """Adds a peer's wide rows: month, channel, then columns n<question>, v<question>, or v<question>_v<question> for lists."""
    for row in rows:
        record = dict(zip(names, row))
        month, channel = str(record.pop("month"))[:10], record.pop("channel")
        counts, values = {}, {}
        for name, value in record.items():
            parts = name.split("_")
            for part, single in zip(parts, value if len(parts) > 1 and value is not None else [value] * len(parts)):
                (counts if part[0] == "n" else values)[int(part[1:])] = single
        for question in sorted(set(counts) | set(values)):
            # Several statistics of one population share its count: that of the nearest question before.
            n = counts[max(known for known in counts if known <= question)]
            if n and values.get(question, n) is None:
                raise ValueError(f"question {question} counts {n} rows in {month}, {channel}, and has no value")
            if n:
                value = values.get(question, n)
                found[question, month, channel] = (float(value), int(n))


def digits(value):
    return round(value, 9)


def differences(wanted, found, first="2026-01-01", end="2028-01-01"):
    """Cells that are not equal, with both sides."""
    inside = {key for key in set(wanted) | set(found) if key[1] == "all" or first <= key[1] < end}
    unequal = []
    for key in sorted(inside):
        a, b = wanted.get(key), found.get(key)
        if a is None or b is None or a[1] != b[1] or digits(a[0]) != digits(b[0]):
            unequal.append((key, a, b))
    return unequal
