# SPDX-License-Identifier: Apache-2.0
"""What tests of `stance serve` share: a server of the test's own, and a client that asks it."""

import atexit
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
from urllib.parse import urlencode

from kit import SANITIZED, STANCE, TMP, check, equal

DATA = TMP / "serve"
ENV = {**os.environ, "STANCE_MODEL_PATH": "", "XDG_DATA_HOME": str(TMP / "data")}
PATIENCE = 240 if SANITIZED else 60


servers = []


@atexit.register
def no_server_stays():
    """After a failure; what such a server said may be the reason."""
    for s in servers:
        if not s.ended:
            s.child.kill()
            try:
                s.said += s.child.communicate(timeout=10)[1].decode()
            except subprocess.TimeoutExpired:
                pass  # somebody else holds its end of the pipe
            print(f"a server said:\n{s.said}", flush=True)


class Server:
    def __init__(self, *options, env=ENV):
        self.child = subprocess.Popen(
            [STANCE, "serve", "--bind", "127.0.0.1:0", "--data", str(DATA), *map(str, options),
             *(["--max-memory", "0"] if SANITIZED else [])],  # they reserve all there is
            stderr=subprocess.PIPE, env=env)
        self.said, self.port, self.ended = "", None, False
        servers.append(self)
        while self.port is None:
            line = self.child.stderr.readline().decode()
            self.said += line
            if not line:
                break
            found = re.search(r"listening at https?://[^/]+:(\d+)", line)
            self.port = int(found[1]) if found else None

    def ask(self, method, path, body=None, headers=None, host=None):
        """Status, headers and body."""
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        conn.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        conn.putheader("Host", host or f"127.0.0.1:{self.port}")
        if body is not None:
            conn.putheader("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            conn.putheader(name, value)
        conn.endheaders()
        if body is not None:
            try:
                conn.send(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it may have said no already
        reply = conn.getresponse()
        found = reply.status, reply.headers, reply.read()
        conn.close()
        return found

    def json(self, method, path, body=None, status=200, headers=None):
        code, _, text = self.ask(method, path, body, headers)
        equal(code, status, f"{method} {path} ({text[:200]!r})")
        return json.loads(text) if text else None

    def problem(self, status, method, path, body=None, headers=None, host=None, word=""):
        code, found, text = self.ask(method, path, body, headers, host)
        equal(code, status, f"{method} {path} ({text[:200]!r})")
        equal(found["Content-Type"], "application/problem+json", f"{path}: type")
        said = json.loads(text)
        equal(said["status"], status, f"{path}: status in the document")
        check(word in said["detail"], f"{path}: expected '{word}' in '{said['detail']}'")
        return found

    def wait(self, name, *states, kind="jobs", seconds=PATIENCE):
        """Until a job, or a stream, is in one of the states."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.json("GET", f"/api/{kind}/{name}")
            if found["state"] in states:
                return found
            time.sleep(0.05)
        check(False, f"{kind} {name}: expected {states}, found {found}")
        return found

    def end(self, how=signal.SIGTERM):
        self.child.send_signal(how)
        self.said += self.child.communicate(timeout=PATIENCE)[1].decode()
        self.ended = True
        return self.child.returncode


# ---- live sources ----

def stream(at, source, status=201, **options):
    return at.json("POST", "/api/streams?" + urlencode({"source": source, **options}), status=status)


def reach(at, name, *states, seconds=PATIENCE):
    return at.wait(name, *states, kind="streams", seconds=seconds)


def open_feed(at, path, room=None):
    """room: bytes that the client's own end of the connection holds."""
    conn = http.client.HTTPConnection("127.0.0.1", at.port, timeout=PATIENCE)
    if room:
        conn.sock = socket.socket()
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        conn.sock.settimeout(PATIENCE)
        conn.sock.connect(("127.0.0.1", at.port))
    conn.request("GET", path)
    reply = conn.getresponse()
    equal(reply.status, 200, path)
    return conn, reply


def rows(reply, n):
    found = []
    while len(found) < n:
        line = reply.fp.readline()
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
    return found


def form(name, bytes_):
    head = (f'--line\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").encode()
    return head + bytes_ + b"\r\n--line--\r\n", {
        "Content-Type": "multipart/form-data; boundary=line"}


def children_left(at, n):
    """All children of a server that look at something end, but n of them."""
    until = time.monotonic() + PATIENCE
    while len(children(at, "run")) > n and time.monotonic() < until:
        time.sleep(0.05)
    left = children(at, "run")
    check(len(left) == n, f"expected {n} children, found {left}")


def children(at, command):
    """Processes of a server that do `stance COMMAND`, each with its command line."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().decode().split("\0")
        except (OSError, ValueError):
            continue
        if parent == at.child.pid and command in words[:2]:
            found.append((int(entry.name), " ".join(words)))
    return found
