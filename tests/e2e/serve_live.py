#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve` with live sources: drawn people, a clip, a camera that speaks RTSP and goes
away, HTTP, and a browser's own pictures; followed by MJPEG, server-sent events and WebSocket."""

import functools
import http.server
import io
import os
import pathlib
import signal
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from rtsp_kit import Camera  # noqa: E402
from serve_kit import *  # noqa: E402,F403

try:
    from PIL import Image
    from websockets.exceptions import ConnectionClosed, InvalidStatus
    from websockets.sync.client import connect
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

SLOW = 8 if SANITIZED else 1
SCENE = "mannequin:walk?seconds=20&size=320x240"
INPUTS, EVENTS = TMP / "inputs", TMP / "events.db"
INPUTS.mkdir()
CLIP = INPUTS / "clip.mp4"
stance("mannequin", "squats", "--seconds", 2, "--size", "320x240", "-o", CLIP, env=ENV)


class Pages(http.server.BaseHTTPRequestHandler):
    """A camera that speaks HTTP: it sends a clip again and again; or sends on elsewhere."""
    to = None
    counted = 0

    def log_message(self, *args):
        pass

    def do_GET(self):
        Pages.counted += self.path == "/counted"
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", self.to)
            self.end_headers()
            self.wfile.write(b"it has moved")
            return
        self.send_response(200)
        self.end_headers()
        try:
            for picture in PICTURES * 1000:
                self.wfile.write(b"--x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                                 % len(picture) + picture + b"\r\n")
                time.sleep(0.05)
        except OSError:
            pass


ffmpeg("-i", CLIP, TMP / "p%03d.jpg")
PICTURES = [p.read_bytes() for p in sorted(TMP.glob("p*.jpg"))]
pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=pages.serve_forever, daemon=True).start()
PAGES = f"http://127.0.0.1:{pages.server_port}"


def pictures(reply, n):
    """JPEGs of a feed, by the lengths that it tells."""
    found = []
    while len(found) < n:
        line = reply.fp.readline()
        if line.lower().startswith(b"content-length"):
            length = int(line.split(b":")[1])
            reply.fp.readline()
            found.append(reply.fp.read(length))
    return found


server = Server("--source", SCENE, "--inputs", INPUTS, "--events", EVENTS, "--streams", 5,
                "--allow-source", "rtsp://127.0.0.1:*/live", "--allow-source", f"{PAGES}/*")

# ---- drawn people, followed in every way ----
first = server.json("GET", "/api/streams")["streams"][0]
equal((first["kind"], first["source"]), ("drawn", SCENE), "the operator's source")
name = first["id"]
reach(server, name, "running")
with connect(f"ws://127.0.0.1:{server.port}/api/streams/{name}/joints") as ws:
    messages = [json.loads(ws.recv(timeout=PATIENCE)) for _ in range(10)]
numbers = [m["frame_index"] for m in messages]
check(all(a < b for a, b in zip(numbers, numbers[1:])), f"WebSocket: newer each time: {numbers}")
check(messages[-1]["people"][0]["keypoints"], "WebSocket: joints")
conn, reply = open_feed(server, f"/api/streams/{name}/joints")
equal(reply.headers["Content-Type"], "text/event-stream", "joints: type")
numbers = [r["frame_index"] for r in rows(reply, 10)]
conn.close()
check(all(a < b for a, b in zip(numbers, numbers[1:])), f"events: newer each time: {numbers}")

viewers = [open_feed(server, "/video_feed") for _ in range(6)]
for conn, reply in viewers:
    check("multipart/x-mixed-replace; boundary=frame" in reply.headers["Content-Type"], "feed: type")
    for jpeg in pictures(reply, 5):
        equal(Image.open(io.BytesIO(jpeg)).size, (320, 240), "feed: picture")
equal(len(children(server, "run")), 1, "six viewers, looked at once")
for conn, _ in viewers:
    conn.close()
