#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Events over HTTP, out of an SQLite file and of a PostgreSQL server that is started here:
filters, pages while others write, exports, what happens from now on, uploads; and a server of
databases that goes away and comes back."""

import concurrent.futures
import functools
import http.client
import os
import pathlib
import signal
import socket
import sqlite3
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent)]
from _events import *  # noqa: E402,F403
from postgresql import Server as Database  # noqa: E402
from serve_kit import *  # noqa: E402,F403

N = 306
SLOW = 8 if SANITIZED else 1
EVENTS = "/api/events"


def url(path, **query):
    return f"{path}?{urlencode(query)}" if query else path


def page(at, path=EVENTS, **query):
    return at.json("GET", url(path, **query))


def read_all(at, **query):
    reply = at.ask("GET", url(EVENTS, format="ndjson", **query))
    equal(reply[0], 200, f"all of {query}: {reply[2][:200]!r}")
    return [json.loads(line) for line in reply[2].splitlines()]


def along(at, limit, after=None, meanwhile=None, **query):
    """Events page by page to the end, and the cursor of the last page."""
    found, n = [], 0
    while True:
        here = page(at, limit=limit, **query, **({"after": after} if after else {}))
        found += here["events"]
        n += 1
        if meanwhile and n == 4:
            meanwhile()
        if here["next"] is None:
            return found, after
        equal(len(here["events"]), limit, "a page that is not the last is full")
        after = here["next"]


def highest(at):
    return max(numbers(page(at, EVENTS, limit=1000)["events"]), default=0)


def live(at, **query):
    return open_feed(at, url("/api/events/live", **query))


def rows(reply, n):
    """The next n events of a feed, which tells every now and then that it is there."""
    found, end = [], time.monotonic() + PATIENCE
    while len(found) < n and time.monotonic() < end:
        line = reply.fp.readline()
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
        elif not line:
            break
    check(len(found) == n, f"followed: expected {n} events, found {len(found)}")
    return found


def until_true(what, true):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return check(False, f"{what}: not within {PATIENCE} s")


# ---- a database in which nothing is, and what comes then ----

def check_empty(at, address):
    nothing = {"schema": "stance-events/1", "events": [], "next": None}
    equal(page(at), nothing, "nothing yet")
    equal(page(at, newest="yes", limit=1), nothing, "nothing yet, newest first")
    equal(page(at, "/detections"), nothing, "nothing yet, numbered")
    equal(read_all(at), [], "nothing yet, as JSON lines")
    head = at.ask("GET", EVENTS + "?format=csv")[2]
    check(head.startswith(b"event,run,source,kind,") and head.count(b"\n") == 1, f"only a head: {head}")
    follower = live(at)
    feed("write", address, 3)
    wanted = [{**expected(i), "run": 1} for i in range(3)]
    told = rows(follower[1], 3)
    began = {row.pop("run_began") for row in told}
    equal((told, len(began)), (wanted, 1), "followed from nothing on")
    follower[0].close()
    equal(numbers(page(at)["events"]), [1, 2, 3], "the same question later")
    first = page(at, limit=2)
    second = page(at, limit=2, after=first["next"])
    equal((numbers(second["events"]), second["next"]), ([3], None), "the last page")
    feed("write", address, N, N * 10)  # the same clock: it comes between and behind
    later = page(at, limit=1000, after=first["next"])
    equal(len(later["events"]), N + 3 - 2 - 1, "the last page has grown by what is behind it")
    follower = live(at, after="number:0")
    equal(numbers(rows(follower[1], N + 3)), list(range(1, N + 4)), "followed from the very first on")
    follower[0].close()


# ---- which ----

def check_filters_over_http(at, address):
    every = sorted([{**expected(i), "run": 1} for i in range(3)] +
                   [{**expected(i), "run": 2, "event": i + 4} for i in range(N)],
                   key=lambda e: (e["start_ms"], e["event"]))
    same_numbers(numbers(read_all(at)), numbers(every), "all")
    minute = "2026-01-01T00:00:20Z"
    for query, fits in (
            ({"since": minute}, lambda e: e["start_ms"] >= 20000),
            ({"until": minute}, lambda e: e["start_ms"] < 20000),
            ({"since": "2026-01-01T01:00:10+01:00", "until": "2026-01-01 00:00:12.05"},
             lambda e: 10000 <= e["start_ms"] < 12050),
            ({"until": "2025-12-31"}, lambda e: False),
            ({"kind": "enter,exit"}, lambda e: e["kind"] in ("enter", "exit")),
            ({"person": 17}, lambda e: e["id"] == 17),
            ({"person": 17, "label": "in"}, lambda e: e["id"] == 17 and e.get("label") == "in"),
            ({"person": 999}, lambda e: False),
            ({"place": "door"}, lambda e: e.get("place") == "door"),
            ({"label": "out"}, lambda e: e.get("label") == "out"),
            ({"run": 1}, lambda e: e["run"] == 1),
            ({"run": 2, "since": "0:05", "until": "7.5"},
             lambda e: e["run"] == 2 and 5000 <= e["start_ms"] < 7500),
            ({"source": "feed:?"}, lambda e: True),
            ({"source": "camera:*"}, lambda e: False),
            ({"kind": "zone", "place": "door", "until": minute, "run": 2},
             lambda e: e["kind"] == "zone" and e["start_ms"] < 20000 and e["run"] == 2)):
        wanted = [e["event"] for e in every if fits(e)]
        same_numbers(numbers(read_all(at, **query)), wanted, f"{query}")
        same_numbers(numbers(along(at, 29, **query)[0]), wanted, f"{query}, in pages")
        same_numbers(numbers(along(at, 29, newest="yes", **query)[0]), wanted[::-1], f"{query}, newest")
        numbered = page(at, "/detections", **{"page": 2, "per-page": 7}, **query)
        same_numbers(numbers(numbered["events"]), wanted[::-1][7:14], f"{query}, the second page")
        table = pandas.read_csv(io.BytesIO(at.ask("GET", url(EVENTS, format="csv", **query))[2]))
        same_numbers(table["event"], wanted, f"{query}, as CSV")
    equal(page(at, limit=5)["events"], read_all(at, limit=5), "so many")
    for query, word in (({"id": 17}, "id"), ({"person": "x"}, "person"), ({"person": -2}, "person"),
                        ({"until": "soon"}, "until"), ({"since": "1:30"}, "needs --run"),
                        ({"kind": "entr"}, "enter"), ({"limit": 1001}, "limit"),
                        ({"after": "number:3"}, "cursor"), ({"run": "all"}, "run")):
        at.problem(400, "GET", url(EVENTS, **query), word=word)
    at.problem(400, "GET", url("/api/events/live", after="time:1:2"), word="cursor")


def check_numbered(at):
    newest = read_all(at, newest="yes")
    found, n = [], 0
    while True:
        n += 1
        here = page(at, "/detections", **{"page": n, "per-page": 50})
        found += here["events"]
        if here["next"] is None:
            break
        behind = page(at, newest="yes", limit=1, after=here["next"])["events"]
        equal(behind, newest[n * 50:n * 50 + 1], "a numbered page says where it goes on")
    same_numbers(numbers(found), numbers(newest), "numbered pages")
    equal(page(at, "/detections", **{"page": n + 1, "per-page": 50})["events"], [], "behind the last")
    at.problem(400, "GET", "/detections?page=1&per-page=1001", word="per-page")
    for form, name in (("csv", "events.csv"), ("ndjson", "events.ndjson")):
        said = at.ask("GET", f"{EVENTS}?format={form}&limit=1")[1]["Content-Disposition"]
        equal(said, f'attachment; filename="{name}"', "an export's name")
    equal(at.ask("GET", f"{EVENTS}?format=json")[1]["Content-Disposition"], None, "a page is no file")


# ---- while others write ----

def check_while_writing(at, address):
    """What was there stands in each pass once, however much comes before, between and behind."""
    before = {e["event"] for e in read_all(at)}
    writer = start(FEED, "write", address, 10_000_000, 300)
    drain = concurrent.futures.ThreadPoolExecutor(1).submit(writer.stdout.read)

    def grows():
        n = len(read_all(at))
        until_true("more is stored", lambda: len(read_all(at)) > n)

    try:
        until_true("the writer begins", lambda: len(read_all(at)) > len(before))
        for query in ({}, {"newest": "yes"}):
            found, last = along(at, 41, meanwhile=grows, **query)
            keys = [(e["start_ms"], e["event"]) for e in found]  # all of one clock
            direction = -1 if query else 1
            check(all(a != b and (a < b) == (direction > 0) for a, b in zip(keys, keys[1:])),
                  f"{query}: in order, and nothing twice")
            check(before <= {e["event"] for e in found}, f"{query}: nothing that was there is left out")
            # Back from the last page to where it began.
            back, _ = along(at, 41, after=last, meanwhile=grows, **({} if query else {"newest": "yes"}))
            there = [e["event"] for e in found if e["event"] in before]
            again = [e["event"] for e in back if e["event"] in before]
            same_numbers(again[::-1], there[:len(again)], f"{query}: and back")
            check(len(back) >= len(found) - 41 - 1, f"{query}: all the way back")
    finally:
        writer.kill()
        writer.wait()
        drain.result()


def check_live(at, address):
    kinds, one, many = live(at, kind="exit,line"), live(at, person=3, label="in"), live(at)
    old = live(at, until="2026-01-01T00:00:02Z", run=1, after="number:0")
    equal(numbers(rows(old[1], 3)), [1, 2, 3], "live: of a run")
    feed("write", address, 2600)  # at once: many pages
    told = rows(many[1], 2600)
    equal([e["start_ms"] for e in told], [i * 100 for i in range(2600)], "live: all, in order")
    wanted = [e for e in told if e["kind"] in ("exit", "line")]
    equal(rows(kinds[1], len(wanted)), wanted, "live: kinds")
    wanted = [e for e in told if e["id"] == 3 and e.get("label") == "in"]
    equal((rows(one[1], 1), len(wanted)), (wanted, 1), "live: of a person, with a label")
    for each in (kinds, one, many, old):
        each[0].close()
    # Who broke off goes on behind what they saw last, with the same filters.
    conn = http.client.HTTPConnection("127.0.0.1", at.port, timeout=PATIENCE)
    conn.request("GET", "/api/events/live?kind=enter", headers={"Last-Event-ID": f"number:{told[0]['event']}"})
    behind = [e for e in told[1:] if e["kind"] == "enter"]
    equal(rows(conn.getresponse(), len(behind)), behind, "live: goes on")
    conn.close()


# ---- what came in since ----

def upload(at, clip, name):
    job = at.json("POST", url("/api/jobs", name=name, people="all"), clip.read_bytes(), 202)
    equal(at.wait(job["id"], "done", "failed")["state"], "done", name)


def check_uploads(at):
    clip, dated = TMP / "upload.mp4", TMP / "upload_dated.mp4"
    if not clip.exists():
        stance("mannequin", "enter-leave?seed=2", "--seconds", 8, "--fps", 12,
               "--size", "320x240", "-o", TMP / "drawn.mp4", env=ENV)
        ffmpeg("-i", TMP / "drawn.mp4", "-c", "copy", "-map_metadata", -1, clip)
        ffmpeg("-i", clip, "-c", "copy", "-metadata", "creation_time=2019-05-06T07:08:09Z", dated)
    before = datetime.datetime.now(datetime.timezone.utc).isoformat()
    upload(at, clip, "first.mp4")
    between = datetime.datetime.now(datetime.timezone.utc).isoformat()
    upload(at, clip, "second.mp4")
    upload(at, dated, "dated.mp4")
    names = lambda **query: [e["source"] for e in read_all(at, **query)]  # noqa: E731
    n = names().count("first.mp4")
    check(n >= 2, f"{n} events of a clip")
    equal(names(since=before), ["first.mp4"] * n + ["second.mp4"] * n, "uploads since")
    equal(names(since=between), ["second.mp4"] * n, "uploads since the first")
    equal(names(since=before, until=between), ["first.mp4"] * n, "uploads until then")
    equal(names(since="2019-05-06", until="2019-05-07"), ["dated.mp4"] * n, "a clip that tells when it was")
    equal({"clock" in e for e in read_all(at, since=before)}, {False}, "no clock is made up")
    newest = page(at, "/detections", **{"per-page": n})["events"]
    equal({e["source"] for e in newest}, {"second.mp4"}, "the newest are the latest upload's")
    check(between <= newest[0]["run_began"], f"when it was looked at: {newest[0]}")


def check_api(address):
    at = Server("--events", address)
    check_empty(at, address)
    check_filters_over_http(at, address)
    check_numbered(at)
    check_live(at, address)
    check_while_writing(at, address)
    check_uploads(at)
    equal(at.end(), 0, "SIGTERM")


# ---- a server of databases that goes away ----

def check_broken_export(at, address):
    """An export has an end, and one that breaks off has none."""
    feed("write", address, 100_000)
    with socket.create_connection(("127.0.0.1", at.port), timeout=PATIENCE) as old:
        old.sendall(f"GET {EVENTS}?format=csv&limit=3 HTTP/1.0\r\nHost: 127.0.0.1:{at.port}\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: old.recv(65536), b"")).partition(b"\r\n\r\n")
    check(b"chunked" not in head and body.count(b"\n") == 4, "clients of before chunks")
    conn, reply = open_feed(at, EVENTS + "?format=csv", room=65536)
    reply.read(1000)
    database.stop("immediate")
    try:
        reply.read()
        check(False, "an export that broke off looks whole")
    except http.client.IncompleteRead:
        pass
    conn.close()
    database.start()


def check_away(address):
    scene = "mannequin:enter-leave?seconds=4&fps=10&size=320x240"
    at = Server("--events", address)
    looked_at = stream(at, scene)["id"]
    of_stream = lambda: len(read_all(at, source=scene))  # noqa: E731
    until_true("events of a stream", lambda: of_stream() >= 2)
    at.json("POST", f"/api/streams/{looked_at}/pause")
    reach(at, looked_at, "paused")
    known, follower = read_all(at), live(at)
    database.stop()
    for path in (EVENTS, EVENTS + "?format=csv", "/detections", "/api/events/live"):
        at.problem(503, "GET", path, word="database")
    equal(at.ask("GET", "/healthz")[0], 200, "the server lives")
    equal(at.json("GET", "/api/jobs")["jobs"], at.json("GET", "/api/jobs")["jobs"], "and answers")
    upload(at, TMP / "upload.mp4", "away.mp4")
    database.start()
    same_numbers(numbers(read_all(at))[:len(known)], numbers(known), "back: what was there")
    until_true("back: a job's events of meanwhile", lambda: len(read_all(at, source="away.mp4")) >= 2)
    # Who followed all the while has what comes now.
    feed("write", address, 5)
    late = read_all(at, source="away.mp4")
    told = rows(follower[1], len(late) + 5)
    same_numbers(numbers(told[:len(late)]), numbers(late), "followed on: of meanwhile")
    equal([e["start_ms"] for e in told[len(late):]], [i * 100 for i in range(5)], "followed on")
    follower[0].close()
    upload(at, TMP / "upload.mp4", "back.mp4")
    check(len(read_all(at, source="back.mp4")) >= 2, "back: jobs")
    same_numbers(numbers(read_all(at, source="away.mp4")), numbers(late), "and not twice")
    had = of_stream()
    at.json("POST", f"/api/streams/{looked_at}/start")
    until_true("back: streams", lambda: of_stream() > had)
    # Away for a moment while a stream is looked at: nothing is lost that was to be stored.
    database.stop("immediate")
    database.start()
    had = of_stream()
    until_true("back from a crash: streams", lambda: of_stream() > had)
    check_broken_export(at, address)
    equal(at.end(), 0, "SIGTERM")
    database.stop()
    at = Server("--events", address)
    check("not stored for now" in at.said and at.port, f"begun before its database: {at.said}")
    at.problem(503, "GET", EVENTS, word="database")
    database.start()
    check(len(read_all(at)) > len(known), "begun before its database, which came")
    equal(at.end(), 0, "SIGTERM")


def check_streams_go_on(address, away, back):
    """A database that is away, or full, ends no stream, and what happened meanwhile is stored later."""
    scene = "mannequin:crowd?seconds=60&fps=10&size=160x120"
    at = Server("--events", address)
    one = stream(at, scene)["id"]
    until_true("events of a stream", lambda: len(read_all(at, source=scene)) >= 2)
    child = children(at, "run")
    away()
    conn, reply = open_feed(at, f"/api/streams/{one}/joints")
    rows(reply, 50)  # there was something to be stored
    equal(children(at, "run"), child, "away: the same process looks at it")
    other = stream(at, scene + "&size=176x144")["id"]
    reach(at, other, "running")
    os.kill(child[0][0], signal.SIGKILL)
    until_true("away: tried again", lambda: at.json("GET", f"/api/streams/{one}")["gaps"] == 1)
    reach(at, one, "running")
    rows(reply, 50)
    conn.close()
    begun = time.monotonic()
    equal(at.ask("DELETE", f"/api/streams/{other}")[0], 204, "away: ended")
    check(time.monotonic() - begun < 5 * SLOW, f"away: ended after {time.monotonic() - begun:.1f} s")
    back()
    until_true("back: the gap", lambda: len(read_all(at, source=scene, kind="gap")) == 1)
    gap = read_all(at, source=scene, kind="gap")[0]["run"]
    late = lambda: [e for e in read_all(at, source=scene) if e["run"] > child_run and e["run"] != gap]  # noqa: E731
    child_run = min(e["run"] for e in read_all(at, source=scene))
    until_true("back: what happened meanwhile", lambda: len(late()) > 0)
    check(late()[0]["start_ms"] < 4000, f"back: from its beginning on: {late()[0]}")
    told = [(e["run"], e["kind"], e["start_ms"], e["id"]) for e in read_all(at, source=scene)]
    equal(len(told), len(set(told)), "back: nothing twice")
    equal(at.end(), 0, "SIGTERM")


def trigger(statement):
    with sqlite3.connect(TMP / "full.db", timeout=PATIENCE) as db:
        db.execute(statement)
    db.close()


database = Database(TMP / "database")
try:
    database.create("events")
    for there in (TMP / "events.db", database.address("events")):
        check_api(there)
    check_away(database.address("events"))
    check_streams_go_on(database.address("events"), database.stop, database.start)
    check_streams_go_on(TMP / "full.db", functools.partial(
        trigger, "CREATE TRIGGER full BEFORE INSERT ON stance_event BEGIN SELECT RAISE(ABORT, 'as if full'); END"),
        functools.partial(trigger, "DROP TRIGGER full"))
finally:
    database.close()

# ---- what is no database ----
foreign = TMP / "notes.txt"
foreign.write_text("not a database\n" * 10)
at = Server("--events", foreign)
check(at.port is None and "another file" in at.said, f"another file: {at.said}")
equal(foreign.read_text(), "not a database\n" * 10, "it is left as it is")
finish()
