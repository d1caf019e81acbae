#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Jobs of `stance serve`: what cannot be done is refused at once, in the words of `stance run`;
why there are no results; how much room there is; what `stance run --server` brings back."""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

CLIP, PICTURE, LONG = TMP / "squats.mp4", TMP / "one.png", TMP / "long.mp4"
stance("mannequin", "squats", "--seconds", 3, "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)
ffmpeg("-stream_loop", 60, "-i", CLIP, "-c", "copy", LONG)
clip, picture = CLIP.read_bytes(), PICTURE.read_bytes()


def query(options):
    return urlencode({"people": "all", **options})


def detail(at, path, body, status=400):
    code, headers, text = at.ask("POST", path, body)
    equal(code, status, f"{path} ({text[:200]!r})")
    equal(headers["Content-Type"], "application/problem+json", path)
    return json.loads(text).get("detail", "")


def as_run(found, input_, options):
    """The words are those of `stance run` with the same options."""
    words = [w for name, value in {"people": "all", **options}.items() for w in [f"--{name}={value}"]]
    said = stance("run", input_, "--json", TMP / "x.json", "-o", TMP / ("x.jpg" if input_ == PICTURE else "x.mp4"),
                  "--offline", *(["--screenshots", TMP / "shots"] if "every-s" in options else []), *words,
                  status=None, env=ENV)
    check(said.returncode != 0, f"{options}: stance run takes it")
    check(found and found in said.stderr, f"{options}: '{found}' is not in '{said.stderr}'")


# ---- refused at once ----
server = Server()
for options in (
        {"model": "stance-lit"}, {"model": "nothing-like-it"}, {"detector": "stance-detecto"}, {"device": "ABACUS"},
        {"device": "GPU.7"}, {"detector": "stance-lite"}, {"model": "stance-detector", "people": "one"},
        {"people": "0"}, {"people": "many"}, {"input-size": "100x100"}, {"start": "5", "end": "2"}, {"raw": "yes"},
        {"cutoff": "3"}, {"dwell": "1"}, {"outside": "keep"}, {"follow": "nobody"}, {"zone": "1,1 2"},
        {"tracker": "off", "follow": "largest"}, {"tracker": "off", "track-high": "0.5"}, {"preset": "nicely"},
        {"fast": "yes"}, {"follow": "id:1,2", "people": "one"}, {"model": "truth"}):
    as_run(detail(server, f"/api/jobs?{query(options)}", clip), CLIP, options)
for options in ({"smooth": "low"}, {"follow": "longest"}, {"fill-gaps": "1"}, {"every-s": "1"}):
    as_run(detail(server, f"/api/jobs?{query(options)}", picture).removeprefix(": "), PICTURE, options)
    check(server.json("POST", f"/api/jobs?{query(options)}", clip, status=202), f"{options}: with a video")
for options in ({"model": "stance-lit"}, {"device": "ABACUS"}, {"detector": "stance-lite"}, {"follow": "longest"},
                {"smooth": "low"}, {"people": "0"}, {"model": "truth"}):
    as_run(detail(server, f"/api/pose?{query(options)}", picture).removeprefix(": "), PICTURE, options)
for options in ({"model": "stance-lit"}, {"device": "ABACUS"}, {"follow": "id:1"}, {"smooth": "zero-phase", "cutoff": "2"},
                {"detector": "stance-lite"}):
    found = detail(server, "/api/streams?" + query({"source": "mannequin:walk", **options}), b"")
    check(found.startswith(("--", "no network", "device ABACUS", "stance-lite")), f"a stream with {options}: {found}")
equal(server.json("GET", "/api/streams")["streams"], [], "no stream was begun")
going = stream(server, "mannequin:walk", people="one")["id"]
server.problem(400, "POST", f"/api/streams/{going}/start?model=stance-lit", b"", word="did you mean 'stance-lite'?")
check(reach(server, going, "running")["options"]["people"] == "one", "it goes on as it was")
server.problem(400, "GET", "/api/push?model=stance-lit", headers={
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}, word="did you mean 'stance-lite'?")
equal(len(server.json("GET", "/api/jobs")["jobs"]), 4, "of what was refused there is no job")
equal(len(os.listdir(DATA / "jobs")), 4, "and no folder")
# Before the upload: whoever sends a gigabyte is told at its beginning.
with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as conn:
    conn.sendall(f"POST /api/jobs?model=stance-lit HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                 "Content-Length: 1000000000\r\n\r\n".encode())
    check(b" 400 " in conn.recv(4096), "refused before the upload")
plugins = pathlib.Path(f"/proc/{server.child.pid}/maps").read_text()
check("openvino_intel" not in plugins, "the server itself has not loaded what runs networks")
for job in server.json("GET", "/api/jobs")["jobs"]:
    server.ask("DELETE", f"/api/jobs/{job['id']}")
for options, sent in (({"people": "one", "fast": "yes"}, clip), ({"fast": "yes"}, picture), ({"device": "AUTO"}, clip)):
    job = server.json("POST", f"/api/jobs?{query(options)}", sent, status=202)["id"]
    equal(server.wait(job, "done", "failed")["state"], "done", f"{options}: taken, and done")
equal(server.end(), 0, "SIGTERM")

# ---- compiled networks are kept: the first of a kind sees to it, the next ones find them ----
cache = TMP / "cache"


def compiled():
    return {p.name: p.stat().st_mtime_ns for p in cache.glob("stance/compiled/*.blob")}


def job_of(sent):
    server.wait(server.json("POST", "/api/jobs?people=all", sent, status=202)["id"], "done")


server, kept = Server(env={**ENV, "XDG_CACHE_HOME": str(cache)}), {}
for what, look in (("picture", lambda: server.json("POST", "/api/pose?people=all", picture)),
                   ("picture job", lambda: job_of(picture)),
                   ("job", lambda: job_of(clip))):
    look()
    check(compiled() and kept.items() <= compiled().items(), f"{what}: kept {compiled()}, before {kept}")
    kept = compiled()
    look()
    equal(compiled(), kept, f"{what}: once more")
cache.rename(TMP / "cache of before")  # now they could see to it once more, and need not
for sent in (picture, clip):
    job_of(sent)
equal(compiled(), {}, "the next ones leave it alone")
server.end()

# ---- why there are no results ----
server = Server("--queue", 3)
parts = ("json", "csv", "video", "screenshots/1")
running = server.json("POST", "/api/jobs", LONG.read_bytes(), status=202)["id"]
server.wait(running, "running")
while not server.json("GET", f"/api/jobs/{running}")["frames"]:
    time.sleep(0.1)
waiting = server.json("POST", "/api/jobs", clip, status=202)["id"]
cancelled = server.json("POST", "/api/jobs", clip, status=202)["id"]
server.json("POST", f"/api/jobs/{cancelled}/cancel")
for part in parts:
    server.problem(409, "GET", f"/api/jobs/{running}/{part}", word=f"/api/jobs/{running}/progress")
    server.problem(409, "GET", f"/api/jobs/{running}/{part}", word="at work")
    server.problem(409, "GET", f"/api/jobs/{waiting}/{part}", word="waits for its turn")
    server.problem(409, "GET", f"/api/jobs/{cancelled}/{part}", word="was cancelled")
    server.problem(404, "GET", f"/api/jobs/{'0' * 32}/{part}", word="no job")
server.json("POST", f"/api/jobs/{running}/cancel")
server.wait(running, "cancelled")
failed = server.json("POST", "/api/jobs", bytes(5000), status=202)["id"]
why = server.wait(failed, "failed")["error"]
for part in parts:
    server.problem(409, "GET", f"/api/jobs/{running}/{part}", word="was cancelled")
    server.problem(409, "GET", f"/api/jobs/{failed}/{part}", word=f"failed, and has no results: {why}")
server.wait(waiting, "done")
equal(server.ask("GET", f"/api/jobs/{waiting}/json")[0], 200, "one that is done")
server.end()

# ---- how much room there is ----
def room_said(*options):
    at = Server(*options)
    at.end()
    return [line for line in at.said.splitlines() if "uploads and results may take" in line]


def half_mb(folder):
    st = os.statvfs(folder)
    own = sum(p.stat().st_size for p in pathlib.Path(folder).rglob("*") if p.is_file())
    return (st.f_bavail * st.f_frsize + own) / 2e6


equal(room_said("--max-total", 50000), [], "--max-total as it is given")
half, said = half_mb(DATA / "jobs"), room_said()
if half > 55000:
    equal(said, [], "a large disk: as much as ever")
elif half < 45000:
    found = int(said[0].split(" MB")[0].rsplit(" ")[-1]) if said else None
    check(found and abs(found - half) < 0.2 * half, f"half of what is free: {half:.0f} MB, said: {said}")
memory = half_mb("/dev/shm") if os.path.isdir("/dev/shm") else 0
if 0 < memory < min(half, 45000):
    said = room_said("--store", "keypoints")
    check(said and "/dev/shm/" in said[-1], f"uploads in memory: {said}")

# ---- what stance run --server brings back ----
server = Server()
there = ["--server", f"http://127.0.0.1:{server.port}", "--people", "one"]
shots = ["--every-s", 1, "--screenshot-format", "jpg"]
for where, more in (("here", ["--people", "one"]), ("there", there)):
    stance("run", CLIP, "--json", TMP / f"{where}.csv", "-o", TMP / f"{where}.mp4", "--screenshots", TMP / where, *shots,
           *more, env=ENV)
here, away = [[line.split(",") for line in (TMP / f"{where}.csv").read_text().splitlines()] for where in ("here", "there")]
equal((away[0], len(away)), (here[0], len(here)), "a table, as here")
# Boxes are made of points, which the server has rounded before.
equal([(n, a, b) for n, (one, other) in enumerate(zip(here[1:], away[1:])) for a, b in zip(one, other)
       if a != b and abs(float(a) - float(b)) > 0.02], [], "its numbers")
equal(sorted(os.listdir(TMP / "there")), sorted(os.listdir(TMP / "here")), "screenshots, called as here")
check(len(os.listdir(TMP / "there")) == 3, f"how many: {os.listdir(TMP / 'there')}")
check(all(p.read_bytes()[:3] == b"\xff\xd8\xff" for p in (TMP / "there").iterdir()), "they are pictures")
equal(video_facts(TMP / "there.mp4")["frames"], 90, "the video beside it")
stance("run", CLIP, "--screenshots", TMP / "usual", "--screenshot-format", "jpg", *there, env=ENV)
equal(len(os.listdir(TMP / "usual")), 1, "screenshots alone, as often as usual")
stance("run", PICTURE, "--json", TMP / "p.csv", "-o", TMP / "p.jpg", *there, env=ENV)
check((TMP / "p.csv").read_text().count("\n") == 2, "of a picture")
before = server.json("GET", "/api/jobs")
for args, word in ((["--json", TMP / "x.ndjson"], ".json or .csv"), (["--json", TMP / "x.bvh"], "stance convert"),
                   (["--json", TMP / "x.csv", "--format", "csv-long"], "csv-long"),
                   (["--json", TMP / "x.json", "--format", "coco"], "not as coco"),
                   (["--events-json", TMP / "x.json"], "--events-json; it gives --output, --json (.json or .csv), --report and"),
                   (["--events", TMP / "x.db"], "cannot give --events"), (["--stats"], "cannot give --stats"), (["-o", TMP / "x.mkv"], "expected the ending .mp4"),
                   (["--screenshots", TMP / "x", "--every-frames", 2, "--screenshot-format", "jpg"], "--every-s"),
                   (["--screenshots", TMP / "x"], "--screenshot-format jpg")):
    said = stance("run", CLIP, *args, *there, status=1, env=ENV).stderr
    check(word in said, f"{args}: expected '{word}' in '{said}'")
check(not (TMP / "x").exists(), "nothing was made of what was refused")
equal(server.json("GET", "/api/jobs"), before, "nothing was sent")
said = stance("run", CLIP, "--json", TMP / "x.json", "--model", "stance-lit", *there, status=1, env=ENV).stderr
check("did you mean 'stance-lite'?" in said, f"the server's words: {said}")
server.end()
finish()