code, headers, body = server.ask("GET", f"/api/streams/{name}/picture")
equal((code, headers["Content-Type"]), (200, "image/jpeg"), "a picture")
Image.open(io.BytesIO(body)).load()

# Who does not read gets the newest afterwards, and makes nobody wait.
conn, reply = open_feed(server, f"/api/streams/{name}/video_feed", 16384)
pictures(reply, 1)
joints, lines = open_feed(server, f"/api/streams/{name}/joints", 16384)
rows(lines, 1)
time.sleep(6)
now = server.json("GET", f"/api/streams/{name}")
late = rows(lines, 400 if not SANITIZED else 50)
gaps = [b["frame_index"] - a["frame_index"] for a, b in zip(late, late[1:])]
waiting = gaps.index(max(gaps))
print(f"a follower who read nothing for 6 s: {waiting} rows were on their way, then "
      f"{max(gaps)} frames were left out")
check(waiting < 60 and max(gaps) > (20 if not SANITIZED else 2), f"a slow follower: {waiting}, {max(gaps)}")
conn.close()
joints.close()
found = reach(server, name, "running")
print(f"latency {found['latency_ms']} ms, at most {found['latency_most_ms']} ms; "
      f"{found['fps']} frames/s, {found['dropped']} of {found['frames']} dropped")
check(found["latency_ms"] < SLOW * 60, f"latency: {found}")

# ---- pause, start, other options ----
server.json("POST", f"/api/streams/{name}/pause")
reach(server, name, "paused")
equal(children(server, "run"), [], "paused: nobody looks at it")
server.json("POST", f"/api/streams/{name}/start?people=one&model=stance-lite")
reach(server, name, "running")
conn, reply = open_feed(server, f"/api/streams/{name}/joints")
check("keypoints" in rows(reply, 2)[-1], "started with another option")
conn.close()
equal(server.json("GET", f"/api/streams/{name}")["options"], {"people": "one", "model": "stance-lite"}, "told")
os.kill(children(server, "run")[0][0], signal.SIGKILL)
until = time.monotonic() + PATIENCE
while not server.json("GET", f"/api/streams/{name}")["gaps"] and time.monotonic() < until:
    time.sleep(0.05)
equal(reach(server, name, "running")["gaps"], 1, "a child that was killed: a gap, and on")

for _ in range(3):
    server.json("POST", f"/api/streams/{name}/pause")
    server.json("POST", f"/api/streams/{name}/start")
reach(server, name, "running")
time.sleep(1)
found = reach(server, name, "running")
equal((found["state"], found["gaps"]), ("running", 1), "paused and started at once: no gap")
for path in ("/video_feed", f"/api/streams/{name}/joints"):
    code, _, body = server.ask("HEAD", path)
    equal((code, body), (200, b""), f"HEAD {path}")

