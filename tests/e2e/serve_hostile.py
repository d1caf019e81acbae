#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve` and those who mean it no good: each request gets the status it must get, the
server goes on, nobody is asked for anything, and nothing is left."""

import base64
import http.client
import http.server
import os
import pathlib
import socket
import struct
import sys
import threading
import time
import urllib.parse
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

ASKED = []


class Inner(http.server.BaseHTTPRequestHandler):
    """A server that only this machine can reach: nobody may make stance ask it."""

    def do_GET(self):
        ASKED.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *args):
        pass


inner = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Inner)
threading.Thread(target=inner.serve_forever, daemon=True).start()
INNER = f"127.0.0.1:{inner.server_port}"
SECRET = TMP / "secret.mp4"
stance("mannequin", "squats", "--seconds", 1, "-o", SECRET, env=ENV)
CLIP, PICTURE = TMP / "squats.mp4", TMP / "one.png"
stance("mannequin", "squats", "--seconds", 1, "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)
EVENTS = TMP / "events.db"
stance("run", CLIP, "--events", EVENTS, env=ENV)
server = Server("--events", EVENTS, "--max-upload", 3, "--max-time", 5 * (8 if SANITIZED else 1),
                "--source", "mannequin:walk?seconds=20&size=160x120")
clip, picture = CLIP.read_bytes(), PICTURE.read_bytes()


def raw(text, wait=PATIENCE):
    """What comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait) as conn:
        conn.sendall(text if isinstance(text, bytes) else text.encode())
        answer = b""
        try:
            while b"\r\n\r\n" not in answer and (more := conn.recv(65536)):
                answer += more
        except (socket.timeout, ConnectionError):
            pass
    return answer


def status(answer):
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else None


def alive(what):
    equal(server.json("GET", "/api/version")["name"], "stance", f"goes on after {what}")


HOST = f"Host: 127.0.0.1:{server.port}\r\n"

# ---- addresses ----
for path in ("/api/jobs/../../etc/passwd", "/../../etc/passwd", "/api/jobs/%2e%2e/%2e%2e/etc/passwd",
             "/..%2f..%2fetc/passwd", "//etc/passwd", "/api/jobs/" + "f" * 32 + "/../../jobs.db",
             "/api/jobs/" + "f" * 32 + "/json/../../../jobs.db", "/.git/config", "/\\..\\..\\etc\\passwd"):
    found = raw(f"GET {path} HTTP/1.1\r\n{HOST}\r\n")
    check(status(found) in (400, 403, 404), f"{path}: {found[:60]}")
    check(b"root:" not in found, f"{path}: a file")
for request in ("GET\r\n\r\n", "\x00\x01\x02\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "G" * 40000,
                "GET /" + "a" * 40000 + f" HTTP/1.1\r\n{HOST}\r\n",
                f"GET / HTTP/1.1\r\n{HOST}" + "X: " + "y" * 40000 + "\r\n\r\n",
                f"GET / HTTP/1.1\r\n{HOST}" + "X: y\r\n" * 3000 + "\r\n"):
    found = raw(request)
    check(status(found) in (None, 400, 404, 413, 414, 431, 500, 505), f"{request[:30]!r}: {found[:60]}")
for method in ("TRACE", "CONNECT", "PROPFIND", "BREW", "OPTIONS"):
    found = raw(f"{method} /api/version HTTP/1.1\r\n{HOST}\r\n")
    check(status(found) in (400, 405, 501), f"{method}: {found[:60]}")
alive("strange addresses")

# ---- headers ----
for line, expected in (("Origin: http://evil.example", 403), ("Origin: null", 403),
                       (f"Origin: http://{INNER}", 403), (f"Origin: http://127.0.0.1:{server.port}", 202)):
    found = raw(f"POST /api/jobs HTTP/1.1\r\n{HOST}{line}\r\nContent-Length: {len(clip)}\r\n\r\n".encode() + clip)
    equal(status(found), expected, line)
