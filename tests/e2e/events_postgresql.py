#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Events on a PostgreSQL server, which is started here: in a folder of its own, on a socket
of its own, as a user without rights where this runs as root."""

import pathlib
import sys
import threading

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent)]
from _events import *  # noqa: E402,F403
from postgresql import Server  # noqa: E402
from replay import REPLAY, write_clip, write_replay  # noqa: E402

server = Server(TMP / "server")
address = server.address("events")
sql = lambda query: server.sql("events", query)  # noqa: E731

try:
    server.create("events")
    check_all(address, sql)

    # ---- stance run, and what must not be shown ----
    clip = TMP / "clip.y4m"
    write_clip(clip, 10)
    write_replay(TMP, 10)
    server.create("run")
    done = stance("run", clip, "--events", server.address("run", password=True), *REPLAY(TMP))
    check("secret" not in done.stderr, f"the password is shown: {done.stderr}")
    runs = events(server.address("run"), "--runs")
    equal([(r["source"], r["complete"], r["frames"]) for r in runs], [(str(clip), True, 10)], "run")
    done = stance("run", clip, "--events", server.address("none", password=True), *REPLAY(TMP),
                  status=4)
    check("secret" not in done.stderr and '"none" does not exist' in done.stderr, done.stderr)
    for password in ("a#ecret", "a?ecret", "a/ecret", "a@ecret", "a%zecret", "ecret?b=c&d",
                     "ecret?password=ecret"):
        there = server.address("none").replace("stance@", f"stance:{password}@")
        for arguments, status in ((("events", there), 2),
                                  (("run", clip, "--events", there, *REPLAY(TMP)), 4)):
            done = stance(*arguments, status=status, what="a password")
            check("ecret" not in done.stdout + done.stderr and "postgresql://stance" in done.stderr,
                  f"{password} is shown: {done.stderr}")
    stance("run", clip, "--json", TMP / "found.json", *REPLAY(TMP))
    done = stance("convert", TMP / "found.json", "--events", server.address("run", password=True))
    check("secret" not in done.stderr, f"the password is shown: {done.stderr}")
    stance("events", server.address("none"), status=2)
    server.create("empty")
    check("none of its tables" in stance("events", server.address("empty"), status=2).stderr,
          "a database without tables")
    server.create("newer")
    feed("write", server.address("newer"), 10)
    server.sql("newer", "UPDATE stance_schema SET version = 99")
    for arguments, status in ((("events", server.address("newer")), 2),
                              (("run", clip, "--events", server.address("newer"), *REPLAY(TMP)), 4)):
        done = stance(*arguments, status=status)
        check("newer" in done.stderr and "99" in done.stderr, f"newer: {done.stderr}")

    # ---- tables of an earlier version, and a view that somebody made of them ----
    server.create("older")
    feed("write", server.address("older"), 0)
    check_older(server.address("older"), lambda query: server.sql("older", query),
                "CREATE VIEW mine AS SELECT * FROM stance_events")
    equal(server.sql("older", "SELECT version FROM stance_schema"), [["7"]], "brought up to date")
    equal(len(server.sql("older", "SELECT * FROM mine")), len(events(server.address("older"))), "a view")

    # ---- two writers at once; numbers in the order of commits ----
    server.create("two")
    two = server.address("two")
    feed("write", two, 1)
    follower = start(STANCE, "events", two, "-f", "--format", "ndjson", "--after", "number:1")
    writers = [start(FEED, "write", two, 1000, 1000) for _ in range(2)]
    lines = read_for(follower, 60 * SLOW, lambda found: len(found) >= 2000)
    for writer in writers:
        writer.communicate()
        equal(writer.returncode, 0, "two writers")
    equal(len(lines), 2000, "two writers, and one who follows")
    follower.send_signal(signal.SIGINT)
    follower.communicate(timeout=60)
    rows = [json.loads(line) for line in lines]
    for run in (2, 3):
        equal([r["start_ms"] for r in rows if r["run"] == run], [i * 100 for i in range(1000)],
              f"two writers: run {run}")

    # ---- the server restarts in the middle, in order and by a crash ----
    for how in ("fast", "immediate"):
        server.create(f"restart_{how}")
        here = server.address(f"restart_{how}")
        writer = start(FEED, "write", here, 3000, 1000)
        drain = threading.Thread(target=writer.stdout.read)
        drain.start()
        time.sleep(1.2)
        server.stop(how)
        time.sleep(0.7)
        server.start()
        writer.wait(timeout=120)
        drain.join()
        complaints = writer.stderr.read()
        equal(writer.returncode, 0, f"restart {how}: {complaints}")
        same_numbers([r["start_ms"] for r in events(here)], [i * 100 for i in range(3000)],
                     f"restart {how}: all of them, and once")

finally:
    server.close()
finish()