# ---- a clip that begins again ----
clip = stream(server, "clip.mp4")
equal((clip["kind"], clip["source"]), ("file", "clip.mp4"), "a clip")
reach(server, clip["id"], "running")
conn, reply = open_feed(server, f"/api/streams/{clip['id']}/joints")
times = [r["timestamp_ms"] for r in rows(reply, 90 // SLOW)]
conn.close()
steps = [b - a for a, b in zip(times, times[1:])]
check(min(steps) > 0 and (SANITIZED or times[-1] - times[0] > 2500), f"time goes on: {steps}")
# A child that was only just begun hears that it is to end: it is not waited for.
for i in range(0 if SANITIZED else 16):
    new = stream(server, SCENE)
    time.sleep(i % 8 * 0.003)
    began = time.monotonic()
    equal(server.ask("DELETE", f"/api/streams/{new['id']}")[0], 204, "ended at once")
    check(time.monotonic() - began < 4, f"ended after {time.monotonic() - began:.1f} s")
code, _, _ = server.ask("DELETE", f"/api/streams/{clip['id']}")
equal(code, 204, "ended")
server.problem(404, "GET", f"/api/streams/{clip['id']}")
equal(len(children(server, "run")), 1, "ended: nobody looks at it")

# ---- a camera that goes away ----
ffmpeg("-i", CLIP, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", TMP / "short.mp4")
camera = Camera(TMP / "short.mp4", TMP)
port = camera.port
remote = stream(server, camera.url)
reach(server, remote["id"], "running")
took = []
while len(took) < 3 and min(took, default=99) > 5 * SLOW:  # a machine that is busy may need another try
    camera.end()
    gone = time.monotonic()
    reach(server, remote["id"], "lost")
    time.sleep(2)
    camera = Camera(TMP / "short.mp4", TMP, port)
    back = time.monotonic()
    found = reach(server, remote["id"], "running")
    took.append(time.monotonic() - back)
    print(f"a camera gone for {back - gone:.1f} s was seen again {took[-1]:.1f} s after")
check(min(took) <= 5 * SLOW, f"back within 5 s: {took}")
equal(found["gaps"], len(took), "each gap is counted")
events = server.json("GET", "/api/events?kind=gap")["events"]
equal(len(events), 1 + len(took), f"gaps are events: {events}")
gap = next(e for e in events if e["source"].startswith("rtsp"))
check(2 <= (gap["end_ms"] - gap["start_ms"]) / 1000 < 20 * SLOW, f"how long it was: {gap}")
kinds = {e["kind"] for e in server.json("GET", "/api/events?limit=200")["events"]}
check({"enter", "gap"} <= kinds, f"people in live sources are events: {kinds}")
server.ask("DELETE", f"/api/streams/{remote['id']}")

# ---- HTTP, and where it sends on to ----
web = stream(server, f"{PAGES}/live", people="one")
reach(server, web["id"], "running")
check("127.0.0.1" not in children(server, "run")[-1][1], "fetched by the server, not by its child")
server.ask("DELETE", f"/api/streams/{web['id']}")
Pages.to = f"{PAGES}/live"
web = stream(server, f"{PAGES}/moved")
reach(server, web["id"], "running")
server.ask("DELETE", f"/api/streams/{web['id']}")
other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
threading.Thread(target=other.serve_forever, daemon=True).start()
Pages.to = f"http://127.0.0.1:{other.server_port}/live"
web = stream(server, f"{PAGES}/moved".replace("://", "://somebody:secret@"))
found = reach(server, web["id"], "lost")
check("another address" in found["error"], f"sent on to another host: {found['error']}")
check("secret" not in json.dumps(found), f"no password is told: {found}")
server.ask("DELETE", f"/api/streams/{web['id']}")
hidden = Camera(TMP / "short.mp4", TMP, redirect=f"rtsp://localhost:{port}/live")
web = stream(server, hidden.url)
found = reach(server, web["id"], "lost")
check("another address" in found["error"], f"RTSP sent on: {found['error']}")
server.ask("DELETE", f"/api/streams/{web['id']}")
hidden.end()
camera.end()

# ---- a browser's own pictures ----
push = f"ws://127.0.0.1:{server.port}/api/push?people=one"
with connect(push) as ws:
    answers, took = [], []
    for i, picture in enumerate(PICTURES[:20]):
        begun = time.monotonic()
        ws.send(picture)
        if i < 3:
            time.sleep(0.5 * SLOW)  # it is opened with the first ones
            continue
        while not answers or answers[-1]["frame_index"] < i:
            answers.append(json.loads(ws.recv(timeout=PATIENCE)))
        took.append((time.monotonic() - begun) * 1000)
    equal(answers[-1]["frame_index"], 19, "pushed: the sender's own number")
    check(answers[-1]["keypoints"], "pushed: joints")
    print(f"a pushed picture: its joints after {sorted(took)[len(took) // 2]:.1f} ms")
    equal([s["kind"] for s in server.json("GET", "/api/streams")["streams"]], ["drawn"],
          "what is pushed is nobody else's")
    for picture in PICTURES * 5:  # much faster than it can be looked at
        ws.send(picture)
    last = 20 + 5 * len(PICTURES) - 1
    while answers[-1]["frame_index"] < last:
        answers.append(json.loads(ws.recv(timeout=PATIENCE)))
    check(len(answers) < last, f"pushed faster: {len(answers)} answers to {last} pictures")
with connect(push) as ws:
    ws.send(b"no picture")
    try:
        ws.recv(timeout=PATIENCE)
        check(False, "no picture: answered")
    except ConnectionClosed:
        check(True, "no picture: closed")
with connect(push) as ws:
    ws.send(b"\xff\xd8\xff\xe0" + os.urandom(5000))
    ws.send(PICTURES[0])
    time.sleep(0.3)
    for picture in PICTURES[:10]:
        ws.send(picture)
        time.sleep(0.2 * SLOW)
    check(json.loads(ws.recv(timeout=PATIENCE))["keypoints"], "after a broken picture: on")


def refused(path, status, **more):
    try:
        with connect(f"ws://127.0.0.1:{server.port}{path}", **more):
            check(False, f"{path}: expected {status}")
    except InvalidStatus as e:
        equal(e.response.status_code, status, path)


refused("/api/push?crop=sideways", 400)
refused("/api/jobs", 404)
refused("/api/push", 403, origin="http://other.example")
until = time.monotonic() + PATIENCE
while len(children(server, "run")) > 1 and time.monotonic() < until:
    time.sleep(0.05)
equal(len(children(server, "run")), 1, "who pushes and goes leaves nobody behind")

# Who follows what never comes leaves nobody behind.
dead = stream(server, "mannequin:nothing")
reach(server, dead["id"], "failed")
for path in ("video_feed", "joints"):
    conn, reply = open_feed(server, f"/api/streams/{dead['id']}/{path}")
    reply.read()  # it ends
    conn.close()
server.ask("DELETE", f"/api/streams/{dead['id']}")

# ---- what is refused ----
ask = functools.partial(server.problem, 400, "POST")
for source, word in (("rtsp://10.0.0.1/live", "allow-source"), ("camera:0", "allow-source"),
                     (f"rtsp://127.0.0.1:{port}/other", "allow-source"),
                     (f"rtsp://127.0.0.1:{port}@10.0.0.1/live", "allow-source"),
                     ("ftp://127.0.0.1/a", "begins with"), ("file:///etc/passwd", "begins with"),
                     ("../events.db", "--inputs"), ("/etc/passwd", "--inputs"),
                     ("mannequin:walk?background=/etc/passwd", "background"),
                     ("mannequin:walk?%62ackground=x", "background"),
                     ("concat:a|b", "--inputs")):
    from urllib.parse import quote
    ask(f"/api/streams?source={quote(source, safe='')}", word=word)
ask("/api/streams", word="source")
ask(f"/api/streams?source={SCENE.split('?')[0]}&max-frames=5", word="live")
ask("/api/streams?source=mannequin:walk&json=x", word="json")
server.problem(404, "POST", f"/api/streams/{'0' * 32}/pause")
server.problem(404, "GET", f"/api/streams/{'0' * 32}/video_feed")
failed = stream(server, "mannequin:nothing")
check("nothing" in reach(server, failed["id"], "failed")["error"], "a scene that there is not")
server.problem(400, "POST", "/api/streams?source=mannequin:walk&model=no-such-network", b"", word="no-such-network")
stream(server, "mannequin:nothing")  # the third
others = [stream(server, SCENE)["id"] for _ in range(2)]
for each in others:
    reach(server, each, "running")
server.problem(429, "POST", f"/api/streams?source={PAGES}/counted", word="end one")
refused("/api/push", 429)
time.sleep(0.2 * SLOW)
equal(Pages.counted, 0, "refused before it is begun")

# ---- its end ----
equal(server.end(), 0, "SIGTERM")
equal(children(server, "run"), [], "nobody is left")
check(not (DATA / "live").exists() or not os.listdir(DATA / "live"), "nothing is left")
check(Server("--source", "ftp://x/y").port is None, "a source that is none")
pages.shutdown()
finish()