for host in ("evil.example", f"evil.example:{server.port}", INNER, f"127.0.0.1:{server.port}.evil.example", ""):
    equal(status(raw(f"GET /api/jobs HTTP/1.1\r\nHost: {host}\r\n\r\n")), 421, f"Host: {host}")
body = (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0aX-Evil: 1\r\n.mp4"\r\n\r\n'
        + clip + b"\r\n--x--\r\n")
code, headers, text = server.ask("POST", "/api/jobs", body, {"Content-Type": "multipart/form-data; boundary=x"})
if code == 202:
    job = json.loads(text)["id"]
    server.wait(job, "done", "failed")
    code, headers, _ = server.ask("GET", f"/api/jobs/{job}/json")
    check("X-Evil" not in headers, f"a header by a file's name: {headers}")
for name in ("../../../tmp/evil", "/etc/passwd", "a\"b", "x" * 5000, "é漢字.mp4", "con", ".", ".."):
    body, headers = form(name, clip)
    code, _, text = server.ask("POST", "/api/jobs", body, headers)
    check(code in (202, 400, 429), f"a file called {name[:20]}: {code} {text[:100]}")
    if code == 202:
        job = json.loads(text)["id"]
        server.wait(job, "done", "failed")
        code, headers, _ = server.ask("GET", f"/api/jobs/{job}/json")
        check("/" not in headers["Content-Disposition"], headers["Content-Disposition"])
        server.ask("DELETE", f"/api/jobs/{job}")
check(not pathlib.Path("/tmp/evil").exists(), "nothing is written elsewhere")

# ---- SQL, format letters and more in every parameter ----
document = server.json("GET", "/api/openapi.json")
names = sorted({p["name"] for path in document["paths"].values() for m in path.values()
                for p in m["parameters"] if p["in"] == "query"})
check(len(names) > 50, f"parameters: {len(names)}")
BAD = ["' OR '1'='1", "1; DROP TABLE jobs; --", "%s%n%x", "\0", "\r\nX: 1", "9" * 40, "-1", "../../etc/passwd",
       "$(touch /tmp/evil)", "`id`", "--help", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), "a" * 3000]
for name in names:
    for path, method in (("/api/jobs", "GET"), ("/api/events", "GET"), ("/detections", "GET"),
                         ("/api/streams", "POST")):
        for value in BAD[:: 1 if path in ("/api/jobs", "/api/events") else 4]:
            query = urllib.parse.quote(value, safe="")
            code, _, text = server.ask(method, f"{path}?{urllib.parse.quote(name)}={query}")
            check(code < 500, f"{method} {path}?{name}={query[:40]}: {code} {text[:80]}")
found = server.json("GET", "/api/streams")["streams"]
equal([s["kind"] for s in found], ["drawn"], "no stream was begun")
check(server.json("GET", "/api/jobs")["jobs"], "the list of jobs is whole")
# None is passed over because there are so many.
for path, most in (("/api/jobs?", 64), ("/api/events?", 32)):
    query = "&".join(["limit=5"] * most)
    equal(server.ask("GET", path + query)[0], 200, f"{path}: {most} parameters")
    server.problem(400, "GET", f"{path}{query}&no-such=1", word=f"more than {most} parameters")
server.problem(400, "POST", "/api/jobs?" + "&".join(["people=one"] * 64) + "&no-such=1", body=clip, word="more than 64")
alive("parameters")

# ---- parts ----
job = server.json("POST", "/api/jobs", clip, status=202)["id"]
equal(server.wait(job, "done", "failed")["state"], "done", "a clip")
for part in ("bytes=" + "0-0," * 5000 + "1-1", "bytes=" + "9" * 50 + "-", "bytes=--5", "bytes=5-" + "9" * 50,
             "bytes=-" + "9" * 50, "bytes=18446744073709551615-", "bytes=9223372036854775807-", "bytes=" + "\t" * 50):
    code, headers, body = server.ask("GET", f"/api/jobs/{job}/video", headers={"Range": part})
    check(code in (200, 206, 400, 413, 416, 431) and len(body) <= int(headers.get("Content-Length") or 0),
          f"{part[:40]}: {code}")
