"""Runs SQL in DuckDB on a lake and compares the answers: the other reader of the catalogue.

usage: duckdb_check.py LAKE CHECKS [ATTACH_OPTIONS]

CHECKS holds one check a line: an SQL statement, a tab, the expected answer as `value|value`.
A line without a tab is only run. The lake is attached as `lake` and is the default.
Rows beyond the first are not looked at. Every difference is printed; the exit code tells.
"""

import glob
import os
import sys

import duckdb


def connect(lake, options):
    connection = duckdb.connect()
    packages = os.path.dirname(os.path.dirname(duckdb.__file__))
    for name in ("ducklake", "sqlite_scanner"):
        found = glob.glob(f"{packages}/duckdb_extension*/extensions/*/*/{name}.duckdb_extension")
        found += glob.glob(f"{packages}/duckdb_extension*/extensions/*/{name}.duckdb_extension")
        if not found:
            sys.exit(f"the extension {name} is not installed beside DuckDB in {packages}")
        connection.execute(f"LOAD '{found[0]}'")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"ATTACH 'ducklake:sqlite:{lake}/lake.sqlite' AS lake {options}")
    connection.execute("USE lake")
    return connection


def main():
    lake, checks = sys.argv[1:3]
    connection = connect(lake, sys.argv[3] if len(sys.argv) > 3 else "")
    different = 0
    with open(checks, encoding="utf-8") as lines:
        for line in lines:
            sql, tab, expected = line.rstrip("\n").partition("\t")
            try:
                row = connection.execute(sql).fetchone()
                answer = "|".join(str(value) for value in row or ())
            except duckdb.Error as error:
                answer, tab = f"error: {error}", True
            if tab and answer != expected:
                different += 1
                print(f"{sql}\n  expected {expected}\n  answered {answer}")
    connection.close()
    sys.exit(1 if different else 0)


main()
