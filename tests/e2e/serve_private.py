#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `stance serve` keeps and shows: nothing but joints with --store keypoints, no face with
--blur faces; what is too large, too long or too much; events of jobs in a database."""

import atexit
import hashlib
import http.client
import http.server
import io
import json
import pathlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

try:
    import numpy as np
    from PIL import Image
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

CLIP, PICTURE = TMP / "people.mp4", TMP / "one.png"
stance("mannequin", "enter-leave", "--seconds", 6, "-o", CLIP, env=ENV)
stance("mannequin", "squats", "--seconds", 1, "-o", TMP / "squats.mp4", env=ENV)
ffmpeg("-i", TMP / "squats.mp4", "-frames:v", 1, PICTURE)
clip, picture = CLIP.read_bytes(), PICTURE.read_bytes()


def post(at, body, **options):
    query = "&".join(f"{k.replace('_', '-')}={v}" for k, v in options.items())
    return at.json("POST", f"/api/jobs?{query}", body, status=202)["id"]


def files(folder):
    return [p for p in pathlib.Path(folder).rglob("*") if p.is_file() and p.name[:4] != "jobs"]


# ---- joints only ----
EVENTS = TMP / "events.db"
server = Server("--store", "keypoints", "--events", EVENTS)
job = post(server, clip)
until = time.monotonic() + PATIENCE
seen = set()
while server.json("GET", f"/api/jobs/{job}")["state"] != "done" and time.monotonic() < until:
    seen |= {p.name for p in files(DATA)}
done = server.json("GET", f"/api/jobs/{job}")
equal(sorted(done["results"]), ["csv", "events", "json"], "joints only: results")
seen |= {p.name for p in files(DATA)}
check(seen <= {"result.json", "result.csv", "result.json.part", "result.csv.part", "result.events.json",
               "result.events.json.part", "unstored", "lock"}, f"joints only: what lay on the disk: {seen}")
server.problem(404, "GET", f"/api/jobs/{job}/video")
server.problem(406, "POST", "/api/pose", picture, {"Accept": "image/jpeg"}, word="draws no pictures")
server.problem(400, "POST", "/api/jobs?every-s=1", clip, word="every-s")
check(server.json("POST", "/api/pose", picture)["frames"], "joints only: a picture")

# what happens in a job is in the database, under the client's own name
server.json("DELETE", f"/api/jobs/{job}", status=204)
body, headers = form("hall of 2.mp4", clip)
job = server.json("POST", "/api/jobs?dwell=1", body, status=202, headers=headers)["id"]
equal(server.wait(job, "done", "failed")["state"], "done", "a form")
found = server.json("GET", "/api/events?source=hall*")["events"]
stance("run", CLIP, "--people", "all", "--dwell", 1, "--events-json", TMP / "mine.json", env=ENV)
mine = read_json(TMP / "mine.json")["events"]
keep = ("kind", "id", "start_ms", "end_ms", "x", "y", "people", "frame", "stay_ms")
equal(sorted([e.get(k) for k in keep] for e in found),
      sorted([e.get(k) for k in keep] for e in mine), "events of a job: as on the command line")
check({"enter", "exit", "dwell"} <= {e["kind"] for e in found}, f"kinds: {found}")

# an upload that waits survives the server, and is in memory
slow = [post(server, clip) for _ in range(6)]
server.end(signal.SIGKILL)
memory = list(pathlib.Path("/dev/shm").glob(f"stance-*{str(DATA).replace('_', '__').replace('/', '_')}"))
equal(len(memory), 1, "uploads are in memory")
equal(memory[0].stat().st_mode & 0o777, 0o700, "for their owner alone")
check(files(memory[0]) and not [p for p in files(DATA) if p.name == "input"], "and nowhere else")
server = Server("--store", "keypoints")
for each in slow:
    equal(server.wait(each, "done", "failed")["state"], "done", "after the server was killed")
equal(files(memory[0]), [], "gone when it was looked at")
server.end()

# ---- faces ----
def face(jpeg, at, reach=7):
    """How much neighbouring pixels differ around a place."""
    grey = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"), float)
    x, y = (int(v) for v in at)
    part = grey[max(0, y - reach):y + reach, max(0, x - reach):x + reach]
    return float(np.abs(np.diff(part, axis=0)).mean() + np.abs(np.diff(part, axis=1)).mean())


plain = Server()
second = subprocess.run([STANCE, "serve", "--bind", "127.0.0.1:0", "--data", str(DATA)], env=ENV, timeout=PATIENCE,
                        stderr=subprocess.PIPE, text=True)
check(second.returncode == 4 and "at work there" in second.stderr, f"two on one folder: {second}")
server = Server("--blur", "faces", "--source", "mannequin:stand?seconds=20", "--data", TMP / "other")
joints = plain.json("POST", "/api/pose?people=one", picture)["frames"][0]["keypoints"]
nose = next((p["x"], p["y"]) for p in joints if p["name"] == "nose")
jpegs = [at.ask("POST", f"/api/pose?people=one&overlay=none{more}", picture, {"Accept": "image/jpeg"})[2]
         for at, more in ((plain, ""), (server, ""), (server, "&blur=none"), (plain, "&blur=faces"))]
details = [face(j, nose) for j in jpegs]
check(details[0] > 2 * max(details[1:]), f"a face: {details}")
until = time.monotonic() + PATIENCE
name = server.json("GET", "/api/streams")["streams"][0]["id"]
while server.ask("GET", f"/api/streams/{name}/picture")[0] != 200 and time.monotonic() < until:
    time.sleep(0.1)
server.json("POST", f"/api/streams/{name}/start?overlay=none&people=one")
stance("run", "mannequin:stand?seconds=20", "--max-frames", 1, "--people", "one", "--json", TMP / "stand.json",
       "-o", TMP / "stand.mp4", "--overlay", "none", env=ENV)
ffmpeg("-i", TMP / "stand.mp4", "-frames:v", 1, "-q:v", 2, TMP / "stand.jpg")
stand = read_json(TMP / "stand.json")["frames"][0]["keypoints"]
nose = next((p["x"], p["y"]) for p in stand if p["name"] == "nose")
until = time.monotonic() + PATIENCE
details = (0, 1)
while details[0] <= 1.5 * details[1] and time.monotonic() < until:  # the picture before has joints drawn
    status, _, live = server.ask("GET", f"/api/streams/{name}/picture")
    details = (face((TMP / "stand.jpg").read_bytes(), nose), face(live, nose)) if status == 200 else details
    time.sleep(0.2)
check(details[0] > 1.5 * details[1], f"a face, live: {details}")


def drawn(at, more=""):
    """A picture of the video that a job draws, and its first screenshot."""
    job = post(at, (TMP / "squats.mp4").read_bytes(), people="one", overlay="none", every_s=1, crf="12" + more)
    done = at.wait(job, "done", "failed")
    equal((done["state"], done["screenshots"]), ("done", 1), f"a job: {done['error']}")
    (TMP / "drawn.mp4").write_bytes(at.ask("GET", done["results"]["video"])[2])
    ffmpeg("-i", TMP / "drawn.mp4", "-frames:v", 1, "-q:v", 2, TMP / "drawn.jpg")
    return (TMP / "drawn.jpg").read_bytes(), at.ask("GET", f"/api/jobs/{job}/screenshots/1")[2]


nose = next((p["x"], p["y"]) for p in joints if p["name"] == "nose")
found = [drawn(at, more) for at, more in ((plain, ""), (server, ""), (server, "&blur=none"), (plain, "&blur=faces"))]
for what, jpegs in zip(("the video", "a screenshot"), zip(*found)):
    details = [face(j, nose) for j in jpegs]
    check(details[0] > 2 * max(details[1:]), f"a face in {what} of a job: {details}")
server.end()
plain.end()

# ---- workers for pictures ----
server = Server("--max-time", 3 * (4 if SANITIZED else 1), "--pictures-at-once", 2)
ask = ("POST", "/api/pose?people=one", picture)
first = server.json(*ask)
worker = [pid for pid, _ in children(server, "worker")]
equal(len(worker), 1, "a worker stays")
equal(server.json(*ask)["frames"][0]["keypoints"], first["frames"][0]["keypoints"], "and says the same again")
equal([pid for pid, _ in children(server, "worker")], worker, "the same worker")
own = list((DATA / "workers").iterdir())
equal((len(own), files(DATA / "workers")), (1, []), "with a folder of its own, and nothing in it")
check(str(own[0]) in children(server, "worker")[0][1] and own[0].stat().st_mode & 0o777 == 0o700, "for it alone")
for options in ("people=all", "people=all&min-score=0.3", "people=one"):
    server.json("POST", f"/api/pose?{options}", picture)
check(len(children(server, "worker")) <= 2, "no more workers than allowed")
for pid, _ in children(server, "worker"):
    os.kill(pid, signal.SIGKILL)
equal(server.json(*ask)["frames"][0]["keypoints"], first["frames"][0]["keypoints"], "after a worker was killed")
for pid, _ in children(server, "worker"):
    os.kill(pid, signal.SIGSTOP)
server.problem(422, *ask, word="longer")
equal(server.json(*ask)["frames"][0]["keypoints"], first["frames"][0]["keypoints"], "after a worker hung")
server.problem(422, "POST", "/api/pose", picture[:len(picture) // 3])
server.end()
equal(children(server, "worker"), [], "no worker is left")
check(not (DATA / "workers").exists(), "nor a folder of one")

# ---- too large, too long, too much ----
server = Server("--max-megapixels", 1, "--max-duration", 3, "--max-total", 3, "--data", TMP / "total")
big = TMP / "big.png"
ffmpeg("-f", "lavfi", "-i", "color=s=2000x1000", "-frames:v", 1, big)
server.problem(422, "POST", "/api/pose", big.read_bytes(), word="megapixels")
failed = server.wait(post(server, clip), "failed", "done")
check("3 s" in (failed["error"] or ""), f"too long: {failed}")
check("/" not in failed["error"], f"no path is told: {failed['error']}")
# A clip that does not say how long it is: it is seen while it is read.
raw = TMP / "raw.h264"
ffmpeg("-i", CLIP, "-c:v", "libx264", "-f", "h264", raw)
failed = server.wait(post(server, raw.read_bytes()), "failed", "done")
check("3 s" in (failed["error"] or ""), f"longer than it says: {failed}")
server.problem(507, "POST", "/api/jobs", b"\0" * 3_100_000, word="delete")
# Several at once, each of which would fit: what is being sent counts.
halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
for conn in halves:
    conn.settimeout(PATIENCE)
    conn.sendall(f"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 1400000\r\n\r\n".encode())
    time.sleep(0.3)
early = [select.select([conn], [], [], 0)[0] != [] for conn in halves]
equal(early, [False, False, True, True], "two of four fit; the others are told at once")
check(all(b" 507 " in conn.recv(4096) for conn in halves[2:]), "what they are told")
for conn in halves:
    conn.close()
until = time.monotonic() + PATIENCE
while server.ask("POST", "/api/pose", picture)[0] != 200 and time.monotonic() < until:
    time.sleep(0.1)
equal(server.ask("POST", "/api/pose", picture)[0], 200, "there is room again when they are gone")
equal(server.json("GET", "/api/version")["name"], "stance", "it goes on")
server.end()

# ---- one client among others ----
def own_address():
    """This machine's address for others; None: it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # nothing is sent
            return probe.getsockname()[0]
        except OSError:
            return None


