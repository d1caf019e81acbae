#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""/api/openapi.json is true and complete: each address, method, parameter, header and field that
the server has is described, and nothing else is."""

import contextlib
import hashlib
import http.client
import http.server
import pathlib
import re
import socket
import sys
import threading
import time
from urllib.parse import quote, urlencode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

try:
    from openapi_kit import Description
    from websockets.sync.client import connect
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOBODY = "0" * 32
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
OTHER = "no-such-option"
INPUTS, EVENTS = TMP / "inputs", TMP / "events.db"
INPUTS.mkdir()
CLIP, PICTURE = INPUTS / "squats.mp4", TMP / "one.png"
stance("mannequin", "squats", "--seconds", 2, "--size", "320x240", "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)
ffmpeg("-i", CLIP, "-frames:v", 1, TMP / "one.jpg")
clip, picture, jpeg = CLIP.read_bytes(), PICTURE.read_bytes(), (TMP / "one.jpg").read_bytes()
stance("run", "mannequin:enter-leave?seconds=6&fps=15", "--model", "truth", "--events", EVENTS,
       "--json", TMP / "x.json", "--zone", "door=0%,0% 100%,0% 100%,100% 0%,100%", env=ENV)
stance("run", "mannequin:squats?seconds=6&fps=15", "--model", "truth", "--events", EVENTS, "--dwell", 1,
       "--json", TMP / "x.json", env=ENV)

# Networks that look at several people, and a street, where there are any.
REAL = SHARED / "data" / "videos" / "tokyo_street_5frames.mp4"
NETWORKS = {**ENV, "STANCE_MODEL_PATH": str(SHARED / "models")} if (SHARED / "models").is_dir() else ENV


def dead_address():
    """An RTSP address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"rtsp://127.0.0.1:{probe.getsockname()[1]}/live"


server = Server("--events", EVENTS, "--inputs", INPUTS, "--keep-inputs", "--allow-source", "rtsp://127.0.0.1:*/*",
                "--streams", 8, env=NETWORKS)
described = Description(server.json("GET", "/api/openapi.json"))
OPERATIONS = list(described.operations())


def begin(method, path, headers=None):
    """A reply whose body is not read: it may have no end."""
    conn = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    conn.request(method, path, headers=headers or {})
    return conn, conn.getresponse()


def status(method, path, headers=None):
    """Status, and what is said where it is a problem."""
    conn, reply = begin(method, path, headers)
    problem = reply.headers["Content-Type"] == "application/problem+json" and method != "HEAD"
    found = reply.status, json.loads(reply.read())["detail"] if problem else ""
    conn.close()
    return found


def ask(method, path, body=None, headers=None, expected=200):
    """A reply, held against the description. @return status, headers, body"""
    code, found, text = server.ask(method, path, body, headers)
    equal(code, expected, f"{method} {path} ({text[:200]!r})")
    described.answers(method, path, code, found, text)
    return code, found, text


def ask_json(*args, **keywords):
    return json.loads(ask(*args, **keywords)[2])


def wait(kind, name, *states):
    """Until it is in one of the states; what is told on the way is as described."""
    until = time.monotonic() + PATIENCE
    found = ask_json("GET", f"/api/{kind}/{name}")
    while found["state"] not in states and time.monotonic() < until:
        time.sleep(0.05)
        found = ask_json("GET", f"/api/{kind}/{name}")
    check(found["state"] in states, f"{kind} {name}: expected {states}, found {found}")
    return found


# ---- addresses and methods: as the server's source and the documents have them ----
ROWS, DISPATCHED = set(), set()
for source in (ROOT / "server").glob("*.c"):
    text = source.read_text()
    ROWS |= set(re.findall(r'\{"(GET|POST|PUT|PATCH|DELETE)",\s*"(/[^"]*)"', text))
    DISPATCHED |= set(re.findall(r'(?:strcmp\(r->path,|api_fits_path\()\s*"(/[^"]*)"', text))
