# SPDX-License-Identifier: Apache-2.0
"""What holds for events in every kind of database; events.py and events_postgresql.py say
which.

tests/programs/event_feed.c fills the database; expected() below is the same rule once
more, so that every stored value is known. The other side is read by `stance events`, and
by somebody who knows nothing of stance: sqlite3 or psql.
"""

import datetime
import io
import math
import os
import pathlib
import re
import select
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
from kit import *  # noqa: E402,F403

try:
    import jsonschema
    import pandas
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

FEED = pathlib.Path(os.environ.get("STANCE_BUILD", ROOT / "build/release")) / "tests/event_feed"
BEGAN = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
SLOW = 4 if SANITIZED else 1


def feed(*args, **keywords):
    done = subprocess.run([str(FEED), *map(str, args)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=600, **keywords)
    equal(done.returncode, 0, f"event_feed {args}: {done.stderr.decode()[-300:]}")
    return done.stdout.decode()


def clock_text(us):
    text = (BEGAN + datetime.timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return text.rstrip("0").rstrip(".") + "Z"


def expected(i):
    """Event i of event_feed as `stance events --format json` shows it, less its run."""
    k = i % 6
    kind, place, label = (
        ("enter", None, None), ("zone", "door", "in"), ("zone", "door", "out"),
        ("dwell", "hall", None), ("line", "gate", "left"), ("exit", None, None))[k]
    start = i * 100
    found = {"event": i + 1, "source": "feed:0", "kind": kind, "id": 1 + i // 6}
    if i % 100000 == 99999:
        found["kind"], place, label = "fall", None, None
    found["start_ms"] = start
    found["end_ms"] = start + (2000 if found["kind"] == "fall" else 0)
    if place:
        found["place"] = place
    if label:
        found["label"] = label
    if k in (2, 5):
        found["stay_ms"] = 300 + i % 7 * 1000
    if k == 3:
        found["depth"] = i % 180 + 0.125
    return {**found, "clock": clock_text(i * 100000), "frame": i * 3, "x": i % 1917 + 0.25,
            "y": i % 1077 + 0.5, "people": 1 + i % 4, "order": 1 + i % 3,
            "inference_ms": (3000 + i % 500) / 1000}


def events(address, *args, **keywords):
    """All that `stance events` gives, as a list; when runs began is not known beforehand."""
    out = stance("events", address, "--format", "ndjson", *args, **keywords).stdout
    found = [json.loads(line) for line in out.splitlines()]
    for row in found:
        if "kind" in row:
            check(row.pop("run_began", "").endswith("Z"), f"when the run began: {row}")
    return found


def numbers(rows):
    return [row["event"] for row in rows]


def same_numbers(found, wanted, what):
    found, wanted = list(found), list(wanted)
    first = next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b), None)
    check(found == wanted, f"{what}: expected {len(wanted)} events, found {len(found)}; the first "
          f"that differs is at {first}")


def pages(address, limit, *args):
    """Everything, page by page along the cursors."""
    rows, after, schema = [], [], json.loads(stance("schema", "events").stdout)
    for _ in range(10000):
        page = json.loads(stance("events", address, "--format", "json", "--limit", limit, *args,
                                 *after).stdout)
        jsonschema.validate(page, schema)
        rows += page["events"]
        if page["next"] is None:
            break
        equal(len(page["events"]), limit, "a page that is not the last")
        after = ["--after", page["next"]]
    return rows


def check_contents(address, n):
    rows = events(address)
    wanted = [{**expected(i), "run": 1} for i in range(n)]
    different = next((i for i in range(n) if i >= len(rows) or rows[i] != wanted[i]), None)
    check(different is None and len(rows) == n, f"contents: {len(rows)} of {n}; event {different}: "
          f"{rows[different:][:1] if different is not None else ''}")
    table = pandas.read_csv(io.StringIO(
        stance("events", address, "--format", "csv", "--kind", "exit,fall").stdout))
    some = [e for e in wanted if e["kind"] in ("exit", "fall")]
    same_numbers(table["event"], numbers(some), "csv")
    check(all(math.isclose(a, b["x"]) for a, b in zip(table["x"], some)), "csv: x")
    equal(list(table["clock"]), [e["clock"] for e in some], "csv: clock")
    check(table["place"].isna().all(), "csv: an exit has no place")
    text = stance("events", address, "--limit", "3").stdout.splitlines()
    equal(len(text), 4, "text: lines")
    check(text[2].split()[:5] == ["2026-01-01", "00:00:00.100", "1", "1", "zone"],
          f"text: {text[2]}")
    check(len({line.index("feed:0") for line in text[1:]}) == 1, "text: columns")


def check_filters(address, n):
    every = [expected(i) for i in range(n)]

    def holds(what, args, fits):
        same_numbers(numbers(events(address, *args)), [e["event"] for e in every if fits(e)], what)

    holds("kind", ["--kind", "enter,exit"], lambda e: e["kind"] in ("enter", "exit"))
    holds("place", ["--place", "door"], lambda e: e.get("place") == "door")
    holds("label", ["--label", "out"], lambda e: e.get("label") == "out")
    holds("place and kind", ["--place", "gate", "--kind", "zone"], lambda e: False)
    holds("person", ["--person", "17"], lambda e: e["id"] == 17)
    holds("person and label", ["--person", "17", "--label", "in"],
          lambda e: e["id"] == 17 and e.get("label") == "in")
    holds("since", ["--since", "2026-01-01T00:01:00Z"], lambda e: e["start_ms"] >= 60000)
    holds("until", ["--until", "2026-01-01 01:01:00.25+01:00"], lambda e: e["start_ms"] < 60250)
    holds("a day", ["--since", "2026-01-01", "--until", "2026-01-02"], lambda e: True)
    holds("the stream's time", ["--run", "1", "--since", "1:30", "--until", "100.5"],
          lambda e: 90000 <= e["start_ms"] < 100500)
    holds("a run's kind", ["--run", "1", "--kind", "dwell", "--since", "1:30"],
          lambda e: e["kind"] == "dwell" and e["start_ms"] >= 90000)
    holds("no such run", ["--run", "99"], lambda e: False)
    holds("source", ["--source", "feed:?"], lambda e: True)
    holds("source's case", ["--source", "FEED:*"], lambda e: False)
    holds("another source", ["--source", "f%"], lambda e: False)
    holds("nothing that old", ["--until", "-1w", "--since", "2026-06-01"], lambda e: False)
    counts = json.loads(stance("events", address, "--count", "--format", "json").stdout)
    kinds = [e["kind"] for e in every]
    equal(counts, {k: kinds.count(k) for k in counts} if set(counts) == set(kinds) else kinds,
          "counts")
    some = json.loads(stance("events", address, "--count", "--format", "json", "--kind", "zone",
                             "--label", "in", "--until", "2026-01-01T00:01:00Z").stdout)
    equal(some, {"zone": sum(e.get("label") == "in" and e["start_ms"] < 60000 for e in every)},
          "counts of some")


def check_pages(address, n, sql):
    """Pages give each event exactly once, also where many have the same time."""
    sql(f"UPDATE stance_event SET at_us = {int(BEGAN.timestamp()) * 1000000 + 777} "
        f"WHERE event > {n // 5} AND event <= {n // 5 * 3}")
    rows = [(int(at), int(e)) for at, e in sql("SELECT at_us, event FROM stance_event")]
    order = [e for _, e in sorted(rows)]
    same_numbers(numbers(pages(address, 273)), order, "pages")
    same_numbers(numbers(pages(address, 273, "--newest")), order[::-1], "pages, newest first")
    odd = {int(e) for (e,) in sql("SELECT event FROM stance_events WHERE kind IN "
                                  "('zone', 'line') OR kind = 'dwell'")}
    same_numbers(numbers(pages(address, 191, "--kind", "zone,line,dwell")),
                 [e for e in order if e in odd], "pages of kinds")
    same_numbers(numbers(pages(address, 191, "--kind", "zone,line,dwell", "--newest", "--run", "1")),
                 [e for e in order[::-1] if e in odd], "pages of kinds of a run, newest first")
    # There and back again: what lies before a cursor is the other direction's page.
    first = json.loads(stance("events", address, "--format", "json", "--limit", 50).stdout)
    back = json.loads(stance("events", address, "--format", "json", "--newest", "--after",
                             first["next"]).stdout)
    same_numbers(numbers(back["events"]), numbers(first["events"])[::-1][1:], "a page back")
    for cursor in ("7", "time:7", "number:7", "time:1:2:3", "time:-1:4", "time:99999999999999999999:1"):
        done = stance("events", address, "--after", cursor, status=1)
        check("cursor" in done.stderr, f"a wrong cursor: {done.stderr}")


def check_since(address, sql):
    """What came in since a moment: by the clock, or by when it was looked at."""
    clips = {}
    for name, said in (("plain", ()), ("dated", ("-metadata", "creation_time=2019-05-06T07:08:09Z"))):
        clips[name] = TMP / f"{name}.mp4"
        if not clips[name].exists():
            stance("mannequin", "enter-leave?seed=2", "--seconds", 8, "--fps", 12,
                   "--size", "320x240", "-o", TMP / "made.mp4")
            ffmpeg("-i", TMP / "made.mp4", "-c", "copy", "-map_metadata", -1, *said, clips[name])
    stance("run", "mannequin:enter-leave?seconds=5&fps=10", "--model", "truth", "--events", address)
    before = datetime.datetime.now(datetime.timezone.utc)
    for name in clips:
        stance("run", clips[name], "--model", "stance-lite", "--events", address,
               env={**os.environ, "STANCE_MODEL_PATH": ""})
    first, plain, dated = (r["run"] for r in events(address, "--runs", "--newest", "--limit", 3)[::-1])
    since = before.isoformat()
    rows = events(address, "--run", plain)
    check(len(rows) >= 2 and not any("clock" in r for r in rows), f"no clock is made up: {rows}")
    equal([r["start_ms"] for r in rows], sorted(r["start_ms"] for r in rows), "a clip in its order")
    equal({r["run"] for r in events(address, "--since", since)}, {plain}, "uploads since")
    equal({r["run"] for r in events(address, "--newest", "--since", since, "--kind", "enter")}, {plain},
          "uploads since, newest, of a kind")
    old = events(address, "--since", "2019-05-06", "--until", "2019-05-07")
    equal([r["clock"][:13] for r in old], ["2019-05-06T07"] * len(rows), "a clip that tells its time")
    equal({r["run"] for r in old}, {dated}, "a clip that tells its time")
    check(plain not in {r["run"] for r in events(address, "--until", since)}, "until")
    equal(events(address, "--since", since, "--run", first), [], "what came in before")
    equal([r["run"] for r in events(address, "--runs", "--since", since)], [plain, dated], "runs since")
    rows = events(address)
    equal({r["run"] for r in rows[-len(events(address, "--run", plain)):]}, {plain}, "its place: the end")
    counted = json.loads(stance("events", address, "--since", since, "--count", "--format", "json").stdout)
    equal(sum(counted.values()), len(events(address, "--run", plain)), "counts since")
    # The view for others says the same.
    view = sql(f"SELECT count(*), count(clock_us), min(run_began_us) FROM stance_events WHERE run = {plain}")
    began = int(sql(f"SELECT began_us FROM stance_run WHERE run = {plain}")[0][0])
    equal([int(v) for v in view[0]], [len(events(address, "--run", plain)), 0, began], "the view")


VERSION_1 = HERE / "events_1.sql"


def less_depth(row):
    """An event as tables before version 5 have it."""
    return {key: value for key, value in row.items() if key != "depth"}


def check_older(address, sql, *others):
    """Events without a clock as versions 1 and 2 of the tables have them, and their view.
    @param others statements, once the tables are older"""
    stance("run", TMP / "plain.mp4", "--model", "stance-lite", "--events", address,
           env={**os.environ, "STANCE_MODEL_PATH": ""})
    rows = events(address)
    sql("UPDATE stance_event SET at_us = start_us")
    sql("UPDATE stance_schema SET version = 2")
    sql("DROP VIEW stance_events")
    sql("ALTER TABLE stance_event DROP COLUMN depth")
    sql(next(line for line in VERSION_1.read_text().splitlines() if line.startswith("CREATE VIEW")))
    for statement in others:
        sql(statement)
    equal(events(address), rows, "an older database is read as it is")
    equal(len(events(address, "--newest", "--kind", "enter,exit")), len(rows), "likewise by kinds")
    follower = start(STANCE, "events", address, "-f", "--format", "ndjson", "--after", "number:0")
    equal(len(read_for(follower, 30, lambda lines: len(lines) >= len(rows))), len(rows), "likewise by number")
    follower.send_signal(signal.SIGINT)
    follower.communicate(timeout=60)
    equal(events(address, "--since", "-1d"), [], "it does not yet know when its clips came in")
    feed("write", address, 1)
    equal(events(address, "--since", "-1d", "--source", "*plain.mp4"), rows, "brought up to date")
    equal(len(events(address)), len(rows) + 1, "with what is new")
    equal(sql("SELECT count(depth) FROM stance_events"), sql("SELECT 0"), "the view has a depth, and nobody's")


def start(*args, **keywords):
    return subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **keywords)


