#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve` as a client meets it: pictures, jobs, what is refused, and what is left when
it is killed. The networks are stance's own, the people drawn."""

import collections
import concurrent.futures
import http.client
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

try:
    from openapi_kit import Description
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

def nothing_left(what):
    until = time.monotonic() + PATIENCE
    while os.listdir(DATA / "jobs") and time.monotonic() < until:
        time.sleep(0.05)
    equal(os.listdir(DATA / "jobs"), [], f"nothing is left {what}")


def stripped(js):
    return {"frames": js["frames"], "mode": js["meta"]["mode"], "model": js["meta"]["model"]}


def described(server, *asked):
    """The API's description is one, and answers are as it says. asked: method, path"""
    document = Description(server.json("GET", "/api/openapi.json"))
    for method, path in asked:
        document.answers(method, path, *server.ask(method, path))


CLIP, PICTURE = TMP / "squats.mp4", TMP / "one.png"
stance("mannequin", "squats", "--seconds", 3, "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)

# ---- what there is ----
server = Server()
check("no network" in server.said, f"the fence is told: {server.said!r}")
check("Landlock" in server.said and "system calls" in server.said, f"all of it, or what lacks: {server.said!r}")
equal(server.json("GET", "/api/version")["name"], "stance", "version")
equal(server.ask("GET", "/healthz")[::2], (200, b"ok\n"), "healthz")
options = {o["name"]: o for o in server.json("GET", "/api/options")["options"]}
equal(options["tracker"]["choices"][0], "byte", "options: choices")
check("output" not in options and "record" not in options, "options: no files")
models = {m["name"]: m for m in server.json("GET", "/api/models")["models"]}
equal(models["stance-lite"]["state"], "present", "models")
equal(server.json("GET", "/api/jobs"), {"jobs": [], "next": None}, "no jobs yet")
check(b'stance_jobs{state="queued"} 0' in server.ask("GET", "/metrics")[2], "metrics")

plain = [p for p in server.json("GET", "/api/openapi.json")["paths"] if "{" not in p]
asked = [("GET", p) for p in plain if p not in ("/api/pose", "/api/session", "/api/events/live")]
check(len(asked) > 8, f"{len(asked)} addresses are asked for")
described(server, *asked, ("GET", "/api/jobs/" + "0" * 32))

# ---- a picture ----
picture = PICTURE.read_bytes()
mine = stance("run", PICTURE, "--people", "all", "--json", TMP / "mine.json", env=ENV)
mine = stripped(read_json(TMP / "mine.json"))
for body, headers in ((picture, {"Content-Type": "image/png"}), form("a b.png", picture)):
    found = stripped(server.json("POST", "/api/pose", body, headers=headers))
    for frame in found["frames"]:
        equal(frame.pop("file"), "picture", "a picture: no folder of the server is told")
    for frame in (*found["frames"], *mine["frames"]):
        frame.pop("file", None)
        for person in frame.get("people", []):
            person.pop("inference_ms", None)
    equal(found, mine, "a picture: as on the command line")
code, headers, body = server.ask("POST", "/api/pose?overlay=skeleton", picture,
                                 {"Accept": "image/jpeg"})
equal((code, headers["Content-Type"], body[:3]), (200, "image/jpeg", b"\xff\xd8\xff"), "drawn")
nothing_left("of a picture")

# ---- a video ----
clip = CLIP.read_bytes()
mine = stance("run", CLIP, "--people", "one", "--every", 2, "--json", TMP / "mine.json", env=ENV)
mine = read_json(TMP / "mine.json")
body, headers = form("walk/../squats 1.mp4", clip)
code, found, text = server.ask("POST", "/api/jobs?people=one&every=2", body, headers)
job = json.loads(text)
equal((code, found["Location"]), (202, f"/api/jobs/{job['id']}"), "a job is taken")
server.problem(409, "GET", f"/api/jobs/{job['id']}/json", word="/progress tells")
events = server.ask("GET", f"/api/jobs/{job['id']}/progress")
equal(events[1]["Content-Type"], "text/event-stream", "progress")
check(events[2].startswith(b"event: ") and b"event: end" in events[2], "progress ends")
done = server.wait(job["id"], "done", "failed")
equal((done["state"], done["error"], done["kind"]), ("done", None, "video"), "the job")
equal((done["frames"], done["frame_count"]), (len(mine["frames"]),) * 2, "its frames")
equal(sorted(done["results"]), ["csv", "json", "video"], "its results")
theirs = server.json("GET", done["results"]["json"])
equal(theirs["meta"].pop("source"), "squats 1.mp4", "a job: what its file was called")
mine["meta"].pop("source")
equal(theirs, mine, "a job: as on the command line, all of it")
check(str(TMP) not in json.dumps(theirs), "no folder of the server is told")
code, headers, video = server.ask("GET", done["results"]["video"])
check("squats" in headers["Content-Disposition"] and "/" not in headers["Content-Disposition"],
      f"name: {headers['Content-Disposition']}")
(TMP / "got.mp4").write_bytes(video)
equal(video_facts(TMP / "got.mp4")["frames"], len(mine["frames"]), "the video's frames")
n, tag = len(video), headers["ETag"]
for wanted, code, part in (("bytes=10-19", 206, video[10:20]), (f"bytes={n - 5}-", 206, video[-5:]),
                           (f"bytes={n - 5}-{n + 900}", 206, video[-5:]), ("bytes=-7", 206, video[-7:]),
                           (f"bytes=-{n + 9}", 206, video),
                           ("bytes=9-3", 200, video), ("bytes=0-1,4-5", 200, video), ("lines=1", 200, video)):
    found, headers, body = server.ask("GET", done["results"]["video"], headers={"Range": wanted})
    equal((found, len(body), body == part), (code, len(part), True), f"range {wanted}")
    if code == 206:
        at = n - len(part) if wanted != "bytes=10-19" else 10
        equal(headers["Content-Range"], f"bytes {at}-{at + len(part) - 1}/{n}", f"range {wanted}")
found = server.problem(416, "GET", done["results"]["video"], headers={"Range": f"bytes={n}-"}, word=str(n))
equal(found["Content-Range"], f"bytes */{n}", "a range behind the end")
for asked, code in (({"If-None-Match": tag}, 304), ({"If-None-Match": '"other"'}, 200),
                    ({"If-Range": tag, "Range": "bytes=0-1"}, 206),
                    ({"If-Range": '"other"', "Range": "bytes=0-1"}, 200)):
    equal(server.ask("GET", done["results"]["video"], headers=asked)[0], code, f"{asked}")
code, headers, body = server.ask("HEAD", done["results"]["video"])
equal((code, int(headers["Content-Length"]), body), (200, n, b""), "HEAD")
csv = server.ask("GET", done["results"]["csv"])[2]
check(csv.count(b"\n") > len(mine["frames"]), f"csv: {csv[:80]!r}")
check(not (DATA / "jobs" / job["id"] / "input").exists(), "the upload is gone")
described(server, *[("GET", f"/api/jobs/{job['id']}/{part}")
                    for part in ("json", "csv", "video", "picture")],
          ("GET", f"/api/jobs/{job['id']}"), ("GET", "/api/jobs"))
equal(server.ask("DELETE", f"/api/jobs/{job['id']}")[0], 204, "delete")
nothing_left("of a job")
server.problem(404, "GET", f"/api/jobs/{job['id']}")
server.problem(404, "GET", f"/api/jobs/{job['id']}/progress")

# ---- what is refused ----
server.problem(400, "POST", "/api/pose?peeple=all", picture, word="people")
server.problem(400, "POST", "/api/pose?min-score=7", picture, word="0 to 1")
server.problem(400, "POST", "/api/jobs?output=/etc/passwd", clip, word="output")
server.problem(400, "POST", "/api/jobs?model=../x.tflite", clip, word="expected a name")
server.problem(422, "POST", "/api/pose", clip, word="picture")
server.problem(422, "POST", "/api/pose", b"\xff\xd8\xff" + bytes(1000))
server.problem(400, "POST", "/api/pose", b"", word="file")
server.problem(404, "GET", "/api/nothing")
server.problem(404, "GET", "/../../etc/passwd")
server.problem(404, "GET", "/api/jobs/" + "0" * 32 + "/json")
server.problem(405, "DELETE", "/api/pose")
server.problem(421, "GET", "/healthz", host="evil.example")
server.problem(421, "GET", "/healthz", host="127.0.0.1:1")
server.problem(403, "POST", "/api/pose", picture, {"Origin": "http://evil.example"})
server.problem(400, "GET", "/api/jobs?limit=0")
for source in ("http://127.0.0.1:1/x.mp4", "camera:0", f"file:{CLIP}", f"concat:{CLIP}|{CLIP}"):
    refused = stance("run", "--untrusted", source, "--json", TMP / "x.json", status=None, env=ENV)
    check(refused.returncode in (1, 2), f"--untrusted {source}: exit {refused.returncode}")
lines = [json.loads(line) for line in stance("run", CLIP, "--json", TMP / "x.json", "--progress", "json",
                                             "--log-format", "json", env=ENV).stderr.splitlines()]
equal({tuple(p["progress"]) for p in lines if "progress" in p},
      {("input", "frames", "n_frames", "fps", "dropped")}, "--progress json")
outside = TMP / "outside.mp4"
outside.write_bytes(clip)
for name, text in (("list.m3u8", f"#EXTM3U\n#EXTINF:1,\n{outside}\n#EXT-X-ENDLIST\n"),
                   ("list.txt", f"ffconcat version 1.0\nfile {outside}\n"),
                   ("room.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\n"
                                "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")):
    job = server.json("POST", "/api/jobs", text.encode(), 202)
    found = server.wait(job["id"], "done", "failed")
    equal(found["state"], "failed", f"{name}: names other files")
    check(str(TMP) not in found["error"], f"{name}: no paths in '{found['error']}'")
job = server.json("POST", "/api/jobs", clip[: len(clip) // 3], 202)
check("damaged" in server.wait(job["id"], "done")["error"], "a third of a file: says so")
job = server.json("POST", "/api/jobs", bytes(5000), 202)
check(server.wait(job["id"], "failed")["error"], "no video: says why")
equal(server.end(), 0, "SIGTERM")

# ---- events ----
EVENTS = TMP / "shop.db"
for seed in (1, 2, 3):
    stance("run", f"mannequin:enter-leave?seconds=6&fps=15&seed={seed}", "--model", "truth",
           "--events", EVENTS, "--json", TMP / "x.json", env=ENV)
everything = json.loads(stance("events", EVENTS, "--format", "json", "--limit", 1000).stdout)["events"]
server = Server("--events", EVENTS)
described(server, ("GET", "/api/events"), ("GET", "/detections"))
found = server.json("GET", "/api/events?limit=1000")
equal(found["events"], everything, "events: as on the command line")
paged, after = [], ""
while after is not None:
    page = server.json("GET", f"/api/events?limit=2&after={after}" if after else "/api/events?limit=2")
    paged += page["events"]
    after = page["next"]
equal(paged, everything, "events, page by page")
newest = server.json("GET", "/api/events?newest=yes&kind=enter&run=2")["events"]
equal(newest, [e for e in reversed(everything) if e["kind"] == "enter" and e["run"] == 2], "filtered")
numbered = [server.json("GET", f"/detections?page={n}&per-page=2")["events"] for n in (1, 2, 99)]
equal(numbered, [everything[::-1][:2], everything[::-1][2:4], []], "numbered pages")
server.problem(400, "GET", "/detections?page=300&per-page=50&kind=enter&source=a*",
               word="newest=yes&kind=enter&source=a*")
csv = server.ask("GET", "/api/events?format=csv")
equal(csv[2].decode(), stance("events", EVENTS, "--format", "csv").stdout, "events as CSV")
lines = server.ask("GET", "/api/events?format=ndjson")[2].splitlines()
equal([json.loads(line) for line in lines], everything, "events as JSON lines")
server.problem(400, "GET", "/detections?page=201&per-page=50", word="/api/events?newest=yes&after=")
server.problem(400, "GET", "/detections?page=0")
server.problem(400, "GET", "/api/events?kind=enter';drop%20table%20events", word="kind")
server.problem(400, "GET", "/api/events?after=nothing")
server.problem(400, "GET", "/api/events?since=yesterdayish", word="since")
equal(server.json("GET", "/api/events?place=x'%20or%201=1--")["events"], [], "SQL is text")
live = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
live.request("GET", "/api/events/live")
stream = live.getresponse()
equal(stream.headers["Content-Type"], "text/event-stream", "live")
stance("run", "mannequin:enter-leave?seconds=6&fps=15&seed=4", "--model", "truth", "--events", EVENTS,
       "--json", TMP / "x.json", env=ENV)
more = json.loads(stance("events", EVENTS, "--format", "json", "--run", 4).stdout)["events"]
told = []
while len(told) < len(more):
    line = stream.readline().decode()
    if line.startswith("data: "):
        told.append(json.loads(line[6:]))
    elif not line:
        break
key = lambda e: e["event"]  # noqa: E731
equal(sorted(told, key=key), sorted(more, key=key), "live: what happens from now on")
live.close()
last = {"Last-Event-ID": f"number:{max(map(key, everything))}"}
live = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
live.request("GET", "/api/events/live", headers=last)
stream = live.getresponse()
line = ""
while not line.startswith("data: "):
    line = stream.readline().decode()
equal(json.loads(line[6:])["run"], 4, "live: goes on where it broke off")
live.close()
equal(server.end(), 0, "SIGTERM with a stream")
server = Server()
server.problem(404, "GET", "/api/events", word="--events")
server.end()

# ---- what a file is called, and what a form may hold ----
server = Server("--keep-inputs")
found = server.json("POST", "/api/jobs?people=one&name=a/b/Walk%201.final.mp4", clip, 202)
equal(found["name"], "Walk 1.final.mp4", "a body with a name")
done = server.wait(found["id"], "done")
name = server.ask("GET", done["results"]["json"])[1]["Content-Disposition"]
check('"Walk 1.final.pose.json"' in name, f"what its results are called: {name}")
code, headers, body = server.ask("GET", done["results"]["input"])
equal((code, headers["Content-Type"], body), (200, "video/mp4", clip), "the upload is kept")
check('"Walk 1.final.mp4"' in headers["Content-Disposition"], "what it is called")
server.ask("DELETE", f"/api/jobs/{found['id']}")
check(found["id"] not in os.listdir(DATA / "jobs"), "it is removed with its results")
equal(stat.S_IMODE((DATA / "jobs.db").stat().st_mode) & 0o077, 0, "the list is for its owner alone")
body, headers = form("a.mp4", clip)
body = body.replace(b"--line--", b'--line\r\nContent-Disposition: form-data; name="every"\r\n\r\n2\r\n--line--')
server.problem(400, "POST", "/api/jobs", body, headers, word="'every'")
server.end()

# ---- the other end: stance run --server ----
token = TMP / "token"
token.write_text("a-secret-of-some-length\n")
server = Server("--token-file", token)
there = ["--server", f"http://127.0.0.1:{server.port}/", "--server-token-file", token]
key = {"Authorization": "Bearer a-secret-of-some-length"}
options = ["--people", "one", "--every", 3, "--min-score", 0.25]
before = server.json("GET", "/api/jobs", headers=key)
stance("run", CLIP, "--json", TMP / "here.json", *options, env=ENV)
said = stance("run", CLIP, "--json", TMP / "there.json", "-o", TMP / "there.mp4", *options, *there, env=ENV)
check("there.mp4" in said.stderr, f"it is said what was written: {said.stderr}")
equal(read_json(TMP / "there.json")["frames"], read_json(TMP / "here.json")["frames"], "as here")
equal(video_facts(TMP / "there.mp4")["frames"], len(read_json(TMP / "here.json")["frames"]), "video")
stance("run", PICTURE, "-o", TMP / "there.jpg", "--json", TMP / "there-p.json", *there, env=ENV)
equal((TMP / "there.jpg").read_bytes()[:3], b"\xff\xd8\xff", "a picture")
piped = stance("run", CLIP, "--json", "-", *options, *there, env=ENV)
equal(json.loads(piped.stdout)["frames"], read_json(TMP / "here.json")["frames"], "to standard output")
equal(server.json("GET", "/api/jobs", headers=key), before, "nothing is left there")
for status, args in ((1, [CLIP, "-o", TMP / "x.mkv"]), (1, ["camera:0", "--json", TMP / "x.json"]),
                     (2, [TMP / "nothing.mp4", "--json", TMP / "x.json"]),
                     (1, [CLIP, "--json", TMP / "x.ndjson"])):
    stance("run", *args, *there, status=status, env=ENV)
junk = TMP / "junk.mp4"
junk.write_bytes(bytes(5000))
stance("run", junk, "--json", TMP / "x2.json", *there, status=2, env=ENV)
check(not (TMP / "x2.json").exists() and not (TMP / "x2.json.part").exists(), "nothing half-written")
refused = stance("run", CLIP, "--json", TMP / "x2.json", *there[:2], status=2, env=ENV)
check("Bearer" in refused.stderr, f"the server's words: {refused.stderr}")
server.end()
gone = stance("run", CLIP, "--json", TMP / "x2.json", *there, status=2, env=ENV)
check("127.0.0.1" in gone.stderr, f"nobody there: {gone.stderr}")

# ---- screenshots ----
server = Server()
job = server.json("POST", "/api/jobs?every-s=1&people=one", clip, 202)["id"]
equal(server.wait(job, "done", "failed")["screenshots"], 3, "screenshots of three seconds")
shots = [server.ask("GET", f"/api/jobs/{job}/screenshots/{n}")[2] for n in (1, 2, 3)]
equal((len(set(shots)), {s[:3] for s in shots}), (3, {b"\xff\xd8\xff"}), "they are pictures")
for n in (0, 4, 999999, "x", "-1"):
    server.problem(404, "GET", f"/api/jobs/{job}/screenshots/{n}")
described(server, ("GET", f"/api/jobs/{job}/screenshots/1"))
server.json("DELETE", f"/api/jobs/{job}", status=204)
server.end()

# ---- files that the server has ----
clips = TMP / "clips"
(clips / "of a day").mkdir(parents=True)
(clips / "of a day" / "a.mp4").write_bytes(clip)
(clips / "out.mp4").symlink_to(CLIP)
server = Server("--inputs", clips)
job = server.json("POST", "/api/jobs?path=of%20a%20day/a.mp4&people=one&every=2", b"", 202)
equal((job["name"], server.wait(job["id"], "done", "failed")["state"]), ("a.mp4", "done"), "by its path")
found = server.json("GET", f"/api/jobs/{job['id']}/json")["frames"]
equal(found, mine["frames"], "by its path: as on the command line")
check((clips / "of a day" / "a.mp4").exists(), "it stays")
for path in ("out.mp4", "../squats.mp4", "of%20a%20day", "none.mp4", "/etc/passwd", "%2e%2e/squats.mp4", ""):
    server.problem(400, "POST", f"/api/jobs?path={path}", b"", word="path")
server.json("DELETE", f"/api/jobs/{job['id']}", status=204)
check((clips / "of a day" / "a.mp4").exists(), "also when the job is deleted")
server.end()
server = Server()
server.problem(400, "POST", "/api/jobs?path=of%20a%20day/a.mp4", b"", word="--inputs")
server.end()

# ---- many at once ----
def at_once(n, do):
    with concurrent.futures.ThreadPoolExecutor(n) as pool:
        return collections.Counter(pool.map(do, range(n)))


server = Server("--queue", 5, "--events", EVENTS)
short = TMP / "short.mp4"
ffmpeg("-i", CLIP, "-frames:v", 10, "-c", "copy", short)
def send(i):
    code, _, text = server.ask("POST", "/api/jobs?people=one", short.read_bytes())
    return code if code in (202, 429) else f"{code} {text}"


codes = at_once(20, send)
equal((set(codes) <= {202, 429}, codes[202] >= 5), (True, True), f"20 uploads at once: {codes}")
codes = at_once(12, lambda i: server.ask("POST", "/api/pose", picture)[0])
equal((set(codes) <= {200, 429}, codes[200] >= 4), (True, True), f"12 pictures at once: {codes}")
codes = at_once(50, lambda i: server.ask("GET", "/api/jobs" if i % 2 else "/detections")[0])
equal(dict(codes), {200: 50}, "50 readers at once")
followers = []
for i in range(110):
    live = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    live.request("GET", "/api/events/live")
    followers.append((live, live.getresponse().status))
equal(collections.Counter(code for _, code in followers), {200: 100, 429: 10}, "110 followers")
equal(server.ask("GET", "/healthz")[0], 200, "beside them")
for live, _ in followers:
    live.close()
for job in server.json("GET", "/api/jobs")["jobs"]:
    equal(server.wait(job["id"], "done", "failed")["state"] in ("done", "failed"), True, "all end")
    server.ask("DELETE", f"/api/jobs/{job['id']}")
nothing_left("of many")
equal(server.end(), 0, "SIGTERM")

# ---- limits, a token ----
server = Server("--token-file", token, "--max-upload", 1, "--queue", 1)
server.problem(401, "GET", "/api/version", word="Bearer")
server.problem(401, "GET", "/api/version", headers={"Authorization": "Bearer a-secret-of-some-lengti"})
key = {"Authorization": "Bearer a-secret-of-some-length"}
server.json("GET", "/api/version", headers=key)
server.problem(413, "POST", "/api/jobs", bytes(1000001), key)
server.end()
server = Server("--bind", "0.0.0.0:0", "--token-file", token, "--public-host", "pose.example")
for host, code in ((f"10.1.2.3:{server.port}", 200), ("pose.example", 200), ("evil.example", 421),
                   (f"evil.example:{server.port}", 421), (f"10.1.2.3.evil.example:{server.port}", 421)):
    equal(server.ask("GET", "/api/version", headers=key, host=host)[0], code, f"Host: {host}")
server.end()
refused = stance("serve", "--bind", "0.0.0.0:0", "--data", DATA, status=1, env=ENV)
check("--token-file" in refused.stderr, "an open address wants a token")

# ---- a queue that is full, cancelling, kill -9 and what comes after ----
long = TMP / "long.mp4"
ffmpeg("-stream_loop", 60, "-i", CLIP, "-c", "copy", long)
server = Server("--queue", 1)
running = server.json("POST", "/api/jobs", long.read_bytes(), 202)["id"]
server.wait(running, "running")
while not server.json("GET", f"/api/jobs/{running}")["frames"]:
    time.sleep(0.1)
fenced = []
for task in pathlib.Path(f"/proc/{server.child.pid}/task").iterdir():
    for pid in (task / "children").read_text().split():
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        fenced.append(dict(line.split(":\t") for line in status.splitlines() if ":\t" in line))
equal([(f["Seccomp"], f["NoNewPrivs"]) for f in fenced], [("2", "1")], "the child is fenced in")
waiting = server.json("POST", "/api/jobs", clip, 202)["id"]
found = server.problem(429, "POST", "/api/jobs", clip)
check(int(found["Retry-After"]) > 0, "when to try again")
listed = server.json("GET", "/api/jobs?limit=1")
equal([j["id"] for j in listed["jobs"]], [waiting], "the newest first")
older = server.json("GET", f"/api/jobs?limit=1&before={listed['next']}")
equal([j["id"] for j in older["jobs"]], [running], "the page behind")
server.end(signal.SIGKILL)
time.sleep(0.5)

server = Server()
equal(server.json("GET", f"/api/jobs/{running}")["state"] in ("queued", "running"), True,
      "a job goes on after kill -9")
server.wait(running, "running")
equal(server.json("POST", f"/api/jobs/{running}/cancel")["id"], running, "cancel")
found = server.wait(running, "cancelled", "done", "failed")
equal(found["state"], "cancelled", "cancelled")
equal(server.wait(waiting, "done", "failed")["state"], "done", "the one behind it is done")
server.problem(409, "POST", f"/api/jobs/{waiting}/cancel")
server.problem(404, "POST", f"/api/jobs/{'0' * 32}/cancel")
ahead = server.json("POST", "/api/jobs", long.read_bytes(), 202)["id"]
server.wait(ahead, "running")
waiting = server.json("POST", "/api/jobs", clip, 202)["id"]
for each in (waiting, ahead):
    server.json("POST", f"/api/jobs/{each}/cancel")
    server.wait(each, "cancelled")
    check(not (DATA / "jobs" / each).exists(), "nothing is left of what was cancelled")

# A slow client holds up nobody.
slow = socket.create_connection(("127.0.0.1", server.port))
slow.sendall(b"GET / HTTP/1.1\r\nHos")
equal(server.ask("GET", "/healthz")[0], 200, "beside a slow client")
slow.close()
again = server.json("POST", "/api/jobs", long.read_bytes(), 202)["id"]
server.wait(again, "running")
equal(server.end(), 0, "SIGTERM at work")
server = Server("--keep", 1)
equal(server.json("GET", f"/api/jobs/{again}")["state"] in ("queued", "running"), True,
      "a job goes on after SIGTERM")
equal(server.ask("DELETE", f"/api/jobs/{again}")[0], 204, "one that runs is deleted")
nothing_left("after --keep")
server.end()
finish()