def visit(host, port, path, keep):
    conn = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    conn.request("GET", path)
    code = conn.getresponse().status
    keep.append(conn)
    return code


address = own_address()
if address is None or address.startswith("127."):
    print("clients of other addresses were not tried: this machine has no address but its own")
else:
    server = Server("--bind", "0.0.0.0:0", "--no-auth", "--events", EVENTS, "--max-per-client", 3)
    kept = []
    codes = [visit(address, server.port, "/api/events/live", kept) for _ in range(4)]
    equal(codes, [200, 200, 200, 429], "one client's requests at once")
    equal(visit("127.0.0.1", server.port, "/api/version", kept), 200, "others are served")
    kept[0].close()
    until = time.monotonic() + PATIENCE  # that it is gone is noticed when something is sent
    while (code := visit(address, server.port, "/api/version", kept)) == 429 and time.monotonic() < until:
        time.sleep(0.2)
    equal(code, 200, "when one is done")
    for conn in kept:
        conn.close()
    server.end()

# ---- a network is fetched ----
NET = os.urandom(1_500_000)
CARDS = TMP / "cards"
CARDS.mkdir()


class Mirror(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(NET)))
        self.end_headers()
        try:
            for i in range(0, len(NET), 100_000):
                self.wfile.write(NET[i:i + 100_000])
                time.sleep(0.05)
        except OSError:
            pass


