#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`stance serve` with TLS: jobs, large bodies both ways, WebSocket, clients that speak something
else or nothing, and `stance run --server https://...`."""

import concurrent.futures
import http.client
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

try:
    from websockets.sync.client import connect
except ImportError as missing:
    skip(f"{missing}: scripts/setup installs it")

CERT, KEY, BOTH, OTHER = (TMP / n for n in ("cert.pem", "key.pem", "both.pem", "other.pem"))


def certify(cert, key):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
                   check=True, stderr=subprocess.DEVNULL)


certify(CERT, KEY)
certify(TMP / "other-cert.pem", OTHER)
BOTH.write_text(CERT.read_text() + KEY.read_text())
TOKEN = TMP / "token"
TOKEN.write_text("a token of more than sixteen letters\n")
SHOWN = {"Authorization": f"Bearer {TOKEN.read_text().strip()}"}
CLIP, PICTURE = TMP / "squats.mp4", TMP / "one.png"
stance("mannequin", "squats", "--seconds", 2, "-o", CLIP, env=ENV)
ffmpeg("-i", CLIP, "-frames:v", 1, PICTURE)
trusting = ssl.create_default_context(cafile=str(CERT))


def ask(port, method, path, body=None, headers=SHOWN, context=trusting):
    conn = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
    conn.request(method, path, body, headers)
    reply = conn.getresponse()
    found = reply.status, reply.headers, reply.read()
    conn.close()
    return found


for options, word in ((["--tls-certificate", TMP / "none.pem"], "none.pem"),
                      (["--tls-certificate", CERT], "--tls-key"),
                      (["--tls-certificate", CERT, "--tls-key", OTHER], "--tls-key"),
                      (["--tls-certificate", PICTURE], "--tls-certificate")):
    wrong = Server(*options)
    check(wrong.port is None and word in wrong.said, f"{options}: {wrong.said}")
    equal(wrong.child.wait(PATIENCE), 1, f"{options}: exit")

server = Server("--tls-certificate", BOTH, "--token-file", TOKEN, "--source",
                "mannequin:walk?seconds=20&size=320x240")
port = server.port
check(f"listening at https://127.0.0.1:{port}" in server.said, f"told: {server.said}")

code, headers, body = ask(port, "GET", "/api/version")
equal((code, json.loads(body)["name"]), (200, "stance"), "version")
equal(ask(port, "GET", "/api/version", headers={})[0], 401, "without the token")
equal(ask(port, "GET", "/api/version", headers={**SHOWN, "Host": "elsewhere"})[0], 421, "another host")
try:
    ask(port, "GET", "/api/version", context=ssl.create_default_context())
    check(False, "a certificate of nobody is taken")
except ssl.SSLCertVerificationError:
    check(True, "a certificate of nobody")
old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
old.load_verify_locations(CERT)
old.maximum_version = ssl.TLSVersion.TLSv1_1
try:
    old.set_ciphers("ALL:@SECLEVEL=0")
    ask(port, "GET", "/api/version", context=old)
    check(False, "TLS 1.1 is spoken")
except (ssl.SSLError, ConnectionError, OSError):
    check(True, "TLS 1.1 is not spoken")

# many side by side, with answers of some size
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    answers = list(pool.map(lambda _: ask(port, "GET", "/api/openapi.json"), range(64)))
equal({(code, len(body)) for code, _, body in answers}, {(200, len(answers[0][2]))}, "64 requests")

# a large body in, a video out, parts of it, on one connection
job = json.loads(ask(port, "POST", "/api/jobs?people=one", CLIP.read_bytes())[2])["id"]
until = time.monotonic() + PATIENCE
while json.loads(ask(port, "GET", f"/api/jobs/{job}")[2])["state"] != "done" and time.monotonic() < until:
    time.sleep(0.1)
code, headers, video = ask(port, "GET", f"/api/jobs/{job}/video")
(TMP / "back.mp4").write_bytes(video)
equal((code, video_facts(TMP / "back.mp4")["frames"]), (200, 60), "the video")
conn = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusting)
for start in range(0, len(video), max(1, len(video) // 5)):
    conn.request("GET", f"/api/jobs/{job}/video", headers={**SHOWN, "Range": f"bytes={start}-{start + 999}"})
    reply = conn.getresponse()
    equal((reply.status, reply.read()), (206, video[start:start + 1000]), f"from {start}")
conn.close()
zeros = b"\0" * 30_000_000
equal(ask(port, "POST", "/api/pose", zeros)[0], 422, "30 MB of nothing")

# live, by WebSocket; and a viewer who leaves in the middle
name = json.loads(ask(port, "GET", "/api/streams")[2])["streams"][0]["id"]
with connect(f"wss://127.0.0.1:{port}/api/streams/{name}/joints", ssl=trusting,
             additional_headers=SHOWN) as ws:
    check(json.loads(ws.recv(timeout=PATIENCE))["people"] is not None, "WebSocket")
conn = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusting)
conn.request("GET", "/video_feed", headers=SHOWN)
reply = conn.getresponse()
check(b"\xff\xd8\xff" in reply.fp.read(20000), "a picture")
conn.close()

# those who speak something else, or nothing
plain = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
try:
    plain.request("GET", "/api/version", headers=SHOWN)
    check(plain.getresponse().status >= 400, "plain HTTP")
except (http.client.HTTPException, ConnectionError):
    check(True, "plain HTTP")
silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(50)]
for i, each in enumerate(silent[:25]):
    each.send(os.urandom(100 + i))
half = trusting.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")
half.send(b"GET /api/version HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % port)
equal(ask(port, "GET", "/healthz")[0], 200, "others are served meanwhile")
half.send(f"Authorization: {SHOWN['Authorization']}\r\nConnection: close\r\n\r\n".encode())
answer = b""
while more := half.recv(65536):
    answer += more
check(answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\n"), f"a request in two parts: {answer[:60]}")
for each in silent:
    each.close()

# the command line
there = ["--server", f"https://127.0.0.1:{port}", "--server-token-file", TOKEN]
stance("run", PICTURE, "--json", TMP / "there.json", *there, "--server-ca", CERT, env=ENV)
check(read_json(TMP / "there.json")["frames"][0], "stance run --server https://")
done = stance("run", PICTURE, "--json", TMP / "never.json", *there, env=ENV, status=2)
check("certificate" in done.stderr, f"who signed it is not known: {done.stderr}")
began = time.monotonic()
equal(server.end(), 0, "SIGTERM")
check(time.monotonic() - began < PATIENCE / 4, "ends soon")
finish()
