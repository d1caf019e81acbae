#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How `stance serve` lets in: addresses that it can and cannot have, Host headers, the token and
the cookie that stands for it in a browser, methods, names of downloads."""

import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

try:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

PICTURE = TMP / "one.png"
stance("mannequin", "stand", "--seconds", 1, "-o", TMP / "stand.mp4", env=ENV)
ffmpeg("-i", TMP / "stand.mp4", "-frames:v", 1, PICTURE)
picture = PICTURE.read_bytes()
token = TMP / "token"
token.write_text("a-secret-of-some-length\n")
KEY = {"Authorization": "Bearer a-secret-of-some-length"}

def raw(at, head, body=b"", half=False):
    """What comes back when bytes are sent as they are. half: the sender ends in the middle"""
    with socket.create_connection(("127.0.0.1", at.port), timeout=PATIENCE) as conn:
        conn.sendall(head.replace("\n", "\r\n").encode() + body)
        if half:
            conn.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: conn.recv(65536), b""))


# ---- addresses ----
taken = socket.create_server(("127.0.0.1", 0))
for address, status, words in ((f"127.0.0.1:{taken.getsockname()[1]}", 4, "in use"),
                               ("127.0.0.1:65536", 1, "65535"), ("127.0.0.1:http", 1, "ADDRESS:PORT"),
                               ("127.0.0.1", 1, "ADDRESS:PORT"), ("127.0.0.1:", 1, "ADDRESS:PORT"),
                               ("::1:0", 1, "brackets"), ("127.0.0.1.nowhere.invalid:0", 4, "no such address")):
    done = stance("serve", "--bind", address, "--no-auth", "--data", TMP / "none", status=status, env=ENV)
    check(words in done.stderr and address in done.stderr, f"{address}: {done.stderr}")
taken.close()
server = Server("--bind", "localhost:0")
said = raw(server, f"OPTIONS /api/jobs HTTP/1.1\nHost: 127.0.0.1:{server.port}\nOrigin: https://example.org\n"
                   "Access-Control-Request-Method: POST\nConnection: close\n\n")
check(said.split()[1] in (b"403", b"405") and b"Allow-Origin" not in said, f"a preflight: {said[:300]}")
chunk = f"{1000:x}\r\n".encode() + picture[:1000] + b"\r\n"
for path in ("/api/jobs", "/api/pose"):
    head = f"POST {path} HTTP/1.1\nHost: 127.0.0.1:{server.port}\nTransfer-Encoding: chunked\nConnection: close\n\n"
    said = raw(server, head, chunk, half=True)
    check(b" 400 " in said[:20] and b"broke off" in said, f"{path}: a chunked upload that breaks off: {said[-300:]}")
    said = raw(server, head, b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in
                                      (picture[:1000], picture[1000:], b"")))
    check(said.split()[1] in (b"200", b"202"), f"{path}: a chunked upload: {said[:300]}")
for host, code in ((f"localhost:{server.port}", 200), (f"127.0.0.1:{server.port}", 200),
                   (f"[::1]:{server.port}", 200), ("localhost", 421), (f"127.0.0.2:{server.port}", 421)):
    equal(server.ask("GET", "/api/version", host=host)[0], code, f"Host: {host}")
equal(server.ask("POST", "/api/session")[0], 204, "without a token there is nothing to begin")

# ---- methods and types ----
for method, path, allowed in (("DELETE", "/api/version", "GET, HEAD"), ("PUT", "/api/jobs", "GET, HEAD, POST"),
                              ("GET", "/api/session", "POST, DELETE"),
                              ("POST", "/api/jobs/" + "0" * 32, "GET, HEAD, DELETE")):
    equal(server.problem(405, method, path, word=method)["Allow"], allowed, f"{method} {path}")
for accept, code, kind in ((None, 200, "application/json"), ("*/*", 200, "application/json"),
                           ("image/jpeg", 200, "image/jpeg"), ("image/*", 200, "image/jpeg"),
                           ("image/jpeg;q=0, application/json", 200, "application/json"),
                           ("application/json;q=0.2, image/jpeg; q=0.9", 200, "image/jpeg"),
                           ("text/html, */*;q=0.1", 200, "application/json"),
                           ("image/png", 406, "application/problem+json"),
                           ("image/jpeg;q=0", 406, "application/problem+json")):
    code_found, headers, _ = server.ask("POST", "/api/pose", picture, {"Accept": accept} if accept else {})
    equal((code_found, headers["Content-Type"]), (code, kind), f"Accept: {accept}")

# ---- names of downloads ----
for name, plain, whole in (("squats.png", "squats.pose.json", None),
                           ("%E8%B7%B3%20x.png", "___ x.pose.json", "%E8%B7%B3%20x.pose.json")):
    job = server.json("POST", f"/api/jobs?name={name}", picture, 202)["id"]
    server.wait(job, "done")
    found = server.ask("GET", f"/api/jobs/{job}/json")[1]["Content-Disposition"]
    expected = f'attachment; filename="{plain}"' + (f"; filename*=UTF-8''{whole}" if whole else "")
    equal(found, expected, "under which name it is saved")
size = len(server.ask("GET", f"/api/jobs/{job}/json")[2])
found = server.problem(416, "GET", f"/api/jobs/{job}/json", headers={"Range": f"bytes={size}-"}, word=str(size))
equal(found["Content-Range"], f"bytes */{size}", "behind the end")
server.end()

# ---- a browser and a token ----
server = Server("--token-file", token, "--source", "mannequin:stand?seconds=20")
equal(server.ask("GET", "/healthz")[0], 200, "whether it is well is no secret")
for path in ("/metrics", "/api/version", "/healthz/", "/video_feed"):
    server.problem(401, "GET", path, word="/api/session")
server.problem(401, "POST", "/api/session", word="token")
code, headers, _ = server.ask("POST", "/api/session", headers=KEY)
kept = headers["Set-Cookie"]
equal(code, 204, "a session")
for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
    check(word in kept, f"{word}: {kept}")
check("a-secret" not in kept, "the token is not in it")
cookie = {"Cookie": "other=1; " + kept.split(";")[0]}
server.json("GET", "/api/version", headers=cookie)
server.json("POST", "/api/pose", picture, headers=cookie)
reach_until = time.monotonic() + PATIENCE
name = server.json("GET", "/api/streams", headers=cookie)["streams"][0]["id"]
while server.ask("GET", f"/api/streams/{name}/picture", headers=cookie)[0] != 200 and time.monotonic() < reach_until:
    time.sleep(0.1)
equal(server.ask("GET", f"/api/streams/{name}/picture", headers=cookie)[0], 200, "a picture in a page")
address = f"ws://127.0.0.1:{server.port}/api/streams/{name}/joints"
with connect(address, additional_headers=cookie) as ws:
    check("frame_index" in json.loads(ws.recv(timeout=PATIENCE)), "a WebSocket of a page")
try:
    with connect(address):
        check(False, "a WebSocket without the cookie")
except InvalidStatus as refused:
    equal(refused.response.status_code, 401, "a WebSocket without the cookie")
value = kept.split(";")[0].split("=")[1]
for wrong in (value[:-1], value + "0", value[:-1] + ("0" if value[-1] != "0" else "1"), "", "x" * 5000):
    server.problem(401, "GET", "/api/version", headers={"Cookie": f"stance_session={wrong}"})
server.problem(401, "GET", "/api/version", headers={**cookie, "Authorization": "Bearer wrong"}, word="token")
server.problem(403, "POST", "/api/pose", picture, {**cookie, "Origin": "http://evil.example"})
code, headers, _ = server.ask("DELETE", "/api/session", headers=cookie)
check(code == 204 and "Max-Age=0" in headers["Set-Cookie"], f"its end: {headers['Set-Cookie']}")
server.end()
server = Server("--token-file", token)
server.problem(401, "GET", "/api/version", headers=cookie)  # of a server that is no more
equal(server.end(), 0, "SIGTERM")
finish()