for name, sha in (("good", hashlib.sha256(NET).hexdigest()), ("wrong", "0" * 64)):
    (CARDS / f"{name}.json").write_text(json.dumps({
        "schema": "stance-card/1", "name": name, "title": name, "licence": "Apache-2.0", "decoder": "movenet",
        "skeleton": "coco17", "input": {"width": 192, "height": 192}, "outputs": [{"shape": [1, 1, 17, 3]}],
        "files": [{"name": f"{name}.tflite", "url": f"https://models.example/{name}.tflite", "sha256": sha,
                   "bytes": len(NET)}]}))
mirror = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
threading.Thread(target=mirror.serve_forever, daemon=True).start()
FETCH = {**ENV, "STANCE_MODEL_PATH": str(CARDS),
         "STANCE_MODEL_MIRROR": f"http://127.0.0.1:{mirror.server_port}/mirror/"}
server = Server(env=FETCH)


def state(name):
    return next(m["state"] for m in server.json("GET", "/api/models")["models"] if m["name"] == name)


equal(state("good"), "absent", "before")
there = server.json("GET", "/api/jobs")
for path, body in (("/api/jobs?people=one", clip), ("/api/pose?people=one", picture), ("/api/streams?source=mannequin:walk", b"")):
    server.problem(422, "POST", path + "&model=good", body, word="POST /api/models/good/fetch")
