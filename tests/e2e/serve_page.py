#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The page of `stance serve`: how its files are sent, and to whom. What is in it is tested in a
browser (page.mjs)."""

import gzip
import os
import pathlib
import re
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from kit import *  # noqa: E402,F403
from serve_kit import *  # noqa: E402,F403

MOST = 150_000  # bytes of all of it, compressed
VIEWS = ("/", "/picture", "/video", "/video/" + "0" * 32, "/live", "/events", "/models", "/help")
PACKED = {"Accept-Encoding": "gzip, br"}
TOKEN = TMP / "token"
TOKEN.write_text("sixteen letters or more\n")
server = Server("--token-file", TOKEN)
if not (pathlib.Path(os.environ["STANCE_BUILD"]) / "page_files.c").exists():
    server.problem(404, "GET", "/", word="make setup")
    server.end()
    skip("the program was built without its page")

# ---- index.html ----
code, headers, index = server.ask("GET", "/")
html = index.decode()
equal((code, headers["Content-Type"], headers["Cache-Control"]), (200, "text/html; charset=utf-8", "no-cache"),
      "the page, without a token")
policy = dict((p.split() + [""])[:2] for p in headers["Content-Security-Policy"].split("; "))
equal((policy["default-src"], policy["script-src"], policy["style-src"], policy["connect-src"], policy["frame-ancestors"]),
      ("'none'", "'self'", "'self'", "'self'", "'none'"), "what it may do")
check(not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html), "no script or style of its own")
for view in VIEWS:
    equal(server.ask("GET", view)[::2], (200, index), f"{view} is the same page")
equal(server.ask("HEAD", "/live")[::2], (200, b""), "HEAD")
server.problem(405, "POST", "/live", b"x", headers={"Authorization": "Bearer sixteen letters or more"})

# ---- its files ----
files = set(re.findall(r'(?:src|href)="([^"]+)"', html))
check(len(files) >= 3 and all(f.startswith("/assets/") for f in files), f"all of them are here: {files}")
total = 0
for file in sorted(files):
    code, headers, packed = server.ask("GET", file, headers=PACKED)
    equal((code, headers["Content-Encoding"], headers["Cache-Control"]),
          (200, "gzip", "public, max-age=31536000, immutable"), file)
    total += len(packed)
    plain = server.ask("GET", file)
    equal((plain[0], plain[1]["Content-Encoding"], plain[2]), (200, None, gzip.decompress(packed)), f"{file}, unpacked")
    check(plain[1]["ETag"] != headers["ETag"] and "Accept-Encoding" in headers["Vary"], f"{file}: told apart")
    code, again, nothing = server.ask("GET", file, headers={**PACKED, "If-None-Match": headers["ETag"]})
    equal((code, nothing, again["ETag"]), (304, b"", headers["ETag"]), f"{file}, once more")
    asked = set(re.findall(rb"(?:https?|wss?)://[a-z0-9.-]+", plain[2])) - {b"http://www.w3.org", b"http://localhost."}
    check(not asked, f"{file} speaks of other hosts: {asked}")
print(f"{len(files)} files, {total} bytes compressed")
check(10_000 < total < MOST, f"{total} bytes compressed")
check(b"MIT" in server.ask("GET", "/licences.txt")[2], "licences of what it contains")

# A body that is not read is not taken for the next request.
with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as conn:
    hidden = b"GET /healthz HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % server.port
    conn.sendall(b"GET /live HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: %d\r\n\r\n%b" % (server.port, len(hidden), hidden))
    answer = b""
    while more := conn.recv(65536):
        answer += more
equal((answer.count(b"HTTP/1.1 "), b"Connection: close" in answer), (1, True), "one reply to one request")

# ---- its types ----
described = TMP / "openapi.json"
usual = Server("--data", TMP / "usual")  # without a token, which is described as well
described.write_bytes(usual.ask("GET", "/api/openapi.json")[2])
usual.end()
made = subprocess.run(["node", ROOT / "web/scripts/schema.mjs", described, "--check"], capture_output=True, text=True)
equal(made.returncode, 0, f"types of the API: {made.stderr}")

# ---- what is not its own ----
for address in ("/assets/", "/assets/none.js", "/nothing", "/video_feed/x", "/livestock", "/index.html/x"):
    server.problem(401, "GET", address)
for address in ("/api/version", "/api/jobs", "/detections", "/video_feed"):
    server.problem(401, "GET", address)
server.problem(421, "GET", "/", host="evil.example")
server.end()
finish()
