#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Events in an SQLite file: `stance run --events`, `stance events`, and what is done with
files that are something else, newer, damaged, or cannot be written to."""

import pathlib
import shutil
import sqlite3
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent)]
from _events import *  # noqa: E402,F403
from replay import REPLAY, write_clip, write_replay  # noqa: E402


def reader(path):
    def sql(query):
        db = sqlite3.connect(path, timeout=20)
        rows = db.execute(query).fetchall()
        db.commit()
        db.close()
        return rows
    return sql


# ---- what holds everywhere ----
main = TMP / "main.db"
sql = reader(main)
check_all(main, sql)
equal(sql("PRAGMA integrity_check"), [("ok",)], "integrity")
equal(sql("PRAGMA foreign_key_check"), [], "foreign keys")
equal(sorted(p.name for p in TMP.glob("main.db*")), ["main.db"], "what is left beside the file")
equal(sql("PRAGMA journal_mode"), [("wal",)], "journal")

# ---- stance run --events ----
work = TMP / "work"
work.mkdir()
clip = TMP / "clip.y4m"
write_clip(clip, 10)
write_replay(TMP, 10)
R = REPLAY(TMP)
stance("run", clip, "--events", "only.db", *R, cwd=work)
equal(sorted(p.name for p in work.iterdir()), ["only.db"], "nothing but events is written")
stance("run", clip, "--events", "only.db", "--min-life", "0.3", "--max-frames", "4", *R, cwd=work)
runs = events(work / "only.db", "--runs")
equal([(r["source"], r["model"], r["complete"], r["frames"]) for r in runs],
      [(str(clip), "walker", True, 10), (str(clip), "walker", True, 4)], "two runs in one file")
check("min-life = 0.3\n" in runs[1]["settings"] and "crf" not in runs[1]["settings"],
      f"settings: {runs[1]['settings']!r}")
check(runs[0]["began"] <= runs[0]["ended"] <= runs[1]["began"], "runs: times")
batch = TMP / "batch"
batch.mkdir()
shutil.copy(clip, batch / "a.y4m")
shutil.copy(clip, batch / "b.y4m")
write_replay(TMP, 20, name="twenty")
stance("run", batch, "--events", work / "batch.db", "--events-json", work / "json",
       *REPLAY(TMP, "twenty"))
equal([r["source"] for r in events(work / "batch.db", "--runs")],
      [str(batch / "a.y4m"), str(batch / "b.y4m")], "a batch: a run for each")
equal(len(events(work / "batch.db", "--runs", "--source", "*/b.y4m")), 1, "runs by pattern")
schema = json.loads(stance("schema", "events").stdout)
for name in ("a", "b"):
    found = read_json(work / "json" / f"{name}.json")
    jsonschema.validate(found, schema)
    equal((found["summary"]["complete"], found["summary"]["frames"]), (True, 10), "events as JSON")
shown = json.loads(stance("run", clip, "--events-json", "-", *R, cwd=work).stdout)
equal((shown["schema"], shown["source"]), ("stance-events/1", str(clip)), "on standard output")
equal(sorted(p.name for p in work.iterdir()), ["batch.db", "json", "only.db"], "nothing else")

# ---- outputs that cannot be ----
precious = work / "precious"
for content, words in ((b"not a database\n" * 100, "another file"), (b"x", "another file")):
    precious.write_bytes(content)
    done = stance("run", clip, "--events", precious, *R, status=4)
    check(words in done.stderr and "precious" in done.stderr, f"foreign: {done.stderr}")
    equal(precious.read_bytes(), content, "a foreign file is left as it is")
    check("precious" in stance("events", precious, status=2).stderr, "foreign, read")
other = work / "other.db"
db = sqlite3.connect(other)
db.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
db.close()
content = other.read_bytes()
check("another SQLite" in stance("run", clip, "--events", other, *R, status=4).stderr, "other")
check("another SQLite" in stance("events", other, status=2).stderr, "other, read")
equal(other.read_bytes(), content, "another database is left as it is")
empty = work / "empty.db"
empty.write_bytes(b"")
check("empty" in stance("events", empty, status=2).stderr, "empty, read")
stance("run", clip, "--events", empty, *R)
equal(len(events(empty, "--runs")), 1, "an empty file becomes a database")
stance("events", work / "none.db", status=2)
check(not (work / "none.db").exists(), "reading makes no file")
stance("run", clip, "--events", work, *R, status=4)
stance("run", clip, "--events", work / "no" / "x.db", *R, status=4)
stance("run", clip, "--events", work / "x.db", "--json", work / "x.db", *R, status=1)
stance("run", clip, "--events", clip, *R, status=1)
stance("run", clip, "--events", "x.json", *R, status=1, cwd=work)
link = work / "link.db"
link.symlink_to(precious)
stance("run", clip, "--events", link, *R, status=4)
equal(precious.read_bytes(), b"x", "what a link leads to is left as it is")

# ---- an input whose times no event can have ----
early = TMP / "early.json"
stance("run", "mannequin:walk?seconds=3", "--model", "truth", "--json", early)
found = read_json(early)
for i, frame in enumerate(found["frames"]):
    frame["timestamp_ms"] = i * 40 - 1000
early.write_text(json.dumps(found))
done = stance("convert", early, "--events", work / "early.db", status=2)
check("times from 0" in done.stderr, f"negative times: {done.stderr}")

# ---- versions ----
old = work / "old.db"
sql = reader(old)
db = sqlite3.connect(old)
db.executescript(VERSION_1.read_text())
db.close()
wanted = [{**less_depth(expected(i)), "run": 1} for i in range(12)]
equal(events(old), wanted, "version 1, read as it is")
equal(sql("SELECT version FROM stance_schema"), [(1,)], "reading changes nothing")
feed("write", old, 3)
equal(sql("SELECT version FROM stance_schema"), [(7,)], "version 1, brought up to date")
equal(events(old, "--run", 1), wanted, "version 1: what was there")
equal(numbers(events(old, "--run", 2)), [13, 14, 15], "version 1: what is new")
equal(sql("PRAGMA foreign_key_check") + sql("PRAGMA integrity_check"), [("ok",)], "version 1: keys")
equal(sorted(sql("SELECT type, name, replace(sql, '\"', '') FROM sqlite_master")),
      sorted(reader(main)("SELECT type, name, replace(sql, '\"', '') FROM sqlite_master")),
      "an old file has the tables of a new one")
# A number is given once, also when the newest rows were deleted.
db = sqlite3.connect(old)
db.executescript("PRAGMA foreign_keys = ON; DELETE FROM stance_run WHERE run = 2")
db.close()
equal(numbers(events(old)), list(range(1, 13)), "a run is forgotten with its events")
feed("write", old, 2)
equal(numbers(events(old, "--run", 3)), [16, 17], "numbers are not given again")
check_older(work / "older.db", reader(work / "older.db"))
newer = work / "newer.db"
shutil.copy(main, newer)
reader(newer)("UPDATE stance_schema SET version = 99")
for arguments, status in ((("events", newer), 2), (("run", clip, "--events", newer, *R), 4)):
    done = stance(*arguments, status=status)
    check("newer" in done.stderr and "99" in done.stderr, f"newer: {done.stderr}")

# ---- damage: told, and nothing is made up ----
whole = main.read_bytes()
for at in range(8192, len(whole), max(1, len(whole) // 16)):
    damaged = work / "damaged.db"
    damaged.write_bytes(whole[:at] + bytes(b ^ 0xA5 for b in whole[at:at + 64]) + whole[at + 64:])
    done = stance("events", damaged, "--format", "ndjson", status=None)
    check(done.returncode in (0, 2), f"damage at {at}: exit {done.returncode}: {done.stderr}")
    for line in done.stdout.splitlines()[:50]:
        json.loads(line)
(work / "cut.db").write_bytes(whole[: len(whole) // 2])
done = stance("events", work / "cut.db", "--format", "ndjson", status=2)
check("damaged" in done.stderr or "malformed" in done.stderr, f"cut: {done.stderr}")

# ---- a medium that cannot be written to ----
if shutil.which("setpriv") and os.geteuid() == 0:
    frozen = TMP / "frozen %41?"
    frozen.mkdir()
    shutil.copy(main, frozen / "e#.db")
    os.chmod(frozen / "e#.db", 0o444)
    os.chmod(frozen, 0o555)
    os.chmod(TMP, 0o755)
    done = subprocess.run(
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner", STANCE, "events",
         str(frozen / "e#.db"), "--limit", "1", "--format", "ndjson"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    equal((done.returncode, len(done.stdout.splitlines())), (0, 1), f"read-only: {done.stderr}")
    equal([p.name for p in frozen.iterdir()], ["e#.db"], "read-only: nothing is left beside it")

# ---- a full disk ----
disk = TMP / "disk"
disk.mkdir()
if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk],
                                        stderr=subprocess.DEVNULL).returncode == 0:
    try:
        done = subprocess.run([str(FEED), "write", str(disk / "e.db"), "100000"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        check(done.returncode == 4 and b"full" in done.stderr, f"full disk: {done.stderr}")
        equal(reader(disk / "e.db")("PRAGMA integrity_check"), [("ok",)], "full disk: the file")
    finally:
        subprocess.run(["umount", str(disk)], check=False)
finish()