equal(server.json("GET", "/api/jobs"), there, "no job was begun")
equal(server.json("GET", "/api/streams")["streams"], [], "and no stream")
code, headers, text = server.ask("POST", "/api/models/good/fetch", b"")
told = [json.loads(line[6:]) for line in text.decode().splitlines() if line.startswith("data: ")]
equal((code, headers["Content-Type"]), (200, "text/event-stream"), "fetch")
equal(told[-1], {"name": "good", "error": None}, "fetch: its end")
done = [t["bytes"] for t in told[:-1]]
check(len(done) > 2 and done == sorted(done) and done[-1] == len(NET), f"fetch: how far: {told}")
equal(state("good"), "present", "behind it")
job = server.json("POST", "/api/jobs?people=one&model=good", clip, status=202)["id"]
check(server.wait(job, "failed", "done")["error"], "taken now; that it holds no network is found out later")
told = server.ask("POST", "/api/models/wrong/fetch", b"")[2].decode()
check('"error": null' not in told and "event: end" in told, f"a wrong sum: {told[-300:]}")
check(state("wrong") != "present", "a wrong sum: it is not there")
server.problem(404, "POST", "/api/models/nobody/fetch", b"")
server.problem(404, "POST", "/api/models/../x/fetch", b"")
server.end()
server = Server("--no-fetch", env=FETCH)
server.problem(403, "POST", "/api/models/good/fetch", b"", word="--no-fetch")
server.problem(422, "POST", "/api/jobs?people=one&model=wrong", clip, word="'stance models fetch wrong'")
server.end()
mirror.shutdown()

# ---- a disk that is full ----
small = TMP / "small"
small.mkdir()
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(small)], stderr=subprocess.DEVNULL).returncode:
    print("a full disk was not tried: no file system can be mounted here")
else:
    atexit.register(lambda: subprocess.run(["umount", "-l", str(small)], stderr=subprocess.DEVNULL))
    server = Server("--data", small)
    check("may take 2 MB together" in server.said, f"of a small disk the half: {server.said}")
    server.problem(507, "POST", "/api/jobs", b"\0" * 2_500_000, word="(2 MB)")
    server.end()
    server = Server("--data", small, "--max-total", 50000)
    short = (TMP / "squats.mp4").read_bytes()
    kept = post(server, short, people="one")
    equal(server.wait(kept, "done", "failed")["state"], "done", "room enough")
    whole = server.ask("GET", f"/api/jobs/{kept}/json")[2]
    server.problem(507, "POST", "/api/jobs", b"\0" * 4_000_000)
    server.problem(507, "POST", "/api/pose", b"\0" * 4_000_000)
    fill = small / "fill"
    with open(fill, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    code, _, text = server.ask("POST", "/api/jobs?people=one", short)
    check(code in (202, 507), f"no room at all: {code} {text[:200]}")
    if code == 202:
        found = server.wait(json.loads(text)["id"], "failed", "done")
        equal(found["state"], "failed", f"no room for the result: {found}")
    equal(server.ask("GET", f"/api/jobs/{kept}/json")[2], whole, "what was there is whole")
    fill.unlink()
    again = post(server, short, people="one")
    equal(server.wait(again, "done", "failed")["state"], "done", "room again")
    server.end()
    server = Server("--data", small, "--max-total", 50000)
    states = {j["id"]: j["state"] for j in server.json("GET", "/api/jobs")["jobs"]}
    check(states.get(kept) == "done" and states.get(again) == "done", f"the list is whole: {states}")
    equal([p for p in files(small) if p.name.endswith(".part")], [], "no half file is left")
    server.end()
    subprocess.run(["umount", "-l", str(small)])
finish()