def read_for(process, seconds, until=None):
    """Whole lines that a process writes; until(lines) ends earlier."""
    end, data = time.time() + seconds, b""

    def enough():
        # A read may end within a line; what follows belongs to it.
        within = data and not data.endswith(b"\n")
        return not within and (time.time() >= end or (until and until(data.splitlines())))

    while not enough():
        if select.select([process.stdout], [], [], 0.1)[0]:
            more = os.read(process.stdout.fileno(), 1 << 16)
            if not more:
                break
            data += more
    return data.decode().splitlines()


def check_kill(address, sql):
    """kill -9 while writing: all is there but the last second, and it can go on."""
    writer = start(FEED, "write", address, 1000000, 1500)
    lines = read_for(writer, 2.6 * SLOW)
    killed = time.time()
    writer.send_signal(signal.SIGKILL)
    lines += writer.communicate()[0].decode().splitlines()
    added = [(int(i), int(t) / 1e6) for i, t in (line.split() for line in lines if " " in line)]
    run = int(sql("SELECT max(run) FROM stance_run")[0][0])
    stored = [int(s) for (s,) in sql(f"SELECT start_us FROM stance_event WHERE run = {run} "
                                     "ORDER BY start_us")]
    due = sum(t < killed - 1 for _, t in added)
    check(len(added) > 1000, f"kill: {len(added)} were added")
    check(due > 100 and len(stored) >= due, f"kill: {due} were older than a second, "
          f"{len(stored)} of {len(added)} are there")
    equal(stored, [i * 100000 for i in range(len(stored))], "kill: none is missing in between")
    state = events(address, "--runs", "--run", run)
    check(len(state) == 1 and not state[0]["complete"] and "ended" not in state[0],
          f"kill: the run says that it was cut off: {state}")
    equal(state[0]["events"], len(stored), "kill: the run's own count")
    feed("write", address, 10)
    equal(len(events(address, "--run", run + 1)), 10, "kill: goes on")
    print(f"killed: {len(added)} added, {len(stored)} stored, {due} had to be")


