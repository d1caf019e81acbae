#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The model store: list, info, fetch, verify, import, path, against a server of the test's
own. Any bytes will do for a network here, so nothing else is needed.
"""

import hashlib
import http.server
import io
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from kit import *  # noqa: E402,F403

CARDS, DATA = TMP / "cards", TMP / "data"
CARDS.mkdir()
NET = bytes(range(256)) * 4000  # 1 MB
FILES = {}  # path -> bytes
LOG = []  # (path, range asked for)
BEHAVE = {"ranges": True, "cut": None, "slow": 0}


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, asked = self.path.split("?")[0], self.headers.get("Range")
        LOG.append((self.path, asked))
        data = FILES.get(path)
        if data is None:
            self.send_error(404)
            return
        start = 0
        if asked and BEHAVE["ranges"]:
            start = int(asked.split("=")[1].split("-")[0])
            if start >= len(data):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        body = data[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if BEHAVE["cut"] is not None:
            self.wfile.write(body[: BEHAVE["cut"]])
            self.close_connection = True
            return
        try:
            for i in range(0, len(body), 50000):
                self.wfile.write(body[i : i + 50000])
                time.sleep(BEHAVE["slow"])
        except OSError:
            pass

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
MIRROR = f"http://127.0.0.1:{server.server_port}/mirror/"
ENV = {
    **os.environ,
    "STANCE_MODEL_PATH": str(CARDS),
    "STANCE_MODEL_MIRROR": MIRROR,
    "XDG_DATA_HOME": str(DATA),
}


def card(name, files, **more):
    (CARDS / f"{name}.json").write_text(json.dumps({
        "schema": "stance-card/1", "name": name, "title": f"A network called {name}",
        "licence": "Apache-2.0", "decoder": "movenet", "skeleton": "coco17", "files": files,
        "input": {"width": 192, "height": 192}, "outputs": [{"shape": [1, 1, 17, 3]}], **more,
    }))


def sha(data):
    return hashlib.sha256(data).hexdigest()


def file(name, data, **more):
    return {"name": name, "url": f"https://models.example/nets/{name}?v=1",
            "sha256": sha(data), "bytes": len(data), **more}


def models(*args, status=0, env=ENV):
    return stance("models", *args, status=status, env=env)


def kept(name=None):
    """Files in the user's folder."""
    found = sorted(p for p in DATA.rglob("*") if p.is_file())
    return [p for p in found if name is None or p.name.startswith(name)]


FILES["/mirror/nets/plain.tflite"] = NET
card("plain", [file("plain.tflite", NET)])
card("wrong", [{**file("wrong.tflite", NET), "sha256": "0" * 64}])
FILES["/mirror/nets/wrong.tflite"] = NET
card("large", [{**file("large.tflite", NET), "bytes": len(NET) - 1}])
FILES["/mirror/nets/large.tflite"] = NET
card("gone", [file("gone.tflite", NET[:100])])
card("loose", [{"name": "loose.tflite", "url": "https://models.example/nets/loose.tflite"}])
card("unreachable", [file("far.tflite", NET[:200])])
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("other.txt", "other")
    archive.writestr("inner/net.onnx", NET[:5000])
    archive.writestr("20230504/deep/end2end.onnx", NET[:6000])
    archive.writestr("one/twice.onnx", NET[:6000])
    archive.writestr("two/twice.onnx", NET[:6001])
    archive.writestr("two/above.onnx", NET[:6002])
    archive.writestr("three/above.onnx", NET[:6002])
    archive.writestr("above.onnx", NET[:6003])
FILES["/mirror/nets/packed.zip"] = packed.getvalue()
card("packed", [{"name": "net.onnx", "url": "https://models.example/nets/packed.zip",
                 "member": "inner/net.onnx", "sha256": sha(NET[:5000]), "bytes": 5000}])
card("nomember", [{"name": "no.onnx", "url": "https://models.example/nets/packed.zip",
                   "member": "inner/none.onnx", "sha256": sha(NET[:5000])}])
for name, member, n in (("deep", "end2end.onnx", 6000), ("twice", "twice.onnx", 6000),
                        ("above", "above.onnx", 6003), ("part", "2end.onnx", 6000)):
    card(name, [{"name": f"{name}.onnx", "url": "https://models.example/nets/packed.zip",
                 "member": member, "sha256": sha(NET[:n])}])