equal({(method, path) for method, path, _ in OPERATIONS}, ROWS, "what the source answers")
check(DISPATCHED and DISPATCHED <= {path for _, path, _ in OPERATIONS}, f"{DISPATCHED} are described")
told = re.findall(r"(GET|POST|DELETE|WebSocket) `?(/[A-Za-z_/.]+[A-Za-z_])", (ROOT / "docs/server.md").read_text())
check(len(told) > 20, f"addresses in docs/server.md: {told}")
for method, path in told:
    path = path.replace("/ID", f"/{NOBODY}").replace("/NAME", "/x").replace("/N", "/1")
    check(described.find(method.replace("WebSocket", "GET"), path), f"docs/server.md: {method} {path} is described")
names = [operation["operationId"] for _, _, operation in OPERATIONS]
equal(len(set(names)), len(names), f"operations have names of their own: {names}")

for path, operations in described.document["paths"].items():
    real = path.replace("{id}", NOBODY).replace("{n}", "1").replace("{name}", "nobody")
    for method in METHODS:
        code, why = status(method, real)
        if method.lower() in operations:
            check(code != 405 and "nothing at this address" not in why, f"{method} {path}: {code} {why}")
        else:
            equal(code, 405, f"{method} {path}, which is not described")
    equal(status("HEAD", real)[0] != 405, "get" in operations, f"HEAD {path}: where GET is")
server.problem(404, "GET", "/api/nothing")

# ---- parameters: those described are taken, no others are ----
TEXTS = {"since": "-2h", "until": "2026-11-21", "path": "squats.mp4",
         "source": "mannequin:stand"}


def values(schema):
    """Values that fit, and values that do not."""
    if schema.get("type") in ("integer", "number"):
        step = 1 if schema["type"] == "integer" else 0.0005
        good = [schema[k] for k in ("minimum", "maximum") if k in schema] or [1]
        bad = ["x"] + [schema[k] + step * sign for k, sign in (("minimum", -1), ("maximum", 1)) if k in schema]
        return good, bad
    if "enum" in schema:
        return schema["enum"], ["nothing-of-these"]
    if schema.get("pattern", "").startswith("^("):  # words with commas between
        words = schema["pattern"][2:].split(")")[0].split("|")
        return words + [",".join(words[:2])], ["nothing-of-these", words[0] + ",", ""]
    if "pattern" in schema:
        return ["10,20,30,40"], ["10,20,30", "a,b,c,d"]
    return None, []


def taken(method, path, query, headers=None):
    """Is a query taken, as far as its options go? Nothing is begun by asking: behind it stands an
    option that is none, which is what is complained about then."""
    query = {**query, OTHER: "1"}
    code, why = status(method, f"{path}?{urlencode(query, doseq=True)}", headers)
    check(code == 400, f"{method} {path}?{query}: {code} {why}")
    return OTHER in why, why