whole = server.ask("HEAD", f"/api/jobs/{job}/video")
for part in ("bytes=0-9", "bytes=99999999-"):
    found = server.ask("HEAD", f"/api/jobs/{job}/video", headers={"Range": part})
    equal((found[0], found[1]["Content-Length"], found[1]["Content-Range"]),
          (200, whole[1]["Content-Length"], None), f"HEAD: {part} means nothing")
alive("parts")

# ---- bodies ----
found = raw(f"POST /api/jobs HTTP/1.1\r\n{HOST}Content-Length: 99999999999\r\n\r\n")
equal(status(found), 413, "too large by its own words")
found = raw(f"POST /api/jobs HTTP/1.1\r\n{HOST}Content-Length: -5\r\n\r\n")
check(status(found) in (400, 411, 413), f"a negative length: {found[:60]}")
with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as conn:
    conn.sendall(f"POST /api/jobs HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n".encode())
    sent, answer = 0, b""
    try:
        while sent < 50_000_000:
            conn.sendall(b"10000\r\n" + b"\0" * 65536 + b"\r\n")
            sent += 65536
    except OSError:
        pass
    try:
        answer = conn.recv(1000)
    except OSError:
        pass
    check(sent < 49_000_000, f"an upload without end: {sent} bytes were taken")
with socket.create_connection(("127.0.0.1", server.port)) as conn:
    conn.sendall(f"POST /api/jobs HTTP/1.1\r\n{HOST}Content-Length: 100000\r\n\r\n".encode() + b"half")
alive("bodies")

# ---- who is slow ----
slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
for round_ in range(3):
    for conn in slow:
        conn.send(b"GET / HT"[round_ * 2:round_ * 2 + 2])
    began = time.monotonic()
    alive("fifty slow clients")
    check(time.monotonic() - began < 5 * (4 if SANITIZED else 1), "others are served at once")
for conn in slow:
    conn.close()

# ---- files that point elsewhere ----
def failed(name, body):
    """As a job it fails, as a picture it is refused."""
    body = body if isinstance(body, bytes) else body.encode()
    found = server.wait(server.json("POST", "/api/jobs", body, status=202)["id"], "failed", "done")
    equal(found["state"], "failed", f"{name}: {found}")
    check(str(TMP) not in (found["error"] or ""), f"{name}: no path is told: {found['error']}")
    code, _, text = server.ask("POST", "/api/pose", body)
    equal(code, 422, f"{name} as a picture: {text[:100]}")


b64 = base64.b64encode(clip).decode()
for name, body in {
    "HLS": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://{INNER}/hls.ts\n#EXT-X-ENDLIST\n",
    "HLS of a file": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{SECRET}\n#EXT-X-ENDLIST\n",
    "HLS key": f"#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"http://{INNER}/key\"\n#EXTINF:10,\n{SECRET}\n",
    "concat": f"ffconcat version 1.0\nfile '{SECRET}'\n",
    "concat of an address": f"ffconcat version 1.0\nfile 'http://{INNER}/concat.mp4'\n",
    "SDP": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {inner.server_port} RTP/AVP 96\n"
           "a=rtpmap:96 H264/90000\n",
    "DASH": f"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011' type='static'><Period>"
            f"<AdaptationSet mimeType='video/mp4'><Representation id='1'><BaseURL>http://{INNER}/dash.mp4</BaseURL>"
            "</Representation></AdaptationSet></Period></MPD>",
    "SMIL": f"<smil><body><video src='http://{INNER}/smil.mp4'/></body></smil>",
    "SVG": f"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://{INNER}/svg.png'/></svg>",
    "XML entity": "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><svg>&b;</svg>",
    "playlist": f"http://{INNER}/list.mp4\n", "data": f"data:video/mp4;base64,{b64}",
    "a script": "#!/bin/sh\ntouch /tmp/evil\n", "one byte": b"\0",
    "rubbish": os.urandom(20000), "half": clip[:200], "ELF": pathlib.Path("/proc/self/exe").read_bytes()[:100000],
}.items():
    failed(name, body)