card("two", [file("two.xml", b"<net/>"), file("two.bin", NET[:777])])
FILES["/mirror/nets/two.xml"] = b"<net/>"
FILES["/mirror/nets/two.bin"] = NET[:777]
(CARDS / "broken.json").write_text('{"schema": "stance-card/1", "name": "broken"}')
(CARDS / "other.json").write_text('{"no": "card"}')

# ---- list, info, path ----
done = models("list")
check("plain" in done.stdout and "not here" in done.stdout, f"list: {done.stdout}")
check("unpinned" in done.stdout, f"list: {done.stdout}")
check("broken.json" in done.stderr and "other.json" not in done.stderr, f"list: {done.stderr}")
(CARDS / "broken.json").unlink()
listed = json.loads(models("list", "--json").stdout)
equal({m["name"]: m["state"] for m in listed}["plain"], "not here", "list --json")
one = json.loads(models("info", "plain", "--json").stdout)
equal(one["files"][0]["sha256"], sha(NET), "info --json")
check("plain.tflite" in models("info", "plain").stdout, "info")
check(str(CARDS) in models("path").stdout.splitlines()[0], "path: the best folder first")
done = models("info", "plian", status=3)
check("did you mean 'plain'" in done.stderr, f"info: {done.stderr}")
models("info", status=1)
models("fech", "plain", status=1)
models(status=1)

# ---- fetch ----
models("fetch", "plain")
equal([p.read_bytes() == NET for p in kept("plain")], [True], "fetch: the file")
equal(LOG[-1][0], "/mirror/nets/plain.tflite?v=1", "fetch: the mirror's address")
done = models("fetch", "plain")
check("already here" in done.stderr, f"fetch again: {done.stderr}")
models("verify", "plain")
models("verify")
equal(json.loads(models("info", "plain", "--json").stdout)["state"], "here", "state")

for name, status, words in (
    ("wrong", 3, ["sha256", "0" * 64, sha(NET)]),
    ("large", 3, ["bytes", str(len(NET) - 1)]),
    ("gone", 3, ["404"]),
    ("loose", 3, ["sha256", "import"]),
    ("nomember", 3, ["none.onnx"]),
    ("twice", 3, ["one/twice.onnx", "two/twice.onnx"]),
    ("part", 3, ["2end.onnx"]),
):
    done = models("fetch", name, status=status)
    for word in words:
        check(word in done.stderr, f"fetch {name}: expected {word!r} in {done.stderr!r}")
    equal(len(done.stderr.splitlines()), 1, f"fetch {name}: lines ({done.stderr!r})")
equal([p.name for p in kept()], ["plain.tflite"], "failed fetches leave nothing")
done = models("fetch", "unreachable", status=3,
              env={**ENV, "STANCE_MODEL_MIRROR": "http://127.0.0.1:9"})
check("127.0.0.1" in done.stderr, f"unreachable: {done.stderr}")
models("fetch", "packed")
equal([p.read_bytes() for p in kept("net.onnx")], [NET[:5000]], "a member of an archive")
models("fetch", "deep")
equal([p.read_bytes() for p in kept("deep.onnx")], [NET[:6000]], "a member in any folder")
models("fetch", "above")
equal([p.read_bytes() for p in kept("above.onnx")], [NET[:6003]], "a path before a name")
models("fetch", "two")
equal(len(kept("two.")), 2, "two files")

# ---- a transfer that breaks off goes on where it stopped ----
shutil.rmtree(DATA)
BEHAVE["cut"] = 300000
models("fetch", "plain", status=3)
parts = kept("plain")
equal([(p.name, p.stat().st_size) for p in parts], [("plain.tflite.part", 300000)], "a part")
BEHAVE["cut"] = None
models("fetch", "plain")
equal(LOG[-1][1], "bytes=300000-", "the rest only is asked for")
equal([p.read_bytes() == NET for p in kept()], [True], "resumed: the file")
# a server that cannot go on: from the beginning
shutil.rmtree(DATA)
BEHAVE["cut"] = 1000
models("fetch", "plain", status=3)
BEHAVE.update(cut=None, ranges=False)
models("fetch", "plain")
equal([p.read_bytes() == NET for p in kept()], [True], "without ranges: the file")
BEHAVE["ranges"] = True
# a part that is no beginning of the file
shutil.rmtree(DATA)
(DATA / "stance/models/plain").mkdir(parents=True)
part = DATA / "stance/models/plain/plain.tflite.part"
part.write_bytes(b"x" * 1000)
models("fetch", "plain", status=3)
models("fetch", "plain")
equal([p.read_bytes() == NET for p in kept()], [True], "after a bad part: the file")