ALL = sorted({p["name"] for _, _, o in OPERATIONS for p in o["parameters"] if p["in"] == "query"})
RUN = {o["name"] for o in server.json("GET", "/api/options")["options"]}
check(len(RUN) > 30 and len(ALL) > len(RUN), f"parameters: {ALL}")
sleeper = server.json("POST", "/api/streams?source=mannequin:stand", status=201)["id"]
server.json("POST", f"/api/streams/{sleeper}/pause")
n_with_options = 0
for method, path, operation in OPERATIONS:
    given = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}
    real = path.replace("{id}", sleeper)
    headers = UPGRADE if path == "/api/push" else None
    if not given:
        continue
    n_with_options += 1
    for name in sorted(set(ALL + [OTHER]) - set(given)):
        code, why = status(method, f"{real}?{urlencode({name: 1})}", headers)
        check(code == 400 and name in why, f"{method} {path}?{name}, which is not described: {code} {why}")
    for name, schema in given.items():
        good, bad = values(schema)
        cursor = "number:1" if path == "/api/events/live" else server.json("GET", "/api/events?limit=1")["next"]
        for value in good or [{**TEXTS, "after": cursor}.get(name, "1")]:
            value = [value, value] if schema["type"] == "array" else value
            if method == "GET" and path != "/api/push":  # which begins nothing
                page = {"per-page": 1} if name == "page" and value == 1 else {}
                code, why = status(method, f"{real}?{urlencode({name: value, **page})}", headers)
                far = name == "page" and code == 400 and "go on with" in why
                check(code == 200 or far, f"{method} {path}?{name}={value}: {code} {why}")
            elif name != "source":
                good_, why = taken(method, real, {name: value}, headers)
                check(good_, f"{method} {path}?{name}={value}: {why}")
        for value in bad:
            code, why = status(method, f"{real}?{urlencode({name: value})}", headers)
            check(code == 400 and OTHER not in why, f"{method} {path}?{name}={value}, which is out of range: {code} {why}")
    if RUN & set(given) and not path.startswith(("/api/events", "/detections")):
        live = path not in ("/api/pose", "/api/jobs")
        extra = {"path", "name", "source"} if path != "/api/pose" else set()
        check(RUN >= set(given) - extra, f"{path}: {set(given) - extra - RUN} are options")
        equal(live, RUN > set(given) - extra, f"{path}: all options, or those that make sense for what has no end")
equal(n_with_options, 9, "operations with parameters")
equal(server.json("GET", "/api/jobs"), {"jobs": [], "next": None}, "nothing was begun by asking")
for query, code in (("limit=1000", 200), ("limit=1001", 400), ("limit=1001&format=csv", 200),
                    ("limit=1000000000000000&format=ndjson", 200), ("limit=0", 200)):
    equal(status("GET", f"/api/events?{query}")[0], code, f"events?{query}")
required = {(path, p["name"]) for _, path, o in OPERATIONS for p in o["parameters"]
            if p.get("required") and p["in"] == "query"}
equal(required, {("/api/streams", "source")}, "what has to be given")
server.problem(400, "POST", "/api/streams?people=one", word="source")
server.json("DELETE", f"/api/streams/{sleeper}", status=204)

# ---- what the server is and has ----
for path in ("/api/version", "/api/options", "/api/models", "/api/skeletons", "/api/openapi.json", "/healthz", "/metrics",
             "/api/streams", "/api/jobs", "/api/events", "/detections", "/api/events?format=csv",
             "/api/events?format=ndjson", "/api/events?newest=yes&limit=3", "/detections?per-page=3&page=2"):
    ask("GET", path)
for path, code in ((f"/api/jobs/{NOBODY}", 404), (f"/api/streams/{NOBODY}/picture", 404), ("/video_feed", 404),
                   ("/api/events?kind=x", 400), ("/detections?page=300", 400), ("/api/push", 400),
                   (f"/api/jobs/{NOBODY}/screenshots/1", 404), ("/api/jobs?limit=0", 400)):
    ask("GET", path, expected=code)
columns = ask("GET", "/api/events?format=csv")[2].decode().splitlines()[0].split(",")
equal(set(columns), set(described.schemas["Event"]["properties"]), "columns of a table are fields of an event")
kinds = {e["kind"] for e in ask_json("GET", "/api/events")["events"]}
check({"enter", "zone", "dwell"} <= kinds, f"events of several kinds: {kinds}")

# ---- pictures ----
for body, headers in ((picture, {"Content-Type": "image/png"}), (picture, {"Content-Type": "application/octet-stream"}),
                      form("one.png", picture)):
    ask("POST", "/api/pose?people=one", body, headers)
drawn = ask("POST", "/api/pose", picture, {"Accept": "image/jpeg"})
equal(drawn[1]["Content-Type"], "image/jpeg", "the annotated picture")
ask("POST", "/api/pose", clip, expected=422)
ask("POST", "/api/pose", b"", expected=400)
ask("POST", "/api/pose?crop=x", picture, expected=400)