server.problem(400, "POST", "/api/jobs", b"", word="found none")
equal(ASKED, [], "nobody was asked for anything")
alive("files that point elsewhere")


# ---- pictures that are larger than they look ----
def png(w, h, rows=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for w, h in ((60000, 60000), (2**31 - 1, 2**31 - 1), (2**20, 1), (0, 0), (30000, 20000)):
    began = time.monotonic()
    server.problem(422, "POST", "/api/pose", png(w, h))
    check(time.monotonic() - began < 10 * (4 if SANITIZED else 1), f"{w}x{h}: soon")
server.problem(422, "POST", "/api/pose", png(20000, 20000, b"\0" * (20000 * 3 + 1) * 2000))
alive("large pictures")

# ---- bodies that come byte by byte, and files that are taken so ----
MANY = 170  # more than there are threads


def drip(at, head, step):
    """Many that ask, and do a step twice a second: somebody else has an answer nevertheless."""
    drips, answers = [], []
    for _ in range(MANY):
        conn = socket.socket()
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        conn.settimeout(PATIENCE)
        conn.connect(("127.0.0.1", at.port))
        conn.sendall(head.encode())
        drips.append(conn)
    time.sleep(1)  # they have all threads
    began = time.monotonic()
    asked = threading.Thread(target=lambda: answers.append(at.ask("GET", "/healthz")[0]))
    asked.start()
    while asked.is_alive() and time.monotonic() < began + PATIENCE:
        for conn in drips:
            try:
                step(conn)
            except OSError:
                pass
        time.sleep(0.5)
    took = time.monotonic() - began
    check(took > 5, f"they were waited for: {took:.1f} s")
    check(answers == [200], f"beside {MANY} slow ones, {head.split()[1]}: {answers} after {took:.0f} s")
    return drips


drips = drip(server, f"POST /api/jobs HTTP/1.1\r\n{HOST}Content-Length: 1000000\r\n\r\n", lambda conn: conn.send(b"x"))
said = b""
while b"slowly" not in said and (more := drips[0].recv(4096)):
    said += more
check(b" 400 " in said and b"slowly" in said, f"what a slow client is told: {said[:200]}")
for conn in drips:
    conn.close()
alive("slow bodies")
kept = Server("--keep-inputs", "--data", TMP / "kept")
large = clip + struct.pack(">I4s", 8 + (16 << 20), b"free") + bytes(16 << 20)  # more than sockets hold
job = kept.json("POST", "/api/jobs?people=one", large, status=202)["id"]
equal(kept.wait(job, "done", "failed")["state"], "done", "a large clip")
drips = drip(kept, f"GET /api/jobs/{job}/input HTTP/1.1\r\nHost: 127.0.0.1:{kept.port}\r\n\r\n",
             lambda conn: conn.recv(10))
for conn in drips:
    conn.close()
equal(len(kept.ask("GET", f"/api/jobs/{job}/input")[2]), len(large), "who is not slow has all of it")
kept.end()

# ---- WebSockets ----
KEY = base64.b64encode(os.urandom(16)).decode()
HELLO = (f"GET /api/push HTTP/1.1\r\n{HOST}Upgrade: websocket\r\nConnection: Upgrade\r\n"
         f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()


def talk(*frames):
    """With which code the other end ends it; 0: without one; None: it does not."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as conn:
        conn.sendall(HELLO)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += conn.recv(4096)
        if b" 429 " in answer:  # those before are still being ended
            time.sleep(0.1)
            return talk(*frames)
        if not check(b" 101 " in answer, f"a WebSocket: {answer[:100]}"):
            return None
        found = answer.partition(b"\r\n\r\n")[2]
        try:
            for frame in frames:
                conn.sendall(frame)
            while (more := conn.recv(65536)):
                found += more
        except socket.timeout:
            return None
        except OSError:
            pass
    return int.from_bytes(found[2:4], "big") if found[:1] == b"\x88" and found[1] >= 2 else 0


for letters in (0, 5, 23, 25, 63, 64, 80, 3000):
    for _ in range(3):
        found = raw(HELLO.replace(KEY.encode(), b"k" * letters))
        equal(status(found), 400, f"a WebSocket key of {letters} letters")
mask = b"\0\0\0\0"
# Nothing of what is announced is sent: it is refused by its head alone.
for n in (2**24 + 1, 2**28, 2**31 - 2**16, 2**32 + 1, 2**40):
    equal(talk(b"\x82\xff" + struct.pack(">Q", n) + mask + b"\xff\xd8"), 1009, f"a message of {n} bytes")
equal(talk(b"\x82\xff" + struct.pack(">Q", 2**63 + 5) + mask), 0, "a message of a negative size")
check(talk(b"\x02\xff" + struct.pack(">Q", 2**20) + mask + b"\0" * 2**20,
           *[b"\x00\xff" + struct.pack(">Q", 2**20) + mask + b"\0" * 2**20] * 40) in (0, 1009),
      "a message in parts without end")
equal(talk(b"\x88\x82" + mask + b"\x03\xe8"), 1000, "goodbye")
equal(talk(b"\x82\x84" + mask + b"abcd"), 1003, "no picture")
equal(talk(b"\x82\x04abcd"), 1002, "without a mask")
equal(talk(b"\xf2\x84" + mask + b"abcd"), 1002, "with bits that mean nothing")
equal(talk(b"\x89\xff" + struct.pack(">Q", 300) + mask), 0, "a ping that is too long")
equal(talk(b"\x80\x80" + mask), 1002, "the end of what was not begun")
equal(talk(b"\x8f\x80" + mask), 1002, "an unknown kind")
def from_address(address, port):
    conn = socket.socket()
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    conn.settimeout(PATIENCE)
    conn.bind((address, port))
    conn.connect(("127.0.0.1", server.port))
    return conn


def resident_mb(at=None):
    status = pathlib.Path(f"/proc/{(at or server).child.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1000


FOLLOW = HELLO.replace(b"/api/push", f"/api/streams/{server.json('GET', '/api/streams')['streams'][0]['id']}/joints".encode())
# Two clients whose own ports have the same number.
idle = from_address("127.0.0.2", 0)
port = idle.getsockname()[1]
follower = from_address("127.0.0.3", port)
follower.sendall(FOLLOW)
found = b""
while found.count(b"frame_index") < 3:
    found += follower.recv(65536)
idle.setblocking(False)
try:
    check(idle.recv(1) == b"", "nothing is told to another client")
except BlockingIOError:
    check(True, "nothing is told to another client")
follower.close()
idle.close()
# Who does not read, and makes the server answer, or gather.
before = resident_mb()
for frames, what in ((b"\x89\x80" + mask, "signs of life"), (b"\x00\x81" + mask + b"a", "parts")):
    flood = from_address("127.0.0.1", 0)
    flood.sendall(FOLLOW + b"\x01\x81" + mask + b"a")
    flood.settimeout(5)
    sent, until = 0, time.monotonic() + PATIENCE
    try:
        while time.monotonic() < until and sent < 40_000_000:
            sent += flood.send(frames * 10000)
        check(False, f"{what} without end: {sent} bytes were taken")
    except OSError:
        check(True, f"{what} without end")
    flood.close()
check(resident_mb() < before + 60 or SANITIZED, f"what floods cost: {before} to {resident_mb()} MB")
children_left(server, 1)
alive("WebSockets")

# ---- work without end ----
ffmpeg("-f", "lavfi", "-i", "color=gray:s=640x360:r=30:d=1200", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "51",
       TMP / "long.mp4")
check((TMP / "long.mp4").stat().st_size < 3_000_000, "a long video is small enough to be sent")
found = server.wait(server.json("POST", "/api/jobs?people=one", (TMP / "long.mp4").read_bytes(), status=202)["id"],
                    "failed", "done")
check("longer" in (found["error"] or ""), f"work without end: {found}")
alive("work without end")
# Pictures of 33 megapixels, in a few bytes each.
ffmpeg("-f", "lavfi", "-i", "color=gray:s=8192x4096:r=30:d=1", "-c:v", "libx264", "-preset", "ultrafast",
       TMP / "huge.mp4")
found = server.wait(server.json("POST", "/api/jobs?people=one", (TMP / "huge.mp4").read_bytes(), status=202)["id"],
                    "failed", "done")
check(found["state"] == "done" or "longer" in found["error"], f"huge frames: {found}")
alive("huge frames")

# ---- little that takes much ----
def enormous(side):
    """A clip of some kilobytes whose pictures say that they are so large."""
    small = TMP / "small.avi"
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x64:r=10:d=0.5", "-c:v", "mjpeg", small)
    found = small.read_bytes()
    old, new = (struct.pack("<II", n, n) for n in (64, side))  # the headers'
    check(found.count(old) >= 2, "sizes in the headers")
    found = found.replace(old, new)
    old, new = (b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", n, n) for n in (64, side))  # each picture's
    equal(found.count(old), 5, "pictures")
    return found.replace(old, new)


growing = b""
for side in (64, 500, 2000, 6000, 9000):
    ffmpeg("-f", "lavfi", "-i", f"color=gray:s={side}x{side}", "-frames:v", 2, "-c:v", "mjpeg", "-q:v", 31, "-f", "mjpeg",
           TMP / "part.mjpeg")
    growing += (TMP / "part.mjpeg").read_bytes()
(TMP / "growing.mjpeg").write_bytes(growing)
ffmpeg("-f", "mjpeg", "-i", TMP / "growing.mjpeg", "-c", "copy", TMP / "growing.mkv")
growing = (TMP / "growing.mkv").read_bytes()
check(len(growing) < 3_000_000, f"growing pictures: {len(growing)} bytes")
# Libraries take address space for each processor: with two it is known how much is enough.
cpus = os.sched_getaffinity(0)
os.sched_setaffinity(0, sorted(cpus)[:2])
limited = Server("--max-memory", 3000, "--data", TMP / "limited")
os.sched_setaffinity(0, cpus)
job = limited.json("POST", "/api/jobs", clip, status=202)["id"]
equal(limited.wait(job, "done", "failed")["state"], "done", "there is memory enough for what is usual")
before = resident_mb(limited)
for name, body, words in (("enormous", enormous(16000), "at most 50 megapixels, found 16000x16000"),
                          ("growing", growing, "at most 50 megapixels, found 9000x9000"),
                          ("more than there is memory", (TMP / "huge.mp4").read_bytes(), "memory")):
    if SANITIZED and words == "memory":
        continue  # it reserves all there is, so that there is no limit
    job = limited.json("POST", "/api/jobs", body, status=202)["id"]
    beside = limited.json("POST", "/api/jobs", clip, status=202)["id"]
    found = limited.wait(job, "failed", "done")
    equal(found["state"], "failed", f"{name}: {found}")
    check(words in (found["error"] or ""), f"{name}: expected '{words}' in '{found['error']}'")
    limited.problem(409, "GET", f"/api/jobs/{job}/json", word=words)
    equal(limited.wait(beside, "done", "failed")["state"], "done", f"the job behind what is {name}")
    check(not (TMP / "limited/jobs" / job).exists(), f"{name}: nothing is left")
check(resident_mb(limited) < before + 20 or SANITIZED, f"the server itself: {before} to {resident_mb(limited)} MB")
children_left(limited, 0)
equal(limited.end(), 0, "SIGTERM")
for job in server.json("GET", "/api/jobs?limit=200")["jobs"]:
    server.ask("DELETE", f"/api/jobs/{job['id']}")
equal(server.json("GET", "/api/jobs")["jobs"], [], "all are deleted")
equal(os.listdir(DATA / "jobs"), [], "nothing is left")
equal(server.end(), 0, "SIGTERM")
equal(ASKED, [], "nobody was asked for anything, to the end")
check("ERROR: AddressSanitizer" not in server.said and "runtime error" not in server.said, server.said[-3000:])
finish()