# ---- Ctrl-C keeps the part ----
shutil.rmtree(DATA)
BEHAVE["slow"] = 0.2
child = subprocess.Popen([STANCE, "models", "fetch", "plain"], env=ENV, stderr=subprocess.PIPE)
for _ in range(100):
    time.sleep(0.05)
    if kept("plain") and kept("plain")[0].stat().st_size > 0:
        break
child.send_signal(signal.SIGINT)
_, words = child.communicate(timeout=30)
equal(child.returncode, 130, f"Ctrl-C: exit ({words})")
equal([p.name for p in kept()], ["plain.tflite.part"], "Ctrl-C: files")
BEHAVE["slow"] = 0
models("fetch", "plain")

# ---- altered, verify, import ----
(own,) = kept("plain")
data = bytearray(own.read_bytes())
data[1234] ^= 1
own.write_bytes(data)
done = models("verify", "plain", status=3)
for word in (sha(NET), sha(bytes(data)), "plain.tflite"):
    check(word in done.stderr, f"verify: expected {word} in {done.stderr!r}")
equal(json.loads(models("info", "plain", "--json").stdout)["state"], "altered", "altered")
clip = TMP / "clip.y4m"
clip.write_bytes(b"YUV4MPEG2 W16 H16 F25:1 Ip A1:1 C420jpeg\nFRAME\n" + bytes(384))
done = stance("run", clip, "--model", "plain", "--json", TMP / "x.json", status=3, env=ENV)
check("altered" in done.stderr, f"a run with an altered network: {done.stderr}")
check(not (TMP / "x.json").exists(), "a run with an altered network: an output")
models("fetch", "plain")
equal(own.read_bytes() == NET, True, "fetch puts it right")

shutil.rmtree(DATA)
downloads = TMP / "Downloads/deep/er"
downloads.mkdir(parents=True)
(downloads / "renamed.bin").write_bytes(NET)
(downloads / "loose.tflite").write_bytes(NET[:4321])
(downloads / "noise").write_bytes(b"noise")
done = models("import", TMP / "Downloads")
check("1 file taken" in done.stderr, f"import: {done.stderr}")
equal([p.read_bytes() == NET for p in kept()], [True], "import: the file")
done = models("import", TMP / "Downloads", "--trust", "loose")
equal(json.loads(models("info", "loose", "--json").stdout)["state"], "here", "trusted")
equal(json.loads(models("info", "loose", "--json").stdout)["files"][0]["sha256"],
      sha(NET[:4321]), "the pinned hash")
models("import", TMP / "none", status=2)

# ---- a network that is named comes by itself, unless forbidden ----
shutil.rmtree(DATA)
n = len(LOG)
done = stance("run", clip, "--model", "plain", "--offline", "--json", TMP / "x.json", status=3,
              env=ENV)
check("--offline" in done.stderr, f"--offline: {done.stderr}")
equal(len(LOG), n, "--offline asks nobody")
done = stance("run", clip, "--model", "plain", "--json", TMP / "x.json", status=3,
              env=ENV)  # no real network
check("downloading it (licence: Apache-2.0)" in done.stderr, f"a named network: {done.stderr}")
equal(len(LOG), n + 1, "a named network is fetched")
equal([p.read_bytes() == NET for p in kept("plain")], [True], "a named network: the file")
done = stance("run", clip, "--model", "gone", "--json", TMP / "x.json", status=3, env=ENV)
check("gone is not on this machine: " in done.stderr and "404" in done.stderr,
      f"a named network that is nowhere: {done.stderr}")

# ---- without a name nothing is downloaded ----
shutil.rmtree(DATA)
(CARDS / "movenet-lightning-int8.json").write_text(
    (CARDS / "plain.json").read_text().replace('"plain"', '"movenet-lightning-int8"'))
n = len(LOG)
for args in ([], ["--model", "fast"], ["--people", "all"]):
    done = stance("run", clip, *args, "--json", TMP / "x.json", env=ENV)
    check("network: stance-lite" in done.stderr and "fetch movenet-lightning-int8" in done.stderr,
          f"run {args}: {done.stderr}")
equal((len(LOG), kept()), (n, []), "a run without a name: downloads")
models("fetch", "single")
equal([p.read_bytes() == NET for p in kept("plain")], [True], "fetch of an alias: its best")
finish()