# ---- jobs ----
def results(job):
    """All that a job has, whole, in part and not at all."""
    done = wait("jobs", job["id"], "done", "failed")
    equal(done["state"], "done", f"a job: {done}")
    shots = [f"/api/jobs/{job['id']}/screenshots/{n + 1}" for n in range(done["screenshots"])]
    for path in (*done["results"].values(), *shots):
        tag = ask("GET", path)[1]["ETag"]
        ask("HEAD", path)
        ask("GET", path, headers={"Range": "bytes=0-9"}, expected=206)
        ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
        ask("GET", path, headers={"If-None-Match": tag}, expected=304)
        ask("GET", path, headers={"Range": "bytes=99999999-"}, expected=416)
    return done


smooth = "people=one&smooth=low&raw=yes&fill-gaps=0.5&every-s=1"
job = ask_json("POST", f"/api/jobs?{smooth}", *form("walk.mp4", clip), expected=202)
ask("GET", f"/api/jobs/{job['id']}/json", expected=409)
told = ask("GET", f"/api/jobs/{job['id']}/progress")[2]
check(b"event: progress" in told or b"event: end" in told, f"progress: {told[:100]!r}")
equal(results(job)["screenshots"], 2, "screenshots")
ask("POST", f"/api/jobs/{job['id']}/cancel", expected=409)
ask("GET", f"/api/jobs/{job['id']}/picture", expected=404)
results(ask_json("POST", "/api/jobs?name=one.png", picture, expected=202))
# Somebody squats in a zone, at a time that is known, and all is measured.
stance("mannequin", "squats", "--seconds", 5, "--size", "320x240", "-o", TMP / "squatting.mp4", env=ENV)
ffmpeg("-i", TMP / "squatting.mp4", "-c", "copy", "-metadata", "creation_time=2026-11-20T08:00:00Z", TMP / "dated.mp4")
measured = "people=all&analyse=all&dwell=1&" + urlencode({"zone": "room=0%,0% 100%,0% 100%,100% 0%,100%"})
results(ask_json("POST", f"/api/jobs?{measured}", (TMP / "dated.mp4").read_bytes(), expected=202))
ask_json("GET", "/api/events?kind=rep")
ask_json("POST", "/api/pose?people=one&analyse=angles", picture)
several = ask_json("POST", "/api/jobs?path=squats.mp4&people=all&every=5&fill-gaps=1", b"", expected=202)
results(several)
failed = ask_json("POST", "/api/jobs", bytes(5000), {"Content-Type": "video/mp4"}, expected=202)
check(wait("jobs", failed["id"], "failed")["error"], "why it failed")
ffmpeg("-stream_loop", 100, "-i", CLIP, "-c", "copy", TMP / "long.mp4")
long = ask_json("POST", "/api/jobs", (TMP / "long.mp4").read_bytes(), expected=202)
until = time.monotonic() + PATIENCE
while "fps" not in described.seen["Job"] and time.monotonic() < until:
    ask("GET", f"/api/jobs/{long['id']}")
ask("POST", f"/api/jobs/{long['id']}/cancel")
wait("jobs", long["id"], "cancelled")
if REAL.exists():
    street = results(ask_json("POST", "/api/jobs?people=all", REAL.read_bytes(), {"Content-Type": "video/mp4"}, expected=202))
    equal(street["frames"], 5, "a street")
    people = ask_json("GET", f"/api/jobs/{street['id']}/json")["frames"][0]["people"]
    check(people, "there are people in it")
else:
    print("a real clip was not looked at: there is no ../shared")
listed = ask_json("GET", "/api/jobs?limit=2")
ask("GET", f"/api/jobs?limit=2&before={listed['next']}")
ask("DELETE", f"/api/jobs/{job['id']}", expected=204)
ask("GET", f"/api/jobs/{job['id']}/json", expected=404)


# ---- live sources ----
def follow(path, n, headers=None):
    """The first events of a reply that has no end, each as described. @return their data"""
    conn, reply = begin("GET", path, headers)
    described.answers("GET", path, reply.status, reply.headers)
    blocks = []
    while len(blocks) < n:
        line, block = b"x", b""
        while line.strip():
            line = reply.fp.readline()
            block += line
        if not line:
            break
        if b"data: " in block:
            blocks.append(block)
    conn.close()
    content = described.response("GET", path, 200)["content"]["text/event-stream"]
    return [data for _, data in described.fits_events(b"".join(blocks), content, path)]