def check_follow(address):
    """What is stored is shown within two seconds, in order and once."""
    follower = start(STANCE, "events", address, "-f", "--format", "ndjson", "--limit", "5")
    before = read_for(follower, 30, lambda lines: len(lines) >= 5)
    equal(len(before), 5, "follow: the latest events first")
    writer = start(FEED, "write", address, 300, 100)
    time.sleep(1)
    closed = start(STANCE, "events", address, "-f", "--kind", "exit")
    began = time.time()
    lines = read_for(follower, 60 * SLOW, lambda lines: len(lines) >= 300)
    took = time.time() - began
    writer.communicate()
    rows = [json.loads(line) for line in lines]
    equal([row["start_ms"] for row in rows], [i * 100 for i in range(300)], "follow: new ones")
    check(took < 5 * SLOW, f"follow: took {took:.1f} s for 3 s of events")
    follower.send_signal(signal.SIGINT)
    follower.communicate(timeout=60)
    equal(follower.returncode, 0, "follow: Ctrl-C")
    read_for(closed, 30, lambda lines: len(lines) > 20)
    closed.stdout.close()
    closed.stdout = None
    closed.wait(timeout=60)
    equal(closed.returncode, 0, f"follow: a closed pipe ({closed.stderr.read()})")
    after = start(STANCE, "events", address, "-f", "--format", "ndjson", "--after",
                  f"number:{rows[0]['event']}")
    lines = read_for(after, 30, lambda lines: len(lines) >= 299)
    same_numbers((json.loads(line)["event"] for line in lines), numbers(rows[1:]),
                 "follow: from a cursor")
    after.send_signal(signal.SIGTERM)
    after.communicate(timeout=60)
    head = subprocess.run(f"'{STANCE}' events '{address}' --format ndjson | head -n 2",
                          shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    equal((len(head.stdout.splitlines()), head.stderr), (2, b""), "a pipe closed early")


def check_reading_while_writing(address, sql):
    """Who reads sees whole batches, more and more, and keeps nobody waiting."""
    writer = start(FEED, "write", address, 3000, 1500)
    run, seen = None, []
    while writer.poll() is None:
        run = run or sql("SELECT max(run) FROM stance_run WHERE ended_us IS NULL")[0][0]
        seen.append(int(sql(f"SELECT count(*) FROM stance_event WHERE run = {run or 0}")[0][0]))
        if len(seen) % 4 == 0:
            stance("events", address, "--newest", "--limit", "10")
        readable = select.select([writer.stdout], [], [], 0.05)[0]
        if readable:
            os.read(writer.stdout.fileno(), 1 << 16)
    writer.communicate()
    equal(writer.returncode, 0, "reading while writing: the writer")
    check(seen == sorted(seen) and len(set(seen)) >= 3, f"reading while writing: {seen}")


def check_wrong_use(address):
    for args, words in (
        (["--since", "1:30"], "--run"),
        (["--since", "yesterday"], "2026-11-21T20:00:00Z"),
        (["--since", "2026-02-30"], "2026-02-30"),
        (["--kind", "entr"], "enter"),
        (["--follow", "--format", "json"], "--follow"),
        (["--runs", "--count"], "one of"),
        (["--runs", "--kind", "enter"], "--kind"),
        (["--runs", "--person", "3"], "--person"),
        (["--runs", "--place", "door"], "--place"),
        (["--runs", "--label", "in"], "--label"),
        (["--runs", "--run", "1", "--since", "1:30"], "--since"),
        (["--count", "--limit", "3"], "--limit"),
        (["--count", "--newest"], "--newest"),
        (["--count", "--after", "time:1:2"], "--after"),
        (["more"], "one events database"),
    ):
        done = stance("events", address, *args, status=1)
        check(words in done.stderr, f"{args}: {done.stderr}")


def check_all(address, sql):
    """The checks of both kinds of databases, on an empty one."""
    n = 2507
    feed("write", address, n)
    check_contents(address, n)
    check_filters(address, n)
    check_wrong_use(address)
    for args, n_runs in ((["--since", "-1m"], 1), (["--until", "2020-01-01"], 0),
                         (["--source", "feed:*", "--newest"], 1), (["--run", "2"], 0)):
        equal(len(events(address, "--runs", *args)), n_runs, f"runs {args}")
    runs = json.loads(stance("events", address, "--runs", "--format", "json").stdout)["runs"]
    equal([(r["run"], r["source"], r["events"], r["complete"], r["frames"], r["clock"])
           for r in runs], [(1, "feed:0", n, True, 3 * n, "2026-01-01T00:00:00Z")], "runs")
    saved = TMP / "saved.csv"
    stance("events", address, "--format", "csv", "-o", saved)
    equal((len(saved.read_bytes().split(b"\r\n")), (TMP / "saved.csv.part").exists()),
          (n + 2, False), "into a file")
    check_pages(address, n, sql)
    check_reading_while_writing(address, sql)
    check_follow(address)
    check_kill(address, sql)
    check_since(address, sql)
