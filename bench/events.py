#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast the events database is when it is large: docs/events.md has the figures.

    make build && scripts/python bench/events.py [--events 10000000] [--folder FOLDER]

Fills an SQLite file and a PostgreSQL server (which it starts) with events, tells the rate
of each million, and times pages at the start, in the middle and at the end: 100 each,
first with what was just written in memory, as on a machine at work. Prints Markdown.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests")]
from postgresql import Server  # noqa: E402

options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
options.add_argument("--events", type=int, default=10_000_000)
options.add_argument("--build", default=str(ROOT / "build/release"))
options.add_argument("--folder", help="where the databases are made (default: a temporary one)")
options.add_argument("--only", choices=["sqlite", "postgresql"])
chosen = options.parse_args()
FEED = pathlib.Path(chosen.build) / "tests/event_feed"
DEPTHS = ["0", "0.5", "1"]


def feed(*args):
    return subprocess.run([str(FEED), *map(str, args)], stdout=subprocess.PIPE, check=True,
                          universal_newlines=True).stdout.splitlines()


def measure(name, address, size):
    rates = [1e6 / float(line.split()[1]) for line in feed("write", address, chosen.events)]
    print(f"\n### {name}\n")
    if rates:
        print("Inserted a second, million by million: " +
              ", ".join(f"{rate / 1000:.0f},000" for rate in rates) + ".")
    print(f"Size: {size() / 1e6:.0f} MB, {size() / chosen.events:.0f} bytes an event.\n")
    print("| question, 100 events a page | at the start | in the middle | at the end |")
    print("|---|---|---|---|", flush=True)
    rows = {}
    for line in feed("pages", address, chosen.events, *DEPTHS):
        row = json.loads(line)
        rows.setdefault(row["question"], []).append(
            f"{row['median_ms']:.2f} ({row['p95_ms']:.2f}, {row['max_ms']:.2f})")
    for question, cells in rows.items():
        print(f"| {question} | {' | '.join(cells)} |", flush=True)


folder = pathlib.Path(tempfile.mkdtemp(prefix="stance-bench-", dir=chosen.folder))
print(f"{chosen.events} events; milliseconds a page: median (95th percentile, the longest of 100)")
try:
    if chosen.only != "postgresql":
        path = folder / "events.db"
        measure("SQLite", path, lambda: path.stat().st_size)
        path.unlink()
    if chosen.only != "sqlite":
        server = Server(folder / "server")
        try:
            server.create("events")
            measure("PostgreSQL", server.address("events"),
                    lambda: int(server.sql("events", "SELECT pg_database_size('events')")[0][0]))
        finally:
            server.close()
finally:
    shutil.rmtree(folder, ignore_errors=True)