def listen(path, n, picture=None):
    """The first messages of a WebSocket, each as described. picture: sent until it is answered"""
    response = described.response("GET", path, 101)
    with connect(f"ws://127.0.0.1:{server.port}{path}") as ws:
        described.answers("GET", path, 101, {**dict(ws.response.headers.raw_items()), "Content-Type": ""})
        messages, until = [], time.monotonic() + PATIENCE
        while len(messages) < n and time.monotonic() < until:
            if picture:
                ws.send(picture)
            with contextlib.suppress(TimeoutError):
                messages.append(json.loads(ws.recv(timeout=1 if picture else PATIENCE)))
    equal(len(messages), n, f"messages of {path}")
    for message in messages:
        described.fits(message, response["x-websocket"]["server"]["$ref"].rpartition("/")[2], path)


scene = "/api/streams?" + urlencode({"source": "mannequin:cross?seconds=20&size=320x240", "model": "truth"})
live = ask_json("POST", scene, expected=201)
at = f"/api/streams/{live['id']}"
wait("streams", live["id"], "running")
rows_ = follow(f"{at}/joints", 10)
equal(len(rows_), 10, "joints as they come")
listen(f"{at}/joints", 5)
ask("GET", f"{at}/picture")
for path in (f"{at}/video_feed", "/video_feed"):
    conn, reply = begin("GET", path)
    described.answers("GET", path, reply.status, reply.headers)
    check(reply.read(10).startswith(b"--frame"), f"{path}: pictures")
    conn.close()
until = time.monotonic() + PATIENCE
while ask_json("GET", at)["latency_ms"] is None and time.monotonic() < until:
    time.sleep(0.1)
ask("POST", f"{at}/pause")
wait("streams", live["id"], "paused")
ask("POST", f"{at}/start?people=all")
ask("POST", f"{at}/start?end=3", expected=400)
wait("streams", live["id"], "running")
ask("GET", "/api/streams")
lost = ask_json("POST", "/api/streams?" + urlencode({"source": dead_address()}), expected=201)
until = time.monotonic() + PATIENCE
while "retry_s" not in described.seen["Stream"] and time.monotonic() < until:
    ask("GET", f"/api/streams/{lost['id']}")
broken = ask_json("POST", "/api/streams?source=mannequin:nothing", expected=201)
wait("streams", broken["id"], "failed")
ask("GET", f"/api/streams/{broken['id']}/picture", expected=409)
ask("POST", "/api/streams?source=ftp://x/y", expected=400)
clipped = ask_json("POST", "/api/streams?source=squats.mp4&people=one", expected=201)
wait("streams", clipped["id"], "running")
listen("/api/push?people=one", 2, jpeg)
for each in (live, lost, broken, clipped):
    ask("DELETE", f"/api/streams/{each['id']}", expected=204)
ask("DELETE", at, expected=404)
last = max(e["event"] for e in ask_json("GET", "/api/events?limit=1000")["events"])
numbers = [e["event"] for e in follow("/api/events/live", 2, {"Last-Event-ID": f"number:{last - 2}"})]
equal(numbers[0], last - 1, "events: on behind the last that came")
equal(follow("/api/events/live?after=number:0&kind=dwell", 1)[0]["kind"], "dwell", "events from a number on")
equal(server.end(), 0, "SIGTERM")


# ---- a download ----
class Mirror(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(NET)))
        self.end_headers()
        self.wfile.write(NET)


NET, CARDS = bytes(range(256)) * 1000, TMP / "cards"
CARDS.mkdir()
(CARDS / "net.json").write_text(json.dumps({
    "schema": "stance-card/1", "name": "net", "title": "net", "licence": "Apache-2.0", "decoder": "movenet",
    "skeleton": "coco17", "input": {"width": 192, "height": 192}, "outputs": [{"shape": [1, 1, 17, 3]}],
    "files": [{"name": "net.tflite", "url": "https://models.example/net.tflite",
               "sha256": hashlib.sha256(NET).hexdigest(), "bytes": len(NET)}]}))
mirror = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
threading.Thread(target=mirror.serve_forever, daemon=True).start()
FETCH = {**ENV, "STANCE_MODEL_PATH": str(CARDS),
         "STANCE_MODEL_MIRROR": f"http://127.0.0.1:{mirror.server_port}/mirror/"}
server = Server(env=FETCH)
check(b"event: end" in ask("POST", "/api/models/net/fetch", b"")[2], "a network is fetched")
ask("POST", "/api/models/nobody/fetch", b"", expected=404)
ask("GET", "/api/models")
ask("GET", "/api/events", expected=404)
server.end()
mirror.shutdown()
server = Server("--no-fetch", "--store", "keypoints", env=FETCH)
ask("POST", "/api/models/net/fetch", b"", expected=403)
ask("POST", "/api/pose", picture, {"Accept": "image/jpeg"}, expected=406)
job = ask_json("POST", "/api/jobs?people=one&every=10", clip, expected=202)
equal(sorted(results(job)["results"]), ["csv", "json"], "joints only")
server.end()

# ---- a token, too large, too much ----
TOKEN = TMP / "token"
TOKEN.write_text("a-secret-of-some-length\n")
KEY = {"Authorization": "Bearer a-secret-of-some-length"}
check("security" not in described.document, "no token is asked for, none is described")
server = Server("--token-file", TOKEN, "--max-upload", 1, "--queue", 1)
described_open, described = described, Description(server.json("GET", "/api/openapi.json", headers=KEY))
described.seen = described_open.seen
scheme, = described.document["security"][0]
equal(described.document["components"]["securitySchemes"][scheme], {"type": "http", "scheme": "bearer"}, "a token")
for method, path, operation in OPERATIONS:
    check("401" in described.find(method, path)[1]["responses"], f"{method} {path}: 401 is described")
ask("GET", "/api/version", expected=401)
ask("GET", "/api/version", headers=KEY)
ask("POST", "/api/jobs", bytes(1_000_001), KEY, expected=413)
statuses = []
while 429 not in statuses and len(statuses) < 50:
    code, headers, text = server.ask("POST", "/api/jobs", clip, KEY)
    described.answers("POST", "/api/jobs", code, headers, text)
    statuses.append(code)
equal(statuses[-1], 429, f"more jobs than may wait: {statuses}")
server.end()

# ---- all that is described is sent ----
# Joints and events are described elsewhere, too, and the same there.
schema_ = json.loads(stance("schema").stdout)
parts = schema_["$defs"]


def members(*names):
    return {m for name in names for m in parts[name]["properties"]}


properties = {name: set(schema.get("properties", {})) for name, schema in described.schemas.items()}
# Analyses are described here in one form.
told = {"analysis", "measures"}
for name, expected in (("Keypoint", members("keypoint")), ("Person", members("person")), ("Meta", members("meta")),
                       ("Frame", members("frame", "single_frame", "multi_frame")),
                       ("Summary", members("summary")),
                       ("Poses", set(schema_["properties"]) - {"events"})):  # files have no truth
    equal(properties[name] - told, expected - told, f"{name}: as `stance schema` says")
parts = json.loads(stance("schema", "events").stdout)["$defs"]
equal(properties["Event"], members("event"), "Event: as `stance schema events` says")

# What depends on what is seen, or on the network.
RARE = {"Keypoint": {"swapped", "interpolated", "z"}, "Person": {"interpolated"},
        "Frame": {"interpolated", "position"}}
missing = {name: unseen for name, fields in properties.items()
           if (unseen := fields - described.seen[name] - RARE.get(name, set()))}
equal(missing, {}, "fields that are described and were never sent")
finish()
